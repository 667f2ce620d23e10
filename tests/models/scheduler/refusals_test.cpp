// What CreateSchedule refuses, and what it does not.
#include "tests/models/scheduler/schedules.hpp"

namespace opsim::tests {

// Measured with CreateSchedule in us-east-1 on 2026-09-07: github.com/badmintoncryer/cdk-preflight,
// rules/scheduler.
TEST_SUITE("scheduler: what is refused and what is not") {
  // pf-scheduler-schedule-expression
  TEST_CASE("expressions are read more freely than those of rules") {
    Schedules world;
    int number = 0;
    const auto refused = [&](const char* text) {
      const auto answer =
          world.call("scheduler", "CreateSchedule",
                     Schedules::spec(text, {{"Name", fmt::format("s{}", ++number)}}));
      return answer ? std::string{} : answer.error().message;
    };
    for (const char* text :
         {"rate(1 minutes)", "rate(5 minute)", "Rate(1 day)", "cron(0 8 ? * MON-FRI)",
          "CRON(0 8 1 * ? *)", "at(2026-03-03T09:00)", "AT(2026-03-03T09:00:00)",
          "cron(0 8 L * ? *)", "cron(0 8 3W * ? *)", "cron(0 8 ? * 6L *)"})
      CHECK_MESSAGE(refused(text).empty(), text);
    for (const char* text :
         {"rate(0 minutes)", "rate(10 seconds)", "rate(10)", "rate()", "rate( 10 minutes )",
          " rate(10 minutes)", "rate(10 minutess)", "cron(0 8 * *)", "cron(0 8 ? * MON * 1)",
          "cron(0 8 1 * MON *)", "cron(0 8 ? * 2#6 *)", "at(2026-03-03)", "at(2026-03-03 09:00:00)",
          "at(2026-03-03T09:00:00Z)", "at(2026-03-03T09:00:00.5)", "minutely"})
      CHECK_MESSAGE(refused(text) == fmt::format("Invalid Schedule Expression {}.", text), text);
  }

  // pf-scheduler-target-parameters, -universal-target, -target-region, -target-input-json
  TEST_CASE("targets, in AWS's words") {
    Schedules world;
    const auto refused = [&](const std::string& arn, Json more = Json::object()) {
      more["Arn"] = arn;
      more["RoleArn"] = "arn:aws:iam::123456789012:role/r";
      const auto answer = world.call("scheduler", "CreateSchedule",
                                     Schedules::spec("rate(1 day)", {{"Target", std::move(more)}}));
      return answer ? std::string{} : answer.error().message;
    };
    const std::string queue = "arn:aws:sqs:us-east-1:123456789012:q";
    const std::string function = "arn:aws:lambda:us-east-1:123456789012:function:f";
    const std::string sdk = "arn:aws:scheduler:::aws-sdk:";
    CHECK(refused(queue, {{"EcsParameters", Json::object()}}) ==
          "Parameters EcsParameters not supported for the target.");
    CHECK(refused(queue + ".fifo") == "Parameters SqsParameters must be specified.");
    CHECK(refused(queue, {{"SqsParameters", {{"MessageGroupId", "g"}}}}) ==
          "Parameters MessageGroupId not valid for the target.");
    CHECK(refused("arn:aws:lambda:eu-west-1:123456789012:function:f") ==
          "The target ARN provided does not match the current region us-east-1.");
    CHECK(refused(function, {{"Input", "words"}}) == "JSON syntax error in input for the target.");
    CHECK(refused(sdk + "sqs:getQueueUrl", {{"Input", "{}"}}) ==
          "getQueueUrl API is not supported.");
    CHECK(refused(sdk + "ec2:startInstances") ==
          "You must provide an input to set this target for your schedule.");
    CHECK(refused("arn:aws:scheduler:us-east-1:123456789012:aws-sdk:sqs:sendMessage") ==
          "scheduler is not a supported service for a target.");
    CHECK(refused(queue, {{"Input", "words"}}) == "");
    CHECK(world.call("scheduler", "CreateScheduleGroup", {{"Name", "default"}}).error().message ==
          "This operation cannot be performed on schedule group default.");
  }
}

}  // namespace opsim::tests
