// AWS: DynamoDB Developer Guide, "Global tables: multi-Region replication"; FIS User Guide,
// fis-actions-reference, aws:dynamodb:global-table-pause-replication.
#include <doctest/doctest.h>

#include "models/dynamodb/service.hpp"
#include "models/fis/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {
namespace {

const Service* const kGlobal[] = {&kDynamoDb, &kFis};

struct TwoRegions : SmallWorld {
  TwoRegions() : SmallWorld{kGlobal} {
    make("AWS::DynamoDB::GlobalTable", "Orders",
         {{"TableName", "orders"},
          {"BillingMode", "PAY_PER_REQUEST"},
          {"AttributeDefinitions", {{{"AttributeName", "id"}, {"AttributeType", "S"}}}},
          {"KeySchema", {{{"AttributeName", "id"}, {"KeyType", "HASH"}}}},
          {"StreamSpecification", {{"StreamViewType", "NEW_AND_OLD_IMAGES"}}},
          {"Replicas", {{{"Region", "us-east-1"}}, {{"Region", "eu-west-1"}}}}});
  }
  Json in(const std::string& region, const std::string& operation, const Json& input) {
    const Caller caller{{"123456789012", region}, user().principal, "", true};
    const ApiResult<Json> answer = finish(cloud.call(caller, "dynamodb", operation, input));
    REQUIRE(answer.has_value());
    return *answer;
  }
  void put(const std::string& region, const std::string& id, const std::string& state) {
    in(region, "PutItem",
       {{"TableName", "orders"}, {"Item", {{"id", {{"S", id}}}, {"state", {{"S", state}}}}}});
  }
  /// The state of an order as that Region has it; "" where it has none.
  std::string get(const std::string& region, const std::string& id) {
    const Json answer =
        in(region, "GetItem", {{"TableName", "orders"}, {"Key", {{"id", {{"S", id}}}}}});
    return answer.contains("Item") ? answer["Item"]["state"]["S"].get<std::string>() : "";
  }
};

TEST_SUITE("dynamodb: global tables") {
  // "Changes are typically replicated within a second or less."
  TEST_CASE("what is written in one Region appears in the other, both ways") {
    TwoRegions world;
    world.put("us-east-1", "a", "new");
    CHECK(world.get("us-east-1", "a") == "new");
    CHECK(world.get("eu-west-1", "a") == "");
    world.run_for(3s);
    CHECK(world.get("eu-west-1", "a") == "new");
    world.put("eu-west-1", "a", "paid");
    world.run_for(3s);
    CHECK(world.get("us-east-1", "a") == "paid");
    world.in("us-east-1", "DeleteItem", {{"TableName", "orders"}, {"Key", {{"id", {{"S", "a"}}}}}});
    world.run_for(3s);
    CHECK(world.get("eu-west-1", "a") == "");
    const Json table =
        world.in("eu-west-1", "DescribeTable", {{"TableName", "orders"}}).at("Table");
    CHECK(table["Replicas"][0]["RegionName"] == "us-east-1");
    CHECK(table["TableArn"] == "arn:aws:dynamodb:eu-west-1:123456789012:table/orders");
  }

  // "DynamoDB global tables use a last writer wins reconciliation between concurrent updates."
  TEST_CASE("of concurrent writes the last one wins, in every Region") {
    TwoRegions world;
    world.put("us-east-1", "a", "first");
    world.run_for(1ms);
    world.put("eu-west-1", "a", "second");
    world.run_for(5s);
    CHECK(world.get("us-east-1", "a") == "second");
    CHECK(world.get("eu-west-1", "a") == "second");
  }

  TEST_CASE("an experiment pauses replication both ways; it resumes from where it paused") {
    TwoRegions world;
    const Json members{
        {"description", "a test"},
        {"roleArn", "arn:aws:iam::123456789012:role/fis"},
        {"stopConditions", {{{"source", "none"}}}},
        {"targets",
         {{"tables",
           {{"resourceType", "aws:dynamodb:global-table"},
            {"resourceArns", Json::array({"arn:aws:dynamodb:us-east-1:123456789012:table/orders"})},
            {"selectionMode", "ALL"}}}}},
        {"actions",
         {{"pause",
           {{"actionId", "aws:dynamodb:global-table-pause-replication"},
            {"parameters", {{"duration", "PT10M"}}},
            {"targets", {{"Tables", "tables"}}}}}}}};
    const Json made = world.must("fis", "CreateExperimentTemplate", members)["experimentTemplate"];
    world.must("fis", "StartExperiment", {{"experimentTemplateId", made["id"]}});
    world.run_for(1min);
    world.put("us-east-1", "a", "east");
    world.put("eu-west-1", "b", "west");
    world.run_for(5min);
    CHECK(world.get("eu-west-1", "a") == "");
    CHECK(world.get("us-east-1", "b") == "");
    world.run_for(6min);
    CHECK(world.get("eu-west-1", "a") == "east");
    CHECK(world.get("us-east-1", "b") == "west");
  }

  TEST_CASE("replicas are added and removed by UpdateTable") {
    TwoRegions world;
    world.put("us-east-1", "a", "new");
    const auto update = [&](const char* what, const char* region) {
      world.run_for(5min);  // the table is updating for a while
      world.must(
          "dynamodb", "UpdateTable",
          {{"TableName", "orders"}, {"ReplicaUpdates", {{{what, {{"RegionName", region}}}}}}});
    };
    update("Create", "ap-southeast-2");
    CHECK(world.get("ap-southeast-2", "a") == "new");  // items that were there come along
    world.put("ap-southeast-2", "b", "south");
    world.run_for(5s);
    CHECK(world.get("eu-west-1", "b") == "south");
    update("Delete", "eu-west-1");
    const Json table =
        world.in("us-east-1", "DescribeTable", {{"TableName", "orders"}}).at("Table");
    CHECK(table["Replicas"].size() == 1);
    CHECK(table["Replicas"][0]["RegionName"] == "ap-southeast-2");
  }
}

}  // namespace
}  // namespace opsim::tests
