#pragma once
/// Anomaly detectors: their settings, and the models that they train when somebody asks for a band.
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "models/cloudwatch/anomaly_model.hpp"
#include "models/cloudwatch/program_run.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::cloudwatch {

/// What a detector learns: one statistic of one metric, or an expression over several.
struct DetectorKey {
  SeriesKey metric{};        // of an expression: only the place
  std::string statistic{};   // "" of an expression
  std::string expression{};  // "" of a metric; the queries that it is made of
  auto operator<=>(const DetectorKey&) const = default;
};
/// `of` is an operand of ANOMALY_DETECTION_BAND in the program.
DetectorKey detector_key(const MetricProgram& program, const MathNode& of);

struct DetectorSettings {
  std::vector<std::pair<SimTime, SimTime>> excluded{};
  std::optional<TimeZone> zone{};
  bool periodic_spikes = false;
};

struct AnomalyDetector {
  DetectorSettings settings{};
  Json queries;  // MetricDataQueries as they were put, of an expression
  SimTime since{};
  bool listed = false;                        // it was put, or an alarm stands on it
  std::map<Duration, AnomalyModel> models{};  // by the period of the datapoints
};

/// Cost      Nothing until somebody asks for a band; then one hour of datapoints per hour, and at
///           first two weeks of them.
class AnomalyDetectors : public BandSource {
 public:
  explicit AnomalyDetectors(Cloud& cloud) : cloud_{cloud} {}

  using ByKey = std::map<DetectorKey, AnomalyDetector>;
  [[nodiscard]] ByKey& all() { return detectors_; }
  /// Makes it where it does not exist.
  AnomalyDetector& of(const DetectorKey& key);
  /// Its models are trained anew: the settings changed.
  void configure(const DetectorKey& key, DetectorSettings settings, Json queries);

  std::vector<MathSeries> bands(const MetricProgram& program, const MathNode& of,
                                const MathGrid& grid, SimTime by, double width) override;

 private:
  void train(AnomalyDetector& detector, AnomalyModel& model, const MetricProgram& program,
             const MathNode& of, Duration period, SimTime by);

  Cloud& cloud_;
  ByKey detectors_;
};

}  // namespace opsim::cloudwatch
