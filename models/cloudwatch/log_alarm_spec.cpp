// Checking what PutLogAlarm is given.
// AWS: API PutLogAlarm; CloudWatch User Guide, alarm-log and Alarm-On-Logs; CloudFormation Template
// Reference, AWS::CloudWatch::LogAlarm. UNDOCUMENTED: the wording of its errors; here in the manner
// of PutMetricAlarm.
#include "models/cloudwatch/log_alarm_spec.hpp"

#include <fmt/format.h>

#include <array>

#include "models/cloudwatch/alarm_window_spec.hpp"
#include "models/cloudwatch/input.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::int64_t kMostResults = 100;
constexpr std::int64_t kMostLines = 50;
constexpr std::int64_t kFarthest = 2'592'000;  // seconds: 30 days
constexpr std::size_t kLongestQuery = 10'000;
constexpr std::size_t kMostGroups = 50;
constexpr std::array<std::string_view, 4> kLogComparisons = {
    "GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanOrEqualToThreshold",
    "LessThanThreshold"};

using Trouble = std::optional<ApiError>;

void read_offsets(Input& input, LogQuery& query) {
  query.schedule_text = input.required_text("ScheduleExpression", 256);
  const std::int64_t start = input.integer("StartTimeOffset", 1).value_or(0);
  const std::int64_t end = input.integer("EndTimeOffset", 0).value_or(0);
  const auto check = [&input](std::int64_t value, std::string_view name) {
    if (value <= kFarthest) return;
    input.complain(fmt::format("{}", value), name,
                   fmt::format("have value less than or equal to {}", kFarthest));
  };
  check(start, "StartTimeOffset");
  check(end, "EndTimeOffset");
  query.start_offset = std::chrono::seconds{std::min(start, kFarthest)};
  query.end_offset = std::chrono::seconds{std::min(end, kFarthest)};
}

/// SIMPLIFIED: without StartTimeOffset the query looks back as far as its rate, or an hour.
Trouble finish_schedule(LogQuery& query) {
  const auto read = schedule::parse(query.schedule_text);
  if (!read || std::holds_alternative<schedule::At>(*read))
    return validation_error(
        fmt::format("Invalid ScheduleExpression: {}. It must be a rate or cron expression.",
                    query.schedule_text));
  query.schedule = *read;
  if (query.start_offset == Duration{}) {
    const auto* rate = std::get_if<schedule::Rate>(&*read);
    query.start_offset = query.end_offset + (rate == nullptr ? Duration{1h} : rate->every);
  }
  if (query.end_offset >= query.start_offset)
    return validation_error("EndTimeOffset must be less than StartTimeOffset.");
  return {};
}

ApiResult<LogQuery> read_query(const Json& members) {
  LogQuery query;
  Input input{members};
  query.text = input.text("QueryString", kLongestQuery).value_or("");
  input.require("QueryString");
  input.require("LogGroupIdentifiers");
  query.groups = input.texts("LogGroupIdentifiers", kMostGroups);
  query.role = input.required_text("ScheduledQueryRoleARN", 2048);
  const std::string aggregation = input.required_text("AggregationExpression", 2048);
  input.require("ScheduleConfiguration");
  if (const auto error = input.error()) return *error;
  Input offsets{opsim::input::member(members, "ScheduleConfiguration")};
  read_offsets(offsets, query);
  if (const auto error = offsets.error()) return *error;
  if (query.groups.empty()) return validation_error("LogGroupIdentifiers must not be empty.");
  auto read = read_aggregation(aggregation);
  if (const auto* complaint = std::get_if<std::string>(&read))
    return validation_error(
        fmt::format("Invalid AggregationExpression '{}': {}.", aggregation, *complaint));
  query.aggregation = std::get<Aggregation>(std::move(read));
  const auto role = Arn::parse(query.role);
  if (!role || role->service != "iam" || !role->resource.starts_with("role/"))
    return validation_error(fmt::format("Invalid arn syntax: {}", query.role));
  if (const auto trouble = finish_schedule(query)) return *trouble;
  return query;
}

/// "SNS, Lambda and Systems Manager OpsItems; Incident Manager and investigation actions are not
/// supported for Log Alarms."
Trouble check_log_actions(const AlarmSpec& spec) {
  for (const auto* actions :
       {&spec.ok_actions, &spec.alarm_actions, &spec.insufficient_data_actions}) {
    for (const std::string& text : *actions) {
      const auto action = Arn::parse(text);
      if (!action) return validation_error(fmt::format("Invalid arn syntax: {}", text));
      const bool known =
          action->service == "sns" || action->service == "lambda" || action->service == "ssm";
      if (!known)
        return validation_error(
            fmt::format("The action {} is not supported for log alarms.", text));
    }
  }
  return {};
}

