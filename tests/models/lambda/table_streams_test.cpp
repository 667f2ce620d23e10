// Streams of DynamoDB tables, and who reads them.
// AWS: DynamoDB Developer Guide, Streams; Lambda Developer Guide, with-ddb,
// invocation-eventfiltering; EventBridge User Guide, eb-pipes-dynamodb.
#include "models/dynamodb/service.hpp"
#include "models/events/service.hpp"
#include "models/pipes/service.hpp"
#include "tests/models/lambda/world.hpp"

namespace opsim::tests {

namespace {

const opsim::Service* const kTableServices[] = {&kDynamoDb, &kEvents, &kLambda,
                                                &kLogs,     &kPipes,  &kSqs};

struct TableStreamWorld : SmallWorld {
  explicit TableStreamWorld(const std::string& view = "NEW_AND_OLD_IMAGES")
      : SmallWorld{kTableServices} {
    make(
        "AWS::DynamoDB::Table", "Orders",
        {{"TableName", "orders"},
         {"BillingMode", "PAY_PER_REQUEST"},
         {"AttributeDefinitions", Json::array({{{"AttributeName", "id"}, {"AttributeType", "S"}}})},
         {"KeySchema", Json::array({{{"AttributeName", "id"}, {"KeyType", "HASH"}}})},
         {"StreamSpecification", {{"StreamViewType", view}}}});
    make("AWS::SQS::Queue", "Lost", {{"QueueName", "lost"}});
    make("AWS::SQS::Queue", "Out", {{"QueueName", "out"}});
    stream = must("dynamodb", "DescribeTable", {{"TableName", "orders"}})["Table"]
                 .at("LatestStreamArn")
                 .get<std::string>();
  }
  void put(const std::string& id, int price) {
    must("dynamodb", "PutItem",
         {{"TableName", "orders"},
          {"Item", {{"id", {{"S", id}}}, {"price", {{"N", std::to_string(price)}}}}}});
  }
  void remove(const std::string& id) {
    must("dynamodb", "DeleteItem", {{"TableName", "orders"}, {"Key", {{"id", {{"S", id}}}}}});
  }
  Json records(const std::string& from = "TRIM_HORIZON") {
    const Json told = must("dynamodb", "DescribeStream", {{"StreamArn", stream}});
    const Json at = must("dynamodb", "GetShardIterator",
                         {{"StreamArn", stream},
                          {"ShardId", told["StreamDescription"]["Shards"][0]["ShardId"]},
                          {"ShardIteratorType", from}});
    return must("dynamodb", "GetRecords", {{"ShardIterator", at["ShardIterator"]}})["Records"];
  }
  void read_by_function(const std::string& physics, Json mapping = Json::object()) {
    make("AWS::Lambda::Function", "Pay",
         {{"FunctionName", "pay"}, {"Role", "arn:aws:iam::123456789012:role/pay"}});
    const Document document = read_yaml("scenario.yaml", physics);
    kLambda.physics[0].apply(*cloud.model("lambda"),
                             {cloud, "Pay", "", cloud.resources().find("Pay"), document.root});
    mapping["EventSourceArn"] = stream;
    mapping["FunctionName"] = "pay";
    mapping["StartingPosition"] = "LATEST";
    mapping["DestinationConfig"] = {
        {"OnFailure", {{"Destination", "arn:aws:sqs:us-east-1:123456789012:lost"}}}};
    make("AWS::Lambda::EventSourceMapping", "Reads", mapping);
    run_for(1s);
  }
  double invocations() {
    const auto series = cloud.metrics().find(
        {cloud.home(), "AWS/Lambda", "Invocations", {{"FunctionName", "pay"}}});
    if (!series) return 0;
    return cloud.metrics()
        .statistic(*series, *Statistic::parse("Sum"), {sim.start(), sim.now() + 1s, sim.now() + 1s})
        .value_or(0);
  }
  Json bodies(const std::string& queue) {
    const Json answer =
        must("sqs", "ReceiveMessage", {{"QueueUrl", queue}, {"MaxNumberOfMessages", 10}});
    Json found = Json::array();
    for (const Json& message : answer.value("Messages", Json::array()))
      found.push_back(Json::parse(message["Body"].get<std::string>()));
    return found;
  }
  std::string stream;
};

}  // namespace

TEST_SUITE("dynamodb: streams") {
  TEST_CASE("a record tells what changed; a write that changes nothing is none") {
    TableStreamWorld world;
    world.put("a", 1);
    world.put("a", 1);
    world.put("a", 2);
    world.remove("a");
    world.remove("a");
    const Json records = world.records();
    REQUIRE(records.size() == 3);
    CHECK(records[0]["eventName"] == "INSERT");
    CHECK_FALSE(records[0]["dynamodb"].contains("OldImage"));
    CHECK(records[1]["eventName"] == "MODIFY");
    CHECK(records[1]["dynamodb"]["OldImage"]["price"]["N"] == "1");
    CHECK(records[1]["dynamodb"]["NewImage"]["price"]["N"] == "2");
    CHECK(records[2]["eventName"] == "REMOVE");
    CHECK(records[2]["dynamodb"]["Keys"] == Json{{"id", {{"S", "a"}}}});
    CHECK(records[2]["eventVersion"] == "1.1");
    CHECK(records[0]["dynamodb"]["SequenceNumber"].get<std::string>() <
          records[1]["dynamodb"]["SequenceNumber"].get<std::string>());
  }

  TEST_CASE("KEYS_ONLY has no images") {
    TableStreamWorld world{"KEYS_ONLY"};
    world.put("a", 1);
    const Json change = world.records()[0]["dynamodb"];
    CHECK_FALSE(change.contains("NewImage"));
    CHECK(change["StreamViewType"] == "KEYS_ONLY");
  }

  TEST_CASE("records are there for 24 hours, also of a stream that was disabled") {
    TableStreamWorld world;
    world.put("a", 1);
    world.must("dynamodb", "UpdateTable",
               {{"TableName", "orders"}, {"StreamSpecification", {{"StreamEnabled", false}}}});
    world.run_for(23h);
    CHECK(world.records().size() == 1);
    CHECK(world.must("dynamodb", "DescribeStream",
                     {{"StreamArn", world.stream}})["StreamDescription"]["StreamStatus"] ==
          "DISABLED");
    world.run_for(2h);
    CHECK(world.refusal("dynamodb", "DescribeStream", {{"StreamArn", world.stream}}) ==
          "ResourceNotFoundException");
  }

  TEST_CASE("a table has one stream at a time") {
    TableStreamWorld world;
    CHECK(world.refusal("dynamodb", "UpdateTable",
                        {{"TableName", "orders"},
                         {"StreamSpecification",
                          {{"StreamEnabled", true}, {"StreamViewType", "NEW_IMAGE"}}}}) ==
          "ValidationException");
  }
}

TEST_SUITE("lambda: event source mappings of tables") {
  TEST_CASE("a function is invoked with what changed") {
    TableStreamWorld world;
    world.read_by_function("{ takes: 1s, cold start: 0s }");
    world.put("a", 1);
    world.put("b", 2);
    world.run_for(1min);
    CHECK(world.invocations() >= 1);
    CHECK(world.invocations() <= 2);
  }

  TEST_CASE("records that no filter wants invoke nothing") {
    TableStreamWorld world;
    const Json pattern{{"dynamodb", {{"NewImage", {{"price", {{"N", Json::array({"7"})}}}}}}},
                       {"eventName", Json::array({"INSERT"})}};
    world.read_by_function(
        "{ takes: 1s, cold start: 0s }",
        {{"FilterCriteria", {{"Filters", Json::array({{{"Pattern", pattern.dump()}}})}}}});
    world.put("a", 1);
    world.run_for(1min);
    CHECK(world.invocations() == 0);
    world.put("b", 7);
    world.run_for(1min);
    CHECK(world.invocations() == 1);
  }

  TEST_CASE("after its retries the place of the batch goes to the destination") {
    TableStreamWorld world;
    world.read_by_function("{ takes: 1s, cold start: 0s, succeeds: 0 % }",
                           {{"MaximumRetryAttempts", 1}});
    world.put("a", 1);
    world.run_for(1min);
    CHECK(world.invocations() == 2);
    const Json lost = world.bodies("lost");
    REQUIRE(lost.size() == 1);
    CHECK(lost[0]["requestContext"]["condition"] == "RetryAttemptsExhausted");
    CHECK(lost[0]["responseContext"]["functionError"] == "Unhandled");
    CHECK(lost[0]["DDBStreamBatchInfo"]["batchSize"] == 1);
    CHECK(lost[0]["DDBStreamBatchInfo"]["streamArn"] == world.stream);
  }
}

TEST_SUITE("pipes: from a table's stream") {
  TEST_CASE("a pipe hands its records on, those that its filter wants") {
    TableStreamWorld world;
    const Json pattern{{"eventName", Json::array({"REMOVE"})}};
    world.must("pipes", "CreatePipe",
               {{"Name", "changes"},
                {"RoleArn", "arn:aws:iam::123456789012:role/pipe"},
                {"Source", world.stream},
                {"SourceParameters",
                 {{"DynamoDBStreamParameters", {{"StartingPosition", "LATEST"}}},
                  {"FilterCriteria", {{"Filters", Json::array({{{"Pattern", pattern.dump()}}})}}}}},
                {"Target", "arn:aws:sqs:us-east-1:123456789012:out"}});
    world.run_for(5s);
    world.put("a", 1);
    world.remove("a");
    world.run_for(10s);
    const Json out = world.bodies("out");
    REQUIRE(out.size() == 1);
    CHECK(out[0]["eventName"] == "REMOVE");
    CHECK(out[0]["eventSource"] == "aws:dynamodb");
    CHECK(out[0]["eventSourceARN"] == world.stream);
  }
}

}  // namespace opsim::tests
