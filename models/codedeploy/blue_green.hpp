#pragma once
/// What a deployment group says of two environments: which replaces which, and who waits for whom.
///
/// AWS: API Reference, BlueGreenDeploymentConfiguration, DeploymentReadyOption,
/// BlueInstanceTerminationOption, GreenFleetProvisioningOption, TargetGroupPairInfo.
#include <string>
#include <vector>

#include "models/codedeploy/deployment_config.hpp"

namespace opsim::codedeploy {

struct BlueGreen {
  bool on = false;               // deploymentStyle BLUE_GREEN
  bool copies_group = false;     // COPY_AUTO_SCALING_GROUP; else DISCOVER_EXISTING
  bool waits_for_ready = false;  // STOP_DEPLOYMENT unless ContinueDeployment comes in time
  Duration ready_wait{};
  bool terminates = true;  // TERMINATE; else KEEP_ALIVE
  Duration termination_wait{};
};

/// Of an ECS deployment group: two target groups, and the listeners that choose between them.
struct TargetGroupPair {
  std::vector<std::string> groups;  // names, two
  std::vector<std::string> production_listeners;
  std::vector<std::string> test_listeners;
};

/// Members of CreateDeploymentGroup; the wait for ready may be two days (ECS: five), as may the one
/// before termination.
[[nodiscard]] ApiResult<BlueGreen> read_blue_green(const Json& members, Platform platform);
[[nodiscard]] ApiResult<TargetGroupPair> read_pair(const Json& members);

}  // namespace opsim::codedeploy
