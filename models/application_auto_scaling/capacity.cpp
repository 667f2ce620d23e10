// What is asked of resources, and what came of it: activities.
// AWS: User Guide, "Scaling activities for Application Auto Scaling"; API ScalingActivity (status
// codes and the wording of Description, Cause and StatusMessage, from its examples).
#include <fmt/format.h>

#include <algorithm>

#include "models/application_auto_scaling/application_auto_scaling.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::application_auto_scaling {

namespace {

// How often it looks whether a resource has what was asked for, and how long: estimates.
constexpr Duration kLooks = 15s;
constexpr Duration kPatience = 30min;

double seconds_of(SimTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

Activity& add_activity(ApplicationAutoScaling& all, Target& target, Activity activity) {
  activity.id = all.cloud.next_uuid("application auto scaling activity");
  activity.start = all.now();
  target.activities.push_front(std::move(activity));
  if (target.activities.size() > kMostActivities) target.activities.pop_back();
  return target.activities.front();
}

Activity* find_activity(Target& target, const std::string& id) {
  const auto found = std::ranges::find(target.activities, id, &Activity::id);
  return found == target.activities.end() ? nullptr : &*found;
}

void override_running(ApplicationAutoScaling& all, Target& target) {
  for (Activity& activity : target.activities) {
    if (activity.status != ActivityStatus::in_progress) continue;
    activity.status = ActivityStatus::overridden;
    activity.end = all.now();
  }
}

/// One change of a capacity, from the call to what came of it.
struct Change {
  TargetKey key;
  std::string activity;  // id
  std::uint64_t number = 0;
  std::int64_t from = 0;
  std::int64_t to = 0;
  std::string policy;  // ARN, or ""
};

/// The cooldown begins "after Application Auto Scaling successfully scales".
void begin_cooldown(ApplicationAutoScaling& all, Target& target, const Change& change) {
  const auto policy = all.policies.find(change.policy);
  if (change.to < change.from) {
    target.in_cooling_until =
        policy == all.policies.end() ? SimTime{} : all.now() + policy->second.in_cooldown;
  } else if (policy != all.policies.end()) {
    policy->second.out_cooling_until = all.now() + policy->second.out_cooldown;
  }
}

void end_change(ApplicationAutoScaling& all, const Change& change, ActivityStatus status,
                std::string message) {
  Target* target = all.find(change.key);
  if (target == nullptr) return;
  Activity* activity = find_activity(*target, change.activity);
  if (activity == nullptr || activity->status != ActivityStatus::in_progress) return;
  activity->status = status;
  activity->end = all.now();
  activity->message = std::move(message);
  if (status != ActivityStatus::failed) {
    begin_cooldown(all, *target, change);
  } else {
    if (change.to < change.from) target->in_cooling_until = {};
    const auto policy = all.policies.find(change.policy);
    if (policy != all.policies.end()) policy->second.out_cooling_until = {};
    all.cloud.journal().write({.kind = EntryKind::note,
                               .level = Level::story,
                               .subject = all.display(change.key),
                               .text = activity->message,
                               .source = target->source,
                               .detail = {{"failed", "scaling"}}});
  }
  for (auto& [arn, policy] : all.policies)  // a threshold may have the capacity in it
    if (policy.target == change.key && policy.tracking &&
        policy.tracking->utilization == Utilization::consumed_sum)
      put_alarms(all, policy, &policy);
}

bool is_newest(ApplicationAutoScaling& all, const Change& change) {
  const Target* target = all.find(change.key);
  return target != nullptr && target->changes == change.number;
}

Process<> make_change(ApplicationAutoScaling& all, Change change, std::vector<CapacityCall> calls) {
  const Dimension& dimension = *find_dimension(change.key.dimension);
  for (CapacityCall& call : calls) {
    Caller caller = service_role(change.key);
    const ApiResult<Json> answer =
        co_await all.cloud.call(std::move(caller), std::move(call.service),
                                std::move(call.operation), std::move(call.input));
    if (answer) continue;
    end_change(all, change, ActivityStatus::failed,
               fmt::format("Failed to set {} to {}. Reason: {}: {}", dimension.quantity, change.to,
                           answer.error().code, answer.error().message));
    co_return;
  }
  const SimTime patience = all.now() + kPatience;
  while (is_newest(all, change)) {
    const auto capacity = dimension.read(all.cloud, change.key.place, change.key.resource);
    if (capacity && capacity->there == change.to) break;
    if (all.now() >= patience) {
      end_change(all, change, ActivityStatus::unfulfilled,
                 fmt::format("Successfully set {} to {}. Change is not fulfilled by {} yet.",
                             dimension.quantity, change.to, dimension.service_namespace));
      co_return;
    }
    co_await all.sim().sleep(kLooks);
  }
  end_change(all, change, ActivityStatus::successful,
             fmt::format("Successfully set {} to {}. Change successfully fulfilled by {}.",
                         dimension.quantity, change.to, dimension.service_namespace));
}

/// "When a target reaches its maximum": EventBridge is told.
void emit_at_maximum(ApplicationAutoScaling& all, const Target& target, std::int64_t from) {
  Event event;
  event.source = "aws.application-autoscaling";
  event.detail_type = "Application Auto Scaling Scaling Activity State Change";
  event.place = target.key.place;
  event.detail = {{"startTime", iso8601(all.now())},
                  {"endTime", iso8601(all.now())},
                  {"newDesiredCapacity", target.highest},
                  {"oldDesiredCapacity", from},
                  {"minCapacity", target.lowest},
                  {"maxCapacity", target.highest},
                  {"resourceId", target.key.resource},
                  {"scalableDimension", target.key.dimension},
                  {"serviceNamespace", target.dimension->service_namespace},
                  {"statusCode", "Successful"},
                  {"scaledToMax", true},
                  {"direction", "scale-out"}};
  event.line = fmt::format("{} is at its maximum of {}", all.display(target.key), target.highest);
  all.cloud.emit(std::move(event));
}

CauseId tell_change(ApplicationAutoScaling& all, const Target& target, const Change& change,
                    std::string_view by) {
  return all.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = all.display(target.key),
       .text = fmt::format("{} {} -> {}, by {}", target.dimension->quantity, change.from, change.to,
                           by),
       .source = target.source,
       .detail = {{"act", "scaled"}, {"from", change.from}, {"to", change.to}}});
}

}  // namespace

