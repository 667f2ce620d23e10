// AWS: Systems Manager API Reference, CreateMaintenanceWindow and the operations beside it.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "models/maintenance_windows/maintenance_windows.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::maintenance_windows {

namespace {

ApiError no_window(std::string_view id) {
  return {"DoesNotExistException",
          fmt::format("Maintenance window {} does not exist", opsim::quoted(id))};
}

ApiResult<Window*> asked_for(MaintenanceWindows& model, const Place& place, const Json& input) {
  const std::string id = input::text(input, "WindowId");
  Window* window = model.find(place, id);
  if (window == nullptr) return no_window(id);
  return window;
}

Json window_view(const Window& window, SimTime now) {
  const WindowSpec& spec = window.spec;
  Json view{{"WindowId", window.id},
            {"Name", spec.name},
            {"Description", spec.description},
            {"Schedule", spec.schedule.text},
            {"ScheduleTimezone", spec.schedule.zone.name()},
            {"Duration", spec.duration_hours},
            {"Cutoff", spec.cutoff_hours},
            {"AllowUnassociatedTargets", spec.allow_unassociated},
            {"Enabled", spec.enabled},
            {"CreatedDate", iso8601(window.created)},
            {"ModifiedDate", iso8601(window.modified)}};
  if (spec.schedule.offset_days > 0) view["ScheduleOffset"] = spec.schedule.offset_days;
  if (spec.start_date) view["StartDate"] = iso8601(*spec.start_date);
  if (spec.end_date) view["EndDate"] = iso8601(*spec.end_date);
  const auto next = window.opens_after(now);
  if (spec.enabled && next) view["NextExecutionTime"] = iso8601(*next);
  return view;
}

ApiResult<std::string> add_target(MaintenanceWindows& model, Window& window, const Json& input) {
  if (window.targets.size() >= kMostTargets)
    return ApiError{"ResourceLimitExceededException", "a window has at most 100 targets"};
  WindowTarget target;
  if (const Json& targets = input::member(input, "Targets"); targets.is_array())
    target.targets = targets;
  if (target.targets.empty()) return ApiError{"ValidationException", "Targets is required"};
  target.id = model.cloud.next_uuid("window-target");
  target.name = input::text(input, "Name");
  target.owner_information = input::text(input, "OwnerInformation");
  if (std::string type = input::text(input, "ResourceType"); !type.empty())
    target.resource_type = std::move(type);
  std::string id = target.id;
  window.targets[id] = std::move(target);
  emit_window_event(model, window, "Maintenance Window Target Registration Notification",
                    {{"window-target-id", id}, {"window-id", window.id}, {"status", "REGISTERED"}});
  return ApiResult<std::string>{boost::system::in_place_value, std::move(id)};
}

ApiResult<std::string> add_task(MaintenanceWindows& model, Window& window, const Json& input) {
  if (window.tasks.size() >= kMostTasks)
    return ApiError{"ResourceLimitExceededException", "a window has at most 20 tasks"};
  ApiResult<WindowTask> task = read_task(input);
  if (!task) return task.error();
  for (const Json& target : task->targets)
    for (const std::string& id : input::text(target, "Key") == "WindowTargetIds"
                                     ? input::texts(target, "Values")
                                     : std::vector<std::string>{})
      if (!window.targets.contains(id))
        return ApiError{"DoesNotExistException",
                        fmt::format("the window has no target {}", opsim::quoted(id))};
  task->id = model.cloud.next_uuid("window-task");
  std::string id = task->id;
  window.tasks[id] = *std::move(task);
  return ApiResult<std::string>{boost::system::in_place_value, std::move(id)};
}

}  // namespace

Window* MaintenanceWindows::find(const Place& place, std::string_view id) {
  const auto found = windows.find(std::string{id});
  return found == windows.end() || found->second->place != place ? nullptr : found->second.get();
}

void emit_window_event(MaintenanceWindows& model, const Window& window, std::string_view type,
                       Json detail) {
  Event event;
  event.source = "aws.ssm";
  event.detail_type = type;
  event.place = window.place;
  event.resources = {arn(window.place, "ssm", "maintenancewindow/" + window.id)};
  if (detail.contains("window-target-id"))
    event.resources.push_back(
        arn(window.place, "ssm", "windowtarget/" + detail["window-target-id"].get<std::string>()));
  event.line = fmt::format("window {} {}", window.spec.name, input::text(detail, "status"));
  event.detail = std::move(detail);
  model.cloud.emit(std::move(event));
}

ApiResult<Window*> create_window_of(MaintenanceWindows& model, const Place& place,
                                    WindowSpec spec) {
  if (model.windows.size() >= kMostWindows)
    return ApiError{"ResourceLimitExceededException", "an account has at most 50 windows"};
  auto made = std::make_unique<Window>();
  made->id = "mw-000000000" + model.cloud.next_id("");
  made->place = place;
  made->spec = std::move(spec);
  made->created = made->modified = model.cloud.sim().now();
  Window& window = *made;
  model.windows.emplace(window.id, std::move(made));
  plan_next(model, window);
  return &window;
}

ApiResult<Json> create_maintenance_window(MaintenanceWindows& model, const Request& request) {
  ApiResult<WindowSpec> spec = read_window(request.input, nullptr);
  if (!spec) return spec.error();
  const ApiResult<Window*> made = create_window_of(model, request.place(), *std::move(spec));
  if (!made) return made.error();
  return Json{{"WindowId", (*made)->id}};
}

