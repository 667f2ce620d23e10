// What a service says of itself: its event messages, and how its tasks end.
// AWS: ECS Developer Guide, "Amazon ECS service event messages" (service-event-messages-list),
// "Stopped tasks error codes", "Amazon ECS clusters for Fargate" (fargate-capacity-providers:
// Spot), "Task retirement and maintenance" (task-maintenance).
#include <algorithm>

#include "models/elb/service.hpp"
#include "tests/models/ecs/world.hpp"

namespace opsim::tests {

namespace {

const Service* const kBalancedContainers[] = {&kEcs, &kElbV2};

/// A service of two Fargate tasks behind an Application Load Balancer.
struct BalancedContainers : SmallWorld {
  explicit BalancedContainers(const Json& more = Json::object())
      : SmallWorld{kBalancedContainers, Seed{1}} {
    group = make("AWS::ElasticLoadBalancingV2::TargetGroup", "Group",
                 {{"Name", "web"},
                  {"Protocol", "HTTP"},
                  {"Port", 80},
                  {"VpcId", "vpc-1"},
                  {"TargetType", "ip"},
                  {"TargetGroupAttributes",
                   {{{"Key", "deregistration_delay.timeout_seconds"}, {"Value", "300"}}}}});
    Json subnets = Json::array();  // in each zone of the Region: tasks may be anywhere
    for (const std::string& zone : zones_of("us-east-1")) subnets.push_back("subnet-" + zone);
    const std::string balancer = make("AWS::ElasticLoadBalancingV2::LoadBalancer", "Balancer",
                                      {{"Name", "web"}, {"Subnets", subnets}});
    make("AWS::ElasticLoadBalancingV2::Listener", "Listener",
         {{"LoadBalancerArn", balancer},
          {"Protocol", "HTTP"},
          {"Port", 80},
          {"DefaultActions", {{{"Type", "forward"}, {"TargetGroupArn", group}}}}});
    make("AWS::ECS::Cluster", "Cluster", {{"ClusterName", "prod"}});
    Json service{
        {"ServiceName", "web"},
        {"Cluster", "prod"},
        {"DesiredCount", 2},
        {"TaskDefinition", make("AWS::ECS::TaskDefinition", "Definition", web_definition())},
        {"LoadBalancers",
         {{{"TargetGroupArn", group}, {"ContainerName", "app"}, {"ContainerPort", 80}}}},
        {"NetworkConfiguration", {{"AwsvpcConfiguration", {{"Subnets", Json::array()}}}}}};
    service.update(more);
    arn = make("AWS::ECS::Service", "Web", service);
    run_for(1min);
  }

  void fault(std::string_view name, const std::string& yaml) {
    const Document document = read_yaml("scenario.yaml", yaml);
    for (const Fault& row : kEcs.faults)
      if (row.name == name)
        return row.begin(*cloud.model("ecs"),
                         {cloud, document.root, cloud.members(arn), "scenario.yaml:1", "1"});
    FAIL("no fault " << name);
  }
  Json service() {
    return must("ecs", "DescribeServices",
                {{"cluster", "prod"}, {"services", {"web"}}})["services"][0];
  }
  /// Its messages, oldest first, with ids cut to their first letters.
  std::vector<std::string> messages() {
    std::vector<std::string> all;
    const Json shown = service();
    for (const Json& event : shown.at("events"))
      all.insert(all.begin(), event["message"].get<std::string>());
    return all;
  }
  bool said(const std::string& part) {
    return std::ranges::any_of(
        messages(), [&](const std::string& text) { return text.find(part) != text.npos; });
  }
  Json stopped() {
    const Json arns =
        must("ecs", "ListTasks", {{"cluster", "prod"}, {"desiredStatus", "STOPPED"}})["taskArns"];
    REQUIRE_FALSE(arns.empty());
    return must("ecs", "DescribeTasks", {{"cluster", "prod"}, {"tasks", arns}})["tasks"][0];
  }

