#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

std::vector<std::string> zones_of_members(World& world) {
  std::vector<std::string> zones;
  const Json group = world.group();
  for (const Json& one : group["Instances"])
    zones.push_back(one["AvailabilityZone"].get<std::string>());
  return zones;
}

std::size_t in_service(World& world) {
  std::size_t count = 0;
  const Json group = world.group();
  for (const Json& one : group["Instances"])
    if (one["LifecycleState"] == "InService" && one["HealthStatus"] == "Healthy") ++count;
  return count;
}

std::vector<std::string> activities(World& world) {
  std::vector<std::string> lines;
  const Json answer =
      world.autoscaling("DescribeScalingActivities", {{"AutoScalingGroupName", "web-WebFleet"}});
  for (const Json& one : answer["Activities"])
    lines.push_back(one["Description"].get<std::string>() + ": " +
                    one["StatusCode"].get<std::string>());
  return lines;
}

}  // namespace

TEST_SUITE("autoscaling: a group of fixed size") {
  TEST_CASE("stands in service from the start, balanced over its zones, sizes given as texts") {
    World world;
    CHECK(world.fleet_of(4) == "web-WebFleet");
    const Json group = world.group();
    CHECK(group["MinSize"] == 4);
    CHECK(group["DesiredCapacity"] == 4);  // "the default is the minimum size"
    CHECK(in_service(world) == 4);
    CHECK(zones_of_members(world) ==
          std::vector<std::string>{"us-east-1a", "us-east-1b", "us-east-1c", "us-east-1a"});
    CHECK(activities(world).empty());
    world.run(24h);
    CHECK(world.listener().events.empty());
  }

  TEST_CASE("takes its zones from its subnets, also of subnets that no stack here made") {
    World world;
    const std::string subnet = world.stand(
        "AWS::EC2::Subnet", "Private",
        {{"VpcId", "vpc-1"}, {"AvailabilityZone", "us-east-1c"}, {"CidrBlock", "10.0.7.0/24"}});
    world.fleet_of(2, {{"VPCZoneIdentifier", {subnet}}});
    CHECK(zones_of_members(world) == std::vector<std::string>{"us-east-1c", "us-east-1c"});
    CHECK(world.instance("i-00000001").private_ip == "10.0.7.4");

    World other;
    other.fleet_of(3, {{"VPCZoneIdentifier", "subnet-11111111, subnet-22222222,subnet-33333333"}});
    CHECK(zones_of_members(other) ==
          std::vector<std::string>{"us-east-1a", "us-east-1b", "us-east-1c"});
  }

  TEST_CASE("is a name for its members, and hands its tags down") {
    World world;
    world.fleet_of(2, {{"Tags",
                        {{{"Key", "Name"}, {"Value", "web"}, {"PropagateAtLaunch", "true"}},
                         {{"Key", "Team"}, {"Value", "x"}, {"PropagateAtLaunch", "false"}}}}});
    CHECK(world.cloud.members("WebFleet") == std::vector<std::string>{"i-00000001", "i-00000002"});
    const Json answer = world.ec2("DescribeInstances",
                                  {{"Filters", {{{"Name", "tag:Name"}, {"Values", {"web"}}}}}});
    CHECK(answer["Reservations"].size() == 2);
    const auto& tags = world.instance("i-00000001").tags;
    CHECK(tags.at("aws:autoscaling:groupName") == "web-WebFleet");
    CHECK_FALSE(tags.contains("Team"));
  }

  TEST_CASE("refuses sizes that make no sense, in AWS's words") {
    World world;
    world.fleet_of(1);
    const auto update = [&](const Json& sizes) {
      Json input = sizes;
      input["AutoScalingGroupName"] = "web-WebFleet";
      const ApiResult<Json> answer = world.ask("autoscaling", "UpdateAutoScalingGroup", input);
      return answer ? std::string{"ok"} : answer.error().message;
    };
    CHECK(update({{"MinSize", 5}}) ==
          "Max bound, 2, must be greater than or equal to min bound, 5");
    CHECK(update({{"DesiredCapacity", 9}}) ==
          "Desired capacity:9 must be between the specified min size:1 and max size:2");
    CHECK(world.refusal("autoscaling", "SetDesiredCapacity",
                        {{"AutoScalingGroupName", "nobody"}, {"DesiredCapacity", 1}}) ==
          "ValidationError");
  }
}

