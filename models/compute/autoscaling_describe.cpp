// What Auto Scaling says of groups, their instances and activities.
// AWS: EC2 Auto Scaling API reference, DescribeAutoScalingGroups, DescribeAutoScalingInstances,
// DescribeScalingActivities, DescribeLaunchConfigurations.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/autoscaling_operations.hpp"
#include "models/compute/filters.hpp"
#include "models/compute/predictive_run.hpp"
#include "models/compute/traffic_source_operations.hpp"
#include "models/compute/warm_pool_operations.hpp"

namespace opsim::compute {

namespace {

/// What an instance or a group is launched from, as both are shown with it.
/// AWS fills in the id and the name, whichever was given, and leaves the version as it is.
void show_launch_source(Groups& groups, const GroupSpec& spec, const Place& place, Json& json) {
  if (!spec.launch_config.empty()) json["LaunchConfigurationName"] = spec.launch_config;
  if (!spec.launch_template.is_object()) return;
  Json& shown = json["LaunchTemplate"] = spec.launch_template;
  const auto known = find_template(groups.fleet(), place, spec.launch_template);
  if (!known) return;
  shown["LaunchTemplateId"] = known->of->id;
  shown["LaunchTemplateName"] = known->of->name;
}

/// A member keeps what it was launched from, whatever its group launches from since.
void show_launch_source(Groups& groups, const Group& group, const Member& member, Json& json) {
  const std::string from = member.spec == nullptr ? "" : member.spec->launch_template;
  const std::size_t colon = from.find(':');
  if (colon == std::string::npos) {
    if (!group.spec.launch_config.empty())
      json["LaunchConfigurationName"] = group.spec.launch_config;
    return;
  }
  const auto known = groups.fleet().templates.find(from.substr(0, colon));
  if (known == groups.fleet().templates.end()) return;
  json["LaunchTemplate"] = {{"LaunchTemplateId", known->second.id},
                            {"LaunchTemplateName", known->second.name},
                            {"Version", from.substr(colon + 1)}};
}

}  // namespace

Json member_json(Groups& groups, const Group& group, const Member& member) {
  const Instance* instance = groups.instance_of(member);
  Json json{{"InstanceId", member.instance},
            {"AvailabilityZone", member.zone},
            {"LifecycleState", to_string(member.lifecycle)},
            {"HealthStatus", member.healthy ? "Healthy" : "Unhealthy"},
            {"InstanceType", instance == nullptr ? "" : instance->spec->instance_type},
            {"ImageId", instance == nullptr ? "" : instance->spec->image_id},
            {"ProtectedFromScaleIn", member.protected_from_scale_in}};
  if (member.weight != 1) json["WeightedCapacity"] = std::to_string(member.weight);
  show_launch_source(groups, group, member, json);
  return json;
}

namespace {

Json group_tags(const Group& group) {
  Json list = Json::array();
  for (const auto& [key, value] : group.spec.tags)
    list.push_back({{"Key", key},
                    {"Value", value},
                    {"PropagateAtLaunch", group.spec.launched_tags.contains(key)},
                    {"ResourceId", group.name},
                    {"ResourceType", "auto-scaling-group"}});
  return list;
}

Json enabled_metrics(const Group& group) {
  Json list = Json::array();
  if (!group.spec.collects_metrics) return list;
  for (const auto& [name, source] : group.metrics)
    list.push_back({{"Metric", name}, {"Granularity", "1Minute"}});
  return list;
}

Json suspended_processes(const Group& group) {
  Json list = Json::array();
  for (const std::string& name : group.suspended)
    list.push_back({{"ProcessName", name}, {"SuspensionReason", "User suspended"}});
  return list;
}

/// User Guide, "Service-linked roles": the default one.
std::string service_role(const Group& group) {
  return fmt::format(
      "arn:aws:iam::{}:role/aws-service-role/autoscaling.amazonaws.com/"
      "AWSServiceRoleForAutoScaling",
      group.place.account);
}

Json traffic_sources(const Group& group) {
  Json list = Json::array();
  for (const TrafficSource& source : group.sources)
    list.push_back({{"Identifier", source.id}, {"Type", to_string(source.kind)}});
  return list;
}

/// What AWS shows only where it was given, and what it fills in.
void show_optional(Groups& groups, const Place& place, const GroupSpec& spec, Json& json) {
  json.update(spec.shown);
  if (spec.mixed)
    json["MixedInstancesPolicy"] = spec.mixed->shown;
  else
    show_launch_source(groups, spec, place, json);
  if (spec.capacity_rebalance) json["CapacityRebalance"] = true;
  if (spec.max_lifetime != Duration{})
    json["MaxInstanceLifetime"] =
        std::chrono::floor<std::chrono::seconds>(spec.max_lifetime).count();
  if (spec.least_healthy)
    json["InstanceMaintenancePolicy"] = {{"MinHealthyPercentage", *spec.least_healthy},
                                         {"MaxHealthyPercentage", *spec.most_healthy}};
  json["AvailabilityZoneDistribution"] = {
      {"CapacityDistributionStrategy", spec.distribution == ZoneDistribution::balanced_only
                                           ? "balanced-only"
                                           : "balanced-best-effort"}};
  json["DeletionProtection"] = spec.deletion_protection;
  if (spec.retains_abandoned)
    json["InstanceLifecyclePolicy"] = {{"RetentionTriggers", {{"TerminateHookAbandon", "retain"}}}};
}

Json group_json(Groups& groups, const Group& group) {
  const GroupSpec& spec = group.spec;
  Json instances = Json::array();
  for (const auto& [id, member] : group.members)
    if (!is_warmed(member.lifecycle)) instances.push_back(member_json(groups, group, member));
  Json json{
      {"AutoScalingGroupName", group.name},
      {"AutoScalingGroupARN", group.arn},
      {"MinSize", spec.min_size},
      {"MaxSize", spec.max_size},
      {"DesiredCapacity", spec.desired},
      {"DefaultCooldown", spec.cooldown},
      {"AvailabilityZones", zones_in_use(groups, group)},
      {"LoadBalancerNames", source_ids(group, TrafficSource::Kind::classic)},
      {"TargetGroupARNs", source_ids(group, TrafficSource::Kind::target_group)},
      {"TrafficSources", traffic_sources(group)},
      {"HealthCheckType", spec.health_check_type},
      {"HealthCheckGracePeriod", std::chrono::floor<std::chrono::seconds>(spec.grace).count()},
      {"Instances", std::move(instances)},
      {"CreatedTime", time_text(group.created)},
      {"SuspendedProcesses", suspended_processes(group)},
      {"ServiceLinkedRoleARN", service_role(group)},
      {"VPCZoneIdentifier", fmt::format("{}", fmt::join(spec.subnets, ","))},
      {"EnabledMetrics", enabled_metrics(group)},
      {"Tags", group_tags(group)},
      {"TerminationPolicies", spec.termination_policies.empty()
                                  ? std::vector<std::string>{"Default"}
                                  : spec.termination_policies},
      {"NewInstancesProtectedFromScaleIn", spec.protects_new}};
  if (spec.default_warmup) json["DefaultInstanceWarmup"] = *spec.default_warmup;
  if (spec.impairment) json["AvailabilityZoneImpairmentPolicy"] = impairment_json(*spec.impairment);
  show_optional(groups, group.place, spec, json);
  if (const auto predicted = predicted_floor(groups, group, groups.sim().now()); predicted > 0)
    json["PredictedCapacity"] = predicted;
  if (group.pool) json["WarmPoolConfiguration"] = warm_pool_json(*group.pool);
  if (group.pool) json["WarmPoolSize"] = group.count(Stage::warm);
  return json;
}

Json paged(Json answer, const Page& page, bool more) {
  if (more) answer["NextToken"] = std::to_string(page.from + page.size);
  return answer;
}

/// Takes what stands on the page; true once there is more than fits.
class Listing {
 public:
  explicit Listing(Page page) : page_{page} {}
  /// Whether the next item belongs on this page.
  bool wants() {
    const std::size_t index = next_++;
    if (index < page_.from) return false;
    more_ = more_ || index >= page_.from + page_.size;
    return !more_;
  }
  [[nodiscard]] bool more() const { return more_; }

