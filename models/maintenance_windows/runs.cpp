// A window that is open: its tasks by priority, none new in the cutoff.
// AWS: Systems Manager User Guide, "Maintenance Windows": tasks of the lowest priority number run
// first, those of equal priority in parallel; the cutoff is "the number of hours before the end
// that Systems Manager stops scheduling new tasks".
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "models/maintenance_windows/invocations.hpp"
#include "models/maintenance_windows/maintenance_windows.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::maintenance_windows {

namespace {

WindowExecution* find_execution(MaintenanceWindows& model, const std::string& window,
                                const std::string& id) {
  const auto found = model.windows.find(window);
  if (found == model.windows.end()) return nullptr;
  const auto at = std::ranges::find(found->second->executions, id, &WindowExecution::id);
  return at == found->second->executions.end() ? nullptr : &*at;
}

Json execution_detail(const Window& window, const WindowExecution& execution,
                      const TaskExecution* task) {
  Json detail{{"window-id", window.id}, {"window-execution-id", execution.id}};
  const SimTime started = task == nullptr ? execution.started : task->started;
  const auto& ended = task == nullptr ? execution.ended : task->ended;
  detail["start-time"] = iso8601(started);
  if (ended) detail["end-time"] = iso8601(*ended);
  if (task != nullptr) detail["task-execution-id"] = task->id;
  detail["status"] = task == nullptr ? execution.status : task->status;
  return detail;
}

constexpr std::string_view kTaskEvent =
    "Maintenance Window Task Execution State-change Notification";
constexpr std::string_view kInvocationEvent =
    "Maintenance Window Task Target Invocation State-change Notification";
constexpr std::string_view kWindowEvent = "Maintenance Window Execution State-change Notification";

struct Opening {
  std::string window;
  std::string execution;
  SimTime cutoff;
};

/// What a window is doing, looked up anew after each wait; null once it is forgotten.
struct Doing {
  Window* window = nullptr;
  WindowExecution* execution = nullptr;
  TaskExecution* task = nullptr;
};
Doing doing(MaintenanceWindows& model, const Opening& where, const std::string& task) {
  const auto window = model.windows.find(where.window);
  WindowExecution* execution = find_execution(model, where.window, where.execution);
  if (execution == nullptr) return {};
  const auto found = std::ranges::find(execution->tasks, task, &TaskExecution::id);
  if (found == execution->tasks.end()) return {};
  return {window->second.get(), execution, &*found};
}

void tell_task(MaintenanceWindows& model, const Doing& now) {
  emit_window_event(model, *now.window, kTaskEvent,
                    execution_detail(*now.window, *now.execution, now.task));
}

void tell_invocation(MaintenanceWindows& model, const Doing& now, const TaskInvocation& one) {
  Json detail = execution_detail(*now.window, *now.execution, now.task);
  detail["start-time"] = iso8601(one.started);
  detail.erase("end-time");
  if (one.ended) detail["end-time"] = iso8601(*one.ended);
  if (!one.window_target.empty()) detail["window-target-id"] = one.window_target;
  if (!one.owner_information.empty()) detail["owner-information"] = one.owner_information;
  detail["status"] = one.status;
  emit_window_event(model, *now.window, kInvocationEvent, std::move(detail));
}

std::string status_after(std::string_view status) {
  if (status == "Success" || status == "SUCCEEDED") return "SUCCESS";
  if (status == "TimedOut" || status == "TIMED_OUT") return "TIMED_OUT";
  return status == "Cancelled" || status == "ABORTED" ? "CANCELLED" : "FAILED";
}

/// What is known of a run, by its end or by the deadline.
Process<std::string> wait_for_run(MaintenanceWindows& model, std::string run, SimTime deadline) {
  while (!model.results.contains(run) && model.cloud.sim().now() < deadline)
    co_await model.ended.wait_for(deadline - model.cloud.sim().now());
  const auto found = model.results.find(run);
  if (found == model.results.end()) co_return std::string{};
  std::string status = found->second;
  model.results.erase(found);
  co_return status;
}

/// The id of what goes on after the call; empty where the answer is the end.
std::string run_of(TaskType type, const Json& answer) {
  if (type == TaskType::run_command)
    return input::text(input::member(answer, "Command"), "CommandId");
  if (type == TaskType::automation) return input::text(answer, "AutomationExecutionId");
  // SIMPLIFIED: an express execution, of which no event tells, counts as done.
  const std::string arn = input::text(answer, "executionArn");
  return arn.find(":express:") == std::string::npos ? arn : "";
}

struct Ended {
  std::string status;
  std::string reason;
};

/// Calls what the task is, and waits for its end. RegisterTaskWithMaintenanceWindow,
/// CutoffBehavior CANCEL_TASK: of Run Command the command is cancelled, the rest runs on.
Process<Ended> play_invocation(MaintenanceWindows& model, const Opening& where,
                               const std::string& task, std::size_t number) {
  Doing now = doing(model, where, task);
  const WindowTask spec = now.task->task;
  Call call = call_of(spec, now.task->invocations[number].parameters);
  Caller caller{now.window->place, spec.role.empty() ? "ssm.amazonaws.com" : spec.role,
                spec.role.empty() ? "" : "ssm.amazonaws.com"};
  const Caller system{now.window->place, "ssm.amazonaws.com", ""};
  Process<ApiResult<Json>> asked = model.cloud.call(
      std::move(caller), std::move(call.service), std::move(call.operation), std::move(call.input));
  const ApiResult<Json> answer = co_await asked;
  if (!answer)
    co_return Ended{"FAILED", fmt::format("{}: {}", answer.error().code, answer.error().message)};
  const std::string run = run_of(spec.type, *answer);
  if (run.empty()) co_return Ended{answer->contains("FunctionError") ? "FAILED" : "SUCCESS", ""};
  now = doing(model, where, task);
  if (now.task != nullptr) now.task->invocations[number].run_id = run;
  const bool cancels = spec.cancels_at_cutoff && spec.type == TaskType::run_command;
  std::string status = co_await wait_for_run(model, run, cancels ? where.cutoff : SimTime::max());
  if (!status.empty()) co_return Ended{status_after(status), ""};
  model.cloud.call_later(system, "ssm", "CancelCommand", {{"CommandId", run}});
  co_return Ended{"TIMED_OUT", "the cutoff of the window was reached"};
}

/// The invocations of a task that may run at once.
struct Batch {
  std::size_t next = 0;
  std::size_t end = 0;
  std::size_t errors_allowed = 0;
  std::size_t errors = 0;
  bool late = false;  // CANCEL_TASK: not all could start before the cutoff
};

/// One after another, until an error too many.
Process<> work_through(MaintenanceWindows& model, const Opening& where, const std::string& task,
                       Batch& batch) {
  while (batch.next < batch.end && batch.errors <= batch.errors_allowed) {
    Doing now = doing(model, where, task);
    if (now.task == nullptr) co_return;
    batch.late = now.task->task.cancels_at_cutoff && model.cloud.sim().now() >= where.cutoff;
    if (batch.late) co_return;
    const std::size_t number = batch.next++;
    now.task->invocations[number].started = model.cloud.sim().now();
    tell_invocation(model, now, now.task->invocations[number]);
    Process<Ended> played = play_invocation(model, where, task, number);
    Ended ended = co_await played;
    if (ended.status != "SUCCESS") ++batch.errors;
    now = doing(model, where, task);
    if (now.task == nullptr) co_return;
    TaskInvocation& one = now.task->invocations[number];
    one.status = std::move(ended.status);
    one.reason = std::move(ended.reason);
    one.ended = model.cloud.sim().now();
    tell_invocation(model, now, one);
  }
}

/// "10", or "10%" of the targets, rounded down.
std::size_t limit_of(const std::string& text, std::size_t targets) {
  std::size_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return text.ends_with('%') ? number * targets / 100 : number;
}

/// The worst of some statuses. UNDOCUMENTED: one failed invocation makes the task fail, as a
/// command that is not a success does.
template <typename Parts>
Ended worst_of(const Parts& parts) {
  for (const char* status : {"FAILED", "TIMED_OUT", "CANCELLED"})
    for (const auto& part : parts)
      if (part.status == status) return {status, part.reason};
  return {"SUCCESS", ""};
}

void begin_task(MaintenanceWindows& model, const Doing& now) {
  std::vector<TaskInvocation> made =
      invocations_of(model, *now.window, now.execution->id, *now.task);
  now.task->invocations.assign(std::make_move_iterator(made.begin()),
                               std::make_move_iterator(made.end()));
  tell_task(model, now);
}

void end_task(MaintenanceWindows& model, const Doing& now, bool late) {
  std::erase_if(now.task->invocations,
                [](const TaskInvocation& one) { return one.started == SimTime{}; });
  Ended ended = worst_of(now.task->invocations);
  if (late && ended.status == "SUCCESS")
    ended = {"TIMED_OUT", "not every invocation could start before the cutoff"};
  now.task->status = std::move(ended.status);
  now.task->reason = std::move(ended.reason);
  now.task->ended = model.cloud.sim().now();
  tell_task(model, now);
}

Process<> run_task(MaintenanceWindows& model, Opening where, WindowTask task) {
  Doing now{model.windows.at(where.window).get(),
            find_execution(model, where.window, where.execution), nullptr};
  now.task = &now.execution->tasks.emplace_back();
  now.task->id = model.cloud.next_uuid("window-task-execution");
  now.task->task = std::move(task);
  now.task->started = model.cloud.sim().now();
  const std::string id = now.task->id;
  begin_task(model, now);

  const std::size_t all = now.task->invocations.size();
  const std::size_t most = std::max<std::size_t>(1, limit_of(now.task->task.max_concurrency, all));
  Batch batch{.errors_allowed = limit_of(now.task->task.max_errors, all)};
  while (batch.end < all && batch.errors <= batch.errors_allowed && !batch.late) {
    // RegisterTargetWithMaintenanceWindow: the targets of a task have their turns one by one.
    const std::string target = now.task->invocations[batch.end].window_target;
    while (batch.end < all && now.task->invocations[batch.end].window_target == target) ++batch.end;
    Scope together{model.cloud.sim()};
    for (std::size_t i = 0; i < std::min(most, batch.end - batch.next); ++i)
      together.spawn(work_through(model, where, id, batch));
    Process<> done = together.join();
    co_await done;
    now = doing(model, where, id);
    if (now.task == nullptr) co_return;
  }
  end_task(model, now, batch.late);
}

std::string outcome_of(const WindowExecution& execution, bool skipped) {
  const Ended worst = worst_of(execution.tasks);
  if (worst.status == "FAILED") return worst.status;
  if (execution.cancelled) return "CANCELLED";
  return skipped ? "TIMED_OUT" : worst.status;
}

/// Those of one priority together, those of the next after them; false: some could not start.
Process<bool> run_tasks(MaintenanceWindows& model, const Opening& where) {
  std::multimap<std::int64_t, WindowTask> by_priority;
  for (const auto& [id, task] : model.windows.at(where.window)->tasks)
    by_priority.emplace(task.priority, task);
  while (!by_priority.empty()) {
    const WindowExecution* execution = find_execution(model, where.window, where.execution);
    if (execution == nullptr || execution->cancelled) co_return true;
    if (model.cloud.sim().now() >= where.cutoff) co_return false;
    Scope together{model.cloud.sim()};
    const std::int64_t priority = by_priority.begin()->first;
    for (auto at = by_priority.begin(); at != by_priority.end() && at->first == priority;
         at = by_priority.erase(at))
      together.spawn(run_task(model, where, at->second));
    Process<> all = together.join();
    co_await all;
  }
  co_return true;
}

}  // namespace

