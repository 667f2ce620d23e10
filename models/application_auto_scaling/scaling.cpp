// What policies decide when an alarm runs them, each minute while it is in ALARM.
// AWS: User Guide, "How target tracking scaling works" (target-tracking-scaling-policy-overview),
// "How step scaling works" (step-scaling-policy-overview); API StepScalingPolicyConfiguration,
// TargetTrackingScalingPolicyConfiguration (cooldowns); ECS Developer Guide,
// "Automatically scale your Amazon ECS service" (a count outside its limits):
//   1. Out, while the policy's scale-out cooldown runs: what the scale-out that began it has added
//      counts as part of the capacity, so that only a larger one adds something.
//   2. In: blocked until the scale-in cooldown is over; a scale-out ends that cooldown.
//   3. Several policies: the one with the largest capacity wins, both ways; target tracking scales
//      in only if all policies of its kind that may scale in want to.
//   4. Below the minimum, a scale-out begins from the minimum and a scale-in does nothing; above
//      the maximum it is the other way round.
// UNDOCUMENTED: whose the scale-out cooldown is (here: the policy's), and that a larger scale-out
// within it starts it anew.
#include <fmt/format.h>

#include <algorithm>

#include "models/application_auto_scaling/application_auto_scaling.hpp"

namespace opsim::application_auto_scaling {

namespace {

constexpr Duration kRepeat = 1min;  // alarms run their policies each minute

std::string cause_of(const Policy& policy, const std::string& alarm) {
  return fmt::format("monitor alarm {} in state ALARM triggered policy {}", alarm, policy.name);
}

/// One policy, its target and how that is now.
struct Look {
  ApplicationAutoScaling& all;
  Policy& policy;
  Target& target;
  Capacity capacity;
  std::string alarm;
};

void not_scaled(Look& look, std::string_view code) {
  NotScaled why{.code = code, .current = look.capacity.wanted};
  if (code == "AlreadyAtMaxCapacity") why = {.code = code, .highest = look.target.highest};
  if (code == "AlreadyAtMinCapacity") why = {.code = code, .lowest = look.target.lowest};
  note_not_scaled(look.all, look.target, cause_of(look.policy, look.alarm), why);
}

// ---- Out ----

/// From which capacity a scale-out is worked out.
std::int64_t base_of(const Look& look) {
  const bool cools = look.all.now() < look.policy.out_cooling_until;
  const std::int64_t base = cools ? look.policy.out_base : look.capacity.wanted;
  return std::max(base, look.target.lowest);
}

void scale_out(Look& look, std::int64_t wanted) {
  if (look.target.out_suspended) return;
  const std::int64_t now = look.capacity.wanted;
  if (now >= look.target.highest) return not_scaled(look, "AlreadyAtMaxCapacity");
  if (wanted <= now) {
    if (look.all.now() >= look.policy.out_cooling_until)
      not_scaled(look, "AlreadyAtDesiredCapacity");
    return;
  }
  set_capacity(look.all, look.target, std::min(wanted, look.target.highest),
               cause_of(look.policy, look.alarm), &look.policy);
}

// ---- In: decided at the end of the instant, when all that want it have spoken ----

void scale_in_now(ApplicationAutoScaling& all, const TargetKey& key) {
  Target* target = all.find(key);
  if (target == nullptr) return;
  const auto wish = std::exchange(target->scale_in, std::nullopt);
  if (!wish) return;
  const auto policy = all.policies.find(wish->policy);
  const auto now = target->dimension->read(all.cloud, key.place, key.resource);
  if (policy == all.policies.end() || !now || wish->capacity >= now->wanted) return;
  set_capacity(all, *target, wish->capacity, cause_of(policy->second, wish->alarm),
               &policy->second);
}

void scale_in(Look& look, std::int64_t wanted) {
  if (look.target.in_suspended) return;
  if (!look.capacity.scales_in) return not_scaled(look, "TargetServicePutResourceAsUnscalable");
  if (look.capacity.wanted <= look.target.lowest) return not_scaled(look, "AlreadyAtMinCapacity");
  if (look.all.now() < look.target.in_cooling_until) return;
  wanted = std::clamp(wanted, look.target.lowest, look.target.highest);
  const bool waits = look.target.scale_in.has_value();
  if (!waits || wanted > look.target.scale_in->capacity)
    look.target.scale_in = ScaleIn{wanted, look.policy.arn, look.alarm};
  if (waits) return;
  look.all.sim().at(look.all.now(),
                    [&all = look.all, key = look.target.key] { scale_in_now(all, key); });
}

// ---- Step scaling ----

void run_steps(Look& look, const Trigger& trigger) {
  if (!trigger.metric || !trigger.threshold) return;
  const auto adjustment = step_for(look.policy, *trigger.metric - *trigger.threshold);
  if (!adjustment) return;
  const bool exact = look.policy.adjustment_type == AdjustmentType::exact;
  const bool out = exact ? *adjustment > look.capacity.wanted : *adjustment > 0;
  if (out) return scale_out(look, adjusted_capacity(look.policy, *adjustment, base_of(look)));
  const std::int64_t from = std::min(look.capacity.wanted, look.target.highest);
  const std::int64_t wanted = adjusted_capacity(look.policy, *adjustment, from);
  if (wanted < look.capacity.wanted) return scale_in(look, wanted);
  not_scaled(look, "AlreadyAtDesiredCapacity");
}

// ---- Target tracking ----

std::int64_t tracked(const Tracking& tracking, double metric, std::int64_t capacity) {
  if (tracking.utilization == Utilization::average)
    return tracked_capacity(tracking.target, metric, capacity);
  // Units consumed in a minute: so many per cent of what is provisioned each second.
  return tracked_capacity(tracking.target, metric / 60 * 100, 1);
}

/// The capacity to which all policies would scale in, or nothing while one does not want to.
std::optional<std::int64_t> agreed(const ApplicationAutoScaling& all, const TargetKey& key,
                                   SimTime now) {
  std::optional<std::int64_t> largest;
  for (const auto& [arn, policy] : all.policies) {
    if (policy.target != key || !policy.tracking || !policy.tracking->scales_in) continue;
    if (!policy.tracking->asked || now >= *policy.tracking->asked + kRepeat) return std::nullopt;
    largest = std::max(largest.value_or(0), policy.tracking->asked_capacity);
  }
  return largest;
}

void track(Look& look, const Trigger& trigger) {
  Tracking& tracking = *look.policy.tracking;
  if (!trigger.metric) return;  // "does not scale when the specified metric has insufficient data"
  if (trigger.alarm == tracking.high_alarm) {
    std::int64_t wanted = tracked(tracking, *trigger.metric, base_of(look));
    if (look.capacity.wanted == 0) wanted = std::max<std::int64_t>(wanted, 1);
    return scale_out(look, wanted);
  }
  if (trigger.alarm != tracking.low_alarm || !tracking.scales_in) return;
  const std::int64_t from = std::min(look.capacity.wanted, look.target.highest);
  tracking.asked = look.all.now();
  tracking.asked_capacity = tracked(tracking, *trigger.metric, from);
  // One less would be above the target, and out it would go again.
  if (tracking.asked_capacity >= look.capacity.wanted && look.capacity.wanted > look.target.lowest)
    return not_scaled(look, "AutoScalingAnticipatedFlapping");
  const auto wanted = agreed(look.all, look.target.key, look.all.now());
  if (wanted && (*wanted < look.capacity.wanted || look.capacity.wanted <= look.target.lowest))
    scale_in(look, *wanted);
}

}  // namespace

void run_policy(ApplicationAutoScaling& all, Policy& policy, const Trigger& trigger) {
  Target* target = all.find(policy.target);
  if (target == nullptr || target->dimension->read == nullptr) return;
  const auto capacity = target->dimension->read(all.cloud, target->key.place, target->key.resource);
  if (!capacity) return;  // it is gone
  Look look{all, policy, *target, *capacity, trigger.alarm};
  if (policy.tracking) return track(look, trigger);
  run_steps(look, trigger);
}

}  // namespace opsim::application_auto_scaling
