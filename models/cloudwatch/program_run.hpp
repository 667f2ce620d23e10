#pragma once
/// Evaluates the queries of a MetricProgram over one grid of timestamps.
#include <optional>
#include <span>
#include <vector>

#include "models/cloudwatch/insights_run.hpp"
#include "models/cloudwatch/math_evaluation.hpp"
#include "models/cloudwatch/metric_program.hpp"

namespace opsim::cloudwatch {

/// INSIGHT_RULE_METRIC(rule, metric).
struct RuleMetric {
  Place place;
  std::string rule;
  std::string metric;
};

/// Anomaly detection models and rules of Contributor Insights, as ANOMALY_DETECTION_BAND and
/// INSIGHT_RULE_METRIC ask for them.
class BandSource {
 public:
  virtual ~BandSource() = default;
  /// The upper and the lower limit for each timestamp, trained on what was readable at `by`.
  virtual std::vector<MathSeries> bands(const MetricProgram& program, const MathNode& of,
                                        const MathGrid& grid, SimTime by, double width) = 0;
  virtual std::vector<std::optional<double>> rule_metric(const RuleMetric& /*wanted*/,
                                                         const MathGrid& /*grid*/, SimTime /*by*/) {
    return {};
  }
};

/// Which data count where a query names no unit: those of any unit, or those of the one that
/// GetMetricData prefers.
enum class UnitRule : std::uint8_t { any, preferred };

struct RunSettings {
  MathGrid grid{};
  SimTime by{};  // what was readable then
  UnitRule units = UnitRule::any;
  BandSource* bands = nullptr;
  Duration insights_history = kInsightsHistory;
};

/// Where the periods of a series begin on the grid: at multiples of the period since 1970 where the
/// grid is finer than it, else everywhere.
void place_on(const MathGrid& grid, Duration period, MathSeries& series);

class ProgramRun : public MathInputs {
 public:
  /// `series` are those of the metrics of the program, in its order, where the caller knows them.
  ProgramRun(const Metrics& metrics, const MetricProgram& program, const RunSettings& settings,
             std::span<const SeriesId> series = {});

  /// The result of the i-th query. An error names the expression in which it arose.
  ApiResult<MathValue> result(std::size_t i);
  /// Of any expression over the program's queries.
  std::variant<MathValue, MathError> evaluate(const MathNode& node) {
    return MathEvaluator{settings_.grid, *this, work_}.evaluate(node);
  }
  /// The units of a metric where it has several, in alphabetical order; else empty.
  [[nodiscard]] std::vector<std::string> mixed_units(std::size_t i) const;

  std::variant<MathValue, MathError> referenced(std::string_view id) override;
  std::vector<MathSeries> metrics(std::string_view containing) override;
  std::variant<MathValue, MathError> search(const MathNode& call,
                                            std::optional<double> period) override;
  std::variant<MathValue, MathError> band(const MathNode& call, double width) override;
  std::variant<MathValue, MathError> rule(const MathNode& call) override;

 private:
  const MathSeries& metric(std::size_t i);
  std::variant<MathValue, MathError> insights(std::size_t i);
  void read(SeriesId series, const Statistic& statistic, std::string_view unit,
            MathSeries& into) const;
  [[nodiscard]] std::optional<SeriesId> series_of(std::size_t i) const;
  [[nodiscard]] std::string unit_of(SeriesId series, const std::string& unit) const;

  const Metrics& metrics_;
  const MetricProgram& program_;
  RunSettings settings_;
  std::vector<std::optional<SeriesId>> series_;  // by query
  std::vector<std::optional<MathValue>> results_;
  std::size_t work_ = 0;
  std::string failed_in_;
};

}  // namespace opsim::cloudwatch
