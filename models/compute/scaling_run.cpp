// Scaling policies at work.
// AWS: EC2 Auto Scaling User Guide, "Step and simple scaling policies" (as-scaling-simple-step),
// "Target tracking scaling policies" (as-scaling-target-tracking), "Scaling cooldowns"
// (ec2-auto-scaling-scaling-cooldowns), "Set the default instance warmup"
// (ec2-auto-scaling-default-instance-warmup), "Multiple dynamic scaling policies"
// (as-scale-based-on-demand):
//   1. Simple: waits until activities and the cooldown after the last of them are over; changes the
//      desired capacity.
//   2. Step and target tracking, out: at once. Instances that warm up are no part of the capacity
//      from which the next one is worked out, only of the desired capacity.
//   3. In: not while an instance launches or warms up. Instances that terminate still count.
//   4. Several that scale in at one time: the largest capacity wins; target tracking scales in only
//      if all policies of its kind that may scale in want it.
// UNDOCUMENTED: "scales in more gradually": after one scale-in target tracking waits for the
// default cooldown, so that its alarm has seen what came of it (Application Auto Scaling's
// default).
#include "models/compute/scaling_run.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/compute/predictive_run.hpp"
#include "opsim/cloud/tracked_metric.hpp"

namespace opsim::compute {

namespace {

ApiError run_error(std::string message) { return {"ValidationError", std::move(message)}; }

/// The alarms of target tracking run their policies each minute.
constexpr Duration kRepeat = 1min;

std::string named(const Trigger& trigger) {
  return trigger.alarm.empty() ? "a user request" : "alarm " + trigger.alarm;
}

constexpr std::string_view kForecast = "a forecast";

/// As the Cause of an activity has it. UNDOCUMENTED: the wording of predictive scaling.
std::string reason_of(const ScalingPolicy& policy, const std::string& by) {
  if (by == kForecast) return fmt::format("predictive scaling policy {}", policy.name);
  return by.starts_with("alarm ")
             ? fmt::format("a monitor alarm {} in state ALARM triggered policy {}", by.substr(6),
                           policy.name)
             : fmt::format("a user request executed policy {}", policy.name);
}

void set_capacity(Groups& groups, Group& group, const ScalingPolicy& policy, std::int64_t wanted,
                  const std::string& by) {
  const std::int64_t before = group.spec.desired;
  if (wanted < before)
    wanted = std::max(wanted, std::min(before, predicted_floor(groups, group, groups.sim().now())));
  group.spec.desired = std::clamp(wanted, group.spec.min_size, group.spec.max_size);
  if (group.spec.desired == before) return;
  // "The policy that provides the largest capacity": who wished for less in this instant has lost.
  group.scaling.scale_in.reset();
  const Resources& known = groups.cloud.resources();
  const CauseId entry = groups.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = std::string{known.name_of(group.name)},
       .text = by == kForecast ? fmt::format("desired capacity {} -> {}, by the forecast of {}",
                                             before, group.spec.desired, policy.name)
                               : fmt::format("desired capacity {} -> {}, by {} through {}", before,
                                             group.spec.desired, by, policy.name),
       .source = std::string{known.source_of(group.name)},
       .detail = {{"act", "scaled"}, {"from", before}, {"to", group.spec.desired}}});
  const CauseScope because{groups.sim(), entry};
  group.scaling.cooldown = policy.cooldown;
  balance_because(groups, group, reason_of(policy, by), before);
  group.scaling.cooldown.reset();
}

/// The longest warm-up that any policy of the group gives its instances.
Duration longest_warmup(const Groups& groups, const Group& group) {
  Duration longest{};
  for (const auto& [arn, policy] : groups.policies)
    if (policy.group == group.name && policy.place == group.place &&
        policy.type != "SimpleScaling" && !policy.predictive)
      longest = std::max(longest, warmup_of(group, policy));
  return longest;
}

bool is_scaling_out(const Groups& groups, const Group& group, SimTime now) {
  return group.count(Stage::coming) > 0 ||
         warm_members(group, longest_warmup(groups, group), now) < group.weight(Stage::in_service);
}

// ---- Scale-in: decided at the end of the instant, when all that want it have spoken ----

