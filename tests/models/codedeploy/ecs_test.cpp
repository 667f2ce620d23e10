// An ECS service moves from one task set to another behind two target groups.
#include "models/ecs/service.hpp"
#include "models/elb/service.hpp"
#include "models/workload/service.hpp"
#include "opsim/cloud/running_version.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/codedeploy/world.hpp"

namespace opsim::tests {
namespace {

const Service* const kContainerReleases[] = {&kEc2,    &kEcs,        &kElbV2,   &kCloudWatch,
                                             &kLambda, &kCodeDeploy, &kWorkload};

Json definition(int version) {
  return {{"family", "web"},
          {"requiresCompatibilities", {"FARGATE"}},
          {"networkMode", "awsvpc"},
          {"cpu", "256"},
          {"memory", "512"},
          {"containerDefinitions",
           {{{"name", "app"},
             {"image", fmt::format("web:{}", version)},
             {"portMappings", {{{"containerPort", 80}}}}}}}};
}

/// Four tasks of web:1 behind a listener, with a test listener on 9000; web:2 fails 10 % of
/// requests.
struct TwoSets : Releases {
  explicit TwoSets(std::string config, Json more = Json::object(), Json strategy = {})
      : Releases{kContainerReleases} {
    must("ecs", "CreateCluster", {{"clusterName", "prod"}});
    must("ecs", "RegisterTaskDefinition", definition(1));
    must("ecs", "RegisterTaskDefinition", definition(2));
    blue = target_group("blue");
    green = target_group("green");
    balancer = must("elbv2", "CreateLoadBalancer",
                    {{"Name", "web"},
                     {"Subnets",
                      {"subnet-a", "subnet-b", "subnet-c"}}})["LoadBalancers"][0]["LoadBalancerArn"]
                   .get<std::string>();
    listener = listen(80);
    test_listener = listen(9000);
    Json balancing{{"targetGroupArn", blue}, {"containerName", "app"}, {"containerPort", 80}};
    Json asked{{"cluster", "prod"},
               {"serviceName", "web"},
               {"desiredCount", 4},
               {"taskDefinition", "web:1"},
               {"networkConfiguration", {{"awsvpcConfiguration", {{"subnets", {"subnet-a"}}}}}}};
    if (strategy.is_null()) {
      asked["deploymentController"] = {{"type", "CODE_DEPLOY"}};
    } else {
      asked["deploymentConfiguration"] = std::move(strategy);
      balancing["advancedConfiguration"] = {{"alternateTargetGroupArn", green},
                                            {"productionListenerRule", default_rule(listener)},
                                            {"testListenerRule", default_rule(test_listener)}};
    }
    asked["loadBalancers"] = Json::array({balancing});
    service = must("ecs", "CreateService", asked)["service"]["serviceArn"].get<std::string>();
    more["deploymentConfigName"] = std::move(config);
    more["ecsServices"] = Json::array({{{"clusterName", "prod"}, {"serviceName", "web"}}});
    more["loadBalancerInfo"] = {
        {"targetGroupPairInfoList",
         {{{"targetGroups", {{{"name", "blue"}}, {{"name", "green"}}}},
           {"prodTrafficRoute", {{"listenerArns", Json::array({listener})}}},
           {"testTrafficRoute", {{"listenerArns", Json::array({test_listener})}}}}}}};
    if (asked.contains("deploymentController")) application("ECS", more);
    cloud.resources().add({.logical_id = "Balancer",
                           .type = "AWS::ElasticLoadBalancingV2::LoadBalancer",
                           .physical_id = balancer,
                           .arn = balancer,
                           .place = cloud.home()});
    run_for(10min);
    const Document document = read_yaml("scenario.yaml", fmt::format(R"(
Web:
  served by: {}
  behind: Balancer
  work: exponential(mean 20ms)
  demand: {{ rate: 100/s }}
  versions: {{ "web:2": {{ errors: 10 % }} }}
)",
                                                                     service));
    kWorkload.sections[0].read(*cloud.model("workload"), cloud, document.root);
    run_for(1min);
  }
  std::string target_group(const std::string& name) {
    return must("elbv2", "CreateTargetGroup",
                {{"Name", name},
                 {"Protocol", "HTTP"},
                 {"Port", 80},
                 {"VpcId", "vpc-1"},
                 {"TargetType", "ip"},
                 {"HealthCheckIntervalSeconds", 10},
                 {"HealthyThresholdCount", 2}})["TargetGroups"][0]["TargetGroupArn"]
        .get<std::string>();
  }
  std::string listen(int port) {
    return must(
               "elbv2", "CreateListener",
               {{"LoadBalancerArn", balancer},
                {"Protocol", "HTTP"},
                {"Port", port},
                {"DefaultActions",
                 {{{"Type", "forward"}, {"TargetGroupArn", blue}}}}})["Listeners"][0]["ListenerArn"]
        .get<std::string>();
  }
  std::string default_rule(const std::string& of) {
    const Json rules = must("elbv2", "DescribeRules", {{"ListenerArn", of}})["Rules"];
    return rules[0]["RuleArn"].get<std::string>();
  }
  static Json revision(const std::string& hooks = "") {
    return {{"revisionType", "AppSpecContent"},
            {"appSpecContent",
             {{"content",
               "version: 0.0\nResources:\n  - TargetService:\n      Type: AWS::ECS::Service\n"
               "      Properties:\n        TaskDefinition: web:2\n"
               "        LoadBalancerInfo: { ContainerName: app, ContainerPort: 80 }\n" +
                   hooks}}}};
  }
  /// Per cent of a listener's requests that go to the green target group; -1: it names one group.
  int green_share(const std::string& of) {
    const Json action = must("elbv2", "DescribeListeners",
                             {{"ListenerArns", {of}}})["Listeners"][0]["DefaultActions"][0];
    if (!action.contains("ForwardConfig")) return -1;
    for (const Json& one : action["ForwardConfig"]["TargetGroups"])
      if (one["TargetGroupArn"] == green) return one["Weight"].get<int>();
    return -1;
  }
  Json sets() {
    return must("ecs", "DescribeServices",
                {{"cluster", "prod"}, {"services", {"web"}}})["services"][0]["taskSets"];
  }
  double errors() { return cloud.read_quantity("Web", "errors").value_or(-1); }
  void until(const std::string& id, const char* event, const char* status) {
    for (int i = 0; i < 3600; ++i) {
      const auto found = call("codedeploy", "GetDeploymentTarget",
                              {{"deploymentId", id}, {"targetId", "prod:web"}});
      const Json events =
          found ? (*found)["deploymentTarget"]["ecsTarget"]["lifecycleEvents"] : Json::array();
      for (const Json& one : events)
        if (one["lifecycleEventName"] == event && one["status"] == status) return;
      run_for(1s);
    }
    FAIL(event << " never was " << status);
  }

