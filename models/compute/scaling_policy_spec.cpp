// PutScalingPolicy's members, which are also those of AWS::AutoScaling::ScalingPolicy.
// AWS: API PutScalingPolicy; messages in the manner of Auto Scaling's ValidationError.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/compute/scaling_policy_operations.hpp"
#include "models/compute/target_tracking.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::compute {

namespace {

ApiError policy_error(std::string message) { return {"ValidationError", std::move(message)}; }

constexpr std::string_view kAdjustmentTypes[] = {"ChangeInCapacity", "ExactCapacity",
                                                 "PercentChangeInCapacity"};
constexpr std::string_view kPolicyTypes[] = {"PredictiveScaling", "SimpleScaling", "StepScaling",
                                             "TargetTrackingScaling"};
constexpr std::size_t kMostSteps = 20;  // General Reference, Auto Scaling quotas

std::optional<double> bound(const Json& step, std::string_view name) {
  const Json& value = input::member(step, name);
  if (value.is_number()) return value.get<double>();
  const std::string text = input::text(value);
  double number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool good = !text.empty() && failed == std::errc{} && end == text.data() + text.size();
  return good ? std::optional{number} : std::nullopt;
}

std::optional<ApiError> read_steps(const Json& members, ScalingPolicy& policy) {
  const Json& steps = input::member(members, "StepAdjustments");
  if (!steps.is_array() || steps.empty())
    return policy_error("At least one StepAdjustment must be specified for StepScaling");
  if (steps.size() > kMostSteps)
    return policy_error(fmt::format("At most {} StepAdjustments are allowed", kMostSteps));
  for (const Json& item : steps) {
    StepAdjustment step{bound(item, "MetricIntervalLowerBound"),
                        bound(item, "MetricIntervalUpperBound"), 0};
    const auto adjustment = input::integer(item, "ScalingAdjustment");
    if (!adjustment) return policy_error("Every StepAdjustment needs a ScalingAdjustment");
    step.adjustment = *adjustment;
    if (step.lower && step.upper && *step.lower >= *step.upper)
      return policy_error("StepAdjustment interval lower bound must be less than its upper bound");
    if (!step.lower && !step.upper && steps.size() > 1)
      return policy_error("StepAdjustment intervals can't overlap");
    policy.steps.push_back(step);
  }
  const auto begins = [](const StepAdjustment& step) { return step.lower.value_or(-1e300); };
  std::ranges::sort(policy.steps, {}, begins);
  for (std::size_t i = 1; i < policy.steps.size(); ++i) {
    const auto& end = policy.steps[i - 1].upper;
    const auto& next = policy.steps[i].lower;
    if (!end || !next || *end > *next)
      return policy_error("StepAdjustment intervals can't overlap");
    if (*end < *next) return policy_error("StepAdjustment intervals can't have gaps between them");
  }
  return std::nullopt;
}

std::optional<ApiError> read_adjustment(const Json& members, ScalingPolicy& policy) {
  const std::string type = input::text(members, "AdjustmentType");
  const auto known = std::ranges::find(kAdjustmentTypes, type);
  if (known == std::end(kAdjustmentTypes))
    return policy_error(
        fmt::format("AdjustmentType is '{}'; it must be ChangeInCapacity, ExactCapacity or "
                    "PercentChangeInCapacity",
                    type));
  policy.adjustment_type = static_cast<AdjustmentType>(known - std::begin(kAdjustmentTypes));
  policy.min_magnitude = input::integer(members, "MinAdjustmentMagnitude");
  if (policy.min_magnitude && policy.adjustment_type != AdjustmentType::percent)
    return policy_error("MinAdjustmentMagnitude is for PercentChangeInCapacity only");
  if (policy.type == "StepScaling") return read_steps(members, policy);
  policy.adjustment = input::integer(members, "ScalingAdjustment");
  if (!policy.adjustment) return policy_error("ScalingAdjustment is required for SimpleScaling");
  if (policy.adjustment_type == AdjustmentType::exact && *policy.adjustment < 0)
    return policy_error("ScalingAdjustment must not be negative with ExactCapacity");
  return std::nullopt;
}

}  // namespace

std::string_view to_string(AdjustmentType type) {
  return kAdjustmentTypes[static_cast<std::size_t>(type)];
}

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
