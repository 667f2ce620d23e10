// What a group makes of the health of its instances.
// AWS: EC2 Auto Scaling User Guide, "Health checks for instances in an Auto Scaling group":
//   1. An instance whose state is not running is unhealthy at once, also in its grace period.
//   2. For one whose status check is impaired it waits a few minutes for it to recover; then it is
//      unhealthy, once its grace period (counted from InService) is over.
//   3. An unhealthy instance is terminated first; its replacement launches while it terminates. How
//      many at a time: health_replacements.cpp.
// What load balancers think: elb_health.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

/// "a few minutes": uniform(1 min, 5 min), an estimate.
Duration impaired_wait(Groups& groups, const Instance& instance) {
  static const Distribution kWait = *Distribution::parse("uniform(60s, 300s)");
  return draw(groups.fleet(), instance, "impaired-wait", kWait);
}

// Troubleshooting, "An instance was taken out of service in response to ..." (ts-as-healthchecks).
constexpr std::string_view kStoppedOrGone =
    "an instance was taken out of service in response to an EC2 health check indicating it has "
    "been terminated or stopped";
constexpr std::string_view kChecksFailed =
    "an instance was taken out of service in response to an EC2 instance status checks failure";
// UNDOCUMENTED: the wording.
constexpr std::string_view kVolumesFailed =
    "an instance was taken out of service in response to an EBS health check failure";

void look_at_impaired(Groups& groups, Instance& instance) {
  Group* group = groups.of(instance);
  Member* member = group == nullptr ? nullptr : group->find(instance);
  if (member == nullptr || !is_impaired(*group, instance)) return;
  if (!is_active(member->lifecycle) || group->suspended.contains("HealthCheck")) return;
  const SimTime grace_ends = member->in_service_since + group->spec.grace;
  if (groups.sim().now() < grace_ends) {
    member->impaired_wait =
        groups.sim().at(grace_ends, [&groups, &instance] { look_at_impaired(groups, instance); });
    return;
  }
  const bool own = instance.checks.instance == CheckStatus::impaired;
  found_unhealthy(groups, *group, *member, own ? kChecksFailed : kVolumesFailed);
}

/// Nothing holds it back: no hook, no load balancer that drains it.
bool may_end(const Member& member) {
  return (member.lifecycle == Lifecycle::terminating && !member.draining) ||
         member.lifecycle == Lifecycle::terminating_proceed ||
         member.lifecycle == Lifecycle::warmed_terminating ||
         member.lifecycle == Lifecycle::warmed_terminating_proceed;
}

void leave(Groups& groups, Group& group, Instance& instance) {
  if (Member* member = group.find(instance))
    end_activity(groups, group, member->activity, Outcome::successful);
  group.remove(instance.id);
  balance(groups, group);
}

}  // namespace

/// What makes it wait: EC2's checks, and those of attached volumes where the group asks for them
/// (User Guide, "Monitor Auto Scaling instances with impaired Amazon EBS volumes").
bool is_impaired(const Group& group, const Instance& instance) {
  return instance.checks.instance == CheckStatus::impaired ||
         (instance.stalled && group.spec.health_check_type.find("EBS") != std::string::npos);
}

void state_changed(Groups& groups, Instance& instance) {
  Group* group = groups.of(instance);
  Member* member = group == nullptr ? nullptr : group->find(instance);
  if (member == nullptr) return;
  if (stage_of(member->lifecycle) == Stage::warm)
    return pool_state_changed(groups, *group, *member, instance);
  switch (instance.state) {
    case InstanceState::pending: return;
    case InstanceState::running:
      if (member->lifecycle == Lifecycle::pending) began_to_run(groups, *group, *member);
      return;
    case InstanceState::terminated:
      if (may_end(*member)) return leave(groups, *group, instance);
      [[fallthrough]];
    case InstanceState::shutting_down:
    case InstanceState::stopping:
    case InstanceState::stopped:
      if (is_active(member->lifecycle) && !group->suspended.contains("HealthCheck"))
        mark_unhealthy(groups, *group, *member, kStoppedOrGone);
      return;
  }
}

void checks_changed(Groups& groups, Instance& instance) {
  Group* group = groups.of(instance);
  Member* member = group == nullptr ? nullptr : group->find(instance);
  if (member == nullptr || !is_active(member->lifecycle)) return;
  groups.sim().cancel(member->impaired_wait);
  if (!is_impaired(*group, instance)) return take_turns(groups, *group);
  member->impaired_wait = groups.sim().after(impaired_wait(groups, instance), [&groups, &instance] {
    look_at_impaired(groups, instance);
  });
}

