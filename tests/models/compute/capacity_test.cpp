#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

const Json kCapacityGroup{{"AutoScalingGroupName", "web-WebFleet"}};

void update(World& world, Json change) {
  change["AutoScalingGroupName"] = "web-WebFleet";
  world.autoscaling("UpdateAutoScalingGroup", change);
}

/// Active members of zones a, b and c: "2 1 1".
std::string spread(World& world) {
  std::map<std::string, int> counts{{"us-east-1a", 0}, {"us-east-1b", 0}, {"us-east-1c", 0}};
  const Json group = world.group();
  for (const Json& one : group["Instances"]) {
    const std::string state = one["LifecycleState"].get<std::string>();
    if (state.starts_with("Pending") || state == "InService")
      ++counts[one["AvailabilityZone"].get<std::string>()];
  }
  return fmt::format("{} {} {}", counts["us-east-1a"], counts["us-east-1b"], counts["us-east-1c"]);
}

std::vector<std::string> active(World& world) { return world.cloud.members("WebFleet"); }

std::vector<Json> failed(World& world) {
  std::vector<Json> found;
  const Json answer = world.autoscaling("DescribeScalingActivities", kCapacityGroup);
  for (const Json& one : answer["Activities"])
    if (one["StatusCode"] == "Failed") found.push_back(one);
  return found;
}

}  // namespace

TEST_SUITE("autoscaling: where there is no capacity") {
  TEST_CASE("launches go to another zone, and return once the zone has capacity again") {
    World world;
    world.fleet_of(6);
    world.run(1min);
    world.fault("fail launches", "WebFleet", "{in: us-east-1a, for: 30min}");
    world.ec2("TerminateInstances", {{"InstanceIds", {"i-00000001", "i-00000004"}}});
    CHECK(spread(world) == "0 3 3");
    REQUIRE(failed(world).size() == 1);
    CHECK(failed(world)[0]["StatusMessage"].get<std::string>().starts_with(
        "We currently do not have sufficient t3.micro capacity in the Availability Zone you "
        "requested (us-east-1a)."));
    CHECK(world.events("EC2 Instance Launch Unsuccessful").size() == 1);
    for (int minute = 0; minute < 29; ++minute) {
      world.run(1min);
      CHECK(spread(world) == "0 3 3");  // also while it tries the zone again
    }
    CHECK(failed(world).size() >= 4);  // after 1, 2, 4, 8 minutes
    CHECK(failed(world).size() <= 6);
    world.run(30min);
    CHECK(spread(world) == "2 2 2");
  }

  TEST_CASE("balanced only keeps to the zone") {
    World world;
    world.fleet_of(
        3, {{"AvailabilityZoneDistribution", {{"CapacityDistributionStrategy", "balanced-only"}}}});
    world.run(1min);
    world.fault("fail launches", "WebFleet", "{in: us-east-1b, for: 5min}");
    world.ec2("TerminateInstances", {{"InstanceIds", {"i-00000002"}}});
    CHECK(spread(world) == "1 0 1");
    world.run(4min);
    CHECK(spread(world) == "1 0 1");
    world.run(10min);
    CHECK(spread(world) == "1 1 1");
  }

  TEST_CASE("nowhere any: the group tries again, less and less often, and then fills up") {
    World world;
    world.fleet_of(3);
    world.run(1min);
    world.fault("fail launches", "WebFleet", "for: 10h");
    world.ec2("TerminateInstances", {{"InstanceIds", {"i-00000001", "i-00000002", "i-00000003"}}});
    world.run(10h);
    CHECK(active(world).empty());
    CHECK(failed(world).size() <= 150);
    world.run(20min);
    CHECK(spread(world) == "1 1 1");
  }

  TEST_CASE("RunInstances is refused where nobody has capacity, and elsewhere not") {
    World world;
    world.fleet_of(1);
    const auto run = [&](const char* zone, const char* type) {
      return world.refusal("ec2", "RunInstances",
                           {{"ImageId", "ami-12345678"},
                            {"InstanceType", type},
                            {"MinCount", 1},
                            {"MaxCount", 1},
                            {"Placement", {{"AvailabilityZone", zone}}}});
    };
    world.fault("fail launches", "nobody", "{in: us-east-1a, of: m5.large}");
    CHECK(run("us-east-1a", "m5.large") == "InsufficientInstanceCapacity");
    CHECK(run("us-east-1a", "c5.large") == "none");
    CHECK(run("us-east-1b", "m5.large") == "none");
  }

  TEST_CASE("as a quantity of the group, for whoever experiments with it") {
    World world;
    world.fleet_of(3);
    world.run(1min);
    CHECK(
        world.cloud.change_quantity("web-WebFleet", "shortage us-east-1a", {Change::How::to, 100}));
    CHECK(world.cloud.read_quantity("web-WebFleet", "shortage us-east-1a") == 100);
    world.ec2("TerminateInstances", {{"InstanceIds", {"i-00000001"}}});
    CHECK(spread(world).starts_with("0 "));
    world.cloud.change_quantity("web-WebFleet", "shortage us-east-1a", {Change::How::to, 0});
    world.run(20min);
    CHECK(spread(world) == "1 1 1");
  }
}

