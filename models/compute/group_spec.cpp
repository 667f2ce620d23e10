// What a group is asked to be. CreateAutoScalingGroup, UpdateAutoScalingGroup and the resource type
// share these members; CloudFormation passes sizes as texts.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

// Auto Scaling API reference, "Common errors" of its operations.
ApiError group_validation_error(std::string message) {
  return {"ValidationError", std::move(message)};
}

Duration grace_of(const Json& members, Duration otherwise) {
  const auto seconds = integer_of(members, "HealthCheckGracePeriod");
  return seconds && *seconds >= 0 ? Duration{std::chrono::seconds{*seconds}} : otherwise;
}

void read_tags(const Json& members, GroupSpec& spec) {
  const Json& tags = member(members, "Tags");
  if (!tags.is_array()) return;
  for (const Json& tag : tags) {
    spec.tags[text_of(tag, "Key")] = text_of(tag, "Value");
    if (boolean_of(tag, "PropagateAtLaunch").value_or(false))
      spec.launched_tags[text_of(tag, "Key")] = text_of(tag, "Value");
  }
}

/// `NotificationConfigurations: [...]`, or the older single `NotificationConfiguration`.
void read_notifications(const Json& members, GroupSpec& spec) {
  const auto add = [&](const Json& one) {
    std::vector<std::string> types = texts_of(one, "NotificationTypes");
    if (types.empty()) types = texts_of(one, "NotificationType");
    for (const std::string& topic : texts_of(one, "TopicARN"))
      spec.notifications.push_back({topic, types});
  };
  if (const Json& many = member(members, "NotificationConfigurations"); many.is_array())
    for (const Json& one : many) add(one);
  if (const Json& one = member(members, "NotificationConfiguration"); one.is_object()) add(one);
}

void read_metrics_collection(const Json& members, GroupSpec& spec) {
  const Json& collections = member(members, "MetricsCollection");
  if (!collections.is_array()) return;
  for (const Json& one : collections) {
    spec.collects_metrics = true;
    for (std::string& name : texts_of(one, "Metrics")) spec.collected.insert(std::move(name));
  }
}

/// A launch template of its own, or the one inside a mixed instances policy.
/// SIMPLIFIED: overrides, Spot and weights of a mixed instances policy are not simulated.
void read_launch_source(const Json& members, GroupSpec& spec) {
  spec.launch_config = text_of(members, "LaunchConfigurationName");
  spec.launch_template = member(members, "LaunchTemplate");
  const Json& mixed = member(member(members, "MixedInstancesPolicy"), "LaunchTemplate");
  if (mixed.is_object()) spec.launch_template = member(mixed, "LaunchTemplateSpecification");
}

constexpr std::int64_t kLargestGroup = 200'000;  // a limit of opsim, not of AWS

std::optional<ApiError> wrong_sizes(const GroupSpec& spec) {
  if (spec.max_size > kLargestGroup)
    return group_validation_error(fmt::format("opsim simulates groups of up to {}", kLargestGroup));
  if (spec.min_size < 0 || spec.max_size < 0 || spec.desired < 0)
    return group_validation_error("Min, max and desired capacity must be non-negative");
  if (spec.min_size > spec.max_size)
    return group_validation_error("Max bound, " + std::to_string(spec.max_size) +
                                  ", must be greater than or equal to min bound, " +
                                  std::to_string(spec.min_size));
  if (spec.desired < spec.min_size)
    return group_validation_error(
        fmt::format("Desired capacity:{} must be between the specified min size:{} and max size:{}",
                    spec.desired, spec.min_size, spec.max_size));
  if (spec.desired > spec.max_size)
    return group_validation_error(
        fmt::format("Desired capacity:{} must be between the specified min size:{} and max size:{}",
                    spec.desired, spec.min_size, spec.max_size));
  return std::nullopt;
}

}  // namespace

