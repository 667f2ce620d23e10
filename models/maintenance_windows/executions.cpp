// What windows did.
// AWS: Systems Manager API Reference, DescribeMaintenanceWindowExecutions and the operations beside
// it; CancelMaintenanceWindowExecution: tasks that have not started are cancelled, those that run
// go on to their end.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "models/maintenance_windows/maintenance_windows.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::maintenance_windows {

namespace {

ApiError no_such(std::string_view what, std::string_view id) {
  return {"DoesNotExistException",
          fmt::format("Maintenance window {}{} does not exist", what, opsim::quoted(id))};
}

struct Found {
  const Window* window = nullptr;
  WindowExecution* execution = nullptr;
};

ApiResult<Found> execution_of(MaintenanceWindows& model, const Request& request) {
  const std::string id = input::text(request.input, "WindowExecutionId");
  for (const auto& [key, window] : model.windows) {
    const auto at = std::ranges::find(window->executions, id, &WindowExecution::id);
    if (at != window->executions.end() && window->place == request.place())
      return Found{window.get(), &*at};
  }
  return no_such("execution ", id);
}

/// Status, StatusDetails, StartTime and EndTime, which all three have.
template <typename Run>
Json how_it_went(const Run& run) {
  Json view{{"Status", run.status}, {"StartTime", iso8601(run.started)}};
  if (!run.reason.empty()) view["StatusDetails"] = run.reason;
  if (run.ended) view["EndTime"] = iso8601(*run.ended);
  return view;
}

Json task_view(const Found& found, const TaskExecution& task) {
  Json view = how_it_went(task);
  view["WindowExecutionId"] = found.execution->id;
  view["TaskExecutionId"] = task.id;
  view["TaskArn"] = task.task.arn;
  return view;
}

const TaskExecution* task_in(const Found& found, const std::string& id) {
  const auto at = std::ranges::find(found.execution->tasks, id, &TaskExecution::id);
  return at == found.execution->tasks.end() ? nullptr : &*at;
}

}  // namespace

ApiResult<Json> describe_executions(MaintenanceWindows& model, const Request& request) {
  const std::string id = input::text(request.input, "WindowId");
  const Window* window = model.find(request.place(), id);
  if (window == nullptr) return no_such("", id);
  Json list = Json::array();
  for (const WindowExecution& execution : window->executions) {
    Json view = how_it_went(execution);
    view["WindowId"] = window->id;
    view["WindowExecutionId"] = execution.id;
    list.push_back(std::move(view));
  }
  return Json{{"WindowExecutions", std::move(list)}};
}

ApiResult<Json> describe_execution_tasks(MaintenanceWindows& model, const Request& request) {
  const ApiResult<Found> found = execution_of(model, request);
  if (!found) return found.error();
  Json list = Json::array();
  for (const TaskExecution& task : found->execution->tasks) {
    list.push_back(task_view(*found, task));
    list.back()["TaskType"] = to_string(task.task.type);
  }
  return Json{{"WindowExecutionTaskIdentities", std::move(list)}};
}

ApiResult<Json> describe_execution_invocations(MaintenanceWindows& model, const Request& request) {
  const ApiResult<Found> found = execution_of(model, request);
  if (!found) return found.error();
  const std::string id = input::text(request.input, "TaskId");
  const TaskExecution* task = task_in(*found, id);
  if (task == nullptr) return no_such("task execution ", id);
  Json list = Json::array();
  for (const TaskInvocation& one : task->invocations) {
    if (one.started == SimTime{}) continue;  // its turn has not come
    Json view = how_it_went(one);
    view["WindowExecutionId"] = found->execution->id;
    view["TaskExecutionId"] = task->id;
    view["InvocationId"] = one.id;
    view["TaskType"] = to_string(task->task.type);
    view["Parameters"] = one.parameters.dump();
    for (const auto& [name, text] : {std::pair{"ExecutionId", &one.run_id},
                                     std::pair{"OwnerInformation", &one.owner_information},
                                     std::pair{"WindowTargetId", &one.window_target}})
      if (!text->empty()) view[name] = *text;
    list.push_back(std::move(view));
  }
  return Json{{"WindowExecutionTaskInvocationIdentities", std::move(list)}};
}

ApiResult<Json> get_execution(MaintenanceWindows& model, const Request& request) {
  const ApiResult<Found> found = execution_of(model, request);
  if (!found) return found.error();
  Json view = how_it_went(*found->execution);
  view["WindowExecutionId"] = found->execution->id;
  view["TaskIds"] = Json::array();
  for (const TaskExecution& task : found->execution->tasks) view["TaskIds"].push_back(task.id);
  return view;
}

ApiResult<Json> get_execution_task(MaintenanceWindows& model, const Request& request) {
  const ApiResult<Found> found = execution_of(model, request);
  if (!found) return found.error();
  const std::string id = input::text(request.input, "TaskId");
  const TaskExecution* task = task_in(*found, id);
  if (task == nullptr) return no_such("task execution ", id);
  Json view = task_view(*found, *task);
  view["Type"] = to_string(task->task.type);
  view["Priority"] = task->task.priority;
  for (const auto& [name, text] : {std::pair{"MaxConcurrency", &task->task.max_concurrency},
                                   std::pair{"MaxErrors", &task->task.max_errors}})
    view[name] = text->empty() ? std::string{kNoTargetLimit} : *text;
  if (!task->task.role.empty()) view["ServiceRole"] = task->task.role;
  return view;
}

ApiResult<Json> cancel_execution(MaintenanceWindows& model, const Request& request) {
  const ApiResult<Found> found = execution_of(model, request);
  if (!found) return found.error();
  if (!found->execution->ended) {
    found->execution->cancelled = true;
    found->execution->status = "CANCELLING";
  }
  return Json{{"WindowExecutionId", found->execution->id}};
}

}  // namespace opsim::maintenance_windows
