// What DescribeScalingActivities says: EC2 Auto Scaling User Guide, "Verify a scaling activity"
// (as-verify-scaling-activity), "Troubleshoot: health checks" (ts-as-healthchecks), "View the
// reason for health check failures" (replace-unhealthy-instance), "Temporarily remove instances"
// (as-enter-exit-standby), and what the activity histories of accounts show.
#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

struct Told {
  std::string cause;
  std::string description;
  std::string status;
};

/// The newest activity of a kind: "Launching", "Terminating".
Told newest(World& world, std::string_view kind) {
  const Json answer =
      world.autoscaling("DescribeScalingActivities", {{"AutoScalingGroupName", "web-WebFleet"}});
  for (const Json& one : answer["Activities"])
    if (one["Description"].get<std::string>().starts_with(kind))
      return {one["Cause"].get<std::string>(), one["Description"].get<std::string>(),
              one["StatusCode"].get<std::string>()};
  return {};
}

Json named(Json members = Json::object()) {
  members["AutoScalingGroupName"] = "web-WebFleet";
  return members;
}

}  // namespace

TEST_SUITE("autoscaling: causes of activities") {
  TEST_CASE("scaling in: why, what, and which instance was selected") {
    World world;
    world.fleet_of(2);
    world.autoscaling("UpdateAutoScalingGroup", named({{"MinSize", 1}}));
    world.autoscaling("SetDesiredCapacity", named({{"DesiredCapacity", 1}}));
    CHECK(newest(world, "Terminating").cause ==
          "At 2026-03-02T09:00:00Z a user request explicitly set group desired capacity changing "
          "the desired capacity from 2 to 1.  At 2026-03-02T09:00:00Z an instance was taken out of "
          "service in response to a difference between desired and actual capacity, shrinking the "
          "capacity from 2 to 1.  At 2026-03-02T09:00:00Z instance i-00000001 was selected for "
          "termination.");
  }

  TEST_CASE("scaling out: started in response to a difference") {
    World world;
    world.fleet_of(2);
    world.autoscaling("SetDesiredCapacity", named({{"DesiredCapacity", 3}}));
    CHECK(newest(world, "Launching").cause ==
          "At 2026-03-02T09:00:00Z a user request explicitly set group desired capacity changing "
          "the desired capacity from 2 to 3.  At 2026-03-02T09:00:00Z an instance was started in "
          "response to a difference between desired and actual capacity, increasing the capacity "
          "from 2 to 3.");
  }

  TEST_CASE("an unhealthy instance: the check that failed, and a launch that makes up for it") {
    World world;
    world.fleet_of(2);
    world.ec2("StopInstances", {{"InstanceIds", {"i-00000001"}}});
    CHECK(newest(world, "Terminating").cause ==
          "At 2026-03-02T09:00:00Z an instance was taken out of service in response to an EC2 "
          "health check indicating it has been terminated or stopped.");
    CHECK(newest(world, "Launching").cause ==
          "At 2026-03-02T09:00:00Z an instance was launched in response to an unhealthy instance "
          "needing to be replaced.");
  }

  TEST_CASE("SetInstanceHealth: a user health-check") {
    World world;
    world.fleet_of(2);
    world.autoscaling("SetInstanceHealth",
                      {{"InstanceId", "i-00000002"}, {"HealthStatus", "Unhealthy"}});
    CHECK(newest(world, "Terminating").cause ==
          "At 2026-03-02T09:00:00Z an instance was taken out of service in response to a user "
          "health-check.");
  }

  TEST_CASE("with a maintenance policy the newcomer is first, and the check is still named") {
    World world;
    world.fleet_of(2, {{"InstanceMaintenancePolicy",
                        {{"MinHealthyPercentage", 100}, {"MaxHealthyPercentage", 150}}}});
    world.autoscaling("SetInstanceHealth",
                      {{"InstanceId", "i-00000002"}, {"HealthStatus", "Unhealthy"}});
    CHECK(newest(world, "Terminating").cause.empty());
    world.run(10min);
    CHECK(newest(world, "Terminating")
              .cause.ends_with(
                  "Z an instance was taken out of service in response to a user health-check."));
    CHECK(newest(world, "Launching")
              .cause.ends_with("Z an instance was launched in response to an unhealthy instance "
                               "needing to be replaced."));
  }

  TEST_CASE("TerminateInstanceInAutoScalingGroup: with or without a replacement") {
    World world;
    world.fleet_of(3);
    world.autoscaling("UpdateAutoScalingGroup", named({{"MinSize", 2}}));
    const auto ended = [&](const char* id, bool fewer) {
      return world.autoscaling(
          "TerminateInstanceInAutoScalingGroup",
          {{"InstanceId", id}, {"ShouldDecrementDesiredCapacity", fewer}})["Activity"]["Cause"];
    };
    CHECK(ended("i-00000001", true) ==
          "At 2026-03-02T09:00:00Z instance i-00000001 was taken out of service in response to a "
          "user request, shrinking the capacity from 3 to 2.");
    CHECK(ended("i-00000002", false) ==
          "At 2026-03-02T09:00:00Z instance i-00000002 was taken out of service in response to a "
          "user request.");
    const auto refused =
        world.ask("autoscaling", "TerminateInstanceInAutoScalingGroup",
                  {{"InstanceId", "i-00000003"}, {"ShouldDecrementDesiredCapacity", true}});
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message ==
          "Currently, desiredSize equals minSize (2). Terminating instance without replacement "
          "will violate group's min size constraint. Either set shouldDecrementDesiredCapacity "
          "flag to false or lower group's min size.");
  }

  TEST_CASE("an instance refresh says so, before and after") {
    World world;
    world.fleet_of(2);
    world.autoscaling("StartInstanceRefresh", named({{"Preferences", {{"InstanceWarmup", 0}}}}));
    CHECK(newest(world, "Terminating").cause ==
          "At 2026-03-02T09:00:00Z an instance was taken out of service in response to an instance "
          "refresh.  At 2026-03-02T09:00:00Z instance i-00000001 was selected for termination.");
  }

  TEST_CASE("balancing zones: how many stood where, and why one goes") {
    World world;
    world.fleet_of(3, {{"AvailabilityZones", {"us-east-1a"}}});
    world.autoscaling("UpdateAutoScalingGroup",
                      named({{"AvailabilityZones", {"us-east-1a", "us-east-1b"}}}));
    CHECK(newest(world, "Launching").cause ==
          "At 2026-03-02T09:00:00Z availability zones us-east-1a us-east-1b had 3 0 instances "
          "respectively. An instance was launched to aid in balancing the group's zones.");
    world.run(10min);
    CHECK(
        newest(world, "Terminating")
            .cause.find("Z instances were launched to balance instances in zones us-east-1b with "
                        "other zones "
                        "resulting in more than desired number of instances in the group.  At ") !=
        std::string::npos);
  }
}