TEST_SUITE("autoscaling: replacing what is unhealthy") {
  TEST_CASE("an instance that leaves the running state is replaced at once") {
    World world;
    world.fleet_of(3);
    world.run(1h);
    const CauseId fault = world.fault("stop instance", "WebFleet", "hitting: one");
    CHECK(world.cloud.health("web-WebFleet") == Health::in_danger);
    CHECK(in_service(world) == 2);
    world.run(10min);
    CHECK(in_service(world) == 3);
    CHECK(world.cloud.health("web-WebFleet") == Health::ok);
    // The replacement stands where the lost one stood, and is named as such.
    const std::vector<std::string> zones = zones_of_members(world);
    CHECK(std::set<std::string>{zones.begin(), zones.end()}.size() == 3);
    const JournalEntry* launched = world.last(EntryKind::resource, "i-00000004");
    REQUIRE(launched != nullptr);
    const auto told = world.told(EntryKind::resource);
    CHECK(std::ranges::any_of(told, [](const std::string& line) {
      return line.starts_with("i-00000004: launched in ") &&
             line.find("to replace i-0000000") != std::string::npos;
    }));
    // The whole chain hangs together: fault -> ... -> the group is well again.
    const JournalEntry* well = world.last(EntryKind::health, "WebFleet");
    CHECK(well->text == "ok: 3 of 3 in service");
    CHECK(world.journal.caused_by(well->id, fault));
  }

  TEST_CASE("it terminates first; the replacement launches while the old one goes") {
    World world;
    world.fleet_of(2);
    world.run(1h);
    world.fault("stop instance", "WebFleet", "hitting: one");
    REQUIRE(activities(world).size() == 2);
    CHECK(activities(world)[1].starts_with("Terminating EC2 instance: i-"));
    CHECK(activities(world)[0].starts_with("Launching a new EC2 instance: i-00000003"));
    CHECK(activities(world)[0].ends_with("PreInService"));  // API ScalingActivityStatusCode
    world.run(10min);
    CHECK(activities(world)[0].ends_with("Successful"));
    CHECK(activities(world)[1].ends_with("Successful"));
  }

  TEST_CASE("tells EventBridge in the documented shape when each has ended") {
    World world;
    world.fleet_of(2);
    world.run(1h);
    world.fault("terminate instance", "WebFleet", "hitting: one");
    world.run(10min);
    for (const char* type :
         {"EC2 Instance Launch Successful", "EC2 Instance Terminate Successful"}) {
      CAPTURE(type);
      const auto events = world.events(type);
      REQUIRE(events.size() == 1);
      const Json& detail = events[0].detail;
      CHECK(events[0].source == "aws.autoscaling");
      CHECK(events[0].resources[0].starts_with(
          "arn:aws:autoscaling:us-east-1:012345678901:autoScalingGroup:"));
      for (const char* member :
           {"StatusCode", "Description", "AutoScalingGroupName", "ActivityId", "Details",
            "RequestId", "StatusMessage", "EndTime", "EC2InstanceId", "StartTime", "Cause"})
        CHECK(detail.contains(member));
      CHECK(detail["Details"].contains("Availability Zone"));
      CHECK(detail["Details"].contains("Subnet ID"));
      CHECK(detail["StatusCode"] == "InProgress");  // as in the reference's example
    }
  }

  TEST_CASE("impaired status checks are given a few minutes to pass, then the instance goes") {
    World world;
    world.fleet_of(3);
    world.run(1h);
    const auto impaired = [&](std::string_view how_long) {
      const auto before = activities(world).size();
      world.fault("fail status checks", "WebFleet",
                  "{hitting: one, for: " + std::string{how_long} + "}");
      world.run(20min);
      return activities(world).size() - before;
    };
    CHECK(impaired("90s") <= 2);  // they may pass again in time
    CHECK(impaired("15min") == 2);
    CHECK(in_service(world) == 3);
  }

  TEST_CASE("in its grace period an instance with impaired checks stays") {
    World world;
    world.fleet_of(1, {{"HealthCheckGracePeriod", "3600"}});
    world.run(1min);
    world.fault("freeze instance", "WebFleet", "{}");
    world.run(50min);
    CHECK(activities(world).empty());
    world.run(11min);
    CHECK(activities(world).size() == 2);
  }

  TEST_CASE("a new one that is stopped in its grace period goes at once") {
    World world;
    world.fleet_of(1, {{"HealthCheckGracePeriod", "3600"}});
    world.run(1min);
    world.fault("stop instance", "WebFleet", "{}");
    CHECK(activities(world).size() == 2);
    CHECK(world.cloud.health("web-WebFleet") == Health::down);
  }

  TEST_CASE("suspended processes leave it alone until they are resumed") {
    World world;
    world.fleet_of(2);
    world.run(1min);
    const Json name{{"AutoScalingGroupName", "web-WebFleet"}};
    Json suspend = name;
    suspend["ScalingProcesses"] = {"ReplaceUnhealthy"};
    world.autoscaling("SuspendProcesses", suspend);
    world.fault("stop instance", "WebFleet", "hitting: one");
    world.run(10min);
    CHECK(activities(world).empty());
    CHECK(world.group()["SuspendedProcesses"][0]["ProcessName"] == "ReplaceUnhealthy");
    world.autoscaling("ResumeProcesses", name);
    CHECK(activities(world).size() == 2);
    world.run(10min);
    CHECK(in_service(world) == 2);
  }

  TEST_CASE("the health of a lost member ends with it, its group carries the loss") {
    World world;
    world.fleet_of(2);
    world.run(1h);
    world.fault("terminate instance", "WebFleet", "hitting: one");
    world.run(30min);
    for (const char* id : {"i-00000001", "i-00000002", "i-00000003"})
      CHECK(world.cloud.health(id) == Health::ok);
  }

  TEST_CASE("members that cannot serve count as lost to the group, also while in service") {
    World world;
    world.fleet_of(2);
    world.run(1h);
    world.fault("fill disk", "WebFleet", "hitting: one");
    CHECK(world.cloud.health("web-WebFleet") == Health::in_danger);
    world.fault("fill disk", "WebFleet", "{}");
    CHECK(world.cloud.health("web-WebFleet") == Health::down);
    for (const std::string& id : world.cloud.members("WebFleet"))
      world.cloud.change_quantity(id, "disk", {Change::How::to, 20});
    CHECK(world.cloud.health("web-WebFleet") == Health::ok);
  }
}

