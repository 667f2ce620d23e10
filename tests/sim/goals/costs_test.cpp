// What a run cost, as a model of prices tells it.
#include "opsim/cloud/cloud.hpp"
#include "tests/sim/goals/court.hpp"

namespace opsim::tests {
namespace {

struct Till : Model {};
ApiResult<Json> inspect_till(Till& /*till*/, const Request& request) {
  Json unpriced = Json::array();
  if (request.place().region != "us-east-1") unpriced.push_back("m6i.large in mars-1");
  return Json{{"Cost", 9.216}, {"Running", 8}, {"Peak", 16}, {"Unpriced", std::move(unpriced)}};
}
constexpr Operation kLook[] = {{"InspectCosts", Access::read, immediate<Till, inspect_till>}};
const Service kTill{
    .name = "costs",
    .title = "stand-in",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Till>(); },
    .operations = kLook};
const Service* const kTillCatalog[] = {&kTill};

std::string till_says(std::string_view goal, const char* region = "us-east-1") {
  Story story;
  Cloud cloud{story.sim, story.journal, kTillCatalog, Place{"123456789012", region}};
  REQUIRE(complaint_of(goal).empty());
  const Document document = read_yaml("goal", goal);
  const Entry entry = document.root.entry(0);
  const Goal read{find_goal_kind(entry.key), entry.value, "scenario.yaml:29"};
  const Verdict verdict =
      judge({&read, 1}, {cloud, story.journal, {}, story.sim.start(), story.sim.start() + 6h})[0];
  return fmt::format("{}, {}: {}", verdict.met ? "met" : "missed", verdict.wanted,
                     verdict.observed);
}

}  // namespace

TEST_SUITE("goals: costs") {
  TEST_CASE("a sum of dollars, and the most instances at one time") {
    CHECK(till_says("cost: { at most: 9.25 USD }") == "met, at most 9.25 USD: 9.22 USD");
    CHECK(till_says("cost: { at most: 9 USD }") == "missed, at most 9.00 USD: 9.22 USD");
    CHECK(till_says("peak instances: { at most: 8 }") == "missed, at most 8: 16");
    CHECK(till_says("peak instances: { at least: 16 }") == "met, at least 16: 16");
  }

  TEST_CASE("what has no price is named") {
    CHECK(till_says("cost: { at most: 10 USD }", "mars-1") ==
          "met, at most 10.00 USD: 9.22 USD (no price of m6i.large in mars-1)");
  }

  TEST_CASE("a sum without its currency is refused") {
    CHECK(complaint_of("cost: { at most: 9 EUR }").find("write for example 9.50 USD") !=
          std::string::npos);
    CHECK_FALSE(complaint_of("cost: {}").empty());
  }
}

}  // namespace opsim::tests
