// AWS: Lambda Developer Guide, with-kinesis, kinesis-errors, kinesis-on-failure-destination.
#include "models/kinesis/service.hpp"
#include "tests/models/lambda/world.hpp"

namespace opsim::tests {

namespace {

const opsim::Service* const kStreamServices[] = {&kKinesis, &kLambda, &kLogs, &kSqs};
const std::string kOrdersArn = "arn:aws:kinesis:us-east-1:123456789012:stream/orders";

/// `pay` reads the stream `orders`; what it gives up goes to the queue `lost`.
struct StreamWorld : SmallWorld {
  explicit StreamWorld(std::string_view physics, Json mapping = Json::object())
      : SmallWorld{kStreamServices} {
    make("AWS::Lambda::Function", "Pay",
         {{"FunctionName", "pay"}, {"Role", "arn:aws:iam::123456789012:role/pay"}});
    make("AWS::Kinesis::Stream", "Orders", {{"Name", "orders"}, {"ShardCount", 1}});
    make("AWS::SQS::Queue", "Lost", {{"QueueName", "lost"}});
    const Document document = read_yaml("scenario.yaml", physics);
    const Resource* function = cloud.resources().find("Pay");
    kLambda.physics[0].apply(*cloud.model("lambda"), {cloud, "Pay", "", function, document.root});
    mapping["EventSourceArn"] = kOrdersArn;
    mapping["FunctionName"] = "pay";
    if (!mapping.contains("StartingPosition")) mapping["StartingPosition"] = "LATEST";
    mapping["DestinationConfig"] = {
        {"OnFailure", {{"Destination", "arn:aws:sqs:us-east-1:123456789012:lost"}}}};
    uuid = make("AWS::Lambda::EventSourceMapping", "Reads", mapping);
    run_for(1s);
  }
  void put(int count) {
    Json records = Json::array();
    for (int i = 0; i < count; ++i)
      records.push_back({{"PartitionKey", std::to_string(i)}, {"Data", std::to_string(i)}});
    must("kinesis", "PutRecords", {{"StreamName", "orders"}, {"Records", records}});
  }
  std::optional<double> measured(std::string_view metric, std::string_view statistic) {
    const auto series = cloud.metrics().find(
        {cloud.home(), "AWS/Lambda", std::string{metric}, {{"FunctionName", "pay"}}});
    if (!series) return std::nullopt;
    return cloud.metrics().statistic(*series, *Statistic::parse(statistic),
                                     {sim.start(), sim.now() + 1s, sim.now() + 1s});
  }
  Json lost() {
    const Json answer =
        must("sqs", "ReceiveMessage", {{"QueueUrl", "lost"}, {"MaxNumberOfMessages", 10}});
    Json bodies = Json::array();
    if (answer.contains("Messages"))
      for (const Json& message : answer["Messages"])
        bodies.push_back(Json::parse(message["Body"].get<std::string>()));
    return bodies;
  }
  std::string uuid;
};

}  // namespace

TEST_SUITE("lambda: event source mappings of streams") {
  TEST_CASE("batches of a shard come one after the other, and tell their age") {
    StreamWorld world{"{ takes: 1s, cold start: 0s }", {{"BatchSize", 10}}};
    world.put(25);
    world.run_for(10s);
    CHECK(world.measured("Invocations", "Sum") == 3.0);
    CHECK(world.measured("ConcurrentExecutions", "Maximum") == 1.0);
    const auto age = world.measured("IteratorAge", "Maximum");
    REQUIRE(age.has_value());
    CHECK(*age >= 2000);  // the third batch has waited for two
    CHECK(*age < 5000);
    const Json shown = world.must("lambda", "GetEventSourceMapping", {{"UUID", world.uuid}});
    CHECK(shown["MaximumRetryAttempts"] == -1);
    CHECK(shown["ParallelizationFactor"] == 1);
  }

  TEST_CASE("a batch that fails holds its shard until its records expire") {
    StreamWorld world{"{ takes: 1s, cold start: 0s, succeeds: 0 % }"};
    world.put(1);
    world.run_for(10s);
    world.put(50);
    world.run_for(10min);
    const auto tried = world.measured("Errors", "Sum");
    CHECK(*world.measured("Invocations", "Sum") - *tried <= 1);  // one may run just now
    CHECK(*tried > 100);
    CHECK(world.measured("IteratorAge", "Maximum").value_or(0) > 500'000);
    CHECK(world.lost().empty());
  }

  TEST_CASE("after MaximumRetryAttempts the place of the batch goes to the destination") {
    StreamWorld world{"{ takes: 1s, cold start: 0s, succeeds: 0 % }",
                      {{"MaximumRetryAttempts", 2}}};
    world.put(5);
    world.run_for(1min);
    CHECK(world.measured("Invocations", "Sum") == 3.0);  // once, and twice again
    const Json lost = world.lost();
    REQUIRE(lost.size() == 1);
    CHECK(lost[0]["requestContext"]["condition"] == "RetryAttemptsExhausted");
    CHECK(lost[0]["requestContext"]["approximateInvokeCount"] == 3);
    CHECK(lost[0]["KinesisBatchInfo"]["batchSize"] == 5);
    CHECK(lost[0]["KinesisBatchInfo"]["streamArn"] == kOrdersArn);
  }

  TEST_CASE("splitting a batch does not count towards its retries") {
    StreamWorld world{"{ takes: 1s, cold start: 0s, succeeds: 0 % }",
                      {{"MaximumRetryAttempts", 0}, {"BisectBatchOnFunctionError", true}}};
    world.put(4);
    world.run_for(2min);
    CHECK(world.measured("Invocations", "Sum") == 7.0);  // 4; 2 and 2; 1, 1, 1 and 1
    CHECK(world.lost().size() == 4);
  }

  TEST_CASE("records older than MaximumRecordAgeInSeconds are given up") {
    StreamWorld world{"{ takes: 1s, cold start: 0s, succeeds: 0 % }",
                      {{"MaximumRecordAgeInSeconds", 60}}};
    world.put(3);
    world.run_for(5min);
    CHECK(world.measured("Invocations", "Sum").value_or(0) < 40);
    const Json lost = world.lost();
    REQUIRE(lost.size() == 1);
    CHECK(lost[0]["requestContext"]["condition"] == "RecordAgeExceeded");
  }

  TEST_CASE("ParallelizationFactor works on several batches of a shard at once") {
    StreamWorld world{"{ takes: 10s, cold start: 0s }", {{"ParallelizationFactor", 4}}};
    world.put(100);
    world.run_for(15s);
    CHECK(world.measured("ConcurrentExecutions", "Maximum").value_or(0) == 4.0);
  }

  TEST_CASE("what came before is read from TRIM_HORIZON only, and a position is needed") {
    StreamWorld world{"{ takes: 1s }"};
    Json mapping{{"EventSourceArn", kOrdersArn}, {"FunctionName", "pay"}};
    CHECK(world.refusal("lambda", "CreateEventSourceMapping", mapping) ==
          "InvalidParameterValueException");
    world.must("lambda", "DeleteEventSourceMapping", {{"UUID", world.uuid}});
    world.put(5);
    mapping["StartingPosition"] = "LATEST";
    const Json latest = world.must("lambda", "CreateEventSourceMapping", mapping);
    world.run_for(1min);
    CHECK_FALSE(world.measured("Invocations", "Sum").has_value());
    world.must("lambda", "DeleteEventSourceMapping", {{"UUID", latest["UUID"]}});
    mapping["StartingPosition"] = "TRIM_HORIZON";
    world.must("lambda", "CreateEventSourceMapping", mapping);
    world.run_for(1min);
    CHECK(world.measured("Invocations", "Sum") == 1.0);
  }
}

}  // namespace opsim::tests
