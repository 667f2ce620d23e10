// Evaluating a metric alarm, and foreseeing its evaluations.
//
// The foresight rests on one fact: while every datapoint is on the same side of the threshold, a
// verdict depends only on which datapoints are missing, and that pattern repeats. So an alarm need
// not look again before a sample could cross (Metrics::first_possible_crossing), a source changes
// or data are put (both watched by the Alarm). Where this does not hold, evaluations are tried one
// by one.
#include "models/cloudwatch/alarm_evaluation.hpp"

#include <algorithm>
#include <boost/container/small_vector.hpp>
#include <numeric>

namespace opsim::cloudwatch {
namespace {

constexpr SimTime kFar = SimTime{std::chrono::days{90'000}};  // the year 2216
constexpr std::int64_t kLongestCycle = 128;                   // evaluations tried for a pattern

}  // namespace

std::vector<AlarmPoint> counted_points(const std::vector<AlarmPoint>& newest_first,
                                       const Verdict& verdict) {
  std::vector<AlarmPoint> counted;
  std::uint32_t real = 0;
  std::uint32_t missing = 0;
  for (const AlarmPoint& point : newest_first) {
    std::uint32_t& count = point.value ? real : missing;
    if (count == (point.value ? verdict.real : verdict.filled)) continue;
    ++count;
    counted.push_back(point);
  }
  return counted;
}

Window AlarmEvaluator::window_of(SimTime newest_end, std::uint32_t age, SimTime at) const {
  const SimTime to = newest_end - age * spec_.window.period;
  return {to - spec_.window.period, to, at, spec_.unit};
}

Verdict AlarmEvaluator::verdict_at(SimTime at) const {
  if (spec_.program) return math_verdict_at(at);
  const std::uint32_t range = evaluation_range(spec_.window);
  const SimTime end = newest_end(spec_.window, at);
  const double fewest = spec_.fewest_samples();
  boost::container::small_vector<std::optional<double>, 16> points;
  std::uint32_t real = 0;
  bool too_few = false;
  for (std::uint32_t age = 0; age < range && real < spec_.rule.evaluation_periods; ++age) {
    const Window window = window_of(end, age, at);
    points.push_back(metrics_.statistic(series_, spec_.statistic, window));
    if (!points.back()) continue;
    ++real;
    if (fewest > 0 && metrics_.summary(series_, window).count < fewest) too_few = true;
  }
  Verdict verdict = evaluate(spec_.rule, {points.data(), points.size()});
  // "ignore: the alarm state does not change during periods with too few data points to be
  // statistically significant." UNDOCUMENTED: that one such period among N is enough.
  if (too_few) verdict.state.reset();
  return verdict;
}

Evaluation AlarmEvaluator::evaluation_at(SimTime at) const {
  Evaluation evaluation{at, verdict_at(at), {}};
  const std::uint32_t range = evaluation_range(spec_.window);
  evaluation.points =
      counted_points(points(newest_end(spec_.window, at), range, at), evaluation.verdict);
  return evaluation;
}

std::vector<AlarmPoint> AlarmEvaluator::points(SimTime end, std::size_t count, SimTime by) const {
  if (spec_.program) return math_points(end, count, by);
  std::vector<AlarmPoint> found;
  for (std::uint32_t age = 0; age < count; ++age) {
    const Window window = window_of(end, age, by);
    AlarmPoint& point = found.emplace_back();
    point.start = window.from;
    point.value = metrics_.statistic(series_, spec_.statistic, window);
    if (!point.value) continue;
    point.samples = metrics_.summary(series_, window).count;
    point.breaching = spec_.rule.threshold.breached_by(*point.value);
  }
  return found;
}

std::optional<SimTime> AlarmEvaluator::next_look(AlarmState state, SimTime after,
                                                 std::size_t patience) const {
  SimTime at = next_evaluation(spec_.window, after);
  for (;; --patience) {
    if (patience == 0) return at;
    const Verdict verdict = verdict_at(at);
    if (changes(verdict, state)) return at;
    const Quiet quiet = quiet_from(at, verdict, state);
    if (quiet.quiet && !quiet.end) return std::nullopt;
    const SimTime next = next_evaluation(spec_.window, at);
    at = quiet.quiet ? std::max(next, first_evaluation_seeing(spec_.window, *quiet.end)) : next;
  }
}

AlarmEvaluator::Quiet AlarmEvaluator::quiet_from(SimTime at, const Verdict& verdict,
                                                 AlarmState state) const {
  if (spec_.program) return math_quiet_from(at, state);
  const Duration period = spec_.window.period;
  const std::uint32_t periods = spec_.rule.evaluation_periods;
  const SimTime end = newest_end(spec_.window, at);
  const SimTime begin = end - evaluation_range(spec_.window) * period;

  const auto put = metrics_.first_put(series_, begin);
  if (put && *put < end) return {};
  const WatchedStatistic watched{series_, spec_.statistic, period, spec_.rule.threshold,
                                 spec_.unit};
  const Coverage coverage = metrics_.coverage(watched, begin);
  if (!coverage.steady) return {};
  if (!coverage.any) return {true, put};  // nothing comes; all is missing, now and later

  // All on one side, as far as the newest datapoints tell?
  const bool breaching = verdict.real > 0 && verdict.breaching == verdict.real;
  const bool one_side =
      (verdict.breaching == 0 || breaching) && !metrics_.may_cross(watched, breaching, begin, end);
  if (!one_side && !coverage.flat) return {};
  std::optional<SimTime> crossing = put;
  if (one_side) {
    crossing = metrics_.first_possible_crossing(watched, breaching, begin, kFar);
  }
  // N real datapoints are certain where a source reports at least once a period, and soon enough
  // that no more periods are still empty than the evaluation range has to spare.
  const Duration spare = (evaluation_range(spec_.window) - periods + 1) * period;
  const bool always_n = spec_.fewest_samples() == 0 && coverage.every <= period &&
                        coverage.every + coverage.delay <= spare;
  if (one_side && always_n) return {true, crossing};
  if (!one_side) crossing = put;  // flat: the same samples again and again
  const bool same = repeats(at, coverage.cycle, crossing.value_or(kFar), state);
  return same ? Quiet{true, crossing} : Quiet{};
}

/// Whether every evaluation of one whole cycle after `at` leaves the state alone. One that sees
/// samples stamped `end` or later is not part of the pattern.
bool AlarmEvaluator::repeats(SimTime at, Duration cycle, SimTime end, AlarmState state) const {
  if (cycle == Duration::zero()) return false;
  // Where the clock is changed, no pattern of days repeats for ever.
  if (spec_.window.zone && spec_.window.zone->has_daylight_saving()) return false;
  Duration step = evaluation_step(spec_.window);
  if (spec_.window.wall_clock) {
    step = Duration{std::lcm(step.count(), spec_.window.period.count())};
  }
  const std::int64_t steps_of_cycle = cycle.count() / std::gcd(cycle.count(), step.count());
  const std::int64_t times = step / evaluation_step(spec_.window);
  if (steps_of_cycle > kLongestCycle / times) return false;
  for (std::int64_t i = 0; i < steps_of_cycle * times; ++i) {
    at = next_evaluation(spec_.window, at);
    if (newest_end(spec_.window, at) > end) return false;
    if (changes(verdict_at(at), state)) return false;
  }
  return true;
}

}  // namespace opsim::cloudwatch
