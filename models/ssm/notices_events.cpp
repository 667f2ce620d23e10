// The events of Systems Manager, in their documented shapes.
// AWS: Amazon CloudWatch Events User Guide, "Amazon EC2 Systems Manager events"; Systems Manager
// User Guide, "Reference: Amazon EventBridge event patterns and types".
#include <fmt/compile.h>
#include <fmt/format.h>

#include <array>

#include "models/ssm/notices.hpp"
#include "models/ssm/ssm.hpp"
#include "opsim/document/json_line.hpp"

namespace opsim::ssm {

namespace {

/// "Nov 29, 2016 7:43:20 PM", as the documented events have it.
std::string event_time(SimTime time) {
  constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{std::chrono::floor<std::chrono::seconds>(time - day)};
  const auto hour = clock.hours().count();
  return fmt::format(FMT_COMPILE("{} {}, {} {}:{:02}:{:02} {}"), months[unsigned{date.month()} - 1],
                     unsigned{date.day()}, int{date.year()}, hour % 12 == 0 ? 12 : hour % 12,
                     clock.minutes().count(), clock.seconds().count(), hour < 12 ? "AM" : "PM");
}

double milliseconds(Duration duration) {
  return static_cast<double>(
      std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

Json detail_of(const Execution& execution, Status status, SimTime started, SimTime ended) {
  Json detail = json_object("Definition", execution.document_name, "DefinitionVersion",
                            execution.document_version, "ExecutionId", execution.id, "StartTime",
                            event_time(started), "Status", to_string(status));
  if (ended != SimTime{}) {
    detail["EndTime"] = event_time(ended);
    detail["Time"] = milliseconds(ended - started);
  }
  return detail;
}

/// What a timeline shows in place of source and detail type; nothing where none is kept.
template <class... Parts>
void set_line(const Ssm& ssm, Event& event, fmt::format_string<Parts...> text, Parts&&... parts) {
  if (ssm.cloud.journal().keeps(Level::story))
    event.line = fmt::format(text, std::forward<Parts>(parts)...);
}

Event automation_event(const Execution& execution, std::string_view type) {
  Event event;
  event.source = "aws.ssm";
  event.detail_type = type;
  event.place = execution.place;
  event.resources = {arn(execution.place, "ssm", "automation-execution/" + execution.id),
                     arn(execution.place, "ssm",
                         "automation-definition/" + execution.document_name + ":" +
                             std::to_string(execution.document_version))};
  return event;
}

Event command_event(const Command& command, std::string_view type) {
  Event event;
  event.source = "aws.ssm";
  event.detail_type = type;
  event.place = command.place;
  return event;
}

std::string utc_minute(SimTime time) {
  return iso8601(std::chrono::floor<std::chrono::seconds>(time));
}

}  // namespace

void emit_execution_status(Ssm& ssm, const Execution& execution) {
  Event event = automation_event(execution, "EC2 Automation Execution Status-change Notification");
  event.detail = detail_of(execution, execution.status, execution.started, execution.ended);
  event.detail["ExecutedBy"] = execution.executed_by;
  set_line(ssm, event, "automation {} {}", execution.document_name, to_string(execution.status));
  ssm.cloud.emit(std::move(event));
}

void emit_step_status(Ssm& ssm, const Execution& execution, std::size_t number) {
  const StepRecord& record = execution.steps[number];
  const StepSpec& step = execution.document->steps[number];
  Event event = automation_event(execution, "EC2 Automation Step Status-change Notification");
  event.detail = detail_of(execution, record.status, record.started, record.ended);
  event.detail["StepName"] = step.name;
  event.detail["Action"] = step.action_name;
  set_line(ssm, event, "step {} of {} {}", step.name, execution.document_name,
           to_string(record.status));
  ssm.cloud.emit(std::move(event));
}

void emit_command_status(Ssm& ssm, const Command& command) {
  Event event = command_event(command, "EC2 Command Status-change Notification");
  event.resources = {arn(command.place, "ssm", "command/" + command.id)};
  event.detail = json_object(
      "command-id", command.id, "document-name", command.document_name, "expire-after",
      utc_minute(command.requested + command.delivery_timeout + execution_timeout(command)),
      "parameters", command.given, "requested-date-time", utc_minute(command.requested), "status",
      status_of(command.status));
  set_line(ssm, event, "command {} {}", command.document_name, status_of(command.status));
  ssm.cloud.emit(std::move(event));
  notify_of_command(ssm, command);
}

void emit_invocation_status(Ssm& ssm, const Command& command, const Invocation& invocation) {
  Event event = command_event(command, "EC2 Command Invocation Status-change Notification");
  event.resources = {arn(command.place, "ec2", "instance/" + invocation.instance_id)};
  event.detail = json_object("command-id", command.id, "document-name", command.document_name,
                             "instance-id", invocation.instance_id, "requested-date-time",
                             utc_minute(command.requested), "status", status_of(invocation.status));
  set_line(ssm, event, "command {} on {} {}", command.document_name, invocation.instance_id,
           status_of(invocation.status));
  ssm.cloud.emit(std::move(event));
  notify_of_invocation(ssm, command, invocation);
  if (has_ended(invocation.status)) store_output(ssm, command, invocation);
}

}  // namespace opsim::ssm