TEST_SUITE("autoscaling: what callers do") {
  TEST_CASE("more capacity launches, less terminates where most stand") {
    World world;
    world.fleet_of(2);
    const Json name{{"AutoScalingGroupName", "web-WebFleet"}};
    Json more = name;
    more["DesiredCapacity"] = 4;
    world.autoscaling("SetDesiredCapacity", more);
    CHECK(world.group()["Instances"].size() == 4);
    world.run(5min);
    CHECK(in_service(world) == 4);
    Json fewer = name;
    fewer["DesiredCapacity"] = 2;
    world.autoscaling("SetDesiredCapacity", fewer);
    world.run(10min);
    const std::vector<std::string> zones = zones_of_members(world);
    REQUIRE(zones.size() == 2);
    CHECK(zones[0] != zones[1]);
  }

  TEST_CASE("an instance may be terminated with or without a replacement") {
    World world;
    world.fleet_of(2);
    const Json kept = world.autoscaling(
        "TerminateInstanceInAutoScalingGroup",
        {{"InstanceId", "i-00000001"}, {"ShouldDecrementDesiredCapacity", false}});
    CHECK(kept["Activity"]["StatusCode"] == "InProgress");
    world.run(10min);
    CHECK(in_service(world) == 2);
    CHECK(world.refusal("autoscaling", "TerminateInstanceInAutoScalingGroup",
                        {{"InstanceId", "i-00000002"}, {"ShouldDecrementDesiredCapacity", true}}) ==
          "ValidationError");  // it would go below its minimum
    CHECK(world.refusal("autoscaling", "TerminateInstanceInAutoScalingGroup",
                        {{"InstanceId", "i-00000099"}}) == "ValidationError");
  }

  TEST_CASE("health may be told from outside") {
    World world;
    world.fleet_of(2, {{"HealthCheckGracePeriod", 600}});
    Json input{{"InstanceId", "i-00000001"}, {"HealthStatus", "Unhealthy"}};
    world.autoscaling("SetInstanceHealth", input);  // respects the grace period by default
    CHECK(activities(world).empty());
    input["ShouldRespectGracePeriod"] = false;
    world.autoscaling("SetInstanceHealth", input);
    CHECK(activities(world).size() == 2);
    world.run(10min);
    CHECK(world.cloud.members("WebFleet") == std::vector<std::string>{"i-00000002", "i-00000003"});
  }

  TEST_CASE("a group may be made by a call, from a launch configuration") {
    World world;
    world.autoscaling("CreateLaunchConfiguration",
                      {{"LaunchConfigurationName", "config"}, {"ImageId", "ami-1"}});
    const Json group{{"AutoScalingGroupName", "called"},
                     {"LaunchConfigurationName", "config"},
                     {"AvailabilityZones", {"us-east-1a"}},
                     {"MinSize", 1},
                     {"MaxSize", 1}};
    world.autoscaling("CreateAutoScalingGroup", group);
    CHECK(world.refusal("autoscaling", "CreateAutoScalingGroup", group) == "AlreadyExists");
    CHECK(world.cloud.health("called") == Health::ok);  // nobody relies on it yet
    world.run(10min);
    CHECK(world.group("called")["Instances"][0]["LifecycleState"] == "InService");
    CHECK(world.instance("i-00000001").spec->detailed_monitoring);  // launch configurations do
    Json missing = group;
    missing["AutoScalingGroupName"] = "other";
    missing["LaunchConfigurationName"] = "nobody";
    CHECK(world.refusal("autoscaling", "CreateAutoScalingGroup", missing) == "ValidationError");
  }

  TEST_CASE("a group is deleted when it is empty, or with all it has") {
    World world;
    world.fleet_of(2);
    world.run(1min);
    Json name{{"AutoScalingGroupName", "web-WebFleet"}};
    CHECK(world.refusal("autoscaling", "DeleteAutoScalingGroup", name) == "ResourceInUse");
    name["ForceDelete"] = true;
    world.autoscaling("DeleteAutoScalingGroup", name);
    world.run(10min);
    CHECK(world.state("i-00000001") == "terminated");
    CHECK(world.cloud.health("i-00000001") == Health::ok);
    CHECK(world.refusal("autoscaling", "DeleteAutoScalingGroup", name) == "ValidationError");
    world.autoscaling("CreateLaunchConfiguration",
                      {{"LaunchConfigurationName", "config"}, {"ImageId", "ami-1"}});
    const Json config{{"LaunchConfigurationName", "config"}};
    world.autoscaling("DeleteLaunchConfiguration", config);
    CHECK(world.refusal("autoscaling", "DeleteLaunchConfiguration", config) == "ValidationError");
  }

  TEST_CASE("instances of all groups are listed, a page at a time") {
    World world;
    world.fleet_of(3);
    Json page = world.autoscaling("DescribeAutoScalingInstances", {{"MaxRecords", 2}});
    CHECK(page["AutoScalingInstances"].size() == 2);
    page = world.autoscaling("DescribeAutoScalingInstances",
                             {{"MaxRecords", 2}, {"NextToken", page["NextToken"]}});
    CHECK(page["AutoScalingInstances"].size() == 1);
    CHECK_FALSE(page.contains("NextToken"));
    CHECK(page["AutoScalingInstances"][0]["HealthStatus"] == "HEALTHY");
  }
}

