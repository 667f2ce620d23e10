// Operations on schedules.
// AWS: EventBridge Scheduler API Reference.
#include <fmt/format.h>

#include <algorithm>

#include "models/scheduler/scheduler.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::scheduler {

namespace {

double epoch(SimTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

ApiResult<std::shared_ptr<Schedule>> named_schedule(Scheduler& scheduler, const Request& request) {
  std::string group = input::text(request.input, "GroupName");
  if (group.empty()) group = "default";
  const std::string name = input::text(request.input, "Name");
  const Schedules& schedules = scheduler.at(request.place());
  const auto found = schedules.all.find({group, name});
  if (found != schedules.all.end()) return found->second;
  return ApiError{"ResourceNotFoundException", fmt::format("Schedule {} does not exist.", name),
                  404};
}

Json summary(const Schedule& schedule) {
  return {{"Arn", schedule.arn},
          {"Name", schedule.name},
          {"GroupName", schedule.group},
          {"State", schedule.enabled ? "ENABLED" : "DISABLED"},
          {"CreationDate", epoch(schedule.created)},
          {"LastModificationDate", epoch(schedule.modified)}};
}

}  // namespace

ApiResult<Json> create_schedule(Scheduler& scheduler, const Request& request) {
  if (auto again = repeated(scheduler.at(request.place()), request.input)) return *again;
  const auto schedule = read_schedule(scheduler, request.place(), request.input);
  if (!schedule) return schedule.error();
  if (scheduler.at(request.place()).all.contains({(*schedule)->group, (*schedule)->name}))
    return ApiError{"ConflictException",
                    fmt::format("Schedule {} already exists.", (*schedule)->name), 409};
  scheduler.keep(*schedule);
  const Json answer{{"ScheduleArn", (*schedule)->arn}};
  remember(scheduler.at(request.place()), request.input, answer);
  return answer;
}

// API_UpdateSchedule: a full replacement: what is left out takes its default.
ApiResult<Json> update_schedule(Scheduler& scheduler, const Request& request) {
  const auto known = named_schedule(scheduler, request);
  if (!known) return known.error();
  const auto schedule = read_schedule(scheduler, request.place(), request.input);
  if (!schedule) return schedule.error();
  (*schedule)->created = (*known)->created;
  scheduler.keep(*schedule);
  return Json{{"ScheduleArn", (*schedule)->arn}};
}

ApiResult<Json> delete_schedule(Scheduler& scheduler, const Request& request) {
  const auto known = named_schedule(scheduler, request);
  if (!known) return known.error();
  const std::shared_ptr<Schedule> kept = *known;
  scheduler.remove(*kept);
  return Json::object();
}

ApiResult<Json> get_schedule(Scheduler& scheduler, const Request& request) {
  const auto found = named_schedule(scheduler, request);
  if (!found) return found.error();
  const Schedule& schedule = **found;
  Json answer = summary(schedule);
  answer["ScheduleExpression"] = schedule.expression_text;
  answer["ScheduleExpressionTimezone"] = schedule.zone_text.empty() ? "UTC" : schedule.zone_text;
  answer["ActionAfterCompletion"] = schedule.deletes_itself ? "DELETE" : "NONE";
  answer["FlexibleTimeWindow"] = {{"Mode", "OFF"}};
  if (schedule.window > Duration{})
    answer["FlexibleTimeWindow"] = {
        {"Mode", "FLEXIBLE"},
        {"MaximumWindowInMinutes", schedule.window / std::chrono::minutes{1}}};
  answer["Target"] = schedule.target.spec;
  answer["Target"]["RetryPolicy"] = {
      {"MaximumRetryAttempts", schedule.target.maximum_retry_attempts},
      {"MaximumEventAgeInSeconds", schedule.target.maximum_event_age / std::chrono::seconds{1}}};
  if (!schedule.description.empty()) answer["Description"] = schedule.description;
  if (schedule.starts) answer["StartDate"] = epoch(*schedule.starts);
  if (schedule.ends) answer["EndDate"] = epoch(*schedule.ends);
  return answer;
}

ApiResult<Json> list_schedules(Scheduler& scheduler, const Request& request) {
  const Json& input = request.input;
  const std::string group = input::text(input, "GroupName");
  const std::string prefix = input::text(input, "NamePrefix");
  const std::string state = input::text(input, "State");
  const auto limit = static_cast<std::size_t>(std::clamp(
      input::integer(input, "MaxResults").value_or(100), std::int64_t{1}, std::int64_t{100}));
  auto skip = std::max(input::integer(input, "NextToken").value_or(0), std::int64_t{0});
  Json answer{{"Schedules", Json::array()}};
  std::int64_t seen = 0;
  for (const auto& [key, schedule] : scheduler.at(request.place()).all) {
    Json one = summary(*schedule);
    if ((!group.empty() && group != key.first) || !key.second.starts_with(prefix)) continue;
    if (!state.empty() && one["State"] != Json(state)) continue;
    if (seen++ < skip) continue;
    if (answer["Schedules"].size() == limit) {
      answer["NextToken"] = std::to_string(seen - 1);
      break;
    }
    one["Target"] = {{"Arn", schedule->target.arn}};
    answer["Schedules"].push_back(std::move(one));
  }
  return answer;
}

}  // namespace opsim::scheduler
