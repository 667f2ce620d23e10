// Scenarios as they are meant: sentences, choices, what the command line sets, sections.
#include <doctest/doctest.h>

#include "opsim/json.hpp"
#include "opsim/scenario/world.hpp"
#include "reading.hpp"

namespace opsim::tests {
namespace {

using namespace std::chrono_literals;

std::vector<std::string> verdict_lines(const Scenario& scenario, Level keep, Seed seed,
                                       const Choice* choice) {
  World world{scenario, catalog(), {.seed = seed, .choice = choice, .keep = keep}};
  world.run();
  std::vector<std::string> lines;
  for (const Verdict& verdict : world.verdicts())
    lines.push_back(verdict.name + ": " + verdict.observed + (verdict.met ? " met" : " missed"));
  return lines;
}

std::size_t instances_of(const Scenario& scenario, const Choice* choice) {
  World world{scenario, catalog(), {.choice = choice}};
  return world.cloud().resources().of_type("AWS::EC2::Instance").size();
}

TEST_SUITE("scenario") {
  TEST_CASE("a sentence and its long form are the same fault") {
    const ScenarioFolder folder{"opsim-test-forms"};
    const auto entry = [&](std::string_view act) {
      return folder.read(fleet_scenario("timeline: [{ at: 5min, do: " + std::string{act} + " }]\n"))
          .timeline.at(0);
    };
    const TimelineEntry spoken = entry("surge disk growth to 40 %/h on WebFleet for 10min");
    const TimelineEntry written =
        entry("{ surge disk growth: { to: 40 %/h, on: WebFleet, for: 10min } }");
    CHECK(spoken.fault == written.fault);
    CHECK(spoken.arguments.to_json() == written.arguments.to_json());
    CHECK(written.text == spoken.text);
  }

  TEST_CASE("--set: a parameter, the clock, physics; what a choice says itself is set too") {
    const ScenarioFolder folder{"opsim-test-set"};
    const std::string text = fleet_scenario(
        "physics: { WebFleet: { disk: { grows: 2 %/h } } }\n"
        "choices: { plain: {}, large: { parameters: { Size: '3' } } }\n");
    const Scenario as_written = folder.read(text);
    CHECK(instances_of(as_written, as_written.choice("plain")) == 2);
    CHECK(instances_of(as_written, as_written.choice("large")) == 3);
    const Scenario set = folder.read(text, {{"Size", "4"},
                                            {"clock.duration", "2h"},
                                            {"clock.seed", "7"},
                                            {"physics.WebFleet.disk.grows", "5 %/h"}});
    CHECK(instances_of(set, set.choice("plain")) == 4);
    CHECK(instances_of(set, set.choice("large")) == 4);
    CHECK(set.duration == 2h);
    CHECK(set.seed == Seed{7});
    CHECK(set.physics.at(0).values.to_json()["disk"]["grows"] == "5 %/h");
  }

  TEST_CASE("--set: what nobody has is told with the nearest key") {
    const ScenarioFolder folder{"opsim-test-set-errors"};
    const std::string text = fleet_scenario("");
    CHECK(folder.errors(text, {{"Sise", "4"}}).find("did you mean \"Size\"?") != std::string::npos);
    CHECK(folder.errors(text, {{"clock.duration", "soon"}}).find("expected clock.duration=6h") !=
          std::string::npos);
    CHECK(folder.errors(text, {{"physics.WebFleet", "1"}}).find("expected physics.NAME.SETTING") !=
          std::string::npos);
  }

  TEST_CASE("a choice leaves out what it disables, and adds its own stacks") {
    const ScenarioFolder folder{"opsim-test-choices"};
    folder.put("more.yaml", "Resources:\n  Topic: { Type: AWS::SNS::Topic }\n");
    const Scenario scenario = folder.read(fleet_scenario(
        "choices:\n  quiet: { disable: Alarm }\n  more: { recommended: true, stacks: [{ template: "
        "more.yaml }] }\n"));
    const auto count = [&](std::string_view type, const Choice* choice) {
      World world{scenario, catalog(), {.choice = choice}};
      return world.cloud().resources().of_type(type).size();
    };
    CHECK(count("AWS::CloudWatch::Alarm", scenario.choice("quiet")) == 0);
    CHECK(count("AWS::CloudWatch::Alarm", nullptr) == 1);
    CHECK(count("AWS::SNS::Topic", scenario.choice("more")) == 1);
    CHECK(count("AWS::SNS::Topic", nullptr) == 0);
    CHECK(scenario.recommended() == scenario.choice("more"));
  }

  TEST_CASE("a section belongs to the model that has it, and is checked by its shape") {
    const ScenarioFolder folder{"opsim-test-sections"};
    const Scenario scenario =
        folder.read(fleet_scenario("people: { ann: { acknowledges: 5min, fixes: 1h } }\n"));
    REQUIRE(scenario.sections.size() == 1);
    CHECK(scenario.sections[0].section->name == "people");
    CHECK(folder.errors(fleet_scenario("people: { ann: { acknowledge: 5min } }\n"))
              .find("did you mean \"acknowledges\"?") != std::string::npos);
  }

  TEST_CASE("a choice says more of people: what it does not say stays, and so does their luck") {
    const ScenarioFolder folder{"opsim-test-people-of-choices"};
    const Scenario scenario =
        folder.read(fleet_scenario("people: { ann: { acknowledges: 'uniform(1min, 30min)' } }\n"
                                   "choices:\n"
                                   "  as written: {}\n"
                                   "  otherwise: { people: { ann: { fixes: 3h } } }\n"));
    REQUIRE(scenario.choices[1].sections.size() == 1);
    CHECK(scenario.choices[0].sections.empty());
    // One person stands in either world, and answers at the same moment.
    std::vector<SimTime> acknowledged;
    for (const Choice& choice : scenario.choices) {
      World world{scenario, catalog(), {.choice = &choice}};
      const Delivery page{.caller = {world.cloud().home(), "sns.amazonaws.com", ""},
                          .target = *Arn::parse("arn:aws:person:::ann"),
                          .text = R"({"PageId": "p", "Engagement": "e", "ContactAlias": "ann"})"};
      world.cloud().sim().spawn([](Cloud& cloud, Delivery delivery) -> Process<> {
        co_await cloud.deliver(std::move(delivery));
      }(world.cloud(), page));
      world.run();
      for (const JournalEntry& entry : world.journal().entries())
        if (entry.kind == EntryKind::person && detail_text(entry, "act") == "acknowledged")
          acknowledged.push_back(entry.at);
    }
    REQUIRE(acknowledged.size() == 2);
    CHECK(acknowledged[0] == acknowledged[1]);
    CHECK(folder.errors(fleet_scenario("choices: { a: { people: { ann: { fixs: 1h } } } }\n"))
              .find("did you mean \"fixes\"?") != std::string::npos);
    // Other sections are the scenario's alone.
    CHECK(folder.errors(fleet_scenario("choices: { a: { workload: {} } }\n")) != "");
  }

  // AWS CLI User Guide, "Loading a parameter from a file".
  TEST_CASE("a stack of the scenario is updated by a call that names the new template's file") {
    const ScenarioFolder folder{"opsim-test-files"};
    std::string next{kFleetStack};
    next.replace(next.find("Threshold: 90"), 13, "Threshold: 80");
    folder.put("next.yaml", next);
    const auto calls = [](std::string_view file) {
      return fleet_scenario(
          "timeline: [{ at: 5min, call: 'cloudformation:UpdateStack', with: { "
          "StackName: stack, TemplateBody: 'file://" +
          std::string{file} + "' } }]\n");
    };
    const Scenario scenario = folder.read(calls("next.yaml"));
    World world{scenario, catalog(), {}};
    const auto threshold = [&] {
      const auto seen = world.cloud().inspect(world.cloud().home(), "cloudwatch", "DescribeAlarms",
                                              {{"AlarmNames", {"Alarm"}}});
      return (*seen)["MetricAlarms"][0]["Threshold"].get<double>();
    };
    CHECK(threshold() == 90);
    world.run_until(world.sim().now() + 10min);
    CHECK(threshold() == 80);
    CHECK(folder.errors(calls("nxt.yaml")).find("no file \"nxt.yaml\" beside the scenario") !=
          std::string::npos);
  }

  TEST_CASE("verdicts are the same at every level of the journal") {
    const Scenario scenario = read_scenario("scenarios/automation-first/q1-disk-full", catalog());
    for (const Choice& choice : scenario.choices)
      for (const Seed seed : {Seed{1}, Seed{2}, Seed{3}, Seed{37}}) {
        CAPTURE(choice.name);
        const auto story = verdict_lines(scenario, Level::story, seed, &choice);
        for (const Level level : {Level::nothing, Level::goals, Level::everything})
          CHECK(verdict_lines(scenario, level, seed, &choice) == story);
      }
  }
}

}  // namespace
}  // namespace opsim::tests
