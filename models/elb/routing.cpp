// Who gets which share of a load balancer's traffic: DNS gives each node of a healthy zone an equal
// part, a rule's weights divide it among target groups, and these among their targets.
// AWS: ALB User Guide, "Target group health" (unhealthy state actions), "Cross-zone load
// balancing", "Slow start mode"; "Listener rules", weighted target groups. SIMPLIFIED: shares are
// what requests come to on average; stickiness keeps nobody on a target, and
// least_outstanding_requests and weighted_random share equally, as with equal latencies.
#include <algorithm>

#include "models/elb/elb.hpp"

namespace opsim::elb {

namespace {

/// The targets that a node may choose from, and how many of them are healthy.
struct Reach {
  std::vector<const Target*> all;
  std::vector<const Target*> healthy;
};

/// Of the node of one zone; of any node where the group crosses zones. A zonal shift takes the
/// shifted zones' targets out as long as others are healthy (ARC Developer Guide, zonal shift for
/// Application Load Balancers with cross-zone load balancing).
Reach reach_of(const LoadBalancer& balancer, const TargetGroup& group, std::string_view zone) {
  Reach reach;
  Reach shifted;
  const bool crosses = cross_zone(balancer, group);
  reach.all.reserve(group.targets.size());
  reach.healthy.reserve(group.targets.size());
  const Zone* last = nullptr;  // neighbours are often of one zone
  for (const auto& [key, target] : group.targets) {
    if (!target.is_used() || !target.is_registered()) continue;
    const bool anywhere = target.zone.empty() || target.zone == "all";
    if (!anywhere && (last == nullptr || last->name != target.zone))
      last = balancer.find_zone(target.zone);
    const Zone* own = anywhere ? nullptr : last;
    if (!anywhere && own == nullptr) continue;
    if (!anywhere && !crosses && target.zone != zone) continue;
    Reach& part = crosses && own != nullptr && own->shifted_away ? shifted : reach;
    part.all.push_back(&target);
    if (target.is_healthy()) part.healthy.push_back(&target);
  }
  return reach.healthy.empty() && !shifted.healthy.empty() ? shifted : reach;
}

bool falls_short(const TargetGroup& group, const Reach& reach, HealthAction action) {
  return falls_short(group, static_cast<std::int64_t>(reach.healthy.size()),
                     static_cast<std::int64_t>(reach.all.size()), action);
}

/// "When the healthy targets in a zone fall below the threshold, the load balancer sends traffic to
/// all targets that are available to the load balancer node, including unhealthy targets."
bool fails_open(const TargetGroup& group, const Reach& reach) {
  if (group.classic) return false;  // a Classic Load Balancer answers 503 instead
  if (reach.healthy.empty()) return true;
  return falls_short(group, reach, HealthAction::routing);
}

void share_out(Traffic& traffic, const TargetGroup& group, const Reach& reach,
               const std::string& zone, double part, SimTime now) {
  const bool open = fails_open(group, reach);
  const std::vector<const Target*>& chosen = open ? reach.all : reach.healthy;
  if (chosen.empty()) {
    traffic.unserved += part;
    return;
  }
  if (open && reach.healthy.size() < reach.all.size() &&
      std::ranges::count(traffic.fails_open, group.arn) == 0)
    traffic.fails_open.push_back(group.arn);
  double total = 0;
  for (const Target* target : chosen) total += slow_start_weight(group, *target, now);
  traffic.shares.reserve(traffic.shares.size() + chosen.size() * traffic.zones.size());
  for (const Target* target : chosen)
    traffic.shares.push_back(
        {&group, target, zone, part * slow_start_weight(group, *target, now) / total});
}

/// Whose targets a node of a zone may choose from: any zone's where the group crosses zones.
enum class Crossing : bool { no, yes };

/// The thresholds of DNS failover hold in a zone, for the groups that cross zones or for the
/// others.
bool enough_healthy(Elb& elb, const LoadBalancer& balancer, std::string_view zone, Crossing which) {
  for (const auto& [arn, group] : elb.target_groups) {
    if (group.targets.empty() || group.type == TargetType::lambda) continue;
    if (!group.load_balancers.contains(balancer.arn)) continue;
    if (cross_zone(balancer, group) != (which == Crossing::yes)) continue;
    if (falls_short(group, reach_of(balancer, group, zone), HealthAction::dns)) return false;
  }
  return true;
}

/// "If all load balancer zones are considered unhealthy, the load balancer sends traffic to all
/// zones, including the unhealthy zones": shifted ones too.
std::vector<std::string> zones_in_dns(Elb& elb, const LoadBalancer& balancer) {
  std::vector<std::string> zones;
  if (enough_healthy(elb, balancer, {}, Crossing::yes))
    for (const Zone& zone : balancer.zones)
      if (!zone.shifted_away && enough_healthy(elb, balancer, zone.name, Crossing::no))
        zones.push_back(zone.name);
  if (zones.empty())
    for (const Zone& zone : balancer.zones) zones.push_back(zone.name);
  return zones;
}

}  // namespace

bool falls_short(const TargetGroup& group, std::int64_t healthy, std::int64_t all,
                 HealthAction action) {
  if (group.classic) return healthy == 0;
  const std::string prefix = action == HealthAction::dns ? kDnsFailover : kRoutingFailover;
  const auto count = number_of(group.attributes, prefix + ".count");
  if (count && healthy < *count) return true;
  const auto percent = number_of(group.attributes, prefix + ".percentage");
  return percent && healthy * 100 < *percent * all;
}

const Routing& routing_for(const Listener& listener, const HttpRequest* request) {
  if (request != nullptr)
    for (const auto& [priority, rule] : listener.rules)
      if (holds(rule.parsed, *request)) return rule.routing;
  return listener.otherwise.routing;
}

bool cross_zone(const LoadBalancer& balancer, const TargetGroup& group) {
  const std::string_view own = text_of(group.attributes, "load_balancing.cross_zone.enabled");
  if (group.type == TargetType::lambda) return true;
  if (own == "true" || own == "false") return own == "true";
  return is_true(balancer.attributes, "load_balancing.cross_zone.enabled");
}

bool zone_is_healthy(Elb& elb, const LoadBalancer& balancer, std::string_view zone) {
  return enough_healthy(elb, balancer, zone, Crossing::yes) &&
         enough_healthy(elb, balancer, zone, Crossing::no);
}

// "Linearly increases the number of requests". Estimate: it begins with a hundredth.
double slow_start_weight(const TargetGroup& group, const Target& target, SimTime now) {
  if (!target.slow_start) return 1;
  const Duration takes = seconds_of(group.attributes, "slow_start.duration_seconds");
  if (takes == Duration{} || now - *target.slow_start >= takes) return 1;
  const double warm =
      static_cast<double>((now - *target.slow_start).count()) / static_cast<double>(takes.count());
  return std::max(0.01, warm);
}

Traffic traffic_of(Elb& elb, const LoadBalancer& balancer, const Listener& listener,
                   const HttpRequest* request) {
  Traffic traffic;
  const std::vector<std::string> zones = zones_in_dns(elb, balancer);
  for (const std::string& zone : zones)
    traffic.zones[zone] = 1.0 / static_cast<double>(zones.size());
  const Routing& routing = routing_for(listener, request);
  if (routing.answers != 0) {
    traffic.answered[routing.answers] = 1;
    return traffic;
  }
  double weights = 0;
  for (const auto& [arn, weight] : routing.forward) weights += static_cast<double>(weight);
  if (weights == 0) traffic.unserved = 1;
  for (const auto& [arn, weight] : routing.forward) {
    const TargetGroup* group = elb.find_target_group(arn);
    if (group == nullptr || weight == 0) continue;
    const bool crosses = cross_zone(balancer, *group);
    Reach reach;
    for (const auto& [zone, part] : traffic.zones) {
      if (!crosses || reach.all.empty()) reach = reach_of(balancer, *group, zone);
      share_out(traffic, *group, reach, zone, part * static_cast<double>(weight) / weights,
                elb.sim().now());
    }
  }
  return traffic;
}

}  // namespace opsim::elb
