// Checking what PutMetricAlarm is given.
// AWS: API PutMetricAlarm (https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/).
// Messages are AWS's where recordings or reports of them are known, else in its manner.
#include "models/cloudwatch/alarm_spec.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "models/cloudwatch/alarm_program.hpp"
#include "models/cloudwatch/alarm_window_spec.hpp"
#include "models/cloudwatch/input.hpp"
#include "models/cloudwatch/log_query.hpp"
#include "models/cloudwatch/promql_alarm.hpp"
#include "models/cloudwatch/units.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kWeek = 604'800;
constexpr std::array<std::string_view, 5> kStatistics = {"SampleCount", "Average", "Sum", "Minimum",
                                                         "Maximum"};
constexpr std::array<std::string_view, 7> kComparisons = {
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "GreaterThanUpperThreshold",
    "LessThanLowerOrGreaterThanUpperThreshold",
    "LessThanLowerThreshold",
    "LessThanOrEqualToThreshold",
    "LessThanThreshold"};

// In the order of BandSide, from outside on.
constexpr std::array<std::string_view, 3> kBandSides = {"LessThanLowerOrGreaterThanUpperThreshold",
                                                        "GreaterThanUpperThreshold",
                                                        "LessThanLowerThreshold"};
constexpr std::size_t kMostQueriesOfAlarm = 20;  // AWS: API PutMetricAlarm, Metrics (estimate)

using Problem = std::optional<ApiError>;

/// What the service's front end looks at: types, lengths, enumerations. All complaints at once.
class SpecReader {
 public:
  SpecReader(const Place& place, const Json& members, std::string_view name) : input_{members} {
    spec_.place = place;
    spec_.name = name;
  }

  ApiResult<AlarmSpec> read() {
    read_members();
    if (Problem problem = input_.error()) return *problem;
    for (Problem (SpecReader::*rule)() : kRules) {
      if (Problem problem = (this->*rule)()) return *problem;
    }
    return std::move(spec_);
  }

 private:
  void read_members();
  void read_metric(Input& input);
  Problem check_metrics();
  Problem read_one_metric(const Json& stat);
  Problem read_program(const std::vector<const Json*>& items);
  Problem check_statistic();
  Problem check_period();
  Problem check_datapoints();
  Problem check_threshold();
  Problem check_missing_data();
  Problem check_window() { return read_window(input_, spec_); }
  Problem check_actions();
  Problem check_action(const std::string& text);
  [[nodiscard]] bool is_per_instance() const;

  static constexpr Problem (SpecReader::*kRules[])() = {
      &SpecReader::check_metrics,    &SpecReader::check_statistic, &SpecReader::check_period,
      &SpecReader::check_datapoints, &SpecReader::check_threshold, &SpecReader::check_missing_data,
      &SpecReader::check_window,     &SpecReader::check_actions,
  };

  Input input_;
  AlarmSpec spec_;
  std::optional<std::string> statistic_;
  std::optional<std::string> extended_;
  std::optional<std::int64_t> period_;
  std::optional<std::int64_t> datapoints_;
  std::string comparison_;
};

void SpecReader::read_members() {
  if (spec_.name.empty() || input_.has("AlarmName")) {
    spec_.name = input_.required_text("AlarmName", 255);
  }
  spec_.description = input_.text("AlarmDescription", 1024);
  spec_.actions_enabled = input_.boolean("ActionsEnabled").value_or(true);
  spec_.ok_actions = input_.texts("OKActions", kMostActions);
  spec_.alarm_actions = input_.texts("AlarmActions", kMostActions);
  spec_.insufficient_data_actions = input_.texts("InsufficientDataActions", kMostActions);
  read_metric(input_);
  input_.require("ComparisonOperator");
  comparison_ = input_.choice("ComparisonOperator", kComparisons).value_or("");
  input_.require("EvaluationPeriods");
  spec_.window.evaluation_periods =
      static_cast<std::uint32_t>(input_.integer("EvaluationPeriods", 1).value_or(1));
  datapoints_ = input_.integer("DatapointsToAlarm", 1);
  spec_.treat_missing_data = input_.text("TreatMissingData", 255);
  spec_.low_sample_count = input_.text("EvaluateLowSampleCountPercentile", 255);
  spec_.threshold_metric_id = input_.text("ThresholdMetricId", 255).value_or("");
  if (const auto threshold = input_.number("Threshold")) {
    spec_.rule.threshold.value = *threshold;
  }
}

