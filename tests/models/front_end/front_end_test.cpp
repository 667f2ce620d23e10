// Sessions in browsers: arithmetic from the README of models/front_end.
#include "tests/models/front_end/browser_world.hpp"

namespace opsim::tests {
namespace {

const Service* const kBrowserServices[] = {&kWorkload, &kFrontEnd};

}  // namespace

TEST_SUITE("front ends") {
  TEST_CASE("sessions are the requests of a component, divided") {
    BrowserWorld world{kBrowserServices};
    const double before = world.shop().sessions;
    world.run_for(10min);
    CHECK(world.shop().sessions - before == doctest::Approx(6'000));  // 120/s x 600 s / 12
    CHECK(world.shop().broken == 0);
  }

  TEST_CASE("a step that breaks is down in the browser, and its servers get less, no errors") {
    BrowserWorld world{kBrowserServices};
    world.break_step("{ on: Shop, named: pay, by: 20 % }");
    world.run_for(10min);
    CHECK(world.cloud.health("Shop") == Health::down);
    CHECK(world.shop().broken == doctest::Approx(1'200));
    CHECK(world.cloud.read_quantity("Checkout", "demand") == doctest::Approx(80));
    CHECK(world.cloud.read_quantity("Storefront", "demand") == doctest::Approx(100));
    CHECK(world.cloud.read_quantity("Checkout", "errors").value() < 0.1);
    CHECK(world.cloud.health("Checkout") == Health::ok);
  }

  TEST_CASE("what breaks at several steps adds up as chances do") {
    BrowserWorld world{kBrowserServices};
    world.break_step("{ on: Shop, named: pay, by: 20 % }");
    world.break_step("{ on: Shop, named: basket, by: 50 % }");
    CHECK(front_end::breaks(world.shop()) == doctest::Approx(1 - 0.8 * 0.5));
    CHECK(front_end::breaks_at(world.shop(), "basket") == doctest::Approx(0.5));
  }

  TEST_CASE("less than the objective hurts nobody; a repair puts all of it right") {
    BrowserWorld world{kBrowserServices};
    world.break_step("{ on: Shop, named: pay, by: 0.5 % }");
    CHECK(world.cloud.health("Shop") == Health::ok);  // the objective is 1 %
    world.break_step("{ on: Shop, named: pay, by: 10 % }");
    CHECK(world.cloud.health("Shop") == Health::down);
    CHECK(world.cloud.read_quantity("Shop", "troubles") == 2);
    world.cloud.change_quantity("Shop", "troubles", {Change::How::to, 0});
    CHECK(world.cloud.health("Shop") == Health::ok);
    CHECK(world.cloud.read_quantity("Checkout", "demand") == doctest::Approx(100));
  }

  TEST_CASE("why nobody noticed: no server was asked, and no browser reported") {
    BrowserWorld world{kBrowserServices};
    Model& ends = *world.cloud.model("front_end");
    CHECK(kFrontEnd.explain(ends, "Shop").empty());  // nothing broke
    world.break_step("{ on: Shop, named: pay, by: 20 % }");
    world.run_for(10min);
    const auto lines = kFrontEnd.explain(ends, "Shop");
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].starts_with("1200 of "));
    CHECK(lines[1].find("no app monitor collects errors") != std::string::npos);
    world.cloud.change_quantity("Shop", "broken sessions seen", {Change::How::by, 120});
    CHECK(kFrontEnd.explain(ends, "Shop")[1] == "Of 120 of them a browser reported an error.");
    CHECK(kFrontEnd.explain(ends, "Checkout").empty());
  }

  TEST_CASE("a fault that is over, and one that names no step") {
    BrowserWorld world{kBrowserServices};
    world.break_step("{ on: Shop, named: pay, by: 20 %, for: 5min }");
    world.break_step("{ on: Shop, named: paye, by: 20 % }");
    world.run_for(6min);
    CHECK(world.cloud.health("Shop") == Health::ok);
    CHECK(world.shop().broken == doctest::Approx(600));
    CHECK(world.entry_about("Shop", EntryKind::note).text.find("no step paye") !=
          std::string::npos);
  }
}

}  // namespace opsim::tests
