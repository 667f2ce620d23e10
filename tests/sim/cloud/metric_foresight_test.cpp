// Foresight may call a crossing possible that never comes, never the reverse: checked here against
// every period of random metrics.
#include <doctest/doctest.h>

#include "opsim/cloud/metrics.hpp"

namespace opsim {
namespace {

const SimTime kStart = *parse_iso8601("2026-03-02T09:00:00Z");
const Place kHome{"012345678901", "us-east-1"};
const Statistic average;
const SimTime kFar = kStart + std::chrono::days{365};

struct World {
  Simulation sim{kStart, Seed{7}};
  Metrics metrics{sim};
  SeriesId series = metrics.intern({kHome, "ns", "metric", {}});

  WatchedStatistic watched(const Statistic& statistic, const Threshold& threshold) const {
    return {series, statistic, 1min, threshold};
  }
  std::optional<SimTime> crossing(std::string_view name, const Threshold& threshold,
                                  bool breaching = false) {
    const Statistic statistic = *Statistic::parse(name);
    return metrics.first_possible_crossing(watched(statistic, threshold), breaching, sim.now(),
                                           kFar);
  }
};

TEST_SUITE("metrics: foresight") {
  TEST_CASE("a line crosses at the first sample beyond the threshold") {
    World world;
    const Waveform fills{.from = kStart, .level = 60, .slope_per_second = 1.0 / 60};
    world.metrics.publish(world.series, fills, {.every = 1min, .phase = 5s});
    const Threshold limit{Comparison::greater, 90};
    for (const char* name : {"Average", "Maximum", "Minimum", "p99", "tm90"}) {
      CAPTURE(name);
      CHECK(world.crossing(name, limit) == kStart + 30min + 5s);
    }
    CHECK_FALSE(world.crossing("Average", {Comparison::less, 60}));
    CHECK_FALSE(world.crossing("Average", {Comparison::greater, 1e9}));
  }

  TEST_CASE("noise moves the first possible crossing forward") {
    World world;
    const Waveform fills{.from = kStart, .level = 60, .slope_per_second = 1.0 / 60, .noise = 2};
    world.metrics.publish(world.series, fills, {.every = 1min});
    CHECK(world.crossing("Average", {Comparison::greater, 90.5}) == kStart + 29min);
  }

  TEST_CASE("a level within bounds never crosses") {
    World world;
    world.metrics.publish(world.series, {.from = kStart, .level = 50, .noise = 5}, {});
    CHECK_FALSE(world.crossing("Average", {Comparison::greater, 55}));
    CHECK(world.crossing("Average", {Comparison::greater, 54.9}) == kStart);
    CHECK_FALSE(world.crossing("Average", {Comparison::greater, 40}, true));
  }

  TEST_CASE(
      "nothing is known of the statistics of put data: they are the first possible crossing") {
    World world;
    world.metrics.publish(world.series, {.from = kStart, .level = 50}, {});
    world.metrics.put(world.series, {.timestamp = kStart + 1h, .values = {{1, 1}}, .set = {}});
    CHECK(world.crossing("Average", {Comparison::greater, 90}) == kStart + 1h);
  }

  TEST_CASE("one of several decides a maximum, all together an average") {
    World world;
    world.metrics.publish(world.series, {.from = kStart, .level = 95}, {});
    world.metrics.publish(world.series, {.from = kStart, .level = 20}, {});
    CHECK_FALSE(world.crossing("Maximum", {Comparison::greater, 90}, true));
    CHECK_FALSE(world.crossing("Minimum", {Comparison::less, 30}, true));
    CHECK_FALSE(world.crossing("Average", {Comparison::greater, 60}));
    CHECK_FALSE(world.crossing("Sum", {Comparison::greater, 120}));
    CHECK_FALSE(world.crossing("SampleCount", {Comparison::less, 2}));
  }

  TEST_CASE("the first sample that breaches by itself") {
    World world;
    const Waveform fills{.from = kStart, .level = 60, .slope_per_second = 1.0 / 60};
    const SourceId source = world.metrics.publish(world.series, fills, {.every = 1min});
    SimTime from = kStart;
    const Threshold limit{Comparison::greater, 90};
    const auto sample =
        world.metrics.first_breaching_sample(world.watched(average, limit), from, kFar, 10);
    REQUIRE(sample);
    CHECK(sample->time == kStart + 31min);
    CHECK(sample->value == doctest::Approx(91));
    CHECK(sample->source == source);
    from = kStart;
    const Threshold never{Comparison::less, 60};
    CHECK_FALSE(
        world.metrics.first_breaching_sample(world.watched(average, never), from, kFar, 10));
    CHECK(from == kFar);
  }

  TEST_CASE("with noise, it looks at so many samples and says how far it came") {
    World world;
    world.metrics.publish(world.series, {.from = kStart, .level = 50, .noise = 10}, {});
    SimTime from = kStart;
    const Threshold unlikely{Comparison::greater, 59.9999};
    CHECK_FALSE(
        world.metrics.first_breaching_sample(world.watched(average, unlikely), from, kFar, 16));
    CHECK(from == kStart + 16min);
    const Threshold likely{Comparison::greater, 55};
    const auto sample =
        world.metrics.first_breaching_sample(world.watched(average, likely), from, kFar, 1000);
    REQUIRE(sample);
    for (SimTime t = kStart + 16min; t < sample->time; t += 1min) {
      CHECK(*world.metrics.statistic(world.series, Statistic{}, {t, t + 1min, t + 1min}) <= 55);
    }
  }

  TEST_CASE("coverage tells how a series will report") {
    World world;
    CHECK_FALSE(world.metrics.coverage(world.watched(average, {}), kStart).any);
    world.metrics.publish(world.series, {.level = 1}, {.every = 5min});
    const SourceId often =
        world.metrics.publish(world.series, {.level = 1, .noise = 1}, {.every = 2min, .delay = 5s});
    Coverage coverage = world.metrics.coverage(world.watched(average, {}), kStart);
    CHECK(coverage.any);
    CHECK(coverage.steady);
    CHECK_FALSE(coverage.flat);
    CHECK(coverage.every == 2min);
    CHECK(coverage.delay == 5s);
    CHECK(coverage.cycle == 10min);
    CHECK_FALSE(world.metrics.coverage(world.watched(average, {}), kStart - 1s).steady);
    world.metrics.stop(often);
    coverage = world.metrics.coverage(world.watched(average, {}), kStart);
    CHECK(coverage.flat);
    CHECK(coverage.cycle == 5min);
    const WatchedStatistic in_bytes{world.series, average, 1min, {}, "Bytes"};
    CHECK_FALSE(world.metrics.coverage(in_bytes, kStart).any);
  }
}

struct RandomWorld {
  explicit RandomWorld(std::uint64_t number) : dice{Seed{number}, "foresight"} {
    const std::size_t sources = 1 + dice.below(3);
    for (std::size_t i = 0; i < sources; ++i) {
      world.metrics.publish(world.series, wave(), sampling());
    }
  }

