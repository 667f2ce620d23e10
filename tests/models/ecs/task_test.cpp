#include "tests/models/ecs/world.hpp"

namespace opsim::tests {

namespace {

std::vector<std::string> statuses_of(const ContainerWorld& world, std::string_view task) {
  std::vector<std::string> found;
  for (const JournalEntry& entry : world.journal.entries())
    if (entry.kind == EntryKind::resource && entry.subject == task)
      found.push_back(detail_text(entry, "act"));
  return found;
}

}  // namespace

TEST_SUITE("ecs: tasks") {
  TEST_CASE("a service of a template stands: RUNNING, spread over the zones") {
    ContainerWorld world;
    const Json tasks = world.tasks();
    REQUIRE(tasks.size() == 3);
    CHECK(tasks[0]["lastStatus"] == "RUNNING");
    CHECK(tasks[0]["availabilityZone"] == "us-east-1a");
    CHECK(tasks[1]["availabilityZone"] == "us-east-1b");
    CHECK(tasks[2]["availabilityZone"] == "us-east-1c");
    CHECK(tasks[0]["group"] == "service:web");
    const Json service = world.service();
    CHECK(service["runningCount"] == 3);
    CHECK(service["deployments"].size() == 1);
    CHECK(service["deployments"][0]["rolloutState"] == "COMPLETED");
  }

  TEST_CASE("a task goes through the states of its life, in their order") {
    ContainerWorld world;
    const Json answer =
        world.must("ecs", "RunTask",
                   {{"cluster", "prod"}, {"taskDefinition", "web"}, {"launchType", "FARGATE"}});
    const auto arn = answer["tasks"][0]["taskArn"].get<std::string>();
    CHECK(answer["tasks"][0]["lastStatus"] == "PROVISIONING");
    CHECK(answer["tasks"][0]["group"] == "family:web");
    world.run_for(5min);
    world.must("ecs", "StopTask", {{"cluster", "prod"}, {"task", arn}});
    world.run_for(5min);
    CHECK(statuses_of(world, "web/4") ==
          std::vector<std::string>{"launched", "pending", "activating", "running", "stopping",
                                   "deprovisioning", "stopped"});
    const Json task =
        world.must("ecs", "DescribeTasks", {{"cluster", "prod"}, {"tasks", {arn}}})["tasks"][0];
    CHECK(task["lastStatus"] == "STOPPED");
    CHECK(task["stopCode"] == "UserInitiated");
    CHECK(task["containers"][0]["exitCode"] == 0);
    world.run_for(1h);  // "at least one hour"
    CHECK(world.must("ecs", "DescribeTasks",
                     {{"cluster", "prod"}, {"tasks", {arn}}})["failures"][0]["reason"] ==
          "MISSING");
  }

  TEST_CASE("an essential container that ends takes its task along, and is replaced") {
    ContainerWorld world;
    world.fault("crash container", "{ on: Web, hitting: one }");
    world.run_for(5min);
    const Json stopped = world.tasks("STOPPED");
    REQUIRE(stopped.size() == 1);
    CHECK(stopped[0]["stopCode"] == "EssentialContainerExited");
    CHECK(stopped[0]["stoppedReason"] == "Essential container in task exited");
    CHECK(stopped[0]["containers"][0]["exitCode"] == 1);
    CHECK(world.service()["runningCount"] == 3);
    CHECK(world.cloud.unhealthy().empty());
  }

  TEST_CASE("memory that leaks is killed at its limit: exit code 137") {
    ContainerWorld world;
    world.physics("{ memory: { from: 40 % } }");
    world.fault("leak container memory", "{ at: 60 %/h, on: Web, hitting: one }");
    world.run_for(59min);
    CHECK(world.tasks("STOPPED").empty());
    CHECK(world.cloud.unhealthy().size() == 1);  // in danger above 90 %
    world.run_for(3min);
    const Json stopped = world.tasks("STOPPED");
    REQUIRE(stopped.size() == 1);
    CHECK(stopped[0]["containers"][0]["exitCode"] == 137);
    CHECK(stopped[0]["containers"][0]["reason"] ==
          "OutOfMemoryError: Container killed due to memory usage");
  }

  TEST_CASE("a hang that no check notices lasts; one that a check notices is replaced") {
    ContainerWorld blind;
    blind.fault("hang container", "{ on: Web, hitting: one }");
    blind.run_for(1h);
    CHECK(blind.cloud.unhealthy().size() == 2);  // the task and its service
    CHECK(blind.tasks("STOPPED").empty());

    ContainerWorld checked{checked_definition()};
    checked.fault("hang container", "{ on: Web, hitting: one }");
    checked.run_for(45s);
    // Two failures of 10 s, each with its timeout of 5 s; then a replacement comes first.
    CHECK(checked.running().active == 4);
    checked.run_for(4min);
    CHECK(checked.cloud.unhealthy().empty());
    const Json stopped = checked.tasks("STOPPED");
    REQUIRE(stopped.size() == 1);
    CHECK(stopped[0]["stoppedReason"] == "Task failed container health checks");
    CHECK(stopped[0]["containers"][0]["exitCode"] == 137);  // it did not hear SIGTERM
  }

  TEST_CASE("memory and CPU of a service are the samples of its tasks") {
    ContainerWorld world;
    world.physics("{ memory: { from: 50 % }, cpu: { level: 30 %, noise: 0 % } }");
    world.run_for(10min);
    const auto read = [&world](const char* metric, const char* statistic) {
      const auto series =
          world.cloud.metrics().find({world.cloud.home(),
                                      "AWS/ECS",
                                      metric,
                                      {{"ClusterName", "prod"}, {"ServiceName", "web"}}});
      REQUIRE(series.has_value());
      const SimTime to = world.sim.start() + 5min;
      return world.cloud.metrics().statistic(*series, *Statistic::parse(statistic),
                                             {to - 1min, to, world.sim.now()});
    };
    CHECK(read("MemoryUtilization", "Average") == 50);
    CHECK(read("CPUUtilization", "Maximum") == 30);
    CHECK(read("CPUUtilization", "SampleCount") == 3);
  }

  TEST_CASE("what is no task definition is refused in ECS's words") {
    ContainerWorld world;
    const auto refused = [&world](Json more) {
      return world.call("ecs", "RegisterTaskDefinition", web_definition(std::move(more)))
          .error()
          .message;
    };
    CHECK(refused({{"Cpu", "300"}}).starts_with("No Fargate configuration exists"));
    CHECK(refused({{"Memory", "1536"}}).starts_with("No Fargate configuration exists"));
    CHECK(refused({{"NetworkMode", "bridge"}}) == "Fargate only supports network mode 'awsvpc'.");
    CHECK(refused({{"ContainerDefinitions", Json::array()}}) == "Container list cannot be empty.");
    const Json made = world.must("ecs", "RegisterTaskDefinition",
                                 web_definition({{"Cpu", ".25 vCPU"}, {"Memory", "1 GB"}}));
    CHECK(made["taskDefinition"]["revision"] == 2);
    CHECK(made["taskDefinition"]["containerDefinitions"][0]["essential"] == true);
    CHECK(made["taskDefinition"]["containerDefinitions"][0]["environment"] == Json::array());
    CHECK(made["taskDefinition"]["containerDefinitions"][0]["portMappings"][0]["containerPort"] ==
          80);
  }
}

}  // namespace opsim::tests
