// FIFO queues, and moves back from dead-letter queues.
// AWS: SQS Developer Guide, "FIFO queue delivery logic", "Exactly-once processing"; SQS API.
#include <doctest/doctest.h>

#include "models/sqs/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {
namespace {

const Service* const kFifoServices[] = {&kSqs};
using Words = std::vector<std::string>;

struct FifoWorld : SmallWorld {
  FifoWorld() : SmallWorld{kFifoServices} {
    make_fifo("work.fifo", {{"ContentBasedDeduplication", "true"}, {"VisibilityTimeout", "60"}});
  }
  void make_fifo(const std::string& name, Json attributes = Json::object()) {
    attributes["FifoQueue"] = "true";
    must("sqs", "CreateQueue", {{"QueueName", name}, {"Attributes", std::move(attributes)}});
  }
  Json send(const std::string& group, const std::string& body, Json more = Json::object()) {
    more["QueueUrl"] = "work.fifo";
    more["MessageGroupId"] = group;
    more["MessageBody"] = body;
    return must("sqs", "SendMessage", more);
  }
  Json receive(int most, const std::string& queue = "work.fifo", Json more = Json::object()) {
    more["QueueUrl"] = queue;
    more["MaxNumberOfMessages"] = most;
    more["MessageSystemAttributeNames"] = {"All"};
    return must("sqs", "ReceiveMessage", more).value("Messages", Json::array());
  }
  void remove(const Json& message) {
    must("sqs", "DeleteMessage",
         {{"QueueUrl", "work.fifo"}, {"ReceiptHandle", message.at("ReceiptHandle")}});
  }
};

Words words(const Json& messages) {
  Words all;
  for (const Json& message : messages) all.push_back(message.at("Body").get<std::string>());
  return all;
}

TEST_SUITE("sqs: fifo queues") {
  TEST_CASE("a group waits for its message in flight; other groups go on") {
    FifoWorld world;
    world.send("a", "a1");
    world.send("a", "a2");
    world.send("b", "b1");
    const Json first = world.receive(1);
    REQUIRE(words(first) == Words{"a1"});
    CHECK(words(world.receive(10)) == Words{"b1"});
    CHECK(world.receive(10).empty());
    world.remove(first[0]);
    CHECK(words(world.receive(10)) == Words{"a2"});
  }

  TEST_CASE("one call receives as many of one group as it can, in order, then of the next") {
    FifoWorld world;
    for (const char* body : {"a1", "b1", "a2", "b2", "a3"}) world.send(std::string{body[0]}, body);
    CHECK(words(world.receive(4)) == Words{"a1", "a2", "a3", "b1"});
  }

  TEST_CASE("a message that becomes visible again is again the first of its group") {
    FifoWorld world;
    world.send("a", "a1");
    world.send("a", "a2");
    const Json first = world.receive(1);
    world.run_for(30s);
    CHECK(world.receive(1).empty());
    world.run_for(30s);
    const Json again = world.receive(2);
    CHECK(words(again) == Words{"a1", "a2"});
    world.must("sqs", "ChangeMessageVisibility",
               {{"QueueUrl", "work.fifo"},
                {"ReceiptHandle", again[0].at("ReceiptHandle")},
                {"VisibilityTimeout", 0}});
    CHECK(world.receive(1).empty());  // a2 is still in flight
  }

  TEST_CASE("a duplicate is accepted for five minutes, answers as the first, and is not kept") {
    FifoWorld world;
    const Json first = world.send("a", "same");
    world.run_for(4min);
    const Json second = world.send("b", "same");
    CHECK(second.at("MessageId") == first.at("MessageId"));
    CHECK(second.at("SequenceNumber") == first.at("SequenceNumber"));
    CHECK(words(world.receive(10)) == Words{"same"});
    world.run_for(1min);
    const Json third = world.send("b", "same");
    CHECK(third.at("MessageId") != first.at("MessageId"));
    CHECK(third.at("SequenceNumber") > first.at("SequenceNumber"));
    const Json given = world.send("c", "one", {{"MessageDeduplicationId", "x"}});
    CHECK(world.send("c", "other", {{"MessageDeduplicationId", "x"}}).at("MessageId") ==
          given.at("MessageId"));
  }

  TEST_CASE("deduplication may be by group") {
    FifoWorld world;
    world.make_fifo("groups.fifo", {{"DeduplicationScope", "messageGroup"}});
    for (const char* group : {"a", "b", "a"})
      world.must("sqs", "SendMessage",
                 {{"QueueUrl", "groups.fifo"},
                  {"MessageGroupId", group},
                  {"MessageDeduplicationId", "x"},
                  {"MessageBody", group}});
    CHECK(words(world.receive(10, "groups.fifo")) == Words{"a", "b"});
  }

  TEST_CASE("a message tells its group, its deduplication and its place") {
    FifoWorld world;
    const Json sent = world.send("a", "one", {{"MessageDeduplicationId", "x"}});
    const Json attributes = world.receive(1)[0].at("Attributes");
    CHECK(attributes.at("MessageGroupId") == "a");
    CHECK(attributes.at("MessageDeduplicationId") == "x");
    CHECK(attributes.at("SequenceNumber") == sent.at("SequenceNumber"));
  }

  TEST_CASE("what SQS refuses") {
    FifoWorld world;
    world.make_fifo("plain.fifo");
    struct Row {
      const char* operation;
      Json input;
      const char* code;
    };
    const Row rows[] = {
        {"CreateQueue", {{"QueueName", "x.fifo"}}, "InvalidParameterValue"},
        {"CreateQueue",
         {{"QueueName", "x"}, {"Attributes", {{"FifoQueue", "true"}}}},
         "InvalidParameterValue"},
        {"CreateQueue",
         {{"QueueName", "x"}, {"Attributes", {{"ContentBasedDeduplication", "true"}}}},
         "InvalidAttributeName"},
        {"SendMessage", {{"QueueUrl", "plain.fifo"}, {"MessageBody", "b"}}, "MissingParameter"},
        {"SendMessage",
         {{"QueueUrl", "plain.fifo"}, {"MessageBody", "b"}, {"MessageGroupId", "a"}},
         "InvalidParameterValue"},
        {"SendMessage",
         {{"QueueUrl", "work.fifo"},
          {"MessageBody", "b"},
          {"MessageGroupId", "a"},
          {"DelaySeconds", 5}},
         "InvalidParameterValue"},
    };
    for (const auto& [operation, input, code] : rows) {
      CAPTURE(input.dump());
      CHECK(world.refusal("sqs", operation, input) == code);
    }
  }

  TEST_CASE("a rule's target names the group; without one the queue refuses") {
    FifoWorld world;
    const std::string arn = "arn:aws:sqs:us-east-1:123456789012:work.fifo";
    world.let_everybody_in(arn);
    const auto refused = world.deliver(arn, "{}");
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "MissingParameter");
    CHECK(world.deliver(arn, "{}", {{"SqsParameters", {{"MessageGroupId", "g"}}}}).has_value());
    CHECK(world.receive(1)[0].at("Attributes").at("MessageGroupId") == "g");
  }
}

