// GetMetricData.
// AWS: API GetMetricData. Labels: "whenever values differ for a statistic or period, that value is
// added to the label" (recorded on AWS). At most 500 queries and 100,800 datapoints a call.
// SIMPLIFIED: all datapoints come in one page.
// UNDOCUMENTED: how metrics of different periods meet in one expression. Here each has values at
// the timestamps of its own periods only.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "models/cloudwatch/metric_query.hpp"
#include "models/cloudwatch/operations.hpp"
#include "models/cloudwatch/program_run.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::size_t kMostQueries = 500;
constexpr std::int64_t kMostDatapointsOfCall = 100'800;
constexpr std::array<std::string_view, 2> kScanOrders = {"TimestampAscending",
                                                         "TimestampDescending"};

struct WantedData {
  MetricProgram program;
  SimTime from{};
  SimTime to{};
  bool ascending = false;
  std::int64_t most = kMostDatapointsOfCall;
};

using Problem = std::optional<ApiError>;

/// "Each GetMetricData operation can include only one [Metrics Insights] query." The wording is
/// ours.
Problem check_queries(const WantedData& wanted) {
  const auto queries = std::ranges::count_if(
      wanted.program.queries, [](const ProgramQuery& query) { return !!query.insights; });
  if (queries < 2) return {};
  return validation_error("MetricDataQueries can include only one Metrics Insights query.");
}

Problem check_amount(const WantedData& wanted) {
  std::int64_t datapoints = 0;
  for (const ProgramQuery& query : wanted.program.queries) {
    if (query.is_metric()) datapoints += (wanted.to - wanted.from) / *query.period;
  }
  // Expressions are computed on the finest grid.
  datapoints = std::max(datapoints, (wanted.to - wanted.from) / grid_step(wanted.program));
  if (datapoints <= kMostDatapointsOfCall) return {};
  return validation_error(
      fmt::format("You have requested up to {} datapoints, which exceeds the limit of {}.",
                  datapoints, kMostDatapointsOfCall));
}

ApiResult<WantedData> read(const Request& request) {
  Input input{request.input};
  WantedData wanted;
  input.require("MetricDataQueries");
  const std::vector<const Json*> queries = input.items("MetricDataQueries", kMostQueries);
  wanted.from = input.required_time("StartTime");
  wanted.to = input.required_time("EndTime");
  wanted.ascending = input.choice("ScanBy", kScanOrders).value_or("") == kScanOrders[0];
  wanted.most = std::min(input.integer("MaxDatapoints", 1).value_or(kMostDatapointsOfCall),
                         kMostDatapointsOfCall);
  if (Problem problem = input.error()) return *problem;
  if (wanted.from >= wanted.to) {
    return validation_error("The parameter StartTime must be less than the parameter EndTime.");
  }
  ApiResult<MetricProgram> program =
      read_metric_program(request.place(), queries, "MetricDataQueries");
  if (!program) return program.error();
  wanted.program = std::move(*program);
  if (!wanted.program.not_simulated.empty()) {
    return ApiError{"NotSimulated", wanted.program.not_simulated, 400};
  }
  if (Problem problem = check_queries(wanted)) return *problem;
  if (Problem problem = check_amount(wanted)) return *problem;
  return wanted;
}

/// Metrics begin at a multiple of their own period, so the grid does at the earliest of these.
MathGrid grid_of(const WantedData& wanted, SimTime by) {
  MathGrid grid{.step = grid_step(wanted.program)};
  grid.from = round_down(wanted.from, grid.step);
  for (const ProgramQuery& query : wanted.program.queries) {
    if (query.period) grid.from = std::min(grid.from, round_down(wanted.from, *query.period));
  }
  const SimTime end = std::min(wanted.to, by);
  if (end > grid.from) {
    grid.count = static_cast<std::size_t>((end - grid.from - Duration{1}) / grid.step + 1);
  }
  return grid;
}

