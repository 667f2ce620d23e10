// Checking what PutMetricAlarm is given for a PromQL alarm.
// AWS: API PutMetricAlarm: "If you use the EvaluationCriteria parameter, you cannot include the
// Namespace, MetricName, Dimensions, Period, Unit, Statistic, ExtendedStatistic, Metrics,
// Threshold, ComparisonOperator, ThresholdMetricId, EvaluationPeriods, or DatapointsToAlarm
// parameters"; AlarmPromQLCriteria. UNDOCUMENTED: the wording of its errors, here in the manner of
// the others; that TreatMissingData and the like are refused, too.
#include <fmt/format.h>

#include <array>

#include "models/cloudwatch/input.hpp"
#include "models/cloudwatch/promql_alarm.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::int64_t kLongestInterval = 3600;
constexpr std::int64_t kLongestWait = 86'400;
constexpr std::array<std::string_view, 17> kNotWithPromql = {"ComparisonOperator",
                                                             "DatapointsToAlarm",
                                                             "Dimensions",
                                                             "EvaluateLowSampleCountPercentile",
                                                             "EvaluationPeriods",
                                                             "EvaluationWindow",
                                                             "ExtendedStatistic",
                                                             "MetricName",
                                                             "Metrics",
                                                             "Namespace",
                                                             "Period",
                                                             "Statistic",
                                                             "Threshold",
                                                             "ThresholdMetricId",
                                                             "TreatMissingData",
                                                             "Unit",
                                                             "WarmUpConfiguration"};

std::optional<std::int64_t> read_wait(Input& input, std::string_view name) {
  const auto seconds = input.integer(name, 0);
  if (seconds && *seconds > kLongestWait)
    input.complain(fmt::format("{}", *seconds), name,
                   fmt::format("have value less than or equal to {}", kLongestWait));
  return seconds;
}

std::optional<ApiError> read_criteria(Input& input, PromCriteria& criteria) {
  const Json* given = input.find("EvaluationCriteria");
  const Json inner = given->is_object() && given->contains("PromQLCriteria")
                         ? given->at("PromQLCriteria")
                         : Json();
  if (!inner.is_object())
    return validation_error("EvaluationCriteria must contain PromQLCriteria.");
  Input promql{inner};
  const std::string text = promql.required_text("Query", PromQuery::kLongest);
  criteria.pending_seconds = read_wait(promql, "PendingPeriod");
  criteria.recovery_seconds = read_wait(promql, "RecoveryPeriod");
  if (auto error = promql.error()) return error;
  auto query = PromQuery::parse(text);
  if (const auto* error = std::get_if<PromError>(&query))
    return validation_error(fmt::format("Invalid PromQL query: parse error at char {}: {}",
                                        error->position + 1, error->message));
  criteria.query = std::get<PromQuery>(std::move(query));
  return std::nullopt;
}

std::optional<ApiError> check_promql_action(const Place& place, const std::string& text) {
  const auto action = Arn::parse(text);
  if (!action) return validation_error(fmt::format("Invalid arn syntax: {}", text));
  const bool regional = action->service == "sns" || action->service == "autoscaling" ||
                        action->service == "automate" || action->service == "swf";
  if (!regional || action->region == place.region) return std::nullopt;
  return validation_error(fmt::format("Invalid region {} specified. Only {} is supported.",
                                      action->region, place.region));
}

void read_common(Input& input, AlarmSpec& spec) {
  if (spec.name.empty() || input.has("AlarmName"))
    spec.name = input.required_text("AlarmName", 255);
  spec.description = input.text("AlarmDescription", 1024);
  spec.actions_enabled = input.boolean("ActionsEnabled").value_or(true);
  spec.ok_actions = input.texts("OKActions", kMostActions);
  spec.alarm_actions = input.texts("AlarmActions", kMostActions);
  spec.insufficient_data_actions = input.texts("InsufficientDataActions", kMostActions);
}

}  // namespace

Json PromCriteria::to_json() const {
  Json inner{{"Query", query.text}};
  if (pending_seconds) inner["PendingPeriod"] = *pending_seconds;
  if (recovery_seconds) inner["RecoveryPeriod"] = *recovery_seconds;
  return {{"PromQLCriteria", std::move(inner)}};
}

std::int64_t PromCriteria::interval_seconds() const {
  return std::chrono::floor<std::chrono::seconds>(interval).count();
}

ApiResult<AlarmSpec> read_promql_spec(const Place& place, const Json& members,
                                      std::string_view name) {
  Input input{members};
  AlarmSpec spec;
  spec.place = place;
  spec.name = name;
  read_common(input, spec);
  input.require("EvaluationInterval");
  const std::int64_t interval = input.integer("EvaluationInterval", 10).value_or(60);
  if (interval > kLongestInterval)
    input.complain(fmt::format("{}", interval), "EvaluationInterval",
                   fmt::format("have value less than or equal to {}", kLongestInterval));
  if (auto error = input.error()) return std::move(*error);
  for (const std::string_view other : kNotWithPromql)
    if (input.has(other))
      return validation_error(
          fmt::format("{} should not be set if EvaluationCriteria is set.", other));
  if (interval != 10 && interval != 20 && interval != 30 && interval % 60 != 0)
    return validation_error("EvaluationInterval must be 10, 20, 30 or a multiple of 60");
  PromCriteria criteria;
  criteria.interval = std::chrono::seconds{interval};
  if (auto error = read_criteria(input, criteria)) return std::move(*error);
  for (const auto* actions :
       {&spec.ok_actions, &spec.alarm_actions, &spec.insufficient_data_actions})
    for (const std::string& action : *actions)
      if (auto error = check_promql_action(place, action)) return std::move(*error);
  spec.has_contributors = true;
  spec.not_simulated = criteria.query.not_simulated;
  spec.window.period = criteria.interval;
  spec.promql = std::make_shared<const PromCriteria>(std::move(criteria));
  return spec;
}

void describe_promql_members(const AlarmSpec& spec, Json& json) {
  json["EvaluationCriteria"] = spec.promql->to_json();
  json["EvaluationInterval"] = spec.promql->interval_seconds();
}

}  // namespace opsim::cloudwatch
