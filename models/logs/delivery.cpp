// A log group as the target of a rule or a pipe: each event becomes a log event, in a stream named
// after its id.
// AWS: EventBridge User Guide, eb-use-resource-based ("CloudWatch Logs permissions"): a resource
// policy must let delivery.logs.amazonaws.com or events.amazonaws.com create streams and put
// events; rules made in the console make one. eb-targets: the group's name begins with
// /aws/events/ there.
#include <fmt/format.h>

#include <algorithm>

#include "models/logs/operations.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/cloud/policy_conditions.hpp"

namespace opsim::logs {
namespace {

bool names_service(const Json& statement) {
  const Json& who = input::member(statement, "Principal");
  std::vector<std::string> named = input::texts(who, "Service");
  if (input::text(who) == "*") return true;
  for (const std::string& account : input::texts(who, "AWS"))
    if (account == "*") return true;
  return std::ranges::any_of(named, [](const std::string& name) {
    return name == "events.amazonaws.com" || name == "delivery.logs.amazonaws.com";
  });
}

bool covers(const Json& statement, const LogGroup& group) {
  const auto like = [](const std::vector<std::string>& patterns, std::string_view text) {
    return std::ranges::any_of(
        patterns, [&](const std::string& pattern) { return matches_policy_text(pattern, text); });
  };
  return like(input::texts(statement, "Action"), "logs:PutLogEvents") &&
         like(input::texts(statement, "Resource"), group.arn + ":log-stream:x");
}

bool may_write(const Logs& logs, const LogGroup& group) {
  const auto policies = logs.resource_policies.find(group.place);
  if (policies == logs.resource_policies.end()) return false;
  for (const auto& [name, policy] : policies->second) {
    const Json document = Json::parse(policy.text, nullptr, false);
    const Json& written = input::member(document, "Statement");
    const Json statements = written.is_object() ? Json::array({written}) : written;
    for (const Json& statement : statements)
      if (input::text(statement, "Effect") == "Allow" && names_service(statement) &&
          covers(statement, group))
        return true;
  }
  return false;
}

}  // namespace

Process<ApiResult<Json>> deliver_to_group(Logs& logs, Delivery delivery) {
  LogGroup* group = logs.find(delivery.target.place(), delivery.target.text());
  if (group == nullptr) co_return no_such_group();
  const bool of_a_rule = delivery.caller.invoked_by == "events.amazonaws.com";
  if (of_a_rule && !may_write(logs, *group))
    co_return ApiError{"AccessDeniedException",
                       fmt::format("No resource policy of CloudWatch Logs lets "
                                   "events.amazonaws.com write to log group {}",
                                   group->name),
                       400};
  const SimTime now = logs.cloud.sim().now();
  const std::string name = logs.cloud.next_uuid("log-stream");
  LogStream& stream = group->streams[name];
  stream.name = name;
  stream.created = now;
  std::vector<LogEvent> events;
  events.push_back({.at = now,
                    .ingested = now,
                    .message = std::move(delivery.text),
                    .id = logs.cloud.next_id("log-event-")});
  take_events(logs, *group, stream, events);
  co_return Json::object();
}

}  // namespace opsim::logs
