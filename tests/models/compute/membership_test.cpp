#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

Json moved(std::vector<std::string> ids, std::optional<bool> fewer = std::nullopt) {
  Json input{{"AutoScalingGroupName", "web-WebFleet"}, {"InstanceIds", ids}};
  if (fewer) input["ShouldDecrementDesiredCapacity"] = *fewer;
  return input;
}

/// "i-00000001 InService Healthy, ..."
std::string members(World& world) {
  std::string text;
  const Json group = world.group();
  for (const Json& one : group["Instances"])
    text += fmt::format(
        "{}{} {} {}", text.empty() ? "" : ", ", one["InstanceId"].get<std::string>(),
        one["LifecycleState"].get<std::string>(), one["HealthStatus"].get<std::string>());
  return text;
}

void processes(World& world, std::string_view operation, const std::string& name) {
  world.autoscaling(operation,
                    {{"AutoScalingGroupName", "web-WebFleet"}, {"ScalingProcesses", {name}}});
}

}  // namespace

TEST_SUITE("autoscaling: Standby") {
  TEST_CASE("an instance leaves service and returns; the capacity follows it") {
    World world;
    world.fleet_of(3, {{"MetricsCollection", {{{"Granularity", "1Minute"}}}}});
    world.autoscaling("UpdateAutoScalingGroup",
                      {{"AutoScalingGroupName", "web-WebFleet"}, {"MinSize", 2}});
    world.run(10min);
    const Json answer = world.autoscaling("EnterStandby", moved({"i-00000002"}, true));
    CHECK(answer["Activities"][0]["Description"] == "Moving EC2 instance to Standby: i-00000002");
    CHECK(answer["Activities"][0]["Cause"] ==
          "At 2026-03-02T09:10:00Z instance i-00000002 was moved to standby in response to a user "
          "request, shrinking the capacity from 3 to 2.");
    CHECK(members(world) ==
          "i-00000001 InService Healthy, i-00000002 Standby Healthy, i-00000003 InService Healthy");
    CHECK(world.group()["DesiredCapacity"] == 2);
    world.run(5min);
    CHECK(world.latest("AWS/AutoScaling", "GroupStandbyInstances",
                       {{"AutoScalingGroupName", "web-WebFleet"}}) == 1);
    CHECK(world.cloud.members("WebFleet").size() == 2);
    world.autoscaling("ExitStandby", moved({"i-00000002"}));
    CHECK(world.group()["DesiredCapacity"] == 3);
    CHECK(world.cloud.members("WebFleet").size() == 3);
    world.run(5min);
    CHECK(world.events("EC2 Instance Launch Successful").empty());  // hooks and events: not for it
  }

  TEST_CASE("without a smaller capacity it is replaced, and the group shrinks when it returns") {
    World world;
    world.fleet_of(2);
    world.run(1min);
    world.autoscaling("EnterStandby", moved({"i-00000001"}, false));
    world.run(5min);
    CHECK(members(world) ==
          "i-00000001 Standby Healthy, i-00000002 InService Healthy, i-00000003 InService Healthy");
    world.autoscaling("ExitStandby", moved({"i-00000001"}));
    CHECK(world.group()["DesiredCapacity"] == 3);
  }

  TEST_CASE("health is not checked in Standby, but when it returns") {
    World world;
    world.fleet_of(2);
    world.run(1min);
    world.autoscaling("EnterStandby", moved({"i-00000001"}, false));
    world.ec2("TerminateInstances", {{"InstanceIds", {"i-00000001"}}});
    world.run(10min);
    CHECK(members(world).starts_with("i-00000001 Standby Healthy"));
    world.autoscaling("ExitStandby", moved({"i-00000001"}));
    world.run(10min);
    CHECK(world.cloud.members("WebFleet") ==
          std::vector<std::string>{"i-00000002", "i-00000003", "i-00000004"});
  }

  TEST_CASE("sizes are kept, and all instances must be in the right state") {
    World world;
    world.fleet_of(2);
    const auto refused = [&](std::string_view operation, const Json& input) {
      return world.refusal("autoscaling", operation, input);
    };
    CHECK(refused("EnterStandby", moved({"i-00000001"}, true)) == "ValidationError");  // minimum
    CHECK(refused("EnterStandby", moved({"i-00000009"}, false)) == "ValidationError");
    CHECK(refused("EnterStandby", moved({"i-00000001", "i-00000001"}, false)) == "ValidationError");
    CHECK(refused("ExitStandby", moved({"i-00000001"})) == "ValidationError");
    world.autoscaling("EnterStandby", moved({"i-00000001", "i-00000002"}, false));
    world.autoscaling("SetDesiredCapacity",
                      {{"AutoScalingGroupName", "web-WebFleet"}, {"DesiredCapacity", 3}});
    CHECK(refused("ExitStandby", moved({"i-00000001", "i-00000002"})) == "ValidationError");
    processes(world, "SuspendProcesses", "Launch");
    CHECK(refused("ExitStandby", moved({"i-00000001"})) == "ValidationError");
    processes(world, "ResumeProcesses", "Launch");
    CHECK(refused("ExitStandby", moved({"i-00000001"})) == "none");
  }
}

