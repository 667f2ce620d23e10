// Instances that Auto Scaling launches: each gets the last good revision before it goes into
// service.
// AWS: CodeDeploy User Guide, "Integrating CodeDeploy with Amazon EC2 Auto Scaling"
// (integrations-aws-auto-scaling): a lifecycle hook in each Auto Scaling group; a deployment that
// fails ends the instance (the hook's default result is ABANDON). "Scale-out events that occur
// while a deployment is under way: the new instances get the revision that was most recently
// deployed, not the one that is being deployed. CodeDeploy starts a follow-on deployment to update
// them"; API Reference, outdatedInstancesStrategy: UPDATE or IGNORE.
#include <fmt/format.h>

#include <algorithm>

#include "models/codedeploy/codedeploy.hpp"
#include "models/codedeploy/views.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codedeploy {

namespace {

Caller role_of(const DeploymentGroup& group) {
  return {group.place, group.spec.role, "codedeploy.amazonaws.com"};
}

void complete(CodeDeploy& codedeploy, const DeploymentGroup& group, const std::string& scaling,
              const std::string& instance, bool fine) {
  const auto hook = group.hooks.find(scaling);
  if (hook == group.hooks.end()) return;
  codedeploy.cloud.call_later(role_of(group), "autoscaling", "CompleteLifecycleAction",
                              {{"AutoScalingGroupName", scaling},
                               {"LifecycleHookName", hook->second},
                               {"InstanceId", instance},
                               {"LifecycleActionResult", fine ? "CONTINUE" : "ABANDON"}});
}

/// `launching`: the instances wait in their lifecycle hooks, and get no traffic yet.
void deploy_last_good(CodeDeploy& codedeploy, DeploymentGroup& group,
                      std::vector<std::string> instances, bool launching, std::string why) {
  Order order{.revision = group.last_good,
              .config = "CodeDeployDefault.OneAtATime",
              .description = std::move(why),
              .creator = "autoscaling",
              .rolls_back = "",
              .only = std::move(instances),
              .green = {},
              .outdated_only = false,
              .launching = launching,
              .ignores_stop_failures = false};
  const ApiResult<Deployment*> made = create_deployment(codedeploy, group, std::move(order));
  static_cast<void>(made);
}

}  // namespace

void put_hooks(CodeDeploy& codedeploy, DeploymentGroup& group) {
  if (codedeploy.cloud.model("autoscaling") == nullptr) return;
  for (const std::string& scaling : group.spec.scaling_groups) {
    if (group.hooks.contains(scaling)) continue;
    const std::string name =
        fmt::format("CodeDeploy-managed-automatic-launch-deployment-hook-{}-{}", group.name,
                    codedeploy.cloud.next_uuid("codedeploy hook"));
    group.hooks[scaling] = name;
    Caller caller = role_of(group);
    caller.instant = codedeploy.sim().now() == codedeploy.sim().start();
    // "Heartbeat timeout: 10 minutes; default result ABANDON."
    codedeploy.cloud.call_later(std::move(caller), "autoscaling", "PutLifecycleHook",
                                {{"AutoScalingGroupName", scaling},
                                 {"LifecycleHookName", name},
                                 {"LifecycleTransition", "autoscaling:EC2_INSTANCE_LAUNCHING"},
                                 {"HeartbeatTimeout", 600},
                                 {"DefaultResult", "ABANDON"}});
  }
}

void instance_launched(CodeDeploy& codedeploy, const Event& event) {
  const std::string hook = input::text(event.detail, "LifecycleHookName");
  const std::string scaling = input::text(event.detail, "AutoScalingGroupName");
  const std::string instance = input::text(event.detail, "EC2InstanceId");
  for (auto& [key, group] : codedeploy.groups) {
    const auto own = group.hooks.find(scaling);
    if (own == group.hooks.end() || own->second != hook || group.place != event.place) continue;
    if (group.last_good.is_null()) return complete(codedeploy, group, scaling, instance, true);
    return deploy_last_good(codedeploy, group, {instance}, true,
                            fmt::format("Auto Scaling group {} launched {}", scaling, instance));
  }
}

void tell_scaling(CodeDeploy& codedeploy, Deployment& deployment) {
  DeploymentGroup* group = codedeploy.group_of(deployment);
  if (group == nullptr || group->hooks.empty()) return;
  if (deployment.launching) {
    for (const std::string& instance : deployment.only)
      if (const Resource* known = codedeploy.cloud.resources().find(instance))
        complete(codedeploy, *group, known->owner, instance, deployment.status == "Succeeded");
    return;
  }
  if (deployment.status != "Succeeded" || !group->spec.updates_outdated) return;
  // Launched while it ran: they have the revision before.
  const std::string current = revision_name(group->last_good);
  std::vector<std::string> outdated;
  for (const std::string& scaling : group->spec.scaling_groups)
    for (const std::string& instance : codedeploy.cloud.members(scaling)) {
      const auto has = group->on.find(instance);
      const bool deployed_to = std::ranges::any_of(
          deployment.targets, [&](const Target& target) { return target.id == instance; });
      if (!deployed_to && has != group->on.end() && has->second != current)
        outdated.push_back(instance);
    }
  if (!outdated.empty())
    deploy_last_good(codedeploy, *group, std::move(outdated), false,
                     "Update of outdated instances");
}

}  // namespace opsim::codedeploy
