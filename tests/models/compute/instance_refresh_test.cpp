#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

using compute::next_batch;
using compute::RefreshLoad;
using compute::RefreshPreferences;

const Json kRefreshed{{"AutoScalingGroupName", "web-WebFleet"}};

/// A group whose instances are in service the moment they launch, as the guide's examples have it.
void prompt_fleet(World& world, int size, const Json& group = Json::object()) {
  world.fleet_of(size, group);
  world.physics("AWS::EC2::Instance", "{launches in: 1ms, boots in: 1ms}");
  world.run(1s);
}

std::string start(World& world, const Json& preferences, const Json& desired = Json()) {
  Json input = kRefreshed;
  input["Preferences"] = preferences;
  if (!desired.is_null()) input["DesiredConfiguration"] = desired;
  return world.autoscaling("StartInstanceRefresh", input)["InstanceRefreshId"].get<std::string>();
}

Json refresh(World& world) {
  return world.autoscaling("DescribeInstanceRefreshes", kRefreshed)["InstanceRefreshes"][0];
}
std::string status(World& world) { return refresh(world)["Status"].get<std::string>(); }

/// How many of the first `size` instances are still active.
std::size_t old_ones(World& world, std::size_t size) {
  std::size_t count = 0;
  for (const std::string& id : world.cloud.members("WebFleet"))
    if (id <= fmt::format("i-{:08x}", size)) ++count;
  return count;
}

Json new_version(World& world) {
  world.ec2("CreateLaunchTemplateVersion",
            {{"LaunchTemplateName", "web-Template"},
             {"LaunchTemplateData", {{"ImageId", "ami-87654321"}, {"InstanceType", "m5.large"}}}});
  return {{"LaunchTemplate", {{"LaunchTemplateName", "web-Template"}, {"Version", "2"}}}};
}

std::size_t of_new_version(World& world) {
  std::size_t count = 0;
  for (const std::string& id : world.cloud.members("WebFleet"))
    if (world.instance(id).spec->image_id == "ami-87654321") ++count;
  return count;
}

}  // namespace

