// AWS: Systems Manager API Reference, CreateMaintenanceWindow (Duration 1 to 24 hours, Cutoff 0 to
// 23, ScheduleOffset 1 to 6), RegisterTaskWithMaintenanceWindow (Priority 0 to 5; MaxConcurrency,
// MaxErrors).
#include <fmt/format.h>

#include <algorithm>

#include "models/maintenance_windows/window.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::maintenance_windows {

namespace {

ApiError refuse_window(std::string message) { return {"ValidationException", std::move(message)}; }

constexpr std::string_view kTaskTypes[] = {"RUN_COMMAND", "AUTOMATION", "LAMBDA", "STEP_FUNCTIONS"};

/// Seven fields: the first are the seconds. Leaves the six others in `text`.
std::optional<Duration> take_seconds(std::string& text) {
  if (!text.starts_with("cron(") || std::ranges::count(text, ' ') != 6) return Duration{};
  const auto blank = text.find(' ');
  const auto seconds = input::integer(Json(text.substr(5, blank - 5)));
  if (!seconds || *seconds < 0 || *seconds > 59) return std::nullopt;
  text = "cron(" + text.substr(blank + 1);
  return std::chrono::seconds{*seconds};
}

std::optional<ApiError> read_hours(const Json& input, std::string_view name, std::int64_t least,
                                   std::int64_t most, std::int64_t& hours) {
  const Json& given = input::member(input, name);
  if (!given.is_null()) hours = input::integer(given).value_or(-1);
  if (hours >= least && hours <= most) return std::nullopt;
  return refuse_window(
      fmt::format("{} is {}; from {} to {} hours", name, input::text(given), least, most));
}

std::optional<ApiError> read_dates(const Json& input, WindowSpec& spec) {
  for (const auto& [name, date] :
       {std::pair{"StartDate", &spec.start_date}, std::pair{"EndDate", &spec.end_date}}) {
    const std::string text = input::text(input, name);
    if (text.empty()) continue;
    *date = parse_iso8601(text);
    if (!*date)
      return refuse_window(fmt::format("{} is {}; an ISO 8601 time", name, opsim::quoted(text)));
  }
  return std::nullopt;
}

std::optional<ApiError> read_schedule(const Json& input, WindowSpec& spec) {
  const std::string given = input::text(input, "Schedule");
  const std::string zone = input::text(input, "ScheduleTimezone");
  const auto offset = input::integer(input, "ScheduleOffset");
  if (offset && (*offset < 1 || *offset > 6))
    return refuse_window(fmt::format("ScheduleOffset is {}; from 1 to 6 days", *offset));
  const std::string text = given.empty() ? spec.schedule.text : given;
  if (text.empty()) return refuse_window("Schedule is required");
  if (offset && !text.starts_with("cron("))
    return refuse_window("ScheduleOffset needs a cron expression");
  ApiResult<WindowSchedule> schedule = WindowSchedule::parse(
      text, zone.empty() ? spec.schedule.zone.name() : zone,
      static_cast<int>(offset.value_or(given.empty() ? spec.schedule.offset_days : 0)));
  if (!schedule) return schedule.error();
  spec.schedule = *std::move(schedule);
  return std::nullopt;
}

}  // namespace

ApiResult<WindowSchedule> WindowSchedule::parse(std::string_view text, std::string_view zone,
                                                int offset_days) {
  WindowSchedule made;
  made.text = text;
  made.offset_days = offset_days;
  if (!zone.empty()) {
    const auto found = TimeZone::find(zone);
    if (!found) return refuse_window(TimeZone::unknown(zone));
    made.zone = *found;
  }
  std::string plain{text};
  const auto seconds = take_seconds(plain);
  const auto expression = schedule::parse(plain);
  if (!seconds || !expression)
    return refuse_window(
        fmt::format("Schedule is {}; a cron, rate or at expression", opsim::quoted(text)));
  made.seconds = *seconds;
  made.expression = *expression;
  return made;
}

std::optional<SimTime> WindowSchedule::next(SimTime anchor, SimTime after) const {
  // Days of the offset are days on the wall: an hour of daylight saving in between stays out.
  const LocalTime base = zone.to_local(after) - std::chrono::days{offset_days} - seconds;
  const SimTime from =
      offset_days == 0 ? zone.to_utc(base).first : std::max(anchor, zone.to_utc(base).first);
  auto found = schedule::next_time(expression, zone, anchor, from);
  while (found) {
    const SimTime due =
        zone.to_utc(zone.to_local(*found) + std::chrono::days{offset_days} + seconds).first;
    if (due > after) return due;
    found = schedule::next_time(expression, zone, anchor, *found);
  }
  return std::nullopt;
}

