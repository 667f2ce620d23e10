// Scaling policies at work.
// AWS: EC2 Auto Scaling User Guide, "Step and simple scaling policies", "Scaling cooldowns"; API
// PutScalingPolicy, ExecutePolicy, DescribePolicies, DeletePolicy.
#include "models/compute/scaling_policy_operations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/compute/autoscaling_operations.hpp"
#include "models/compute/ec2_resources.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::compute {

namespace {

ApiError scaling_error(std::string message) { return {"ValidationError", std::move(message)}; }

/// By name within a group, or by ARN.
ScalingPolicy* find_policy(Groups& groups, const Place& place, std::string_view group,
                           std::string_view name) {
  for (auto& [key, policy] : groups.policies) {
    if (policy.place != place) continue;
    if (policy.arn == name) return &policy;
    if (policy.name == name && (group.empty() || policy.group == group)) return &policy;
  }
  return nullptr;
}

/// What runs a policy: nobody's metric, or an alarm's.
struct Trigger {
  std::optional<double> breach = {};  // metric minus threshold
  bool honor_cooldown = true;
  std::string by = {};  // "alarm cpu-high", "a user request"
};

Group* group_of(Groups& groups, const ScalingPolicy& policy) {
  return groups.find(policy.place, policy.group);
}

void set_capacity(Groups& groups, Group& group, const ScalingPolicy& policy, std::int64_t wanted,
                  const std::string& by) {
  const std::int64_t before = group.spec.desired;
  group.spec.desired = std::clamp(wanted, group.spec.min_size, group.spec.max_size);
  if (group.spec.desired == before) return;
  const CauseScope because{
      groups.sim(),
      groups.cloud.journal().write(
          {.kind = EntryKind::resource,
           .level = Level::story,
           .subject = std::string{groups.cloud.resources().name_of(group.name)},
           .text = fmt::format("desired capacity {} -> {}, by {} through {}", before,
                               group.spec.desired, by, policy.name),
           .source = std::string{groups.cloud.resources().source_of(group.name)},
           .detail = {{"act", "scaled"}, {"from", before}, {"to", group.spec.desired}}})};
  group.scaled_at = groups.sim().now();
  balance(groups, group);
}

// "While the scale-out activity and the warm-up are in progress, instances that warm up count as
// part of the capacity [only for how many more are needed], and scale-in waits."
void run_step(Groups& groups, Group& group, ScalingPolicy& policy, std::int64_t adjustment,
              const std::string& by) {
  const SimTime now = groups.sim().now();
  const bool warming = now < policy.warm_until;
  const std::int64_t capacity = warming ? policy.before_warmup : group.spec.desired;
  const std::int64_t wanted = std::clamp(adjusted_capacity(policy, adjustment, capacity),
                                         group.spec.min_size, group.spec.max_size);
  const bool out = wanted > group.spec.desired;
  if (!out && (warming || now < group.warm_until)) return;
  if (out) {
    const auto warmup = std::chrono::seconds{policy.warmup.value_or(group.spec.cooldown)};
    policy.before_warmup = capacity;
    policy.warm_until = now + warmup;
    group.warm_until = std::max(group.warm_until, policy.warm_until);
  }
  set_capacity(groups, group, policy, wanted, by);
}

/// Error code "ScalingActivityInProgress" is ExecutePolicy's while a cooldown is honoured.
std::optional<ApiError> run_policy(Groups& groups, ScalingPolicy& policy, const Trigger& trigger) {
  Group* group = group_of(groups, policy);
  if (group == nullptr) return scaling_error("Group " + policy.group + " not found");
  if (!policy.enabled) return scaling_error("Policy " + policy.name + " is disabled");
  if (policy.type == "StepScaling") {
    if (!trigger.breach)
      return scaling_error("MetricValue and BreachThreshold are required for StepScaling");
    const auto adjustment = step_for(policy, *trigger.breach);
    if (adjustment) run_step(groups, *group, policy, *adjustment, trigger.by);
    return std::nullopt;
  }
  if (!policy.adjustment)
    return scaling_error(fmt::format("{} policies are not simulated", policy.type));
  const auto cooldown = std::chrono::seconds{policy.cooldown.value_or(group->spec.cooldown)};
  const bool cooling = group->scaled_at && groups.sim().now() < *group->scaled_at + cooldown;
  if (trigger.honor_cooldown && cooling)
    return ApiError{"ScalingActivityInProgress",
                    fmt::format("Group {} is within its cooldown period", group->name)};
  set_capacity(groups, *group, policy,
               adjusted_capacity(policy, *policy.adjustment, group->spec.desired), trigger.by);
  return std::nullopt;
}

std::string policy_arn(Groups& groups, const Place& place, const ScalingPolicy& policy) {
  return arn(place, "autoscaling",
             fmt::format("scalingPolicy:{}:autoScalingGroupName/{}:policyName/{}",
                         groups.cloud.next_uuid("scaling policy"), policy.group, policy.name));
}

Json describe_policy(const ScalingPolicy& policy) {
  Json json{{"PolicyName", policy.name},
            {"PolicyARN", policy.arn},
            {"AutoScalingGroupName", policy.group},
            {"PolicyType", policy.type},
            {"Enabled", policy.enabled},
            {"Alarms", Json::array()},
            {"StepAdjustments", Json::array()}};
  const auto put = [&](const char* name, const auto& value) {
    if (value) json[name] = *value;
  };
  if (policy.adjustment || !policy.steps.empty())
    json["AdjustmentType"] = to_string(policy.adjustment_type);
  put("ScalingAdjustment", policy.adjustment);
  put("Cooldown", policy.cooldown);
  put("MinAdjustmentMagnitude", policy.min_magnitude);
  put("EstimatedInstanceWarmup", policy.warmup);
  if (policy.type == "StepScaling")
    json["MetricAggregationType"] = policy.aggregation.empty() ? "Average" : policy.aggregation;
  for (const StepAdjustment& step : policy.steps) {
    Json item{{"ScalingAdjustment", step.adjustment}};
    if (step.lower) item["MetricIntervalLowerBound"] = *step.lower;
    if (step.upper) item["MetricIntervalUpperBound"] = *step.upper;
    json["StepAdjustments"].push_back(std::move(item));
  }
  if (!policy.tracking.is_null()) json["TargetTrackingConfiguration"] = policy.tracking;
  return json;
}

void tell_if_inert(Groups& groups, const ScalingPolicy& policy, const std::string& source) {
  if (policy.adjustment || !policy.steps.empty()) return;
  groups.cloud.journal().write(
      {.kind = EntryKind::note,
       .level = Level::story,
       .subject = policy.name,
       .text = fmt::format("never scales: {} policies are not simulated", policy.type),
       .source = source});
}

}  // namespace