 private:
  Page page_;
  std::size_t next_ = 0;
  bool more_ = false;
};

}  // namespace

ApiResult<Json> describe_groups(Groups& groups, const Request& request) {
  constexpr std::string_view kFilters[] = {"auto-scaling-group"};
  const auto filters = read_filters(request.input, kFilters);
  if (!filters) return filters.error();
  const auto page = read_page(request.input, 50);  // API default
  if (!page) return page.error();
  const auto names = texts_of(request.input, "AutoScalingGroupNames");
  Listing listing{*page};
  Json list = Json::array();
  for (const auto& [key, group] : groups.groups) {
    if (key.first != request.place()) continue;
    if (!names.empty() && std::ranges::count(names, group.name) == 0) continue;
    const auto values = [&](std::string_view) { return std::vector{group.name}; };
    if (passes(*filters, group.spec.tags, values) && listing.wants())
      list.push_back(group_json(groups, group));
  }
  return paged({{"AutoScalingGroups", std::move(list)}}, *page, listing.more());
}

ApiResult<Json> describe_group_instances(Groups& groups, const Request& request) {
  const auto page = read_page(request.input, 50);  // API default
  if (!page) return page.error();
  const auto ids = texts_of(request.input, "InstanceIds");
  Listing listing{*page};
  Json list = Json::array();
  for (const auto& [key, group] : groups.groups) {
    if (key.first != request.place()) continue;
    for (const auto& [id, member] : group.members) {
      if (!ids.empty() && std::ranges::count(ids, id) == 0) continue;
      if (!listing.wants()) continue;
      Json json = member_json(groups, group, member);
      json["AutoScalingGroupName"] = group.name;
      // This operation, and only this one, tells health in capitals (API reference).
      json["HealthStatus"] = member.healthy ? "HEALTHY" : "UNHEALTHY";
      list.push_back(std::move(json));
    }
  }
  return paged({{"AutoScalingInstances", std::move(list)}}, *page, listing.more());
}

namespace {

struct ActivityFilter {
  std::optional<SimTime> from;
  std::optional<SimTime> to;
  std::vector<std::string> statuses;

