// AWS: CodeDeploy User Guide, "Integrating CodeDeploy with Amazon EC2 Auto Scaling": "CodeDeploy
// creates an Auto Scaling group named CodeDeploy_deployment-group-name_deployment-id" for a
// blue/green deployment; API Reference, GreenFleetProvisioningOption,
// BlueInstanceTerminationOption.
#include "models/codedeploy/replacement.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/codedeploy/traffic.hpp"
#include "models/codedeploy/views.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codedeploy {

namespace {

/// How long a copy may take until all its instances are in service, and how often CodeDeploy looks
/// (estimates).
constexpr Duration kLongestLaunch = std::chrono::hours{1};
constexpr Duration kLooksAtGroups = std::chrono::seconds{15};

Json describe_group(CodeDeploy& codedeploy, const Place& place, const std::string& name) {
  const Json asked{{"AutoScalingGroupNames", Json::array({name})}};
  const auto answer =
      codedeploy.cloud.inspect(place, "autoscaling", "DescribeAutoScalingGroups", asked);
  if (!answer) return {};
  const Json& groups = input::member(*answer, "AutoScalingGroups");
  return groups.is_array() && !groups.empty() ? groups.front() : Json{};
}

/// Sizes, launch template, subnets and tags; no load balancer: instances are registered when
/// traffic is rerouted.
Json copy_of(const Json& original, const std::string& name) {
  Json copy{{"AutoScalingGroupName", name}};
  for (const char* member :
       {"MinSize", "MaxSize", "DesiredCapacity", "LaunchTemplate", "LaunchConfigurationName",
        "MixedInstancesPolicy", "VPCZoneIdentifier", "HealthCheckGracePeriod", "DefaultCooldown",
        "TerminationPolicies", "DefaultInstanceWarmup"})
    if (const Json& value = input::member(original, member);
        !value.is_null() && !(value.is_string() && value.get<std::string>().empty()))
      copy[member] = value;
  if (!copy.contains("VPCZoneIdentifier"))
    copy["AvailabilityZones"] = input::member(original, "AvailabilityZones");
  Json tags = Json::array();
  for (const Json& tag : input::member(original, "Tags"))
    if (!input::text(tag, "Key").starts_with("aws:"))
      tags.push_back({{"Key", input::text(tag, "Key")},
                      {"Value", input::text(tag, "Value")},
                      {"PropagateAtLaunch", input::member(tag, "PropagateAtLaunch")}});
  copy["Tags"] = std::move(tags);
  return copy;
}

std::vector<std::string> in_service(const Json& group) {
  std::vector<std::string> found;
  for (const Json& instance : input::member(group, "Instances"))
    if (input::text(instance, "LifecycleState") == "InService")
      found.push_back(input::text(instance, "InstanceId"));
  std::ranges::sort(found);
  return found;
}

void tell(CodeDeploy& codedeploy, const Deployment& deployment, std::string text, const char* act) {
  const DeploymentGroup* group = codedeploy.group_of(deployment);
  codedeploy.cloud.journal().write({.kind = EntryKind::resource,
                                    .level = Level::story,
                                    .subject = deployment.id,
                                    .text = std::move(text),
                                    .source = group == nullptr ? "" : group->source,
                                    .detail = {{"act", act}, {"deployment", deployment.id}}});
}

}  // namespace

ApiResult<GroupSpec> read_instances(const Json& members) {
  GroupSpec spec;
  read_tags(members, spec);
  for (std::string& name : input::texts(members, "AutoScalingGroups"))
    spec.scaling_groups.push_back(std::move(name));
  return spec;
}

Process<std::vector<std::string>> copy_scaling_group(CodeDeploy& codedeploy,
                                                     Deployment& deployment) {
  const DeploymentGroup* group = codedeploy.group_of(deployment);
  const std::string from =
      group->spec.scaling_groups.empty() ? "" : group->spec.scaling_groups.front();
  const Json original = describe_group(codedeploy, deployment.place, from);
  if (original.is_null()) co_return std::vector<std::string>{};
  const std::string name = fmt::format("CodeDeploy_{}_{}", deployment.group, deployment.id);
  Json copy = copy_of(original, name);
  const auto wanted = static_cast<std::size_t>(input::integer(copy, "DesiredCapacity").value_or(0));
  tell(codedeploy, deployment, fmt::format("{} is launched with {} instances", name, wanted),
       "replacement");
  Process<ApiResult<Json>> call =
      codedeploy.cloud.call(service_role(codedeploy, deployment), "autoscaling",
                            "CreateAutoScalingGroup", std::move(copy));
  const ApiResult<Json> made = co_await call;
  if (!made) co_return std::vector<std::string>{};
  deployment.replacement = name;
  const SimTime until = codedeploy.sim().now() + kLongestLaunch;
  while (!deployment.stopping && codedeploy.sim().now() < until) {
    const Json now = describe_group(codedeploy, deployment.place, name);
    std::vector<std::string> found = in_service(now);
    if (found.size() >= wanted) co_return found;
    co_await codedeploy.sim().sleep(kLooksAtGroups);
  }
  co_return std::vector<std::string>{};
}

Process<> terminate_blue(CodeDeploy& codedeploy, Deployment& deployment) {
  const Caller caller = service_role(codedeploy, deployment);
  const DeploymentGroup* group = codedeploy.group_of(deployment);
  std::vector<std::string> blue;
  for (const Target& target : deployment.targets)
    if (target.label == "BLUE") blue.push_back(target.id);
  tell(codedeploy, deployment, fmt::format("{} original instances are terminated", blue.size()),
       "terminate");
  if (!deployment.replacement.empty() && !group->spec.scaling_groups.empty()) {
    const Json input{{"AutoScalingGroupName", group->spec.scaling_groups.front()},
                     {"ForceDelete", true}};
    Process<ApiResult<Json>> call =
        codedeploy.cloud.call(caller, "autoscaling", "DeleteAutoScalingGroup", input);
    co_await call;
    co_return;
  }
  if (blue.empty()) co_return;
  const Json input{{"InstanceIds", blue}};
  Process<ApiResult<Json>> call = codedeploy.cloud.call(caller, "ec2", "TerminateInstances", input);
  co_await call;
}

void adopt_replacement(CodeDeploy& codedeploy, Deployment& deployment) {
  DeploymentGroup* group = codedeploy.group_of(deployment);
  if (group == nullptr || deployment.replacement.empty()) return;
  group->spec.scaling_groups = {deployment.replacement};
  group->spec.given["autoScalingGroups"] = Json::array({{{"name", deployment.replacement}}});
  put_hooks(codedeploy, *group);
  // What it launches from now on is registered by itself.
  Json arns = Json::array();
  for (const std::string& name : group->spec.target_groups) {
    const auto answer = codedeploy.cloud.inspect(deployment.place, "elbv2", "DescribeTargetGroups",
                                                 {{"Names", Json::array({name})}});
    if (!answer) continue;
    for (const Json& found : input::member(*answer, "TargetGroups"))
      arns.push_back(input::text(found, "TargetGroupArn"));
  }
  if (arns.empty()) return;
  codedeploy.cloud.call_later(
      service_role(codedeploy, deployment), "autoscaling", "AttachLoadBalancerTargetGroups",
      {{"AutoScalingGroupName", deployment.replacement}, {"TargetGroupARNs", std::move(arns)}});
}

}  // namespace opsim::codedeploy
