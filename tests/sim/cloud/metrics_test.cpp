#include "opsim/cloud/metrics.hpp"

#include <doctest/doctest.h>

namespace opsim {
namespace {

const SimTime kStart = *parse_iso8601("2026-03-02T09:00:00Z");
const Place kHome{"012345678901", "us-east-1"};

SeriesKey disk_of(const std::string& instance) {
  return {kHome, "CWAgent", "disk_used_percent", {{"InstanceId", instance}, {"path", "/"}}};
}
Statistic stat(std::string_view name) { return *Statistic::parse(name); }

struct World {
  Simulation sim{kStart, Seed{7}};
  Metrics metrics{sim};

  /// The statistic of [from, to), as it could be read at `to`.
  std::optional<double> read(SeriesId series, std::string_view name, SimTime from, SimTime to) {
    return metrics.statistic(series, stat(name), {from, to, to});
  }
};

TEST_SUITE("metrics: series") {
  TEST_CASE("a series is its account, Region, namespace, name and dimensions in any order") {
    World world;
    SeriesKey turned = disk_of("i-1");
    std::swap(turned.dimensions[0], turned.dimensions[1]);
    const SeriesId first = world.metrics.intern(disk_of("i-1"));
    CHECK(world.metrics.intern(turned) == first);
    CHECK(world.metrics.intern(disk_of("i-2")) != first);
    CHECK(world.metrics.key(first) == disk_of("i-1"));
    CHECK(world.metrics.find(turned) == first);
    CHECK_FALSE(world.metrics.find(disk_of("i-3")));
    SeriesKey elsewhere = disk_of("i-1");
    elsewhere.place.region = "eu-west-1";
    CHECK_FALSE(world.metrics.find(elsewhere));
  }

  TEST_CASE("names with zeros and odd bytes are kept apart") {
    World world;
    const SeriesId one = world.metrics.intern({kHome, "a", std::string("b\0c", 3), {}});
    const SeriesId two = world.metrics.intern({kHome, "a", "b", {{"c", ""}}});
    CHECK(one != two);
    CHECK(world.metrics.key(one).metric_name.size() == 3);
  }

  TEST_CASE("only series that had data are listed, filtered by name, dimension or value") {
    World world;
    world.metrics.intern(disk_of("i-0"));
    const SeriesId one = world.metrics.intern(disk_of("i-1"));
    const SeriesId two = world.metrics.intern(disk_of("i-2"));
    world.metrics.publish(one, {}, {});
    world.metrics.put(two, {.timestamp = kStart, .values = {{1, 1}}, .set = {}});
    CHECK(world.metrics.list({}) == std::vector{one, two});
    CHECK(world.metrics.list({.metric_namespace = "AWS/EC2"}).empty());
    CHECK(world.metrics.list({.dimensions = {{"InstanceId", "i-2"}}}) == std::vector{two});
    CHECK(world.metrics.list({.dimensions = {{"path", std::nullopt}}}).size() == 2);
    CHECK(world.metrics.list({.dimensions = {{"device", std::nullopt}}}).empty());
  }
}

TEST_SUITE("metrics: sources") {
  TEST_CASE("a line is sampled on its own grid, and each sample is stamped with its time") {
    World world;
    const SeriesId disk = world.metrics.intern(disk_of("i-1"));
    const Waveform fills{.from = kStart, .level = 60, .slope_per_second = 1.0 / 60};
    world.metrics.publish(disk, fills, {.every = 1min, .phase = 10s});

    CHECK_FALSE(world.read(disk, "Average", kStart, kStart + 10s));
    CHECK(world.read(disk, "SampleCount", kStart, kStart + 5min) == 5.0);
    CHECK(world.read(disk, "Minimum", kStart, kStart + 5min) == doctest::Approx(60 + 10.0 / 60));
    CHECK(world.read(disk, "Maximum", kStart, kStart + 5min) == doctest::Approx(64 + 10.0 / 60));
    CHECK(world.read(disk, "p50", kStart, kStart + 5min) == doctest::Approx(62 + 10.0 / 60));
  }

  TEST_CASE("a waveform stays within its bounds, noise and all") {
    World world;
    const SeriesId disk = world.metrics.intern(disk_of("i-1"));
    const Waveform full{
        .from = kStart, .level = 99, .slope_per_second = 1, .highest = 100, .noise = 5};
    world.metrics.publish(disk, full, {.every = 1s});
    CHECK(*world.read(disk, "Maximum", kStart, kStart + 1h) <= 100);
    CHECK(*world.read(disk, "Minimum", kStart, kStart + 1h) >= 94);
    CHECK(*world.read(disk, "Minimum", kStart, kStart + 1h) < 99);
  }

  TEST_CASE("noise depends on seed, series, source and time only") {
    const Waveform noisy{.from = kStart, .level = 50, .noise = 10};
    const auto first_value = [&](Seed seed, const std::string& instance, bool another_before) {
      Simulation sim{kStart, seed};
      Metrics metrics{sim};
      if (another_before) metrics.publish(metrics.intern(disk_of("i-9")), noisy, {});
      const SeriesId id = metrics.intern(disk_of(instance));
      metrics.publish(id, noisy, {});
      return *metrics.statistic(id, stat("Sum"), {kStart, kStart + 1min, kStart + 1min});
    };
    const double value = first_value(Seed{1}, "i-1", false);
    CHECK(first_value(Seed{1}, "i-1", true) == value);
    CHECK(first_value(Seed{2}, "i-1", false) != value);
    CHECK(first_value(Seed{1}, "i-2", false) != value);
  }

  TEST_CASE("a change holds for samples stamped at its time or later; what was stays") {
    World world;
    const SeriesId disk = world.metrics.intern(disk_of("i-1"));
    const SourceId source = world.metrics.publish(disk, {.from = kStart, .level = 60}, {});
    world.sim.run_until(kStart + 2min);
    world.metrics.change(source, {.from = world.sim.now(), .level = 40});
    CHECK(world.read(disk, "Average", kStart + 1min, kStart + 2min) == 60.0);
    CHECK(world.read(disk, "Average", kStart + 2min, kStart + 3min) == 40.0);
    CHECK(world.read(disk, "Average", kStart + 1min, kStart + 3min) == 50.0);
  }

  TEST_CASE("a stopped source reports nothing until it is changed again") {
    World world;
    const SeriesId disk = world.metrics.intern(disk_of("i-1"));
    const SourceId source = world.metrics.publish(disk, {.from = kStart, .level = 60}, {});
    world.sim.run_until(kStart + 2min);
    world.metrics.stop(source);
    CHECK_FALSE(world.metrics.reports(source));
    world.sim.run_until(kStart + 5min);
    world.metrics.change(source, {.from = kStart, .level = 70});
    CHECK(world.read(disk, "SampleCount", kStart, kStart + 5min) == 2.0);
    CHECK_FALSE(world.read(disk, "Average", kStart + 2min, kStart + 5min));
    CHECK(world.read(disk, "Average", kStart, kStart + 6min) == doctest::Approx(190.0 / 3));
  }

  TEST_CASE("a sample cannot be read before its delay has passed") {
    World world;
    const SeriesId disk = world.metrics.intern(disk_of("i-1"));
    world.metrics.publish(disk, {.from = kStart, .level = 60}, {.delay = 90s});
    const auto seen = [&](SimTime by) {
      return world.metrics.statistic(disk, stat("SampleCount"), {kStart, kStart + 5min, by});
    };
    CHECK_FALSE(seen(kStart + 89s));
    CHECK(seen(kStart + 90s) == 1.0);
    CHECK(seen(kStart + 150s) == 2.0);
    CHECK(seen(kStart + 1h) == 5.0);
  }

  TEST_CASE("a series of several sources has the samples of all") {
    World world;
    const SeriesId group = world.metrics.intern({kHome, "AWS/EC2", "CPUUtilization", {}});
    for (int i = 1; i <= 3; ++i) {
      world.metrics.publish(group, {.from = kStart, .level = 10.0 * i}, {.every = 1min});
    }
    CHECK(world.read(group, "SampleCount", kStart, kStart + 1min) == 3.0);
    CHECK(world.read(group, "Average", kStart, kStart + 1min) == 20.0);
    CHECK(world.read(group, "Maximum", kStart, kStart + 1min) == 30.0);
  }
}

TEST_SUITE("metrics: put data") {
  TEST_CASE("values with counts and statistic sets add up") {
    // Recorded on AWS: Values [1, 10], Counts [2, 4]; and 11 beside a set of ten values.
    World world;
    const SeriesId one = world.metrics.intern({kHome, "ns", "one", {}});
    world.metrics.put(one, {.timestamp = kStart, .values = {{1, 2}, {10, 4}}, .set = {}});
    CHECK(world.read(one, "Maximum", kStart, kStart + 1min) == 10.0);
    CHECK(world.read(one, "SampleCount", kStart, kStart + 1min) == 6.0);
    CHECK(world.read(one, "Sum", kStart, kStart + 1min) == 42.0);

    const SeriesId two = world.metrics.intern({kHome, "ns", "two", {}});
    world.metrics.put(two, {.timestamp = kStart, .values = {{11, 1}}, .set = {}});
    world.metrics.put(two, {.timestamp = kStart,
                            .values = {},
                            .set = Summary{.count = 10, .sum = 55, .lowest = 1, .highest = 10}});
    CHECK(world.read(two, "Sum", kStart, kStart + 1min) == 66.0);
    CHECK(world.read(two, "Minimum", kStart, kStart + 1min) == 1.0);
    CHECK(world.read(two, "Maximum", kStart, kStart + 1min) == 11.0);
    CHECK_FALSE(world.read(two, "p99", kStart, kStart + 1min));  // the set hides its values
  }

  TEST_CASE("data count at their own time, however late they come") {
    World world;
    const SeriesId one = world.metrics.intern({kHome, "ns", "one", {}});
    world.sim.run_until(kStart + 10min);
    world.metrics.put(one, {.timestamp = kStart + 90s, .values = {{5, 1}}, .set = {}});
    const Window window{kStart + 1min, kStart + 2min, kStart + 10min};
    CHECK_FALSE(world.metrics.statistic(one, stat("Sum"), window));  // just after, not at, its put
    CHECK(world.metrics.statistic(one, stat("Sum"), {window.from, window.to, kStart + 11min}) == 5);
    CHECK(world.metrics.first_put(one, kStart) == kStart + 90s);
    CHECK_FALSE(world.metrics.first_put(one, kStart + 91s));
  }

  TEST_CASE("a unit asks for the data of that unit alone") {
    World world;
    const SeriesId one = world.metrics.intern({kHome, "ns", "one", {}});
    world.metrics.put(one, {kStart, {{1, 1}}, {}, "Seconds"});
    world.metrics.put(one, {kStart, {{5, 1}}, {}, "Count"});
    const SimTime end = kStart + 1min;
    CHECK(world.metrics.statistic(one, stat("Sum"), {kStart, end, end, "Seconds"}) == 1.0);
    CHECK(world.metrics.statistic(one, stat("Sum"), {kStart, end, end}) == 6.0);
    CHECK_FALSE(world.metrics.statistic(one, stat("Sum"), {kStart, end, end, "Bytes"}));
    CHECK(world.metrics.units(one, {kStart, end, end}) ==
          std::vector<std::string>{"Count", "Seconds"});
  }

  TEST_CASE("no number of data or changes makes a series grow without bound") {
    World world;
    const SeriesId one = world.metrics.intern({kHome, "ns", "one", {}});
    const SourceId source = world.metrics.publish(one, {.level = 1}, {.every = 1h, .phase = 1ms});
    const std::size_t changes = 3 * Metrics::kKeptChanges;
    for (std::size_t i = 0; i < changes; ++i) {
      world.sim.run_until(world.sim.now() + 1min);
      world.metrics.change(source, {.level = static_cast<double>(i)});
      world.metrics.put(one, {.timestamp = world.sim.now(), .values = {{1, 1}}, .set = {}});
    }
    const SimTime end = world.sim.now() + 1min;
    // Eight and a half days, of which the newest 4,096 changes are certain to be there.
    CHECK(*world.read(one, "SampleCount", kStart, end) < static_cast<double>(changes + 300));
    CHECK(world.read(one, "SampleCount", end - 2h, end) == 120.0 + 2);
  }
}

TEST_SUITE("metrics: watchers") {
  TEST_CASE("hear of new sources, changes, stops and data of their own series, until unwatched") {
    World world;
    const SeriesId one = world.metrics.intern({kHome, "ns", "one", {}});
    const SeriesId two = world.metrics.intern({kHome, "ns", "two", {}});
    std::vector<SimTime> heard;
    double put = 0;
    const WatchId watch = world.metrics.watch(one, [&](const MetricChange& change) {
      CHECK(change.series == one);
      heard.push_back(change.since);
      if (change.put != nullptr) put = change.put->sum;
    });
    const SourceId source = world.metrics.publish(one, {}, {});
    world.metrics.publish(two, {}, {});
    world.sim.run_until(kStart + 1min);
    world.metrics.change(source, {.level = 1});
    world.metrics.put(one, {.timestamp = kStart - 1h, .values = {{3, 2}}, .set = {}});
    world.sim.run_until(kStart + 2min);
    world.metrics.stop(source);
    world.metrics.stop(source);  // it has stopped already
    CHECK(heard == std::vector{kStart, kStart + 1min, kStart - 1h, kStart + 2min});
    CHECK(put == 6);
    world.metrics.unwatch(watch);
    world.metrics.change(source, {.level = 2});
    CHECK(heard.size() == 4);
  }
}

}  // namespace
}  // namespace opsim
