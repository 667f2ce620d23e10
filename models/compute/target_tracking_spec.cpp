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
#include "opsim/cloud/tracked_metric.hpp"

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
  const auto target = scaling_number(configuration, "TargetValue");
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
  // UNDOCUMENTED: those of ECS's cluster auto scaling are of one minute above the target, and of
  // fifteen below the target itself: so accounts show them.
  const bool managed = input::text(tracking.metric, "Namespace") == "AWS/ECS/ManagedScaling";
  const int above = managed ? 1 : kHighPeriods;
  const double low = managed ? tracking.target : tracking.target * kLowShare;
  return tracking_alarm(tracking.metric, {.name = high ? tracking.high_alarm : tracking.low_alarm,
                                          .policy = policy.arn,
                                          .high = high,
                                          .periods = high ? above : kLowPeriods,
                                          .threshold = high ? tracking.target : low});
}

}  // namespace opsim::compute