/// Troubleshooting: Auto Scaling "replaces instances with a future scheduled maintenance or
/// retirement event before the scheduled time" (a health-check page of 2023 has them end at that
/// time). UNDOCUMENTED: when; as for impaired checks, an estimate. The wording for retirements.
void event_scheduled(Groups& groups, Instance& instance, bool reboots) {
  Group* const group = groups.of(instance);
  if (group == nullptr || group->suspended.contains("HealthCheck")) return;
  groups.sim().after(impaired_wait(groups, instance), [&groups, &instance, reboots] {
    Group* const same = groups.of(instance);
    Member* const member = same == nullptr ? nullptr : same->find(instance);
    if (member == nullptr || member->lifecycle != Lifecycle::in_service) return;
    if (same->suspended.contains("HealthCheck")) return;
    found_unhealthy(groups, *same, *member,
                    reboots
                        ? "an instance was taken out of service in response to an EC2 scheduled "
                          "reboot"
                        : "an instance was taken out of service in response to an EC2 scheduled "
                          "retirement",
                    true);
  });
}

/// Capacity Rebalancing: "in situations where an instance receives a final two-minute interruption
/// notice, Amazon EC2 Auto Scaling calls the termination lifecycle hook and attempts to launch a
/// replacement immediately". UNDOCUMENTED: the wording.
void interruption_noticed(Groups& groups, Instance& instance) {
  Group* const group = groups.of(instance);
  Member* const member = group == nullptr ? nullptr : group->find(instance);
  if (member == nullptr || !group->spec.capacity_rebalance || !is_active(member->lifecycle)) return;
  if (group->suspended.contains("Terminate")) return;
  if (std::ranges::count(group->ahead, instance.id, &Ahead::leaving) == 0)
    group->to_replace.push_back({instance.id});
  retire(groups, *group, *member,
         at_time(groups.sim().now(),
                 "an instance was taken out of service in response to an EC2 Spot Instance "
                 "interruption notice"));
  balance(groups, *group);
}

void serving_changed(Groups& groups, Instance& instance) {
  Group* group = groups.of(instance);
  Member* member = group == nullptr ? nullptr : group->find(instance);
  if (member == nullptr) return;
  group->set_serves(*member, instance.serves);
  refresh_group_health(groups, *group);
}

/// User Guide, "Suspend and resume processes": without ReplaceUnhealthy, or without the Terminate
/// that it calls first, an unhealthy instance stays.
void mark_unhealthy(Groups& groups, Group& group, Member& member, std::string_view because) {
  if (std::exchange(member.healthy, false) || member.leaves_because.empty())
    member.leaves_because = because;
  if (group.suspended.contains("ReplaceUnhealthy") || group.suspended.contains("Terminate")) return;
  if (group.ignores_unhealthy_in(member.zone)) return;
  const Instance* const instance = groups.instance_of(member);
  const bool runs = instance != nullptr && instance->state == InstanceState::running;
  if (runs && launches_first(group) && !group.suspended.contains("Launch")) {
    group.awaiting.push_back(member.instance);
    return balance(groups, group);
  }
  group.to_replace.push_back({member.instance, true});
  retire(groups, group, member, at_time(groups.sim().now(), member.leaves_because));
  balance(groups, group);
}

void replace_unhealthy(Groups& groups, Group& group) {
  std::vector<std::string> active;
  for (const auto& [id, member] : group.members)
    if (is_active(member.lifecycle)) active.push_back(id);
  for (const std::string& id : active) {
    Instance* const instance = groups.fleet().find(id);
    if (instance == nullptr) continue;
    if (const Member* member = group.find(id); member == nullptr || member->healthy) {
      state_changed(groups, *instance);
      checks_changed(groups, *instance);
    }
    Member* const member = group.find(id);
    if (member != nullptr) look_later_at_targets(groups, group, *member);
    if (member != nullptr && !member->healthy && is_active(member->lifecycle))
      found_unhealthy(groups, group, *member, kStoppedOrGone, true);
  }
}

void refresh_group_health(Groups& groups, Group& group) {
  const std::int64_t desired = group.spec.desired;
  group.complete = group.complete || group.serving >= desired;
  if (!group.complete) return;  // it is being built: nobody relies on it yet
  const Health health = group.serving >= desired ? Health::ok
                        : group.serving > 0      ? Health::in_danger
                                                 : Health::down;
  if (health == groups.cloud.health(group.name)) return;
  groups.cloud.set_health(group.name, health,
                          fmt::format("{} of {} in service", group.serving, desired));
}

}  // namespace opsim::compute
