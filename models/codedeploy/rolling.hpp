#pragma once
/// Targets pass through lifecycle events, as many at once as need not stay healthy.
///
/// AWS: CodeDeploy User Guide, "Instance health" (instances-health): as many at once as there are
/// healthy ones beyond the minimum; a failed one is unhealthy. API Reference, ZonalConfig: one
/// Availability Zone after the other, with a pause between them.
#include "models/codedeploy/codedeploy.hpp"

namespace opsim::codedeploy {

struct Rollout {
  std::vector<std::size_t> targets;  // in their order
  std::vector<std::string> events;   // which of theirs
  bool ends = true;                  // what has passed has succeeded; else it is Ready
  bool by_zone = false;
};

enum class Rolled : std::uint8_t { done, too_few, stopped };

Process<Rolled> roll(CodeDeploy& codedeploy, Deployment& deployment, Rollout rollout);

/// The end of a deployment to instances: its status, and why.
void end_rolled(CodeDeploy& codedeploy, Deployment& deployment, Rolled how);

}  // namespace opsim::codedeploy
