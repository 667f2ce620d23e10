// The way of an instance into service and out of it.
// AWS: EC2 Auto Scaling User Guide, "Amazon EC2 Auto Scaling instance lifecycle" (ec2-auto-scaling-
// lifecycle): Pending, Pending:Wait while hooks hold it, Pending:Proceed, InService; Terminating,
// Terminating:Wait, Terminating:Proceed, and it is gone.
// SIMPLIFIED: an instance that EC2 runs may be held or enter service at once; AWS takes seconds.
#include <fmt/format.h>

#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

void enter_service(Groups& groups, Group& group, Member& member) {
  group.set_lifecycle(member, Lifecycle::in_service);
  member.in_service_since = groups.sim().now();
  group.scaling.newest = groups.sim().now();
  if (!member.stood) remember_newcomer(groups, group, member);
  report_to_group(groups, group, member);
  const std::string activity = std::exchange(member.activity, {});
  const std::string id = member.instance;
  end_activity(groups, group, activity, Outcome::successful);
  update_group_metrics(groups, group);
  refresh_group_health(groups, group);
  watch_lifetimes(groups, group);
  newcomer_arrived(groups, group, id);
  advance_refresh(groups, group);
  take_turns(groups, group);
}

/// "Amazon EC2 Auto Scaling does not perform a health check on the instance until you put it back
/// in service."
void look_at_health(Groups& groups, Instance* instance) {
  if (instance == nullptr) return;
  state_changed(groups, *instance);
  checks_changed(groups, *instance);
}

void stand_by(Groups& groups, Group& group, Member& member) {
  group.set_lifecycle(member, Lifecycle::standby);
  end_activity(groups, group, std::exchange(member.activity, {}), Outcome::successful);
  update_group_metrics(groups, group);
  refresh_group_health(groups, group);
}

void let_go(Groups& groups, Group& group, const Member& member) {
  const std::string id = member.instance;
  end_activity(groups, group, member.activity, Outcome::successful);
  group.remove(id);
  if (Instance* instance = groups.fleet().find(id)) {
    instance->group.clear();
    instance->tags.erase("aws:autoscaling:groupName");
    refresh_health(groups.fleet(), *instance);
  }
  update_group_metrics(groups, group);
  refresh_group_health(groups, group);
}

void end_life(Groups& groups, Group& group, const std::string& id) {
  Fleet& fleet = groups.fleet();
  Instance* instance = fleet.find(id);
  if (instance == nullptr) return;
  if (instance->state == InstanceState::terminated) return state_changed(groups, *instance);
  terminate(fleet, *instance, user_initiated(fleet));
  refresh_group_health(groups, group);
}

/// A reuse policy keeps what a scale-in would end.
void end_or_keep(Groups& groups, Group& group, Member& member) {
  if (!goes_to_pool(group, member)) return end_life(groups, group, std::string{member.instance});
  member.reusable = member.from_pool = false;
  end_activity(groups, group, std::exchange(member.activity, {}), Outcome::successful);
  settle_in_pool(groups, group, member);
}

void begin_termination(Groups& groups, Group& group, const Member& member, std::string_view cause) {
  const Instance* instance = groups.instance_of(member);
  Activity activity;
  activity.kind = Activity::Kind::terminate;
  activity.instance = member.instance;
  activity.progress = 0;
  activity.description = fmt::format(
      "Terminating EC2 instance{}: {}",
      member.lifecycle == Lifecycle::warmed_terminating ? " from warm pool" : "", member.instance);
  activity.cause = cause;
  activity.zone = member.zone;
  activity.subnet = instance == nullptr ? "" : instance->subnet;
  const std::string of = member.instance;
  const std::string id = begin_activity(groups, group, std::move(activity));
  if (Member* same = group.find(of)) same->activity = id;
}

}  // namespace

void began_to_run(Groups& groups, Group& group, Member& member) {
  if (!begin_actions(groups, group, member, Transition::launching))
    join_service(groups, group, member);
}

void join_service(Groups& groups, Group& group, Member& member) {
  if (!register_member(groups, group, member)) registered(groups, group, member);
}

void registered(Groups& groups, Group& group, Member& member) {
  if (stage_of(member.lifecycle) != Stage::coming) return;
  Instance* const instance = groups.instance_of(member);
  enter_service(groups, group, member);
  look_at_health(groups, instance);
}

void leave_service(Groups& groups, Group& group, Member& member) {
  if (!deregister_member(groups, group, member)) deregistered(groups, group, member);
}

void deregistered(Groups& groups, Group& group, Member& member) {
  member.draining = false;
  switch (member.lifecycle) {
    case Lifecycle::entering_standby: return stand_by(groups, group, member);
    case Lifecycle::detaching: return let_go(groups, group, member);
    case Lifecycle::terminating:
    case Lifecycle::warmed_terminating:
      if (begin_actions(groups, group, member, Transition::terminating)) return;
      return end_or_keep(groups, group, member);
    default: return;
  }
}

void go_on(Groups& groups, Group& group, Member& member) {
  if (member.lifecycle == Lifecycle::pending_wait) {
    group.set_lifecycle(member, Lifecycle::pending_proceed);
    join_service(groups, group, member);
  } else if (member.lifecycle == Lifecycle::terminating_wait) {
    group.set_lifecycle(member, Lifecycle::terminating_proceed);
    end_or_keep(groups, group, member);
  } else if (member.lifecycle == Lifecycle::warmed_pending_wait) {
    settle_in_pool(groups, group, member);
  } else if (member.lifecycle == Lifecycle::warmed_terminating_wait) {
    group.set_lifecycle(member, Lifecycle::warmed_terminating_proceed);
    end_life(groups, group, std::string{member.instance});
  }
}

void retire(Groups& groups, Group& group, Member& member, std::string_view cause) {
  if (stage_of(member.lifecycle) == Stage::leaving) return;
  if (groups.instance_of(member) == nullptr) return;
  if (!member.activity.empty())
    end_activity(groups, group, member.activity, Outcome::failed, "Instance is terminating");
  groups.sim().cancel(member.impaired_wait);
  drop_actions(groups, member);
  forget_ahead(group, member.instance);
  group.set_lifecycle(member, stage_of(member.lifecycle) == Stage::warm
                                  ? Lifecycle::warmed_terminating
                                  : Lifecycle::terminating);
  begin_termination(groups, group, member, cause);
  const std::string id = member.instance;
  leave_service(groups, group, member);
  const Member* const same = group.find(id);
  if (same == nullptr || (same->lifecycle == Lifecycle::terminating && !same->draining)) return;
  update_group_metrics(groups, group);
  refresh_group_health(groups, group);
}

}  // namespace opsim::compute
