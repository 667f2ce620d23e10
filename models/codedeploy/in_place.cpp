// A revision goes to the instances of a group, in place.
// AWS: CodeDeploy User Guide, "Overview of an in-place deployment"; with a load balancer each
// instance is out of service while it is deployed to (integrations-aws-elastic-load-balancing).
#include <algorithm>

#include "models/codedeploy/rolling.hpp"
#include "opsim/cloud/running_version.hpp"

namespace opsim::codedeploy {

namespace {

/// updateOutdatedInstancesOnly: "only to instances that are not running the latest revision".
void keep_outdated(CodeDeploy& codedeploy, const std::string& revision,
                   std::vector<std::string>& instances) {
  std::erase_if(instances, [&](const std::string& id) {
    return version_of(codedeploy.cloud, id).name == revision;
  });
}

}  // namespace

Process<> deploy_in_place(CodeDeploy& codedeploy, Deployment& deployment) {
  DeploymentGroup* group = codedeploy.group_of(deployment);
  const std::string revision = revision_name(deployment.revision);
  std::vector<std::string> instances = deployment.only;
  if (instances.empty()) instances = instances_of(codedeploy, *group, revision);
  const bool any = !instances.empty();
  if (deployment.outdated_only) keep_outdated(codedeploy, revision, instances);
  const bool balanced =
      group->spec.balanced && !group->spec.target_groups.empty() && !deployment.launching;
  const auto events = lifecycle_events(Platform::server, balanced);
  Rollout rollout{.targets = {},
                  .events = {events.begin(), events.end()},
                  .ends = true,
                  .by_zone = deployment.config.zonal.has_value()};
  for (const std::string& instance : instances) {
    rollout.targets.push_back(deployment.targets.size());
    add_target(codedeploy, deployment, instance, events, "");
  }
  if (!any) {
    deployment.error_code = "NO_INSTANCES";
    deployment.error_message = "No instances found in your deployment group";
    co_return set_status(codedeploy, deployment, "Failed");
  }
  if (instances.empty()) co_return set_status(codedeploy, deployment, "Succeeded");
  Process<Rolled> rolling = roll(codedeploy, deployment, std::move(rollout));
  const Rolled how = co_await rolling;
  end_rolled(codedeploy, deployment, how);
}

}  // namespace opsim::codedeploy
