// AWS: CodeDeploy User Guide, "Integrating CodeDeploy with Elastic Load Balancing".
#include "models/codedeploy/traffic.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/cloud/input.hpp"

namespace opsim::codedeploy {

namespace {

/// A lifecycle event has one hour (limits); CodeDeploy looks every so often (estimate).
constexpr Duration kLongestWait = std::chrono::hours{1};
constexpr Duration kLook = std::chrono::seconds{5};

Caller service_role(CodeDeploy& codedeploy, const Deployment& deployment) {
  const DeploymentGroup* group = codedeploy.group_of(deployment);
  return {deployment.place, group == nullptr ? "" : group->spec.role, "codedeploy.amazonaws.com"};
}

std::string arn_of_group(CodeDeploy& codedeploy, const Deployment& deployment,
                         const std::string& name) {
  const auto answer = codedeploy.cloud.inspect(deployment.place, "elbv2", "DescribeTargetGroups",
                                               {{"Names", Json::array({name})}});
  if (!answer) return {};
  const Json& groups = input::member(*answer, "TargetGroups");
  return groups.is_array() && !groups.empty() ? input::text(groups.front(), "TargetGroupArn") : "";
}

std::string state_in(CodeDeploy& codedeploy, const Deployment& deployment, const std::string& group,
                     const std::string& instance) {
  const auto answer = codedeploy.cloud.inspect(
      deployment.place, "elbv2", "DescribeTargetHealth",
      {{"TargetGroupArn", group}, {"Targets", Json::array({{{"Id", instance}}})}});
  if (!answer) return "unused";
  const Json& found = input::member(*answer, "TargetHealthDescriptions");
  return found.is_array() && !found.empty()
             ? input::text(input::member(found.front(), "TargetHealth"), "State")
             : "unused";
}

Process<bool> move_in(CodeDeploy& codedeploy, Deployment& deployment, std::string group,
                      std::string instance, bool allow) {
  Json input{{"TargetGroupArn", group}, {"Targets", Json::array({{{"Id", instance}}})}};
  Process<ApiResult<Json>> call =
      codedeploy.cloud.call(service_role(codedeploy, deployment), "elbv2",
                            allow ? "RegisterTargets" : "DeregisterTargets", std::move(input));
  const ApiResult<Json> answer = co_await call;
  if (!answer) co_return false;
  const SimTime until = codedeploy.sim().now() + kLongestWait;
  while (codedeploy.sim().now() < until) {
    const std::string state = state_in(codedeploy, deployment, group, instance);
    if (allow ? state == "healthy" : state == "unused") co_return true;
    co_await codedeploy.sim().sleep(kLook);
  }
  co_return false;
}

}  // namespace

Process<bool> change_traffic(CodeDeploy& codedeploy, Deployment& deployment, std::size_t target,
                             bool allow) {
  const std::string name = allow ? "AllowTraffic" : "BlockTraffic";
  const auto event = [&]() -> EventState& {
    return *std::ranges::find(deployment.targets.at(target).events, name, &EventState::name);
  };
  event().status = "InProgress";
  event().began = codedeploy.sim().now();
  const DeploymentGroup* group = codedeploy.group_of(deployment);
  const std::vector<std::string> names =
      group == nullptr ? std::vector<std::string>{} : group->spec.target_groups;
  bool fine = true;
  for (const std::string& one : names) {
    if (!fine) break;
    std::string arn = arn_of_group(codedeploy, deployment, one);
    Process<bool> moving =
        move_in(codedeploy, deployment, std::move(arn), deployment.targets.at(target).id, allow);
    fine = co_await moving;
  }
  event().status = fine ? "Succeeded" : "Failed";
  event().ended = codedeploy.sim().now();
  if (!fine)
    event().message = allow ? "The instance did not become healthy in its target group in time"
                            : "The instance was not deregistered in time";
  co_return fine;
}

}  // namespace opsim::codedeploy
