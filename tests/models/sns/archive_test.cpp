// Archives of FIFO topics and their replay. Expected values: SNS Developer Guide, "Message
// archiving and replay for FIFO topics".
#include <doctest/doctest.h>

#include "tests/models/sns/topics_world.hpp"

namespace opsim::tests {

namespace {

const Json kArchiving{{"TopicName", "orders.fifo"},
                      {"FifoTopic", true},
                      {"ContentBasedDeduplication", true},
                      {"ArchivePolicy", {{"MessageRetentionPeriod", "30"}}}};

Json replay_from(SimTime from, std::optional<SimTime> until = {}) {
  Json policy{{"PointType", "Timestamp"}, {"StartingPoint", iso8601(from)}};
  if (until) policy["EndingPoint"] = iso8601(*until);
  return policy.dump();
}

std::vector<std::string> texts_of(const std::vector<Json>& messages) {
  std::vector<std::string> all;
  for (const Json& message : messages) {
    const Json body = Json::parse(message.at("Body").get<std::string>());
    all.push_back(body.at("Message").get<std::string>() +
                  (body.contains("Replayed") ? " replayed" : ""));
  }
  return all;
}

std::string status(Topics& world, const std::string& subscription) {
  return world.must("sns", "GetSubscriptionAttributes", {{"SubscriptionArn", subscription}})
      .at("Attributes")
      .value("ReplayStatus", "");
}

}  // namespace

TEST_SUITE("sns: archives") {
  TEST_CASE("a new subscription replays what came before it, and then gets what is new") {
    Topics world{kArchiving};
    const SimTime begin = world.sim.now();
    world.run_for(10s);
    world.publish({{"Message", "one"}, {"MessageGroupId", "g"}});
    world.publish({{"Message", "two"}, {"MessageGroupId", "g"}});
    world.run_for(10min);
    const std::string subscription =
        world.subscribe("sqs", world.queue("late"), {{"ReplayPolicy", replay_from(begin)}});
    CHECK(status(world, subscription) == "In progress");
    world.publish({{"Message", "three"}, {"MessageGroupId", "g"}});
    world.run_for(1min);
    CHECK(texts_of(world.messages("late")) ==
          std::vector<std::string>{"one replayed", "two replayed", "three"});
    CHECK(status(world, subscription) == "Completed");
  }

  TEST_CASE("what is replayed lies between StartingPoint and EndingPoint, and passes the filter") {
    Topics world{kArchiving};
    const auto numbered = [&](const std::string& text, const char* kind) {
      world.publish(
          {{"Message", text},
           {"MessageGroupId", "g"},
           {"MessageAttributes", {{"kind", {{"DataType", "String"}, {"StringValue", kind}}}}}});
      world.run_for(1min);
    };
    numbered("before", "a");
    const SimTime from = world.sim.now();
    numbered("inside", "a");
    numbered("other", "b");
    const SimTime until = world.sim.now() - 1s;
    numbered("after", "a");
    world.subscribe(
        "sqs", world.queue("some"),
        {{"ReplayPolicy", replay_from(from, until)}, {"FilterPolicy", R"({"kind":["a"]})"}});
    world.run_for(1min);
    CHECK(texts_of(world.messages("some")) == std::vector<std::string>{"inside replayed"});
  }

  TEST_CASE("a replay keeps the message's id and timestamp") {
    Topics world{kArchiving};
    const SimTime begin = world.sim.now();
    const Json sent = world.publish({{"Message", "one"}, {"MessageGroupId", "g"}});
    world.run_for(1h);
    world.subscribe("sqs", world.queue("late"), {{"ReplayPolicy", replay_from(begin)}});
    world.run_for(1min);
    const Json body = Json::parse(world.messages("late").at(0).at("Body").get<std::string>());
    CHECK(body.at("MessageId") == sent.at("MessageId"));
    CHECK(parse_iso8601(body.at("Timestamp").get<std::string>()) < begin + 1min);
  }

  TEST_CASE("the archive forgets what is older than its days, and tells since when it keeps") {
    Json properties = kArchiving;
    properties["ArchivePolicy"]["MessageRetentionPeriod"] = "1";
    Topics world{properties};
    const SimTime begin = world.sim.now();
    world.publish({{"Message", "old"}, {"MessageGroupId", "g"}});
    world.run_for(25h);
    const Json attributes =
        world.must("sns", "GetTopicAttributes", {{"TopicArn", world.topic}}).at("Attributes");
    CHECK(attributes.at("BeginningArchiveTime") == iso8601(begin));
    world.subscribe("sqs", world.queue("late"), {{"ReplayPolicy", replay_from(begin)}});
    world.run_for(1min);
    CHECK(world.messages("late").empty());
  }

  TEST_CASE("what is refused") {
    Topics standard;
    CHECK(standard.refused("SetTopicAttributes",
                           {{"TopicArn", standard.topic},
                            {"AttributeName", "ArchivePolicy"},
                            {"AttributeValue", R"({"MessageRetentionPeriod":"30"})"}}) != "");
    Topics world{kArchiving};
    CHECK(world.refused("SetTopicAttributes",
                        {{"TopicArn", world.topic},
                         {"AttributeName", "ArchivePolicy"},
                         {"AttributeValue", R"({"MessageRetentionPeriod":"366"})"}}) != "");
    CHECK(world.refused("DeleteTopic", {{"TopicArn", world.topic}}) != "");
    world.must(
        "sns", "SetTopicAttributes",
        {{"TopicArn", world.topic}, {"AttributeName", "ArchivePolicy"}, {"AttributeValue", "{}"}});
    world.must("sns", "DeleteTopic", {{"TopicArn", world.topic}});
  }
}

}  // namespace opsim::tests
