#include <fmt/format.h>

#include <algorithm>

#include "models/codedeploy/views.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::codedeploy {

namespace {

// API Reference, AlarmConfiguration: "A maximum of 10 alarms"; quotas of 2025 say 50, which we
// take.
constexpr std::size_t kMostAlarms = 50;

std::vector<TagFilter> read_filters(const Json& list) {
  std::vector<TagFilter> filters;
  if (list.is_array())
    for (const Json& filter : list)
      filters.push_back(
          {input::text(filter, "Key"), input::text(filter, "Value"), input::text(filter, "Type")});
  return filters;
}

void read_balancer(const Json& members, GroupSpec& spec) {
  const Json& balancer = input::member(members, "LoadBalancerInfo");
  const Json& groups = input::member(balancer, "TargetGroupInfoList");
  if (groups.is_array())
    for (const Json& group : groups) spec.target_groups.push_back(input::text(group, "Name"));
}

/// Names in the API; in CloudFormation names as well.
void read_scaling_groups(const Json& members, GroupSpec& spec) {
  const Json& groups = input::member(members, "AutoScalingGroups");
  if (!groups.is_array()) return;
  for (const Json& group : groups)
    spec.scaling_groups.push_back(group.is_object() ? input::text(group, "Name")
                                                    : input::text(group));
}

std::optional<ApiError> read_rollback(const Json& members, GroupSpec& spec) {
  const Json& rollback = input::member(members, "AutoRollbackConfiguration");
  if (!input::boolean(rollback, "Enabled").value_or(false)) return std::nullopt;
  for (const std::string& event : input::texts(rollback, "Events")) {
    if (event != "DEPLOYMENT_FAILURE" && event != "DEPLOYMENT_STOP_ON_ALARM" &&
        event != "DEPLOYMENT_STOP_ON_REQUEST")
      return ApiError{"InvalidAutoRollbackConfigException",
                      fmt::format("autoRollbackConfiguration event {} is not valid; one of "
                                  "DEPLOYMENT_FAILURE, DEPLOYMENT_STOP_ON_ALARM, "
                                  "DEPLOYMENT_STOP_ON_REQUEST",
                                  opsim::quoted(event))};
    spec.rollback_events.insert(event);
  }
  // "If you specify that automatic rollback is enabled, you must specify an event".
  if (spec.rollback_events.empty())
    return ApiError{"InvalidAutoRollbackConfigException",
                    "autoRollbackConfiguration is enabled without events"};
  return std::nullopt;
}

std::optional<ApiError> read_triggers(const Json& members, GroupSpec& spec) {
  constexpr std::string_view kEvents[] = {
      "DeploymentFailure", "DeploymentReady",   "DeploymentRollback", "DeploymentStart",
      "DeploymentStop",    "DeploymentSuccess", "InstanceFailure",    "InstanceReady",
      "InstanceStart",     "InstanceSuccess"};
  const Json& list = input::member(members, "TriggerConfigurations");
  if (!list.is_array()) return std::nullopt;
  for (const Json& one : list) {
    Trigger trigger{input::text(one, "TriggerName"), input::text(one, "TriggerTargetArn"), {}};
    for (std::string& event : input::texts(one, "TriggerEvents")) {
      if (std::ranges::find(kEvents, event) == std::end(kEvents))
        return ApiError{"InvalidTriggerConfigException",
                        fmt::format("triggerEvents {} is not valid{}", opsim::quoted(event),
                                    did_you_mean(event, kEvents))};
      trigger.events.insert(std::move(event));
    }
    spec.triggers.push_back(std::move(trigger));
  }
  return std::nullopt;
}

std::optional<ApiError> read_alarms(const Json& members, GroupSpec& spec) {
  const Json& alarms = input::member(members, "AlarmConfiguration");
  const Json& list = input::member(alarms, "Alarms");
  if (list.is_array())
    for (const Json& alarm : list) spec.alarms.push_back(input::text(alarm, "Name"));
  if (spec.alarms.size() > kMostAlarms)
    return ApiError{"AlarmsLimitExceededException",
                    fmt::format("alarmConfiguration has {} alarms; at most {}", spec.alarms.size(),
                                kMostAlarms)};
  spec.alarms_enabled = input::boolean(alarms, "Enabled").value_or(!spec.alarms.empty());
  spec.ignores_unknown_alarms = input::boolean(alarms, "IgnorePollAlarmFailure").value_or(false);
  return std::nullopt;
}

std::string_view usual_config(Platform platform) {
  switch (platform) {
    case Platform::server: return "CodeDeployDefault.OneAtATime";
    case Platform::lambda: return "CodeDeployDefault.LambdaAllAtOnce";
    case Platform::ecs: return "CodeDeployDefault.ECSAllAtOnce";
  }
  return "";
}

std::optional<ApiError> read_environments(const Json& members, Platform platform, GroupSpec& spec) {
  const Json& style = input::member(members, "DeploymentStyle");
  spec.balanced = input::text(style, "DeploymentOption") == "WITH_TRAFFIC_CONTROL";
  ApiResult<BlueGreen> blue_green = read_blue_green(members, platform);
  if (!blue_green) return blue_green.error();
  spec.blue_green = *blue_green;
  spec.updates_outdated = input::text(members, "OutdatedInstancesStrategy") != "IGNORE";
  if (platform == Platform::server && spec.blue_green.on && spec.target_groups.empty())
    return ApiError{"InvalidLoadBalancerInfoException",
                    "A blue/green deployment needs a load balancer in loadBalancerInfo"};
  if (platform != Platform::ecs) return std::nullopt;
  const Json& services = input::member(members, "EcsServices");
  const Json& ecs = services.is_null() ? input::member(members, "ECSServices") : services;
  if (!ecs.is_array() || ecs.empty())
    return ApiError{"InvalidECSServiceException", "An ECS deployment group needs an ECS service"};
  spec.ecs_cluster = input::text(ecs.front(), "ClusterName");
  spec.ecs_service = input::text(ecs.front(), "ServiceName");
  ApiResult<TargetGroupPair> pair = read_pair(members);
  if (!pair) return pair.error();
  spec.pair = *std::move(pair);
  return std::nullopt;
}

}  // namespace

