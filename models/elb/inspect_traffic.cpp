// InspectTraffic: no operation of AWS. How models that send traffic (workloads, DNS) ask where it
// goes now. See README.md for its members.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "models/elb/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::elb {

namespace {

LoadBalancer* balancer_of(Elb& elb, const Request& request) {
  if (const std::string arn = input::text(request.input, "ListenerArn"); !arn.empty()) {
    const Listener* listener = elb.find_listener(arn);
    return listener == nullptr ? nullptr : elb.find_load_balancer(listener->load_balancer);
  }
  const std::string wanted = input::text(request.input, "LoadBalancer");
  if (LoadBalancer* found = elb.find_load_balancer(wanted)) return found;
  std::string dns = wanted;
  if (dns.starts_with("dualstack.")) dns.erase(0, 10);
  if (dns.ends_with('.')) dns.pop_back();
  for (auto& [arn, balancer] : elb.load_balancers)
    if (balancer.dns_name == dns) return &balancer;
  return elb.find_load_balancer(request.place(), wanted);
}

/// The listener that a request means: the one it names; else 443, which 80 usually redirects to;
/// else the lowest port.
const Listener* listener_of(Elb& elb, const LoadBalancer& balancer, const Json& input) {
  const std::string arn = input::text(input, "ListenerArn");
  const auto port = input::integer(input, "Port");
  const Listener* chosen = nullptr;
  for (const std::string& one : balancer.listeners) {
    const Listener& listener = elb.listeners.at(one);
    if (one == arn || (port && listener.port == *port)) return &listener;
    if (chosen == nullptr || listener.port == 443 ||
        (chosen->port != 443 && listener.port < chosen->port))
      chosen = &listener;
  }
  return arn.empty() && !port ? chosen : nullptr;
}

/// As Route 53 evaluates an alias to it: a zone in service, and no group without targets.
bool is_healthy(Elb& elb, const LoadBalancer& balancer) {
  bool any = false;
  for (const auto& [arn, group] : elb.target_groups) {
    if (!group.load_balancers.contains(balancer.arn) || group.type == TargetType::lambda) continue;
    any = true;
    if (group.targets.empty()) return false;
  }
  if (!any) return !balancer.listeners.empty();
  for (const Zone& zone : balancer.zones)
    if (!zone.shifted_away && zone_is_healthy(elb, balancer, zone.name)) return true;
  return false;
}

Json share_json(Elb& elb, const Share& share) {
  const Resource* behind = resource_behind(elb, *share.group, *share.target);
  return {{"TargetGroupArn", share.group->arn},
          {"Target", target_name(*share.group, *share.target)},
          {"Id", share.target->id},
          {"Port", share.target->port},
          {"AvailabilityZone", share.target->zone},
          {"Resource", behind == nullptr ? std::string{} : behind->physical_id},
          {"FromZone", share.zone},
          {"Healthy", share.target->is_healthy()},
          {"Answer", static_cast<int>(share.target->answer)},
          {"Share", share.share}};
}

/// Each target that gets anything, once, whichever nodes send it: what a large fleet can be asked.
Json brief_shares(Elb& elb, const Traffic& traffic) {
  std::map<std::string_view, std::pair<const Share*, double>> sums;  // in the order of their ids
  for (const Share& share : traffic.shares) {
    if (share.share <= 0) continue;
    auto& sum = sums[share.target->id];
    if (sum.first != nullptr &&
        (sum.first->group != share.group || sum.first->target != share.target))
      return nullptr;  // one id in two groups, or on two ports
    sum.first = &share;
    sum.second += share.share;
  }
  Json targets = Json::array();
  for (const auto& [id, sum] : sums) {
    const Resource* behind = resource_behind(elb, *sum.first->group, *sum.first->target);
    targets.push_back({{"TargetGroupArn", sum.first->group->arn},
                       {"Resource", behind == nullptr ? std::string{} : behind->physical_id},
                       {"Share", sum.second}});
  }
  return targets;
}

/// Whether each healthy target gets as much as any other, whoever else fails: one group behind an
/// Application Load Balancer whose cross-zone balancing nobody has turned off.
bool is_even(const LoadBalancer& balancer, const Traffic& traffic) {
  if (!balancer.is_application() || traffic.shares.empty()) return false;
  std::map<const Target*, double> sums;
  const TargetGroup* group = traffic.shares.front().group;
  for (const Share& share : traffic.shares) {
    if (share.group != group) return false;
    if (share.share > 0) sums[share.target] += share.share;
  }
  if (!cross_zone(balancer, *group)) return false;
  for (const Zone& zone : balancer.zones)
    if (zone.shifted_away) return false;
  const auto [least, most] =
      std::ranges::minmax_element(sums, {}, [](const auto& one) { return one.second; });
  return !sums.empty() && most->second - least->second < 1e-9;
}

/// When shares change by themselves: while a target warms up, each second or so; nothing otherwise.
std::optional<SimTime> slow_start_ends(const Traffic& traffic, SimTime now) {
  std::optional<SimTime> last;
  for (const Share& share : traffic.shares) {
    const Duration takes = seconds_of(share.group->attributes, "slow_start.duration_seconds");
    if (!share.target->slow_start || *share.target->slow_start + takes <= now) continue;
    last = std::max(last.value_or(now), *share.target->slow_start + takes);
  }
  return last;
}

}  // namespace

ApiResult<Json> inspect_traffic(Elb& elb, const Request& request) {
  const LoadBalancer* balancer = balancer_of(elb, request);
  if (balancer == nullptr) return no_load_balancer(input::text(request.input, "LoadBalancer"));
  Json answer{{"LoadBalancerArn", balancer->arn},
              {"LoadBalancer", balancer->full_name},
              {"Type", balancer->type},
              {"Healthy", is_healthy(elb, *balancer)},
              {"Zones", Json::object()},
              {"Targets", Json::array()},
              {"FailsOpen", Json::array()},
              {"Answered", Json::object()},
              {"Unserved", 1.0}};
  const Listener* listener = listener_of(elb, *balancer, request.input);
  if (listener == nullptr) return answer;
  const Json& wanted = input::member(request.input, "Request");
  const HttpRequest http = read_request(wanted);
  const Traffic traffic =
      traffic_of(elb, *balancer, *listener, wanted.is_object() ? &http : nullptr);
  answer["ListenerArn"] = listener->arn;
  answer["Unserved"] = traffic.unserved;
  if (is_even(*balancer, traffic) && !slow_start_ends(traffic, elb.sim().now()))
    answer["EvenIn"] = traffic.shares.front().group->arn;
  answer["FailsOpen"] = traffic.fails_open;
  for (const auto& [zone, share] : traffic.zones) answer["Zones"][zone] = share;
  for (const auto& [code, share] : traffic.answered)
    answer["Answered"][std::to_string(code)] = share;
  Json brief;
  if (input::boolean(request.input, "Brief").value_or(false)) brief = brief_shares(elb, traffic);
  if (!brief.is_null())
    answer["Targets"] = std::move(brief);
  else
    for (const Share& share : traffic.shares) answer["Targets"].push_back(share_json(elb, share));
  if (const auto ends = slow_start_ends(traffic, elb.sim().now()))
    answer["SlowStartUntil"] = iso8601(*ends);
  return answer;
}

}  // namespace opsim::elb
