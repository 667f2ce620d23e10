// What the reader of scenarios says: where, what is wrong, what was expected, what was meant.
#include <doctest/doctest.h>

#include <algorithm>

#include "reading.hpp"

namespace opsim::tests {
namespace {

bool says(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

TEST_SUITE("scenario: errors") {
  TEST_CASE("a number without its unit is refused, with what to write") {
    const ScenarioFolder folder{"opsim-test-units"};
    struct Row {
      std::string_view line;
      std::string_view said;
    };
    const Row rows[] = {
        {"goals:\n  - recovery time: { of: WebFleet, at most: 15 }\n",
         "scenario.yaml:5:45: recovery time: 15 has no unit; write 15min or 15s"},
        {"goals:\n  - availability: { of: WebFleet, at least: 99 }\n",
         "scenario.yaml:5:45: availability: 99 has no unit; write 99 %"},
        {"timeline:\n  - { at: 2, do: terminate instance on WebFleet hitting one }\n",
         "scenario.yaml:5:11: at: 2 has no unit; write 2min or 2s"},
        {"timeline:\n  - { at: 'uniform(1, 2)', do: terminate instance on WebFleet }\n",
         "scenario.yaml:5:11: at is \"uniform(1, 2)\"; must be a duration or a distribution of "
         "durations"},
        {"timeline:\n  - { at: 1h, do: surge disk growth to 40 on WebFleet }\n",
         "scenario.yaml:5:19: surge disk growth: 40 has no unit; write 40 %/min or 40 %/s"},
    };
    for (const auto& [line, said] : rows) CHECK(folder.errors(fleet_scenario(line)) == said);
  }

  TEST_CASE("what would happen after the end of the run is refused") {
    const ScenarioFolder folder{"opsim-test-late"};
    CHECK(folder.errors(
              fleet_scenario("timeline: [{ at: 90h, do: terminate instance on WebFleet }]\n")) ==
          "scenario.yaml:4:18: at is \"90h\": the run ends at 1 h, before it would happen");
  }

  TEST_CASE("a word that is not known is told with the nearest one") {
    const ScenarioFolder folder{"opsim-test-words"};
    struct Row {
      std::string_view lines;
      std::string_view said;  // the beginning
    };
    const Row rows[] = {
        {"gaols: []\n", "scenario.yaml:4:1: \"gaols\" is not known here; did you mean \"goals\"?"},
        {"goals: [{ recovry time: { at most: 5min } }]\n",
         "scenario.yaml:4:11: \"recovry time\" is no goal; did you mean \"recovery time\"?; goals "
         "are alarm, availability, blast radius, cost, "},
        {"goals: [{ pages: { at mots: 0 } }]\n",
         "scenario.yaml:4:20: pages: \"at mots\" is not known here; did you mean \"at most\"?"},
        {"goals: [{ recovery time: { of: WebFlet, at most: 5min } }]\n",
         "scenario.yaml:4:32: recovery time: no stack has a resource \"WebFlet\"; did you mean "
         "\"WebFleet\"?"},
        {"physics: { WebFleet: { disk: { grow: 2 %/h } } }\n",
         "scenario.yaml:4:32: physics of WebFleet: disk: \"grow\" is not known here; did you mean "
         "\"grows\"?"},
        {"physics: { WebFlet: { disk: { grows: 2 %/h } } }\n",
         "scenario.yaml:4:21: physics of \"WebFlet\": no stack has a resource of that name; did "
         "you mean \"WebFleet\"?"},
        {"timeline: [{ at: 5min, do: terminate instances on WebFleet }]\n",
         "scenario.yaml:4:28: \"terminate instances on WebFleet\" names no fault; did you mean "
         "\"terminate instance\"?"},
        {"timeline: [{ at: 5min, do: terminate instance on WebFlet }]\n",
         "scenario.yaml:4:28: \"terminate instance on WebFlet\": no stack has a resource "
         "\"WebFlet\"; did you mean \"WebFleet\"?"},
        {"choices: { a: { disable: Alram } }\n",
         "scenario.yaml:4:26: no stack has a resource \"Alram\"; did you mean \"Alarm\"?"},
        {"choices: { a: { parameters: { Sise: 3 } } }\n",
         "scenario.yaml:4:37: choice a: no stack has a parameter \"Sise\"; did you mean "
         "\"Size\"?"},
    };
    for (const auto& [lines, said] : rows) {
      const std::string errors = folder.errors(fleet_scenario(lines));
      CAPTURE(errors);
      CHECK(errors.substr(0, said.size()) == said);
      CHECK(std::ranges::count(errors, '\n') == 0);  // and nothing else
    }
  }

  TEST_CASE("all that is wrong is told at once, in the order of the file") {
    const ScenarioFolder folder{"opsim-test-all"};
    const std::string errors = folder.errors(R"(scenario: much is wrong
clock: { duration: soon, seed: -1 }
stacks: [{ template: stack.yaml }]
timeline:
  - { at: 2, do: terminate instance on WebFleet }
  - { at: 1h }
goals:
  - pages: {}
  - pages: { at most: 1, at least: 2 }
)");
    std::vector<std::string> places;
    for (std::size_t at = 0; at < errors.size(); at = errors.find('\n', at) + 1) {
      places.push_back(errors.substr(at, errors.find(": ", at) - at));
      if (errors.find('\n', at) == errors.npos) break;
    }
    CHECK(places == std::vector<std::string>{"scenario.yaml:2:20", "scenario.yaml:2:32",
                                             "scenario.yaml:5:11", "scenario.yaml:6:5",
                                             "scenario.yaml:8:12", "scenario.yaml:9:12"});
    CHECK(says(errors, "pages: says nothing; expected `at most` or `at least`"));
    CHECK(says(errors, "pages: nothing is at least 2 and at most 1"));
  }

  TEST_CASE("a template that cannot be read is one error: names that it would have are let be") {
    const ScenarioFolder folder{"opsim-test-missing"};
    const std::string errors = folder.errors(R"(scenario: no template
clock: { duration: 1h }
stacks: [{ template: stak.yaml }]
physics: { WebFleet: { disk: { grows: 2 %/h } } }
timeline: [{ at: 5min, do: terminate instance on WebFleet }]
goals: [{ recovery time: { of: WebFleet, at most: 5min } }]
choices: { a: { disable: Alarm, parameters: { Size: '3' } } }
)",
                                             {{"Size", "4"}});
    CHECK(errors == "scenario.yaml:3:22: no file \"stak.yaml\" beside the scenario");
  }

  TEST_CASE("`which: false` needs no quotes; other words are told") {
    const ScenarioFolder folder{"opsim-test-which"};
    CHECK(folder.errors(fleet_scenario("goals: [{ pages: { which: false, at most: 0 } }]\n")) ==
          "");
    CHECK(folder.errors(fleet_scenario("goals: [{ pages: { which: 'false', at most: 0 } }]\n")) ==
          "");
    CHECK(folder.errors(fleet_scenario("goals: [{ pages: { which: true, at most: 0 } }]\n")) ==
          "scenario.yaml:4:18: pages: which is true; one of all, false, missed, before the "
          "automation failed");
  }
}

}  // namespace
}  // namespace opsim::tests
