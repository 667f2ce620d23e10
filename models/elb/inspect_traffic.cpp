// InspectTraffic: no operation of AWS. How models that send traffic (workloads, DNS) ask where it
// goes now. See README.md for its members.
#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <tuple>
#include <utility>
#include <vector>

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

/// What a target gets of all nodes together.
struct Sum {
  const TargetGroup* group = nullptr;
  const Target* target = nullptr;
  double share = 0;

  [[nodiscard]] auto key() const { return std::tie(target->id, target->port, group->arn); }
};

/// Of each target that gets anything, by id. Nodes send to the same targets in the same order, so
/// the next one is nearly always the one that follows.
std::vector<Sum> sums_of(const Traffic& traffic) {
  std::vector<Sum> sums;
  std::size_t next = 0;
  for (const Share& share : traffic.shares) {
    if (share.share <= 0) continue;
    const Sum one{share.group, share.target, share.share};
    if (next == sums.size() && (sums.empty() || sums.back().key() < one.key())) {
      sums.push_back(one);
    } else {
      if (next == sums.size() || sums[next].target != share.target)
        next = static_cast<std::size_t>(std::ranges::lower_bound(sums, one.key(), {}, &Sum::key) -
                                        sums.begin());
      if (next < sums.size() && sums[next].target == share.target)
        sums[next].share += share.share;
      else
        sums.insert(sums.begin() + static_cast<std::ptrdiff_t>(next), one);
    }
    ++next;
  }
  return sums;
}

/// Each target that gets anything, once, whichever nodes send it: what a large fleet can be asked.
/// A row for each run of targets of one group. Nothing where one id is in two groups, or on two
/// ports.
Json brief_shares(Elb& elb, const std::vector<Sum>& sums) {
  for (std::size_t i = 1; i < sums.size(); ++i)
    if (sums[i - 1].target->id == sums[i].target->id) return nullptr;
  Json rows = Json::array();
  Json::array_t resources;
  Json::array_t shares;
  for (std::size_t i = 0; i < sums.size(); ++i) {
    const Sum& sum = sums[i];
    if (sum.group->type == TargetType::instance) {
      resources.emplace_back(sum.target->id);
    } else {
      const Resource* behind = resource_behind(elb, *sum.group, *sum.target);
      resources.emplace_back(behind == nullptr ? std::string{} : behind->physical_id);
    }
    shares.emplace_back(sum.share);
    if (i + 1 < sums.size() && sums[i + 1].group == sum.group) continue;
    Json row = Json::object();
    row["TargetGroupArn"] = sum.group->arn;
    row["Resources"] = std::exchange(resources, {});
    row["Shares"] = std::exchange(shares, {});
    rows.push_back(std::move(row));
  }
  return rows;
}

/// Whether each healthy target gets as much as any other, whoever else fails: one group behind an
/// Application Load Balancer whose cross-zone balancing nobody has turned off.
bool is_even(const LoadBalancer& balancer, const Traffic& traffic, const std::vector<Sum>& sums) {
  if (!balancer.is_application() || sums.empty()) return false;
  const TargetGroup* group = traffic.shares.front().group;
  for (const Share& share : traffic.shares)
    if (share.group != group) return false;
  if (!cross_zone(balancer, *group)) return false;
  for (const Zone& zone : balancer.zones)
    if (zone.shifted_away) return false;
  const auto [least, most] = std::ranges::minmax_element(sums, {}, &Sum::share);
  return most->share - least->share < 1e-9;
}

/// When shares change by themselves: while a target warms up, each second or so; nothing otherwise.
std::optional<SimTime> slow_start_ends(const Traffic& traffic, SimTime now) {
  std::optional<SimTime> last;
  for (const Share& share : traffic.shares) {
    if (!share.target->slow_start) continue;
    const Duration takes = seconds_of(share.group->attributes, "slow_start.duration_seconds");
    if (*share.target->slow_start + takes <= now) continue;
    last = std::max(last.value_or(now), *share.target->slow_start + takes);
  }
  return last;
}

/// A number for all that shares follow from (FNV-1a, over eight letters at once).
struct Fingerprint {
  std::uint64_t value = 14'695'981'039'346'656'037U;

  void add(std::uint64_t word) {
    value = (value ^ word) * 1'099'511'628'211U;
    value ^= value >> 32;  // products carry upwards only
  }
  void add(std::string_view text) {
    add(text.size());
    while (!text.empty()) {
      std::uint64_t letters = 0;
      const std::size_t some = std::min(sizeof letters, text.size());
      std::memcpy(&letters, text.data(), some);
      add(letters);
      text.remove_prefix(some);
    }
  }
  void add(const Attributes& attributes) {
    for (const auto& [name, text] : attributes) add(text);  // the names are those of the kind
    add(attributes.size());
  }
};

