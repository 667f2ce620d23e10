#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

const Json kPooled{{"AutoScalingGroupName", "web-WebFleet"}};

std::string warm(World& world) {
  std::string text;
  const Json answer = world.autoscaling("DescribeWarmPool", kPooled);
  for (const Json& one : answer["Instances"])
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", one["InstanceId"].get<std::string>(),
                        one["LifecycleState"].get<std::string>());
  return text;
}

void put_pool(World& world, Json pool = Json::object()) {
  pool["AutoScalingGroupName"] = "web-WebFleet";
  world.autoscaling("PutWarmPool", pool);
}

void desire(World& world, int size) {
  Json input = kPooled;
  input["DesiredCapacity"] = size;
  world.autoscaling("SetDesiredCapacity", input);
}

}  // namespace

TEST_SUITE("autoscaling: warm pools") {
  TEST_CASE("worked examples asg-warm-001 and -003: the size of the pool") {
    using compute::warm_pool_size;
    using compute::WarmPool;
    CHECK(warm_pool_size({}, 10, 4) == 6);
    WarmPool prepared;
    prepared.max_prepared = 8;
    CHECK(warm_pool_size(prepared, 10, 9) == 0);
    CHECK(warm_pool_size(prepared, 10, 5) == 3);
    prepared.min_size = 2;
    CHECK(warm_pool_size(prepared, 10, 9) == 2);
  }

  TEST_CASE("instances are initialised, stopped, and taken first when the group grows") {
    World world;
    world.fleet_of(2);
    put_pool(world);
    CHECK(warm(world) == "i-00000003 Warmed:Pending, i-00000004 Warmed:Pending");
    world.run(10min);
    CHECK(warm(world) == "i-00000003 Warmed:Stopped, i-00000004 Warmed:Stopped");
    CHECK(world.state("i-00000003") == "stopped");
    CHECK(world.cloud.health("i-00000003") == Health::ok);  // nobody misses it
    CHECK(world.cloud.members("WebFleet").size() == 2);
    CHECK(world.group()["WarmPoolSize"] == 2);
    const auto pooled = world.events("EC2 Instance Launch Successful");
    REQUIRE(pooled.size() == 2);
    CHECK(pooled[0].detail["Origin"] == "EC2");
    CHECK(pooled[0].detail["Destination"] == "WarmPool");
    desire(world, 3);
    CHECK(warm(world).ends_with("Warmed:Stopped"));
    world.run(10min);
    CHECK(world.cloud.members("WebFleet").size() == 3);
    CHECK(world.events("EC2 Instance Launch Successful").back().detail["Origin"] == "WarmPool");
    CHECK(world.cloud.health("web-WebFleet") == Health::ok);
  }

  TEST_CASE("one that runs in the pool is in service at once") {
    World world;
    world.fleet_of(2);
    put_pool(world, {{"PoolState", "Running"}, {"MaxGroupPreparedCapacity", 3}});
    world.run(10min);
    CHECK(warm(world) == "i-00000003 Warmed:Running");
    desire(world, 3);
    CHECK(world.group()["Instances"][2]["LifecycleState"] == "InService");
    CHECK(warm(world).empty());
  }

  TEST_CASE("a pool of a template stands; deleting it ends its instances") {
    World world;
    world.fleet_of(2);
    world.stand("AWS::AutoScaling::WarmPool", "Pool",
                {{"AutoScalingGroupName", "web-WebFleet"}, {"MinSize", "1"}});
    CHECK(warm(world) == "i-00000003 Warmed:Stopped, i-00000004 Warmed:Stopped");
    CHECK(world.state("i-00000003") == "stopped");
    world.run(1h);
    CHECK(world.listener().events.empty());
    world.autoscaling("DeleteWarmPool", kPooled);
    world.run(10min);
    CHECK(warm(world).empty());
    CHECK(world.state("i-00000004") == "terminated");
    CHECK(world.refusal("autoscaling", "DeleteWarmPool", kPooled) == "ValidationError");
  }

  TEST_CASE("hooks run into the pool, and again out of it") {
    World world;
    world.fleet_of(2);
    Json hook = kPooled;
    hook["LifecycleHookName"] = "prepare";
    hook["LifecycleTransition"] = "autoscaling:EC2_INSTANCE_LAUNCHING";
    world.autoscaling("PutLifecycleHook", hook);
    put_pool(world, {{"MaxGroupPreparedCapacity", 3}});
    world.run(5min);
    CHECK(warm(world) == "i-00000003 Warmed:Pending:Wait");
    Json done = kPooled;
    done["LifecycleHookName"] = "prepare";
    done["InstanceId"] = "i-00000003";
    done["LifecycleActionResult"] = "CONTINUE";
    world.autoscaling("CompleteLifecycleAction", done);
    CHECK(warm(world) == "i-00000003 Warmed:Pending:Proceed");
    world.run(5min);
    CHECK(warm(world) == "i-00000003 Warmed:Stopped");
    desire(world, 3);
    world.run(5min);
    CHECK(world.group()["Instances"][2]["LifecycleState"] == "Pending:Wait");
    const auto held = world.events("EC2 Instance-launch Lifecycle Action");
    REQUIRE(held.size() == 2);
    CHECK(held[0].detail["Destination"] == "WarmPool");
    CHECK(held[1].detail["Origin"] == "WarmPool");
    world.autoscaling("CompleteLifecycleAction", done);
    CHECK(world.group()["Instances"][2]["LifecycleState"] == "InService");
  }

  TEST_CASE("with a reuse policy a scale-in returns instances to the pool") {
    World world;
    world.fleet_of(2);
    put_pool(world, {{"InstanceReusePolicy", {{"ReuseOnScaleIn", true}}}});
    world.run(10min);
    desire(world, 4);
    world.run(10min);
    CHECK(warm(world).empty());
    desire(world, 3);
    world.run(10min);
    CHECK(world.cloud.members("WebFleet").size() == 3);
    CHECK(warm(world).ends_with("Warmed:Stopped"));
    CHECK(warm(world).size() == std::string_view{"i-00000001 Warmed:Stopped"}.size());
  }

  TEST_CASE("one that is lost in the pool is made up for") {
    World world;
    world.fleet_of(2);
    put_pool(world, {{"MaxGroupPreparedCapacity", 3}});
    world.run(10min);
    world.ec2("TerminateInstances", {{"InstanceIds", {"i-00000003"}}});
    world.run(10min);
    CHECK(warm(world) == "i-00000004 Warmed:Stopped");
    CHECK(world.cloud.members("WebFleet").size() == 2);
  }

  TEST_CASE("what makes no sense is refused") {
    World world;
    world.fleet_of(1);
    Json pool = kPooled;
    pool["PoolState"] = "Asleep";
    CHECK(world.refusal("autoscaling", "PutWarmPool", pool) == "ValidationError");
    pool = kPooled;
    pool["MinSize"] = -1;
    CHECK(world.refusal("autoscaling", "PutWarmPool", pool) == "ValidationError");
  }
}

}  // namespace opsim::tests
