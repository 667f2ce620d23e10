#include "tests/models/ecs/world.hpp"

namespace opsim::tests {

namespace {

std::vector<std::string> deployment_events(const ContainerWorld& world) {
  std::vector<std::string> found;
  for (const JournalEntry& entry : world.journal.entries())
    if (entry.kind == EntryKind::event && entry.text.find("SERVICE_") != std::string::npos)
      found.push_back(entry.text);
  return found;
}

std::string next_definition(ContainerWorld& world, const Json& definition = web_definition()) {
  return world
      .must("ecs", "RegisterTaskDefinition", definition)["taskDefinition"]["taskDefinitionArn"]
      .get<std::string>();
}

}  // namespace

TEST_SUITE("ecs: deployments") {
  TEST_CASE("forceNewDeployment replaces every task, and the service never lacks one") {
    ContainerWorld world{checked_definition()};
    world.update({{"forceNewDeployment", true}});
    for (int i = 0; i < 300; ++i) {
      world.run_for(1s);
      const auto now = world.running();
      CHECK(now.running >= 3);
      CHECK(now.active <= 6);
    }
    CHECK(world.cloud.unhealthy().empty());
    const Json service = world.service();
    REQUIRE(service["deployments"].size() == 1);
    CHECK(service["deployments"][0]["rolloutState"] == "COMPLETED");
    CHECK(service["runningCount"] == 3);
    CHECK(world.tasks("STOPPED").size() == 3);
  }

  TEST_CASE("random services keep their bounds through a deployment") {
    Stream luck{Seed{11}, "services"};
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
      const auto desired = static_cast<std::int64_t>(1 + luck.below(6));
      const auto minimum = static_cast<std::int64_t>(luck.below(101));
      const auto maximum = static_cast<std::int64_t>(101 + luck.below(150));
      const std::int64_t lowest = (desired * minimum + 99) / 100;
      const std::int64_t highest = desired * maximum / 100;
      if (highest == lowest) continue;
      CAPTURE(desired);
      CAPTURE(minimum);
      CAPTURE(maximum);
      ContainerWorld world{web_definition(),
                           {{"DesiredCount", desired},
                            {"DeploymentConfiguration",
                             {{"MinimumHealthyPercent", minimum}, {"MaximumPercent", maximum}}}},
                           Seed{seed}};
      world.update({{"forceNewDeployment", true}});
      for (int i = 0; i < 400; ++i) {
        world.run_for(2s);
        const auto now = world.running();
        REQUIRE(now.running >= lowest);
        REQUIRE(now.active <= highest);
      }
      CHECK(world.service()["deployments"][0]["rolloutState"] == "COMPLETED");
    }
  }

  TEST_CASE("bounds that would block every deployment are refused") {
    ContainerWorld world;
    const auto answer = world.call(
        "ecs", "UpdateService",
        {{"cluster", "prod"},
         {"service", "web"},
         {"deploymentConfiguration", {{"minimumHealthyPercent", 100}, {"maximumPercent", 100}}}});
    REQUIRE(!answer);
    CHECK(answer.error().code == "InvalidParameterException");
    CHECK(answer.error().message ==
          "Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block "
          "deployments.");
  }

  TEST_CASE("the circuit breaker fails a deployment whose tasks never start, and rolls back") {
    ContainerWorld world{
        web_definition(),
        {{"DeploymentConfiguration",
          {{"DeploymentCircuitBreaker", {{"Enable", true}, {"Rollback", true}}}}}}};
    const std::string bad = next_definition(world);
    world.cloud.resources().add(
        {.logical_id = "Bad", .type = "AWS::ECS::TaskDefinition", .physical_id = bad});
    world.physics("{ starts: 0 % }", "Bad");
    world.update({{"taskDefinition", bad}});
    world.run_for(30min);
    const Json service = world.service();
    CHECK(service["taskDefinition"].get<std::string>().ends_with("web:1"));
    CHECK(service["deployments"].size() == 1);
    CHECK(service["runningCount"] == 3);
    CHECK(world.cloud.unhealthy().empty());  // three good ones ran on throughout
    CHECK(deployment_events(world) == std::vector<std::string>{"Web SERVICE_DEPLOYMENT_IN_PROGRESS",
                                                               "Web SERVICE_DEPLOYMENT_FAILED",
                                                               "Web SERVICE_DEPLOYMENT_IN_PROGRESS",
                                                               "Web SERVICE_DEPLOYMENT_COMPLETED",
                                                               "Web SERVICE_STEADY_STATE"});
  }

  TEST_CASE("without a circuit breaker the scheduler tries for ever, ever more slowly") {
    ContainerWorld world;
    const std::string bad = next_definition(world);
    world.cloud.resources().add(
        {.logical_id = "Bad", .type = "AWS::ECS::TaskDefinition", .physical_id = bad});
    world.physics("{ starts: 0 %, provisions in: 5s, pulls in: 5s }", "Bad");
    world.update({{"taskDefinition", bad}});
    world.run_for(4h);
    CHECK(world.service()["deployments"][0]["rolloutState"] == "IN_PROGRESS");
    CHECK(world.running().running == 3);
    const auto events = deployment_events(world);
    CHECK(std::ranges::count(events, "Web SERVICE_TASK_START_IMPAIRED") == 1);
    const double started = *world.cloud.read_quantity(world.arn, "tasks-started");
    CHECK(started > 20);
    CHECK(started < 80);  // three at a time, 27 minutes apart in the end
  }

  TEST_CASE("a change of the desired count alone is no deployment") {
    ContainerWorld world;
    world.update({{"desiredCount", 5}});
    world.run_for(5min);
    CHECK(world.service()["runningCount"] == 5);
    CHECK(world.service()["deployments"].size() == 1);
    world.update({{"desiredCount", 2}});
    world.run_for(5min);
    CHECK(world.service()["runningCount"] == 2);
    CHECK(world.cloud.unhealthy().empty());
  }

  TEST_CASE("a service is deleted at zero, or by force") {
    ContainerWorld world;
    CHECK(world.refusal("ecs", "DeleteService", {{"cluster", "prod"}, {"service", "web"}}) ==
          "InvalidParameterException");
    world.must("ecs", "DeleteService", {{"cluster", "prod"}, {"service", "web"}, {"force", true}});
    world.run_for(5min);
    CHECK(world.service()["status"] == "INACTIVE");
    CHECK(world.refusal("ecs", "UpdateService", {{"cluster", "prod"}, {"service", "web"}}) ==
          "ServiceNotActiveException");
  }

  TEST_CASE("the grace period lets slow starters live") {
    Json slow = checked_definition();
    slow["ContainerDefinitions"][0]["HealthCheck"].erase("StartPeriod");
    ContainerWorld strict{slow};
    strict.physics("{ boots in: 90s }");
    strict.update({{"forceNewDeployment", true}});
    strict.run_for(20min);
    CHECK(strict.service()["deployments"][0]["rolloutState"] == "IN_PROGRESS");
    CHECK(strict.tasks("STOPPED").size() > 3);

    ContainerWorld patient{slow, {{"HealthCheckGracePeriodSeconds", 120}}};
    patient.physics("{ boots in: 90s }");
    patient.update({{"forceNewDeployment", true}});
    patient.run_for(20min);
    CHECK(patient.service()["deployments"][0]["rolloutState"] == "COMPLETED");
    CHECK(patient.tasks("STOPPED").size() == 3);
  }
}

}  // namespace opsim::tests
