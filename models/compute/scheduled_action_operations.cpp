// Scheduled actions at work.
// UNDOCUMENTED: the wording of refusals.
#include "models/compute/scheduled_action_operations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/compute/autoscaling_operations.hpp"
#include "models/compute/ec2_resources.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::compute {

namespace {

// Service quotas, EC2 Auto Scaling: "Scheduled actions per Auto Scaling group: 125".
constexpr std::int64_t kMostActions = 125;
// API BatchPutScheduledUpdateGroupAction: "one or more scheduled actions, maximum of 50".
constexpr std::size_t kMostInBatch = 50;

ApiError schedule_error(std::string message) { return {"ValidationError", std::move(message)}; }

std::string key_text(const Json& members, std::string_view name) {
  return input::text(members, name);
}

ApiResult<Json> read_sizes(const Json& members) {
  Json sizes = Json::object();
  for (const char* name : {"MinSize", "MaxSize", "DesiredCapacity"}) {
    const Json& given = input::member(members, name);
    if (given.is_null()) continue;
    const auto size = input::integer(given);
    if (!size || *size < 0) return schedule_error(fmt::format("{} is not a whole number", name));
    sizes[name] = *size;
  }
  if (sizes.empty())
    return schedule_error("At least one of MinSize, MaxSize and DesiredCapacity must be specified");
  const auto above = [&](const char* small, const char* large) {
    return sizes.contains(small) && sizes.contains(large) &&
           sizes[small].get<std::int64_t>() > sizes[large].get<std::int64_t>();
  };
  if (above("MinSize", "MaxSize")) return schedule_error("Min bound must be less than max bound");
  if (above("MinSize", "DesiredCapacity") || above("DesiredCapacity", "MaxSize"))
    return schedule_error("Desired capacity must lie between the min and the max bound");
  return sizes;
}

std::optional<ApiError> read_times(const Json& members, ScheduledAction& action) {
  const auto read = [&](std::string_view name, std::optional<SimTime>& into) {
    if (input::member(members, name).is_null()) return true;
    into = input::time(members, name);
    return into.has_value();
  };
  // "Time: deprecated, use StartTime."
  if (!read("Time", action.start) || !read("StartTime", action.start))
    return schedule_error("StartTime is no time such as 2026-03-02T09:00:00Z");
  if (!read("EndTime", action.end))
    return schedule_error("EndTime is no time such as 2026-03-02T09:00:00Z");
  if (action.start && action.end && *action.end <= *action.start)
    return schedule_error("EndTime must be after StartTime");
  action.recurrence = key_text(members, "Recurrence");
  if (!action.recurrence.empty()) {
    action.cron = schedule::parse_unix_cron(action.recurrence);
    if (!action.cron)
      return schedule_error(fmt::format(
          "Given recurrence string:{} is invalid; expected five fields of Unix cron, such as "
          "\"30 8 * * 1-5\"",
          action.recurrence));
  } else if (!action.start) {
    return schedule_error("Either StartTime or Recurrence must be specified");
  }
  if (const std::string zone = key_text(members, "TimeZone"); !zone.empty()) {
    const auto found = TimeZone::find(zone);
    if (!found) return schedule_error(TimeZone::unknown(zone));
    action.zone = *found;
  }
  return std::nullopt;
}

ApiResult<ScheduledAction> read_action(const Json& members, const Place& place) {
  ScheduledAction action;
  action.place = place;
  action.group = key_text(members, "AutoScalingGroupName");
  action.name = key_text(members, "ScheduledActionName");
  ApiResult<Json> sizes = read_sizes(members);
  if (!sizes) return sizes.error();
  action.sizes = *std::move(sizes);
  if (auto wrong = read_times(members, action)) return *std::move(wrong);
  return action;
}

void tell(Groups& groups, const ScheduledAction& action, std::string text, Json detail) {
  const Resources& known = groups.cloud.resources();
  groups.cloud.journal().write({.kind = EntryKind::resource,
                                .level = Level::story,
                                .subject = std::string{known.name_of(action.group)},
                                .text = std::move(text),
                                .source = action.source,
                                .detail = std::move(detail)});
}

/// What an action changes. "If MinSize is above the desired capacity, that is raised to it;
/// likewise MaxSize lowers it."
void resize(Groups& groups, Group& group, const ScheduledAction& action) {
  const std::int64_t before = group.spec.desired;
  ApiResult<GroupSpec> spec = updated_group_spec(group.spec, action.sizes);
  if (!spec)
    return tell(groups, action,
                fmt::format("scheduled action {} fails: {}", action.name, spec.error().message),
                {{"act", "refused"}});
  group.spec = *std::move(spec);
  const Resources& known = groups.cloud.resources();
  const CauseId entry = groups.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = std::string{known.name_of(group.name)},
       .text = fmt::format("capacity {} to {}, desired {} -> {}, by scheduled action {}",
                           group.spec.min_size, group.spec.max_size, before, group.spec.desired,
                           action.name),
       .source = action.source,
       .detail = {{"act", "scaled"}, {"from", before}, {"to", group.spec.desired}}});
  const CauseScope because{groups.sim(), entry};
  balance_because(groups, group,
                  fmt::format("a scheduled action update of AutoScalingGroup constraints to min: "
                              "{}, max: {}, desired: {}",
                              group.spec.min_size, group.spec.max_size, group.spec.desired),
                  before);
}

