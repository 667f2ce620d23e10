#include "tests/models/lambda/world.hpp"

namespace opsim::tests {

TEST_SUITE("lambda") {
  TEST_CASE("a run takes, changes and answers what physics says") {
    FunctionWorld world;
    world.physics("{ takes: 2s, changes: { disk: to 40 % }, payload: { freed: 12 } }");
    const Json answer = world.invoke({{"Payload", R"({"instance": "disk-1"})"}});
    CHECK(answer == Json{{"StatusCode", 200},
                         {"ExecutedVersion", "$LATEST"},
                         {"Payload", R"({"freed":12})"}});
    CHECK(world.elapsed() >= 2s);
    CHECK(static_cast<Disks&>(*world.cloud.model("disks")).level == 40);
    CHECK(world.sum("Invocations") == 1);
    CHECK(world.sum("Errors") == 0);
    CHECK(world.sum("Duration") == 2000);
    const auto told = world.told({EntryKind::command});
    REQUIRE(told.size() == 2);
    CHECK(told[1] == "+0:00:02 Clean: ok in 2 s: disk-1: disk from 91 % to 40 %");
  }

  TEST_CASE("a run longer than its timeout is an error of the function") {
    FunctionWorld world;
    world.physics("takes: 5s");
    const Json answer = world.invoke();
    CHECK(answer.at("FunctionError") == "Unhandled");
    const Json error = Json::parse(answer.at("Payload").get<std::string>());
    CHECK(error.at("errorType") == "Sandbox.Timedout");
    CHECK(
        error.at("errorMessage").get<std::string>().ends_with("Task timed out after 3.00 seconds"));
    CHECK(world.elapsed() < 4s);
  }

  TEST_CASE("success may hang on what the run finds") {
    FunctionWorld world;
    world.physics("{ succeeds: when disk is below 80 %, on: Disk }");
    const Json error = Json::parse(world.invoke().at("Payload").get<std::string>());
    CHECK(error.at("errorMessage") == "disk is 91, not disk is below 80 %");
  }

  TEST_CASE("an asynchronous event is run three times, a minute and two minutes apart") {
    FunctionWorld world{
        {{"DeadLetterConfig", {{"TargetArn", "arn:aws:sqs:us-east-1:123456789012:dead"}}}}};
    world.make("AWS::SQS::Queue", "Dead", {{"QueueName", "dead"}});
    world.physics("{ takes: 1s, succeeds: 0 % }");
    CHECK(world.invoke({{"InvocationType", "Event"}, {"Payload", R"({"n":1})"}}).at("StatusCode") ==
          202);
    world.run_for(1min);
    CHECK(world.sum("Invocations") == 1);
    world.run_for(3s);
    CHECK(world.sum("Invocations") == 2);
    world.run_for(2min);
    CHECK(world.sum("Invocations") == 3);
    world.run_for(1h);
    CHECK(world.sum("Invocations") == 3);
    const Json got =
        world.must("sqs", "ReceiveMessage",
                   {{"QueueUrl", "dead"}, {"MessageAttributeNames", Json::array({"All"})}});
    CHECK(got.at("Messages")[0].at("Body") == R"({"n":1})");
    CHECK(got.at("Messages")[0].at("MessageAttributes").at("ErrorMessage").at("StringValue") ==
          "an unhandled exception");
  }

  TEST_CASE("a destination on failure receives the record of the invocation") {
    FunctionWorld world;
    const std::string queue = "arn:aws:sqs:us-east-1:123456789012:failed";
    world.make("AWS::SQS::Queue", "Failed", {{"QueueName", "failed"}});
    world.make("AWS::Lambda::EventInvokeConfig", "Config",
               {{"FunctionName", "clean"},
                {"Qualifier", "$LATEST"},
                {"MaximumRetryAttempts", 0},
                {"DestinationConfig", {{"OnFailure", {{"Destination", queue}}}}}});
    world.physics("{ takes: 1s, succeeds: 0 % }");
    world.let_everybody_in("arn:aws:lambda:us-east-1:123456789012:function:clean");
    const auto taken =
        world.deliver("arn:aws:lambda:us-east-1:123456789012:function:clean", R"({"n":1})");
    REQUIRE(taken.has_value());
    world.run_for(1min);
    const Json got = world.must("sqs", "ReceiveMessage", {{"QueueUrl", "failed"}});
    const Json record = Json::parse(got.at("Messages")[0].at("Body").get<std::string>());
    CHECK(record.at("requestContext").at("condition") == "RetriesExhausted");
    CHECK(record.at("requestContext").at("approximateInvokeCount") == 1);
    CHECK(record.at("requestPayload") == Json{{"n", 1}});
    CHECK(record.at("responseContext").at("functionError") == "Unhandled");
  }

  TEST_CASE("more runs at once than are reserved are throttled") {
    FunctionWorld world;
    world.physics("{ takes: 2s, cold start: 0s }");
    world.must("lambda", "PutFunctionConcurrency",
               {{"FunctionName", "clean"}, {"ReservedConcurrentExecutions", 1}});
    world.invoke({{"InvocationType", "Event"}});
    world.run_for(100ms);
    const auto refused = world.call("lambda", "Invoke", {{"FunctionName", "clean"}});
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "TooManyRequestsException");
    CHECK(refused.error().http_status == 429);
    CHECK(world.sum("Throttles") == 1);
    world.run_for(2s);
    CHECK(world.invoke().at("StatusCode") == 200);
  }

