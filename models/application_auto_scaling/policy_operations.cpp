// AWS: API PutScalingPolicy, DescribeScalingPolicies, DeleteScalingPolicy. SIMPLIFIED: lists come
// in one page.
#include <fmt/format.h>

#include <algorithm>

#include "models/application_auto_scaling/application_auto_scaling.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::application_auto_scaling {

namespace {

Policy* find_policy(ApplicationAutoScaling& all, const TargetKey& key, std::string_view name) {
  for (auto& [arn, policy] : all.policies)
    if (policy.target == key && policy.name == name) return &policy;
  return nullptr;
}

/// "arn:aws:autoscaling:REGION:ACCOUNT:scalingPolicy:ID:resource/ecs/service/...:policyName/NAME"
std::string policy_arn(ApplicationAutoScaling& all, const Policy& policy) {
  return opsim::arn(policy.target.place, "autoscaling",
                    fmt::format("scalingPolicy:{}:resource/{}/{}:policyName/{}",
                                all.cloud.next_uuid("application auto scaling policy"),
                                namespace_of(policy.target), policy.target.resource, policy.name));
}

/// "Only one target tracking scaling policy for a given metric specification is allowed."
std::optional<ApiError> tracked_already(const ApplicationAutoScaling& all, const Policy& policy) {
  if (!policy.tracking) return std::nullopt;
  for (const auto& [arn, other] : all.policies) {
    if (other.target != policy.target || other.name == policy.name || !other.tracking) continue;
    if (other.tracking->metric == policy.tracking->metric)
      return invalid(
          fmt::format("Only one TargetTrackingScaling policy for a given metric specification is "
                      "allowed; {} has it",
                      other.name));
  }
  return std::nullopt;
}

void tell_if_predictive(ApplicationAutoScaling& all, const Policy& policy,
                        const std::string& source) {
  if (policy.type != "PredictiveScaling") return;
  all.cloud.journal().write({.kind = EntryKind::note,
                             .level = Level::story,
                             .subject = policy.name,
                             .text = "never scales: PredictiveScaling policies of Application Auto "
                                     "Scaling are not simulated",
                             .source = source});
}

Json policy_json(ApplicationAutoScaling& all, const Policy& policy) {
  Json json{
      {"PolicyARN", policy.arn},
      {"PolicyName", policy.name},
      {"ServiceNamespace", namespace_of(policy.target)},
      {"ResourceId", policy.target.resource},
      {"ScalableDimension", policy.target.dimension},
      {"PolicyType", policy.type},
      {"Alarms", alarms_of(all, policy)},
      {"CreationTime", std::chrono::duration<double>(policy.created.time_since_epoch()).count()}};
  if (policy.tracking) {
    json["TargetTrackingScalingPolicyConfiguration"] = policy.configuration;
  } else if (policy.type == "StepScaling") {
    json["StepScalingPolicyConfiguration"] = policy.configuration;
  } else {
    json["PredictiveScalingPolicyConfiguration"] = policy.configuration;
  }
  return json;
}

}  // namespace

ApiResult<Policy*> keep_policy(ApplicationAutoScaling& all, const TargetKey& key,
                               const Json& members, const std::string& source) {
  if (all.find(key) == nullptr) return not_registered(key);
  ApiResult<Policy> policy = read_policy(key, members);
  if (!policy) return policy.error();
  if (const auto error = tracked_already(all, *policy)) return *error;
  const Policy* known = find_policy(all, key, policy->name);
  policy->arn = known != nullptr ? known->arn : policy_arn(all, *policy);
  policy->created = known != nullptr ? known->created : all.now();
  tell_if_predictive(all, *policy, source);
  std::optional<Policy> before;
  if (known != nullptr) before = *known;
  const std::string arn = policy->arn;
  Policy& kept = all.policies.insert_or_assign(arn, *std::move(policy)).first->second;
  // What is known by name only has no capacity that an alarm could move.
  if (all.find(key)->dimension->read != nullptr) put_alarms(all, kept, before ? &*before : nullptr);
  return &kept;
}

void forget_policies(ApplicationAutoScaling& all, const TargetKey& key) {
  std::erase_if(all.policies, [&](const auto& one) {
    if (one.second.target != key) return false;
    delete_alarms(all, one.second);
    return true;
  });
}

ApiResult<Json> put_scaling_policy(ApplicationAutoScaling& all, const Request& request) {
  const auto key = read_key(request.place(), request.input);
  if (!key) return key.error();
  const auto kept = keep_policy(all, *key, request.input, "");
  if (!kept) return kept.error();
  return Json{{"PolicyARN", (*kept)->arn}, {"Alarms", alarms_of(all, **kept)}};
}

ApiResult<Json> describe_scaling_policies(ApplicationAutoScaling& all, const Request& request) {
  const std::string of = input::text(request.input, "ServiceNamespace");
  if (!is_namespace(of)) return invalid(fmt::format("ServiceNamespace '{}' is not known", of));
  const std::string resource = input::text(request.input, "ResourceId");
  const std::string dimension = input::text(request.input, "ScalableDimension");
  const std::vector<std::string> names = input::texts(request.input, "PolicyNames");
  Json found = Json::array();
  for (const auto& [arn, policy] : all.policies) {
    if (policy.target.place != request.place() || namespace_of(policy.target) != of) continue;
    if (!resource.empty() && policy.target.resource != resource) continue;
    if (!dimension.empty() && policy.target.dimension != dimension) continue;
    if (!names.empty() && std::ranges::find(names, policy.name) == names.end()) continue;
    found.push_back(policy_json(all, policy));
  }
  return Json{{"ScalingPolicies", std::move(found)}};
}

ApiResult<Json> delete_scaling_policy(ApplicationAutoScaling& all, const Request& request) {
  const auto key = read_key(request.place(), request.input);
  if (!key) return key.error();
  const std::string name = input::text(request.input, "PolicyName");
  const Policy* policy = find_policy(all, *key, name);
  if (policy == nullptr)
    return ApiError{"ObjectNotFoundException",
                    fmt::format("No scaling policy found for service namespace: {}, resource ID: "
                                "{}, scalable dimension: {}, policy name: {}",
                                namespace_of(*key), key->resource, key->dimension, name)};
  delete_alarms(all, *policy);
  all.policies.erase(std::string{policy->arn});
  return Json::object();
}

// An alarm whose policy does nothing (a cooldown, no step for this breach) has run its action.
Process<ApiResult<Json>> take_alarm(ApplicationAutoScaling& all, Delivery delivery) {
  const auto found = all.policies.find(delivery.target.text());
  if (found == all.policies.end())
    co_return ApiError{"ObjectNotFoundException",
                       fmt::format("No scaling policy found for {}", delivery.target.text())};
  const Json& told = delivery.parameters;
  const Trigger trigger{.alarm = input::text(told, "AlarmName"),
                        .metric = scaling_number(told, "MetricValue"),
                        .threshold = scaling_number(told, "Threshold")};
  run_policy(all, found->second, trigger);
  co_return Json::object();
}

}  // namespace opsim::application_auto_scaling
