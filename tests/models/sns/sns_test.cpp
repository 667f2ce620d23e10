#include <doctest/doctest.h>

#include "tests/models/sns/topics_world.hpp"

namespace opsim::tests {
namespace {
constexpr const char* kOneFunction = "arn:aws:lambda:us-east-1:123456789012:function:f";
}

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
    world.stands("email", "ann@example.com");
    world.stands("https", "https://pager.example.com/1");
    world.let_everybody_in(world.topic);
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
    CHECK(world.total("NumberOfNotificationsFailed") == 1);
    CHECK(world.total("NumberOfNotificationsRedrivenToDlq") == 1);
    CHECK(world.total("NumberOfNotificationsFailedToRedriveToDlq") == 0);
  }

  TEST_CASE("topics and subscriptions are listed and removed") {
    Topics world;
    const std::string arn = world.subscribe("sms", "+15550100");
    CHECK(world.subscribe("sms", "+15550100") == arn);
    const Json listed = world.must("sns", "ListSubscriptionsByTopic", {{"TopicArn", world.topic}});
    REQUIRE(listed.at("Subscriptions").size() == 1);
    CHECK(listed.at("Subscriptions")[0] == Json{{"SubscriptionArn", arn},
                                                {"Owner", "123456789012"},
                                                {"Protocol", "sms"},
                                                {"Endpoint", "+15550100"},
                                                {"TopicArn", world.topic}});
    world.must("sns", "Unsubscribe", {{"SubscriptionArn", arn}});
    const Json attributes = world.must("sns", "GetTopicAttributes", {{"TopicArn", world.topic}});
    CHECK(attributes.at("Attributes").at("SubscriptionsConfirmed") == "0");
    CHECK(attributes.at("Attributes").at("SubscriptionsDeleted") == "1");
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

  // SNS Developer Guide, "Amazon SNS raw message delivery": attributes of the message become the
  // queue's own only when the delivery is raw; else they are in the envelope.
  TEST_CASE("message attributes are the queue's own only with raw delivery") {
    Topics world;
    world.subscribe("sqs", world.queue("one"));
    world.subscribe("sqs", world.queue("two"), {{"RawMessageDelivery", "true"}});
    const Json level{{"DataType", "String"}, {"StringValue", "high"}};
    world.publish({{"Message", "x"}, {"MessageAttributes", {{"level", level}}}});
    world.run_for(5s);
    const Json wrapped = world.messages("one").at(0);
    CHECK_FALSE(wrapped.contains("MessageAttributes"));
    const Json envelope = Json::parse(wrapped.at("Body").get<std::string>());
    CHECK(envelope.at("MessageAttributes").at("level") ==
          Json{{"Type", "String"}, {"Value", "high"}});
    CHECK(world.messages("two").at(0).at("MessageAttributes").at("level") == level);
  }

  TEST_CASE("lists come a hundred at a time") {
    Topics world;
    for (int i = 0; i < 120; ++i)
      world.must("sns", "CreateTopic", {{"Name", fmt::format("t{}", i)}});
    const Json first = world.must("sns", "ListTopics");
    CHECK(first.at("Topics").size() == 100);
    const Json rest = world.must("sns", "ListTopics", {{"NextToken", first.at("NextToken")}});
    CHECK(rest.at("Topics").size() == 21);
    CHECK_FALSE(rest.contains("NextToken"));
    CHECK(world.refusal("sns", "ListTopics", {{"NextToken", "?"}}) == "InvalidParameter");
  }

  // SNS Developer Guide, "Example cases for Amazon SNS access control".
  TEST_CASE("a topic that has a policy takes what the policy allows") {
    Topics world;
    const Json source{{"ArnEquals", {{"aws:SourceArn", "arn:aws:events:*:*:rule/ours"}}}};
    const Json statement{{"Effect", "Allow"},
                         {"Principal", {{"Service", "events.amazonaws.com"}}},
                         {"Action", "sns:Publish"},
                         {"Resource", world.topic},
                         {"Condition", source}};
    world.make("AWS::SNS::TopicPolicy", "Policy",
               {{"Topics", Json::array({world.topic})},
                {"PolicyDocument", {{"Statement", Json::array({statement})}}}});
    const std::string rule = "arn:aws:events:us-east-1:123456789012:rule/";
    CHECK(world.deliver(world.topic, "x", {}, rule + "ours").has_value());
    const auto refused = world.deliver(world.topic, "x", {}, rule + "theirs");
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "AuthorizationError");
    CHECK(refused.error().message.find("no resource-based policy allows the SNS:Publish action") !=
          std::string::npos);
    world.publish({{"Message", "the owner's users may"}});
    // A service that comes with a role of the account needs no statement beside those of others.
    const Json subscription{
        {"TopicArn", world.topic}, {"Protocol", "sqs"}, {"Endpoint", world.queue("q")}};
    const Caller chat{{"123456789012", "us-east-1"}, "chatbot.amazonaws.com", ""};
    CHECK(world.finish(world.cloud.call(chat, "sns", "Subscribe", subscription)).has_value());
  }

  // SNS Developer Guide, "Example cases for Amazon SNS access control": AWS:SourceOwner of the
  // default policy; re:Post, cloudwatch-receive-sns-for-alarm-trigger; Incident Manager User Guide,
  // "chat".
  TEST_CASE("a topic without a policy takes what its account and services of its account say") {
    Topics world;
    const auto refused = [&](const std::string& principal, const std::string& account) {
      Delivery delivery{.caller = {{account, "us-east-1"}, principal, ""},
                        .target = *Arn::parse(world.topic),
                        .text = "x",
                        .from = "arn:aws:cloudwatch:us-east-1:" + account + ":alarm:a"};
      const auto answer = world.finish(world.cloud.deliver(std::move(delivery)));
      return answer ? std::string{} : answer.error().message;
    };
    const std::string ours = "123456789012";
    for (const char* service : {"cloudwatch.amazonaws.com", "autoscaling.amazonaws.com",
                                "events.rds.amazonaws.com", "elasticache.amazonaws.com"})
      CHECK_MESSAGE(refused(service, ours) == "", service);
    for (const char* service :
         {"events.amazonaws.com", "s3.amazonaws.com", "ssm-incidents.amazonaws.com",
          "config.amazonaws.com", "codestar-notifications.amazonaws.com", "budgets.amazonaws.com",
          "backup.amazonaws.com", "cloudtrail.amazonaws.com"})
      CHECK_MESSAGE(refused(service, ours) != "", service);
    CHECK(refused("cloudwatch.amazonaws.com", "999999999999") ==
          "Resource: arn:aws:cloudwatch:us-east-1:999999999999:alarm:a is not authorized to "
          "perform: SNS:Publish on resource: " +
              world.topic);
    CHECK(refused("arn:aws:iam::123456789012:role/app", ours) == "");
    CHECK(refused("arn:aws:iam::999999999999:role/app", "999999999999") != "");
  }

  // Measured with Subscribe and CreateTopic in 2026: github.com/badmintoncryer/cdk-preflight,
  // rules/sns.
  TEST_CASE("what SNS says of endpoints and attributes that do not fit") {
    Topics world;
    const auto subscribing = [&](const std::string& protocol, const std::string& endpoint,
                                 Json attributes = Json::object()) {
      return world.refused("Subscribe", {{"TopicArn", world.topic},
                                         {"Protocol", protocol},
                                         {"Endpoint", endpoint},
                                         {"Attributes", std::move(attributes)}});
    };
    const std::string queue = world.queue("q");
    CHECK(subscribing("lambda", queue) == "Invalid parameter: Lambda endpoint ARN");
    CHECK(subscribing("sqs", "https://q") == "Invalid parameter: SQS endpoint ARN");
    CHECK(subscribing("application", queue) ==
          "Invalid parameter: Application endpoint arn invalid");
    CHECK(subscribing("sms", "call me") == "Invalid parameter: Invalid SMS endpoint: call me");
    CHECK(subscribing("firehose", "arn:aws:firehose:us-east-1:123456789012:deliverystream/s") ==
          "Invalid parameter: Delivery protocol firehose can only be subscribed with subscription "
          "role arn");
    constexpr std::string_view reason = "Invalid parameter: Attributes Reason: ";
    const auto of = [&](Json attributes) {
      const std::string said = subscribing("lambda", kOneFunction, std::move(attributes));
      return said.starts_with(reason) ? said.substr(reason.size()) : "else: " + said;
    };
    CHECK(of({{"RawMessageDelivery", "true"}}) ==
          "Delivery protocol [lambda] does not support raw message delivery.");
    CHECK(of({{"RedrivePolicy", "{}"}}) == "RedrivePolicy: Missing deadLetterTargetArn attribute");
    CHECK(of({{"RedrivePolicy", Json{{"deadLetterTargetArn", world.topic}}.dump()}}) ==
          "RedrivePolicy: deadLetterTargetArn must be a SQS queue");
    CHECK(of({{"RedrivePolicy",
               Json{{"deadLetterTargetArn", "arn:aws:sqs:eu-west-1:123456789012:q"}}.dump()}}) ==
          "RedrivePolicy: deadLetterTargetArn must be in the same region as the subscription");
    CHECK(of({{"FilterPolicy", R"({"a":{"b":["x"]}})"}}) ==
          "Filter policy scope MessageAttributes does not support nested filter policy");
    CHECK(of({{"FilterPolicy", R"({"a":[]})"}}) == "FilterPolicy: Empty arrays are not allowed");
    const auto creating = [&](Json attributes) {
      return world.refused("CreateTopic",
                           {{"Name", "other"}, {"Attributes", std::move(attributes)}});
    };
    CHECK(creating({{"SignatureVersion", "3"}}) ==
          std::string{reason} + "SignatureVersion: Invalid value. Must be 1 or 2.");
    CHECK(creating({{"TracingConfig", "On"}}) ==
          std::string{reason} + "Invalid tracing config value: On");
    CHECK(creating({{"DisplayName", std::string(101, 'x')}}) ==
          std::string{reason} + "DisplayName");
    CHECK(creating({{"ContentBasedDeduplication", "true"}}) ==
          std::string{reason} + "Unknown attribute ContentBasedDeduplication");
  }

  TEST_CASE("AddPermission lets another account publish, RemovePermission ends that") {
    Topics world;
    Caller stranger{{"999999999999", "us-east-1"}, "arn:aws:iam::999999999999:role/app", ""};
    const Json publication{{"TopicArn", world.topic}, {"Message", "x"}};
    const auto code = [&] {
      const auto answer = world.finish(world.cloud.call(stranger, "sns", "Publish", publication));
      return answer ? std::string{} : answer.error().code;
    };
    world.must("sns", "AddPermission",
               {{"TopicArn", world.topic},
                {"Label", "them"},
                {"AWSAccountId", Json::array({"999999999999"})},
                {"ActionName", Json::array({"Publish"})}});
    CHECK(code().empty());
    world.must("sns", "RemovePermission", {{"TopicArn", world.topic}, {"Label", "them"}});
    CHECK(code() == "AuthorizationError");
  }
}

}  // namespace opsim::tests
