// Whom a group tells, how it is tagged, and which words it knows.
// AWS: EC2 Auto Scaling API reference, PutNotificationConfiguration, CreateOrUpdateTags and their
// Delete and Describe counterparts; DescribeTerminationPolicyTypes, DescribeScalingProcessTypes.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/autoscaling_operations.hpp"
#include "models/compute/filters.hpp"

namespace opsim::compute {

namespace {

constexpr std::string_view kNotificationTypes[] = {
    "autoscaling:EC2_INSTANCE_LAUNCH", "autoscaling:EC2_INSTANCE_LAUNCH_ERROR",
    "autoscaling:EC2_INSTANCE_TERMINATE", "autoscaling:EC2_INSTANCE_TERMINATE_ERROR",
    "autoscaling:TEST_NOTIFICATION"};

ApiError telling_error(std::string message) { return {"ValidationError", std::move(message)}; }

/// "ResourceType: auto-scaling-group" is the only one.
ApiResult<Group*> tagged_group(Groups& groups, const Request& request, const Json& tag) {
  const std::string name = text_of(tag, "ResourceId");
  Group* const group = groups.find(request.place(), name);
  if (group == nullptr)
    return telling_error(fmt::format("AutoScalingGroup name not found - {}", name));
  if (text_of(tag, "Key").empty()) return telling_error("A tag has no Key");
  return group;
}

}  // namespace

/// "If the topic was configured before, its notification types are replaced."
ApiResult<Json> put_notification_configuration(Groups& groups, const Request& request) {
  const auto found = named_group(groups, request);
  if (!found) return found.error();
  Group& group = **found;
  Notification wanted;
  wanted.topic = text_of(request.input, "TopicARN");
  wanted.types = texts_of(request.input, "NotificationTypes");
  const std::optional<Arn> topic = Arn::parse(wanted.topic);
  if (!topic) return telling_error("TopicARN is not the ARN of a topic");
  for (const std::string& type : wanted.types)
    if (std::ranges::count(kNotificationTypes, type) == 0)
      return telling_error(fmt::format("'{}' is not a notification type; one of {}", type,
                                       fmt::join(kNotificationTypes, ", ")));
  std::erase_if(group.spec.notifications,
                [&](const Notification& one) { return one.topic == wanted.topic; });
  group.spec.notifications.push_back(wanted);
  send(groups, group, *topic,
       {{"AccountId", group.place.account},
        {"RequestId", groups.cloud.next_uuid("auto scaling request")},
        {"AutoScalingGroupARN", group.arn},
        {"AutoScalingGroupName", group.name},
        {"Service", "AWS Auto Scaling"},
        {"Event", "autoscaling:TEST_NOTIFICATION"},
        {"Time", time_text(groups.sim().now())}},
       fmt::format("Auto Scaling: test notification for group \"{}\"", group.name));
  return Json::object();
}

ApiResult<Json> delete_notification_configuration(Groups& groups, const Request& request) {
  const auto group = named_group(groups, request);
  if (!group) return group.error();
  const std::string topic = text_of(request.input, "TopicARN");
  const auto of_topic = [&](const Notification& one) { return one.topic == topic; };
  if (std::erase_if((*group)->spec.notifications, of_topic) == 0)
    return telling_error("The group has no notification configuration for " + topic);
  return Json::object();
}

ApiResult<Json> describe_notification_configurations(Groups& groups, const Request& request) {
  const auto names = texts_of(request.input, "AutoScalingGroupNames");
  Json list = Json::array();
  for (const auto& [key, group] : groups.groups) {
    if (key.first != request.place()) continue;
    if (!names.empty() && std::ranges::count(names, group.name) == 0) continue;
    for (const Notification& one : group.spec.notifications)
      for (const std::string& type : one.types)
        list.push_back({{"AutoScalingGroupName", group.name},
                        {"TopicARN", one.topic},
                        {"NotificationType", type}});
  }
  return Json{{"NotificationConfigurations", std::move(list)}};
}

/// "Tags of the group, and of instances that it launches from now on" (PropagateAtLaunch).
ApiResult<Json> create_or_update_tags(Groups& groups, const Request& request) {
  const Json& tags = member(request.input, "Tags");
  if (!tags.is_array() || tags.empty()) return telling_error("Tags is required");
  for (const Json& tag : tags)
    if (const auto group = tagged_group(groups, request, tag); !group) return group.error();
  for (const Json& tag : tags) {
    GroupSpec& spec = (*tagged_group(groups, request, tag))->spec;
    const std::string key = text_of(tag, "Key");
    spec.tags[key] = text_of(tag, "Value");
    spec.launched_tags.erase(key);
    if (boolean_of(tag, "PropagateAtLaunch").value_or(false))
      spec.launched_tags[key] = text_of(tag, "Value");
  }
  return Json::object();
}

ApiResult<Json> delete_group_tags(Groups& groups, const Request& request) {
  const Json& tags = member(request.input, "Tags");
  if (!tags.is_array() || tags.empty()) return telling_error("Tags is required");
  for (const Json& tag : tags) {
    const auto group = tagged_group(groups, request, tag);
    if (!group) return group.error();
    (*group)->spec.tags.erase(text_of(tag, "Key"));
    (*group)->spec.launched_tags.erase(text_of(tag, "Key"));
  }
  return Json::object();
}

ApiResult<Json> describe_group_tags(Groups& groups, const Request& request) {
  constexpr std::string_view kFilters[] = {"auto-scaling-group", "key", "value",
                                           "propagate-at-launch"};
  const auto filters = read_filters(request.input, kFilters);
  if (!filters) return filters.error();
  Json list = Json::array();
  for (const auto& [place, group] : groups.groups) {
    if (place.first != request.place()) continue;
    for (const auto& [key, value] : group.spec.tags) {
      const bool handed_down = group.spec.launched_tags.contains(key);
      const auto values = [&](std::string_view name) {
        return std::vector<std::string>{name == "key"     ? key
                                        : name == "value" ? value
                                        : name == "auto-scaling-group"
                                            ? group.name
                                            : std::string{handed_down ? "true" : "false"}};
      };
      if (passes(*filters, group.spec.tags, values))
        list.push_back({{"ResourceId", group.name},
                        {"ResourceType", "auto-scaling-group"},
                        {"Key", key},
                        {"Value", value},
                        {"PropagateAtLaunch", handed_down}});
    }
  }
  return Json{{"Tags", std::move(list)}};
}

ApiResult<Json> describe_notification_types(Groups& /*groups*/, const Request& /*request*/) {
  return Json{{"AutoScalingNotificationTypes", kNotificationTypes}};
}

/// Service quotas: 500 groups and 200 launch configurations a Region.
ApiResult<Json> describe_account_limits(Groups& groups, const Request& request) {
  const auto here = [&](const auto& entry) { return entry.first.first == request.place(); };
  return Json{{"MaxNumberOfAutoScalingGroups", 500},
              {"MaxNumberOfLaunchConfigurations", 200},
              {"NumberOfAutoScalingGroups", std::ranges::count_if(groups.groups, here)},
              {"NumberOfLaunchConfigurations", std::ranges::count_if(groups.launch_configs, here)}};
}

namespace {

/// [{"AdjustmentType": "ChangeInCapacity"}, ...]
template <std::size_t count>
Json named_rows(const char* member, const std::string_view (&names)[count]) {
  Json list = Json::array();
  for (const std::string_view name : names) list.push_back(Json{{member, name}});
  return list;
}

}  // namespace

ApiResult<Json> describe_adjustment_types(Groups& /*groups*/, const Request& /*request*/) {
  constexpr std::string_view kTypes[] = {"ChangeInCapacity", "ExactCapacity",
                                         "PercentChangeInCapacity"};
  return Json{{"AdjustmentTypes", named_rows("AdjustmentType", kTypes)}};
}

ApiResult<Json> describe_metric_collection_types(Groups& /*groups*/, const Request& /*request*/) {
  constexpr std::string_view kTypes[] = {"GroupMinSize",
                                         "GroupMaxSize",
                                         "GroupDesiredCapacity",
                                         "GroupInServiceInstances",
                                         "GroupInServiceCapacity",
                                         "GroupPendingInstances",
                                         "GroupPendingCapacity",
                                         "GroupTerminatingInstances",
                                         "GroupTerminatingCapacity",
                                         "GroupStandbyInstances",
                                         "GroupStandbyCapacity",
                                         "GroupTotalInstances",
                                         "GroupTotalCapacity",
                                         "WarmPoolDesiredCapacity",
                                         "WarmPoolWarmedCapacity",
                                         "WarmPoolPendingCapacity",
                                         "WarmPoolTerminatingCapacity",
                                         "WarmPoolTotalCapacity",
                                         "GroupAndWarmPoolDesiredCapacity",
                                         "GroupAndWarmPoolTotalCapacity"};
  constexpr std::string_view kGranularities[] = {"1Minute"};
  return Json{{"Metrics", named_rows("Metric", kTypes)},
              {"Granularities", named_rows("Granularity", kGranularities)}};
}

ApiResult<Json> describe_scaling_process_types(Groups& /*groups*/, const Request& /*request*/) {
  constexpr std::string_view kTypes[] = {
      "AZRebalance", "AddToLoadBalancer", "AlarmNotification", "HealthCheck", "InstanceRefresh",
      "Launch",      "ReplaceUnhealthy",  "ScheduledActions",  "Terminate"};
  return Json{{"Processes", named_rows("ProcessName", kTypes)}};
}

ApiResult<Json> describe_termination_policy_types(Groups& /*groups*/, const Request& /*request*/) {
  constexpr std::string_view kTypes[] = {"AllocationStrategy",
                                         "ClosestToNextInstanceHour",
                                         "Default",
                                         "NewestInstance",
                                         "OldestInstance",
                                         "OldestLaunchConfiguration",
                                         "OldestLaunchTemplate"};
  return Json{{"TerminationPolicyTypes", kTypes}};
}

}  // namespace opsim::compute
