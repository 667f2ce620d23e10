#pragma once
/// The operations of EC2, by subject.
#include <span>
#include <string>
#include <vector>

#include "models/compute/fleet.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::compute {

// ---- describe_instances.cpp ----
ApiResult<Json> describe_instances(Fleet& fleet, const Request& request);
ApiResult<Json> describe_instance_attribute(Fleet& fleet, const Request& request);
[[nodiscard]] Json instance_json(Fleet& fleet, const Instance& instance);

// ---- describe_status.cpp ----
ApiResult<Json> describe_instance_status(Fleet& fleet, const Request& request);

// ---- change_instances.cpp ----
ApiResult<Json> modify_instance_attribute(Fleet& fleet, const Request& request);
ApiResult<Json> reboot_instances(Fleet& fleet, const Request& request);
ApiResult<Json> run_instances(Fleet& fleet, const Request& request);
ApiResult<Json> start_instances(Fleet& fleet, const Request& request);
ApiResult<Json> stop_instances(Fleet& fleet, const Request& request);
ApiResult<Json> terminate_instances(Fleet& fleet, const Request& request);

// ---- credit_operations.cpp ----
ApiResult<Json> describe_credit_specifications(Fleet& fleet, const Request& request);
ApiResult<Json> modify_credit_specification(Fleet& fleet, const Request& request);

// ---- recovery.cpp ----
ApiResult<Json> modify_instance_maintenance_options(Fleet& fleet, const Request& request);
/// What takes the alarm action arn:aws:automate:REGION:ec2:recover.
Process<ApiResult<Json>> deliver_recovery(Fleet& fleet, Delivery delivery);

// ---- spot_requests.cpp ----
ApiResult<Json> describe_spot_instance_requests(Fleet& fleet, const Request& request);

// ---- tags.cpp ----
ApiResult<Json> create_tags(Fleet& fleet, const Request& request);
ApiResult<Json> delete_tags(Fleet& fleet, const Request& request);
ApiResult<Json> describe_tags(Fleet& fleet, const Request& request);

// ---- images.cpp ----
ApiResult<Json> copy_image(Fleet& fleet, const Request& request);
ApiResult<Json> create_image(Fleet& fleet, const Request& request);
ApiResult<Json> deregister_image(Fleet& fleet, const Request& request);
ApiResult<Json> describe_images(Fleet& fleet, const Request& request);
ApiResult<Json> register_image(Fleet& fleet, const Request& request);

// ---- launch_templates.cpp ----
ApiResult<Json> create_launch_template(Fleet& fleet, const Request& request);
ApiResult<Json> create_launch_template_version(Fleet& fleet, const Request& request);
ApiResult<Json> describe_launch_template_versions(Fleet& fleet, const Request& request);
ApiResult<Json> describe_launch_templates(Fleet& fleet, const Request& request);
ApiResult<Json> modify_launch_template(Fleet& fleet, const Request& request);

// ---- describe_network.cpp ----
ApiResult<Json> describe_availability_zones(Fleet& fleet, const Request& request);
ApiResult<Json> describe_subnets(Fleet& fleet, const Request& request);
ApiResult<Json> describe_vpcs(Fleet& fleet, const Request& request);

/// The instances that `InstanceIds` (or `InstanceId`) names, or EC2's error for the first that is
/// malformed or unknown. Empty where none are named.
[[nodiscard]] ApiResult<std::vector<Instance*>> named_instances(Fleet& fleet,
                                                                const Request& request);
/// Terminated instances stay visible for about an hour.
[[nodiscard]] bool is_visible(Fleet& fleet, const Instance& instance);
/// "DryRunOperation" where the request asks for no more than that.
[[nodiscard]] std::optional<ApiError> dry_run(const Request& request);

}  // namespace opsim::compute