ApiResult<Json> put_scaling_policy(Groups& groups, const Request& request) {
  const auto group = named_group(groups, request);
  if (!group) return group.error();
  auto policy = read_scaling_policy(request.input);
  if (!policy) return policy.error();
  if (policy->name.empty()) return scaling_error("PolicyName is required");
  policy->place = request.place();
  const ScalingPolicy* known = find_policy(groups, request.place(), policy->group, policy->name);
  policy->arn = known != nullptr ? known->arn : policy_arn(groups, request.place(), *policy);
  tell_if_inert(groups, *policy, "");
  const std::string arn = policy->arn;
  groups.policies.insert_or_assign(arn, *std::move(policy));
  return Json{{"PolicyARN", arn}, {"Alarms", Json::array()}};
}

ApiResult<Json> execute_policy(Groups& groups, const Request& request) {
  const std::string name = input::text(request.input, "PolicyName");
  ScalingPolicy* policy = find_policy(groups, request.place(),
                                      input::text(request.input, "AutoScalingGroupName"), name);
  if (policy == nullptr)
    return scaling_error(fmt::format("No scaling policy found for name '{}'", name));
  Trigger trigger{.honor_cooldown = input::boolean(request.input, "HonorCooldown").value_or(false),
                  .by = "a user request"};
  const Json& value = input::member(request.input, "MetricValue");
  const Json& threshold = input::member(request.input, "BreachThreshold");
  if (value.is_number() && threshold.is_number())
    trigger.breach = value.get<double>() - threshold.get<double>();
  if (const auto error = run_policy(groups, *policy, trigger)) return *error;
  return Json::object();
}

ApiResult<Json> describe_policies(Groups& groups, const Request& request) {
  const std::string group = input::text(request.input, "AutoScalingGroupName");
  const std::vector<std::string> names = input::texts(request.input, "PolicyNames");
  const std::vector<std::string> types = input::texts(request.input, "PolicyTypes");
  const auto named = [](const std::vector<std::string>& list, const std::string& text) {
    return std::ranges::find(list, text) != list.end();
  };
  Json found = Json::array();
  for (const auto& [key, policy] : groups.policies) {
    if (policy.place != request.place() || (!group.empty() && policy.group != group)) continue;
    if (!names.empty() && !named(names, policy.name) && !named(names, policy.arn)) continue;
    if (!types.empty() && !named(types, policy.type)) continue;
    found.push_back(describe_policy(policy));
  }
  return Json{{"ScalingPolicies", std::move(found)}};
}

