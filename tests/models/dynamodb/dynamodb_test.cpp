// AWS: DynamoDB Developer Guide, "Provisioned capacity mode", "Burst capacity", "Point-in-time
// recovery"; API Reference, Query.
#include <doctest/doctest.h>

#include "models/dynamodb/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kDynamoOnly[] = {&kDynamoDb};

struct TableWorld : SmallWorld {
  /// Forum threads: ForumName, Subject; an index by LastPost.
  explicit TableWorld(const Json& more = {{"BillingMode", "PAY_PER_REQUEST"}})
      : SmallWorld{kDynamoOnly} {
    Json table = Json::parse(R"({
      "TableName": "Thread",
      "AttributeDefinitions": [{"AttributeName": "ForumName", "AttributeType": "S"},
                               {"AttributeName": "Subject", "AttributeType": "S"},
                               {"AttributeName": "Replies", "AttributeType": "N"}],
      "KeySchema": [{"AttributeName": "ForumName", "KeyType": "HASH"},
                    {"AttributeName": "Subject", "KeyType": "RANGE"}],
      "GlobalSecondaryIndexes": [{"IndexName": "ByReplies",
        "KeySchema": [{"AttributeName": "ForumName", "KeyType": "HASH"},
                      {"AttributeName": "Replies", "KeyType": "RANGE"}]}]})");
    table.update(more);
    make("AWS::DynamoDB::Table", "Threads", table);
  }
  static Json key(const std::string& forum, const std::string& subject) {
    return {{"ForumName", {{"S", forum}}}, {"Subject", {{"S", subject}}}};
  }
  std::string put(const std::string& forum, const std::string& subject, int replies = 0,
                  const std::string& condition = "") {
    Json item = key(forum, subject);
    item["Replies"] = {{"N", std::to_string(replies)}};
    Json input{{"TableName", "Thread"}, {"Item", item}};
    if (!condition.empty()) input["ConditionExpression"] = condition;
    return refusal("dynamodb", "PutItem", input);
  }
  Json query(Json more) {
    more["TableName"] = "Thread";
    more["ExpressionAttributeValues"].update(Json{{":f", {{"S", "S3"}}}});
    return must("dynamodb", "Query", more);
  }
  static std::string subjects(const Json& answer) {
    std::string all;
    for (const Json& item : answer["Items"]) all += item["Subject"]["S"].get<std::string>() + " ";
    return all;
  }
  std::string status(const std::string& name) {
    const auto found = call("dynamodb", "DescribeTable", {{"TableName", name}});
    return found ? (*found)["Table"]["TableStatus"].get<std::string>() : found.error().code;
  }
};

}  // namespace

