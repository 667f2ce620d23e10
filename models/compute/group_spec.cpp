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

/// "To remove a value that you previously set, include the property but specify -1."
std::optional<std::int64_t> default_warmup_of(const Json& members,
                                              std::optional<std::int64_t> otherwise) {
  const auto seconds = integer_of(members, "DefaultInstanceWarmup");
  if (!seconds) return otherwise;
  return *seconds < 0 ? std::nullopt : std::optional{std::min<std::int64_t>(*seconds, 3600)};
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
void read_launch_source(const Json& members, GroupSpec& spec) {
  spec.launch_config = text_of(members, "LaunchConfigurationName");
  spec.launch_template = member(members, "LaunchTemplate");
  spec.mixed.reset();
  const Json& mixed = member(member(members, "MixedInstancesPolicy"), "LaunchTemplate");
  if (mixed.is_object()) spec.launch_template = member(mixed, "LaunchTemplateSpecification");
}

/// "You can only specify one Lambda function in the termination policies [...], the Lambda function
/// must be specified first"; "a qualified ARN with the $LATEST suffix [...] will result in an
/// error". UNDOCUMENTED: the wording.
std::optional<ApiError> read_function(const std::string& arn, std::size_t place, GroupSpec& spec) {
  if (place > 0)
    return group_validation_error(
        "Only one Lambda function can be specified, as the first of the termination policies");
  if (!arn.starts_with("arn:") || arn.find(":lambda:") == std::string::npos ||
      arn.ends_with(":$LATEST"))
    return group_validation_error(
        fmt::format("'{}' is not a Lambda function that can be used as a "
                    "termination policy",
                    arn));
  spec.termination_function = arn;
  return std::nullopt;
}

/// "If you use the Default policy, it must be the last; a custom policy (a function) the first".
std::optional<ApiError> read_policies(const Json& members, GroupSpec& spec) {
  if (member(members, "TerminationPolicies").is_null()) return std::nullopt;
  spec.termination_policies = texts_of(members, "TerminationPolicies");
  spec.policies.clear();
  spec.termination_function.clear();
  for (std::size_t i = 0; i < spec.termination_policies.size(); ++i) {
    const std::string& name = spec.termination_policies[i];
    if (name.starts_with("arn:")) {
      if (auto wrong = read_function(name, i, spec)) return wrong;
      continue;
    }
    const auto policy = parse_termination_policy(name);
    if (!policy)
      return group_validation_error(
          fmt::format("Termination policy '{}' is not valid; one of AllocationStrategy, "
                      "ClosestToNextInstanceHour, Default, NewestInstance, OldestInstance, "
                      "OldestLaunchConfiguration, OldestLaunchTemplate",
                      name));
    spec.policies.push_back(*policy);
  }
  return std::nullopt;
}

/// API InstanceMaintenancePolicy: 0-100 and 100-200, not more than 100 apart; -1 clears both.
std::optional<ApiError> read_maintenance(const Json& members, GroupSpec& spec) {
  const Json& policy = member(members, "InstanceMaintenancePolicy");
  if (!policy.is_object()) return std::nullopt;
  const auto least = integer_of(policy, "MinHealthyPercentage");
  const auto most = integer_of(policy, "MaxHealthyPercentage");
  if (!least || !most)
    return group_validation_error(
        "MinHealthyPercentage and MaxHealthyPercentage must both be specified");
  spec.least_healthy = spec.most_healthy = std::nullopt;
  if (*least == -1 && *most == -1) return std::nullopt;
  if (*least < 0 || *least > 100 || *most < 100 || *most > 200 || *most - *least > 100)
    return group_validation_error(
        "MinHealthyPercentage must be 0 to 100, MaxHealthyPercentage 100 to 200, and their "
        "difference at most 100");
  spec.least_healthy = least;
  spec.most_healthy = most;
  return std::nullopt;
}

/// "The value must be either 0 or a number equal to or greater than 86,400 seconds (1 day)"; at
/// most 31,536,000, a year.
std::optional<ApiError> read_lifetime(const Json& members, GroupSpec& spec) {
  if (member(members, "MaxInstanceLifetime").is_null()) return std::nullopt;
  const auto seconds = integer_of(members, "MaxInstanceLifetime");
  if (!seconds || (*seconds != 0 && (*seconds < 86'400 || *seconds > 31'536'000)))
    return group_validation_error(
        "MaxInstanceLifetime must be 0, or from 86400 to 31536000 seconds");
  spec.max_lifetime = std::chrono::seconds{*seconds};
  return std::nullopt;
}

/// How members are spread, chosen and replaced.
std::optional<ApiError> read_distribution(const Json& members, GroupSpec& spec) {
  if (auto wrong = read_policies(members, spec)) return wrong;
  if (auto wrong = read_maintenance(members, spec)) return wrong;
  if (auto wrong = read_lifetime(members, spec)) return wrong;
  if (auto wrong = read_impairment_policy(members, spec)) return wrong;
  spec.capacity_rebalance =
      boolean_of(members, "CapacityRebalance").value_or(spec.capacity_rebalance);
  const std::string strategy =
      text_of(member(members, "AvailabilityZoneDistribution"), "CapacityDistributionStrategy");
  if (!strategy.empty() && strategy != "balanced-best-effort" && strategy != "balanced-only")
    return group_validation_error(
        "CapacityDistributionStrategy must be balanced-best-effort or balanced-only");
  if (!strategy.empty())
    spec.distribution = strategy == "balanced-only" ? ZoneDistribution::balanced_only
                                                    : ZoneDistribution::balanced_best_effort;
  if (member(members, "MixedInstancesPolicy").is_null()) return std::nullopt;
  auto mixed = read_mixed_instances(members);
  if (!mixed) return mixed.error();
  spec.mixed = std::move(*mixed);
  return std::nullopt;
}

std::optional<ApiError> one_of(const Json& members, std::string_view name,
                               std::initializer_list<std::string_view> allowed, std::string& into) {
  const std::string given = text_of(members, name);
  if (given.empty()) return std::nullopt;
  if (std::ranges::count(allowed, given) == 0)
    return group_validation_error(
        fmt::format("{} is '{}'; it must be one of {}", name, given, fmt::join(allowed, ", ")));
  into = given;
  return std::nullopt;
}

/// What ends an instance or the group, and what may be said of both.
std::optional<ApiError> read_protection(const Json& members, GroupSpec& spec) {
  if (auto wrong = one_of(members, "DeletionProtection",
                          {"none", "prevent-force-deletion", "prevent-all-deletion"},
                          spec.deletion_protection))
    return wrong;
  const Json& triggers = member(member(members, "InstanceLifecyclePolicy"), "RetentionTriggers");
  std::string action = spec.retains_abandoned ? "retain" : "terminate";
  if (auto wrong = one_of(triggers, "TerminateHookAbandon", {"retain", "terminate"}, action))
    return wrong;
  spec.retains_abandoned = action == "retain";
  std::string unit = text_of(spec.shown, "DesiredCapacityType");
  if (auto wrong = one_of(members, "DesiredCapacityType", {"units", "vcpu", "memory-mib"}, unit))
    return wrong;
  if (!unit.empty()) spec.shown["DesiredCapacityType"] = unit;
  for (const char* name : {"Context", "PlacementGroup", "ServiceLinkedRoleARN"})
    if (const std::string given = text_of(members, name); !given.empty()) spec.shown[name] = given;
  if (const Json& given = member(members, "CapacityReservationSpecification"); given.is_object())
    spec.shown["CapacityReservationSpecification"] = given;
  return std::nullopt;
}

/// API HealthCheckType: "EC2, EBS, ELB, and VPC_LATTICE. EC2 is the default and cannot be
/// disabled."
std::optional<ApiError> read_health_check(const Json& members, GroupSpec& spec) {
  const std::vector<std::string> types = texts_of(members, "HealthCheckType");
  constexpr std::string_view kTypes[] = {"EC2", "EBS", "ELB", "VPC_LATTICE"};
  if (types.empty()) return std::nullopt;
  for (const std::string& type : types)
    if (std::ranges::count(kTypes, type) == 0)
      return group_validation_error(fmt::format(
          "Invalid HealthCheckType '{}'. Valid values are EC2, EBS, ELB and VPC_LATTICE", type));
  spec.health_check_type = fmt::format("{}", fmt::join(types, ","));
  return std::nullopt;
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
  if (auto wrong = read_health_check(members, spec)) return *std::move(wrong);
  if (auto wrong = read_protection(members, spec)) return *std::move(wrong);
  spec.cooldown = integer_of(members, "DefaultCooldown")
                      .value_or(integer_of(members, "Cooldown").value_or(300));  // API default
  if (auto wrong = read_distribution(members, spec)) return *std::move(wrong);
  spec.default_warmup = default_warmup_of(members, {});
  read_tags(members, spec);
  read_notifications(members, spec);
  read_metrics_collection(members, spec);
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
      !text_of(members, "LaunchConfigurationName").empty() ||
      !member(members, "MixedInstancesPolicy").is_null())
    read_launch_source(members, spec);
  if (auto wrong = read_distribution(members, spec)) return *std::move(wrong);
  spec.grace = grace_of(members, spec.grace);
  spec.cooldown = integer_of(members, "DefaultCooldown").value_or(spec.cooldown);
  spec.default_warmup = default_warmup_of(members, spec.default_warmup);
  if (auto wrong = read_health_check(members, spec)) return *std::move(wrong);
  if (auto wrong = read_protection(members, spec)) return *std::move(wrong);
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
  spec.configured = now;
  return {name, "", place, std::make_shared<const LaunchSpec>(std::move(spec)), now};
}

std::string launch_configuration_arn(Groups& groups, const Place& place, const std::string& name) {
  return arn(place, "autoscaling",
             fmt::format("launchConfiguration:{}:launchConfigurationName/{}",
                         groups.cloud.next_uuid("launch configuration"), name));
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
