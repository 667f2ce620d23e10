// Checking the Metrics of an alarm on expressions.
// AWS: API PutMetricAlarm (Metrics, ThresholdMetricId); CloudWatch User Guide, alarm-limits.
#include "models/cloudwatch/alarm_program.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/cloudwatch/input.hpp"

namespace opsim::cloudwatch {
namespace {

using Problem = std::optional<ApiError>;

constexpr std::size_t kMostMetricsOfAlarm = 10;

// "A metric math alarm can be based on up to 10 metrics, all of the same period." (alarm-limits)
Problem check_queries(AlarmProgram& alarm) {
  std::size_t metrics = 0;
  for (const ProgramQuery& query : alarm.program.queries) {
    if (query.math && calls(*query.math, MathCall::search)) {
      return validation_error("SEARCH is not supported on Metric Alarms");  // as reported
    }
    if (query.is_metric()) ++metrics;
    if (!query.period) continue;
    const std::int64_t period = *query.period / std::chrono::seconds{1};
    if (alarm.period_seconds && *alarm.period_seconds != period) {
      return validation_error("All metrics in the list must have the same Period.");
    }
    alarm.period_seconds = period;
  }
  if (metrics <= kMostMetricsOfAlarm) return {};
  return validation_error(fmt::format("The list has {} metrics; an alarm is based on at most {}.",
                                      metrics, kMostMetricsOfAlarm));
}

/// "If this alarm is based on an anomaly detection model, ThresholdMetricId must match the Id of
/// the ANOMALY_DETECTION_BAND function."
Problem find_band(AlarmProgram& alarm, const std::string& id) {
  const auto found = alarm.program.by_id.find(id);
  if (found == alarm.program.by_id.end()) {
    return validation_error(fmt::format("ThresholdMetricId {} is not in the list of Metrics.", id));
  }
  alarm.band = found->second;
  const std::optional<MathNode>& math = alarm.program.queries[alarm.band].math;
  const bool is_band = math && math->kind == MathNode::Kind::call &&
                       math->function->call == MathCall::anomaly_detection_band;
  if (is_band) return {};
  return validation_error(
      fmt::format("ThresholdMetricId {} is not an ANOMALY_DETECTION_BAND expression.", id));
}

/// "When creating multi-time series alarms, you must include two key clauses in your query: GROUP
/// BY [and] ORDER BY" (Create_Metrics_Insights_Alarm). UNDOCUMENTED: the wording.
Problem check_contributors(AlarmProgram& alarm, const ProgramQuery& query) {
  alarm.has_contributors = true;
  if (query.insights->order_by) return {};
  return expression_error(
      query.id, {0, "a query with GROUP BY must also have ORDER BY when an alarm watches it"});
}

/// A Lambda function as data source: the alarm itself asks it, on every evaluation.
Problem check_source(AlarmProgram& alarm, const ProgramQuery& query) {
  if (!query.period) {
    return validation_error(fmt::format("Period must not be null for '{}'.", query.id));
  }
  const auto unknown = std::ranges::find_if(query.math->parts, [](const MathNode& part) {
    return part.kind != MathNode::Kind::text && part.kind != MathNode::Kind::number;
  });
  if (unknown != query.math->parts.end() || query.math->parts[0].kind != MathNode::Kind::text) {
    return expression_error(query.id,
                            {0, "LAMBDA takes the name of a function, and texts and numbers"});
  }
  if (alarm.program.queries.size() == 1) alarm.program.not_simulated.clear();
  return {};
}

/// The one query that returns data; beside a band, which may return data too, its metric.
Problem find_watched(AlarmProgram& alarm, bool has_band) {
  const auto& queries = alarm.program.queries;
  std::vector<std::size_t> returning;
  for (std::size_t i = 0; i < queries.size(); ++i) {
    if (queries[i].return_data && !(has_band && i == alarm.band)) returning.push_back(i);
  }
  if (returning.empty() && has_band) {
    const MathNode& of = queries[alarm.band].math->parts[0];
    if (of.kind == MathNode::Kind::reference) {
      returning.push_back(alarm.program.by_id.find(of.text)->second);
    }
  }
  if (returning.size() != 1) {  // as reported
    return validation_error("Exactly one element of the metrics list should return data.");
  }
  alarm.watched = returning.front();
  const ProgramQuery& query = queries[alarm.watched];
  if (query.is_metric() || query.type == MathType::series) return {};
  if (query.insights) return check_contributors(alarm, query);
  if (query.math && query.math->kind == MathNode::Kind::call &&
      query.math->function->call == MathCall::lambda) {
    return check_source(alarm, query);
  }
  return expression_error(
      query.id,
      {0, fmt::format("an alarm watches a time series, and this is {}", to_string(query.type))});
}

}  // namespace

ApiResult<AlarmProgram> read_alarm_program(const Place& place,
                                           const std::vector<const Json*>& queries,
                                           const std::string& band_id) {
  ApiResult<MetricProgram> program = read_metric_program(place, queries, "Metrics");
  if (!program) return program.error();
  AlarmProgram alarm{.program = std::move(*program)};
  if (Problem problem = check_queries(alarm)) return *problem;
  if (!band_id.empty()) {
    if (Problem problem = find_band(alarm, band_id)) return *problem;
  }
  if (Problem problem = find_watched(alarm, !band_id.empty())) return *problem;
  return alarm;
}

}  // namespace opsim::cloudwatch
