// aws:loop and aws:updateVariable, by the pages of the guide.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/models/ssm/world.hpp"

namespace opsim::tests {

namespace {

/// The guide's own example of a for-each loop, over three instances.
constexpr std::string_view kStopEach = R"(schemaVersion: '0.3'
parameters: { Ids: { type: StringList } }
mainSteps:
  - name: stopAll
    action: aws:loop
    inputs:
      Iterators: '{{ Ids }}'
      IteratorDataType: String
      Steps:
        - name: stopOne
          action: aws:changeInstanceState
          inputs:
            InstanceIds: ['{{ stopAll.CurrentIteratorValue }}']
            DesiredState: stopped
        - name: wait10Seconds
          action: aws:sleep
          inputs: { Duration: PT10S }
  - name: after
    action: aws:sleep
    inputs: { Duration: PT1S }
)";

constexpr std::string_view kUntilEnough = R"(schemaVersion: '0.3'
variables:
  total: { type: Integer, default: 0 }
mainSteps:
  - name: again
    action: aws:loop
    inputs:
      MaxIterations: 7
      LoopCondition: { Variable: '{{ variable:total }}', NumericLesser: 3 }
      Steps:
        - name: set
          action: aws:updateVariable
          inputs: { Name: 'variable:total', Value: '{{ again.CurrentIteration }}' }
outputs: [again.CurrentIteration]
)";

}  // namespace

