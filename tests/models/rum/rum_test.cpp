// AWS: CloudWatch User Guide, CloudWatch-RUM-metrics; CloudWatch RUM API Reference.
#include <cmath>

#include "models/rum/rum.hpp"
#include "models/rum/service.hpp"
#include "tests/models/front_end/browser_world.hpp"

namespace opsim::tests {
namespace {

const Service* const kRumServices[] = {&kWorkload, &kFrontEnd, &kRum};

struct RumWorld : BrowserWorld {
  RumWorld() : BrowserWorld{kRumServices} {}
  void monitor(double rate, const Json& telemetries, const char* domain = "shop.example.com") {
    make(
        "AWS::RUM::AppMonitor", "ShopMonitor",
        {{"Name", "shop"},
         {"Domain", domain},
         {"AppMonitorConfiguration", {{"SessionSampleRate", rate}, {"Telemetries", telemetries}}}});
    run_for(1min);
  }
  std::optional<double> sum(const char* metric) {
    return all_of("AWS/RUM", metric, {{"application_name", "shop"}}, "Sum");
  }
};

}  // namespace

TEST_SUITE("rum") {
  TEST_CASE("SessionSampleRate decides how many sessions are recorded") {
    RumWorld world;
    world.monitor(0.1, {"errors"});
    world.run_for(60min);
    // 600 a minute, a tenth of them; five standard deviations of a Poisson count.
    const double expected = 600 * 60 * 0.1;
    CHECK(std::abs(world.sum("SessionCount").value() - expected) < 5 * std::sqrt(expected) + 60);
    CHECK(world.sum("PageViewCount") == 3 * world.sum("SessionCount").value());
    CHECK(world.sum("JsErrorCount") == std::nullopt);  // nothing broke
  }

  TEST_CASE("errors of broken sessions are counted, with the trouble as their cause") {
    RumWorld world;
    world.monitor(1, {"errors"});
    const CauseId fault = world.journal.write({.kind = EntryKind::fault, .subject = "the fault"});
    {
      const CauseScope because{world.sim, fault};
      world.break_step("{ on: Shop, named: pay, by: 20 % }");
    }
    world.run_for(30min);
    const double expected = 600 * 30 * 0.2;
    CHECK(std::abs(world.sum("JsErrorCount").value() - expected) < 5 * std::sqrt(expected) + 120);
    CHECK(world.cloud.read_quantity("Shop", "broken sessions seen").value() > 90);
    const auto series = world.cloud.metrics().find(
        {world.cloud.home(), "AWS/RUM", "JsErrorCount", {{"application_name", "shop"}}});
    REQUIRE(series);
    CHECK(world.cloud.metrics().latest_cause(*series, world.sim.now()) == fault);
  }

  TEST_CASE("without errors among the Telemetries there is no JsErrorCount") {
    RumWorld world;
    world.monitor(1, {"performance"});
    world.break_step("{ on: Shop, named: pay, by: 20 % }");
    world.run_for(10min);
    CHECK(world.sum("JsErrorCount") == std::nullopt);
    CHECK(world.sum("SessionCount").value() > 0);
    CHECK(world.cloud.read_quantity("Shop", "broken sessions seen") == 0);
  }

  TEST_CASE("a monitor of another domain records nothing") {
    RumWorld world;
    world.monitor(1, {"errors"}, "other.example.com");
    world.run_for(10min);
    CHECK(world.sum("SessionCount") == std::nullopt);
  }

  TEST_CASE("the API") {
    RumWorld world;
    CHECK(world.refusal("rum", "CreateAppMonitor", {{"Name", "shop"}}) == "ValidationException");
    const Json shop{{"Name", "shop"}, {"Domain", "shop.example.com"}};
    world.must("rum", "CreateAppMonitor", shop);
    CHECK(world.refusal("rum", "CreateAppMonitor", shop) == "ConflictException");
    const Json told = world.must("rum", "GetAppMonitor", {{"Name", "shop"}});
    CHECK(told.at("AppMonitor").at("Domain") == "shop.example.com");
    CHECK(world.must("rum", "ListAppMonitors").at("AppMonitorSummaries").size() == 1);
    world.must("rum", "DeleteAppMonitor", {{"Name", "shop"}});
    CHECK(world.refusal("rum", "GetAppMonitor", {{"Name", "shop"}}) == "ResourceNotFoundException");
    CHECK(world.refusal("rum", "CreateAppMonitor",
                        {{"Name", "b"},
                         {"Domain", "b.example.com"},
                         {"AppMonitorConfiguration", {{"SessionSampleRate", 1.5}}}}) ==
          "ValidationException");
  }

  TEST_CASE("counts whose mean is known vary as Poisson's law says") {
    Stream luck{Seed{1}, "counts"};
    for (const double mean : {0.3, 4.0, 200.0}) {
      double sum = 0;
      double squares = 0;
      constexpr int draws = 4000;
      for (int i = 0; i < draws; ++i) {
        const double count = rum::draw_count(luck, mean);
        sum += count;
        squares += count * count;
      }
      const double average = sum / draws;
      CAPTURE(mean);
      CHECK(average == doctest::Approx(mean).epsilon(0.06));
      CHECK(squares / draws - average * average == doctest::Approx(mean).epsilon(0.12));
    }
  }
}

}  // namespace opsim::tests
