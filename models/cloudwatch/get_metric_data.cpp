// GetMetricData, for single metrics.
// AWS: API GetMetricData. Labels: "whenever values differ for a statistic or period, that value is
// added to the label" (recorded on AWS). At most 500 queries and 100,800 datapoints a call.
// SIMPLIFIED: all datapoints come in one page; expressions are not simulated yet.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "models/cloudwatch/metric_query.hpp"
#include "models/cloudwatch/operations.hpp"
#include "models/cloudwatch/units.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::size_t kMostQueries = 500;
constexpr std::int64_t kMostDatapointsOfCall = 100'800;
constexpr std::array<std::string_view, 2> kScanOrders = {"TimestampAscending",
                                                         "TimestampDescending"};

struct Query {
  std::string id;
  std::string label;
  SeriesKey key;
  Statistic statistic;
  Duration period{};
  std::string unit;
  bool return_data = true;
};

struct WantedMetric {
  std::vector<Query> queries;
  SimTime from{};
  SimTime to{};
  bool ascending = false;
  std::int64_t most = kMostDatapointsOfCall;
};

using Problem = std::optional<ApiError>;

bool is_id(const std::string& id) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (id.empty() || id[0] < 'a' || id[0] > 'z') return false;
  return std::ranges::all_of(
      id, [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; });
}

Problem read_stat(const Json& members, const std::string& where, const Place& place, Query& query) {
  Input stat{members};
  stat.require("Metric");
  stat.require("Period");
  const std::string name = stat.required_text("Stat");
  const std::int64_t period = stat.integer("Period", 1).value_or(60);
  query.unit = stat.choice("Unit", kUnits).value_or("");
  if (Problem problem = stat.error()) return problem;
  Input metric{*stat.find("Metric")};
  query.key = {place, metric.text("Namespace", 255).value_or(""),
               metric.text("MetricName", 255).value_or(""), metric.dimensions("Dimensions")};
  if (Problem problem = metric.error()) return problem;
  const auto statistic = Statistic::parse(name);
  if (!statistic) {
    return validation_error(fmt::format(
        "The value {} for parameter {}.MetricStat.Stat is not supported.", name, where));
  }
  if (!is_period(period)) {
    return validation_error(fmt::format(
        "The value {} for parameter {}.MetricStat.Period is invalid: 1, 5, 10, 20, 30 or "
        "a multiple of 60.",
        period, where));
  }
  query.statistic = *statistic;
  query.period = std::chrono::seconds{period};
  return {};
}

Problem read_query(const Json& members, std::size_t number, const Place& place, Query& query) {
  const std::string where = fmt::format("MetricDataQueries.member.{}", number);
  Input input{members};
  query.id = input.required_text("Id");
  query.label = input.text("Label").value_or("");
  query.return_data = input.boolean("ReturnData").value_or(true);
  if (Problem problem = input.error()) return problem;
  if (!is_id(query.id)) {
    return validation_error(
        fmt::format("The value {} for parameter {}.Id is not matching the expected pattern "
                    "^[a-z][a-zA-Z0-9_]*$.",
                    query.id, where));
  }
  if (input.has("Expression")) {
    return ApiError{"NotSimulated", "metric math expressions are not simulated yet", 400};
  }
  const Json* stat = input.find("MetricStat");
  if (stat == nullptr) {
    return validation_error(
        fmt::format("Either {0}.MetricStat or {0}.Expression must be specified.", where));
  }
  return read_stat(*stat, where, place, query);
}

ApiResult<WantedMetric> read(const Request& request) {
  Input input{request.input};
  WantedMetric wanted;
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
  std::set<std::string> ids;
  std::int64_t datapoints = 0;
  for (const Json* members : queries) {
    Query& query = wanted.queries.emplace_back();
    const std::size_t number = wanted.queries.size();
    if (Problem problem = read_query(*members, number, request.place(), query)) return *problem;
    if (!ids.insert(query.id).second) {
      return validation_error(
          fmt::format("The values for parameter id in MetricDataQueries are not unique."));
    }
    datapoints += (wanted.to - wanted.from) / query.period;
  }
  if (datapoints > kMostDatapointsOfCall) {
    return validation_error(
        fmt::format("You have requested up to {} datapoints, which exceeds the limit of {}.",
                    datapoints, kMostDatapointsOfCall));
  }
  return wanted;
}

bool any_differs(const std::vector<Query>& queries, auto member) {
  return std::ranges::any_of(
      queries, [&](const Query& query) { return member(query) != member(queries.front()); });
}

std::string label_of(const Query& query, const std::vector<Query>& all) {
  if (!query.label.empty()) return query.label;
  std::string label = query.key.metric_name;
  if (any_differs(all, [](const Query& each) { return each.statistic.text; })) {
    label += fmt::format(" {}", query.statistic.text);
  }
  if (any_differs(all, [](const Query& each) { return each.period; })) {
    label += fmt::format(" {}", query.period / std::chrono::seconds{1});
  }
  return label;
}

Json result_of(const Metrics& metrics, SimTime now, const Query& query,
               const WantedMetric& wanted) {
  Json result{{"Id", query.id},
              {"Label", label_of(query, wanted.queries)},
              {"StatusCode", "Complete"},
              {"Timestamps", Json::array()},
              {"Values", Json::array()}};
  const auto series = metrics.find(query.key);
  if (!series) return result;
  const SimTime by = now + Duration{1};
  const SimTime from = round_down(wanted.from, query.period);
  std::string unit = query.unit;
  if (unit.empty()) {
    const std::vector<std::string> units = metrics.units(*series, {from, wanted.to, by});
    if (!units.empty()) unit = preferred_unit(units);
    if (units.size() > 1) {
      result["Messages"] = Json::array();
      result["Messages"].push_back(
          {{"Code", "MultipleUnits"},
           {"Value", fmt::format("Multiple units returned: '[{}]'", fmt::join(units, ", "))}});
    }
  }
  std::vector<std::pair<SimTime, double>> points;
  for (SimTime at = from; at < std::min(wanted.to, by); at += query.period) {
    const auto value =
        metrics.statistic(*series, query.statistic, {at, at + query.period, by, unit});
    if (value) points.emplace_back(at, *value);
  }
  if (!wanted.ascending) std::ranges::reverse(points);
  for (const auto& [at, value] : points) {
    if (std::ssize(result["Values"]) >= wanted.most) break;
    result["Timestamps"].push_back(time_json(at));
    result["Values"].push_back(value);
  }
  return result;
}

}  // namespace

ApiResult<Json> get_metric_data(CloudWatch& cw, const Request& request) {
  const ApiResult<WantedMetric> wanted = read(request);
  if (!wanted) return wanted.error();
  Json results = Json::array();
  for (const Query& query : wanted->queries) {
    if (!query.return_data) continue;
    results.push_back(result_of(cw.cloud.metrics(), cw.cloud.sim().now(), query, *wanted));
  }
  return Json{{"MetricDataResults", std::move(results)}, {"Messages", Json::array()}};
}

}  // namespace opsim::cloudwatch