// EC2 Auto Scaling API, AvailabilityZoneImpairmentPolicy; User Guide, "Auto Scaling group zonal
// shift". ARC tells the group by this quantity.
TEST_SUITE("autoscaling: a zonal shift") {
  void shift(World & world, double value) {
    CHECK(world.cloud.change_quantity("web-WebFleet", "shifted us-east-1a",
                                      {Change::How::to, value}));
    CHECK(world.cloud.read_quantity("web-WebFleet", "shifted us-east-1a") == value);
  }
  Json policy(std::string_view behaviour) {
    return {{"ZonalShiftEnabled", true}, {"ImpairedZoneHealthCheckBehavior", behaviour}};
  }

  TEST_CASE("new instances launch in the other zones; after it the group balances again") {
    World world;
    world.fleet_of(3, {{"MaxSize", 9}});
    world.run(1min);
    shift(world, 1);
    world.run(30min);
    CHECK(spread(world) == "1 1 1");  // what stands there stays
    update(world, {{"DesiredCapacity", 6}});
    world.run(30min);
    CHECK(spread(world) == "1 3 2");
    shift(world, 0);
    world.run(30min);
    CHECK(spread(world) == "2 2 2");
  }

  TEST_CASE("ReplaceUnhealthy replaces what fails in that zone, elsewhere") {
    World world;
    world.fleet_of(3, {{"AvailabilityZoneImpairmentPolicy", policy("ReplaceUnhealthy")}});
    world.run(1min);
    shift(world, 1);
    world.ec2("StopInstances", {{"InstanceIds", {"i-00000001"}}});
    world.run(30min);
    CHECK(spread(world) == "0 2 1");
    CHECK(world.group()["AvailabilityZoneImpairmentPolicy"] == policy("ReplaceUnhealthy"));
  }

  TEST_CASE("IgnoreUnhealthy leaves what fails in that zone until the shift is over") {
    World world;
    world.fleet_of(3, {{"AvailabilityZoneImpairmentPolicy", policy("IgnoreUnhealthy")}});
    world.run(1min);
    shift(world, 1);
    world.ec2("StopInstances", {{"InstanceIds", {"i-00000001", "i-00000002"}}});
    world.run(30min);
    CHECK(spread(world) == "1 1 1");  // the one of us-east-1b was replaced
    CHECK(world.state("i-00000001") == "stopped");
    CHECK(world.state("i-00000002") == "terminated");
    shift(world, 0);
    world.run(30min);
    CHECK(spread(world) == "1 1 1");
    CHECK(world.state("i-00000001") == "terminated");
  }

  TEST_CASE("a behaviour that AWS does not know is refused") {
    World world;
    world.fleet_of(1);
    CHECK(world.refusal("autoscaling", "UpdateAutoScalingGroup",
                        {{"AutoScalingGroupName", "web-WebFleet"},
                         {"AvailabilityZoneImpairmentPolicy", policy("Wait")}}) ==
          "ValidationError");
  }
}

