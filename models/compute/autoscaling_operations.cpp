// What callers may do to groups.
// AWS: EC2 Auto Scaling API reference. Errors: ValidationError, AlreadyExists.
#include "models/compute/autoscaling_operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "models/compute/scaling_run.hpp"

#include "models/compute/lifecycle_hook_operations.hpp"
#include "models/compute/traffic_source_operations.hpp"

namespace opsim::compute {

namespace {

ApiError validation_error(std::string message) { return {"ValidationError", std::move(message)}; }

constexpr std::string_view kProcesses[] = {
    "AZRebalance", "AddToLoadBalancer", "AlarmNotification", "HealthCheck", "InstanceRefresh",
    "Launch",      "ReplaceUnhealthy",  "ScheduledActions",  "Terminate"};

struct Found {
  Group* group;
  Member* member;
};
ApiResult<Found> named_member(Groups& groups, const Request& request) {
  const std::string id = text_of(request.input, "InstanceId");
  Instance* instance = groups.fleet().find(request.place(), id);
  Group* group = instance == nullptr ? nullptr : groups.of(*instance);
  Member* member = group == nullptr ? nullptr : group->find(id);
  if (member == nullptr)
    return validation_error(
        fmt::format("Instance Id not found - No managed instance found for "
                    "instance ID: {}",
                    id));
  return Found{group, member};
}

/// An update may have changed what replaces what, how many, and what is watched.
void take_spec(Groups& groups, Group& group, GroupSpec spec) {
  const std::int64_t before = group.spec.desired;
  group.spec = std::move(spec);
  group.launch = nullptr;
  group.zones.clear();
  groups.sim().cancel(group.lifetimes);
  watch_lifetimes(groups, group);
  balance_because(groups, group,
                  fmt::format("a user request update of AutoScalingGroup constraints to min: {}, "
                              "max: {}, desired: {}",
                              group.spec.min_size, group.spec.max_size, group.spec.desired),
                  before);
}

}  // namespace

ApiResult<Group*> named_group(Groups& groups, const Request& request) {
  const std::string name = text_of(request.input, "AutoScalingGroupName");
  Group* group = groups.find(request.place(), name);
  if (group == nullptr)
    return validation_error(
        fmt::format("AutoScalingGroup name not found - AutoScalingGroup '{}' not found", name));
  return group;
}

namespace {

/// Auto Scaling says EC2's refusal of a launch template in words of its own.
ApiError unfit_template(const ApiError& error) {
  if (!error.code.starts_with("InvalidLaunchTemplate")) return error;
  return validation_error("You must use a valid fully-formed launch template. " + error.message);
}

}  // namespace

ApiResult<Json> create_group(Groups& groups, const Request& request) {
  const std::string name = text_of(request.input, "AutoScalingGroupName");
  if (name.empty() || name.size() > 255)
    return validation_error("AutoScalingGroupName must be 1 to 255 characters");
  if (groups.find(request.place(), name) != nullptr)
    return ApiError{"AlreadyExists",
                    "AutoScalingGroup by this name already exists - A group with the name " + name +
                        " already exists"};
  auto spec = read_group_spec(request.input, request.place());
  if (!spec) return spec.error();
  if (texts_of(request.input, "AvailabilityZones").empty() &&
      texts_of(request.input, "VPCZoneIdentifier").empty())
    return validation_error("At least one Availability Zone or VPC Subnet is required.");
  Group& group = add_group(groups, request.place(), name, std::move(*spec));
  std::optional<ApiError> wrong = add_hooks(group, request.input);
  group.sources = read_sources(request.input);
  for (TrafficSource& source : group.sources) source.state = Attachment::added;  // nobody to add
  if (const auto launched = launch_spec_of(groups, group); !launched)
    wrong = unfit_template(launched.error());
  if (wrong) {
    groups.groups.erase({request.place(), name});
    return *std::move(wrong);
  }
  Resource resource;
  resource.logical_id = name;
  resource.type = "AWS::AutoScaling::AutoScalingGroup";
  resource.physical_id = name;
  resource.arn = group.arn;
  resource.place = group.place;
  resource.tags = {group.spec.tags.begin(), group.spec.tags.end()};
  groups.cloud.resources().add(std::move(resource));
  balance(groups, group);
  return Json::object();
}

ApiResult<Json> create_launch_configuration(Groups& groups, const Request& request) {
  const std::string name = text_of(request.input, "LaunchConfigurationName");
  if (name.empty()) return validation_error("LaunchConfigurationName is required");
  const auto [found, fresh] = groups.launch_configs.try_emplace({request.place(), name});
  if (!fresh)
    return ApiError{"AlreadyExists",
                    "Launch Configuration by this name already exists - A launch "
                    "configuration already exists with the name " +
                        name};
  found->second =
      read_launch_configuration(name, request.place(), request.input, Json{}, groups.sim().now());
  found->second.arn = launch_configuration_arn(groups, request.place(), name);
  return Json::object();
}

ApiResult<Json> update_group(Groups& groups, const Request& request) {
  const auto group = named_group(groups, request);
  if (!group) return group.error();
  auto spec = updated_group_spec((*group)->spec, request.input);
  if (!spec) return spec.error();
  take_spec(groups, **group, std::move(*spec));
  return Json::object();
}

ApiResult<Json> set_desired_capacity(Groups& groups, const Request& request) {
  const auto found = named_group(groups, request);
  if (!found) return found.error();
  Group& group = **found;
  const auto desired = integer_of(request.input, "DesiredCapacity");
  if (!desired) return validation_error("DesiredCapacity is required and must be a whole number");
  if (*desired < group.spec.min_size)
    return validation_error(
        fmt::format("New SetDesiredCapacity value {} is below min value {} for "
                    "the AutoScalingGroup.",
                    *desired, group.spec.min_size));
  if (*desired > group.spec.max_size)
    return validation_error(
        fmt::format("New SetDesiredCapacity value {} is above max value {} for "
                    "the AutoScalingGroup.",
                    *desired, group.spec.max_size));
  // "By default, Amazon EC2 Auto Scaling does not wait for the cooldown period to complete."
  if (boolean_of(request.input, "HonorCooldown").value_or(false) &&
      is_cooling(group, groups.sim().now()))
    return ApiError{"ScalingActivityInProgress",
                    fmt::format("Group {} is within its cooldown period", group.name)};
  const std::int64_t before = std::exchange(group.spec.desired, *desired);
  balance_because(groups, group, "a user request explicitly set group desired capacity", before);
  return Json::object();
}

namespace {

/// It counts for nothing already: only its end is left.
ApiResult<Json> end_retained(Groups& groups, Group& group, Member& member) {
  const std::string instance = member.instance;
  retire(groups, group, member,
         at_time(groups.sim().now(),
                 fmt::format("instance {} was taken out of service in response to a user request",
                             instance)));
  const Member* const same = group.find(instance);
  if (same == nullptr) return Json::object();
  return Json{{"Activity", activity_json(group, *group.activity(same->activity))}};
}

}  // namespace

ApiResult<Json> terminate_in_group(Groups& groups, const Request& request) {
  const auto found = named_member(groups, request);
  if (!found) return found.error();
  auto& [group, member] = *found;
  if (stage_of(member->lifecycle) == Stage::leaving)
    return ApiError{"ScalingActivityInProgress", "The instance is terminating already"};
  if (member->lifecycle == Lifecycle::terminating_retained)
    return end_retained(groups, *group, *member);
  if (stage_of(member->lifecycle) == Stage::warm)  // "cannot be called on instances in a warm pool"
    return validation_error(
        fmt::format("The instance {} is in a warm pool: it cannot be terminated by this operation",
                    member->instance));
  const bool fewer = boolean_of(request.input, "ShouldDecrementDesiredCapacity").value_or(false);
  if (fewer && group->spec.desired <= group->spec.min_size)
    return validation_error(
        fmt::format("Currently, desiredSize equals minSize ({}). Terminating instance without "
                    "replacement will violate group's min size constraint. Either set "
                    "shouldDecrementDesiredCapacity flag to false or lower group's min size.",
                    group->spec.min_size));
  const std::int64_t before = group->spec.desired;
  if (fewer) --group->spec.desired;
  const std::string instance = member->instance;
  retire(
      groups, *group, *member,
      at_time(groups.sim().now(),
              fmt::format(
                  "instance {} was taken out of service in response to a user request{}", instance,
                  fewer ? fmt::format(", shrinking the capacity from {} to {}", before, before - 1)
                        : "")));
  if (!fewer) group->to_replace.push_back({instance});
  balance(groups, *group);
  const Member* same = group->find(instance);
  if (same == nullptr) return Json::object();
  return Json{{"Activity", activity_json(*group, *group->activity(same->activity))}};
}

/// "If you want this call to respect the group's health check grace period, set this to True; the
/// default is True" (ShouldRespectGracePeriod).
ApiResult<Json> set_instance_health(Groups& groups, const Request& request) {
  const auto found = named_member(groups, request);
  if (!found) return found.error();
  auto& [group, member] = *found;
  const std::string status = text_of(request.input, "HealthStatus");
  if (status != "Healthy" && status != "Unhealthy")
    return validation_error(
        fmt::format("HealthStatus is '{}'; it must be Healthy or Unhealthy", status));
  const bool respects = boolean_of(request.input, "ShouldRespectGracePeriod").value_or(true);
  const bool grace = groups.sim().now() < member->in_service_since + group->spec.grace;
  if (status == "Healthy") {
    member->healthy = true;
  } else if (!(respects && grace)) {
    mark_unhealthy(groups, *group, *member,
                   "an instance was taken out of service in response to a user health-check");
  }
  return Json::object();
}

ApiResult<Json> set_instance_protection(Groups& groups, const Request& request) {
  const auto group = named_group(groups, request);
  if (!group) return group.error();
  const auto wanted = boolean_of(request.input, "ProtectedFromScaleIn");
  if (!wanted) return validation_error("ProtectedFromScaleIn is required");
  const auto ids = texts_of(request.input, "InstanceIds");
  if (ids.empty() || ids.size() > 50) return validation_error("Specify 1 to 50 InstanceIds");
  for (const std::string& id : ids)
    if ((*group)->find(id) == nullptr)
      return validation_error(
          fmt::format("The instance {} is not part of Auto Scaling group {}.", id, (*group)->name));
  for (const std::string& id : ids) (*group)->find(id)->protected_from_scale_in = *wanted;
  groups.sim().cancel((*group)->lifetimes);
  watch_lifetimes(groups, **group);
  return Json::object();
}

namespace {

ApiResult<std::vector<std::string>> named_processes(const Request& request) {
  std::vector<std::string> names = texts_of(request.input, "ScalingProcesses");
  for (const std::string& name : names)
    if (std::ranges::count(kProcesses, name) == 0)
      return validation_error(fmt::format("'{}' is not a valid scaling process; one of {}", name,
                                          fmt::join(kProcesses, ", ")));
  if (names.empty()) names.assign(std::begin(kProcesses), std::end(kProcesses));
  return names;
}

}  // namespace

ApiResult<Json> suspend_processes(Groups& groups, const Request& request) {
  const auto group = named_group(groups, request);
  if (!group) return group.error();
  const auto names = named_processes(request);
  if (!names) return names.error();
  (*group)->suspended.insert(names->begin(), names->end());
  return Json::object();
}

ApiResult<Json> resume_processes(Groups& groups, const Request& request) {
  const auto found = named_group(groups, request);
  if (!found) return found.error();
  Group& group = **found;
  const auto names = named_processes(request);
  if (!names) return names.error();
  for (const std::string& name : *names) group.suspended.erase(name);
  replace_unhealthy(groups, group);
  balance(groups, group);
  return Json::object();
}

ApiResult<Json> enable_metrics_collection(Groups& groups, const Request& request) {
  const auto found = named_group(groups, request);
  if (!found) return found.error();
  Group& group = **found;
  group.spec.collects_metrics = true;
  const std::vector<std::string> names = texts_of(request.input, "Metrics");
  group.spec.collected.insert(names.begin(), names.end());
  if (names.empty()) group.spec.collected.clear();
  update_group_metrics(groups, group);
  return Json::object();
}

/// SIMPLIFIED: all metrics at once.
ApiResult<Json> disable_metrics_collection(Groups& groups, const Request& request) {
  const auto found = named_group(groups, request);
  if (!found) return found.error();
  (*found)->spec.collects_metrics = false;
  for (const auto& [name, source] : (*found)->metrics) groups.cloud.metrics().stop(source);
  return Json::object();
}

}  // namespace opsim::compute
