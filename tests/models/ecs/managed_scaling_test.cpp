// Cluster auto scaling, daemons, placement constraints.
#include "models/cloudwatch/service.hpp"
#include "models/compute/service.hpp"
#include "models/ecs/capacity.hpp"
#include "models/ecs/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const opsim::Service* const kManagedServices[] = {&kEc2, &kAutoScaling, &kCloudWatch, &kEcs};

/// A group of m5.large (room for four tasks of 512 units) behind a provider that scales it.
struct ManagedWorld : SmallWorld {
  explicit ManagedWorld(std::int64_t instances, std::int64_t desired,
                        Json provider = Json::object(), bool protects_new = false)
      : SmallWorld{kManagedServices} {
    const Json data{{"ImageId", "ami-1"}, {"InstanceType", "m5.large"}};
    const std::string launch =
        make("AWS::EC2::LaunchTemplate", "Template", {{"LaunchTemplateData", data}});
    make("AWS::AutoScaling::AutoScalingGroup", "Hosts",
         {{"AutoScalingGroupName", "hosts"},
          {"AvailabilityZones", {"us-east-1a", "us-east-1b"}},
          {"MinSize", "0"},
          {"MaxSize", "10"},
          {"DesiredCapacity", std::to_string(instances)},
          {"NewInstancesProtectedFromScaleIn", protects_new},
          {"LaunchTemplate", {{"LaunchTemplateId", launch}, {"Version", "1"}}}});
    make("AWS::ECS::Cluster", "Cluster", {{"ClusterName", "prod"}});
    provider["AutoScalingGroupArn"] = "hosts";
    if (!provider.contains("ManagedScaling"))
      provider["ManagedScaling"] = {
          {"Status", "ENABLED"}, {"TargetCapacity", 100}, {"InstanceWarmupPeriod", 60}};
    make("AWS::ECS::CapacityProvider", "Provider",
         {{"Name", "ec2"}, {"AutoScalingGroupProvider", provider}});
    Json strategy{{"CapacityProvider", "ec2"}, {"Weight", 1}};
    make("AWS::ECS::ClusterCapacityProviderAssociations", "Association",
         {{"Cluster", "prod"},
          {"CapacityProviders", {"ec2"}},
          {"DefaultCapacityProviderStrategy", Json::array({strategy})}});
    Json container{{"Name", "app"}, {"Image", "web:1"}, {"Cpu", 512}, {"Memory", 1024}};
    definition = make("AWS::ECS::TaskDefinition", "Definition",
                      {{"Family", "web"}, {"ContainerDefinitions", Json::array({container})}});
    make("AWS::ECS::Service", "Web",
         {{"ServiceName", "web"},
          {"Cluster", "prod"},
          {"DesiredCount", desired},
          {"TaskDefinition", definition}});
    run_for(1min);
  }
  Json service(std::string_view name = "web") {
    return must("ecs", "DescribeServices",
                {{"cluster", "prod"}, {"services", Json::array({name})}})["services"][0];
  }
  void want(int desired) {
    must("ecs", "UpdateService",
         {{"cluster", "prod"}, {"service", "web"}, {"desiredCount", desired}});
  }
  std::int64_t hosts() {
    return must("autoscaling",
                "DescribeAutoScalingGroups")["AutoScalingGroups"][0]["DesiredCapacity"]
        .get<std::int64_t>();
  }
  std::optional<double> reservation() {
    const auto series =
        cloud.metrics().find({cloud.home(),
                              "AWS/ECS/ManagedScaling",
                              "CapacityProviderReservation",
                              {{"CapacityProviderName", "ec2"}, {"ClusterName", "prod"}}});
    if (!series) return std::nullopt;
    run_for(2min);
    return cloud.metrics().statistic(*series, *Statistic::parse("Average"),
                                     {sim.now() - 90s, sim.now() - 30s, sim.now()});
  }
  std::string definition;
};

}  // namespace

