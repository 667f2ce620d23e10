// AWS::ApplicationAutoScaling::ScalableTarget and ScalingPolicy.
// AWS: CloudFormation User Guide, the type's page: Ref of a target is
// "service/cluster/name|ecs:service:DesiredCount|ecs"; Ref of a policy is its ARN.
#include "models/application_auto_scaling/resources.hpp"

#include <fmt/format.h>

#include <iterator>

#include "models/application_auto_scaling/application_auto_scaling.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::application_auto_scaling {

namespace {

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kWhole{.kind = Kind::integer, .min = 0};
constexpr Shape kInteger{.kind = Kind::integer};
constexpr Shape kNumber{.kind = Kind::number};
constexpr Shape kYesNo{.kind = Kind::boolean};

constexpr Field kLimitFields[] = {{.name = "MaxCapacity", .shape = &kWhole},
                                  {.name = "MinCapacity", .shape = &kWhole}};
constexpr Shape kLimits{.kind = Kind::mapping, .fields = kLimitFields};
constexpr Shape kSchedule{.kind = Kind::text, .example = "cron(0 8 ? * MON-FRI *)"};
constexpr Field kScheduledFields[] = {
    {.name = "EndTime", .shape = &kText},
    {.name = "ScalableTargetAction", .shape = &kLimits},
    {.name = "Schedule", .shape = &kSchedule, .need = Need::required},
    {.name = "ScheduledActionName", .shape = &kText, .need = Need::required},
    {.name = "StartTime", .shape = &kText},
    {.name = "Timezone", .shape = &kText},
};
constexpr Shape kScheduled{.kind = Kind::mapping, .fields = kScheduledFields};
constexpr Shape kScheduledList{.kind = Kind::list, .of = &kScheduled};
constexpr Field kSuspendedFields[] = {
    {.name = "DynamicScalingInSuspended", .shape = &kYesNo},
    {.name = "DynamicScalingOutSuspended", .shape = &kYesNo},
    {.name = "ScheduledScalingSuspended", .shape = &kYesNo},
};
constexpr Shape kSuspended{.kind = Kind::mapping, .fields = kSuspendedFields};
constexpr Field kTargetFields[] = {
    {.name = "MaxCapacity", .shape = &kWhole, .need = Need::required},
    {.name = "MinCapacity", .shape = &kWhole, .need = Need::required},
    {.name = "ResourceId", .shape = &kText, .need = Need::required},
    {.name = "RoleARN", .shape = &kText},
    {.name = "ScalableDimension", .shape = &kText, .need = Need::required},
    {.name = "ScheduledActions", .shape = &kScheduledList},
    {.name = "ServiceNamespace", .shape = &kText, .need = Need::required},
    {.name = "SuspendedState", .shape = &kSuspended},
};
constexpr Shape kTargetShape{.kind = Kind::mapping,
                             .name = "ScalableTarget",
                             .doc = "What scales, and between which limits.",
                             .fields = kTargetFields};

constexpr Field kStepFields[] = {
    {.name = "MetricIntervalLowerBound", .shape = &kNumber},
    {.name = "MetricIntervalUpperBound", .shape = &kNumber},
    {.name = "ScalingAdjustment", .shape = &kInteger, .need = Need::required},
};
constexpr Shape kStep{.kind = Kind::mapping, .fields = kStepFields};
constexpr Shape kSteps{.kind = Kind::list, .of = &kStep};
constexpr Shape kAdjustment{.kind = Kind::text, .example = "ChangeInCapacity"};
constexpr Field kStepScalingFields[] = {
    {.name = "AdjustmentType", .shape = &kAdjustment},
    {.name = "Cooldown", .shape = &kWhole},
    {.name = "MetricAggregationType", .shape = &kText},
    {.name = "MinAdjustmentMagnitude", .shape = &kInteger},
    {.name = "StepAdjustments", .shape = &kSteps},
};
constexpr Shape kStepScaling{.kind = Kind::mapping, .fields = kStepScalingFields};
constexpr Field kTrackingFields[] = {
    {.name = "CustomizedMetricSpecification"},
    {.name = "DisableScaleIn", .shape = &kYesNo},
    {.name = "PredefinedMetricSpecification"},
    {.name = "ScaleInCooldown", .shape = &kWhole},
    {.name = "ScaleOutCooldown", .shape = &kWhole},
    {.name = "TargetValue", .shape = &kNumber, .need = Need::required},
};
constexpr Shape kTrackingShape{.kind = Kind::mapping, .fields = kTrackingFields};
constexpr Field kPolicyFields[] = {
    {.name = "PolicyName", .shape = &kText, .need = Need::required},
    {.name = "PolicyType", .shape = &kText, .need = Need::required},
    {.name = "PredictiveScalingPolicyConfiguration", .simulated = Simulated::no},
    {.name = "ResourceId", .shape = &kText},
    {.name = "ScalableDimension", .shape = &kText},
    {.name = "ScalingTargetId", .shape = &kText},
    {.name = "ServiceNamespace", .shape = &kText},
    {.name = "StepScalingPolicyConfiguration", .shape = &kStepScaling},
    {.name = "TargetTrackingScalingPolicyConfiguration", .shape = &kTrackingShape},
};
constexpr Shape kPolicyShape{.kind = Kind::mapping,
                             .name = "ApplicationScalingPolicy",
                             .doc = "How a scalable target scales.",
                             .fields = kPolicyFields};

ApiResult<Created> create_target(ApplicationAutoScaling& all, const ResourceRequest& request) {
  const auto target = register_target(all, request.place, request.properties, request.source);
  if (!target) return target.error();
  for (const Json& action : input::member(request.properties, "ScheduledActions"))
    if (auto wrong = keep_scheduled(all, (*target)->key, action, request.source))
      return *std::move(wrong);
  const TargetKey& key = (*target)->key;
  std::string id = fmt::format("{}|{}|{}", key.resource, key.dimension, namespace_of(key));
  return Created{.physical_id = id, .arn = (*target)->arn, .attributes = {{"Id", id}}};
}

/// "ScalingTargetId", or the three that name a target.
Json named_target(const Json& properties) {
  const std::string id = input::text(properties, "ScalingTargetId");
  const auto first = id.find('|');
  const auto second = id.rfind('|');
  if (id.empty() || first == std::string::npos || first == second) return properties;
  return {{"ResourceId", id.substr(0, first)},
          {"ScalableDimension", id.substr(first + 1, second - first - 1)},
          {"ServiceNamespace", id.substr(second + 1)}};
}

ApiResult<Created> create_policy(ApplicationAutoScaling& all, const ResourceRequest& request) {
  const auto key = read_key(request.place, named_target(request.properties));
  if (!key) return key.error();
  const auto policy = keep_policy(all, *key, request.properties, request.source);
  if (!policy) return policy.error();
  const std::string& arn = (*policy)->arn;
  return Created{.physical_id = arn, .arn = arn, .attributes = {{"Arn", arn}}};
}

constexpr ResourceType kResourceRows[] = {
    {"AWS::ApplicationAutoScaling::ScalableTarget", create<ApplicationAutoScaling, create_target>,
     &kTargetShape},
    {"AWS::ApplicationAutoScaling::ScalingPolicy", create<ApplicationAutoScaling, create_policy>,
     &kPolicyShape},
};

}  // namespace

const std::span<const ResourceType> kScalingResources = kResourceRows;

}  // namespace opsim::application_auto_scaling