TEST_SUITE("autoscaling: refusals and states of activities, as accounts show them") {
  TEST_CASE("sizes that leave no room for a move") {
    World world;
    world.fleet_of(1);
    world.autoscaling("UpdateAutoScalingGroup", named({{"MaxSize", 1}}));
    const auto message = [&](const char* operation, Json input) {
      const auto answer = world.ask("autoscaling", operation, named(std::move(input)));
      REQUIRE_FALSE(answer.has_value());
      return answer.error().message;
    };
    CHECK(message("EnterStandby",
                  {{"InstanceIds", {"i-00000001"}}, {"ShouldDecrementDesiredCapacity", true}}) ==
          "AutoScalingGroup web-WebFleet has min-size=1, max-size=1, and desired-size=1. To place "
          "into standby 1 instance, please update the AutoScalingGroup sizes appropriately.");
    const std::string other =
        world
            .ec2("RunInstances", {{"ImageId", "ami-1"},
                                  {"MinCount", 1},
                                  {"MaxCount", 1}})["Instances"][0]["InstanceId"]
            .get<std::string>();
    CHECK(message("AttachInstances", {{"InstanceIds", {other}}}) ==
          "Instance " + other +
              " [pending] is not in correct state. Instance(s) must be in 'running' state.");
    world.run(5min);
    CHECK(message("AttachInstances", {{"InstanceIds", {other}}}) ==
          "AutoScalingGroup web-WebFleet has min-size=1, max-size=1, and desired-size=1. To attach "
          "1 more instance, please update the AutoScalingGroup sizes appropriately.");
  }

  TEST_CASE("what an activity waits for (API ScalingActivityStatusCode)") {
    World world;
    world.fleet_of(2);
    world.autoscaling("PutLifecycleHook",
                      named({{"LifecycleHookName", "drain"},
                             {"LifecycleTransition", "autoscaling:EC2_INSTANCE_TERMINATING"},
                             {"HeartbeatTimeout", 600}}));
    world.autoscaling("TerminateInstanceInAutoScalingGroup",
                      {{"InstanceId", "i-00000001"}, {"ShouldDecrementDesiredCapacity", false}});
    CHECK(newest(world, "Terminating").status == "MidLifecycleAction");
    CHECK(newest(world, "Launching").status == "PreInService");
    world.run(5min);
    CHECK(newest(world, "Launching").status == "Successful");
    // "Activities still in progress are described first."
    const Json answer = world.autoscaling("DescribeScalingActivities", named());
    CHECK(answer["Activities"][0]["StatusCode"] == "MidLifecycleAction");
    world.run(10min);
    CHECK(newest(world, "Terminating").status == "Successful");
  }

  TEST_CASE("a group is not deleted while its instances end") {
    World world;
    world.fleet_of(1);
    CHECK(world.refusal("autoscaling", "DeleteAutoScalingGroup", named()) == "ResourceInUse");
    world.autoscaling("UpdateAutoScalingGroup", named({{"MinSize", 0}, {"DesiredCapacity", 0}}));
    CHECK(world.refusal("autoscaling", "DeleteAutoScalingGroup", named()) ==
          "ScalingActivityInProgress");
    world.run(10min);
    CHECK(world.refusal("autoscaling", "DeleteAutoScalingGroup", named()) == "none");
  }

  TEST_CASE("into a warm pool, and out of it") {
    World world;
    world.fleet_of(1);
    world.autoscaling("PutWarmPool", named({{"MinSize", 1}, {"MaxGroupPreparedCapacity", 1}}));
    CHECK(newest(world, "Launching").description ==
          "Launching a new EC2 instance into warm pool: i-00000002");
    world.run(10min);
    world.autoscaling("DeleteWarmPool", named());
    CHECK(newest(world, "Terminating").description ==
          "Terminating EC2 instance from warm pool: i-00000002");
  }

  TEST_CASE("the launch template of a group has its id and its name, whichever was given") {
    World world;
    world.fleet_of(1);
    const Json shown = world.group()["LaunchTemplate"];
    CHECK(shown["LaunchTemplateName"] == "web-Template");
    CHECK(shown["Version"] == "1");
  }
}

