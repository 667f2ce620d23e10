#pragma once
/// The operations on what sends traffic to a group.
#include "models/compute/groups.hpp"

namespace opsim::compute {

ApiResult<Json> attach_load_balancers(Groups& groups, const Request& request);
ApiResult<Json> attach_target_groups(Groups& groups, const Request& request);
ApiResult<Json> attach_traffic_sources(Groups& groups, const Request& request);
ApiResult<Json> describe_load_balancers(Groups& groups, const Request& request);
ApiResult<Json> describe_target_groups(Groups& groups, const Request& request);
ApiResult<Json> describe_traffic_sources(Groups& groups, const Request& request);
ApiResult<Json> detach_load_balancers(Groups& groups, const Request& request);
ApiResult<Json> detach_target_groups(Groups& groups, const Request& request);
ApiResult<Json> detach_traffic_sources(Groups& groups, const Request& request);

/// TargetGroupARNs, LoadBalancerNames and TrafficSources of a group that is being made.
[[nodiscard]] std::vector<TrafficSource> read_sources(const Json& members);
/// Their ids, of one kind.
[[nodiscard]] Json source_ids(const Group& group, TrafficSource::Kind kind);

}  // namespace opsim::compute