Trouble check_rule(const AlarmSpec& spec) {
  const AlarmRule& rule = spec.rule;
  if (rule.evaluation_periods > kMostResults)
    return validation_error(
        fmt::format("QueryResultsToEvaluate {} must be less than or equal to {}.",
                    rule.evaluation_periods, kMostResults));
  if (rule.datapoints_to_alarm > rule.evaluation_periods)
    return validation_error(fmt::format(
        "QueryResultsToAlarm {} must be less than or equal to QueryResultsToEvaluate {}.",
        rule.datapoints_to_alarm, rule.evaluation_periods));
  return {};
}

Trouble read_lines(Input& input, AlarmSpec& spec) {
  const std::int64_t lines = input.integer("ActionLogLineCount", 0).value_or(0);
  spec.log_line_role = input.text("ActionLogLineRoleArn", 2048).value_or("");
  if (lines > kMostLines)
    input.complain(fmt::format("{}", lines), "ActionLogLineCount",
                   fmt::format("have value less than or equal to {}", kMostLines));
  if (const auto error = input.error()) return *error;
  spec.log_lines = static_cast<int>(lines);
  if (lines > 0 && spec.log_line_role.empty())
    return validation_error("ActionLogLineRoleArn is required when ActionLogLineCount is set.");
  if (lines > 0 && spec.logs->text.find("unmask(") != std::string::npos)
    return validation_error("Queries that use unmask() cannot include log lines.");
  return {};
}

void read_log_members(Input& input, AlarmSpec& spec) {
  if (spec.name.empty() || input.has("AlarmName")) {
    spec.name = input.required_text("AlarmName", 255);
  }
  spec.description = input.text("AlarmDescription", 1024);
  spec.actions_enabled = input.boolean("ActionsEnabled").value_or(true);
  spec.ok_actions = input.texts("OKActions", kMostActions);
  spec.alarm_actions = input.texts("AlarmActions", kMostActions);
  spec.insufficient_data_actions = input.texts("InsufficientDataActions", kMostActions);
  for (const char* member : {"ComparisonOperator", "QueryResultsToEvaluate", "QueryResultsToAlarm",
                             "ScheduledQueryConfiguration", "Threshold"})
    input.require(member);
  const std::string comparison = input.choice("ComparisonOperator", kLogComparisons).value_or("");
  AlarmRule& rule = spec.rule;
  rule.evaluation_periods =
      static_cast<std::uint32_t>(input.integer("QueryResultsToEvaluate", 1).value_or(1));
  rule.datapoints_to_alarm =
      static_cast<std::uint32_t>(input.integer("QueryResultsToAlarm", 1).value_or(1));
  rule.threshold.value = input.number("Threshold").value_or(0);
  rule.threshold.comparison = parse_comparison(comparison).value_or(rule.threshold.comparison);
  spec.window.evaluation_periods = rule.evaluation_periods;
  spec.gave_datapoints_to_alarm = true;
  spec.treat_missing_data = input.text("TreatMissingData", 255);
}

}  // namespace

ApiResult<AlarmSpec> read_log_alarm_spec(const Place& place, const Json& members,
                                         std::string_view name) {
  Input input{members};
  AlarmSpec spec;
  spec.place = place;
  spec.name = name;
  read_log_members(input, spec);
  if (const auto error = input.error()) return *error;
  if (const auto treatment = parse_treatment(spec.treat_missing_data.value_or("missing"))) {
    spec.rule.treatment = *treatment;
  } else {
    return validation_error(
        fmt::format("The value {} is not supported for TreatMissingData parameter. Supported "
                    "values are [breaching, notBreaching, ignore, missing].",
                    *spec.treat_missing_data));
  }
  if (const auto trouble = check_rule(spec)) return *trouble;
  ApiResult<LogQuery> query =
      read_query(opsim::input::member(members, "ScheduledQueryConfiguration"));
  if (!query) return query.error();
  query->arn = arn(place, "logs", "scheduled-query:" + spec.name);
  spec.has_contributors = !query->aggregation.by.empty();
  spec.logs = std::make_shared<const LogQuery>(std::move(*query));
  if (const auto trouble = read_window(input, spec)) return *trouble;
  if (const auto trouble = read_lines(input, spec)) return *trouble;
  if (const auto trouble = check_log_actions(spec)) return *trouble;
  return spec;
}