TEST_SUITE("ecs: cluster auto scaling") {
  TEST_CASE("CapacityProviderReservation is M / N x 100, with its two special cases") {
    // AWS Containers Blog, "Deep Dive on Amazon ECS Cluster Auto Scaling".
    CHECK(ecs::reservation_of(3, 3) == 100);
    CHECK(ecs::reservation_of(6, 4) == 150);
    CHECK(ecs::reservation_of(2, 4) == 50);
    CHECK(ecs::reservation_of(0, 0) == 100);
    CHECK(ecs::reservation_of(5, 0) == 200);
  }

  TEST_CASE("tasks without room wait in PROVISIONING, and the group grows for them") {
    ManagedWorld world{1, 4};
    CHECK(world.service()["runningCount"] == 4);
    CHECK(world.reservation() == 100.0);
    world.want(10);
    CHECK(world.service()["pendingCount"] == 6);
    CHECK(world.reservation() == 300.0);  // one stands, two more are filled
    world.run_for(6min);
    CHECK(world.hosts() == 3);
    CHECK(world.service()["runningCount"] == 10);
    CHECK(world.reservation() == 100.0);
    const Json policies = world.must("autoscaling", "DescribePolicies")["ScalingPolicies"];
    REQUIRE(policies.size() == 1);
    CHECK(policies[0]["PolicyName"].get<std::string>().starts_with("ECSManagedScalingPolicy-"));
  }

  TEST_CASE("from nothing, one instance comes first") {
    ManagedWorld world{0, 2};
    CHECK(world.service()["pendingCount"] == 2);
    world.run_for(6min);
    CHECK(world.hosts() == 1);
    CHECK(world.service()["runningCount"] == 2);
  }

  TEST_CASE("instances without tasks go after fifteen minutes; those with tasks are protected") {
    Json binpack{{"ManagedTerminationProtection", "ENABLED"}};
    ManagedWorld world{3, 10, binpack, true};
    world.want(2);
    world.run_for(30min);
    CHECK(world.service()["runningCount"] == 2);
    CHECK(world.hosts() < 3);
    world.run_for(1h);
    const Json group =
        world.must("autoscaling", "DescribeAutoScalingGroups")["AutoScalingGroups"][0];
    for (const Json& instance : group["Instances"]) CHECK(instance["ProtectedFromScaleIn"] == true);
    CHECK(world.service()["runningCount"] == 2);
  }

  TEST_CASE("an instance that its group terminates is drained before") {
    ManagedWorld world{2, 4, {{"ManagedDraining", "ENABLED"}}};
    world.run_for(1min);
    const Json group =
        world.must("autoscaling", "DescribeAutoScalingGroups")["AutoScalingGroups"][0];
    world.must("autoscaling", "TerminateInstanceInAutoScalingGroup",
               {{"InstanceId", group["Instances"][0]["InstanceId"]},
                {"ShouldDecrementDesiredCapacity", true}});
    Json lowest = 4;
    for (int i = 0; i < 40; ++i) {
      world.run_for(15s);
      lowest = std::min(lowest, world.service()["runningCount"]);
    }
    CHECK(lowest >= 4);  // the replacement ran before the drained ones ended
    CHECK(
        world.must("ecs", "ListContainerInstances", {{"cluster", "prod"}})["containerInstanceArns"]
            .size() == 1);
  }

  TEST_CASE("a daemon runs once on each instance, without a desired count of its own") {
    ManagedWorld world{2, 2};
    Json container{{"Name", "agent"}, {"Image", "agent:1"}, {"Cpu", 64}, {"Memory", 128}};
    const Json agent =
        world.must("ecs", "RegisterTaskDefinition",
                   {{"family", "agent"}, {"containerDefinitions", Json::array({container})}});
    world.must("ecs", "CreateService",
               {{"cluster", "prod"},
                {"serviceName", "agent"},
                {"launchType", "EC2"},
                {"schedulingStrategy", "DAEMON"},
                {"taskDefinition", agent["taskDefinition"]["taskDefinitionArn"]}});
    world.run_for(2min);
    CHECK(world.service("agent")["runningCount"] == 2);
    CHECK(world.service("agent")["desiredCount"] == 2);
    CHECK(world.service("agent")["schedulingStrategy"] == "DAEMON");
    world.want(9);  // a third instance comes: beside the agent there is room for three
    world.run_for(10min);
    CHECK(world.hosts() == 3);
    CHECK(world.service("agent")["runningCount"] == 3);
    // A new deployment: each instance's task stops before its successor starts.
    world.must("ecs", "UpdateService",
               {{"cluster", "prod"}, {"service", "agent"}, {"forceNewDeployment", true}});
    world.run_for(5min);
    CHECK(world.service("agent")["runningCount"] == 3);
    CHECK(world.service("agent")["deployments"].size() == 1);
    CHECK(world.service("agent")["deployments"][0]["rolloutState"] == "COMPLETED");
  }
}

