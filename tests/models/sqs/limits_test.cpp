// Quotas, batches, poison pills, retries of receives. AWS: SQS Developer Guide, "Amazon SQS message
// quotas", "Available CloudWatch metrics for Amazon SQS"; SQS API Reference.
#include <doctest/doctest.h>

#include "tests/models/sqs/queues_world.hpp"

namespace opsim::tests {

TEST_SUITE("sqs: limits") {
  // "FIFO queues support 300 transactions per second, per API method"; batches make 3,000 messages.
  TEST_CASE("a FIFO queue takes 300 calls a second of each kind, in high throughput mode more") {
    for (const bool high : {false, true}) {
      CAPTURE(high);
      Queues world;
      Json attributes{{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}};
      if (high) {
        attributes["DeduplicationScope"] = "messageGroup";
        attributes["FifoThroughputLimit"] = "perMessageGroupId";
      }
      world.make_queue("work.fifo", attributes);
      sqs::Queue* queue =
          static_cast<sqs::Sqs&>(*world.cloud.model("sqs")).find(world.cloud.home(), "work.fifo");
      int taken = 0;
      for (int i = 0; i < 1'000; ++i) taken += queue->take_turn(sqs::Api::send) ? 1 : 0;
      CHECK(taken == (high ? 1'000 : 300));
      CHECK(queue->take_turn(sqs::Api::receive));  // each kind has its own
      CHECK((world.refusal(
                 "sqs", "SendMessage",
                 {{"QueueUrl", "work.fifo"}, {"MessageBody", "x"}, {"MessageGroupId", "g"}}) ==
             "") == true);  // some ms later
      world.run_for(1s);
      taken = 0;
      for (int i = 0; i < 300; ++i) taken += queue->take_turn(sqs::Api::send) ? 1 : 0;
      CHECK(taken == 300);
    }
  }

  TEST_CASE("what comes too soon is throttled, and a rule's delivery is tried again") {
    Queues world;
    world.make_queue("work.fifo", {{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}});
    world.let_everybody_in("arn:aws:sqs:us-east-1:123456789012:work.fifo");
    sqs::Queue* queue =
        static_cast<sqs::Sqs&>(*world.cloud.model("sqs")).find(world.cloud.home(), "work.fifo");
    while (queue->take_turn(sqs::Api::send)) {
    }
    const auto refused = world.deliver("arn:aws:sqs:us-east-1:123456789012:work.fifo", "{}",
                                       {{"SqsParameters", {{"MessageGroupId", "g"}}}});
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "RequestThrottled");
  }

  TEST_CASE("perMessageGroupId needs deduplication within groups") {
    Queues world;
    CHECK(
        world.refusal("sqs", "CreateQueue",
                      {{"QueueName", "a.fifo"},
                       {"Attributes",
                        {{"FifoQueue", "true"}, {"FifoThroughputLimit", "perMessageGroupId"}}}}) ==
        "InvalidAttributeValue");
  }

  // "For most standard queues ... there can be a maximum of approximately 120,000 in flight
  // messages
  // ... you receive the OverLimit error message" with short polling, none with long polling.
  TEST_CASE("no more than 120,000 messages are in flight") {
    Queues world;
    const std::string url = world.make_queue("work");
    sqs::Queue* queue =
        static_cast<sqs::Sqs&>(*world.cloud.model("sqs")).find(world.cloud.home(), "work");
    std::vector<sqs::Message> exhausted;
    std::vector<std::string> groups;
    sqs::Message message;
    message.body = "x";
    for (int i = 0; i < 120'001; ++i) queue->send(message, Duration::zero());
    for (int i = 0; i < 120'000; ++i) queue->receive(1h, exhausted, groups);
    CHECK(world.refusal("sqs", "ReceiveMessage", {{"QueueUrl", url}}) == "OverLimit");
    CHECK(world.receive(url, {{"WaitTimeSeconds", 1}}).empty());
  }

  // "After a message is received three times (or more) and not processed, the message is moved to
  // the back of the queue and the ApproximateAgeOfOldestMessage metric points at the second-oldest
  // message that hasn't been received more than three times."
  TEST_CASE("a poison pill goes to the back and its age counts no more") {
    Queues world;
    const std::string url = world.make_queue("work", {{"VisibilityTimeout", "1"}});
    world.send(url, "poison");
    world.run_for(10min);
    world.send(url, "fresh");
    for (int i = 0; i < 2; ++i) {
      CHECK(bodies_of(world.receive(url)) == Bodies{"poison"});
      world.run_for(2s);
    }
    world.run_for(2min);
    CHECK(world.metric("ApproximateAgeOfOldestMessage", "work", "Maximum") > 700);
    CHECK(bodies_of(world.receive(url)) == Bodies{"poison"});
    world.run_for(3min);
    const double age = world.metric("ApproximateAgeOfOldestMessage", "work", "Maximum");
    CHECK(age > 200);  // of "fresh"
    CHECK(age < 400);
    CHECK(bodies_of(world.receive(url, {{"MaxNumberOfMessages", 10}})) ==
          Bodies{"fresh", "poison"});
  }

  TEST_CASE(
      "depths are metrics: visible, in flight, delayed; sizes and empty receives are counted") {
    Queues world;
    const std::string url = world.make_queue("work", {{"VisibilityTimeout", "600"}});
    world.send(url, "now");
    world.send(url, "five");
    world.send(url, "later", {{"DelaySeconds", 600}});
    world.receive(url);
    world.run_for(3min);
    CHECK(world.metric("ApproximateNumberOfMessagesVisible", "work", "Maximum") == 1);
    CHECK(world.metric("ApproximateNumberOfMessagesNotVisible", "work", "Maximum") == 1);
    CHECK(world.metric("ApproximateNumberOfMessagesDelayed", "work", "Maximum") == 1);
    CHECK(world.total("SentMessageSize", "work") == 12);
    world.receive(url);
    CHECK(world.receive(url).empty());
    CHECK(world.total("NumberOfEmptyReceives", "work") == 1);
  }

  // SQS API, SendMessageBatch: "The result of the action on each message is reported individually".
  TEST_CASE("an entry of a batch that is wrong fails alone") {
    Queues world;
    const std::string url = world.make_queue("work");
    const Json answer = world.must(
        "sqs", "SendMessageBatch",
        {{"QueueUrl", url},
         {"Entries", Json::array({{{"Id", "a"}, {"MessageBody", "fine"}},
                                  {{"Id", "b"}, {"MessageBody", "x"}, {"DelaySeconds", 901}},
                                  {{"Id", "c"}, {"MessageBody", "\x01"}}})}});
    REQUIRE(answer.at("Successful").size() == 1);
    CHECK(answer.at("Successful")[0].at("Id") == "a");
    REQUIRE(answer.at("Failed").size() == 2);
    CHECK(answer.at("Failed")[0].at("Code") == "InvalidParameterValue");
    CHECK(answer.at("Failed")[1].at("Code") == "InvalidMessageContents");
    CHECK(answer.at("Failed")[1].at("SenderFault") == true);

    const Json got = world.receive(url);
    const Json changed =
        world.must("sqs", "ChangeMessageVisibilityBatch",
                   {{"QueueUrl", url},
                    {"Entries", Json::array({{{"Id", "a"},
                                              {"ReceiptHandle", got[0].at("ReceiptHandle")},
                                              {"VisibilityTimeout", 0}},
                                             {{"Id", "b"}, {"ReceiptHandle", "none"}}})}});
    CHECK(changed.at("Successful").size() == 1);
    CHECK(changed.at("Failed")[0].at("Code") == "ReceiptHandleIsInvalid");
    CHECK(bodies_of(world.receive(url)) == Bodies{"fine"});
  }

  TEST_CASE("what SQS refuses of batches, messages and attributes") {
    Queues world;
    const std::string url = world.make_queue("work");
    const auto batch = [&](Json entries) {
      return world.refusal("sqs", "SendMessageBatch",
                           {{"QueueUrl", url}, {"Entries", std::move(entries)}});
    };
    const Json half{{"Id", "a"}, {"MessageBody", std::string(600'000, 'x')}};
    Json other = half;
    other["Id"] = "b";
    CHECK(batch(Json::array({half, other})) == "AWS.SimpleQueueService.BatchRequestTooLong");
    CHECK(batch(Json::array({half, half})) == "AWS.SimpleQueueService.BatchEntryIdsNotDistinct");
    CHECK(batch(Json::array({{{"Id", "a b"}, {"MessageBody", "x"}}})) ==
          "AWS.SimpleQueueService.InvalidBatchEntryId");
    const auto attribute = [&](const char* name, Json value) {
      return world.refusal("sqs", "SendMessage",
                           {{"QueueUrl", url},
                            {"MessageBody", "x"},
                            {"MessageAttributes", {{name, std::move(value)}}}});
    };
    CHECK(attribute("ok", {{"DataType", "Number.int"}, {"StringValue", "1"}}).empty());
    CHECK(attribute("AWS.x", {{"DataType", "String"}, {"StringValue", "1"}}) ==
          "InvalidParameterValue");
    CHECK(attribute("x", {{"DataType", "Text"}, {"StringValue", "1"}}) == "InvalidParameterValue");
    CHECK(attribute("x", {{"DataType", "String"}, {"StringValue", ""}}) == "InvalidParameterValue");
    CHECK(world.refusal("sqs", "GetQueueAttributes",
                        {{"QueueUrl", url}, {"AttributeNames", {"Colour"}}}) ==
          "InvalidAttributeName");
    CHECK(world.refusal("sqs", "SetQueueAttributes",
                        {{"QueueUrl", url}, {"Attributes", {{"Colour", "red"}}}}) ==
          "InvalidAttributeName");
    // The size counts attributes too: names, types and values.
    world.must("sqs", "SetQueueAttributes",
               {{"QueueUrl", url}, {"Attributes", {{"MaximumMessageSize", "1024"}}}});
    const std::string body(1'020, 'x');
    CHECK(world.refusal("sqs", "SendMessage", {{"QueueUrl", url}, {"MessageBody", body}}).empty());
    CHECK(world
              .refused("SendMessage", {{"QueueUrl", url},
                                       {"MessageBody", body},
                                       {"MessageAttributes",
                                        {{"a", {{"DataType", "String"}, {"StringValue", "b"}}}}}})
              .find("must be shorter than 1024 bytes") != std::string::npos);
  }

  // "You must wait 60 seconds after deleting a queue before you can create another with the same
  // name."
  TEST_CASE("a name is free again 60 seconds after its queue was deleted") {
    Queues world;
    const std::string url = world.make_queue("work");
    world.must("sqs", "DeleteQueue", {{"QueueUrl", url}});
    CHECK(world.refusal("sqs", "CreateQueue", {{"QueueName", "work"}}) ==
          "AWS.SimpleQueueService.QueueDeletedRecently");
    world.run_for(60s);
    CHECK(world.make_queue("work") == url);
  }

  // ChangeMessageVisibility: "maximum ... 12 hours from the time that SQS receives the
  // ReceiveMessage".
  TEST_CASE("a message is hidden for twelve hours in all at most") {
    Queues world;
    const std::string url = world.make_queue("work");
    world.send(url, "x");
    const Json got = world.receive(url, {{"VisibilityTimeout", 43'200}});
    world.run_for(1h);
    Json change{{"QueueUrl", url},
                {"ReceiptHandle", got[0].at("ReceiptHandle")},
                {"VisibilityTimeout", 43'200}};
    CHECK(world.refused("ChangeMessageVisibility", change)
              .find("Total VisibilityTimeout for the message is beyond the limit") !=
          std::string::npos);
    change["VisibilityTimeout"] = 39'000;
    CHECK(world.refused("ChangeMessageVisibility", change).empty());
  }

  // As AWS was seen to do: github.com/localstack/localstack, pull 9632; github.com/aws/aws-sdk-net,
  // issue 1927.
  TEST_CASE("a message that is visible again stays so, and of one that is gone nothing changes") {
    Queues world;
    const std::string url = world.make_queue("work");
    world.send(url, "x");
    const Json got = world.receive(url, {{"VisibilityTimeout", 5}});
    world.run_for(6s);
    const Json change{{"QueueUrl", url},
                      {"ReceiptHandle", got[0].at("ReceiptHandle")},
                      {"VisibilityTimeout", 600}};
    CHECK(world.refused("ChangeMessageVisibility", change).empty());
    CHECK(bodies_of(world.receive(url)) == Bodies{"x"});
    world.must("sqs", "DeleteMessage",
               {{"QueueUrl", url}, {"ReceiptHandle", got[0].at("ReceiptHandle")}});
    CHECK(world.refused("ChangeMessageVisibility", change)
              .ends_with("Reason: Message does not exist or is not available for visibility "
                         "timeout change."));
  }
}

TEST_SUITE("sqs: receives of FIFO queues") {
  // SQS API, ReceiveMessage: ReceiveRequestAttemptId.
  TEST_CASE("a receive that is retried with its attempt's ID gets the same messages") {
    Queues world;
    const std::string url = world.make_queue("work.fifo", {{"FifoQueue", "true"},
                                                           {"ContentBasedDeduplication", "true"},
                                                           {"VisibilityTimeout", "60"}});
    for (const char* body : {"a", "b"}) world.send(url, body, {{"MessageGroupId", "g"}});
    const Json asked{{"ReceiveRequestAttemptId", "try-1"}, {"MaxNumberOfMessages", 10}};
    const Json first = world.receive(url, asked);
    CHECK(bodies_of(first) == Bodies{"a", "b"});
    world.run_for(50s);
    CHECK(world.receive(url, asked) == first);  // and hidden for another minute
    world.run_for(50s);
    CHECK(world.receive(url).empty());
    // "If ... any of the messages was changed (deleted), the retry is a new receive".
    world.must("sqs", "DeleteMessage",
               {{"QueueUrl", url}, {"ReceiptHandle", first[0].at("ReceiptHandle")}});
    CHECK(world.receive(url, asked).empty());
  }

  // DeleteMessage of a FIFO queue: a handle is good for as long as the message is hidden.
  TEST_CASE("a receipt handle expires with the visibility timeout") {
    Queues world;
    const std::string url = world.make_queue(
        "work.fifo", {{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}});
    world.send(url, "a", {{"MessageGroupId", "g"}});
    const Json got = world.receive(url);
    world.run_for(31s);
    CHECK(world
              .refused("DeleteMessage",
                       {{"QueueUrl", url}, {"ReceiptHandle", got[0].at("ReceiptHandle")}})
              .find("The receipt handle has expired.") != std::string::npos);
    CHECK(bodies_of(world.receive(url)) == Bodies{"a"});
  }
}

}  // namespace opsim::tests
