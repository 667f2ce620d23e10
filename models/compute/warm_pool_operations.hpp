#pragma once
/// The operations of warm pools.
#include "models/compute/groups.hpp"

namespace opsim::compute {

ApiResult<Json> delete_warm_pool(Groups& groups, const Request& request);
ApiResult<Json> describe_warm_pool(Groups& groups, const Request& request);
ApiResult<Json> put_warm_pool(Groups& groups, const Request& request);

/// AWS::AutoScaling::WarmPool.
ApiResult<Created> create_warm_pool(Groups& groups, const ResourceRequest& request);
/// WarmPoolConfiguration, as groups show it.
[[nodiscard]] Json warm_pool_json(const WarmPool& pool);

extern const Shape kWarmPoolProperties;

}  // namespace opsim::compute