void SpecReader::read_metric(Input& input) {
  spec_.metric_name = input.text("MetricName", 255).value_or("");
  spec_.metric_namespace = input.text("Namespace", 255).value_or("");
  spec_.dimensions = input.dimensions("Dimensions");
  statistic_ = input.choice("Statistic", kStatistics);
  extended_ = input.text("ExtendedStatistic");
  period_ = input.integer("Period", 1);
  spec_.unit = input.choice("Unit", kUnits).value_or("");
}

// "If you use the Metrics parameter, you cannot include the Namespace, MetricName, Dimensions,
// Period, Unit, Statistic, or ExtendedStatistic parameters of PutMetricAlarm."
Problem SpecReader::check_metrics() {
  const Json* metrics = input_.find("Metrics");
  if (metrics == nullptr) {
    if (spec_.metric_name.empty()) {
      return validation_error(
          "At least one of the parameters MetricName, Metrics must be specified");
    }
    if (spec_.metric_namespace.empty()) return validation_error("Namespace must not be null");
    return {};
  }
  for (const char* other : {"Namespace", "MetricName", "Dimensions", "Period", "Unit", "Statistic",
                            "ExtendedStatistic"}) {
    if (input_.has(other)) {
      return validation_error(
          fmt::format("{} should not be set if list of Metrics is set.", other));
    }
  }
  if (!metrics->is_array() || metrics->empty()) {
    return validation_error("Metrics list must not be empty.");
  }
  spec_.metrics = *metrics;
  const Json& only = metrics->front();
  const bool plain = metrics->size() == 1 && only.is_object() && only.contains("MetricStat") &&
                     only["MetricStat"].is_object() && spec_.threshold_metric_id.empty();
  if (plain) return read_one_metric(only["MetricStat"]);
  const std::vector<const Json*> items = input_.items("Metrics", kMostQueriesOfAlarm);
  if (Problem problem = input_.error()) return problem;
  return read_program(items);
}

Problem SpecReader::read_one_metric(const Json& stat) {
  Json flat = stat.contains("Metric") ? stat["Metric"] : Json::object();
  if (!flat.is_object()) return validation_error("MetricStat needs a Metric.");
  for (const char* member : {"Period", "Unit"}) {
    if (stat.contains(member)) flat[member] = stat[member];
  }
  const std::string name =
      stat.contains("Stat") && stat["Stat"].is_string() ? stat["Stat"].get<std::string>() : "";
  const bool basic = std::ranges::find(kStatistics, name) != kStatistics.end();
  flat[basic ? "Statistic" : "ExtendedStatistic"] = name;
  Input one{flat};
  read_metric(one);
  return one.error();
}

Problem SpecReader::read_program(const std::vector<const Json*>& items) {
  ApiResult<AlarmProgram> read = read_alarm_program(spec_.place, items, spec_.threshold_metric_id);
  if (!read) return read.error();
  period_ = read->period_seconds;
  spec_.watched = read->watched;
  spec_.band = read->band;
  spec_.not_simulated = read->program.not_simulated;
  spec_.has_contributors = read->has_contributors;
  spec_.program = std::make_shared<const MetricProgram>(std::move(read->program));
  return {};
}

Problem SpecReader::check_statistic() {
  if (spec_.program) return {};
  if (statistic_ && extended_) {
    return invalid_combination(
        "The parameters Statistic and ExtendedStatistic are mutually exclusive.");
  }
  if (!statistic_ && !extended_) {
    return invalid_combination("Exactly one of Statistic or ExtendedStatistic must be specified.");
  }
  const auto statistic = Statistic::parse(statistic_ ? *statistic_ : *extended_);
  if (!statistic || (extended_ && statistic->is_basic())) {
    return validation_error(
        fmt::format("The value {} for parameter ExtendedStatistic is not supported.", *extended_));
  }
  spec_.statistic = *statistic;
  return {};
}