TEST_SUITE("ecs: the zones and the alarms of a service") {
  TEST_CASE("tasks move to a zone that comes late, one by one, never below what is desired") {
    // ECS Developer Guide, service-rebalancing.
    ManagedWorld world{1, 4, {{"ManagedScaling", {{"Status", "DISABLED"}}}}};
    world.must("autoscaling", "SetDesiredCapacity",
               {{"AutoScalingGroupName", "hosts"}, {"DesiredCapacity", 2}});
    for (int i = 0; i < 40; ++i) {
      world.run_for(15s);
      CHECK(world.service()["runningCount"].get<int>() >= 4);
    }
    std::map<std::string, int> zones;
    const Json arns = world.must("ecs", "ListTasks", {{"cluster", "prod"}})["taskArns"];
    const Json tasks =
        world.must("ecs", "DescribeTasks", {{"cluster", "prod"}, {"tasks", arns}})["tasks"];
    for (const Json& task : tasks) ++zones[task["availabilityZone"].get<std::string>()];
    CHECK(zones == std::map<std::string, int>{{"us-east-1a", 2}, {"us-east-1b", 2}});
    const auto lines = world.told({EntryKind::event});
    const auto heard = [&](std::string_view end) {
      return std::ranges::any_of(lines,
                                 [&](const std::string& line) { return line.ends_with(end); });
    };
    CHECK(heard("Web SERVICE_REBALANCING_STARTED"));
    CHECK(heard("Web SERVICE_REBALANCING_STOPPED"));
  }

  TEST_CASE("a deployment with alarms bakes before it is complete, and an alarm rolls it back") {
    ManagedWorld world{2, 2, {{"ManagedScaling", {{"Status", "DISABLED"}}}}};
    world.must("cloudwatch", "PutMetricAlarm",
               {{"AlarmName", "errors"},
                {"Namespace", "Shop"},
                {"MetricName", "Errors"},
                {"Statistic", "Sum"},
                {"Period", 60},
                {"EvaluationPeriods", 5},
                {"Threshold", 1},
                {"ComparisonOperator", "GreaterThanThreshold"}});
    Json container{{"Name", "app"}, {"Image", "web:2"}, {"Cpu", 512}, {"Memory", 1024}};
    world.must("ecs", "RegisterTaskDefinition",
               {{"family", "web"}, {"containerDefinitions", Json::array({container})}});
    const Json alarms{{"alarmNames", {"errors"}}, {"enable", true}, {"rollback", true}};
    const auto deploy = [&](std::string_view definition) {
      world.must("ecs", "UpdateService",
                 {{"cluster", "prod"},
                  {"service", "web"},
                  {"taskDefinition", definition},
                  {"deploymentConfiguration", {{"alarms", alarms}}}});
    };
    const auto state = [&] {
      return world.service()["deployments"][0]["rolloutState"].get<std::string>();
    };
    deploy("web:2");
    world.run_for(4min);
    CHECK(world.service()["deployments"].size() == 1);
    CHECK(state() == "IN_PROGRESS");  // five periods of a minute
    world.run_for(4min);
    CHECK(state() == "COMPLETED");
    deploy("web:1");
    world.run_for(3min);
    world.must("cloudwatch", "SetAlarmState",
               {{"AlarmName", "errors"}, {"StateValue", "ALARM"}, {"StateReason", "a test"}});
    world.run_for(4min);
    CHECK(world.service()["taskDefinition"].get<std::string>().ends_with("web:2"));
    CHECK(state() == "COMPLETED");
  }
}

TEST_SUITE("ecs: placement constraints") {
  TEST_CASE("the cluster query language") {
    // ECS Developer Guide, cluster-query-language, its examples.
    const std::map<std::string, std::string> host{{"attribute:ecs.instance-type", "t2.small"},
                                                  {"attribute:ecs.availability-zone", "us-east-1a"},
                                                  {"agentConnected", "true"}};
    struct Row {
      std::string_view expression;
      std::optional<bool> expected;
    };
    const Row rows[] = {
        {"attribute:ecs.instance-type == t2.small", true},
        {"attribute:ecs.instance-type != t2.small", false},
        {"attribute:ecs.instance-type =~ t2.*", true},
        {"attribute:ecs.instance-type =~ g2.* and attribute:ecs.availability-zone != us-east-1d",
         false},
        {"attribute:ecs.availability-zone in [us-east-1a, us-east-1b]", true},
        {"attribute:ecs.availability-zone not_in [us-east-1a]", false},
        {"not(attribute:ecs.availability-zone == us-east-1a) or agentConnected == true", true},
        {"attribute:stack exists", false},
        {"attribute:stack !exists", true},
        {"attribute:ecs.instance-type ==", false},
        {"attribute:ecs.availability-zone in us-east-1a", std::nullopt},
        {"(agentConnected == true", std::nullopt},
        {"", std::nullopt},
    };
    for (const Row& row : rows) {
      CAPTURE(row.expression);
      CHECK(ecs::holds(row.expression, host) == row.expected);
    }
  }

  TEST_CASE("distinctInstance gives each task an instance of its own") {
    ManagedWorld world{2, 0, {{"ManagedScaling", {{"Status", "DISABLED"}}}}};
    world.must("ecs", "CreateService",
               {{"cluster", "prod"},
                {"serviceName", "lone"},
                {"desiredCount", 3},
                {"taskDefinition", world.definition},
                {"placementConstraints", {{{"type", "distinctInstance"}}}}});
    world.run_for(2min);
    CHECK(world.service("lone")["runningCount"] == 2);
    const Json events = world.service("lone")["events"];
    CHECK(std::ranges::any_of(events, [](const Json& event) {
      return event["message"].get<std::string>().starts_with(
          "(service lone) was unable to place a task because no container instance met all of "
          "its requirements. The closest matching (container-instance ");
    }));
    CHECK(world.refusal(
              "ecs", "CreateService",
              {{"cluster", "prod"},
               {"serviceName", "odd"},
               {"taskDefinition", world.definition},
               {"placementConstraints", {{{"type", "memberOf"}, {"expression", "what ever"}}}}}) ==
          "InvalidParameterException");
  }
}

}  // namespace opsim::tests
