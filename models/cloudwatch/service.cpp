// Everything the rest of the world needs to know of CloudWatch.
#include "models/cloudwatch/service.hpp"

#include <algorithm>

#include "models/cloudwatch/log_alarm_spec.hpp"
#include "models/cloudwatch/operations.hpp"

namespace opsim {
namespace {

using cloudwatch::CloudWatch;

std::unique_ptr<Model> make(Cloud& cloud) { return std::make_unique<CloudWatch>(cloud); }

template <ApiResult<Json> (*Handle)(CloudWatch&, const Request&)>
constexpr auto kNow = &immediate<CloudWatch, Handle>;

// AWS: "CloudWatch service quotas" (cloudwatch_limits): calls per second, account and Region.

constexpr std::string_view kInsightRules = "rules of Contributor Insights are kept, not evaluated";
constexpr std::string_view kStreams = "nothing leaves the world: no metric streams";

constexpr Operation kOperations[] = {
    {.name = "DeleteAlarmMuteRule",
     .now = kNow<cloudwatch::delete_alarm_mute_rule>,
     .physics = {.tokens_per_second = 3, .bucket = 3}},
    {.name = "DeleteAlarms",
     .now = kNow<cloudwatch::delete_alarms>,
     .physics = {.tokens_per_second = 3, .bucket = 3}},
    {.name = "DeleteAnomalyDetector",
     .now = kNow<cloudwatch::delete_anomaly_detector>,
     .physics = {.tokens_per_second = 10, .bucket = 10}},
    {.name = "DeleteDashboards", .now = kNow<cloudwatch::delete_dashboards>},
    {.name = "DeleteInsightRules", .now = kNow<cloudwatch::delete_insight_rules>},
    {.name = "DeleteMetricStream", .access = Access::write, .not_simulated = kStreams},
    {.name = "DescribeAlarmContributors",
     .access = Access::read,
     .now = kNow<cloudwatch::describe_alarm_contributors>,
     .physics = {.tokens_per_second = 9, .bucket = 9}},
    {.name = "DescribeAlarmHistory",
     .access = Access::read,
     .now = kNow<cloudwatch::describe_alarm_history>,
     .physics = {.tokens_per_second = 20, .bucket = 20}},
    {.name = "DescribeAlarms",
     .access = Access::read,
     .now = kNow<cloudwatch::describe_alarms>,
     .physics = {.tokens_per_second = 9, .bucket = 9}},
    {.name = "DescribeAlarmsForMetric",
     .access = Access::read,
     .now = kNow<cloudwatch::describe_alarms_for_metric>,
     .physics = {.tokens_per_second = 9, .bucket = 9}},
    {.name = "DescribeAnomalyDetectors",
     .access = Access::read,
     .now = kNow<cloudwatch::describe_anomaly_detectors>,
     .physics = {.tokens_per_second = 10, .bucket = 10}},
    {.name = "DescribeInsightRules",
     .access = Access::read,
     .now = kNow<cloudwatch::describe_insight_rules>},
    {.name = "DisableAlarmActions",
     .now = kNow<cloudwatch::disable_alarm_actions>,
     .physics = {.tokens_per_second = 3, .bucket = 3}},
    {.name = "DisableInsightRules", .now = kNow<cloudwatch::disable_insight_rules>},
    {.name = "EnableAlarmActions",
     .now = kNow<cloudwatch::enable_alarm_actions>,
     .physics = {.tokens_per_second = 3, .bucket = 3}},
    {.name = "EnableInsightRules", .now = kNow<cloudwatch::enable_insight_rules>},
    {.name = "GetAlarmMuteRule",
     .access = Access::read,
     .now = kNow<cloudwatch::get_alarm_mute_rule>,
     .physics = {.tokens_per_second = 9, .bucket = 9}},
    {.name = "GetDashboard", .access = Access::read, .now = kNow<cloudwatch::get_dashboard>},
    {.name = "GetInsightRuleReport", .access = Access::read, .not_simulated = kInsightRules},
    {.name = "GetMetricData",
     .access = Access::read,
     .now = kNow<cloudwatch::get_metric_data>,
     .physics = {.tokens_per_second = 500, .bucket = 500}},
    {.name = "GetMetricStatistics",
     .access = Access::read,
     .now = kNow<cloudwatch::get_metric_statistics>,
     .physics = {.tokens_per_second = 400, .bucket = 400}},
    {.name = "GetMetricStream", .access = Access::read, .not_simulated = kStreams},
    {.name = "GetMetricWidgetImage", .access = Access::read, .not_simulated = "no pictures here"},
    {.name = "ListAlarmMuteRules",
     .access = Access::read,
     .now = kNow<cloudwatch::list_alarm_mute_rules>,
     .physics = {.tokens_per_second = 9, .bucket = 9}},
    {.name = "ListDashboards", .access = Access::read, .now = kNow<cloudwatch::list_dashboards>},
    {.name = "ListMetricStreams", .access = Access::read, .not_simulated = kStreams},
    {.name = "ListMetrics",
     .access = Access::read,
     .now = kNow<cloudwatch::list_metrics>,
     .physics = {.tokens_per_second = 25, .bucket = 25}},
    {.name = "ListTagsForResource",
     .access = Access::read,
     .now = kNow<cloudwatch::list_tags_for_resource>},
    {.name = "PutAlarmMuteRule",
     .now = kNow<cloudwatch::put_alarm_mute_rule>,
     .physics = {.tokens_per_second = 3, .bucket = 3}},
    {.name = "PutAnomalyDetector",
     .now = kNow<cloudwatch::put_anomaly_detector>,
     .physics = {.tokens_per_second = 10, .bucket = 10}},
    {.name = "PutCompositeAlarm",
     .now = kNow<cloudwatch::put_composite_alarm>,
     .physics = {.tokens_per_second = 3, .bucket = 3}},
    {.name = "PutDashboard", .now = kNow<cloudwatch::put_dashboard>},
    {.name = "PutInsightRule", .now = kNow<cloudwatch::put_insight_rule>},
    {.name = "PutLogAlarm",
     .now = kNow<cloudwatch::put_log_alarm>,
     .physics = {.tokens_per_second = 3, .bucket = 3}},
    {.name = "PutMetricAlarm",
     .now = kNow<cloudwatch::put_metric_alarm>,
     .physics = {.tokens_per_second = 3, .bucket = 3}},
    {.name = "PutMetricData",
     .now = kNow<cloudwatch::put_metric_data>,
     .physics = {.tokens_per_second = 500, .bucket = 500}},
    {.name = "PutMetricStream", .access = Access::write, .not_simulated = kStreams},
    {.name = "SetAlarmState",
     .now = kNow<cloudwatch::set_alarm_state>,
     .physics = {.tokens_per_second = 3, .bucket = 3}},
    {.name = "StartMetricStreams", .access = Access::write, .not_simulated = kStreams},
    {.name = "StopMetricStreams", .access = Access::write, .not_simulated = kStreams},
    {.name = "TagResource", .now = kNow<cloudwatch::tag_resource>},
    {.name = "UntagResource", .now = kNow<cloudwatch::untag_resource>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr ResourceType kResources[] = {
    {.type = "AWS::CloudWatch::Alarm",
     .create = &create<CloudWatch, cloudwatch::create_alarm>,
     .properties = &cloudwatch::kAlarmShape},
    {.type = "AWS::CloudWatch::AlarmMuteRule",
     .create = &create<CloudWatch, cloudwatch::create_alarm_mute_rule>,
     .properties = &cloudwatch::kAlarmMuteRuleShape},
    {.type = "AWS::CloudWatch::AnomalyDetector",
     .create = &create<CloudWatch, cloudwatch::create_anomaly_detector>,
     .properties = &cloudwatch::kAnomalyDetectorShape},
    {.type = "AWS::CloudWatch::CompositeAlarm",
     .create = &create<CloudWatch, cloudwatch::create_composite_alarm>,
     .properties = &cloudwatch::kCompositeAlarmShape},
    {.type = "AWS::CloudWatch::Dashboard",
     .create = &create<CloudWatch, cloudwatch::create_dashboard>,
     .properties = &cloudwatch::kDashboardShape},
    {.type = "AWS::CloudWatch::InsightRule",
     .create = &create<CloudWatch, cloudwatch::create_insight_rule>,
     .properties = &cloudwatch::kInsightRuleShape},
    {.type = "AWS::CloudWatch::LogAlarm",
     .create = &create<CloudWatch, cloudwatch::create_log_alarm>,
     .properties = &cloudwatch::kLogAlarmShape},
    {.type = "AWS::CloudWatch::MetricStream", .not_simulated = "nothing leaves the world"},
};
static_assert(std::ranges::adjacent_find(kResources, std::ranges::greater_equal{},
                                         &ResourceType::type) == std::end(kResources),
              "sorted by type, no duplicates");

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "metric alarms: M of N, missing data, every statistic, sliding windows",
     "alarm-evaluation, alarms-and-missing-data"},
    {Grade::simulated,
     "alarm actions: SNS, Lambda, EC2, Auto Scaling every minute, OpsItems, "
     "incidents",
     "alarm-actions"},
    {Grade::simulated,
     "composite alarms: the rule language with AT_LEAST, cycles, action suppression",
     "alarm-combining, alarm-suppression"},
    {Grade::simplified, "rules of Contributor Insights are kept and switched, not evaluated"},
    {Grade::simplified, "dashboards: saved definitions, whose widgets are not checked"},
    {Grade::simulated, "alarm mute rules", "alarm-mute-rules-behaviour"},
    {Grade::simulated, "events of state and configuration changes", "cloudwatch-and-eventbridge"},
    {Grade::simulated, "PutMetricData, GetMetricData, GetMetricStatistics"},
    {Grade::simplified, "an evaluation looks back N + 2 periods; AWS's number is not documented"},
    {Grade::simulated, "metric math and SEARCH in GetMetricData; alarms on metric math",
     "using-metric-math, search-expression-syntax"},
    {Grade::simulated,
     "Metrics Insights queries, and alarms on them with a state and actions for each contributor",
     "cloudwatch-metrics-insights-querylanguage, Create_Metrics_Insights_Alarm"},
    {Grade::absent, "tags of resources (tag.env) in Metrics Insights queries"},
    {Grade::simulated, "warm-up periods of new alarms", "alarm-warm-up"},
    {Grade::simplified,
     "anomaly detection: our own estimate from two weeks, by hour and weekday; no trend",
     "CloudWatch_Anomaly_Detection"},
    {Grade::simulated, "alarms on a connected data source: a Lambda function behind LAMBDA(...)",
     "alarm-limits"},
    {Grade::absent,
     "INSIGHT_RULE_METRIC, SERVICE_QUOTA and DB_PERF_INSIGHTS in math; LAMBDA within more math and "
     "in GetMetricData"},
    {Grade::simplified, "alarms evaluate at the top of the minute, not at a second of their own"},
    {Grade::simplified, "metrics are readable at once, for 15 days, and never rolled up"},
    {Grade::simulated,
     "log alarms: a query of Logs Insights on a schedule, its aggregation, contributors",
     "alarm-log, Alarm-On-Logs"},
    {Grade::absent, "log lines in the messages of log alarms; PromQL alarms, metric streams"},
};

}  // namespace

const Service kCloudWatch{.name = "cloudwatch",
                          .title = "Amazon CloudWatch",
                          .make = &make,
                          .operations = kOperations,
                          .resources = kResources,
                          .fidelity = kFidelity,
                          .explain = &cloudwatch::explain};

}  // namespace opsim
