#include <doctest/doctest.h>

#include "tests/models/sns/topics_world.hpp"

namespace opsim::tests {

TEST_SUITE("sns: confirmation") {
  // SNS API Reference, Subscribe: "If the endpoint type is HTTP/S or email, or if the endpoint and
  // the topic are not in the same AWS account, the endpoint owner must run ConfirmSubscription".
  TEST_CASE("who has to confirm") {
    struct Row {
      const char* protocol;
      const char* endpoint;
      bool confirms;
    };
    const Row rows[] = {
        {"sqs", "arn:aws:sqs:us-east-1:123456789012:work", false},
        {"sqs", "arn:aws:sqs:us-east-1:999999999999:theirs", true},
        {"lambda", "arn:aws:lambda:us-east-1:123456789012:function:f", false},
        {"lambda", "arn:aws:lambda:us-east-1:999999999999:function:f", true},
        {"sms", "+15550100", false},
        {"email", "ann@example.com", true},
        {"email-json", "ann@example.com", true},
        {"http", "http://example.com", true},
        {"https", "https://example.com", true},
        {"https", "https://global.sns-api.chatbot.amazonaws.com", false},
    };
    for (const auto& [protocol, endpoint, confirms] : rows) {
      CAPTURE(protocol);
      CAPTURE(endpoint);
      Topics world;
      CHECK((world.subscribe(protocol, endpoint) == "pending confirmation") == confirms);
    }
  }

  TEST_CASE("nothing is delivered before ConfirmSubscription brings the token back") {
    Topics world;
    CHECK(world.subscribe("https", "https://hook.example.com") == "pending confirmation");
    world.run_for(5s);
    auto& got = Outside::of(world.cloud).got;
    REQUIRE(got.size() == 1);
    const Json question = got.at(0).payload;
    CHECK(question.at("Type") == "SubscriptionConfirmation");
    CHECK(question.at("SubscribeURL").get<std::string>().find("Action=ConfirmSubscription") !=
          std::string::npos);

    world.publish({{"Message", "too early"}});
    world.run_for(5s);
    CHECK(got.size() == 1);
    const auto counted = [&](const char* name) {
      return world.must("sns", "GetTopicAttributes", {{"TopicArn", world.topic}})
          .at("Attributes")
          .at(name)
          .get<std::string>();
    };
    CHECK(counted("SubscriptionsPending") == "1");
    CHECK(counted("SubscriptionsConfirmed") == "0");
    const auto listed = [&] {
      return world.must("sns", "ListSubscriptionsByTopic", {{"TopicArn", world.topic}})
          .at("Subscriptions")
          .at(0)
          .at("SubscriptionArn")
          .get<std::string>();
    };
    CHECK(listed() == "PendingConfirmation");

    CHECK(world.refusal("sns", "ConfirmSubscription",
                        {{"TopicArn", world.topic}, {"Token", "wrong"}}) == "InvalidParameter");
    const Json confirmed = world.must("sns", "ConfirmSubscription",
                                      {{"TopicArn", world.topic}, {"Token", question.at("Token")}});
    CHECK(listed() == confirmed.at("SubscriptionArn").get<std::string>());
    CHECK(counted("SubscriptionsPending") == "0");
    world.publish({{"Message", "now"}});
    world.run_for(5s);
    REQUIRE(got.size() == 2);
    CHECK(got.at(1).payload.at("Message") == "now");
  }

  TEST_CASE("ReturnSubscriptionArn gives the ARN of a pending subscription too") {
    Topics world;
    const Json made = world.must("sns", "Subscribe",
                                 {{"TopicArn", world.topic},
                                  {"Protocol", "email"},
                                  {"Endpoint", "ann@example.com"},
                                  {"ReturnSubscriptionArn", true}});
    const Json attributes = world.must("sns", "GetSubscriptionAttributes", made).at("Attributes");
    CHECK(attributes.at("PendingConfirmation") == "true");
  }

  // "Confirmation tokens are valid for two days"; unconfirmed subscriptions go after 48 hours.
  TEST_CASE("what nobody confirms within 48 hours is gone") {
    Topics world;
    world.subscribe("email", "ann@example.com");
    world.run_for(48h - 1s);
    const Json asked{{"TopicArn", world.topic}};
    CHECK(world.must("sns", "ListSubscriptionsByTopic", asked).at("Subscriptions").size() == 1);
    world.run_for(1s);
    CHECK(world.must("sns", "ListSubscriptionsByTopic", asked).at("Subscriptions").empty());
  }

  TEST_CASE("what stands in a template had confirmed; what a stack makes later is asked") {
    Topics world;
    world.stands("email", "ann@example.com");
    world.publish({{"Message", "hello"}});
    world.run_for(5s);
    auto& got = Outside::of(world.cloud).got;
    REQUIRE(got.size() == 1);
    CHECK(got.at(0).payload.at("Message") == "hello");
    world.stands("email", "bob@example.com");
    world.run_for(5s);
    REQUIRE(got.size() == 2);
    CHECK(got.at(1).to == "bob@example.com");
    CHECK(got.at(1).payload.at("Type") == "SubscriptionConfirmation");
  }
}

}  // namespace opsim::tests
