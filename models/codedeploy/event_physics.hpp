#pragma once
/// What lifecycle events do on instances: no script runs here, so a scenario says how long each
/// takes and whether it works.
#include <optional>
#include <string>

#include "opsim/cloud/service.hpp"
#include "opsim/kernel/distribution.hpp"

namespace opsim::codedeploy {

struct EventPhysics {
  std::optional<Distribution> takes;
  double succeeds = 100;  // per cent
  double hangs = 0;       // per cent: never ends, so its timeout counts
  std::string fails_with;
};

extern const Shape kEventPhysicsShape;
void apply_event_physics(Model& model, const PhysicsRequest& request);

}  // namespace opsim::codedeploy
