// Series, their publishers and their watchers. Reading is in metric_samples.cpp, foresight in
// metric_foresight.cpp.
#include "opsim/cloud/metrics.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "opsim/kernel/ensure.hpp"
#include "sim/cloud/series.hpp"

namespace opsim {
namespace {

// AWS: API GetMetricData: data points of 60 seconds are available for 15 days.
// SIMPLIFIED: older data are forgotten, not rolled up to 5 minutes and an hour.
constexpr Duration kRetention = std::chrono::days{15};
constexpr Duration kPatience = std::chrono::days{1};  // old data are dropped once a day

bool is_before(const PutData& one, const PutData& other) { return one.stamp < other.stamp; }

/// Appends the stretch that ends now, and forgets what nobody can ask for. True if it forgot.
bool remember(Source& source, SimTime now) {
  std::vector<StretchPool::Number>& past = source.past;
  past.push_back(source.pool->keep(source.current));
  // What is old is looked for now and then: it lies far away in memory.
  constexpr std::size_t now_and_then = 16;
  const bool old =
      past.size() % now_and_then == 0 && source.before(1).begins < now - kRetention - kPatience;
  if (!old && past.size() <= Metrics::kKeptChanges) return false;
  // The stretch that spans the limit stays.
  const auto still_needed = std::ranges::find_if(past, [&](StretchPool::Number each) {
    return source.pool->at(each).begins >= now - kRetention;
  });
  auto keep_from = still_needed == past.begin() ? still_needed : still_needed - 1;
  if (past.size() > Metrics::kKeptChanges) {
    const auto quarter = static_cast<std::ptrdiff_t>(Metrics::kKeptChanges / 4);
    keep_from = std::max(keep_from, past.begin() + quarter);
  }
  for (auto forgotten = past.begin(); forgotten != keep_from; ++forgotten)
    source.pool->let_go(*forgotten);
  past.erase(past.begin(), keep_from);
  return true;
}

void forget_old(std::vector<PutData>& puts, SimTime now) {
  const bool old = puts.front().stamp < now - kRetention - kPatience;
  if (!old && puts.size() <= Metrics::kKeptPuts) return;
  auto keep_from = std::ranges::find_if(
      puts, [&](const PutData& each) { return each.stamp >= now - kRetention; });
  if (puts.size() > Metrics::kKeptPuts) {
    const auto quarter = static_cast<std::ptrdiff_t>(Metrics::kKeptPuts / 4);
    keep_from = std::max(keep_from, puts.begin() + quarter);
  }
  puts.erase(puts.begin(), keep_from);
}

/// "012345678901 us-east-1 AWS/EC2 CPUUtilization InstanceId=i-00000002 #i-00000002"
void write_noise_name(std::string& name, const SeriesNames& names, const Source& source) {
  const std::span<const std::uint32_t> words = names.words(source.series);
  name = names.pool.at(words[0]);
  for (std::size_t i = 1; i < words.size(); ++i) {
    const bool is_value = i > 4 && i % 2 == 1;
    name.append(is_value ? "=" : " ").append(names.pool.at(words[i]));
  }
  name.append(" #").append(names.pool.at(source.identity));
}

}  // namespace

double Waveform::at(SimTime time) const {
  const double seconds = std::chrono::duration<double>(time - from).count();
  return std::clamp(level + slope_per_second * seconds, lowest, highest);
}

SimTime Source::next_stamp(SimTime time) const noexcept {
  const Duration since_phase = time.time_since_epoch() - phase;
  const Duration rest = since_phase % every;
  if (rest == Duration::zero()) return time;
  return time - rest + (rest > Duration::zero() ? every : Duration::zero());
}

void Metrics::State::end_stretch(Source& source) {
  const bool began = source.current.begins < sim.now();
  if (began && remember(source, sim.now())) at(source.series).over.reset();
}

void Metrics::State::begin_stretch(Source& source, const Stretch& stretch) {
  source.current = stretch;
  if (stretch.wave.noise == 0 || source.noise_key != 0) return;
  write_noise_name(noise_name, names, source);
  source.noise_key = name_key(noise_name);
}

void Metrics::State::tell(const MetricChange& change) {
  const std::vector<WatchId>& told = at(change.series).watches;
  for (std::size_t i = 0; i < told.size(); ++i) {
    watches.at(static_cast<std::size_t>(told[i])).told(change);
  }
}

Metrics::Metrics(Simulation& sim) : state_{std::make_unique<State>(sim)} {}
Metrics::~Metrics() = default;

// ---- Series ----

SeriesId Metrics::intern(SeriesKey key) {
  const SeriesId id = state_->names.intern(std::move(key));
  if (static_cast<std::size_t>(id) == state_->series.size()) state_->series.emplace_back();
  return id;
}

std::optional<SeriesId> Metrics::find(SeriesKey key) const {
  return state_->names.find(std::move(key));
}

SeriesKey Metrics::key(SeriesId id) const { return state_->names.key(id); }

namespace {

/// A filter in numbers of words, so that no key is written out to be compared.
struct NumberFilter {
  std::array<std::optional<std::uint32_t>, 4> first;  // account, Region, namespace, name
  std::vector<std::pair<std::uint32_t, std::optional<std::uint32_t>>> dimensions;
};

/// Nothing where a word of the filter is in no key.
std::optional<NumberFilter> numbers_of(const WordPool& pool, const SeriesFilter& filter) {
  NumberFilter numbers;
  const std::array<const std::string*, 4> first = {&filter.place.account, &filter.place.region,
                                                   &filter.metric_namespace, &filter.metric_name};
  for (std::size_t i = 0; i < first.size(); ++i) {
    if (first[i]->empty()) continue;
    numbers.first[i] = pool.find(*first[i]);
    if (!numbers.first[i]) return std::nullopt;
  }
  for (const auto& [name, value] : filter.dimensions) {
    const auto number = pool.find(name);
    const auto of_value = value ? pool.find(*value) : std::nullopt;
    if (!number || (value && !of_value)) return std::nullopt;
    numbers.dimensions.emplace_back(*number, of_value);
  }
  return numbers;
}

bool matches(std::span<const std::uint32_t> words, const NumberFilter& filter) {
  for (std::size_t i = 0; i < filter.first.size(); ++i) {
    if (filter.first[i] && *filter.first[i] != words[i]) return false;
  }
  return std::ranges::all_of(filter.dimensions, [words](const auto& wanted) {
    for (std::size_t i = 4; i + 1 < words.size(); i += 2) {
      if (words[i] == wanted.first && (!wanted.second || *wanted.second == words[i + 1]))
        return true;
    }
    return false;
  });
}

}  // namespace

std::vector<SeriesId> Metrics::list(const SeriesFilter& filter) const {
  std::vector<SeriesId> found;
  const std::optional<NumberFilter> wanted = numbers_of(state_->names.pool, filter);
  if (!wanted) return found;
  for (std::size_t i = 0; i < state_->series.size(); ++i) {
    const Series& series = state_->series[i];
    if (series.sources.empty() && !series.puts) continue;
    const auto id = static_cast<SeriesId>(i);
    if (matches(state_->names.words(id), *wanted)) found.push_back(id);
  }
  return found;
}

// ---- Publishers ----

SourceId Metrics::publish(SeriesId series, const Waveform& waveform, const Sampling& sampling,
                          std::string_view identity) {
  ensure(sampling.every > Duration::zero(), "a source samples every so often, not at once");
  const auto id = static_cast<SourceId>(state_->sources.size());
  Series& published = state_->at(series);
  std::vector<SourceId>& sources = published.sources;
  published.slowest = std::max(published.slowest, sampling.delay);
  const std::string number = identity.empty() ? fmt::format("{}", sources.size() + 1) : "";

  Source& source = state_->sources.emplace_back();
  source.series = series;
  source.pool = &state_->past;
  source.watched = !published.watches.empty();
  source.unit = state_->units.intern(sampling.unit);
  source.every = sampling.every;
  source.phase = sampling.phase;
  source.delay = sampling.delay;
  source.identity = state_->names.pool.intern(identity.empty() ? number : identity);
  source.reports_since = state_->sim.now();
  state_->begin_stretch(source, {state_->sim.now(), waveform, state_->sim.cause(), false});
  sources.push_back(id);
  state_->tell({series, state_->sim.now()});
  return id;
}

void Metrics::change(SourceId id, const Waveform& waveform) {
  Source& source = state_->at(id);
  const SimTime now = state_->sim.now();
  state_->end_stretch(source);
  if (source.current.silent) source.reports_since = now;
  state_->begin_stretch(source, {now, waveform, state_->sim.cause(), false});
  if (source.watched) state_->tell({source.series, now});
}

void Metrics::stop(SourceId id) {
  Source& source = state_->at(id);
  if (source.current.silent) return;
  const SimTime now = state_->sim.now();
  state_->end_stretch(source);
  source.reports_since = now;
  source.current = {now, source.current.wave, state_->sim.cause(), true};
  if (source.watched) state_->tell({source.series, now});
}

bool Metrics::reports(SourceId source) const { return !state_->at(source).current.silent; }

const Waveform& Metrics::waveform(SourceId source) const { return state_->at(source).current.wave; }

void Metrics::put(SeriesId id, const Datapoint& datapoint) {
  Series& series = state_->at(id);
  if (!series.puts) series.puts = std::make_unique<std::vector<PutData>>();
  PutData data;
  data.stamp = datapoint.timestamp;
  data.readable = state_->sim.now() + Duration{1};
  data.unit = state_->units.intern(datapoint.unit);
  data.cause = state_->sim.cause();
  if (datapoint.set) data.summary = *datapoint.set;
  for (const auto& [value, times] : datapoint.values) data.summary.add(value, times);
  if (data.summary.empty()) return;
  const bool one_value = data.summary.lowest == data.summary.highest;
  if (!one_value && !datapoint.set) data.values = datapoint.values;

  const Summary told = data.summary;
  const auto place = std::ranges::upper_bound(*series.puts, data, is_before);
  series.puts->insert(place, std::move(data));
  forget_old(*series.puts, state_->sim.now());
  state_->tell({id, datapoint.timestamp, &told});
}

// ---- Watchers ----

WatchId Metrics::watch(SeriesId series, std::function<void(const MetricChange&)> told) {
  const auto id = static_cast<WatchId>(state_->watches.size());
  state_->watches.push_back({series, std::move(told)});
  state_->at(series).watches.push_back(id);
  for (const SourceId source : state_->at(series).sources) state_->at(source).watched = true;
  return id;
}

void Metrics::unwatch(WatchId id) {
  Watch& watch = state_->watches.at(static_cast<std::size_t>(id));
  std::erase(state_->at(watch.series).watches, id);
  watch.told = nullptr;
}

}  // namespace opsim
