// aws:executeScript, and the actions that only physics can describe.
// AWS: Systems Manager User Guide, "aws:executeScript": a script runs at most ten minutes.
// SIMPLIFIED: no Python or PowerShell runs. Physics under "Document/step" says how long it takes,
// whether it works, what it changes and what it answers; without any, it succeeds with an empty
// Payload after an estimated time, and the journal says so.
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/action_runs.hpp"
#include "models/ssm/action_shapes.hpp"
#include "models/ssm/notices.hpp"
#include "models/ssm/ssm.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::ssm {

namespace {

constexpr Field kScriptFields[] = {
    {.name = "Attachment", .shape = &kTextInput, .simulated = Simulated::no},
    {.name = "Handler", .shape = &kTextInput},
    {.name = "InputPayload", .shape = &kAnyInput},
    {.name = "Runtime", .shape = &kTextInput, .need = Need::required},
    {.name = "Script", .shape = &kTextInput},
};
void add_target(Cloud& cloud, const std::string& name, std::vector<std::string>& targets) {
  if (cloud.resources().find(name) == nullptr) return;
  for (std::string& member : cloud.members(name))
    if (std::ranges::find(targets, member) == targets.end()) targets.push_back(std::move(member));
}

void add_targets(Cloud& cloud, const Json& value, std::vector<std::string>& targets) {
  if (value.is_string()) return add_target(cloud, value.get<std::string>(), targets);
  if (!value.is_structured()) return;
  for (const Json& inner : value) add_targets(cloud, inner, targets);
}

/// What a script concerns: what physics names under `on`, else whatever its payload names, else the
/// execution's parameters.
std::vector<std::string> targets_of(const StepRun& run, const ScriptPhysics& physics) {
  Cloud& cloud = run.ssm.cloud;
  std::vector<std::string> targets;
  for (const std::string& name : physics.on) add_target(cloud, name, targets);
  if (!targets.empty()) return targets;
  for (const std::string_view key : {"InputPayload", "Payload", "InstanceIds", "ResourceIds"})
    if (const Fillable* input = run.spec.inputs.find(key))
      add_targets(cloud, input->fill(run.values), targets);
  if (!targets.empty()) return targets;
  for (const Json& parameter : run.execution.parameters) add_targets(cloud, parameter, targets);
  return targets;
}

std::string change_all(const StepRun& run, ScriptPhysics& physics,
                       const std::vector<std::string>& targets) {
  std::string told;
  for (const std::string& target : targets) {
    const std::string one = apply_changes(run.ssm.cloud, physics, target, physics.luck);
    if (!one.empty()) told += told.empty() ? one : fmt::format("; {}", one);
  }
  return told;
}

Process<StepResult> run_assumed(StepRun& run, const Distribution& takes) {
  const Duration length = takes.sample_duration(run.execution.luck);
  co_await run.ssm.sim().sleep(length);
  StepResult result;
  result.answer = Json{{"Payload", Json::object()}};
  result.told = "assumed to work: no physics";
  co_return result;
}

}  // namespace

extern constexpr Shape kExecuteScriptInputs{.kind = Kind::mapping, .fields = kScriptFields};

ScriptPhysics* step_physics(const StepRun& run) {
  return run.ssm.script(run.execution.document_name, run.spec.name);
}

Process<StepResult> run_script(StepRun& run, const Distribution& otherwise) {
  ScriptPhysics* physics = step_physics(run);
  if (physics == nullptr) {
    Process<StepResult> assumed = run_assumed(run, otherwise);
    co_return co_await assumed;
  }
  const WorkRun luck = draw_run(*physics, otherwise, physics->luck);
  // A script that hangs ends with the timeout of its step; where there is none, never.
  if (luck.hangs) {
    Signal never{run.ssm.sim()};
    co_await never.wait();
  }
  co_await run.ssm.sim().sleep(luck.takes);

  const std::vector<std::string> targets = targets_of(run, *physics);
  if (std::optional<std::string> why = why_it_fails(run.ssm.cloud, *physics, luck, targets))
    co_return failed(std::move(*why));
  StepResult result;
  result.told = change_all(run, *physics, targets);
  if (result.told.empty()) result.told = physics->output;
  result.answer = Json{{"Payload", physics->payload.is_null() ? Json::object() : physics->payload}};
  co_return result;
}

Process<StepResult> run_execute_script(StepRun& run) {
  return run_script(run, run.ssm.timings.automation_script);
}

Process<StepResult> run_by_physics(StepRun& run) {
  const ScriptPhysics* physics = step_physics(run);
  if (physics == nullptr)
    co_return failed(fmt::format("{} is not simulated; say what it does under physics: {}/{}",
                                 run.spec.action_name,
                                 title_of(run.ssm, run.execution.document_name), run.spec.name));
  Process<StepResult> script = run_script(run, run.ssm.timings.automation_script);
  StepResult result = co_await script;
  // The payload stands for the whole answer of an API or a stack.
  if (result.status == Status::success) result.answer = result.answer["Payload"];
  co_return result;
}

}  // namespace opsim::ssm
