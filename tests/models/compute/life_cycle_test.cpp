#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

Json by_id(const std::string& id) { return {{"InstanceIds", {id}}}; }

std::string stand_instance(World& world) {
  return world.stand("AWS::EC2::Instance", "Web", {{"ImageId", "ami-1"}});
}

std::vector<std::string> states_told(World& world) {
  std::vector<std::string> states;
  for (const Event& event : world.events("EC2 Instance State-change Notification"))
    states.push_back(event.detail["state"].get<std::string>());
  return states;
}

}  // namespace

TEST_SUITE("ec2: the life of an instance") {
  TEST_CASE("one of a stack stands from the start: running, checked, and without a word") {
    World world;
    const std::string id = stand_instance(world);
    CHECK(id == "i-00000001");
    CHECK(world.state(id) == "running");
    const Json status = world.ec2("DescribeInstanceStatus", by_id(id))["InstanceStatuses"][0];
    CHECK(status["InstanceStatus"]["Status"] == "ok");
    CHECK(status["SystemStatus"]["Status"] == "ok");
    world.run(1h);
    CHECK(world.listener().events.empty());
  }

  TEST_CASE("a launched one is pending, then running, and its checks pass two to five minutes on") {
    World world;
    const Json launched =
        world.ec2("RunInstances", {{"ImageId", "ami-1"}, {"MinCount", 1}, {"MaxCount", 1}});
    const auto id = launched["Instances"][0]["InstanceId"].get<std::string>();
    CHECK(launched["Instances"][0]["State"]["Name"] == "pending");
    world.run(1min);
    CHECK(world.state(id) == "running");
    const auto status = [&] {
      const Json one = world.ec2("DescribeInstanceStatus", by_id(id))["InstanceStatuses"][0];
      return one["InstanceStatus"]["Status"].get<std::string>();
    };
    CHECK(status() == "initializing");
    world.run(5min);
    CHECK(status() == "ok");
    CHECK(states_told(world) == std::vector<std::string>{"pending", "running"});
  }

  TEST_CASE("every change of state is an event in EC2's own shape") {
    World world;
    const std::string id = stand_instance(world);
    world.ec2("StopInstances", by_id(id));
    world.run(10min);
    world.ec2("StartInstances", by_id(id));
    world.run(10min);
    world.ec2("TerminateInstances", by_id(id));
    world.run(10min);
    CHECK(states_told(world) == std::vector<std::string>{"stopping", "stopped", "pending",
                                                         "running", "shutting-down", "terminated"});
    const Event& first = world.listener().events.front();
    CHECK(first.source == "aws.ec2");
    CHECK(first.resources ==
          std::vector<std::string>{"arn:aws:ec2:us-east-1:012345678901:instance/i-00000001"});
    CHECK(first.detail == Json{{"instance-id", id}, {"state", "stopping"}});
  }

  TEST_CASE("a stopped instance is down until it has booted again") {
    World world;
    const std::string id = stand_instance(world);
    world.run(1min);
    world.ec2("StopInstances", by_id(id));
    CHECK(world.cloud.health(id) == Health::down);
    world.run(10min);
    world.ec2("StartInstances", by_id(id));
    CHECK(world.cloud.health(id) == Health::down);
    world.run(15min);
    CHECK(world.cloud.health(id) == Health::ok);
    CHECK(world.last(EntryKind::health, id) == nullptr);  // it has its name of the stack
    CHECK(world.last(EntryKind::health, "Web")->text == "ok: up again");
  }

  TEST_CASE("a reboot is no change of state, but the instance is away meanwhile") {
    World world;
    const std::string id = stand_instance(world);
    world.run(1min);
    world.ec2("RebootInstances", by_id(id));
    CHECK(world.state(id) == "running");
    CHECK(world.cloud.health(id) == Health::down);
    CHECK(world.cloud.read_quantity(id, "reachable") == 0);
    world.run(10min);
    CHECK(world.cloud.health(id) == Health::ok);
    CHECK(world.cloud.read_quantity(id, "reachable") == 1);
    CHECK(world.listener().events.empty());
  }

  TEST_CASE("a terminated instance stays visible for an hour") {
    World world;
    const std::string id = stand_instance(world);
    world.ec2("TerminateInstances", by_id(id));
    world.run(30min);
    CHECK(world.state(id) == "terminated");
    world.run(1h);
    CHECK(world.refusal("ec2", "DescribeInstances", by_id(id)) == "InvalidInstanceID.NotFound");
    CHECK(world.ec2("DescribeInstances")["Reservations"].empty());
  }

  TEST_CASE("the same seed gives the same life, another seed another") {
    const auto life = [](Seed seed) {
      World world{seed};
      const std::string id = stand_instance(world);
      world.ec2("StopInstances", by_id(id));
      world.run(1h);
      return world.instance(id).changed;
    };
    CHECK(life(Seed{1}) == life(Seed{1}));
    CHECK(life(Seed{1}) != life(Seed{2}));
  }

  TEST_CASE("physics may say how long launch and boot take") {
    World world;
    world.physics("AWS::EC2::Instance", "{launches in: 100s, boots in: 50s}");
    const Json launched =
        world.ec2("RunInstances", {{"ImageId", "ami-1"}, {"MinCount", 1}, {"MaxCount", 1}});
    const auto id = launched["Instances"][0]["InstanceId"].get<std::string>();
    world.run(99s);
    CHECK(world.state(id) == "pending");
    world.run(2s);
    CHECK(world.state(id) == "running");
    CHECK(world.cloud.read_quantity(id, "reachable") == 0);
    world.run(50s);
    CHECK(world.cloud.read_quantity(id, "reachable") == 1);
  }
}

