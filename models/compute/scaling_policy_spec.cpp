// PutScalingPolicy's members, which are also those of AWS::AutoScaling::ScalingPolicy.
// AWS: API PutScalingPolicy; messages in the manner of Auto Scaling's ValidationError.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/scaling_policy_operations.hpp"
#include "models/compute/target_tracking.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::compute {

namespace {

ApiError policy_error(std::string message) { return {"ValidationError", std::move(message)}; }

constexpr std::string_view kPolicyTypes[] = {"PredictiveScaling", "SimpleScaling", "StepScaling",
                                             "TargetTrackingScaling"};

std::optional<ApiError> read_adjustment(const Json& members, ScalingPolicy& policy) {
  if (std::string wrong = read_adjustment_type(members, policy); !wrong.empty())
    return policy_error(std::move(wrong));
  if (policy.type == "StepScaling") {
    std::string wrong = read_steps(members, policy);
    return wrong.empty() ? std::nullopt : std::optional{policy_error(std::move(wrong))};
  }
  policy.adjustment = input::integer(members, "ScalingAdjustment");
  if (!policy.adjustment) return policy_error("ScalingAdjustment is required for SimpleScaling");
  if (policy.adjustment_type == AdjustmentType::exact && *policy.adjustment < 0)
    return policy_error("ScalingAdjustment must not be negative with ExactCapacity");
  return std::nullopt;
}

}  // namespace

ApiResult<ScalingPolicy> read_scaling_policy(const Json& members) {
  ScalingPolicy policy;
  policy.group = input::text(members, "AutoScalingGroupName");
  policy.name = input::text(members, "PolicyName");
  const std::string type = input::text(members, "PolicyType");
  if (!type.empty()) policy.type = type;
  if (std::ranges::find(kPolicyTypes, policy.type) == std::end(kPolicyTypes))
    return policy_error(
        fmt::format("PolicyType is '{}'; it must be one of SimpleScaling, "
                    "StepScaling, TargetTrackingScaling, PredictiveScaling",
                    type));
  policy.enabled = input::boolean(members, "Enabled").value_or(true);
  policy.cooldown = input::integer(members, "Cooldown");
  policy.warmup = input::integer(members, "EstimatedInstanceWarmup");
  policy.aggregation = input::text(members, "MetricAggregationType");
  if (policy.type == "PredictiveScaling") {
    policy.configuration = input::member(members, "PredictiveScalingConfiguration");
    ApiResult<PredictiveScaling> predictive =
        read_predictive_scaling(policy.configuration, policy.group);
    if (!predictive) return predictive.error();
    policy.predictive = *std::move(predictive);
    policy.configuration = predictive_json(policy.configuration);
    return policy;
  }
  if (policy.type == "TargetTrackingScaling") {
    policy.configuration = input::member(members, "TargetTrackingConfiguration");
    ApiResult<TargetTracking> tracking = read_target_tracking(policy.configuration, policy.group);
    if (!tracking) return tracking.error();
    policy.tracking = *std::move(tracking);
    return policy;
  }
  if (const auto error = read_adjustment(members, policy)) return *error;
  return policy;
}

}  // namespace opsim::compute