void scale_in_now(Groups& groups, const Place& place, const std::string& name) {
  Group* group = groups.find(place, name);
  if (group == nullptr) return;
  const auto wish = std::exchange(group->scaling.scale_in, std::nullopt);
  if (!wish || std::max(wish->capacity, group->spec.min_size) >= group->spec.desired) return;
  const auto policy = groups.policies.find(wish->policy);
  if (policy == groups.policies.end()) return;
  if (policy->second.tracking) group->scaling.tracked_in = groups.sim().now();
  set_capacity(groups, *group, policy->second, wish->capacity, wish->by);
}

void wish_scale_in(Groups& groups, Group& group, const ScalingPolicy& policy, std::int64_t capacity,
                   const Trigger& trigger) {
  if (capacity >= group.spec.desired) return;
  if (trigger.alarm.empty()) return set_capacity(groups, group, policy, capacity, named(trigger));
  ScaleIn wish{capacity, policy.arn, named(trigger)};
  const bool waits = group.scaling.scale_in.has_value();
  if (!waits || wish.capacity > group.scaling.scale_in->capacity)
    group.scaling.scale_in = std::move(wish);
  if (waits) return;
  groups.sim().at(groups.sim().now(), [&groups, place = group.place, name = group.name] {
    scale_in_now(groups, place, name);
  });
}

// ---- Step scaling ----

void run_step(Groups& groups, Group& group, const ScalingPolicy& policy, std::int64_t adjustment,
              const Trigger& trigger) {
  const SimTime now = groups.sim().now();
  const std::int64_t warm = warm_members(group, warmup_of(group, policy), now);
  const std::int64_t out = adjusted_capacity(policy, adjustment, warm);
  const bool up =
      policy.adjustment_type == AdjustmentType::exact ? out > group.spec.desired : adjustment > 0;
  if (up) {
    if (out > group.spec.desired) set_capacity(groups, group, policy, out, named(trigger));
    return;
  }
  if (is_scaling_out(groups, group, now)) return;
  const std::int64_t capacity = group.weight(Stage::in_service) + group.weight(Stage::leaving);
  const std::int64_t in = adjusted_capacity(policy, adjustment, capacity);
  wish_scale_in(groups, group, policy, in, trigger);
}

// ---- Target tracking ----

/// The capacity to which all policies would scale in, or nothing while one does not want to.
std::optional<std::int64_t> agreed(const Groups& groups, const Group& group, SimTime now) {
  std::optional<std::int64_t> largest;
  for (const auto& [arn, policy] : groups.policies) {
    if (policy.group != group.name || policy.place != group.place) continue;
    if (!policy.tracking || !policy.tracking->scales_in || !policy.enabled) continue;
    if (!policy.tracking->asked || now >= *policy.tracking->asked + kRepeat) return std::nullopt;
    largest = std::max(largest.value_or(0), policy.tracking->asked_capacity);
  }
  return largest;
}

bool has_just_scaled_in(const Group& group, SimTime now) {
  return group.scaling.tracked_in &&
         now < std::max(*group.scaling.tracked_in, group.scaling.activities_ended) +
                   std::chrono::seconds{group.spec.cooldown};
}

void track_in(Groups& groups, Group& group, ScalingPolicy& policy, double metric,
              const Trigger& trigger) {
  const SimTime now = groups.sim().now();
  // A period that began before the last activity ended tells of another capacity.
  if (trigger.measured && *trigger.measured < group.scaling.activities_ended) return;
  const std::int64_t capacity = group.weight(Stage::in_service) + group.weight(Stage::leaving);
  policy.tracking->asked = now;
  policy.tracking->asked_capacity = tracked_capacity(policy.tracking->target, metric, capacity);
  if (is_scaling_out(groups, group, now) || has_just_scaled_in(group, now)) return;
  const auto wanted = agreed(groups, group, now);
  if (wanted) wish_scale_in(groups, group, policy, *wanted, trigger);
}

void track(Groups& groups, Group& group, ScalingPolicy& policy, const Trigger& trigger) {
  const TargetTracking& tracking = *policy.tracking;
  if (!trigger.metric) return;  // "does not scale when the specified metric has insufficient data"
  if (trigger.alarm == tracking.low_alarm && tracking.scales_in)
    return track_in(groups, group, policy, *trigger.metric, trigger);
  if (trigger.alarm != tracking.high_alarm) return;
  const std::int64_t warm = warm_members(group, warmup_of(group, policy), groups.sim().now());
  std::int64_t wanted = tracked_capacity(tracking.target, *trigger.metric, warm);
  // UNDOCUMENTED: from nothing it begins with one.
  if (group.spec.desired == 0) wanted = std::max<std::int64_t>(wanted, 1);
  if (wanted > group.spec.desired) set_capacity(groups, group, policy, wanted, named(trigger));
}