TEST_SUITE("ec2: status checks") {
  TEST_CASE("notice a frozen instance at the next minute's check, and its reboot") {
    World world;
    const std::string id = stand_instance(world);
    world.run(10min);
    world.fault("freeze instance", "Web", "{}");
    CHECK(world.cloud.health(id) == Health::down);
    CHECK(world.instance(id).checks.instance == compute::CheckStatus::ok);
    world.run(1min);
    CHECK(world.instance(id).checks.instance == compute::CheckStatus::impaired);
    CHECK(world.instance(id).checks.system == compute::CheckStatus::ok);
    world.run(2min);
    const Dimensions dimensions{{"InstanceId", id}};
    CHECK(world.latest("AWS/EC2", "StatusCheckFailed", dimensions) == 1);
    CHECK(world.latest("AWS/EC2", "StatusCheckFailed_Instance", dimensions) == 1);
    CHECK(world.latest("AWS/EC2", "StatusCheckFailed_System", dimensions) == 0);
    world.ec2("RebootInstances", by_id(id));
    world.run(15min);
    CHECK(world.latest("AWS/EC2", "StatusCheckFailed", dimensions) == 0);
    CHECK(world.cloud.health(id) == Health::ok);
  }

  TEST_CASE("the instance check fails too while the system check does; a stop and start moves on") {
    World world;
    const std::string id = stand_instance(world);
    world.run(10min);
    world.fault("impair hardware", "Web", "{}");
    world.run(3min);
    const Json status = world.ec2("DescribeInstanceStatus", by_id(id))["InstanceStatuses"][0];
    CHECK(status["SystemStatus"]["Status"] == "impaired");
    CHECK(status["InstanceStatus"]["Status"] == "impaired");
    CHECK(status["SystemStatus"]["Details"][0]["Status"] == "failed");
    world.ec2("StopInstances", by_id(id));
    world.run(10min);
    CHECK(world.ec2("DescribeInstanceStatus")["InstanceStatuses"].empty());
    world.ec2("StartInstances", by_id(id));
    world.run(15min);
    CHECK(world.instance(id).checks.system == compute::CheckStatus::ok);
  }

  TEST_CASE("the alarm action of recovery moves the instance to another host") {
    World world;
    const std::string id = stand_instance(world);
    world.run(10min);
    world.fault("impair hardware", "Web", "{}");
    Delivery delivery{.caller = {kHome, "cloudwatch.amazonaws.com", ""},
                      .target = *Arn::parse("arn:aws:automate:us-east-1:ec2:recover"),
                      .text = "",
                      .parameters = {{"InstanceId", id}},
                      .from = ""};
    const auto recover = [](Cloud& cloud, Delivery what) -> Process<> {
      const ApiResult<Json> answer = co_await cloud.deliver(std::move(what));
      CHECK(answer.has_value());
    };
    world.sim.spawn(recover(world.cloud, std::move(delivery)));
    world.run(40min);
    CHECK(world.cloud.health(id) == Health::ok);
    CHECK(world.instance(id).checks.system == compute::CheckStatus::ok);
  }

  TEST_CASE("EC2 recovers a supported instance by itself, unless it is told not to") {
    // EC2 User Guide, instance-configuration-recovery.
    CHECK(compute::supports_automatic_recovery("m6i.large"));
    CHECK(compute::supports_automatic_recovery("t3.micro"));
    CHECK_FALSE(compute::supports_automatic_recovery("m5d.large"));  // instance store volumes
    CHECK_FALSE(compute::supports_automatic_recovery("i3.large"));
    CHECK_FALSE(compute::supports_automatic_recovery("m5.metal"));
    const auto recovered = [](const char* option) {
      World world;
      const std::string id = world.stand("AWS::EC2::Instance", "Web",
                                         {{"ImageId", "ami-1"}, {"InstanceType", "m6i.large"}});
      world.run(10min);
      world.ec2("ModifyInstanceMaintenanceOptions", {{"InstanceId", id}, {"AutoRecovery", option}});
      world.fault("impair hardware", "Web", "{}");
      world.run(1h);
      return world.cloud.health(id) == Health::ok;
    };
    CHECK(recovered("default"));
    CHECK_FALSE(recovered("disabled"));
  }

  TEST_CASE("a fault may fail them alone, for a while") {
    World world;
    const std::string id = stand_instance(world);
    world.run(10min);
    world.fault("fail status checks", "Web", "for: 10min");
    world.run(5min);
    CHECK(world.latest("AWS/EC2", "StatusCheckFailed", {{"InstanceId", id}}) == 1);
    CHECK(world.cloud.health(id) == Health::ok);  // nothing else is wrong with it
    world.run(10min);
    CHECK(world.latest("AWS/EC2", "StatusCheckFailed", {{"InstanceId", id}}) == 0);
  }
}

TEST_SUITE("ec2: status checks") {
  // EC2 User Guide, "Status checks": the instance check sends an ARP request; what user data still
  // installs is nothing to it.
  TEST_CASE("pass while user data installs") {
    World world;
    world.physics("AWS::EC2::Instance", "{ launches in: 10s, boots in: 20s, installs in: 30min }");
    const std::string id =
        world
            .ec2("RunInstances", {{"ImageId", "ami-1"},
                                  {"MinCount", 1},
                                  {"MaxCount", 1},
                                  {"UserData", "IyEvYmluL2Jhc2g="}})["Instances"][0]["InstanceId"]
            .get<std::string>();
    world.run(10min);
    const Json told = world.ec2("DescribeInstanceStatus", {{"InstanceIds", {id}}});
    CHECK(told["InstanceStatuses"][0]["InstanceStatus"]["Status"] == "ok");
    CHECK_FALSE(world.instance(id).serves);
    world.run(25min);
    CHECK(world.instance(id).serves);
  }
}

}  // namespace opsim::tests
