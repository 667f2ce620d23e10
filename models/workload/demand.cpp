#include "models/workload/demand.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace opsim::workload {

namespace {

constexpr std::chrono::minutes kBetweenBreakpoints{30};  // a cosine by chords: within 0.3 %
constexpr std::chrono::hours kChangeOver{6};             // of people, around midnight: an estimate

double seconds_of(Duration duration) { return std::chrono::duration<double>(duration).count(); }

/// How much of a weekend a moment is, 0 to 1.
double weekend_share(SimTime at) {
  const auto is_weekend = [](SimTime moment) {
    const std::chrono::weekday day{std::chrono::floor<std::chrono::days>(moment)};
    return day == std::chrono::Saturday || day == std::chrono::Sunday ? 1.0 : 0.0;
  };
  const SimTime to = at + kChangeOver / 2;
  const double passed = std::min(
      1.0, seconds_of(to - std::chrono::floor<std::chrono::days>(to)) / seconds_of(kChangeOver));
  return std::lerp(is_weekend(at - kChangeOver / 2), is_weekend(to), passed);
}

double traced(const Demand& demand, double seconds) {
  const auto after =
      std::ranges::upper_bound(demand.trace, seconds, {}, &std::pair<double, double>::first);
  if (after == demand.trace.begin()) return after->second;
  const auto before = std::prev(after);
  if (after == demand.trace.end()) return before->second;
  const double part = (seconds - before->first) / (after->first - before->first);
  return std::lerp(before->second, after->second, part);
}

/// The next moment after `at` at which the line bends.
std::optional<SimTime> next_breakpoint(const Demand& demand, SimTime at, SimTime start) {
  if (!demand.has_season()) return std::nullopt;
  if (demand.trace.empty())
    return std::chrono::floor<std::chrono::minutes>(at) -
           (std::chrono::floor<std::chrono::minutes>(at).time_since_epoch() % kBetweenBreakpoints) +
           kBetweenBreakpoints;
  const double now = seconds_of(at - start);
  for (const auto& [seconds, rate] : demand.trace)
    if (seconds > now + 1e-6)
      return start + Duration{static_cast<Duration::rep>(std::ceil(seconds * 1e9))};
  return std::nullopt;
}

}  // namespace

double rate_at(const Demand& demand, SimTime at, SimTime start) {
  if (!demand.trace.empty())
    return std::max(0.0, traced(demand, seconds_of(at - start)) * demand.factor);
  if (!demand.has_season()) return demand.rate * demand.factor;
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const double hour = seconds_of(at - day) / 3600;
  const double wave = std::cos(2 * std::numbers::pi * (hour - demand.peak_hour) / 24);
  const double rate = demand.rate * (1 + demand.swing * wave) *
                      (1 + demand.weekend * weekend_share(at)) * demand.factor;
  return std::max(0.0, rate);
}

Stretch stretch_at(const Demand& demand, SimTime at, SimTime start) {
  Stretch stretch{.rate = rate_at(demand, at, start), .slope = 0, .until = {}};
  stretch.until = next_breakpoint(demand, at, start);
  if (!stretch.until) return stretch;
  const double length = seconds_of(*stretch.until - at);
  if (length > 0) stretch.slope = (rate_at(demand, *stretch.until, start) - stretch.rate) / length;
  return stretch;
}

}  // namespace opsim::workload