TEST_SUITE("autoscaling: what groups say of themselves") {
  TEST_CASE("DescribeAutoScalingGroups: policies, protection and defaults are shown (API)") {
    World world;
    world.fleet_of(2, {{"MaxInstanceLifetime", 86400},
                       {"CapacityRebalance", true},
                       {"InstanceMaintenancePolicy",
                        {{"MinHealthyPercentage", 90}, {"MaxHealthyPercentage", 110}}}});
    const Json group = world.group();
    CHECK(group["MaxInstanceLifetime"] == 86400);
    CHECK(group["CapacityRebalance"] == true);
    CHECK(group["InstanceMaintenancePolicy"]["MaxHealthyPercentage"] == 110);
    CHECK(group["AvailabilityZoneDistribution"]["CapacityDistributionStrategy"] ==
          "balanced-best-effort");
    CHECK(group["DeletionProtection"] == "none");
    CHECK(group["ServiceLinkedRoleARN"] ==
          "arn:aws:iam::012345678901:role/aws-service-role/autoscaling.amazonaws.com/"
          "AWSServiceRoleForAutoScaling");
    CHECK(group["Instances"][0]["ImageId"] == "ami-12345678");
  }

  TEST_CASE("a mixed instances policy stands for the launch template, with AWS's defaults") {
    World world;
    const std::string id = world.stand("AWS::EC2::LaunchTemplate", "Template",
                                       {{"LaunchTemplateData", {{"ImageId", "ami-1"}}}});
    world.autoscaling("CreateAutoScalingGroup",
                      named({{"AvailabilityZones", {"us-east-1a"}},
                             {"MinSize", 1},
                             {"MaxSize", 2},
                             {"MixedInstancesPolicy",
                              {{"LaunchTemplate",
                                {{"LaunchTemplateSpecification",
                                  {{"LaunchTemplateId", id}, {"Version", "1"}}}}}}}}));
    const Json group = world.group();
    CHECK_FALSE(group.contains("LaunchTemplate"));
    const Json& distribution = group["MixedInstancesPolicy"]["InstancesDistribution"];
    CHECK(distribution["OnDemandAllocationStrategy"] == "prioritized");
    CHECK(distribution["OnDemandPercentageAboveBaseCapacity"] == 100);
    CHECK(distribution["SpotAllocationStrategy"] == "lowest-price");
    CHECK(distribution["SpotInstancePools"] == 2);
  }

  TEST_CASE("what Auto Scaling refuses to make, in its own words") {
    World world;
    const auto refused = [&](Json members) {
      const auto answer = world.ask("autoscaling", "CreateAutoScalingGroup", named(members));
      REQUIRE_FALSE(answer.has_value());
      CHECK(answer.error().code == "ValidationError");
      return answer.error().message;
    };
    CHECK(refused({{"MinSize", 1},
                   {"MaxSize", 1},
                   {"AvailabilityZones", {"us-east-1a"}},
                   {"LaunchTemplate", {{"LaunchTemplateName", "none"}, {"Version", "1"}}}}) ==
          "You must use a valid fully-formed launch template. The specified launch template, with "
          "template name none, does not exist.");
    CHECK(refused({{"MinSize", 1},
                   {"MaxSize", 1},
                   {"LaunchTemplate", {{"LaunchTemplateName", "none"}, {"Version", "1"}}}}) ==
          "At least one Availability Zone or VPC Subnet is required.");
  }

  TEST_CASE("health checks of a kind that does not exist are refused") {
    World world;
    world.fleet_of(1);
    CHECK(world.refusal("autoscaling", "UpdateAutoScalingGroup",
                        named({{"HealthCheckType", "ALB"}})) == "ValidationError");
    world.autoscaling("UpdateAutoScalingGroup",
                      named({{"HealthCheckType", "EC2,ELB,VPC_LATTICE"}}));
    CHECK(world.group()["HealthCheckType"] == "EC2,ELB,VPC_LATTICE");
  }

  // User Guide, "Monitor Auto Scaling instances with impaired Amazon EBS volumes": the check must
  // be turned on for the group.
  TEST_CASE("a volume that does no I/O: replaced where the group has EBS health checks") {
    for (const char* type : {"EC2", "EC2,EBS"}) {
      CAPTURE(type);
      World world;
      world.fleet_of(
          1, {{"HealthCheckType", type}},
          {{"BlockDeviceMappings", {{{"DeviceName", "/dev/sdb"}, {"Ebs", {{"VolumeSize", 10}}}}}}});
      const Json volumes = world.ec2(
          "DescribeVolumes", {{"Filters",
                               {{{"Name", "attachment.instance-id"}, {"Values", {"i-00000001"}}},
                                {{"Name", "attachment.device"}, {"Values", {"/dev/sdb"}}}}}});
      REQUIRE(volumes["Volumes"].size() == 1);
      world.cloud.change_quantity(volumes["Volumes"][0]["VolumeId"].get<std::string>(), "io",
                                  {.how = Change::How::to, .value = 0});
      const bool asked = std::string_view{type} != "EC2";
      world.run(30s);
      CHECK(newest(world, "Terminating").cause.empty());  // "waits a few minutes"
      world.run(10min);
      CHECK(newest(world, "Terminating").cause.empty() != asked);
    }
  }

  TEST_CASE("words that AWS knows: limits, adjustment types, metrics, processes") {
    World world;
    world.fleet_of(1);
    const Json limits = world.autoscaling("DescribeAccountLimits");
    CHECK(limits["MaxNumberOfAutoScalingGroups"] == 500);
    CHECK(limits["NumberOfAutoScalingGroups"] == 1);
    CHECK(world.autoscaling("DescribeAdjustmentTypes")["AdjustmentTypes"][0]["AdjustmentType"] ==
          "ChangeInCapacity");
    CHECK(world.autoscaling("DescribeMetricCollectionTypes")["Granularities"][0]["Granularity"] ==
          "1Minute");
    CHECK(world.autoscaling("DescribeScalingProcessTypes")["Processes"].size() == 9);
  }
}

