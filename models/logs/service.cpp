// Everything the rest of the world needs to know of CloudWatch Logs.
#include "models/logs/service.hpp"

#include <algorithm>

#include "models/logs/operations.hpp"

namespace opsim {
namespace {

using logs::Logs;

template <ApiResult<Json> (*Handle)(Logs&, const Request&)>
constexpr auto kLogsNow = &immediate<Logs, Handle>;

// AWS: "CloudWatch Logs quotas" (cloudwatch_limits_cwl): calls per second, account and Region.
constexpr CallPhysics kChange{.tokens_per_second = 5, .bucket = 5};
constexpr CallPhysics kDescribe{.tokens_per_second = 10, .bucket = 10};
constexpr CallPhysics kRead{.tokens_per_second = 25, .bucket = 25};
constexpr CallPhysics kWrite{.tokens_per_second = 5000, .bucket = 5000};

constexpr Operation kOperations[] = {
    {"CreateLogGroup", Access::write, kLogsNow<logs::create_log_group>, nullptr, kChange},
    {"CreateLogStream",
     Access::write,
     kLogsNow<logs::create_log_stream>,
     nullptr,
     {.tokens_per_second = 50, .bucket = 50}},
    {"DeleteAccountPolicy", Access::write, kLogsNow<logs::delete_account_policy>, nullptr, kChange},
    {"DeleteLogGroup", Access::write, kLogsNow<logs::delete_log_group>, nullptr, kChange},
    {"DeleteLogStream", Access::write, kLogsNow<logs::delete_log_stream>, nullptr, kChange},
    {"DeleteMetricFilter", Access::write, kLogsNow<logs::delete_metric_filter>, nullptr, kChange},
    {"DeleteQueryDefinition", Access::write, kLogsNow<logs::delete_query_definition>, nullptr,
     kChange},
    {"DeleteResourcePolicy", Access::write, kLogsNow<logs::delete_resource_policy>, nullptr,
     kChange},
    {"DeleteRetentionPolicy", Access::write, kLogsNow<logs::delete_retention_policy>, nullptr,
     kChange},
    {"DeleteSubscriptionFilter", Access::write, kLogsNow<logs::delete_subscription_filter>, nullptr,
     kChange},
    {"DescribeAccountPolicies", Access::read, kLogsNow<logs::describe_account_policies>, nullptr,
     kDescribe},
    {"DescribeLogGroups", Access::read, kLogsNow<logs::describe_log_groups>, nullptr, kDescribe},
    {"DescribeLogStreams", Access::read, kLogsNow<logs::describe_log_streams>, nullptr, kRead},
    {"DescribeMetricFilters", Access::read, kLogsNow<logs::describe_metric_filters>, nullptr,
     kDescribe},
    {"DescribeQueries", Access::read, kLogsNow<logs::describe_queries>, nullptr, kDescribe},
    {"DescribeQueryDefinitions", Access::read, kLogsNow<logs::describe_query_definitions>, nullptr,
     kDescribe},
    {"DescribeResourcePolicies", Access::read, kLogsNow<logs::describe_resource_policies>, nullptr,
     kDescribe},
    {"DescribeSubscriptionFilters", Access::read, kLogsNow<logs::describe_subscription_filters>,
     nullptr, kDescribe},
    {"FilterLogEvents", Access::read, kLogsNow<logs::filter_log_events>, nullptr, kRead},
    {"GetLogEvents", Access::read, kLogsNow<logs::get_log_events>, nullptr, kRead},
    {"GetQueryResults", Access::read, kLogsNow<logs::get_query_results>, nullptr, kDescribe},
    {"ListTagsForResource", Access::read, kLogsNow<logs::list_tags>, nullptr, kDescribe},
    {"ListTagsLogGroup", Access::read, kLogsNow<logs::list_tags>, nullptr, kDescribe},
    {"PutAccountPolicy", Access::write, kLogsNow<logs::put_account_policy>, nullptr, kChange},
    {"PutLogEvents", Access::write, kLogsNow<logs::put_log_events>, nullptr, kWrite},
    {"PutMetricFilter", Access::write, kLogsNow<logs::put_metric_filter>, nullptr, kChange},
    {"PutQueryDefinition", Access::write, kLogsNow<logs::put_query_definition>, nullptr, kChange},
    {"PutResourcePolicy", Access::write, kLogsNow<logs::put_resource_policy>, nullptr, kChange},
    {"PutRetentionPolicy", Access::write, kLogsNow<logs::put_retention_policy>, nullptr, kChange},
    {"PutSubscriptionFilter", Access::write, kLogsNow<logs::put_subscription_filter>, nullptr,
     kChange},
    {"StartQuery", Access::write, kLogsNow<logs::start_query>, nullptr, kDescribe},
    {"StopQuery", Access::write, kLogsNow<logs::stop_query>, nullptr, kDescribe},
    {"TagLogGroup", Access::write, kLogsNow<logs::tag_group>, nullptr, kChange},
    {"TagResource", Access::write, kLogsNow<logs::tag_group>, nullptr, kChange},
    {"TestMetricFilter", Access::read, kLogsNow<logs::test_metric_filter>, nullptr, kDescribe},
    {"UntagLogGroup", Access::write, kLogsNow<logs::untag_group>, nullptr, kChange},
    {"UntagResource", Access::write, kLogsNow<logs::untag_group>, nullptr, kChange},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr ResourceType kResources[] = {
    {"AWS::Logs::AccountPolicy", create<Logs, logs::create_account_policy_resource>,
     &logs::kAccountPolicyShape},
    {"AWS::Logs::LogGroup", create<Logs, logs::create_group_resource>, &logs::kLogGroupShape},
    {"AWS::Logs::LogStream", create<Logs, logs::create_stream_resource>, &logs::kLogStreamShape},
    {"AWS::Logs::MetricFilter", create<Logs, logs::create_metric_filter_resource>,
     &logs::kMetricFilterShape},
    {"AWS::Logs::QueryDefinition", create<Logs, logs::create_query_definition_resource>,
     &logs::kQueryDefinitionShape},
    {"AWS::Logs::ResourcePolicy", create<Logs, logs::create_resource_policy_resource>,
     &logs::kResourcePolicyShape},
    {"AWS::Logs::SubscriptionFilter", create<Logs, logs::create_subscription_resource>,
     &logs::kSubscriptionShape},
};

constexpr DeliveryTarget kTargets[] = {
    {"logs", "log-group:", deliver<Logs, logs::deliver_to_group>},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "log groups, streams, retention; PutLogEvents, GetLogEvents, FilterLogEvents",
     "CloudWatch Logs API Reference"},
    {Grade::simulated, "filter patterns: terms, JSON, space-delimited, %regular expressions%",
     "FilterAndPatternSyntax, regex-expressions"},
    {Grade::simulated,
     "Logs Insights: fields, filter, parse, stats, sort, limit, dedup, display; functions",
     "CWL_QuerySyntax"},
    {Grade::simulated, "log groups as targets of rules, where a resource policy lets them",
     "eb-use-resource-based"},
    {Grade::simulated, "IncomingLogEvents, IncomingBytes, Forwarded..., DeliveryErrors in AWS/Logs",
     "CloudWatch-Logs-Monitoring-CloudWatch-Metrics"},
    {Grade::simulated, "metric filters: value, dimensions, unit, default value",
     "MonitoringLogData"},
    {Grade::simulated, "subscription filters to Lambda and streams", "Subscriptions"},
    {Grade::simplified, "a term of a pattern matches anywhere in a message"},
    {Grade::simplified, "a default value stands for a minute without a match so far"},
    {Grade::simplified, "a subscription's gzip is stored, not compressed; no retries"},
    {Grade::simplified, "100,000 events are kept for each stream"},
    {Grade::simplified, "a query of Logs Insights takes a second, and one more for each GB",
     "estimate"},
    {Grade::simplified, "account policies are kept, not applied"},
    {Grade::simplified, "Logs Insights' pattern command: our own way of finding patterns"},
    {Grade::simulated, "Logs Insights: join, subqueries in filters, addtotals",
     "CWL_QuerySyntax-Join, -Subqueries, -Addtotals"},
    {Grade::absent, "in Logs Insights: anomaly, diff, logcompare, lookup; SQL and PPL"},
    {Grade::absent, "live tail, transformers, destinations of other accounts"},
    {Grade::absent, "encryption, data protection, exports, log classes"},
};

std::unique_ptr<Model> make_logs(Cloud& cloud) { return std::make_unique<Logs>(cloud); }

}  // namespace

const Service kLogs{.name = "logs",
                    .title = "Amazon CloudWatch Logs",
                    .make = &make_logs,
                    .operations = kOperations,
                    .resources = kResources,
                    .targets = kTargets,
                    .fidelity = kFidelity};

}  // namespace opsim
