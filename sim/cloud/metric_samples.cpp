// What the samples of a window come to.
#include <set>

#include "opsim/cloud/metrics.hpp"
#include "sim/cloud/series.hpp"

namespace opsim {
namespace {

/// Stamps before which a source's samples are readable at `window.by`.
SimTime readable_end(const Source& source, const Window& window) {
  return std::min(window.to, window.by - source.delay + Duration{1});
}

bool counts(const PutData& data, const Window& window) {
  return data.stamp < window.to && data.readable <= window.by;
}

}  // namespace

double sample_value(Seed seed, const Source& source, const Waveform& wave, SimTime stamp) {
  if (wave.noise == 0) return wave.at(stamp);
  const auto counter = static_cast<std::uint64_t>(stamp.time_since_epoch().count());
  const double noise = wave.noise * (2 * uniform_at(seed, source.noise_key, counter) - 1);
  return std::clamp(wave.at(stamp) + noise, wave.lowest, wave.highest);
}

/// Walks over the samples of one window, whoever reported them.
class WindowReader {
 public:
  WindowReader(Seed seed, const Window& window, std::optional<std::uint32_t> unit)
      : seed_{seed}, window_{window}, unit_{unit} {}

  template <class Each>  // Each(value, times)
  void source_samples(const Source& source, Each&& each) const {
    if (unit_ && source.unit != *unit_) return;
    for_each_run(source, window_.from, readable_end(source, window_), [&](const Run& run) {
      if (run.stretch.flat()) {
        each(sample_value(seed_, source, run.stretch.wave, run.first),
             static_cast<double>(run.count));
        return;
      }
      for (std::int64_t i = 0; i < run.count; ++i) {
        each(sample_value(seed_, source, run.stretch.wave, run.first + i * source.every), 1.0);
      }
    });
  }

  template <class Each>  // Each(PutData)
  void put_data(const Series& series, Each&& each) const {
    if (!series.puts) return;
    const std::vector<PutData>& puts = *series.puts;
    auto data = std::ranges::lower_bound(puts, window_.from, {}, &PutData::stamp);
    for (; data != puts.end() && data->stamp < window_.to; ++data) {
      if (counts(*data, window_) && (!unit_ || data->unit == *unit_)) each(*data);
    }
  }

 private:
  Seed seed_;
  Window window_;
  std::optional<std::uint32_t> unit_;
};

namespace {

Summary of_sources(const Metrics::State& state, const Series& series, const WindowReader& reader) {
  Summary summary;
  for (const SourceId id : series.sources) {
    reader.source_samples(state.at(id),
                          [&](double value, double times) { summary.add(value, times); });
  }
  return summary;
}

/// The same, out of those known already where the window is over and all its samples are there.
Summary of_sources(const Metrics::State& state, Series& series, const Window& window,
                   const WindowSummaries::Unit& unit) {
  const WindowReader reader{state.sim.seed(), window, unit};
  const bool worth_it = series.sources.size() >= WindowSummaries::kWorthItFrom;
  const bool final =
      window.to <= state.sim.now() && window.to <= window.by - series.slowest + Duration{1};
  if (!worth_it || !final) return of_sources(state, series, reader);
  if (!series.over) series.over = std::make_unique<WindowSummaries>();
  if (const Summary* known = series.over->find(window.from, window.to, unit)) return *known;
  const Summary summary = of_sources(state, series, reader);
  series.over->keep(window.from, window.to, unit, summary);
  return summary;
}

/// Every value; nothing when a statistic set hides some.
std::optional<WeightedValues> gather(const Metrics::State& state, const Series& series,
                                     const WindowReader& reader) {
  WeightedValues values;
  bool complete = true;
  for (const SourceId id : series.sources) {
    reader.source_samples(state.at(id),
                          [&](double value, double times) { values.emplace_back(value, times); });
  }
  reader.put_data(series, [&](const PutData& data) {
    if (!data.values.empty()) {
      values.insert(values.end(), data.values.begin(), data.values.end());
    } else if (data.summary.lowest == data.summary.highest) {
      values.emplace_back(data.summary.lowest, data.summary.count);
    } else {
      // AWS: percentiles of statistic sets exist only where SampleCount is 1 or Min equals Max
      // (cloudwatch_concepts, Percentiles).
      complete = false;
    }
  });
  if (!complete) return std::nullopt;
  return values;
}

}  // namespace

Summary Metrics::summary(SeriesId id, const Window& window) const {
  std::optional<std::uint32_t> unit;
  if (!window.unit.empty()) {
    unit = state_->units.find(window.unit);
    if (!unit) return {};
  }
  Series& series = state_->at(id);
  Summary summary = of_sources(*state_, series, window, unit);
  const WindowReader reader{state_->sim.seed(), window, unit};
  reader.put_data(series, [&](const PutData& data) { summary.merge(data.summary); });
  return summary;
}

std::optional<double> Metrics::statistic(SeriesId id, const Statistic& statistic,
                                         const Window& window) const {
  if (statistic.is_basic()) {
    const Summary all = summary(id, window);
    if (all.empty()) return std::nullopt;
    return statistic_of(all, statistic.kind);
  }
  std::optional<std::uint32_t> unit;
  if (!window.unit.empty()) {
    unit = state_->units.find(window.unit);
    if (!unit) return std::nullopt;
  }
  const WindowReader reader{state_->sim.seed(), window, unit};
  auto values = gather(*state_, state_->at(id), reader);
  if (!values) return std::nullopt;
  return statistic_of(*values, statistic);
}

std::vector<std::string> Metrics::units(SeriesId id, const Window& window) const {
  const WindowReader reader{state_->sim.seed(), window, std::nullopt};
  const Series& series = state_->at(id);
  std::set<std::string> found;
  for (const SourceId source_id : series.sources) {
    const Source& source = state_->at(source_id);
    reader.source_samples(source,
                          [&](double, double) { found.insert(state_->units.at(source.unit)); });
  }
  reader.put_data(series, [&](const PutData& data) { found.insert(state_->units.at(data.unit)); });
  return {found.begin(), found.end()};
}

}  // namespace opsim
