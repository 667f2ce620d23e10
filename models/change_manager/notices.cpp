// What the world hears of a change request: its OpsItem, the event "Change Request Status Update",
// its topics, the timeline.
// Configuring topics: "Configuring Amazon SNS topics for Change Manager notifications".
// AWS: EventBridge events reference, "Amazon EC2 Systems Manager events" (the name of the event);
// Systems Manager User Guide, "Reviewing and approving or rejecting change requests":
// "notifications are sent to the topic's subscribers when the change request changes status".
// UNDOCUMENTED here: the members of the event's detail, and the words of the messages.
#include <fmt/format.h>

#include <utility>

#include "models/change_manager/change_manager.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/cloud/resource_policy.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::change_manager {

namespace {

std::string title_of(ChangeManager& model, const ChangeRequest& request) {
  return std::string{model.cloud.resources().name_of(request.template_name)};
}

Json approvers_of(const ChangeRequest& request) {
  Json names = Json::array();
  for (const LevelRecord& level : request.levels)
    for (const Decision& decision : level.decisions) names.push_back(decision.by);
  return names;
}

void emit_status(ChangeManager& model, const ChangeRequest& request) {
  const Json& runbook = request.runbooks.front();
  const std::string runbook_arn =
      arn(request.place, "ssm", "document/" + input::text(runbook, "DocumentName"));
  Event event;
  event.source = "aws.ssm";
  event.detail_type = "Change Request Status Update";
  event.place = request.place;
  event.resources = {arn(request.place, "ssm", "opsitem/" + request.ops_item), runbook_arn};
  event.detail = {{"change-request-id", request.id},
                  {"change-request-title", request.name},
                  {"ops-item-id", request.ops_item},
                  {"ops-item-created-by", request.requested_by},
                  {"ops-item-created-time", iso8601(request.requested)},
                  {"ops-item-modified-by", request.requested_by},
                  {"ops-item-modified-time", iso8601(model.cloud.sim().now())},
                  {"ops-item-status", to_string(request.status)},
                  {"change-template-document-name", request.template_name},
                  {"change-request-creator", request.requested_by},
                  {"runbook-document-arn", runbook_arn},
                  {"runbook-document-version", input::text(runbook, "DocumentVersion")},
                  {"auto-approve", request.auto_approved},
                  {"approvers", approvers_of(request)}};
  event.line = fmt::format("change request {} {}", request.name, to_string(request.status));
  model.cloud.emit(std::move(event));
}

/// One call after the other, so that the last status stays; those between may be passed over.
Process<> update_ops_item(ChangeManager& model, ChangeRequest& request) {
  Status told{};
  do {
    told = request.status;
    Json update{{"OpsItemId", request.ops_item}, {"Status", to_string(told)}};
    Caller caller{request.place, "ssm.amazonaws.com", ""};
    co_await model.cloud.call(std::move(caller), "ssm", "UpdateOpsItem", std::move(update));
  } while (told != request.status);
  request.updating = false;
}

/// Those who were asked hear what became of it.
void notify_of_status(ChangeManager& model, const ChangeRequest& request) {
  const bool worth = has_ended(request.status) || request.status == Status::approved;
  if (!worth || request.way.levels.empty()) return;
  const std::string& topic = request.way.levels.front().topic;
  if (!topic.empty() && !request.auto_approved)
    notify(model, request, topic,
           fmt::format("Change request {} is {}", request.name, to_string(request.status)));
}

/// "Without completing this task, Change Manager doesn't have permission to send notifications":
/// the topic's policy must let Systems Manager publish. Its default statement, which is about
/// whoever owns the source (AWS:SourceOwner), does not.
bool may_publish(ChangeManager& model, const ChangeRequest& request, const Arn& topic) {
  const std::string text = topic.text();
  const ApiResult<Json> answer =
      model.cloud.inspect(topic.place(), "sns", "GetTopicAttributes", {{"TopicArn", text}});
  if (!answer) return true;  // the delivery tells what is wrong
  Json policy =
      Json::parse(input::text(input::member(*answer, "Attributes"), "Policy"), nullptr, false);
  if (!policy.is_object()) return false;
  Json statements = Json::array();
  for (const Json& statement : input::member(policy, "Statement"))
    if (input::member(statement, "Condition").dump().find("SourceOwner") == std::string::npos)
      statements.push_back(statement);
  policy["Statement"] = std::move(statements);
  return ask_policy(policy, {"sns:Publish", text, "ssm.amazonaws.com", request.place.account,
                             ""}) == PolicyAnswer::allowed;
}

void tell_untold(ChangeManager& model, std::string_view topic, std::string_view why) {
  model.cloud.journal().write({.kind = EntryKind::note,
                               .level = Level::story,
                               .subject = "Change Manager",
                               .text = fmt::format("nobody was told at {}: {}", topic, why)});
}

CauseId write(ChangeManager& model, const ChangeRequest& request, std::string text,
              std::string_view status) {
  return model.cloud.journal().write({.kind = EntryKind::runbook,
                                      .level = Level::goals,
                                      .subject = title_of(model, request),
                                      .text = std::move(text),
                                      .source = request.source,
                                      .detail = {{"execution", request.id}, {"status", status}}});
}

Process<> deliver(ChangeManager& model, Delivery delivery) {
  const std::string topic = delivery.target.text();
  const ApiResult<Json> told = co_await model.cloud.deliver(std::move(delivery));
  if (!told) tell_untold(model, topic, told.error().message);
}

}  // namespace

