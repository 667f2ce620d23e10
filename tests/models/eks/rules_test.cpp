#include "models/eks/rules.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "models/eks/manifest.hpp"
#include "opsim/kernel/random.hpp"

namespace opsim::tests {

namespace {

using namespace opsim::eks;

/// A kubelet that runs every probe.
SimTime by_probing(const Probe& probe, SimTime started, SimTime since, bool hangs) {
  std::int64_t failed = 0;
  for (SimTime at = started + probe.initial_delay;; at += probe.period) {
    failed = at >= since ? failed + 1 : 0;
    if (failed == probe.failure_threshold) return at + (hangs ? probe.timeout : Duration{});
  }
}

}  // namespace

TEST_SUITE("eks: rules") {
  TEST_CASE("restarts: at once, then 10 s doubling, at most five minutes") {
    constexpr std::pair<std::int64_t, Duration> rows[] = {{1, 0s},   {2, 10s},  {3, 20s},
                                                          {4, 40s},  {5, 80s},  {6, 160s},
                                                          {7, 300s}, {8, 300s}, {1'000'000, 300s}};
    for (const auto& [crashes, wait] : rows) {
      CAPTURE(crashes);
      CHECK(restart_delay(crashes) == wait);
    }
    // A brute-force twin: double and cap, step by step.
    Duration wait = 10s;
    for (std::int64_t crashes = 2; crashes < 60; ++crashes) {
      CHECK(restart_delay(crashes) == wait);
      wait = std::min<Duration>(wait * 2, 5min);
    }
  }

  TEST_CASE("a probe fails when failureThreshold of them have, as if each had been run") {
    const Probe standard;
    CHECK(fails_at(standard, SimTime{}, SimTime{}, false) == SimTime{} + 20s);
    CHECK(fails_at(standard, SimTime{}, SimTime{} + 1s, true) == SimTime{} + 31s);
    CHECK(passes_at(standard, SimTime{}, SimTime{} + 12s) == SimTime{} + 20s);
    Stream luck{Seed{5}, "probes"};
    for (int i = 0; i < 500; ++i) {
      Probe probe;
      probe.initial_delay = std::chrono::seconds{luck.below(60)};
      probe.period = std::chrono::seconds{1 + luck.below(30)};
      probe.timeout = std::chrono::seconds{1 + luck.below(10)};
      probe.failure_threshold = static_cast<std::int64_t>(1 + luck.below(10));
      const SimTime started{std::chrono::seconds{luck.below(1000)}};
      const SimTime since = started + std::chrono::milliseconds{luck.below(300'000)};
      const bool hangs = luck.chance(0.5);
      CHECK(fails_at(probe, started, since, hangs) == by_probing(probe, started, since, hangs));
    }
  }

  TEST_CASE("maxSurge is rounded up, maxUnavailable down") {
    struct Row {
      std::int64_t replicas;
      IntOrPercent surge, unavailable;
      PodBounds bounds;
    };
    constexpr Row rows[] = {
        {3, {25, true}, {25, true}, {3, 4}},    // 0.75 up, 0.75 down: the defaults
        {4, {25, true}, {25, true}, {3, 5}},    //
        {10, {30, true}, {30, true}, {7, 13}},  // the documentation's examples
        {10, {25, true}, {25, true}, {8, 13}},  //
        {3, {1, false}, {0, false}, {3, 4}},    //
        {3, {0, false}, {1, false}, {2, 3}},    //
        {1, {0, true}, {25, true}, {0, 1}},     // both 0: one may go
        {0, {25, true}, {25, true}, {0, 0}},    //
    };
    for (const Row& row : rows) {
      CAPTURE(row.replicas);
      CHECK(pod_bounds(row.replicas, row.surge, row.unavailable) == row.bounds);
    }
  }

  TEST_CASE("random rollouts end, with pods that fail on the way, and never leave their bounds") {
    Stream luck{Seed{9}, "pods"};
    for (int run = 0; run < 400; ++run) {
      const auto replicas = static_cast<std::int64_t>(luck.below(12));
      const IntOrPercent surge{static_cast<std::int64_t>(luck.below(101)), true};
      const IntOrPercent gone{static_cast<std::int64_t>(luck.below(101)), true};
      const PodBounds bounds = pod_bounds(replicas, surge, gone);
      PodCounts fresh;
      PodCounts old{replicas, 0};
      int steps = 0;
      while (old.all() > 0 || fresh.available < replicas) {
        REQUIRE(++steps < 2000);
        const PodStep step = plan_pods(replicas, bounds, fresh, old);
        fresh.unavailable += step.create;
        old.available -= step.drop_older.available;
        old.unavailable -= step.drop_older.unavailable;
        REQUIRE(fresh.all() + old.all() <= bounds.most);
        const std::int64_t available = fresh.available + old.available;
        REQUIRE((available >= bounds.least_available || step.drop_older.available == 0));
        const auto come = static_cast<std::int64_t>(
            luck.below(static_cast<std::uint64_t>(fresh.unavailable) + 1));
        fresh.unavailable -= come;
        fresh.available += come;
        if (old.available > 0 && luck.chance(0.05)) {  // one of the old crashes
          --old.available;
          ++old.unavailable;
        }
      }
    }
  }

  TEST_CASE("disruption budgets: percentages are rounded up") {
    const auto allowed = [](std::optional<IntOrPercent> least, std::optional<IntOrPercent> most,
                            std::int64_t expected, std::int64_t healthy) {
      return disruptions_allowed({least, most}, expected, healthy);
    };
    CHECK(allowed(IntOrPercent{50, true}, {}, 7, 7) == 3);  // four of seven must stay
    CHECK(allowed({}, IntOrPercent{30, true}, 10, 10) == 3);
    CHECK(allowed({}, IntOrPercent{50, true}, 7, 7) == 4);
    CHECK(allowed(IntOrPercent{2, false}, {}, 3, 2) == 0);
    CHECK(allowed(IntOrPercent{100, true}, {}, 3, 3) == 0);
    CHECK(allowed({}, IntOrPercent{1, false}, 3, 3) == 1);
    CHECK(allowed({}, IntOrPercent{1, false}, 3, 2) == 0);
  }

  TEST_CASE("quantities of Kubernetes") {
    CHECK(parse_cpu("250m") == 250);
    CHECK(parse_cpu("2") == 2000);
    CHECK(parse_cpu("0.5") == 500);
    CHECK(parse_cpu("2 GB") == std::nullopt);
    CHECK(parse_bytes("512Mi") == 512 * 1048576);
    CHECK(parse_bytes("1Gi") == 1073741824);
    CHECK(parse_bytes("500M") == 500'000'000);
    CHECK(parse_bytes("lots") == std::nullopt);
  }
}

}  // namespace opsim::tests
