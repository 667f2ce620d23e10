// Workloads over a real group: what reaches the waists when members, zones, demand and dependencies
// change.
#include "tests/models/workload/shop_world.hpp"

namespace opsim::tests {
namespace {

TEST_SUITE("workload: by hand") {
  // README, `instrumented`: what the code itself puts, beside what Application Signals sees.
  TEST_CASE("only a component whose code does it has metrics of its own") {
    ShopWorld world{R"(
Storefront: { instrumented: Shop, work: exponential(mean 20ms), demand: { rate: 2/s }, needs: { Orders: {} } }
Orders: { work: exponential(mean 10ms), objective: { errors: 1 % } }
)"};
    world.run_for(10min);
    const Dimensions storefront{{"Service", "Storefront"}};
    CHECK(world.metric("Shop", "Requests", storefront, "Average").value() ==
          doctest::Approx(120).epsilon(0.2));
    CHECK(world.metric("Shop", "Errors", storefront, "Sum") == 0);
    CHECK(world.metric("Shop", "Latency", storefront, "p50") ==
          world.metric("ApplicationSignals", "Latency",
                       {{"Environment", "opsim"}, {"Service", "Storefront"}}, "p50"));
    CHECK(world.metric("Shop", "Requests", {{"Service", "Orders"}}, "Sum") == std::nullopt);
    const auto why = kWorkload.explain(*world.cloud.model("workload"), "Orders");
    REQUIRE(why.size() == 1);
    CHECK(why[0].starts_with("Its code puts no metrics of its own; only that of Storefront does."));
    CHECK(kWorkload.explain(*world.cloud.model("workload"), "Storefront").empty());
  }

  // A look costs nothing and changes nothing: the counts are the integral of the demand's line.
  TEST_CASE("who looks in between counts no other requests") {
    constexpr std::string_view shop = R"(
Storefront: { work: exponential(mean 20ms), demand: { rate: 2/s, by day: 60 %, peak hour: 14 }, needs: { Orders: { calls: 3 } } }
Orders: { work: exponential(mean 10ms) }
)";
    ShopWorld often{shop};
    ShopWorld seldom{shop};
    const auto requests = [](ShopWorld& world, const char* of) {
      return world.cloud
          .inspect(world.cloud.home(), "workload", "InspectWorkload", {{"Component", of}})
          ->at("Components")
          .at(0)
          .at("Requests")
          .get<double>();
    };
    for (int minute = 0; minute < 6 * 60; ++minute) {
      often.run_for(1min);
      requests(often, "Storefront");
    }
    seldom.run_for(6h);
    for (const char* component : {"Storefront", "Orders"})
      CHECK(requests(often, component) ==
            doctest::Approx(requests(seldom, component)).epsilon(1e-9));
  }