/// maintenance-windows-schedule-options, example 2: a rate counts from StartDate.
/// CreateMaintenanceWindow: from now where StartDate has passed.
std::optional<SimTime> Window::opens_after(SimTime time) const {
  const SimTime begin = std::max(created, spec.start_date.value_or(created));
  const bool counts = std::holds_alternative<schedule::Rate>(spec.schedule.expression);
  const SimTime after = begin > time ? begin - std::chrono::nanoseconds{1} : time;
  const auto due = spec.schedule.next(counts ? begin : created, after);
  if (!due || (spec.end_date && *due > *spec.end_date)) return std::nullopt;
  return due;
}

ApiResult<WindowSpec> read_window(const Json& input, const WindowSpec* base) {
  WindowSpec spec = base == nullptr ? WindowSpec{} : *base;
  if (std::string name = input::text(input, "Name"); !name.empty()) spec.name = std::move(name);
  if (spec.name.size() < 3 || spec.name.size() > 128)
    return refuse_window("Name is required, with 3 to 128 characters");
  if (base == nullptr)
    for (const char* required : {"Duration", "Cutoff", "AllowUnassociatedTargets"})
      if (input::member(input, required).is_null())
        return refuse_window(fmt::format("{} is required", required));
  if (auto wrong = read_hours(input, "Duration", 1, 24, spec.duration_hours)) return *wrong;
  if (auto wrong = read_hours(input, "Cutoff", 0, 23, spec.cutoff_hours)) return *wrong;
  if (spec.cutoff_hours >= spec.duration_hours)
    return refuse_window("Cutoff must be less than Duration");
  if (auto wrong = read_dates(input, spec)) return *wrong;
  if (auto wrong = read_schedule(input, spec)) return *wrong;
  spec.allow_unassociated =
      input::boolean(input, "AllowUnassociatedTargets").value_or(spec.allow_unassociated);
  spec.enabled = input::boolean(input, "Enabled").value_or(spec.enabled);
  if (!input::member(input, "Description").is_null())
    spec.description = input::text(input, "Description");
  return spec;
}

std::string_view to_string(TaskType type) { return kTaskTypes[static_cast<std::size_t>(type)]; }

ApiResult<WindowTask> read_task(const Json& input, WindowTask base) {
  if (const std::string type = input::text(input, "TaskType"); !type.empty()) {
    const auto known = std::ranges::find(kTaskTypes, type);
    if (known == std::end(kTaskTypes))
      return refuse_window(fmt::format("TaskType is {}; {}{}", opsim::quoted(type),
                                       one_of_text(kTaskTypes), did_you_mean(type, kTaskTypes)));
    base.type = static_cast<TaskType>(known - kTaskTypes);
  }
  for (const auto& [name, member] :
       {std::pair{"Name", &base.name}, std::pair{"TaskArn", &base.arn},
        std::pair{"ServiceRoleArn", &base.role}, std::pair{"MaxConcurrency", &base.max_concurrency},
        std::pair{"MaxErrors", &base.max_errors}})
    if (std::string text = input::text(input, name); !text.empty()) *member = std::move(text);
  if (base.arn.empty()) return refuse_window("TaskArn is required");
  if (const Json& targets = input::member(input, "Targets"); targets.is_array())
    base.targets = targets;
  if (const Json& how = input::member(input, "TaskInvocationParameters"); how.is_object())
    base.invocation = how;
  if (const Json& alarm = input::member(input, "AlarmConfiguration"); alarm.is_object())
    base.alarm = alarm;
  if (!input::member(input, "Priority").is_null())
    base.priority = input::integer(input, "Priority").value_or(-1);
  if (base.priority < 0) return refuse_window("Priority must be 0 or more; the lowest goes first");
  // troubleshooting-maintenance-windows: the messages. UNDOCUMENTED: that the placeholder 1, which
  // lists show, is taken.
  if (base.targets.empty())
    for (const auto& [name, limit] : {std::pair{"MaxConcurrency", &base.max_concurrency},
                                      std::pair{"MaxErrors", &base.max_errors}}) {
      if (!limit->empty() && *limit != kNoTargetLimit)
        return refuse_window(
            fmt::format("Maintenance window tasks without targets do not support {} values", name));
      limit->clear();
    }
  if (!base.targets.empty() && (base.max_concurrency.empty() || base.max_errors.empty()))
    return refuse_window("a task with Targets needs MaxConcurrency and MaxErrors");
  if (base.type == TaskType::run_command && base.targets.empty())
    return refuse_window("a RUN_COMMAND task needs Targets");
  const std::string cutoff = input::text(input, "CutoffBehavior");
  if (!cutoff.empty() && cutoff != "CANCEL_TASK" && cutoff != "CONTINUE_TASK")
    return refuse_window("CutoffBehavior is CANCEL_TASK or CONTINUE_TASK");
  if (!cutoff.empty()) base.cancels_at_cutoff = cutoff == "CANCEL_TASK";
  return base;
}

}  // namespace opsim::maintenance_windows
