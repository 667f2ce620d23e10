// AWS: Lambda Developer Guide, with-sqs, services-sqs-scaling, services-sqs-errorhandling.
#include "tests/models/lambda/world.hpp"

namespace opsim::tests {

namespace {

const std::string kWorkArn = "arn:aws:sqs:us-east-1:123456789012:work";

/// `clean` reads the queue `work`, whose messages come back after a minute.
struct QueueWorld : FunctionWorld {
  explicit QueueWorld(Json mapping = Json::object(), Json function = Json::object())
      : FunctionWorld{std::move(function)} {
    make("AWS::SQS::Queue", "Work", {{"QueueName", "work"}, {"VisibilityTimeout", 60}});
    mapping["EventSourceArn"] = kWorkArn;
    mapping["FunctionName"] = "clean";
    make("AWS::Lambda::EventSourceMapping", "Reads", mapping);
    physics("{ takes: 1s, cold start: 0s }");
  }
  void send(int count) {
    Caller caller = user();
    caller.instant = true;
    for (int i = 0; i < count; ++i)
      cloud.call_later(caller, "sqs", "SendMessage",
                       {{"QueueUrl", "work"}, {"MessageBody", std::to_string(i)}});
  }
  /// Visible and in flight.
  std::pair<std::int64_t, std::int64_t> left() {
    const Json answer = must("sqs", "GetQueueAttributes",
                             {{"QueueUrl", "work"}, {"AttributeNames", Json::array({"All"})}})
                            .at("Attributes");
    const auto number = [&](const char* name) {
      return std::stoll(answer.at(name).get<std::string>());
    };
    return {number("ApproximateNumberOfMessages"), number("ApproximateNumberOfMessagesNotVisible")};
  }
};

using Left = std::pair<std::int64_t, std::int64_t>;

}  // namespace

TEST_SUITE("lambda: event source mappings") {
  TEST_CASE("a message is read, worked on and deleted; an empty queue costs nothing") {
    QueueWorld world;
    world.run_for(1h);
    CHECK(world.sum("Invocations") == 0);
    const auto quiet = world.sim.callbacks_run();
    world.run_for(24h);
    CHECK(world.sim.callbacks_run() - quiet < 10);
    world.send(1);
    world.run_for(3s);
    CHECK(world.sum("Invocations") == 1);
    CHECK(world.left() == Left{0, 0});
  }

  TEST_CASE("a batch that fails comes back after the visibility timeout, as a whole") {
    QueueWorld world;
    world.physics("{ takes: 1s, cold start: 0s, succeeds: 0 % }");
    world.send(5);
    world.run_for(30s);
    CHECK(world.left() == Left{0, 5});
    const double first = world.sum("Invocations");
    world.run_for(50s);
    CHECK(world.sum("Invocations") > first);
    world.physics("{ takes: 1s, cold start: 0s }");
    world.run_for(2min);
    CHECK(world.left() == Left{0, 0});
  }

  TEST_CASE("a function that reports which records failed gets only those again") {
    for (const bool reports : {false, true}) {
      CAPTURE(reports);
      QueueWorld world{{{"BatchSize", 10},
                        {"MaximumBatchingWindowInSeconds", 5},
                        {"FunctionResponseTypes",
                         reports ? Json::array({"ReportBatchItemFailures"}) : Json::array()}}};
      world.physics("{ takes: 1s, cold start: 0s, items fail: 20 % }");
      world.send(200);
      world.run_for(40s);
      const auto [visible, hidden] = world.left();
      CHECK(visible == 0);
      if (reports) {
        CHECK(hidden > 20);
        CHECK(hidden < 65);
        CHECK(world.sum("Errors") == 0);
      } else {
        CHECK(hidden > 120);  // 1 - 0.8^10 of the batches fail
        CHECK(world.sum("Errors") > 10);
      }
    }
  }

  TEST_CASE("it starts with five batches at a time, and 300 a minute more") {
    QueueWorld world{{{"BatchSize", 1}}, {{"Timeout", 60}}};
    world.physics("{ takes: 50s, cold start: 0s }");
    world.send(400);
    world.run_for(1s);
    CHECK(*world.cloud.read_quantity("Clean", "concurrency") >= 5);
    CHECK(*world.cloud.read_quantity("Clean", "concurrency") <= 10);
    world.run_for(29s);
    const double half = *world.cloud.read_quantity("Clean", "concurrency");
    CHECK(half > 120);
    CHECK(half <= 156);
  }

  TEST_CASE("MaximumConcurrency is a limit of the source, not of the function") {
    QueueWorld world{{{"BatchSize", 1}, {"ScalingConfig", {{"MaximumConcurrency", 3}}}}};
    world.send(30);
    world.run_for(2s);
    CHECK(world.sum("Throttles") == 0);
    CHECK(world.summary("ConcurrentExecutions", {{"FunctionName", "clean"}}).highest == 3);
    world.run_for(30s);
    CHECK(world.left() == Left{0, 0});
    CHECK(world.summary("ConcurrentExecutions", {{"FunctionName", "clean"}}).highest == 3);
  }

  TEST_CASE("what is throttled comes back too") {
    QueueWorld world{{{"BatchSize", 1}}};
    world.must("lambda", "PutFunctionConcurrency",
               {{"FunctionName", "clean"}, {"ReservedConcurrentExecutions", 1}});
    world.send(5);
    world.run_for(10s);
    CHECK(world.sum("Throttles") > 0);
    CHECK(world.left().second > 0);
    world.run_for(10min);
    CHECK(world.left() == Left{0, 0});
  }

  TEST_CASE("a mapping settles, is changed and deleted") {
    FunctionWorld world;
    world.make("AWS::SQS::Queue", "Work", {{"QueueName", "work"}});
    const Json made = world.must("lambda", "CreateEventSourceMapping",
                                 {{"EventSourceArn", kWorkArn}, {"FunctionName", "clean"}});
    CHECK(made.at("State") == "Creating");
    CHECK(made.at("BatchSize") == 10);
    const Json which{{"UUID", made.at("UUID")}};
    world.run_for(1min);
    CHECK(world.must("lambda", "GetEventSourceMapping", which).at("State") == "Enabled");
    Json off = which;
    off["Enabled"] = false;
    CHECK(world.must("lambda", "UpdateEventSourceMapping", off).at("State") == "Disabling");
    world.run_for(1min);
    world.must("sqs", "SendMessage", {{"QueueUrl", "work"}, {"MessageBody", "x"}});
    world.run_for(1min);
    CHECK(world.sum("Invocations") == 0);
    Json on = which;
    on["Enabled"] = true;
    world.must("lambda", "UpdateEventSourceMapping", on);
    world.run_for(1min);
    CHECK(world.sum("Invocations") == 1);
    CHECK(world.must("lambda", "ListEventSourceMappings").at("EventSourceMappings").size() == 1);
    world.must("lambda", "DeleteEventSourceMapping", which);
    CHECK(world.refusal("lambda", "GetEventSourceMapping", which) == "ResourceNotFoundException");
  }

  TEST_CASE("mappings that AWS refuses") {
    FunctionWorld world{{{"Timeout", 60}}};
    world.make("AWS::SQS::Queue", "Work", {{"QueueName", "work"}, {"VisibilityTimeout", 60}});
    world.make("AWS::SQS::Queue", "Short", {{"QueueName", "short"}});
    world.must("lambda", "CreateEventSourceMapping",
               {{"EventSourceArn", kWorkArn}, {"FunctionName", "clean"}});
    struct Row {
      Json input;
      const char* code;
    };
    const std::string short_arn = "arn:aws:sqs:us-east-1:123456789012:short";
    const Row rows[] = {
        {{{"EventSourceArn", kWorkArn}}, "ResourceConflictException"},
        {{{"EventSourceArn", short_arn}}, "InvalidParameterValueException"},
        {{{"EventSourceArn", kWorkArn}, {"BatchSize", 11}}, "InvalidParameterValueException"},
        {{{"EventSourceArn", kWorkArn}, {"ScalingConfig", {{"MaximumConcurrency", 1}}}},
         "InvalidParameterValueException"},
        {{{"EventSourceArn", "arn:aws:sqs:us-east-1:123456789012:gone"}},
         "InvalidParameterValueException"},
        {{{"EventSourceArn", "queue"}}, "InvalidParameterValueException"},
    };
    for (auto [input, code] : rows) {
      CAPTURE(input.dump());
      input["FunctionName"] = "clean";
      CHECK(world.refusal("lambda", "CreateEventSourceMapping", input) == code);
    }
  }
}

}  // namespace opsim::tests
