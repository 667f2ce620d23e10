// GetMetricStatistics.
// AWS: API GetMetricStatistics. "The maximum number of data points returned from a single call is
// 1,440." Times are rounded down to the minute (to the period where that is shorter).
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudwatch/metric_query.hpp"
#include "models/cloudwatch/operations.hpp"
#include "models/cloudwatch/units.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::int64_t kMostDatapoints = 1440;

struct Wanted {
  SeriesKey key;
  PeriodGrid grid{};
  std::vector<Statistic> statistics;
  std::string unit;
};

/// 18720 is "18,720".
std::string grouped(std::int64_t number) {
  std::string digits = fmt::format("{}", number);
  for (std::ptrdiff_t i = static_cast<std::ptrdiff_t>(digits.size()) - 3; i > 0; i -= 3) {
    digits.insert(static_cast<std::size_t>(i), ",");
  }
  return digits;
}

std::optional<ApiError> read_statistics(Input& input, Wanted& wanted) {
  const std::vector<std::string> basic = input.texts("Statistics", 5);
  const std::vector<std::string> extended = input.texts("ExtendedStatistics", 10);
  if (const auto error = input.error()) return error;
  if (basic.empty() && extended.empty()) {
    return invalid_combination(
        "At least one of the parameters Statistics and ExtendedStatistics must be specified.");
  }
  for (const auto* names : {&basic, &extended}) {
    for (const std::string& name : *names) {
      const auto statistic = Statistic::parse(name);
      if (!statistic || statistic->is_basic() != (names == &basic)) {
        return invalid_value(fmt::format("The value {} for parameter {} is not supported.", name,
                                         names == &basic ? "Statistics" : "ExtendedStatistics"));
      }
      wanted.statistics.push_back(*statistic);
    }
  }
  return std::nullopt;
}

std::optional<ApiError> check_grid(const PeriodGrid& grid) {
  if (grid.from >= grid.to) {
    return invalid_combination("The parameter StartTime must be less than the parameter EndTime.");
  }
  if (!is_period(grid.period / std::chrono::seconds{1})) {
    return invalid_value(
        fmt::format("The parameter Period must be 1, 5, 10, 20, 30 or a multiple of 60; it is {}.",
                    grid.period / std::chrono::seconds{1}));
  }
  if (grid.count() > kMostDatapoints) {
    return invalid_combination(
        fmt::format("You have requested up to {} datapoints, which exceeds the limit of 1,440. You "
                    "may reduce the datapoints requested by increasing Period, or decreasing the "
                    "time range.",
                    grouped(grid.count())));
  }
  return std::nullopt;
}

ApiResult<Wanted> read_wanted(const Request& request) {
  Input input{request.input};
  Wanted wanted;
  wanted.key = {request.place(), input.required_text("Namespace"),
                input.required_text("MetricName"), input.dimensions("Dimensions")};
  const SimTime start = input.required_time("StartTime");
  const SimTime end = input.required_time("EndTime");
  input.require("Period");
  wanted.grid.period = std::chrono::seconds{input.integer("Period", 1).value_or(60)};
  wanted.unit = input.choice("Unit", kUnits).value_or("");
  if (const auto error = read_statistics(input, wanted)) return *error;
  const Duration step = std::min<Duration>(wanted.grid.period, std::chrono::minutes{1});
  wanted.grid.from = round_down(start, step);
  wanted.grid.to = std::max(end, start);
  if (start >= end) wanted.grid.to = wanted.grid.from;
  if (const auto error = check_grid(wanted.grid)) return *error;
  return wanted;
}

/// One datapoint for each unit: CloudWatch does not add seconds to bytes.
void append(const Metrics& metrics, SeriesId series, const Wanted& wanted, Window window,
            Json& datapoints) {
  const std::vector<std::string> units =
      wanted.unit.empty() ? metrics.units(series, window) : std::vector{wanted.unit};
  for (const std::string& unit : units) {
    window.unit = unit;
    Json datapoint = Json::object();
    for (const Statistic& statistic : wanted.statistics) {
      const auto value = metrics.statistic(series, statistic, window);
      if (!value) continue;
      Json& part = statistic.is_basic() ? datapoint : datapoint["ExtendedStatistics"];
      part[statistic.text] = *value;
    }
    if (datapoint.empty()) continue;
    datapoint["Timestamp"] = time_json(window.from);
    datapoint["Unit"] = unit;
    datapoints.push_back(std::move(datapoint));
  }
}

/// The first period of the grid that can still be read: "data points with a period of less than 60
/// seconds are available for 3 hours".
SimTime readable_from(const PeriodGrid& grid, SimTime by) {
  const SimTime oldest = by - kHighResolutionKept;
  if (grid.period >= std::chrono::minutes{1} || grid.from >= oldest) return grid.from;
  return grid.from + ((oldest - grid.from) / grid.period + 1) * grid.period;
}

}  // namespace

ApiResult<Json> get_metric_statistics(CloudWatch& cw, const Request& request) {
  const ApiResult<Wanted> wanted = read_wanted(request);
  if (!wanted) return wanted.error();
  const Metrics& metrics = cw.cloud.metrics();
  Json datapoints = Json::array();
  const auto series = metrics.find(wanted->key);
  const SimTime by = cw.cloud.sim().now() + Duration{1};
  const PeriodGrid& grid = wanted->grid;
  for (SimTime from = std::max(grid.from, readable_from(grid, by));
       series && from < std::min(grid.to, by); from += grid.period) {
    append(metrics, *series, *wanted, {from, from + grid.period, by}, datapoints);
  }
  return Json{{"Label", wanted->key.metric_name}, {"Datapoints", std::move(datapoints)}};
}

}  // namespace opsim::cloudwatch