TEST_SUITE("autoscaling: attaching and detaching") {
  TEST_CASE("a detached instance lives on its own, and may come back") {
    World world;
    world.fleet_of(2);
    world.run(1min);
    const Json answer = world.autoscaling("DetachInstances", moved({"i-00000001"}, false));
    CHECK(answer["Activities"][0]["Description"] == "Detaching EC2 instance: i-00000001");
    CHECK_FALSE(world.instance("i-00000001").tags.contains("aws:autoscaling:groupName"));
    world.run(5min);
    CHECK(members(world) == "i-00000002 InService Healthy, i-00000003 InService Healthy");
    CHECK(world.state("i-00000001") == "running");
    world.autoscaling("AttachInstances", moved({"i-00000001"}));
    CHECK(world.group()["DesiredCapacity"] == 3);
    CHECK(members(world).starts_with("i-00000001 InService Healthy"));
    CHECK(world.refusal("autoscaling", "AttachInstances", moved({"i-00000001"})) ==
          "ValidationError");  // it is a member already
    world.ec2("TerminateInstances", {{"InstanceIds", {"i-00000001"}}});
    world.run(5min);
    CHECK(members(world).find("i-00000004 InService Healthy") != std::string::npos);
  }

  TEST_CASE("only running instances of the group's zones are attached, up to the maximum") {
    World world;
    world.fleet_of(1, {{"AvailabilityZones", {"us-east-1a"}}});
    const auto run = [&](const std::string& zone) {
      const Json made = world.ec2("RunInstances", {{"ImageId", "ami-12345678"},
                                                   {"MinCount", 1},
                                                   {"MaxCount", 1},
                                                   {"Placement", {{"AvailabilityZone", zone}}}});
      return made["Instances"][0]["InstanceId"].get<std::string>();
    };
    const std::string near = run("us-east-1a");
    const std::string far = run("us-east-1b");
    const std::string surplus = run("us-east-1a");
    const auto refused = [&](const std::string& id) {
      return world.refusal("autoscaling", "AttachInstances", moved({id}));
    };
    CHECK(refused(near) == "ValidationError");  // pending
    world.run(5min);
    CHECK(refused(far) == "ValidationError");
    CHECK(refused("i-00000099") == "ValidationError");
    CHECK(refused(near) == "none");
    CHECK(refused(surplus) == "ValidationError");  // the maximum is 2
  }
}

