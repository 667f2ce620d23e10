#pragma once
/// What Get and List answer, in the API's members.
#include "models/codedeploy/codedeploy.hpp"

namespace opsim::codedeploy {

[[nodiscard]] Json application_json(const Application& one);
[[nodiscard]] Json group_json(const DeploymentGroup& one, const Application& of);
[[nodiscard]] Json deployment_json(const Deployment& one);
[[nodiscard]] Json target_json(const Deployment& of, const Target& one);
/// ec2TagFilters is one list; ec2TagSet is lists, of each of which one filter must fit.
void read_tags(const Json& members, GroupSpec& spec);
/// Members of CreateDeploymentGroup and AWS::CodeDeploy::DeploymentGroup.
[[nodiscard]] ApiResult<GroupSpec> read_group(const Json& members, Platform platform);

[[nodiscard]] inline double seconds_of(SimTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

}  // namespace opsim::codedeploy
