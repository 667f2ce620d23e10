// A window that is open: its tasks by priority, none new in the cutoff.
// AWS: Systems Manager User Guide, "Maintenance Windows": tasks of the lowest priority number run
// first, those of equal priority in parallel; the cutoff is "the number of hours before the end
// that Systems Manager stops scheduling new tasks"; API Reference, CutoffBehavior (CANCEL_TASK
// stops tasks that still run then; CONTINUE_TASK lets them end).
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/maintenance_windows/maintenance_windows.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::maintenance_windows {

namespace {

/// The task's targets with window targets put in their place.
Json resolved_targets(const Window& window, const WindowTask& task) {
  Json all = Json::array();
  for (const Json& target : task.targets) {
    if (input::text(target, "Key") != "WindowTargetIds") {
      all.push_back(target);
      continue;
    }
    for (const std::string& id : input::texts(target, "Values"))
      if (const auto found = window.targets.find(id); found != window.targets.end())
        for (const Json& one : found->second.targets) all.push_back(one);
  }
  return all;
}

struct Call {
  std::string service;
  std::string operation;
  Json input = Json::object();
};

Call call_of(const Window& window, const WindowTask& task) {
  Json targets = resolved_targets(window, task);
  const auto limits = [&](Json& input) {
    if (!task.max_concurrency.empty()) input["MaxConcurrency"] = task.max_concurrency;
    if (!task.max_errors.empty()) input["MaxErrors"] = task.max_errors;
  };
  const std::string name =
      task.arn.starts_with("arn:") ? task.arn.substr(task.arn.rfind('/') + 1) : task.arn;
  switch (task.type) {
    case TaskType::run_command: {
      Json input = input::member(task.invocation, "MaintenanceWindowRunCommandParameters");
      if (!input.is_object()) input = input::member(task.invocation, "RunCommand");
      if (!input.is_object()) input = Json::object();
      input["DocumentName"] = name;
      input["Targets"] = std::move(targets);
      limits(input);
      return {"ssm", "SendCommand", std::move(input)};
    }
    case TaskType::automation: {
      Json input = input::member(task.invocation, "MaintenanceWindowAutomationParameters");
      if (!input.is_object()) input = input::member(task.invocation, "Automation");
      if (!input.is_object()) input = Json::object();
      input["DocumentName"] = name;
      return {"ssm", "StartAutomationExecution", std::move(input)};
    }
    case TaskType::lambda: {
      Json how = input::member(task.invocation, "MaintenanceWindowLambdaParameters");
      if (!how.is_object()) how = input::member(task.invocation, "Lambda");
      Json input{{"FunctionName", task.arn}, {"Payload", input::text(how, "Payload")}};
      if (input["Payload"] == "") input.erase("Payload");
      return {"lambda", "Invoke", std::move(input)};
    }
    case TaskType::step_functions: break;
  }
  Json how = input::member(task.invocation, "MaintenanceWindowStepFunctionsParameters");
  if (!how.is_object()) how = input::member(task.invocation, "StepFunctions");
  Json input{{"stateMachineArn", task.arn}};
  for (const auto& [from, to] : {std::pair{"Input", "input"}, std::pair{"Name", "name"}})
    if (const std::string text = input::text(how, from); !text.empty()) input[to] = text;
  return {"states", "StartExecution", std::move(input)};
}

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
constexpr std::string_view kWindowEvent = "Maintenance Window Execution State-change Notification";

std::string task_status(std::string_view status) {
  if (status == "Success" || status == "SUCCEEDED") return "SUCCESS";
  if (status == "TimedOut") return "TIMED_OUT";
  return status == "Cancelled" ? "CANCELLED" : "FAILED";
}

/// What is known of the run of a task, by its end or by the deadline.
Process<std::string> wait_for_run(MaintenanceWindows& model, std::string run, SimTime deadline) {
  while (!model.results.contains(run) && model.cloud.sim().now() < deadline)
    co_await model.ended.wait_for(deadline - model.cloud.sim().now());
  const auto found = model.results.find(run);
  if (found == model.results.end()) co_return std::string{};
  std::string status = found->second;
  model.results.erase(found);
  co_return status;
}

/// Where CutoffBehavior says so, a task that runs at the cutoff is stopped.
void stop_task(MaintenanceWindows& model, const Window& window, const WindowTask& task,
               const std::string& run) {
  const Caller caller{window.place, "ssm.amazonaws.com", ""};
  if (task.type == TaskType::run_command)
    model.cloud.call_later(caller, "ssm", "CancelCommand", {{"CommandId", run}});
  if (task.type == TaskType::automation)
    model.cloud.call_later(caller, "ssm", "StopAutomationExecution",
                           {{"AutomationExecutionId", run}, {"Type", "Cancel"}});
}

struct Opening {
  std::string window;
  std::string execution;
  SimTime cutoff;
};

void end_task(MaintenanceWindows& model, const Opening& where, const std::string& id,
              std::string status, std::string reason) {
  WindowExecution* execution = find_execution(model, where.window, where.execution);
  if (execution == nullptr) return;
  const auto task = std::ranges::find(execution->tasks, id, &TaskExecution::id);
  if (task == execution->tasks.end()) return;
  task->status = std::move(status);
  task->reason = std::move(reason);
  task->ended = model.cloud.sim().now();
  const Window& window = *model.windows.at(where.window);
  emit_window_event(model, window, kTaskEvent, execution_detail(window, *execution, &*task));
}

Process<> run_task(MaintenanceWindows& model, Opening where, WindowTask task) {
  Window* window = model.windows.at(where.window).get();
  WindowExecution* execution = find_execution(model, where.window, where.execution);
  TaskExecution& made = execution->tasks.emplace_back();
  made.id = model.cloud.next_uuid("window-task-execution");
  made.task = task.id;
  made.started = model.cloud.sim().now();
  const std::string id = made.id;
  emit_window_event(model, *window, kTaskEvent, execution_detail(*window, *execution, &made));

  Call call = call_of(*window, task);
  Caller caller{window->place, task.role.empty() ? "ssm.amazonaws.com" : task.role,
                task.role.empty() ? "" : "ssm.amazonaws.com"};
  Process<ApiResult<Json>> asked = model.cloud.call(
      std::move(caller), std::move(call.service), std::move(call.operation), std::move(call.input));
  const ApiResult<Json> answer = co_await asked;
  if (!answer)
    co_return end_task(model, where, id, "FAILED",
                       fmt::format("{}: {}", answer.error().code, answer.error().message));
  std::string run = input::text(*answer, "AutomationExecutionId");
  if (task.type == TaskType::run_command)
    run = input::text(input::member(*answer, "Command"), "CommandId");
  if (run.empty()) {  // a function has answered; a state machine was started
    const bool failed = answer->contains("FunctionError");
    co_return end_task(model, where, id, failed ? "FAILED" : "SUCCESS", "");
  }
  execution = find_execution(model, where.window, where.execution);
  if (execution == nullptr) co_return;
  std::ranges::find(execution->tasks, id, &TaskExecution::id)->run_id = run;
  const SimTime deadline = task.cancels_at_cutoff ? where.cutoff : SimTime::max();
  std::string status = co_await wait_for_run(model, run, deadline);
  if (status.empty()) {
    if (const auto still = model.windows.find(where.window); still != model.windows.end())
      stop_task(model, *still->second, task, run);
    co_return end_task(model, where, id, "TIMED_OUT", "the cutoff of the window was reached");
  }
  end_task(model, where, id, task_status(status), "");
}

/// The worst of its tasks' statuses.
std::string outcome_of(const WindowExecution& execution, bool skipped) {
  const auto any = [&](std::string_view status) {
    return std::ranges::any_of(execution.tasks,
                               [&](const TaskExecution& task) { return task.status == status; });
  };
  if (any("FAILED")) return "FAILED";
  if (any("TIMED_OUT") || skipped) return "TIMED_OUT";
  return any("CANCELLED") ? "CANCELLED" : "SUCCESS";
}

}  // namespace

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
  std::multimap<std::int64_t, WindowTask> by_priority;
  for (const auto& [id, task] : window->tasks) by_priority.emplace(task.priority, task);
  bool skipped = false;
  while (!by_priority.empty()) {
    if (model.cloud.sim().now() >= where.cutoff) {
      skipped = true;
      break;
    }
    Scope together{model.cloud.sim()};
    const std::int64_t priority = by_priority.begin()->first;
    for (auto at = by_priority.begin(); at != by_priority.end() && at->first == priority;
         at = by_priority.erase(at))
      together.spawn(run_task(model, where, at->second));
    Process<> all = together.join();
    co_await all;
    if (find_execution(model, window_id, where.execution) == nullptr) co_return;
  }
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
  const SimTime after =
      std::max(sim.now(), window.spec.start_date.value_or(sim.now()) - std::chrono::nanoseconds{1});
  const auto due = window.spec.schedule.next(window.created, after);
  if (!due || (window.spec.end_date && *due > *window.spec.end_date)) return;
  window.next = sim.at(*due, [&model, id = window.id] {
    plan_next(model, *model.windows.at(id));
    model.cloud.sim().spawn(run_window(model, id));
  });
}

}  // namespace opsim::maintenance_windows
