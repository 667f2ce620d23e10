// What becomes known of a target group: how many of its targets are healthy, and whether users feel
// it.
// AWS: ALB User Guide, "CloudWatch metrics for your Application Load Balancer": HealthyHostCount
// and UnHealthyHostCount, reported while health checks are enabled, by LoadBalancer and
// TargetGroup, and by AvailabilityZone too. NLB User Guide: the same names in AWS/NetworkELB.
#include <fmt/format.h>

#include <algorithm>

#include "models/elb/elb.hpp"

namespace opsim::elb {

namespace {

struct Counts {
  int healthy = 0;
  int unhealthy = 0;
};

/// Of all targets, and of those of each zone that has some.
struct ByZone {
  Counts all;
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
    if (!healthy && !unhealthy) continue;
    Counts& zone = counts.in(target.zone);
    ++(healthy ? zone.healthy : zone.unhealthy);
    ++(healthy ? counts.all.healthy : counts.all.unhealthy);
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

void update_metrics(Elb& elb, TargetGroup& group, const LoadBalancer& balancer,
                    std::string_view zone, const Counts& counts) {
  const std::string key = fmt::format("{} {}", balancer.arn, zone);
  auto found = group.metrics.find(key);
  if (found == group.metrics.end()) {
    const TargetGroup::Series made{
        .healthy = publish(elb, group, balancer, "HealthyHostCount", zone),
        .unhealthy = publish(elb, group, balancer, "UnHealthyHostCount", zone)};
    found = group.metrics.emplace(key, made).first;
  }
  update(elb, found->second.healthy, counts.healthy);
  update(elb, found->second.unhealthy, counts.unhealthy);
}

void stop(Elb& elb, const TargetGroup::Series& series) {
  elb.cloud.metrics().stop(series.healthy);
  elb.cloud.metrics().stop(series.unhealthy);
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

}  // namespace

namespace {

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
  refresh_with(elb, group, count(group).all);
}

void counts_changed(Elb& elb, TargetGroup& group) {
  const ByZone counts = count(group);
  if (group.targets.empty()) {  // "reported if there are registered targets"
    for (const auto& [key, series] : group.metrics) stop(elb, series);
  } else if (group.check.enabled) {
    for (const std::string& arn : group.load_balancers) {
      const LoadBalancer* balancer = elb.find_load_balancer(arn);
      if (balancer == nullptr) continue;
      update_metrics(elb, group, *balancer, {}, counts.all);
      for (const Zone& zone : balancer->zones)
        update_metrics(elb, group, *balancer, zone.name, counts.of(zone.name));
    }
  }
  refresh_with(elb, group, counts.all);
}

void end_metrics(Elb& elb, TargetGroup& group) {
  for (const auto& [key, series] : group.metrics) stop(elb, series);
  group.metrics.clear();
}

}  // namespace opsim::elb
