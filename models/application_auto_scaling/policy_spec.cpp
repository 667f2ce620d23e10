// PutScalingPolicy's members, which are also those of AWS::ApplicationAutoScaling::ScalingPolicy.
// AWS: API PutScalingPolicy, StepScalingPolicyConfiguration,
// TargetTrackingScalingPolicyConfiguration. UNDOCUMENTED: the wording of refusals.
#include <fmt/format.h>

#include "models/application_auto_scaling/application_auto_scaling.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::application_auto_scaling {

namespace {

Duration seconds_or(const Json& members, std::string_view name, int standard) {
  const auto given = input::integer(members, name);
  return std::chrono::seconds{given && *given >= 0 ? *given : standard};
}

std::optional<ApiError> read_step_scaling(const Json& members, Policy& policy) {
  // CloudFormation leaves "Policy" out of the name, as the API does.
  policy.configuration = input::member(members, "StepScalingPolicyConfiguration");
  if (!policy.configuration.is_object())
    return invalid("StepScalingPolicyConfiguration is required for StepScaling");
  if (std::string wrong = read_adjustment_type(policy.configuration, policy); !wrong.empty())
    return invalid(std::move(wrong));
  if (std::string wrong = read_steps(policy.configuration, policy); !wrong.empty())
    return invalid(std::move(wrong));
  const int standard = find_dimension(policy.target.dimension)->cooldown;
  policy.out_cooldown = policy.in_cooldown = seconds_or(policy.configuration, "Cooldown", standard);
  policy.aggregation = input::text(policy.configuration, "MetricAggregationType");
  return std::nullopt;
}

ApiResult<PredefinedMetric> metric_of(const Policy& policy) {
  const Json& predefined = input::member(policy.configuration, "PredefinedMetricSpecification");
  const Json& customized = input::member(policy.configuration, "CustomizedMetricSpecification");
  if (predefined.is_object() == customized.is_object())
    return invalid(
        "Exactly one of PredefinedMetricSpecification and CustomizedMetricSpecification must be "
        "specified");
  if (predefined.is_object())
    return predefined_metric(*find_dimension(policy.target.dimension), policy.target.resource,
                             predefined);
  ApiResult<Json> metric = customized_metric(customized);
  if (!metric) return invalid(metric.error().message);
  return PredefinedMetric{.metric = *std::move(metric)};
}

std::optional<ApiError> read_tracking(const Json& members, Policy& policy) {
  policy.configuration = input::member(members, "TargetTrackingScalingPolicyConfiguration");
  if (!policy.configuration.is_object())
    return invalid(
        "TargetTrackingScalingPolicyConfiguration is required for TargetTrackingScaling");
  const auto target = scaling_number(policy.configuration, "TargetValue");
  if (!target || !(*target > 0) || !(*target < 1e15))
    return invalid("TargetValue must be a number above 0");
  ApiResult<PredefinedMetric> metric = metric_of(policy);
  if (!metric) return metric.error();
  Tracking tracking;
  tracking.target = *target;
  tracking.scales_in = !input::boolean(policy.configuration, "DisableScaleIn").value_or(false);
  tracking.metric = std::move(metric->metric);
  tracking.utilization = metric->utilization;
  policy.tracking = std::move(tracking);
  const int standard = find_dimension(policy.target.dimension)->cooldown;
  policy.out_cooldown = seconds_or(policy.configuration, "ScaleOutCooldown", standard);
  policy.in_cooldown = seconds_or(policy.configuration, "ScaleInCooldown", standard);
  return std::nullopt;
}

}  // namespace

ApiResult<Policy> read_policy(const TargetKey& key, const Json& members) {
  Policy policy;
  policy.target = key;
  policy.name = input::text(members, "PolicyName");
  if (policy.name.empty() || policy.name.size() > 256)
    return invalid("PolicyName must be 1 to 256 characters");
  if (const std::string type = input::text(members, "PolicyType"); !type.empty())
    policy.type = type;
  std::optional<ApiError> wrong;
  if (policy.type == "StepScaling") {
    wrong = read_step_scaling(members, policy);
  } else if (policy.type == "TargetTrackingScaling") {
    wrong = read_tracking(members, policy);
  } else if (policy.type == "PredictiveScaling") {
    policy.configuration = input::member(members, "PredictiveScalingPolicyConfiguration");
  } else {
    wrong = invalid(fmt::format(
        "PolicyType is '{}'; it must be StepScaling, TargetTrackingScaling or PredictiveScaling",
        policy.type));
  }
  if (wrong) return *std::move(wrong);
  return policy;
}

}  // namespace opsim::application_auto_scaling