TEST_SUITE("autoscaling: tags and notifications") {
  TEST_CASE("tags are changed, handed down from then on, listed and deleted") {
    World world;
    world.fleet_of(1);
    Json tag{{"ResourceId", "web-WebFleet"},
             {"ResourceType", "auto-scaling-group"},
             {"Key", "Team"},
             {"Value", "blue"},
             {"PropagateAtLaunch", true}};
    world.autoscaling("CreateOrUpdateTags", {{"Tags", {tag}}});
    world.autoscaling("SetDesiredCapacity",
                      {{"AutoScalingGroupName", "web-WebFleet"}, {"DesiredCapacity", 2}});
    CHECK(world.instance("i-00000002").tags.at("Team") == "blue");
    CHECK_FALSE(world.instance("i-00000001").tags.contains("Team"));
    const Json listed =
        world.autoscaling("DescribeTags", {{"Filters", {{{"Name", "key"}, {"Values", {"Team"}}}}}});
    REQUIRE(listed["Tags"].size() == 1);
    CHECK(listed["Tags"][0]["PropagateAtLaunch"] == true);
    world.autoscaling("DeleteTags", {{"Tags", {tag}}});
    CHECK(world.group().dump().find("blue") == std::string::npos);
    tag["ResourceId"] = "nobody";
    CHECK(world.refusal("autoscaling", "CreateOrUpdateTags", {{"Tags", {tag}}}) ==
          "ValidationError");
  }

  TEST_CASE("a topic is tested, told, and told no more") {
    World world;
    world.fleet_of(1);
    Json wanted{{"AutoScalingGroupName", "web-WebFleet"},
                {"TopicARN", "arn:aws:sns:us-east-1:012345678901:Ops"},
                {"NotificationTypes", {"autoscaling:EC2_INSTANCE_LAUNCH"}}};
    world.autoscaling("PutNotificationConfiguration", wanted);
    world.run(1s);
    REQUIRE(world.listener().deliveries.size() == 1);
    CHECK(Json::parse(world.listener().deliveries[0].text)["Event"] ==
          "autoscaling:TEST_NOTIFICATION");
    CHECK(world.autoscaling("DescribeNotificationConfigurations")["NotificationConfigurations"]
              .size() == 1);
    world.autoscaling("DeleteNotificationConfiguration", wanted);
    CHECK(world.refusal("autoscaling", "DeleteNotificationConfiguration", wanted) ==
          "ValidationError");
    wanted["NotificationTypes"] = {"autoscaling:EVERYTHING"};
    CHECK(world.refusal("autoscaling", "PutNotificationConfiguration", wanted) ==
          "ValidationError");
  }
}

TEST_SUITE("autoscaling: suspended processes, each with its effect") {
  TEST_CASE("HealthCheck: failed instances stay, told health still counts") {
    World world;
    world.fleet_of(2);
    world.run(1min);
    processes(world, "SuspendProcesses", "HealthCheck");
    world.ec2("StopInstances", {{"InstanceIds", {"i-00000001"}}});
    world.run(10min);
    CHECK(members(world) == "i-00000001 InService Healthy, i-00000002 InService Healthy");
    world.autoscaling("SetInstanceHealth",
                      {{"InstanceId", "i-00000002"}, {"HealthStatus", "Unhealthy"}});
    world.run(10min);
    CHECK(members(world) == "i-00000001 InService Healthy, i-00000003 InService Healthy");
    processes(world, "ResumeProcesses", "HealthCheck");
    world.run(10min);
    CHECK(members(world) == "i-00000003 InService Healthy, i-00000004 InService Healthy");
  }

  TEST_CASE("ReplaceUnhealthy and Terminate: marked, not replaced until resumed") {
    for (const char* name : {"ReplaceUnhealthy", "Terminate"}) {
      CAPTURE(name);
      World world;
      world.fleet_of(2);
      world.run(1min);
      processes(world, "SuspendProcesses", name);
      world.ec2("StopInstances", {{"InstanceIds", {"i-00000001"}}});
      world.run(10min);
      CHECK(members(world) == "i-00000001 InService Unhealthy, i-00000002 InService Healthy");
      processes(world, "ResumeProcesses", name);
      world.run(10min);
      CHECK(members(world) == "i-00000002 InService Healthy, i-00000003 InService Healthy");
    }
  }

  TEST_CASE("Launch: the unhealthy go, nothing comes until it is resumed") {
    World world;
    world.fleet_of(2);
    world.run(1min);
    processes(world, "SuspendProcesses", "Launch");
    world.ec2("TerminateInstances", {{"InstanceIds", {"i-00000001"}}});
    world.run(10min);
    CHECK(members(world) == "i-00000002 InService Healthy");
    processes(world, "ResumeProcesses", "Launch");
    world.run(10min);
    CHECK(members(world) == "i-00000002 InService Healthy, i-00000003 InService Healthy");
  }

  TEST_CASE("Terminate: no scale-in until it is resumed") {
    World world;
    world.fleet_of(2);
    processes(world, "SuspendProcesses", "Terminate");
    world.autoscaling(
        "UpdateAutoScalingGroup",
        {{"AutoScalingGroupName", "web-WebFleet"}, {"MinSize", 1}, {"DesiredCapacity", 1}});
    world.run(10min);
    CHECK(world.cloud.members("WebFleet").size() == 2);
    processes(world, "ResumeProcesses", "Terminate");
    world.run(10min);
    CHECK(world.cloud.members("WebFleet").size() == 1);
  }

  TEST_CASE("scale-in protection holds an instance, and is only for members") {
    World world;
    world.fleet_of(2, {{"AvailabilityZones", {"us-east-1a"}}});
    Json protect = moved({"i-00000001"});
    protect["ProtectedFromScaleIn"] = true;
    world.autoscaling("SetInstanceProtection", protect);
    world.autoscaling(
        "UpdateAutoScalingGroup",
        {{"AutoScalingGroupName", "web-WebFleet"}, {"MinSize", 0}, {"DesiredCapacity", 0}});
    world.run(10min);
    CHECK(members(world) == "i-00000001 InService Healthy");
    protect["InstanceIds"] = {"i-00000099"};
    CHECK(world.refusal("autoscaling", "SetInstanceProtection", protect) == "ValidationError");
  }

  TEST_CASE("a group made under the name of a deleted one knows nothing of its instances") {
    World world;
    Json group{{"AutoScalingGroupName", "called"},
               {"LaunchConfigurationName", "config"},
               {"AvailabilityZones", {"us-east-1a"}},
               {"MinSize", 1},
               {"MaxSize", 1}};
    world.autoscaling("CreateLaunchConfiguration",
                      {{"LaunchConfigurationName", "config"}, {"ImageId", "ami-1"}});
    world.autoscaling("CreateAutoScalingGroup", group);
    world.run(10min);
    world.autoscaling("DeleteAutoScalingGroup",
                      {{"AutoScalingGroupName", "called"}, {"ForceDelete", true}});
    world.autoscaling("CreateAutoScalingGroup", group);
    world.run(10min);
    CHECK(world.state("i-00000001") == "terminated");
    const Json instances = world.group("called")["Instances"];
    REQUIRE(instances.size() == 1);
    CHECK(instances[0]["InstanceId"] == "i-00000002");
    CHECK(instances[0]["LifecycleState"] == "InService");
  }
}