// "Valid values are 10, 20, 30, and any multiple of 60." Period x EvaluationPeriods at most a day,
// and seven days for periods of an hour and more.
Problem SpecReader::check_period() {
  if (!period_) return validation_error("Period must not be null");
  const std::int64_t period = *period_;
  if (period != 10 && period != 20 && period != 30 && period % 60 != 0) {
    return validation_error("Period must be 10, 20, 30 or a multiple of 60");
  }
  const std::int64_t longest = period < 3600 ? kDay : kWeek;
  if (period > longest / spec_.window.evaluation_periods) {
    return validation_error(fmt::format(
        "Metrics cannot be checked across more than {} (EvaluationPeriods * Period must "
        "be <= {}).",
        longest == kDay ? "a day" : "seven days", longest));
  }
  spec_.window.period = std::chrono::seconds{period};
  return {};
}

Problem SpecReader::check_datapoints() {
  const std::uint32_t periods = spec_.window.evaluation_periods;
  if (datapoints_ && *datapoints_ > periods) {
    return validation_error(
        fmt::format("DatapointsToAlarm {} must be less than or equal to EvaluationPeriods {}.",
                    *datapoints_, periods));
  }
  spec_.gave_datapoints_to_alarm = datapoints_.has_value();
  spec_.rule.evaluation_periods = periods;
  spec_.rule.datapoints_to_alarm = static_cast<std::uint32_t>(datapoints_.value_or(periods));
  return {};
}

Problem SpecReader::check_threshold() {
  const auto comparison = parse_comparison(comparison_);
  if (!spec_.threshold_metric_id.empty()) {
    if (spec_.metrics.is_null()) {
      return validation_error("ThresholdMetricId requires a list of Metrics.");
    }
    if (comparison) {
      return validation_error(fmt::format(
          "ComparisonOperator {} is not for alarms with a ThresholdMetricId.", comparison_));
    }
    if (input_.has("Threshold")) {
      return validation_error("Threshold and ThresholdMetricId are mutually exclusive.");
    }
    spec_.band_side = comparison_ == kBandSides[0]   ? BandSide::outside
                      : comparison_ == kBandSides[1] ? BandSide::above
                                                     : BandSide::below;
    return {};
  }
  if (!comparison) {
    return validation_error(
        fmt::format("ComparisonOperator {} requires ThresholdMetricId.", comparison_));
  }
  if (!input_.has("Threshold")) {
    return validation_error("Threshold must be specified for a static threshold alarm.");
  }
  spec_.rule.threshold.comparison = *comparison;
  return {};
}

// "Alarms that evaluate metrics in the AWS/DynamoDB namespace always ignore missing data" (API);
// the User Guide of 2026 calls it their default, which can be overridden.
Problem SpecReader::check_missing_data() {
  const bool dynamo = spec_.metric_namespace == "AWS/DynamoDB";
  spec_.rule.treatment = dynamo ? Treatment::ignore : Treatment::missing;
  if (spec_.treat_missing_data) {
    const auto treatment = parse_treatment(*spec_.treat_missing_data);
    if (!treatment) {
      return validation_error(
          fmt::format("The value {} is not supported for TreatMissingData parameter. Supported "
                      "values are [breaching, notBreaching, ignore, missing].",
                      *spec_.treat_missing_data));
    }
    spec_.rule.treatment = *treatment;
  }
  const auto& option = spec_.low_sample_count;
  if (option && *option != "evaluate" && *option != "ignore") {
    return validation_error(
        fmt::format("Option {} is not supported. Supported options for parameter "
                    "EvaluateLowSampleCountPercentile are evaluate and ignore.",
                    *option));
  }
  return {};
}

Problem SpecReader::check_actions() {
  for (const auto* actions :
       {&spec_.ok_actions, &spec_.alarm_actions, &spec_.insufficient_data_actions}) {
    for (const std::string& action : *actions) {
      if (Problem problem = check_action(action)) return problem;
    }
  }
  return {};
}

