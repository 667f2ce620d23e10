// EC2 Auto Scaling User Guide, "About the health checks for your Auto Scaling group"
// (health-checks-overview), "How Amazon EC2 Auto Scaling minimizes downtime"; "Instance maintenance
// policies"; "Replace Auto Scaling instances based on maximum instance lifetime".
#include <algorithm>

#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

Json members_now(World& world) {
  return world.autoscaling("DescribeAutoScalingGroups")["AutoScalingGroups"][0]["Instances"];
}
std::int64_t standing_now(World& world) {
  return std::ranges::count_if(
      members_now(world), [](const Json& one) { return one["LifecycleState"] == "InService"; });
}
std::int64_t replaced_now(World& world) {
  const Json list = world.autoscaling("DescribeScalingActivities", {{"MaxRecords", 100}});
  return std::ranges::count_if(list["Activities"], [](const Json& one) {
    return one["Description"].get<std::string>().starts_with("Terminating");
  });
}
std::int64_t fewest_in_service(World& world, int minutes) {
  std::int64_t fewest = standing_now(world);
  for (int i = 0; i < minutes; ++i) {
    world.run(1min);
    fewest = std::min(fewest, standing_now(world));
  }
  return fewest;
}

}  // namespace

TEST_SUITE("autoscaling: how many unhealthy instances are replaced at a time") {
  TEST_CASE("up to ten per cent of the desired capacity, until all are replaced") {
    World world;
    world.fleet_of(30);
    world.run(1h);
    world.fault("fail status checks", "WebFleet", "{for: 6h}");
    CHECK(fewest_in_service(world, 10) >= 27);
    CHECK(replaced_now(world) < 12);
    CHECK(fewest_in_service(world, 170) == 27);
    CHECK(replaced_now(world) == 30);
    CHECK(standing_now(world) == 30);
  }

  TEST_CASE("who is well before its turn stays: \"temporary issues\"") {
    World world;
    world.fleet_of(30);
    world.run(1h);
    world.fault("fail status checks", "WebFleet", "{for: 20min}");
    world.run(3h);
    CHECK(replaced_now(world) >= 3);
    CHECK(replaced_now(world) < 30);
    for (const Json& one : members_now(world)) CHECK(one["HealthStatus"] == "Healthy");
  }

  TEST_CASE("one at a time where ten per cent is less than one") {
    World world;
    world.fleet_of(4);
    world.run(1h);
    world.fault("fail status checks", "WebFleet", "{for: 6h}");
    CHECK(fewest_in_service(world, 120) == 3);
    CHECK(replaced_now(world) == 4);
  }

  TEST_CASE("the default instance warm-up is waited for") {
    World world;
    world.fleet_of(4, {{"DefaultInstanceWarmup", 3'600}});
    world.run(1h);
    world.fault("fail status checks", "WebFleet", "{for: 9h}");
    world.run(1h);
    CHECK(replaced_now(world) == 1);
    world.run(1h);
    CHECK(replaced_now(world) == 2);
    world.run(4h);
    CHECK(replaced_now(world) == 4);
  }

  TEST_CASE("a group that grows is waited for") {
    World world;
    world.fleet_of(10, {{"DefaultInstanceWarmup", 1'800}});
    world.run(1h);
    world.fault("fail status checks", "WebFleet", "{for: 6h}");
    world.autoscaling("SetDesiredCapacity",
                      {{"AutoScalingGroupName", "web-WebFleet"}, {"DesiredCapacity", 20}});
    world.run(28min);
    CHECK(replaced_now(world) == 0);
    world.run(20min);
    CHECK(replaced_now(world) == 2);
  }

  TEST_CASE("those that do not run, and those that somebody marks, go at once") {
    World world;
    world.fleet_of(10);
    world.run(1h);
    const Json first = members_now(world);
    for (std::size_t i = 0; i < 5; ++i)
      world.autoscaling("SetInstanceHealth",
                        {{"InstanceId", first[i]["InstanceId"]}, {"HealthStatus", "Unhealthy"}});
    CHECK(replaced_now(world) == 5);
    World other;
    other.fleet_of(10);
    other.run(1h);
    other.fault("stop instance", "WebFleet", "{}");
    CHECK(replaced_now(other) == 10);
  }

  TEST_CASE("a maintenance policy that ends first allows as many as its minimum leaves") {
    World world;
    world.fleet_of(10, {{"InstanceMaintenancePolicy",
                         {{"MinHealthyPercentage", 50}, {"MaxHealthyPercentage", 100}}}});
    world.run(1h);
    world.fault("fail status checks", "WebFleet", "{for: 6h}");
    world.run(7min);
    CHECK(replaced_now(world) >= 5);  // 4 at the most where one goes at a time
    world.run(2h);
    CHECK(replaced_now(world) == 10);
  }
}

TEST_SUITE("autoscaling: maximum instance lifetime") {
  TEST_CASE("an instance that is protected from scale-in is not replaced") {
    World world;
    world.fleet_of(3, {{"MaxInstanceLifetime", 86'400}});
    const Json oldest = Json::array({members_now(world)[0]["InstanceId"]});
    Json protection{{"AutoScalingGroupName", "web-WebFleet"},
                    {"InstanceIds", oldest},
                    {"ProtectedFromScaleIn", true}};
    world.autoscaling("SetInstanceProtection", protection);
    world.run(30h);
    CHECK(replaced_now(world) == 2);
    CHECK(world.state(oldest[0].get<std::string>()) == "running");
    protection["ProtectedFromScaleIn"] = false;
    world.autoscaling("SetInstanceProtection", protection);
    world.run(1h);
    CHECK(replaced_now(world) == 3);
  }
}

}  // namespace opsim::tests