  std::string blue, green, balancer, listener, test_listener, service;
};

Json ends_after(int minutes) {
  return {{"terminateBlueInstancesOnDeploymentSuccess",
           {{"action", "TERMINATE"}, {"terminationWaitTimeInMinutes", minutes}}},
          {"deploymentReadyOption", {{"actionOnTimeout", "CONTINUE_DEPLOYMENT"}}}};
}

}  // namespace

TEST_SUITE("codedeploy: ECS") {
  TEST_CASE("a canary: a tenth of the listener's requests, then all, then the old tasks end") {
    TwoSets world{"CodeDeployDefault.ECSCanary10Percent5Minutes",
                  {{"blueGreenDeploymentConfiguration", ends_after(10)}}};
    REQUIRE(world.sets().size() == 1);
    CHECK(world.sets()[0]["status"] == "PRIMARY");
    CHECK(world.errors() < 1e-6);
    const std::string id = world.deploy(world.revision());
    // Healthy, and with a weight of 0: nobody meets the new tasks.
    double worst = 0;
    for (int i = 0; i < 3600 && world.green_share(world.listener) != 10; ++i) {
      worst = std::max(worst, world.errors());
      world.run_for(1s);
    }
    CHECK(worst < 1e-6);
    world.until(id, "AllowTraffic", "InProgress");
    world.run_for(2s);
    CHECK(world.green_share(world.listener) == 10);
    CHECK(world.green_share(world.test_listener) == 100);
    CHECK(world.sets().size() == 2);
    // A tenth of the requests meet a version that fails a tenth of them.
    CHECK(world.errors() == doctest::Approx(1).epsilon(.01));
    world.run_for(5min);
    CHECK(world.green_share(world.listener) == 100);
    CHECK(world.errors() == doctest::Approx(10).epsilon(.01));
    world.until(id, "AfterAllowTraffic", "Succeeded");
    CHECK(world.status(id) == "InProgress");  // until the original task set is gone
    CHECK(world.sets()[0]["taskDefinition"].get<std::string>().ends_with("web:2"));
    CHECK(world.sets()[0]["status"] == "PRIMARY");
    world.run_for(11min);
    CHECK(world.status(id) == "Succeeded");
    world.run_for(10min);
    CHECK(world.sets().size() == 1);
    const Json target = world.must("codedeploy", "GetDeploymentTarget",
                                   {{"deploymentId", id}, {"targetId", "prod:web"}});
    std::string order;
    for (const Json& one : target["deploymentTarget"]["ecsTarget"]["lifecycleEvents"])
      order += one["lifecycleEventName"].get<std::string>() + " ";
    CHECK(order ==
          "BeforeInstall Install AfterInstall TestTraffic AfterAllowTestTraffic BeforeAllowTraffic "
          "AllowTraffic AfterAllowTraffic ");
  }

  TEST_CASE("an alarm in the canary: all goes back at once and the new tasks are deleted") {
    Json more{{"blueGreenDeploymentConfiguration", ends_after(10)},
              {"alarmConfiguration", {{"enabled", true}, {"alarms", {{{"name", "Pain"}}}}}},
              {"autoRollbackConfiguration",
               {{"enabled", true}, {"events", {"DEPLOYMENT_STOP_ON_ALARM"}}}}};
    TwoSets world{"CodeDeployDefault.ECSCanary10Percent5Minutes", more};
    world.alarm("Pain");
    const std::string id = world.deploy(world.revision());
    world.until(id, "AllowTraffic", "InProgress");
    world.run_for(1min);
    world.ring("Pain");
    world.run_for(30s);
    CHECK(world.status(id) == "Stopped");
    CHECK(world.green_share(world.listener) == 0);
    CHECK(world.green_share(world.test_listener) == 0);
    CHECK(world.errors() < 1e-6);
    world.run_for(15min);
    CHECK(world.sets().size() == 1);
    CHECK(world.sets()[0]["taskDefinition"].get<std::string>().ends_with("web:1"));
    CHECK(world.status(world.get(id)["rollbackInfo"]["rollbackDeploymentId"].get<std::string>()) ==
          "Succeeded");
  }

  TEST_CASE("a hook after test traffic that fails lets no production traffic through") {
    Json more{
        {"autoRollbackConfiguration", {{"enabled", true}, {"events", {"DEPLOYMENT_FAILURE"}}}}};
    TwoSets world{"CodeDeployDefault.ECSAllAtOnce", more};
    const std::string id =
        world.deploy(world.revision("Hooks:\n  - AfterAllowTestTraffic: no-such-function\n"));
    world.run_for(15min);
    CHECK(world.status(id) == "Failed");
    CHECK(world.error(id) == "HOOK_EXECUTION_FAILURE");
    CHECK(world.errors() < 1e-6);
    CHECK(world.green_share(world.listener) == 0);
    world.run_for(15min);
    CHECK(world.sets().size() == 1);
  }

  TEST_CASE(
      "linear, one tenth every three minutes: exposure grows as the table says (cd-ecs-001)") {
    TwoSets world{"CodeDeployDefault.ECSLinear10PercentEvery3Minutes"};
    const std::string id = world.deploy(world.revision());
    world.until(id, "AllowTraffic", "InProgress");
    for (int tenth = 1; tenth <= 10; ++tenth) {
      world.run_for(2s);
      CHECK(world.green_share(world.listener) == 10 * tenth);
      CHECK(world.errors() == doctest::Approx(tenth).epsilon(.01));
      world.run_for(3min - 2s);
    }
  }

  TEST_CASE(
      "both waits end by ContinueDeployment; until then only test traffic meets the new tasks") {
    Json waits = ends_after(600);
    waits["deploymentReadyOption"] = {{"actionOnTimeout", "STOP_DEPLOYMENT"},
                                      {"waitTimeInMinutes", 60}};
    TwoSets world{"CodeDeployDefault.ECSAllAtOnce", {{"blueGreenDeploymentConfiguration", waits}}};
    const std::string id = world.deploy(world.revision());
    for (int i = 0; i < 3600 && world.status(id) != "Ready"; ++i) world.run_for(1s);
    REQUIRE(world.status(id) == "Ready");
    CHECK(world.green_share(world.test_listener) == 100);
    CHECK(world.green_share(world.listener) == 0);
    CHECK(world.errors() < 1e-6);
    world.must("codedeploy", "ContinueDeployment",
               {{"deploymentId", id}, {"deploymentWaitType", "READY_WAIT"}});
    world.run_for(1min);
    CHECK(world.errors() == doctest::Approx(10).epsilon(.01));
    CHECK(world.get(id)["instanceTerminationWaitTimeStarted"] == true);
    CHECK(world.refusal("codedeploy", "ContinueDeployment", {{"deploymentId", id}}) ==
          "DeploymentIsNotInReadyStateException");
    world.must("codedeploy", "ContinueDeployment",
               {{"deploymentId", id}, {"deploymentWaitType", "TERMINATION_WAIT"}});
    world.run_for(15min);
    CHECK(world.status(id) == "Succeeded");
    CHECK(world.sets().size() == 1);
  }

  TEST_CASE("the service itself refuses what belongs to CodeDeploy") {
    TwoSets world{"CodeDeployDefault.ECSAllAtOnce"};
    CHECK(world.refusal("ecs", "UpdateService",
                        {{"cluster", "prod"}, {"service", "web"}, {"taskDefinition", "web:2"}}) ==
          "InvalidParameterException");
    world.must("ecs", "UpdateService",
               {{"cluster", "prod"}, {"service", "web"}, {"desiredCount", 6}});
    world.run_for(5min);
    CHECK(world.sets()[0]["computedDesiredCount"] == 6);
    CHECK(world.sets()[0]["stabilityStatus"] == "STEADY_STATE");
    CHECK(world.refusal("ecs", "UpdateTaskSet",
                        {{"cluster", "prod"},
                         {"service", "web"},
                         {"taskSet", "ecs-svc/9"},
                         {"scale", {{"unit", "PERCENT"}, {"value", 50}}}}) ==
          "TaskSetNotFoundException");
  }
}

