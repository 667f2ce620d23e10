// Lifecycle hooks at work: an instance waits until every hook has its result.
// AWS: EC2 Auto Scaling User Guide, "How lifecycle hooks work" and "Complete a lifecycle action";
// events: "Auto Scaling event reference".
// UNDOCUMENTED: several hooks of a transition hold an instance at the same time. A hook that
// abandons ends the wait of all others ("ABANDON stops any remaining actions, such as other
// lifecycle hooks").
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

/// What the event and the notification share (event reference, lifecycle actions).
Json action_told(const Group& group, const Member& member, const LifecycleHook& hook,
                 const std::string& token) {
  const bool launching = hook.transition == Transition::launching;
  const bool warmed = is_warmed(member.lifecycle);
  const std::string_view origin = launching ? (member.from_pool ? "WarmPool" : "EC2")
                                            : (warmed ? "WarmPool" : "AutoScalingGroup");
  const bool returns = !launching && !warmed && goes_to_pool(group, member);
  const std::string_view destination =
      launching ? (warmed ? "WarmPool" : "AutoScalingGroup") : (returns ? "WarmPool" : "EC2");
  Json told{{"LifecycleActionToken", token},
            {"AutoScalingGroupName", group.name},
            {"LifecycleHookName", hook.name},
            {"EC2InstanceId", member.instance},
            {"LifecycleTransition", to_string(hook.transition)},
            {"Origin", origin},
            {"Destination", destination}};
  if (!hook.metadata.empty()) told["NotificationMetadata"] = hook.metadata;
  return told;
}

void tell_action(Groups& groups, const Group& group, const LifecycleHook& hook, const Json& told) {
  Event event;
  event.source = "aws.autoscaling";
  event.detail_type =
      fmt::format("EC2 Instance-{} Lifecycle Action",
                  hook.transition == Transition::launching ? "launch" : "terminate");
  event.place = group.place;
  event.resources = {group.arn};
  event.detail = told;
  event.line = fmt::format("{} {} holds {}", event.detail_type, hook.name,
                           told.at("EC2InstanceId").get_ref<const std::string&>());
  groups.cloud.emit(std::move(event));
  const std::optional<Arn> target = Arn::parse(hook.target);
  if (!target) return;
  Json message = told;
  message["Service"] = "AWS Auto Scaling";
  message["Time"] = time_text(groups.sim().now());
  message["RequestId"] = groups.cloud.next_uuid("auto scaling request");
  message["AccountId"] = group.place.account;
  send(groups, group, *target, message,
       fmt::format("Auto Scaling:  Lifecycle action '{}'", to_string(hook.transition)));
}

/// Callbacks find everything by name: members and groups come and go while they wait.
void schedule_timeout(Groups& groups, const Group& group, const std::string& instance,
                      LifecycleAction& action) {
  const SimTime due = std::min(groups.sim().now() + action.heartbeat, action.latest);
  groups.sim().cancel(action.timeout);
  action.timeout = groups.sim().at(due, [&groups, place = group.place, name = group.name, instance,
                                         token = action.token, result = action.default_result] {
    Group* const of = groups.find(place, name);
    Member* const member = of == nullptr ? nullptr : of->find(instance);
    if (member != nullptr)
      complete_action(groups, *of, *member, token, result, "Heartbeat Timeout");
  });
}

Lifecycle held(Lifecycle lifecycle) {
  switch (lifecycle) {
    case Lifecycle::warmed_pending: return Lifecycle::warmed_pending_wait;
    case Lifecycle::warmed_terminating: return Lifecycle::warmed_terminating_wait;
    case Lifecycle::terminating: return Lifecycle::terminating_wait;
    default: return Lifecycle::pending_wait;
  }
}

/// User Guide, "Manage retained instances": Terminating:Retained counts for nothing until
/// TerminateInstanceInAutoScalingGroup is called. UNDOCUMENTED: what becomes of the activity.
void retain(Groups& groups, Group& group, Member& member, const std::string& token,
            std::string_view why) {
  group.set_lifecycle(member, Lifecycle::terminating_retained);
  end_activity(groups, group, std::exchange(member.activity, {}), Outcome::cancelled,
               fmt::format("Instance retained: Lifecycle Action with token {} was abandoned: {}",
                           token, why));
  balance(groups, group);
}

}  // namespace

bool begin_actions(Groups& groups, Group& group, Member& member, Transition transition) {
  std::vector<const LifecycleHook*> started;
  for (const auto& [name, hook] : group.hooks)
    if (hook.transition == transition) started.push_back(&hook);
  if (started.empty()) return false;
  group.set_lifecycle(member, held(member.lifecycle));
  for (const LifecycleHook* hook : started) {
    LifecycleAction action;
    action.hook = hook->name;
    action.token = groups.cloud.next_uuid("lifecycle action");
    action.transition = transition;
    action.default_result = hook->default_result;
    action.heartbeat = hook->heartbeat;
    action.latest = groups.sim().now() + hook->global_timeout();
    schedule_timeout(groups, group, member.instance, action);
    const Json told = action_told(group, member, *hook, action.token);
    member.actions.push_back(std::move(action));
    tell_action(groups, group, *hook, told);
  }
  return true;
}

void record_heartbeat(Groups& groups, const Group& group, const Member& member,
                      LifecycleAction& action) {
  schedule_timeout(groups, group, member.instance, action);
}

void drop_actions(Groups& groups, Member& member) {
  for (const LifecycleAction& action : member.actions) groups.sim().cancel(action.timeout);
  member.actions.clear();
}

void complete_action(Groups& groups, Group& group, Member& member, const std::string& token,
                     HookResult result, std::string_view why) {
  const auto found = std::ranges::find(member.actions, token, &LifecycleAction::token);
  if (found == member.actions.end()) return;
  const Transition transition = found->transition;
  groups.sim().cancel(found->timeout);
  member.actions.erase(found);
  if (result == HookResult::proceed) {
    if (member.actions.empty()) go_on(groups, group, member);
    return;
  }
  drop_actions(groups, member);
  // "When an instance is terminating, both ABANDON and CONTINUE allow it to terminate", unless the
  // instance lifecycle policy retains it.
  if (transition == Transition::terminating)
    return group.spec.retains_abandoned && member.lifecycle == Lifecycle::terminating_wait
               ? retain(groups, group, member, token, why)
               : go_on(groups, group, member);
  end_activity(groups, group, std::exchange(member.activity, {}), Outcome::cancelled,
               fmt::format("Instance failed to complete user's Lifecycle Action: Lifecycle Action "
                           "with token {} was abandoned: {}",
                           token, why));
  const std::string instance = member.instance;
  if (!is_warmed(member.lifecycle)) group.to_replace.push_back({instance});
  retire(groups, group, member,
         fmt::format("At {} an instance was taken out of service because its launch was abandoned.",
                     time_text(groups.sim().now())));
  balance(groups, group);
}

}  // namespace opsim::compute
