// EC2 User Guide, "Scheduled events for Amazon EC2 instances"; API InstanceStatusEvent,
// StateReason; "Spot Instance request status codes"; EC2 Auto Scaling User Guide, "Troubleshoot:
// health checks".
#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

Json run_one(World& world, Json more = Json::object()) {
  more["ImageId"] = "ami-1";
  more["MinCount"] = more["MaxCount"] = 1;
  return world.ec2("RunInstances", more)["Instances"][0];
}
Json described(World& world, const std::string& id) {
  return world.ec2("DescribeInstances", {{"InstanceIds", {id}}})["Reservations"][0]["Instances"][0];
}
Json status(World& world, const std::string& id) {
  return world.ec2("DescribeInstanceStatus",
                   {{"InstanceIds", {id}}, {"IncludeAllInstances", true}})["InstanceStatuses"][0];
}

}  // namespace

TEST_SUITE("ec2: scheduled events") {
  TEST_CASE("a retirement is told ahead, and stops the instance at its time") {
    World world;
    world.stand("AWS::EC2::Instance", "Web", {{"ImageId", "ami-1"}});
    world.fault("schedule retirement", "Web", "{for: 2d}");
    const Json event = status(world, "i-00000001")["Events"][0];
    CHECK(event["Code"] == "instance-retirement");
    CHECK(event["Description"] == "The instance is running on degraded hardware");
    CHECK(event["NotBefore"] == "2026-03-04T09:00:00Z");
    const auto told = world.events("AWS Health Event");
    REQUIRE(told.size() == 1);
    CHECK(told[0].detail["eventTypeCode"] == "AWS_EC2_PERSISTENT_INSTANCE_RETIREMENT_SCHEDULED");
    CHECK(told[0].detail["eventTypeCategory"] == "scheduledChange");
    world.run(47h);
    CHECK(world.state("i-00000001") == "running");
    world.run(2h);
    CHECK(world.state("i-00000001") == "stopped");
    CHECK(status(world, "i-00000001")["Events"][0]["Description"].get<std::string>().starts_with(
        "[Completed]"));
    const Json instance = described(world, "i-00000001");
    CHECK(instance["StateReason"]["Code"] == "Server.ScheduledStop");
    CHECK(instance["StateReason"]["Message"] ==
          "Server.ScheduledStop: Stopped due to a scheduled retirement");
  }

  TEST_CASE("who stops and starts the instance before has left the host") {
    World world;
    world.stand("AWS::EC2::Instance", "Web", {{"ImageId", "ami-1"}});
    world.fault("schedule retirement", "Web", "{for: 2d}");
    world.ec2("StopInstances", {{"InstanceIds", {"i-00000001"}}});
    world.run(10min);
    world.ec2("StartInstances", {{"InstanceIds", {"i-00000001"}}});
    world.run(72h);
    CHECK(world.state("i-00000001") == "running");
    CHECK(status(world, "i-00000001")["Events"][0]["Description"].get<std::string>().starts_with(
        "[Canceled]"));
  }

  TEST_CASE("a reboot can be moved, not beyond its deadline") {
    World world;
    world.stand("AWS::EC2::Instance", "Web", {{"ImageId", "ami-1"}});
    world.fault("schedule reboot", "Web", "{for: 1d}");
    const Json event = status(world, "i-00000001")["Events"][0];
    CHECK(event["Code"] == "instance-reboot");
    Json move{{"InstanceId", "i-00000001"},
              {"InstanceEventId", event["InstanceEventId"]},
              {"NotBefore", "2026-03-05T09:00:00Z"}};
    CHECK(world.ec2("ModifyInstanceEventStartTime", move)["Event"]["NotBefore"] ==
          "2026-03-05T09:00:00Z");
    move["NotBefore"] = "2026-09-05T09:00:00Z";
    CHECK(world.refusal("ec2", "ModifyInstanceEventStartTime", move) == "InvalidParameterValue");
  }

  TEST_CASE("a group replaces the instance before the time, unless HealthCheck is suspended") {
    for (const bool suspended : {false, true}) {
      CAPTURE(suspended);
      World world;
      world.fleet_of(2);
      if (suspended)
        world.autoscaling("SuspendProcesses", {{"AutoScalingGroupName", "web-WebFleet"},
                                               {"ScalingProcesses", {"HealthCheck"}}});
      world.fault("schedule reboot", "WebFleet", "{hitting: one, for: 3d}");
      world.run(30min);
      const Json activities = world.autoscaling("DescribeScalingActivities",
                                                {{"AutoScalingGroupName", "web-WebFleet"}});
      CHECK(activities["Activities"].empty() == suspended);
      if (!suspended)
        CHECK(activities["Activities"][1]["Cause"].get<std::string>().ends_with(
            "Z an instance was taken out of service in response to an EC2 scheduled reboot."));
    }
  }
}

TEST_SUITE("ec2: why an instance is in its state") {
  TEST_CASE("ended by a user, by its group on behalf of one, by EC2") {
    World world;
    world.fleet_of(1);
    world.autoscaling("TerminateInstanceInAutoScalingGroup",
                      {{"InstanceId", "i-00000001"}, {"ShouldDecrementDesiredCapacity", false}});
    const Json own = described(world, "i-00000001");
    CHECK(own["StateTransitionReason"] == "User initiated (2026-03-02 09:00:00 GMT)");
    CHECK(own["StateReason"]["Code"] == "Client.UserInitiatedShutdown");
    const std::string spot =
        run_one(world, {{"InstanceMarketOptions", {{"MarketType", "spot"}}}})["InstanceId"]
            .get<std::string>();
    world.run(5min);
    world.cloud.change_quantity(spot, "interruption", {.how = Change::How::to, .value = 120});
    const auto request = [&] {
      return world.ec2(
          "DescribeSpotInstanceRequests",
          {{"Filters",
            {{{"Name", "instance-id"}, {"Values", {spot}}}}}})["SpotInstanceRequests"][0];
    };
    CHECK(request()["Status"]["Code"] == "marked-for-termination");
    world.run(10min);
    const Json taken = described(world, spot);
    CHECK(taken["StateReason"]["Message"] ==
          "Server.SpotInstanceTermination: Spot instance termination");
    CHECK(taken["StateTransitionReason"].get<std::string>().starts_with("Service initiated (2026"));
    CHECK(request()["State"] == "closed");
    CHECK(request()["Status"]["Code"] == "instance-terminated-no-capacity");
  }
}

}  // namespace opsim::tests
