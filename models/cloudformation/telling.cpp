// What a stack tells of itself: its events, EventBridge's, messages to topics, the journal.
// AWS: CloudFormation User Guide, "Stack Status Change event detail", "Resource Status Change event
// detail", "Drift Detection Status Change event detail"; CreateStack, NotificationARNs.
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudformation/cloudformation.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudformation {

namespace {

/// A rule that names other sources cannot match; any other may.
bool rule_may_match(const Json& rule) {
  const Json pattern = Json::parse(input::text(rule, "EventPattern"), nullptr, false);
  if (!pattern.is_object()) return false;
  const Json& sources = input::member(pattern, "source");
  if (!sources.is_array()) return true;
  return std::ranges::any_of(
      sources, [](const Json& one) { return !one.is_string() || one == "aws.cloudformation"; });
}

void emit(CloudFormation& cfn, const Stack& stack, std::string detail_type, Json detail,
          std::string line) {
  if (!listens(cfn, stack.place)) return;
  detail["stack-id"] = stack.id;
  detail["client-request-token"] = stack.token;
  Event event{.source = "aws.cloudformation",
              .detail_type = std::move(detail_type),
              .place = stack.place,
              .resources = {stack.id},
              .detail = std::move(detail),
              .line = std::move(line)};
  cfn.cloud.emit(std::move(event));
}

/// "StackId='...'\nTimestamp='...'\n...": one message an event.
void notify_topics(CloudFormation& cfn, const Stack& stack, const StackEvent& event) {
  if (stack.spec.notification_arns.empty()) return;
  const std::string message = fmt::format(
      "StackId='{}'\nTimestamp='{}'\nEventId='{}'\nLogicalResourceId='{}'\nNamespace='{}'\n"
      "PhysicalResourceId='{}'\nResourceStatus='{}'\nResourceStatusReason='{}'\n"
      "ResourceType='{}'\nStackName='{}'\nClientRequestToken='{}'\n",
      stack.id, iso8601(event.at), event.id, event.logical_id, stack.place.account,
      event.physical_id, event.status, event.reason, event.type, stack.name, event.token);
  for (const std::string& topic : stack.spec.notification_arns)
    cfn.cloud.call_later({stack.place, "cloudformation.amazonaws.com", ""}, "sns", "Publish",
                         {{"TopicArn", topic},
                          {"Subject", "AWS CloudFormation Notification"},
                          {"Message", message}});
}

const StackEvent& add_event(CloudFormation& cfn, Stack& stack, StackEvent event) {
  event.id = cfn.cloud.next_uuid("stack event");
  event.at = cfn.sim().now();
  event.token = stack.token;
  stack.events.push_back(std::move(event));
  notify_topics(cfn, stack, stack.events.back());
  return stack.events.back();
}

bool is_bad(std::string_view status) {
  return status.find("FAILED") != std::string_view::npos ||
         status.find("ROLLBACK") != std::string_view::npos;
}

/// Of a stack set's instances only what goes wrong: the set tells the rest as a whole.
Level level_of(const Stack& stack, std::string_view status) {
  const bool part =
      !stack.stack_set.empty() || stack.name.starts_with("StackSet-") || !stack.parent.empty();
  return part && !status.ends_with("_FAILED") ? Level::everything : Level::story;
}

std::string with_reason(const std::string& status, const std::string& reason) {
  return reason.empty() ? status : fmt::format("{}: {}", status, reason);
}

}  // namespace

/// Asked once, until a rule comes or goes: hundreds of stacks tell thousands of things that nobody
/// listens to.
bool listens(CloudFormation& cfn, const Place& place) {
  const auto [known, fresh] = cfn.listened.try_emplace(place, false);
  if (!fresh) return known->second;
  const ApiResult<Json> rules = cfn.cloud.inspect(place, "events", "ListRules", Json::object());
  if (!rules) return false;
  known->second = std::ranges::any_of(input::member(*rules, "Rules"), rule_may_match) ||
                  rules->contains("NextToken");
  return known->second;
}

void tell_stack(CloudFormation& cfn, Stack& stack, std::string status, std::string reason) {
  stack.status = status;
  stack.reason = reason;
  const CauseId entry = cfn.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = level_of(stack, status),
       .subject = stack.name,
       .text = fmt::format("stack {}", with_reason(status, reason)),
       .detail = {
           {"act", "stack"}, {"status", status}, {"stack", stack.id}, {"bad", is_bad(status)}}});
  stack.because = entry;
  const CauseScope because{cfn.sim(), entry};
  const StackEvent event = add_event(cfn, stack,
                                     {.logical_id = stack.name,
                                      .physical_id = stack.id,
                                      .type = "AWS::CloudFormation::Stack",
                                      .status = status,
                                      .reason = reason});
  emit(cfn, stack, "CloudFormation Stack Status Change",
       {{"status-details", {{"status", status}, {"status-reason", reason}}}},
       fmt::format("CloudFormation Stack Status Change: {} {}", stack.name, status));
  stack.changed.notify_all();
}

void tell_resource(CloudFormation& cfn, Stack& stack, const std::string& logical_id,
                   std::string status, std::string reason) {
  StackResource& resource = stack.resources[logical_id];
  resource.status = status;
  resource.reason = reason;
  resource.changed = cfn.sim().now();
  const bool failed = status.ends_with("_FAILED");
  CauseId entry = CauseId::none;
  // Of a stack set's instances, the set tells.
  const Level level = failed && stack.stack_set.empty() ? Level::story : Level::everything;
  if (cfn.cloud.journal().keeps(level)) {
    std::string source;
    if (const auto number = stack.assembly ? stack.assembly->number_of(logical_id) : std::nullopt)
      source = stack.assembly->text().resources()[*number].source;
    entry = cfn.cloud.journal().write(
        {.kind = EntryKind::resource,
         .level = level,
         .subject = fmt::format("{}/{}", stack.name, logical_id),
         .text = with_reason(status, reason),
         .source = std::move(source),
         .detail = {{"act", "stack resource"}, {"status", status}, {"type", resource.type}}});
  } else {
    entry = cfn.cloud.journal().link();
  }
  if (failed) stack.because = entry;
  const CauseScope because{cfn.sim(), entry};
  add_event(cfn, stack,
            {.logical_id = logical_id,
             .physical_id = resource.physical_id,
             .type = resource.type,
             .status = status,
             .reason = reason});
  emit(cfn, stack, "CloudFormation Resource Status Change",
       {{"logical-resource-id", logical_id},
        {"physical-resource-id", resource.physical_id},
        {"status-details", {{"status", status}, {"status-reason", reason}}},
        {"resource-type", resource.type}},
       fmt::format("CloudFormation Resource Status Change: {}/{} {}", stack.name, logical_id,
                   status));
}

void tell_drift(CloudFormation& cfn, const Stack& stack) {
  const DriftDetection& drift = *stack.drift;
  emit(cfn, stack, "CloudFormation Drift Detection Status Change",
       {{"stack-drift-detection-id", drift.id},
        {"status-details",
         {{"stack-drift-status", drift.drift}, {"detection-status", drift.status}}},
        {"drift-detection-details", {{"drifted-stack-resource-count", drift.drifted}}}},
       fmt::format("CloudFormation Drift Detection Status Change: {} {}", stack.name, drift.drift));
}

void forget_listeners(CloudFormation& cfn, const CallRecord& call) {
  if (call.service == "events" && !call.read_only) cfn.listened.erase(call.caller.place);
}

}  // namespace opsim::cloudformation
