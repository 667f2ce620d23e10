#pragma once
/// Instances leave and join their target groups during a deployment.
#include "models/codedeploy/codedeploy.hpp"

namespace opsim::codedeploy {

/// BlockTraffic: deregisters and waits for the deregistration delay. AllowTraffic: registers and
/// waits until the load balancer finds the instance healthy. False where that fails.
Process<bool> change_traffic(CodeDeploy& codedeploy, Deployment& deployment, std::size_t target,
                             bool allow);

}  // namespace opsim::codedeploy
