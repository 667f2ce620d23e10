#include <doctest/doctest.h>

#include "tests/models/sqs/queues_world.hpp"

namespace opsim::tests {

TEST_SUITE("sqs") {
  TEST_CASE("a message received is hidden for the visibility timeout, then seen again") {
    Queues world;
    const std::string url = world.make_queue("work", {{"VisibilityTimeout", "60"}});
    CHECK(url == "https://sqs.us-east-1.amazonaws.com/123456789012/work");
    world.send(url, "one");
    const Json first = world.receive(url);
    REQUIRE(bodies_of(first) == Bodies{"one"});
    CHECK(first[0].at("MD5OfBody") == "f97c5d29941bfb1b2fdab0874906ab82");  // md5sum of "one"
    CHECK(world.attribute(url, "ApproximateNumberOfMessagesNotVisible") == "1");
    world.run_for(58s);
    CHECK(world.receive(url).empty());
    world.run_for(2s);
    const Json again = world.receive(url, {{"MessageSystemAttributeNames", {"All"}}});
    REQUIRE(bodies_of(again) == Bodies{"one"});
    CHECK(again[0].at("Attributes").at("ApproximateReceiveCount") == "2");
    world.must("sqs", "DeleteMessage",
               {{"QueueUrl", url}, {"ReceiptHandle", again[0].at("ReceiptHandle")}});
    world.run_for(5min);
    CHECK(world.receive(url).empty());
  }

  TEST_CASE("a long poll waits for a message and returns when it arrives") {
    Queues world;
    const std::string url = world.make_queue("work");
    world.cloud.call_later(world.user(), "sqs", "SendMessage",
                           {{"QueueUrl", url}, {"MessageBody", "late"}, {"DelaySeconds", 7}});
    const SimTime asked = world.sim.now();
    CHECK(bodies_of(world.receive(url, {{"WaitTimeSeconds", 20}})) == Bodies{"late"});
    const Duration waited = world.sim.now() - asked;
    CHECK(waited > 7s);
    CHECK(waited < 7500ms);

    const SimTime again = world.sim.now();
    CHECK(world.receive(url, {{"WaitTimeSeconds", 20}}).empty());
    CHECK(world.sim.now() - again >= 20s);
  }

  TEST_CASE("a message received maxReceiveCount times goes to the dead-letter queue") {
    Queues world;
    const std::string dead = world.make_queue("dead");
    const Json redrive{{"deadLetterTargetArn", world.attribute(dead, "QueueArn")},
                       {"maxReceiveCount", 2}};
    const std::string url =
        world.make_queue("work", {{"RedrivePolicy", redrive.dump()}, {"VisibilityTimeout", "1"}});
    world.send(url, "poison");
    for (int i = 0; i < 2; ++i) {
      CHECK(bodies_of(world.receive(url)) == Bodies{"poison"});
      world.run_for(2s);
    }
    CHECK(world.receive(url).empty());
    CHECK(bodies_of(world.receive(dead)) == Bodies{"poison"});
    CHECK(world.must("sqs", "ListDeadLetterSourceQueues", {{"QueueUrl", dead}}).at("queueUrls") ==
          Json{url});
  }

  TEST_CASE("a rule's dead letter keeps the attributes that say why") {
    Queues world;
    world.make("AWS::SQS::Queue", "Dead", {{"QueueName", "dead"}});
    world.let_everybody_in("arn:aws:sqs:us-east-1:123456789012:dead");
    const Json attributes{
        {"ERROR_CODE", {{"DataType", "String"}, {"StringValue", "NO_PERMISSIONS"}}},
        {"RULE_ARN", {{"DataType", "String"}, {"StringValue", "arn:aws:events:x:1:rule/r"}}}};
    const auto answer = world.deliver("arn:aws:sqs:us-east-1:123456789012:dead", R"({"a":1})",
                                      {{"MessageAttributes", attributes}}, "CleanUpRule");
    REQUIRE(answer.has_value());
    CHECK(answer->contains("MessageId"));
    const Json got = world.receive("https://sqs.us-east-1.amazonaws.com/123456789012/dead",
                                   {{"MessageAttributeNames", {"ERROR_CODE"}}});
    REQUIRE(got.size() == 1);
    CHECK(got[0].at("MessageAttributes").at("ERROR_CODE").at("StringValue") == "NO_PERMISSIONS");
    CHECK_FALSE(got[0].at("MessageAttributes").contains("RULE_ARN"));
    CHECK(world.told({EntryKind::message}) ==
          Bodies{"+0:00:00 Dead: a message from CleanUpRule: NO_PERMISSIONS"});
    const auto lost = world.deliver("arn:aws:sqs:us-east-1:123456789012:none", "{}");
    CHECK(lost.error().code == "AWS.SimpleQueueService.NonExistentQueue");
  }

  TEST_CASE("messages are dropped after the retention period") {
    Queues world;
    const std::string url = world.make_queue("work", {{"MessageRetentionPeriod", "60"}});
    world.send(url, "old");
    world.run_for(55s);
    world.send(url, "new");
    world.run_for(10s);
    CHECK(bodies_of(world.receive(url, {{"MaxNumberOfMessages", 10}})) == Bodies{"new"});
  }

  TEST_CASE("the depth is a metric that alarms can watch") {
    Queues world;
    const std::string url = world.make_queue("work");
    world.send(url, "one");
    world.send(url, "two");
    world.run_for(5min);
    const auto series = world.cloud.metrics().find({world.cloud.home(),
                                                    "AWS/SQS",
                                                    "ApproximateNumberOfMessagesVisible",
                                                    {{"QueueName", "work"}}});
    REQUIRE(series.has_value());
    const SimTime now = world.sim.now();
    const auto maximum = Statistic::parse("Maximum");
    CHECK(world.cloud.metrics().statistic(*series, *maximum, {now - 2min, now, now}) == 2.0);
  }

  TEST_CASE("wrong input is refused with SQS's own codes") {
    Queues world;
    const std::string url = world.make_queue("work");
    struct Row {
      const char* operation;
      Json input;
      const char* code;
    };
    const Row rows[] = {
        {"SendMessage",
         {{"QueueUrl", "nowhere"}, {"MessageBody", "x"}},
         "AWS.SimpleQueueService.NonExistentQueue"},
        {"SendMessage", {{"QueueUrl", url}}, "MissingParameter"},
        {"SendMessage",
         {{"QueueUrl", url}, {"MessageBody", "x"}, {"DelaySeconds", 901}},
         "InvalidParameterValue"},
        {"ReceiveMessage",
         {{"QueueUrl", url}, {"MaxNumberOfMessages", 11}},
         "InvalidParameterValue"},
        {"ReceiveMessage", {{"QueueUrl", url}, {"WaitTimeSeconds", 21}}, "InvalidParameterValue"},
        {"DeleteMessage", {{"QueueUrl", url}, {"ReceiptHandle", "x"}}, "ReceiptHandleIsInvalid"},
        {"CreateQueue", {{"QueueName", "a b"}}, "InvalidParameterValue"},
        {"CreateQueue",
         {{"QueueName", "work"}, {"Attributes", {{"VisibilityTimeout", "5"}}}},
         "QueueAlreadyExists"},
        {"CreateQueue",
         {{"QueueName", "q"}, {"Attributes", {{"DelaySeconds", "1000"}}}},
         "InvalidAttributeValue"},
        {"SendMessageBatch",
         {{"QueueUrl", url}, {"Entries", Json::array()}},
         "AWS.SimpleQueueService.EmptyBatchRequest"},
    };
    for (const auto& [operation, input, code] : rows) {
      CAPTURE(input.dump());
      CHECK(world.refusal("sqs", operation, input) == code);
    }
    CHECK(world.refusal("sqs", "PurgeQueue", {{"QueueUrl", url}}).empty());
    CHECK(world.refusal("sqs", "PurgeQueue", {{"QueueUrl", url}}) ==
          "AWS.SimpleQueueService.PurgeQueueInProgress");
  }
}

}  // namespace opsim::tests
