// An automation execution, as one coroutine.
// AWS: Systems Manager User Guide, "Properties shared by all actions", "Automation statuses",
// "Handling timeouts in runbooks", "Running automations by using different security models".
// SIMPLIFIED: adaptive concurrency is off (100 executions run, the rest wait in order).
#include "models/ssm/execution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/ssm/failure_text.hpp"
#include "models/ssm/notices.hpp"
#include "models/ssm/ssm.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::ssm {

namespace {

/// A value of maxAttempts or timeoutSeconds: a number, or a placeholder that gives one.
std::int64_t number_in(const Fillable& text, const Values& values, std::int64_t otherwise) {
  if (text.is_null()) return otherwise;
  const std::string written = text.fill_text(values);
  std::int64_t number = 0;
  const auto [end, bad] = std::from_chars(written.data(), written.data() + written.size(), number);
  return bad == std::errc{} && end != written.data() && number > 0 ? number : otherwise;
}

Duration timeout_of(const StepSpec& step, const Values& values) {
  const std::int64_t seconds = number_in(step.timeout_seconds, values, 0);
  const Duration longest = step.action == nullptr ? Duration{} : step.action->longest;
  if (seconds <= 0) return step.action == nullptr ? Duration{} : step.action->timeout;
  const Duration set = std::chrono::seconds{std::min<std::int64_t>(seconds, 2'592'000)};
  return longest > Duration::zero() ? std::min(set, longest) : set;
}

/// One try. Nothing: it took longer than its timeout.
Process<std::optional<StepResult>> try_step(StepRun& run, Duration timeout) {
  if (run.spec.action == nullptr || run.spec.action->run == nullptr)
    co_return failed(fmt::format("{} is not simulated", run.spec.action_name));
  Process<StepResult> attempt = run.spec.action->run(run);
  if (timeout <= Duration::zero()) co_return co_await attempt;
  Process<std::optional<StepResult>> bounded = with_timeout(std::move(attempt), timeout);
  co_return co_await bounded;
}

void give_up_work(Ssm& ssm, StepRecord& record) {
  if (Command* command = ssm.find_command(record.command_id)) cancel_command(ssm, *command);
  if (Execution* child = ssm.find_execution(record.child_id)) stop_execution(ssm, *child, false);
  record.command_id.clear();
  record.child_id.clear();
}

/// What a step leaves running when it is given up: its command, its child, the steps of its loop.
void abandon(Ssm& ssm, Execution& execution, std::uint32_t number) {
  for (std::uint32_t at = execution.current; at != number;
       at = execution.document->steps[at].loop.value_or(number)) {
    give_up_work(ssm, execution.steps[at]);
    execution.steps[at].status = Status::cancelled;
    execution.steps[at].ended = ssm.sim().now();
    emit_step_status(ssm, execution, at);
  }
  execution.current = number;
  give_up_work(ssm, execution.steps[number]);
}

/// A step of a loop: it makes the loop fail.
bool ends_its_list(const StepSpec& step, const StepResult& result) {
  return !went_well(result.status) && (result.aborts || step.on_failure.to == Jump::To::abort);
}

/// Where a step that ended leads; nothing: the execution ends.
std::optional<std::uint32_t> following(const Execution& execution, std::uint32_t number,
                                       const StepResult& result) {
  const StepSpec& step = execution.document->steps[number];
  const auto next = [&]() -> std::optional<std::uint32_t> {
    if (step.is_end) return std::nullopt;
    return step.next ? step.next : step.follows;
  };
  if (went_well(result.status)) return result.next ? result.next : next();
  if (result.aborts) return std::nullopt;
  // UNDOCUMENTED: onFailure step:x is followed even where isEnd is set.
  switch (step.on_failure.to) {
    case Jump::To::step: return step.on_failure.step;
    case Jump::To::proceed: return next();
    case Jump::To::abort: break;
  }
  return std::nullopt;
}

void note_outcome(Execution& execution, const StepSpec& step, const StepResult& result) {
  if (went_well(result.status) || execution.outcome) return;
  if (!step.is_critical && !result.aborts) return;
  // A step that aborts its loop makes the loop fail; what that means is the loop's to say.
  if (step.loop && ends_its_list(step, result)) return;
  execution.outcome = result.status;
  execution.failure = fmt::format("Step {} {}: {}", step.name, to_string(result.status),
                                  result.failure.empty() ? "no reason given" : result.failure);
  execution.failure_message = failure_message(step, result.status, result.failure, result.answer);
}

/// Mode Interactive: each step waits for the signal StartStep, which may name another one.
Process<std::uint32_t> started_by_hand(Ssm& ssm, Execution& execution, std::uint32_t number) {
  execution.awaits_start = true;
  execution.status = Status::waiting;
  emit_execution_status(ssm, execution);
  while (!execution.start_step) co_await execution.signalled.wait();
  execution.awaits_start = false;
  execution.status = Status::in_progress;
  const std::uint32_t named = std::exchange(execution.start_step, std::nullopt).value_or(number);
  co_return named;
}

/// A loop of steps in which no time passes would never end.
constexpr std::size_t kMostStepsRun = 10'000;

}  // namespace

