#include "models/cloudwatch/alarm_event.hpp"

#include "models/cloudwatch/input.hpp"
#include "models/cloudwatch/log_query.hpp"
#include "models/cloudwatch/promql_alarm.hpp"
#include "opsim/document/json_line.hpp"

namespace opsim::cloudwatch {
namespace {

std::string lowered(std::string_view word) {
  std::string text{word};
  if (!text.empty() && text[0] >= 'A' && text[0] <= 'Z') text[0] = static_cast<char>(text[0] + 32);
  return text;
}

Json configuration(const AlarmSpec& spec, SimTime at) {
  Json json{{"evaluationPeriods", spec.rule.evaluation_periods},
            {"threshold", spec.rule.threshold.value},
            {"comparisonOperator", spec.comparison_name()},
            {"alarmName", spec.name},
            {"actionsEnabled", spec.actions_enabled},
            {"timestamp", alarm_time(at)},
            {"okActions", spec.ok_actions},
            {"alarmActions", spec.alarm_actions},
            {"insufficientDataActions", spec.insufficient_data_actions}};
  if (spec.gave_datapoints_to_alarm) json["datapointsToAlarm"] = spec.rule.datapoints_to_alarm;
  if (spec.treat_missing_data) json["treatMissingData"] = *spec.treat_missing_data;
  if (spec.description) json["description"] = *spec.description;
  if (spec.logs) {
    json["queryResultsToEvaluate"] = json["evaluationPeriods"];
    json["queryResultsToAlarm"] = json["datapointsToAlarm"];
    json.erase("evaluationPeriods");
    json.erase("datapointsToAlarm");
  }
  if (spec.promql)
    for (const char* member : {"comparisonOperator", "evaluationPeriods", "threshold"})
      json.erase(member);
  json.update(event_watched(spec));
  return json;
}

Event about(const AlarmSpec& spec, std::string detail_type, Json detail) {
  return {.source = "aws.cloudwatch",
          .detail_type = std::move(detail_type),
          .place = spec.place,
          .resources = {spec.arn()},
          .detail = std::move(detail)};
}

}  // namespace

Json lower_members(const Json& value, int depth) {
  if (depth > 16) return value;
  if (value.is_array()) {
    Json items = Json::array();
    for (const Json& item : value) items.push_back(lower_members(item, depth + 1));
    return items;
  }
  if (!value.is_object()) return value;
  Json members = Json::object();
  for (const auto& [name, member] : value.items()) {
    members[lowered(name)] = lower_members(member, depth + 1);
  }
  return members;
}

Json event_metrics(const AlarmSpec& spec) {
  if (!spec.metrics.is_null()) return lower_members(spec.metrics);
  Json dimensions = Json::object();
  for (const auto& [name, value] : spec.dimensions) dimensions[name] = value;
  Json metric = json_object("dimensions", std::move(dimensions), "name", spec.metric_name,
                            "namespace", spec.metric_namespace);
  Json stat = json_object("metric", std::move(metric), "period",
                          std::chrono::floor<std::chrono::seconds>(spec.window.period).count(),
                          "stat", spec.statistic.text);
  if (!spec.unit.empty()) stat["unit"] = spec.unit;
  Json metrics = Json::array();
  metrics.push_back(
      json_object("id", spec.metric_uuid, "metricStat", std::move(stat), "returnData", true));
  return metrics;
}

// UNDOCUMENTED: what the events of PromQL alarms call their configuration; here as the API does.
Json event_watched(const AlarmSpec& spec) {
  if (spec.promql)
    return json_object("evaluationCriteria", lower_members(spec.promql->to_json()),
                       "evaluationInterval", spec.promql->interval_seconds());
  if (!spec.logs) return json_object("metrics", event_metrics(spec));
  return json_object("scheduledQueryConfiguration", lower_members(spec.logs->to_json()));
}

Event state_change_event(const StateRecord& previous, const StateRecord& next, Json muted) {
  const AlarmSpec& spec = *next.spec;
  Json configuration = event_watched(spec);
  if (spec.description) configuration["description"] = *spec.description;
  Json detail = json_object("alarmName", spec.name, "configuration", std::move(configuration),
                            "previousState", previous.to_json(), "state", next.to_json());
  if (!muted.is_null()) detail["muteDetail"] = std::move(muted);
  return about(spec, "CloudWatch Alarm State Change", std::move(detail));
}

Event configuration_event(const StateRecord& state, const AlarmSpec& spec,
                          std::string_view operation, SimTime at, const AlarmSpec* previous,
                          SimTime previous_at) {
  Json detail{
      {"alarmName", spec.name},
      {"operation", operation},
      {"state", {{"value", to_string(state.state)}, {"timestamp", alarm_time(state.updated)}}},
      {"configuration", configuration(spec, at)}};
  if (previous != nullptr) detail["previousConfiguration"] = configuration(*previous, previous_at);
  return about(spec, "CloudWatch Alarm Configuration Change", std::move(detail));
}

}  // namespace opsim::cloudwatch