  TEST_CASE("what others call is counted, too, and asked for by its name") {
    ShopWorld world{R"(
Storefront: { work: exponential(mean 20ms), demand: { rate: 2/s }, needs: { Orders: { calls: 3 } } }
Orders: { work: exponential(mean 10ms) }
)"};
    const auto ask = [&](const Json& input) {
      return world.cloud.inspect(world.cloud.home(), "workload", "InspectWorkload", input)
          ->at("Components");
    };
    const double before = ask({{"Component", "Orders"}}).at(0).at("Requests").get<double>();
    world.run_for(10min);
    const double after = ask({{"Component", "Orders"}}).at(0).at("Requests").get<double>();
    CHECK(after - before == doctest::Approx(2 * 3 * 600).epsilon(0.01));
    CHECK(ask(Json::object()).size() == 1);  // users are users of the Storefront
  }
}

TEST_SUITE("workload") {
  TEST_CASE("load becomes latency, counts and the CPU of members") {
    ShopWorld world;
    CHECK(world.storefront().errors < 1e-6);
    CHECK(world.storefront().utilisation == doctest::Approx(.5));
    CHECK(world.workload().flows[1].offered == doctest::Approx(600));
    world.run_for(10min);
    CHECK(world.cloud.read_quantity("i-00000001", "cpu") == doctest::Approx(50));
    const double p99 = world.storefront().latency.quantile(.99);
    // AppSignals-MetricsCollected: Latency, "Units: Milliseconds".
    CHECK(world.signal("Latency", "p99") == doctest::Approx(1000 * p99));
    CHECK(*world.signal("Latency", "p50") < 1000 * p99 / 2);
    CHECK(*world.signal("Latency", "Average") ==
          doctest::Approx(1000 * world.storefront().latency.mean).epsilon(.03));
    CHECK(world.signal("Fault", "Sum") == 0);
    CHECK(world.users().value("Failed", 1.0) < 1);
    CHECK(world.users().value("Requests", 0.0) == doctest::Approx(300 * 660));
  }

  TEST_CASE("a member that is gone is sent requests until that is noticed") {
    ShopWorld world;
    world.must("ec2", "TerminateInstances", {{"InstanceIds", {"i-00000002"}}});
    world.run_for(1s);
    CHECK(world.storefront().errors == doctest::Approx(1.0 / 6));
    CHECK(world.cloud.health("Storefront") == Health::down);
    world.run_for(60s);
    CHECK(world.storefront().errors < 1e-6);
    CHECK(world.storefront().utilisation == doctest::Approx(.6));
    CHECK(world.cloud.health("Storefront") == Health::ok);
    CHECK(world.users().value("Failed", 0.0) == doctest::Approx(300.0 * 30 / 6).epsilon(.02));
    CHECK(world.users().value("HurtSeconds", 0.0) == doctest::Approx(30).epsilon(.01));
    world.run_for(15min);  // the group has replaced it
    CHECK(world.storefront().utilisation == doctest::Approx(.5));
  }

  TEST_CASE("a zone that is cut off: exact fit is not enough, and the reason says so") {
    ShopWorld world{kShop, 4};
    world.fault("cut off zone", "{ named: us-east-1a, for: 10min }");
    world.run_for(5min);
    CHECK(world.storefront().capacity == doctest::Approx(200));
    CHECK(world.cloud.health("Storefront") == Health::down);
    const auto told = world.told({EntryKind::health});
    REQUIRE_FALSE(told.empty());
    CHECK(told.back().find("Storefront") != std::string::npos);
    world.run_for(30min);
    CHECK(world.cloud.health("Storefront") == Health::ok);
    CHECK(world.users().value("HurtSeconds", 0.0) > 500);
  }

  TEST_CASE("a slow dependency is named as the reason") {
    ShopWorld world;
    world.fault("slow requests", "{ by: 20000 %, on: Orders, for: 5min }");
    world.run_for(2min);
    CHECK(world.cloud.health("Storefront") == Health::down);
    const auto told = world.told({EntryKind::health});
    REQUIRE_FALSE(told.empty());
    CHECK(told.back().find("Orders") != std::string::npos);
    world.run_for(30min);
    CHECK(world.cloud.health("Storefront") == Health::ok);
  }

  TEST_CASE("grey failure of a zone: its share of the requests fails, no more") {
    ShopWorld world;
    world.fault("fail requests", "{ by: 60 %, on: Storefront, in: us-east-1b, for: 5min }");
    world.run_for(2min);
    CHECK(world.storefront().errors == doctest::Approx(.2));
    world.cloud.change_quantity("Storefront", "troubles", {});
    world.run_for(1s);
    CHECK(world.storefront().errors < 1e-6);
  }

  TEST_CASE("an expired certificate fails all, and is the reason") {
    ShopWorld world;
    world.fault("expire certificate", "{ on: Orders, for: 5min }");
    world.run_for(1min);
    CHECK(world.storefront().errors == doctest::Approx(1));
    CHECK(world.told({EntryKind::health}).back().find("certificate has expired") !=
          std::string::npos);
  }

  TEST_CASE("V11 a spike with eager retries leaves a storm that shedding load ends") {
    ShopWorld world{R"(
Storefront:
  served by: ShopFleet
  servers: 2
  work: exponential(mean 20ms)
  demand: { rate: 450/s, timeout: 1s, retries: 3 }
)"};
    CHECK(world.cloud.health("Storefront") == Health::ok);
    world.fault("spike demand", "{ by: 100 %, on: Storefront, for: 1min }");
    world.run_for(30min);
    CHECK(world.storefront().user_errors > .9);
    world.cloud.change_quantity("Storefront", "demand", {Change::How::to, 20});
    world.run_for(10min);
    world.cloud.change_quantity("Storefront", "demand", {Change::How::to, 100});
    world.run_for(10min);
    CHECK(world.storefront().user_errors < .01);
  }

  TEST_CASE("an empty cache sends everything to what is behind it, until it is warm again") {
    ShopWorld world{R"(
Storefront:
  served by: ShopFleet
  work: exponential(mean 20ms)
  demand: { rate: 300/s }
  needs: { Orders: { hits: 90 %, warms in: 10min } }
Orders: { servers: 1, work: exponential(mean 5ms) }
)"};
    CHECK(world.workload().flows[1].offered == doctest::Approx(30));
    world.fault("flush caches", "{ on: Storefront }");
    world.run_for(1s);
    CHECK(world.workload().flows[1].offered == doctest::Approx(300));
    CHECK(world.workload().flows[1].capacity == doctest::Approx(200));
    world.run_for(11min);
    CHECK(world.workload().flows[1].offered == doctest::Approx(30));
  }

  TEST_CASE("V05 a heavy tail is played request by request, and the journal says so") {
    ShopWorld world{R"(
Storefront:
  served by: ShopFleet
  servers: 1
  work: { 99.9 %: exponential(mean 100ms), 0.1 %: exponential(mean 10s) }
  demand: { rate: 43.68/s }
)"};
    CHECK(world.storefront().utilisation == doctest::Approx(.8).epsilon(.001));
    CHECK(world.storefront().latency.mean == doctest::Approx(4.003 + .1099).epsilon(.002));
    // The median hardly feels the tail that the mean is made of.
    CHECK(workload::latency_of(world.workload(), 0, .5) < 2);
    const auto told = world.told({EntryKind::metric});
    CHECK(std::ranges::any_of(told, [](const std::string& line) {
      return line.find("played one by one") != std::string::npos;
    }));
  }

  TEST_CASE("single points of failure are told with the run") {
    ShopWorld world;
    bool told = false;
    for (const JournalEntry& entry : world.journal.entries())
      if (entry.detail.is_object() && entry.detail.contains("single points")) {
        told = true;
        CHECK(entry.detail["single points"] == Json::array({"Orders"}));
      }
    CHECK(told);
  }

  TEST_CASE("a season bends rates without steps") {
    ShopWorld world{R"(
Storefront:
  served by: ShopFleet
  servers: 2
  work: exponential(mean 20ms)
  demand: { rate: 200/s, by day: 50 %, peak hour: 14 }
)"};
    for (const int hours : {1, 4, 11, 12}) {
      world.run_for(std::chrono::hours{hours});
      const auto& component = world.workload().system.components[0];
      const double wanted =
          rate_at(world.workload().lives[0].demand, world.sim.now(), world.sim.start());
      const double passed =
          std::chrono::duration<double>(world.sim.now() - world.workload().since).count();
      CHECK(component.demand + component.slope * passed == doctest::Approx(wanted).epsilon(.003));
    }
  }

  TEST_CASE("what cannot be is told with its place") {
    const auto complaint = [](std::string_view section) {
      try {
        ShopWorld world{section};
      } catch (const BadInput& bad) {
        return std::string{bad.what()};
      }
      return std::string{};
    };
    CHECK(complaint("A: { served by: ShopFlet }").find("is no resource") != std::string::npos);
    CHECK(complaint("A: { needs: { B: {} } }").find("no component") != std::string::npos);
    CHECK(complaint("A: { needs: { B: {} } }\nB: { needs: { A: {} } }").find("in a round") !=
          std::string::npos);
    CHECK(complaint("ShopFleet: {}").find("is a resource already") != std::string::npos);
  }
}

}  // namespace
}  // namespace opsim::tests