/// Who has asked before and gets the same number would get the same shares. Nothing where they also
/// follow from what stands behind an address, or from the time.
std::optional<std::uint64_t> shares_version(const Elb& elb, const LoadBalancer& balancer,
                                            const Listener& listener, const Routing& routing) {
  Fingerprint all;
  all.add(listener.arn);
  all.add(static_cast<std::uint64_t>(routing.answers));
  for (const auto& [arn, weight] : routing.forward) {
    all.add(arn);
    all.add(static_cast<std::uint64_t>(weight));
    // Rules may send to groups that the load balancer does not know of yet.
    const auto group = elb.target_groups.find(arn);
    if (group == elb.target_groups.end() || !group->second.load_balancers.contains(balancer.arn))
      return std::nullopt;
  }
  for (const Zone& zone : balancer.zones) {
    all.add(zone.name);
    all.add(zone.shifted_away ? 1U : 0U);
  }
  all.add(balancer.attributes);
  for (const auto& [arn, group] : elb.target_groups) {
    if (!group.load_balancers.contains(balancer.arn)) continue;
    if (group.type != TargetType::instance) return std::nullopt;
    all.add(arn);
    all.add(group.attributes);
    for (const auto& [key, target] : group.targets) {
      if (target.slow_start) return std::nullopt;
      all.add(target.id);
      all.add(static_cast<std::uint64_t>(target.port));
      all.add(target.zone);
      all.add((target.is_used() ? 1U : 0U) + (target.is_registered() ? 2U : 0U) +
              (target.is_healthy() ? 4U : 0U));
    }
  }
  return all.value;
}

Json shares_json(Elb& elb, const Traffic& traffic) {
  Json targets = Json::array();
  for (const Share& share : traffic.shares) targets.push_back(share_json(elb, share));
  return targets;
}

/// What is said of a listener's traffic whoever asks.
struct Told {
  Traffic traffic;
  std::vector<Sum> sums;

  Told(Elb& elb, const LoadBalancer& balancer, const Listener& listener, const Json& wanted,
       Json& answer) {
    const HttpRequest http = read_request(wanted);
    traffic = traffic_of(elb, balancer, listener, wanted.is_object() ? &http : nullptr);
    sums = sums_of(traffic);
    answer["ListenerArn"] = listener.arn;
    const std::optional<SimTime> ends = slow_start_ends(traffic, elb.sim().now());
    if (!ends && is_even(balancer, traffic, sums))
      answer["EvenIn"] = traffic.shares.front().group->arn;
    if (ends) answer["SlowStartUntil"] = iso8601(*ends);
  }
};

}  // namespace

ApiResult<Json> inspect_traffic(Elb& elb, const Request& request) {
  const LoadBalancer* balancer = balancer_of(elb, request);
  if (balancer == nullptr) return no_load_balancer(input::text(request.input, "LoadBalancer"));
  const Listener* listener = listener_of(elb, *balancer, request.input);
  const Json& wanted = input::member(request.input, "Request");
  if (input::boolean(request.input, "Brief").value_or(false)) {
    Json answer = Json::object();
    if (listener == nullptr) return answer;
    const bool asks_rules = wanted.is_object() && !listener->rules.empty();
    const HttpRequest http = asks_rules ? read_request(wanted) : HttpRequest{};
    const Routing& routing = routing_for(*listener, asks_rules ? &http : nullptr);
    if (const auto version = shares_version(elb, *balancer, *listener, routing)) {
      const Json& since = input::member(request.input, "Since");
      if (since == *version) {
        answer["ListenerArn"] = listener->arn;
        answer["Same"] = true;
        return answer;
      }
      answer["Version"] = *version;
    }
    const Told told{elb, *balancer, *listener, wanted, answer};
    if (Json brief = brief_shares(elb, told.sums); !brief.is_null())
      answer["Brief"] = std::move(brief);
    else
      answer["Targets"] = shares_json(elb, told.traffic);
    return answer;
  }
  Json answer{{"LoadBalancerArn", balancer->arn},
              {"LoadBalancer", balancer->full_name},
              {"Type", balancer->type},
              {"Healthy", is_healthy(elb, *balancer)},
              {"Zones", Json::object()},
              {"Targets", Json::array()},
              {"FailsOpen", Json::array()},
              {"Answered", Json::object()},
              {"Unserved", 1.0}};
  if (listener == nullptr) return answer;
  const Told told{elb, *balancer, *listener, wanted, answer};
  answer["Unserved"] = told.traffic.unserved;
  answer["FailsOpen"] = told.traffic.fails_open;
  for (const auto& [zone, share] : told.traffic.zones) answer["Zones"][zone] = share;
  for (const auto& [code, share] : told.traffic.answered)
    answer["Answered"][std::to_string(code)] = share;
  answer["Targets"] = shares_json(elb, told.traffic);
  return answer;
}

}  // namespace opsim::elb
