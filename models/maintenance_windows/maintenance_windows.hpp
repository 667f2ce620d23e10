#pragma once
/// Maintenance windows of all accounts and Regions.
#include <memory>

#include "models/maintenance_windows/window.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/kernel/signal.hpp"

namespace opsim::maintenance_windows {

inline constexpr std::size_t kMostWindows = 50;      // General Reference, quotas
inline constexpr std::size_t kMostTasks = 20;        // of a window
inline constexpr std::size_t kMostTargets = 100;     // of a window
inline constexpr std::size_t kKeptExecutions = 100;  // SIMPLIFIED: AWS keeps 30 days

class MaintenanceWindows : public Model {
 public:
  explicit MaintenanceWindows(Cloud& world) : cloud{world}, ended{world.sim()} {}

  Cloud& cloud;
  std::map<std::string, std::unique_ptr<Window>> windows;
  std::size_t open = 0;                        // executions of windows
  std::map<std::string, std::string> results;  // of what tasks called -> their last status
  Signal ended;                                // one of them ended

  [[nodiscard]] Window* find(const Place& place, std::string_view id);
  void on_event(const Event& event);
};

ApiResult<Window*> create_window_of(MaintenanceWindows& model, const Place& place, WindowSpec spec);
void plan_next(MaintenanceWindows& model, Window& window);
/// Until the window is over and its tasks have ended. The one process of an execution.
Process<> run_window(MaintenanceWindows& model, std::string window_id);
void emit_window_event(MaintenanceWindows& model, const Window& window, std::string_view type,
                       Json detail);

ApiResult<Json> create_maintenance_window(MaintenanceWindows&, const Request&);
ApiResult<Json> update_maintenance_window(MaintenanceWindows&, const Request&);
ApiResult<Json> delete_maintenance_window(MaintenanceWindows&, const Request&);
ApiResult<Json> get_maintenance_window(MaintenanceWindows&, const Request&);
ApiResult<Json> describe_maintenance_windows(MaintenanceWindows&, const Request&);
ApiResult<Json> register_target(MaintenanceWindows&, const Request&);
ApiResult<Json> register_task(MaintenanceWindows&, const Request&);
ApiResult<Json> deregister_target(MaintenanceWindows&, const Request&);
ApiResult<Json> deregister_task(MaintenanceWindows&, const Request&);
ApiResult<Json> cancel_execution(MaintenanceWindows&, const Request&);
ApiResult<Json> describe_executions(MaintenanceWindows&, const Request&);
ApiResult<Json> describe_execution_invocations(MaintenanceWindows&, const Request&);
ApiResult<Json> describe_execution_tasks(MaintenanceWindows&, const Request&);
ApiResult<Json> describe_schedule(MaintenanceWindows&, const Request&);
ApiResult<Json> describe_targets(MaintenanceWindows&, const Request&);
ApiResult<Json> describe_tasks(MaintenanceWindows&, const Request&);
ApiResult<Json> get_execution(MaintenanceWindows&, const Request&);
ApiResult<Json> get_execution_task(MaintenanceWindows&, const Request&);
ApiResult<Json> get_task(MaintenanceWindows&, const Request&);
ApiResult<Json> update_target(MaintenanceWindows&, const Request&);
ApiResult<Json> update_task(MaintenanceWindows&, const Request&);
ApiResult<Created> create_window_resource(MaintenanceWindows&, const ResourceRequest&);
ApiResult<Created> create_target_resource(MaintenanceWindows&, const ResourceRequest&);
ApiResult<Created> create_task_resource(MaintenanceWindows&, const ResourceRequest&);

}  // namespace opsim::maintenance_windows