bool any_differs(const std::vector<ProgramQuery>& queries, auto member) {
  const auto first = std::ranges::find_if(queries, &ProgramQuery::is_metric);
  return std::any_of(first, queries.end(), [&](const ProgramQuery& query) {
    return query.is_metric() && member(query) != member(*first);
  });
}

std::string label_of(const ProgramQuery& query, const std::vector<ProgramQuery>& all) {
  if (query.label && !query.label->empty()) return *query.label;
  std::string label = query.key.metric_name;
  if (any_differs(all, [](const ProgramQuery& each) { return each.statistic.text; })) {
    label += fmt::format(" {}", query.statistic.text);
  }
  if (any_differs(all, [](const ProgramQuery& each) { return each.period; })) {
    label += fmt::format(" {}", *query.period / std::chrono::seconds{1});
  }
  return label;
}

/// "For a single expression that produces multiple time series, the captions are
/// Expression-Label Metric-Label." The label of an expression that has none is its Id.
std::string label_of(const ProgramQuery& query, const MathSeries& series) {
  if (query.type == MathType::series) return query.label.value_or(query.id);
  if (!query.label || query.label->empty()) return series.label;
  return fmt::format("{} {}", *query.label, series.label);
}

Json result_of(const ProgramQuery& query, const MathSeries& series, std::string label,
               const MathGrid& grid, const WantedData& wanted) {
  Json times = Json::array();
  Json values = Json::array();
  const std::size_t count = series.points.size();
  for (std::size_t i = 0; i < count && std::ssize(values) < wanted.most; ++i) {
    const std::size_t at = wanted.ascending ? i : count - 1 - i;
    if (!series.points[at]) continue;
    times.push_back(time_json(grid.at(at)));
    values.push_back(*series.points[at]);
  }
  return {{"Id", query.id},
          {"Label", std::move(label)},
          {"StatusCode", "Complete"},
          {"Timestamps", std::move(times)},
          {"Values", std::move(values)}};
}

Json mixed_units_message(const std::vector<std::string>& units) {
  Json messages = Json::array();
  messages.push_back(
      {{"Code", "MultipleUnits"},
       {"Value", fmt::format("Multiple units returned: '[{}]'", fmt::join(units, ", "))}});
  return messages;
}

/// One result of a metric or a time series, any number of an array.
Problem add_results(ProgramRun& run, std::size_t i, const MathGrid& grid, const WantedData& wanted,
                    Json& results) {
  const ProgramQuery& query = wanted.program.queries[i];
  const ApiResult<MathValue> value = run.result(i);
  if (!value) return value.error();
  if (query.is_metric()) {
    Json result =
        result_of(query, value->series[0], label_of(query, wanted.program.queries), grid, wanted);
    if (const auto units = run.mixed_units(i); !units.empty()) {
      result["Messages"] = mixed_units_message(units);
    }
    results.push_back(std::move(result));
    return {};
  }
  for (const MathSeries& series : value->series) {
    results.push_back(result_of(query, series, label_of(query, series), grid, wanted));
  }
  return {};
}

}  // namespace

ApiResult<Json> get_metric_data(CloudWatch& cw, const Request& request) {
  const ApiResult<WantedData> wanted = read(request);
  if (!wanted) return wanted.error();
  const SimTime by = cw.cloud.sim().now() + Duration{1};
  RunSettings settings{
      .grid = grid_of(*wanted, by), .by = by, .units = UnitRule::preferred, .bands = &cw.beyond};
  ProgramRun run{cw.cloud.metrics(), wanted->program, settings};
  Json results = Json::array();
  for (std::size_t i = 0; i < wanted->program.queries.size(); ++i) {
    const ProgramQuery& query = wanted->program.queries[i];
    if (!query.return_data) continue;
    // "The final result of any math expression must be a single time series or an array."
    if (query.type == MathType::scalar) {
      return expression_error(query.id, {0, "the result is a scalar; it must be a time series"});
    }
    if (auto problem = add_results(run, i, settings.grid, *wanted, results)) return *problem;
  }
  return Json{{"MetricDataResults", std::move(results)}, {"Messages", Json::array()}};
}

}  // namespace opsim::cloudwatch
