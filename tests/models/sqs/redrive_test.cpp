// Dead-letter queues. AWS: SQS API Reference, CreateQueue; SQS Developer Guide, "Using dead-letter
// queues in Amazon SQS".
#include <doctest/doctest.h>

#include "tests/models/sqs/queues_world.hpp"

namespace opsim::tests {

namespace {

const std::string kAccount = "arn:aws:sqs:us-east-1:123456789012:";

Json redrive_to(const std::string& name, int most = 1) {
  return {{"deadLetterTargetArn", kAccount + name}, {"maxReceiveCount", most}};
}

Json creation(const std::string& name, const Json& redrive, Json more = Json::object()) {
  more["RedrivePolicy"] = redrive.dump();
  return {{"QueueName", name}, {"Attributes", std::move(more)}};
}

}  // namespace

TEST_SUITE("sqs: dead-letter queues") {
  TEST_CASE("a dead-letter queue is there, of the same kind, and in the same Region") {
    Queues world;
    CHECK(world.refused("CreateQueue", creation("work", redrive_to("none")))
              .find("Dead letter target does not exist.") != std::string::npos);
    world.make_queue("dead");
    world.make_queue("dead.fifo", {{"FifoQueue", "true"}});
    CHECK(world.refused("CreateQueue", creation("work", redrive_to("dead.fifo")))
              .find("must be same type of queue as the source") != std::string::npos);
    CHECK(world.refused("CreateQueue",
                        creation("work.fifo", redrive_to("dead"), {{"FifoQueue", "true"}})) != "");
    world.must("sqs", "CreateQueue", creation("work", redrive_to("dead")));
    const Json nameless{{"maxReceiveCount", 3}};
    CHECK(world.refused("CreateQueue", creation("other", nameless))
              .find("does not contain mandatory attribute: deadLetterTargetArn") !=
          std::string::npos);
    CHECK(world.refusal("sqs", "CreateQueue", creation("other", redrive_to("dead", 1'001))) ==
          "InvalidParameterValue");
  }

  // "allowAll (default): any source queues in this account in the same Region ...; denyAll: no
  // source queues ...; byQueue: only queues specified by sourceQueueArns".
  TEST_CASE("RedriveAllowPolicy says whose dead-letter queue it may be") {
    struct Row {
      Json allow;
      bool ours;
      bool theirs;
    };
    const Json by_queue{{"redrivePermission", "byQueue"},
                        {"sourceQueueArns", Json::array({kAccount + "ours"})}};
    const Row rows[] = {
        {Json{{"redrivePermission", "allowAll"}}, true, true},
        {Json{{"redrivePermission", "denyAll"}}, false, false},
        {by_queue, true, false},
    };
    for (const auto& [allow, ours, theirs] : rows) {
      CAPTURE(allow.dump());
      Queues world;
      world.make_queue("dead", {{"RedriveAllowPolicy", allow.dump()}});
      CHECK(world.refused("CreateQueue", creation("ours", redrive_to("dead"))).empty() == ours);
      CHECK(world.refused("CreateQueue", creation("theirs", redrive_to("dead"))).empty() == theirs);
    }
    Queues world;
    const auto refused = [&](const Json& allow) {
      return !world
                  .refused("CreateQueue", {{"QueueName", "dead"},
                                           {"Attributes", {{"RedriveAllowPolicy", allow.dump()}}}})
                  .empty();
    };
    CHECK(refused({{"redrivePermission", "some"}}));
    CHECK(refused({{"redrivePermission", "byQueue"}}));
    CHECK(refused(
        {{"redrivePermission", "denyAll"}, {"sourceQueueArns", Json::array({kAccount + "ours"})}}));
    Json eleven{{"redrivePermission", "byQueue"}, {"sourceQueueArns", Json::array()}};
    for (int i = 0; i < 11; ++i)
      eleven["sourceQueueArns"].push_back(fmt::format("{}q{}", kAccount, i));
    CHECK(refused(eleven));
  }

  // "For standard queues, the expiration of a message is always based on its original enqueue
  // timestamp"; ApproximateAgeOfOldestMessage of the dead-letter queue counts from the move.
  TEST_CASE("a dead letter keeps its time of sending for retention; its age counts from the move") {
    Queues world;
    const std::string dead = world.make_queue("dead", {{"MessageRetentionPeriod", "600"}});
    const std::string url = world.make_queue(
        "work", {{"RedrivePolicy", redrive_to("dead").dump()}, {"VisibilityTimeout", "0"}});
    world.send(url, "poison");
    world.run_for(5min);
    world.receive(url);
    CHECK(world.receive(url).empty());  // now it moves
    world.run_for(3min);
    CHECK(world.metric("ApproximateAgeOfOldestMessage", "dead", "Maximum") <= 181);
    CHECK(world.metric("ApproximateAgeOfOldestMessage", "dead", "Maximum") > 100);
    CHECK(world.attribute(dead, "ApproximateNumberOfMessages") == "1");
    // NumberOfMessagesSent "doesn't count messages moved to a dead-letter queue" by SQS.
    CHECK(world.total("NumberOfMessagesSent", "dead") == 0);
    world.run_for(3min);  // eleven minutes after it was sent first
    CHECK(world.receive(dead).empty());
  }

  // SQS API, StartMessageMoveTask: "All redriven messages are considered new messages: a new
  // messageID and enqueueTime are assigned".
  TEST_CASE("a message that is redriven is a new one") {
    Queues world;
    const std::string dead = world.make_queue("dead");
    const std::string url = world.make_queue(
        "work", {{"RedrivePolicy", redrive_to("dead").dump()}, {"VisibilityTimeout", "0"}});
    const Json sent = world.send(url, "poison");
    world.receive(url);
    world.receive(url);
    world.must("sqs", "StartMessageMoveTask", {{"SourceArn", kAccount + "dead"}});
    world.run_for(1min);
    const Json again = world.receive(url, {{"AttributeNames", {"All"}}});
    REQUIRE(again.size() == 1);
    CHECK(again[0].at("MessageId") != sent.at("MessageId"));
    CHECK(again[0].at("Attributes").at("ApproximateReceiveCount") == "1");
    CHECK_FALSE(again[0].at("Attributes").contains("DeadLetterQueueSourceArn"));
  }
}

}  // namespace opsim::tests
