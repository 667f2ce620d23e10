// A log group as the target of a rule or a pipe: each event becomes a log event, in a stream named
// after its id.
// AWS: EventBridge User Guide, eb-use-resource-based ("CloudWatch Logs permissions"): a resource
// policy must let delivery.logs.amazonaws.com or events.amazonaws.com create streams and put
// events; rules made in the console make one. eb-targets: the group's name begins with
// /aws/events/ there.
#include <fmt/format.h>

#include "models/logs/operations.hpp"
#include "opsim/cloud/resource_policy.hpp"

namespace opsim::logs {
namespace {

bool may_write(const Logs& logs, const LogGroup& group, const Delivery& delivery) {
  const auto policies = logs.resource_policies.find(group.place);
  if (policies == logs.resource_policies.end()) return false;
  const std::string resource = group.arn + ":log-stream:x";
  bool allowed = false;
  for (const auto& [name, policy] : policies->second) {
    for (const char* principal : {"delivery.logs.amazonaws.com", "events.amazonaws.com"}) {
      const PolicyAnswer answer = ask_policy(Json(policy.text), {.action = "logs:PutLogEvents",
                                                                 .resource = resource,
                                                                 .principal = principal,
                                                                 .account = group.place.account,
                                                                 .source_arn = delivery.from});
      if (answer == PolicyAnswer::denied) return false;
      allowed = allowed || answer == PolicyAnswer::allowed;
    }
  }
  return allowed;
}

}  // namespace

Process<ApiResult<Json>> deliver_to_group(Logs& logs, Delivery delivery) {
  LogGroup* group = logs.find(delivery.target.place(), delivery.target.text());
  if (group == nullptr) co_return no_such_group();
  const bool of_a_rule = delivery.caller.invoked_by == "events.amazonaws.com";
  if (of_a_rule && !may_write(logs, *group, delivery))
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