TEST_SUITE("autoscaling: protection from deletion, retained instances") {
  TEST_CASE("deletion protection: by force, or at all (resource-deletion-protection)") {
    World world;
    world.fleet_of(1);
    const auto level = [&](const char* value) {
      world.autoscaling("UpdateAutoScalingGroup", named({{"DeletionProtection", value}}));
    };
    level("prevent-force-deletion");
    CHECK(world.refusal("autoscaling", "DeleteAutoScalingGroup", named({{"ForceDelete", true}})) ==
          "ValidationError");
    CHECK(world.refusal("autoscaling", "DeleteAutoScalingGroup", named()) == "ResourceInUse");
    level("prevent-all-deletion");
    CHECK(world.refusal("autoscaling", "DeleteAutoScalingGroup", named()) == "ValidationError");
    level("none");
    CHECK(world.refusal("autoscaling", "DeleteAutoScalingGroup", named({{"ForceDelete", true}})) ==
          "none");
  }

  // "suppose your group has a desired capacity of 10. When an instance enters Terminating:Retained,
  // Auto Scaling launches a replacement [...]: 10 in your active group plus 1 retained instance."
  TEST_CASE("a terminate hook that abandons retains, until somebody ends the instance") {
    World world;
    world.fleet_of(3, {{"InstanceLifecyclePolicy",
                        {{"RetentionTriggers", {{"TerminateHookAbandon", "retain"}}}}}});
    world.autoscaling("PutLifecycleHook",
                      named({{"LifecycleHookName", "drain"},
                             {"LifecycleTransition", "autoscaling:EC2_INSTANCE_TERMINATING"},
                             {"DefaultResult", "ABANDON"},
                             {"HeartbeatTimeout", 60}}));
    world.autoscaling("TerminateInstanceInAutoScalingGroup",
                      {{"InstanceId", "i-00000001"}, {"ShouldDecrementDesiredCapacity", false}});
    world.run(10min);
    const auto lifecycle = [&]() -> std::string {
      const Json answer =
          world.autoscaling("DescribeAutoScalingInstances", {{"InstanceIds", {"i-00000001"}}});
      if (answer["AutoScalingInstances"].empty()) return "gone";
      return answer["AutoScalingInstances"][0]["LifecycleState"].get<std::string>();
    };
    CHECK(lifecycle() == "Terminating:Retained");
    CHECK(world.state("i-00000001") == "running");
    CHECK(world.group()["Instances"].size() == 4);
    CHECK(world.group()["DesiredCapacity"] == 3);
    world.autoscaling("TerminateInstanceInAutoScalingGroup",
                      {{"InstanceId", "i-00000001"}, {"ShouldDecrementDesiredCapacity", false}});
    const Json actions{{"AutoScalingGroupName", "web-WebFleet"},
                       {"LifecycleHookName", "drain"},
                       {"InstanceId", "i-00000001"},
                       {"LifecycleActionResult", "CONTINUE"}};
    world.autoscaling("CompleteLifecycleAction", actions);
    world.run(10min);
    CHECK(lifecycle() == "gone");
    CHECK(world.group()["Instances"].size() == 3);
  }
}

}  // namespace opsim::tests
