// Goals about what users got, asked of a stand-in that counted it.
#include <tuple>

#include "tests/sim/goals/court.hpp"

namespace opsim::tests {
namespace {

class Counter : public Model {};

ApiResult<Json> inspect_users(Counter& /*counter*/, const Request& request) {
  Json all = Json::array();
  for (const auto& [name, failed, hurt] :
       {std::tuple{"Shop", 500.0, 120.0}, {"Search", 0.0, 0.0}}) {
    const std::string wanted = request.input.value("Component", "");
    if (wanted.empty() || wanted == name)
      all.push_back(
          {{"Component", name}, {"Requests", 1e6}, {"Failed", failed}, {"HurtSeconds", hurt}});
  }
  return Json{{"Components", std::move(all)}};
}
constexpr Operation kInspect[] = {
    {"InspectWorkload", Access::read, immediate<Counter, inspect_users>}};
const Service kCounter{
    .name = "workload",
    .title = "stand-in",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Counter>(); },
    .operations = kInspect};
const Service* const kCounterCatalog[] = {&kCounter};

std::string users_say(std::string_view goal) {
  Story story;
  Cloud cloud{story.sim, story.journal, kCounterCatalog, Place{"123456789012", "us-east-1"}};
  story.journal.write({.kind = EntryKind::metric,
                       .level = Level::goals,
                       .subject = "Shop",
                       .text = "stands",
                       .detail = {{"single points", {"Orders"}}}});
  REQUIRE(complaint_of(goal).empty());
  const Document document = read_yaml("goal", goal);
  const Entry entry = document.root.entry(0);
  const Goal read{find_goal_kind(entry.key), entry.value, "scenario.yaml:29"};
  const Verdict verdict =
      judge({&read, 1}, {cloud, story.journal, {}, story.sim.start(), story.sim.start() + 6h})[0];
  return fmt::format("{}: {}", verdict.met ? "met" : "missed", verdict.observed);
}

}  // namespace

TEST_SUITE("goals: users") {
  TEST_CASE("failed requests, as a share of all") {
    CHECK(users_say("failed requests: { of: Shop, at most: 0.1 % }") ==
          "met: 0.05 % (500 of 1000000)");
    CHECK(users_say("failed requests: { of: Shop, at most: 0.01 % }") ==
          "missed: 0.05 % (500 of 1000000)");
    CHECK(users_say("failed requests: { at most: 0.1 % }") == "met: 0.025 % (500 of 2000000)");
  }
  TEST_CASE("users hurt: the component that was hurt longest") {
    CHECK(users_say("users hurt: { at most: 1min }") == "missed: 2 min");
    CHECK(users_say("users hurt: { of: Search, at most: 0s }").starts_with("met"));
  }
  TEST_CASE("an error budget: six hours of a window of thirty days") {
    // 120 times as many requests, a thousandth of which may fail: 120,000.
    CHECK(users_say("error budget: { of: Shop, at most: 1 % }") == "met: 0.4167 %");
    CHECK(users_say("error budget: { of: Shop, objective: 99.99 %, at most: 1 % }") ==
          "missed: 4.1667 %");
    CHECK(users_say("error budget: { of: Shop, window: 6h, at most: 50 % }") == "met: 50 %");
  }
  TEST_CASE("single points of failure, by name") {
    CHECK(users_say("single points of failure: { at most: 0 }") == "missed: 1 (Orders)");
    CHECK(users_say("single points of failure: { of: Search, at most: 0 }") == "met: 0");
  }
  TEST_CASE("recovery time after a kind of disruption") {
    Court court;
    court.trouble(1h, 2min, 1h + 10min);
    CHECK(court.say("recovery time: { after: no such words, at most: 5min }") ==
          "met: no incident (wanted at most 5 min)");
  }
}

}  // namespace opsim::tests
