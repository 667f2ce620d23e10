// A post-incident review of each kind of outcome stands beside its scenario, in expected.review.md:
// one that people mended, one that a zone's loss made. UPDATE_GOLDEN=1 rewrites them.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "models/catalog.hpp"
#include "tools/report/drill_score.hpp"
#include "tools/report/exports.hpp"

namespace opsim {
namespace {

namespace fs = std::filesystem;

std::string review_of(const Scenario& scenario, std::string_view choice_name) {
  const Choice* choice = scenario.choice(choice_name);
  REQUIRE(choice != nullptr);
  World world{scenario, catalog(), {.seed = scenario.seed, .choice = choice}};
  world.run();
  const std::vector<Incident> incidents = world.incidents();
  const std::vector<Verdict> verdicts = world.verdicts();
  return report::review_markdown({scenario, choice, world, incidents, verdicts});
}

bool says(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

TEST_SUITE("post-incident review") {
  TEST_CASE("reads as it stands beside the scenario") {
    struct Row {
      const char* scenario;
      const char* choice;
    };
    constexpr Row rows[] = {{"scenarios/automation-first/q1-disk-full", "people only"},
                            {"scenarios/failure/zone-lost", "exact fit"}};
    for (const auto& [path, choice] : rows) {
      CAPTURE(path);
      const std::string review = review_of(read_scenario(path, catalog()), choice);
      const fs::path golden = fs::path{path} / "expected.review.md";
      if (std::getenv("UPDATE_GOLDEN") != nullptr)
        std::ofstream{golden, std::ios::binary} << review;
      std::ifstream in{golden, std::ios::binary};
      const std::string expected{std::istreambuf_iterator<char>{in},
                                 std::istreambuf_iterator<char>{}};
      CHECK(expected == review);
    }
  }

  TEST_CASE("each gap has its follow-up; what went well has neither") {
    const Scenario disk = read_scenario("scenarios/automation-first/q1-disk-full", catalog());
    const std::string by_hand = review_of(disk, "people only");
    // The choice leaves CleanUpRule out; the runbook that it would have started stands at line 145.
    CHECK(says(by_hand, "the runbook CleanUp stood ready and never ran"));
    CHECK(says(by_hand, "| Let the alarm start CleanUp. |"));
    CHECK(says(by_hand, "CleanUpRule is left out by choice 'people only'"));
    CHECK(says(by_hand, "page-1: primary paged by sms"));
    const std::string automated = review_of(disk, "recommended");
    CHECK(says(automated, "The runbook CleanUp put it right"));
    CHECK(says(automated, "Nobody was paged. All 4 goals were met."));
    CHECK(!says(automated, "stood ready and never ran"));
  }

  TEST_CASE("the stages of a recovery name the lines that set them") {
    const Scenario disk = read_scenario("scenarios/automation-first/q1-disk-full", catalog());
    const std::string review = review_of(disk, "recommended");
    // The alarm of stack.yaml:68 has Period 60 and 2 of 2 datapoints; the rule is line 102's.
    CHECK(says(review, "DiskAlarm (`stack.yaml:68`): 1 min period, 2 of 2 datapoints"));
    CHECK(says(review, "CleanUpRule (`stack.yaml:102`)"));
    CHECK(says(review, "CleanUp (`stack.yaml:145`), its longest step clean (`stack.yaml:151`)"));
  }
}

TEST_SUITE("scores of drills") {
  TEST_CASE("V27 Score arithmetic: Gremlin's means of means, Litmus' weights") {
    using report::DrillOutcome;
    constexpr DrillOutcome each[] = {DrillOutcome::passed, DrillOutcome::expired,
                                     DrillOutcome::failed, DrillOutcome::not_run};
    constexpr double points[] = {100, 75, 50, 0};
    for (std::size_t i = 0; i < 4; ++i)
      CHECK(report::category_score(std::span{&each[i], 1}) == points[i]);
    CHECK(report::category_score(each) == 56.25);
    constexpr double categories[] = {100, 50};
    CHECK(report::mean_score(categories) == 75);  // not weighted by the number of tests
    constexpr report::WeightedProbe probes[] = {{10, 100}, {5, 50}};
    CHECK(report::weighted_score(probes) == doctest::Approx(83.3).epsilon(1e-3));
  }

  // Resilience Hub User Guide, "Calculating resiliency scores": two of three alarms are 13.33
  // ((2/3) * 20) points, rounded to 13. AWS blog, "How to use the AWS Resilience Hub score":
  // without FIS experiments the most is 80.
  TEST_CASE(
      "V27 Score arithmetic: Resilience Hub's points for alarms, SOPs, tests and the policy") {
    using report::Coverage;
    constexpr Coverage all{.implemented = 4, .recommended = 4};
    constexpr Coverage none{.recommended = 4};
    const auto score = report::resiliency_score(1, {.implemented = 2, .recommended = 3}, all, all);
    CHECK(score.alarms == doctest::Approx(13.33).epsilon(1e-3));
    CHECK(report::points(score.alarms) == 13);
    CHECK(report::points(score.total()) == 93);
    CHECK(report::points(report::resiliency_score(1, all, all, none).total()) == 80);
    CHECK(report::points(report::resiliency_score(1, all, all, all).total()) == 100);
    CHECK(report::points(report::resiliency_score(0, none, none, none).total()) == 0);
    // "Excluded recommendations count as implemented."
    CHECK(report::resiliency_score(1, {.implemented = 1, .excluded = 2, .recommended = 3}, all, all)
              .alarms == 20);
  }

  TEST_CASE("compliance with the policy weighs the kinds of disruption") {
    using report::Compliance;
    using report::Coverage;
    constexpr Coverage met{.implemented = 1, .recommended = 1};
    constexpr Coverage breached{.recommended = 1};
    constexpr Coverage half{.implemented = 1, .recommended = 2};
    const auto share = [](const Compliance& one) { return report::share_of(one); };
    CHECK(share({met, met, met, met}) == doctest::Approx(1));
    CHECK(share({breached, met, met, met}) == doctest::Approx(.6));
    CHECK(share({met, met, half, breached}) == doctest::Approx(.8));
    CHECK(share({met, met, breached, {}}) == doctest::Approx(70.0 / 90));  // no target for a Region
  }

  TEST_CASE("a review counts what worked: goals, alarms, automation, experiments") {
    const Scenario disk = read_scenario("scenarios/automation-first/q1-disk-full", catalog());
    const std::string automated = review_of(disk, "recommended");
    CHECK(says(automated, "| Recovery goals that were met | 1 of 1 | 40 of 40 |"));
    CHECK(says(automated, "| Experiments that passed within 30 days | 0 of 1 | 0 of 20 |"));
    CHECK(says(automated, "80 of 100, by the weights of AWS Resilience Hub."));
    const std::string by_hand = review_of(disk, "people only");
    CHECK(says(by_hand, "| Troubles that automation ended, without people | 0 of 1 | 0 of 20 |"));
    CHECK(says(by_hand, "20 of 100"));  // the alarm alone
  }

  TEST_CASE("six monthly drills of which one stopped itself") {
    const Scenario monthly = read_scenario("scenarios/failure/q7-monthly-chaos", catalog());
    const std::string review = review_of(monthly, "schedule");
    CHECK(says(review, "| ZoneDrill (`stack.yaml:80`) | 6 | 5 | 92 |"));  // (5 x 100 + 50) / 6
  }
}

}  // namespace
}  // namespace opsim
