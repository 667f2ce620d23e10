#include "models/compute/service.hpp"
#include "models/ecs/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kHostedServices[] = {&kEc2, &kAutoScaling, &kEcs};

/// Two m5.large of an Auto Scaling group behind a capacity provider, and a service on them.
struct HostedWorld : SmallWorld {
  explicit HostedWorld(std::int64_t desired, const Json& strategies = Json::array(),
                       std::int64_t instances = 2)
      : SmallWorld{kHostedServices} {
    const std::string launch =
        make("AWS::EC2::LaunchTemplate", "Template",
             {{"LaunchTemplateData", {{"ImageId", "ami-1"}, {"InstanceType", "m5.large"}}}});
    const std::string size = fmt::format("{}", instances);
    make("AWS::AutoScaling::AutoScalingGroup", "Hosts",
         {{"AutoScalingGroupName", "hosts"},
          {"AvailabilityZones", {"us-east-1a", "us-east-1b"}},
          {"MinSize", size},
          {"MaxSize", "4"},
          {"LaunchTemplate", {{"LaunchTemplateId", launch}, {"Version", "1"}}}});
    make("AWS::ECS::Cluster", "Cluster", {{"ClusterName", "prod"}});
    make("AWS::ECS::CapacityProvider", "Provider",
         {{"Name", "ec2"}, {"AutoScalingGroupProvider", {{"AutoScalingGroupArn", "hosts"}}}});
    make("AWS::ECS::ClusterCapacityProviderAssociations", "Association",
         {{"Cluster", "prod"},
          {"CapacityProviders", {"ec2"}},
          {"DefaultCapacityProviderStrategy", Json::array()}});
    const std::string definition =
        make("AWS::ECS::TaskDefinition", "Definition",
             {{"Family", "web"},
              {"ContainerDefinitions",
               {{{"Name", "app"}, {"Image", "web:1"}, {"Cpu", 512}, {"Memory", 1024}}}}});
    arn = make(
        "AWS::ECS::Service", "Web",
        {{"ServiceName", "web"},
         {"Cluster", "prod"},
         {"LaunchType", "EC2"},
         {"DesiredCount", desired},
         {"TaskDefinition", definition},
         {"PlacementStrategies", strategies},
         {"DeploymentConfiguration", {{"MinimumHealthyPercent", 50}, {"MaximumPercent", 200}}}});
  }
  Json instances() {
    const Json arns =
        must("ecs", "ListContainerInstances", {{"cluster", "prod"}})["containerInstanceArns"];
    return must("ecs", "DescribeContainerInstances",
                {{"cluster", "prod"}, {"containerInstances", arns}})["containerInstances"];
  }
  /// How many tasks each instance runs.
  std::vector<std::int64_t> spread() {
    std::vector<std::int64_t> counts;
    for (const Json& instance : instances())
      counts.push_back(instance["runningTasksCount"].get<std::int64_t>());
    return counts;
  }
  std::int64_t running() {
    return must("ecs", "DescribeServices",
                {{"cluster", "prod"}, {"services", {"web"}}})["services"][0]["runningCount"]
        .get<std::int64_t>();
  }
  std::string arn;
};

}  // namespace

TEST_SUITE("ecs: container instances") {
  TEST_CASE("tasks are spread over zones, or packed") {
    HostedWorld spread{4};
    CHECK(spread.spread() == std::vector<std::int64_t>{2, 2});
    HostedWorld packed{3, Json::array({Json{{"Type", "binpack"}, {"Field", "memory"}}})};
    CHECK(packed.spread() == std::vector<std::int64_t>{3, 0});
    const Json instance = packed.instances()[0];
    CHECK(instance["capacityProviderName"] == "ec2");
    CHECK(instance["remainingResources"][0]["integerValue"] == 2048 - 3 * 512);
  }

  TEST_CASE("where nothing has room the service waits, and says so once") {
    HostedWorld world{5, Json::array(), 1};
    CHECK(world.running() == 4);  // 2048 CPU units, 512 each
    world.run_for(10min);
    // "has insufficient CPU units available" (service-event-messages-list)
    const Json service = world.must("ecs", "DescribeServices",
                                    {{"cluster", "prod"}, {"services", {"web"}}})["services"][0];
    CHECK(service["events"][0]["message"].get<std::string>().find(
              "has insufficient CPU units available.") != std::string::npos);
    const auto reserved = world.cloud.metrics().find(
        {world.cloud.home(), "AWS/ECS", "CPUReservation", {{"ClusterName", "prod"}}});
    REQUIRE(reserved.has_value());
    CHECK(world.cloud.metrics().statistic(
              *reserved, *Statistic::parse("Average"),
              {world.sim.now() - 5min, world.sim.now(), world.sim.now()}) == 100.0);
    CHECK(world.running() == 4);
    CHECK(world.told({EntryKind::event}).size() == 1);
    world.must("autoscaling", "SetDesiredCapacity",
               {{"AutoScalingGroupName", "hosts"}, {"DesiredCapacity", 2}});
    world.run_for(10min);
    CHECK(world.running() == 5);
  }

  // API Reference, RunTask: failures name the instance and what it lacks.
  TEST_CASE(
      "RunTask without room fails and says what is missing; without instances it is refused") {
    HostedWorld world{4, Json::array(), 1};
    const Json answer =
        world.must("ecs", "RunTask", {{"cluster", "prod"}, {"taskDefinition", "web"}});
    CHECK(answer["tasks"].empty());
    CHECK(answer["failures"][0]["reason"] == "RESOURCE:CPU");
    world.must("ecs", "CreateCluster", {{"clusterName", "empty"}});
    CHECK(world.refusal("ecs", "RunTask", {{"cluster", "empty"}, {"taskDefinition", "web"}}) ==
          "InvalidParameterException");
  }

  TEST_CASE("draining moves tasks away, within the service's bounds") {
    HostedWorld world{4};
    const Json first = world.instances()[0];
    world.must("ecs", "UpdateContainerInstancesState",
               {{"cluster", "prod"},
                {"containerInstances", {first["containerInstanceArn"]}},
                {"status", "DRAINING"}});
    world.run_for(10min);
    CHECK(world.running() == 4);
    CHECK(world.spread() == std::vector<std::int64_t>{0, 4});
    CHECK(world.cloud.unhealthy().empty());
  }

  TEST_CASE("an instance that is terminated takes its tasks along; its group replaces it") {
    HostedWorld world{4};
    const auto instance = world.instances()[0]["ec2InstanceId"].get<std::string>();
    world.must("ec2", "TerminateInstances", {{"InstanceIds", {instance}}});
    world.run_for(5s);
    CHECK(world.cloud.health(world.arn) == Health::in_danger);
    world.run_for(15min);
    CHECK(world.running() == 4);
    CHECK(world.instances().size() == 2);
    CHECK(world.cloud.health(world.arn) == Health::ok);
  }
}

}  // namespace opsim::tests