/// A queue with a dead-letter queue that holds `count` messages that were received once too often.
struct DeadLetters : SmallWorld {
  explicit DeadLetters(int count) : SmallWorld{kFifoServices} {
    make("AWS::SQS::Queue", "Dead", {{"QueueName", "dead"}});
    make("AWS::SQS::Queue", "Work",
         {{"QueueName", "work"},
          {"VisibilityTimeout", 1},
          {"RedrivePolicy", {{"deadLetterTargetArn", kDead}, {"maxReceiveCount", 1}}}});
    for (int i = 0; i < count; ++i)
      must("sqs", "SendMessage", {{"QueueUrl", "work"}, {"MessageBody", "m"}});
    for (int i = 0; i < 2 * count; ++i) {
      must("sqs", "ReceiveMessage", {{"QueueUrl", "work"}});
      run_for(2s);
    }
  }
  int held(const std::string& queue) {
    return std::stoi(
        must("sqs", "GetQueueAttributes", {{"QueueUrl", queue}, {"AttributeNames", {"All"}}})
            .at("Attributes")
            .at("ApproximateNumberOfMessages")
            .get<std::string>());
  }
  Json task() {
    return must("sqs", "ListMessageMoveTasks", {{"SourceArn", kDead}}).at("Results").at(0);
  }
  static constexpr const char* kDead = "arn:aws:sqs:us-east-1:123456789012:dead";
};

TEST_SUITE("sqs: move tasks") {
  TEST_CASE("dead letters go back where they came from, at the rate asked for") {
    DeadLetters world{5};
    REQUIRE(world.held("dead") == 5);
    world.must("sqs", "StartMessageMoveTask",
               {{"SourceArn", DeadLetters::kDead}, {"MaxNumberOfMessagesPerSecond", 1}});
    world.run_for(2500ms);
    CHECK(world.held("dead") == 3);
    CHECK(world.held("work") == 2);
    CHECK(world.task().at("Status") == "RUNNING");
    CHECK(world.task().at("ApproximateNumberOfMessagesToMove") == 5);
    world.run_for(10s);
    CHECK(world.held("work") == 5);
    CHECK(world.task().at("Status") == "COMPLETED");
    CHECK(world.task().at("ApproximateNumberOfMessagesMoved") == 5);
  }

  TEST_CASE("a task is cancelled by its handle; one at a time runs") {
    DeadLetters world{3};
    const Json input{{"SourceArn", DeadLetters::kDead}, {"MaxNumberOfMessagesPerSecond", 1}};
    const Json started = world.must("sqs", "StartMessageMoveTask", input);
    CHECK(world.refusal("sqs", "StartMessageMoveTask", input) == "InvalidParameterValue");
    world.run_for(1500ms);
    CHECK(world.must("sqs", "CancelMessageMoveTask", started)
              .at("ApproximateNumberOfMessagesMoved") == 1);
    world.run_for(10s);
    CHECK(world.held("dead") == 2);
    CHECK(world.task().at("Status") == "CANCELLED");
  }

  TEST_CASE("only a dead-letter queue is a source") {
    DeadLetters world{0};
    CHECK(world.refusal("sqs", "StartMessageMoveTask",
                        {{"SourceArn", "arn:aws:sqs:us-east-1:123456789012:work"}}) ==
          "InvalidParameterValue");
    CHECK(world.refusal("sqs", "StartMessageMoveTask",
                        {{"SourceArn", "arn:aws:sqs:us-east-1:123456789012:none"}}) ==
          "ResourceNotFoundException");
  }
}

}  // namespace
}  // namespace opsim::tests
