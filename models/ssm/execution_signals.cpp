// Signals that start and stop single steps.
// AWS: Systems Manager API Reference, SendAutomationSignal: StartStep starts a step of an execution
// in Mode Interactive; StopStep stops the running one.
// UNDOCUMENTED: a stopped step is Cancelled, and its onFailure says what follows; a step of a loop
// takes the loop with it.
#include "models/ssm/execution.hpp"
#include "models/ssm/notices.hpp"
#include "models/ssm/ssm.hpp"

namespace opsim::ssm {

bool begin_waiting_step(Execution& execution, std::size_t step) {
  if (!execution.awaits_start) return false;
  execution.start_step = static_cast<std::uint32_t>(step);
  execution.signalled.notify_all();
  return true;
}

bool stop_step(Ssm& ssm, Execution& execution, std::size_t step) {
  if (execution.spread || step >= execution.steps.size() || step != execution.current) return false;
  StepRecord& record = execution.steps[step];
  if (record.status != Status::in_progress && record.status != Status::waiting) return false;
  if (Command* command = ssm.find_command(record.command_id)) cancel_command(ssm, *command);
  if (Execution* child = ssm.find_execution(record.child_id)) stop_execution(ssm, *child, false);
  ++execution.runs;
  execution.scope.cancel();
  StepResult result;
  result.status = Status::cancelled;
  result.failure = "stopped by a signal";
  while (const auto loop = execution.document->steps[execution.current].loop) {
    execution.steps[execution.current].status = Status::cancelled;
    execution.steps[execution.current].ended = ssm.sim().now();
    emit_step_status(ssm, execution, execution.current);
    execution.current = *loop;
  }
  CauseId cause{};
  const auto next = conclude_step(ssm, execution, execution.current, std::move(result), cause);
  const CauseScope because{ssm.sim(), cause};
  if (next) {
    execution.scope.spawn(run_steps(ssm, execution, *next));
  } else {
    conclude_steps(ssm, execution);
  }
  return true;
}

}  // namespace opsim::ssm