/// How the commands, automations and state machines of tasks end.
void MaintenanceWindows::on_event(const Event& event) {
  if (open == 0) return;
  struct Told {
    std::string_view detail_type;
    const char* status;
    const char* id;
  };
  constexpr Told rows[] = {
      {"EC2 Automation Execution Status-change Notification", "Status", "ExecutionId"},
      {"EC2 Command Status-change Notification", "status", "command-id"},
      {"Step Functions Execution Status Change", "status", "executionArn"},
  };
  const auto told = std::ranges::find(rows, event.detail_type, &Told::detail_type);
  if (told == std::end(rows)) return;
  const std::string status = input::text(event.detail, told->status);
  for (const char* still : {"Pending", "InProgress", "Waiting", "Cancelling", "Delayed", "RUNNING"})
    if (status == still) return;
  results[input::text(event.detail, told->id)] = status;
  ended.notify_all();
}

/// A window that opens while an earlier execution runs is SKIPPED_OVERLAPPING.
Process<> run_window(MaintenanceWindows& model, std::string window_id) {
  Window* window = model.windows.at(window_id).get();
  const bool overlaps = !window->executions.empty() && !window->executions.front().ended;
  WindowExecution& made = window->executions.emplace_front();
  if (window->executions.size() > kKeptExecutions) window->executions.pop_back();
  made.id = model.cloud.next_uuid("window-execution");
  made.started = model.cloud.sim().now();
  if (overlaps) {
    made.status = "SKIPPED_OVERLAPPING";
    made.ended = made.started;
  }
  emit_window_event(model, *window, kWindowEvent, execution_detail(*window, made, nullptr));
  if (overlaps) co_return;
  const SimTime end = made.started + std::chrono::hours{window->spec.duration_hours};
  const Opening where{window_id, made.id, end - std::chrono::hours{window->spec.cutoff_hours}};
  ++model.open;
  Process<bool> tasks = run_tasks(model, where);
  const bool skipped = !co_await tasks;
  if (--model.open == 0) model.results.clear();
  WindowExecution* execution = find_execution(model, window_id, where.execution);
  if (execution == nullptr) co_return;
  execution->status = outcome_of(*execution, skipped);
  if (skipped) execution->reason = "not every task could start before the cutoff";
  execution->ended = model.cloud.sim().now();
  window = model.windows.at(window_id).get();
  emit_window_event(model, *window, kWindowEvent, execution_detail(*window, *execution, nullptr));
}

void plan_next(MaintenanceWindows& model, Window& window) {
  Simulation& sim = model.cloud.sim();
  sim.cancel(window.next);
  if (!window.spec.enabled) return;
  const auto due = window.opens_after(sim.now());
  if (!due) return;
  window.next = sim.at(*due, [&model, id = window.id] {
    plan_next(model, *model.windows.at(id));
    model.cloud.sim().spawn(run_window(model, id));
  });
}

}  // namespace opsim::maintenance_windows
