// Two environments of instances.
#include "tests/models/codedeploy/balanced_releases.hpp"

namespace opsim::tests {
namespace {

Json two_environments(Json ready, Json ending, const char* green = "COPY_AUTO_SCALING_GROUP") {
  return {{"deploymentStyle",
           {{"deploymentType", "BLUE_GREEN"}, {"deploymentOption", "WITH_TRAFFIC_CONTROL"}}},
          {"blueGreenDeploymentConfiguration",
           {{"deploymentReadyOption", std::move(ready)},
            {"terminateBlueInstancesOnDeploymentSuccess", std::move(ending)},
            {"greenFleetProvisioningOption", {{"action", green}}}}}};
}

/// In place first, so that the fleet stands with a revision; from then on blue/green.
struct TwoFleets : BalancedFleet {
  explicit TwoFleets(const Json& group, const std::string& versions = "{}")
      : BalancedFleet{Json::object(), "CodeDeployDefault.AllAtOnce", versions} {
    Json change = group;
    change.update({{"applicationName", "Web"}, {"currentDeploymentGroupName", "live"}});
    must("codedeploy", "UpdateDeploymentGroup", change);
  }
  [[nodiscard]] std::vector<std::string> running() {
    std::vector<std::string> found;
    for (const Resource* one : cloud.resources().of_type("AWS::EC2::Instance"))
      if (cloud.read_quantity(one->physical_id, "running").value_or(0) > 0)
        found.push_back(one->physical_id);
    return found;
  }
};

const Json kAtOnce{{"actionOnTimeout", "CONTINUE_DEPLOYMENT"}};
Json after_minutes(int minutes) {
  return {{"action", "TERMINATE"}, {"terminationWaitTimeInMinutes", minutes}};
}

}  // namespace

TEST_SUITE("codedeploy: blue/green") {
  TEST_CASE("a copy of the group is launched, takes the traffic, and the original one ends") {
    TwoFleets world{two_environments(kAtOnce, after_minutes(10)),
                    "{ s3://releases/web-2.zip: { errors: 7 % } }"};
    const std::vector<std::string> blue = world.running();
    const std::string id = world.deploy(world.bundle("web-2.zip"));
    while (world.errors() < 1) world.run_for(5s);
    CHECK(world.running().size() == 16);  // twice the fleet, and twice the bill
    world.run_for(5min);
    CHECK(world.errors() == doctest::Approx(7));
    CHECK(world.running().size() == 16);
    CHECK(world.status(id) == "InProgress");
    CHECK(world.get(id)["deploymentOverview"]["Succeeded"] == 16);
    const Json copies = world.must("autoscaling", "DescribeAutoScalingGroups",
                                   {{"AutoScalingGroupNames", {"CodeDeploy_live_" + id}}});
    REQUIRE(copies["AutoScalingGroups"].size() == 1);
    CHECK(copies["AutoScalingGroups"][0]["DesiredCapacity"] == 8);
    // The order of reference-appspec-file-structure-hooks.
    for (const std::string& one : world.target_ids(id)) {
      const Json target = world.target(id, one);
      const bool original = std::ranges::find(blue, one) != blue.end();
      CHECK(target["instanceLabel"] == (original ? "Blue" : "Green"));
      CHECK(world.events_of(target) ==
            (original ? "BeforeBlockTraffic BlockTraffic AfterBlockTraffic "
                      : "ApplicationStop DownloadBundle BeforeInstall Install AfterInstall "
                        "ApplicationStart ValidateService BeforeAllowTraffic AllowTraffic "
                        "AfterAllowTraffic "));
    }
    world.run_for(20min);
    CHECK(world.status(id) == "Succeeded");
    CHECK(world.running().size() == 8);
    CHECK(world.must("codedeploy", "GetDeploymentGroup",
                     {{"applicationName", "Web"},
                      {"deploymentGroupName",
                       "live"}})["deploymentGroupInfo"]["autoScalingGroups"][0]["name"] ==
          "CodeDeploy_live_" + id);
    // The new group is the one that grows from now on, with the revision.
    world.must("autoscaling", "SetDesiredCapacity",
               {{"AutoScalingGroupName", "CodeDeploy_live_" + id}, {"DesiredCapacity", 9}});
    world.run_for(15min);
    CHECK(world.healthy().size() == 9);
  }

  TEST_CASE("STOP_DEPLOYMENT: Ready, and Stopped after the wait unless continued (cd-bg-001)") {
    const Json wait{{"actionOnTimeout", "STOP_DEPLOYMENT"}, {"waitTimeInMinutes", 60}};
    for (const bool continued : {false, true}) {
      TwoFleets world{two_environments(wait, after_minutes(0))};
      const std::string id = world.deploy(world.bundle("web-2.zip"));
      CHECK(world.refusal("codedeploy", "ContinueDeployment", {{"deploymentId", id}}) ==
            "DeploymentIsNotInReadyStateException");
      while (world.status(id) != "Ready") world.run_for(1s);
      const SimTime ready = world.sim.now();
      CHECK(world.errors() < 1e-6);
      world.run_for(59min);
      CHECK(world.status(id) == "Ready");
      if (continued) {
        world.must("codedeploy", "ContinueDeployment",
                   {{"deploymentId", id}, {"deploymentWaitType", "READY_WAIT"}});
        world.run_for(30min);
        CHECK(world.status(id) == "Succeeded");
        continue;
      }
      while (world.status(id) == "Ready") world.run_for(1s);
      CHECK(world.status(id) == "Stopped");
      CHECK(world.sim.now() - ready >= 60min - 1s);
      CHECK(world.sim.now() - ready <= 60min + 1s);
      CHECK(world.healthy().size() == 8);
    }
  }

  TEST_CASE("an alarm while the original instances still run: the traffic returns to them") {
    Json group = two_environments(kAtOnce, after_minutes(60));
    group["alarmConfiguration"] = {{"enabled", true}, {"alarms", {{{"name", "Pain"}}}}};
    group["autoRollbackConfiguration"] = {{"enabled", true},
                                          {"events", {"DEPLOYMENT_STOP_ON_ALARM"}}};
    TwoFleets world{group, "{ s3://releases/web-2.zip: { errors: 7 % } }"};
    world.alarm("Pain");
    const std::vector<std::string> blue = world.healthy();
    const std::string id = world.deploy(world.bundle("web-2.zip"));
    while (world.errors() < 6) world.run_for(5s);
    world.run_for(5min);
    world.ring("Pain");
    world.run_for(10min);
    CHECK(world.status(id) == "Stopped");
    CHECK(world.errors() < 1e-6);
    CHECK(world.healthy() == blue);
    const auto back = world.get(id)["rollbackInfo"]["rollbackDeploymentId"].get<std::string>();
    CHECK(world.status(back) == "Succeeded");
    // "Original instances: BeforeAllowTraffic, AllowTraffic, AfterAllowTraffic" (hooks, rollback)
    CHECK(world.events_of(world.target(back, blue[0])) ==
          "BeforeAllowTraffic AllowTraffic AfterAllowTraffic ");
  }

  TEST_CASE("the wait before termination can be skipped; what is kept alive is kept") {
    TwoFleets world{two_environments(kAtOnce, after_minutes(600))};
    const std::string id = world.deploy(world.bundle("web-2.zip"));
    world.run_for(30min);
    REQUIRE(world.running().size() == 16);
    world.must("codedeploy", "ContinueDeployment",
               {{"deploymentId", id}, {"deploymentWaitType", "TERMINATION_WAIT"}});
    world.run_for(10min);
    CHECK(world.status(id) == "Succeeded");
    CHECK(world.running().size() == 8);

    TwoFleets keeping{two_environments(kAtOnce, {{"action", "KEEP_ALIVE"}})};
    const std::string kept = keeping.deploy(keeping.bundle("web-2.zip"));
    keeping.run_for(1h);
    CHECK(keeping.status(kept) == "Succeeded");
    CHECK(keeping.running().size() == 16);
  }

  TEST_CASE("DISCOVER_EXISTING: the instances that the call names replace those of the group") {
    TwoFleets world{two_environments(kAtOnce, {{"action", "KEEP_ALIVE"}}, "DISCOVER_EXISTING")};
    const auto green = world.instances(4);
    const std::string id = world
                               .must("codedeploy", "CreateDeployment",
                                     {{"applicationName", "Web"},
                                      {"deploymentGroupName", "live"},
                                      {"revision", world.bundle("web-2.zip")},
                                      {"targetInstances",
                                       {{"tagFilters",
                                         {{{"Key", "App"},
                                           {"Value", "web"},
                                           {"Type", "KEY_AND_VALUE"}}}}}}})["deploymentId"]
                               .get<std::string>();
    world.run_for(10min);
    CHECK(world.status(id) == "Succeeded");
    CHECK(world.healthy() == green);
  }

  TEST_CASE("what cannot be is refused") {
    Releases world;
    world.must("codedeploy", "CreateApplication", {{"applicationName", "Web"}});
    const auto refused = [&](Json group) {
      group.update({{"applicationName", "Web"},
                    {"deploymentGroupName", "live"},
                    {"serviceRoleArn", "arn:aws:iam::123456789012:role/deploy"}});
      return world.refusal("codedeploy", "CreateDeploymentGroup", group);
    };
    CHECK(refused(two_environments(kAtOnce, after_minutes(0))) ==
          "InvalidLoadBalancerInfoException");
    Json group = two_environments(kAtOnce, after_minutes(2881));
    group["loadBalancerInfo"] = {{"targetGroupInfoList", {{{"name", "web"}}}}};
    CHECK(refused(group) == "InvalidBlueGreenDeploymentConfigurationException");
    CHECK(refused({{"deploymentStyle", {{"deploymentType", "GREEN"}}}}) ==
          "InvalidDeploymentStyleException");
    // In place there is nothing to continue.
    world.instances(1);
    world.must(
        "codedeploy", "CreateDeploymentGroup",
        {{"applicationName", "Web"},
         {"deploymentGroupName", "live"},
         {"serviceRoleArn", "arn:aws:iam::123456789012:role/deploy"},
         {"ec2TagFilters", {{{"Key", "App"}, {"Value", "web"}, {"Type", "KEY_AND_VALUE"}}}}});
    const std::string id = world.deploy(world.bundle("web-1.zip"));
    CHECK(world.refusal("codedeploy", "ContinueDeployment", {{"deploymentId", id}}) ==
          "UnsupportedActionForDeploymentTypeException");
  }
}

}  // namespace opsim::tests