void arm(Groups& groups, ScheduledAction& action);

void run_action(Groups& groups, const ScheduledActionKey& key) {
  const auto found = groups.scheduled.find(key);
  if (found == groups.scheduled.end()) return;
  ScheduledAction& action = found->second;
  Group* group = groups.find(action.place, action.group);
  // "Suspend and resume processes": what is due meanwhile does not run, and is not made up for.
  if (group != nullptr && !group->suspended.contains("ScheduledActions"))
    resize(groups, *group, action);
  arm(groups, action);
}

/// Waits for the next time. One that is over is forgotten: DescribeScheduledActions tells of "the
/// scheduled actions that haven't run or that have not reached their end time".
void arm(Groups& groups, ScheduledAction& action) {
  ScheduledActionKey key{action.place, action.group, action.name};
  const std::optional<SimTime> due = action.due_after(groups.sim().now());
  if (!due) {
    groups.scheduled.erase(key);
    return;
  }
  action.next = groups.sim().at(*due, [&groups, key = std::move(key)] { run_action(groups, key); });
}

void keep(Groups& groups, ScheduledAction action) {
  const ScheduledActionKey key{action.place, action.group, action.name};
  action.arn =
      arn(action.place, "autoscaling",
          fmt::format("scheduledUpdateGroupAction:{}:autoScalingGroupName/{}:"
                      "scheduledActionName/{}",
                      groups.cloud.next_uuid("scheduled action"), action.group, action.name));
  const auto [found, fresh] = groups.scheduled.try_emplace(key);
  if (!fresh) groups.sim().cancel(found->second.next);
  found->second = std::move(action);
  arm(groups, found->second);
}

std::int64_t actions_of(const Groups& groups, const Place& place, const std::string& group) {
  return std::ranges::count_if(groups.scheduled, [&](const auto& one) {
    return one.second.place == place && one.second.group == group;
  });
}

/// The members of one action, beside the name of its group.
std::optional<ApiError> put_one(Groups& groups, const Place& place, const Json& members) {
  ApiResult<ScheduledAction> action = read_action(members, place);
  if (!action) return action.error();
  if (action->name.empty() || action->name.size() > 255)
    return schedule_error("ScheduledActionName must be 1 to 255 characters");
  const bool fresh = !groups.scheduled.contains({place, action->group, action->name});
  if (fresh && actions_of(groups, place, action->group) >= kMostActions)
    return ApiError{"LimitExceeded",
                    fmt::format("A group has at most {} scheduled actions", kMostActions)};
  // "If you try to schedule your action in the past, Amazon EC2 Auto Scaling returns an error."
  const SimTime now = groups.sim().now();
  if (action->start && *action->start < now)
    return schedule_error("Given start time is in the past");
  if (action->end && *action->end < now) return schedule_error("Given end time is in the past");
  keep(groups, *std::move(action));
  return std::nullopt;
}

Json described(const ScheduledAction& action) {
  Json json{{"AutoScalingGroupName", action.group},
            {"ScheduledActionName", action.name},
            {"ScheduledActionARN", action.arn}};
  json.update(action.sizes);
  if (action.start) json["StartTime"] = json["Time"] = time_text(*action.start);
  if (action.end) json["EndTime"] = time_text(*action.end);
  if (!action.recurrence.empty()) json["Recurrence"] = action.recurrence;
  if (action.zone != TimeZone{}) json["TimeZone"] = std::string{action.zone.name()};
  return json;
}

bool forget(Groups& groups, const Place& place, const std::string& group, const std::string& name) {
  const auto found = groups.scheduled.find({place, group, name});
  if (found == groups.scheduled.end()) return false;
  groups.sim().cancel(found->second.next);
  groups.scheduled.erase(found);
  return true;
}

Json failed_action(const std::string& name, const ApiError& error) {
  return {
      {"ScheduledActionName", name}, {"ErrorCode", error.code}, {"ErrorMessage", error.message}};
}

}  // namespace

