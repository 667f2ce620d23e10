#pragma once
/// The brute-force twin of the closed forms: every request by itself, first come first served.
#include <algorithm>
#include <functional>
#include <vector>

#include "opsim/kernel/portable_math.hpp"
#include "opsim/kernel/random.hpp"

namespace opsim::tests {

inline double exponential(Stream& luck, double mean) {
  return -mean * portable::log(luck.uniform());
}

struct QueueRun {
  double mean_wait = 0;
  double mean_sojourn = 0;
  double mean_waiting = 0;  // integrated over time, not by Little's law
  double arrivals = 0;      // per second
  double waited = 0;        // share
  std::vector<double> sojourns;
};

/// `customers` Poisson arrivals at `rate` to an empty queue before `servers`; the first tenth is
/// not counted.
inline QueueRun run_queue(double rate, int servers, int customers,
                          const std::function<double(Stream&)>& service, Stream luck) {
  std::vector<double> free_at(static_cast<std::size_t>(servers), 0.0);  // a heap, soonest on top
  QueueRun run;
  double now = 0;
  double counted_from = 0;
  const int warm_up = customers / 10;
  for (int i = 0; i < customers; ++i) {
    now += exponential(luck, 1 / rate);
    if (i == warm_up) counted_from = now;
    std::ranges::pop_heap(free_at, std::greater<>{});
    const double begins = std::max(now, free_at.back());
    free_at.back() = begins + service(luck);
    if (i >= warm_up) {
      run.mean_wait += begins - now;
      run.mean_sojourn += free_at.back() - now;
      run.waited += begins > now ? 1 : 0;
      run.sojourns.push_back(free_at.back() - now);
    }
    std::ranges::push_heap(free_at, std::greater<>{});
  }
  const double counted = customers - warm_up;
  run.mean_waiting = run.mean_wait / (now - counted_from);
  run.arrivals = counted / (now - counted_from);
  run.mean_wait /= counted;
  run.mean_sojourn /= counted;
  run.waited /= counted;
  return run;
}

/// Mean of some runs and half the width of its 99 % interval (normal).
struct Estimate {
  double mean = 0;
  double half = 0;
  [[nodiscard]] bool holds(double value) const { return std::abs(mean - value) <= half; }
};
inline Estimate estimate_of(const std::vector<double>& runs) {
  double sum = 0;
  double squares = 0;
  for (const double run : runs) sum += run;
  const double n = static_cast<double>(runs.size());
  for (const double run : runs) squares += (run - sum / n) * (run - sum / n);
  return {sum / n, 2.86 * std::sqrt(squares / (n - 1) / n)};  // Student's t, 19 degrees
}

}  // namespace opsim::tests
