// What browsers report, minute by minute.
// AWS: CloudWatch-RUM-metrics: namespace AWS/RUM, dimension application_name: SessionCount,
// PageViewCount, JsErrorCount. Whether a session is recorded is decided when it begins
// (SessionSampleRate).
// SIMPLIFIED: sessions are counted, not followed; a session that breaks reports one error. Metrics
// are known when their minute has ended. UNDOCUMENTED: a minute without errors has no datapoint of
// JsErrorCount, since the metric is made of error events.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/rum/rum.hpp"
#include "opsim/kernel/portable_math.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::rum {

namespace {

constexpr Duration kMinute = std::chrono::minutes{1};

void put(Rum& rum, const AppMonitor& monitor, const char* metric, double value) {
  const SeriesId series = rum.cloud.metrics().intern(
      {monitor.place, "AWS/RUM", metric, {{"application_name", monitor.name}}});
  rum.cloud.metrics().put(series, {.timestamp = rum.cloud.sim().now() - kMinute,
                                   .values = {{value, 1}},
                                   .set = {},
                                   .unit = "Count"});
}

/// One look: what the browsers of the sampled sessions sent since the last.
void collect(Rum& rum, AppMonitor& monitor, const Json& front, Stream& luck) {
  const double sessions = front.at("Sessions").get<double>() - monitor.sessions_before;
  const double broken = front.at("Broken").get<double>() - monitor.broken_before;
  monitor.sessions_before += sessions;
  monitor.broken_before += broken;
  // Broken ones, those with an error that harms nobody, all others: three counts by themselves.
  const double share = monitor.sample_rate;
  const double stray = front.at("Stray").get<double>() * (sessions - broken);
  const double seen_broken = draw_count(luck, share * broken);
  const double seen_stray = draw_count(luck, share * stray);
  const double seen_others = draw_count(luck, share * std::max(0.0, sessions - broken - stray));
  const double seen = seen_broken + seen_stray + seen_others;
  const double pages = seen * static_cast<double>(front.at("Steps").size());
  if (seen > 0) {
    put(rum, monitor, "SessionCount", seen);
    put(rum, monitor, "PageViewCount", pages);
  }
  monitor.events += seen + pages;
  if (!monitor.errors || seen_broken + seen_stray <= 0) return;
  monitor.events += seen_broken + seen_stray;
  const CauseId cause{static_cast<CauseId>(front.at("Cause").get<std::uint64_t>())};
  const CauseScope because{rum.cloud.sim(), seen_broken > 0 ? cause : rum.cloud.sim().cause()};
  put(rum, monitor, "JsErrorCount", seen_broken + seen_stray);
  rum.cloud.change_quantity(front.at("Name").get<std::string>(), "broken sessions seen",
                            {Change::How::by, seen_broken});
}

Process<> keep_collecting(Rum& rum, std::pair<Place, std::string> key) {
  Simulation& sim = rum.cloud.sim();
  Stream luck = sim.random(fmt::format("rum.{}", key.second));
  const Json input{{"Domain", rum.monitors.at(key).domain}};
  while (true) {
    const SimTime next = std::chrono::floor<std::chrono::minutes>(sim.now()) + kMinute;
    co_await sim.sleep(next - sim.now());
    const auto found = rum.monitors.find(key);
    if (found == rum.monitors.end()) co_return;
    const auto answer = rum.cloud.inspect(key.first, "front_end", "InspectFrontEnds", input);
    if (!answer || answer->at("FrontEnds").empty()) co_return;  // nobody opens it
    collect(rum, found->second, answer->at("FrontEnds").front(), luck);
  }
}

}  // namespace

double draw_count(Stream& luck, double mean) {
  if (mean <= 0) return 0;
  // Many: as good as normal. Few: as many waits of mean 1 as fit (Knuth).
  if (mean > 50) return std::max(0.0, std::round(mean + std::sqrt(mean) * luck.normal()));
  double count = -1;
  for (double waited = 0; waited <= mean; ++count) waited -= portable::log(luck.uniform());
  return count;
}

void begin_collecting(Rum& rum, AppMonitor& monitor) {
  rum.cloud.sim().spawn(keep_collecting(rum, {monitor.place, monitor.name}));
}

}  // namespace opsim::rum