Process<StepResult> run_step(Ssm& ssm, Execution& execution, std::uint32_t number) {
  const StepSpec& spec = execution.document->steps[number];
  StepRecord& record = execution.steps[number];
  const ExecutionValues values{execution, ssm};
  StepRun run{ssm, execution, spec, record, values};
  const std::int64_t attempts = number_in(spec.max_attempts, values, 1);
  const Duration timeout = timeout_of(spec, values);

  StepResult result;
  for (std::int64_t attempt = 0; attempt < attempts; ++attempt) {
    ++record.attempts;
    const Duration overhead = ssm.timings.step_overhead.sample_duration(execution.luck);
    co_await ssm.sim().sleep(overhead);
    std::optional<StepResult> tried = co_await try_step(run, timeout);
    if (!tried) {
      abandon(ssm, execution, number);
      result = StepResult{};
      result.status = Status::timed_out;
      result.failure = fmt::format("Step timed out after {}", human(timeout));
    } else {
      result = std::move(*tried);
    }
    // automation-actions, maxAttempts: tried again after a failure or a timeout; a rejection ends.
    if (went_well(result.status) || spec.action_name == "aws:approve") break;
  }
  co_return result;
}

std::optional<std::uint32_t> conclude_step(Ssm& ssm, Execution& execution, std::uint32_t number,
                                           StepResult result, CauseId& cause) {
  const std::optional<std::uint32_t> next = following(execution, number, result);
  note_outcome(execution, execution.document->steps[number], result);
  cause = end_step(ssm, execution, number, std::move(result));
  return execution.finish_step ? std::nullopt : next;
}

void conclude_steps(Ssm& ssm, Execution& execution) {
  if (execution.cancelling) return;  // the cancel workflow has its own end
  // UNDOCUMENTED: an execution stopped with Type Complete ends as Cancelled too.
  const Status status = execution.outcome.value_or(Status::success);
  end_execution(ssm, execution, execution.finish_step ? Status::cancelled : status);
}

Process<ListEnd> run_list(Ssm& ssm, Execution& execution, std::uint32_t first) {
  std::optional<std::uint32_t> number = first;
  const std::optional<std::uint32_t> loop = execution.document->steps[first].loop;
  const std::uint32_t run = execution.runs;
  std::optional<CauseScope> because;  // each step runs because the one before it ended
  ListEnd end;
  while (number) {
    const StepSpec& spec = execution.document->steps[*number];
    if (spec.loop != loop) {
      end.leads_to = number;
      break;
    }
    if (execution.steps_begun++ >= kMostStepsRun) {
      end.status = Status::failed;
      end.failure = fmt::format("{} steps ran; {} leads back to itself without end", kMostStepsRun,
                                spec.name);
      execution.outcome = end.status;
      execution.failure = end.failure;
      break;
    }
    if (execution.interactive) number = co_await started_by_hand(ssm, execution, *number);
    begin_step(ssm, execution, *number);
    StepResult result = co_await run_step(ssm, execution, *number);
    if (run != execution.runs) co_return end;  // the step stopped its own execution
    if (ends_its_list(spec, result))
      end = {result.status,
             fmt::format("{}: {}", spec.name, result.failure),
             {},
             result.aborts || spec.on_failure.written};
    CauseId cause{};
    number = conclude_step(ssm, execution, *number, std::move(result), cause);
    because.emplace(ssm.sim(), cause);
  }
  co_return end;
}

Process<> run_steps(Ssm& ssm, Execution& execution, std::uint32_t first) {
  const std::uint32_t run = execution.runs;
  std::optional<std::uint32_t> from = first;
  while (from) {  // a stop within a loop, or its cancel workflow, may lead out of it
    Process<ListEnd> list = run_list(ssm, execution, *from);
    const ListEnd end = co_await list;
    if (run != execution.runs) co_return;
    from = end.leads_to;
  }
  conclude_steps(ssm, execution);
}

}  // namespace opsim::ssm
