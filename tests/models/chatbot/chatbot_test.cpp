#include "models/chatbot/chatbot.hpp"

#include "models/chatbot/service.hpp"
#include "models/sns/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {
const Service* const kChatServices[] = {&kSns, &kChatbot};
}

TEST_SUITE("chatbot") {
  TEST_CASE("a channel shows what AWS Chatbot can read, and drops the rest") {
    struct Row {
      const char* message;
      const char* shown;
    };
    const Row rows[] = {
        {R"({"AlarmName":"disk","NewStateValue":"ALARM","NewStateReason":"too full"})",
         "ALARM disk: too full"},
        {R"({"source":"aws.ec2","detail-type":"EC2 Instance State-change","resources":["i-1"]})",
         "EC2 Instance State-change: i-1"},
        {R"({"source":"shop","detail-type":"Order placed","resources":[]})", ""},
        {"StackId='arn:s'\nTimestamp='t'\nLogicalResourceId='Db'\nResourceStatus='CREATE_FAILED'\n"
         "ResourceStatusReason='no room'\nStackName='shop'\nClientRequestToken=''\n",
         "CREATE_FAILED Db of stack shop: no room"},
        {R"({"version":"1.0","source":"custom","content":{"title":"T"}})", ""},
        {R"({"version":"0","source":"custom","content":{"description":"D"}})", ""},
        {R"({"version":"1.0","source":"custom","content":{"title":"T","description":"D"}})",
         "T: D"},
        {"Incident opened: Checkout is down", "Incident opened: Checkout is down"},
        {"hello", ""},
        {R"({"hello":1})", ""},
    };
    for (const auto& [message, shown] : rows) CHECK(chatbot::line_of(message) == shown);
  }

  TEST_CASE("a configuration listens to its topics from the moment it stands") {
    SmallWorld world{kChatServices};
    const std::string topic = world.make("AWS::SNS::Topic", "Ops", {{"TopicName", "ops"}});
    world.make("AWS::Chatbot::SlackChannelConfiguration", "OpsChannel",
               {{"ConfigurationName", "ops"},
                {"IamRoleArn", "arn:aws:iam::123456789012:role/chat"},
                {"SlackChannelId", "C0123456789"},
                {"SlackWorkspaceId", "T0123456789"},
                {"SnsTopicArns", Json::array({topic})}});
    world.run_for(10s);
    const Json listed = world.must("sns", "ListSubscriptionsByTopic", {{"TopicArn", topic}});
    CHECK(listed.at("Subscriptions").at(0).at("Endpoint") ==
          "https://global.sns-api.chatbot.amazonaws.com");
    world.must(
        "sns", "Publish",
        {{"TopicArn", topic},
         {"Message", R"({"version":"1.0","source":"custom","content":{"description":"hi"}})"}});
    world.run_for(20s);
    bool shown = false;
    for (const JournalEntry& entry : world.journal.entries())
      shown = shown || (entry.subject == "OpsChannel" && entry.text == "hi");
    CHECK(shown);
  }
}

}  // namespace opsim::tests
