#include "models/sns/delivery_policy.hpp"

#include <doctest/doctest.h>

#include "tests/models/sns/topics_world.hpp"

namespace opsim::tests {

namespace {

using sns::Backoff;
using sns::RetryPolicy;

/// The example of SNS Developer Guide, "Creating an HTTP/S delivery policy" (validation.md, V24).
const Json kExample{{"minDelayTarget", 1},
                    {"maxDelayTarget", 60},
                    {"numRetries", 50},
                    {"numNoDelayRetries", 3},
                    {"numMinDelayRetries", 2},
                    {"numMaxDelayRetries", 35},
                    {"backoffFunction", "exponential"}};

Json with(Json policy, const char* name, Json value) {
  policy[name] = std::move(value);
  return policy;
}

std::string complaint(const Json& retry) {
  const auto read = sns::read_delivery_policy(Json{{"healthyRetryPolicy", retry}}.dump(),
                                              sns::PolicyOf::subscription);
  return read ? "" : read.error().message;
}

}  // namespace

TEST_SUITE("sns: delivery policies") {
  TEST_CASE("V24 SNS example policy: 3 at once, 2 at 1 s, 10 from 1 to 60 s, 35 at 60 s") {
    const auto read = sns::read_delivery_policy(Json{{"healthyRetryPolicy", kExample}},
                                                sns::PolicyOf::subscription);
    REQUIRE(read.has_value());
    const RetryPolicy& policy = *read->retry;
    std::vector<Duration> delays;
    for (int retry = 1; const auto delay = sns::retry_delay(policy, retry); ++retry)
      delays.push_back(*delay);
    REQUIRE(delays.size() == 50);
    for (int i = 0; i < 3; ++i) CHECK(delays[static_cast<std::size_t>(i)] == 0s);
    CHECK(delays[3] == 1s);
    CHECK(delays[4] == 1s);
    CHECK(delays[5] == 1s);    // the backoff phase begins at minDelayTarget ...
    CHECK(delays[14] == 60s);  // ... and ends at maxDelayTarget
    for (std::size_t i = 6; i < 15; ++i) {
      const double ratio =
          static_cast<double>(delays[i].count()) / static_cast<double>(delays[i - 1].count());
      CHECK(ratio == doctest::Approx(std::pow(60.0, 1.0 / 9)).epsilon(0.002));
    }
    for (std::size_t i = 15; i < 50; ++i) CHECK(delays[i] == 60s);
  }

  // SNS Developer Guide, "Amazon SNS message delivery retries"; worked examples sns-001, sns-003.
  TEST_CASE("V24 the phases that SNS has for each kind of endpoint") {
    struct Row {
      const char* protocol;
      int retry;
      std::optional<Duration> pause;
    };
    const Row rows[] = {
        {"lambda", 1, 0s}, {"lambda", 3, 0s},         {"lambda", 4, 1s},
        {"lambda", 5, 1s}, {"lambda", 6, 1s},         {"lambda", 15, 20s},
        {"sqs", 16, 20s},  {"sqs", 100'015, 20s},     {"sqs", 100'016, std::nullopt},
        {"email", 1, 10s}, {"email", 3, 10s},         {"email", 12, 600s},
        {"sms", 50, 600s}, {"sms", 51, std::nullopt}, {"application", 51, std::nullopt},
        {"https", 1, 20s}, {"https", 3, 20s},         {"https", 4, std::nullopt}};
    for (const auto& [protocol, retry, pause] : rows) {
      CAPTURE(protocol);
      CAPTURE(retry);
      CHECK(sns::retry_delay(sns::retry_policy_of(protocol), retry) == pause);
    }
    // "100,015 times, over 23 days"; "50 attempts, over 6 hours".
    CHECK(sns::total_delay(sns::retry_policy_of("lambda")) > std::chrono::days{23});
    CHECK(sns::total_delay(sns::retry_policy_of("lambda")) < std::chrono::days{24});
    CHECK(sns::total_delay(sns::customer_managed()) > 6h);
    CHECK(sns::total_delay(sns::customer_managed()) < 8h);
  }

  // The guide draws 10 retries from 5 to 260 seconds: all four curves share their ends.
  TEST_CASE("the four backoff functions run from the least to the greatest delay") {
    std::map<Backoff, Duration> middle;
    for (const Backoff backoff :
         {Backoff::arithmetic, Backoff::exponential, Backoff::geometric, Backoff::linear}) {
      const RetryPolicy policy{.retries = 10, .min_delay = 5, .max_delay = 260, .backoff = backoff};
      CHECK(sns::retry_delay(policy, 1) == 5s);
      CHECK(sns::retry_delay(policy, 10) == 260s);
      for (int retry = 2; retry <= 10; ++retry)
        CHECK(*sns::retry_delay(policy, retry) > *sns::retry_delay(policy, retry - 1));
      middle[backoff] = *sns::retry_delay(policy, 5);
    }
    CHECK(middle[Backoff::linear] > middle[Backoff::arithmetic]);
    CHECK(middle[Backoff::arithmetic] > middle[Backoff::exponential]);
  }

  // The table of constraints of "Creating an HTTP/S delivery policy"; the words as callers report
  // them (awsdocs/amazon-sns-developer-guide, pull request 5).
  TEST_CASE("what a policy may not say") {
    struct Row {
      Json policy;
      const char* reason;
    };
    const Row rows[] = {
        {with(kExample, "minDelayTarget", 0),
         "healthyRetryPolicy.minDelayTarget must be greater than or equal to 1"},
        {with(kExample, "maxDelayTarget", 3'601),
         "healthyRetryPolicy.maxDelayTarget must be less than or equal to 3600"},
        {with(kExample, "minDelayTarget", 61),
         "healthyRetryPolicy.maxDelayTarget must be greater than or equal to minDelayTarget"},
        {with(kExample, "numRetries", 101),
         "healthyRetryPolicy.numRetries must be less than or equal to 100"},
        {with(kExample, "numNoDelayRetries", -1),
         "healthyRetryPolicy.numNoDelayRetries must be greater than or equal to 0"},
        {with(kExample, "numRetries", 39),
         "healthyRetryPolicy.numRetries must be greater than or equal to total of "
         "numMinDelayRetries, numNoDelayRetries and numMaxDelayRetries"},
        {with(kExample, "backoffFunction", "random"),
         "healthyRetryPolicy.backoffFunction: the value [random] is not a valid backoff function"},
        {with(kExample, "maxDelayTarget", 120),
         "healthyRetryPolicy: the total policy retry time must be less than or equal to 3600 "
         "seconds"},
        {Json{{"numRetries", 3}}, "healthyRetryPolicy.minDelayTarget must be specified"},
        {with(kExample, "numTries", 3), "Unexpected JSON member: healthyRetryPolicy.numTries"},
    };
    for (const auto& [policy, reason] : rows)
      CHECK(complaint(policy) == std::string{"Invalid parameter: DeliveryPolicy: "} + reason);
    CHECK(complaint(kExample).empty());
  }

  TEST_CASE("a topic's policy holds for its HTTP/S subscriptions, unless theirs says otherwise") {
    Topics world;
    const std::string arn = world.stands("https", "https://hook.example.com");
    const auto effective = [&] {
      const Json attributes =
          world.must("sns", "GetSubscriptionAttributes", {{"SubscriptionArn", arn}});
      return Json::parse(
                 attributes.at("Attributes").at("EffectiveDeliveryPolicy").get<std::string>())
          .at("healthyRetryPolicy")
          .at("numRetries");
    };
    CHECK(effective() == 3);
    const auto set_topic = [&](const Json& http) {
      world.must("sns", "SetTopicAttributes",
                 {{"TopicArn", world.topic},
                  {"AttributeName", "DeliveryPolicy"},
                  {"AttributeValue", Json{{"http", http}}.dump()}});
    };
    set_topic({{"defaultHealthyRetryPolicy", with(kExample, "numRetries", 42)}});
    CHECK(effective() == 42);
    world.must("sns", "SetSubscriptionAttributes",
               {{"SubscriptionArn", arn},
                {"AttributeName", "DeliveryPolicy"},
                {"AttributeValue", Json{{"healthyRetryPolicy", kExample}}.dump()}});
    CHECK(effective() == 50);
    set_topic({{"defaultHealthyRetryPolicy", with(kExample, "numRetries", 42)},
               {"disableSubscriptionOverrides", true}});
    CHECK(effective() == 42);
    CHECK(world
              .refused("Subscribe",
                       {{"TopicArn", world.topic},
                        {"Protocol", "sms"},
                        {"Endpoint", "+15550100"},
                        {"Attributes",
                         {{"DeliveryPolicy", Json{{"healthyRetryPolicy", kExample}}.dump()}}}})
              .starts_with("Invalid parameter: Attributes Reason: DeliveryPolicy: "));
  }

  TEST_CASE("an endpoint that is down is tried as the policy says, then the dead-letter queue") {
    struct Row {
      Duration down;
      bool arrives;
    };
    // Default: three retries, 20 seconds apart: the last attempt is about a minute after the first.
    for (const auto& [down, arrives] : {Row{55s, true}, Row{70s, false}}) {
      CAPTURE(arrives);
      Topics world;
      const std::string arn =
          world.stands("https", "https://hook.example.com",
                       {{"RedrivePolicy",
                         {{"deadLetterTargetArn", "arn:aws:sqs:us-east-1:123456789012:dead"}}}});
      world.queue("dead");  // after it: what stands from the start need not confirm
      auto& sns = static_cast<sns::Sns&>(*world.cloud.model("sns"));
      sns.subscriptions.at(arn).behaves.down_until = world.sim.now() + down;
      world.publish({{"Message", "x"}});
      world.run_for(10min);
      CHECK(Outside::of(world.cloud).got.size() == (arrives ? 1 : 0));
      const auto letters = world.messages("dead");
      REQUIRE(letters.size() == (arrives ? 0 : 1));
      if (!arrives)
        CHECK(letters.at(0).at("MessageAttributes").at("ErrorCode").at("StringValue") == "503");
    }
  }

  // "4xx ... permanent failure": SNS Developer Guide, dead-letter queues, client-side errors.
  TEST_CASE("an endpoint that refuses is not tried again") {
    Topics world;
    const std::string arn = world.stands("https", "https://hook.example.com");
    auto& sns = static_cast<sns::Sns&>(*world.cloud.model("sns"));
    sns.subscriptions.at(arn).behaves.down_until = world.sim.now() + 5s;
    sns.subscriptions.at(arn).behaves.down_status = 403;
    world.publish({{"Message", "x"}});
    world.run_for(10min);
    CHECK(Outside::of(world.cloud).got.empty());
    CHECK(world.total("NumberOfNotificationsFailed") == 1);
  }

  // throttlePolicy: "The maximum number of deliveries per second, per subscription."
  TEST_CASE("maxReceivesPerSecond paces deliveries") {
    Topics world;
    world.stands("https", "https://hook.example.com",
                 {{"DeliveryPolicy", {{"throttlePolicy", {{"maxReceivesPerSecond", 2}}}}}});
    for (int i = 0; i < 20; ++i) world.publish({{"Message", "x"}});
    world.run_for(1min);
    const auto& got = Outside::of(world.cloud).got;
    REQUIRE(got.size() == 20);
    CHECK(got.back().at - got.front().at >= 9s);
    for (std::size_t i = 2; i < got.size(); ++i) CHECK(got[i].at - got[i - 2].at >= 1s);
  }
}

}  // namespace opsim::tests
