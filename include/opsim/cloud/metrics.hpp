#pragma once
/// What crosses the third waist: metrics. A modelled metric is a function of time (a Waveform) that
/// a publisher samples; a statistic is computed exactly when somebody asks, so nothing is stored or
/// scheduled while nothing changes. Data that callers put (PutMetricData) are kept as datapoints.
///
///   const SeriesId disk = cloud.metrics().intern({place, "CWAgent", "disk_used_percent",
///                                                 {{"InstanceId", "i-00000002"}}});
///   const Waveform fills{.from = sim.now(), .level = 60, .slope_per_second = 8.0 / 3600};
///   const SourceId source = cloud.metrics().publish(disk, fills, {.every = 1min, .delay = 30s});
///   ...
///   cloud.metrics().change(source, cleaned);
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "opsim/cloud/place.hpp"
#include "opsim/cloud/statistic.hpp"
#include "opsim/kernel/simulation.hpp"

namespace opsim {

/// Name and value. Metrics sorts them by name: their order never matters.
using Dimensions = std::vector<std::pair<std::string, std::string>>;

struct SeriesKey {
  Place place = {};
  std::string metric_namespace = {};  // "CWAgent", "AWS/EC2"
  std::string metric_name = {};       // "disk_used_percent"
  Dimensions dimensions = {};
  auto operator<=>(const SeriesKey&) const = default;
};
enum class SeriesId : std::uint32_t {};
/// One publisher's part in a series. Several instances may feed one series (an agent's
/// aggregation_dimensions); its statistics are then over all their samples.
enum class SourceId : std::uint32_t {};
enum class WatchId : std::uint32_t {};

/// level + slope x (t - from), plus bounded noise that depends only on the source and the sample's
/// time, so that asking changes nothing; the whole clamped to [lowest, highest].
struct Waveform {
  SimTime from{};
  double level = 0;
  double slope_per_second = 0;
  double lowest = -1e300;
  double highest = 1e300;
  double noise = 0;                             // amplitude: samples lie within +-noise of the line
  [[nodiscard]] double at(SimTime time) const;  // without noise
};

/// How a publisher turns a waveform into datapoints: a sample at phase + k x every (counted from
/// 1970, so that a grid stays), readable `delay` later, stamped with its own time.
struct Sampling {
  Duration every = std::chrono::minutes{1};  // more than zero
  Duration phase{};
  Duration delay{};
  std::string unit = "None";
};

/// A datapoint as PutMetricData carries it: values with counts, or a statistic set (`values` empty,
/// `set` filled).
struct Datapoint {
  SimTime timestamp{};
  WeightedValues values = {};
  std::optional<Summary> set = {};
  std::string unit = "None";
};

/// Which samples a statistic is over: stamped in [from, to) and readable at `by`.
struct Window {
  SimTime from;
  SimTime to;
  SimTime by;
  std::string_view unit = {};  // "" for any
};

/// One sample that a source reports, and the cause of the change that made it so.
struct Sample {
  SimTime time;
  double value = 0;
  SourceId source{};
  CauseId cause = CauseId::none;
};

/// What a watcher is told: samples stamped from `since` on are not what they were.
struct MetricChange {
  SeriesId series;
  SimTime since;
  const Summary* put = nullptr;  // what was put; null when a source changed
};

/// Which series ListMetrics means. Empty texts match everything.
struct SeriesFilter {
  Place place = {};
  std::string metric_namespace = {};
  std::string metric_name = {};
  std::vector<std::pair<std::string, std::optional<std::string>>> dimensions = {};  // or any value
};

/// What an alarm asks of the future: on which side of the threshold the statistic of a period will
/// be. Borrows the statistic and the unit.
struct WatchedStatistic {
  SeriesId series{};
  const Statistic& statistic;
  Duration period{};
  Threshold threshold{};
  std::string_view unit = {};  // "" for any
};

/// How the sources of a series report from some moment on, as far as it is known now.
struct Coverage {
  bool any = false;     // at least one source reports
  bool steady = false;  // none starts or stops after that moment
  bool flat = false;    // none changes either, and every sample of a source has the same value
  Duration every{};     // of the source that reports most often
  Duration delay{};     // of that source
  Duration cycle{};     // after which the pattern of all samples repeats; zero when over a day
};

/// Order     Watchers are told in the order in which they came, at once: they schedule, no more.
/// Time      A change holds for samples stamped now() or later. Put data are readable just after
///           now() (one tick), so what runs at one instant never depends on the order of callbacks.
/// History   Kept for 15 days (what CloudWatch keeps at one minute), at most kKeptChanges changes
///           of a source and kKeptPuts data of a series; older is forgotten.
/// Cost      A quiet source costs its set-up and about 300 bytes.
class Metrics {
 public:
  struct State;  // sim/cloud/series.hpp
  static constexpr std::size_t kKeptChanges = 4096;
  static constexpr std::size_t kKeptPuts = 100'000;

