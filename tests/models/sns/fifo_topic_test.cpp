#include <doctest/doctest.h>

#include "tests/models/sns/topics_world.hpp"

namespace opsim::tests {

namespace {

const Json kFifoProperties{{"TopicName", "orders.fifo"}, {"FifoTopic", true}};

std::vector<std::string> bodies(const std::vector<Json>& messages) {
  std::vector<std::string> all;
  for (const Json& message : messages) all.push_back(message.at("Body").get<std::string>());
  return all;
}

Json order(const std::string& text, const std::string& group, const std::string& id) {
  return {{"Message", text}, {"MessageGroupId", group}, {"MessageDeduplicationId", id}};
}

}  // namespace

TEST_SUITE("sns: FIFO topics") {
  // SNS API Reference, CreateTopic: "For a FIFO topic, the name must end with the .fifo suffix."
  TEST_CASE("the suffix .fifo and FifoTopic belong together") {
    Topics world;
    const Json fifo{{"FifoTopic", "true"}};
    CHECK(world.refused("CreateTopic", {{"Name", "orders"}, {"Attributes", fifo}})
              .starts_with("Invalid parameter: Fifo Topic names must end with .fifo"));
    CHECK(world.refused("CreateTopic", {{"Name", "orders.fifo"}}) ==
          "Invalid parameter: Topic Name");
    const Json made =
        world.must("sns", "CreateTopic", {{"Name", "orders.fifo"}, {"Attributes", fifo}});
    const Json attributes = world.must("sns", "GetTopicAttributes", made).at("Attributes");
    CHECK(attributes.at("FifoTopic") == "true");
    CHECK(attributes.at("ContentBasedDeduplication") == "false");
    CHECK(world.refused("SetTopicAttributes", {{"TopicArn", made.at("TopicArn")},
                                               {"AttributeName", "FifoThroughputScope"},
                                               {"AttributeValue", "Queue"}}) != "");
  }

  // SNS API Reference, Publish.
  TEST_CASE("a message to a FIFO topic needs a group, and an ID or content-based deduplication") {
    Topics world{kFifoProperties};
    CHECK(world.refused("Publish", {{"TopicArn", world.topic}, {"Message", "x"}}) ==
          "Invalid parameter: The MessageGroupId parameter is required for FIFO topics");
    CHECK(world.refused("Publish",
                        {{"TopicArn", world.topic}, {"Message", "x"}, {"MessageGroupId", "g"}}) ==
          "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or "
          "MessageDeduplicationId provided explicitly");
    Topics standard;
    CHECK(standard
              .refused(
                  "Publish",
                  {{"TopicArn", standard.topic}, {"Message", "x"}, {"MessageDeduplicationId", "1"}})
              .find("not valid for this topic type") != std::string::npos);
    // Fair queues: a standard topic passes a group on.
    standard.subscribe("sqs", standard.queue("work"), {{"RawMessageDelivery", "true"}});
    standard.publish({{"Message", "x"}, {"MessageGroupId", "tenant-1"}});
    standard.run_for(5s);
    CHECK(standard.messages("work").at(0).at("Attributes").at("MessageGroupId") == "tenant-1");
  }

  // SNS Developer Guide, "Amazon SNS FIFO topic delivery": queues of both kinds, nothing else.
  TEST_CASE("only queues subscribe to a FIFO topic, and FIFO queues to no other") {
    Topics world{kFifoProperties};
    world.subscribe("sqs", world.queue("first.fifo"));
    world.subscribe("sqs", world.queue("second"));
    for (const auto& [protocol, endpoint] : std::vector<std::pair<std::string, std::string>>{
             {"email", "ann@example.com"},
             {"https", "https://example.com"},
             {"sms", "+15550100"},
             {"lambda", "arn:aws:lambda:us-east-1:123456789012:function:f"}}) {
      CAPTURE(protocol);
      CHECK(world.refusal(
                "sns", "Subscribe",
                {{"TopicArn", world.topic}, {"Protocol", protocol}, {"Endpoint", endpoint}}) ==
            "InvalidParameter");
    }
    Topics standard;
    CHECK(standard.refused("Subscribe", {{"TopicArn", standard.topic},
                                         {"Protocol", "sqs"},
                                         {"Endpoint", standard.queue("work.fifo")}}) ==
          "Invalid parameter: Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be "
          "subscribed to standard SNS topics");
  }

  // SNS Developer Guide, "Message deduplication for FIFO topics": five minutes.
  TEST_CASE("a duplicate within five minutes is accepted and not delivered") {
    Topics world{kFifoProperties};
    world.subscribe("sqs", world.queue("out.fifo"), {{"RawMessageDelivery", "true"}});
    const Json first = world.publish(order("a", "g", "1"));
    CHECK(first.at("SequenceNumber").get<std::string>().size() == 20);
    world.run_for(5min - 10s);
    CHECK(world.publish(order("a again", "g", "1")) == first);
    world.run_for(10s);
    const Json later = world.publish(order("a much later", "g", "1"));
    CHECK(later.at("SequenceNumber") > first.at("SequenceNumber"));
    world.run_for(5s);
    // The queue counts its own five minutes, from when the message came.
    const auto got = world.messages("out.fifo");
    REQUIRE_FALSE(got.empty());
    CHECK(got.at(0).at("Body") == "a");
    CHECK(got.at(0).at("Attributes").at("MessageDeduplicationId") == "1");
    CHECK(world.total("NumberOfMessagesPublished", "orders.fifo") == 2);
  }

  // SNS API Reference, CreateTopic: ContentBasedDeduplication is SHA-256 of the body;
  // FifoThroughputScope MessageGroup compares within a group only.
  TEST_CASE("deduplication by content, over the topic or within a group") {
    for (const bool by_group : {false, true}) {
      CAPTURE(by_group);
      Json properties = kFifoProperties;
      properties["ContentBasedDeduplication"] = true;
      properties["FifoThroughputScope"] = by_group ? "MessageGroup" : "Topic";
      Topics world{properties};
      world.subscribe("sqs", world.queue("out"), {{"RawMessageDelivery", "true"}});
      for (const char* group : {"g", "g", "h"})
        world.publish({{"Message", "abc"}, {"MessageGroupId", group}});
      world.run_for(5s);
      CHECK(world.messages("out").size() == (by_group ? 2 : 1));
    }
    // FIPS 180-2, appendix B.1: the digest of "abc".
    CHECK(content_deduplication_id("abc") ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }

  // SNS Developer Guide, "Message ordering details for FIFO topics".
  TEST_CASE("a subscriber gets the messages of a group in order, though some are tried again") {
    Topics world{kFifoProperties};
    const std::string arn =
        world.subscribe("sqs", world.queue("out.fifo"), {{"RawMessageDelivery", "true"}});
    auto& sns = static_cast<sns::Sns&>(*world.cloud.model("sns"));
    sns.subscriptions.at(arn).behaves.success_share = 0.5;  // every other attempt fails
    std::vector<std::string> sent;
    for (int i = 0; i < 10; ++i) {
      sent.push_back(fmt::format("m{}", i));
      world.publish(order(sent.back(), "g", sent.back()));
    }
    world.run_for(10min);
    CHECK(bodies(world.messages("out.fifo")) == sent);
  }

  TEST_CASE("a message that is stuck holds its own group back and no other") {
    Topics world{kFifoProperties};
    const std::string arn =
        world.subscribe("sqs", world.queue("out.fifo"), {{"RawMessageDelivery", "true"}});
    auto& sns = static_cast<sns::Sns&>(*world.cloud.model("sns"));
    sns.subscriptions.at(arn).behaves.down_until = world.sim.now() + 5s;
    world.publish(order("g1", "g", "1"));
    world.run_for(3s);
    world.publish(order("h1", "h", "2"));
    world.publish(order("g2", "g", "3"));
    world.run_for(10min);
    const auto got = bodies(world.messages("out.fifo"));
    REQUIRE(got.size() == 3);
    CHECK(std::ranges::find(got, "g1") < std::ranges::find(got, "g2"));
  }
}

}  // namespace opsim::tests
