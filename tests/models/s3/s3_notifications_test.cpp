// AWS: S3 User Guide, "Amazon S3 Event Notifications", "Event message structure", "Using
// EventBridge".
#include <doctest/doctest.h>

#include "models/s3/service.hpp"
#include "models/sqs/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kS3AndSqs[] = {&kS3, &kSqs};

struct ToldWorld : SmallWorld {
  ToldWorld() : SmallWorld{kS3AndSqs} {
    queue = make("AWS::SQS::Queue", "Work", {{"QueueName", "work"}});
    let_everybody_in("arn:aws:sqs:us-east-1:123456789012:work");
  }
  std::string queue;
  void make_bucket(const Json& notifications) {
    make("AWS::S3::Bucket", "Files",
         {{"BucketName", "files"}, {"NotificationConfiguration", notifications}});
  }
  void put(const std::string& key) {
    must("s3", "PutObject", {{"Bucket", "files"}, {"Key", key}, {"Body", "hello"}});
  }
  /// The bodies of the messages that wait.
  std::vector<Json> messages() {
    run_for(5min);
    std::vector<Json> all;
    const Json got =
        must("sqs", "ReceiveMessage", {{"QueueUrl", queue}, {"MaxNumberOfMessages", 10}});
    for (const Json& one : got.value("Messages", Json::array()))
      all.push_back(Json::parse(one.at("Body").get<std::string>()));
    return all;
  }
};

Json to_queue(std::string_view event) {
  return {{"Event", event}, {"Queue", "arn:aws:sqs:us-east-1:123456789012:work"}};
}

}  // namespace

TEST_SUITE("s3: notifications") {
  TEST_CASE("a queue gets S3's records for the events that it asked for") {
    ToldWorld world;
    world.make_bucket({{"QueueConfigurations", {to_queue("s3:ObjectCreated:*")}}});
    world.put("a.txt");
    world.must("s3", "DeleteObject", {{"Bucket", "files"}, {"Key", "a.txt"}});
    const auto all = world.messages();
    REQUIRE(all.size() == 1);
    const Json& record = all[0].at("Records").at(0);
    CHECK(record.at("eventName") == "ObjectCreated:Put");
    CHECK(record.at("eventSource") == "aws:s3");
    CHECK(record.at("s3").at("bucket").at("arn") == "arn:aws:s3:::files");
    CHECK(record.at("s3").at("object").at("key") == "a.txt");
    CHECK(record.at("s3").at("object").at("size") == 5);
  }

  TEST_CASE("filters by prefix and suffix") {
    struct Row {
      std::string key;
      bool told;
    };
    const Row rows[] = {{"images/a.jpg", true}, {"images/a.png", false}, {"a.jpg", false}};
    for (const auto& [key, told] : rows) {
      CAPTURE(key);
      ToldWorld world;
      Json row = to_queue("s3:ObjectCreated:Put");
      row["Filter"]["S3Key"]["Rules"] = {{{"Name", "prefix"}, {"Value", "images/"}},
                                         {{"Name", "suffix"}, {"Value", ".jpg"}}};
      world.make_bucket({{"QueueConfigurations", {row}}});
      world.put(key);
      CHECK(world.messages().empty() != told);
    }
  }

  TEST_CASE("EventBridge hears of every object where it is told") {
    ToldWorld world;
    world.make_bucket({{"EventBridgeConfiguration", {{"EventBridgeEnabled", true}}}});
    world.put("a.txt");
    world.must("s3", "DeleteObject", {{"Bucket", "files"}, {"Key", "a.txt"}});
    world.run_for(5min);
    const auto events = world.told({EntryKind::event});
    REQUIRE(events.size() == 2);
    std::string both = events[0] + events[1];
    CHECK(both.find("files a.txt created") != both.npos);
    CHECK(both.find("files a.txt deleted") != both.npos);
  }

  TEST_CASE("the API's words and CloudFormation's say the same") {
    ToldWorld world;
    world.make_bucket({{"QueueConfigurations", {to_queue("s3:ObjectCreated:*")}}});
    const Json got = world.must("s3", "GetBucketNotificationConfiguration", {{"Bucket", "files"}});
    CHECK(got.at("QueueConfigurations").at(0).at("QueueArn") ==
          "arn:aws:sqs:us-east-1:123456789012:work");
    world.must("s3", "PutBucketNotificationConfiguration",
               {{"Bucket", "files"}, {"NotificationConfiguration", got}});
    CHECK(world.must("s3", "GetBucketNotificationConfiguration", {{"Bucket", "files"}}) == got);
    world.put("a");
    CHECK(world.messages().size() == 1);
  }
}

}  // namespace opsim::tests
