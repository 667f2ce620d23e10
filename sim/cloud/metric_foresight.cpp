// What is known now of samples to come. An alarm that knows that nothing can cross its threshold
// before Thursday need not look before Thursday.
//
// Every bound here errs on one side: it may call a crossing possible that never comes, never the
// reverse. Lines are monotone, also in floating point, so the samples of a stretch lie between its
// first and its last, widened by the noise.
#include <cmath>
#include <numeric>

#include "opsim/cloud/metrics.hpp"
#include "sim/cloud/series.hpp"

namespace opsim {
namespace {

/// A closed interval of values; empty to begin with.
struct Range {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();

  [[nodiscard]] bool empty() const { return low > high; }
  void include(const Range& other) {
    low = std::min(low, other.low);
    high = std::max(high, other.high);
  }
};

Range range_of(const Source& source, const Run& run) {
  const Waveform& wave = run.stretch.wave;
  const double first = wave.at(run.first);
  const double last = wave.at(run.last(source));
  const double low = std::min(first, last) - wave.noise;
  const double high = std::max(first, last) + wave.noise;
  return {std::clamp(low, wave.lowest, wave.highest), std::clamp(high, wave.lowest, wave.highest)};
}

Range range_of(const Source& source, SimTime from, SimTime to) {
  Range range;
  for_each_run(source, from, to, [&](const Run& run) { range.include(range_of(source, run)); });
  return range;
}

/// What a statistic of one period can be, given what its samples can be.
class PeriodForesight {
 public:
  PeriodForesight(const Metrics::State& state, const WatchedStatistic& watched, SimTime from)
      : state_{state}, watched_{watched}, from_{from} {}

  /// Over every period whose samples are stamped in [from, to); empty when there are none; nothing
  /// when nothing is known.
  [[nodiscard]] std::optional<Range> possible(SimTime to) const;

 private:
  struct Part {  // of one source
    Range range;
    double fewest = 0;  // samples in a period
    double most = 0;
  };
  [[nodiscard]] Part part_of(const Source& source, SimTime to) const;
  [[nodiscard]] static std::optional<Range> of_parts(std::span<const Part> parts,
                                                     const Statistic& statistic);

