// How a group and its load balancers work together: who is registered, who drains.
// AWS: EC2 Auto Scaling User Guide, "Amazon EC2 Auto Scaling instance lifecycle": an instance is
// registered before it is marked InService, and deregistered before its terminating hooks run;
// "Auto Scaling waits for in-flight requests to complete or for the maximum timeout to expire".
// SIMPLIFIED: a target that drains is waited for until its deregistration delay is over. Calls to
// VPC Lattice are not made.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/compute/groups.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::compute {

namespace {

// API RegisterTargets takes a list; this many of a group's members are told at once (estimate).
constexpr std::size_t kRegisteredAtOnce = 100;

enum class Told : std::uint8_t { registration, deregistration };

struct TargetCall {
  std::string service;
  std::string operation;
  Json input;
};

/// The call that makes instances targets, or no targets any more.
TargetCall target_call(const TrafficSource& source, Told change,
                       const std::vector<std::string>& instances) {
  const bool classic = source.kind == TrafficSource::Kind::classic;
  Json list = Json::array();
  for (const std::string& id : instances) list.push_back({{classic ? "InstanceId" : "Id", id}});
  if (classic)
    return {"elb",
            change == Told::registration ? "RegisterInstancesWithLoadBalancer"
                                         : "DeregisterInstancesFromLoadBalancer",
            {{"LoadBalancerName", source.id}, {"Instances", std::move(list)}}};
  return {"elbv2",
          change == Told::registration ? "RegisterTargets" : "DeregisterTargets",
          {{"TargetGroupArn", source.id}, {"Targets", std::move(list)}}};
}

Caller as_service(const Place& place) { return {place, "autoscaling.amazonaws.com", "", false}; }

/// Makes the same call for each source, one after the other.
/// An answer that refuses is no obstacle: the group goes on without it, as AWS's does.
Process<> tell_sources(Cloud& cloud, Place place, std::vector<TrafficSource> sources, Told change,
                       std::vector<std::string> instances) {
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (sources[i].kind == TrafficSource::Kind::lattice) continue;
    for (std::size_t from = 0; from < instances.size(); from += kRegisteredAtOnce) {
      const auto begin = instances.begin() + static_cast<std::ptrdiff_t>(from);
      const auto left = static_cast<std::size_t>(instances.end() - begin);
      const auto end = begin + static_cast<std::ptrdiff_t>(std::min(left, kRegisteredAtOnce));
      TargetCall call = target_call(sources[i], change, {begin, end});
      Caller caller = as_service(place);
      const ApiResult<Json> answer =
          co_await cloud.call(std::move(caller), std::move(call.service), std::move(call.operation),
                              std::move(call.input));
      static_cast<void>(answer);
    }
  }
}

std::vector<TrafficSource> sources_in_use(const Group& group) {
  std::vector<TrafficSource> sources;
  for (const TrafficSource& source : group.sources)
    if (source.state != Attachment::removing) sources.push_back(source);
  return sources;
}

Duration delay_of(Cloud& cloud, const Place& place, const TrafficSource& source) {
  const ApiResult<Json> answer = cloud.inspect(place, "elbv2", "DescribeTargetGroupAttributes",
                                               {{"TargetGroupArn", source.id}});
  if (!answer) return {};
  const Json& attributes = member(*answer, "Attributes");
  if (!attributes.is_array()) return {};
  for (const Json& one : attributes) {
    if (text_of(one, "Key") != "deregistration_delay.timeout_seconds") continue;
    // "The range is 0-3600 seconds" (TargetGroupAttribute).
    return std::chrono::seconds{
        std::clamp<std::int64_t>(integer_of(one, "Value").value_or(0), 0, 3600)};
  }
  return {};
}

/// How long these instances drain: as long as the longest delay of a target group in which one
/// does.
Duration drains_for(Cloud& cloud, const Place& place, const std::vector<TrafficSource>& sources,
                    const std::vector<std::string>& instances) {
  Duration longest{};
  Json targets = Json::array();
  for (const std::string& id : instances) targets.push_back({{"Id", id}});
  for (const TrafficSource& source : sources) {
    if (source.kind != TrafficSource::Kind::target_group) continue;
    const ApiResult<Json> answer =
        cloud.inspect(place, "elbv2", "DescribeTargetHealth",
                      {{"TargetGroupArn", source.id}, {"Targets", targets}});
    if (!answer || !member(*answer, "TargetHealthDescriptions").is_array()) continue;
    for (const Json& one : member(*answer, "TargetHealthDescriptions"))
      if (text_of(member(one, "TargetHealth"), "State").ends_with("draining"))
        longest = std::max(longest, delay_of(cloud, place, source));
  }
  return longest;
}

Process<> join(Groups& groups, Place place, std::string name, std::string instance) {
  Group* group = groups.find(place, name);
  if (group == nullptr) co_return;
  std::vector<TrafficSource> sources = sources_in_use(*group);
  std::vector<std::string> one{instance};
  co_await tell_sources(groups.cloud, place, std::move(sources), Told::registration,
                        std::move(one));
  group = groups.find(place, name);
  Member* const member = group == nullptr ? nullptr : group->find(instance);
  if (member != nullptr) registered(groups, *group, *member);
}

