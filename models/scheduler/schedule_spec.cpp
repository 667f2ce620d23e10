// A schedule as the API and CloudFormation write it.
// AWS: EventBridge Scheduler API Reference, API_CreateSchedule.
#include <fmt/format.h>

#include <algorithm>

#include "models/scheduler/scheduler.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::scheduler {

namespace {

ApiError invalid(std::string message) { return {"ValidationException", std::move(message)}; }

ApiError constraint(std::string_view value, std::string_view member, std::string_view must) {
  return invalid(
      fmt::format("1 validation error detected: Value {} at '{}' failed to satisfy constraint: {}",
                  value, member, must));
}

bool is_name(std::string_view name) {
  constexpr std::string_view allowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_";
  return !name.empty() && name.size() <= 64 && name.find_first_not_of(allowed) == name.npos;
}

std::string as_text(const Json& value) {
  return value.is_object() || value.is_array() ? value.dump() : input::text(value);
}

/// The words: measured 2026-09-07 (github.com/badmintoncryer/cdk-preflight,
/// pf-scheduler-flexible-window).
std::optional<ApiError> read_window(const Json& input, Schedule& schedule) {
  const Json& window = input::member(input, "FlexibleTimeWindow");
  const std::string mode = input::text(window, "Mode");
  if (mode.empty()) return constraint("null", "flexibleTimeWindow", "Member must not be null");
  const auto minutes = input::integer(window, "MaximumWindowInMinutes");
  if (mode == "OFF") {
    if (minutes)
      return invalid(
          "MaximumWindowInMinutes must not be provided when FlexibleTimeWindowMode is set to OFF.");
    return {};
  }
  if (mode != "FLEXIBLE")
    return constraint("'" + mode + "'", "flexibleTimeWindow.mode",
                      "Member must satisfy enum value set: [OFF, FLEXIBLE]");
  if (!minutes)
    return invalid(
        "MaximumWindowInMinutes must be provided when FlexibleTimeWindowMode is set to FLEXIBLE.");
  if (*minutes < 1 || *minutes > 1'440)
    return constraint(std::to_string(*minutes), "flexibleTimeWindow.maximumWindowInMinutes",
                      "Member must have value between 1 and 1440");
  schedule.window = std::chrono::minutes{*minutes};
  return {};
}

std::optional<ApiError> read_retry(const Json& input, Target& target) {
  const Json& retry = input::member(input, "RetryPolicy");
  const auto attempts = input::integer(retry, "MaximumRetryAttempts").value_or(185);
  const auto age = input::integer(retry, "MaximumEventAgeInSeconds").value_or(86'400);
  if (attempts < 0 || attempts > 185)
    return constraint(std::to_string(attempts), "target.retryPolicy.maximumRetryAttempts",
                      "Member must have value between 0 and 185");
  if (age < 60 || age > 86'400)
    return constraint(std::to_string(age), "target.retryPolicy.maximumEventAgeInSeconds",
                      "Member must have value between 60 and 86400");
  target.maximum_retry_attempts = static_cast<int>(attempts);
  target.maximum_event_age = std::chrono::seconds{age};
  target.dead_letter_arn = input::text(input::member(input, "DeadLetterConfig"), "Arn");
  return {};
}

std::optional<ApiError> read_target(const Place& place, const Json& input, Target& target) {
  const Json& given = input::member(input, "Target");
  if (!given.is_object()) return constraint("null", "target", "Member must not be null");
  target.spec = given;
  target.arn = input::text(given, "Arn");
  target.role_arn = input::text(given, "RoleArn");
  target.input = as_text(input::member(given, "Input"));
  if (target.arn.empty()) return constraint("null", "target.arn", "Member must not be null");
  if (target.role_arn.empty())
    return constraint("null", "target.roleArn", "Member must not be null");
  if (auto error = check_target(place, target)) return error;
  return read_retry(given, target);
}

/// API_Target, RoleArn: the role must trust Scheduler, which is found out at once. Roles that
/// nothing here made, or whose trust says nothing, pass. SIMPLIFIED: conditions of the trust hold.
std::optional<ApiError> check_trust(Scheduler& scheduler, const Target& target) {
  const std::optional<Arn> role = Arn::parse(target.role_arn);
  if (!role) return {};
  const std::string name = role->resource.substr(role->resource.rfind('/') + 1);
  const ApiResult<Json> told =
      scheduler.cloud.inspect(role->place(), "iam", "GetRole", {{"RoleName", name}});
  if (!told) return {};
  Json trust = input::member(input::member(*told, "Role"), "AssumeRolePolicyDocument");
  if (trust.is_string()) trust = Json::parse(trust.get<std::string>(), nullptr, false);
  const Json& written = input::member(trust, "Statement");
  const Json statements = written.is_object() ? Json::array({written}) : written;
  if (!statements.is_array() || statements.empty()) return {};
  for (const Json& statement : statements) {
    const Json& who = input::member(statement, "Principal");
    const std::vector<std::string> services = input::texts(who, "Service");
    const bool named = std::ranges::count(services, "scheduler.amazonaws.com") > 0;
    if (input::text(statement, "Effect") == "Allow" && (named || input::text(who) == "*"))
      return {};
  }
  return invalid(
      "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.");
}

std::optional<ApiError> read_times(Scheduler& scheduler, const Json& input, Schedule& schedule) {
  schedule.expression_text = input::text(input, "ScheduleExpression");
  if (schedule.expression_text.empty())
    return constraint("null", "scheduleExpression", "Member must not be null");
  const auto expression = read_expression(schedule.expression_text);
  if (!expression)
    return invalid(fmt::format("Invalid Schedule Expression {}.", schedule.expression_text));
  schedule.expression = *expression;
  schedule.zone_text = input::text(input, "ScheduleExpressionTimezone");
  if (!schedule.zone_text.empty()) {
    const auto zone = TimeZone::find(schedule.zone_text);
    if (!zone)
      return invalid(fmt::format("Invalid Schedule Expression Timezone {}: {}.", schedule.zone_text,
                                 TimeZone::unknown(schedule.zone_text)));
    schedule.zone = *zone;
  }
  schedule.starts = input::time(input, "StartDate");
  schedule.ends = input::time(input, "EndDate");
  const SimTime now = scheduler.cloud.sim().now();
  if (schedule.starts && *schedule.starts < now - std::chrono::minutes{5})
    return invalid("The StartDate you specify cannot be earlier than 5 minutes ago.");
  if (schedule.starts && schedule.ends && *schedule.starts >= *schedule.ends)
    return invalid("The StartDate you specify must come before the EndDate.");
  return {};
}

}  // namespace

ApiResult<std::shared_ptr<Schedule>> read_schedule(Scheduler& scheduler, const Place& place,
                                                   const Json& input) {
  auto schedule = std::make_shared<Schedule>();
  schedule->place = place;
  schedule->name = input::text(input, "Name");
  if (const std::string group = input::text(input, "GroupName"); !group.empty())
    schedule->group = group;
  if (!is_name(schedule->name))
    return constraint("'" + schedule->name + "'", "name",
                      "Member must satisfy regular expression pattern: [0-9a-zA-Z-_.]+");
  if (!scheduler.at(place).groups.contains(schedule->group))
    return ApiError{"ResourceNotFoundException",
                    fmt::format("Schedule group {} does not exist.", schedule->group), 404};
  schedule->arn = opsim::arn(place, "scheduler",
                             fmt::format("schedule/{}/{}", schedule->group, schedule->name));
  schedule->description = input::text(input, "Description");
  schedule->enabled = input::text(input, "State") != "DISABLED";
  schedule->deletes_itself = input::text(input, "ActionAfterCompletion") == "DELETE";
  schedule->created = schedule->modified = scheduler.cloud.sim().now();
  if (auto error = read_window(input, *schedule)) return std::move(*error);
  if (auto error = read_target(place, input, schedule->target)) return std::move(*error);
  if (auto error = check_trust(scheduler, schedule->target)) return std::move(*error);
  if (auto error = read_times(scheduler, input, *schedule)) return std::move(*error);
  return schedule;
}

}  // namespace opsim::scheduler
