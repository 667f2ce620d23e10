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
constexpr std::string_view kInsights = "queries of Logs Insights are not simulated";

constexpr Operation kOperations[] = {
    {"CreateLogGroup", Access::write, kLogsNow<logs::create_log_group>, nullptr, kChange},
    {"CreateLogStream",
     Access::write,
     kLogsNow<logs::create_log_stream>,
     nullptr,
     {.tokens_per_second = 50, .bucket = 50}},
    {"DeleteLogGroup", Access::write, kLogsNow<logs::delete_log_group>, nullptr, kChange},
    {"DeleteLogStream", Access::write, kLogsNow<logs::delete_log_stream>, nullptr, kChange},
    {"DeleteMetricFilter", Access::write, kLogsNow<logs::delete_metric_filter>, nullptr, kChange},
    {"DeleteRetentionPolicy", Access::write, kLogsNow<logs::delete_retention_policy>, nullptr,
     kChange},
    {"DeleteSubscriptionFilter", Access::write, kLogsNow<logs::delete_subscription_filter>, nullptr,
     kChange},
    {"DescribeLogGroups", Access::read, kLogsNow<logs::describe_log_groups>, nullptr, kDescribe},
    {"DescribeLogStreams", Access::read, kLogsNow<logs::describe_log_streams>, nullptr, kRead},
    {"DescribeMetricFilters", Access::read, kLogsNow<logs::describe_metric_filters>, nullptr,
     kDescribe},
    {"DescribeSubscriptionFilters", Access::read, kLogsNow<logs::describe_subscription_filters>,
     nullptr, kDescribe},
    {"FilterLogEvents", Access::read, kLogsNow<logs::filter_log_events>, nullptr, kRead},
    {"GetLogEvents", Access::read, kLogsNow<logs::get_log_events>, nullptr, kRead},
    {.name = "GetQueryResults", .access = Access::read, .not_simulated = kInsights},
    {"PutLogEvents", Access::write, kLogsNow<logs::put_log_events>, nullptr, kWrite},
    {"PutMetricFilter", Access::write, kLogsNow<logs::put_metric_filter>, nullptr, kChange},
    {"PutRetentionPolicy", Access::write, kLogsNow<logs::put_retention_policy>, nullptr, kChange},
    {"PutSubscriptionFilter", Access::write, kLogsNow<logs::put_subscription_filter>, nullptr,
     kChange},
    {.name = "StartQuery", .not_simulated = kInsights},
    {"TestMetricFilter", Access::read, kLogsNow<logs::test_metric_filter>, nullptr, kDescribe},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr ResourceType kResources[] = {
    {"AWS::Logs::LogGroup", create<Logs, logs::create_group_resource>, &logs::kLogGroupShape},
    {"AWS::Logs::LogStream", create<Logs, logs::create_stream_resource>, &logs::kLogStreamShape},
    {"AWS::Logs::MetricFilter", create<Logs, logs::create_metric_filter_resource>,
     &logs::kMetricFilterShape},
    {"AWS::Logs::SubscriptionFilter", create<Logs, logs::create_subscription_resource>,
     &logs::kSubscriptionShape},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "log groups, streams, retention; PutLogEvents, GetLogEvents, FilterLogEvents",
     "CloudWatch Logs API Reference"},
    {Grade::simulated, "filter patterns: terms, JSON, space-delimited", "FilterAndPatternSyntax"},
    {Grade::simulated, "metric filters: value, dimensions, unit, default value",
     "MonitoringLogData"},
    {Grade::simulated, "subscription filters to Lambda and streams", "Subscriptions"},
    {Grade::simplified, "a term of a pattern matches anywhere in a message"},
    {Grade::simplified, "a default value is per batch and minute without a match"},
    {Grade::simplified, "a subscription's gzip is stored, not compressed; no retries"},
    {Grade::simplified, "100,000 events are kept for each stream"},
    {Grade::absent, "regular expressions in patterns, Logs Insights, live tail, transformers"},
    {Grade::absent, "encryption, data protection, exports, log classes"},
};

std::unique_ptr<Model> make_logs(Cloud& cloud) { return std::make_unique<Logs>(cloud); }

}  // namespace

const Service kLogs{.name = "logs",
                    .title = "Amazon CloudWatch Logs",
                    .make = &make_logs,
                    .operations = kOperations,
                    .resources = kResources,
                    .fidelity = kFidelity};

}  // namespace opsim
