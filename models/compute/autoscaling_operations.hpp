#pragma once
/// The operations of EC2 Auto Scaling, by subject.
#include "models/compute/groups.hpp"

namespace opsim::compute {

// ---- autoscaling_describe.cpp ----
ApiResult<Json> describe_groups(Groups& groups, const Request& request);
ApiResult<Json> describe_group_instances(Groups& groups, const Request& request);
ApiResult<Json> describe_launch_configurations(Groups& groups, const Request& request);
ApiResult<Json> describe_scaling_activities(Groups& groups, const Request& request);

/// An instance as DescribeAutoScalingGroups and DescribeWarmPool show it.
[[nodiscard]] Json member_json(Groups& groups, const Group& group, const Member& member);

// ---- autoscaling_operations.cpp ----
ApiResult<Json> create_group(Groups& groups, const Request& request);
ApiResult<Json> create_launch_configuration(Groups& groups, const Request& request);
ApiResult<Json> disable_metrics_collection(Groups& groups, const Request& request);
ApiResult<Json> enable_metrics_collection(Groups& groups, const Request& request);
ApiResult<Json> resume_processes(Groups& groups, const Request& request);
ApiResult<Json> set_desired_capacity(Groups& groups, const Request& request);
ApiResult<Json> set_instance_health(Groups& groups, const Request& request);
ApiResult<Json> set_instance_protection(Groups& groups, const Request& request);
ApiResult<Json> suspend_processes(Groups& groups, const Request& request);
ApiResult<Json> terminate_in_group(Groups& groups, const Request& request);
ApiResult<Json> update_group(Groups& groups, const Request& request);

// ---- group_deletion.cpp ----
ApiResult<Json> delete_group(Groups& groups, const Request& request);
ApiResult<Json> delete_launch_configuration(Groups& groups, const Request& request);

// ---- group_telling_operations.cpp ----
ApiResult<Json> create_or_update_tags(Groups& groups, const Request& request);
ApiResult<Json> delete_group_tags(Groups& groups, const Request& request);
ApiResult<Json> delete_notification_configuration(Groups& groups, const Request& request);
ApiResult<Json> describe_account_limits(Groups& groups, const Request& request);
ApiResult<Json> describe_adjustment_types(Groups& groups, const Request& request);
ApiResult<Json> describe_group_tags(Groups& groups, const Request& request);
ApiResult<Json> describe_notification_configurations(Groups& groups, const Request& request);
ApiResult<Json> describe_metric_collection_types(Groups& groups, const Request& request);
ApiResult<Json> describe_notification_types(Groups& groups, const Request& request);
ApiResult<Json> describe_scaling_process_types(Groups& groups, const Request& request);
ApiResult<Json> describe_termination_policy_types(Groups& groups, const Request& request);
ApiResult<Json> put_notification_configuration(Groups& groups, const Request& request);

// ---- membership_operations.cpp ----
ApiResult<Json> attach_instances(Groups& groups, const Request& request);
ApiResult<Json> detach_instances(Groups& groups, const Request& request);
ApiResult<Json> enter_standby(Groups& groups, const Request& request);
ApiResult<Json> exit_standby(Groups& groups, const Request& request);

/// The group that AutoScalingGroupName names, or Auto Scaling's error.
[[nodiscard]] ApiResult<Group*> named_group(Groups& groups, const Request& request);

}  // namespace opsim::compute
