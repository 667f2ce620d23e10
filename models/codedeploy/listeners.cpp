// AWS: CodeDeploy User Guide, "Load balancer, target groups, and listeners for CodeDeploy Amazon
// ECS deployments"; ELB API, ForwardActionConfig: weights of 0 to 999.
#include "models/codedeploy/listeners.hpp"

#include <fmt/format.h>

#include "models/codedeploy/traffic.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codedeploy {

namespace {

bool forwards_to(const Json& action, const Sides& sides) {
  const auto is_side = [&](const Json& group) {
    const std::string arn = input::text(group, "TargetGroupArn");
    return arn == sides.blue || arn == sides.green;
  };
  if (is_side(action)) return true;
  const Json& groups = input::member(input::member(action, "ForwardConfig"), "TargetGroups");
  if (!groups.is_array()) return false;
  for (const Json& group : groups)
    if (is_side(group)) return true;
  return false;
}

/// The actions of a rule with other weights; null where it forwards elsewhere.
Json weighed(const Json& actions, const Sides& sides, std::int64_t green_percent) {
  Json changed = Json::array();
  bool any = false;
  for (const Json& action : actions) {
    if (!forwards_to(action, sides)) {
      changed.push_back(action);
      continue;
    }
    any = true;
    Json groups = Json::array();
    groups.push_back({{"TargetGroupArn", sides.blue}, {"Weight", 100 - green_percent}});
    groups.push_back({{"TargetGroupArn", sides.green}, {"Weight", green_percent}});
    changed.push_back(
        {{"Type", "forward"}, {"ForwardConfig", {{"TargetGroups", std::move(groups)}}}});
  }
  return any ? changed : Json{};
}

struct Change {
  std::string operation;
  Json input;
};

std::vector<Change> changes_of(CodeDeploy& codedeploy, const Deployment& deployment,
                               const std::string& listener, const Sides& sides,
                               std::int64_t green_percent) {
  std::vector<Change> changes;
  const auto rules = codedeploy.cloud.inspect(deployment.place, "elbv2", "DescribeRules",
                                              {{"ListenerArn", listener}});
  if (!rules) return changes;
  for (const Json& rule : input::member(*rules, "Rules")) {
    Json actions = weighed(input::member(rule, "Actions"), sides, green_percent);
    if (actions.is_null()) continue;
    if (input::boolean(rule, "IsDefault").value_or(false))
      changes.push_back(
          {"ModifyListener", {{"ListenerArn", listener}, {"DefaultActions", std::move(actions)}}});
    else
      changes.push_back(
          {"ModifyRule",
           {{"RuleArn", input::text(rule, "RuleArn")}, {"Actions", std::move(actions)}}});
  }
  return changes;
}

}  // namespace

Process<std::string> weigh(CodeDeploy& codedeploy, Deployment& deployment, std::string listener,
                           Sides sides, std::int64_t green_percent) {
  std::vector<Change> changes = changes_of(codedeploy, deployment, listener, sides, green_percent);
  if (changes.empty())
    co_return fmt::format("The listener {} forwards to neither target group", listener);
  for (Change& change : changes) {
    Process<ApiResult<Json>> call =
        codedeploy.cloud.call(service_role(codedeploy, deployment), "elbv2",
                              std::move(change.operation), std::move(change.input));
    const ApiResult<Json> answer = co_await call;
    if (!answer) co_return fmt::format("{}: {}", answer.error().code, answer.error().message);
  }
  co_return "";
}

}  // namespace opsim::codedeploy
