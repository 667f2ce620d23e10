// What counts as done only once its service says so.
// AWS: Amazon ECS Developer Guide, "Deployment circuit breaker": CloudFormation waits until a
// service is steady, three hours at most.
#include "models/cloudformation/resource_work.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudformation {

namespace {

constexpr Duration kLook = std::chrono::seconds{15};  // estimate
constexpr Duration kLongest = std::chrono::hours{3};

/// "COMPLETED", "FAILED" or "IN_PROGRESS"; "" where nothing tells.
std::string rollout_of(CloudFormation& cfn, const Stack& stack, const std::string& service,
                       const Json& properties) {
  Json ask{{"services", Json::array({service})}};
  if (const std::string cluster = input::text(properties, "Cluster"); !cluster.empty())
    ask["cluster"] = cluster;
  const auto answer = cfn.cloud.inspect(stack.place, "ecs", "DescribeServices", ask);
  if (!answer) return {};
  for (const Json& one : input::member(*answer, "services"))
    for (const Json& deployment : input::member(one, "deployments")) {
      const std::string state = input::text(deployment, "rolloutState");
      if (state == "FAILED") return state;
      if (input::text(deployment, "status") == "PRIMARY") return state;
    }
  return {};
}

}  // namespace

Process<std::string> await_stable(CloudFormation& cfn, Stack& stack, std::string type,
                                  std::string physical_id, Json properties) {
  if (type != "AWS::ECS::Service") co_return "";
  const SimTime deadline = cfn.sim().now() + kLongest;
  while (cfn.sim().now() < deadline) {
    const std::string state = rollout_of(cfn, stack, physical_id, properties);
    if (state == "COMPLETED" || state.empty()) co_return "";
    if (state == "FAILED")
      co_return handler_message(cfn, {"GeneralServiceException",
                                      "Error occurred during operation 'ECS Deployment Circuit "
                                      "Breaker was triggered'."});
    co_await cfn.sim().sleep(kLook);
  }
  co_return handler_message(
      cfn, {"NotStabilized", "Exceeded attempts to wait until the service is steady"});
}

}  // namespace opsim::cloudformation
