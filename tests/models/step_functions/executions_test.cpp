// Executions through the API. AWS: API Reference; concepts-error-handling; quotas.
#include <doctest/doctest.h>

#include "models/lambda/service.hpp"
#include "models/sqs/service.hpp"
#include "models/step_functions/service.hpp"
#include "tests/models/step_functions/world.hpp"

namespace opsim::tests {

TEST_SUITE("step functions: executions") {
  TEST_CASE("an execution is idempotent by name while it runs, and refused with another input") {
    StatesWorld world;
    const std::string machine =
        world.machine({{"A", {{"Type", "Wait"}, {"Seconds", 60}, {"End", true}}}});
    const Json once =
        world.must("states", "StartExecution", {{"stateMachineArn", machine}, {"name", "x"}});
    const Json again =
        world.must("states", "StartExecution", {{"stateMachineArn", machine}, {"name", "x"}});
    CHECK(once.at("executionArn") == again.at("executionArn"));
    CHECK(world.refusal("states", "StartExecution",
                        {{"stateMachineArn", machine}, {"name", "x"}, {"input", "{\"a\":1}"}}) ==
          "ExecutionAlreadyExists");
    CHECK(world.refusal("states", "StartExecution",
                        {{"stateMachineArn", machine}, {"input", "{"}}) == "InvalidExecutionInput");
  }
  TEST_CASE("history numbers its events as AWS does: the first state follows event 0") {
    StatesWorld world;
    const std::string machine =
        world.machine({{"A", {{"Type", "Pass"}, {"Next", "B"}}}, {"B", {{"Type", "Succeed"}}}});
    const Json execution = world.play(machine, {{"n", 1}});
    const Json events =
        world
            .must("states", "GetExecutionHistory", {{"executionArn", execution.at("executionArn")}})
            .at("events");
    std::vector<std::string> told;
    for (const Json& event : events)
      told.push_back(fmt::format("{} {} {}", event.at("id").dump(),
                                 event.at("previousEventId").dump(),
                                 event.at("type").get<std::string>()));
    const std::vector<std::string> wanted{"1 0 ExecutionStarted",   "2 0 PassStateEntered",
                                          "3 2 PassStateExited",    "4 3 SucceedStateEntered",
                                          "5 4 SucceedStateExited", "6 5 ExecutionSucceeded"};
    CHECK(told == wanted);
    CHECK(events[1].at("stateEnteredEventDetails").at("input") == R"({"n":1})");
    const Json page = world.must("states", "GetExecutionHistory",
                                 {{"executionArn", execution.at("executionArn")},
                                  {"maxResults", 2},
                                  {"reverseOrder", true}});
    CHECK(page.at("events")[0].at("id") == 6);
    CHECK(page.contains("nextToken"));
  }
  TEST_CASE("StopExecution aborts with the error and cause that it is given") {
    StatesWorld world;
    const std::string machine =
        world.machine({{"A", {{"Type", "Wait"}, {"Seconds", 600}, {"End", true}}}});
    const Json begun = world.must("states", "StartExecution", {{"stateMachineArn", machine}});
    world.run_for(10s);
    world.must(
        "states", "StopExecution",
        {{"executionArn", begun.at("executionArn")}, {"error", "Stop"}, {"cause", "by hand"}});
    world.run_for(1s);
    const Json told =
        world.must("states", "DescribeExecution", {{"executionArn", begun.at("executionArn")}});
    CHECK(told.at("status") == "ABORTED");
    CHECK(told.at("error") == "Stop");
    CHECK(told.at("cause") == "by hand");
  }
  TEST_CASE("a machine's TimeoutSeconds ends it as TIMED_OUT") {
    StatesWorld world;
    const std::string machine = world.machine(
        {{"A", {{"Type", "Wait"}, {"Seconds", 600}, {"End", true}}}}, {{"TimeoutSeconds", 5}});
    const Json told = world.play(machine, Json::object());
    CHECK(told.at("status") == "TIMED_OUT");
    CHECK(told.at("stopDate") > told.at("startDate"));
  }
  TEST_CASE("a history of 25,000 events fails the execution (quotas)") {
    StatesWorld world;
    const std::string machine = world.machine({{"A", {{"Type", "Pass"}, {"Next", "B"}}},
                                               {"B", {{"Type", "Pass"}, {"Next", "A"}}},
                                               {"C", {{"Type", "Succeed"}}}},
                                              {}, false);
    CHECK(machine.empty());  // no state leads to C
    const std::string loop =
        world.machine({{"A",
                        {{"Type", "Choice"},
                         {"Choices", {{{"Variable", "$.end"}, {"IsPresent", true}, {"Next", "C"}}}},
                         {"Default", "A"}}},
                       {"C", {{"Type", "Succeed"}}}});
    const Json told = world.play(loop, Json::object());
    CHECK(told.at("status") == "FAILED");
    CHECK(told.at("error") == "States.Runtime");
    CHECK(told.at("cause") ==
          "The execution reached the maximum number of history events (25000).");
  }
  TEST_CASE("a result of more than 256 KiB fails the execution, whatever it catches (quotas)") {
    StatesWorld world;
    const std::string machine = world.machine(
        {{"A", {{"Type", "Pass"}, {"Parameters", {{"a.$", "$"}, {"b.$", "$"}}}, {"End", true}}}});
    const std::string large(150'000, 'x');
    const Json told = world.play(machine, large);
    CHECK(told.at("status") == "FAILED");
    CHECK(told.at("error") == "States.DataLimitExceeded");
    CHECK(world.refusal("states", "StartExecution",
                        {{"stateMachineArn", machine}, {"input", Json(large + large).dump()}}) ==
          "InvalidExecutionInput");
  }
  TEST_CASE("an Express workflow answers StartSyncExecution, and bills by 100 ms") {
    StatesWorld world;
    const std::string machine = world.machine(
        {{"A", {{"Type", "Pass"}, {"Result", {{"x", 1}}}, {"End", true}}}}, {}, true, "EXPRESS");
    const Json told =
        world.must("states", "StartSyncExecution", {{"stateMachineArn", machine}, {"input", "{}"}});
    CHECK(told.at("status") == "SUCCEEDED");
    CHECK(told.at("output") == R"({"x":1})");
    CHECK(told.at("billingDetails").at("billedDurationInMilliseconds") == 100);
    const std::string standard =
        world.machine({{"A", {{"Type", "Succeed"}}}}, {}, true, "STANDARD", "other");
    CHECK(world.refusal("states", "StartSyncExecution", {{"stateMachineArn", standard}}) ==
          "StateMachineTypeNotSupported");
  }
  TEST_CASE("variables of an inner workflow do not leave it, those outside are read") {
    StatesWorld world;
    const Json inner{{"StartAt", "I"},
                     {"States",
                      {{"I",
                        {{"Type", "Pass"},
                         {"Parameters", {{"sum.$", "States.MathAdd($x, $$.Map.Item.Value)"}}},
                         {"Assign", {{"y", 5}}},
                         {"End", true}}}}}};
    const std::string machine = world.machine(
        {{"A", {{"Type", "Pass"}, {"Assign", {{"x", 10}}}, {"Next", "M"}}},
         {"M",
          {{"Type", "Map"}, {"ItemsPath", "$.list"}, {"ItemProcessor", inner}, {"End", true}}}});
    const Json told = world.play(machine, {{"list", {1, 2}}});
    CHECK(told.at("output") == R"([{"sum":11},{"sum":12}])");
  }
  TEST_CASE("a status change is an event, and counted in AWS/States") {
    StatesWorld world;
    const std::string machine = world.machine({{"A", {{"Type", "Fail"}, {"Error", "E"}}}});
    const Json told = world.play(machine, Json::object());
    CHECK(told.at("status") == "FAILED");
    CHECK(world.sum("ExecutionsStarted", machine) == 1);
    CHECK(world.sum("ExecutionsFailed", machine) == 1);
    const auto lines = world.told({EntryKind::event});
    CHECK(lines.size() == 2);
  }
}

}  // namespace opsim::tests