ApiResult<Json> delete_policy(Groups& groups, const Request& request) {
  const std::string name = input::text(request.input, "PolicyName");
  const ScalingPolicy* policy = find_policy(
      groups, request.place(), input::text(request.input, "AutoScalingGroupName"), name);
  if (policy == nullptr)
    return scaling_error(fmt::format("No scaling policy found for name '{}'", name));
  groups.policies.erase(std::string{policy->arn});
  return Json::object();
}

// An alarm whose policy does nothing (a cooldown, no step for this breach) has run its action.
Process<ApiResult<Json>> deliver_to_policy(Groups& groups, Delivery delivery) {
  const auto found = groups.policies.find(delivery.target.text());
  if (found == groups.policies.end())
    co_return scaling_error(fmt::format("Policy {} not found", delivery.target.text()));
  const Group* group = group_of(groups, found->second);
  if (group != nullptr && group->suspended.contains("AlarmNotification")) co_return Json::object();
  const Json& parameters = delivery.parameters;
  Trigger trigger{.by = fmt::format("alarm {}", input::text(parameters, "AlarmName"))};
  const Json& value = input::member(parameters, "MetricValue");
  const Json& threshold = input::member(parameters, "Threshold");
  if (value.is_number() && threshold.is_number())
    trigger.breach = value.get<double>() - threshold.get<double>();
  const auto error = run_policy(groups, found->second, trigger);
  if (error && error->code != "ScalingActivityInProgress") co_return *error;
  co_return Json::object();
}

// ---- AWS::AutoScaling::ScalingPolicy ----

namespace {

constexpr Shape kPolicyText{.kind = Kind::text};
constexpr Shape kPolicyInteger{.kind = Kind::integer};
constexpr Shape kPolicyNumber{.kind = Kind::number};
constexpr Shape kAdjustment{.kind = Kind::text, .example = "ChangeInCapacity"};
constexpr Field kStepFields[] = {
    {.name = "MetricIntervalLowerBound", .shape = &kPolicyNumber},
    {.name = "MetricIntervalUpperBound", .shape = &kPolicyNumber},
    {.name = "ScalingAdjustment", .shape = &kPolicyInteger, .need = Need::required},
};
constexpr Shape kStep{.kind = Kind::mapping, .fields = kStepFields};
constexpr Shape kSteps{.kind = Kind::list, .of = &kStep};
constexpr Field kPolicyFields[] = {
    {.name = "AdjustmentType", .shape = &kAdjustment},
    {.name = "AutoScalingGroupName", .shape = &kPolicyText, .need = Need::required},
    {.name = "Cooldown", .shape = &kPolicyInteger},
    {.name = "EstimatedInstanceWarmup", .shape = &kPolicyInteger},
    {.name = "MetricAggregationType", .shape = &kPolicyText},
    {.name = "MinAdjustmentMagnitude", .shape = &kPolicyInteger},
    {.name = "PolicyType", .shape = &kPolicyText},
    {.name = "PredictiveScalingConfiguration", .simulated = Simulated::no},
    {.name = "ScalingAdjustment", .shape = &kPolicyInteger},
    {.name = "StepAdjustments", .shape = &kSteps},
    {.name = "TargetTrackingConfiguration", .simulated = Simulated::no},
};

}  // namespace

constexpr Shape kScalingPolicyProperties{.kind = Kind::mapping,
                                         .name = "ScalingPolicy",
                                         .doc = "What an alarm changes of a group's capacity.",
                                         .fields = kPolicyFields};

/// Ref of a scaling policy is its ARN, to which alarms point.
ApiResult<Created> create_scaling_policy(Groups& groups, const ResourceRequest& request) {
  auto policy = read_scaling_policy(request.properties);
  if (!policy) return policy.error();
  policy->name = generated_name(request);
  policy->place = request.place;
  policy->arn = policy_arn(groups, request.place, *policy);
  tell_if_inert(groups, *policy, request.source);
  Created created{.physical_id = policy->arn,
                  .arn = policy->arn,
                  .attributes = {{"Arn", policy->arn}, {"PolicyName", policy->name}}};
  groups.policies.insert_or_assign(created.arn, *std::move(policy));
  return created;
}

}  // namespace opsim::compute
