// Training anomaly detection models, and the bands they give.
// AWS: CloudWatch User Guide, "Using CloudWatch anomaly detection" (CloudWatch_Anomaly_Detection),
// "Using metric math" (ANOMALY_DETECTION_BAND).
#include "models/cloudwatch/anomaly_detectors.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/cloudwatch/metric_query.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr Duration kTrainedHour = std::chrono::hours{1};

void collect(const MetricProgram& program, const MathNode& node, std::set<std::string>& ids) {
  each_reference(node, [&](const MathNode& reference) {
    if (!ids.insert(reference.text).second) return;
    const ProgramQuery* query = program.find(reference.text);
    if (query != nullptr && query->math) collect(program, *query->math, ids);
  });
}

std::string described(const ProgramQuery& query) {
  if (!query.is_metric()) return fmt::format("{}={};", query.id, query.expression);
  std::string text = fmt::format("{}={}/{}/{}", query.id, query.key.metric_namespace,
                                 query.key.metric_name, query.statistic.text);
  for (const auto& [name, value] : query.key.dimensions) text += fmt::format("/{}:{}", name, value);
  return text + ";";
}

bool is_excluded(const DetectorSettings& settings, SimTime from, SimTime to) {
  return std::ranges::any_of(settings.excluded, [&](const auto& range) {
    return range.first < to && from < range.second;
  });
}

/// The datapoints that end within the hour; of a period over an hour, the one that ends it.
MathGrid training_grid(SimTime hour, Duration period) {
  if (period >= kTrainedHour) return {hour + kTrainedHour - period, period, 1};
  return {hour, period, static_cast<std::size_t>(kTrainedHour / period)};
}

Duration period_of(const MetricProgram& program, const MathNode& of, const MathGrid& grid) {
  const ProgramQuery* query =
      of.kind == MathNode::Kind::reference ? program.find(of.text) : nullptr;
  return query != nullptr && query->period ? *query->period : grid.step;
}

}  // namespace

DetectorKey detector_key(const MetricProgram& program, const MathNode& of) {
  const ProgramQuery* query =
      of.kind == MathNode::Kind::reference ? program.find(of.text) : nullptr;
  if (query != nullptr && query->is_metric()) return {query->key, query->statistic.text, ""};
  std::set<std::string> ids;
  collect(program, of, ids);
  DetectorKey key;
  key.metric.place = program.place;
  for (const std::string& id : ids) key.expression += described(*program.find(id));
  return key;
}

AnomalyDetector& AnomalyDetectors::of(const DetectorKey& key) {
  const auto [found, is_new] = detectors_.try_emplace(key);
  if (is_new) found->second.since = cloud_.sim().now();
  return found->second;
}

void AnomalyDetectors::configure(const DetectorKey& key, DetectorSettings settings, Json queries) {
  AnomalyDetector& detector = of(key);
  detector.settings = std::move(settings);
  detector.queries = std::move(queries);
  detector.listed = true;
  detector.models.clear();
}

/// Learns the whole hours before `by` that the model does not know yet. Data that come later for an
/// hour it has learnt change nothing.
void AnomalyDetectors::train(AnomalyDetector& detector, AnomalyModel& model,
                             const MetricProgram& program, const MathNode& of, Duration period,
                             SimTime by) {
  const SimTime end = round_down(by, kTrainedHour);
  SimTime hour = end - AnomalyModel::kHours * kTrainedHour;
  if (model.learnt_until()) hour = std::max(hour, *model.learnt_until());
  for (; hour < end; hour += kTrainedHour) {
    const MathGrid grid = training_grid(hour, period);
    ProgramRun run{cloud_.metrics(), program, {.grid = grid, .by = by}};
    const std::variant<MathValue, MathError> result = run.evaluate(of);
    std::vector<double> values;
    const auto* value = std::get_if<MathValue>(&result);
    for (std::size_t k = 0; value != nullptr && k < grid.count && !value->series.empty(); ++k) {
      const auto& point = value->series[0].points[k];
      if (point && !is_excluded(detector.settings, grid.at(k), grid.at(k + 1))) {
        values.push_back(*point);
      }
    }
    model.learn(hour, values);
  }
}

std::vector<MathSeries> AnomalyDetectors::bands(const MetricProgram& program, const MathNode& of,
                                                const MathGrid& grid, SimTime by, double width) {
  AnomalyDetector& detector = this->of(detector_key(program, of));
  const Duration period = period_of(program, of, grid);
  AnomalyModel& model = detector.models[period];
  train(detector, model, program, of, period, by);
  MathSeries upper{.label = "High", .period = period, .points = {}};
  upper.points.resize(grid.count);
  MathSeries lower = upper;
  lower.label = "Low";
  const TimeZone zone = detector.settings.zone.value_or(TimeZone{});
  const bool never_negative = model.never_negative();
  for (std::size_t k = 0; k < grid.count; ++k) {
    const auto expected = model.expect(grid.at(k), zone);
    if (!expected) continue;
    upper.points[k] = expected->value + width * expected->deviation;
    lower.points[k] = expected->value - width * expected->deviation;
    // "The band is kept to values that make sense for the metric": none below zero here.
    if (never_negative) lower.points[k] = std::max(0.0, *lower.points[k]);
  }
  std::vector<MathSeries> both;
  both.push_back(std::move(upper));
  both.push_back(std::move(lower));
  return both;
}

}  // namespace opsim::cloudwatch
