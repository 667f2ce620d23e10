#include "models/sns/service.hpp"
#include "tests/models/codedeploy/world.hpp"

namespace opsim::tests {

TEST_SUITE("codedeploy: instances") {
  TEST_CASE("half at a time: four of nine, then the rest; all succeed") {
    Releases world;
    world.instances(9);
    world.fleet_group("CodeDeployDefault.HalfAtATime");
    const std::string id = world.deploy(world.bundle("web-1.zip"));
    CHECK(world.status(id) == "Created");
    world.run_for(5s);
    CHECK(world.status(id) == "InProgress");
    CHECK(world.get(id)["deploymentOverview"]["InProgress"] == 4);
    world.run_for(10min);
    CHECK(world.status(id) == "Succeeded");
    CHECK(world.get(id)["deploymentOverview"]["Succeeded"] == 9);
  }

  TEST_CASE("95 % of ten leaves nothing to deploy to: it fails at once (cd-005)") {
    Releases world;
    world.instances(10);
    world.fleet_group(world.hosts("FLEET_PERCENT", 95));
    const std::string id = world.deploy(world.bundle("web-1.zip"));
    world.run_for(5s);
    CHECK(world.status(id) == "Failed");
    CHECK(world.error(id) == "HEALTH_CONSTRAINTS");
    CHECK(world.get(id)["deploymentOverview"]["Skipped"] == 10);
  }

  TEST_CASE("a revision that fails everywhere stops at the minimum, and the old one returns") {
    Releases world;
    world.instances(6);
    world.fleet_group(world.hosts("HOST_COUNT", 4),
                      {{"autoRollbackConfiguration",
                        {{"enabled", true}, {"events", Json::array({"DEPLOYMENT_FAILURE"})}}}});
    world.physics("s3://releases/web-2.zip", 0);
    const std::string good = world.deploy(world.bundle("web-1.zip"));
    world.run_for(30min);
    REQUIRE(world.status(good) == "Succeeded");
    const std::string bad = world.deploy(world.bundle("web-2.zip"));
    world.run_for(30min);
    const Json failed = world.get(bad);
    CHECK(failed["status"] == "Failed");
    CHECK(failed["deploymentOverview"]["Failed"] == 2);
    CHECK(failed["deploymentOverview"]["Skipped"] == 4);
    const std::string back = failed["rollbackInfo"]["rollbackDeploymentId"].get<std::string>();
    const Json undone = world.get(back);
    CHECK(undone["status"] == "Succeeded");
    CHECK(undone["creator"] == "codeDeployRollback");
    CHECK(undone["revision"] == world.bundle("web-1.zip"));
    CHECK(undone["rollbackInfo"]["rollbackTriggeringDeploymentId"] == bad);
  }

  TEST_CASE("one at a time: only the last may fail (cd-021, cd-022)") {
    for (const bool last : {true, false}) {
      Releases world;
      const auto ids = world.instances(5);
      world.fleet_group("CodeDeployDefault.OneAtATime");
      const std::string id = world.deploy(world.bundle("web-1.zip"));
      // An instance that is stopped counts as failed.
      world.run_for(last ? 62s : 4s);
      const Json now = world.get(id)["deploymentOverview"];
      CAPTURE(now.dump());
      world.must("ec2", "StopInstances", {{"InstanceIds", Json::array({ids[last ? 4 : 0]})}});
      world.run_for(10min);
      CHECK(world.status(id) == (last ? "Succeeded" : "Failed"));
    }
  }

  TEST_CASE("at least one must succeed, even with a minimum of none") {
    Releases world;
    world.instances(3);
    world.fleet_group("CodeDeployDefault.AllAtOnce");
    world.physics("Install", 0);
    const std::string id = world.deploy(world.bundle("web-1.zip"));
    world.run_for(10min);
    CHECK(world.status(id) == "Failed");
    CHECK(world.get(id)["deploymentOverview"]["Failed"] == 3);
  }

  TEST_CASE("an alarm stops it between instances and rolls it back (cd-alarm-001)") {
    Releases world;
    world.instances(5);
    world.alarm("Pain");
    world.fleet_group(
        "CodeDeployDefault.OneAtATime",
        {{"alarmConfiguration", {{"enabled", true}, {"alarms", {{{"name", "Pain"}}}}}},
         {"autoRollbackConfiguration",
          {{"enabled", true}, {"events", Json::array({"DEPLOYMENT_STOP_ON_ALARM"})}}}});
    const std::string first = world.deploy(world.bundle("web-1.zip"));
    world.run_for(10min);
    REQUIRE(world.status(first) == "Succeeded");
    const std::string id = world.deploy(world.bundle("web-2.zip"));
    world.run_for(30s);
    world.ring("Pain");
    world.run_for(10min);
    const Json stopped = world.get(id);
    CHECK(stopped["status"] == "Stopped");
    CHECK(stopped["errorInformation"]["code"] == "ALARM_ACTIVE");
    CHECK(stopped["deploymentOverview"]["Succeeded"] < 5);
    CHECK(world.status(stopped["rollbackInfo"]["rollbackDeploymentId"].get<std::string>()) ==
          "Succeeded");
  }

  TEST_CASE("an alarm nobody knows stops it, unless that is ignored (cd-alarm-002)") {
    for (const bool ignores : {false, true}) {
      Releases world;
      world.instances(1);
      world.fleet_group("CodeDeployDefault.OneAtATime", {{"alarmConfiguration",
                                                          {{"enabled", true},
                                                           {"ignorePollAlarmFailure", ignores},
                                                           {"alarms", {{{"name", "Gone"}}}}}}});
      const std::string id = world.deploy(world.bundle("web-1.zip"));
      world.run_for(10min);
      CHECK(world.status(id) == (ignores ? "Succeeded" : "Stopped"));
    }
  }

  TEST_CASE("a group has one deployment at a time; stopped on request it ends what has begun") {
    Releases world;
    world.instances(3);
    world.fleet_group("CodeDeployDefault.OneAtATime");
    const std::string id = world.deploy(world.bundle("web-1.zip"));
    CHECK(world.refusal("codedeploy", "CreateDeployment",
                        {{"applicationName", "Web"},
                         {"deploymentGroupName", "live"},
                         {"revision", world.bundle("web-2.zip")}}) ==
          "DeploymentLimitExceededException");
    world.run_for(5s);
    world.must("codedeploy", "StopDeployment", {{"deploymentId", id}});
    world.run_for(10min);
    CHECK(world.status(id) == "Stopped");
    CHECK(world.get(id)["deploymentOverview"]["Succeeded"] == 1);
    CHECK(world.get(id)["deploymentOverview"]["Skipped"] == 2);
    CHECK(world.refusal("codedeploy", "StopDeployment", {{"deploymentId", id}}) ==
          "DeploymentAlreadyCompletedException");
  }

  TEST_CASE("an ApplicationStop that fails stops an instance, unless that is to be ignored") {
    for (const bool ignores : {false, true}) {
      CAPTURE(ignores);
      Releases world;
      world.instances(1);
      world.fleet_group("CodeDeployDefault.AllAtOnce");
      const std::string first = world.deploy(world.bundle("web-1.zip"));
      world.run_for(5min);
      REQUIRE(world.status(first) == "Succeeded");
      world.physics("ApplicationStop", 0);
      const std::string id = world
                                 .must("codedeploy", "CreateDeployment",
                                       {{"applicationName", "Web"},
                                        {"deploymentGroupName", "live"},
                                        {"ignoreApplicationStopFailures", ignores},
                                        {"revision", world.bundle("web-2.zip")}})["deploymentId"]
                                 .get<std::string>();
      world.run_for(5min);
      CHECK(world.status(id) == (ignores ? "Succeeded" : "Failed"));
    }
  }

  TEST_CASE("only outdated instances, where that is asked for") {
    Releases world;
    world.instances(2);
    world.fleet_group("CodeDeployDefault.AllAtOnce");
    world.deploy(world.bundle("web-1.zip"));
    world.run_for(5min);
    const auto fresh = world.instances(1);
    const std::string id = world
                               .must("codedeploy", "CreateDeployment",
                                     {{"applicationName", "Web"},
                                      {"deploymentGroupName", "live"},
                                      {"updateOutdatedInstancesOnly", true},
                                      {"revision", world.bundle("web-1.zip")}})["deploymentId"]
                               .get<std::string>();
    world.run_for(5min);
    CHECK(world.status(id) == "Succeeded");
    CHECK(world.must("codedeploy", "ListDeploymentTargets", {{"deploymentId", id}})["targetIds"] ==
          Json(fresh));
  }

  TEST_CASE("triggers tell a topic of what they name (monitoring-sns-event-notifications)") {
    static const Service* const services[] = {&kEc2,    &kAutoScaling, &kCloudWatch,
                                              &kLambda, &kCodeDeploy,  &kSns};
    Releases world{services};
    world.instances(2);
    const std::string topic =
        world.must("sns", "CreateTopic", {{"Name", "releases"}})["TopicArn"].get<std::string>();
    Json trigger{{"triggerName", "tell"}, {"triggerTargetArn", topic}};
    trigger["triggerEvents"] =
        Json::array({"DeploymentStart", "DeploymentFailure", "InstanceFailure"});
    world.fleet_group("CodeDeployDefault.AllAtOnce",
                      {{"triggerConfigurations", Json::array({trigger})}});
    world.physics("Install", 0);
    world.deploy(world.bundle("web-1.zip"));
    world.run_for(5min);
    CHECK(world.told({EntryKind::message}).size() == 4);  // the start, two instances, the failure
    trigger["triggerEvents"] = Json::array({"DeploymentFailed"});
    CHECK(world.refusal("codedeploy", "UpdateDeploymentGroup",
                        {{"applicationName", "Web"},
                         {"currentDeploymentGroupName", "live"},
                         {"triggerConfigurations", Json::array({trigger})}}) ==
          "InvalidTriggerConfigException");
  }

  TEST_CASE("each instance shows its lifecycle events") {
    Releases world;
    const auto ids = world.instances(1);
    world.fleet_group("CodeDeployDefault.AllAtOnce");
    const std::string id = world.deploy(world.bundle("web-1.zip"));
    world.run_for(10min);
    const Json target = world.must("codedeploy", "GetDeploymentTarget",
                                   {{"deploymentId", id}, {"targetId", ids[0]}});
    std::string order;
    for (const Json& event : target["deploymentTarget"]["instanceTarget"]["lifecycleEvents"]) {
      CHECK(event["status"] == "Succeeded");
      order += event["lifecycleEventName"].get<std::string>() + " ";
    }
    CHECK(order ==
          "ApplicationStop DownloadBundle BeforeInstall Install AfterInstall ApplicationStart "
          "ValidateService ");
  }
}

}  // namespace opsim::tests