TEST_SUITE("autoscaling: instance refresh") {
  TEST_CASE("worked example asg-refresh-001: ten instances, checkpoints at 20 and 50 per cent") {
    World world;
    prompt_fleet(world, 10);
    const SimTime begun = world.sim.now();
    start(world, {{"MinHealthyPercentage", 80},
                  {"InstanceWarmup", 600},
                  {"CheckpointPercentages", {20, 50}},
                  {"CheckpointDelay", 900}});
    const auto replaced_at = [&](Duration after) {
      world.sim.run_until(begun + after);
      return 10 - old_ones(world, 10);
    };
    CHECK(replaced_at(1s) == 2);
    CHECK(replaced_at(10min + 5s) == 2);
    CHECK(refresh(world)["PercentageComplete"] == 20);
    CHECK(replaced_at(24min + 59s) == 2);
    CHECK(replaced_at(25min + 5s) == 4);
    CHECK(replaced_at(34min + 59s) == 4);
    CHECK(replaced_at(35min + 10s) == 5);
    CHECK(refresh(world)["PercentageComplete"] == 40);
    CHECK(status(world) == "InProgress");
    CHECK(replaced_at(45min + 15s) == 5);
    CHECK(status(world) == "Successful");
    CHECK(refresh(world)["PercentageComplete"] == 50);
    const auto reached = world.events("EC2 Auto Scaling Instance Refresh Checkpoint Reached");
    REQUIRE(reached.size() == 1);
    CHECK(reached[0].detail["CheckpointPercentage"] == "20");
    CHECK(reached[0].detail["CheckpointDelay"] == "900");
    CHECK(world.events("EC2 Auto Scaling Instance Refresh Started").size() == 1);
    CHECK(world.events("EC2 Auto Scaling Instance Refresh Succeeded").size() == 1);
  }

  TEST_CASE("how many at a time") {
    struct Row {
      std::int64_t least, most, desired, not_ready, started;
      std::int64_t launch_first, end_first;
    };
    const Row rows[] = {
        {90, 100, 10, 0, 0, 0, 1},   // 9 of 10 stay
        {90, 100, 10, 1, 1, 0, 0},   // until the first is ready
        {90, 100, 15, 0, 0, 0, 1},   // 13.5 is rounded up to 14
        {100, 100, 10, 0, 0, 0, 1},  // "limits the rate of replacement to one at a time"
        {0, 100, 10, 0, 0, 0, 10},   // "all instances are replaced at the same time"
        {100, 110, 20, 0, 0, 2, 0},  // launch first
        {100, 110, 5, 0, 0, 1, 0},  {50, 100, 10, 2, 2, 0, 3}, {90, 100, 10, 0, 10, 0, 0},
    };
    for (const Row& row : rows) {
      RefreshPreferences preferences;
      preferences.min_healthy = row.least;
      preferences.max_healthy = row.most;
      const RefreshLoad load{.desired = row.desired,
                             .not_ready = row.not_ready,
                             .surplus = 0,
                             .total = row.desired,
                             .started = row.started};
      const auto batch = next_batch(preferences, load, 100);
      CAPTURE(row.least);
      CAPTURE(row.desired);
      CHECK(batch.launch_first == row.launch_first);
      CHECK(batch.end_first == row.end_first);
    }
  }

  TEST_CASE("a desired configuration becomes the group's once it succeeds") {
    World world;
    prompt_fleet(world, 3);
    start(world, {{"InstanceWarmup", 60}}, new_version(world));
    world.run(1h);
    CHECK(status(world) == "Successful");
    CHECK(of_new_version(world) == 3);
    CHECK(world.group()["LaunchTemplate"]["Version"] == "2");
    start(world, {{"SkipMatching", true}});
    CHECK(status(world) == "Successful");  // nothing to replace
    CHECK(refresh(world)["InstancesToUpdate"] == 0);
  }

  TEST_CASE("checkpoints that are passed together are one: the guide's two instances") {
    World world;
    prompt_fleet(world, 2);
    start(world, {{"InstanceWarmup", 0},
                  {"CheckpointPercentages", {10, 40, 100}},
                  {"CheckpointDelay", 600}});
    world.run(5min);
    const auto reached = world.events("EC2 Auto Scaling Instance Refresh Checkpoint Reached");
    REQUIRE(reached.size() == 1);
    CHECK(reached[0].detail["CheckpointPercentage"] == "40");
    world.run(30min);
    CHECK(status(world) == "Successful");
  }

  TEST_CASE("launching first never has fewer in service than desired") {
    World world;
    prompt_fleet(world, 4);
    start(world,
          {{"MinHealthyPercentage", 100}, {"MaxHealthyPercentage", 125}, {"InstanceWarmup", 120}});
    std::size_t least = 4;
    for (int i = 0; i < 1'200; ++i) {
      world.run(1s);
      std::size_t serving = 0;
      const Json group = world.group();
      for (const Json& one : group["Instances"])
        if (one["LifecycleState"] == "InService") ++serving;
      least = std::min(least, serving);
    }
    CHECK(least >= 4);
    CHECK(status(world) == "Successful");
    CHECK(old_ones(world, 4) == 0);
  }

  TEST_CASE("cancelled: no more are replaced, nothing is rolled back, and settings stay") {
    World world;
    prompt_fleet(world, 4);
    start(world, {{"MinHealthyPercentage", 75}, {"InstanceWarmup", 300}}, new_version(world));
    world.run(1min);
    world.autoscaling("CancelInstanceRefresh", kRefreshed);
    world.run(1h);
    CHECK(status(world) == "Cancelled");
    CHECK(of_new_version(world) == 1);
    CHECK(world.group()["LaunchTemplate"]["Version"] == "1");
    CHECK(world.events("EC2 Auto Scaling Instance Refresh Cancelled").size() == 1);
    CHECK(world.refusal("autoscaling", "CancelInstanceRefresh", kRefreshed) ==
          "ActiveInstanceRefreshNotFound");
  }

  TEST_CASE("rolled back, by hand or by an alarm: what was new is replaced again") {
    for (const bool by_hand : {true, false}) {
      World world;
      prompt_fleet(world, 4);
      start(world,
            {{"MinHealthyPercentage", 50},
             {"InstanceWarmup", 60},
             {"CheckpointPercentages", {50, 100}},
             {"AutoRollback", true},
             {"AlarmSpecification", {{"Alarms", {"errors"}}}}},
            new_version(world));
      world.run(5min);
      CHECK(of_new_version(world) == 2);
      if (by_hand) {
        world.autoscaling("RollbackInstanceRefresh", kRefreshed);
      } else {
        Event alarm;
        alarm.source = "aws.cloudwatch";
        alarm.detail_type = "CloudWatch Alarm State Change";
        alarm.place = kHome;
        alarm.detail = {{"alarmName", "errors"}, {"state", {{"value", "ALARM"}}}};
        world.cloud.emit(std::move(alarm));
      }
      CHECK(status(world) == "RollbackInProgress");
      world.run(1h);
      CHECK(status(world) == "RollbackSuccessful");
      CHECK(of_new_version(world) == 0);
      CHECK(world.cloud.members("WebFleet").size() == 4);
    }
  }

  TEST_CASE("protected instances: wait an hour and fail, ignore, or replace") {
    for (const char* what : {"Wait", "Ignore", "Refresh"}) {
      CAPTURE(what);
      World world;
      prompt_fleet(world, 2);
      world.autoscaling("SetInstanceProtection", {{"AutoScalingGroupName", "web-WebFleet"},
                                                  {"InstanceIds", {"i-00000001"}},
                                                  {"ProtectedFromScaleIn", true}});
      start(world, {{"InstanceWarmup", 0},
                    {"MinHealthyPercentage", 50},
                    {"ScaleInProtectedInstances", what}});
      world.run(50min);
      const std::string_view word = what;
      CHECK(status(world) == (word == "Wait" ? "InProgress" : "Successful"));
      CHECK(old_ones(world, 2) == (word == "Refresh" ? 0 : 1));
      world.run(20min);
      CHECK(status(world) == (word == "Wait" ? "Failed" : "Successful"));
    }
  }

  TEST_CASE("without capacity it fails after an hour") {
    World world;
    prompt_fleet(world, 2);
    world.fault("fail launches", "WebFleet", "for: 10h");
    start(world, {{"InstanceWarmup", 0}});
    world.run(2h);
    CHECK(status(world) == "Failed");
    CHECK(world.cloud.members("WebFleet").size() == 1);
  }

  TEST_CASE("what makes no sense is refused, and one at a time runs") {
    World world;
    prompt_fleet(world, 2);
    const auto refused = [&](const Json& preferences) {
      Json input = kRefreshed;
      input["Preferences"] = preferences;
      return world.refusal("autoscaling", "StartInstanceRefresh", input);
    };
    CHECK(refused({{"MinHealthyPercentage", 101}}) == "ValidationError");
    CHECK(refused({{"MinHealthyPercentage", 50}, {"MaxHealthyPercentage", 151}}) ==
          "ValidationError");
    CHECK(refused({{"CheckpointPercentages", {50, 20}}}) == "ValidationError");
    CHECK(refused({{"ScaleInProtectedInstances", "Terminate"}}) == "ValidationError");
    CHECK(refused({{"AutoRollback", true}}) == "ValidationError");
    CHECK(refused({{"InstanceWarmup", 600}}) == "none");
    CHECK(refused(Json::object()) == "InstanceRefreshInProgress");
    CHECK(world.refusal("autoscaling", "RollbackInstanceRefresh", kRefreshed) ==
          "IrreversibleInstanceRefresh");
  }

  // API RefreshPreferences, BakeTime; InstanceRefresh, Status: "Baking - Waiting the specified bake
  // time after an instance refresh has finished updating instances."
  TEST_CASE("a bake time: updated, but not complete before it is over") {
    World world;
    prompt_fleet(world, 2);
    start(world, {{"InstanceWarmup", 0}, {"MinHealthyPercentage", 0}, {"BakeTime", 600}});
    world.run(2min);
    CHECK(status(world) == "Baking");
    CHECK(refresh(world)["PercentageComplete"] == 100);
    CHECK(refresh(world)["Preferences"]["BakeTime"] == 600);
    world.run(9min);
    CHECK(status(world) == "Successful");
  }

  // "Check the status of an instance refresh": 0 per cent complete and 0 left to update while the
  // new instances warm up, and the StatusReason of its example.
  TEST_CASE("what it waits for is its status reason") {
    World world;
    prompt_fleet(world, 2);
    start(world, {{"InstanceWarmup", 600}, {"MinHealthyPercentage", 0}});
    world.run(5min);
    const Json told = refresh(world);
    CHECK(told["PercentageComplete"] == 0);
    CHECK(told["InstancesToUpdate"] == 0);
    CHECK(told["StatusReason"] ==
          "Waiting for instances to warm up before continuing. For example: i-00000003 is warming "
          "up.");
    world.run(10min);
    CHECK_FALSE(refresh(world).contains("StatusReason"));
  }

  // API RollbackDetails; PercentageComplete "gradually goes back down to zero during a rollback".
  TEST_CASE("what was complete when a rollback began") {
    World world;
    prompt_fleet(world, 4);
    start(world, {{"InstanceWarmup", 600}, {"MinHealthyPercentage", 50}}, new_version(world));
    world.run(11min);
    CHECK(refresh(world)["PercentageComplete"] == 50);
    world.autoscaling("RollbackInstanceRefresh", kRefreshed);
    const Json details = refresh(world)["RollbackDetails"];
    CHECK(details["PercentageCompleteOnRollback"] == 50);
    CHECK(details["InstancesToUpdateOnRollback"] == 0);  // the other two were on their way
    CHECK(details["RollbackReason"] == "Rolled back due to user request.");
    world.run(1h);
    CHECK(status(world) == "RollbackSuccessful");
    CHECK(refresh(world)["PercentageComplete"] == 0);
  }

  // API RefreshPreferences, InstanceWarmup: the default is the group's DefaultInstanceWarmup.
  TEST_CASE("the warm-up is the group's default instance warm-up, else its grace period") {
    World world;
    prompt_fleet(world, 1, {{"HealthCheckGracePeriod", 120}});
    start(world, Json::object());
    CHECK(refresh(world)["Preferences"]["InstanceWarmup"] == 120);
    world.autoscaling("CancelInstanceRefresh", kRefreshed);
    world.run(10min);
    world.autoscaling("UpdateAutoScalingGroup",
                      {{"AutoScalingGroupName", "web-WebFleet"}, {"DefaultInstanceWarmup", 30}});
    start(world, Json::object());
    CHECK(refresh(world)["Preferences"]["InstanceWarmup"] == 30);
  }
}

}  // namespace opsim::tests