/// EC2 actions are for the instance of the metric, or for that of each contributor.
bool SpecReader::is_per_instance() const {
  if (spec_.has_contributors) {
    const auto& labels = spec_.insights()->group_by;
    return std::ranges::find(labels, "InstanceId") != labels.end();
  }
  return std::ranges::any_of(spec_.dimensions,
                             [](const auto& dimension) { return dimension.first == "InstanceId"; });
}

Problem SpecReader::check_action(const std::string& text) {
  const auto action = Arn::parse(text);
  if (!action) return validation_error(fmt::format("Invalid arn syntax: {}", text));
  const bool regional = action->service == "sns" || action->service == "autoscaling" ||
                        action->service == "automate" || action->service == "swf";
  if (regional && action->region != spec_.place.region) {
    return validation_error(fmt::format("Invalid region {} specified. Only {} is supported.",
                                        action->region, spec_.place.region));
  }
  // "Alarms based on anomaly detection models cannot have Auto Scaling actions." (PutMetricAlarm)
  if (action->service == "autoscaling" && spec_.band_side != BandSide::none) {
    return validation_error(
        "Auto Scaling actions are not supported for alarms based on anomaly detection models.");
  }
  if (action->service != "automate") return {};
  if (!is_per_instance()) {
    return validation_error(fmt::format(
        "Invalid use of EC2 '{}' action: it needs an InstanceId dimension.", action->resource));
  }
  if (action->resource == "recover" && spec_.metric_name == "StatusCheckFailed_Instance") {
    return validation_error("Invalid use of EC2 'recover' action with StatusCheckFailed_Instance.");
  }
  return {};
}

}  // namespace

std::string AlarmSpec::arn() const {
  return opsim::arn(place, "cloudwatch", fmt::format("alarm:{}", name));
}

const InsightsQuery* AlarmSpec::insights() const {
  if (!program || !program->queries[watched].insights) return nullptr;
  return &*program->queries[watched].insights;
}

bool AlarmSpec::reads_rules() const {
  return program && std::ranges::any_of(program->queries, [](const ProgramQuery& query) {
           return query.math && calls(*query.math, MathCall::insight_rule_metric);
         });
}

const std::vector<std::string>& AlarmSpec::actions(AlarmState state) const {
  switch (state) {
    case AlarmState::ok: return ok_actions;
    case AlarmState::alarm: return alarm_actions;
    default: return insufficient_data_actions;
  }
}

const std::vector<std::string>& AlarmSpec::contributor_labels() const {
  return logs ? logs->aggregation.by : insights()->group_by;
}

std::vector<SeriesKey> AlarmSpec::inputs() const {
  if (logs) return logs->incoming(place);
  if (promql) return {};
  if (!program) return {series()};
  std::vector<SeriesKey> keys;
  for (const ProgramQuery& query : program->queries) {
    if (query.is_metric()) keys.push_back(query.key);
  }
  return keys;
}

std::string_view AlarmSpec::comparison_name() const {
  if (band_side == BandSide::none) return to_string(rule.threshold.comparison);
  return kBandSides.at(static_cast<std::size_t>(band_side) - 1);
}

double AlarmSpec::fewest_samples() const {
  if (program) return 0;
  const bool ignores = low_sample_count && *low_sample_count == "ignore";
  if (!ignores || statistic.kind != StatisticKind::percentile) return 0;
  return cloudwatch::fewest_samples(statistic.high);
}

std::string_view comparison_words(Comparison comparison) {
  constexpr std::array<std::string_view, 4> kWords = {"greater than or equal to", "greater than",
                                                      "less than", "less than or equal to"};
  return kWords.at(static_cast<std::size_t>(comparison));
}

ApiResult<AlarmSpec> read_alarm_spec(const Place& place, const Json& members,
                                     std::string_view name) {
  if (Input{members}.has("EvaluationCriteria")) return read_promql_spec(place, members, name);
  return SpecReader{place, members, name}.read();
}

}  // namespace opsim::cloudwatch