ApiResult<Json> update_maintenance_window(MaintenanceWindows& model, const Request& request) {
  const ApiResult<Window*> window = asked_for(model, request.place(), request.input);
  if (!window) return window.error();
  ApiResult<WindowSpec> spec = read_window(request.input, &(*window)->spec);
  if (!spec) return spec.error();
  const bool was_enabled = (*window)->spec.enabled;
  (*window)->spec = *std::move(spec);
  (*window)->modified = model.cloud.sim().now();
  plan_next(model, **window);
  if (was_enabled != (*window)->spec.enabled)
    emit_window_event(model, **window, "Maintenance Window State-change Notification",
                      {{"window-id", (*window)->id},
                       {"status", (*window)->spec.enabled ? "ENABLED" : "DISABLED"}});
  return window_view(**window, model.cloud.sim().now());
}

ApiResult<Json> delete_maintenance_window(MaintenanceWindows& model, const Request& request) {
  const ApiResult<Window*> window = asked_for(model, request.place(), request.input);
  if (!window) return window.error();
  const std::string id = (*window)->id;
  if (!(*window)->executions.empty() && !(*window)->executions.front().ended)
    return ApiError{"ResourceInUseException", "the window is open"};
  model.cloud.sim().cancel((*window)->next);
  model.windows.erase(id);
  return Json{{"WindowId", id}};
}

ApiResult<Json> get_maintenance_window(MaintenanceWindows& model, const Request& request) {
  const ApiResult<Window*> window = asked_for(model, request.place(), request.input);
  if (!window) return window.error();
  return window_view(**window, model.cloud.sim().now());
}

ApiResult<Json> describe_maintenance_windows(MaintenanceWindows& model, const Request& request) {
  Json list = Json::array();
  for (const auto& [id, window] : model.windows)
    if (window->place == request.place())
      list.push_back(window_view(*window, model.cloud.sim().now()));
  return Json{{"WindowIdentities", std::move(list)}};
}

ApiResult<Json> register_target(MaintenanceWindows& model, const Request& request) {
  const ApiResult<Window*> window = asked_for(model, request.place(), request.input);
  if (!window) return window.error();
  const ApiResult<std::string> id = add_target(model, **window, request.input);
  if (!id) return id.error();
  return Json{{"WindowTargetId", *id}};
}

ApiResult<Json> register_task(MaintenanceWindows& model, const Request& request) {
  const ApiResult<Window*> window = asked_for(model, request.place(), request.input);
  if (!window) return window.error();
  const ApiResult<std::string> id = add_task(model, **window, request.input);
  if (!id) return id.error();
  return Json{{"WindowTaskId", *id}};
}

ApiResult<Json> deregister_target(MaintenanceWindows& model, const Request& request) {
  const ApiResult<Window*> window = asked_for(model, request.place(), request.input);
  if (!window) return window.error();
  const std::string id = input::text(request.input, "WindowTargetId");
  if ((*window)->targets.erase(id) == 0) return no_window(id);
  emit_window_event(
      model, **window, "Maintenance Window Target Registration Notification",
      {{"window-target-id", id}, {"window-id", (*window)->id}, {"status", "DEREGISTERED"}});
  return Json{{"WindowId", (*window)->id}, {"WindowTargetId", id}};
}

ApiResult<Json> deregister_task(MaintenanceWindows& model, const Request& request) {
  const ApiResult<Window*> window = asked_for(model, request.place(), request.input);
  if (!window) return window.error();
  const std::string id = input::text(request.input, "WindowTaskId");
  if ((*window)->tasks.erase(id) == 0) return no_window(id);
  return Json{{"WindowId", (*window)->id}, {"WindowTaskId", id}};
}

/// The next ten times that a window opens; without a window, that any of the place does.
ApiResult<Json> describe_schedule(MaintenanceWindows& model, const Request& request) {
  constexpr std::size_t kMost = 10;
  if (!input::text(request.input, "WindowId").empty())
    if (const auto named = asked_for(model, request.place(), request.input); !named)
      return named.error();
  const std::string wanted = input::text(request.input, "WindowId");
  std::multimap<SimTime, const Window*> times;
  for (const auto& [id, window] : model.windows) {
    if (window->place != request.place() || (!wanted.empty() && id != wanted)) continue;
    if (wanted.empty() && !window->spec.enabled) continue;
    SimTime after = model.cloud.sim().now();
    for (std::size_t i = 0; i < kMost; ++i) {
      const auto next = window->opens_after(after);
      if (!next) break;
      after = *next;
      times.emplace(*next, window.get());
    }
  }
  Json list = Json::array();
  for (const auto& [time, window] : times) {
    if (list.size() == kMost) break;
    list.push_back(
        {{"WindowId", window->id}, {"Name", window->spec.name}, {"ExecutionTime", iso8601(time)}});
  }
  return Json{{"ScheduledWindowExecutions", std::move(list)}};
}

ApiResult<Created> create_window_resource(MaintenanceWindows& model,
                                          const ResourceRequest& request) {
  ApiResult<WindowSpec> spec = read_window(request.properties, nullptr);
  if (!spec) return spec.error();
  const ApiResult<Window*> made = create_window_of(model, request.place, *std::move(spec));
  if (!made) return made.error();
  return Created{.physical_id = (*made)->id};
}

ApiResult<Created> create_target_resource(MaintenanceWindows& model,
                                          const ResourceRequest& request) {
  const ApiResult<Window*> window = asked_for(model, request.place, request.properties);
  if (!window) return window.error();
  const ApiResult<std::string> id = add_target(model, **window, request.properties);
  if (!id) return id.error();
  return Created{.physical_id = *id};
}

ApiResult<Created> create_task_resource(MaintenanceWindows& model, const ResourceRequest& request) {
  const ApiResult<Window*> window = asked_for(model, request.place, request.properties);
  if (!window) return window.error();
  const ApiResult<std::string> id = add_task(model, **window, request.properties);
  if (!id) return id.error();
  return Created{.physical_id = *id};
}

}  // namespace opsim::maintenance_windows
