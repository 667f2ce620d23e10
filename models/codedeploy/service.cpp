#include "models/codedeploy/service.hpp"

#include <algorithm>

#include "models/codedeploy/operations.hpp"
#include "models/codedeploy/traffic.hpp"

namespace opsim {

namespace {

using codedeploy::CodeDeploy;

template <ApiResult<Json> (*Handle)(CodeDeploy&, const Request&)>
constexpr auto on_codedeploy = immediate<CodeDeploy, Handle>;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"BatchGetDeploymentGroups", Access::read, on_codedeploy<codedeploy::batch_get_groups>},
    {"BatchGetDeploymentTargets", Access::read,
     on_codedeploy<codedeploy::batch_get_deployment_targets>},
    {"BatchGetDeployments", Access::read, on_codedeploy<codedeploy::batch_get_deployments>},
    {"ContinueDeployment", Access::write, on_codedeploy<codedeploy::continue_deployment>},
    {"CreateApplication", Access::write, on_codedeploy<codedeploy::create_application>},
    {"CreateDeployment", Access::write, on_codedeploy<codedeploy::create_deployment_call>},
    {"CreateDeploymentConfig", Access::write, on_codedeploy<codedeploy::create_config>},
    {"CreateDeploymentGroup", Access::write, on_codedeploy<codedeploy::create_group>},
    {"DeleteApplication", Access::write, on_codedeploy<codedeploy::delete_application>},
    {"DeleteDeploymentConfig", Access::write, on_codedeploy<codedeploy::delete_config>},
    {"DeleteDeploymentGroup", Access::write, on_codedeploy<codedeploy::delete_group>},
    {"GetApplication", Access::read, on_codedeploy<codedeploy::get_application>},
    {"GetDeployment", Access::read, on_codedeploy<codedeploy::get_deployment>},
    {"GetDeploymentConfig", Access::read, on_codedeploy<codedeploy::get_config>},
    {"GetDeploymentGroup", Access::read, on_codedeploy<codedeploy::get_group>},
    {"GetDeploymentTarget", Access::read, on_codedeploy<codedeploy::get_deployment_target>},
    {"ListApplications", Access::read, on_codedeploy<codedeploy::list_applications>},
    {"ListDeploymentConfigs", Access::read, on_codedeploy<codedeploy::list_configs>},
    {"ListDeploymentGroups", Access::read, on_codedeploy<codedeploy::list_groups>},
    {"ListDeploymentTargets", Access::read, on_codedeploy<codedeploy::list_deployment_targets>},
    {"ListDeployments", Access::read, on_codedeploy<codedeploy::list_deployments>},
    {.name = "PutLifecycleEventHookExecutionStatus",
     .not_simulated = "a hook's function answers by how its invocation ends"},
    {"SkipWaitTimeForInstanceTermination", Access::write,
     on_codedeploy<codedeploy::skip_termination_wait>},
    {"StopDeployment", Access::write, on_codedeploy<codedeploy::stop_deployment_call>},
    {"UpdateDeploymentGroup", Access::write, on_codedeploy<codedeploy::update_group>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Field kApplicationFields[] = {
    {.name = "ApplicationName", .shape = &kText},
    {.name = "ComputePlatform", .shape = &kText},
    {.name = "Tags", .simulated = Simulated::no},
};
constexpr Field kConfigFields[] = {
    {.name = "ComputePlatform", .shape = &kText},
    {.name = "DeploymentConfigName", .shape = &kText},
    {.name = "MinimumHealthyHosts"},
    {.name = "TrafficRoutingConfig"},
    {.name = "ZonalConfig"},
};
constexpr Field kGroupFields[] = {
    {.name = "AlarmConfiguration"},
    {.name = "ApplicationName", .shape = &kText, .need = Need::required},
    {.name = "AutoRollbackConfiguration"},
    {.name = "AutoScalingGroups"},
    {.name = "BlueGreenDeploymentConfiguration"},
    {.name = "Deployment"},
    {.name = "DeploymentConfigName", .shape = &kText},
    {.name = "DeploymentGroupName", .shape = &kText},
    {.name = "DeploymentStyle"},
    {.name = "ECSServices"},
    {.name = "Ec2TagFilters"},
    {.name = "Ec2TagSet"},
    {.name = "LoadBalancerInfo"},
    {.name = "OnPremisesInstanceTagFilters", .simulated = Simulated::no},
    {.name = "OnPremisesTagSet", .simulated = Simulated::no},
    {.name = "OutdatedInstancesStrategy"},
    {.name = "ServiceRoleArn", .shape = &kText, .need = Need::required},
    {.name = "Tags", .simulated = Simulated::no},
    {.name = "TerminationHookEnabled", .simulated = Simulated::no},
    {.name = "TriggerConfigurations"},
};
constexpr Shape kApplication{.kind = Kind::mapping, .fields = kApplicationFields};
constexpr Shape kConfig{.kind = Kind::mapping, .fields = kConfigFields};
constexpr Shape kGroup{.kind = Kind::mapping, .fields = kGroupFields};
constexpr ResourceType kResources[] = {
    {.type = "AWS::CodeDeploy::Application",
     .create = create<CodeDeploy, codedeploy::create_application_resource>,
     .properties = &kApplication},
    {.type = "AWS::CodeDeploy::DeploymentConfig",
     .create = create<CodeDeploy, codedeploy::create_config_resource>,
     .properties = &kConfig},
    {.type = "AWS::CodeDeploy::DeploymentGroup",
     .create = create<CodeDeploy, codedeploy::create_group_resource>,
     .properties = &kGroup},
};

constexpr Physics kPhysics[] = {{"AWS::CodeDeploy::Application", &codedeploy::kEventPhysicsShape,
                                 codedeploy::apply_event_physics}};

/// How many deployments of an application there were.
std::optional<double> read_deployments(Model& model, std::string_view name, std::string_view) {
  const auto& all = static_cast<CodeDeploy&>(model).deployments;
  return static_cast<double>(std::ranges::count_if(
      all, [&](const auto& entry) { return entry.second->application == name; }));
}
constexpr PhysicalQuantity kQuantities[] = {
    {"AWS::CodeDeploy::Application", "deployments", "", read_deployments, nullptr}};

constexpr std::string_view kGroupType = "AWS::CodeDeploy::DeploymentGroup";

/// A group stands for its instances, of both environments while there are two: so a workload may be
/// served by it.
std::vector<std::string> instances_of_group(Model& model, std::string_view name) {
  auto& all = static_cast<CodeDeploy&>(model);
  std::vector<std::string> found;
  for (const auto& [key, group] : all.groups) {
    if (group.name != name) continue;
    found = codedeploy::instances_of(all, group.place, group.spec);
    for (const auto& [id, deployment] : all.deployments)
      if (!deployment->is_over() && deployment->group == group.name)
        for (const codedeploy::Target& target : deployment->targets)
          if (std::ranges::find(found, target.id) == found.end()) found.push_back(target.id);
    break;
  }
  return found;
}
constexpr Membership kMemberships[] = {{kGroupType, instances_of_group}};

void hear_event(Model& model, const Event& event) {
  auto& all = static_cast<CodeDeploy&>(model);
  if (all.groups.empty()) return;
  if (event.source == "aws.cloudwatch" && event.detail_type == "CloudWatch Alarm State Change")
    codedeploy::alarm_rang(all, event);
  if (event.source == "aws.autoscaling" &&
      event.detail_type == "EC2 Instance-launch Lifecycle Action")
    codedeploy::instance_launched(all, event);
}

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "all predefined and custom configurations: minimum healthy hosts by count and percent, one "
     "zone "
     "after the other, canary, linear and all at once",
     "codedeploy/userguide: deployment-configurations, instances-health"},
    {Grade::simulated,
     "deployments to instances in place and to a second environment (a copied Auto Scaling group, "
     "or "
     "instances that are named), lifecycle events in their order, deregistration and registration "
     "at "
     "target groups, waits that ContinueDeployment ends",
     "codedeploy/userguide: reference-appspec-file-structure-hooks"},
    {Grade::simulated,
     "instances that Auto Scaling launches: the last good revision before they go into service, "
     "outdated ones brought up to date",
     "codedeploy/userguide: integrations-aws-auto-scaling"},
    {Grade::simulated, "shifts of a Lambda alias, with functions as hooks",
     "codedeploy/userguide: deployment-steps-lambda"},
    {Grade::simulated,
     "ECS services: task sets, production and test listeners, hooks, the wait before the original "
     "task set ends",
     "codedeploy/userguide: deployment-steps-ecs"},
    {Grade::simulated, "alarms that stop, and rollbacks on failure, on alarm and on request",
     "codedeploy/userguide: monitoring-create-alarms, deployments-rollback-and-redeploy"},
    {Grade::simplified, "scripts do what physics says; a hook's function answers by how it ends"},
    {Grade::simplified,
     "AppSpec files in S3 are not read: their hooks are the lifecycle events that physics names"},
    {Grade::simulated, "triggers that tell a topic", "monitoring-sns-event-notifications"},
    {Grade::absent, "on-premises instances, termination hooks"},
};

}  // namespace

extern const Service kCodeDeploy{
    .name = "codedeploy",
    .title = "AWS CodeDeploy",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<CodeDeploy>(cloud);
    },
    .operations = kOperations,
    .resources = kResources,
    .physics = kPhysics,
    .quantities = kQuantities,
    .memberships = kMemberships,
    .fidelity = kFidelity,
    .on_event = hear_event,
    .on_target_health =
        [](Model& model, const TargetHealth& told) {
          codedeploy::target_told(static_cast<CodeDeploy&>(model), told);
        },
};

}  // namespace opsim
