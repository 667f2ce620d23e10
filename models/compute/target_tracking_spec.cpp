// TargetTrackingConfiguration: what is tracked, and the alarms that watch it.
// AWS: API TargetTrackingConfiguration, PredefinedMetricSpecification,
// CustomizedMetricSpecification, TargetTrackingMetricDataQuery; EC2 Auto Scaling User Guide,
// "Target tracking scaling policies". UNDOCUMENTED: the shape of the alarms (three minutes above
// the target, fifteen below 90 % of it) is what accounts show, and what the guides of ECS and
// DynamoDB say of theirs.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/target_tracking.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::compute {

namespace {

ApiError tracking_error(std::string message) { return {"ValidationError", std::move(message)}; }

constexpr double kLowShare = 0.9;
constexpr int kHighPeriods = 3;
constexpr int kLowPeriods = 15;
constexpr int kMetricPeriod = 60;

struct Predefined {
  std::string_view type;
  std::string_view metric_namespace;
  std::string_view metric;
  std::string_view statistic;
};
constexpr Predefined kPredefined[] = {
    {"ALBRequestCountPerTarget", "AWS/ApplicationELB", "RequestCountPerTarget", "Sum"},
    {"ASGAverageCPUUtilization", "AWS/EC2", "CPUUtilization", "Average"},
    {"ASGAverageNetworkIn", "AWS/EC2", "NetworkIn", "Average"},
    {"ASGAverageNetworkOut", "AWS/EC2", "NetworkOut", "Average"},
};

std::optional<double> target_value(const Json& configuration) {
  const Json& value = input::member(configuration, "TargetValue");
  if (value.is_number()) return value.get<double>();
  const std::string text = input::text(value);
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  return !text.empty() && *end == '\0' ? std::optional{number} : std::nullopt;
}

/// "app/NAME/ID/targetgroup/NAME/ID" gives the values of both dimensions.
std::optional<Json> load_balancer_dimensions(const std::string& label) {
  const auto at = label.find("/targetgroup/");
  if (!label.starts_with("app/") || at == std::string::npos) return std::nullopt;
  return Json::array({{{"Name", "LoadBalancer"}, {"Value", label.substr(0, at)}},
                      {{"Name", "TargetGroup"}, {"Value", label.substr(at + 1)}}});
}

ApiResult<Json> predefined_metric(const Json& specification, const std::string& group) {
  const std::string type = input::text(specification, "PredefinedMetricType");
  const auto found = std::ranges::find(kPredefined, type, &Predefined::type);
  if (found == std::end(kPredefined))
    return tracking_error(
        fmt::format("PredefinedMetricType is '{}'; it must be one of ASGAverageCPUUtilization, "
                    "ASGAverageNetworkIn, ASGAverageNetworkOut, ALBRequestCountPerTarget",
                    type));
  Json metric{{"Namespace", found->metric_namespace},
              {"MetricName", found->metric},
              {"Statistic", found->statistic},
              {"Period", kMetricPeriod}};
  const std::string label = input::text(specification, "ResourceLabel");
  if (found->type != "ALBRequestCountPerTarget") {
    if (!label.empty()) return tracking_error("ResourceLabel is for ALBRequestCountPerTarget only");
    metric["Dimensions"] = {{{"Name", "AutoScalingGroupName"}, {"Value", group}}};
    return metric;
  }
  auto dimensions = load_balancer_dimensions(label);
  if (!dimensions)
    return tracking_error(fmt::format(
        "ResourceLabel is '{}'; it must be app/NAME/ID/targetgroup/NAME/ID, the ends of the ARNs "
        "of a load balancer and a target group",
        label));
  metric["Dimensions"] = *std::move(dimensions);
  return metric;
}

/// "Period: [...] The default is 60"; 10 and 30 are for high resolution metrics.
ApiResult<std::int64_t> period_of(const Json& of) {
  const std::int64_t period = input::integer(of, "Period").value_or(kMetricPeriod);
  if (period != 10 && period != 30 && period != 60)
    return tracking_error("The Period of a tracked metric is 10, 30 or 60 seconds");
  return period;
}

/// TargetTrackingMetricDataQuery into MetricDataQuery: alarms want a Period.
ApiResult<Json> alarm_queries(const Json& queries) {
  if (!queries.is_array() || queries.empty())
    return tracking_error("Metrics must be a list of at least one query");
  Json list = Json::array();
  for (Json query : queries) {
    if (!query.is_object()) return tracking_error("A query of Metrics is a mapping");
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
      return tracking_error(fmt::format("{} is required in CustomizedMetricSpecification", name));
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

}  // namespace

ApiResult<TargetTracking> read_target_tracking(const Json& configuration,
                                               const std::string& group) {
  if (!configuration.is_object())
    return tracking_error("TargetTrackingConfiguration is required for TargetTrackingScaling");
  const Json& predefined = input::member(configuration, "PredefinedMetricSpecification");
  const Json& customized = input::member(configuration, "CustomizedMetricSpecification");
  if (predefined.is_object() == customized.is_object())
    return tracking_error(
        "Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be "
        "specified");
  const auto target = target_value(configuration);
  // "TargetValue: [...] Some metrics are based on a count instead of a percentage"; it divides.
  if (!target || !(*target > 0) || !(*target < 1e15))
    return tracking_error("TargetValue must be a number above 0");
  ApiResult<Json> metric =
      predefined.is_object() ? predefined_metric(predefined, group) : customized_metric(customized);
  if (!metric) return metric.error();
  TargetTracking tracking;
  tracking.target = *target;
  tracking.scales_in = !input::boolean(configuration, "DisableScaleIn").value_or(false);
  tracking.metric = *std::move(metric);
  return tracking;
}

Json alarm_input(const ScalingPolicy& policy, AlarmSide side) {
  const TargetTracking& tracking = *policy.tracking;
  const bool high = side == AlarmSide::high;
  Json alarm = tracking.metric;
  alarm["AlarmName"] = high ? tracking.high_alarm : tracking.low_alarm;
  alarm["AlarmDescription"] =
      "DO NOT EDIT OR DELETE. For TargetTrackingScaling policy " + policy.arn + ".";
  alarm["AlarmActions"] = {policy.arn};
  alarm["ComparisonOperator"] = high ? "GreaterThanThreshold" : "LessThanThreshold";
  alarm["EvaluationPeriods"] = high ? kHighPeriods : kLowPeriods;
  alarm["Threshold"] = high ? tracking.target : tracking.target * kLowShare;
  return alarm;
}

}  // namespace opsim::compute
