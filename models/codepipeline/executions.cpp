// Executions: how they start, which waits for which, how they end.
// AWS: CodePipeline User Guide, "How pipeline executions work" (concepts-how-it-works). Rule 1: "a
// stage is locked while an execution is in it"; rule 2: the next waits for the stage to be
// unlocked; rule 3 (SUPERSEDED): "an execution that waits is superseded by a newer one". QUEUED:
// those that wait enter one by one, in their order. PARALLEL: nothing is locked.
#include <fmt/format.h>

#include <algorithm>

#include "models/codepipeline/codepipeline.hpp"

namespace opsim::codepipeline {

namespace {

/// Quotas: executions of a pipeline in QUEUED or PARALLEL mode at a time.
constexpr std::size_t kMostAtOnce = 50;
/// From one stage to the next (estimate).
constexpr Duration kMovesOn = std::chrono::seconds{2};

bool locks(const Execution& execution) { return execution.spec->mode != Mode::parallel; }

/// Stages by name: the pipeline may have been changed meanwhile.
Gate* gate_of(Pipeline& pipeline, const Execution& execution) {
  const std::string& name = execution.spec->stages[execution.at].name;
  for (std::size_t i = 0; i < pipeline.gates.size(); ++i)
    if (pipeline.spec->stages[i].name == name) return &pipeline.gates[i];
  return nullptr;
}

void supersede_those_before(CodePipeline& all, const Gate& gate, const Execution& newer) {
  for (const std::string& id : gate.waiting) {
    Execution& older = *all.executions.at(id);
    if (&older == &newer || older.is_over()) continue;
    older.status_summary = fmt::format("superseded by {}", newer.id);
    finish(all, older, "Superseded");
    older.changed.notify_all();
  }
}

/// False where it was superseded or stopped while it waited.
Process<bool> enter_stage(CodePipeline& all, Execution& execution) {
  Pipeline* pipeline = &all.pipeline_of(execution);
  if (!locks(execution)) co_return true;
  if (Gate* gate = gate_of(*pipeline, execution)) {
    if (execution.spec->mode == Mode::superseded) supersede_those_before(all, *gate, execution);
    gate->waiting.push_back(execution.id);
  }
  while (true) {
    Gate* gate = gate_of(*pipeline, execution);
    if (gate == nullptr) co_return true;  // no longer a stage of the pipeline
    std::erase_if(gate->waiting, [&](const std::string& id) {
      return id != execution.id && all.executions.at(id)->is_over();
    });
    const bool is_first = gate->waiting.empty() || gate->waiting.front() == execution.id;
    const bool leaves = execution.is_over() || execution.stopping;
    if (leaves || (gate->holder.empty() && gate->open && is_first)) {
      std::erase(gate->waiting, execution.id);
      if (!leaves) gate->holder = gate->latest = execution.id;
      if (leaves && !execution.is_over()) finish(all, execution, "Stopped");
      co_return !leaves;
    }
    Signal::Wait moved = pipeline->moved.wait();
    Signal::Wait changed = execution.changed.wait();
    co_await first_of(std::move(moved), std::move(changed));
  }
}

void leave_stage(CodePipeline& all, Execution& execution) {
  execution.inside = false;
  Pipeline& pipeline = all.pipeline_of(execution);
  if (Gate* gate = gate_of(pipeline, execution))
    if (gate->holder == execution.id) gate->holder.clear();
  pipeline.moved.notify_all();
}

Process<> play(CodePipeline& all, Execution& execution, bool only_failed) {
  while (true) {
    Process<bool> entering = enter_stage(all, execution);
    if (!co_await entering) co_return;
    execution.inside = true;
    Process<> stage = run_stage(all, execution, only_failed);
    co_await stage;
    only_failed = false;
    leave_stage(all, execution);
    const std::string& status = execution.stages[execution.at].status;
    if (status == "Failed" || status == "Stopped") co_return finish(all, execution, status);
    if (execution.at == execution.last_stage) co_return finish(all, execution, "Succeeded");
    ++execution.at;
    co_await all.sim().sleep(kMovesOn);
  }
}

void fill_stages(Execution& execution) {
  for (const StageSpec& stage : execution.spec->stages) {
    StageRun run{.status = "", .actions = {}};
    run.actions.resize(stage.actions.size());
    execution.stages.push_back(std::move(run));
  }
}

/// Declared variables have a value or a default; SIMPLIFIED: no check of names and lengths.
std::optional<ApiError> give_variables(Execution& execution, const Start& start) {
  for (const VariableSpec& variable : execution.spec->variables) {
    const auto given = start.variables.find(variable.name);
    if (given == start.variables.end() && !variable.default_value)
      return ApiError{
          "ValidationException",
          fmt::format("Variable '{}' has no default value and must be specified", variable.name)};
    execution.variables["variables"][variable.name] =
        given == start.variables.end() ? *variable.default_value : given->second;
  }
  execution.variables["codepipeline"]["PipelineExecutionId"] = execution.id;
  return std::nullopt;
}

std::size_t running(CodePipeline& all, const Pipeline& pipeline) {
  return static_cast<std::size_t>(std::ranges::count_if(
      pipeline.executions,
      [&](const std::string& id) { return !all.executions.at(id)->is_over(); }));
}

}  // namespace

void finish(CodePipeline& all, Execution& execution, std::string status) {
  execution.status = std::move(status);
  execution.updated = all.sim().now();
  execution.stopping = false;
  tell_pipeline(all, execution,
                execution.status == "Succeeded"    ? "SUCCEEDED"
                : execution.status == "Failed"     ? "FAILED"
                : execution.status == "Superseded" ? "SUPERSEDED"
                                                   : "STOPPED");
}

ApiResult<Execution*> start_execution(CodePipeline& all, Pipeline& pipeline, Start start) {
  if (pipeline.spec->mode != Mode::superseded && running(all, pipeline) >= kMostAtOnce)
    return ApiError{"ConcurrentPipelineExecutionsLimitExceededException",
                    fmt::format("The pipeline '{}' has reached its limit of {} concurrent "
                                "executions",
                                pipeline.name, kMostAtOnce)};
  auto made = std::make_unique<Execution>(all.sim());
  Execution& execution = *made;
  execution.id = all.cloud.next_uuid("pipeline execution");
  execution.pipeline = pipeline.name;
  execution.place = pipeline.place;
  execution.version = pipeline.version;
  execution.spec = pipeline.spec;
  execution.trigger = start.trigger;
  execution.wanted = start.revisions;
  execution.started = execution.updated = all.sim().now();
  execution.last_stage = execution.spec->stages.size() - 1;
  fill_stages(execution);
  if (auto wrong = give_variables(execution, start)) return *std::move(wrong);
  if (!start.rolls_back_to.empty()) {
    const Execution& good = *all.executions.at(start.rolls_back_to);
    execution.rolls_back_to = good.id;
    execution.variables = good.variables;
    execution.variables["codepipeline"]["PipelineExecutionId"] = execution.id;
    execution.artifacts = good.artifacts;
    execution.revisions = good.revisions;
    execution.at = execution.last_stage = start.stage;
  }
  pipeline.executions.push_back(execution.id);
  all.executions[execution.id] = std::move(made);
  tell_pipeline(all, execution, "STARTED");
  execution.scope.spawn(play(all, execution, false));
  return &execution;
}

void retry_stage(CodePipeline& all, Execution& execution, std::size_t stage,
                 std::string_view mode) {
  execution.at = stage;
  execution.status = "InProgress";
  execution.stages[stage].retried = "MANUAL_STAGE_RETRY";
  tell_pipeline(all, execution, "RESUMED");
  execution.scope.spawn(play(all, execution, mode == "FAILED_ACTIONS"));
}

void stop_execution(CodePipeline& all, Execution& execution, bool abandon, std::string reason) {
  execution.stop_reason = std::move(reason);
  execution.stopping = true;
  execution.status = "Stopping";
  tell_pipeline(all, execution, "STOPPING");
  if (!abandon) {
    if (execution.inside) set_stage(all, execution, execution.at, "Stopping");
    execution.changed.notify_all();
    return;
  }
  execution.scope.cancel();
  StageRun& stage = execution.stages[execution.at];
  for (std::size_t i = 0; i < stage.actions.size(); ++i)
    if (stage.actions[i].status == "InProgress") {
      stage.actions[i].status = "Abandoned";
      stage.actions[i].changed = all.sim().now();
      tell_action(all, execution, execution.at, i);
    }
  if (execution.inside) {
    set_stage(all, execution, execution.at, "Stopped");
    leave_stage(all, execution);
  }
  finish(all, execution, "Stopped");
  all.pipeline_of(execution).moved.notify_all();
}

const Execution* last_good(CodePipeline& all, const Pipeline& pipeline, std::size_t stage,
                           std::string_view except) {
  for (auto id = pipeline.executions.rbegin(); id != pipeline.executions.rend(); ++id) {
    const Execution& one = *all.executions.at(*id);
    if (one.id == except || !one.rolls_back_to.empty() || one.version != pipeline.version) continue;
    if (one.stages[stage].status == "Succeeded") return &one;
  }
  return nullptr;
}

}  // namespace opsim::codepipeline
