// Alarms on metric math and on anomaly detection bands.
// AWS: CloudWatch User Guide, "Alarms on metric math" (Create-alarm-on-metric-math-expression),
// "Alarm limits" (alarm-limits: "a datapoint is missing if the expression yields no value"),
// "CloudWatch anomaly detection alarms" (Create_Anomaly_Detection_Alarm).
#include <algorithm>
#include <numeric>

#include "models/cloudwatch/alarm_evaluation.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr Duration kLongestPattern = std::chrono::days{1};

/// The i-th series of a result; an empty point where there is none.
std::optional<double> point_of(const ApiResult<MathValue>& value, std::size_t series,
                               std::size_t k) {
  if (!value || series >= value->series.size()) return std::nullopt;
  return value->series[series].points[k];
}

}  // namespace

bool AlarmEvaluator::band_breached(const AlarmPoint& point) const {
  const bool above = *point.value > *point.upper;
  const bool below = *point.value < *point.lower;
  switch (spec_.band_side) {
    case BandSide::above: return above;
    case BandSide::below: return below;
    default: return above || below;
  }
}

/// A datapoint without a band is missing. An expression that fails leaves all of them missing.
std::vector<AlarmPoint> AlarmEvaluator::math_points(SimTime end, std::size_t count,
                                                    SimTime by) const {
  const auto periods = static_cast<std::int64_t>(count);
  const MathGrid grid{end - periods * spec_.window.period, spec_.window.period, count};
  const RunSettings settings{
      .grid = grid, .by = by, .bands = bands_, .insights_history = kInsightsAlarmHistory};
  ProgramRun run{metrics_, *spec_.program, settings, inputs_};
  const bool has_band = spec_.band_side != BandSide::none;
  const ApiResult<MathValue> watched = run.result(spec_.watched);
  const ApiResult<MathValue> band = has_band ? run.result(spec_.band) : MathValue{};
  std::vector<AlarmPoint> found(count);
  for (std::size_t age = 0; age < count; ++age) {
    const std::size_t k = count - 1 - age;
    AlarmPoint& point = found[age];
    point.start = grid.at(k);
    point.value = point_of(watched, 0, k);
    if (has_band) {
      point.upper = point_of(band, 0, k);
      point.lower = point_of(band, 1, k);
      if (!point.upper || !point.lower) point.value.reset();
    }
    if (!point.value) continue;
    point.breaching =
        has_band ? band_breached(point) : spec_.rule.threshold.breached_by(*point.value);
  }
  return found;
}

Verdict AlarmEvaluator::math_verdict_at(SimTime at) const {
  const std::uint32_t range = evaluation_range(spec_.window);
  AlarmRule rule = spec_.rule;
  rule.threshold = {Comparison::greater, 0.5};  // of 1 for breaching, 0 for not
  std::vector<std::optional<double>> marks;
  for (const AlarmPoint& point : math_points(newest_end(spec_.window, at), range, at)) {
    marks.push_back(point.value ? std::optional{point.breaching ? 1.0 : 0.0} : std::nullopt);
  }
  return evaluate(rule, marks);
}

bool AlarmEvaluator::tells_time() const {
  return std::ranges::any_of(spec_.program->queries, [](const ProgramQuery& query) {
    return query.insights || (query.math && depends_on_time(*query.math));
  });
}

/// While no input changes and every sample of a source has one value, results repeat with the
/// pattern of the samples. Where an input rises or falls, or the expression reads the clock,
/// nothing is promised, and evaluations are tried one by one.
AlarmEvaluator::Quiet AlarmEvaluator::math_quiet_from(SimTime at, AlarmState state) const {
  const SimTime end = newest_end(spec_.window, at);
  const SimTime begin = end - evaluation_range(spec_.window) * spec_.window.period;
  std::optional<SimTime> first;
  Duration cycle{};
  for (const SeriesId input : inputs_) {
    const auto put = metrics_.first_put(input, begin);
    if (put && *put < end) return {};
    if (put && (!first || *put < *first)) first = put;
    const Coverage coverage = metrics_.coverage(
        {input, spec_.statistic, spec_.window.period, spec_.rule.threshold}, begin);
    if (!coverage.steady) return {};
    if (!coverage.any) continue;
    if (!coverage.flat || coverage.cycle == Duration::zero()) return {};
    const std::int64_t common = std::gcd(cycle.count(), coverage.cycle.count());
    const std::int64_t times = cycle == Duration::zero() ? 1 : cycle.count() / common;
    if (coverage.cycle > kLongestPattern / times) return {};
    cycle = times * coverage.cycle;
  }
  const bool has_data = cycle != Duration::zero();
  // Without any data a band has no model, and every datapoint is missing.
  if (tells_time() && (has_data || spec_.band_side == BandSide::none)) return {};
  if (!has_data) return {true, first};
  const SimTime far = SimTime{std::chrono::days{90'000}};
  return repeats(at, cycle, first.value_or(far), state) ? Quiet{true, first} : Quiet{};
}

}  // namespace opsim::cloudwatch
