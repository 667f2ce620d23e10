#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

const Json kHookGroup{{"AutoScalingGroupName", "web-WebFleet"}};

void put_hook(World& world, std::string_view transition, Json more = Json::object()) {
  more["AutoScalingGroupName"] = "web-WebFleet";
  if (!more.contains("LifecycleHookName")) more["LifecycleHookName"] = "hold";
  more["LifecycleTransition"] = fmt::format("autoscaling:EC2_INSTANCE_{}", transition);
  world.autoscaling("PutLifecycleHook", more);
}

void set_desired(World& world, int size) {
  Json input = kHookGroup;
  input["DesiredCapacity"] = size;
  world.autoscaling("SetDesiredCapacity", input);
}

std::string life_of(World& world, std::string_view instance) {
  const Json group = world.group();
  for (const Json& one : group["Instances"])
    if (one["InstanceId"] == instance) return one["LifecycleState"].get<std::string>();
  return "gone";
}

std::string finish(World& world, std::string_view instance, std::string_view result,
                   std::string_view hook = "hold") {
  Json input = kHookGroup;
  input["InstanceId"] = instance;
  input["LifecycleHookName"] = hook;
  input["LifecycleActionResult"] = result;
  const ApiResult<Json> answer = world.ask("autoscaling", "CompleteLifecycleAction", input);
  return answer ? "ok" : answer.error().message;
}

Json newest_activity(World& world) {
  return world.autoscaling("DescribeScalingActivities", kHookGroup)["Activities"][0];
}

}  // namespace

