#pragma once
/// Instances leave and join their target groups during a deployment.
#include "models/codedeploy/codedeploy.hpp"

namespace opsim::codedeploy {

/// BlockTraffic: deregisters and waits for the deregistration delay. AllowTraffic: registers and
/// waits until the load balancer finds the instance healthy. False where that fails.
Process<bool> change_traffic(CodeDeploy& codedeploy, Deployment& deployment, std::size_t target,
                             bool allow);

/// A load balancer thinks otherwise of a target: who waits for it looks again.
void target_told(CodeDeploy& codedeploy, const TargetHealth& told);

/// As whom CodeDeploy calls other services: the role of the deployment group.
[[nodiscard]] Caller service_role(CodeDeploy& codedeploy, const Deployment& deployment);

}  // namespace opsim::codedeploy
