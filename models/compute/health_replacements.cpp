// Members that fail health checks are replaced a few at a time.
// AWS: EC2 Auto Scaling User Guide, "About the health checks for your Auto Scaling group"
// (health-checks-overview), "How Amazon EC2 Auto Scaling minimizes downtime": who is not running,
// or was marked by SetInstanceHealth, is replaced at once. For others it
//   1. waits while a scaling activity is in progress and the group is ten per cent or more below
//      its desired capacity;
//   2. replaces up to ten per cent of the desired capacity at a time, at least one;
//   3. waits until the new instances pass an initial health check, and warm up where the group has
//      a default instance warm-up.
// So a group of which all fail a health check that is wrong is not ended at once.
// With an instance maintenance policy its minimum healthy percentage says how many at a time.
// UNDOCUMENTED: whether those that wait are shown as unhealthy ("Auto Scaling may mark fewer
// instances as unhealthy at a time": here they are marked in their turn, and who has become well is
// spared), and what the initial check is: here EC2's first status checks, unless another check
// finds the newcomer unhealthy before; then it goes as others do, round after round.
#include "models/compute/health_replacements.hpp"

#include <algorithm>
#include <utility>

#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

/// At a time, in units of the desired capacity.
std::int64_t batch_of(const Group& group) {
  const std::int64_t desired = group.spec.desired;
  const std::int64_t least = group.spec.least_healthy.value_or(90);
  return std::max<std::int64_t>(1, desired - (desired * least + 99) / 100);
}

SimTime warm_at(const Group& group, const Member& member) {
  return member.in_service_since + std::chrono::seconds{group.spec.default_warmup.value_or(0)};
}

bool is_ready(Groups& groups, const Group& group, const Member& member) {
  if (warm_at(group, member) > groups.sim().now()) return false;
  const Instance* const instance = groups.instance_of(member);
  return instance == nullptr || instance->checks.instance != CheckStatus::initializing;
}

void forget_ready(Groups& groups, Group& group) {
  HealthReplacements& health = group.health;
  while (!health.fresh.empty()) {
    const Member* const member = group.find(health.fresh.front().instance);
    const bool waits = member != nullptr && member->lifecycle == Lifecycle::in_service &&
                       !is_ready(groups, group, *member);
    if (waits) return;
    health.fresh_units -= health.fresh.front().weight;
    health.fresh.pop_front();
  }
}

/// Its first check is over, with whatever result: it is not waited for.
void forget_newcomer(Group& group, std::string_view instance) {
  HealthReplacements& health = group.health;
  const auto found = std::ranges::find(health.fresh, instance, &Newcomer::instance);
  if (found == health.fresh.end()) return;
  health.fresh_units -= found->weight;
  health.fresh.erase(found);
}

/// Where nothing can be launched, nothing is waited for.
bool is_full_enough(Groups& groups, Group& group) {
  forget_ready(groups, group);
  if (group.suspended.contains("Launch")) return true;
  const std::int64_t ready = group.weight(Stage::in_service) - group.health.fresh_units;
  return group.spec.desired - ready < batch_of(group);
}

bool still_fails(Groups& groups, const Group& group, const Member& member, const HealthTurn& turn) {
  const Instance* const instance = groups.instance_of(member);
  if (instance == nullptr || member.lifecycle != Lifecycle::in_service) return false;
  return turn.sticks || !member.healthy || is_impaired(group, *instance) ||
         fails_targets(group, member);
}

/// Whoever comes, or passes its first checks, calls take_turns(); a warm-up ends by itself.
void wake_after_warmup(Groups& groups, Group& group) {
  HealthReplacements& health = group.health;
  if (health.fresh.empty() || groups.sim().pending(health.next)) return;
  const Member* const oldest = group.find(health.fresh.front().instance);
  if (oldest == nullptr || warm_at(group, *oldest) <= groups.sim().now()) return;
  health.next =
      groups.sim().at(warm_at(group, *oldest), [&groups, place = group.place, name = group.name] {
        if (Group* const same = groups.find(place, name)) take_turns(groups, *same);
      });
}

}  // namespace

void found_unhealthy(Groups& groups, Group& group, Member& member, std::string_view because,
                     bool sticks) {
  const Instance* const instance = groups.instance_of(member);
  const bool runs = instance != nullptr && instance->state == InstanceState::running;
  const bool stays =
      group.suspended.contains("ReplaceUnhealthy") || group.suspended.contains("Terminate");
  if (!runs || stays || launches_first(group))
    return mark_unhealthy(groups, group, member, because);
  std::deque<HealthTurn>& waiting = group.health.waiting;
  if (std::exchange(member.awaits_turn, true)) return;
  forget_newcomer(group, member.instance);
  waiting.push_back({member.instance, std::string{because}, sticks});
  take_turns(groups, group);
}

void take_turns(Groups& groups, Group& group) {
  HealthReplacements& health = group.health;
  if (health.waiting.empty() || std::exchange(health.at_work, true)) return;
  while (!health.waiting.empty() && is_full_enough(groups, group)) {
    const HealthTurn turn = std::move(health.waiting.front());
    health.waiting.pop_front();
    Member* const member = group.find(turn.instance);
    if (member == nullptr) continue;
    member->awaits_turn = false;
    if (still_fails(groups, group, *member, turn))
      mark_unhealthy(groups, group, *member, turn.because);
  }
  health.at_work = false;
  if (!health.waiting.empty()) wake_after_warmup(groups, group);
}

void remember_newcomer(Groups& groups, Group& group, const Member& member) {
  HealthReplacements& health = group.health;
  health.fresh.push_back({member.instance, member.weight});
  health.fresh_units += member.weight;
  constexpr std::size_t kTidy = 1024;
  if (health.fresh.size() % kTidy == 0) forget_ready(groups, group);
}

}  // namespace opsim::compute
