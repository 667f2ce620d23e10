// Where a group launches, and what it does where EC2 has no capacity.
// AWS: EC2 Auto Scaling User Guide, "Auto Scaling group Availability Zone distribution": launches
// go where the fewest instances are. Balanced best effort: "if launches fail in one zone, it
// launches in another healthy one"; balanced only: "it continues to attempt to launch in the
// unhealthy zone". UNDOCUMENTED: how long it waits after a failed launch. Estimate: a minute,
// doubling up to sixteen.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

constexpr Duration kFirstBackOff = 1min;
constexpr Duration kLongestBackOff = 16min;

void add_subnet(std::vector<GroupZone>& zones, std::string zone, std::string subnet) {
  auto known = std::ranges::find(zones, zone, &GroupZone::name);
  if (known == zones.end()) {
    zones.push_back({std::move(zone), {}, {}, {}});
    known = std::prev(zones.end());
  }
  known->subnets.push_back(std::move(subnet));
}

bool is_usable(const GroupZone& zone, SimTime now) { return zone.closed_until <= now; }

/// The zone for the next launch; nothing when all are closed for now.
std::optional<std::size_t> next_zone(Groups& groups, Group& group, bool for_pool) {
  const SimTime now = groups.sim().now();
  const bool stubborn = group.spec.distribution == ZoneDistribution::balanced_only;
  std::optional<std::size_t> found;
  std::int64_t fewest = 0;
  const std::vector<GroupZone>& zones = group_zones(groups, group);
  for (std::size_t i = 0; i < zones.size(); ++i) {
    if (group.shifted.contains(zones[i].name)) continue;
    if (!stubborn && !is_usable(zones[i], now)) continue;
    std::int64_t active = group.active_in(zones[i].name);
    if (const auto warm = group.warm_spread.find(zones[i].name);
        for_pool && warm != group.warm_spread.end())
      active += warm->second;
    if (found && active >= fewest) continue;
    found = i;
    fewest = active;
  }
  return found && is_usable(zones[*found], now) ? found : std::nullopt;
}

/// Subnets of one zone are taken in turn.
const std::string& next_subnet(const Group& group, const GroupZone& zone) {
  const auto turn = static_cast<std::size_t>(group.active_in(zone.name));
  return zone.subnets[turn % zone.subnets.size()];
}

/// The group's CapacityReservationSpecification goes before that of what it launches from.
ReservationWish wish_of(const Group& group, const LaunchSpec& spec) {
  return read_reservation_wish(member(group.spec.shown, "CapacityReservationSpecification"),
                               spec.reservation);
}

LaunchOrder order_for(const Group& group, const GroupZone& zone, const Purchase& purchase) {
  LaunchOrder order;
  order.place = group.place;
  order.spec = purchase.spec;
  order.spot = purchase.spot;
  order.wish = wish_of(group, *purchase.spec);
  order.zone = zone.name;
  order.subnet = next_subnet(group, zone);
  order.group = group.name;
  order.owner = group.name;
  order.tags = group.spec.launched_tags;
  order.tags["aws:autoscaling:groupName"] = group.name;
  return order;
}

Member& add_member(Groups& groups, Group& group, const GroupZone& zone, const Purchase& purchase,
                   const LaunchOrder& order, Lifecycle lifecycle) {
  Instance& instance = launch(groups.fleet(), order);
  Member member;
  member.instance = instance.id;
  member.zone = zone.name;
  member.lifecycle = lifecycle;
  member.spec = order.spec;
  member.weight = purchase.weight;
  member.spot = purchase.spot;
  member.protected_from_scale_in = group.spec.protects_new;
  member.at = &instance;
  return *(instance.member = &group.add(std::move(member)));
}

/// Another look once the first of the closed zones opens.
void retry_later(Groups& groups, Group& group) {
  std::optional<SimTime> first;
  for (const GroupZone& zone : group.zones)
    if (zone.closed_until > groups.sim().now() && (!first || zone.closed_until < *first))
      first = zone.closed_until;
  if (!first) return;
  groups.sim().cancel(group.retry);
  group.retry = groups.sim().at(*first, [&groups, place = group.place, name = group.name] {
    if (Group* const same = groups.find(place, name)) balance(groups, *same);
  });
}

/// Groups of mixed instances launch by fleets, whose errors say what was to be bought.
std::string no_capacity_message(const Group& group, const GroupZone& zone,
                                const Purchase& purchase) {
  const std::string refused =
      capacity_message({group.place, zone.name, purchase.spec->instance_type, group.name});
  if (purchase.spot)
    return "Could not launch Spot Instances. UnfulfillableCapacity - There is no capacity "
           "available "
           "that matches your request. Launching EC2 instance failed.";
  return fmt::format("{}{} Launching EC2 instance failed.",
                     group.spec.mixed
                         ? "Could not launch On-Demand Instances. InsufficientInstanceCapacity - "
                         : "",
                     refused);
}