std::string_view to_string(ActivityStatus status) {
  constexpr std::string_view names[] = {"InProgress", "Successful", "Overridden", "Unfulfilled",
                                        "Failed"};
  return names[static_cast<std::size_t>(status)];
}

void set_capacity(ApplicationAutoScaling& all, Target& target, std::int64_t capacity,
                  const std::string& cause, Policy* policy) {
  const Dimension& dimension = *target.dimension;
  const auto before = dimension.read(all.cloud, target.key.place, target.key.resource);
  if (!before || before->wanted == capacity) return;
  auto calls = dimension.change(all.cloud, target.key.place, target.key.resource, capacity);
  if (!calls) return;
  override_running(all, target);
  Change change{.key = target.key,
                .activity = {},
                .number = ++target.changes,
                .from = before->wanted,
                .to = capacity,
                .policy = policy == nullptr ? "" : policy->arn};
  const Activity& activity =
      add_activity(all, target,
                   {.description = fmt::format("Setting {} to {}.", dimension.quantity, capacity),
                    .cause = cause,
                    .message = fmt::format("Setting {} to {}.", dimension.quantity, capacity)});
  change.activity = activity.id;
  // A change that runs is a cooldown that has not begun to be counted.
  if (capacity < before->wanted) {
    target.in_cooling_until = SimTime::max();
  } else {
    target.in_cooling_until = {};  // "the scale-in cooldown period stops and doesn't complete"
    if (policy != nullptr) {
      if (all.now() >= policy->out_cooling_until) policy->out_base = before->wanted;
      policy->out_cooling_until = SimTime::max();
    }
  }
  const std::string by = policy != nullptr ? "policy " + policy->name : "its limits: " + cause;
  const CauseScope because{all.sim(), tell_change(all, target, change, by)};
  if (capacity == target.highest && capacity > before->wanted)
    emit_at_maximum(all, target, before->wanted);
  all.sim().spawn(make_change(all, std::move(change), *std::move(calls)));
}

void keep_within(ApplicationAutoScaling& all, Target& target) {
  if (target.dimension->read == nullptr) return;
  const auto now = target.dimension->read(all.cloud, target.key.place, target.key.resource);
  if (!now) return;
  if (now->wanted < target.lowest)
    return set_capacity(all, target, target.lowest,
                        fmt::format("minimum capacity was set to {}", target.lowest), nullptr);
  if (now->wanted > target.highest)
    set_capacity(all, target, target.highest,
                 fmt::format("maximum capacity was set to {}", target.highest), nullptr);
}

void note_not_scaled(ApplicationAutoScaling& all, Target& target, const std::string& cause,
                     NotScaled why) {
  // An alarm says so each minute: one that says the same again is the same activity.
  if (!target.activities.empty()) {
    Activity& last = target.activities.front();
    if (last.not_scaled && last.not_scaled->code == why.code && last.cause == cause) {
      last.end = all.now();
      return;
    }
  }
  Activity& activity = add_activity(all, target,
                                    {.description = "Attempting to scale due to alarm triggered",
                                     .cause = cause,
                                     .status = ActivityStatus::unfulfilled,
                                     .not_scaled = why});
  activity.end = all.now();
}

Json activity_json(const Target& target, const Activity& activity) {
  Json json{{"ActivityId", activity.id},
            {"ServiceNamespace", target.dimension->service_namespace},
            {"ResourceId", target.key.resource},
            {"ScalableDimension", target.key.dimension},
            {"Description", activity.description},
            {"Cause", activity.cause},
            {"StartTime", seconds_of(activity.start)},
            {"StatusCode", to_string(activity.status)}};
  if (!activity.message.empty()) json["StatusMessage"] = activity.message;
  if (activity.end) json["EndTime"] = seconds_of(*activity.end);
  if (!activity.not_scaled) return json;
  const NotScaled& why = *activity.not_scaled;
  Json reason{{"Code", why.code}};
  if (why.current) reason["CurrentCapacity"] = *why.current;
  if (why.lowest) reason["MinCapacity"] = *why.lowest;
  if (why.highest) reason["MaxCapacity"] = *why.highest;
  json["NotScaledReasons"] = Json::array({reason});
  return json;
}

}  // namespace opsim::application_auto_scaling