TEST_SUITE("ssm: loops and variables") {
  TEST_CASE("for each of Iterators the steps run in order, and the loop's value is theirs to use") {
    World world;
    for (const char* const id : {"i-1", "i-2", "i-3"}) world.add_instance(id);
    world.document("Doc", kStopEach);
    const std::string id = world.start("Doc", {{"Ids", {"i-1", "i-2", "i-3"}}});
    world.run_for(1h);
    CHECK(world.status(id) == "Success");
    CHECK(world.steps(id) ==
          "stopAll Success, stopOne Success, wait10Seconds Success, after Success");
    for (const char* const instance : {"i-1", "i-2", "i-3"})
      CHECK(world.ec2().instances[instance].state == "stopped");
    CHECK(world.step(id, "stopAll")["Outputs"]["CurrentIteration"][0] == "3");
    const Json parent = world.step(id, "stopOne")["ParentStepDetails"];
    CHECK(parent["StepName"] == "stopAll");
    CHECK(parent["Iteration"] == 3);
    CHECK(parent["IteratorValue"] == "i-3");
  }
  TEST_CASE("an empty list runs nothing") {
    World world;
    world.document("Doc", kStopEach);
    const std::string id = world.start("Doc", {{"Ids", "[]"}});
    world.run_for(1h);
    CHECK(world.steps(id) == "stopAll Success, after Success");
  }
  TEST_CASE("do while: again as long as the condition holds after an iteration") {
    World world;
    world.document("Doc", kUntilEnough);
    const std::string id = world.start("Doc");
    world.run_for(1h);
    CHECK(world.status(id) == "Success");
    CHECK(world.execution(id)["Outputs"]["again.CurrentIteration"][0] == "3");
    CHECK(world.execution(id)["Variables"]["total"][0] == "3");
  }
  TEST_CASE("MaxIterations ends a loop whose condition still holds") {
    World world;
    std::string text{kUntilEnough};
    text.replace(text.find("NumericLesser: 3"), 16, "NumericLesser: 9");
    world.document("Doc", text);
    const std::string id = world.start("Doc");
    world.run_for(1h);
    CHECK(world.status(id) == "Success");
    CHECK(world.step(id, "again")["Outputs"]["CurrentIteration"][0] == "7");
  }
  TEST_CASE("a step that fails makes the loop fail, and the loop says what follows") {
    struct Row {
      std::string_view on_failure, steps, status;
    };
    constexpr Row rows[] = {
        {"Abort", "stopAll Failed, stopOne Failed", "Failed"},
        {"Continue", "stopAll Failed, stopOne Failed, after Success", "Success"},
        {"step:after", "stopAll Failed, stopOne Failed, after Success", "Failed"},
    };
    for (const Row& row : rows) {
      CAPTURE(row.on_failure);
      World world;
      world.add_instance("i-1");
      std::string text{kStopEach};
      const std::string action = "    action: aws:loop\n";
      text.insert(text.find(action) + action.size(),
                  "    onFailure: " + std::string{row.on_failure} + "\n");
      world.document("Doc", text);
      const std::string id = world.start("Doc", {{"Ids", {"i-none", "i-1"}}});
      world.run_for(1h);
      CHECK(world.steps(id) == row.steps);
      CHECK(world.status(id) == row.status);
      CHECK(world.ec2().instances["i-1"].state == "running");
    }
  }
  TEST_CASE("a loop inherits the Abort of a step in it, whatever it says itself") {
    for (const char* const own : {"Continue", "step:after"}) {
      CAPTURE(own);
      World world;
      std::string text{kStopEach};
      const std::string loop = "    action: aws:loop\n";
      text.insert(text.find(loop) + loop.size(), "    onFailure: " + std::string{own} + "\n");
      const std::string inner = "name: stopOne";
      const auto at = text.find('\n', text.find(inner)) + 1;
      const auto indent = text.find_first_not_of(' ', at) - at;
      text.insert(at, std::string(indent, ' ') + "onFailure: Abort\n");
      world.document("Doc", text);
      const std::string id = world.start("Doc", {{"Ids", {"i-none"}}});
      world.run_for(1h);
      CHECK(world.steps(id) == "stopAll Failed, stopOne Failed");
      CHECK(world.status(id) == "Failed");
    }
  }
  TEST_CASE("a stop within a loop cancels the step and its loop") {
    World world;
    for (const char* const id : {"i-1", "i-2"}) world.add_instance(id);
    world.document("Doc", kStopEach);
    const std::string id = world.start("Doc", {{"Ids", {"i-1", "i-2"}}});
    world.run_for(20s);
    REQUIRE(world.ask("StopAutomationExecution", {{"AutomationExecutionId", id}}));
    world.run_for(1h);
    CHECK(world.status(id) == "Cancelled");
    CHECK(world.step(id, "stopAll")["StepStatus"] == "Cancelled");
    CHECK(world.ec2().instances["i-2"].state == "running");
  }
  TEST_CASE("a loop out of which a step leads, by nextStep, onFailure or onCancel, is Exited") {
    // "Learn about statuses returned by Systems Manager Automation"
    struct Row {
      std::string_view property, ids;
      bool stopped;
      std::string_view steps, status;
    };
    constexpr Row rows[] = {
        {"nextStep: after", "i-1", false, "stopAll Exited, stopOne Success, after Success",
         "Success"},
        {"onFailure: 'step:after'", "i-none", false,
         "stopAll Exited, stopOne Failed, after Success", "Failed"},
        {"onCancel: 'step:after'", "i-1", true, "stopAll Exited, stopOne Cancelled, after Success",
         "Cancelled"},
    };
    for (const Row& row : rows) {
      CAPTURE(row.property);
      World world;
      world.add_instance("i-1");
      std::string text{kStopEach};
      const std::string action = "          action: aws:changeInstanceState\n";
      text.insert(text.find(action) + action.size(),
                  "          " + std::string{row.property} + "\n");
      world.document("Doc", text);
      const std::string id = world.start("Doc", {{"Ids", {row.ids, "i-1"}}});
      world.run_for(20s);
      if (row.stopped)
        REQUIRE(world.ask("StopAutomationExecution", {{"AutomationExecutionId", id}}));
      world.run_for(1h);
      CHECK(world.steps(id) == row.steps);
      CHECK(world.status(id) == row.status);
    }
  }
  TEST_CASE("a loop's timeout gives up the step that runs in it") {
    World world;
    world.add_instance("i-1");
    std::string text{kStopEach};
    const std::string action = "    action: aws:loop\n";
    text.insert(text.find(action) + action.size(), "    timeoutSeconds: 20\n");
    world.document("Doc", text);
    const std::string id = world.start("Doc", {{"Ids", {"i-1"}}});
    world.run_for(1h);
    CHECK(world.status(id) == "TimedOut");
    CHECK(world.step(id, "stopOne")["StepStatus"] == "Cancelled");
  }
  TEST_CASE("a variable keeps its type") {
    World world;
    std::string text{kUntilEnough};
    text.replace(text.find("'{{ again.CurrentIteration }}'"), 30, "many");
    world.document("Doc", text);
    const std::string id = world.start("Doc");
    world.run_for(1h);
    CHECK(world.status(id) == "Failed");
    const auto why = world.step(id, "set")["FailureMessage"].get<std::string>();
    CHECK(why.find("Parameter total is \"many\"; it must be of type Integer.") != why.npos);
  }
  TEST_CASE("what a loop cannot mean is told where it stands") {
    struct Row {
      std::string_view inputs, complaint;
    };
    constexpr Row rows[] = {
        {"{ Steps: [{ name: b, action: 'aws:pause', inputs: {} }] }",
         "step a: a loop has either Iterators or a LoopCondition"},
        {"{ Iterators: [x], Steps: [] }", "step a: Steps must be a list of at least one step"},
        {"{ Iterators: [x], Steps: [{ name: a, action: 'aws:pause', inputs: {} }] }",
         "step a: a step of that name stands before; names are unique"},
        {"{ Iterators: [x], Steps: [{ name: b, action: 'aws:sleep', "
         "inputs: { Duration: '{{ variable:none }}' } }] }",
         "{{ variable:none }}: \"none\" is no variable of the document"},
    };
    for (const Row& row : rows) {
      CAPTURE(row.inputs);
      const std::string yaml = fmt::format(
          "schemaVersion: '0.3'\nmainSteps:\n  - {{ name: a, action: 'aws:loop', inputs: {} }}\n",
          row.inputs);
      World world;
      const auto made = world.ask("CreateDocument", {{"Name", "Doc"},
                                                     {"DocumentType", "Automation"},
                                                     {"DocumentFormat", "YAML"},
                                                     {"Content", yaml}});
      REQUIRE(!made);
      CHECK_MESSAGE(made.error().message.find(row.complaint) != std::string::npos,
                    made.error().message);
    }
  }
  TEST_CASE("a step outside a loop does not lead into it") {
    World world;
    const auto made = world.ask(
        "CreateDocument",
        {{"Name", "Doc"}, {"DocumentType", "Automation"}, {"Content", R"(schemaVersion: '0.3'
mainSteps:
  - { name: first, action: 'aws:sleep', inputs: { Duration: PT1S }, nextStep: inner }
  - name: each
    action: aws:loop
    inputs:
      Iterators: [x]
      Steps: [{ name: inner, action: 'aws:sleep', inputs: { Duration: PT1S } }]
)"}});
    REQUIRE(!made);
    CHECK(made.error().message.find("leads to inner, which is inside the loop each") !=
          std::string::npos);
  }
}

}  // namespace opsim::tests
