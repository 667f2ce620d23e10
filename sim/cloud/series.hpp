#pragma once
/// What Metrics keeps: sources with the history of their waveforms, and put data.
#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "opsim/cloud/metrics.hpp"
#include "sim/cloud/series_names.hpp"
#include "sim/cloud/window_summaries.hpp"

namespace opsim {

/// A stretch of time in which a source follows one waveform. Where it ends, the next begins.
struct Stretch {
  SimTime begins;
  Waveform wave;
  CauseId cause = CauseId::none;
  bool silent = false;  // stopped: no samples

  [[nodiscard]] bool flat() const noexcept {
    return silent || (wave.slope_per_second == 0 && wave.noise == 0);
  }
  bool operator==(const Stretch& other) const {
    const Waveform& one = wave;
    const Waveform& two = other.wave;
    return begins == other.begins && one.from == two.from && one.level == two.level &&
           one.slope_per_second == two.slope_per_second && one.lowest == two.lowest &&
           one.highest == two.highest && one.noise == two.noise && cause == other.cause &&
           silent == other.silent;
  }
};

/// Past stretches, each kept once: a fleet that behaves alike changes alike, and remembers once.
class StretchPool {
 public:
  using Number = std::uint32_t;
  /// The number of an equal stretch that was kept just before, or of a new one.
  Number keep(const Stretch& stretch) {
    for (std::size_t i = 1; i <= recent_.size(); ++i) {  // the latest first
      const std::size_t slot = (next_ - i) % recent_.size();
      if (recent_begins_[slot] != stretch.begins) continue;
      const Number recent = recent_[slot];
      if (recent >= kept_.size() || kept_[recent].users == 0 || !(kept_[recent].stretch == stretch))
        continue;
      ++kept_[recent].users;
      return recent;
    }
    const Number number = place();
    kept_[number] = {stretch, 1};
    recent_begins_[next_ % recent_.size()] = stretch.begins;
    recent_[next_++ % recent_.size()] = number;
    return number;
  }
  void let_go(Number number) {
    if (--kept_[number].users == 0) free_.push_back(number);
  }
  [[nodiscard]] const Stretch& at(Number number) const { return kept_[number].stretch; }

 private:
  struct Kept {
    Stretch stretch;
    std::uint32_t users = 0;
  };
  Number place() {
    if (free_.empty()) {
      kept_.emplace_back();
      return static_cast<Number>(kept_.size() - 1);
    }
    const Number number = free_.back();
    free_.pop_back();
    return number;
  }
  std::deque<Kept> kept_;
  std::vector<Number> free_;
  // As many as a zone's members may alternate with others': Regions have up to six zones.
  std::array<Number, 8> recent_{};
  std::array<SimTime, 8> recent_begins_{};  // of them: those kept lie far away in memory
  std::size_t next_ = 8;
};

struct Source {
  SeriesId series{};
  std::uint32_t unit = 0;      // number in Metrics::State::units
  std::uint32_t identity = 0;  // number in the pool of State::names
  bool watched = false;        // somebody may be told of its series, which lies far away in memory
  Duration every{};
  Duration phase{};
  Duration delay{};
  std::uint64_t noise_key = 0;  // 0 until its waveform has noise
  SimTime reports_since{};      // without a gap; of a silent one: silent since
  Stretch current;
  StretchPool* pool = nullptr;
  std::vector<StretchPool::Number> past;  // oldest first

  [[nodiscard]] const Stretch& before(std::size_t i) const { return pool->at(past[i]); }

  /// The first stamp at or after `time`.
  [[nodiscard]] SimTime next_stamp(SimTime time) const noexcept;
};

struct PutData {
  SimTime stamp;
  SimTime readable;
  Summary summary;
  WeightedValues values;  // empty: a statistic set, or all values are summary.lowest
  std::uint32_t unit = 0;
  CauseId cause = CauseId::none;
};

struct Series {
  std::vector<SourceId> sources;
  std::vector<WatchId> watches;
  std::unique_ptr<std::vector<PutData>> puts;  // by stamp
  Duration slowest{};                          // the longest delay of a source
  std::unique_ptr<WindowSummaries> over;       // made when there are many sources
};

struct Watch {
  SeriesId series{};
  std::function<void(const MetricChange&)> told;
};

struct Metrics::State {
  explicit State(Simulation& simulation) : sim{simulation} {}

  Simulation& sim;
  SeriesNames names;
  WordPool units;
  std::deque<Series> series;
  StretchPool past;
  std::deque<Source> sources;
  std::deque<Watch> watches;

  [[nodiscard]] Series& at(SeriesId id) { return series.at(static_cast<std::size_t>(id)); }
  [[nodiscard]] const Series& at(SeriesId id) const {
    return series.at(static_cast<std::size_t>(id));
  }
  [[nodiscard]] Source& at(SourceId id) { return sources.at(static_cast<std::size_t>(id)); }
  [[nodiscard]] const Source& at(SourceId id) const {
    return sources.at(static_cast<std::size_t>(id));
  }
  /// "" is every unit.
  [[nodiscard]] bool is_of_unit(const Source& source, std::string_view unit) const {
    return unit.empty() || units.at(source.unit) == unit;
  }
  void tell(const MetricChange& change);
  /// What `source` followed so far ends now.
  void end_stretch(Source& source);
  void begin_stretch(Source& source, const Stretch& stretch);

  std::string noise_name;  // the one written last: its room is used again
};

/// The value of a sample, noise included.
double sample_value(Seed seed, const Source& source, const Waveform& wave, SimTime stamp);

/// Samples of one stretch: stamped first, first + every, ... (`count` of them, at least one).
struct Run {
  const Stretch& stretch;
  SimTime first;
  std::int64_t count;
  [[nodiscard]] SimTime last(const Source& source) const {
    return first + (count - 1) * source.every;
  }
};

/// Calls `visit(Run)` for the stretches with samples stamped in [from, to), oldest first.
template <class Visit>
void for_each_run(const Source& source, SimTime from, SimTime to, Visit&& visit) {
  const auto one = [&](const Stretch& stretch, SimTime ends) {
    if (stretch.silent || ends <= from) return;
    const SimTime first = source.next_stamp(std::max(from, stretch.begins));
    const SimTime end = std::min(to, ends);
    if (first >= end) return;
    visit(Run{stretch, first, (end - first - Duration{1}) / source.every + 1});
  };
  // From the stretch that `from` lies in, if any: those before it have ended.
  const std::vector<StretchPool::Number>& past = source.past;
  std::size_t i = past.size();
  if (from < source.current.begins && !past.empty()) {
    const auto later = std::ranges::upper_bound(
        past, from, {}, [&](StretchPool::Number each) { return source.pool->at(each).begins; });
    i = static_cast<std::size_t>(later - past.begin()) - (later == past.begin() ? 0 : 1);
  }
  for (; i < past.size(); ++i) {
    if (source.before(i).begins >= to) return;
    const bool last = i + 1 == past.size();
    one(source.before(i), last ? source.current.begins : source.before(i + 1).begins);
  }
  one(source.current, SimTime::max());
}

}  // namespace opsim
