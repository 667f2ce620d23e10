// Policies of queues, and what SQS refuses in which words. AWS: SQS Developer Guide, "Overview of
// managing access"; SQS API Reference.
#include <doctest/doctest.h>

#include "tests/models/sqs/queues_world.hpp"

namespace opsim::tests {

TEST_SUITE("sqs: policies") {
  // SNS Developer Guide, "Fanout to Amazon SQS queues": the policy that lets one topic send.
  TEST_CASE("a queue that has a policy takes what the policy allows") {
    Queues world;
    world.make("AWS::SQS::Queue", "Work", {{"QueueName", "work"}});
    const std::string arn = "arn:aws:sqs:us-east-1:123456789012:work";
    const std::string rules = "arn:aws:events:us-east-1:123456789012:rule/";
    const Json statement{{"Effect", "Allow"},
                         {"Principal", {{"Service", "events.amazonaws.com"}}},
                         {"Action", "sqs:SendMessage"},
                         {"Resource", arn},
                         {"Condition", {{"ArnLike", {{"aws:SourceArn", rules + "ours*"}}}}}};
    world.make("AWS::SQS::QueuePolicy", "Policy",
               {{"Queues", Json::array({"https://sqs.us-east-1.amazonaws.com/123456789012/work"})},
                {"PolicyDocument", {{"Statement", Json::array({statement})}}}});
    CHECK(world.deliver(arn, "{}", {}, rules + "ours-1").has_value());
    const auto refused = world.deliver(arn, "{}", {}, rules + "theirs");
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "AccessDenied");
    world.send("work", "the account's own users need no policy");
    // Neither does a function's event source: it comes with the function's role.
    const Caller function{{"123456789012", "us-east-1"}, "lambda.amazonaws.com", ""};
    const Json receive{{"QueueUrl", "https://sqs.us-east-1.amazonaws.com/123456789012/work"}};
    CHECK(world.finish(world.cloud.call(function, "sqs", "ReceiveMessage", receive)).has_value());
  }

