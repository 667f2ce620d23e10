// Members that get too old are replaced.
// AWS: EC2 Auto Scaling User Guide, "Replace Auto Scaling instances based on maximum instance
// lifetime" (asg-max-instance-lifetime): gradually, "a few at a time"; never those that are
// protected from scale-in. UNDOCUMENTED: how many at once. Estimate: a tenth of the group, at least
// one; the next ones once their replacements are in service.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

SimTime end_of_life(Groups& groups, const Group& group, const Member& member) {
  const Instance* const instance = groups.instance_of(member);
  const SimTime from = instance == nullptr ? member.in_service_since : instance->launched;
  return from + group.spec.max_lifetime;
}

bool may_age_out(const Member& member) {
  return member.lifecycle == Lifecycle::in_service && !member.protected_from_scale_in;
}

std::optional<SimTime> next_end(Groups& groups, const Group& group) {
  std::optional<SimTime> first;
  for (const auto& [id, member] : group.members) {
    if (!may_age_out(member)) continue;
    const SimTime end = end_of_life(groups, group, member);
    if (!first || end < *first) first = end;
  }
  return first;
}

void replace_old(Groups& groups, Group& group) {
  std::vector<std::string> old;
  const auto at_once = static_cast<std::size_t>(std::max<std::int64_t>(1, group.spec.desired / 10));
  for (const auto& [id, member] : group.members)
    if (old.size() < at_once && may_age_out(member) &&
        end_of_life(groups, group, member) <= groups.sim().now())
      old.push_back(id);
  if (old.empty()) return watch_lifetimes(groups, group);
  // UNDOCUMENTED: the wording.
  constexpr std::string_view kBecause =
      "an instance was taken out of service because it reached the maximum instance lifetime";
  const std::string cause = at_time(groups.sim().now(), kBecause);
  for (const std::string& id : old) {
    Member* const member = group.find(id);
    if (member == nullptr) continue;
    if (launches_first(group)) {
      launch_ahead(groups, group, id, cause, kBecause);
    } else {
      group.to_replace.push_back({id});
      retire(groups, group, *member, cause + was_selected(groups.sim().now(), id));
    }
  }
  balance(groups, group);
}

}  // namespace

void watch_lifetimes(Groups& groups, Group& group) {
  if (group.spec.max_lifetime == Duration{} || groups.sim().pending(group.lifetimes)) return;
  // Whoever is on the way here calls this again.
  if (group.count(Stage::coming) > 0) return;
  const auto end = next_end(groups, group);
  if (!end) return;
  group.lifetimes = groups.sim().at(std::max(*end, groups.sim().now()),
                                    [&groups, place = group.place, name = group.name] {
                                      Group* const same = groups.find(place, name);
                                      if (same == nullptr || same->spec.max_lifetime == Duration{})
                                        return;
                                      if (!same->suspended.contains("Terminate"))
                                        replace_old(groups, *same);
                                    });
}

}  // namespace opsim::compute