  std::string group;
  std::string arn;
};

}  // namespace

TEST_SUITE("ecs: what a service says") {
  TEST_CASE("a deployment: started, registered, draining, deregistered, stopped, steady") {
    BalancedContainers world;
    world.must("ecs", "UpdateService",
               {{"cluster", "prod"}, {"service", "web"}, {"forceNewDeployment", true}});
    world.run_for(20min);
    CHECK(world.said("(service web) has started 2 tasks: (task "));
    CHECK(world.said("(service web) registered 1 targets in (target-group " + world.group + ")"));
    CHECK(
        world.said("(service web, taskSet ecs-svc/0000000000000000001) has begun draining "
                   "connections on 1 tasks."));
    CHECK(world.said("(service web) deregistered 1 targets in (target-group " + world.group + ")"));
    CHECK(world.said("(service web) has stopped 1 running tasks: (task "));
    CHECK(world.said(") deployment completed."));
    CHECK(world.messages().back() == "(service web) has reached a steady state.");
  }

  // "service (service-name) (port 80) is unhealthy in (target-group ...) due to (reason Health
  // checks failed with these codes: [...])".
  TEST_CASE("a target that fails its checks is told with the load balancer's own reason") {
    BalancedContainers world;
    world.cloud.change_quantity(world.group, "answer", {Change::How::to, 502});
    world.run_for(3min);
    CHECK(world.said("(service web) (port 80) is unhealthy in (target-group " + world.group +
                     ") due to (reason Health checks failed with these codes: [502])"));
    CHECK(world.stopped()["stoppedReason"] ==
          "Task failed ELB health checks in (target-group " + world.group + ")");
  }

  // "was unable to stop or start tasks during a deployment because of the service deployment
  // configuration": 150 % of one task is one task, and 100 % of it may not stop.
  TEST_CASE("bounds that round to the desired count block a deployment, and it says so once") {
    BalancedContainers world{
        {{"DesiredCount", 1},
         {"DeploymentConfiguration", {{"MinimumHealthyPercent", 100}, {"MaximumPercent", 150}}}}};
    world.must("ecs", "UpdateService",
               {{"cluster", "prod"}, {"service", "web"}, {"forceNewDeployment", true}});
    world.run_for(30min);
    const auto all = world.messages();
    CHECK(std::ranges::count_if(all, [](const std::string& text) {
            return text ==
                   "(service web) was unable to stop or start tasks during a deployment because "
                   "of the service deployment configuration. Update the minimumHealthyPercent or "
                   "maximumPercent value and try again.";
          }) == 1);
    CHECK(world.service()["deployments"].size() == 2);
    CHECK(world.service()["runningCount"] == 1);
  }

  // API, CapacityProviderStrategyItem: base 1, then weights 1 and 4: "for every one task run using
  // capacityProviderA, four tasks would use capacityProviderB".
  TEST_CASE("a strategy's base comes first, its weights divide the rest") {
    BalancedContainers world{{{"DesiredCount", 11},
                              {"CapacityProviderStrategy",
                               {{{"CapacityProvider", "FARGATE"}, {"Base", 1}, {"Weight", 1}},
                                {{"CapacityProvider", "FARGATE_SPOT"}, {"Weight", 4}}}}}};
    const Json arns = world.must("ecs", "ListTasks", {{"cluster", "prod"}})["taskArns"];
    const Json tasks =
        world.must("ecs", "DescribeTasks", {{"cluster", "prod"}, {"tasks", arns}})["tasks"];
    CHECK(std::ranges::count_if(tasks, [](const Json& task) {
            return task["capacityProviderName"] == "FARGATE_SPOT";
          }) == 8);
    CHECK(tasks.size() == 11);
    CHECK(world.service()["capacityProviderStrategy"].size() == 2);
    const auto refused = [&](const Json& strategy) {
      return world.refusal(
          "ecs", "UpdateService",
          {{"cluster", "prod"}, {"service", "web"}, {"capacityProviderStrategy", strategy}});
    };
    const Json a{{"capacityProvider", "FARGATE"}, {"base", 1}, {"weight", 1}};
    const Json b{{"capacityProvider", "FARGATE_SPOT"}, {"base", 1}, {"weight", 1}};
    CHECK(refused(Json::array({a, b})) == "InvalidParameterException");
    const Json c{{"capacityProvider", "ec2"}, {"weight", 1}};
    CHECK(refused(Json::array({a, c})) == "InvalidParameterException");
  }

  // "Fargate Spot ... a two-minute warning is sent before a task is stopped. The warning is sent as
  // a task state change event ... and a SIGTERM signal"; stopCode SpotInterruption.
  TEST_CASE("Spot takes a task back two minutes after it says so; the service replaces it") {
    BalancedContainers world{
        {{"CapacityProviderStrategy", {{{"CapacityProvider", "FARGATE_SPOT"}, {"Weight", 1}}}}}};
    world.fault("interrupt spot task", "{ hitting: one, on: Web }");
    const SimTime warned = world.sim.now();
    const Json task = world.stopped();
    CHECK(task["stopCode"] == "SpotInterruption");
    CHECK(task["stoppedReason"] == "Your Spot Task was interrupted.");
    CHECK(task["capacityProviderName"] == "FARGATE_SPOT");
    CHECK(task["lastStatus"] == "DEACTIVATING");
    while (world.stopped()["lastStatus"] == "DEACTIVATING") world.run_for(1s);
    CHECK(world.sim.now() - warned >= 119s);
    CHECK(world.sim.now() - warned <= 122s);  // not the 300 s of the deregistration delay
    world.run_for(10min);
    CHECK(world.service()["runningCount"] == 2);
  }

  // "Amazon ECS task state change events": attachments of type eni; DescribeTasks shows the same as
  // ElasticNetworkInterface. The times are those of API Reference, Task.
  TEST_CASE("a task's network interface and times are where scripts look for them") {
    BalancedContainers world;
    world.must("ecs", "UpdateService",
               {{"cluster", "prod"}, {"service", "web"}, {"forceNewDeployment", true}});
    world.run_for(20min);
    const Json task = world.stopped();
    const Json& attached = task["attachments"][0];
    CHECK(attached["type"] == "ElasticNetworkInterface");
    CHECK(attached["status"] == "DELETED");
    const Json& details = attached["details"];
    CHECK(details.back()["name"] == "privateIPv4Address");
    CHECK(details.back()["value"] ==
          task["containers"][0]["networkInterfaces"][0]["privateIpv4Address"]);
    CHECK(task.contains("executionStoppedAt"));
    CHECK(task["stoppingAt"].get<std::string>() < task["executionStoppedAt"].get<std::string>());
    CHECK(task["executionStoppedAt"].get<std::string>() < task["stoppedAt"].get<std::string>());
  }

  // "Amazon ECS ... starts a replacement task, and then stops the task to be retired, honouring
  // minimumHealthyPercent".
  TEST_CASE("a retired task is replaced before it ends") {
    BalancedContainers world;
    world.fault("retire task", "{ hitting: one, on: Web }");
    for (int i = 0; i < 600; ++i) {
      world.run_for(1s);
      CHECK(world.service()["runningCount"].get<int>() >= 2);
    }
    CHECK(world.stopped()["stoppedReason"] ==
          "ECS is performing maintenance on the underlying infrastructure hosting the task.");
    CHECK(world.cloud.unhealthy().empty());
    CHECK(world.service()["deployments"].size() == 1);
  }
}

}  // namespace opsim::tests
