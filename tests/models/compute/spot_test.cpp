#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

const Json kSpotData{{"InstanceMarketOptions", {{"MarketType", "spot"}}}};

Duration since(const World& world, const Event& event) { return event.time - world.sim.start(); }

}  // namespace

TEST_SUITE("ec2: Spot Instances") {
  TEST_CASE("a recommendation, a notice of two minutes, the end; and a replacement") {
    World world;
    world.fleet_of(2, Json::object(), kSpotData);
    world.run(10min);
    CHECK(world
              .ec2("DescribeInstances",
                   {{"Filters",
                     {{{"Name", "instance-lifecycle"}, {"Values", {"spot"}}}}}})["Reservations"]
              .size() == 2);
    world.fault("interrupt spot", "WebFleet", "{hitting: one, for: 5min}");
    const auto recommended = world.events("EC2 Instance Rebalance Recommendation");
    REQUIRE(recommended.size() == 1);
    const std::string id = recommended[0].detail["instance-id"].get<std::string>();
    world.run(10min);
    const auto warned = world.events("EC2 Spot Instance Interruption Warning");
    REQUIRE(warned.size() == 1);
    CHECK(warned[0].detail["instance-id"] == id);
    CHECK(warned[0].detail["instance-action"] == "terminate");
    CHECK(since(world, warned[0]) == 13min);
    Duration ended{};
    for (const Event& event : world.events("EC2 Instance State-change Notification"))
      if (event.detail["instance-id"] == id && event.detail["state"] == "shutting-down")
        ended = since(world, event);
    CHECK(ended == 15min);
    CHECK(world.cloud.members("WebFleet").size() == 2);
    CHECK(world.events("EC2 Spot Instance Request Fulfillment").size() == 1);
  }

  TEST_CASE("On-Demand Instances are not taken back") {
    World world;
    world.fleet_of(2);
    world.run(1min);
    world.fault("interrupt spot", "WebFleet", "{}");
    world.run(10min);
    CHECK(world.listener().events.empty());
  }

  TEST_CASE("with capacity rebalancing the replacement comes before the end") {
    World world;
    world.fleet_of(2, {{"CapacityRebalance", "true"}}, kSpotData);
    world.run(10min);
    world.fault("interrupt spot", "WebFleet", "{hitting: one, for: 10min}");
    CHECK(world.cloud.members("WebFleet").size() == 3);
    world.run(5min);
    CHECK(world.cloud.members("WebFleet").size() == 2);
    CHECK(world.events("EC2 Spot Instance Interruption Warning").empty());
    CHECK(world.cloud.health("web-WebFleet") == Health::ok);
  }

  TEST_CASE("with capacity rebalancing the notice begins its end, hooks and all") {
    // "... calls the termination lifecycle hook and attempts to launch a replacement immediately"
    World world;
    world.fleet_of(2, {{"CapacityRebalance", "true"}}, kSpotData);
    world.run(10min);
    world.autoscaling("PutLifecycleHook",
                      {{"AutoScalingGroupName", "web-WebFleet"},
                       {"LifecycleHookName", "drain"},
                       {"LifecycleTransition", "autoscaling:EC2_INSTANCE_TERMINATING"},
                       {"HeartbeatTimeout", 300}});
    world.fault("interrupt spot", "WebFleet", "{hitting: one, for: 2min}");
    world.run(5s);
    const Json members =
        world.autoscaling("DescribeAutoScalingGroups")["AutoScalingGroups"][0]["Instances"];
    CHECK(std::ranges::count_if(members, [](const Json& one) {
            return one["LifecycleState"] == "Terminating:Wait";
          }) == 1);
    CHECK(members.size() == 3);
    world.run(10min);
    CHECK(world.cloud.members("WebFleet").size() == 2);
  }

  TEST_CASE("it may stop instead, and experiments may ask for it by a quantity") {
    World world;
    Json spot = kSpotData;
    spot["ImageId"] = "ami-12345678";
    spot["MinCount"] = spot["MaxCount"] = 1;
    spot["InstanceMarketOptions"]["SpotOptions"] = {{"InstanceInterruptionBehavior", "stop"}};
    world.ec2("RunInstances", spot);
    world.run(10min);
    CHECK(world.cloud.read_quantity("i-00000001", "interruption") == 0);
    CHECK(world.cloud.change_quantity("i-00000001", "interruption", {Change::How::to, 120}));
    CHECK(world.cloud.read_quantity("i-00000001", "interruption") == 1);
    CHECK(world.events("EC2 Spot Instance Interruption Warning").empty());
    world.run(1s);
    CHECK(world.events("EC2 Spot Instance Interruption Warning").size() == 1);
    world.run(10min);
    CHECK(world.state("i-00000001") == "stopped");
  }

  TEST_CASE("only instances that were launched for it hibernate") {
    World world;
    const auto run = [&](bool hibernates) {
      world.ec2("RunInstances", {{"ImageId", "ami-12345678"},
                                 {"MinCount", 1},
                                 {"MaxCount", 1},
                                 {"HibernationOptions", {{"Configured", hibernates}}}});
    };
    run(true);
    run(false);
    world.run(10min);
    const auto refused = [&](const char* id) {
      return world.refusal("ec2", "StopInstances", {{"InstanceIds", {id}}, {"Hibernate", true}});
    };
    CHECK(refused("i-00000001") == "none");
    CHECK(refused("i-00000002") == "UnsupportedHibernationConfiguration");
  }
}

}  // namespace opsim::tests