void describe_log_members(const AlarmSpec& spec, Json& json) {
  json["QueryResultsToEvaluate"] = spec.rule.evaluation_periods;
  json["QueryResultsToAlarm"] = spec.rule.datapoints_to_alarm;
  json["ComparisonOperator"] = spec.comparison_name();
  json["Threshold"] = spec.rule.threshold.value;
  json["ScheduledQueryConfiguration"] = spec.logs->to_json();
  json["ActionLogLineCount"] = spec.log_lines;
  if (spec.treat_missing_data) json["TreatMissingData"] = *spec.treat_missing_data;
  if (!spec.log_line_role.empty()) json["ActionLogLineRoleArn"] = spec.log_line_role;
}

namespace {

constexpr Shape kLogText{.kind = Kind::text};
constexpr Shape kLogTexts{.kind = Kind::list, .of = &kLogText};
constexpr Shape kLogActions{.kind = Kind::list, .of = &kLogText, .max = 5};
constexpr Shape kLogBoolean{.kind = Kind::boolean};
constexpr Shape kLogNumber{.kind = Kind::number};
constexpr Shape kLogCount{.kind = Kind::integer, .min = 1, .max = 100};
constexpr Shape kLogLines{.kind = Kind::integer, .min = 0, .max = 50};
constexpr Shape kLogOffset{.kind = Kind::integer, .min = 0, .max = kFarthest};
constexpr Shape kLogComparison{.kind = Kind::text, .allowed = kLogComparisons};
constexpr Shape kLogTags{.kind = Kind::list};
constexpr Shape kLogWindow{.kind = Kind::mapping};
constexpr Field kLogScheduleFields[] = {
    {.name = "EndTimeOffset", .shape = &kLogOffset, .doc = "Seconds before now; 0 if absent."},
    {.name = "ScheduleExpression", .shape = &kLogText, .need = Need::required},
    {.name = "StartTimeOffset", .shape = &kLogOffset, .doc = "Seconds looked back."},
};
constexpr Shape kLogSchedule{.kind = Kind::mapping, .fields = kLogScheduleFields};
constexpr Field kLogQueryFields[] = {
    {.name = "AggregationExpression",
     .shape = &kLogText,
     .need = Need::required,
     .doc = "count(*), avg(latency) by host | sort desc, ..."},
    {.name = "LogGroupIdentifiers", .shape = &kLogTexts, .need = Need::required},
    {.name = "QueryARN", .shape = &kLogText},
    {.name = "QueryLanguage", .shape = &kLogText},
    {.name = "QueryString", .shape = &kLogText, .need = Need::required},
    {.name = "ScheduleConfiguration", .shape = &kLogSchedule, .need = Need::required},
    {.name = "ScheduledQueryRoleARN", .shape = &kLogText, .need = Need::required},
    {.name = "Tags", .shape = &kLogTags},
};
constexpr Shape kLogQueryShape{.kind = Kind::mapping, .fields = kLogQueryFields};
constexpr Field kLogAlarmFields[] = {
    {.name = "ActionLogLineCount", .shape = &kLogLines},
    {.name = "ActionLogLineRoleArn", .shape = &kLogText},
    {.name = "ActionsEnabled", .shape = &kLogBoolean},
    {.name = "AlarmActions", .shape = &kLogActions},
    {.name = "AlarmDescription", .shape = &kLogText},
    {.name = "AlarmName", .shape = &kLogText},
    {.name = "ComparisonOperator", .shape = &kLogComparison, .need = Need::required},
    {.name = "InsufficientDataActions", .shape = &kLogActions},
    {.name = "OKActions", .shape = &kLogActions},
    {.name = "QueryResultsToAlarm",
     .shape = &kLogCount,
     .need = Need::required,
     .doc = "M: so many of the last QueryResultsToEvaluate must breach."},
    {.name = "QueryResultsToEvaluate", .shape = &kLogCount, .need = Need::required},
    {.name = "ScheduledQueryConfiguration", .shape = &kLogQueryShape, .need = Need::required},
    {.name = "Tags", .shape = &kLogTags},
    {.name = "Threshold", .shape = &kLogNumber, .need = Need::required},
    {.name = "TreatMissingData", .shape = &kLogText},
    {.name = "WarmUpConfiguration", .shape = &kLogWindow},
};

}  // namespace

constexpr Shape kLogAlarmShape{.kind = Kind::mapping,
                               .name = "CloudWatchLogAlarm",
                               .doc = "An alarm on a query of CloudWatch Logs Insights.",
                               .fields = kLogAlarmFields};

}  // namespace opsim::cloudwatch
