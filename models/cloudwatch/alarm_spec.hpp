#pragma once
/// What an alarm is told to do: PutMetricAlarm's input and AWS::CloudWatch::Alarm's properties,
/// which are the same members, checked and typed.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/cloudwatch/alarm_rules.hpp"
#include "models/cloudwatch/alarm_window.hpp"
#include "models/cloudwatch/metric_program.hpp"
#include "opsim/cloud/api.hpp"
#include "opsim/cloud/metrics.hpp"
#include "opsim/json.hpp"

namespace opsim::cloudwatch {

/// Which datapoints breach, of an alarm whose threshold is an anomaly detection band.
enum class BandSide : std::uint8_t { none, outside, above, below };

/// "A warm-up period delays alarm evaluation" (alarm-warm-up).
struct WarmUp {
  Duration length{};
  bool whole = false;  // OnlyStartEvaluatingAfterWarmUpPeriodEnds
};

struct LogQuery;      // log_query.hpp
struct PromCriteria;  // promql_alarm.hpp

struct AlarmSpec {
  Place place;
  std::string name;
  std::optional<std::string> description;
  bool actions_enabled = true;
  std::vector<std::string> ok_actions;
  std::vector<std::string> alarm_actions;
  std::vector<std::string> insufficient_data_actions;

  std::string metric_namespace;
  std::string metric_name;
  Dimensions dimensions;
  Statistic statistic;
  std::string unit;  // "" for any
  AlarmWindow window;
  AlarmRule rule;

  // As it was put, for answers: absent members stay absent.
  bool gave_datapoints_to_alarm = false;
  std::optional<std::string> treat_missing_data;
  std::optional<std::string> low_sample_count;  // EvaluateLowSampleCountPercentile
  std::optional<std::string> time_zone;
  /// Of an alarm that was put with expressions, else null.
  std::shared_ptr<const MetricProgram> program = {};
  std::size_t watched = 0;  // the query of the program whose result it watches
  std::size_t band = 0;     // that of its band
  BandSide band_side = BandSide::none;
  /// It watches each time series of a Metrics Insights query, or each group of a log alarm's
  /// aggregation: its contributors.
  bool has_contributors = false;
  /// Of a log alarm, else null: its datapoints are the results of this query.
  std::shared_ptr<const LogQuery> logs = {};
  /// Of a PromQL alarm, else null.
  std::shared_ptr<const PromCriteria> promql = {};
  int log_lines = 0;
  std::string log_line_role = {};
  std::optional<WarmUp> warm_up = {};
  Json metrics;  // an array where the alarm was put with Metrics, else null
  std::string threshold_metric_id;
  std::string metric_uuid;  // "id" of the metric in events

  /// Why nothing evaluates it, or "".
  std::string not_simulated;

  [[nodiscard]] std::string arn() const;
  /// The query of Metrics Insights whose result it watches, or null.
  [[nodiscard]] const InsightsQuery* insights() const;
  [[nodiscard]] SeriesKey series() const {
    return {place, metric_namespace, metric_name, dimensions};
  }
  /// "MetricAlarm", "LogAlarm".
  [[nodiscard]] std::string_view type_name() const { return logs ? "LogAlarm" : "MetricAlarm"; }
  /// What distinguishes its contributors: labels of metrics, or fields of logs.
  [[nodiscard]] const std::vector<std::string>& contributor_labels() const;
  /// Whether INSIGHT_RULE_METRIC is in its expressions: what it gives cannot be foreseen.
  [[nodiscard]] bool reads_rules() const;
  /// The metrics that it reads, in the order of the program; of a log alarm those that count what
  /// comes into its log groups.
  [[nodiscard]] std::vector<SeriesKey> inputs() const;
  /// "GreaterThanThreshold", "LessThanLowerThreshold".
  [[nodiscard]] std::string_view comparison_name() const;
  [[nodiscard]] const std::vector<std::string>& actions(AlarmState state) const;
  /// Percentiles of too few samples leave the state alone.
  [[nodiscard]] double fewest_samples() const;
};

/// Every rule that PutMetricAlarm checks; `name` replaces a missing AlarmName (templates).
ApiResult<AlarmSpec> read_alarm_spec(const Place& place, const Json& members,
                                     std::string_view name = {});

/// The configuration part of DescribeAlarms' MetricAlarm.
Json describe_spec(const AlarmSpec& spec);

/// "greater than", "less than or equal to": as state reasons and people word it.
std::string_view comparison_words(Comparison comparison);

}  // namespace opsim::cloudwatch
