// People who are asked: whether they want a topic's mail, whether a runbook may go on.
#include <doctest/doctest.h>

#include "models/people/people.hpp"
#include "models/people/service.hpp"
#include "models/sns/service.hpp"
#include "models/ssm/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kAskingServices[] = {&kPeople, &kSns, &kSsm};

struct Office : SmallWorld {
  explicit Office(const std::string& people) : SmallWorld{kAskingServices} {
    const Document document = read_yaml("scenario.yaml", people);
    auto& all = static_cast<people::People&>(*cloud.model("people"));
    for (const auto& [name, text, at] : document.root.entries())
      all.add(people::read_person(name, text, people::usual_person(name)));
  }
  std::string topic_for(std::initializer_list<const char*> addresses) {
    Json subscriptions = Json::array();
    for (const char* address : addresses)
      subscriptions.push_back({{"Protocol", "email"}, {"Endpoint", address}});
    return make("AWS::SNS::Topic", "Ops", {{"Subscription", subscriptions}});
  }
  /// Starts a runbook that asks ann and bob, and needs so many of them.
  std::string ask(const std::string& topic, int needed) {
    const std::string content = fmt::format(R"(
schemaVersion: '0.3'
mainSteps:
  - name: ask
    action: aws:approve
    inputs:
      NotificationArn: {}
      Message: May it restart?
      MinRequiredApprovals: {}
      Approvers: [ann, bob]
)",
                                            topic, needed);
    must("ssm", "CreateDocument",
         {{"Name", "Restart"},
          {"DocumentType", "Automation"},
          {"DocumentFormat", "YAML"},
          {"Content", content}});
    return must("ssm", "StartAutomationExecution", {{"DocumentName", "Restart"}})
        .at("AutomationExecutionId")
        .get<std::string>();
  }
  std::string status(const std::string& execution) {
    return must("ssm", "GetAutomationExecution", {{"AutomationExecutionId", execution}})
        .at("AutomationExecution")
        .at("AutomationExecutionStatus")
        .get<std::string>();
  }
};

const std::string kAnnAndBob =
    "ann: {email: ann@example.com, reads mail: 10min, diagnoses: 5min, approves: 100 %}\n"
    "bob: {email: bob@example.com, reads mail: 2h, diagnoses: 5min, approves: 100 %}\n";

}  // namespace

TEST_SUITE("people: what they are asked") {
  TEST_CASE("a mail's subscription is confirmed by who reads it, when they read it") {
    Office office{"ann: {email: ann@example.com, reads mail: 3h}"};
    const std::string topic = office.topic_for({});
    const Json question{
        {"TopicArn", topic}, {"Protocol", "email"}, {"Endpoint", "ann@example.com"}};
    CHECK(office.must("sns", "Subscribe", question).at("SubscriptionArn") ==
          "pending confirmation");
    const auto pending = [&] {
      return office.must("sns", "GetTopicAttributes", {{"TopicArn", topic}})
                 .at("Attributes")
                 .at("SubscriptionsPending") == "1";
    };
    office.run_for(2h + 59min);
    CHECK(pending());
    office.run_for(2min);
    CHECK_FALSE(pending());
    // Nobody has this address: it stays as it is, and the journal says why.
    Json other = question;
    other["Endpoint"] = "nobody@example.com";
    office.must("sns", "Subscribe", other);
    office.run_for(24h);
    CHECK(pending());
    CHECK(office.told({EntryKind::note}).size() == 1);
  }

  // User Guide, "aws:approve": MinRequiredApprovals of the approvers.
  TEST_CASE("a runbook goes on when as many people as it needs have approved") {
    for (const int needed : {1, 2}) {
      CAPTURE(needed);
      Office office{kAnnAndBob};
      const std::string topic = office.topic_for({"ann@example.com", "bob@example.com"});
      const std::string execution = office.ask(topic, needed);
      office.run_for(10min);
      CHECK(office.status(execution) == "Waiting");
      office.run_for(10min);  // ann read it after ten minutes and thought for five
      CHECK(office.status(execution) == (needed == 1 ? "Success" : "Waiting"));
      office.run_for(2h);
      CHECK(office.status(execution) == "Success");
      CHECK(office.told({EntryKind::person}).size() == 2);
    }
  }

  TEST_CASE("one rejection fails the step; who is no approver decides nothing") {
    Office office{
        "ann: {email: ann@example.com, reads mail: 10min, diagnoses: 5min, approves: 0 %}\n"
        "eve: {email: eve@example.com, reads mail: 1min, diagnoses: 1min, approves: 100 %}\n"};
    const std::string topic = office.topic_for({"ann@example.com", "eve@example.com"});
    const std::string execution = office.ask(topic, 1);
    office.run_for(10min);
    CHECK(office.status(execution) == "Waiting");
    office.run_for(10min);
    CHECK(office.status(execution) == "Failed");
  }

  TEST_CASE("what one would never agree to is rejected, however often one approves") {
    for (const char* never : {"restart", "reinstall"}) {
      CAPTURE(never);
      Office office{fmt::format(
          "ann: {{email: ann@example.com, reads mail: 10min, diagnoses: 5min, approves: 100 %, "
          "rejects: {}}}",
          never)};
      const std::string topic = office.topic_for({"ann@example.com"});
      const std::string execution = office.ask(topic, 1);
      office.run_for(20min);
      // The message is "May it restart?".
      CHECK(office.status(execution) ==
            (std::string_view{never} == "restart" ? "Failed" : "Success"));
    }
  }

  TEST_CASE("a request of the evening is read in the morning, where nights are told") {
    // It is nine in the morning: night for ann, and day for bob.
    Office office{
        "ann: {email: ann@example.com, reads mail: 1min, at night: 8h, diagnoses: 1min, "
        "approves: 100 %, night: '08:00 to 17:00'}\n"
        "bob: {email: bob@example.com, reads mail: 2h, at night: 8h, diagnoses: 1min, "
        "approves: 100 %, night: '01:00 to 07:00'}\n"};
    const std::string topic = office.topic_for({"ann@example.com", "bob@example.com"});
    const std::string one = office.ask(topic, 1);
    office.run_for(2h);
    CHECK(office.status(one) == "Waiting");
    office.run_for(5min);
    CHECK(office.status(one) == "Success");  // bob's
    CHECK(office.told({EntryKind::person}).size() == 1);
    office.run_for(6h);
    CHECK(office.told({EntryKind::person}).size() == 2);
  }
}

}  // namespace opsim::tests