ApiResult<GroupSpec> read_group_spec(const Json& members, const Place& place) {
  GroupSpec spec;
  const auto min = integer_of(members, "MinSize");
  const auto max = integer_of(members, "MaxSize");
  if (!min || !max)
    return group_validation_error("MinSize and MaxSize are required and must be whole numbers");
  spec.min_size = *min;
  spec.max_size = *max;
  // "If you do not specify a desired capacity, the default is the minimum size of the group" (API).
  spec.desired = integer_of(members, "DesiredCapacity").value_or(*min);
  if (auto wrong = wrong_sizes(spec)) return *std::move(wrong);
  spec.zones = texts_of(members, "AvailabilityZones");
  spec.subnets = texts_of(members, "VPCZoneIdentifier");
  if (spec.zones.empty() && spec.subnets.empty()) spec.zones = zones_of(place.region);
  read_launch_source(members, spec);
  spec.grace = grace_of(members, {});  // API default: 0 seconds (HealthCheckGracePeriod)
  if (std::string type = text_of(members, "HealthCheckType"); !type.empty())
    spec.health_check_type = std::move(type);
  spec.cooldown = integer_of(members, "DefaultCooldown")
                      .value_or(integer_of(members, "Cooldown").value_or(300));  // API default
  read_tags(members, spec);
  read_notifications(members, spec);
  read_metrics_collection(members, spec);
  spec.termination_policies = texts_of(members, "TerminationPolicies");
  spec.protects_new = boolean_of(members, "NewInstancesProtectedFromScaleIn").value_or(false);
  return spec;
}

ApiResult<GroupSpec> updated_group_spec(const GroupSpec& before, const Json& members) {
  GroupSpec spec = before;
  spec.min_size = integer_of(members, "MinSize").value_or(spec.min_size);
  spec.max_size = integer_of(members, "MaxSize").value_or(spec.max_size);
  // "If a new value for MinSize is larger than the current size, the desired capacity is raised to
  // it; likewise MaxSize lowers it" (API, UpdateAutoScalingGroup).
  const auto desired = integer_of(members, "DesiredCapacity");
  if (desired) {
    spec.desired = *desired;
  } else if (spec.min_size <= spec.max_size) {
    spec.desired = std::clamp(spec.desired, spec.min_size, spec.max_size);
  }
  if (auto wrong = wrong_sizes(spec)) return *std::move(wrong);
  if (auto zones = texts_of(members, "AvailabilityZones"); !zones.empty()) spec.zones = zones;
  if (auto subnets = texts_of(members, "VPCZoneIdentifier"); !subnets.empty())
    spec.subnets = subnets;
  if (!member(members, "LaunchTemplate").is_null() ||
      !text_of(members, "LaunchConfigurationName").empty())
    read_launch_source(members, spec);
  spec.grace = grace_of(members, spec.grace);
  if (std::string type = text_of(members, "HealthCheckType"); !type.empty())
    spec.health_check_type = std::move(type);
  spec.protects_new =
      boolean_of(members, "NewInstancesProtectedFromScaleIn").value_or(spec.protects_new);
  return spec;
}

LaunchConfiguration read_launch_configuration(const std::string& name, const Place& place,
                                              const Json& members, const Json& metadata,
                                              SimTime now) {
  LaunchSpec spec = read_launch_spec(members, metadata);
  const Json& monitoring = member(members, "InstanceMonitoring");
  if (monitoring.is_null()) spec.detailed_monitoring = true;
  if (monitoring.is_object())
    spec.detailed_monitoring = boolean_of(monitoring, "Enabled").value_or(true);
  return {name, place, std::make_shared<const LaunchSpec>(std::move(spec)), now};
}

std::vector<std::string> zones_in_use(Groups& groups, const Group& group) {
  if (!group.spec.zones.empty()) return group.spec.zones;
  std::vector<std::string> zones;
  for (const std::string& id : group.spec.subnets) {
    const std::string& zone = subnet_of(groups.fleet(), group.place, id).zone;
    if (std::ranges::count(zones, zone) == 0) zones.push_back(zone);
  }
  return zones;
}

Group& add_group(Groups& groups, const Place& place, const std::string& name, GroupSpec spec) {
  Group& group = groups.groups[{place, name}];
  group.name = name;
  group.place = place;
  group.spec = std::move(spec);
  group.created = groups.sim().now();
  group.arn = arn(place, "autoscaling",
                  "autoScalingGroup:" + groups.cloud.next_uuid("auto scaling group") +
                      ":autoScalingGroupName/" + name);
  return group;
}

}  // namespace opsim::compute
