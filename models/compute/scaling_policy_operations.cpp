// The API and the resource type of scaling policies, and the alarms that run them.
// AWS: API PutScalingPolicy, ExecutePolicy, DescribePolicies, DeletePolicy.
#include "models/compute/scaling_policy_operations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/compute/autoscaling_operations.hpp"
#include "models/compute/ec2_resources.hpp"
#include "models/compute/predictive_run.hpp"
#include "models/compute/scaling_run.hpp"
#include "models/compute/target_tracking.hpp"
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

std::string policy_arn(Groups& groups, const Place& place, const ScalingPolicy& policy) {
  return arn(place, "autoscaling",
             fmt::format("scalingPolicy:{}:autoScalingGroupName/{}:policyName/{}",
                         groups.cloud.next_uuid("scaling policy"), policy.group, policy.name));
}

Json describe_policy(Groups& groups, const ScalingPolicy& policy) {
  Json json{{"PolicyName", policy.name},
            {"PolicyARN", policy.arn},
            {"AutoScalingGroupName", policy.group},
            {"PolicyType", policy.type},
            {"Enabled", policy.enabled},
            {"Alarms", alarms_of(groups, policy)},
            {"StepAdjustments", steps_json(policy)}};
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
  if (policy.tracking) json["TargetTrackingConfiguration"] = policy.configuration;
  if (policy.type == "PredictiveScaling")
    json["PredictiveScalingConfiguration"] = policy.configuration;
  return json;
}

/// The traffic of AWS/EC2 that a policy follows, or "".
std::string traffic_of(const ScalingPolicy& policy) {
  if (policy.predictive) {
    const std::string text = policy.predictive->load.dump();
    for (const char* name : {"NetworkIn", "NetworkOut"})
      if (text.find(name) != std::string::npos) return name;
  }
  if (!policy.tracking || input::text(policy.tracking->metric, "Namespace") != "AWS/EC2") return {};
  std::string metric = input::text(policy.tracking->metric, "MetricName");
  return metric == "NetworkIn" || metric == "NetworkOut" ? metric : std::string{};
}

bool has_traffic(Groups& groups, const Group& group, const std::string& metric) {
  for (const auto& [id, member] : group.members)
    if (const Instance* const instance = groups.instance_of(member))
      return (metric == "NetworkIn" ? instance->settings->network_in
                                    : instance->settings->network_out)
          .has_value();
  return true;  // nobody can say yet
}

/// Traffic is published only where physics says so, which comes after the stacks.
void tell_if_inert(Groups& groups, const ScalingPolicy& policy, const std::string& source) {
  const std::string metric = traffic_of(policy);
  if (metric.empty()) return;
  groups.sim().at(groups.sim().now(), [&groups, place = policy.place, of = policy.group,
                                       name = policy.name, metric, source] {
    const Group* const group = groups.find(place, of);
    if (group == nullptr || has_traffic(groups, *group, metric)) return;
    groups.cloud.journal().write(
        {.kind = EntryKind::note,
         .level = Level::story,
         .subject = name,
         .text = fmt::format("never scales: nothing here publishes {} of AWS/EC2; physics of the "
                             "group says it: network: {{ {}: 5 MB/s }}",
                             metric, metric == "NetworkIn" ? "in" : "out"),
         .source = source});
  });
}

/// Two policies that track one metric would pull against each other.
std::optional<ApiError> tracked_already(Groups& groups, const ScalingPolicy& policy) {
  if (!policy.tracking) return std::nullopt;
  for (const auto& [arn, other] : groups.policies) {
    if (other.place != policy.place || other.group != policy.group) continue;
    if (other.name == policy.name || !other.tracking) continue;
    if (other.tracking->metric == policy.tracking->metric)
      return scaling_error(fmt::format(
          "Only one TargetTrackingScaling policy for a given metric specification is allowed; {} "
          "has it",
          other.name));
  }
  return std::nullopt;
}

/// User Guide, "How predictive scaling works": "only one of the policies can be used for active
/// scaling".
std::optional<ApiError> scales_already(const Groups& groups, const ScalingPolicy& policy) {
  if (!policy.predictive || !policy.predictive->scales) return std::nullopt;
  for (const auto& [arn, other] : groups.policies) {
    if (other.place != policy.place || other.group != policy.group) continue;
    if (other.name == policy.name || !other.predictive || !other.predictive->scales) continue;
    return scaling_error(fmt::format(
        "Only one predictive scaling policy of a group can be in ForecastAndScale mode; {} is",
        other.name));
  }
  return std::nullopt;
}

/// Keeps a policy that is new, or in place of the one of its name.
const ScalingPolicy& keep_policy(Groups& groups, ScalingPolicy policy) {
  const auto known = groups.policies.find(policy.arn);
  const ScalingPolicy* const before = known == groups.policies.end() ? nullptr : &known->second;
  put_alarms(groups, policy, before);
  begin_predictive(groups, policy, before);
  const std::string arn = policy.arn;
  return groups.policies.insert_or_assign(arn, std::move(policy)).first->second;
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
  if (const auto error = tracked_already(groups, *policy)) return *error;
  if (const auto error = scales_already(groups, *policy)) return *error;
  tell_if_inert(groups, *policy, "");
  const ScalingPolicy& kept = keep_policy(groups, *std::move(policy));
  return Json{{"PolicyARN", kept.arn}, {"Alarms", alarms_of(groups, kept)}};
}

