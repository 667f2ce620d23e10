// aws:runCommand.
// AWS: Systems Manager User Guide, "aws:runCommand": takes what SendCommand takes; outputs
// CommandId, Status, ResponseCode and Output. A tag or several instances give no Output, a document
// of more than one step gives no ResponseCode.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "models/ssm/action_runs.hpp"
#include "models/ssm/action_shapes.hpp"
#include "models/ssm/branch.hpp"
#include "models/ssm/members.hpp"
#include "models/ssm/notices.hpp"
#include "models/ssm/ssm.hpp"
#include "opsim/document/json_line.hpp"

namespace opsim::ssm {

namespace {

constexpr Field kCommandFields[] = {
    {.name = "CloudWatchOutputConfig", .shape = &kAnyInput},
    {.name = "Comment", .shape = &kTextInput},
    {.name = "DocumentHash", .shape = &kTextInput, .simulated = Simulated::no},
    {.name = "DocumentHashType", .shape = &kTextInput, .simulated = Simulated::no},
    {.name = "DocumentName", .shape = &kTextInput, .need = Need::required},
    {.name = "DocumentVersion", .shape = &kTextInput},
    {.name = "InstanceIds", .shape = &kTextsInput},
    {.name = "MaxConcurrency", .shape = &kTextInput},
    {.name = "MaxErrors", .shape = &kTextInput},
    {.name = "NotificationConfig", .shape = &kAnyInput},
    {.name = "OutputS3BucketName", .shape = &kTextInput},
    {.name = "OutputS3KeyPrefix", .shape = &kTextInput},
    {.name = "OutputS3Region", .shape = &kTextInput},
    {.name = "Parameters", .shape = &kAnyInput},
    {.name = "ServiceRoleArn", .shape = &kTextInput},
    {.name = "Targets", .shape = &kAnyInput},
    {.name = "TimeoutSeconds", .shape = &kIntegerInput},
};

/// InstanceIds as a list, and every parameter as a list of texts: what SendCommand takes.
Json send_command_input(const StepRun& run) {
  Json input = inputs_of(run);
  const auto ids = input.find("InstanceIds");
  if (ids != input.end() && !ids->is_array()) *ids = Json::array({*ids});
  const auto parameters = input.find("Parameters");
  if (parameters != input.end() && parameters->is_object())
    for (auto& [name, value] : parameters->items()) value = as_text_list(value);
  const auto timeout = input.find("TimeoutSeconds");
  if (timeout != input.end() && timeout->is_string())
    *timeout = std::strtoll(timeout->get_ref<const std::string&>().c_str(), nullptr, 10);
  return input;
}

/// Targets that name no instances choose them by tag or group.
bool is_for_tags(const Json& input) {
  for (const Json& target : list_member(input, "Targets"))
    if (!same_ignoring_case(opsim::input::text(target, "Key"), "InstanceIds")) return true;
  return false;
}

std::string told_of(const Command& command) {
  std::string told;
  for (const Invocation& invocation : command.invocations) {
    if (invocation.told.empty()) continue;
    if (!told.empty()) told += "; ";
    told += command.invocations.size() == 1
                ? invocation.told
                : fmt::format("{}: {}", invocation.instance_id, invocation.told);
  }
  return told;
}

/// Why a command did not succeed: its first instance that did not, by name.
std::string failure_of(const Command& command) {
  const auto bad = std::ranges::find_if(command.invocations, [](const Invocation& invocation) {
    return invocation.status != CommandStatus::success;
  });
  if (bad == command.invocations.end())
    return fmt::format("{} {}", command.document_name, details_of(command.status));
  return fmt::format("{} on {}{}{}", details_of(bad->status), bad->instance_id,
                     bad->error.empty() ? "" : ": ", bad->error);
}

StepResult result_of(const Command& command, bool by_tag) {
  StepResult result;
  result.answer = json_object("CommandId", command.id, "Status", status_of(command.status));
  const bool any = !command.invocations.empty();
  if (command.invocations.size() <= 1 && !by_tag)
    result.answer["Output"] = any ? command.invocations[0].output : std::string{};
  if (command.document == nullptr || command.document->plugins.size() <= 1)
    result.answer["ResponseCode"] = any ? command.invocations[0].response_code : -1;
  if (command.status == CommandStatus::success) {
    result.told = told_of(command);
    return result;
  }
  const bool timed_out = command.status == CommandStatus::delivery_timed_out ||
                         command.status == CommandStatus::execution_timed_out;
  result.status = timed_out ? Status::timed_out : Status::failed;
  if (command.status == CommandStatus::cancelled) result.status = Status::cancelled;
  result.failure = failure_of(command);
  return result;
}

}  // namespace

extern constexpr Shape kRunCommandInputs{.kind = Kind::mapping, .fields = kCommandFields};

Process<StepResult> run_command_action(StepRun& run) {
  Json input = send_command_input(run);
  const bool by_tag = is_for_tags(input);
  ApiResult<Json> sent = co_await call_for(run, "ssm", "SendCommand", std::move(input));
  if (!sent && sent.error().code == "InvalidDocument" && step_physics(run) != nullptr) {
    Process<StepResult> by_physics = run_by_physics(run);  // a document that nobody wrote down
    co_return co_await by_physics;
  }
  if (!sent) co_return failed(call_failure("SendCommand", sent.error()));

  // The command was made in this very instant and starts after it: it is still to learn for which
  // step it runs.
  run.record.command_id = opsim::input::text(object_member(*sent, "Command"), "CommandId");
  Command* command = run.ssm.find_command(run.record.command_id);
  if (command == nullptr) co_return failed("SendCommand answered without a command");
  const std::string title = title_of(run.ssm, run.execution.document_name);
  command->step = fmt::format("{}/{}", title, run.spec.name);
  command->source = run.spec.source;
  command->physics = step_physics(run);
  while (!has_ended(command->status)) {
    co_await command->changed.wait();
    command = run.ssm.find_command(run.record.command_id);
    if (command == nullptr) co_return failed("the command was forgotten");
  }
  co_return result_of(*command, by_tag);
}

}  // namespace opsim::ssm
