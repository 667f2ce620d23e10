// One action from its start to its end: begin, last, undo, post action.
#include <fmt/format.h>

#include "models/fis/actions.hpp"
#include "models/fis/effects.hpp"
#include "models/fis/experiment.hpp"
#include "models/fis/experiment_log.hpp"

namespace opsim::fis {

namespace {

/// "i-00000001, i-00000002 and 3 more".
std::string aims(Fis& fis, const std::vector<Resolved>& targets) {
  constexpr std::size_t kNamed = 3;
  std::string text;
  for (std::size_t i = 0; i < targets.size() && i < kNamed; ++i)
    text += fmt::format("{}{}", i == 0 ? "" : ", ", fis.cloud.resources().name_of(targets[i].id));
  if (targets.size() > kNamed) text += fmt::format(" and {} more", targets.size() - kNamed);
  return text;
}

CauseId tell_action(Fis& fis, const Experiment& experiment, const std::string& name,
                    std::string what, EntryKind kind) {
  const ActionSpec& spec = experiment.spec.actions.at(name);
  return fis.cloud.journal().write(
      {.kind = kind,
       .level = Level::story,
       .subject = experiment.name,
       .text = fmt::format("{} {}", name, what),
       .source = experiment.source,
       .detail = {{"action", spec.row->id}, {"experiment", experiment.id}}});
}

std::unique_ptr<ActionRun> prepare(Fis& fis, const Experiment& experiment,
                                   const std::string& name) {
  const ActionSpec& spec = experiment.spec.actions.at(name);
  auto run = std::make_unique<ActionRun>(fis.cloud, spec);
  for (const auto& [key, target] : spec.targets)
    if (const auto found = experiment.targets.find(target); found != experiment.targets.end()) {
      run->targets = found->second;
      run->aimed_by = experiment.spec.targets.at(target).parameters;
    }
  run->role = experiment.spec.role;
  // "The orchestrator role assumes the role of each target account" (multi-account).
  if (experiment.spec.multi_account)
    for (const auto& [account, configuration] : experiment.accounts)
      run->roles[account] = configuration.role;
  run->label = fmt::format("{}/{}", experiment.name, name);
  run->place = experiment.place;
  return run;
}

void end_action(Fis& fis, Experiment& experiment, const std::string& name, std::string status,
                std::string reason) {
  ActionState& state = experiment.actions.at(name);
  state.status = std::move(status);
  state.reason = std::move(reason);
  state.ended = fis.sim().now();
  log_action_end(fis, experiment, name);
  experiment.changed.notify_all();
}

/// begin, then as long as it takes; "" or why it failed.
Process<std::string> begin_and_wait(ActionRun& run) {
  const Effect& effect = *run.spec.row->effect;
  if (effect.begin != nullptr) {
    Process<std::string> begin = effect.begin(run);
    std::string failure = co_await begin;
    if (!failure.empty()) co_return failure;
  }
  if (effect.wait != nullptr) {
    Process<std::string> wait = effect.wait(run);
    std::string failure = co_await wait;
    co_return failure;
  }
  if (run.spec.duration) {
    Process<> lasting = last(run, *run.spec.duration);
    co_await lasting;
  }
  co_return "";
}

Process<std::string> undo_all(ActionRun& run) {
  while (!run.undo.empty()) {
    const std::function<void()> undo = std::move(run.undo.back());
    run.undo.pop_back();
    undo();
  }
  if (run.spec.row->effect->end == nullptr) co_return "";
  Process<std::string> end = run.spec.row->effect->end(run);
  std::string failure = co_await end;
  co_return failure;
}

}  // namespace

Process<> run_action(Fis& fis, Experiment& experiment, std::string name) {
  ActionState& state = experiment.actions.at(name);
  state.began = fis.sim().now();
  const ActionSpec& spec = experiment.spec.actions.at(name);
  state.run = prepare(fis, experiment, name);
  ActionRun& run = *state.run;
  if (experiment.skips_all || (!spec.targets.empty() && run.targets.empty())) {
    end_action(fis, experiment, name, "skipped",
               experiment.skips_all ? "Action was skipped (actionsMode skip-all)."
                                    : "Action was skipped. No targets were found.");
    co_return;
  }
  log_action_start(fis, experiment, name);
  state.status = "running";
  state.reason = "Action is running.";
  std::string what = fmt::format("({})", spec.row->id);
  if (!run.targets.empty()) what += fmt::format(" on {}", aims(fis, run.targets));
  const CauseScope because{fis.sim(),
                           tell_action(fis, experiment, name, std::move(what), EntryKind::fault)};
  if (!spec.row->not_simulated.empty())
    fis.cloud.journal().write(
        {.kind = EntryKind::note,
         .level = Level::story,
         .subject = run.label,
         .text = fmt::format("{} does nothing here: {}", spec.row->id, spec.row->not_simulated)});
  Process<std::string> going = begin_and_wait(run);
  std::string failure = co_await going;
  Process<std::string> undoing = undo_all(run);
  const std::string late = co_await undoing;
  if (failure.empty()) failure = late;
  if (!failure.empty()) {
    tell_action(fis, experiment, name, fmt::format("failed: {}", failure), EntryKind::note);
    end_action(fis, experiment, name, "failed", failure);
  } else if (run.halted) {
    end_action(fis, experiment, name, "stopped", "Action was stopped.");
  } else {
    end_action(fis, experiment, name, "completed", "Action was completed.");
  }
}

}  // namespace opsim::fis
