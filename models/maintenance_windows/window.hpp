#pragma once
/// A maintenance window: when it opens, what it does, and what it did.
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/api.hpp"
#include "opsim/kernel/simulation.hpp"
#include "opsim/schedule.hpp"

namespace opsim::maintenance_windows {

/// AWS: Systems Manager User Guide, "Cron and rate expressions for maintenance windows": all
/// expressions, at() too; a cron of seven fields begins with its seconds (1 to 59).
struct WindowSchedule {
  std::string text;
  schedule::Expression expression;
  Duration seconds{};
  int offset_days = 0;  // ScheduleOffset, 1 to 6: days after the cron
  TimeZone zone;

  static ApiResult<WindowSchedule> parse(std::string_view text, std::string_view zone,
                                         int offset_days);
  [[nodiscard]] std::optional<SimTime> next(SimTime anchor, SimTime after) const;
};

/// CreateMaintenanceWindow, UpdateMaintenanceWindow, AWS::SSM::MaintenanceWindow.
struct WindowSpec {
  std::string name;
  std::string description;
  WindowSchedule schedule;
  std::int64_t duration_hours = 0;  // 1 to 24
  std::int64_t cutoff_hours = 0;    // 0 to 23: so long before the end nothing new starts
  bool allow_unassociated = false;
  bool enabled = true;
  std::optional<SimTime> start_date;
  std::optional<SimTime> end_date;
};
ApiResult<WindowSpec> read_window(const Json& input, const WindowSpec* base);

struct WindowTarget {
  std::string id;
  std::string name;
  std::string owner_information;
  std::string resource_type = "INSTANCE";
  Json targets = Json::array();
};

enum class TaskType : std::uint8_t { run_command, automation, lambda, step_functions };
[[nodiscard]] std::string_view to_string(TaskType type);

struct WindowTask {
  std::string id;
  std::string name;
  TaskType type{};
  std::string arn;  // TaskArn: a document, a function, a state machine
  std::string role;
  Json targets = Json::array();      // WindowTargetIds, InstanceIds
  Json invocation = Json::object();  // TaskInvocationParameters
  std::int64_t priority = 1;         // the lowest first; equal ones together
  std::string max_concurrency;
  std::string max_errors;
  bool cancels_at_cutoff = false;  // CutoffBehavior: CANCEL_TASK
};
ApiResult<WindowTask> read_task(const Json& input, WindowTask base = {});

struct TaskExecution {
  std::string id;
  std::string task;
  std::string run_id;  // of the command, automation or state machine
  std::string status = "IN_PROGRESS";
  std::string reason;
  SimTime started{};
  std::optional<SimTime> ended;
};
struct WindowExecution {
  std::string id;
  std::string status = "IN_PROGRESS";
  std::string reason;
  SimTime started{};
  std::optional<SimTime> ended;
  std::deque<TaskExecution> tasks;
};

struct Window {
  std::string id;  // "mw-00000000000000001"
  Place place;
  WindowSpec spec;
  SimTime created{};
  SimTime modified{};
  std::map<std::string, WindowTarget> targets;
  std::map<std::string, WindowTask> tasks;
  std::deque<WindowExecution> executions;  // the newest first
  Ticket next;
};

}  // namespace opsim::maintenance_windows