  TEST_CASE("lam-002: an event that is always throttled is tried for six hours, ever less often") {
    FunctionWorld world;
    const std::string queue = "arn:aws:sqs:us-east-1:123456789012:failed";
    world.make("AWS::SQS::Queue", "Failed", {{"QueueName", "failed"}});
    world.make("AWS::Lambda::EventInvokeConfig", "Config",
               {{"FunctionName", "clean"},
                {"Qualifier", "$LATEST"},
                {"DestinationConfig", {{"OnFailure", {{"Destination", queue}}}}}});
    // All that is reserved is provisioned for a version: nothing is left for $LATEST.
    world.must("lambda", "PublishVersion", {{"FunctionName", "clean"}});
    world.must("lambda", "PutFunctionConcurrency",
               {{"FunctionName", "clean"}, {"ReservedConcurrentExecutions", 1}});
    world.must(
        "lambda", "PutProvisionedConcurrencyConfig",
        {{"FunctionName", "clean"}, {"Qualifier", "1"}, {"ProvisionedConcurrentExecutions", 1}});
    world.invoke({{"InvocationType", "Event"}});
    // Tried at 0, 1, 3, 7, ... 255 seconds, then every five minutes.
    world.run_for(10s);
    CHECK(world.sum("Throttles") == 4);
    world.run_for(1h);
    CHECK(world.sum("Throttles") == 20);
    const auto received = [&] {
      return world.must("sqs", "ReceiveMessage", {{"QueueUrl", "failed"}})
          .value("Messages", Json{});
    };
    world.run_for(4h + 50min);
    CHECK(received().empty());
    world.run_for(20min);
    const Json messages = received();
    REQUIRE(messages.size() == 1);
    const Json record = Json::parse(messages[0].at("Body").get<std::string>());
    CHECK(record.at("requestContext").at("condition") == "EventAgeExceeded");
    CHECK(record.at("requestContext").at("approximateInvokeCount") == 0);
  }

  TEST_CASE("nothing reserved: queued events go to the destination at once, untried") {
    FunctionWorld world;
    const std::string queue = "arn:aws:sqs:us-east-1:123456789012:failed";
    world.make("AWS::SQS::Queue", "Failed", {{"QueueName", "failed"}});
    world.must("lambda", "PutFunctionEventInvokeConfig",
               {{"FunctionName", "clean"},
                {"DestinationConfig", {{"OnFailure", {{"Destination", queue}}}}}});
    world.must("lambda", "PutFunctionConcurrency",
               {{"FunctionName", "clean"}, {"ReservedConcurrentExecutions", 0}});
    world.invoke({{"InvocationType", "Event"}});
    world.run_for(1s);
    const Json got = world.must("sqs", "ReceiveMessage", {{"QueueUrl", "failed"}});
    const Json record = Json::parse(got.at("Messages")[0].at("Body").get<std::string>());
    CHECK(record.at("requestContext").at("condition") == "ZeroReservedConcurrency");
    CHECK(record.at("requestContext").at("approximateInvokeCount") == 0);
  }

  TEST_CASE("a log group that stands receives what runs write, and LogResult its end") {
    FunctionWorld world;
    world.physics("{ takes: 1s, cold start: 250ms, fails with: No space left, succeeds: 0 % }");
    world.invoke();  // nobody reads its log
    world.make("AWS::Logs::LogGroup", "Log", {{"LogGroupName", "/aws/lambda/clean"}});
    world.invoke();
    const Json answer = world.invoke({{"LogType", "Tail"}});
    CHECK(answer.at("LogResult").get<std::string>().starts_with("U1RBUlQgUmVxdWVzdElkOi"));
    world.run_for(1s);
    const auto found = [&](const char* pattern) {
      return world
          .must("logs", "FilterLogEvents",
                {{"logGroupName", "/aws/lambda/clean"}, {"filterPattern", pattern}})
          .at("events")
          .size();
    };
    CHECK(found("\"No space left\"") == 2);
    CHECK(found("START") == 2);
    CHECK(found("REPORT") == 2);
    CHECK(world.must("logs", "DescribeLogStreams", {{"logGroupName", "/aws/lambda/clean"}})
              .at("logStreams")
              .size() == 1);
  }

  TEST_CASE("wrong input is refused with Lambda's own codes") {
    FunctionWorld world;
    struct Row {
      const char* operation;
      Json input;
      const char* code;
    };
    const Row rows[] = {
        {"Invoke", {{"FunctionName", "gone"}}, "ResourceNotFoundException"},
        {"Invoke", {{"FunctionName", "clean"}, {"Payload", "{"}}, "InvalidRequestContentException"},
        {"Invoke",
         {{"FunctionName", "clean"}, {"InvocationType", "Now"}},
         "InvalidParameterValueException"},
        {"CreateFunction", {{"FunctionName", "clean"}}, "ResourceConflictException"},
        {"CreateFunction", {{"FunctionName", "a b"}}, "ValidationException"},
        {"CreateFunction",
         {{"FunctionName", "slow"}, {"Timeout", 901}},
         "InvalidParameterValueException"},
        {"PutFunctionConcurrency",
         {{"FunctionName", "clean"}, {"ReservedConcurrentExecutions", 901}},
         "InvalidParameterValueException"},
    };
    for (const auto& [operation, input, code] : rows) {
      CAPTURE(operation);
      CHECK(world.refusal("lambda", operation, input) == code);
    }
    const std::string partial = "123456789012:function:clean:$LATEST";
    CHECK(world.must("lambda", "GetFunction", {{"FunctionName", partial}})
              .at("Configuration")
              .at("Timeout") == 3);
  }
}

}  // namespace opsim::tests
