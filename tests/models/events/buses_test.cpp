// Buses, what goes between them, archives, HTTP endpoints, and what becomes of undelivered events.
#include "tests/models/events/buses.hpp"

namespace opsim::tests {

TEST_SUITE("events: buses") {
  TEST_CASE("eb-hop-001: an event goes over one other bus and no further") {
    Buses world;
    for (const char* name : {"A", "B", "C"})
      world.must("events", "CreateEventBus", {{"Name", name}});
    world.rule_to("to-B", "A", Buses::bus_arn("B"));
    world.rule("to-C", "B",
               Json::array({{{"Id", "bus"},
                             {"Arn", Buses::bus_arn("C")},
                             {"DeadLetterConfig", {{"Arn", world.queue("dead")}}}},
                            {{"Id", "queue"}, {"Arn", world.queue("in-B")}}}));
    world.rule_to("in-C", "C", world.queue("in-C"));
    world.put("A");
    world.run_for(1min);
    CHECK(world.messages("in-B").size() == 1);
    CHECK(world.messages("in-C").empty());
    CHECK(world.dead_letter("dead").at("ERROR_CODE") == "THIRD_ACCOUNT_HOP_DETECTED");
  }

  TEST_CASE("another account's bus takes events that its policy lets in; they keep their account") {
    Buses world;
    const std::string other = Buses::bus_arn("orders", "210987654321", "eu-west-1");
    const Place there{"210987654321", "eu-west-1"};
    const Caller owner{there, "arn:aws:iam::210987654321:user/bob", ""};
    world.finish(world.cloud.call(owner, "events", "CreateEventBus", {{"Name", "orders"}}));
    world.rule(
        "out", "default",
        Json::array(
            {{{"Id", "1"}, {"Arn", other}, {"DeadLetterConfig", {{"Arn", world.queue("dead")}}}}}));
    world.put();
    world.run_for(1min);
    const Json why = world.dead_letter("dead");
    CHECK(why.at("ERROR_CODE") == "NO_PERMISSIONS");
    CHECK(why.at("RETRY_ATTEMPTS") == "0");

    Json permission{{"EventBusName", "orders"},
                    {"Action", "events:PutEvents"},
                    {"Principal", "123456789012"},
                    {"StatementId", "shop"}};
    REQUIRE(
        world.finish(world.cloud.call(owner, "events", "PutPermission", permission)).has_value());
    Json pattern{{"Name", "all"},
                 {"EventBusName", "orders"},
                 {"EventPattern", R"({"account":["123456789012"],"region":["us-east-1"]})"}};
    REQUIRE(world.finish(world.cloud.call(owner, "events", "PutRule", pattern)).has_value());
    Json targets{{"Rule", "all"},
                 {"EventBusName", "orders"},
                 {"Targets", Json::array({{{"Id", "1"}, {"Arn", kFunction}}})}};
    // A function of another account is reached with a role (eb-cross-account).
    CHECK_FALSE(world.finish(world.cloud.call(owner, "events", "PutTargets", targets)).has_value());
    targets["Targets"][0]["RoleArn"] = "arn:aws:iam::210987654321:role/send-on";
    REQUIRE(world.finish(world.cloud.call(owner, "events", "PutTargets", targets)).has_value());
    world.put();
    world.run_for(1min);
    CHECK(world.flaky().calls == 1);
    const auto bus =
        world.finish(world.cloud.call(owner, "events", "DescribeEventBus", {{"Name", "orders"}}));
    REQUIRE(bus.has_value());
    CHECK(bus->at("Policy").get<std::string>().find("123456789012:root") != std::string::npos);
  }

  // EventBridge API Reference: CreateArchive, ListArchives, ListReplays, PutTargets.
  TEST_CASE("AWS's refusals about archives, replays and targets") {
    Buses world;
    const auto message = [&](const char* operation, Json input) {
      const auto answer = world.call("events", operation, std::move(input));
      return answer ? std::string{} : answer.error().message;
    };
    CHECK(message("CreateArchive", {{"ArchiveName", "a"},
                                    {"EventSourceArn", Buses::bus_arn("default")},
                                    {"RetentionDays", -1}})
              .find("greater than or equal to 0") != std::string::npos);
    CHECK(message("ListArchives", {{"NamePrefix", "a"}, {"State", "ENABLED"}}) ==
          "At most one filter is allowed for ListArchives. Use either : State, EventSourceArn, or "
          "NamePrefix.");
    CHECK(message("CreateEventBus", {{"Name", "shop/orders"}}) ==
          "Event bus name must not contain '/'.");
    world.must("events", "PutRule", {{"Name", "r"}, {"EventPattern", R"({"source":["shop"]})"}});
    const std::string machine = "arn:aws:states:us-east-1:123456789012:stateMachine:m";
    const auto target = [&](const std::string& arn, Json more) {
      more["Id"] = "1";
      more["Arn"] = arn;
      return message("PutTargets", {{"Rule", "r"}, {"Targets", Json::array({std::move(more)})}});
    };
    CHECK(target(machine, Json::object()) == "RoleArn is required for target " + machine + ".");
    CHECK(target(machine, {{"RoleArn", "arn:aws:iam::123456789012:role/r"}}).empty());
    CHECK(target("arn:aws:sqs:us-east-1:123456789012:q",
                 {{"RetryPolicy", {{"MaximumRetryAttempts", 186}}}})
              .find("less than or equal to 185") != std::string::npos);
  }

  TEST_CASE("AWS's refusals about buses") {
    Buses world;
    world.must("events", "CreateEventBus", {{"Name", "b"}});
    CHECK(world.refusal("events", "CreateEventBus", {{"Name", "b"}}) ==
          "ResourceAlreadyExistsException");
    CHECK(world.refusal("events", "DeleteEventBus", {{"Name", "default"}}) ==
          "ValidationException");
    CHECK(world.refusal("events", "DescribeEventBus", {{"Name", "x"}}) ==
          "ResourceNotFoundException");
    CHECK(world.refusal("events", "RemovePermission",
                        {{"EventBusName", "b"}, {"StatementId", "s"}}) ==
          "ResourceNotFoundException");
    world.rule_to("r", "b", kFunction);
    CHECK(world.refusal("events", "DeleteEventBus", {{"Name", "b"}}) == "ValidationException");
    CHECK(world.refusal("events", "DeleteRule", {{"Name", "r"}, {"EventBusName", "b"}}) ==
          "ValidationException");
    world.must("events", "RemoveTargets",
               {{"Rule", "r"}, {"EventBusName", "b"}, {"Ids", Json::array({"1"})}});
    world.must("events", "DeleteRule", {{"Name", "r"}, {"EventBusName", "b"}});
    world.must("events", "DeleteEventBus", {{"Name", "b"}});
    CHECK(world.must("events", "ListEventBuses").at("EventBuses").size() == 1);
  }

  // Recorded on AWS: github.com/localstack/localstack,
  // tests/aws/services/events/test_events.snapshot.
  TEST_CASE("PutEvents takes one to ten entries") {
    Buses world;
    const auto put = [&](std::size_t count) {
      const Json entry{{"Source", "shop"}, {"DetailType", "Order"}, {"Detail", R"({"a": 1})"}};
      const auto answer =
          world.call("events", "PutEvents", {{"Entries", Json::array_t(count, entry)}});
      return answer ? std::string{} : answer.error().message;
    };
    CHECK(put(10).empty());
    CHECK(put(11).starts_with(
        "1 validation error detected: Value '[PutEventsRequestEntry(time=null, source=shop, "
        "resources=null, detailType=Order, detail={\"a\": 1}, eventBusName=null, traceHeader=null, "
        "kmsKeyIdentifier=null, internalMetadata=null), PutEventsRequestEntry("));
    CHECK(put(11).ends_with(
        ")]' at 'entries' failed to satisfy constraint: Member must have length less than or equal "
        "to 10"));
    CHECK(put(0) ==
          "1 validation error detected: Value '[]' at 'entries' failed to satisfy constraint: "
          "Member must have length greater than or equal to 1");
  }

  TEST_CASE(
      "a rule of an AWS service is changed by Force only; pages of a list follow each other") {
    Buses world;
    world.must("events", "CreateArchive",
               {{"ArchiveName", "all"}, {"EventSourceArn", Buses::bus_arn("default")}});
    CHECK(world.refusal("events", "DisableRule", {{"Name", "Events-Archive-all"}}) ==
          "ManagedRuleException");
    CHECK(world.refusal("events", "DeleteRule",
                        {{"Name", "Events-Archive-all"}, {"Force", true}}) == "");
    for (const char* name : {"a", "b", "c"}) world.rule_to(name, "default", kFunction);
    const Json first = world.must("events", "ListRules", {{"Limit", 2}});
    CHECK(first.at("Rules").size() == 2);
    const Json rest =
        world.must("events", "ListRules", {{"Limit", 2}, {"NextToken", first.at("NextToken")}});
    CHECK(rest.at("Rules").size() == 1);
    CHECK_FALSE(rest.contains("NextToken"));
    CHECK(world.must("events", "ListRuleNamesByTarget", {{"TargetArn", kFunction}})
              .at("RuleNames")
              .size() == 3);
  }
}

TEST_SUITE("events: delivery that fails") {
  TEST_CASE("failures of the target are retried with growing pauses until it answers") {
    Buses world;
    world.flaky().failures_left = 4;
    world.rule_to("r", "default", kFunction);
    world.put();
    world.run_for(2min);
    CHECK(world.flaky().calls == 5);
  }

  TEST_CASE("MaximumRetryAttempts and MaximumEventAgeInSeconds end in the dead-letter queue") {
    for (const bool by_age : {false, true}) {
      Buses world;
      world.flaky().failures_left = 1000;
      const Json retry =
          by_age ? Json{{"MaximumEventAgeInSeconds", 60}} : Json{{"MaximumRetryAttempts", 2}};
      world.rule("r", "default",
                 Json::array({{{"Id", "1"},
                               {"Arn", kFunction},
                               {"RetryPolicy", retry},
                               {"DeadLetterConfig", {{"Arn", world.queue("dead")}}}}}));
      world.put();
      world.run_for(3min);
      const Json why = world.dead_letter("dead");
      CHECK(why.at("EXHAUSTED_RETRY_CONDITION") ==
            (by_age ? "MaximumEventAgeInSeconds" : "MaximumRetryAttempts"));
      CHECK(why.at("ERROR_CODE") == "ERROR_FROM_TARGET");
      CHECK(why.at("TARGET_ARN") == kFunction);
      CHECK(why.at("RULE_ARN") == "arn:aws:events:us-east-1:123456789012:rule/r");
      if (!by_age) CHECK(why.at("RETRY_ATTEMPTS") == "2");
      if (!by_age) CHECK(world.flaky().calls == 3);
    }
  }

  // eb-rule-retry-policy: "By default, EventBridge retries sending the event for 24 hours and up to
  // 185 times with an exponential back off and jitter"; then "the event is dropped", or goes to the
  // dead-letter queue (cases/validation.md, V24).
  TEST_CASE("V24 EventBridge tries for 24 hours and 185 times, then drops or dead-letters") {
    for (const bool queued : {false, true}) {
      Buses world;
      world.flaky().failures_left = 1'000;
      Json target{{"Id", "1"}, {"Arn", kFunction}};
      if (queued) target["DeadLetterConfig"] = {{"Arn", world.queue("dead")}};
      world.rule("r", "default", Json::array({target}));
      world.put();
      world.run_for(22h);
      CHECK(world.flaky().calls > 100);
      CHECK(world.flaky().calls < 186);
      world.run_for(2h + 10s);
      CHECK(world.flaky().calls <= 186);  // the first attempt, and 185 retries
      CHECK(world.flaky().calls >= 180);
      const int calls = world.flaky().calls;
      world.run_for(48h);
      CHECK(world.flaky().calls == calls);
      if (!queued) continue;
      const Json why = world.dead_letter("dead");
      CHECK(why.at("RETRY_ATTEMPTS") == std::to_string(calls - 1));
      CHECK(why.at("EXHAUSTED_RETRY_CONDITION") ==
            (calls == 186 ? "MaximumRetryAttempts" : "MaximumEventAgeInSeconds"));
    }
  }

  // eb-rule-dlq: errors that no retry could mend.
  TEST_CASE("V24 a missing permission or target goes straight to the dead-letter queue") {
    Buses world;
    world.flaky().failures_left = 1'000;
    world.flaky().status = 403;
    world.flaky().code = "AccessDeniedException";
    const std::string dead = world.queue("dead");
    const std::string gone = "arn:aws:sqs:us-east-1:123456789012:gone";
    world.rule(
        "r", "default",
        Json::array({{{"Id", "1"}, {"Arn", kFunction}, {"DeadLetterConfig", {{"Arn", dead}}}}}));
    world.put();
    world.run_for(10s);
    const Json forbidden = world.dead_letter("dead");
    CHECK(forbidden.at("ERROR_CODE") == "NO_PERMISSIONS");
    CHECK(forbidden.at("RETRY_ATTEMPTS") == "0");
    CHECK_FALSE(forbidden.contains("EXHAUSTED_RETRY_CONDITION"));
    CHECK(world.flaky().calls == 1);

    const std::string other = world.queue("other");
    world.rule("s", "default",
               Json::array({{{"Id", "1"}, {"Arn", gone}, {"DeadLetterConfig", {{"Arn", other}}}}}));
    world.put();
    world.run_for(10s);
    CHECK(world.dead_letter("other").at("ERROR_CODE") == "NO_RESOURCE");
  }
}

TEST_SUITE("events: archive and replay") {
  TEST_CASE("a replay sends archived events again, marked, to the rules that it names") {
    Buses world;
    world.must("events", "CreateArchive",
               {{"ArchiveName", "all"}, {"EventSourceArn", Buses::bus_arn("default")}});
    world.rule_to("r", "default", world.queue("q"));
    world.put();
    world.put();
    world.run_for(1min);
    CHECK(world.messages("q").size() == 2);
    CHECK(world.must("events", "DescribeArchive", {{"ArchiveName", "all"}}).at("EventCount") == 2);

    world.must("events", "StartReplay",
               {{"ReplayName", "again"},
                {"EventSourceArn", "arn:aws:events:us-east-1:123456789012:archive/all"},
                {"EventStartTime", "2026-03-02T08:00:00Z"},
                {"EventEndTime", "2026-03-02T10:00:00Z"},
                {"Destination",
                 {{"Arn", Buses::bus_arn("default")},
                  {"FilterArns", Json::array({"arn:aws:events:us-east-1:123456789012:rule/r"})}}}});
    world.run_for(20s);
    CHECK(world.must("events", "DescribeReplay", {{"ReplayName", "again"}}).at("State") ==
          "COMPLETED");
    const auto again = world.messages("q");
    REQUIRE(again.size() == 2);
    CHECK(Json::parse(again[0].at("Body").get<std::string>()).at("replay-name") == "again");
    CHECK(world.must("events", "DescribeArchive", {{"ArchiveName", "all"}}).at("EventCount") == 2);
    CHECK(world.refusal("events", "CancelReplay", {{"ReplayName", "again"}}) ==
          "IllegalStatusException");
  }
}

TEST_SUITE("events: API destinations") {
  TEST_CASE("calls keep to the rate limit; a connection without authorization delivers nothing") {
    Buses world;
    const Json connection =
        world.must("events", "CreateConnection", {{"Name", "c"}, {"AuthorizationType", "API_KEY"}});
    const Json destination = world.must("events", "CreateApiDestination",
                                        {{"Name", "d"},
                                         {"ConnectionArn", connection.at("ConnectionArn")},
                                         {"HttpMethod", "POST"},
                                         {"InvocationEndpoint", "https://example.com/hook"},
                                         {"InvocationRateLimitPerSecond", 1}});
    world.rule("r", "default",
               Json::array({{{"Id", "1"},
                             {"Arn", destination.at("ApiDestinationArn")},
                             {"DeadLetterConfig", {{"Arn", world.queue("dead")}}}}}));
    world.put();
    world.run_for(30s);
    CHECK(world.messages("dead").empty());
    world.must("events", "DeauthorizeConnection", {{"Name", "c"}});
    world.put();
    world.run_for(30s);
    CHECK(world.dead_letter("dead").at("ERROR_CODE") == "NO_PERMISSIONS");
  }

  TEST_CASE("a pace lets a second's worth through at once and spreads the rest") {
    events::Pace pace{2};
    const SimTime now{};
    CHECK(pace.wait(now) == 0s);
    CHECK(pace.wait(now) == 0s);
    CHECK(pace.wait(now) == 500ms);
    CHECK(pace.wait(now) == 1s);
    CHECK(pace.wait(now + 10s) == 0s);
  }
}

TEST_SUITE("events: sources") {
  TEST_CASE("best-effort sources may lose events, guaranteed ones do not") {
    Buses world;
    auto& events = static_cast<events::Events&>(*world.cloud.model("events"));
    events.losses.push_back({"", 1, world.sim.now() + 1h});
    world.must("events", "PutRule",
               {{"Name", "r"}, {"EventPattern", R"({"source":[{"prefix":"aws."}]})"}});
    world.must("events", "PutTargets",
               {{"Rule", "r"}, {"Targets", Json::array({{{"Id", "1"}, {"Arn", kFunction}}})}});
    for (const char* source : {"aws.ec2", "aws.cloudwatch", "aws.ssm"})
      world.cloud.emit({.source = source, .detail_type = "x", .place = world.cloud.home()});
    world.run_for(1min);
    CHECK(world.flaky().calls == 1);
  }
}

}  // namespace opsim::tests
