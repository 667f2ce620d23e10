// What SNS refuses of messages, in words that were recorded on AWS:
// github.com/localstack/localstack, tests/aws/services/sns/test_sns.snapshot.json.
#include <doctest/doctest.h>

#include "tests/models/sns/topics_world.hpp"

namespace opsim::tests {

TEST_SUITE("sns: refusals") {
  TEST_CASE("message attributes have names, types and values that fit") {
    Topics world;
    const auto publishing = [&](const std::string& name, Json attribute) {
      return world.refused("Publish", {{"TopicArn", world.topic},
                                       {"Message", "x"},
                                       {"MessageAttributes", {{name, std::move(attribute)}}}});
    };
    struct Row {
      std::string name;
      Json attribute;
      std::string complaint;
    };
    const Json good{{"DataType", "String"}, {"StringValue", "v"}};
    const Row rows[] = {
        {"attr1", good, ""},
        {"attr1", {{"DataType", "Number.float"}, {"StringValue", "1.5"}}, ""},
        {"attr1", {{"DataType", "Binary"}, {"BinaryValue", "AgME"}}, ""},
        {"attr1",
         {{"DataType", "String"}, {"StringValue", ""}},
         "The message attribute 'attr1' must contain non-empty message attribute value for message "
         "attribute type 'String'."},
        {"attr1",
         {{"StringValue", "v"}},
         "1 validation error detected: Value null at 'messageAttributes.attr1.member.dataType' "
         "failed to satisfy constraint: Member must not be null"},
        {"attr1",
         {{"DataType", "Number"}, {"BinaryValue", "AgME"}},
         "The message attribute 'attr1' with type 'Number' must use field 'String'."},
        {"attr1",
         {{"DataType", "Binary"}, {"StringValue", "v"}},
         "The message attribute 'attr1' with type 'Binary' must use field 'Binary'."},
        {"attr1",
         {{"DataType", "Stringy"}, {"StringValue", "v"}},
         "The message attribute 'attr1' has an invalid message attribute type, the set of "
         "supported "
         "type prefixes is Binary, Number, and String."},
        {std::string(257, 'a'), good,
         "Length of message attribute name must be less than 256 bytes."},
        {"a^b", good,
         "Invalid non-alphanumeric character '#x5E' was found in the message attribute name. Can "
         "only include alphanumeric characters, hyphens, underscores, or dots."},
        {".a", good, "Invalid message attribute name starting with character '.' was found."},
        {"a.", good, "Invalid message attribute name ending with character '.' was found."},
        {"a..b", good, "Message attribute name can not have successive '.' character."},
    };
    for (const auto& [name, attribute, complaint] : rows)
      CHECK_MESSAGE(publishing(name, attribute) == complaint, name);
  }

  TEST_CASE("a message has a topic, a text and a subject that is not empty") {
    Topics world;
    const auto publishing = [&](Json more) {
      Json input{{"TopicArn", world.topic}, {"Message", "x"}};
      input.update(more);
      return world.refused("Publish", std::move(input));
    };
    CHECK(publishing({{"Subject", "s"}}).empty());
    CHECK(publishing({{"Subject", ""}}) == "Invalid parameter: Subject");
    CHECK(publishing({{"Message", ""}}) == "Invalid parameter: Empty message");
    CHECK(publishing({{"TopicArn", "arn:aws"}}) ==
          "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 2");
    CHECK(world.refused("GetTopicAttributes", {{"TopicArn", "ops"}}) ==
          "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1");
    const auto structured = [&](const char* message) {
      return publishing({{"Message", message}, {"MessageStructure", "json"}});
    };
    CHECK(structured("{no json") ==
          "Invalid parameter: Message Structure - JSON message body failed to parse");
    for (const char* message : {R"({"sqs": "x"})", R"({"default": {"a": 1}})", "[]"})
      CHECK(structured(message) ==
            "Invalid parameter: Message Structure - No default entry in JSON message body");
  }

  TEST_CASE("a batch is refused whole where one entry is wrong") {
    Topics world;
    world.subscribe("sqs", world.queue("one"));
    const auto batch = [&](Json second) {
      Json entries = Json::array({{{"Id", "1"}, {"Message", "fine"}}});
      second["Id"] = "2";
      entries.push_back(std::move(second));
      return world.refused("PublishBatch", {{"TopicArn", world.topic},
                                            {"PublishBatchRequestEntries", std::move(entries)}});
    };
    CHECK(batch({{"Message", "no"}, {"MessageStructure", "json"}}) ==
          "Invalid parameter: Message Structure - JSON message body failed to parse");
    CHECK(batch({{"Message", "x"}, {"MessageDeduplicationId", "d"}}) ==
          "Invalid parameter: MessageDeduplicationId Reason: The request includes "
          "MessageDeduplicationId parameter that is not valid for this topic type");
    world.run_for(5s);
    CHECK(world.messages("one").empty());
    CHECK(batch({{"Message", "x"}}).empty());
    world.run_for(5s);
    CHECK(world.messages("one").size() == 2);
  }

  TEST_CASE("dead-letter queues of subscriptions") {
    Topics world;
    const std::string topic = world.make("AWS::SNS::Topic", "Orders",
                                         {{"TopicName", "orders.fifo"}, {"FifoTopic", true}});
    const auto subscribing = [&](const char* queue, const std::string& dead) {
      return world.refused(
          "Subscribe",
          {{"TopicArn", topic},
           {"Protocol", "sqs"},
           {"Endpoint", fmt::format("arn:aws:sqs:us-east-1:123456789012:{}", queue)},
           {"Attributes", {{"RedrivePolicy", Json{{"deadLetterTargetArn", dead}}.dump()}}}});
    };
    CHECK(subscribing("q.fifo", "dead") ==
          "Invalid parameter: Attributes Reason: RedrivePolicy: deadLetterTargetArn is an invalid "
          "arn");
    CHECK(subscribing("q.fifo", "arn:aws:sqs:us-east-1:123456789012:dead") ==
          "Invalid parameter: Attributes Reason: RedrivePolicy: must use a FIFO queue as DLQ for a "
          "FIFO Subscription to a FIFO Topic.");
    CHECK(subscribing("q.fifo", "arn:aws:sqs:us-east-1:123456789012:dead.fifo").empty());
    CHECK(subscribing("plain", "arn:aws:sqs:us-east-1:123456789012:dead").empty());
  }
}

}  // namespace opsim::tests
