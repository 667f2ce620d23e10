#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

const Json kAgent{
    {"metrics",
     {{"append_dimensions",
       {{"InstanceId", "${aws:InstanceId}"},
        {"AutoScalingGroupName", "${aws:AutoScalingGroupName}"}}},
      {"aggregation_dimensions", {{"AutoScalingGroupName"}, {"InstanceId"}, Json::array()}},
      {"metrics_collected",
       {{"disk", {{"measurement", {"used_percent"}}, {"resources", {"/"}}}},
        {"mem", {{"measurement", {"mem_used_percent"}}}}}}}}};

std::optional<double> disk_of(World& world, const Dimensions& dimensions,
                              std::string_view statistic = "Maximum") {
  return world.latest("CWAgent", "disk_used_percent", dimensions, statistic);
}

}  // namespace

TEST_SUITE("ec2: the CloudWatch agent") {
  TEST_CASE("publishes with its own and its appended dimensions, and the aggregates asked for") {
    World world;
    world.fleet_of(3, {}, {{"UserData", "#!/bin/sh\ncat > a <<X\n" + kAgent.dump() + "\nX\n"}});
    world.physics("WebFleet", "disk: {from: 60 %}");
    world.cloud.change_quantity("i-00000002", "disk", {Change::How::to, 80});
    world.run(3min);
    const Dimensions raw{{"AutoScalingGroupName", "web-WebFleet"},
                         {"InstanceId", "i-00000002"},
                         {"device", "nvme0n1p1"},
                         {"fstype", "xfs"},
                         {"path", "/"}};
    CHECK(disk_of(world, raw) == 80);
    CHECK(disk_of(world, {{"InstanceId", "i-00000002"}}) == 80);
    const Dimensions group{{"AutoScalingGroupName", "web-WebFleet"}};
    CHECK(disk_of(world, group) == 80);
    CHECK(disk_of(world, group, "Minimum") == 60);
    CHECK(disk_of(world, group, "SampleCount") == 3);  // each instance, each minute
    CHECK(disk_of(world, {}, "SampleCount") == 3);
    CHECK(world.latest("CWAgent", "mem_used_percent",
                       {{"AutoScalingGroupName", "web-WebFleet"}, {"InstanceId", "i-00000001"}}) ==
          40);
  }

  // Known: `opsim call cloudwatch:ListMetrics` shows these metrics in a scenario; this world of
  // services alone does not.
  TEST_CASE("may come with the image, as physics say" * doctest::should_fail()) {
    World world;
    world.fleet_of(2);
    world.physics("WebFleet",
                  "{disk: {from: 55 %}, agent: {every: 60s, metrics: [disk], dimensions: "
                  "[InstanceId], aggregation: [[InstanceId]]}}");
    world.run(10min);
    CHECK(disk_of(world, {{"InstanceId", "i-00000001"}}) == 55);
  }

  TEST_CASE("may read its configuration from a parameter") {
    World world;
    world.listener().parameters["AmazonCloudWatch-linux"] = kAgent.dump();
    world.stand(
        "AWS::EC2::Instance", "Web",
        {{"ImageId", "ami-1"},
         {"UserData", "agent-ctl -a fetch-config -m ec2 -c ssm:AmazonCloudWatch-linux -s"}});
    world.run(3min);
    CHECK(disk_of(world, {{"InstanceId", "i-00000001"}}) == 30);
  }

  TEST_CASE("adds the host name where nothing is appended") {
    World world;
    world.stand(
        "AWS::EC2::Instance", "Web",
        {{"ImageId", "ami-1"},
         {"UserData",
          R"({"metrics":{"metrics_collected":{"mem":{"measurement":["used_percent"]}}}})"}});
    world.run(3min);
    const std::string ip = world.instance("i-00000001").private_ip;
    CHECK(ip == "172.31.0.4");
    CHECK(world.latest("CWAgent", "mem_used_percent", {{"host", "ip-172-31-0-4"}}) == 40);
  }

  TEST_CASE("falls silent with its instance, or when it is killed, and comes back") {
    World world;
    world.stand("AWS::EC2::Instance", "Web", {{"ImageId", "ami-1"}, {"UserData", kAgent.dump()}});
    const Dimensions dimensions{{"InstanceId", "i-00000001"}};
    world.run(5min);
    CHECK(disk_of(world, dimensions).has_value());
    for (const bool killed : {true, false}) {
      CAPTURE(killed);
      if (killed) {
        world.fault("kill process", "Web", "named: amazon-cloudwatch-agent");
      } else {
        world.fault("freeze instance", "Web", "for: 10min");
      }
      world.run(5min);
      CHECK_FALSE(disk_of(world, dimensions).has_value());
      if (killed)
        world.cloud.change_quantity("i-00000001", "process amazon-cloudwatch-agent",
                                    {Change::How::to, 1});
      world.run(10min);
      CHECK(disk_of(world, dimensions).has_value());
    }
  }

  TEST_CASE("samples of one instance lie a minute apart and are sent within a minute") {
    World world;
    world.stand("AWS::EC2::Instance", "Web", {{"ImageId", "ami-1"}, {"UserData", kAgent.dump()}});
    world.run(1h);
    const auto series = world.cloud.metrics().find(
        {kHome, "CWAgent", "disk_used_percent", {{"InstanceId", "i-00000001"}}});
    REQUIRE(series.has_value());
    const auto count = [&](SimTime by) {
      const Window window{world.sim.now() - 20min, world.sim.now() - 10min, by};
      return world.cloud.metrics().statistic(*series, *Statistic::parse("SampleCount"), window);
    };
    CHECK(count(world.sim.now()) == 10);
    CHECK(count(world.sim.now() - 9min) == 10);
  }
}

TEST_SUITE("ec2: its own metrics") {
  TEST_CASE("CPU is told each five minutes, or each minute with detailed monitoring") {
    for (const bool detailed : {false, true}) {
      World world;
      const std::string id = world.stand("AWS::EC2::Instance", "Web",
                                         {{"ImageId", "ami-1"}, {"Monitoring", detailed}});
      world.physics("Web", "cpu: {level: 35 %, noise: 0 %}");
      world.run(30min);
      const auto series =
          world.cloud.metrics().find({kHome, "AWS/EC2", "CPUUtilization", {{"InstanceId", id}}});
      REQUIRE(series.has_value());
      const Window window{world.sim.now() - 10min, world.sim.now(), world.sim.now() + 1h};
      const auto count =
          world.cloud.metrics().statistic(*series, *Statistic::parse("SampleCount"), window);
      CHECK(count == (detailed ? 10 : 2));
      CHECK(world.cloud.metrics().statistic(*series, *Statistic::parse("Average"), window) == 35);
    }
  }

  TEST_CASE("they end with the instance") {
    World world;
    const std::string id = world.stand("AWS::EC2::Instance", "Web", {{"ImageId", "ami-1"}});
    world.run(5min);
    CHECK(world.latest("AWS/EC2", "StatusCheckFailed", {{"InstanceId", id}}) == 0);
    world.ec2("TerminateInstances", {{"InstanceIds", {id}}});
    world.run(5min);
    CHECK_FALSE(world.latest("AWS/EC2", "StatusCheckFailed", {{"InstanceId", id}}).has_value());
  }
}

}  // namespace opsim::tests
