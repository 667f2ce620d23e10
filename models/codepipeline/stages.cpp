// A stage: entry conditions, its actions by run order, and what follows from how they ended.
// AWS: CodePipeline User Guide, "How do stage conditions work?" (concepts-how-it-works-conditions),
// "Configure automatic rollback on stage failure", "Configure a stage for automatic retry".
#include <fmt/format.h>

#include <algorithm>

#include "models/codepipeline/codepipeline.hpp"

namespace opsim::codepipeline {

namespace {

/// "Actions with the same run order run in parallel"; those of the next order follow when all of
/// them worked.
std::vector<std::vector<std::size_t>> groups_of(const StageSpec& stage) {
  std::map<std::int64_t, std::vector<std::size_t>> by_order;
  for (std::size_t i = 0; i < stage.actions.size(); ++i)
    by_order[stage.actions[i].run_order].push_back(i);
  std::vector<std::vector<std::size_t>> groups;
  for (auto& [order, actions] : by_order) groups.push_back(std::move(actions));
  return groups;
}

bool worked(const StageRun& stage, const std::vector<std::size_t>& group) {
  return std::ranges::all_of(group,
                             [&](std::size_t i) { return stage.actions[i].status == "Succeeded"; });
}

/// A fresh try; what worked stays where only failed actions are to run again.
void clear(StageRun& stage, bool only_failed) {
  for (ActionRun& action : stage.actions) {
    if (action.status.empty() || (only_failed && action.status == "Succeeded")) continue;
    stage.earlier.push_back(action);
    action = ActionRun{};
  }
}

/// Succeeded, Failed or Stopped.
Process<std::string> run_actions(CodePipeline& all, Execution& execution, bool only_failed) {
  const std::size_t at = execution.at;
  StageRun& stage = execution.stages[at];
  clear(stage, only_failed);
  for (const std::vector<std::size_t>& group : groups_of(execution.spec->stages[at])) {
    std::vector<Process<>> running;
    for (const std::size_t action : group)
      if (stage.actions[action].status.empty())
        running.push_back(run_action(all, execution, at, action));
    co_await all_of(std::move(running));
    // "Stop and wait": what is in progress ends, nothing else begins.
    if (execution.stopping) co_return "Stopped";
    if (!worked(stage, group)) co_return "Failed";
  }
  co_return "Succeeded";
}

void roll_back(CodePipeline& all, Execution& execution, std::string_view why) {
  Pipeline& pipeline = all.pipeline_of(execution);
  const std::string& stage = execution.spec->stages[execution.at].name;
  const Execution* good = last_good(all, pipeline, execution.at, execution.id);
  if (good == nullptr) {
    all.cloud.journal().write(
        {.kind = EntryKind::note,
         .level = Level::story,
         .subject = execution.pipeline,
         .text = fmt::format("stage {} cannot be rolled back: no earlier execution succeeded there",
                             stage),
         .source = pipeline.source});
    return;
  }
  Start start;
  start.trigger = {"AutomatedRollback", fmt::format("{}: {}", execution.id, why)};
  start.rolls_back_to = good->id;
  start.stage = execution.at;
  const ApiResult<Execution*> started = start_execution(all, pipeline, std::move(start));
  ensure(static_cast<bool>(started), "a rollback of a stage starts");
}

bool passes_over(const Execution& execution, std::size_t stage) {
  return execution.overridden.contains(execution.spec->stages[stage].name);
}

/// Entry: "Fail" or "Skip" where a rule does not hold. True where the stage may begin.
Process<bool> may_enter(CodePipeline& all, Execution& execution) {
  const std::size_t at = execution.at;
  Process<ConditionVerdict> checking =
      check_conditions(all, execution, execution.spec->stages[at].before_entry);
  ConditionVerdict verdict = co_await checking;
  if (verdict.why.empty() || passes_over(execution, at)) co_return true;
  execution.stages[at].condition = std::move(verdict.why);
  set_stage(all, execution, at, verdict.result == "SKIP" ? "Skipped" : "Failed");
  co_return false;
}

/// What onFailure asks for: "", ROLLBACK, RETRY, SKIP or FAIL.
Process<std::string> failure_result(CodePipeline& all, Execution& execution) {
  const StageSpec& spec = execution.spec->stages[execution.at];
  if (spec.on_failure.empty()) co_return spec.failure_result;
  Process<ConditionVerdict> checking = check_conditions(all, execution, spec.on_failure);
  ConditionVerdict verdict = co_await checking;
  if (verdict.why.empty()) co_return "";
  execution.stages[execution.at].condition = std::move(verdict.why);
  co_return verdict.result.empty() ? spec.failure_result : verdict.result;
}

/// On success: a condition that is not met fails the stage after all, or rolls it back.
Process<> end_well(CodePipeline& all, Execution& execution) {
  const std::size_t at = execution.at;
  Process<ConditionVerdict> checking =
      check_conditions(all, execution, execution.spec->stages[at].on_success);
  ConditionVerdict verdict = co_await checking;
  if (verdict.why.empty() || passes_over(execution, at))
    co_return set_stage(all, execution, at, "Succeeded");
  execution.stages[at].condition = verdict.why;
  set_stage(all, execution, at, "Failed");
  if (verdict.result == "ROLLBACK") roll_back(all, execution, verdict.why);
}

}  // namespace

Process<> run_stage(CodePipeline& all, Execution& execution, bool only_failed) {
  const std::size_t at = execution.at;
  set_stage(all, execution, at, "InProgress");
  Process<bool> entry = may_enter(all, execution);
  if (!co_await entry) co_return;
  for (int tries = 1;; ++tries) {
    Process<std::string> actions = run_actions(all, execution, only_failed);
    const std::string ended = co_await actions;
    if (ended == "Stopped") co_return set_stage(all, execution, at, ended);
    if (ended == "Succeeded") break;
    Process<std::string> asking = failure_result(all, execution);
    const std::string result = co_await asking;
    // "Retry ... configured for automatic retry": once.
    if (result == "RETRY" && tries == 1) {
      execution.stages[at].retried = "AUTOMATED_STAGE_RETRY";
      only_failed = execution.spec->stages[at].retry_mode != "ALL_ACTIONS";
      set_stage(all, execution, at, "Resumed");
      continue;
    }
    set_stage(all, execution, at, result == "SKIP" ? "Skipped" : "Failed");
    // A rollback that fails is not rolled back.
    if (result == "ROLLBACK" && execution.rolls_back_to.empty())
      roll_back(all, execution, "the stage failed");
    co_return;
  }
  Process<> ending = end_well(all, execution);
  co_await ending;
}

}  // namespace opsim::codepipeline
