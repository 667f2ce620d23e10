#pragma once
/// CloudWatch's API operations. Each is named as in the API.
#include "models/cloudwatch/cloudwatch.hpp"

namespace opsim::cloudwatch {

// ---- alarm_operations.cpp ----
ApiResult<Json> delete_alarms(CloudWatch&, const Request&);
ApiResult<Json> disable_alarm_actions(CloudWatch&, const Request&);
ApiResult<Json> enable_alarm_actions(CloudWatch&, const Request&);
ApiResult<Json> put_metric_alarm(CloudWatch&, const Request&);
ApiResult<Json> set_alarm_state(CloudWatch&, const Request&);

/// A ConfigurationUpdate in its history.
void remember_configuration(CloudWatch&, Alarm&, std::string_view verb, std::string_view type);
/// Creates or updates an alarm of a metric or of logs whose configuration was checked. "When this
/// operation creates an alarm, the alarm state is immediately set to INSUFFICIENT_DATA. When you
/// update an existing alarm, its state is left unchanged, but the update completely overwrites the
/// previous configuration of the alarm." (PutMetricAlarm)
ApiResult<Json> put_checked_alarm(CloudWatch&, const Request&, AlarmSpec spec);

// ---- log_alarm_operations.cpp ----
ApiResult<Json> put_log_alarm(CloudWatch&, const Request&);
ApiResult<Created> create_log_alarm(CloudWatch&, const ResourceRequest&);

// ---- describe_alarms.cpp, describe_contributors.cpp ----
ApiResult<Json> describe_alarm_contributors(CloudWatch&, const Request&);
ApiResult<Json> describe_alarm_history(CloudWatch&, const Request&);
ApiResult<Json> describe_alarms(CloudWatch&, const Request&);
ApiResult<Json> describe_alarms_for_metric(CloudWatch&, const Request&);

// ---- tag_operations.cpp ----
ApiResult<Json> list_tags_for_resource(CloudWatch&, const Request&);
ApiResult<Json> tag_resource(CloudWatch&, const Request&);
ApiResult<Json> untag_resource(CloudWatch&, const Request&);

// ---- anomaly_operations.cpp ----
ApiResult<Json> delete_anomaly_detector(CloudWatch&, const Request&);
ApiResult<Json> describe_anomaly_detectors(CloudWatch&, const Request&);
ApiResult<Json> put_anomaly_detector(CloudWatch&, const Request&);
ApiResult<Created> create_anomaly_detector(CloudWatch&, const ResourceRequest&);
extern const Shape kAnomalyDetectorShape;

// ---- put_metric_data.cpp ----
ApiResult<Json> put_metric_data(CloudWatch&, const Request&);

// ---- get_metric_data.cpp, get_metric_statistics.cpp, list_metrics.cpp ----
ApiResult<Json> get_metric_data(CloudWatch&, const Request&);
ApiResult<Json> get_metric_statistics(CloudWatch&, const Request&);
ApiResult<Json> list_metrics(CloudWatch&, const Request&);

// ---- composite_operations.cpp ----
ApiResult<Json> put_composite_alarm(CloudWatch&, const Request&);
ApiResult<Created> create_composite_alarm(CloudWatch&, const ResourceRequest&);
void delete_composite_alarm(CloudWatch&, const Place&, const std::string& name);
Json describe_composite(const CompositeAlarm&);
/// Why these alarms cannot be deleted: others depend on them.
std::optional<ApiError> undeletable(CloudWatch&, const Place&,
                                    const std::vector<std::string>& names);
extern const Shape kCompositeAlarmShape;

// ---- dashboard_operations.cpp ----
ApiResult<Json> delete_dashboards(CloudWatch&, const Request&);
ApiResult<Json> get_dashboard(CloudWatch&, const Request&);
ApiResult<Json> list_dashboards(CloudWatch&, const Request&);
ApiResult<Json> put_dashboard(CloudWatch&, const Request&);
ApiResult<Created> create_dashboard(CloudWatch&, const ResourceRequest&);
extern const Shape kDashboardShape;

// ---- insight_rule_operations.cpp ----
ApiResult<Json> delete_insight_rules(CloudWatch&, const Request&);
ApiResult<Json> describe_insight_rules(CloudWatch&, const Request&);
ApiResult<Json> disable_insight_rules(CloudWatch&, const Request&);
ApiResult<Json> enable_insight_rules(CloudWatch&, const Request&);
ApiResult<Json> get_insight_rule_report(CloudWatch&, const Request&);
ApiResult<Json> put_insight_rule(CloudWatch&, const Request&);
ApiResult<Created> create_insight_rule(CloudWatch&, const ResourceRequest&);
extern const Shape kInsightRuleShape;

// ---- metric_stream_operations.cpp ----
ApiResult<Json> delete_metric_stream(CloudWatch&, const Request&);
ApiResult<Json> get_metric_stream(CloudWatch&, const Request&);
ApiResult<Json> list_metric_streams(CloudWatch&, const Request&);
ApiResult<Json> put_metric_stream(CloudWatch&, const Request&);
ApiResult<Json> start_metric_streams(CloudWatch&, const Request&);
ApiResult<Json> stop_metric_streams(CloudWatch&, const Request&);
ApiResult<Created> create_metric_stream(CloudWatch&, const ResourceRequest&);
extern const Shape kMetricStreamShape;

// ---- mute_operations.cpp ----
ApiResult<Json> delete_alarm_mute_rule(CloudWatch&, const Request&);
ApiResult<Json> get_alarm_mute_rule(CloudWatch&, const Request&);
ApiResult<Json> list_alarm_mute_rules(CloudWatch&, const Request&);
ApiResult<Json> put_alarm_mute_rule(CloudWatch&, const Request&);
ApiResult<Created> create_alarm_mute_rule(CloudWatch&, const ResourceRequest&);
extern const Shape kAlarmMuteRuleShape;

// ---- alarm_template.cpp ----
ApiResult<Created> create_alarm(CloudWatch&, const ResourceRequest&);
extern const Shape kAlarmShape;

// ---- explain.cpp ----
std::vector<std::string> explain(Model&, std::string_view subject);

}  // namespace opsim::cloudwatch