ApiResult<Json> execute_policy(Groups& groups, const Request& request) {
  const std::string name = input::text(request.input, "PolicyName");
  ScalingPolicy* policy = find_policy(groups, request.place(),
                                      input::text(request.input, "AutoScalingGroupName"), name);
  if (policy == nullptr)
    return scaling_error(fmt::format("No scaling policy found for name '{}'", name));
  if (policy->tracking || policy->type == "PredictiveScaling")
    return scaling_error(fmt::format("ExecutePolicy is not for {} policies", policy->type));
  Trigger trigger{.honor_cooldown = input::boolean(request.input, "HonorCooldown").value_or(false)};
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
    found.push_back(describe_policy(groups, policy));
  }
  return Json{{"ScalingPolicies", std::move(found)}};
}

ApiResult<Json> delete_policy(Groups& groups, const Request& request) {
  const std::string name = input::text(request.input, "PolicyName");
  const ScalingPolicy* policy = find_policy(
      groups, request.place(), input::text(request.input, "AutoScalingGroupName"), name);
  if (policy == nullptr)
    return scaling_error(fmt::format("No scaling policy found for name '{}'", name));
  delete_alarms(groups, *policy);
  end_predictive(groups, policy->arn);
  groups.policies.erase(std::string{policy->arn});
  return Json::object();
}

// SIMPLIFIED: the alarms of others keep their action, which then fails.
void forget_scaling(Groups& groups, const Place& place, const std::string& group) {
  std::erase_if(groups.policies, [&](const auto& one) {
    const ScalingPolicy& policy = one.second;
    if (policy.place != place || policy.group != group) return false;
    delete_alarms(groups, policy);
    end_predictive(groups, policy.arn);
    return true;
  });
  std::erase_if(groups.scheduled, [&](const auto& one) {
    const ScheduledAction& action = one.second;
    if (action.place != place || action.group != group) return false;
    groups.sim().cancel(action.next);
    return true;
  });
}

// An alarm whose policy does nothing (a cooldown, no step for this breach) has run its action.
Process<ApiResult<Json>> deliver_to_policy(Groups& groups, Delivery delivery) {
  const auto found = groups.policies.find(delivery.target.text());
  if (found == groups.policies.end())
    co_return scaling_error(fmt::format("Policy {} not found", delivery.target.text()));
  const Group* group = groups.find(found->second.place, found->second.group);
  if (group != nullptr && group->suspended.contains("AlarmNotification")) co_return Json::object();
  const Json& parameters = delivery.parameters;
  Trigger trigger{.honor_cooldown = true, .alarm = input::text(parameters, "AlarmName")};
  const Json& value = input::member(parameters, "MetricValue");
  const Json& threshold = input::member(parameters, "Threshold");
  if (value.is_number()) trigger.metric = value.get<double>();
  trigger.measured = input::time(parameters, "MetricTime");
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
constexpr Shape kPolicyBoolean{.kind = Kind::boolean};
constexpr Field kTrackingFields[] = {
    {.name = "CustomizedMetricSpecification"},
    {.name = "DisableScaleIn", .shape = &kPolicyBoolean},
    {.name = "PredefinedMetricSpecification"},
    {.name = "TargetValue", .shape = &kPolicyNumber, .need = Need::required},
};
constexpr Shape kTrackingConfiguration{.kind = Kind::mapping, .fields = kTrackingFields};
constexpr Field kPolicyFields[] = {
    {.name = "AdjustmentType", .shape = &kAdjustment},
    {.name = "AutoScalingGroupName", .shape = &kPolicyText, .need = Need::required},
    {.name = "Cooldown", .shape = &kPolicyInteger},
    {.name = "EstimatedInstanceWarmup", .shape = &kPolicyInteger},
    {.name = "MetricAggregationType", .shape = &kPolicyText},
    {.name = "MinAdjustmentMagnitude", .shape = &kPolicyInteger},
    {.name = "PolicyType", .shape = &kPolicyText},
    {.name = "PredictiveScalingConfiguration"},
    {.name = "ScalingAdjustment", .shape = &kPolicyInteger},
    {.name = "StepAdjustments", .shape = &kSteps},
    {.name = "TargetTrackingConfiguration", .shape = &kTrackingConfiguration},
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
  if (const auto error = tracked_already(groups, *policy)) return *error;
  if (const auto error = scales_already(groups, *policy)) return *error;
  tell_if_inert(groups, *policy, request.source);
  const ScalingPolicy& kept = keep_policy(groups, *std::move(policy));
  return Created{.physical_id = kept.arn,
                 .arn = kept.arn,
                 .attributes = {{"Arn", kept.arn}, {"PolicyName", kept.name}}};
}

}  // namespace opsim::compute