TEST_SUITE("autoscaling: lifecycle hooks") {
  TEST_CASE("worked examples asg-hook-001 and -002: the global timeout is 100 heartbeats") {
    World world;
    world.fleet_of(1);
    const auto global = [&](int heartbeat) {
      put_hook(world, "LAUNCHING", {{"HeartbeatTimeout", heartbeat}});
      const Json hooks = world.autoscaling("DescribeLifecycleHooks", kHookGroup)["LifecycleHooks"];
      CHECK(hooks.size() == 1);
      return hooks[0]["GlobalTimeout"].get<int>();
    };
    CHECK(global(30) == 3'000);
    CHECK(global(300) == 30'000);
    CHECK(global(3'600) == 172'800);  // 48 hours are fewer
  }

  TEST_CASE("a launching instance waits until somebody says CONTINUE") {
    World world;
    world.fleet_of(1);
    put_hook(world, "LAUNCHING", {{"NotificationMetadata", "blue"}});
    set_desired(world, 2);
    world.run(5min);
    CHECK(life_of(world, "i-00000002") == "Pending:Wait");
    CHECK(world.instance("i-00000002").is_up());
    const auto events = world.events("EC2 Instance-launch Lifecycle Action");
    REQUIRE(events.size() == 1);
    const Json& detail = events[0].detail;
    CHECK(detail["LifecycleHookName"] == "hold");
    CHECK(detail["EC2InstanceId"] == "i-00000002");
    CHECK(detail["LifecycleTransition"] == "autoscaling:EC2_INSTANCE_LAUNCHING");
    CHECK(detail["NotificationMetadata"] == "blue");
    CHECK(detail["Origin"] == "EC2");
    CHECK(detail["Destination"] == "AutoScalingGroup");
    CHECK(world.events("EC2 Instance Launch Successful").empty());
    CHECK(finish(world, "i-00000002", "CONTINUE") == "ok");
    CHECK(life_of(world, "i-00000002") == "InService");
    CHECK(world.events("EC2 Instance Launch Successful").size() == 1);
    CHECK(finish(world, "i-00000002", "CONTINUE") ==
          "No active Lifecycle Action found with instance ID i-00000002");
  }

  TEST_CASE("ABANDON, also by default at the timeout, terminates and replaces") {
    World world;
    world.fleet_of(1);
    put_hook(world, "LAUNCHING", {{"HeartbeatTimeout", 300}});
    set_desired(world, 2);
    world.run(2min);
    CHECK(finish(world, "i-00000002", "ABANDON") == "ok");
    CHECK(life_of(world, "i-00000002") == "Terminating");
    CHECK(life_of(world, "i-00000003") == "Pending");
    CHECK(world.events("EC2 Instance Launch Unsuccessful").size() == 1);
    world.run(2min);
    CHECK(life_of(world, "i-00000003") == "Pending:Wait");
    world.run(5min);  // nobody answers: the default result is ABANDON
    CHECK(life_of(world, "i-00000003") == "gone");
    const Json activities =
        world.autoscaling("DescribeScalingActivities", kHookGroup)["Activities"];
    const bool timed_out = std::ranges::any_of(activities, [](const Json& one) {
      return one["StatusCode"] == "Cancelled" &&
             one["StatusMessage"].get<std::string>().ends_with("Heartbeat Timeout");
    });
    CHECK(timed_out);
  }

  TEST_CASE("a heartbeat holds it again, but never beyond the global timeout") {
    World world;
    world.fleet_of(1);
    put_hook(world, "LAUNCHING", {{"HeartbeatTimeout", 30}, {"DefaultResult", "CONTINUE"}});
    set_desired(world, 2);
    while (life_of(world, "i-00000002") != "Pending:Wait") world.run(1s);
    const SimTime begun = world.sim.now();
    Json beat = kHookGroup;
    beat["LifecycleHookName"] = "hold";
    beat["InstanceId"] = "i-00000002";
    while (life_of(world, "i-00000002") == "Pending:Wait") {
      world.autoscaling("RecordLifecycleActionHeartbeat", beat);
      world.run(20s);
    }
    const Duration held = world.sim.now() - begun;
    CHECK(held >= 2'990s);
    CHECK(held <= 3'020s);
    CHECK(life_of(world, "i-00000002") == "InService");
  }

  TEST_CASE("a terminating instance runs on while it waits; its replacement does not") {
    World world;
    world.fleet_of(2);
    world.run(1min);
    put_hook(world, "TERMINATING",
             {{"NotificationTargetARN", "arn:aws:sns:us-east-1:012345678901:Drain"}});
    REQUIRE(world.listener().deliveries.size() == 0);
    world.run(1s);
    REQUIRE(world.listener().deliveries.size() == 1);
    CHECK(Json::parse(world.listener().deliveries[0].text)["Event"] ==
          "autoscaling:TEST_NOTIFICATION");
    world.autoscaling("TerminateInstanceInAutoScalingGroup",
                      {{"InstanceId", "i-00000001"}, {"ShouldDecrementDesiredCapacity", false}});
    world.run(3min);
    CHECK(life_of(world, "i-00000001") == "Terminating:Wait");
    CHECK(world.state("i-00000001") == "running");
    CHECK(life_of(world, "i-00000003") == "InService");
    REQUIRE(world.listener().deliveries.size() == 2);
    const Json message = Json::parse(world.listener().deliveries[1].text);
    CHECK(message["LifecycleTransition"] == "autoscaling:EC2_INSTANCE_TERMINATING");
    CHECK(message["Service"] == "AWS Auto Scaling");
    Json by_token = kHookGroup;
    by_token["LifecycleHookName"] = "hold";
    by_token["LifecycleActionToken"] = message["LifecycleActionToken"];
    by_token["LifecycleActionResult"] = "ABANDON";  // either result lets it end
    world.autoscaling("CompleteLifecycleAction", by_token);
    CHECK(life_of(world, "i-00000001") == "Terminating:Proceed");
    world.run(5min);
    CHECK(life_of(world, "i-00000001") == "gone");
    CHECK(newest_activity(world)["Description"] == "Launching a new EC2 instance: i-00000003");
  }

  TEST_CASE("all hooks of a transition must let it go; one that abandons ends the wait") {
    World world;
    world.fleet_of(1);
    put_hook(world, "LAUNCHING", {{"LifecycleHookName", "a"}});
    put_hook(world, "LAUNCHING", {{"LifecycleHookName", "b"}});
    set_desired(world, 2);
    world.run(2min);
    CHECK(finish(world, "i-00000002", "CONTINUE", "a") == "ok");
    CHECK(life_of(world, "i-00000002") == "Pending:Wait");
    CHECK(finish(world, "i-00000002", "ABANDON", "b") == "ok");
    CHECK(life_of(world, "i-00000002") == "Terminating");
  }

  TEST_CASE("a hook that is deleted abandons launches and lets terminations go on") {
    World world;
    world.fleet_of(2);
    world.run(1min);
    put_hook(world, "TERMINATING", {{"LifecycleHookName", "drain"}});
    world.autoscaling("TerminateInstanceInAutoScalingGroup",
                      {{"InstanceId", "i-00000001"}, {"ShouldDecrementDesiredCapacity", false}});
    Json hook = kHookGroup;
    hook["LifecycleHookName"] = "drain";
    world.autoscaling("DeleteLifecycleHook", hook);
    CHECK(life_of(world, "i-00000001") == "Terminating:Proceed");
    CHECK(world.refusal("autoscaling", "DeleteLifecycleHook", hook) == "ValidationError");
  }

  TEST_CASE("an instance that is lost while it is held is replaced") {
    World world;
    world.fleet_of(1);
    put_hook(world, "LAUNCHING");
    set_desired(world, 2);
    world.run(2min);
    world.ec2("TerminateInstances", {{"InstanceIds", {"i-00000002"}}});
    CHECK(life_of(world, "i-00000002") == "Terminating");
    CHECK(life_of(world, "i-00000003") == "Pending");
    world.run(2h);
    CHECK(life_of(world, "i-00000002") == "gone");
  }

  TEST_CASE("templates name hooks in the group or beside it; what stands was never held") {
    World world;
    world.fleet_of(1, {{"LifecycleHookSpecificationList",
                        {{{"LifecycleHookName", "drain"},
                          {"LifecycleTransition", "autoscaling:EC2_INSTANCE_TERMINATING"},
                          {"HeartbeatTimeout", "60"}}}}});
    CHECK(world.stand("AWS::AutoScaling::LifecycleHook", "Warm",
                      {{"AutoScalingGroupName", "web-WebFleet"},
                       {"LifecycleTransition", "autoscaling:EC2_INSTANCE_LAUNCHING"}}) ==
          "web-Warm");
    const Json hooks = world.autoscaling("DescribeLifecycleHooks", kHookGroup)["LifecycleHooks"];
    REQUIRE(hooks.size() == 2);
    CHECK(hooks[0]["HeartbeatTimeout"] == 60);
    CHECK(hooks[1]["HeartbeatTimeout"] == 3'600);
    CHECK(hooks[1]["DefaultResult"] == "ABANDON");
    CHECK(life_of(world, "i-00000001") == "InService");
  }

  TEST_CASE("what makes no sense is refused") {
    World world;
    world.fleet_of(1);
    const auto refused = [&](Json hook) {
      hook["AutoScalingGroupName"] = "web-WebFleet";
      return world.refusal("autoscaling", "PutLifecycleHook", hook);
    };
    const Json good{{"LifecycleHookName", "x"},
                    {"LifecycleTransition", "autoscaling:EC2_INSTANCE_LAUNCHING"}};
    CHECK(refused(good) == "none");
    CHECK(refused({{"LifecycleHookName", "x"}, {"HeartbeatTimeout", 60}}) == "none");  // an update
    CHECK(refused({{"LifecycleHookName", "y"}}) == "ValidationError");
    CHECK(refused({{"LifecycleHookName", "no spaces"}}) == "ValidationError");
    Json wrong = good;
    wrong["HeartbeatTimeout"] = 29;
    CHECK(refused(wrong) == "ValidationError");
    wrong["HeartbeatTimeout"] = 7'201;
    CHECK(refused(wrong) == "ValidationError");
    wrong = good;
    wrong["DefaultResult"] = "RETRY";
    CHECK(refused(wrong) == "ValidationError");
  }
}

}  // namespace opsim::tests
