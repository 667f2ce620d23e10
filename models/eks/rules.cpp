#include "models/eks/rules.hpp"

#include <algorithm>

#include "opsim/cloud/input.hpp"
#include "opsim/document/quantity.hpp"

namespace opsim::eks {

Duration restart_delay(std::int64_t crashes) {
  if (crashes <= 1) return Duration{};
  const std::int64_t doublings = std::min<std::int64_t>(crashes - 2, 10);
  return std::min(Duration{std::chrono::seconds{10 * (std::int64_t{1} << doublings)}},
                  kLongestBackoff);
}

SimTime next_probe(const Probe& probe, SimTime started, SimTime time) {
  const SimTime first = started + probe.initial_delay;
  if (time <= first) return first;
  const auto whole = (time - first + probe.period - Duration{1}) / probe.period;
  return first + probe.period * whole;
}

SimTime fails_at(const Probe& probe, SimTime started, SimTime since, bool hangs) {
  return next_probe(probe, started, since) + (probe.failure_threshold - 1) * probe.period +
         (hangs ? probe.timeout : Duration{});
}

SimTime passes_at(const Probe& probe, SimTime started, SimTime since) {
  return next_probe(probe, started, since) + (probe.success_threshold - 1) * probe.period;
}

std::optional<IntOrPercent> parse_int_or_percent(const Json& value) {
  if (const auto whole = input::integer(value))
    return *whole < 0 ? std::nullopt : std::optional{IntOrPercent{*whole, false}};
  const auto percent = parse_percent(input::text(value));
  if (!percent || *percent < 0 || *percent > 10'000) return std::nullopt;
  return IntOrPercent{static_cast<std::int64_t>(*percent), true};
}

std::int64_t rounded_up(const IntOrPercent& part, std::int64_t of) {
  return part.percent ? (of * part.value + 99) / 100 : part.value;
}
std::int64_t rounded_down(const IntOrPercent& part, std::int64_t of) {
  return part.percent ? of * part.value / 100 : part.value;
}

PodBounds pod_bounds(std::int64_t replicas, const IntOrPercent& max_surge,
                     const IntOrPercent& max_unavailable) {
  const std::int64_t surge = rounded_up(max_surge, replicas);
  std::int64_t gone = std::min(rounded_down(max_unavailable, replicas), replicas);
  if (surge == 0 && gone == 0) gone = std::min<std::int64_t>(1, replicas);
  return {.least_available = replicas - gone, .most = replicas + surge};
}

// The deployment controller: the newest grows up to `most`; of older ones those that are not
// available go first, then available ones as far as the least available allows.
PodStep plan_pods(std::int64_t replicas, const PodBounds& bounds, const PodCounts& newest,
                  const PodCounts& older) {
  PodStep step;
  const std::int64_t total = newest.all() + older.all();
  step.create = std::clamp<std::int64_t>(replicas - newest.all(), 0,
                                         std::max<std::int64_t>(0, bounds.most - total));
  std::int64_t surplus = std::max<std::int64_t>(0, newest.all() - replicas);
  step.drop_newest.unavailable = std::min(surplus, newest.unavailable);
  surplus -= step.drop_newest.unavailable;
  step.drop_newest.available = std::min(surplus, newest.available);

  const std::int64_t available = newest.available + older.available - step.drop_newest.available;
  const std::int64_t unavailable_newest = newest.unavailable - step.drop_newest.unavailable;
  std::int64_t may_go =
      std::max<std::int64_t>(0, newest.all() - step.drop_newest.all() + older.all() -
                                    bounds.least_available - unavailable_newest);
  step.drop_older.unavailable = std::min(may_go, older.unavailable);
  may_go = std::max<std::int64_t>(0, available - bounds.least_available);
  step.drop_older.available = std::min(may_go, older.available);
  return step;
}

std::int64_t desired_healthy(const Budget& budget, std::int64_t expected) {
  std::int64_t least = 0;
  if (budget.min_available) least = rounded_up(*budget.min_available, expected);
  if (budget.max_unavailable) least = expected - rounded_up(*budget.max_unavailable, expected);
  return std::max<std::int64_t>(0, least);
}

std::int64_t disruptions_allowed(const Budget& budget, std::int64_t expected,
                                 std::int64_t healthy) {
  return std::max<std::int64_t>(0, healthy - desired_healthy(budget, expected));
}

}  // namespace opsim::eks