TEST_SUITE("autoscaling: rebalancing") {
  TEST_CASE("other zones: the group moves there, launching before it ends") {
    World world;
    world.fleet_of(4, {{"AvailabilityZones", {"us-east-1a"}}});
    update(world, {{"MaxSize", 4}});
    world.run(1min);
    update(world, {{"AvailabilityZones", {"us-east-1a", "us-east-1b"}}});
    CHECK(spread(world) == "4 1 0");  // the maximum is 4: one more for a while
    CHECK(world.group()["DesiredCapacity"] == 4);
    std::size_t least = 4;
    for (int second = 0; second < 900; ++second) {
      world.run(1s);
      std::size_t serving = 0;
      const Json group = world.group();
      for (const Json& one : group["Instances"])
        if (one["LifecycleState"] == "InService") ++serving;
      least = std::min(least, serving);
    }
    CHECK(least == 4);
    CHECK(spread(world) == "2 2 0");
    update(world, {{"AvailabilityZones", {"us-east-1c"}}});
    world.run(20min);
    CHECK(spread(world) == "0 0 4");
  }

  TEST_CASE("not while AZRebalance is suspended, and never for protected members") {
    World world;
    world.fleet_of(3);
    world.run(1min);
    const Json process{{"AutoScalingGroupName", "web-WebFleet"},
                       {"ScalingProcesses", {"AZRebalance"}}};
    world.autoscaling("SuspendProcesses", process);
    update(world, {{"AvailabilityZones", {"us-east-1a"}}});
    world.run(10min);
    CHECK(spread(world) == "1 1 1");
    world.autoscaling("SetInstanceProtection", {{"AutoScalingGroupName", "web-WebFleet"},
                                                {"InstanceIds", {"i-00000002", "i-00000003"}},
                                                {"ProtectedFromScaleIn", true}});
    world.autoscaling("ResumeProcesses", process);
    world.run(10min);
    CHECK(spread(world) == "1 1 1");
    CHECK(active(world).size() == 3);
  }
}