TEST_SUITE("autoscaling: who is told") {
  TEST_CASE("topics hear of launches and terminations, of the types they asked for") {
    World world;
    world.fleet_of(1, {{"NotificationConfigurations",
                        {{{"TopicARN", "arn:aws:sns:us-east-1:012345678901:Ops"},
                          {"NotificationTypes", {"autoscaling:EC2_INSTANCE_LAUNCH"}}}}}});
    world.run(1min);
    world.fault("terminate instance", "WebFleet", "{}");
    world.run(10min);
    REQUIRE(world.listener().deliveries.size() == 1);
    const Delivery& told = world.listener().deliveries[0];
    CHECK(told.target.text() == "arn:aws:sns:us-east-1:012345678901:Ops");
    const Json message = Json::parse(told.text);
    CHECK(message["Event"] == "autoscaling:EC2_INSTANCE_LAUNCH");
    CHECK(message["EC2InstanceId"] == "i-00000002");
    CHECK(message["Service"] == "AWS Auto Scaling");
  }

  TEST_CASE("group metrics follow once they are collected") {
    World world;
    world.fleet_of(3, {{"MetricsCollection",
                        {{{"Granularity", "1Minute"},
                          {"Metrics", {"GroupInServiceInstances", "GroupPendingInstances"}}}}}});
    const Dimensions dimensions{{"AutoScalingGroupName", "web-WebFleet"}};
    const auto latest = [&](std::string_view name) {
      return world.latest("AWS/AutoScaling", name, dimensions);
    };
    world.run(10min);
    CHECK(latest("GroupInServiceInstances") == 3);
    CHECK_FALSE(latest("GroupDesiredCapacity").has_value());
    world.physics("AWS::EC2::Instance", "launches in: 5min");
    world.fault("terminate instance", "WebFleet", "hitting: one");
    world.run(2min);
    CHECK(latest("GroupInServiceInstances") == 2);
    CHECK(latest("GroupPendingInstances") == 1);
    world.run(10min);
    CHECK(latest("GroupInServiceInstances") == 3);
    CHECK(latest("GroupPendingInstances") == 0);
  }
}

}  // namespace opsim::tests