TEST_SUITE("autoscaling: which activities are told") {
  // API DescribeScalingActivities: Filters, IncludeDeletedGroups.
  TEST_CASE("by time and status; those of deleted groups on demand") {
    World world;
    world.fleet_of(2);
    world.run(10min);
    world.autoscaling("SetDesiredCapacity",
                      {{"AutoScalingGroupName", "web-WebFleet"}, {"DesiredCapacity", 3}});
    world.run(10min);
    world.autoscaling("SetDesiredCapacity",
                      {{"AutoScalingGroupName", "web-WebFleet"}, {"DesiredCapacity", 4}});
    const auto told = [&](Json input) {
      return world.autoscaling("DescribeScalingActivities", input)["Activities"];
    };
    const auto by = [](const char* filter, const char* value) {
      return Json{{"AutoScalingGroupName", "web-WebFleet"},
                  {"Filters", {{{"Name", filter}, {"Values", {value}}}}}};
    };
    CHECK(told(by("StartTimeLowerBound", "2026-03-02T09:15:00Z")).size() == 1);
    CHECK(told(by("StartTimeUpperBound", "2026-03-02T10:15:00+01:00")).size() == 1);
    CHECK(told(by("Status", "Successful")).size() == 1);
    Json nameless = by("Status", "Successful");
    nameless.erase("AutoScalingGroupName");
    CHECK(world.refusal("autoscaling", "DescribeScalingActivities", nameless) == "ValidationError");
    world.autoscaling("DeleteAutoScalingGroup",
                      {{"AutoScalingGroupName", "web-WebFleet"}, {"ForceDelete", true}});
    CHECK(told(Json::object()).empty());
    const Json gone =
        told({{"AutoScalingGroupName", "web-WebFleet"}, {"IncludeDeletedGroups", true}});
    REQUIRE(gone.size() == 2);
    CHECK(gone[0]["AutoScalingGroupState"] == "Deleted");
  }
}

}  // namespace opsim::tests
