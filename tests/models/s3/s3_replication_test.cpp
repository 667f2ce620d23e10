// AWS: S3 User Guide, "Replicating objects within and across Regions", "Replication Time Control".
#include <doctest/doctest.h>

#include "models/s3/service.hpp"
#include "models/sqs/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kReplicating[] = {&kS3, &kSqs};

Json rule(Json more = Json::object()) {
  Json made{
      {"Id", "all"}, {"Status", "Enabled"}, {"Destination", {{"Bucket", "arn:aws:s3:::copy"}}}};
  made.update(more);
  return made;
}

struct ReplicaWorld : SmallWorld {
  explicit ReplicaWorld(const Json& with = rule()) : SmallWorld{kReplicating} {
    const Json on{{"Status", "Enabled"}};
    queue = make("AWS::SQS::Queue", "Work", {{"QueueName", "work"}});
    let_everybody_in("arn:aws:sqs:us-east-1:123456789012:work");
    make("AWS::S3::Bucket", "Copy", {{"BucketName", "copy"}, {"VersioningConfiguration", on}});
    make("AWS::S3::Bucket", "Main",
         {{"BucketName", "main"},
          {"VersioningConfiguration", on},
          {"NotificationConfiguration",
           {{"QueueConfigurations",
             {{{"Event", "s3:Replication:*"},
               {"Queue", "arn:aws:sqs:us-east-1:123456789012:work"}}}}}},
          {"ReplicationConfiguration", {{"Role", "r"}, {"Rules", {with}}}}});
  }
  std::string queue;
  void put(const std::string& key) {
    must("s3", "PutObject", {{"Bucket", "main"}, {"Key", key}, {"Body", "hello"}});
  }
  std::string status(const std::string& bucket, const std::string& key) {
    const auto head = call("s3", "HeadObject", {{"Bucket", bucket}, {"Key", key}});
    return head ? head->value("ReplicationStatus", "none") : "absent";
  }
  void pause(std::string_view how_long) {
    const Document text = read_yaml("t.yaml", fmt::format("{{ on: Main, for: {} }}", how_long));
    kS3.faults[1].begin(*cloud.model("s3"), {cloud, text.root, {"main"}, "t.yaml:1", "luck"});
  }
  std::optional<double> metric(const std::string& name) {
    const auto series = cloud.metrics().find(
        {cloud.home(),
         "AWS/S3",
         name,
         {{"SourceBucket", "main"}, {"DestinationBucket", "copy"}, {"RuleId", "all"}}});
    if (!series) return std::nullopt;
    return cloud.metrics().statistic(*series, *Statistic::parse("Maximum"),
                                     {sim.now() - 5min, sim.now(), sim.now()});
  }
  std::vector<std::string> events() {
    std::vector<std::string> all;
    const Json got =
        must("sqs", "ReceiveMessage", {{"QueueUrl", queue}, {"MaxNumberOfMessages", 10}});
    for (const Json& one : got.value("Messages", Json::array())) {
      const Json body = Json::parse(one.at("Body").get<std::string>());
      all.push_back(body["Records"][0]["eventName"].get<std::string>());
      must("sqs", "DeleteMessage",
           {{"QueueUrl", queue}, {"ReceiptHandle", one.at("ReceiptHandle")}});
    }
    return all;
  }
};

}  // namespace

TEST_SUITE("s3: replication") {
  TEST_CASE("an object is pending, then completed, and a replica over there") {
    ReplicaWorld world;
    world.put("a");
    CHECK(world.status("main", "a") == "PENDING");
    CHECK(world.status("copy", "a") == "absent");
    world.run_for(15min);
    CHECK(world.status("main", "a") == "COMPLETED");
    CHECK(world.status("copy", "a") == "REPLICA");
  }

  TEST_CASE("a destination that takes nothing: failed") {
    ReplicaWorld world;
    world.must("s3", "PutBucketVersioning",
               {{"Bucket", "copy"}, {"VersioningConfiguration", {{"Status", "Suspended"}}}});
    world.put("a");
    world.run_for(15min);
    CHECK(world.status("main", "a") == "FAILED");
  }

  TEST_CASE("rules choose by prefix; delete markers only where they say so") {
    struct Row {
      Json with;
      std::string gone;  // what is over there after the delete
    };
    const Row rows[] = {
        {rule(), "REPLICA"},
        {rule({{"DeleteMarkerReplication", {{"Status", "Enabled"}}}}), "absent"},
    };
    for (const auto& [with, gone] : rows) {
      ReplicaWorld world{with};
      world.put("a");
      world.run_for(15min);
      world.must("s3", "DeleteObject", {{"Bucket", "main"}, {"Key", "a"}});
      world.run_for(15min);
      CHECK(world.status("copy", "a") == gone);
    }
    ReplicaWorld world{rule({{"Filter", {{"Prefix", "docs/"}}}})};
    world.put("a");
    world.put("docs/a");
    world.run_for(15min);
    CHECK(world.status("main", "a") == "none");
    CHECK(world.status("copy", "docs/a") == "REPLICA");
  }

  TEST_CASE("only a versioned bucket replicates") {
    ReplicaWorld world;
    world.must("s3", "CreateBucket", {{"Bucket", "plain"}});
    CHECK(world.refusal("s3", "PutBucketReplication",
                        {{"Bucket", "plain"},
                         {"ReplicationConfiguration", {{"Role", "r"}, {"Rules", {rule()}}}}}) ==
          "InvalidRequest");
  }

  TEST_CASE("a pause: latency grows by a second a second, Time Control tells, then all arrives") {
    Json with = rule();
    with["Destination"]["ReplicationTime"] = {{"Status", "Enabled"}, {"Time", {{"Minutes", 15}}}};
    with["Destination"]["Metrics"] = {{"Status", "Enabled"}};
    ReplicaWorld world{with};
    world.pause("30min");
    world.put("a");
    world.put("b");
    world.run_for(20min);
    CHECK(world.metric("OperationsPendingReplication") == 2.0);
    CHECK(world.metric("BytesPendingReplication") == 10.0);
    const auto latency = world.metric("ReplicationLatency");
    REQUIRE(latency.has_value());
    CHECK(*latency > 18 * 60);
    CHECK(*latency <= 20 * 60);
    CHECK(world.events() == std::vector<std::string>(2, "Replication:OperationMissedThreshold"));
    world.run_for(20min);
    CHECK(world.status("copy", "a") == "REPLICA");
    CHECK(world.events() ==
          std::vector<std::string>(2, "Replication:OperationReplicatedAfterThreshold"));
    world.run_for(10min);
    CHECK(world.metric("ReplicationLatency") == 0.0);
  }
}

}  // namespace opsim::tests
