// aws:executeAutomation.
// AWS: Systems Manager User Guide, "aws:executeAutomation": outputs ExecutionId, Status and Output
// (the child's own outputs); General Reference: at most five levels of nested automations.
// SIMPLIFIED: TargetLocations run one after the other, in the account and Region they name; the
// child starts without an API call of its own.
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
    {.name = "TargetMaps", .shape = &kAnyInput, .simulated = Simulated::no},
    {.name = "TargetParameterName", .shape = &kTextInput},
    {.name = "Targets", .shape = &kAnyInput},
};

/// What StartAutomationExecution takes.
Json start_input(const Json& inputs) {
  Json input = Json::object();
  for (const std::string_view key : {"DocumentName", "DocumentVersion", "MaxConcurrency",
                                     "MaxErrors", "TargetParameterName", "Targets"})
    if (const auto found = inputs.find(key); found != inputs.end())
      input[std::string{key}] = *found;
  if (const auto parameters = inputs.find("RuntimeParameters");
      parameters != inputs.end() && parameters->is_object())
    input["Parameters"] = *parameters;
  return input;
}

/// The places of TargetLocations: each account in each Region. None: where the parent runs.
std::vector<Place> places_of(const Json& inputs, const Place& here) {
  std::vector<Place> places;
  for (const Json& location : list_member(inputs, "TargetLocations")) {
    std::vector<std::string> accounts = opsim::input::texts(location, "Accounts");
    std::vector<std::string> regions = opsim::input::texts(location, "Regions");
    if (accounts.empty()) accounts.push_back(here.account);
    if (regions.empty()) regions.push_back(here.region);
    for (const std::string& account : accounts)
      for (const std::string& region : regions) places.push_back({account, region});
  }
  return places.empty() ? std::vector<Place>{here} : places;
}

/// Starts one child and waits for its end.
Process<StepResult> run_child(StepRun& run, Place place, Json input) {
  Caller caller = run.execution.worker;
  caller.place = std::move(place);
  ApiResult<Execution*> made = make_execution(run.ssm, caller, input);
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
                   {"Output", execution_outputs(child)}};
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
  const Json inputs = run.spec.inputs.fill(run.values);
  const std::vector<Place> places = places_of(inputs, run.execution.worker.place);
  StepResult result;
  for (const Place& place : places) {
    Json input = start_input(inputs);
    Process<StepResult> child = run_child(run, place, std::move(input));
    result = co_await child;
    if (result.status != Status::success) break;
  }
  co_return result;
}

}  // namespace opsim::ssm
