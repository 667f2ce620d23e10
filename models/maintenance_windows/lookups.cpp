// What a window has, and how it is changed.
// AWS: Systems Manager API Reference, DescribeMaintenanceWindowTargets,
// DescribeMaintenanceWindowTasks, GetMaintenanceWindowTask, UpdateMaintenanceWindowTarget,
// UpdateMaintenanceWindowTask.
#include <fmt/format.h>

#include "models/maintenance_windows/maintenance_windows.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::maintenance_windows {

namespace {

ApiError nothing_there(std::string_view what, std::string_view id) {
  return {"DoesNotExistException",
          fmt::format("Maintenance window {}{} does not exist", what, opsim::quoted(id))};
}

ApiResult<Window*> window_in(MaintenanceWindows& model, const Request& request) {
  const std::string id = input::text(request.input, "WindowId");
  Window* window = model.find(request.place(), id);
  if (window == nullptr) return nothing_there("", id);
  return window;
}

Json target_view(const Window& window, const WindowTarget& target) {
  Json view{{"WindowId", window.id},
            {"WindowTargetId", target.id},
            {"ResourceType", target.resource_type},
            {"Targets", target.targets}};
  if (!target.name.empty()) view["Name"] = target.name;
  if (!target.owner_information.empty()) view["OwnerInformation"] = target.owner_information;
  return view;
}

/// As a list shows it; `type` is the member that says of which kind the task is.
Json task_view(const Window& window, const WindowTask& task, const char* type) {
  Json view{{"WindowId", window.id},
            {"WindowTaskId", task.id},
            {"TaskArn", task.arn},
            {type, to_string(task.type)},
            {"Targets", task.targets},
            {"Priority", task.priority},
            {"CutoffBehavior", task.cancels_at_cutoff ? "CANCEL_TASK" : "CONTINUE_TASK"}};
  for (const auto& [name, value] : {std::pair{"Name", &task.name},
                                    {"ServiceRoleArn", &task.role},
                                    {"MaxConcurrency", &task.max_concurrency},
                                    {"MaxErrors", &task.max_errors}})
    if (!value->empty()) view[name] = *value;
  if (task.alarm.is_object()) view["AlarmConfiguration"] = task.alarm;
  if (task.targets.empty()) view["MaxConcurrency"] = view["MaxErrors"] = kNoTargetLimit;
  return view;
}

ApiResult<WindowTask*> task_in(Window& window, const Json& input) {
  const std::string id = input::text(input, "WindowTaskId");
  const auto found = window.tasks.find(id);
  if (found == window.tasks.end()) return nothing_there("task ", id);
  return &found->second;
}

}  // namespace

ApiResult<Json> describe_targets(MaintenanceWindows& model, const Request& request) {
  const ApiResult<Window*> window = window_in(model, request);
  if (!window) return window.error();
  Json list = Json::array();
  for (const auto& [id, target] : (*window)->targets) list.push_back(target_view(**window, target));
  return Json{{"Targets", std::move(list)}};
}

ApiResult<Json> describe_tasks(MaintenanceWindows& model, const Request& request) {
  const ApiResult<Window*> window = window_in(model, request);
  if (!window) return window.error();
  Json list = Json::array();
  for (const auto& [id, task] : (*window)->tasks) list.push_back(task_view(**window, task, "Type"));
  return Json{{"Tasks", std::move(list)}};
}

ApiResult<Json> get_task(MaintenanceWindows& model, const Request& request) {
  const ApiResult<Window*> window = window_in(model, request);
  if (!window) return window.error();
  const ApiResult<WindowTask*> task = task_in(**window, request.input);
  if (!task) return task.error();
  Json view = task_view(**window, **task, "TaskType");
  view["TaskInvocationParameters"] = (*task)->invocation;
  return view;
}

/// What a call leaves out stays as it was.
ApiResult<Json> update_task(MaintenanceWindows& model, const Request& request) {
  const ApiResult<Window*> window = window_in(model, request);
  if (!window) return window.error();
  const ApiResult<WindowTask*> task = task_in(**window, request.input);
  if (!task) return task.error();
  Json input = request.input;
  input["TaskType"] = to_string((*task)->type);
  ApiResult<WindowTask> changed = read_task(input, **task);
  if (!changed) return changed.error();
  changed->id = (*task)->id;
  **task = *std::move(changed);
  Json view = task_view(**window, **task, "TaskType");
  view["TaskInvocationParameters"] = (*task)->invocation;
  return view;
}

ApiResult<Json> update_target(MaintenanceWindows& model, const Request& request) {
  const ApiResult<Window*> window = window_in(model, request);
  if (!window) return window.error();
  const std::string id = input::text(request.input, "WindowTargetId");
  const auto found = (*window)->targets.find(id);
  if (found == (*window)->targets.end()) return nothing_there("target ", id);
  WindowTarget& target = found->second;
  if (const Json& targets = input::member(request.input, "Targets"); targets.is_array())
    target.targets = targets;
  if (std::string name = input::text(request.input, "Name"); !name.empty())
    target.name = std::move(name);
  if (std::string owner = input::text(request.input, "OwnerInformation"); !owner.empty())
    target.owner_information = std::move(owner);
  return target_view(**window, target);
}

}  // namespace opsim::maintenance_windows
