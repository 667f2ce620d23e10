#pragma once
/// The operations of lifecycle hooks, and hooks of templates.
#include "models/compute/groups.hpp"

namespace opsim::compute {

ApiResult<Json> complete_lifecycle_action(Groups& groups, const Request& request);
ApiResult<Json> delete_lifecycle_hook(Groups& groups, const Request& request);
ApiResult<Json> describe_lifecycle_hook_types(Groups& groups, const Request& request);
ApiResult<Json> describe_lifecycle_hooks(Groups& groups, const Request& request);
ApiResult<Json> put_lifecycle_hook(Groups& groups, const Request& request);
ApiResult<Json> record_lifecycle_action_heartbeat(Groups& groups, const Request& request);

/// AWS::AutoScaling::LifecycleHook.
ApiResult<Created> create_lifecycle_hook(Groups& groups, const ResourceRequest& request);
/// LifecycleHookSpecificationList of a group that is being made.
[[nodiscard]] std::optional<ApiError> add_hooks(Group& group, const Json& members);

extern const Shape kLifecycleHookProperties;

}  // namespace opsim::compute