void read_tags(const Json& members, GroupSpec& spec) {
  for (const char* one : {"Ec2TagFilters", "TagFilters"})
    if (std::vector<TagFilter> any = read_filters(input::member(members, one)); !any.empty())
      spec.tags.push_back(std::move(any));
  const Json& set = input::member(members, "Ec2TagSet");
  const Json& named = input::member(set, "Ec2TagSetList");
  const Json& lists = set.is_array() ? set : named;
  if (!lists.is_array()) return;
  for (const Json& list : lists) {
    // CloudFormation: { Ec2TagSetList: [{ Ec2TagGroup: [filters] }] }; API: [[filters]].
    const Json& filters = list.is_object() ? input::member(list, "Ec2TagGroup") : list;
    spec.tags.push_back(read_filters(filters));
  }
}

ApiResult<GroupSpec> read_group(const Json& members, Platform platform) {
  GroupSpec spec;
  spec.config = input::text(members, "DeploymentConfigName");
  if (spec.config.empty()) spec.config = usual_config(platform);
  spec.role = input::text(members, "ServiceRoleArn");
  if (spec.role.empty())
    return ApiError{"RoleRequiredException", "serviceRoleArn must be specified"};
  read_tags(members, spec);
  read_scaling_groups(members, spec);
  read_balancer(members, spec);
  if (auto wrong = read_rollback(members, spec)) return *std::move(wrong);
  if (auto wrong = read_alarms(members, spec)) return *std::move(wrong);
  if (auto wrong = read_triggers(members, spec)) return *std::move(wrong);
  if (auto wrong = read_environments(members, platform, spec)) return *std::move(wrong);
  for (const char* member :
       {"alarmConfiguration", "autoRollbackConfiguration", "autoScalingGroups",
        "blueGreenDeploymentConfiguration", "deploymentStyle", "ec2TagFilters", "ec2TagSet",
        "ecsServices", "loadBalancerInfo", "outdatedInstancesStrategy", "serviceRoleArn",
        "triggerConfigurations"})
    if (const Json& given = input::member(members, member); !given.is_null())
      spec.given[member] = given;
  return spec;
}

}  // namespace opsim::codedeploy
