// From the queue to the end: when an execution starts, is stopped, and is forgotten.
// AWS: General Reference, "AWS Systems Manager endpoints and quotas" (100 run, the others are
// Pending, first in, first out); API Reference, StopAutomationExecution; User Guide,
// "automation-actions": onCancel (the cancel workflow runs at most two minutes).
// UNDOCUMENTED: nested executions do not count against the quota (they would block their parents).
#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/execution.hpp"
#include "models/ssm/notices.hpp"
#include "models/ssm/ssm.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::ssm {

namespace {

bool counts_against_quota(const Execution& execution) { return execution.parent_id.empty(); }

Lane& lane_of(Ssm& ssm, const Execution& execution) {
  return ssm.lane(execution.place, execution.spread.has_value());
}

void run_now(Ssm& ssm, Execution& execution) {
  if (counts_against_quota(execution)) ++lane_of(ssm, execution).running;
  execution.status = Status::in_progress;
  execution.started = ssm.sim().now();
  execution.steps.resize(execution.document->steps.size());
  execution.cause = tell_execution_started(ssm, execution);
  const CauseScope because{ssm.sim(), execution.cause};
  emit_execution_status(ssm, execution);
  if (has_ended(execution.status)) return;  // somebody stopped it on hearing of it
  if (execution.alarm != nullptr)
    if (std::string why = objection_of(ssm, execution.place, *execution.alarm); !why.empty())
      return stop_execution(ssm, execution, false, std::move(why));
  execution.scope.spawn(execution.spread ? run_spread(ssm, execution)
                                         : run_steps(ssm, execution, 0));
}

void start_queued(Ssm& ssm, Lane& lane) {
  while (lane.running < lane.most_running && !lane.queue.empty()) {
    Execution* next = ssm.find_execution(lane.queue.front());
    lane.queue.pop_front();
    if (next != nullptr && next->status == Status::pending) run_now(ssm, *next);
  }
}

/// The onCancel workflow of a step, then the end.
Process<> run_cancel_workflow(Ssm& ssm, Execution& execution, std::uint32_t first) {
  Process<> steps = run_steps(ssm, execution, first);
  const bool in_time = co_await with_timeout(std::move(steps), kCancelWorkflow);
  StepRecord& record = execution.steps[execution.current];
  if (!in_time && !has_ended(record.status)) {
    record.status = Status::cancelled;
    record.ended = ssm.sim().now();
    emit_step_status(ssm, execution, execution.current);
  }
  end_execution(ssm, execution, Status::cancelled);
}

void stop_children(Ssm& ssm, Execution& execution, StepRecord& record) {
  if (Command* command = ssm.find_command(record.command_id)) cancel_command(ssm, *command);
  for (const std::string& id : execution.children)
    if (Execution* child = ssm.find_execution(id)) stop_execution(ssm, *child, false);
}

/// The step that ran when the execution was stopped; null when none did.
StepRecord* running_step(Execution& execution) {
  if (execution.spread || execution.steps.empty()) return nullptr;
  StepRecord& record = execution.steps[execution.current];
  const bool running = record.status == Status::in_progress || record.status == Status::waiting;
  return running ? &record : nullptr;
}

/// automation-statuses: a loop is Exited whose step moves to one outside of it by onCancel.
bool leads_out_of(const StepSpec& step, const Jump& jump) {
  return step.looped && jump.to == Jump::To::step &&
         (jump.step < step.looped->first || jump.step >= step.looped->end);
}

}  // namespace

Execution::Execution(Simulation& sim, std::uint64_t count)
    : number{count},
      luck{sim.seed(), name_key("ssm.execution") + count * 0x9e3779b97f4a7c15},
      changed{sim},
      signalled{sim},
      scope{sim} {}

void start_execution(Ssm& ssm, Execution& execution) {
  execution.requested = ssm.sim().now();
  Lane& lane = lane_of(ssm, execution);
  if (counts_against_quota(execution) && lane.running >= lane.most_running) {
    lane.queue.push_back(execution.id);
    tell(ssm, title_of(ssm, execution.document_name),
         fmt::format("waits: {} automations run already", lane.running),
         execution.document->source);
    return;
  }
  run_now(ssm, execution);
}

void stop_execution(Ssm& ssm, Execution& execution, bool finish_step, std::string why) {
  if (has_ended(execution.status) || execution.cancelling) return;
  if (execution.status == Status::pending) {
    execution.failure = why + " before it began";
    end_execution(ssm, execution, Status::cancelled);
    return;
  }
  execution.failure = std::move(why);
  if (finish_step) {
    execution.finish_step = true;
    return;
  }
  execution.cancelling = true;
  execution.status = Status::cancelling;
  emit_execution_status(ssm, execution);
  StepRecord* record = running_step(execution);
  ++execution.runs;
  execution.scope.cancel();
  if (record == nullptr) {
    StepRecord none;
    stop_children(ssm, execution, none);
    return end_execution(ssm, execution, Status::cancelled);
  }
  stop_children(ssm, execution, *record);
  const Jump& on_cancel = execution.document->steps[execution.current].on_cancel;
  for (auto number = std::optional{execution.current}; number;
       number = execution.document->steps[*number].loop) {  // the step, and the loops around it
    const bool exits = leads_out_of(execution.document->steps[*number], on_cancel);
    execution.steps[*number].status = exits ? Status::exited : Status::cancelled;
    execution.steps[*number].ended = ssm.sim().now();
    emit_step_status(ssm, execution, *number);
  }
  if (on_cancel.to != Jump::To::step) return end_execution(ssm, execution, Status::cancelled);
  execution.scope.spawn(run_cancel_workflow(ssm, execution, on_cancel.step));
}

void end_execution(Ssm& ssm, Execution& execution, Status status) {
  if (has_ended(execution.status)) return;
  const bool ran = execution.status != Status::pending;
  if (!ran) execution.started = ssm.sim().now();
  execution.status = status;
  execution.ended = ssm.sim().now();
  Lane& lane = lane_of(ssm, execution);
  if (ran && counts_against_quota(execution)) --lane.running;
  ssm.ended_executions.push_back(execution.id);
  tell_execution_ended(ssm, execution);
  start_queued(ssm, lane);
  ssm.forget_old();
}

std::string_view to_string(Status status) {
  constexpr std::string_view names[] = {"Pending",   "InProgress", "Waiting",
                                        "Success",   "TimedOut",   "Cancelling",
                                        "Cancelled", "Failed",     "Exited"};
  return names[static_cast<std::size_t>(status)];
}

StepResult failed(std::string message) {
  StepResult result;
  result.status = Status::failed;
  result.failure = std::move(message);
  return result;
}

}  // namespace opsim::ssm
