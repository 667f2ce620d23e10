// Tasks that rules and schedules run. EventBridge User Guide, eb-targets; API_EcsParameters.
#include "tests/models/ecs/world.hpp"

namespace opsim::tests {
namespace {

constexpr const char* kCluster = "arn:aws:ecs:us-east-1:123456789012:cluster/prod";

}  // namespace

TEST_SUITE("ecs: targets of rules and schedules") {
  TEST_CASE("a rule runs as many tasks as it says, and they say who started them") {
    ContainerWorld world;
    world.run_for(5min);
    const std::int64_t before = world.running().running;
    Json network{{"AwsVpcConfiguration", {{"Subnets", Json::array({"subnet-1"})}}}};
    const Json parameters{{"EcsParameters",
                           {{"TaskDefinitionArn", "web"},
                            {"TaskCount", 2},
                            {"LaunchType", "FARGATE"},
                            {"NetworkConfiguration", network}}}};
    CHECK(world
              .deliver(kCluster, "{}", parameters,
                       "arn:aws:events:us-east-1:123456789012:rule/nightly")
              .has_value());
    world.run_for(5min);
    CHECK(world.running().running == before + 2);
    int started = 0;
    for (const Json& task : world.tasks())
      started += task.value("startedBy", "") == "events-rule/nightly" ? 1 : 0;
    CHECK(started == 2);
  }

  TEST_CASE("what RunTask refuses is the delivery's error") {
    ContainerWorld world;
    const auto answer =
        world.deliver(kCluster, "{}", {{"EcsParameters", {{"TaskDefinitionArn", "x"}}}});
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().message == "Unable to find task definition.");
  }
}

}  // namespace opsim::tests
