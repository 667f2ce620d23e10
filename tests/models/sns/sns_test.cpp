#include <doctest/doctest.h>

#include "models/sns/service.hpp"
#include "models/sns/sns.hpp"
#include "models/sqs/service.hpp"
#include "tests/models/outside.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {
namespace {

/// A function whose host is down for its first calls.
struct Functions : Model {
  int failures_left = 0;
  std::vector<Json> invoked;
};
Process<ApiResult<Json>> invoke(Functions& functions, Delivery delivery) {
  if (functions.failures_left-- > 0)
    co_return ApiError{"ServiceException", "the host is down", 500};
  functions.invoked.push_back(Json::parse(delivery.text));
  co_return Json::object();
}
constexpr DeliveryTarget kFunctionTargets[] = {{"lambda", "function:", deliver<Functions, invoke>}};
constexpr Service kFunctions{
    .name = "lambda",
    .title = "functions",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Functions>(); },
    .targets = kFunctionTargets,
};
const Service* const kServices[] = {&kFunctions, &kOutside, &kSns, &kSqs};

struct Topics : SmallWorld {
  Topics() : SmallWorld{kServices} {
    topic = make("AWS::SNS::Topic", "Ops", {{"TopicName", "ops"}});
  }
  std::string queue(const std::string& name) {
    make("AWS::SQS::Queue", name, {{"QueueName", name}});
    return "arn:aws:sqs:us-east-1:123456789012:" + name;
  }
  std::string subscribe(const std::string& protocol, const std::string& endpoint,
                        Json attributes = Json::object()) {
    return must("sns", "Subscribe",
                {{"TopicArn", topic},
                 {"Protocol", protocol},
                 {"Endpoint", endpoint},
                 {"Attributes", std::move(attributes)}})
        .at("SubscriptionArn")
        .get<std::string>();
  }
  Json publish(Json more) {
    more["TopicArn"] = topic;
    return must("sns", "Publish", std::move(more));
  }
  std::vector<Json> messages(const std::string& queue) {
    const Json answer = must("sqs", "ReceiveMessage",
                             {{"QueueUrl", queue},
                              {"MaxNumberOfMessages", 10},
                              {"MessageAttributeNames", Json::array({"All"})}});
    std::vector<Json> all;
    if (answer.contains("Messages"))
      for (const Json& message : answer.at("Messages")) all.push_back(message);
    return all;
  }
  Functions& functions() { return static_cast<Functions&>(*cloud.model("lambda")); }
  std::string topic;
};

}  // namespace

