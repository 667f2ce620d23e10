// What becomes known of a target group: how many of its targets are healthy, and whether users feel
// it.
// AWS: ALB User Guide, "CloudWatch metrics for your Application Load Balancer": HealthyHostCount
// and UnHealthyHostCount, reported while health checks are enabled, by LoadBalancer and
// TargetGroup, and by AvailabilityZone too; target group health: how many zones meet the
// requirements of DNS and of routing. NLB User Guide: the counts in AWS/NetworkELB.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/elb/elb.hpp"

namespace opsim::elb {

namespace {

struct Counts {
  int healthy = 0;
  int unhealthy = 0;
  int all = 0;  // those whose first checks are still under way too
};

/// "The number of zones that meet the DNS healthy state requirements", and so on.
/// Last "the number of targets that are considered disabled due to zonal shift".
constexpr std::string_view kStateNames[] = {"HealthyStateDNS", "UnhealthyStateDNS",
                                            "HealthyStateRouting", "UnhealthyStateRouting",
                                            "ZonalShiftedHostCount"};

/// Of all targets, and of those of each zone that has some.
struct ByZone {
  Counts total;
  std::vector<std::pair<std::string_view, Counts>> zones;

  [[nodiscard]] Counts of(std::string_view zone) const {
    const auto found = std::ranges::find(zones, zone, [](const auto& one) { return one.first; });
    return found == zones.end() ? Counts{} : found->second;
  }
  Counts& in(std::string_view zone) {
    const auto found = std::ranges::find(zones, zone, [](const auto& one) { return one.first; });
    return found == zones.end() ? zones.emplace_back(zone, Counts{}).second : found->second;
  }
};

ByZone count(const TargetGroup& group) {
  ByZone counts;
  for (const auto& [key, target] : group.targets) {
    if (!target.is_used() || !target.is_registered()) continue;
    const bool healthy = target.state == TargetState::healthy;
    const bool unhealthy =
        target.state == TargetState::unhealthy || target.state == TargetState::unhealthy_draining;
    for (Counts* one : {&counts.total, &counts.in(target.zone)}) {
      ++one->all;
      if (healthy) ++one->healthy;
      if (unhealthy) ++one->unhealthy;
    }
  }
  return counts;
}

std::string_view metric_namespace(const LoadBalancer& balancer) {
  if (balancer.is_classic()) return "AWS/ELB";
  if (balancer.type == "gateway") return "AWS/GatewayELB";
  return balancer.is_application() ? "AWS/ApplicationELB" : "AWS/NetworkELB";
}

/// Sampled on the minute and readable a minute later: estimates.
SourceId publish(Elb& elb, const TargetGroup& group, const LoadBalancer& balancer,
                 std::string_view name, std::string_view zone) {
  Dimensions dimensions{{"LoadBalancer", balancer.full_name}, {"TargetGroup", group.full_name}};
  if (group.classic) dimensions = {{"LoadBalancerName", balancer.name}};
  if (!zone.empty()) dimensions.emplace_back("AvailabilityZone", zone);
  Metrics& metrics = elb.cloud.metrics();
  const SeriesId series = metrics.intern({group.place, std::string{metric_namespace(balancer)},
                                          std::string{name}, std::move(dimensions)});
  return metrics.publish(
      series, {.from = elb.sim().now()},
      {.every = std::chrono::minutes{1}, .delay = std::chrono::minutes{1}, .unit = "Count"});
}

void update(Elb& elb, SourceId source, int level) {
  Metrics& metrics = elb.cloud.metrics();
  if (metrics.reports(source) && metrics.waveform(source).level == level) return;
  metrics.change(source, {.from = elb.sim().now(), .level = static_cast<double>(level)});
}

/// How many zones meet the requirements, and how many do not: as kStateNames.
using States = std::array<int, std::size(kStateNames)>;
States states_of(const TargetGroup& group, const Counts& counts) {
  States states{};
  const bool dns = falls_short(group, counts.healthy, counts.all, HealthAction::dns);
  const bool routing = falls_short(group, counts.healthy, counts.all, HealthAction::routing);
  ++states[dns ? 1 : 0];
  ++states[routing ? 3 : 2];
  return states;
}

void update_metrics(Elb& elb, TargetGroup& group, const LoadBalancer& balancer,
                    std::string_view zone, const Counts& counts, const States& states) {
  const std::string key = fmt::format("{} {}", balancer.arn, zone);
  auto found = group.metrics.find(key);
  if (found == group.metrics.end()) {
    TargetGroup::Series made{
        .healthy = publish(elb, group, balancer, "HealthyHostCount", zone),
        .unhealthy = publish(elb, group, balancer, "UnHealthyHostCount", zone)};
    if (balancer.is_application())
      for (const std::string_view name : kStateNames)
        made.states.push_back(publish(elb, group, balancer, name, zone));
    found = group.metrics.emplace(key, std::move(made)).first;
  }
  const TargetGroup::Series& series = found->second;
  update(elb, series.healthy, counts.healthy);
  update(elb, series.unhealthy, counts.unhealthy);
  for (std::size_t i = 0; i < series.states.size(); ++i) update(elb, series.states[i], states[i]);
}

/// Of the group and of each zone. Where the group crosses zones, each sees all of its targets.
void update_all(Elb& elb, TargetGroup& group, const LoadBalancer& balancer, const ByZone& counted) {
  const bool crosses = cross_zone(balancer, group);
  States states{};
  for (const Zone& zone : balancer.zones) {
    const Counts counts = counted.of(zone.name);
    States here = states_of(group, crosses ? counted.total : counts);
    if (crosses && zone.shifted_away) here[4] = counts.all;
    for (std::size_t i = 0; i < states.size(); ++i) states[i] += here[i];
    update_metrics(elb, group, balancer, zone.name, counts, here);
  }
  update_metrics(elb, group, balancer, {}, counted.total, states);
}

void stop(Elb& elb, const TargetGroup::Series& series) {
  elb.cloud.metrics().stop(series.healthy);
  elb.cloud.metrics().stop(series.unhealthy);
  for (const SourceId state : series.states) elb.cloud.metrics().stop(state);
}

bool forwards(const Routing& routing, const TargetGroup& group) {
  return std::ranges::any_of(
      routing.forward, [&](const auto& one) { return one.first == group.arn && one.second > 0; });
}

/// A group of weight 0 everywhere, as the one that a deployment has left, is missed by nobody.
bool gets_requests(const Elb& elb, const TargetGroup& group) {
  if (group.classic) return true;
  for (const auto& [arn, listener] : elb.listeners) {
    if (forwards(listener.otherwise.routing, group)) return true;
    for (const auto& [priority, rule] : listener.rules)
      if (forwards(rule.routing, group)) return true;
  }
  return false;
}

/// Users feel it when a group that served has nobody left who is healthy.
void refresh_with(Elb& elb, TargetGroup& group, const Counts& counts) {
  group.served = group.served || counts.healthy > 0;
  const bool down = group.served && counts.healthy == 0 && !group.load_balancers.empty() &&
                    gets_requests(elb, group);
  if (down && elb.cloud.health(known_as(group)) != Health::down) {
    elb.cloud.set_health(known_as(group), Health::down,
                         counts.unhealthy > 0
                             ? fmt::format("none of its {} targets is healthy", counts.unhealthy)
                             : std::string{"it has no target in service"});
  } else if (!down) {
    elb.cloud.set_health(
        known_as(group), Health::ok,
        fmt::format("{} healthy target{}", counts.healthy, counts.healthy == 1 ? "" : "s"));
  }
}

}  // namespace

void refresh_group_health(Elb& elb, TargetGroup& group) {
  refresh_with(elb, group, count(group).total);
}

void counts_changed(Elb& elb, TargetGroup& group) {
  const ByZone counts = count(group);
  if (group.targets.empty()) {  // "reported if there are registered targets"
    for (const auto& [key, series] : group.metrics) stop(elb, series);
  } else if (group.check.enabled) {
    for (const std::string& arn : group.load_balancers) {
      const LoadBalancer* balancer = elb.find_load_balancer(arn);
      if (balancer != nullptr) update_all(elb, group, *balancer, counts);
    }
  }
  refresh_with(elb, group, counts.total);
}

void end_metrics(Elb& elb, TargetGroup& group) {
  for (const auto& [key, series] : group.metrics) stop(elb, series);
  group.metrics.clear();
}

}  // namespace opsim::elb
