// The journal's side: what a timeline shows, and what goals and incidents read.
#include "models/ssm/notices.hpp"

#include <fmt/format.h>

#include "models/ssm/ssm.hpp"
#include "opsim/document/json_line.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::ssm {

namespace {

/// The thing that an execution is about: its target, or the first parameter that names a resource.
std::string about(Ssm& ssm, const Execution& execution) {
  const Resources& resources = ssm.cloud.resources();
  const auto name = [&](const Json& value) -> std::string {
    if (!value.is_string()) return "";
    const auto& text = value.get_ref<const std::string&>();
    const Resource* resource = resources.find(text);
    const bool told = resource != nullptr && resource->type != "AWS::IAM::Role" &&
                      resource->type != "AWS::SNS::Topic";
    return told ? std::string{resources.name_of(text)} : "";
  };
  if (!execution.target.empty()) return std::string{resources.name_of(execution.target)};
  for (const Json& parameter : execution.parameters) {
    const Json& first = parameter.is_array() && !parameter.empty() ? parameter[0] : parameter;
    if (std::string found = name(first); !found.empty()) return found;
  }
  return "";
}

double seconds(Duration duration) {
  return std::chrono::duration<double>(std::chrono::round<std::chrono::milliseconds>(duration))
      .count();
}

std::string outcome_text(const StepRecord& record, const std::string& told) {
  const std::string took = human(record.ended - record.started);
  if (went_well(record.status))
    return told.empty() ? fmt::format("ok in {}", took) : fmt::format("ok in {}: {}", took, told);
  return fmt::format("{} after {}: {}", to_string(record.status), took, record.failure);
}

}  // namespace

std::string title_of(Ssm& ssm, std::string_view document_name) {
  return std::string{ssm.cloud.resources().name_of(document_name)};
}

CauseId tell_execution_started(Ssm& ssm, Execution& execution) {
  const std::string on = about(ssm, execution);
  return ssm.cloud.journal().write(
      {.kind = EntryKind::runbook,
       .level = Level::goals,
       .subject = title_of(ssm, execution.document_name),
       .text = on.empty() ? "started" : fmt::format("started on {}", on),
       .source = execution.document->source,
       .detail = json_object("execution", execution.id, "status", "InProgress")});
}

void tell_execution_ended(Ssm& ssm, Execution& execution) {
  const std::string took = human(execution.ended - execution.started);
  const std::string_view status = to_string(execution.status);
  std::string text = execution.status == Status::success
                         ? fmt::format("{} in {}", status, took)
                         : fmt::format("{} after {}: {}", status, took, execution.failure);
  const CauseId ended = ssm.cloud.journal().write(
      {.kind = EntryKind::runbook,
       .level = Level::goals,
       .subject = title_of(ssm, execution.document_name),
       .text = std::move(text),
       .source = execution.document->source,
       .detail = json_object("execution", execution.id, "status", status)});
  const CauseScope because{ssm.sim(), ended};
  emit_execution_status(ssm, execution);
  execution.changed.notify_all();
}

void begin_step(Ssm& ssm, Execution& execution, std::uint32_t number) {
  StepRecord& record = execution.steps[number];
  record = StepRecord{};
  record.status = Status::in_progress;
  record.started = ssm.sim().now();
  execution.current = number;
  emit_step_status(ssm, execution, number);
}

CauseId end_step(Ssm& ssm, Execution& execution, std::uint32_t number, StepResult result) {
  const StepSpec& step = execution.document->steps[number];
  StepRecord& record = execution.steps[number];
  record.status = result.status;
  record.ended = ssm.sim().now();
  record.answer = std::move(result.answer);
  record.failure = std::move(result.failure);
  record.command_id.clear();
  record.child_id.clear();
  select_outputs(step, record);

  Journal& journal = ssm.cloud.journal();
  CauseId ended{};
  if (journal.keeps(Level::story)) {
    ended = journal.write(
        {.kind = EntryKind::step,
         .level = Level::story,
         .subject = fmt::format("{}/{}", title_of(ssm, execution.document_name), step.name),
         .text = outcome_text(record, result.told),
         .source = step.source,
         .detail = {{"status", to_string(record.status)},
                    {"seconds", seconds(record.ended - record.started)},
                    {"number", number + 1},
                    {"execution", execution.id}}});
  } else {
    ended = journal.link();
  }
  const CauseScope because{ssm.sim(), ended};
  emit_step_status(ssm, execution, number);
  return ended;
}

void set_waiting(Ssm& ssm, Execution& execution, StepRecord& record, bool waiting) {
  record.status = waiting ? Status::waiting : Status::in_progress;
  if (!execution.cancelling) execution.status = record.status;
  emit_step_status(ssm, execution, execution.current);
  emit_execution_status(ssm, execution);
}

CauseId tell_invocation_ended(Ssm& ssm, const Command& command, const Invocation& invocation) {
  Journal& journal = ssm.cloud.journal();
  if (!journal.keeps(Level::story)) return journal.link();
  const bool ran = invocation.started != SimTime{};
  const Duration took = invocation.ended - (ran ? invocation.started : invocation.requested);
  std::string text =
      fmt::format("on {}: {} {} {}", invocation.instance_id, details_of(invocation.status),
                  invocation.status == CommandStatus::success ? "in" : "after", human(took));
  const std::string& more = invocation.error.empty() ? invocation.told : invocation.error;
  if (!more.empty()) text += fmt::format(": {}", more);
  return journal.write(
      {.kind = EntryKind::command,
       .level = Level::story,
       .subject = command.step.empty() ? title_of(ssm, command.document_name) : command.step,
       .text = std::move(text),
       .source = command.source,
       .detail = {{"command", command.id},
                  {"instance", invocation.instance_id},
                  {"status", details_of(invocation.status)}}});
}

void tell(Ssm& ssm, std::string subject, std::string text, std::string source) {
  ssm.cloud.journal().write({.kind = EntryKind::note,
                             .level = Level::story,
                             .subject = std::move(subject),
                             .text = std::move(text),
                             .source = std::move(source)});
}

}  // namespace opsim::ssm
