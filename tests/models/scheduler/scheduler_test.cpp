#include "tests/models/scheduler/schedules.hpp"

namespace opsim::tests {

TEST_SUITE("scheduler") {
  TEST_CASE("a one-time schedule in a time zone fires once and deletes itself") {
    Schedules world;
    world.must(
        "scheduler", "CreateSchedule",
        Schedules::spec("at(2026-03-02T12:00:00)", {{"ScheduleExpressionTimezone", "Europe/Berlin"},
                                                    {"ActionAfterCompletion", "DELETE"}}));
    world.run_for(3h);
    CHECK(world.bodies("q") == Bodies{"hello 2026-03-02T11:00:00Z"});
    CHECK(world.refusal("scheduler", "GetSchedule", {{"Name", "s"}}) ==
          "ResourceNotFoundException");
  }

  TEST_CASE("StartDate and EndDate bound a recurring schedule; a disabled one is quiet") {
    Schedules world;
    world.must("scheduler", "CreateSchedule",
               Schedules::spec("rate(1 hour)", {{"StartDate", "2026-03-02T10:30:00Z"},
                                                {"EndDate", "2026-03-02T12:30:00Z"}}));
    world.run_for(6h);
    CHECK(world.bodies("q") == Bodies{"hello 2026-03-02T10:30:00Z", "hello 2026-03-02T11:30:00Z"});
    world.must("scheduler", "UpdateSchedule",
               Schedules::spec("rate(1 minute)", {{"State", "DISABLED"}}));
    world.must("sqs", "PurgeQueue",
               {{"QueueUrl", "https://sqs.us-east-1.amazonaws.com/123456789012/q"}});
    world.run_for(1h);
    CHECK(world.bodies("q").empty());
  }

  TEST_CASE("a rate without StartDate begins at once") {
    Schedules world;
    world.must("scheduler", "CreateSchedule", Schedules::spec("rate(1 day)"));
    world.run_for(1min);
    CHECK(world.bodies("q").size() == 1);
  }

  TEST_CASE("a universal target calls any operation with the schedule's role") {
    Schedules world;
    Json target{{"Arn", "arn:aws:scheduler:::aws-sdk:sqs:sendMessage"},
                {"RoleArn", "arn:aws:iam::123456789012:role/r"},
                {"Input", R"({"QueueUrl":"https://sqs.us-east-1.amazonaws.com/123456789012/out",)"
                          R"("MessageBody":"hi"})"}};
    world.must("scheduler", "CreateSchedule",
               Schedules::spec("at(2026-03-02T10:00:00)", {{"Target", target}}));
    world.run_for(2h);
    CHECK(world.bodies("out") == Bodies{"hi"});
  }

  TEST_CASE("what cannot be invoked goes to the dead-letter queue, with AWS's attributes") {
    Schedules world;
    Json target{{"Arn", "arn:aws:sqs:us-east-1:123456789012:nowhere"},
                {"RoleArn", "arn:aws:iam::123456789012:role/r"},
                {"DeadLetterConfig", {{"Arn", "arn:aws:sqs:us-east-1:123456789012:out"}}},
                {"Input", "lost"}};
    world.must("scheduler", "CreateSchedule",
               Schedules::spec("at(2026-03-02T10:00:00)", {{"Target", target}}));
    world.run_for(2h);
    CHECK(world.bodies("out") == Bodies{"lost"});
  }

  TEST_CASE("groups hold schedules and take them along") {
    Schedules world;
    CHECK(world.refusal("scheduler", "CreateSchedule",
                        Schedules::spec("rate(1 day)", {{"GroupName", "g"}})) ==
          "ResourceNotFoundException");
    world.must("scheduler", "CreateScheduleGroup", {{"Name", "g"}});
    world.must("scheduler", "CreateSchedule", Schedules::spec("rate(1 day)", {{"GroupName", "g"}}));
    CHECK(world.refusal("scheduler", "CreateSchedule",
                        Schedules::spec("rate(1 day)", {{"GroupName", "g"}})) ==
          "ConflictException");
    CHECK(world.must("scheduler", "ListSchedules", {{"GroupName", "g"}}).at("Schedules").size() ==
          1);
    world.must("scheduler", "DeleteScheduleGroup", {{"Name", "g"}});
    CHECK(world.must("scheduler", "ListSchedules").at("Schedules").empty());
    CHECK(world.must("scheduler", "ListScheduleGroups").at("ScheduleGroups").size() == 1);
  }

  TEST_CASE("wrong input is refused in AWS's words") {
    Schedules world;
    struct Row {
      Json more;
      std::string part;
    };
    const Row rows[] = {
        {{{"ScheduleExpressionTimezone", "Europe/Pariss"}}, "did you mean \"Europe/Paris\""},
        {{{"FlexibleTimeWindow", {{"Mode", "FLEXIBLE"}}}},
         "must be provided when FlexibleTimeWindowMode"},
        {{{"FlexibleTimeWindow", {{"Mode", "FLEXIBLE"}, {"MaximumWindowInMinutes", 1'441}}}},
         "maximumWindowInMinutes"},
        {{{"StartDate", "2026-03-02T08:00:00Z"}}, "earlier than 5 minutes ago"},
        {{{"Target", {{"Arn", "x"}}}}, "target.roleArn"},
        {{{"Name", "a b"}}, "regular expression"},
    };
    for (const auto& [more, part] : rows) {
      const auto answer =
          world.call("scheduler", "CreateSchedule", Schedules::spec("rate(1 day)", more));
      REQUIRE_FALSE(answer.has_value());
      CHECK(answer.error().code == "ValidationException");
      CHECK(answer.error().message.find(part) != std::string::npos);
    }
  }
}

TEST_SUITE("scheduler: what CloudWatch sees, what comes twice") {
  // EventBridge Scheduler User Guide, monitoring-cloudwatch.
  TEST_CASE("attempts, errors, drops and dead letters are counted by ScheduleGroup") {
    Schedules world;
    Json target{{"Arn", "arn:aws:sqs:us-east-1:123456789012:nowhere"},
                {"RoleArn", "arn:aws:iam::123456789012:role/r"},
                {"DeadLetterConfig", {{"Arn", "arn:aws:sqs:us-east-1:123456789012:out"}}},
                {"Input", "lost"}};
    world.must("scheduler", "CreateSchedule",
               Schedules::spec("at(2026-03-02T10:00:00)", {{"Target", target}}));
    world.run_for(2h);
    for (const char* name : {"InvocationAttemptCount", "TargetErrorCount", "InvocationDroppedCount",
                             "InvocationsSentToDeadLetterCount"}) {
      CAPTURE(name);
      const auto series = world.cloud.metrics().find(
          {world.cloud.home(), "AWS/Scheduler", name, {{"ScheduleGroup", "default"}}});
      REQUIRE(series);
      CHECK(world.cloud.metrics().statistic(
                *series, *Statistic::parse("Sum"),
                {world.sim.start(), world.sim.now(), world.sim.now()}) == 1);
    }
  }

  // Scheduler User Guide, setting-up: the execution role needs sqs:SendMessage.
  TEST_CASE("a role that may not call the target is told so") {
    Schedules world;
    const auto role = [&](const char* name, const char* action, const char* region = "us-east-1") {
      Json statement{{"Effect", "Allow"}, {"Action", action}, {"Resource", "*"}};
      statement["Condition"] = {{"StringEquals", {{"aws:RequestedRegion", region}}}};
      const Json policy{{"Statement", Json::array({statement})}};
      world.make("AWS::IAM::Role", name,
                 {{"RoleName", name},
                  {"AssumeRolePolicyDocument", Json::object()},
                  {"Policies", {{{"PolicyName", "p"}, {"PolicyDocument", policy}}}}});
      Json target{{"Arn", "arn:aws:sqs:us-east-1:123456789012:q"},
                  {"RoleArn", std::string{"arn:aws:iam::123456789012:role/"} + name},
                  {"Input", name}};
      world.must("scheduler", "CreateSchedule",
                 Schedules::spec("at(2026-03-02T10:00:00)", {{"Name", name}, {"Target", target}}));
    };
    role("sender", "sqs:SendMessage");
    role("reader", "sqs:ReceiveMessage");
    role("elsewhere", "sqs:SendMessage", "eu-west-1");
    world.run_for(2h);
    CHECK(world.bodies("q") == Bodies{"sender"});
  }

  // Scheduler User Guide, setting-up ("trust policy").
  TEST_CASE("a role that does not trust Scheduler is refused at once") {
    Schedules world;
    const auto create = [&](const std::string& name, const char* trusted) {
      const Json trust{{"Statement",
                        {{{"Effect", "Allow"},
                          {"Principal", {{"Service", trusted}}},
                          {"Action", "sts:AssumeRole"}}}}};
      world.make("AWS::IAM::Role", name, {{"RoleName", name}, {"AssumeRolePolicyDocument", trust}});
      Json target{{"Arn", "arn:aws:sqs:us-east-1:123456789012:q"},
                  {"RoleArn", "arn:aws:iam::123456789012:role/" + name}};
      return world.refusal("scheduler", "CreateSchedule",
                           Schedules::spec("rate(1 day)", {{"Name", name}, {"Target", target}}));
    };
    CHECK(create("one", "scheduler.amazonaws.com") == "");
    CHECK(create("two", "events.amazonaws.com") == "ValidationException");
  }

  // API_CreateSchedule, ClientToken.
  TEST_CASE("a request with the same ClientToken is answered again, another one refused") {
    Schedules world;
    Json input = Schedules::spec("rate(1 day)", {{"ClientToken", "t"}});
    const Json first = world.must("scheduler", "CreateSchedule", input);
    CHECK(world.must("scheduler", "CreateSchedule", input) == first);
    input["Name"] = "other";
    CHECK(world.refusal("scheduler", "CreateSchedule", input) == "ConflictException");
  }

  TEST_CASE("a stack's schedule without a name gets one that is not too long") {
    Schedules world;
    Json properties = Schedules::spec("rate(1 day)");
    properties.erase("Name");
    const std::string name =
        world.make("AWS::Scheduler::Schedule", std::string(80, 'x'), properties);
    CHECK(name.size() <= 64);
    CHECK(name.starts_with("stack-xxx"));
  }

  TEST_CASE("groups come in pages") {
    Schedules world;
    for (const char* name : {"a", "b"})
      world.must("scheduler", "CreateScheduleGroup", {{"Name", name}});
    const Json page = world.must("scheduler", "ListScheduleGroups", {{"MaxResults", 2}});
    CHECK(page.at("ScheduleGroups").size() == 2);
    const Json rest = world.must("scheduler", "ListScheduleGroups",
                                 {{"MaxResults", 2}, {"NextToken", page.at("NextToken")}});
    CHECK(rest.at("ScheduleGroups").size() == 1);
    CHECK_FALSE(rest.contains("NextToken"));
  }
}

TEST_SUITE("pipes") {
  // EventBridge User Guide, eb-pipes-kinesis.
  TEST_CASE("records of a stream pass on in order, in batches, filtered by their data") {
    Schedules world;
    world.make("AWS::Kinesis::Stream", "S", {{"Name", "s"}, {"ShardCount", 1}});
    Json filters = Json::array({{{"Pattern", R"({"data":{"kind":["order"]}})"}}});
    world.must("pipes", "CreatePipe",
               {{"Name", "p"},
                {"Source", "arn:aws:kinesis:us-east-1:123456789012:stream/s"},
                {"SourceParameters",
                 {{"KinesisStreamParameters", {{"StartingPosition", "LATEST"}}},
                  {"FilterCriteria", {{"Filters", filters}}}}},
                {"Target", "arn:aws:sqs:us-east-1:123456789012:out"},
                {"TargetParameters", {{"InputTemplate", R"({"id":<$.data.id>})"}}},
                {"RoleArn", "arn:aws:iam::123456789012:role/r"}});
    world.run_for(5s);
    for (const char* data :
         {R"({"kind":"order","id":1})", R"({"kind":"other","id":2})", R"({"kind":"order","id":3})"})
      world.must("kinesis", "PutRecord",
                 {{"StreamName", "s"}, {"PartitionKey", "k"}, {"Data", data}});
    world.run_for(10s);
    CHECK(world.bodies("out") == Bodies{R"({"id":1})", R"({"id":3})"});
  }

  TEST_CASE("a batch of a stream that keeps failing is described to the dead-letter queue") {
    Schedules world;
    world.make("AWS::Kinesis::Stream", "S", {{"Name", "s"}, {"ShardCount", 1}});
    world.must("pipes", "CreatePipe",
               {{"Name", "p"},
                {"Source", "arn:aws:kinesis:us-east-1:123456789012:stream/s"},
                {"SourceParameters",
                 {{"KinesisStreamParameters",
                   {{"StartingPosition", "TRIM_HORIZON"},
                    {"MaximumRetryAttempts", 2},
                    {"DeadLetterConfig", {{"Arn", "arn:aws:sqs:us-east-1:123456789012:out"}}}}}}},
                {"Target", "arn:aws:sqs:us-east-1:123456789012:nowhere"},
                {"RoleArn", "arn:aws:iam::123456789012:role/r"}});
    world.must("kinesis", "PutRecord", {{"StreamName", "s"}, {"PartitionKey", "k"}, {"Data", "x"}});
    world.run_for(1min);
    const Bodies told = world.bodies("out");
    REQUIRE(told.size() == 1);
    const Json letter = Json::parse(told[0]);
    CHECK(letter.at("context").at("condition") == "RetryAttemptsExhausted");
    CHECK(letter.at("context").at("approximateInvokeCount") == 3);
    CHECK(letter.at("KinesisBatchInfo").at("batchSize") == 1);
  }

  TEST_CASE("messages that pass the filter reach the target as its template says") {
    Schedules world;
    Json filters = Json::array({{{"Pattern", R"({"body":{"kind":["order"]}})"}}});
    world.must("pipes", "CreatePipe",
               {{"Name", "p"},
                {"Source", "arn:aws:sqs:us-east-1:123456789012:q"},
                {"SourceParameters", {{"FilterCriteria", {{"Filters", filters}}}}},
                {"Target", "arn:aws:sqs:us-east-1:123456789012:out"},
                {"TargetParameters",
                 {{"InputTemplate", R"({"id":<$.body.id>,"by":"<aws.pipes.pipe-name>"})"}}},
                {"RoleArn", "arn:aws:iam::123456789012:role/r"}});
    for (const char* body : {R"({"kind":"order","id":7})", R"({"kind":"other"})", "no JSON"})
      world.must("sqs", "SendMessage",
                 {{"QueueUrl", "https://sqs.us-east-1.amazonaws.com/123456789012/q"},
                  {"MessageBody", body}});
    world.run_for(1min);
    CHECK(world.bodies("out") == Bodies{R"({"id":7,"by":"p"})"});
    world.must("pipes", "StopPipe", {{"Name", "p"}});
    world.run_for(1min);
    CHECK(world.bodies("q").empty());
    CHECK(world.must("pipes", "DescribePipe", {{"Name", "p"}}).at("CurrentState") == "STOPPED");
    CHECK(world.refusal("pipes", "StopPipe", {{"Name", "p"}}) == "ConflictException");
  }

  TEST_CASE("a pipe from what is not simulated stands, and says that nothing flows") {
    Schedules world;
    world.must("pipes", "CreatePipe",
               {{"Name", "p"},
                {"Source", "arn:aws:mq:us-east-1:123456789012:broker:b:b-1"},
                {"Target", "arn:aws:sqs:us-east-1:123456789012:out"},
                {"RoleArn", "arn:aws:iam::123456789012:role/r"}});
    world.run_for(1s);
    const auto notes = world.told({EntryKind::note});
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].find("nothing flows") != std::string::npos);
    CHECK(world.refusal("pipes", "CreatePipe",
                        {{"Name", "q"},
                         {"Source", "no ARN"},
                         {"Target", "arn:aws:sqs:us-east-1:123456789012:out"},
                         {"RoleArn", "arn:aws:iam::123456789012:role/r"}}) ==
          "ValidationException");
  }

  TEST_CASE("a template takes texts raw inside quotes and as JSON outside") {
    const pipes::Pipe pipe;
    const Json event{{"body", R"({"a":["x",{"b":1}]})"}};
    CHECK(pipes::fill_in(pipe, R"({"x":"<$.body.a[0]>","y":<$.body.a[1].b>,"z":<$.body.a[0]>})",
                         event) == R"({"x":"x","y":1,"z":"x"})");
    CHECK(pipes::fill_in(pipe, "<$.no.where>", event) == "null");
    CHECK(pipes::fill_in(pipe, "<$", event) == "<$");
  }
}

}  // namespace opsim::tests