void tell_requested(ChangeManager& model, const ChangeRequest& request) {
  write(model, request,
        fmt::format("change {} requested by {}: {}", opsim::quoted(request.name),
                    name_in(request.requested_by), runbooks_text(request)),
        "Requested");
}

void become(ChangeManager& model, ChangeRequest& request, Status status, std::string_view why) {
  request.status = status;
  if (has_ended(status)) request.ended = model.cloud.sim().now();
  std::string text = fmt::format("change {} {}", opsim::quoted(request.name), to_string(status));
  if (!why.empty()) text += fmt::format(": {}", why);
  if (has_ended(status))
    text += fmt::format(", {} after it was requested", human(request.ended - request.requested));
  const CauseScope because{model.cloud.sim(),
                           write(model, request, std::move(text), to_string(status))};
  if (!request.ops_item.empty() && !std::exchange(request.updating, true))
    model.cloud.sim().spawn(update_ops_item(model, request));
  emit_status(model, request);
  notify_of_status(model, request);
}

void tell_level_ended(ChangeManager& model, const ChangeRequest& request, std::size_t level) {
  using State = LevelRecord::State;
  const LevelRecord& record = request.levels[level];
  const std::string took = human(record.ended - record.started);
  std::string text;
  std::string_view status = "Success";
  if (record.state == State::approved) {
    text = fmt::format("ok in {}: approved by {}", took, names_of(record.decisions));
  } else if (record.state == State::rejected) {
    status = "Failed";
    text = fmt::format("{} after {}: rejected by {}", status, took,
                       names_of({*rejection_in(record.decisions)}));
  } else {
    status = "TimedOut";
    text = fmt::format("{} after {}", status, took);
  }
  model.cloud.journal().write(
      {.kind = EntryKind::step,
       .level = Level::story,
       .subject = fmt::format("{}/{}", title_of(model, request), request.way.levels[level].name),
       .text = std::move(text),
       .source = request.source,
       .detail = {{"status", status}, {"number", level + 1}, {"execution", request.id}}});
}

void notify(ChangeManager& model, const ChangeRequest& request, const std::string& topic,
            std::string text) {
  const Resource* named = model.cloud.resources().find_named(topic);
  const std::optional<Arn> target = Arn::parse(named == nullptr ? topic : named->physical_id);
  if (!target) return;
  if (!may_publish(model, request, *target))
    return tell_untold(model, target->text(),
                       "its access policy does not let ssm.amazonaws.com publish");
  Delivery delivery{.caller = {request.place, "ssm.amazonaws.com", ""},
                    .target = *target,
                    .text = std::move(text),
                    .parameters = nullptr,
                    .from = arn(request.place, "ssm", "automation-execution/" + request.id)};
  model.cloud.sim().spawn(deliver(model, std::move(delivery)));
}

std::string request_text(const ChangeRequest& request, std::string_view message) {
  return fmt::format(
      "Approval required for change request {} of {}: {}\n{}\nAutomation execution ID: {}",
      request.name, request.template_name, runbooks_text(request), message, request.id);
}

std::string runbooks_text(const ChangeRequest& request) {
  std::string text;
  for (const Json& runbook : request.runbooks) {
    std::string values;
    const Json& parameters = input::member(runbook, "Parameters");
    if (parameters.is_object())
      for (const auto& [name, value] : parameters.items())
        for (const std::string& one : input::texts(parameters, name))
          values += fmt::format("{}{}: {}", values.empty() ? "" : ", ", name, one);
    text += fmt::format("{}{}{}", text.empty() ? "" : "; ", input::text(runbook, "DocumentName"),
                        values.empty() ? "" : " (" + values + ")");
  }
  return text;
}

}  // namespace opsim::change_manager
