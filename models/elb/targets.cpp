// The life of a target: initial, healthy, unhealthy, draining, unused.
// AWS: ALB User Guide, "Target health status", "Deregistration delay", "Slow start mode"; NLB User
// Guide, "Connection termination for unhealthy targets".
// SIMPLIFIED: one checker asks each target (AWS: every node of the load balancer does, and its
// opinion is its own); UNDOCUMENTED: the first check comes within one interval of the registration,
// or of the time when the load balancer is active.
#include <fmt/format.h>

#include <algorithm>

#include "models/elb/elb.hpp"

namespace opsim::elb {

namespace {

void cancel_checks(Elb& elb, Target& target) {
  elb.sim().cancel(target.decision);
  elb.sim().cancel(target.verdict);
}

/// When the checks of a target begin: somewhere in the next interval, its own for each target.
SimTime first_check(Elb& elb, const TargetGroup& group, const Target& target) {
  SimTime from = elb.sim().now();
  SimTime active = SimTime::max();  // of the first load balancer that asks
  for (const std::string& arn : group.load_balancers)
    if (const LoadBalancer* balancer = elb.find_load_balancer(arn))
      active = std::min(active, balancer->active_at);
  if (active != SimTime::max()) from = std::max(from, active);
  const std::uint64_t key =
      name_key(fmt::format("elbv2.check {} {}:{}", group.full_name, target.id, target.port));
  const auto counter = static_cast<std::uint64_t>(elb.sim().now().time_since_epoch().count());
  const double share = uniform_at(elb.sim().seed(), key, counter);
  return from + Duration{1 + static_cast<std::int64_t>(
                                 share * static_cast<double>(
                                             (group.check.interval - Duration{1}).count()))};
}

Unused use_of(Elb& elb, const TargetGroup& group, const Target& target) {
  if (target.stopped) return Unused::stopped;
  if (group.load_balancers.empty()) return Unused::group;
  if (target.zone.empty() || target.zone == "all") return Unused::no;
  for (const std::string& arn : group.load_balancers) {
    const LoadBalancer* balancer = elb.find_load_balancer(arn);
    if (balancer != nullptr && balancer->find_zone(target.zone) != nullptr) return Unused::no;
  }
  return Unused::zone;
}

std::string_view unused_reason(Unused unused) {
  return unused == Unused::stopped ? "Target.InvalidState" : "Target.NotInUse";
}

/// "Newly registered targets enter slow start mode only when there is at least one healthy target
/// that is not in slow start mode."
bool warms_up(const TargetGroup& group, const Target& target, SimTime now) {
  const Duration takes = seconds_of(group.attributes, "slow_start.duration_seconds");
  if (takes == Duration{}) return false;
  for (const auto& [key, other] : group.targets) {
    if (&other == &target || !other.is_healthy()) continue;
    if (!other.slow_start || now - *other.slow_start >= takes) return true;
  }
  return false;
}

/// Tells everyone whom it concerns what the target is now.
void announce(Elb& elb, TargetGroup& group, const Target& target, std::string_view state,
              std::string_view reason) {
  const Resources& known = elb.cloud.resources();
  CauseId cause{};
  if (elb.cloud.journal().keeps(Level::story)) {
    cause = elb.cloud.journal().write(
        {.kind = EntryKind::resource,
         .level = Level::story,
         .subject = std::string{known.name_of(known_as(group))},
         .text = fmt::format("target {} {}{}{}", target_name(group, target), state,
                             reason.empty() ? "" : ": ", reason),
         .source = std::string{known.source_of(known_as(group))},
         .detail = {{"act", "target health"},
                    {"target", target_name(group, target)},
                    {"state", state},
                    {"reason", reason}}});
  } else {
    cause = elb.cloud.journal().link();
  }
  const CauseScope because{elb.sim(), cause};
  const std::string name = target_name(group, target);
  counts_changed(elb, group);
  elb.cloud.tell_target_health({.target_group = known_as(group),
                                .target = name,
                                .healthy = target.is_healthy(),
                                .reason = reason});
}

/// NLB: "the amount of time to wait before changing the state of an unhealthy target from
/// unhealthy.draining to unhealthy".
void become_unhealthy(Elb& elb, TargetGroup& group, Target& target) {
  const Duration drains =
      seconds_of(group.attributes, "target_health_state.unhealthy.draining_interval_seconds");
  const bool cuts =
      text_of(group.attributes, "target_health_state.unhealthy.connection_termination.enabled") !=
      "false";
  target.state = TargetState::unhealthy;
  if (drains == Duration{} || cuts) return;
  target.state = TargetState::unhealthy_draining;
  target.drained = elb.sim().after(drains, [&target] {
    if (target.state == TargetState::unhealthy_draining) target.state = TargetState::unhealthy;
  });
}

/// A decision of its checks has become known.
void take_verdict(Elb& elb, TargetGroup& group, Target& target, CheckedHealth health) {
  elb.sim().cancel(target.drained);
  if (health == CheckedHealth::healthy) {
    target.reason.clear();
    target.description.clear();
    target.slow_start.reset();
    target.state = TargetState::healthy;
    if (warms_up(group, target, elb.sim().now())) target.slow_start = elb.sim().now();
    announce(elb, group, target, "healthy", {});
    return;
  }
  target.slow_start.reset();
  become_unhealthy(elb, group, target);
  const std::string reason = target.reason;
  announce(elb, group, target, "unhealthy", reason);
}

void schedule(Elb& elb, TargetGroup& group, Target& target);

/// Counts the checks up to now; what they decide becomes known when the last of them ends.
void settle(Elb& elb, TargetGroup& group, Target& target) {
  const CheckedHealth before = target.track.health();
  target.track.settle(elb.sim().now());
  const CheckedHealth after = target.track.health();
  if (before == after) return;
  Verdict verdict = judge(group.check, target.answer);
  target.reason = verdict.reason;
  target.description = std::move(verdict.description);
  elb.sim().cancel(target.verdict);
  target.verdict = elb.sim().after(
      verdict.takes, [&elb, &group, &target, after] { take_verdict(elb, group, target, after); });
}

void schedule(Elb& elb, TargetGroup& group, Target& target) {
  elb.sim().cancel(target.decision);
  const auto next = target.track.next_decision();
  if (!next) return;
  target.decision = elb.sim().at(*next, [&elb, &group, &target] {
    settle(elb, group, target);
    schedule(elb, group, target);
  });
}

/// Starts asking a target that was not asked before.
void begin_checks(Elb& elb, TargetGroup& group, Target& target, Stands stands) {
  cancel_checks(elb, target);
  target.answer = answer_of(elb, group, target);
  const bool passes = judge(group.check, target.answer).passes;
  // SIMPLIFIED: where checks are disabled (Lambda), the target is taken to be in service.
  const bool healthy = !group.check.enabled || (stands == Stands::yes && passes);
  // A Classic Load Balancer asks HealthyThreshold times before it believes in an instance.
  const CheckedHealth health = healthy         ? CheckedHealth::healthy
                               : group.classic ? CheckedHealth::unhealthy
                                               : CheckedHealth::initial;
  target.first_check = first_check(elb, group, target);
  target.track = HealthTrack{
      {group.check.interval, group.check.healthy_threshold, group.check.unhealthy_threshold},
      target.first_check,
      health};
  target.track.set_passes(elb.sim().now(), passes);
  target.state = healthy ? TargetState::healthy : TargetState::initial;
  if (group.check.enabled) schedule(elb, group, target);
  if (!healthy) return;
  counts_changed(elb, group);
  elb.cloud.tell_target_health({.target_group = known_as(group),
                                .target = target_name(group, target),
                                .healthy = true,
                                .reason = {}});
}

void remove(Elb& elb, TargetGroup& group, const TargetKey& key) {
  const auto found = group.targets.find(key);
  if (found == group.targets.end()) return;
  cancel_checks(elb, found->second);
  elb.sim().cancel(found->second.drained);
  group.targets.erase(found);
  const bool again = group.targets.lower_bound({key.first, 0}) != group.targets.end() &&
                     group.targets.lower_bound({key.first, 0})->first.first == key.first;
  if (!again) {
    elb.registered[key.first].erase(group.arn);
    if (elb.registered[key.first].empty()) elb.registered.erase(key.first);
  }
  counts_changed(elb, group);
}

}  // namespace

Target& add_target(Elb& elb, TargetGroup& group, Target wanted, Stands stands) {
  const TargetKey key{wanted.id, wanted.port};
  const auto known = group.targets.find(key);
  if (known != group.targets.end() && known->second.is_registered()) return known->second;
  if (known != group.targets.end()) remove(elb, group, key);
  Target& target = group.targets[key];
  target = std::move(wanted);
  elb.registered[target.id].insert(group.arn);
  target.registered = elb.sim().now();
  target.zone = zone_of(elb, group, target);
  target.unused = use_of(elb, group, target);
  if (target.is_used())
    begin_checks(elb, group, target, stands);
  else
    target.answer = answer_of(elb, group, target);
  counts_changed(elb, group);
  return target;
}

// "The initial state of a deregistering target is draining. After the deregistration delay elapses,
// the deregistration process completes and the state of the target is unused." What was not in use
// has nothing to drain.
void deregister(Elb& elb, TargetGroup& group, Target& target) {
  if (!target.is_registered()) return;
  const TargetKey key{target.id, target.port};
  const bool served = target.is_used();
  const Duration delay = seconds_of(group.attributes, "deregistration_delay.timeout_seconds");
  cancel_checks(elb, target);
  elb.sim().cancel(target.drained);
  target.state = TargetState::draining;
  target.slow_start.reset();
  if (served) announce(elb, group, target, "draining", "Target.DeregistrationInProgress");
  if (!served || delay == Duration{}) {
    remove(elb, group, key);
    return;
  }
  target.drained = elb.sim().after(delay, [&elb, &group, key] { remove(elb, group, key); });
}

void erase_group(Elb& elb, TargetGroup& group) {
  for (auto& [key, target] : group.targets) {
    cancel_checks(elb, target);
    elb.sim().cancel(target.drained);
    elb.registered[target.id].erase(group.arn);
    if (elb.registered[target.id].empty()) elb.registered.erase(target.id);
  }
  end_metrics(elb, group);
  const std::string arn = group.arn;
  elb.target_groups.erase(arn);
}

void look_again(Elb& elb, TargetGroup& group, Target& target) {
  const Answer before = target.answer;
  const Answer now = answer_of(elb, group, target);
  if (target.zone.empty()) target.zone = zone_of(elb, group, target);
  if (before == now) return;
  const bool checked = target.is_used() && target.is_registered() && group.check.enabled;
  if (checked) settle(elb, group, target);
  target.answer = now;
  if (!checked) return;
  target.track.set_passes(elb.sim().now(), judge(group.check, now).passes);
  schedule(elb, group, target);
}

void refresh_use(Elb& elb, TargetGroup& group, Stands stands) {
  for (auto& [key, target] : group.targets) {
    if (!target.is_registered()) continue;
    const Unused before = std::exchange(target.unused, use_of(elb, group, target));
    if (before == target.unused) continue;
    if (target.is_used()) {
      begin_checks(elb, group, target, stands);
    } else if (before == Unused::no) {
      cancel_checks(elb, target);
      target.state = TargetState::initial;
      target.slow_start.reset();
      announce(elb, group, target, "unused", unused_reason(target.unused));
    }
  }
  counts_changed(elb, group);
}

void restart_checks(Elb& elb, TargetGroup& group) {
  for (auto& [key, target] : group.targets) {
    if (!target.is_used() || !target.is_registered()) continue;
    cancel_checks(elb, target);
    const CheckedHealth health = target.state == TargetState::healthy ? CheckedHealth::healthy
                                 : target.state == TargetState::initial && !group.classic
                                     ? CheckedHealth::initial
                                     : CheckedHealth::unhealthy;
    target.track = HealthTrack{
        {group.check.interval, group.check.healthy_threshold, group.check.unhealthy_threshold},
        first_check(elb, group, target),
        health};
    target.track.set_passes(elb.sim().now(), judge(group.check, target.answer).passes);
    if (group.check.enabled) schedule(elb, group, target);
  }
}

void look_again_at(Elb& elb, std::string_view name) {
  const auto found = elb.registered.find(name);
  if (found == elb.registered.end()) return;
  for (const std::string& arn : found->second) {
    TargetGroup* group = elb.find_target_group(arn);
    if (group == nullptr) continue;
    for (auto& [key, target] : group->targets)
      if (target.id == name) look_again(elb, *group, target);
  }
}

void set_stopped(Elb& elb, std::string_view instance, bool stopped) {
  const auto found = elb.registered.find(instance);
  if (found == elb.registered.end()) return;
  const std::set<std::string> groups = found->second;
  for (const std::string& arn : groups) {
    TargetGroup* group = elb.find_target_group(arn);
    if (group == nullptr) continue;
    bool changes = false;
    for (auto& [key, target] : group->targets)
      if (target.id == instance) changes |= std::exchange(target.stopped, stopped) != stopped;
    if (changes) refresh_use(elb, *group);
  }
}

}  // namespace opsim::elb
