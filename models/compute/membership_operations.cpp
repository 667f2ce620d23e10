// Standby, attaching and detaching: instances that come and go without being launched or ended.
// AWS: EC2 Auto Scaling User Guide, "Temporarily remove instances" (as-enter-exit-standby), "Attach
// EC2 instances", "Detach EC2 instances"; no lifecycle hooks run for any of them (lifecycle-hooks,
// "Lifecycle hook availability").
// UNDOCUMENTED: the wording of refusals.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/autoscaling_operations.hpp"

namespace opsim::compute {

namespace {

// API EnterStandby, AttachInstances, DetachInstances: "you can specify up to 20 instances".
constexpr std::size_t kMostInstances = 20;

ApiError membership_error(std::string message) { return {"ValidationError", std::move(message)}; }

struct Move {
  Group* group;
  std::vector<std::string> ids;
  bool fewer = false;  // ShouldDecrementDesiredCapacity
};

ApiResult<Move> read_move(Groups& groups, const Request& request) {
  const auto group = named_group(groups, request);
  if (!group) return group.error();
  Move move{*group, texts_of(request.input, "InstanceIds"),
            boolean_of(request.input, "ShouldDecrementDesiredCapacity").value_or(false)};
  if (move.ids.empty()) return membership_error("InstanceIds is required");
  if (move.ids.size() > kMostInstances)
    return membership_error("The maximum number of instances in one request is 20");
  std::ranges::sort(move.ids);
  if (std::ranges::adjacent_find(move.ids) != move.ids.end())
    return membership_error("InstanceIds names an instance twice");
  return move;
}

/// Every instance is a member in that state, or nothing happens.
std::optional<ApiError> not_all_in(const Move& move, Lifecycle lifecycle) {
  for (const std::string& id : move.ids) {
    const Member* const member = move.group->find(id);
    if (member == nullptr)
      return membership_error(fmt::format("The instance {} is not part of Auto Scaling group {}.",
                                          id, move.group->name));
    if (member->lifecycle != lifecycle)
      return membership_error(
          fmt::format("The instance {} is not in {}.", id, to_string(lifecycle)));
  }
  return std::nullopt;
}

/// "to": "place into standby 1 instance". As accounts show it, for Standby.
ApiError wrong_sizes_for(const Move& move, std::string_view to, std::string_view more) {
  const GroupSpec& spec = move.group->spec;
  const std::size_t count = move.ids.size();
  return membership_error(
      fmt::format("AutoScalingGroup {} has min-size={}, max-size={}, and desired-size={}. To {} {} "
                  "{}instance{}, "
                  "please update the AutoScalingGroup sizes appropriately.",
                  move.group->name, spec.min_size, spec.max_size, spec.desired, to, count, more,
                  count == 1 ? "" : "s"));
}

std::optional<ApiError> below_minimum(const Move& move, std::string_view to) {
  const auto count = static_cast<std::int64_t>(move.ids.size());
  if (!move.fewer || move.group->spec.desired - count >= move.group->spec.min_size)
    return std::nullopt;
  return wrong_sizes_for(move, to, "");
}

std::optional<ApiError> above_maximum(const Move& move, std::string_view to) {
  const std::int64_t wanted = move.group->spec.desired + static_cast<std::int64_t>(move.ids.size());
  if (wanted <= move.group->spec.max_size) return std::nullopt;
  return wrong_sizes_for(move, to, "more ");
}

/// "shrinking the capacity from 4 to 3", as the guide's examples have it.
Activity moving(Groups& groups, const Member& member, std::string_view description,
                std::string_view done, std::int64_t from, std::int64_t to) {
  Activity activity;
  activity.instance = member.instance;
  activity.zone = member.zone;
  activity.progress = 50;
  activity.description = fmt::format("{}: {}", description, member.instance);
  activity.cause =
      fmt::format("At {} instance {} was {} in response to a user request{}.",
                  time_text(groups.sim().now()), member.instance, done,
                  from == to ? ""
                             : fmt::format(", {} the capacity from {} to {}",
                                           to > from ? "increasing" : "shrinking", from, to));
  return activity;
}

Json activities_of(Group& group, const std::vector<std::string>& ids) {
  Json list = Json::array();
  for (const std::string& id : ids) list.push_back(activity_json(group, *group.activity(id)));
  return {{"Activities", std::move(list)}};
}

}  // namespace

ApiResult<Json> enter_standby(Groups& groups, const Request& request) {
  const auto move = read_move(groups, request);
  if (!move) return move.error();
  if (auto wrong = not_all_in(*move, Lifecycle::in_service)) return *std::move(wrong);
  if (auto wrong = below_minimum(*move, "place into standby")) return *std::move(wrong);
  Group& group = *move->group;
  std::vector<std::string> begun;
  for (const std::string& id : move->ids) {
    Member& member = *group.find(id);
    const std::int64_t before = group.spec.desired;
    if (move->fewer) --group.spec.desired;
    begun.push_back(begin_activity(groups, group,
                                   moving(groups, member, "Moving EC2 instance to Standby",
                                          "moved to standby", before, group.spec.desired)));
    member.activity = begun.back();
    groups.sim().cancel(member.impaired_wait);
    group.set_lifecycle(member, Lifecycle::entering_standby);
  }
  Json answer = activities_of(group, begun);
  for (const std::string& id : move->ids)
    if (Member* member = group.find(id)) leave_service(groups, group, *member);
  balance(groups, group);
  return answer;
}

/// "While Launch is suspended, you cannot return an instance in the Standby state to service."
ApiResult<Json> exit_standby(Groups& groups, const Request& request) {
  const auto move = read_move(groups, request);
  if (!move) return move.error();
  if (auto wrong = not_all_in(*move, Lifecycle::standby)) return *std::move(wrong);
  Group& group = *move->group;
  if (group.suspended.contains("Launch"))
    return membership_error("The Launch process of the AutoScalingGroup is suspended");
  if (auto wrong = above_maximum(*move, "move out of standby")) return *std::move(wrong);
  std::vector<std::string> begun;
  for (const std::string& id : move->ids) {
    Member& member = *group.find(id);
    const std::int64_t before = group.spec.desired++;
    Activity activity = moving(groups, member, "Moving EC2 instance out of Standby",
                               "moved out of standby", before, group.spec.desired);
    activity.status = "PreInService";
    activity.progress = 30;
    begun.push_back(begin_activity(groups, group, std::move(activity)));
    member.activity = begun.back();
    group.set_lifecycle(member, Lifecycle::pending);
  }
  Json answer = activities_of(group, begun);
  for (const std::string& id : move->ids)
    if (Member* member = group.find(id)) join_service(groups, group, *member);
  balance(groups, group);
  return answer;
}

namespace {

/// "The instance is in the running state; it is not a member of another Auto Scaling group; it is
/// launched into one of the Availability Zones defined in your Auto Scaling group."
std::optional<ApiError> not_attachable(Groups& groups, const Group& group, const std::string& id) {
  const Instance* const instance = groups.fleet().find(group.place, id);
  if (instance == nullptr)
    return membership_error(fmt::format("Invalid Instance ID(s): [{}] specified.", id));
  if (instance->state != InstanceState::running)
    return membership_error(
        fmt::format("Instance {} [{}] is not in correct state. Instance(s) must be in 'running' "
                    "state.",
                    id, to_string(instance->state)));
  if (!instance->group.empty())
    return membership_error(
        fmt::format("Instance {} is already part of AutoScalingGroup: {}", id, instance->group));
  if (std::ranges::count(zones_in_use(groups, group), instance->zone) == 0)
    return membership_error(
        fmt::format("The availability zone {} of the instance {} is not part "
                    "of AutoScalingGroup {}.",
                    instance->zone, id, group.name));
  return std::nullopt;
}

}  // namespace

ApiResult<Json> attach_instances(Groups& groups, const Request& request) {
  const auto move = read_move(groups, request);
  if (!move) return move.error();
  Group& group = *move->group;
  if (group.suspended.contains("Launch"))
    return membership_error("The Launch process of the AutoScalingGroup is suspended");
  for (const std::string& id : move->ids)
    if (auto wrong = not_attachable(groups, group, id)) return *std::move(wrong);
  if (auto wrong = above_maximum(*move, "attach")) return *std::move(wrong);
  for (const std::string& id : move->ids) {
    Instance& instance = *groups.fleet().find(id);
    Member member;
    member.instance = id;
    member.zone = instance.zone;
    member.spec = instance.spec;
    member.serves = instance.serves;
    member.protected_from_scale_in = group.spec.protects_new;
    instance.group = group.name;
    instance.tags["aws:autoscaling:groupName"] = group.name;
    const std::int64_t before = group.spec.desired++;
    member.activity = begin_activity(groups, group,
                                     moving(groups, member, "Attaching an existing EC2 instance",
                                            "attached", before, group.spec.desired));
    join_service(groups, group, group.add(std::move(member)));
  }
  balance(groups, group);
  return Json::object();
}

ApiResult<Json> detach_instances(Groups& groups, const Request& request) {
  const auto move = read_move(groups, request);
  if (!move) return move.error();
  Group& group = *move->group;
  for (const std::string& id : move->ids) {
    const Member* const member = group.find(id);
    if (member == nullptr)
      return membership_error(
          fmt::format("The instance {} is not part of Auto Scaling group {}.", id, group.name));
    if (member->lifecycle != Lifecycle::in_service && member->lifecycle != Lifecycle::standby)
      return membership_error(fmt::format("The instance {} is not in InService or Standby.", id));
  }
  if (auto wrong = below_minimum(*move, "detach")) return *std::move(wrong);
  std::vector<std::string> begun;
  for (const std::string& id : move->ids) {
    Member& member = *group.find(id);
    const std::int64_t before = group.spec.desired;
    // One in standby counts no longer: its capacity was given up, or made up for.
    if (move->fewer && member.lifecycle == Lifecycle::in_service) --group.spec.desired;
    begun.push_back(begin_activity(
        groups, group,
        moving(groups, member, "Detaching EC2 instance", "detached", before, group.spec.desired)));
    member.activity = begun.back();
    groups.sim().cancel(member.impaired_wait);
    group.set_lifecycle(member, Lifecycle::detaching);
  }
  Json answer = activities_of(group, begun);
  for (const std::string& id : move->ids)
    if (Member* member = group.find(id)) leave_service(groups, group, *member);
  balance(groups, group);
  return answer;
}

}  // namespace opsim::compute