  const Metrics::State& state_;
  const WatchedStatistic& watched_;
  SimTime from_;
  mutable std::vector<Part> parts_;  // to be filled anew; kept for its memory
};

PeriodForesight::Part PeriodForesight::part_of(const Source& source, SimTime to) const {
  Part part{range_of(source, from_, to), 0, 0};
  const std::int64_t whole = watched_.period / source.every;
  part.most =
      static_cast<double>(watched_.period % source.every == Duration::zero() ? whole : whole + 1);
  // Late samples may still be missing from the newest periods.
  const bool all_there =
      source.delay <= Duration::zero() && !source.current.silent && source.current.begins <= from_;
  part.fewest = all_there ? static_cast<double>(whole) : 0;
  return part;
}

Range sum_of(double fewest, double most, const Range& range) {
  return {range.low * (range.low < 0 ? most : fewest),
          range.high * (range.high < 0 ? fewest : most)};
}

std::optional<Range> PeriodForesight::of_parts(std::span<const Part> parts,
                                               const Statistic& statistic) {
  Range all;
  Range sum{0, 0};
  double fewest = 0;
  double most = 0;
  bool always_all = true;  // every source is in every period, equally often in each
  Range top;               // of the sources that are in every period: the largest bounds
  Range bottom{std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
  for (const Part& part : parts) {
    all.include(part.range);
    const Range of_source = sum_of(part.fewest, part.most, part.range);
    sum = {sum.low + of_source.low, sum.high + of_source.high};
    fewest += part.fewest;
    most += part.most;
    always_all = always_all && part.fewest == part.most;
    if (part.fewest < 1) continue;
    top.low = top.low > top.high ? part.range.low : std::max(top.low, part.range.low);
    top.high = std::max(top.high, part.range.high);
    bottom.high = std::min(bottom.high, part.range.high);
  }
  constexpr double kRounding = 1e-12;
  const double slack = kRounding * (std::abs(sum.low) + std::abs(sum.high));
  switch (statistic.kind) {
    case StatisticKind::sample_count: return Range{std::max(1.0, fewest), most};
    case StatisticKind::sum: return Range{sum.low - slack, sum.high + slack};
    case StatisticKind::minimum: return Range{all.low, std::min(all.high, bottom.high)};
    case StatisticKind::maximum:
      return Range{top.low > top.high ? all.low : std::max(all.low, top.low), all.high};
    case StatisticKind::average:
      if (!always_all || parts.size() == 1) return all;
      return Range{std::max(all.low, (sum.low - slack) / most),
                   std::min(all.high, (sum.high + slack) / most)};
    default: break;
  }
  if (all.low < 0) return std::nullopt;  // negative values have no percentiles
  switch (statistic.kind) {
    case StatisticKind::trimmed_count: return Range{0, most};
    case StatisticKind::trimmed_sum: return Range{0, sum.high + slack};
    case StatisticKind::percentile_rank: return Range{0, 100};
    default:
      if (statistic.absolute) return std::nullopt;
      return all;
  }
}

std::optional<Range> PeriodForesight::possible(SimTime to) const {
  parts_.clear();
  for (const SourceId id : state_.at(watched_.series).sources) {
    const Source& source = state_.at(id);
    if (!state_.is_of_unit(source, watched_.unit)) continue;
    const Part part = part_of(source, to);
    if (!part.range.empty()) parts_.push_back(part);
  }
  if (parts_.empty()) return Range{};
  return of_parts(parts_, watched_.statistic);
}

}  // namespace

std::optional<SimTime> Metrics::first_put(SeriesId id, SimTime from) const {
  const Series& series = state_->at(id);
  if (!series.puts) return std::nullopt;
  const auto first = std::ranges::lower_bound(*series.puts, from, {}, &PutData::stamp);
  if (first == series.puts->end()) return std::nullopt;
  return first->stamp;
}

namespace {

bool stays(const PeriodForesight& foresight, const Threshold& threshold, bool breaching,
           SimTime to) {
  const auto range = foresight.possible(to);
  if (!range) return false;
  return range->empty() || (threshold.breached_by(range->low) == breaching &&
                            threshold.breached_by(range->high) == breaching);
}

/// The one moment in [from, to) at which a source could have a sample: what happens in between
/// happens then. Nothing where there may be others.
std::optional<SimTime> only_stamp(const Metrics::State& state, const WatchedStatistic& watched,
                                  SimTime from, SimTime to) {
  std::optional<SimTime> only;
  for (const SourceId id : state.at(watched.series).sources) {
    const Source& source = state.at(id);
    if (!state.is_of_unit(source, watched.unit)) continue;
    if (to - from > source.every) return std::nullopt;
    const SimTime stamp = source.next_stamp(from);
    if (stamp >= to) continue;
    if (only) return std::nullopt;
    only = stamp;
  }
  return only;
}

}  // namespace

bool Metrics::may_cross(const WatchedStatistic& watched, bool breaching, SimTime from,
                        SimTime to) const {
  const auto put = first_put(watched.series, from);
  if (put && *put < to) return true;
  return !stays({*state_, watched, from}, watched.threshold, breaching, to);
}

std::optional<SimTime> Metrics::first_possible_crossing(const WatchedStatistic& watched,
                                                        bool breaching, SimTime from,
                                                        SimTime until) const {
  const auto put = first_put(watched.series, from);
  const SimTime end = put ? std::min(*put, until) : until;
  const PeriodForesight foresight{*state_, watched, from};
  if (stays(foresight, watched.threshold, breaching, end)) {
    return end < until ? std::optional{end} : std::nullopt;
  }
  SimTime good = from;  // [from, from) holds no sample
  SimTime bad = end;
  while (bad - good > Duration{1}) {
    if (const auto only = only_stamp(*state_, watched, good, bad)) return only;
    const SimTime middle = good + (bad - good) / 2;
    (stays(foresight, watched.threshold, breaching, middle) ? good : bad) = middle;
  }
  return good;
}

CauseId Metrics::latest_cause(SeriesId id, SimTime time) const {
  const Series& series = state_->at(id);
  CauseId cause = CauseId::none;
  SimTime newest = SimTime::min();
  for (const SourceId source_id : series.sources) {
    const Source& source = state_->at(source_id);
    const Stretch* stretch = &source.current;
    for (std::size_t i = source.past.size(); stretch->begins >= time && i > 0; --i) {
      stretch = &source.before(i - 1);
    }
    if (stretch->begins >= time || stretch->begins < newest) continue;
    newest = stretch->begins;
    cause = stretch->cause;
  }
  if (!series.puts) return cause;
  const auto after = std::ranges::lower_bound(*series.puts, time, {}, &PutData::stamp);
  if (after == series.puts->begin()) return cause;
  return std::prev(after)->stamp >= newest ? std::prev(after)->cause : cause;
}

namespace {

/// Whether nothing that a source reports from now on, unless it changes, can breach: quickly told
/// of a level line, whose samples need not be looked for.
bool level_is_far(const Source& source, const Threshold& threshold, SimTime from) {
  const Waveform& wave = source.current.wave;
  if (wave.slope_per_second != 0 || source.current.begins > from) return false;
  const double level = std::clamp(wave.level, wave.lowest, wave.highest);
  return !threshold.breached_by(std::clamp(level - wave.noise, wave.lowest, wave.highest)) &&
         !threshold.breached_by(std::clamp(level + wave.noise, wave.lowest, wave.highest));
}

/// Looks through one source for a sample that breaches.
class BreachFinder {
 public:
  BreachFinder(Seed seed, const Source& source, const Threshold& threshold, std::size_t limit)
      : seed_{seed}, source_{source}, threshold_{threshold}, left_{limit} {}