TEST_SUITE("sns") {
  TEST_CASE("a message fans out to every subscriber, in an envelope unless it is to be raw") {
    Topics world;
    world.subscribe("sqs", world.queue("one"));
    world.subscribe("sqs", world.queue("two"), {{"RawMessageDelivery", "true"}});
    const Json sent = world.publish({{"Message", "disk full"}, {"Subject", "Alarm"}});
    world.run_for(5s);
    const auto wrapped = world.messages("one");
    REQUIRE(wrapped.size() == 1);
    const Json envelope = Json::parse(wrapped[0].at("Body").get<std::string>());
    CHECK(envelope.at("Type") == "Notification");
    CHECK(envelope.at("MessageId") == sent.at("MessageId"));
    CHECK(envelope.at("TopicArn") == world.topic);
    CHECK(envelope.at("Subject") == "Alarm");
    CHECK(envelope.at("Message") == "disk full");
    const auto raw = world.messages("two");
    REQUIRE(raw.size() == 1);
    CHECK(raw[0].at("Body") == "disk full");
    CHECK(world.told({EntryKind::message}) ==
          std::vector<std::string>{"+0:00:00 Ops: \"Alarm\", to 2 subscribers",
                                   "+0:00:00 one: a message from Ops",
                                   "+0:00:00 two: a message from Ops"});
  }

  TEST_CASE("mail, text messages and posts go to people") {
    Topics world;
    world.subscribe("email", "ann@example.com");
    world.subscribe("https", "https://pager.example.com/1");
    const auto answer = world.deliver(world.topic, R"({"AlarmName":"disk"})", {}, "alarm");
    REQUIRE(answer.has_value());
    world.run_for(5s);
    const auto& got = Outside::of(world.cloud).got;
    REQUIRE(got.size() == 2);
    std::vector<std::string> to{got[0].to, got[1].to};
    std::ranges::sort(to);
    CHECK(to == std::vector<std::string>{"ann@example.com", "https://pager.example.com/1"});
    CHECK(got[0].payload.at("Subject") == "disk");
    CHECK(got[0].payload.at("MessageId") == answer->at("MessageId"));
  }

  TEST_CASE("a message can have a text of its own for each protocol") {
    Topics world;
    world.subscribe("sms", "+15550100");
    world.subscribe("sqs", world.queue("one"), {{"RawMessageDelivery", "true"}});
    world.publish(
        {{"Message", R"({"default":"long text","sms":"short"})"}, {"MessageStructure", "json"}});
    world.run_for(5s);
    CHECK(Outside::of(world.cloud).got.at(0).payload.at("Message") == "short");
    CHECK(world.messages("one").at(0).at("Body") == "long text");
  }

  TEST_CASE("retries follow the phases of the subscriber's kind") {
    struct Row {
      const char* protocol;
      int retry;
      std::optional<Duration> pause;
    };
    // SNS Developer Guide, "Amazon SNS message delivery retries"; worked examples sns-001, sns-003.
    const Row rows[] = {
        {"lambda", 1, 0s},         {"lambda", 3, 0s},         {"lambda", 4, 1s},
        {"lambda", 5, 1s},         {"lambda", 6, 1s},         {"lambda", 15, 20s},
        {"sqs", 16, 20s},          {"sqs", 100'015, 20s},     {"sqs", 100'016, std::nullopt},
        {"email", 1, 10s},         {"email", 3, 10s},         {"email", 12, 600s},
        {"sms", 50, 600s},         {"sms", 51, std::nullopt}, {"https", 3, 20s},
        {"https", 4, std::nullopt}};
    for (const auto& [protocol, retry, pause] : rows) {
      CAPTURE(protocol);
      CAPTURE(retry);
      CHECK(sns::retry_delay(protocol, retry) == pause);
    }
  }

  TEST_CASE("a subscriber that is down is tried again until it takes the message") {
    Topics world;
    world.subscribe("lambda", "arn:aws:lambda:us-east-1:123456789012:function:clean");
    world.functions().failures_left = 5;  // three retries at once, two after a second each
    world.publish({{"Message", "go"}});
    world.run_for(4s);
    REQUIRE(world.functions().invoked.size() == 1);
    const Json& record = world.functions().invoked[0].at("Records").at(0);
    CHECK(record.at("EventSource") == "aws:sns");
    CHECK(record.at("Sns").at("Message") == "go");
  }

  TEST_CASE(
      "a subscriber that is gone is not tried again: its dead-letter queue gets the message") {
    Topics world;
    const std::string dead = world.queue("dead");
    world.subscribe("sqs", "arn:aws:sqs:us-east-1:123456789012:gone",
                    {{"RedrivePolicy", Json{{"deadLetterTargetArn", dead}}.dump()}});
    world.publish({{"Message", "lost"}});
    world.run_for(5s);
    const auto letters = world.messages("dead");
    REQUIRE(letters.size() == 1);
    CHECK(letters[0].at("MessageAttributes").at("ErrorCode").at("StringValue") ==
          "AWS.SimpleQueueService.NonExistentQueue");
  }

  TEST_CASE("topics and subscriptions are listed and removed") {
    Topics world;
    const std::string arn = world.subscribe("email", "ann@example.com");
    CHECK(world.subscribe("email", "ann@example.com") == arn);
    const Json listed = world.must("sns", "ListSubscriptionsByTopic", {{"TopicArn", world.topic}});
    REQUIRE(listed.at("Subscriptions").size() == 1);
    CHECK(listed.at("Subscriptions")[0] == Json{{"SubscriptionArn", arn},
                                                {"Owner", "123456789012"},
                                                {"Protocol", "email"},
                                                {"Endpoint", "ann@example.com"},
                                                {"TopicArn", world.topic}});
    world.must("sns", "Unsubscribe", {{"SubscriptionArn", arn}});
    const Json attributes = world.must("sns", "GetTopicAttributes", {{"TopicArn", world.topic}});
    CHECK(attributes.at("Attributes").at("SubscriptionsConfirmed") == "0");
    CHECK(world.must("sns", "CreateTopic", {{"Name", "ops"}}).at("TopicArn") == world.topic);
    world.must("sns", "DeleteTopic", {{"TopicArn", world.topic}});
    CHECK(world.must("sns", "ListTopics").at("Topics").empty());
  }

  TEST_CASE("wrong input is refused with SNS's own codes") {
    Topics world;
    const std::string other = "arn:aws:sns:us-east-1:123456789012:other";
    const std::string long_text(262'145, 'x');
    struct Row {
      const char* operation;
      Json input;
      const char* code;
    };
    const Row rows[] = {
        {"Publish", {{"TopicArn", other}, {"Message", "x"}}, "NotFound"},
        {"Publish", {{"TopicArn", "ops"}, {"Message", "x"}}, "InvalidParameter"},
        {"Publish", {{"TopicArn", world.topic}, {"Message", ""}}, "InvalidParameter"},
        {"Publish", {{"TopicArn", world.topic}, {"Message", long_text}}, "InvalidParameter"},
        {"Publish",
         {{"TopicArn", world.topic}, {"Message", "no json"}, {"MessageStructure", "json"}},
         "InvalidParameter"},
        {"Subscribe", {{"TopicArn", other}, {"Protocol", "sqs"}, {"Endpoint", "x"}}, "NotFound"},
        {"Subscribe",
         {{"TopicArn", world.topic}, {"Protocol", "fax"}, {"Endpoint", "x"}},
         "InvalidParameter"},
        {"Subscribe",
         {{"TopicArn", world.topic}, {"Protocol", "sqs"}, {"Endpoint", "x"}},
         "InvalidParameter"},
        {"CreateTopic", {{"Name", "a b"}}, "InvalidParameter"},
        {"GetTopicAttributes", {{"TopicArn", other}}, "NotFound"},
        {"PublishBatch",
         {{"TopicArn", world.topic}, {"PublishBatchRequestEntries", Json::array()}},
         "EmptyBatchRequest"},
    };
    for (const auto& [operation, input, code] : rows) {
      CAPTURE(operation);
      CHECK(world.refusal("sns", operation, input) == code);
    }
  }
}

}  // namespace opsim::tests
