#pragma once
/// The operations of instance refreshes.
#include "models/compute/groups.hpp"

namespace opsim::compute {

ApiResult<Json> cancel_instance_refresh(Groups& groups, const Request& request);
ApiResult<Json> describe_instance_refreshes(Groups& groups, const Request& request);
ApiResult<Json> rollback_instance_refresh(Groups& groups, const Request& request);
ApiResult<Json> start_instance_refresh(Groups& groups, const Request& request);

}  // namespace opsim::compute
