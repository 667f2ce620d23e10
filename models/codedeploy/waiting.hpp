#pragma once
/// The two pauses of a deployment with two environments, which ContinueDeployment ends.
#include "models/codedeploy/codedeploy.hpp"

namespace opsim::codedeploy {

enum class Continue : std::uint8_t { rerouting, terminating };

/// True where it was told to continue (or the wait is over, before termination); false where it was
/// stopped, or not told to reroute in time.
Process<bool> await_continue(CodeDeploy& codedeploy, Deployment& deployment, Continue what,
                             Duration longest);

}  // namespace opsim::codedeploy
