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

// ---- describe_alarms.cpp ----
ApiResult<Json> describe_alarm_history(CloudWatch&, const Request&);
ApiResult<Json> describe_alarms(CloudWatch&, const Request&);
ApiResult<Json> describe_alarms_for_metric(CloudWatch&, const Request&);

// ---- put_metric_data.cpp ----
ApiResult<Json> put_metric_data(CloudWatch&, const Request&);

// ---- get_metric_data.cpp, get_metric_statistics.cpp, list_metrics.cpp ----
ApiResult<Json> get_metric_data(CloudWatch&, const Request&);
ApiResult<Json> get_metric_statistics(CloudWatch&, const Request&);
ApiResult<Json> list_metrics(CloudWatch&, const Request&);

// ---- alarm_template.cpp ----
ApiResult<Created> create_alarm(CloudWatch&, const ResourceRequest&);
extern const Shape kAlarmShape;

// ---- explain.cpp ----
std::vector<std::string> explain(Model&, std::string_view subject);

}  // namespace opsim::cloudwatch
