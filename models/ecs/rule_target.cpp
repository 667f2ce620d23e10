// Tasks that rules and schedules run.
// AWS: EventBridge User Guide, eb-targets ("Amazon ECS task"), API_EcsParameters; EventBridge
// Scheduler User Guide, managing-targets-templated (ECS RunTask).
// UNDOCUMENTED: what becomes of a RunTask that starts nothing: taken for an error worth another
// try.
#include <fmt/format.h>

#include "models/ecs/ecs.hpp"
#include "models/ecs/operations.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::ecs {

namespace {

/// API_EcsParameters' members in the words of API_RunTask.
struct MemberOfRunTask {
  const char* target;
  const char* run_task;
};
constexpr MemberOfRunTask kMembers[] = {
    {"EnableECSManagedTags", "enableECSManagedTags"},
    {"EnableExecuteCommand", "enableExecuteCommand"},
    {"Group", "group"},
    {"LaunchType", "launchType"},
    {"PlatformVersion", "platformVersion"},
    {"PropagateTags", "propagateTags"},
    {"ReferenceId", "referenceId"},
    {"TaskCount", "count"},
    {"TaskDefinitionArn", "taskDefinition"},
};

Json network_of(const Json& parameters) {
  const Json& network = input::member(parameters, "NetworkConfiguration");
  Json said = input::member(network, "AwsVpcConfiguration");                 // rules
  if (said.is_null()) said = input::member(network, "AwsvpcConfiguration");  // schedules
  if (!said.is_object()) return {};
  Json awsvpc = Json::object();
  for (const auto& [from, to] :
       {std::pair{"AssignPublicIp", "assignPublicIp"},
        std::pair{"SecurityGroups", "securityGroups"}, std::pair{"Subnets", "subnets"}})
    if (const Json& value = input::member(said, from); !value.is_null()) awsvpc[to] = value;
  return {{"awsvpcConfiguration", std::move(awsvpc)}};
}

Json strategy_of(const Json& parameters) {
  Json strategy = Json::array();
  for (const Json& item : input::member(parameters, "CapacityProviderStrategy")) {
    Json one{{"capacityProvider",
              input::text(item, item.contains("CapacityProvider") ? "CapacityProvider"
                                                                  : "capacityProvider")}};
    for (const auto& [from, to] : {std::pair{"Base", "base"}, std::pair{"Weight", "weight"}})
      if (const Json& value = input::member(item, from); !value.is_null()) one[to] = value;
    strategy.push_back(std::move(one));
  }
  return strategy;
}

/// "events-rule/nightly", "chronos-schedule/nightly", as the console shows such tasks.
std::string started_by(const Delivery& delivery) {
  const std::optional<Arn> from = Arn::parse(delivery.from);
  if (!from) return {};
  const std::string name = from->resource.substr(from->resource.rfind('/') + 1);
  return fmt::format("{}/{}", from->service == "scheduler" ? "chronos-schedule" : "events-rule",
                     name);
}

Json order_of(const Delivery& delivery) {
  const Json& parameters = input::member(delivery.parameters, "EcsParameters");
  Json order{{"cluster", delivery.target.text()}, {"startedBy", started_by(delivery)}};
  for (const auto& [target, run_task] : kMembers)
    if (const Json& value = input::member(parameters, target); !value.is_null())
      order[run_task] = value;
  if (Json network = network_of(parameters); !network.is_null())
    order["networkConfiguration"] = std::move(network);
  if (Json strategy = strategy_of(parameters); !strategy.empty())
    order["capacityProviderStrategy"] = std::move(strategy);
  Json text = Json::parse(delivery.text, nullptr, false);
  if (text.is_object() && text.contains("containerOverrides")) order["overrides"] = std::move(text);
  return order;
}

}  // namespace

Process<ApiResult<Json>> take_delivery(Ecs& ecs, Delivery delivery) {
  Json order = order_of(delivery);
  Caller caller = delivery.caller;
  caller.place = delivery.target.place();
  ApiResult<Json> answer =
      co_await ecs.cloud.call(std::move(caller), "ecs", "RunTask", std::move(order));
  if (!answer) co_return answer;
  const Json& failures = input::member(*answer, "failures");
  if (!input::member(*answer, "tasks").empty() || failures.empty()) co_return answer;
  co_return ApiError{
      "ServiceUnavailableException",
      fmt::format("RunTask started no task: {}.", input::text(failures.at(0), "reason")), 503};
}

}  // namespace opsim::ecs