  [[nodiscard]] bool passes(const Json& activity) const {
    const auto start = parse_iso8601(activity.at("StartTime").get<std::string>());
    if (from && start < from) return false;
    if (to && start > to) return false;
    return statuses.empty() ||
           std::ranges::count(statuses, activity.at("StatusCode").get<std::string>()) > 0;
  }
};

/// UNDOCUMENTED: the wordings.
ApiResult<ActivityFilter> read_activity_filter(const Json& input) {
  constexpr std::string_view kFilters[] = {"StartTimeLowerBound", "StartTimeUpperBound", "Status"};
  const auto given = read_filters(input, kFilters);
  if (!given) return ApiError{"ValidationError", given.error().message};
  ActivityFilter filter;
  for (const Filter& one : *given) {
    if (one.name == "Status") {
      if (text_of(input, "AutoScalingGroupName").empty())
        return ApiError{"ValidationError",
                        "The Status filter can only be used with AutoScalingGroupName"};
      filter.statuses = one.values;
      continue;
    }
    const auto time = one.values.empty() ? std::nullopt : parse_iso8601(one.values.front());
    if (!time)
      return ApiError{"ValidationError", fmt::format("{} is not an ISO 8601 time", one.name)};
    (one.name == "StartTimeLowerBound" ? filter.from : filter.to) = *time;
  }
  return filter;
}

}  // namespace

ApiResult<Json> describe_scaling_activities(Groups& groups, const Request& request) {
  const auto page = read_page(request.input, 100);  // API default
  if (!page) return page.error();
  const auto filter = read_activity_filter(request.input);
  if (!filter) return filter.error();
  const bool deleted = boolean_of(request.input, "IncludeDeletedGroups").value_or(false);
  const std::string name = text_of(request.input, "AutoScalingGroupName");
  if (!name.empty() && !deleted)
    if (const auto group = named_group(groups, request); !group) return group.error();
  const auto ids = texts_of(request.input, "ActivityIds");
  Listing listing{*page};
  Json list = Json::array();
  const auto add = [&](Json activity, std::string_view state) {
    if (!filter->passes(activity) || !listing.wants()) return;
    if (deleted) activity["AutoScalingGroupState"] = state;
    list.push_back(std::move(activity));
  };
  for (const auto& [key, group] : groups.groups) {
    if (key.first != request.place() || (!name.empty() && group.name != name)) continue;
    // "Scaling activities are ordered by start time. Activities still in progress are described
    // first." The newest first.
    for (const bool over : {false, true})
      for (auto one = group.activities.rbegin(); one != group.activities.rend(); ++one) {
        if (one->second.end.has_value() != over) continue;
        if (!ids.empty() && std::ranges::count(ids, one->second.id) == 0) continue;
        add(activity_json(group, one->second), "InService");
      }
  }
  for (const auto& [place, activity] : groups.of_deleted) {
    if (!deleted || place != request.place()) continue;
    if (!name.empty() && activity.at("AutoScalingGroupName") != name) continue;
    if (!ids.empty() && std::ranges::count(ids, activity.at("ActivityId").get<std::string>()) == 0)
      continue;
    add(activity, "Deleted");
  }
  return paged({{"Activities", std::move(list)}}, *page, listing.more());
}

ApiResult<Json> describe_launch_configurations(Groups& groups, const Request& request) {
  const auto names = texts_of(request.input, "LaunchConfigurationNames");
  Json list = Json::array();
  for (const auto& [key, config] : groups.launch_configs) {
    if (key.first != request.place()) continue;
    if (!names.empty() && std::ranges::count(names, config.name) == 0) continue;
    list.push_back({{"LaunchConfigurationName", config.name},
                    {"LaunchConfigurationARN", config.arn},
                    {"EbsOptimized", false},
                    {"BlockDeviceMappings", Json::array()},
                    {"ImageId", config.spec->image_id},
                    {"InstanceType", config.spec->instance_type},
                    {"KeyName", config.spec->key_name},
                    {"SecurityGroups", config.spec->security_groups},
                    {"InstanceMonitoring", {{"Enabled", config.spec->detailed_monitoring}}},
                    {"CreatedTime", time_text(config.created)}});
  }
  return Json{{"LaunchConfigurations", std::move(list)}};
}

}  // namespace opsim::compute