TEST_SUITE("autoscaling: maintenance policies and lifetimes") {
  TEST_CASE("above 100 per cent the replacement is in service before the unhealthy one goes") {
    World world;
    world.fleet_of(2, {{"InstanceMaintenancePolicy",
                        {{"MinHealthyPercentage", 100}, {"MaxHealthyPercentage", 110}}}});
    world.run(1min);
    for (const char* id : {"i-00000001", "i-00000002"})
      world.autoscaling("SetInstanceHealth", {{"InstanceId", id}, {"HealthStatus", "Unhealthy"}});
    CHECK(active(world).size() == 3);  // one at a time
    CHECK(world.state("i-00000001") == "running");
    world.run(10min);
    CHECK(active(world) == std::vector<std::string>{"i-00000003", "i-00000004"});
  }

  TEST_CASE("one that no longer runs is replaced at once") {
    World world;
    world.fleet_of(2, {{"InstanceMaintenancePolicy",
                        {{"MinHealthyPercentage", 100}, {"MaxHealthyPercentage", 110}}}});
    world.run(1min);
    world.ec2("StopInstances", {{"InstanceIds", {"i-00000001"}}});
    CHECK(active(world) == std::vector<std::string>{"i-00000002", "i-00000003"});
  }

  TEST_CASE("members older than the maximum lifetime are replaced, a few at a time") {
    World world;
    world.fleet_of(3, {{"MaxInstanceLifetime", 86'400}});
    world.run(24h - 1s);
    CHECK(active(world).front() == "i-00000001");
    world.run(2s);
    CHECK(active(world).size() == 3);
    CHECK(active(world).front() == "i-00000002");
    world.run(1h);
    CHECK(active(world) == std::vector<std::string>{"i-00000004", "i-00000005", "i-00000006"});
    CHECK(world.refusal("autoscaling", "UpdateAutoScalingGroup",
                        {{"AutoScalingGroupName", "web-WebFleet"},
                         {"MaxInstanceLifetime", 3'600}}) == "ValidationError");
  }
}

TEST_SUITE("autoscaling: termination and mixed instances") {
  TEST_CASE("the group's policies choose, after the balance of zones") {
    for (const char* policy : {"OldestInstance", "NewestInstance"}) {
      World world;
      world.fleet_of(2, {{"AvailabilityZones", {"us-east-1a"}}, {"TerminationPolicies", {policy}}});
      world.run(30min);
      update(world, {{"DesiredCapacity", 3}, {"MinSize", 1}});
      world.run(10min);
      update(world, {{"DesiredCapacity", 2}});
      world.run(10min);
      CHECK(active(world).front() ==
            (std::string_view{policy} == "OldestInstance" ? "i-00000002" : "i-00000001"));
    }
    World world;
    world.fleet_of(1);
    CHECK(world.refusal("autoscaling", "UpdateAutoScalingGroup",
                        {{"AutoScalingGroupName", "web-WebFleet"},
                         {"TerminationPolicies", {"Oldest"}}}) == "ValidationError");
  }

  TEST_CASE("On-Demand first its base, then its share; the rest is Spot") {
    World world;
    const std::string id = world.stand("AWS::EC2::LaunchTemplate", "Template",
                                       {{"LaunchTemplateData", {{"ImageId", "ami-12345678"}}}});
    const Json policy{
        {"LaunchTemplate",
         {{"LaunchTemplateSpecification", {{"LaunchTemplateId", id}, {"Version", "1"}}},
          {"Overrides",
           {{{"InstanceType", "c5.large"}, {"WeightedCapacity", "2"}},
            {{"InstanceType", "m5.large"}, {"WeightedCapacity", "2"}}}}}},
        {"InstancesDistribution",
         {{"OnDemandBaseCapacity", 4}, {"OnDemandPercentageAboveBaseCapacity", 50}}}};
    world.stand("AWS::AutoScaling::AutoScalingGroup", "WebFleet",
                {{"MixedInstancesPolicy", policy}, {"MinSize", "12"}, {"MaxSize", "24"}});
    CHECK(active(world).size() == 6);  // of two units each
    const auto count = [&](bool spot, std::string_view type) {
      int found = 0;
      for (const std::string& one : active(world))
        if (world.instance(one).spot == spot && world.instance(one).spec->instance_type == type)
          ++found;
      return found;
    };
    CHECK(count(false, "c5.large") == 4);  // 4 + half of 8 units
    CHECK(count(true, "c5.large") == 2);
    world.fault("fail launches", "WebFleet", "of: c5.large");
    world.autoscaling("SetDesiredCapacity",
                      {{"AutoScalingGroupName", "web-WebFleet"}, {"DesiredCapacity", 16}});
    CHECK(count(false, "m5.large") == 1);
    CHECK(count(true, "m5.large") == 1);
    world.run(10min);
    world.autoscaling("SetDesiredCapacity",
                      {{"AutoScalingGroupName", "web-WebFleet"}, {"DesiredCapacity", 13}});
    CHECK(active(world).size() == 7);  // a whole instance stays, where half would do
    CHECK(count(true, "m5.large") + count(false, "m5.large") == 1);
  }

  TEST_CASE("whatever is asked of it, a group at rest has its size and is balanced") {
    World world;
    world.fleet_of(6, {{"MinSize", 0}});
    update(world, {{"MinSize", 0}, {"MaxSize", 12}});
    Stream luck{Seed{11}, "asked"};
    for (int round = 0; round < 40; ++round) {
      const auto wanted = static_cast<int>(luck.below(13));
      update(world, {{"DesiredCapacity", wanted}});
      if (!active(world).empty() && luck.below(2) == 0)
        world.ec2("TerminateInstances",
                  {{"InstanceIds", {active(world)[luck.below(active(world).size())]}}});
      world.run(30min);
      CAPTURE(round);
      CHECK(active(world).size() == static_cast<std::size_t>(wanted));
      std::map<std::string, int> zones{{"us-east-1a", 0}, {"us-east-1b", 0}, {"us-east-1c", 0}};
      for (const std::string& id : active(world)) ++zones[world.instance(id).zone];
      const auto [least, most] = std::ranges::minmax(zones | std::views::values);
      CHECK(most - least <= 1);
    }
  }
}

}  // namespace opsim::tests
