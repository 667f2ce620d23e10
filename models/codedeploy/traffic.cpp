// AWS: CodeDeploy User Guide, "Integrating CodeDeploy with Elastic Load Balancing".
#include "models/codedeploy/traffic.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "opsim/cloud/input.hpp"

namespace opsim::codedeploy {

namespace {

/// A lifecycle event has one hour (limits); CodeDeploy looks every so often (estimate).
constexpr Duration kLongestWait = std::chrono::hours{1};
constexpr Duration kLooksAtTargets = std::chrono::seconds{5};

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

/// Until the load balancer tells something new of an instance, or for a while: a target that has
/// drained is gone without a word.
Process<> await_news(CodeDeploy& codedeploy, std::string instance, Duration longest) {
  std::unique_ptr<Signal>& news = codedeploy.awaited[instance];
  if (news == nullptr) news = std::make_unique<Signal>(codedeploy.sim());
  Signal::TimedWait wait = news->wait_for(longest);
  co_await wait;
}

/// True where nothing that a load balancer says will change what is waited for.
bool is_settled(const std::string& state, bool allow) {
  return allow ? state == "healthy" : state == "unused";
}

Process<bool> move_in(CodeDeploy& codedeploy, Deployment& deployment, std::string group,
                      std::string instance, bool allow) {
  if (is_settled(state_in(codedeploy, deployment, group, instance), allow)) co_return true;
  Json input{{"TargetGroupArn", group}, {"Targets", Json::array({{{"Id", instance}}})}};
  Process<ApiResult<Json>> call =
      codedeploy.cloud.call(service_role(codedeploy, deployment), "elbv2",
                            allow ? "RegisterTargets" : "DeregisterTargets", std::move(input));
  const ApiResult<Json> answer = co_await call;
  if (!answer) co_return false;
  const SimTime until = codedeploy.sim().now() + kLongestWait;
  while (codedeploy.sim().now() < until) {
    if (is_settled(state_in(codedeploy, deployment, group, instance), allow)) co_return true;
    if (allow) {
      Process<> news = await_news(codedeploy, instance, until - codedeploy.sim().now());
      co_await news;
    } else {
      co_await codedeploy.sim().sleep(kLooksAtTargets);
    }
  }
  co_return false;
}

}  // namespace

Caller service_role(CodeDeploy& codedeploy, const Deployment& deployment) {
  const DeploymentGroup* group = codedeploy.group_of(deployment);
  return {deployment.place, group == nullptr ? "" : group->spec.role, "codedeploy.amazonaws.com"};
}

void target_told(CodeDeploy& codedeploy, const TargetHealth& told) {
  const auto found = codedeploy.awaited.find(told.target);
  if (found != codedeploy.awaited.end()) found->second->notify_all();
}

Process<bool> change_traffic(CodeDeploy& codedeploy, Deployment& deployment, std::size_t target,
                             bool allow) {
  const std::string name = allow ? "AllowTraffic" : "BlockTraffic";
  begin_event(codedeploy, deployment, target, name);
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
  std::string failure;
  if (!fine)
    failure = allow ? "The instance did not become healthy in its target group in time"
                    : "The instance was not deregistered in time";
  end_event(codedeploy, deployment, target, name, std::move(failure));
  co_return fine;
}

}  // namespace opsim::codedeploy
