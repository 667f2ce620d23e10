#include "opsim/cloud/tracked_metric.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "opsim/cloud/input.hpp"

namespace opsim {

namespace {

constexpr int kMetricPeriod = 60;

ApiError metric_error(std::string message) { return {"ValidationError", std::move(message)}; }

/// "Period: [...] The default is 60"; 10 and 30 are for high resolution metrics.
ApiResult<std::int64_t> period_of(const Json& of) {
  const std::int64_t period = input::integer(of, "Period").value_or(kMetricPeriod);
  if (period != 10 && period != 30 && period != 60)
    return metric_error("The Period of a tracked metric is 10, 30 or 60 seconds");
  return period;
}

/// TargetTrackingMetricDataQuery into MetricDataQuery: alarms want a Period.
ApiResult<Json> alarm_queries(const Json& queries) {
  if (!queries.is_array() || queries.empty())
    return metric_error("Metrics must be a list of at least one query");
  Json list = Json::array();
  for (Json query : queries) {
    if (!query.is_object()) return metric_error("A query of Metrics is a mapping");
    if (Json& stat = query["MetricStat"]; stat.is_object()) {
      const auto period = period_of(input::member(stat, "Period").is_null() ? query : stat);
      if (!period) return period.error();
      stat["Period"] = *period;
    } else {
      query.erase("MetricStat");
    }
    query.erase("Period");
    list.push_back(std::move(query));
  }
  return list;
}

}  // namespace

ApiResult<Json> customized_metric(const Json& specification) {
  const Json& queries = input::member(specification, "Metrics");
  if (!queries.is_null()) {
    ApiResult<Json> list = alarm_queries(queries);
    if (!list) return list.error();
    return Json{{"Metrics", *std::move(list)}};
  }
  Json metric = Json::object();
  for (const char* name : {"MetricName", "Namespace", "Statistic"}) {
    const std::string value = input::text(specification, name);
    if (value.empty())
      return metric_error(fmt::format("{} is required in CustomizedMetricSpecification", name));
    metric[name] = value;
  }
  const auto period = period_of(specification);
  if (!period) return period.error();
  metric["Period"] = *period;
  if (const Json& dimensions = input::member(specification, "Dimensions"); dimensions.is_array())
    metric["Dimensions"] = dimensions;
  if (const std::string unit = input::text(specification, "Unit"); !unit.empty())
    metric["Unit"] = unit;
  return metric;
}

std::int64_t tracked_capacity(double target, double metric, std::int64_t capacity) {
  constexpr double kMost = 1e9;
  const double exact = static_cast<double>(capacity) * std::max(metric, 0.0) / target;
  if (!(exact < kMost)) return static_cast<std::int64_t>(kMost);
  // 6.000000001 of a division is six: its rounding is no load.
  return static_cast<std::int64_t>(std::ceil(exact - 1e-9 * std::max(exact, 1.0)));
}

std::optional<Json> load_balancer_dimensions(const std::string& label) {
  const auto at = label.find("/targetgroup/");
  if (!label.starts_with("app/") || at == std::string::npos) return std::nullopt;
  return Json::array({{{"Name", "LoadBalancer"}, {"Value", label.substr(0, at)}},
                      {{"Name", "TargetGroup"}, {"Value", label.substr(at + 1)}}});
}

Json tracking_alarm(const Json& metric, const TrackingAlarm& alarm) {
  Json asked = metric;
  asked["AlarmName"] = alarm.name;
  asked["AlarmDescription"] =
      "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy " + alarm.policy + ".";
  asked["AlarmActions"] = {alarm.policy};
  asked["ComparisonOperator"] = alarm.high ? "GreaterThanThreshold" : "LessThanThreshold";
  asked["EvaluationPeriods"] = alarm.periods;
  asked["Threshold"] = alarm.threshold;
  return asked;
}

}  // namespace opsim
