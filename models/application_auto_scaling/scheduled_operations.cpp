// Scheduled actions: other limits at known times.
// AWS: User Guide, "Scheduled scaling for Application Auto Scaling"; API PutScheduledAction,
// DescribeScheduledActions, DeleteScheduledAction. An action at its time "scales out if the current
// capacity is below MinCapacity, in if it is above MaxCapacity".
// SIMPLIFIED: an action runs on its second; AWS: "within seconds".
#include <fmt/format.h>

#include <algorithm>

#include "models/application_auto_scaling/application_auto_scaling.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::application_auto_scaling {

namespace {

double seconds_of_action(SimTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

/// When it runs next after `after`; nothing once it is over. A rate counts from StartTime, else
/// from when it was put, which is its first time.
std::optional<SimTime> due_after(const ScheduledAction& action, SimTime after) {
  const SimTime anchor = action.starts.value_or(action.created);
  if (action.starts && *action.starts > after) after = *action.starts - Duration{1};
  const auto due = schedule::next_time(action.schedule, action.zone, anchor, after);
  return due && action.ends && *due > *action.ends ? std::nullopt : due;
}

void arm(ApplicationAutoScaling& all, const ScheduledKey& key);

void run_action(ApplicationAutoScaling& all, const ScheduledKey& key) {
  const auto found = all.scheduled.find(key);
  if (found == all.scheduled.end()) return;
  const ScheduledAction& action = found->second;
  Target* target = all.find(key.first);
  if (target != nullptr && !target->schedule_suspended) {
    target->lowest = action.lowest.value_or(target->lowest);
    target->highest = action.highest.value_or(target->highest);
    // An action that gives only one of the two may have crossed the other.
    if (target->lowest > target->highest)
      (action.highest ? target->lowest : target->highest) =
          action.highest ? target->highest : target->lowest;
    const CauseId entry = all.cloud.journal().write(
        {.kind = EntryKind::resource,
         .level = Level::story,
         .subject = all.display(key.first),
         .text =
             fmt::format("{} between {} and {}, by scheduled action {}",
                         target->dimension->quantity, target->lowest, target->highest, action.name),
         .source = action.source.empty() ? target->source : action.source,
         .detail = {{"act", "limited"}}});
    const CauseScope because{all.sim(), entry};
    keep_within(all, *target);
  }
  arm(all, key);
}

/// Waits for the next time. One that is over is deleted.
void arm(ApplicationAutoScaling& all, const ScheduledKey& key) {
  ScheduledAction& action = all.scheduled.at(key);
  const auto due = due_after(action, all.now());
  if (!due) {
    all.scheduled.erase(key);
    return;
  }
  action.next = all.sim().at(*due, [&all, key] { run_action(all, key); });
}

std::optional<ApiError> read_limits(const Json& members, ScheduledAction& action) {
  const Json& limits = input::member(members, "ScalableTargetAction");
  action.lowest = input::integer(limits, "MinCapacity");
  action.highest = input::integer(limits, "MaxCapacity");
  if (!action.lowest && !action.highest)
    return invalid("ScalableTargetAction needs MinCapacity or MaxCapacity");
  if (action.lowest.value_or(0) < 0 || action.highest.value_or(0) < 0)
    return invalid("Minimum and maximum capacity must not be negative");
  if (action.lowest && action.highest && *action.lowest > *action.highest)
    return invalid("Maximum capacity cannot be less than minimum capacity");
  return std::nullopt;
}

ApiResult<ScheduledAction> read_action(const TargetKey& key, const Json& members) {
  ScheduledAction action;
  action.target = key;
  action.name = input::text(members, "ScheduledActionName");
  if (action.name.empty() || action.name.size() > 256)
    return invalid("ScheduledActionName must be 1 to 256 characters");
  action.schedule_text = input::text(members, "Schedule");
  const auto expression = schedule::parse(action.schedule_text);
  if (!expression)
    return invalid(
        fmt::format("Schedule '{}' is neither at(yyyy-mm-ddThh:mm:ss), rate(value unit) "
                    "nor cron(fields)",
                    action.schedule_text));
  action.schedule = *expression;
  action.zone_text = input::text(members, "Timezone");
  if (!action.zone_text.empty()) {
    const auto zone = TimeZone::find(action.zone_text);
    if (!zone) return invalid(TimeZone::unknown(action.zone_text));
    action.zone = *zone;
  }
  action.starts = input::time(members, "StartTime");
  action.ends = input::time(members, "EndTime");
  if (action.starts && action.ends && *action.starts >= *action.ends)
    return invalid("EndTime must be after StartTime");
  if (auto wrong = read_limits(members, action)) return *std::move(wrong);
  return action;
}

Json action_json(const ScheduledAction& action) {
  Json limits = Json::object();
  if (action.lowest) limits["MinCapacity"] = *action.lowest;
  if (action.highest) limits["MaxCapacity"] = *action.highest;
  Json json{{"ScheduledActionName", action.name},
            {"ScheduledActionARN", action.arn},
            {"ServiceNamespace", namespace_of(action.target)},
            {"ResourceId", action.target.resource},
            {"ScalableDimension", action.target.dimension},
            {"Schedule", action.schedule_text},
            {"ScalableTargetAction", std::move(limits)},
            {"CreationTime", seconds_of_action(action.created)}};
  if (!action.zone_text.empty()) json["Timezone"] = action.zone_text;
  if (action.starts) json["StartTime"] = seconds_of_action(*action.starts);
  if (action.ends) json["EndTime"] = seconds_of_action(*action.ends);
  return json;
}

}  // namespace

std::optional<ApiError> keep_scheduled(ApplicationAutoScaling& all, const TargetKey& key,
                                       const Json& members, const std::string& source) {
  if (all.find(key) == nullptr) return not_registered(key);
  ApiResult<ScheduledAction> action = read_action(key, members);
  if (!action) return action.error();
  action->created = all.now();
  action->source = source;
  action->arn = opsim::arn(key.place, "autoscaling",
                           fmt::format("scheduledAction:{}:resource/{}/{}:scheduledActionName/{}",
                                       all.cloud.next_uuid("application auto scaling schedule"),
                                       namespace_of(key), key.resource, action->name));
  const ScheduledKey named{key, action->name};
  const auto [found, fresh] = all.scheduled.try_emplace(named);
  if (!fresh) all.sim().cancel(found->second.next);
  found->second = *std::move(action);
  arm(all, named);
  return std::nullopt;
}

void forget_scheduled(ApplicationAutoScaling& all, const TargetKey& key) {
  std::erase_if(all.scheduled, [&](const auto& one) {
    if (one.first.first != key) return false;
    all.sim().cancel(one.second.next);
    return true;
  });
}

ApiResult<Json> put_scheduled_action(ApplicationAutoScaling& all, const Request& request) {
  const auto key = read_key(request.place(), request.input);
  if (!key) return key.error();
  if (auto wrong = keep_scheduled(all, *key, request.input, "")) return *std::move(wrong);
  return Json::object();
}

ApiResult<Json> describe_scheduled_actions(ApplicationAutoScaling& all, const Request& request) {
  const std::string of = input::text(request.input, "ServiceNamespace");
  if (!is_namespace(of)) return invalid(fmt::format("ServiceNamespace '{}' is not known", of));
  const std::string resource = input::text(request.input, "ResourceId");
  const std::string dimension = input::text(request.input, "ScalableDimension");
  const std::vector<std::string> names = input::texts(request.input, "ScheduledActionNames");
  Json found = Json::array();
  for (const auto& [key, action] : all.scheduled) {
    if (action.target.place != request.place() || namespace_of(action.target) != of) continue;
    if (!resource.empty() && action.target.resource != resource) continue;
    if (!dimension.empty() && action.target.dimension != dimension) continue;
    if (!names.empty() && std::ranges::find(names, action.name) == names.end()) continue;
    found.push_back(action_json(action));
  }
  return Json{{"ScheduledActions", std::move(found)}};
}

ApiResult<Json> delete_scheduled_action(ApplicationAutoScaling& all, const Request& request) {
  const auto key = read_key(request.place(), request.input);
  if (!key) return key.error();
  const std::string name = input::text(request.input, "ScheduledActionName");
  const auto found = all.scheduled.find({*key, name});
  if (found == all.scheduled.end())
    return ApiError{"ObjectNotFoundException",
                    fmt::format("No scheduled action found for service namespace: {}, resource ID: "
                                "{}, scalable dimension: {}, scheduled action name: {}",
                                namespace_of(*key), key->resource, key->dimension, name)};
  all.sim().cancel(found->second.next);
  all.scheduled.erase(found);
  return Json::object();
}

}  // namespace opsim::application_auto_scaling
