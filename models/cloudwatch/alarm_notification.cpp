// What the targets of alarm actions receive.
// AWS: messages recorded on AWS; CloudWatch User Guide, "Event object sent from CloudWatch to
// Lambda" (alarm-actions).
#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "models/cloudwatch/alarm_actions.hpp"
#include "models/cloudwatch/alarm_event.hpp"
#include "models/cloudwatch/log_query.hpp"
#include "models/cloudwatch/promql_alarm.hpp"

namespace opsim::cloudwatch {
namespace {

// AWS: General Reference, "AWS Regions": the names that messages carry.
constexpr std::array<std::pair<std::string_view, std::string_view>, 17> kRegions = {{
    {"ap-northeast-1", "Asia Pacific (Tokyo)"},
    {"ap-northeast-2", "Asia Pacific (Seoul)"},
    {"ap-northeast-3", "Asia Pacific (Osaka)"},
    {"ap-south-1", "Asia Pacific (Mumbai)"},
    {"ap-southeast-1", "Asia Pacific (Singapore)"},
    {"ap-southeast-2", "Asia Pacific (Sydney)"},
    {"ca-central-1", "Canada (Central)"},
    {"eu-central-1", "EU (Frankfurt)"},
    {"eu-north-1", "EU (Stockholm)"},
    {"eu-west-1", "EU (Ireland)"},
    {"eu-west-2", "EU (London)"},
    {"eu-west-3", "EU (Paris)"},
    {"sa-east-1", "South America (Sao Paulo)"},
    {"us-east-1", "US East (N. Virginia)"},
    {"us-east-2", "US East (Ohio)"},
    {"us-west-1", "US West (N. California)"},
    {"us-west-2", "US West (Oregon)"},
}};

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

/// "AVERAGE", and "SAMPLE_COUNT" for SampleCount.
std::string statistic_name(const Statistic& statistic) {
  return statistic.kind == StatisticKind::sample_count ? "SAMPLE_COUNT" : upper(statistic.text);
}

/// UNDOCUMENTED: what a log alarm's message calls its configuration; here as the API does.
Json log_trigger(const AlarmSpec& spec) {
  return {{"QueryResultsToEvaluate", spec.rule.evaluation_periods},
          {"QueryResultsToAlarm", spec.rule.datapoints_to_alarm},
          {"ComparisonOperator", spec.comparison_name()},
          {"Threshold", spec.rule.threshold.value},
          {"TreatMissingData", to_string(spec.rule.treatment)},
          {"ScheduledQueryConfiguration", spec.logs->to_json()}};
}

Json trigger(const AlarmSpec& spec) {
  if (spec.logs) return log_trigger(spec);
  if (spec.promql)
    return {{"EvaluationCriteria", spec.promql->to_json()},
            {"EvaluationInterval", spec.promql->interval_seconds()}};
  Json json{{"EvaluationPeriods", spec.rule.evaluation_periods},
            {"ComparisonOperator", spec.comparison_name()},
            {"Threshold", spec.rule.threshold.value},
            {"TreatMissingData", to_string(spec.rule.treatment)},
            {"EvaluateLowSampleCountPercentile", spec.low_sample_count.value_or("")}};
  if (spec.gave_datapoints_to_alarm) json["DatapointsToAlarm"] = spec.rule.datapoints_to_alarm;
  if (!spec.metrics.is_null()) {
    json["Metrics"] = spec.metrics;
    return json;
  }
  Json dimensions = Json::array();
  for (const auto& [name, value] : spec.dimensions) {
    dimensions.push_back({{"name", name}, {"value", value}});
  }
  json["MetricName"] = spec.metric_name;
  json["Namespace"] = spec.metric_namespace;
  json["Dimensions"] = std::move(dimensions);
  json["Period"] = std::chrono::floor<std::chrono::seconds>(spec.window.period).count();
  const bool basic = spec.statistic.is_basic();
  json["StatisticType"] = basic ? "Statistic" : "ExtendedStatistic";
  json[basic ? "Statistic" : "ExtendedStatistic"] =
      basic ? statistic_name(spec.statistic) : spec.statistic.text;
  json["Unit"] = spec.unit.empty() ? Json() : Json(spec.unit);
  return json;
}

}  // namespace

std::string_view region_name(std::string_view region) {
  const auto known =
      std::ranges::find(kRegions, region, &std::pair<std::string_view, std::string_view>::first);
  return known == kRegions.end() ? region : known->second;
}

std::string sns_message(const StateRecord& previous, const StateRecord& next, SimTime configured,
                        AfterMute after) {
  const AlarmSpec& spec = *next.spec;
  Json message{{"AlarmName", spec.name},
               {"AlarmDescription", spec.description ? Json(*spec.description) : Json()},
               {"AWSAccountId", spec.place.account},
               {"AlarmConfigurationUpdatedTimestamp", alarm_time(configured)},
               {"NewStateValue", to_string(next.state)},
               {"NewStateReason", next.reason()},
               {"StateChangeTime", alarm_time(next.updated)},
               {"Region", region_name(spec.place.region)},
               {"AlarmArn", spec.arn()},
               {"OldStateValue", to_string(previous.state)},
               {"OKActions", spec.ok_actions},
               {"AlarmActions", spec.alarm_actions},
               {"InsufficientDataActions", spec.insufficient_data_actions},
               {"ActionExecutedAfterMuteWindow", after == AfterMute::yes},
               {"Trigger", trigger(spec)}};
  if (spec.logs && !spec.has_contributors) {  // as the example of alarm-log
    const Json data = Json::parse(next.reason_data(), nullptr, false);
    if (!data.is_discarded()) message["NewStateReasonData"] = data;
  }
  return message.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string lambda_payload(const StateRecord& previous, const StateRecord& next) {
  const AlarmSpec& spec = *next.spec;
  Json configuration = event_watched(spec);
  if (spec.description) configuration["description"] = *spec.description;
  const Json payload{{"source", "aws.cloudwatch"},
                     {"alarmArn", spec.arn()},
                     {"accountId", spec.place.account},
                     {"time", alarm_time(next.updated)},
                     {"region", spec.place.region},
                     {"alarmData",
                      {{"alarmName", spec.name},
                       {"state", next.to_json()},
                       {"previousState", previous.to_json()},
                       {"configuration", std::move(configuration)}}}};
  return payload.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace opsim::cloudwatch
