// Which member a group ends.
// AWS: EC2 Auto Scaling User Guide, "Configure termination policies": for groups of mixed instances
// it first decides between Spot and On-Demand, then balances zones, then applies the policies.
#include <algorithm>
#include <charconv>
#include <limits>

#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

struct LaunchedFrom {
  std::string_view id;
  std::int64_t version = 0;
};
/// Of "lt-00000001:3".
LaunchedFrom launched_from(const LaunchSpec& spec) {
  const std::string_view text = spec.launch_template;
  const std::size_t colon = text.find(':');
  LaunchedFrom from;
  if (colon == std::string_view::npos) return from;
  from.id = text.substr(0, colon);
  std::from_chars(text.data() + colon + 1, text.data() + text.size(), from.version);
  return from;
}

void set_origin(const Group& group, const Member& member, Candidate& candidate) {
  if (member.spec == nullptr) return;
  const LaunchedFrom own = launched_from(*member.spec);
  if (own.id.empty()) {
    candidate.origin = Origin::launch_configuration;
    candidate.age_of_origin = member.spec->configured.time_since_epoch().count();
    return;
  }
  const LaunchedFrom current = group.launch == nullptr ? own : launched_from(*group.launch);
  candidate.origin = own.id == current.id ? Origin::current_template : Origin::other_template;
  candidate.age_of_origin = own.id == current.id ? own.version : 0;
}

/// "It tries to gradually shift away from instance types that are lower priority."
std::int64_t place_in_order(const Group& group, const Member& member) {
  if (!group.spec.mixed || member.spec == nullptr) return 0;
  const auto& overrides = group.spec.mixed->overrides;
  for (std::size_t i = 0; i < overrides.size(); ++i)
    if (overrides[i].instance_type == member.spec->instance_type)
      return static_cast<std::int64_t>(i);
  return static_cast<std::int64_t>(overrides.size());
}

/// Whether Spot or On-Demand has more than its share; nothing where it does not matter.
std::optional<bool> spot_should_go(const Group& group) {
  if (!group.spec.mixed) return std::nullopt;
  const std::int64_t on_demand = group.on_demand_units();
  if (on_demand == 0 || on_demand == group.active()) return std::nullopt;
  return on_demand <= on_demand_share(*group.spec.mixed, group.spec.desired);
}

/// Zones that the group uses no longer are emptied before any other.
constexpr std::int64_t kLeftZone = std::numeric_limits<std::int64_t>::max();

bool is_used(const Group& group, std::string_view zone) {
  return std::ranges::count(group.zones, zone, &GroupZone::name) > 0;
}

}  // namespace

Member* choose_to_retire(Groups& groups, Group& group, std::int64_t surplus) {
  const std::optional<bool> spot = spot_should_go(group);
  group_zones(groups, group);  // so that they are known
  std::vector<Candidate> candidates;
  std::vector<Member*> members;
  for (auto& [id, member] : group.members) {
    if (!is_active(member.lifecycle) || member.protected_from_scale_in) continue;
    if (!is_released(group, id)) continue;
    if (member.weight > surplus || (spot && member.spot != *spot)) continue;
    Candidate candidate;
    candidate.instance = id;
    candidate.zone = member.zone;
    candidate.in_zone = is_used(group, member.zone) ? group.active_in(member.zone) : kLeftZone;
    if (const Instance* instance = groups.fleet().find(id)) candidate.launched = instance->launched;
    candidate.preference = place_in_order(group, member);
    set_origin(group, member, candidate);
    candidates.push_back(candidate);
    members.push_back(&member);
  }
  if (candidates.empty()) return nullptr;
  return members[choose_to_terminate(candidates, group.spec.policies, groups.sim().now())];
}

}  // namespace opsim::compute
