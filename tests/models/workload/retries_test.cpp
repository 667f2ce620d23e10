// Retries and backlog, against the published runs.
#include "models/workload/retries.hpp"

#include <doctest/doctest.h>

#include "models/workload/fluid.hpp"
#include "tests/models/workload/request_queue.hpp"

namespace opsim::tests {
namespace {

using workload::amplification;
using workload::Fluid;
using workload::RetryPolicy;
using workload::Tried;

/// 100 clients x 10 requests a second for 20 s, every call by itself; buckets are full at first.
Tried play_clients(const RetryPolicy& policy, double failing, Seed seed) {
  Stream luck{seed, "V08"};
  double requests = 0, calls = 0, good = 0;
  for (int client = 0; client < 100; ++client) {
    double bucket = 5;
    double made = 0, failed = 0;  // as the breaker counts
    for (double at = exponential(luck, .1); at < 20; at += exponential(luck, .1)) {
      requests += 1;
      made += 1;
      if (policy.deposit) bucket = std::min(5.0, bucket + *policy.deposit);
      for (int tries = 0;; ++tries) {
        calls += 1;
        if (!luck.chance(failing)) {
          good += 1;
          break;
        }
        failed += 1;
        if (tries >= policy.retries) break;
        if (policy.breaker && failed / made > *policy.breaker) break;
        if (policy.deposit && bucket <= 1) break;
        if (policy.deposit) bucket -= 1;
      }
    }
  }
  return {calls / requests, good / requests};
}

TEST_SUITE("workload: retries and backlog") {
  TEST_CASE("V07 Retry multiplication") {
    const double by_layer[] = {3, 9, 27, 81, 243};
    for (int layers = 1; layers <= 5; ++layers)
      CHECK(amplification(3, layers) == by_layer[layers - 1]);
    CHECK(amplification(4, 3) == 64);
    CHECK(workload::tried({.retries = 2}, 1).calls == 3);
  }

  TEST_CASE("V08 Retry policies vs failure rate") {
    struct Row {
      double failing;
      double none, retry_ok, retry_calls, closed, bucket_ok, bucket_calls, breaker_ok,
          breaker_calls;
    };
    constexpr Row rows[] = {
        {.1, .905, .9999, 1.109, 1.111, .992, 1.100, .933, 1.034},
        {.3, .700, .992, 1.423, 1.417, .778, 1.120, .694, 1.000},
        {.5, .501, .937, 1.868, 1.875, .554, 1.121, .503, 1.000},
    };
    constexpr RetryPolicy kThree{.retries = 3};
    constexpr RetryPolicy kBucket{.retries = 1'000'000, .deposit = .1};
    constexpr RetryPolicy kBreaker{.retries = 3, .breaker = .1};
    const auto within = [](double value) { return doctest::Approx(value).epsilon(.015); };
    for (const Row& row : rows) {
      CAPTURE(row.failing);
      const Tried three = workload::tried(kThree, row.failing);
      CHECK(std::abs(three.calls - row.closed) < 5e-4);
      CHECK(three.success == doctest::Approx(1 - std::pow(row.failing, 4)).epsilon(1e-12));
      CHECK(three.success == within(row.retry_ok));
      CHECK(three.calls == within(row.retry_calls));
      CHECK(workload::tried({}, row.failing).success == within(row.none));

      const Tried played = play_clients(kThree, row.failing, Seed{1});
      CHECK(played.success == within(row.retry_ok));
      CHECK(played.calls == within(row.retry_calls));
      const Tried bucket = play_clients(kBucket, row.failing, Seed{2});
      CHECK(bucket.success == within(row.bucket_ok));
      CHECK(bucket.calls == within(row.bucket_calls));
      const Tried breaker = play_clients(kBreaker, row.failing, Seed{3});
      CHECK(breaker.success == within(row.breaker_ok));
      CHECK(breaker.calls == within(row.breaker_calls));

      // The closed form has no full bucket to begin with: 500 tokens for 20,000 requests.
      const double initial = bucket.calls - workload::tried(kBucket, row.failing).calls;
      CHECK(initial > -.002);
      CHECK(initial < .027);
    }
  }

  TEST_CASE("V08 where nearly all fails a bucket allows a tenth of a retry, a breaker none") {
    CHECK(workload::tried({.retries = 3, .deposit = .1}, .9).calls == doctest::Approx(1.1));
    CHECK(workload::tried({.retries = 3, .breaker = .1}, .9).calls == 1);
    CHECK(workload::tried({.retries = 3, .breaker = .1}, .02).calls > 1.02);
  }

  struct Stage {
    double from;
    double rate;
  };
  constexpr Stage kStages[] = {{0, 9}, {20, 20}, {30, 9}, {60, 7}, {75, 5}, {90, 3}, {120, 0}};

  /// The fluid level at `until`. With retries, what waits longer than `patience` is tried again so
  /// often.
  double fluid_level(double until, int retries, double patience) {
    double level = 0;
    for (std::size_t i = 0; i + 1 < std::size(kStages); ++i) {
      double at = kStages[i].from;
      const double end = std::min(until, kStages[i + 1].from);
      while (at < end) {
        const double limit = patience * 10;
        const bool late = level > limit - 1e-9 && retries > 0;
        const Fluid fluid{
            .level = level, .inflow = kStages[i].rate * (late ? 1 + retries : 1), .capacity = 10};
        double step = end - at;
        for (const auto next : {fluid.turns(), fluid.reaches(limit)})
          if (next) step = std::min(step, *next);
        level = fluid.at(step);
        at += step;
      }
    }
    return level;
  }

  TEST_CASE("V11 Queue drain without retries: the fluid") {
    CHECK(fluid_level(20, 0, 1) == 0);
    CHECK(fluid_level(30, 0, 1) == doctest::Approx(100));
    CHECK(fluid_level(60, 0, 1) == doctest::Approx(70));
    CHECK(fluid_level(75, 0, 1) == doctest::Approx(25));
    CHECK(fluid_level(80, 0, 1) == doctest::Approx(0));
    CHECK(fluid_level(79, 0, 1) > 1);
  }

  TEST_CASE("V11 with retries the trigger is gone and the storm stays") {
    CHECK(fluid_level(20, 3, 1) == 0);  // before it a healthy system
    CHECK(fluid_level(60, 3, 1) > 500);
    CHECK(fluid_level(89, 3, 1) > fluid_level(60, 3, 1));
    CHECK(fluid_level(119, 3, 1) > fluid_level(90, 3, 1));  // 3 a second, four tries each
  }

  TEST_CASE("V11 Queue drain without retries, request by request over 300 seeds") {
    constexpr double times[] = {20, 30, 60, 75, 89};
    constexpr double expected[] = {8.0, 107.9, 78.0, 35.9, 4.3};
    double sums[5] = {};
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
      Stream luck{Seed{seed}, "V11"};
      double free_at = 0;
      double there[5] = {};
      for (std::size_t i = 0; i + 1 < std::size(kStages); ++i) {
        double at = kStages[i].from;
        while ((at += exponential(luck, 1 / kStages[i].rate)) < kStages[i + 1].from) {
          free_at = std::max(free_at, at) + exponential(luck, .1);
          for (std::size_t k = 0; k < 5; ++k)
            if (at <= times[k] && times[k] < free_at) there[k] += 1;
        }
      }
      for (std::size_t k = 0; k < 5; ++k) sums[k] += there[k];
    }
    for (std::size_t k = 0; k < 5; ++k) {
      CAPTURE(times[k]);
      CHECK(std::abs(sums[k] / 300 - expected[k]) < 4.5);  // 99 %: two samples of 300, sd 19 each
    }
  }
}

}  // namespace
}  // namespace opsim::tests