  Waveform wave() {
    Waveform wave{.from = kStart, .level = 20 + 60 * dice.uniform(), .lowest = 0, .highest = 100};
    if (dice.chance(0.6)) wave.slope_per_second = (dice.uniform() - 0.5) / 60;
    if (dice.chance(0.5)) wave.noise = 10 * dice.uniform();
    return wave;
  }
  Sampling sampling() {
    constexpr Duration every[] = {10s, 30s, 60s, 60s, 90s, 300s};
    Sampling sampling{.every = every[dice.below(6)]};
    sampling.phase = std::chrono::seconds{static_cast<int>(dice.below(60))};
    if (dice.chance(0.4)) sampling.delay = std::chrono::seconds{static_cast<int>(dice.below(120))};
    return sampling;
  }

  Stream dice;
  World world;
};

TEST_CASE("no period before the first possible crossing is on the other side") {
  constexpr const char* names[] = {"Average",     "Maximum",   "Minimum", "Sum",
                                   "SampleCount", "p90",       "tm80",    "tc80",
                                   "TM(10:60)",   "PR(30:60)", "wm90"};
  int checked = 0;
  for (std::uint64_t number = 0; number < 400; ++number) {
    RandomWorld random{number};
    World& world = random.world;
    Stream& dice = random.dice;
    const Statistic statistic = *Statistic::parse(names[dice.below(std::size(names))]);
    const Duration period = dice.chance(0.5) ? Duration{1min} : Duration{5min};
    const Threshold threshold{static_cast<Comparison>(dice.below(4)), 100 * dice.uniform()};
    const bool breaching = dice.chance(0.5);
    const SimTime until = kStart + 6h;
    const WatchedStatistic watched{world.series, statistic, period, threshold};
    const SimTime crossing =
        world.metrics.first_possible_crossing(watched, breaching, kStart, until).value_or(until);
    for (SimTime from = kStart; from + period <= crossing; from += 1min) {
      for (const SimTime by : {from + period, from + period + 1min, from + period + 1h}) {
        const auto value =
            world.metrics.statistic(world.series, statistic, {from, from + period, by});
        if (!value) continue;
        CAPTURE(number);
        CAPTURE(statistic.text);
        REQUIRE(threshold.breached_by(*value) == breaching);
        ++checked;
      }
    }
  }
  CHECK(checked > 10'000);
}

}  // namespace
}  // namespace opsim
