// A group keeps its desired capacity: where it launches, what it terminates.
// AWS: EC2 Auto Scaling User Guide, "Instance distribution across Availability Zones": launches go
// where the fewest instances are; "Control which instances terminate": the default policy looks at
// the zone with the most instances, then at the oldest launch template or configuration.
// SIMPLIFIED: within the zone the oldest instance goes; other termination policies are not
// simulated. A launch never fails for want of capacity.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

struct Slot {
  std::string zone;
  std::string subnet;  // "" for the default VPC's
};

/// The zones of a group, with the subnet that stands for each, in the order given.
std::vector<Slot> slots_of(Groups& groups, const Group& group) {
  std::vector<Slot> slots;
  Fleet& fleet = groups.fleet();
  for (const std::string& id : group.spec.subnets)
    slots.push_back({subnet_of(fleet, group.place, id).zone, id});
  if (!slots.empty()) return slots;
  for (const std::string& zone : group.spec.zones)
    slots.push_back({zone, default_subnet(fleet, group.place, zone).id});
  return slots;
}

const Slot& emptiest(const std::vector<Slot>& slots,
                     const std::map<std::string, std::int64_t>& spread) {
  const auto in = [&](const Slot& slot) {
    const auto found = spread.find(slot.zone);
    return found == spread.end() ? std::int64_t{0} : found->second;
  };
  return *std::ranges::min_element(slots, {}, in);
}

Member& add_member(Groups& groups, Group& group, const Slot& slot, const LaunchOrder& order) {
  Instance& instance = launch(groups.fleet(), order);
  Member member;
  member.instance = instance.id;
  member.zone = slot.zone;
  member.spec = order.spec;
  member.protected_from_scale_in = group.spec.protects_new;
  return group.add(std::move(member));
}

LaunchOrder order_for(const Group& group, const Slot& slot,
                      const std::shared_ptr<const LaunchSpec>& spec) {
  LaunchOrder order;
  order.place = group.place;
  order.spec = spec;
  order.zone = slot.zone;
  order.subnet = slot.subnet;
  order.group = group.name;
  order.owner = group.name;
  order.tags = group.spec.launched_tags;
  order.tags["aws:autoscaling:groupName"] = group.name;
  return order;
}

std::string scaling_cause(SimTime now, std::string_view what, std::int64_t from, std::int64_t to) {
  return fmt::format(
      "At {} an instance was {} in response to a difference between desired and actual capacity, "
      "{} the capacity from {} to {}.",
      time_text(now), what, to > from ? "increasing" : "shrinking", from, to);
}

void launch_one(Groups& groups, Group& group, const std::shared_ptr<const LaunchSpec>& spec,
                std::string_view why) {
  const Slot slot = emptiest(slots_of(groups, group), group.spread);
  const std::int64_t before = group.active();
  Activity activity;
  activity.kind = Activity::Kind::launch;
  activity.cause = scaling_cause(groups.sim().now(), "started", before, before + 1);
  activity.zone = slot.zone;
  activity.subnet = slot.subnet;
  LaunchOrder order = order_for(group, slot, spec);
  order.why = why;
  Member& member = add_member(groups, group, slot, order);
  activity.instance = member.instance;
  activity.description = "Launching a new EC2 instance: " + member.instance;
  const std::string instance = member.instance;
  const std::string id = begin_activity(groups, group, std::move(activity));
  if (Member* added = group.find(instance)) added->activity = id;
}

/// Null when every member is protected.
Member* one_to_retire(Group& group) {
  Member* chosen = nullptr;
  for (auto& [id, member] : group.members) {
    if (!is_active(member.lifecycle) || member.protected_from_scale_in) continue;
    if (chosen == nullptr || group.spread[member.zone] > group.spread[chosen->zone])
      chosen = &member;
  }
  return chosen;
}

/// "to replace i-00000002" for a launch that makes up for an unhealthy member.
std::string replacing(Group& group) {
  if (group.to_replace.empty()) return {};
  std::string replaced = std::move(group.to_replace.front());
  group.to_replace.pop_front();
  return "to replace " + replaced;
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
  return group.launch;
}

void fill_standing(Groups& groups, Group& group) {
  const auto spec = launch_spec_of(groups, group);
  if (!spec) return;
  const std::vector<Slot> slots = slots_of(groups, group);
  if (slots.empty()) return;
  const auto wanted = static_cast<std::size_t>(std::max<std::int64_t>(group.spec.desired, 0));
  for (std::size_t i = 0; i < wanted; ++i) {
    // In turn over the zones: the same as always the emptiest, without counting each time.
    const Slot& slot = slots[i % slots.size()];
    LaunchOrder order = order_for(group, slot, *spec);
    order.stands = true;
    Member& member = add_member(groups, group, slot, order);
    group.set_lifecycle(member, Lifecycle::in_service);
    group.set_serves(member, true);
    member.in_service_since = groups.sim().now();
  }
  group.complete = true;
}

void balance(Groups& groups, Group& group) {
  const auto spec = launch_spec_of(groups, group);
  while (group.active() < group.spec.desired && spec && !group.suspended.contains("Launch"))
    launch_one(groups, group, *spec, replacing(group));
  while (group.active() > group.spec.desired && !group.suspended.contains("Terminate")) {
    Member* member = one_to_retire(group);
    if (member == nullptr) break;
    const std::int64_t before = group.active();
    retire(groups, group, *member,
           scaling_cause(groups.sim().now(), "taken out of service", before, before - 1));
  }
  update_group_metrics(groups, group);
  refresh_group_health(groups, group);
}

}  // namespace opsim::compute