ApiResult<Json> put_scheduled_action(Groups& groups, const Request& request) {
  if (const auto group = named_group(groups, request); !group) return group.error();
  if (auto wrong = put_one(groups, request.place(), request.input)) return *std::move(wrong);
  return Json::object();
}

ApiResult<Json> batch_put_scheduled_action(Groups& groups, const Request& request) {
  const auto group = named_group(groups, request);
  if (!group) return group.error();
  const Json& many = input::member(request.input, "ScheduledUpdateGroupActions");
  if (!many.is_array() || many.size() > kMostInBatch)
    return schedule_error("ScheduledUpdateGroupActions must be a list of at most 50");
  Json failed = Json::array();
  for (Json one : many) {
    if (!one.is_object()) return schedule_error("A scheduled action is a mapping of its members");
    one["AutoScalingGroupName"] = (*group)->name;
    if (const auto wrong = put_one(groups, request.place(), one))
      failed.push_back(failed_action(key_text(one, "ScheduledActionName"), *wrong));
  }
  return Json{{"FailedScheduledUpdateGroupActions", std::move(failed)}};
}

ApiResult<Json> describe_scheduled_actions(Groups& groups, const Request& request) {
  const std::string group = key_text(request.input, "AutoScalingGroupName");
  const std::vector<std::string> names = input::texts(request.input, "ScheduledActionNames");
  const auto from = input::time(request.input, "StartTime");
  const auto until = input::time(request.input, "EndTime");
  Json found = Json::array();
  for (const auto& [key, action] : groups.scheduled) {
    if (action.place != request.place() || (!group.empty() && action.group != group)) continue;
    const bool named = names.empty() || std::ranges::count(names, action.name) > 0 ||
                       std::ranges::count(names, action.arn) > 0;
    // "If scheduled action names are provided, this property is ignored", both times.
    const bool early = names.empty() && from && action.start && *action.start < *from;
    const bool late = names.empty() && until && action.start && *action.start > *until;
    if (named && !early && !late) found.push_back(described(action));
  }
  return Json{{"ScheduledUpdateGroupActions", std::move(found)}};
}

ApiResult<Json> delete_scheduled_action(Groups& groups, const Request& request) {
  const auto group = named_group(groups, request);
  if (!group) return group.error();
  const std::string name = key_text(request.input, "ScheduledActionName");
  if (!forget(groups, request.place(), (*group)->name, name))
    return schedule_error("Scheduled action name not found");
  return Json::object();
}

ApiResult<Json> batch_delete_scheduled_action(Groups& groups, const Request& request) {
  const auto group = named_group(groups, request);
  if (!group) return group.error();
  Json failed = Json::array();
  for (const std::string& name : input::texts(request.input, "ScheduledActionNames"))
    if (!forget(groups, request.place(), (*group)->name, name))
      failed.push_back(failed_action(name, schedule_error("Scheduled action name not found")));
  return Json{{"FailedScheduledActions", std::move(failed)}};
}

// ---- AWS::AutoScaling::ScheduledAction ----

namespace {

constexpr Shape kScheduleText{.kind = Kind::text};
constexpr Shape kScheduleSize{.kind = Kind::integer};
constexpr Shape kRecurrence{.kind = Kind::text, .example = "30 8 * * 1-5"};
constexpr Field kScheduledActionFields[] = {
    {.name = "AutoScalingGroupName", .shape = &kScheduleText, .need = Need::required},
    {.name = "DesiredCapacity", .shape = &kScheduleSize},
    {.name = "EndTime", .shape = &kScheduleText},
    {.name = "MaxSize", .shape = &kScheduleSize},
    {.name = "MinSize", .shape = &kScheduleSize},
    {.name = "Recurrence", .shape = &kRecurrence},
    {.name = "StartTime", .shape = &kScheduleText},
    {.name = "TimeZone", .shape = &kScheduleText},
};

}  // namespace

constexpr Shape kScheduledActionProperties{.kind = Kind::mapping,
                                           .name = "ScheduledAction",
                                           .doc = "Sizes that a group takes at known times.",
                                           .fields = kScheduledActionFields};

/// The stack may have stood for years: what lies in the past has run already.
ApiResult<Created> create_scheduled_action(Groups& groups, const ResourceRequest& request) {
  ApiResult<ScheduledAction> action = read_action(request.properties, request.place);
  if (!action) return action.error();
  action->name = generated_name(request);
  action->source = request.source;
  Created created{.physical_id = action->name,
                  .attributes = {{"ScheduledActionName", action->name}}};
  keep(groups, *std::move(action));
  return created;
}

}  // namespace opsim::compute
