// Health checks of load balancers, for groups whose HealthCheckType has them.
// AWS: EC2 Auto Scaling User Guide, "Health checks for instances in an Auto Scaling group": after a
// load balancer is attached and in service, an instance that it finds unhealthy "is marked
// unhealthy the next time that Auto Scaling does its periodic health check", once its grace period
// is over.
// UNDOCUMENTED: how often it looks. Estimate: once a minute, at each instance's own second.
#include <algorithm>

#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

struct Target {
  Group* group = nullptr;
  Member* member = nullptr;
  TrafficSource* source = nullptr;
};

Target target_of(Groups& groups, const TargetHealth& told) {
  Instance* const instance = groups.fleet().find(told.target);
  Group* const group = instance == nullptr ? nullptr : groups.of(*instance);
  if (group == nullptr) return {};
  const auto source = std::ranges::find(group->sources, told.target_group, &TrafficSource::id);
  if (source == group->sources.end()) return {};
  return {group, group->find(told.target), &*source};
}

/// Not yet, or no longer, a target that is checked (API TargetHealth, Reason).
bool is_no_failure(std::string_view reason) {
  constexpr std::string_view kNoFailures[] = {"Elb.InitialHealthChecking",
                                              "Elb.RegistrationInProgress",
                                              "Target.DeregistrationInProgress",
                                              "Target.HealthCheckDisabled",
                                              "Target.InvalidState",
                                              "Target.IpUnusable",
                                              "Target.NotInUse",
                                              "Target.NotRegistered"};
  return std::ranges::count(kNoFailures, reason) > 0;
}

bool asks_load_balancers(const Group& group) {
  const std::string& type = group.spec.health_check_type;
  return type.find("ELB") != std::string::npos || type.find("VPC_LATTICE") != std::string::npos;
}

}  // namespace

bool fails_targets(const Group& group, const Member& member) {
  if (member.lifecycle != Lifecycle::in_service || !asks_load_balancers(group)) return false;
  if (group.suspended.contains("HealthCheck")) return false;
  return std::ranges::any_of(group.sources, [&](const TrafficSource& source) {
    return source.state == Attachment::in_service &&
           std::ranges::count(member.failing, source.id) > 0;
  });
}

namespace {

/// The next of this instance's periodic checks, not before its grace period is over.
SimTime next_look(Groups& groups, const Group& group, const Member& member) {
  const SimTime earliest = std::max(groups.sim().now(), member.in_service_since + group.spec.grace);
  const Instance* const instance = groups.instance_of(member);
  const Duration phase = instance == nullptr ? Duration{} : instance->checks.phase;
  const Duration into = (earliest.time_since_epoch() - phase) % Duration{1min};
  return into == Duration{} ? earliest : earliest + (Duration{1min} - into);
}

void look_at_targets(Groups& groups, const Place& place, const std::string& name,
                     const std::string& instance) {
  Group* const group = groups.find(place, name);
  Member* const member = group == nullptr ? nullptr : group->find(instance);
  if (member == nullptr || !fails_targets(*group, *member)) return;
  found_unhealthy(groups, *group, *member,
                  "an instance was taken out of service in response to an ELB system health check "
                  "failure");
}

}  // namespace

void look_later_at_targets(Groups& groups, const Group& group, Member& member) {
  if (!fails_targets(group, member)) {
    groups.sim().cancel(member.elb_wait);
    return;
  }
  if (groups.sim().pending(member.elb_wait)) return;
  member.elb_wait = groups.sim().at(
      next_look(groups, group, member),
      [&groups, place = group.place, name = group.name, instance = member.instance] {
        look_at_targets(groups, place, name, instance);
      });
}

void target_health_changed(Groups& groups, const TargetHealth& told) {
  const auto [group, member, source] = target_of(groups, told);
  if (source == nullptr || member == nullptr) return;
  std::erase(member->failing, source->id);
  const bool first = told.healthy && source->state == Attachment::added;
  if (told.healthy && source->state != Attachment::removing) source->state = Attachment::in_service;
  if (!told.healthy && !is_no_failure(told.reason)) member->failing.push_back(source->id);
  look_later_at_targets(groups, *group, *member);
  if (!first) return;
  // Others that failed before counted for nothing until now.
  for (auto& [id, other] : group->members) look_later_at_targets(groups, *group, other);
}

}  // namespace opsim::compute