namespace {

/// The same service with ECS's own strategy.
struct OwnStrategy : TwoSets {
  explicit OwnStrategy(Json strategy) : TwoSets{"", Json::object(), std::move(strategy)} {}
  void update() {
    must("ecs", "UpdateService",
         {{"cluster", "prod"}, {"service", "web"}, {"taskDefinition", "web:2"}});
  }
  void until_share(int wanted) {
    for (int i = 0; i < 3600 && green_share(listener) != wanted; ++i) run_for(1s);
    REQUIRE(green_share(listener) == wanted);
    run_for(1s);
  }
  std::vector<std::string> versions() {
    std::set<std::string> found;
    for (const std::string& task : cloud.members(service))
      found.insert(version_of(cloud, task).name);
    return {found.begin(), found.end()};
  }
};

}  // namespace

// ECS Developer Guide, deployment-type-blue-green, blue-green-deployment-how-it-works
TEST_SUITE("ecs: its own blue/green") {
  TEST_CASE("test traffic, then all production traffic, a bake with both, and the blue tasks end") {
    OwnStrategy world{{{"strategy", "BLUE_GREEN"}, {"bakeTimeInMinutes", 10}}};
    CHECK(world.errors() < 1e-6);
    world.update();
    world.until_share(100);
    CHECK(world.green_share(world.test_listener) == 100);
    CHECK(world.errors() == doctest::Approx(10).epsilon(.01));
    CHECK(world.versions().size() == 2);
    world.run_for(9min);
    CHECK(world.versions().size() == 2);
    world.run_for(10min);
    CHECK(world.versions() == std::vector<std::string>{"web:2"});
    CHECK(world.errors() == doctest::Approx(10).epsilon(.01));
    // And back again: the target groups have changed places.
    world.must("ecs", "UpdateService",
               {{"cluster", "prod"}, {"service", "web"}, {"taskDefinition", "web:1"}});
    world.run_for(20min);
    CHECK(world.errors() < 1e-6);
    CHECK(world.green_share(world.listener) == 0);
  }

  TEST_CASE("an alarm in the bake: the traffic returns at once") {
    const Json alarms{{"enable", true}, {"rollback", true}, {"alarmNames", Json::array({"Pain"})}};
    OwnStrategy world{{{"strategy", "BLUE_GREEN"}, {"bakeTimeInMinutes", 10}, {"alarms", alarms}}};
    world.alarm("Pain");
    world.update();
    world.until_share(100);
    world.ring("Pain");
    world.run_for(5s);
    CHECK(world.green_share(world.listener) == 0);
    CHECK(world.errors() < 1e-6);
    world.run_for(10min);
    CHECK(world.versions() == std::vector<std::string>{"web:1"});
  }

  TEST_CASE("canary and linear: a share at a time, each with its own bake") {
    OwnStrategy canary{
        {{"strategy", "CANARY"},
         {"canaryConfiguration", {{"canaryPercent", 5}, {"canaryBakeTimeInMinutes", 10}}}}};
    canary.update();
    canary.until_share(5);
    CHECK(canary.errors() == doctest::Approx(.5).epsilon(.01));
    canary.run_for(10min);
    CHECK(canary.errors() == doctest::Approx(10).epsilon(.01));

    OwnStrategy linear{
        {{"strategy", "LINEAR"},
         {"linearConfiguration", {{"stepPercent", 25}, {"stepBakeTimeInMinutes", 2}}}}};
    linear.update();
    for (const int share : {25, 50, 75, 100}) {
      linear.until_share(share);
      CHECK(linear.errors() == doctest::Approx(share / 10.0).epsilon(.01));
    }
  }

  TEST_CASE("a hook that fails rolls it back before anybody meets the new version") {
    const Json hook{{"hookTargetArn", "no-such-function"},
                    {"roleArn", "arn:aws:iam::123456789012:role/hooks"},
                    {"lifecycleStages", Json::array({"POST_TEST_TRAFFIC_SHIFT"})}};
    OwnStrategy world{{{"strategy", "BLUE_GREEN"}, {"lifecycleHooks", Json::array({hook})}}};
    world.update();
    world.run_for(20min);
    CHECK(world.errors() < 1e-6);
    CHECK(world.versions() == std::vector<std::string>{"web:1"});
  }
}

}  // namespace opsim::tests
