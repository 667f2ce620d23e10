// Scaling activities, and who is told of them: EventBridge and SNS.
// AWS: EC2 Auto Scaling User Guide, "Auto Scaling event reference" (ec2-auto-scaling-event-
// reference) and "Getting Amazon SNS notifications when your Auto Scaling group scales". Both tell
// of an activity once it has ended; its StatusCode there is still InProgress.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/groups.hpp"
#include "opsim/document/json_line.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::compute {

namespace {

constexpr std::size_t kKeptActivities = 10'000;  // a limit of opsim; AWS keeps six weeks

bool launches(const Activity& activity) { return activity.kind == Activity::Kind::launch; }

bool went_wrong(const Activity& activity) { return activity.status != "Successful"; }

Json places_of(const Activity& activity) {
  return json_object("Availability Zone", activity.zone, "Subnet ID", activity.subnet);
}

/// What the event and the notification have in common.
Json told(Groups& groups, const Group& group, const Activity& activity) {
  return json_object(
      "ActivityId", activity.id, "AutoScalingGroupName", group.name, "Cause", activity.cause,
      "Description", activity.description, "Details", places_of(activity), "EC2InstanceId",
      activity.instance, "EndTime", time_text(activity.end.value_or(activity.start)), "RequestId",
      groups.cloud.next_uuid("auto scaling request"), "StartTime", time_text(activity.start),
      "StatusCode", went_wrong(activity) ? "Failed" : "InProgress", "StatusMessage",
      activity.message);
}

void emit_activity(Groups& groups, const Group& group, const Activity& activity, Json detail) {
  const bool launch = launches(activity);
  const bool failed = went_wrong(activity);
  Event event;
  event.source = "aws.autoscaling";
  event.detail_type = fmt::format("EC2 Instance {} {}", launch ? "Launch" : "Terminate",
                                  failed ? "Unsuccessful" : "Successful");
  event.place = group.place;
  event.resources = {group.arn, arn(group.place, "ec2", "instance/" + activity.instance)};
  detail["Origin"] = launch ? "EC2" : "AutoScalingGroup";
  detail["Destination"] = launch ? "AutoScalingGroup" : "EC2";
  if (!activity.origin.empty()) detail["Origin"] = activity.origin;
  if (!activity.destination.empty()) detail["Destination"] = activity.destination;
  event.detail = std::move(detail);
  event.line = fmt::format("{} of {}", event.detail_type, activity.instance);
  groups.cloud.emit(std::move(event));
}

Process<> hand_over(Cloud& cloud, Delivery delivery) {
  const ApiResult<Json> answer = co_await cloud.deliver(std::move(delivery));
  static_cast<void>(answer);
}

std::string notification_type(const Activity& activity) {
  return fmt::format("autoscaling:EC2_INSTANCE_{}{}", launches(activity) ? "LAUNCH" : "TERMINATE",
                     went_wrong(activity) ? "_ERROR" : "");
}

void notify(Groups& groups, const Group& group, const Activity& activity, const Json& common) {
  const std::string type = notification_type(activity);
  for (const Notification& one : group.spec.notifications) {
    const std::optional<Arn> topic = Arn::parse(one.topic);
    if (!topic || std::ranges::count(one.types, type) == 0) continue;
    Json message = common;
    message["Progress"] = 50;
    message["AccountId"] = group.place.account;
    message["AutoScalingGroupARN"] = group.arn;
    message["Service"] = "AWS Auto Scaling";
    message["Time"] = time_text(groups.sim().now());
    message["Event"] = type;
    send(groups, group, *topic, message,
         fmt::format("Auto Scaling: {} for group \"{}\"",
                     launches(activity) ? "launch" : "termination", group.name));
  }
}

}  // namespace

void send(Groups& groups, const Group& group, const Arn& target, const Json& message,
          std::string_view subject) {
  Delivery delivery;
  delivery.caller = {group.place, "autoscaling.amazonaws.com", ""};
  delivery.target = target;
  delivery.text = message.dump();
  delivery.parameters = {{"Subject", subject}};
  delivery.from = group.arn;
  groups.sim().spawn(hand_over(groups.cloud, std::move(delivery)));
}

std::string at_time(SimTime now, std::string_view what) {
  return fmt::format("At {} {}.", time_text(now), what);
}

std::string was_selected(SimTime now, std::string_view instance) {
  return fmt::format("  At {} instance {} was selected for termination.", time_text(now), instance);
}

std::string begin_activity(Groups& groups, Group& group, Activity activity) {
  activity.id = groups.cloud.next_uuid("scaling activity");
  activity.start = groups.sim().now();
  activity.cooldown = group.scaling.cooldown.value_or(group.spec.cooldown);
  if (group.activities.size() >= kKeptActivities) group.activities.erase(group.activities.begin());
  std::string id = activity.id;
  group.activities.emplace_hint(group.activities.end(), activity_number(id), std::move(activity));
  return id;
}

void end_activity(Groups& groups, Group& group, const std::string& id, Outcome outcome,
                  std::string_view message) {
  Activity* const known = group.activity(id);
  if (known == nullptr) return;
  Activity& activity = *known;
  activity.status = outcome == Outcome::failed      ? "Failed"
                    : outcome == Outcome::cancelled ? "Cancelled"
                                                    : "Successful";
  activity.message = message;
  activity.end = groups.sim().now();
  if (activity.kind == Activity::Kind::other) return;  // nobody is told
  if (outcome == Outcome::successful) begin_cooldown(group, activity);
  Json common = told(groups, group, activity);
  if (group.spec.notifications.empty())
    return emit_activity(groups, group, activity, std::move(common));
  emit_activity(groups, group, activity, common);
  notify(groups, group, activity, common);
}

namespace {

/// API ScalingActivityStatusCode: what an activity that goes on waits for.
std::string_view status_now(const Group& group, const Activity& activity) {
  if (activity.end || activity.status != "InProgress") return activity.status;
  const auto found = group.members.find(activity.instance);
  if (found == group.members.end() || found->second.activity != activity.id) return activity.status;
  const Member& member = found->second;
  switch (member.lifecycle) {
    case Lifecycle::pending_wait:
    case Lifecycle::terminating_wait:
    case Lifecycle::warmed_pending_wait:
    case Lifecycle::warmed_terminating_wait: return "MidLifecycleAction";
    case Lifecycle::pending:
    case Lifecycle::pending_proceed: return "PreInService";
    default: break;
  }
  if (member.draining) return "WaitingForELBConnectionDraining";
  return activity.status;
}

}  // namespace

Json activity_json(const Group& group, const Activity& activity) {
  Json json{{"ActivityId", activity.id},
            {"AutoScalingGroupName", group.name},
            {"AutoScalingGroupARN", group.arn},
            {"Description", activity.description},
            {"Cause", activity.cause},
            {"StartTime", time_text(activity.start)},
            {"StatusCode", status_now(group, activity)},
            {"Progress", activity.end ? 100 : activity.progress},
            {"Details", places_of(activity).dump()}};
  if (activity.end) json["EndTime"] = time_text(*activity.end);
  if (!activity.message.empty()) json["StatusMessage"] = activity.message;
  return json;
}

}  // namespace opsim::compute