  // SQS Developer Guide, "Overview of managing access": only the owner's account may by default;
  // EventBridge User Guide, eb-use-resource-based.
  TEST_CASE("a rule's delivery needs a statement of the queue's policy") {
    Queues world;
    const std::string arn = "arn:aws:sqs:us-east-1:123456789012:work";
    world.make("AWS::SQS::Queue", "Work", {{"QueueName", "work"}});
    const auto refused = world.deliver(arn, "{}");
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == "AccessDenied");
    world.let_everybody_in(arn);
    CHECK(world.deliver(arn, "{}").has_value());
  }

  TEST_CASE("without a policy, services come in with a role of the account or not at all") {
    Queues world;
    world.make("AWS::SQS::Queue", "Work", {{"QueueName", "work"}});
    const auto refused = [&](const std::string& principal, const std::string& account) {
      Delivery delivery{.caller = {{account, "us-east-1"}, principal, ""},
                        .target = *Arn::parse("arn:aws:sqs:us-east-1:123456789012:work"),
                        .text = "x"};
      return !world.finish(world.cloud.deliver(std::move(delivery))).has_value();
    };
    const std::string ours = "123456789012";
    // Lambda Developer Guide, destinations: the function's execution role; Auto Scaling User Guide,
    // lifecycle hooks: the hook's RoleARN.
    CHECK_FALSE(refused("lambda.amazonaws.com", ours));
    CHECK_FALSE(refused("autoscaling.amazonaws.com", ours));
    CHECK_FALSE(refused("arn:aws:iam::123456789012:role/pipe", ours));
    for (const char* service : {"events.amazonaws.com", "sns.amazonaws.com", "s3.amazonaws.com",
                                "cloudwatch.amazonaws.com", "config.amazonaws.com"})
      CHECK_MESSAGE(refused(service, ours), service);
    CHECK(refused("lambda.amazonaws.com", "999999999999"));
  }

  // Measured with CreateQueue in 2026: github.com/badmintoncryer/cdk-preflight, rules/sqs.
  TEST_CASE("what SQS says of attributes that do not fit") {
    Queues world;
    world.make_queue("dead");
    const auto creating = [&](Json attributes, const char* name = "other") {
      return world.refused("CreateQueue",
                           {{"QueueName", name}, {"Attributes", std::move(attributes)}});
    };
    const auto redrive = [&](const std::string& arn, int most) {
      return creating({{"RedrivePolicy",
                        Json{{"deadLetterTargetArn", arn}, {"maxReceiveCount", most}}.dump()}});
    };
    CHECK(creating({{"ContentBasedDeduplication", "true"}}) ==
          "Unknown Attribute ContentBasedDeduplication.");
    CHECK(creating({{"DeduplicationScope", "queue"}}) ==
          "You can specify the DeduplicationScope only when FifoQueue is set to true.");
    CHECK(creating({{"FifoQueue", "true"}, {"DeduplicationScope", "all"}}, "o.fifo") ==
          "Invalid value for the parameter DeduplicationScope. Reason: not a supported value.");
    CHECK(
        creating({{"FifoQueue", "true"}, {"FifoThroughputLimit", "perMessageGroupId"}}, "o.fifo") ==
        "Invalid value for the parameter FifoThroughputLimit. Reason: To set FifoThroughputLimit "
        "to perMessageGroupId, the DeduplicationScope must be messageGroup.");
    CHECK(creating({{"SqsManagedSseEnabled", "true"}, {"KmsMasterKeyId", "alias/k"}})
              .starts_with("You can use one type of server-side encryption (SSE) at one time."));
    CHECK(redrive("arn:aws:sqs:us-east-1:123456789012:dead", 1'001)
              .ends_with("Invalid value for maxReceiveCount: 1001, valid values are from 1 to 1000 "
                         "both inclusive."));
    CHECK(redrive("arn:aws:sns:us-east-1:123456789012:t", 3)
              .ends_with("Only SQS queues are valid resources for deadLetterTargetArn"));
    CHECK(redrive("arn:aws:sqs:eu-west-1:123456789012:dead", 3)
              .ends_with("Dead-letter target must be in same region as the source."));
    CHECK(creating({{"RedriveAllowPolicy", R"({"redrivePermission":"byQueue"})"}})
              .ends_with("Amazon SQS can't create the redrive allow policy. When you specify the "
                         "byQueue permission type, you must also specify between 1 and 10 source "
                         "queue ARNs."));
  }

  // Recorded on AWS: github.com/localstack/localstack,
  // tests/aws/services/sqs/test_sqs.snapshot.json; FifoQueue: github.com/aws/aws-cdk, pull 31922.
  TEST_CASE("what SQS says of the kind of a queue and of messages that do not fit it") {
    Queues world;
    world.make_queue("plain");
    world.make_queue("a.fifo", {{"FifoQueue", "true"}});
    const auto setting = [&](const char* url, const char* fifo) {
      return world.refused("SetQueueAttributes",
                           {{"QueueUrl", url}, {"Attributes", {{"FifoQueue", fifo}}}});
    };
    CHECK(setting("plain", "true") == "Unknown Attribute FifoQueue.");
    CHECK(setting("a.fifo", "false") ==
          "Invalid value for the parameter FifoQueue. Reason: Modifying queue type is not "
          "supported.");
    CHECK(setting("a.fifo", "true").empty());
    CHECK(world.refused("CreateQueue",
                        {{"QueueName", "other"}, {"Attributes", {{"FifoQueue", "false"}}}}) ==
          "Unknown Attribute FifoQueue.");
    CHECK(world.refused("SendMessage",
                        {{"QueueUrl", "plain"},
                         {"MessageBody", "x"},
                         {"MessageAttributes",
                          {{"Detail", {{"DataType", "String"}, {"StringValue", ""}}}}}}) ==
          "Message (user) attribute 'Detail' must contain a non-empty value of type 'String'.");
    CHECK(world.refused("SendMessage", {{"QueueUrl", "a.fifo"},
                                        {"MessageBody", "x"},
                                        {"MessageGroupId", "g"},
                                        {"MessageDeduplicationId", "d"},
                                        {"DelaySeconds", 2}}) ==
          "Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter "
          "that is not valid for this queue type.");
  }

  TEST_CASE("a batch to a FIFO queue is refused whole where an entry has no group") {
    Queues world;
    world.make_queue("a.fifo", {{"FifoQueue", "true"}});
    const auto batch = [&](Json more) {
      Json entry{{"Id", "1"}, {"MessageBody", "x"}};
      entry.update(more);
      return world.refused("SendMessageBatch",
                           {{"QueueUrl", "a.fifo"}, {"Entries", Json::array({entry})}});
    };
    CHECK(batch({{"MessageDeduplicationId", "d"}}) ==
          "The request must contain the parameter MessageGroupId.");
    CHECK(batch({{"MessageGroupId", "g"}})
              .starts_with("The queue should either have ContentBasedDeduplication enabled"));
    CHECK(batch({{"MessageGroupId", "g"}, {"MessageDeduplicationId", "d"}}).empty());
  }

  TEST_CASE("another account needs AddPermission") {
    Queues world;
    const std::string url = world.make_queue("work");
    Caller stranger{{"999999999999", "us-east-1"}, "arn:aws:iam::999999999999:role/app", ""};
    const auto code = [&] {
      const auto answer = world.finish(world.cloud.call(stranger, "sqs", "SendMessage",
                                                        {{"QueueUrl", url}, {"MessageBody", "x"}}));
      return answer ? std::string{} : answer.error().code;
    };
    CHECK(code() == "AccessDenied");
    world.must("sqs", "AddPermission",
               {{"QueueUrl", url},
                {"Label", "them"},
                {"AWSAccountIds", Json::array({"999999999999"})},
                {"Actions", Json::array({"SendMessage"})}});
    CHECK(code().empty());
    world.must("sqs", "RemovePermission", {{"QueueUrl", url}, {"Label", "them"}});
    CHECK(code() == "AccessDenied");
    CHECK(world.refused("RemovePermission", {{"QueueUrl", url}, {"Label", "them"}}) ==
          "Value them for parameter Label is invalid. Reason: can't find label.");
  }
}

}  // namespace opsim::tests
