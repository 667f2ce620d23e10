// What users feel of a revision: the share of requests that meet it is the share of instances that
// run it and get requests.
#include "tests/models/codedeploy/balanced_releases.hpp"

namespace opsim::tests {

TEST_SUITE("codedeploy: in place behind a load balancer") {
  TEST_CASE("half of the fleet on a revision that fails one request in five: one in ten fails") {
    BalancedFleet world{Json::object(), "CodeDeployDefault.HalfAtATime",
                        "{ s3://releases/web-2.zip: { errors: 20 % } }"};
    CHECK(world.errors() < 1e-6);
    const std::string id = world.deploy(world.bundle("web-2.zip"));
    while (world.get(id)["deploymentOverview"]["Succeeded"] < 4) world.run_for(1s);
    // The other four are being deregistered by now: what is left serves the new revision alone.
    world.run_for(2s);
    CHECK(world.errors() == doctest::Approx(20));
    world.must("codedeploy", "StopDeployment", {{"deploymentId", id}});
    world.run_for(10min);
    // All that had begun has ended.
    CHECK(world.errors() == doctest::Approx(20));
  }

  TEST_CASE("a quarter of it: the errors are a quarter of the revision's") {
    BalancedFleet world{Json::object(), Releases::hosts("HOST_COUNT", 7),
                        "{ s3://releases/web-2.zip: { errors: 20 % } }"};
    const std::string id = world.deploy(world.bundle("web-2.zip"));
    while (world.get(id)["deploymentOverview"]["Succeeded"] < 2) world.run_for(1s);
    world.must("codedeploy", "StopDeployment", {{"deploymentId", id}});
    world.run_for(10min);
    const double done = world.get(id)["deploymentOverview"]["Succeeded"].get<double>();
    CHECK(done >= 2);  // what was on its way has ended
    CHECK(done < 8);
    CHECK(world.errors() == doctest::Approx(20 * done / 8));
  }

  TEST_CASE("a tail that one request in fifty meets is the p99 once half of the fleet has it") {
    BalancedFleet world{Json::object(), Releases::hosts("HOST_COUNT", 7),
                        "{ s3://releases/web-2.zip: { work: { 96 %: exponential(mean 20ms), 4 %: "
                        "2s } } }"};
    const double before = world.p99();
    CHECK(before < .3);
    const std::string id = world.deploy(world.bundle("web-2.zip"));
    while (world.get(id)["deploymentOverview"]["Succeeded"] < 3) world.run_for(1s);
    world.must("codedeploy", "StopDeployment", {{"deploymentId", id}});
    world.run_for(10min);
    CHECK(world.p99() > 1.9);
  }

  TEST_CASE("a revision that fails its checks never gets traffic, and its instance fails") {
    BalancedFleet world{Json::object(), Releases::hosts("HOST_COUNT", 7),
                        "{ s3://releases/web-2.zip: { errors: 100 %, fails checks: yes } }"};
    const std::string id = world.deploy(world.bundle("web-2.zip"));
    world.run_for(30min);
    CHECK(world.errors() < 1e-6);
    CHECK(world.healthy().size() == 7);
    world.run_for(2h);  // AllowTraffic gives up after an hour
    CHECK(world.status(id) == "Failed");
    CHECK(world.error(id) == "HEALTH_CONSTRAINTS");
  }

  TEST_CASE("no request is lost while instances leave, are deployed to, and come back") {
    BalancedFleet world;
    const std::string id = world.deploy(world.bundle("web-2.zip"));
    world.run_for(30min);
    REQUIRE(world.status(id) == "Succeeded");
    const Json users =
        *world.cloud.inspect(world.cloud.home(), "workload", "InspectWorkload", Json::object());
    CHECK(users["Components"][0]["Failed"].get<double>() < 1);
    // reference-appspec-file-structure-hooks, in-place with a load balancer
    CHECK(world.events_of(world.target(id, world.target_ids(id)[0])) ==
          "BeforeBlockTraffic BlockTraffic AfterBlockTraffic ApplicationStop DownloadBundle "
          "BeforeInstall Install AfterInstall ApplicationStart ValidateService BeforeAllowTraffic "
          "AllowTraffic AfterAllowTraffic ");
  }

  TEST_CASE("a version that leaks fills the memory of those that run it, until it is gone") {
    BalancedFleet world{Json::object(), "CodeDeployDefault.AllAtOnce",
                        "{ s3://releases/web-2.zip: { leaks: 12 %/h } }"};
    const std::string first = world.cloud.members("fleet").front();
    const double before = *world.cloud.read_quantity(first, "memory");
    world.deploy(world.bundle("web-2.zip"));
    world.run_for(10min);
    CHECK(world.cloud.read_quantity(first, "memory-growth") == doctest::Approx(12));
    world.run_for(1h);
    CHECK(*world.cloud.read_quantity(first, "memory") > before + 11);
    world.deploy(world.bundle("web-1.zip"));
    world.run_for(10min);
    CHECK(world.cloud.read_quantity(first, "memory-growth") == doctest::Approx(0));
    CHECK(world.cloud.read_quantity(first, "memory") == doctest::Approx(before));
  }

  TEST_CASE("the order: failed before, unknown, old, current") {
    Releases world;
    const auto ids = world.instances(4);
    world.fleet_group("CodeDeployDefault.OneAtATime");
    const std::string first = world.deploy(world.bundle("web-1.zip"));
    world.run_for(10min);
    REQUIRE(world.status(first) == "Succeeded");
    auto& model = static_cast<codedeploy::CodeDeploy&>(*world.cloud.model("codedeploy"));
    auto& group = model.groups.begin()->second;
    group.on[ids[0]] = "s3://releases/web-2.zip";  // current
    group.on.erase(ids[2]);                        // unknown
    group.ill.insert(ids[3]);                      // failed
    const std::string id = world.deploy(world.bundle("web-2.zip"));
    world.run_for(10min);
    const auto order =
        world.must("codedeploy", "ListDeploymentTargets", {{"deploymentId", id}})["targetIds"]
            .get<std::vector<std::string>>();
    CHECK(order == std::vector<std::string>{ids[3], ids[2], ids[1], ids[0]});
  }
}

TEST_SUITE("codedeploy: zones") {
  TEST_CASE("one zone after the other, with the first watched longer (API ZonalConfig)") {
    Json config = Releases::hosts("HOST_COUNT", 4);
    config["zonalConfig"] = {
        {"firstZoneMonitorDurationInSeconds", 600},
        {"monitorDurationInSeconds", 60},
        {"minimumHealthyHostsPerZone", {{"type", "HOST_COUNT"}, {"value", 2}}}};
    BalancedFleet world{Json::object(), config};
    const std::string id = world.deploy(world.bundle("web-2.zip"));
    world.run_for(10s);
    // Four of eight may be out, but only two of a zone.
    CHECK(world.get(id)["deploymentOverview"]["InProgress"] == 2);
    std::set<std::string> zones;
    while (world.get(id)["deploymentOverview"]["Succeeded"] < 4) world.run_for(1s);
    const SimTime first = world.sim.now();
    for (const std::string& one : world.target_ids(id))
      if (world.target(id, one)["status"] == "Succeeded")
        zones.insert(
            world.cloud.resources().find(one)->attributes["AvailabilityZone"].get<std::string>());
    CHECK(zones == std::set<std::string>{"us-east-1a"});
    while (world.get(id)["deploymentOverview"]["InProgress"] == 0) world.run_for(1s);
    CHECK(world.sim.now() - first >= 595s);
    CHECK(world.sim.now() - first <= 605s);
    world.run_for(30min);
    CHECK(world.status(id) == "Succeeded");
    CHECK(world.must("codedeploy", "GetDeploymentConfig",
                     {{"deploymentConfigName", "custom"}})["deploymentConfigInfo"]["zonalConfig"]
                                                          ["firstZoneMonitorDurationInSeconds"] ==
          600);
  }
}

TEST_SUITE("codedeploy: Auto Scaling") {
  TEST_CASE("what is launched gets the last good revision before it goes into service") {
    BalancedFleet world{Json::object(), "CodeDeployDefault.HalfAtATime",
                        "{ s3://releases/web-2.zip: { errors: 50 % } }"};
    world.must("autoscaling", "SetDesiredCapacity",
               {{"AutoScalingGroupName", "fleet"}, {"DesiredCapacity", 9}});
    world.run_for(15min);
    CHECK(world.healthy().size() == 9);
    const Json all = world.must("codedeploy", "ListDeployments", Json::object())["deployments"];
    const Json last = world.get(all.back().get<std::string>());
    CHECK(last["creator"] == "autoscaling");
    CHECK(last["status"] == "Succeeded");
    CHECK(last["revision"] == world.bundle("web-1.zip"));
  }

  TEST_CASE("a launch whose deployment fails is abandoned and tried again") {
    BalancedFleet world;
    world.physics("s3://releases/web-1.zip", 0);
    world.must("autoscaling", "SetDesiredCapacity",
               {{"AutoScalingGroupName", "fleet"}, {"DesiredCapacity", 9}});
    world.run_for(15min);
    CHECK(world.healthy().size() == 8);
    const Json activities = world.must("autoscaling", "DescribeScalingActivities",
                                       {{"AutoScalingGroupName", "fleet"}})["Activities"];
    const bool abandoned = std::ranges::any_of(activities, [](const Json& one) {
      return one.value("StatusMessage", "").find("was abandoned") != std::string::npos;
    });
    CHECK(abandoned);
  }

  TEST_CASE("launched during a deployment: outdated, and brought up to date afterwards or not") {
    for (const char* strategy : {"UPDATE", "IGNORE"}) {
      CAPTURE(strategy);
      BalancedFleet world{{{"outdatedInstancesStrategy", strategy}},
                          Releases::hosts("HOST_COUNT", 7)};
      const std::string id = world.deploy(world.bundle("web-2.zip"));
      world.run_for(1min);
      world.must("autoscaling", "SetDesiredCapacity",
                 {{"AutoScalingGroupName", "fleet"}, {"DesiredCapacity", 9}});
      while (world.status(id) == "InProgress") world.run_for(1min);
      REQUIRE(world.status(id) == "Succeeded");
      world.run_for(30min);
      std::map<std::string, int> versions;
      for (const std::string& one : world.cloud.members("fleet"))
        ++versions[version_of(world.cloud, one).name];
      CHECK(versions["s3://releases/web-2.zip"] == (strategy == std::string{"UPDATE"} ? 9 : 8));
    }
  }
}

}  // namespace opsim::tests
