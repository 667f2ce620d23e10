// The end of groups and launch configurations.
// AWS: EC2 Auto Scaling API reference, DeleteAutoScalingGroup ("ForceDelete: the group will be
// deleted along with all instances associated with the group, without waiting for all instances to
// be terminated. This action also deletes any outstanding lifecycle actions"),
// DeleteLaunchConfiguration.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/autoscaling_operations.hpp"
#include "models/compute/scaling_policy_operations.hpp"

namespace opsim::compute {

namespace {

/// Nothing that was planned for the group happens any more.
void cancel_plans(Groups& groups, Group& group) {
  groups.sim().cancel(group.retry);
  groups.sim().cancel(group.lifetimes);
  groups.sim().cancel(group.custom.again);
  groups.sim().cancel(group.health.next);
  for (const InstanceRefresh& refresh : group.refreshes) groups.sim().cancel(refresh.next);
  for (auto& [id, member] : group.members) {
    drop_actions(groups, member);
    groups.sim().cancel(member.impaired_wait);
    groups.sim().cancel(member.elb_wait);
  }
  for (const auto& [name, source] : group.metrics) groups.cloud.metrics().stop(source);
}

/// User Guide, "Configure deletion protection": it "returns a ValidationError". UNDOCUMENTED: the
/// wording.
std::optional<ApiError> protected_from_deletion(const Group& group, bool force) {
  const std::string& level = group.spec.deletion_protection;
  const bool forbidden =
      level == "prevent-all-deletion" || (force && level == "prevent-force-deletion");
  if (!forbidden) return std::nullopt;
  return ApiError{"ValidationError",
                  fmt::format("The Auto Scaling group {} cannot be deleted{} because its deletion "
                              "protection is {}.",
                              group.name, force ? " by force" : "", level)};
}

/// Its instances end with it, and nobody misses them.
void end_instances(Groups& groups, const std::vector<std::string>& ids) {
  Fleet& fleet = groups.fleet();
  for (const std::string& id : ids) {
    Instance* const instance = fleet.find(id);
    if (instance == nullptr) continue;
    instance->group.clear();
    instance->pooled = true;
    terminate(fleet, *instance, user_initiated(fleet));
    refresh_health(fleet, *instance);
  }
}

}  // namespace

ApiResult<Json> delete_group(Groups& groups, const Request& request) {
  const auto found = named_group(groups, request);
  if (!found) return found.error();
  Group& group = **found;
  const bool force = boolean_of(request.input, "ForceDelete").value_or(false);
  if (auto wrong = protected_from_deletion(group, force)) return *std::move(wrong);
  const auto leaves = [](const auto& one) {
    return stage_of(one.second.lifecycle) == Stage::leaving;
  };
  if (!force && !group.members.empty() && std::ranges::all_of(group.members, leaves))
    return ApiError{"ScalingActivityInProgress",
                    "You cannot delete an AutoScalingGroup while there are scaling activities in "
                    "progress for that group."};
  if (!force && !group.members.empty())
    return ApiError{"ResourceInUse",
                    "You cannot delete an AutoScalingGroup while there are instances or pending "
                    "Spot instance request(s) still in the group."};
  cancel_plans(groups, group);
  std::vector<std::string> ids;
  for (const auto& [id, member] : group.members) ids.push_back(id);
  const std::string name = group.name;
  forget_scaling(groups, request.place(), name);
  groups.cloud.set_health(name, Health::ok, "deleted");
  groups.cloud.resources().remove(name);
  for (const std::string& id : ids) group.remove(id);
  for (auto one = group.activities.rbegin(); one != group.activities.rend(); ++one)
    groups.of_deleted.emplace_back(request.place(), activity_json(group, one->second));
  groups.groups.erase({request.place(), name});
  end_instances(groups, ids);
  return Json::object();
}

ApiResult<Json> delete_launch_configuration(Groups& groups, const Request& request) {
  const std::string name = text_of(request.input, "LaunchConfigurationName");
  const auto found = groups.launch_configs.find({request.place(), name});
  if (found == groups.launch_configs.end())
    return ApiError{
        "ValidationError",
        "Launch configuration name not found - Launch configuration " + name + " not found"};
  const auto uses = [&](const auto& entry) {
    return entry.first.first == request.place() && entry.second.spec.launch_config == name;
  };
  if (std::ranges::any_of(groups.groups, uses))
    return ApiError{"ResourceInUse", "Cannot delete launch configuration " + name +
                                         " because it is attached to an AutoScalingGroup"};
  groups.launch_configs.erase(found);
  return Json::object();
}

}  // namespace opsim::compute
