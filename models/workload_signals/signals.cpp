// How a signal runs.
#include "models/workload_signals/signals.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

#include "opsim/kernel/process.hpp"

namespace opsim::workload_signals {

namespace {

/// How much of a weekend a moment is, 0 to 1: people change over in six hours around midnight, from
/// Friday 21:00 and from Sunday 21:00 (estimate).
double weekend_at(SimTime at) {
  constexpr std::chrono::hours kChange{6};
  const auto is_weekend = [](SimTime moment) {
    const std::chrono::weekday day{std::chrono::floor<std::chrono::days>(moment)};
    return day == std::chrono::Saturday || day == std::chrono::Sunday ? 1.0 : 0.0;
  };
  const SimTime from = at - kChange / 2;
  const SimTime to = at + kChange / 2;
  const SimTime midnight = std::chrono::floor<std::chrono::days>(to);
  const double passed = std::min(1.0, std::chrono::duration<double>(to - midnight) / kChange);
  return std::lerp(is_weekend(from), is_weekend(to), passed);
}

double measured(const LiveSignal& signal, Seed seed, SimTime at) {
  const SignalSpec& spec = signal.spec;
  // Noise is a function of the moment alone, so that a fault moves no other draw.
  const auto moment = static_cast<std::uint64_t>(
      std::chrono::floor<std::chrono::seconds>(at).time_since_epoch().count());
  const double luck = uniform_at(seed, signal.luck, moment);
  const double value = seasonal(spec, at) * (1 + spec.noise * (2 * luck - 1)) * signal.share;
  return std::max(0.0, std::round(value));
}

void put(WorkloadSignals& all, const LiveSignal& signal, SimTime at) {
  const double value = measured(signal, all.cloud.sim().seed(), at);
  all.cloud.metrics().put(signal.id,
                          {.timestamp = at, .values = {{value, 1}}, .unit = signal.spec.unit});
}

Process<> measure(WorkloadSignals& all, LiveSignal& signal) {  // kept for good
  Simulation& sim = all.cloud.sim();
  while (true) {
    co_await sim.sleep(signal.spec.every);
    const CauseScope because{sim, signal.cause};
    put(all, signal, sim.now());
  }
}

}  // namespace

double seasonal(const SignalSpec& spec, SimTime at) {
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const double hour = std::chrono::duration<double, std::ratio<3600>>(at - day).count();
  const double wave = std::cos(2 * std::numbers::pi * (hour - spec.peak_hour) / 24);
  return spec.level * (1 + spec.swing * wave) * (1 + spec.weekend * weekend_at(at));
}

void WorkloadSignals::add(SignalSpec spec) {
  LiveSignal& signal = signals[spec.name];
  signal.id = cloud.metrics().intern(spec.series);
  signal.luck = name_key(fmt::format("signals.{}", spec.name));
  signal.spec = std::move(spec);
  const SimTime now = cloud.sim().now();
  for (SimTime at = now - signal.spec.history; at <= now; at += signal.spec.every)
    put(*this, signal, at);
  cloud.sim().spawn(measure(*this, signal));
}

void WorkloadSignals::set_share(LiveSignal& signal, double share) {
  signal.share = share;
  signal.cause = cloud.sim().cause();
  const bool well = share >= 0.999;
  cloud.set_health(
      signal.spec.name, well ? Health::ok : Health::down,
      well ? "traffic as usual" : fmt::format("{:.0f} % of the usual traffic", share * 100));
}

}  // namespace opsim::workload_signals
