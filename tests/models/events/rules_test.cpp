// Rules as CloudWatch sees them, their states, and policies of buses.
#include "models/events/bus_policy.hpp"
#include "tests/models/events/buses.hpp"

namespace opsim::tests {

TEST_SUITE("events: what CloudWatch sees of rules") {
  // EventBridge User Guide, eb-monitoring: Invocations count what was taken or refused for good,
  // not what is tried again.
  TEST_CASE("matches, invocations and attempts, once a minute") {
    Buses world;
    world.rule_to("r", "default", kFunction);
    world.flaky().failures_left = 2;
    world.put();
    world.run_for(10min);
    const auto sum = [&](const char* name) {
      const auto series =
          world.cloud.metrics().find({world.cloud.home(), "AWS/Events", name, {{"RuleName", "r"}}});
      if (!series) return -1.0;
      return world.cloud.metrics()
          .statistic(*series, *Statistic::parse("Sum"),
                     {world.sim.start() - 1min, world.sim.now(), world.sim.now()})
          .value_or(-1);
    };
    CHECK(sum("MatchedEvents") == 1);
    CHECK(sum("TriggeredRules") == 1);
    CHECK(sum("Invocations") == 1);
    CHECK(sum("InvocationAttempts") == 1);
    CHECK(sum("RetryInvocationAttempts") == 2);
    CHECK(sum("SuccessfulInvocationAttempts") == 1);
    CHECK(sum("FailedInvocations") == -1);
  }

  TEST_CASE("a rule of another bus is counted with its bus") {
    Buses world;
    world.must("events", "CreateEventBus", {{"Name", "shop"}});
    world.rule_to("r", "shop", kFunction);
    world.put("shop");
    world.run_for(5min);
    CHECK(world.cloud.metrics().find({world.cloud.home(),
                                      "AWS/Events",
                                      "Invocations",
                                      {{"EventBusName", "shop"}, {"RuleName", "r"}}}));
  }
}

TEST_SUITE("events: rules and policies") {
  // API_PutRule, State.
  TEST_CASE("a rule keeps the way in which it is enabled") {
    Buses world;
    const Json input{{"Name", "r"},
                     {"EventPattern", R"({"source":["aws.ec2"]})"},
                     {"State", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"}};
    world.must("events", "PutRule", input);
    const Json told = world.must("events", "DescribeRule", {{"Name", "r"}});
    CHECK(told.at("State") == "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS");
    CHECK(told.at("CreatedBy") == "123456789012");
    Json wrong = input;
    wrong["State"] = "ON";
    CHECK(world.refusal("events", "PutRule", wrong) == "ValidationException");
  }

  // API_Target: Id is 1 to 64 of these characters, Input is valid JSON text.
  TEST_CASE("a target's id is a name, and what it is sent is JSON") {
    Buses world;
    world.must("events", "PutRule", {{"Name", "r"}, {"EventPattern", R"({"source":["a"]})"}});
    const auto put = [&](const std::string& id, const std::string& sent) {
      const Json target{
          {"Id", id}, {"Arn", "arn:aws:sqs:us-east-1:123456789012:q"}, {"Input", sent}};
      const auto answer =
          world.call("events", "PutTargets", {{"Rule", "r"}, {"Targets", Json::array({target})}});
      return answer ? std::string{} : answer.error().message;
    };
    CHECK(put("q-1.a_b", R"({"a": 1})").empty());
    CHECK(put("q", R"("words")").empty());
    CHECK(put("q", "words") == "JSON syntax error in input for target q.");
    CHECK(put("arn:aws:sqs", "{}") ==
          "1 validation error detected: Value 'arn:aws:sqs' at 'targets.1.member.id' failed to "
          "satisfy constraint: Member must satisfy regular expression pattern: "
          "[\\.\\-_A-Za-z0-9]+");
    CHECK(put(std::string(65, 'x'), "{}").ends_with("have length less than or equal to 64"));
  }

  // Found by changing templates at random: a policy whose Statement is no list.
  TEST_CASE("a bus's policy may have one statement, and a stack may add another") {
    Buses world;
    const Json one{{"Effect", "Allow"},
                   {"Principal", "999999999999"},
                   {"Action", "events:PutEvents"},
                   {"Resource", "*"}};
    world.make("AWS::Events::EventBus", "Bus",
               {{"Name", "shop"}, {"Policy", {{"Statement", one}}}});
    world.make("AWS::Events::EventBusPolicy", "More",
               {{"EventBusName", "shop"}, {"StatementId", "more"}, {"Statement", one}});
    const Json told = world.must("events", "DescribeEventBus", {{"Name", "shop"}});
    CHECK(Json::parse(told.at("Policy").get<std::string>()).at("Statement").size() == 2);
    CHECK(world.refusal("events", "PutPermission",
                        {{"EventBusName", "shop"}, {"Policy", R"({"Statement": "x"})"}}) ==
          "ValidationException");
  }

  // eb-use-conditions: events:source, events:detail-type.
  TEST_CASE("conditions of a bus's policy decide about entries") {
    Json allow{
        {"Effect", "Allow"}, {"Principal", "*"}, {"Action", "events:PutEvents"}, {"Resource", "*"}};
    allow["Condition"] = {{"StringEquals", {{"events:source", "shop"}}}};
    const Json policy{{"Statement", Json::array({allow})}};
    PolicyContext shop;
    shop.values["events:source"] = {"shop"};
    PolicyContext other;
    other.values["events:source"] = {"other"};
    CHECK(events::may_put_events(policy, "999999999999", "arn:aws:iam::999999999999:root", shop));
    CHECK_FALSE(
        events::may_put_events(policy, "999999999999", "arn:aws:iam::999999999999:root", other));
    // A key that nothing here knows lets an Allow pass.
    allow["Condition"] = {{"StringEquals", {{"aws:PrincipalOrgID", "o-1"}}}};
    CHECK(events::may_put_events({{"Statement", allow}}, "999999999999", "x", shop));
  }
}

}  // namespace opsim::tests
