#pragma once
/// The operations and resources of CloudWatch Logs, by subject.
#include "models/logs/logs.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::logs {

// ---- group_operations.cpp ----
ApiResult<Json> create_log_group(Logs&, const Request&);
ApiResult<Json> create_log_stream(Logs&, const Request&);
ApiResult<Json> delete_log_group(Logs&, const Request&);
ApiResult<Json> delete_log_stream(Logs&, const Request&);
ApiResult<Json> delete_retention_policy(Logs&, const Request&);
ApiResult<Json> describe_log_groups(Logs&, const Request&);
ApiResult<Json> describe_log_streams(Logs&, const Request&);
ApiResult<Json> put_retention_policy(Logs&, const Request&);
/// Whether a retention of so many days exists.
[[nodiscard]] bool is_retention(std::int64_t days);

// ---- event_operations.cpp ----
ApiResult<Json> filter_log_events(Logs&, const Request&);
ApiResult<Json> get_log_events(Logs&, const Request&);
ApiResult<Json> put_log_events(Logs&, const Request&);

// ---- filter_operations.cpp ----
ApiResult<Json> delete_metric_filter(Logs&, const Request&);
ApiResult<Json> delete_subscription_filter(Logs&, const Request&);
ApiResult<Json> describe_metric_filters(Logs&, const Request&);
ApiResult<Json> describe_subscription_filters(Logs&, const Request&);
ApiResult<Json> put_metric_filter(Logs&, const Request&);
ApiResult<Json> put_subscription_filter(Logs&, const Request&);
ApiResult<Json> test_metric_filter(Logs&, const Request&);

// ---- resources.cpp ----
ApiResult<Created> create_group_resource(Logs&, const ResourceRequest&);
ApiResult<Created> create_metric_filter_resource(Logs&, const ResourceRequest&);
ApiResult<Created> create_stream_resource(Logs&, const ResourceRequest&);
ApiResult<Created> create_subscription_resource(Logs&, const ResourceRequest&);
extern const Shape kLogGroupShape;
extern const Shape kLogStreamShape;
extern const Shape kMetricFilterShape;
extern const Shape kSubscriptionShape;

}  // namespace opsim::logs