TEST_SUITE("dynamodb") {
  TEST_CASE("items: put, get, delete; a condition refuses") {
    TableWorld world;
    const Json at{{"TableName", "Thread"}, {"Key", TableWorld::key("S3", "a")}};
    CHECK(world.must("dynamodb", "GetItem", at).empty());
    CHECK(world.put("S3", "a", 1, "attribute_not_exists(Subject)") == "");
    CHECK(world.put("S3", "a", 2, "attribute_not_exists(Subject)") ==
          "ConditionalCheckFailedException");
    CHECK(world.must("dynamodb", "GetItem", at)["Item"]["Replies"]["N"] == "1");
    world.must("dynamodb", "DeleteItem", at);
    CHECK(world.must("dynamodb", "GetItem", at).empty());
    CHECK(world.refusal("dynamodb", "GetItem",
                        {{"TableName", "Thread"}, {"Key", {{"ForumName", {{"S", "x"}}}}}}) ==
          "ValidationException");
    CHECK(world.refusal("dynamodb", "GetItem", {{"TableName", "None"}, {"Key", at["Key"]}}) ==
          "ResourceNotFoundException");
  }

  TEST_CASE("an update makes the item where there is none") {
    TableWorld world;
    const Json update{{"TableName", "Thread"},
                      {"Key", TableWorld::key("S3", "a")},
                      {"UpdateExpression", "ADD Replies :one"},
                      {"ExpressionAttributeValues", {{":one", {{"N", "1"}}}}},
                      {"ReturnValues", "ALL_NEW"}};
    world.must("dynamodb", "UpdateItem", update);
    CHECK(world.must("dynamodb", "UpdateItem", update)["Attributes"]["Replies"]["N"] == "2");
    Json wrong = update;
    wrong["UpdateExpression"] = "SET Subject = :one";
    CHECK(world.refusal("dynamodb", "UpdateItem", wrong) == "ValidationException");
  }

  TEST_CASE("queries: order, sort-key conditions, filters, an index, pages") {
    TableWorld world;
    for (const auto& [subject, replies] :
         {std::pair{"b1", 5}, std::pair{"a2", 9}, std::pair{"a1", 20}})
      world.put("S3", subject, replies);
    world.put("EC2", "c", 1);
    const Json all{{"KeyConditionExpression", "ForumName = :f"}};
    CHECK(TableWorld::subjects(world.query(all)) == "a1 a2 b1 ");
    Json with = all;
    with["ScanIndexForward"] = false;
    CHECK(TableWorld::subjects(world.query(with)) == "b1 a2 a1 ");
    with = {{"KeyConditionExpression", "ForumName = :f AND begins_with(Subject, :a)"},
            {"ExpressionAttributeValues", {{":a", {{"S", "a"}}}}}};
    CHECK(TableWorld::subjects(world.query(with)) == "a1 a2 ");
    with = all;
    with["IndexName"] = "ByReplies";
    CHECK(TableWorld::subjects(world.query(with)) == "b1 a2 a1 ");  // 5, 9, 20: as numbers
    with = all;
    with["FilterExpression"] = "Replies > :n";
    with["ExpressionAttributeValues"] = {{":n", {{"N", "8"}}}};
    const Json filtered = world.query(with);
    CHECK(filtered["Count"] == 2);
    CHECK(filtered["ScannedCount"] == 3);
    with = all;
    with["Limit"] = 2;
    const Json first = world.query(with);
    CHECK(TableWorld::subjects(first) == "a1 a2 ");
    with["ExclusiveStartKey"] = first["LastEvaluatedKey"];
    const Json second = world.query(with);
    CHECK(TableWorld::subjects(second) == "b1 ");
    CHECK_FALSE(second.contains("LastEvaluatedKey"));
    CHECK(world.must("dynamodb", "Scan", {{"TableName", "Thread"}})["Count"] == 4);
  }

  TEST_CASE("provisioned capacity: five minutes are saved, then requests are throttled") {
    TableWorld world{
        Json{{"ProvisionedThroughput", {{"ReadCapacityUnits", 1}, {"WriteCapacityUnits", 1}}}}};
    int taken = 0;
    while (taken < 1'000 && world.put("S3", std::to_string(taken)) == "") ++taken;
    CHECK(taken >= 300);
    CHECK(taken < 320);
    CHECK(world.put("S3", "x") == "ProvisionedThroughputExceededException");
    world.run_for(10s);
    CHECK(world.put("S3", "x") == "");
    const auto series = world.cloud.metrics().find(
        {world.cloud.home(), "AWS/DynamoDB", "WriteThrottleEvents", {{"TableName", "Thread"}}});
    REQUIRE(series.has_value());
    world.run_for(1min);
    const SimTime now = world.sim.now();
    CHECK(world.cloud.metrics().statistic(*series, *Statistic::parse("Sum"),
                                          {now - 1h, now, now}) == 2.0);
  }

  // Quotas, "Decreasing provisioned throughput": "four decreases any time per day ... additionally,
  // if there was no decrease in the past hour, an additional decrease is allowed".
  TEST_CASE("capacity goes up at any time, and down four times a day and once an hour") {
    TableWorld world{
        Json{{"ProvisionedThroughput", {{"ReadCapacityUnits", 9}, {"WriteCapacityUnits", 9}}}}};
    const auto update = [&](int units) {
      const std::string code =
          world.refusal("dynamodb", "UpdateTable",
                        {{"TableName", "Thread"},
                         {"ProvisionedThroughput",
                          {{"ReadCapacityUnits", units}, {"WriteCapacityUnits", units}}}});
      world.run_for(3min);
      return code;
    };
    CHECK(update(9) == "ValidationException");  // it will not change
    for (const int units : {8, 7, 6, 5}) CHECK(update(units) == "");
    CHECK(update(4) == "LimitExceededException");
    CHECK(update(20) == "");
    world.run_for(1h);
    CHECK(update(4) == "");
    CHECK(update(3) == "LimitExceededException");
    CHECK(world.must("dynamodb", "DescribeTable",
                     {{"TableName",
                       "Thread"}})["Table"]["ProvisionedThroughput"]["NumberOfDecreasesToday"] ==
          5);
    world.run_for(15h);  // the next day
    CHECK(update(3) == "");
  }

  // "up to four times in a 24-hour rolling window"; on-demand tables show a throughput of 0.
  TEST_CASE("the capacity mode is switched to on-demand four times a day") {
    TableWorld world{
        Json{{"ProvisionedThroughput", {{"ReadCapacityUnits", 9}, {"WriteCapacityUnits", 9}}}}};
    const auto change = [&](Json more) {
      more["TableName"] = "Thread";
      const std::string code = world.refusal("dynamodb", "UpdateTable", more);
      world.run_for(3min);
      return code;
    };
    const Json back{
        {"BillingMode", "PROVISIONED"},
        {"ProvisionedThroughput", {{"ReadCapacityUnits", 1}, {"WriteCapacityUnits", 1}}}};
    for (int i = 0; i < 4; ++i) {
      CHECK(change({{"BillingMode", "PAY_PER_REQUEST"}}) == "");
      CHECK(world.must("dynamodb", "DescribeTable",
                       {{"TableName",
                         "Thread"}})["Table"]["ProvisionedThroughput"]["ReadCapacityUnits"] == 0);
      CHECK(change({{"BillingMode", "PROVISIONED"}}) == "ValidationException");
      CHECK(change(back) == "");
    }
    CHECK(change({{"BillingMode", "PAY_PER_REQUEST"}}) == "LimitExceededException");
    world.run_for(24h);
    CHECK(change({{"BillingMode", "PAY_PER_REQUEST"}}) == "");
  }

  // On-demand capacity mode: a new table serves 4,000 writes a second; then twice its peak, within
  // 30 minutes.
  TEST_CASE("on-demand: twice the last peak at once, more after 30 minutes") {
    TableWorld world;
    const std::string large(390 * 1024, 'x');  // 391 write units
    const auto burst = [&] {                   // how many of 25 large writes fit into one second
      Json puts = Json::array();
      for (int i = 0; i < 25; ++i) {
        Json item = TableWorld::key("S3", std::to_string(i));
        item["Body"] = {{"S", large}};
        puts.push_back({{"PutRequest", {{"Item", item}}}});
      }
      world.run_for(2s);
      const Json answer =
          world.must("dynamodb", "BatchWriteItem", {{"RequestItems", {{"Thread", puts}}}});
      const Json& left = answer.at("UnprocessedItems");
      return 25 - (left.contains("Thread") ? left["Thread"].size() : 0);
    };
    CHECK(burst() == 11);  // 4,000 units are reached by the eleventh
    CHECK(burst() == 11);
    world.run_for(31min);
    CHECK(burst() == 21);  // twice what the eleven took, as far as it was within the limit: 4,000
  }

  // API Reference: "The provided key element does not match the schema"; PutItem, "Type mismatch
  // for key"; Developer Guide, "Capacity unit consumption": a failed condition consumes a write.
  TEST_CASE("keys are those of the schema; what a request consumes is told, a failed one's too") {
    TableWorld world{
        Json{{"ProvisionedThroughput", {{"ReadCapacityUnits", 9}, {"WriteCapacityUnits", 1}}}}};
    CHECK(world.put("S3", "a") == "");
    const auto key_refused = [&](const Json& key) {
      const auto answer =
          world.call("dynamodb", "GetItem", {{"TableName", "Thread"}, {"Key", key}});
      return answer ? std::string{} : answer.error().message;
    };
    const std::string mismatch = "The provided key element does not match the schema";
    CHECK(key_refused({{"ForumName", {{"S", "S3"}}}}) == mismatch);
    CHECK(key_refused({{"ForumName", {{"S", "S3"}}}, {"Subject", {{"N", "1"}}}}) == mismatch);
    CHECK(key_refused(TableWorld::key("S3", "a")) == "");
    const auto put =
        world.call("dynamodb", "PutItem",
                   {{"TableName", "Thread"},
                    {"Item", {{"ForumName", {{"S", "S3"}}}, {"Subject", {{"N", "1"}}}}}});
    REQUIRE_FALSE(put.has_value());
    CHECK(put.error().message ==
          "One or more parameter values were invalid: Type mismatch for key Subject expected: S "
          "actual: N");
    const Json got = world.must("dynamodb", "GetItem",
                                {{"TableName", "Thread"},
                                 {"Key", TableWorld::key("S3", "a")},
                                 {"ReturnConsumedCapacity", "TOTAL"}});
    CHECK(got["ConsumedCapacity"]["CapacityUnits"] == 0.5);
    int failed = 0;
    while (failed < 1'000 && world.put("S3", "a", 0, "attribute_not_exists(Subject)") ==
                                 "ConditionalCheckFailedException")
      ++failed;
    CHECK(failed >= 299);  // 300 seconds of burst, and what comes meanwhile
    CHECK(failed < 330);
  }

  TEST_CASE("an update tells what it has changed") {
    TableWorld world;
    CHECK(world.put("S3", "a", 3) == "");
    const Json answer = world.must("dynamodb", "UpdateItem",
                                   {{"TableName", "Thread"},
                                    {"Key", TableWorld::key("S3", "a")},
                                    {"UpdateExpression", "ADD Replies :one"},
                                    {"ExpressionAttributeValues", {{":one", {{"N", "1"}}}}},
                                    {"ReturnValues", "UPDATED_NEW"}});
    CHECK(answer["Attributes"] == Json({{"Replies", {{"N", "4"}}}}));
  }

  TEST_CASE("batches") {
    TableWorld world;
    Json writes = Json::array();
    for (int i = 0; i < 25; ++i)
      writes.push_back({{"PutRequest", {{"Item", TableWorld::key("S3", std::to_string(i))}}}});
    world.must("dynamodb", "BatchWriteItem", {{"RequestItems", {{"Thread", writes}}}});
    writes.push_back(writes[0]);
    CHECK(world.refusal("dynamodb", "BatchWriteItem", {{"RequestItems", {{"Thread", writes}}}}) ==
          "ValidationException");
    const Json keys{{"Keys", {TableWorld::key("S3", "3"), TableWorld::key("S3", "none")}}};
    CHECK(world
              .must("dynamodb", "BatchGetItem",
                    {{"RequestItems", {{"Thread", keys}}}})["Responses"]["Thread"]
              .size() == 1);
  }

  TEST_CASE("backups restore into a new table") {
    TableWorld world;
    world.put("S3", "a");
    const Json made =
        world.must("dynamodb", "CreateBackup", {{"TableName", "Thread"}, {"BackupName", "b"}});
    const Json restore{{"BackupArn", made["BackupDetails"]["BackupArn"]},
                       {"TargetTableName", "Again"}};
    world.run_for(10s);
    world.put("S3", "later");
    world.must("dynamodb", "RestoreTableFromBackup", restore);
    CHECK(world.status("Again") == "CREATING");
    world.run_for(3h);
    CHECK(world.status("Again") == "ACTIVE");
    CHECK(world.must("dynamodb", "Scan", {{"TableName", "Again"}})["Count"] == 1);
    CHECK(world.refusal("dynamodb", "RestoreTableFromBackup", restore) ==
          "TableAlreadyExistsException");
  }

  TEST_CASE("point in time: when it is on, up to five minutes ago") {
    TableWorld world;
    const Json restore{{"SourceTableName", "Thread"},
                       {"TargetTableName", "Again"},
                       {"RestoreDateTime", "2026-03-02T09:30:00Z"}};
    CHECK(world.refusal("dynamodb", "RestoreTableToPointInTime", restore) ==
          "PointInTimeRecoveryUnavailableException");
    world.must("dynamodb", "UpdateContinuousBackups",
               {{"TableName", "Thread"},
                {"PointInTimeRecoverySpecification", {{"PointInTimeRecoveryEnabled", true}}}});
    world.run_for(32min);
    CHECK(world.refusal("dynamodb", "RestoreTableToPointInTime", restore) ==
          "InvalidRestoreTimeException");
    world.run_for(4min);
    CHECK(world.refusal("dynamodb", "RestoreTableToPointInTime", restore) == "");
  }

  TEST_CASE("tables are made, changed and deleted over time") {
    TableWorld world;
    Json table = world.must("dynamodb", "DescribeTable", {{"TableName", "Thread"}})["Table"];
    table["TableName"] = "Second";
    table["BillingMode"] = "PAY_PER_REQUEST";
    world.must("dynamodb", "CreateTable", table);
    CHECK(world.status("Second") == "CREATING");
    CHECK(world.refusal("dynamodb", "CreateTable", table) == "ResourceInUseException");
    CHECK(world.refusal("dynamodb", "DeleteTable", {{"TableName", "Second"}}) ==
          "ResourceInUseException");
    world.run_for(10min);
    CHECK(world.status("Second") == "ACTIVE");
    world.must("dynamodb", "DeleteTable", {{"TableName", "Second"}});
    world.run_for(10min);
    CHECK(world.status("Second") == "ResourceNotFoundException");
  }
}

}  // namespace opsim::tests
