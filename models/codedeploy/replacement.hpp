#pragma once
/// The replacement environment of instances, and the end of the original one.
#include "models/codedeploy/codedeploy.hpp"

namespace opsim::codedeploy {

/// COPY_AUTO_SCALING_GROUP: a group like the first of the deployment group, without its load
/// balancers; its instances once all are in service. Empty where that did not work.
Process<std::vector<std::string>> copy_scaling_group(CodeDeploy& codedeploy,
                                                     Deployment& deployment);
/// Members of CreateDeployment.targetInstances.
[[nodiscard]] ApiResult<GroupSpec> read_instances(const Json& members);
/// The original instances: with their Auto Scaling group, or one by one.
Process<> terminate_blue(CodeDeploy& codedeploy, Deployment& deployment);
/// The deployment group means the replacement environment from now on.
void adopt_replacement(CodeDeploy& codedeploy, Deployment& deployment);

}  // namespace opsim::codedeploy
