// Launch before terminate: a newcomer first, then one that leaves.
// AWS: EC2 Auto Scaling User Guide, "Rebalancing activities"; "Instance maintenance policies": with
// a maximum healthy percentage above 100 a new instance is launched, and is ready, before the
// unhealthy one is terminated.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

bool is_expected(const Group& group, std::string_view leaving) {
  return std::ranges::count(group.ahead, leaving, &Ahead::leaving) > 0;
}

/// "The maximum percentage of the group that can be in service and healthy, or pending": at least
/// one more, or nothing could ever be replaced.
std::int64_t largest_while_replacing(const Group& group) {
  const std::int64_t desired = group.spec.desired;
  return std::max(desired + 1, (desired * group.spec.most_healthy.value_or(100) + 99) / 100);
}

/// UNDOCUMENTED: the wording, as activity histories show it.
std::string balanced_cause(const Group& group, SimTime now, std::string_view newcomer,
                           std::int64_t before, const Member& leaving) {
  const auto came = group.members.find(newcomer);
  return at_time(now, fmt::format("instances were launched to balance instances in zones {} with "
                                  "other zones resulting in more than desired number of instances "
                                  "in the group",
                                  came == group.members.end() ? "" : came->second.zone)) +
         "  " +
         at_time(now, fmt::format("an instance was taken out of service in response to a "
                                  "difference between desired and actual capacity, shrinking the "
                                  "capacity from {} to {}",
                                  before, before - leaving.weight)) +
         was_selected(now, leaving.instance);
}

void end_for(Groups& groups, Group& group, const Ahead& pair) {
  const std::string& leaving = pair.leaving;
  Member* const member =
      leaving.empty() ? choose_to_retire(groups, group, group.active()) : group.find(leaving);
  if (member == nullptr || !is_active(member->lifecycle)) return;
  const std::int64_t before = group.active();
  const SimTime now = groups.sim().now();
  retire(groups, group, *member,
         leaving.empty() ? balanced_cause(group, now, pair.newcomer, before, *member)
                         : at_time(now, member->leaves_because) +
                               (member->healthy ? was_selected(now, leaving) : ""));
}

}  // namespace

bool launches_first(const Group& group) { return group.spec.most_healthy.value_or(0) > 100; }

bool launch_ahead(Groups& groups, Group& group, const std::string& leaving, std::string_view cause,
                  std::string_view because) {
  const bool balances = leaving.empty();
  const auto launched = launch_one(groups, group, cause, balances ? "" : "to replace " + leaving,
                                   balances ? LaunchFor::balance : LaunchFor::service);
  if (!launched) return false;
  group.ahead.push_back({*launched, leaving});
  if (Member* const member = group.find(leaving)) member->leaves_because = because;
  return true;
}

/// "It attempts to launch a replacement before it terminates the instance [...] and may exceed the
/// maximum size by up to ten per cent of the desired capacity" (capacity rebalancing).
void rebalance_recommended(Groups& groups, Instance& instance) {
  Group* const group = groups.of(instance);
  const Member* const member = group == nullptr ? nullptr : group->find(instance);
  if (member == nullptr || !group->spec.capacity_rebalance || !is_active(member->lifecycle)) return;
  if (group->suspended.contains("Launch") || is_expected(*group, instance.id)) return;
  if (group->active() + member->weight > largest_while_rebalancing(group->spec.max_size)) return;
  launch_ahead(groups, *group, instance.id,
               at_time(groups.sim().now(),
                       "an instance was launched in response to an EC2 instance rebalance "
                       "recommendation"),
               "an instance was taken out of service in response to an EC2 instance rebalance "
               "recommendation");
  update_group_metrics(groups, *group);
}

void replace_waiting(Groups& groups, Group& group) {
  std::erase_if(group.awaiting, [&](const std::string& id) {
    const Member* const member = group.find(id);
    return member == nullptr || !is_active(member->lifecycle) || member->healthy;
  });
  const std::vector<std::string> waiting = group.awaiting;
  for (const std::string& id : waiting) {
    if (is_expected(group, id)) continue;
    if (group.active() + 1 > largest_while_replacing(group)) return;
    const std::string cause = at_time(
        groups.sim().now(),
        "an instance was launched in response to an unhealthy instance needing to be replaced");
    if (!launch_ahead(groups, group, id, cause, group.find(id)->leaves_because)) return;
  }
}

namespace {

/// In an instance refresh the newcomer warms up before the other one leaves.
bool waits_for_warmup(Groups& groups, Group& group, std::string_view newcomer) {
  const InstanceRefresh* const refresh = active_refresh(group);
  const Member* const member = group.find(newcomer);
  if (refresh == nullptr || member == nullptr) return false;
  const SimTime warm = member->in_service_since + refresh->preferences.warmup;
  if (warm <= groups.sim().now()) return false;
  groups.sim().at(warm,
                  [&groups, place = group.place, name = group.name, id = std::string{newcomer}] {
                    if (Group* const same = groups.find(place, name))
                      newcomer_arrived(groups, *same, id);
                  });
  return true;
}

}  // namespace

void newcomer_arrived(Groups& groups, Group& group, std::string_view newcomer) {
  const auto found = std::ranges::find(group.ahead, newcomer, &Ahead::newcomer);
  if (found == group.ahead.end()) return;
  if (waits_for_warmup(groups, group, newcomer)) return;
  const Ahead pair = *found;
  group.ahead.erase(found);
  if (group.suspended.contains("Terminate")) return;
  end_for(groups, group, pair);
  balance(groups, group);
}

void forget_ahead(Group& group, std::string_view instance) {
  std::erase_if(group.ahead, [&](const Ahead& one) {
    return one.newcomer == instance || one.leaving == instance;
  });
}

}  // namespace opsim::compute
