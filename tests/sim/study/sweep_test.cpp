// Many runs: what they say does not depend on who ran them.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "models/catalog.hpp"
#include "opsim/study/statistics.hpp"
#include "opsim/study/sweep.hpp"
#include "tools/cli/lesson_table.hpp"

namespace opsim {
namespace {

constexpr std::size_t kRuns = 24;

Scenario disk_full() { return read_scenario("scenarios/automation-first/q1-disk-full", catalog()); }

std::vector<cli::ChoiceOutcome> all_choices(const Scenario& scenario, unsigned threads) {
  std::vector<cli::ChoiceOutcome> outcomes;
  for (const Choice& choice : scenario.choices)
    outcomes.push_back({&choice, sweep(scenario, catalog(),
                                       {.runs = kRuns, .threads = threads, .choice = &choice})});
  return outcomes;
}

/// Everything a sweep says, a line a goal.
std::string whole_text(const std::vector<cli::ChoiceOutcome>& outcomes) {
  std::string text = cli::table_text(outcomes);
  for (const auto& [choice, result] : outcomes)
    for (const GoalOutcome& goal : result.goals)
      text += fmt::format("{} {} {} {} {} {}\n", choice->name, goal.name, goal.met,
                          fmt::join(known(goal.values), " "), fmt::join(goal.observed, "|"),
                          goal.first_missed.value_or(0));
  return text;
}

TEST_SUITE("study: sweep") {
  TEST_CASE("the table is the same, byte for byte, on 1, 2 and 8 threads") {
    const Scenario scenario = disk_full();
    const std::string one = whole_text(all_choices(scenario, 1));
    CHECK(whole_text(all_choices(scenario, 2)) == one);
    CHECK(whole_text(all_choices(scenario, 8)) == one);
  }

  TEST_CASE("a run of a sweep is the run that `opsim run --seed` plays") {
    const Scenario scenario = disk_full();
    const SweepResult two = sweep(scenario, catalog(), {.first_seed = 5, .runs = 2});
    const SweepResult second = sweep(scenario, catalog(), {.first_seed = 6, .runs = 1});
    for (std::size_t i = 0; i < two.goals.size(); ++i)
      CHECK(two.goals[i].observed.at(1) == second.goals[i].observed.at(0));
  }

  TEST_CASE("a failure is the same on any number of threads") {
    Scenario scenario = disk_full();
    scenario.stacks.at(0).settings.parameters["DiskAlarmPages"] = "perhaps";  // not allowed
    std::string first;
    for (const unsigned threads : {1U, 2U, 8U}) {
      std::string said;
      try {
        static_cast<void>(sweep(scenario, catalog(), {.runs = 8, .threads = threads}));
      } catch (const BadInput& bad) {
        said = bad.what();
      }
      CHECK(said.find("DiskAlarmPages") != said.npos);
      if (first.empty()) first = said;
      CHECK(said == first);
    }
  }

  TEST_CASE("the interval of a share is Wilson's") {
    struct Row {
      std::size_t successes;
      std::size_t trials;
      double low;
      double high;
    };
    // Newcombe 1998, Statistics in Medicine 17, table I, method 3 (score without continuity
    // correction).
    const Row rows[] = {
        {81, 263, 0.2553, 0.3662},
        {15, 148, 0.0624, 0.1605},
        {0, 20, 0.0000, 0.1611},
        {1, 29, 0.0061, 0.1718},
    };
    for (const auto& [successes, trials, low, high] : rows) {
      const Interval interval = wilson(successes, trials);
      CAPTURE(successes);
      CHECK(std::abs(interval.low - low) < 0.00005);
      CHECK(std::abs(interval.high - high) < 0.00005);
    }
    CHECK(wilson(29, 29).high == 1);
    CHECK(wilson(0, 0).low == 0);
    CHECK(wilson(0, 0).high == 1);
  }

  TEST_CASE("the table of a lesson shows goals down, choices across; the lesson holds") {
    const Scenario scenario = disk_full();
    const auto outcomes = all_choices(scenario, 2);
    const std::string table = cli::table_text(outcomes);
    CHECK(table.starts_with("met in how many of 24 seeds "));
    for (const Choice& choice : scenario.choices) CHECK(table.find(choice.name) != table.npos);
    CHECK(table.find("  pages at most 0 ") != table.npos);
    CHECK(table.find("0.0 % [0, 14]") != table.npos);  // people only, never
    CHECK(cli::what_does_not_hold(scenario, outcomes).empty());
  }
}

}  // namespace
}  // namespace opsim
