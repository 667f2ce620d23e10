#pragma once
/// The operations and the resource type of scheduled actions.
#include "models/compute/groups.hpp"

namespace opsim::compute {

ApiResult<Json> batch_delete_scheduled_action(Groups& groups, const Request& request);
ApiResult<Json> batch_put_scheduled_action(Groups& groups, const Request& request);
ApiResult<Json> delete_scheduled_action(Groups& groups, const Request& request);
ApiResult<Json> describe_scheduled_actions(Groups& groups, const Request& request);
ApiResult<Json> put_scheduled_action(Groups& groups, const Request& request);

ApiResult<Created> create_scheduled_action(Groups& groups, const ResourceRequest& request);
extern const Shape kScheduledActionProperties;

}  // namespace opsim::compute
