// Tasks: functions, services, tokens, retries. AWS: state-task, connect-to-resource,
// concepts-error-handling.
#include <doctest/doctest.h>

#include <cmath>

#include "tests/models/step_functions/world.hpp"

namespace opsim::tests {
namespace {

Json invoke_task(Json more) {
  Json task{{"Type", "Task"},
            {"Resource", "arn:aws:states:::lambda:invoke"},
            {"Parameters", {{"FunctionName", "f"}, {"Payload.$", "$"}}},
            {"End", true}};
  task.update(more);
  return task;
}

/// The waits between the tries of a Task that always fails, in whole seconds.
std::vector<long> waits_of(const Json& retrier) {
  StatesWorld world;
  const std::string machine = world.machine({{"A",
                                              {{"Type", "Task"},
                                               {"Resource", "arn:aws:states:::lambda:invoke"},
                                               {"Parameters", {{"FunctionName", "absent"}}},
                                               {"Retry", {retrier}},
                                               {"End", true}}}});
  const Json execution = world.play(machine, Json::object());
  CHECK(execution.at("status") == "FAILED");
  const auto failed = world.times_of(execution, "TaskFailed");
  const auto scheduled = world.times_of(execution, "TaskScheduled");
  std::vector<long> waits;
  for (std::size_t at = 0; at + 1 < scheduled.size(); ++at)
    waits.push_back(std::lround((scheduled[at + 1] - failed[at]) * 10) / 10);
  return waits;
}

}  // namespace

TEST_SUITE("step functions: tasks") {
  TEST_CASE("sfn-001: IntervalSeconds 3, MaxAttempts 2, BackoffRate 1.5 waits 3 and 4.5 s") {
    const auto waits = waits_of({{"ErrorEquals", {"States.ALL"}},
                                 {"IntervalSeconds", 3},
                                 {"MaxAttempts", 2},
                                 {"BackoffRate", 1.5}});
    CHECK(waits == std::vector<long>{3, 4});
  }
  TEST_CASE("sfn-002: the defaults wait 1, 2 and 4 s") {
    CHECK(waits_of({{"ErrorEquals", {"States.ALL"}}}) == std::vector<long>{1, 2, 4});
  }
  TEST_CASE("sfn-004: MaxDelaySeconds caps the waits") {
    CHECK(waits_of({{"ErrorEquals", {"States.ALL"}},
                    {"IntervalSeconds", 3},
                    {"BackoffRate", 2},
                    {"MaxAttempts", 4},
                    {"MaxDelaySeconds", 10}}) == std::vector<long>{3, 6, 10, 10});
  }
  TEST_CASE("a function's answer is the Payload; its ARN as the Resource gives the answer alone") {
    StatesWorld world;
    world.function("f", "takes: 1s\npayload: {ok: true}\n");
    const std::string machine =
        world.machine({{"A", invoke_task({{"ResultSelector", {{"answer.$", "$.Payload"}}}})}});
    CHECK(world.play(machine, Json::object()).at("output") == R"({"answer":{"ok":true}})");
    const std::string direct =
        world.machine({{"A",
                        {{"Type", "Task"},
                         {"Resource", "arn:aws:lambda:us-east-1:123456789012:function:f"},
                         {"End", true}}}},
                      {}, true, "STANDARD", "direct");
    const Json told = world.play(direct, Json::object());
    CHECK(told.at("output") == R"({"ok":true})");
    CHECK(world.times_of(told, "LambdaFunctionSucceeded").size() == 1);
  }
  TEST_CASE("TimeoutSeconds fails a slow task with States.Timeout, which a Catch may handle") {
    StatesWorld world;
    world.function("f", "takes: 100s\n");
    const std::string machine =
        world.machine({{"A", invoke_task({{"TimeoutSeconds", 2},
                                          {"Catch",
                                           {{{"ErrorEquals", {"States.Timeout"}},
                                             {"Next", "B"},
                                             {"ResultPath", "$.error"}}}}})},
                       {"B", {{"Type", "Pass"}, {"End", true}}}});
    const Json told = world.play(machine, {{"n", 1}});
    CHECK(told.at("output") == R"({"error":{"Error":"States.Timeout"},"n":1})");
    CHECK(world.times_of(told, "TaskTimedOut").size() == 1);
  }
  TEST_CASE("a task with a token waits for SendTaskSuccess, and a heartbeat keeps it alive") {
    StatesWorld world;
    world.must("sqs", "CreateQueue", {{"QueueName", "q"}});
    const Json task{{"Type", "Task"},
                    {"Resource", "arn:aws:states:::sqs:sendMessage.waitForTaskToken"},
                    {"HeartbeatSeconds", 60},
                    {"Parameters",
                     {{"QueueUrl", "https://sqs.us-east-1.amazonaws.com/123456789012/q"},
                      {"MessageBody", {{"token.$", "$$.Task.Token"}}}}},
                    {"End", true}};
    const std::string machine = world.machine({{"A", task}});
    const auto begin = [&] {
      const Json begun = world.must("states", "StartExecution", {{"stateMachineArn", machine}});
      world.run_for(5s);
      const Json got =
          world.must("sqs", "ReceiveMessage",
                     {{"QueueUrl", "https://sqs.us-east-1.amazonaws.com/123456789012/q"}});
      const Json body = Json::parse(got.at("Messages").at(0).at("Body").get<std::string>());
      return std::pair{begun.at("executionArn"), body.at("token").get<std::string>()};
    };
    const auto [execution, token] = begin();
    world.run_for(50s);
    world.must("states", "SendTaskHeartbeat", {{"taskToken", token}});
    world.run_for(50s);
    world.must("states", "SendTaskSuccess", {{"taskToken", token}, {"output", "{\"done\":1}"}});
    world.run_for(1s);
    const Json told = world.must("states", "DescribeExecution", {{"executionArn", execution}});
    CHECK(told.at("output") == R"({"done":1})");
    CHECK(world.refusal("states", "SendTaskSuccess", {{"taskToken", token}, {"output", "{}"}}) ==
          "TaskTimedOut");

    const Json silent = begin().first;
    world.run_for(120s);
    CHECK(world.must("states", "DescribeExecution", {{"executionArn", silent}}).at("error") ==
          "States.HeartbeatTimeout");
  }
  TEST_CASE(".sync:2 of an execution waits for its end and gives its output as JSON") {
    StatesWorld world;
    const std::string child =
        world.machine({{"A", {{"Type", "Wait"}, {"Seconds", 90}, {"Next", "B"}}},
                       {"B", {{"Type", "Pass"}, {"Result", {{"x", 1}}}, {"End", true}}}},
                      {}, true, "STANDARD", "child");
    const std::string parent =
        world.machine({{"A",
                        {{"Type", "Task"},
                         {"Resource", "arn:aws:states:::states:startExecution.sync:2"},
                         {"Parameters", {{"StateMachineArn", child}}},
                         {"OutputPath", "$.Output"},
                         {"End", true}}}});
    const Json told = world.play(parent, Json::object());
    CHECK(told.at("output") == R"({"x":1})");
    CHECK(world.times_of(told, "TaskSucceeded").at(0) > 90);
  }
  TEST_CASE("the first branch to fail stops the others") {
    StatesWorld world;
    const auto branch = [](const char* name, const Json& state) {
      return Json{{"StartAt", name}, {"States", {{name, state}}}};
    };
    const std::string machine = world.machine(
        {{"A",
          {{"Type", "Parallel"},
           {"End", true},
           {"Branches",
            {branch("X", {{"Type", "Wait"}, {"Seconds", 600}, {"End", true}}),
             branch("Y", {{"Type", "Fail"}, {"Error", "Broken"}, {"Cause", "by design"}})}}}}});
    const Json told = world.play(machine, Json::object());
    CHECK(told.at("error") == "Broken");
    CHECK(world.times_of(told, "ExecutionFailed").at(0) < 1);
    CHECK(world.times_of(told, "WaitStateExited").empty());
  }
  TEST_CASE("a distributed Map tolerates failures up to its limit, and fails beyond it") {
    StatesWorld world;
    const Json inner{{"ProcessorConfig", {{"Mode", "DISTRIBUTED"}, {"ExecutionType", "STANDARD"}}},
                     {"StartAt", "C"},
                     {"States",
                      {{"C",
                        {{"Type", "Choice"},
                         {"Choices", {{{"Variable", "$"}, {"NumericLessThan", 3}, {"Next", "F"}}}},
                         {"Default", "S"}}},
                       {"F", {{"Type", "Fail"}, {"Error", "Small"}}},
                       {"S", {{"Type", "Succeed"}}}}}};
    const auto told = [&](int tolerated, const char* name) {
      const std::string machine = world.machine({{"M",
                                                  {{"Type", "Map"},
                                                   {"ItemProcessor", inner},
                                                   {"ToleratedFailureCount", tolerated},
                                                   {"End", true}}}},
                                                {}, true, "STANDARD", name);
      return world.play(machine, {1, 2, 3, 4});
    };
    CHECK(told(2, "two").at("status") == "SUCCEEDED");
    const Json failed = told(1, "one");
    CHECK(failed.at("error") == "States.ExceedToleratedFailureThreshold");
    CHECK(world.times_of(failed, "MapRunFailed").size() == 1);
  }
}

}  // namespace opsim::tests
