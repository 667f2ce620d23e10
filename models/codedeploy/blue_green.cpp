#include "models/codedeploy/blue_green.hpp"

#include <fmt/format.h>

#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::codedeploy {

namespace {

// CodeDeploy User Guide, "CodeDeploy quotas": 48 hours before traffic is rerouted and before the
// original environment is terminated; on ECS 120 hours.
constexpr std::int64_t kLongestWaitMinutes = 48 * 60;
constexpr std::int64_t kLongestEcsWaitMinutes = 120 * 60;

ApiError wrong_blue_green(std::string message) {
  return {"InvalidBlueGreenDeploymentConfigurationException", std::move(message)};
}

ApiError wrong_balancer(std::string message) {
  return {"InvalidLoadBalancerInfoException", std::move(message)};
}

}  // namespace

ApiResult<BlueGreen> read_blue_green(const Json& members, Platform platform) {
  BlueGreen read;
  const Json& style = input::member(members, "DeploymentStyle");
  const std::string type = input::text(style, "DeploymentType");
  if (!type.empty() && type != "BLUE_GREEN" && type != "IN_PLACE")
    return ApiError{"InvalidDeploymentStyleException",
                    fmt::format("deploymentType {} is not valid; one of BLUE_GREEN, IN_PLACE",
                                opsim::quoted(type))};
  read.on = type == "BLUE_GREEN" || platform == Platform::ecs;
  const Json& config = input::member(members, "BlueGreenDeploymentConfiguration");
  const Json& green = input::member(config, "GreenFleetProvisioningOption");
  const std::string action = input::text(green, "Action");
  if (!action.empty() && action != "COPY_AUTO_SCALING_GROUP" && action != "DISCOVER_EXISTING")
    return wrong_blue_green(
        fmt::format("greenFleetProvisioningOption action {} is not valid; one of "
                    "COPY_AUTO_SCALING_GROUP, DISCOVER_EXISTING",
                    opsim::quoted(action)));
  read.copies_group = action == "COPY_AUTO_SCALING_GROUP";
  const std::int64_t most =
      platform == Platform::ecs ? kLongestEcsWaitMinutes : kLongestWaitMinutes;
  const Json& ready = input::member(config, "DeploymentReadyOption");
  const std::string on_timeout = input::text(ready, "ActionOnTimeout");
  if (!on_timeout.empty() && on_timeout != "STOP_DEPLOYMENT" && on_timeout != "CONTINUE_DEPLOYMENT")
    return wrong_blue_green(
        fmt::format("actionOnTimeout {} is not valid; one of "
                    "CONTINUE_DEPLOYMENT, STOP_DEPLOYMENT",
                    opsim::quoted(on_timeout)));
  read.waits_for_ready = on_timeout == "STOP_DEPLOYMENT";
  const std::int64_t wait = input::integer(ready, "WaitTimeInMinutes").value_or(0);
  if (wait < 0 || wait > most)
    return wrong_blue_green(
        fmt::format("waitTimeInMinutes of deploymentReadyOption is {}; at most {}", wait, most));
  read.ready_wait = std::chrono::minutes{wait};
  const Json& end = input::member(config, "TerminateBlueInstancesOnDeploymentSuccess");
  read.terminates = input::text(end, "Action") != "KEEP_ALIVE";
  const std::int64_t keep = input::integer(end, "TerminationWaitTimeInMinutes").value_or(0);
  if (keep < 0 || keep > kLongestWaitMinutes)
    return wrong_blue_green(
        fmt::format("terminationWaitTimeInMinutes is {}; at most {}", keep, kLongestWaitMinutes));
  read.termination_wait = std::chrono::minutes{keep};
  return read;
}

ApiResult<TargetGroupPair> read_pair(const Json& members) {
  TargetGroupPair pair;
  const Json& balancer = input::member(members, "LoadBalancerInfo");
  const Json& list = input::member(balancer, "TargetGroupPairInfoList");
  if (!list.is_array() || list.size() != 1)
    return wrong_balancer("An ECS deployment group needs one targetGroupPairInfo");
  const Json& one = list.front();
  const Json& groups = input::member(one, "TargetGroups");
  if (groups.is_array())
    for (const Json& group : groups) pair.groups.push_back(input::text(group, "Name"));
  pair.production_listeners = input::texts(input::member(one, "ProdTrafficRoute"), "ListenerArns");
  pair.test_listeners = input::texts(input::member(one, "TestTrafficRoute"), "ListenerArns");
  if (pair.groups.size() != 2) return wrong_balancer("targetGroupPairInfo needs two target groups");
  // "prodTrafficRoute: the path used by a load balancer to route production traffic": one listener.
  if (pair.production_listeners.size() != 1)
    return wrong_balancer("prodTrafficRoute needs one listener");
  return pair;
}

}  // namespace opsim::codedeploy