  void look_through(SimTime from, SimTime until) {
    for_each_run(source_, from, until, [&](const Run& run) {
      if (!found && !gave_up) look_at(run);
    });
  }

  std::optional<Sample> found;
  std::optional<SimTime> gave_up;  // the first sample that was not looked at

 private:
  /// Could a sample at or before the i-th of this run breach?
  [[nodiscard]] bool possible(const Run& run, std::int64_t from, std::int64_t to) const {
    const Run part{run.stretch, run.first + from * source_.every, to - from + 1};
    const Range range = range_of(source_, part);
    return threshold_.breached_by(range.low) || threshold_.breached_by(range.high);
  }

  /// The first sample of [from, end) that could breach, by halves; `end` when none could.
  [[nodiscard]] std::int64_t first_possible(const Run& run, std::int64_t from) const {
    if (from >= run.count || !possible(run, from, run.count - 1)) return run.count;
    std::int64_t low = from;
    std::int64_t high = run.count - 1;
    while (low < high) {
      const std::int64_t middle = low + (high - low) / 2;
      if (possible(run, from, middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  void look_at(const Run& run) {
    for (std::int64_t i = first_possible(run, 0); i < run.count; i = first_possible(run, i + 1)) {
      const SimTime stamp = run.first + i * source_.every;
      if (left_ == 0) {
        gave_up = stamp;
        return;
      }
      --left_;
      const double value = sample_value(seed_, source_, run.stretch.wave, stamp);
      if (threshold_.breached_by(value)) {
        found = Sample{stamp, value, {}, run.stretch.cause};
        return;
      }
    }
  }

  Seed seed_;
  const Source& source_;
  const Threshold& threshold_;
  std::size_t left_;
};

}  // namespace

std::optional<Sample> Metrics::first_breaching_sample(const WatchedStatistic& watched,
                                                      SimTime& from, SimTime until,
                                                      std::size_t limit) const {
  std::optional<Sample> first;
  SimTime looked_until = until;
  for (const SourceId source_id : state_->at(watched.series).sources) {
    const Source& source = state_->at(source_id);
    if (source.current.silent && source.current.begins <= from) continue;
    if (level_is_far(source, watched.threshold, from)) continue;
    if (!state_->is_of_unit(source, watched.unit)) continue;
    BreachFinder finder{state_->sim.seed(), source, watched.threshold, limit};
    finder.look_through(from, first ? first->time : until);
    if (finder.gave_up) looked_until = std::min(looked_until, *finder.gave_up);
    if (!finder.found) continue;
    first = finder.found;
    first->source = source_id;
  }
  if (first && first->time < looked_until) return first;
  from = looked_until;
  return std::nullopt;
}

Coverage Metrics::coverage(const WatchedStatistic& watched, SimTime from) const {
  constexpr Duration kLongestCycle = std::chrono::days{1};
  Coverage coverage{.steady = true, .flat = true, .cycle = Duration{1}};
  for (const SourceId id : state_->at(watched.series).sources) {
    const Source& source = state_->at(id);
    if (!state_->is_of_unit(source, watched.unit)) continue;
    if (source.reports_since > from) coverage.steady = false;
    if (source.current.silent) continue;
    if (!coverage.any || source.every < coverage.every) {
      coverage.every = source.every;
      coverage.delay = source.delay;
    }
    coverage.any = true;
    coverage.flat = coverage.flat && source.current.flat() && source.current.begins <= from;
    if (coverage.cycle == Duration::zero()) continue;
    const std::int64_t common = std::gcd(coverage.cycle.count(), source.every.count());
    const std::int64_t times = source.every.count() / common;
    const bool short_enough = coverage.cycle <= kLongestCycle / times;
    coverage.cycle = short_enough ? coverage.cycle * times : Duration::zero();
  }
  return coverage;
}

}  // namespace opsim
