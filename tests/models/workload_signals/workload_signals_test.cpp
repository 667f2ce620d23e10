// Business metrics with a season, and what loses their traffic.
#include "models/workload_signals/service.hpp"
#include "models/workload_signals/signals.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {
namespace {

using workload_signals::seasonal;
using workload_signals::SignalSpec;
using workload_signals::WorkloadSignals;

const Service* const kSignalServices[] = {&kWorkloadSignals};

/// A week from Monday 2026-03-02, 09:00 UTC, with one signal called Orders.
struct SignalWorld : SmallWorld {
  explicit SignalWorld(std::string_view orders) : SmallWorld{kSignalServices} {
    const Document document = read_yaml("scenario.yaml", orders);
    kWorkloadSignals.sections[0].read(*cloud.model("workload_signals"), cloud, document.root);
  }
  void drop(std::string_view arguments) {
    const Document document = read_yaml("scenario.yaml", arguments);
    kWorkloadSignals.faults[0].begin(*cloud.model("workload_signals"),
                                     {cloud, document.root, {}, "scenario.yaml:9"});
  }
  Summary orders(SimTime from, SimTime to) {
    const auto series = cloud.metrics().find({cloud.home(), "Shop", "Orders", {}});
    REQUIRE(series);
    return cloud.metrics().summary(*series, {from, to, sim.now() + 1s});
  }
};

SimTime day(int number, Duration hour = {}) {
  return *parse_iso8601("2026-03-02T00:00:00Z") + std::chrono::days{number} + hour;
}

TEST_SUITE("workload signals") {
  TEST_CASE("a day swings around its level, a weekend has less, and people change over slowly") {
    SignalSpec spec;
    spec.level = 1000;
    spec.swing = 0.8;
    spec.weekend = -0.3;
    struct Row {
      SimTime at;
      double value;
    };
    const Row rows[] = {
        {day(0, 14h), 1800},
        {day(1, 2h), 200},
        {day(0, 8h), 1000},
        {day(5, 14h), 1260},
        {day(6, 8h), 700},
        {day(4, 20h), 1000},
        {day(5, 0h), 0.85 * (1000 - 800 * 0.866025)},  // Friday to Saturday, half way
        {day(7, 3h), 1000 - 800 * 0.965926},           // Monday, the weekend is over
    };
    for (const auto& [at, value] : rows) {
      CAPTURE(iso8601(at));
      CHECK(seasonal(spec, at) == doctest::Approx(value));
    }
  }

  TEST_CASE("its history is there at the start, within the noise, and it goes on") {
    SignalWorld world{
        "Orders: { namespace: Shop, level: 1000, noise: 8 %, every: 5min, history: 2d }"};
    const SimTime now = world.sim.now();
    const Summary before = world.orders(now - 48h, now);
    CHECK(before.count == 48 * 12);
    CHECK(before.lowest >= 920);
    CHECK(before.highest <= 1080);
    CHECK(before.lowest < 930);  // and makes use of it
    CHECK(before.sum / before.count == doctest::Approx(1000).epsilon(0.01));
    world.run_for(1h);
    CHECK(world.orders(now + 1s, now + 1h + 1s).count == 12);
  }

  TEST_CASE("lost traffic is measured, and what is down is told; it ends by itself") {
    SignalWorld world{"Orders: { namespace: Shop, level: 1000, every: 1min }"};
    world.run_for(10min);
    world.drop("{ by: 60 %, for: 30min, named: Orders }");
    world.run_for(20min);
    const SimTime now = world.sim.now();
    CHECK(world.orders(now - 10min, now).highest == 400);
    world.run_for(20min);
    CHECK(world.orders(now + 15min, now + 20min).lowest == 1000);
    CHECK(world.told({EntryKind::health}) ==
          std::vector<std::string>{"+0:10:00 Orders: down: 40 % of the usual traffic",
                                   "+0:40:00 Orders: ok: traffic as usual"});
  }

  TEST_CASE("people and scripts repair it by its quantity") {
    SignalWorld world{"Orders: { namespace: Shop, level: 1000, every: 1min }"};
    const PhysicalQuantity& traffic = kWorkloadSignals.quantities[0];
    Model& model = *world.cloud.model("workload_signals");
    world.drop("{ by: 100 %, named: Orders }");
    CHECK(traffic.read(model, "Orders", "") == 0);
    traffic.change(model, "Orders", "", {Change::How::to, 50});
    CHECK(traffic.read(model, "Orders", "") == 50);
    traffic.change(model, "Orders", "", {Change::How::by, 50});
    CHECK(traffic.read(model, "Orders", "") == 100);
    CHECK_FALSE(traffic.read(model, "Visits", ""));
  }

  TEST_CASE("a fault on a signal that is none says so") {
    SignalWorld world{"Orders: { namespace: Shop, level: 1000 }"};
    world.drop("{ by: 60 %, named: Order }");
    CHECK(world.told({EntryKind::note}) ==
          std::vector<std::string>{
              "+0:00:00 Order: is no signal of this scenario: nothing was dropped"});
  }

  TEST_CASE("noise depends on the moment alone: a fault moves no other draw") {
    const std::string_view orders =
        "Orders: { namespace: Shop, level: 1e6, noise: 8 %, every: 1min }";
    SignalWorld one{orders};
    SignalWorld other{orders};
    other.drop("{ by: 60 %, for: 5min, named: Orders }");
    one.run_for(1h);
    other.run_for(1h);
    const SimTime now = one.sim.now();
    CHECK(one.orders(now - 50min, now).sum == other.orders(now - 50min, now).sum);
  }
}

}  // namespace
}  // namespace opsim::tests
