// A group keeps its desired capacity: it launches, ends and moves instances.
// AWS: EC2 Auto Scaling User Guide, "Set scaling limits" and "Rebalancing activities"
// (auto-scaling-benefits): rebalancing launches before it ends others, and may exceed the maximum.
// UNDOCUMENTED: rebalancing begins at once, where instances stand unevenly by more than one.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

std::string scaling_cause(SimTime now, std::string_view what, std::int64_t from, std::int64_t to) {
  return fmt::format(
      "At {} an instance was {} in response to a difference between desired and actual capacity, "
      "{} the capacity from {} to {}.",
      time_text(now), what, to > from ? "increasing" : "shrinking", from, to);
}

/// The member that the next launch makes up for.
std::optional<Gone> next_gone(Group& group) {
  if (group.to_replace.empty()) return std::nullopt;
  std::optional<Gone> gone = std::move(group.to_replace.front());
  group.to_replace.pop_front();
  return gone;
}

constexpr std::string_view kUnhealthyReplaced =
    "an instance was launched in response to an unhealthy instance needing to be replaced";

void launch_missing(Groups& groups, Group& group) {
  while (group.active() < group.spec.desired + group.ahead_units()) {
    const std::int64_t before = group.active();
    const SimTime now = groups.sim().now();
    const bool unhealthy = !group.to_replace.empty() && group.to_replace.front().unhealthy;
    const std::string cause =
        unhealthy ? at_time(now, kUnhealthyReplaced)
                  : group.scaling.reason + scaling_cause(now, "started", before, before + 1);
    if (take_from_pool(groups, group, cause)) {
      if (unhealthy) group.to_replace.pop_front();
      continue;
    }
    const std::optional<Gone> gone = next_gone(group);
    const auto launched =
        launch_one(groups, group, cause, gone ? "to replace " + gone->instance : "");
    if (launched) continue;
    // Who was to be replaced still is, once there is capacity.
    if (gone) group.to_replace.push_front(*gone);
    return;
  }
}

void end_surplus(Groups& groups, Group& group) {
  while (group.active() > group.spec.desired + group.ahead_units()) {
    const std::int64_t before = group.active();
    const std::int64_t surplus = before - group.spec.desired - group.ahead_units();
    if (!may_scale_in(groups, group, surplus)) return;
    Member* const member = choose_to_retire(groups, group, surplus);
    if (member == nullptr) return ask_again_later(groups, group);
    member->reusable = true;
    retire(groups, group, *member,
           group.scaling.reason +
               scaling_cause(groups.sim().now(), "taken out of service", before,
                             before - member->weight) +
               was_selected(groups.sim().now(), member->instance));
  }
  if (!group.spec.termination_function.empty()) forget_answer(groups, group);
}

/// Protected members do not move.
std::vector<ZoneLoad> loads_of(Groups& groups, Group& group) {
  using Use = ZoneLoad::Use;
  std::vector<ZoneLoad> loads;
  const SimTime now = groups.sim().now();
  const std::vector<GroupZone>& zones = group_zones(groups, group);
  std::int64_t elsewhere = group.active_count();
  for (const GroupZone& zone : zones) {
    const std::int64_t active = group.active_in(zone.name);
    const bool closed = zone.closed_until > now || group.shifted.contains(zone.name);
    loads.push_back({active, active, closed ? Use::closed : Use::open});
    elsewhere -= active;
  }
  // Zones that the group has left: all that stands there should go.
  if (elsewhere > 0) loads.push_back({elsewhere, elsewhere, Use::left});
  if (moves_to_balance(loads) == 0) return {};
  for (const auto& [id, member] : group.members) {
    if (!is_active(member.lifecycle) || !member.protected_from_scale_in) continue;
    const auto zone = std::ranges::find(zones, member.zone, &GroupZone::name);
    --loads[static_cast<std::size_t>(zone - zones.begin())].movable;
  }
  return loads;
}

/// UNDOCUMENTED: the wording, as activity histories show it.
std::string balancing_cause(Groups& groups, Group& group) {
  std::string zones;
  std::string counts;
  for (const GroupZone& zone : group_zones(groups, group)) {
    zones += zone.name + " ";
    counts += fmt::format("{} ", group.active_in(zone.name));
  }
  return at_time(groups.sim().now(),
                 fmt::format("availability zones {}had {}instances respectively. An instance was "
                             "launched to aid in balancing the group's zones",
                             zones, counts));
}

void rebalance(Groups& groups, Group& group) {
  if (!group.complete || group.suspended.contains("AZRebalance")) return;
  if (group.active() != group.spec.desired + group.ahead_units()) return;
  if (group_zones(groups, group).size() < 2 && group.spread.size() < 2) return;
  const std::vector<ZoneLoad> loads = loads_of(groups, group);
  const std::int64_t moving = std::ranges::count(group.ahead, std::string{}, &Ahead::leaving);
  const std::int64_t room = largest_while_rebalancing(group.spec.max_size) - group.active();
  std::int64_t moves = std::min(moves_to_balance(loads) - moving, room);
  for (; moves > 0; --moves) {
    if (!launch_ahead(groups, group, "", balancing_cause(groups, group), "")) return;
  }
}

}  // namespace

ApiResult<std::shared_ptr<const LaunchSpec>> launch_spec_of(Groups& groups, Group& group) {
  if (group.launch != nullptr) return group.launch;
  if (!group.spec.launch_config.empty()) {
    const auto found = groups.launch_configs.find({group.place, group.spec.launch_config});
    if (found == groups.launch_configs.end())
      return ApiError{"ValidationError",
                      "Launch configuration name not found - "
                      "Launch configuration " +
                          group.spec.launch_config + " not found"};
    group.launch = found->second.spec;
    return group.launch;
  }
  if (!group.spec.launch_template.is_object())
    return ApiError{"ValidationError",
                    "Valid requests must contain either LaunchTemplate, LaunchConfigurationName, "
                    "InstanceId or MixedInstancesPolicy parameter."};
  const ApiResult<TemplateVersion> version =
      find_template(groups.fleet(), group.place, group.spec.launch_template);
  if (!version) return version.error();
  const Json metadata = Json::array({group.metadata, *version->metadata});
  LaunchSpec spec = read_launch_spec(*version->data, metadata);
  spec.launch_template = fmt::format("{}:{}", version->of->id, version->number);
  group.launch = std::make_shared<const LaunchSpec>(std::move(spec));
  group.override_specs.clear();
  if (group.spec.mixed)
    for (const Override& one : group.spec.mixed->overrides) {
      LaunchSpec own = *group.launch;
      if (!one.instance_type.empty()) own.instance_type = one.instance_type;
      group.override_specs.push_back(std::make_shared<const LaunchSpec>(std::move(own)));
    }
  return group.launch;
}

void balance(Groups& groups, Group& group) {
  take_turns(groups, group);
  const bool launches = !group.suspended.contains("Launch") && launch_spec_of(groups, group);
  if (launches) {
    replace_waiting(groups, group);
    launch_missing(groups, group);
  }
  if (!group.suspended.contains("Terminate")) end_surplus(groups, group);
  if (launches) rebalance(groups, group);
  advance_refresh(groups, group);
  balance_pool(groups, group);
  update_group_metrics(groups, group);
  refresh_group_health(groups, group);
}

}  // namespace opsim::compute
