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
  /// A rate counts from the anchor; a cron that came before it is over, whatever its offset.
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

/// Shown as MaxConcurrency and MaxErrors of a task without targets; means nothing.
inline constexpr std::string_view kNoTargetLimit = "1";

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
  Json alarm;                      // AlarmConfiguration
};
ApiResult<WindowTask> read_task(const Json& input, WindowTask base = {});

/// A task on one target.
struct TaskInvocation {
  std::string id;
  std::string window_target;      // of a registered target
  std::string owner_information;  // of that target
  std::string run_id;             // of the command, automation or state machine
  Json parameters;                // what it was called with
  std::string status = "IN_PROGRESS";
  std::string reason;
  SimTime started{};
  std::optional<SimTime> ended;
};
struct TaskExecution {
  std::string id;
  WindowTask task;  // as it was when it began
  std::deque<TaskInvocation> invocations;
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
  bool cancelled = false;  // CancelMaintenanceWindowExecution: no further task starts
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

  /// When it opens next after a time, between its start and its end.
  [[nodiscard]] std::optional<SimTime> opens_after(SimTime time) const;
};

}  // namespace opsim::maintenance_windows
