// AWS: Kinesis Data Streams Developer Guide, "Quotas and limits"; API Reference, UpdateShardCount.
#include <doctest/doctest.h>

#include "models/kinesis/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kKinesisOnly[] = {&kKinesis};

struct StreamWorld : SmallWorld {
  StreamWorld() : SmallWorld{kKinesisOnly} {
    make("AWS::Kinesis::Stream", "Events", {{"Name", "events"}, {"ShardCount", 1}});
  }
  std::string put(const std::string& key, const std::string& data) {
    return refusal("kinesis", "PutRecord",
                   {{"StreamName", "events"}, {"PartitionKey", key}, {"Data", data}});
  }
  Json summary() {
    return must("kinesis", "DescribeStreamSummary",
                {{"StreamName", "events"}})["StreamDescriptionSummary"];
  }
};

}  // namespace

TEST_SUITE("kinesis") {
  TEST_CASE("a shard takes 1 MB a second") {
    StreamWorld world;
    const std::string half(500'000, 'x');
    CHECK(world.put("a", half) == "");
    CHECK(world.put("a", half) == "");
    CHECK(world.put("a", half) == "ProvisionedThroughputExceededException");
    world.run_for(1s);
    CHECK(world.put("a", half) == "");
  }

  TEST_CASE(
      "an iterator begins at a number, behind it, or at a time; a reader is told how late it is") {
    StreamWorld world;
    Json numbers = Json::array();
    for (const char* const data : {"1", "2", "3"}) {
      numbers.push_back(world.must(
          "kinesis", "PutRecord",
          {{"StreamName", "events"}, {"PartitionKey", "a"}, {"Data", data}})["SequenceNumber"]);
      world.run_for(10s);
    }
    const Json stream =
        world.must("kinesis", "DescribeStream", {{"StreamName", "events"}})["StreamDescription"];
    const auto read = [&](const Json& more) {
      Json ask{{"StreamName", "events"}, {"ShardId", stream["Shards"][0]["ShardId"]}};
      ask.update(more);
      const Json at = world.must("kinesis", "GetShardIterator", ask)["ShardIterator"];
      return world.must("kinesis", "GetRecords", {{"ShardIterator", at}, {"Limit", 1}});
    };
    const auto data_of = [](const Json& answer) {
      return answer["Records"][0]["Data"].get<std::string>();
    };
    const Json at =
        read({{"ShardIteratorType", "AT_SEQUENCE_NUMBER"}, {"StartingSequenceNumber", numbers[1]}});
    CHECK(data_of(at) == "2");
    CHECK(at["MillisBehindLatest"].get<int>() / 1'000 == 10);  // and what the call took
    CHECK(data_of(read({{"ShardIteratorType", "AFTER_SEQUENCE_NUMBER"},
                        {"StartingSequenceNumber", numbers[1]}})) == "3");
    CHECK(data_of(read({{"ShardIteratorType", "AT_TIMESTAMP"},
                        {"Timestamp", "2026-03-02T09:00:05Z"}})) == "2");
    CHECK(world.refusal("kinesis", "GetShardIterator",
                        {{"StreamName", "events"},
                         {"ShardId", stream["Shards"][0]["ShardId"]},
                         {"ShardIteratorType", "NEWEST"}}) == "ValidationException");
  }

  TEST_CASE("records are read in their order, from the beginning or from now") {
    StreamWorld world;
    world.put("a", "1");
    const Json stream =
        world.must("kinesis", "DescribeStream", {{"StreamName", "events"}})["StreamDescription"];
    const Json shard{{"StreamName", "events"}, {"ShardId", stream["Shards"][0]["ShardId"]}};
    const auto iterator = [&](const char* type) {
      Json ask = shard;
      ask["ShardIteratorType"] = type;
      return world.must("kinesis", "GetShardIterator", ask)["ShardIterator"];
    };
    const Json latest = iterator("LATEST");
    world.put("b", "2");
    const Json from_now = world.must("kinesis", "GetRecords", {{"ShardIterator", latest}});
    REQUIRE(from_now["Records"].size() == 1);
    CHECK(from_now["Records"][0]["Data"] == "2");
    const Json all =
        world.must("kinesis", "GetRecords", {{"ShardIterator", iterator("TRIM_HORIZON")}});
    CHECK(all["Records"].size() == 2);
    CHECK(
        world
            .must("kinesis", "GetRecords", {{"ShardIterator", all["NextShardIterator"]}})["Records"]
            .empty());
    CHECK(world.refusal("kinesis", "GetRecords", {{"ShardIterator", "?"}}) ==
          "InvalidArgumentException");
  }

  TEST_CASE("resharding: to half or double, after a while") {
    StreamWorld world;
    const auto to = [&](int count) {
      return world.refusal("kinesis", "UpdateShardCount",
                           {{"StreamName", "events"}, {"TargetShardCount", count}});
    };
    CHECK(to(3) == "InvalidArgumentException");
    CHECK(to(2) == "");
    CHECK(world.summary()["StreamStatus"] == "UPDATING");
    CHECK(to(4) == "ResourceInUseException");
    world.run_for(30min);
    CHECK(world.summary()["OpenShardCount"] == 2);
    CHECK(to(4) == "");
  }

  TEST_CASE("rules deliver into streams") {
    StreamWorld world;
    const auto done =
        world.deliver("arn:aws:kinesis:us-east-1:123456789012:stream/events", R"({"id":"e1"})");
    CHECK(done.has_value());
    CHECK_FALSE(
        world.deliver("arn:aws:kinesis:us-east-1:123456789012:stream/none", "{}").has_value());
  }
}

}  // namespace opsim::tests
