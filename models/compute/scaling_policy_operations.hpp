#pragma once
/// Scaling policies at work: their API, their resource, and the alarms that run them.
#include "models/compute/groups.hpp"
#include "models/compute/scaling_policy.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::compute {

// ---- scaling_policy_spec.cpp ----
[[nodiscard]] ApiResult<ScalingPolicy> read_scaling_policy(const Json& members);

// ---- scaling_policy_operations.cpp ----
ApiResult<Json> delete_policy(Groups& groups, const Request& request);
ApiResult<Json> describe_policies(Groups& groups, const Request& request);
ApiResult<Json> execute_policy(Groups& groups, const Request& request);
ApiResult<Json> put_scaling_policy(Groups& groups, const Request& request);
ApiResult<Created> create_scaling_policy(Groups& groups, const ResourceRequest& request);
/// "If the group has policies, deleting the group deletes the policies, the underlying alarm
/// actions, and any alarm that no longer has an associated action" (DeleteAutoScalingGroup); its
/// scheduled actions go too.
void forget_scaling(Groups& groups, const Place& place, const std::string& group);
/// An alarm's action: arn:aws:autoscaling:...:scalingPolicy:...
Process<ApiResult<Json>> deliver_to_policy(Groups& groups, Delivery delivery);
extern const Shape kScalingPolicyProperties;

}  // namespace opsim::compute
