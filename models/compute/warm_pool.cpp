// Warm pools at work.
// AWS: EC2 Auto Scaling User Guide, "Lifecycle state transitions for instances in a warm pool":
// Warmed:Pending, :Wait, :Proceed, Warmed:Stopped (Running, Hibernated); then Pending and on as any
// other. "With a reuse policy, instances return to the pool on scale in." Launching hooks run when
// an instance enters the pool and again when it leaves it for the group. SIMPLIFIED: hibernation
// takes as long as a stop, and a start from it as a start.
#include "models/compute/warm_pool.hpp"

#include <fmt/format.h>

#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

Lifecycle resting_state(WarmPool::State state) {
  switch (state) {
    case WarmPool::State::stopped: return Lifecycle::warmed_stopped;
    case WarmPool::State::running: return Lifecycle::warmed_running;
    case WarmPool::State::hibernated: return Lifecycle::warmed_hibernated;
  }
  return Lifecycle::warmed_stopped;
}

bool rests(Lifecycle lifecycle) {
  return lifecycle == Lifecycle::warmed_stopped || lifecycle == Lifecycle::warmed_running ||
         lifecycle == Lifecycle::warmed_hibernated;
}

void rest(Groups& groups, Group& group, Member& member, WarmPool::State state) {
  group.set_lifecycle(member, resting_state(state));
  end_activity(groups, group, std::exchange(member.activity, {}), Outcome::successful);
  update_group_metrics(groups, group);
}

/// The one whose zone has the fewest in the group.
Member* ready_one(Group& group) {
  Member* found = nullptr;
  for (auto& [id, member] : group.members) {
    if (!rests(member.lifecycle)) continue;
    if (found == nullptr || group.active_in(member.zone) < group.active_in(found->zone))
      found = &member;
  }
  return found;
}

/// Those on their way first.
Member* superfluous(Group& group) {
  Member* found = nullptr;
  for (auto& [id, member] : group.members) {
    if (stage_of(member.lifecycle) != Stage::warm) continue;
    if (!rests(member.lifecycle)) return &member;
    if (found == nullptr) found = &member;
  }
  return found;
}

/// Those that leave the group for the pool, and drain or are held on their way.
std::int64_t returning(const Group& group) {
  if (!group.pool->reuse_on_scale_in || group.count(Stage::leaving) == 0) return 0;
  std::int64_t count = 0;
  for (const auto& [id, member] : group.members)
    if (member.reusable && stage_of(member.lifecycle) == Stage::leaving) ++count;
  return count;
}

}  // namespace

std::string_view to_string(WarmPool::State state) {
  switch (state) {
    case WarmPool::State::stopped: return "Stopped";
    case WarmPool::State::running: return "Running";
    case WarmPool::State::hibernated: return "Hibernated";
  }
  return "Stopped";
}

bool goes_to_pool(const Group& group, const Member& member) {
  return group.pool && group.pool->reuse_on_scale_in && !group.pool->leaving && member.healthy &&
         member.reusable &&
         group.count(Stage::warm) <
             warm_pool_size(*group.pool, group.spec.max_size, group.spec.desired);
}

void settle_in_pool(Groups& groups, Group& group, Member& member) {
  Fleet& fleet = groups.fleet();
  Instance* const instance = fleet.find(member.instance);
  if (instance == nullptr || !group.pool) return;
  instance->pooled = true;
  group.set_lifecycle(member, Lifecycle::warmed_pending_proceed);
  if (group.pool->state == WarmPool::State::running)
    return rest(groups, group, member, WarmPool::State::running);
  if (instance->state == InstanceState::running) stop(fleet, *instance, user_initiated(fleet));
}

void pool_state_changed(Groups& groups, Group& group, Member& member, Instance& instance) {
  switch (instance.state) {
    case InstanceState::running:
      if (member.lifecycle != Lifecycle::warmed_pending) return;
      if (!begin_actions(groups, group, member, Transition::launching))
        settle_in_pool(groups, group, member);
      return;
    case InstanceState::stopped:
      if (member.lifecycle == Lifecycle::warmed_pending_proceed && group.pool)
        rest(groups, group, member, group.pool->state);
      return;
    case InstanceState::shutting_down: {
      // Somebody else ends it: the pool fills up again.
      const std::string cause = fmt::format(
          "At {} an instance was taken out of the warm pool in response to an EC2 health check.",
          time_text(groups.sim().now()));
      retire(groups, group, member, cause);
      return balance(groups, group);
    }
    default: return;
  }
}

bool take_from_pool(Groups& groups, Group& group, std::string_view cause) {
  Member* const member = group.pool ? ready_one(group) : nullptr;
  Fleet& fleet = groups.fleet();
  Instance* const instance = member == nullptr ? nullptr : fleet.find(member->instance);
  if (instance == nullptr) return false;
  Activity activity;
  activity.kind = Activity::Kind::launch;
  activity.instance = member->instance;
  activity.description = "Launching a new EC2 instance from warm pool: " + member->instance;
  activity.cause = cause;
  activity.zone = member->zone;
  activity.subnet = instance->subnet;
  activity.origin = "WarmPool";
  member->activity = begin_activity(groups, group, std::move(activity));
  member->from_pool = true;
  group.set_lifecycle(*member, Lifecycle::pending);
  // Nobody missed it in the pool, nor while it starts.
  instance->pooled = false;
  if (instance->state == InstanceState::running) {
    began_to_run(groups, group, *member);
    return true;
  }
  instance->ever_booted = false;
  start(fleet, *instance);
  return true;
}

void balance_pool(Groups& groups, Group& group) {
  if (!group.pool) return;
  const std::int64_t wanted =
      warm_pool_size(*group.pool, group.spec.max_size, group.spec.desired) - returning(group);
  const std::string cause = fmt::format(
      "At {} an instance was started in response to a difference between the wanted "
      "and the actual size of the warm pool.",
      time_text(groups.sim().now()));
  while (!group.suspended.contains("Launch") && group.count(Stage::warm) < wanted)
    if (!launch_one(groups, group, cause, "into the warm pool", LaunchFor::pool)) break;
  while (!group.suspended.contains("Terminate") && group.count(Stage::warm) > wanted) {
    Member* const member = superfluous(group);
    if (member == nullptr) break;
    retire(groups, group, *member,
           fmt::format("At {} an instance was taken out of the warm pool, which is too large.",
                       time_text(groups.sim().now())));
  }
  if (group.pool->leaving && group.count(Stage::warm) == 0) group.pool.reset();
}

void fill_standing_pool(Groups& groups, Group& group) {
  if (!group.pool) return;
  const std::int64_t wanted = warm_pool_size(*group.pool, group.spec.max_size, group.spec.desired);
  while (group.count(Stage::warm) < wanted) {
    Member* const member = stand_in_pool(groups, group, resting_state(group.pool->state));
    if (member == nullptr) return;
    Instance* const instance = groups.fleet().find(member->instance);
    if (instance == nullptr) return;
    instance->pooled = true;
    if (group.pool->state == WarmPool::State::running) continue;
    instance->state = InstanceState::stopped;
    instance->booted = instance->serves = false;
    instance->checks.system = instance->checks.instance = CheckStatus::not_applicable;
    pause_tanks(groups.fleet(), *instance);
  }
}

}  // namespace opsim::compute
