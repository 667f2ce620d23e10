// aws:executeAutomation.
// AWS: Systems Manager User Guide, "aws:executeAutomation": outputs ExecutionId, Status and Output
// (a list: the values of the child's outputs); General Reference: at most five levels of nested
// automations. With Targets, TargetMaps or TargetLocations the child runs one execution for each.
// SIMPLIFIED: the child starts without an API call of its own.
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/action_runs.hpp"
#include "models/ssm/action_shapes.hpp"
#include "models/ssm/automation_view.hpp"
#include "models/ssm/members.hpp"
#include "models/ssm/notices.hpp"
#include "models/ssm/ssm.hpp"
#include "models/ssm/start.hpp"

namespace opsim::ssm {

namespace {

constexpr Field kAutomationFields[] = {
    {.name = "DocumentName", .shape = &kTextInput, .need = Need::required},
    {.name = "DocumentVersion", .shape = &kTextInput},
    {.name = "MaxConcurrency", .shape = &kTextInput},
    {.name = "MaxErrors", .shape = &kTextInput},
    {.name = "RuntimeParameters", .shape = &kAnyInput},
    {.name = "Tags", .shape = &kAnyInput, .simulated = Simulated::no},
    {.name = "TargetLocations", .shape = &kAnyInput},
    {.name = "TargetMaps", .shape = &kAnyInput},
    {.name = "TargetParameterName", .shape = &kTextInput},
    {.name = "Targets", .shape = &kAnyInput},
};

/// What StartAutomationExecution takes.
Json start_input(const Json& inputs) {
  Json input = Json::object();
  for (const std::string_view key :
       {"DocumentName", "DocumentVersion", "MaxConcurrency", "MaxErrors", "TargetLocations",
        "TargetMaps", "TargetParameterName", "Targets"})
    if (const auto found = inputs.find(key); found != inputs.end())
      input[std::string{key}] = *found;
  if (const auto parameters = inputs.find("RuntimeParameters");
      parameters != inputs.end() && parameters->is_object())
    input["Parameters"] = *parameters;
  return input;
}

/// A StringList, which the page's example puts among the values of a filter.
Json output_values(const Execution& child) {
  Json list = Json::array();
  for (const Json& values : execution_outputs(child))
    for (const Json& value : values) list.push_back(value);
  return list;
}

/// Starts one child and waits for its end.
Process<StepResult> run_child(StepRun& run, Json input) {
  const Caller caller = run.execution.worker;
  ApiResult<Execution*> made = make_execution(run.ssm, caller, input);
  if (!made && made.error().code == "AutomationDefinitionNotFoundException" &&
      step_physics(run) != nullptr) {
    Process<StepResult> by_physics = run_by_physics(run);  // a document that nobody wrote down
    co_return co_await by_physics;
  }
  if (!made) co_return failed(call_failure("StartAutomationExecution", made.error()));
  Execution& child = **made;
  child.parent_id = run.execution.id;
  child.depth = run.execution.depth + 1;
  run.record.child_id = child.id;
  run.execution.children.push_back(child.id);
  start_execution(run.ssm, child);
  while (!has_ended(child.status)) co_await child.changed.wait();

  StepResult result;
  result.answer = {{"ExecutionId", child.id},
                   {"Status", to_string(child.status)},
                   {"Output", output_values(child)}};
  result.told =
      fmt::format("{} {}", title_of(run.ssm, child.document_name), to_string(child.status));
  if (child.status == Status::success) co_return result;
  result.status = child.status == Status::timed_out ? Status::timed_out : Status::failed;
  result.failure =
      fmt::format("{} {}: {}", child.document_name, to_string(child.status), child.failure);
  co_return result;
}

}  // namespace

extern constexpr Shape kExecuteAutomationInputs{.kind = Kind::mapping, .fields = kAutomationFields};

Process<StepResult> run_execute_automation(StepRun& run) {
  if (run.execution.depth >= kDeepestNesting)
    co_return failed(fmt::format(
        "automations may be nested {} deep; {} was started by one that is: does it start itself?",
        kDeepestNesting, title_of(run.ssm, run.execution.document_name)));
  const Json inputs = inputs_of(run);
  Process<StepResult> child = run_child(run, start_input(inputs));
  co_return co_await child;
}

}  // namespace opsim::ssm