  explicit Metrics(Simulation& sim);
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // ---- Series ----
  SeriesId intern(SeriesKey key);
  /// Nothing when no one has named it yet.
  [[nodiscard]] std::optional<SeriesId> find(SeriesKey key) const;
  [[nodiscard]] SeriesKey key(SeriesId id) const;
  /// Those that ever had data, in the order in which they were first named.
  [[nodiscard]] std::vector<SeriesId> list(const SeriesFilter& filter) const;

  // ---- Publishers ----
  /// `identity` keys the noise ("i-00000002"); without it, the source's number in its series does.
  SourceId publish(SeriesId series, const Waveform& waveform, const Sampling& sampling,
                   std::string_view identity = {});
  void change(SourceId source, const Waveform& waveform);
  /// No samples from now on; those on their way still arrive. change() starts it again.
  void stop(SourceId source);
  [[nodiscard]] bool reports(SourceId source) const;
  [[nodiscard]] const Waveform& waveform(SourceId source) const;
  void put(SeriesId series, const Datapoint& datapoint);

  // ---- Readers ----
  /// Nothing when the window holds no sample (or none from which this statistic can be made).
  [[nodiscard]] std::optional<double> statistic(SeriesId series, const Statistic& statistic,
                                                const Window& window) const;
  [[nodiscard]] Summary summary(SeriesId series, const Window& window) const;
  /// Units of the samples in a window, in alphabetical order.
  [[nodiscard]] std::vector<std::string> units(SeriesId series, const Window& window) const;

  // ---- Watchers ----
  WatchId watch(SeriesId series, std::function<void(const MetricChange&)> told);
  void unwatch(WatchId watch);

  // ---- Foresight: what is known now of samples to come ----
  /// Whether the statistic of some period, whose samples are all stamped in [from, to), may be on
  /// the other side of the threshold: not breaching where `breaching`, else breaching. True does
  /// not promise it; false does promise the reverse.
  [[nodiscard]] bool may_cross(const WatchedStatistic& watched, bool breaching, SimTime from,
                               SimTime to) const;
  /// The first time c >= from such that a sample stamped at c may bring that about. Exact for one
  /// source that is a line; nothing when it never happens before `until`.
  [[nodiscard]] std::optional<SimTime> first_possible_crossing(const WatchedStatistic& watched,
                                                               bool breaching, SimTime from,
                                                               SimTime until) const;
  /// The first sample of a source at or after `from` and before `until` that breaches by itself.
  /// Looks at no more than `limit` samples whose noise could decide; nothing then either, and
  /// `from` becomes the time up to which it looked (else `until`).
  [[nodiscard]] std::optional<Sample> first_breaching_sample(const WatchedStatistic& watched,
                                                             SimTime& from, SimTime until,
                                                             std::size_t limit) const;
  [[nodiscard]] Coverage coverage(const WatchedStatistic& watched, SimTime from) const;
  /// The time of the earliest put datapoint at or after `from`.
  [[nodiscard]] std::optional<SimTime> first_put(SeriesId series, SimTime from) const;
  /// What made the newest sample or silence before `time` what it is: the cause of the change, or
  /// of the datum put last.
  [[nodiscard]] CauseId latest_cause(SeriesId series, SimTime time) const;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace opsim