// ---- Simple scaling ----

std::optional<ApiError> run_simple(Groups& groups, Group& group, const ScalingPolicy& policy,
                                   const Trigger& trigger) {
  if (trigger.honor_cooldown && is_cooling(group, groups.sim().now()))
    return ApiError{"ScalingActivityInProgress",
                    fmt::format("Group {} is within its cooldown period", group.name)};
  const std::int64_t wanted = adjusted_capacity(policy, *policy.adjustment, group.spec.desired);
  if (wanted < group.spec.desired)
    wish_scale_in(groups, group, policy, wanted, trigger);
  else
    set_capacity(groups, group, policy, wanted, named(trigger));
  return std::nullopt;
}

}  // namespace

void scale_ahead(Groups& groups, Group& group, const ScalingPolicy& policy, std::int64_t capacity) {
  if (capacity > group.spec.desired)
    set_capacity(groups, group, policy, capacity, std::string{kForecast});
}

Duration warmup_of(const Group& group, const ScalingPolicy& policy) {
  return std::chrono::seconds{
      policy.warmup.value_or(group.spec.default_warmup.value_or(group.spec.cooldown))};
}

std::int64_t warm_members(const Group& group, Duration warmup, SimTime now) {
  if (!group.scaling.newest || now >= *group.scaling.newest + warmup)
    return group.weight(Stage::in_service);
  std::int64_t warm = 0;
  for (const auto& [id, member] : group.members)
    if (member.lifecycle == Lifecycle::in_service &&
        (member.stood || now >= member.in_service_since + warmup))
      warm += member.weight;
  return warm;
}

void balance_because(Groups& groups, Group& group, std::string_view reason, std::int64_t before) {
  if (group.spec.desired != before)
    group.scaling.reason =
        fmt::format("At {} {} changing the desired capacity from {} to {}.  ",
                    time_text(groups.sim().now()), reason, before, group.spec.desired);
  balance(groups, group);
  group.scaling.reason.clear();
}

void begin_cooldown(Group& group, const Activity& activity) {
  ScalingMemory& memory = group.scaling;
  memory.activities_ended = *activity.end;
  memory.cooling_until =
      std::max(memory.cooling_until, *activity.end + std::chrono::seconds{activity.cooldown});
}

void report_to_group(Groups& groups, const Group& group, const Member& member) {
  Fleet& fleet = groups.fleet();
  Instance* const instance = groups.instance_of(member);
  if (instance == nullptr) return;
  const auto warmup = std::chrono::seconds{group.spec.default_warmup.value_or(0)};
  if (warmup == 0s) return publish_group_metrics(fleet, *instance);
  groups.sim().after(warmup, [&fleet, instance] { publish_group_metrics(fleet, *instance); });
}

bool is_cooling(const Group& group, SimTime now) {
  return group.count(Stage::coming) + group.count(Stage::leaving) > 0 ||
         now < group.scaling.cooling_until;
}

std::optional<ApiError> run_policy(Groups& groups, ScalingPolicy& policy, const Trigger& trigger) {
  Group* group = groups.find(policy.place, policy.group);
  if (group == nullptr) return run_error("Group " + policy.group + " not found");
  if (!policy.enabled) return run_error("Policy " + policy.name + " is disabled");
  if (policy.tracking) {
    track(groups, *group, policy, trigger);
    return std::nullopt;
  }
  if (policy.type == "StepScaling") {
    if (!trigger.breach)
      return run_error("MetricValue and BreachThreshold are required for StepScaling");
    const auto adjustment = step_for(policy, *trigger.breach);
    if (adjustment) run_step(groups, *group, policy, *adjustment, trigger);
    return std::nullopt;
  }
  if (!policy.adjustment)
    return run_error(fmt::format("{} policies are not simulated", policy.type));
  return run_simple(groups, *group, policy, trigger);
}

}  // namespace opsim::compute