void fail_launch(Groups& groups, Group& group, GroupZone& zone, const Purchase& purchase,
                 std::string_view cause) {
  zone.back_off = zone.back_off == Duration{}
                      ? kFirstBackOff
                      : std::min<Duration>(2 * zone.back_off, kLongestBackOff);
  zone.closed_until = groups.sim().now() + zone.back_off;
  const std::string message = no_capacity_message(group, zone, purchase);
  Activity activity;
  activity.kind = Activity::Kind::launch;
  activity.description = "Launching a new EC2 instance.  Status Reason: " + message;
  activity.cause = cause;
  activity.zone = zone.name;
  activity.subnet = next_subnet(group, zone);
  const std::string id = begin_activity(groups, group, std::move(activity));
  end_activity(groups, group, id, Outcome::failed, message);
  retry_later(groups, group);
}

bool has_capacity(Groups& groups, const Group& group, const GroupZone& zone, const Purchase& one) {
  const ReservationWish wish = wish_of(group, *one.spec);
  const ReservedPlace place{group.place, zone.name, one.spec->instance_type, one.spot};
  if (reservation_for(groups.fleet(), place, wish) != nullptr) return true;
  if (wish.prefers == ReservationWish::Prefers::only && !one.spot) return false;
  return !lacks_capacity(groups.fleet(),
                         {group.place, zone.name, one.spec->instance_type, group.name});
}

/// Of the types that may be bought now, the first for which the zone has capacity.
std::optional<Purchase> first_with_capacity(Groups& groups, const Group& group,
                                            const GroupZone& zone,
                                            const std::vector<Purchase>& wanted) {
  for (const Purchase& one : wanted)
    if (has_capacity(groups, group, zone, one)) return one;
  return std::nullopt;
}

}  // namespace

std::vector<GroupZone>& group_zones(Groups& groups, Group& group) {
  if (!group.zones.empty()) return group.zones;
  Fleet& fleet = groups.fleet();
  for (const std::string& id : group.spec.subnets)
    add_subnet(group.zones, subnet_of(fleet, group.place, id).zone, id);
  if (!group.zones.empty()) return group.zones;
  for (const std::string& zone : group.spec.zones)
    add_subnet(group.zones, zone, default_subnet(fleet, group.place, zone).id);
  return group.zones;
}

std::optional<std::string> launch_one(Groups& groups, Group& group, std::string_view cause,
                                      std::string_view why, LaunchFor what) {
  const std::vector<Purchase> wanted = next_purchases(group);
  const bool pooled = what == LaunchFor::pool;
  while (!wanted.empty()) {
    const std::optional<std::size_t> index = next_zone(groups, group, pooled);
    if (!index) break;
    GroupZone& zone = group.zones[*index];
    const auto purchase = first_with_capacity(groups, group, zone, wanted);
    if (!purchase) {
      fail_launch(groups, group, zone, wanted.front(), cause);
      if (what == LaunchFor::balance) break;
      continue;
    }
    zone.back_off = {};
    LaunchOrder order = order_for(group, zone, *purchase);
    order.why = why;
    Activity activity;
    activity.kind = Activity::Kind::launch;
    activity.cause = cause;
    activity.zone = zone.name;
    activity.subnet = order.subnet;
    if (pooled) activity.destination = "WarmPool";
    const std::string instance = add_member(groups, group, zone, *purchase, order,
                                            pooled ? Lifecycle::warmed_pending : Lifecycle::pending)
                                     .instance;
    activity.instance = instance;
    activity.description = fmt::format("Launching a new EC2 instance{}: {}",
                                       pooled ? " into warm pool" : "", instance);
    const std::string id = begin_activity(groups, group, std::move(activity));
    if (Member* added = group.find(instance)) added->activity = id;
    return instance;
  }
  return std::nullopt;
}

Member* stand_in_pool(Groups& groups, Group& group, Lifecycle lifecycle) {
  if (!launch_spec_of(groups, group)) return nullptr;
  const std::vector<Purchase> wanted = next_purchases(group);
  const std::vector<GroupZone>& zones = group_zones(groups, group);
  if (wanted.empty() || zones.empty()) return nullptr;
  const auto turn = static_cast<std::size_t>(group.active_count() + group.count(Stage::warm));
  const GroupZone& zone = zones[turn % zones.size()];
  LaunchOrder order = order_for(group, zone, wanted.front());
  order.stands = true;
  return &add_member(groups, group, zone, wanted.front(), order, lifecycle);
}

void fill_standing(Groups& groups, Group& group) {
  if (!launch_spec_of(groups, group)) return;
  const std::vector<GroupZone>& zones = group_zones(groups, group);
  if (zones.empty()) return;
  // In turn over the zones: the same as always the emptiest, without counting each time.
  for (std::size_t i = 0; group.active() < group.spec.desired; ++i) {
    const std::vector<Purchase> wanted = next_purchases(group);
    if (wanted.empty()) return;
    const GroupZone& zone = zones[i % zones.size()];
    LaunchOrder order = order_for(group, zone, wanted.front());
    order.stands = true;
    Member& member = add_member(groups, group, zone, wanted.front(), order, Lifecycle::pending);
    group.set_lifecycle(member, Lifecycle::in_service);
    group.set_serves(member, true);
    member.in_service_since = groups.sim().now();
    member.stood = true;
  }
  group.complete = true;
  watch_lifetimes(groups, group);
}

}  // namespace opsim::compute
