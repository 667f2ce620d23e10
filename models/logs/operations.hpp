#pragma once
/// The operations and resources of CloudWatch Logs, by subject.
#include "models/logs/logs.hpp"
#include "opsim/document/shape.hpp"
#include "opsim/kernel/process.hpp"

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
/// The items of a page (limit: 1 to 50, as in most operations) and the token of the next; a token
/// is where that page begins.
[[nodiscard]] Json page_of(const std::vector<Json>& all, const Request& request,
                           const char* member);
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

// ---- query_operations.cpp ----
ApiResult<Json> delete_query_definition(Logs&, const Request&);
ApiResult<Json> describe_queries(Logs&, const Request&);
ApiResult<Json> describe_query_definitions(Logs&, const Request&);
ApiResult<Json> get_query_results(Logs&, const Request&);
ApiResult<Json> put_query_definition(Logs&, const Request&);
ApiResult<Json> start_query(Logs&, const Request&);
ApiResult<Json> stop_query(Logs&, const Request&);

// ---- group_policies.cpp ----
ApiResult<Json> delete_account_policy(Logs&, const Request&);
ApiResult<Json> delete_resource_policy(Logs&, const Request&);
ApiResult<Json> describe_account_policies(Logs&, const Request&);
ApiResult<Json> describe_resource_policies(Logs&, const Request&);
ApiResult<Json> list_tags(Logs&, const Request&);
ApiResult<Json> put_account_policy(Logs&, const Request&);
ApiResult<Json> put_resource_policy(Logs&, const Request&);
ApiResult<Json> tag_group(Logs&, const Request&);
ApiResult<Json> untag_group(Logs&, const Request&);

// ---- delivery.cpp ----
Process<ApiResult<Json>> deliver_to_group(Logs&, Delivery);

// ---- policy_resources.cpp ----
ApiResult<Created> create_account_policy_resource(Logs&, const ResourceRequest&);
ApiResult<Created> create_query_definition_resource(Logs&, const ResourceRequest&);
ApiResult<Created> create_resource_policy_resource(Logs&, const ResourceRequest&);
extern const Shape kAccountPolicyShape;
extern const Shape kQueryDefinitionShape;
extern const Shape kResourcePolicyShape;

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
