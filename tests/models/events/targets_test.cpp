// What PutTargets and AWS::Events::Rule refuse of targets, in AWS's words.
// Measured in us-east-1 on 2026-09-07: github.com/badmintoncryer/cdk-preflight, rules/events.
#include "tests/models/events/buses.hpp"

namespace opsim::tests {
namespace {

constexpr const char* kQueue = "arn:aws:sqs:us-east-1:123456789012:q";
constexpr const char* kRole = "arn:aws:iam::123456789012:role/r";

struct Targets : Buses {
  Targets() {
    must("events", "PutRule", {{"Name", "r"}, {"EventPattern", R"({"source":["shop"]})"}});
  }
  /// The complaint about one target, "" where it is taken.
  std::string put(const std::string& arn, Json more = Json::object()) {
    more["Id"] = "t1";
    more["Arn"] = arn;
    return put_all(Json::array({std::move(more)}));
  }
  std::string put_all(Json targets) {
    const auto answer =
        call("events", "PutTargets", {{"Rule", "r"}, {"Targets", std::move(targets)}});
    return answer ? "" : answer.error().message;
  }
  std::string transformed(Json transformer) {
    return put(kQueue, {{"InputTransformer", std::move(transformer)}});
  }
};

}  // namespace

TEST_SUITE("events: targets that are refused") {
  // pf-events-target-role-required
  TEST_CASE("all but functions, queues, topics and log groups need a role") {
    Targets world;
    for (const char* arn : {"arn:aws:ssm:us-east-1:123456789012:automation-definition/CleanUp",
                            "arn:aws:events:us-east-1:123456789012:event-bus/other",
                            "arn:aws:events:us-east-1:123456789012:api-destination/hook/1",
                            "arn:aws:codebuild:us-east-1:123456789012:project/p",
                            "arn:aws:ssm-incidents::123456789012:response-plan/plan"}) {
      CAPTURE(arn);
      CHECK(world.put(arn) == fmt::format("RoleArn is required for target {}.", arn));
      CHECK(world.put(arn, {{"RoleArn", kRole}}) == "");
    }
    for (const char* arn : {kQueue, "arn:aws:sns:us-east-1:123456789012:topic",
                            "arn:aws:logs:us-east-1:123456789012:log-group:/aws/events/all"})
      CHECK_MESSAGE(world.put(arn) == "", arn);
    CHECK(world.put("arn:aws:sns:us-east-1:210987654321:topic").starts_with("RoleArn is required"));
  }

  // pf-events-target-parameters-mismatch, -required, -ecs-parameters
  TEST_CASE("parameters belong to the kind of target") {
    Targets world;
    const std::string cluster = "arn:aws:ecs:us-east-1:123456789012:cluster/c";
    const auto task = [&](Json parameters) {
      return world.put(cluster, {{"RoleArn", kRole}, {"EcsParameters", std::move(parameters)}});
    };
    CHECK(world.put(kQueue, {{"EcsParameters", {{"TaskDefinitionArn", "t"}}}}) ==
          "Parameter(s) EcsParameters not supported for target: t1.");
    CHECK(world.put(kFunction, {{"SqsParameters", {{"MessageGroupId", "g"}}}}) == "");
    CHECK(world.put(cluster, {{"RoleArn", kRole}}) ==
          "Parameter(s) EcsParameters must be specified for target: t1.");
    CHECK(world.put(std::string{kQueue} + ".fifo") ==
          "Parameter(s) SqsParameters must be specified for target: t1.");
    CHECK(task({{"LaunchType", "FARGATE"}}) ==
          "Parameter NetworkConfiguration must be specified for target t1 when launch type is "
          "FARGATE.");
    CHECK(task({{"LaunchType", "EC2"}, {"PlatformVersion", "LATEST"}}) ==
          "Parameter PlatformVersion for target t1 is not supported when launch type is EC2.");
    CHECK(task({{"TaskCount", 11}}) == "Parameter(s) TaskCount not valid for target: t1.");
    CHECK(task({{"TaskCount", 10}}) == "");
  }

  // pf-events-target-dlq
  TEST_CASE("a dead-letter queue is a standard queue of the same Region") {
    Targets world;
    const auto dead = [&](const std::string& arn) {
      return world.put(kQueue, {{"DeadLetterConfig", {{"Arn", arn}}}});
    };
    CHECK(dead(kQueue) == "");
    CHECK(dead("arn:aws:sns:us-east-1:123456789012:t")
              .ends_with("sns is not supported as a dead letter resource."));
    CHECK(dead(std::string{kQueue} + ".fifo")
              .ends_with("SQS FIFO is not supported by Dead Letter Queues."));
    CHECK(dead("arn:aws:sqs:eu-west-1:123456789012:q") != "");
  }

  // pf-events-target-id-duplicate, -input-exclusive, -input-transformer-limits;
  // API_InputTransformer
  TEST_CASE("ids are distinct, and there is one kind of input within its limits") {
    Targets world;
    const Json one{{"Id", "a"}, {"Arn", kQueue}};
    CHECK(world.put_all(Json::array({one, one})) ==
          "Parameter targets is not valid. Reason: More than one target with Id 'a' is provided.");
    CHECK(world.put(kQueue, {{"Input", "{}"}, {"InputPath", "$"}}) ==
          "Only one of Input, InputPath, or InputTransformer must be provided for target t1.");
    CHECK(world.put(kQueue, {{"InputPath", "detail"}}) == "InputPath for target t1 is invalid.");
    Json paths = Json::object();
    for (int i = 0; i < 100; ++i) paths[fmt::format("k{}", i)] = "$.k";
    CHECK(world.transformed({{"InputPathsMap", paths}, {"InputTemplate", "\"<k1>\""}}) == "");
    paths["k100"] = "$.k";
    CHECK(world.transformed({{"InputPathsMap", paths}, {"InputTemplate", "\"<k1>\""}})
              .ends_with("'targets.1.member.inputTransformer.inputPathsMap' failed to satisfy "
                         "constraint: Member must have length less than or equal to 100"));
    CHECK(world.transformed(
              {{"InputPathsMap", {{"AWSk", "$.k"}}}, {"InputTemplate", "\"<AWSk>\""}}) == "");
    CHECK(world
              .transformed({{"InputPathsMap", {{"aws.events.rule-name", "$.k"}}},
                            {"InputTemplate", "\"x\""}})
              .find("Map keys must satisfy constraint") != std::string::npos);
    CHECK(world.transformed({{"InputTemplate", ""}})
              .ends_with("Member must have length greater than or equal to 1"));
    CHECK(world.transformed({{"InputTemplate", "\"" + std::string(8'191, 'x') + "\""}})
              .ends_with("Member must have length less than or equal to 8192"));
    CHECK(world.transformed({{"InputPathsMap", {{"k", "$.k"}}}})
              .ends_with("'targets.1.member.inputTransformer.inputTemplate' failed to satisfy "
                         "constraint: Member must not be null"));
    CHECK(world.transformed({{"InputTemplate", "words"}}).starts_with("Invalid InputTemplate for"));
  }

  // pf-events-rule-pattern-size, -pattern-empty
  TEST_CASE("a pattern has 2,048 characters at most; a rule of a template has a pattern") {
    Buses world;
    const auto rule = [&](std::size_t length) {
      const std::string head = R"({"source":[")";
      const std::string pattern = head + std::string(length - head.size() - 3, 'x') + "\"]}";
      const auto answer =
          world.call("events", "PutRule", {{"Name", "long"}, {"EventPattern", pattern}});
      return answer ? "" : answer.error().message;
    };
    CHECK(rule(2'048) == "");
    CHECK(rule(2'049) == "Parameter EventPattern for rule long exceeds limit of 2048.");
    CHECK(rule(4'097).find("less than or equal to 4096") != std::string::npos);
  }
}

}  // namespace opsim::tests