Process<> part(Groups& groups, Place place, std::string name, std::string instance) {
  Group* group = groups.find(place, name);
  if (group == nullptr) co_return;
  std::vector<TrafficSource> sources = sources_in_use(*group);
  const std::vector<TrafficSource> drained = sources;
  const std::vector<std::string> one{instance};
  std::vector<std::string> told = one;
  co_await tell_sources(groups.cloud, place, std::move(sources), Told::deregistration,
                        std::move(told));
  const Duration wait = drains_for(groups.cloud, place, drained, one);
  if (wait > Duration{}) co_await groups.sim().sleep(wait);
  group = groups.find(place, name);
  Member* const member = group == nullptr ? nullptr : group->find(instance);
  if (member != nullptr) deregistered(groups, *group, *member);
}

TrafficSource* find_source(Group& group, std::string_view id) {
  const auto found = std::ranges::find(group.sources, id, &TrafficSource::id);
  return found == group.sources.end() ? nullptr : &*found;
}

Process<> attach(Groups& groups, Place place, std::string name, TrafficSource source) {
  Group* group = groups.find(place, name);
  std::vector<std::string> instances;
  for (auto& [id, member] : group->members) {
    if (member.lifecycle != Lifecycle::in_service) continue;
    member.registered = true;
    instances.push_back(id);
  }
  const std::string id = source.id;
  std::vector<TrafficSource> sources{std::move(source)};
  co_await tell_sources(groups.cloud, place, std::move(sources), Told::registration,
                        std::move(instances));
  group = groups.find(place, name);
  TrafficSource* const added = group == nullptr ? nullptr : find_source(*group, id);
  if (added != nullptr && added->state == Attachment::adding) added->state = Attachment::added;
}

Process<> detach(Groups& groups, Place place, std::string name, TrafficSource source) {
  Group* group = groups.find(place, name);
  std::vector<std::string> instances;
  for (auto& [id, member] : group->members) {
    if (member.registered) instances.push_back(id);
    std::erase(member.failing, source.id);
  }
  const std::string id = source.id;
  const std::vector<std::string> drained = instances;
  std::vector<TrafficSource> sources{std::move(source)};
  const std::vector<TrafficSource> removed = sources;
  co_await tell_sources(groups.cloud, place, std::move(sources), Told::deregistration,
                        std::move(instances));
  const Duration wait = drains_for(groups.cloud, place, removed, drained);
  if (wait > Duration{}) co_await groups.sim().sleep(wait);
  group = groups.find(place, name);
  if (group == nullptr) co_return;
  std::erase_if(group->sources, [&](const TrafficSource& one) {
    return one.id == id && one.state == Attachment::removing;
  });
}

}  // namespace

bool register_member(Groups& groups, const Group& group, Member& member) {
  // "Auto Scaling launches the instances but does not add them" (suspended AddToLoadBalancer).
  if (group.sources.empty() || group.suspended.contains("AddToLoadBalancer")) return false;
  member.registered = true;
  groups.sim().spawn(join(groups, group.place, group.name, member.instance));
  return true;
}

bool deregister_member(Groups& groups, const Group& group, Member& member) {
  groups.sim().cancel(member.elb_wait);
  member.failing.clear();
  if (!std::exchange(member.registered, false) || group.sources.empty()) return false;
  member.draining = true;
  groups.sim().spawn(part(groups, group.place, group.name, member.instance));
  return true;
}

void add_source(Groups& groups, Group& group, TrafficSource source) {
  if (TrafficSource* known = find_source(group, source.id)) {
    known->state = Attachment::adding;
  } else {
    group.sources.push_back(source);
  }
  groups.sim().spawn(attach(groups, group.place, group.name, std::move(source)));
}

bool remove_source(Groups& groups, Group& group, std::string_view id) {
  TrafficSource* const source = find_source(group, id);
  if (source == nullptr || source->state == Attachment::removing) return false;
  source->state = Attachment::removing;
  groups.sim().spawn(detach(groups, group.place, group.name, *source));
  return true;
}

/// What stands from the start is registered and healthy: told without any delay.
void register_standing(Groups& groups, Group& group) {
  if (group.sources.empty() || group.members.empty()) return;
  std::vector<std::string> instances;
  for (auto& [id, member] : group.members) {
    member.registered = true;
    instances.push_back(id);
  }
  for (TrafficSource& source : group.sources) {
    source.state = Attachment::in_service;
    if (source.kind == TrafficSource::Kind::lattice) continue;
    TargetCall call = target_call(source, Told::registration, instances);
    Caller caller = as_service(group.place);
    caller.instant = true;
    groups.cloud.call_later(std::move(caller), std::move(call.service), std::move(call.operation),
                            std::move(call.input));
  }
}

}  // namespace opsim::compute
