#include "tests/models/compute/world.hpp"

namespace opsim::tests {

namespace {

// It begins on Monday, 2026-03-02, at 09:00 UTC.
struct Planned : World {
  Planned() {
    fleet_of(2);
    autoscaling("UpdateAutoScalingGroup", {{"AutoScalingGroupName", "web-WebFleet"},
                                           {"MinSize", 1},
                                           {"MaxSize", 10},
                                           {"DesiredCapacity", 2}});
  }
  Json of_group(Json members) {
    members["AutoScalingGroupName"] = "web-WebFleet";
    if (!members.contains("ScheduledActionName")) members["ScheduledActionName"] = "plan";
    return members;
  }
  void put(Json members) {
    autoscaling("PutScheduledUpdateGroupAction", of_group(std::move(members)));
  }
  std::string refused(Json members) {
    return refusal("autoscaling", "PutScheduledUpdateGroupAction", of_group(std::move(members)));
  }
  std::int64_t desired() { return group()["DesiredCapacity"].get<std::int64_t>(); }
  std::size_t planned() {
    return autoscaling("DescribeScheduledActions")["ScheduledUpdateGroupActions"].size();
  }
  void until(std::string_view time) { sim.run_until(*parse_iso8601(time)); }
};

}  // namespace

TEST_SUITE("autoscaling: scheduled actions") {
  TEST_CASE("one that runs once changes the sizes at its time, and is gone") {
    Planned world;
    world.put({{"StartTime", "2026-03-02T10:00:00Z"}, {"MinSize", 3}, {"MaxSize", 6}});
    CHECK(world.planned() == 1);
    world.until("2026-03-02T09:59:59Z");
    CHECK(world.desired() == 2);
    world.until("2026-03-02T10:00:00Z");
    CHECK(world.group()["MinSize"] == 3);
    CHECK(world.group()["MaxSize"] == 6);
    CHECK(world.desired() == 3);  // raised to the minimum
    CHECK(world.planned() == 0);
    world.run(10min);
    CHECK(world.group()["Instances"].size() == 3);
    CHECK(world.told(EntryKind::resource).size() > 0);
  }

  TEST_CASE("a lower maximum lowers the desired capacity") {
    Planned world;
    world.put({{"StartTime", "2026-03-02T10:00:00Z"}, {"MaxSize", 1}});
    world.run(2h);
    CHECK(world.desired() == 1);
    CHECK(world.group()["Instances"].size() == 1);
  }

  TEST_CASE("a recurring pair opens and closes the working day by the clock of its zone") {
    Planned world;
    world.put({{"ScheduledActionName", "open"},
               {"Recurrence", "0 8 * * MON-FRI"},
               {"TimeZone", "Europe/Berlin"},
               {"DesiredCapacity", 6}});
    world.put({{"ScheduledActionName", "close"},
               {"Recurrence", "0 18 * * MON-FRI"},
               {"TimeZone", "Europe/Berlin"},
               {"DesiredCapacity", 1}});
    world.until("2026-03-02T17:00:00Z");  // 18:00 there
    CHECK(world.desired() == 1);
    world.until("2026-03-03T06:59:59Z");
    CHECK(world.desired() == 1);
    world.until("2026-03-03T07:00:00Z");
    CHECK(world.desired() == 6);
    world.until("2026-03-08T12:00:00Z");  // Sunday
    CHECK(world.desired() == 1);
    world.until("2026-03-30T06:00:00Z");  // summer time has begun: 08:00 there
    CHECK(world.desired() == 6);
    CHECK(world.planned() == 2);
  }

  TEST_CASE("a recurrence runs at its StartTime first, and no more after its EndTime") {
    Planned world;
    world.put({{"StartTime", "2026-03-02T09:30:00Z"},
               {"EndTime", "2026-03-04T00:00:00Z"},
               {"Recurrence", "0 12 * * *"},
               {"DesiredCapacity", 5}});
    const auto runs = [&](std::string_view time) {
      world.until(time);
      const bool ran = world.desired() == 5;
      world.autoscaling("SetDesiredCapacity",
                        {{"AutoScalingGroupName", "web-WebFleet"}, {"DesiredCapacity", 2}});
      return ran;
    };
    CHECK(runs("2026-03-02T09:30:00Z"));
    CHECK_FALSE(runs("2026-03-02T11:59:00Z"));
    CHECK(runs("2026-03-02T12:00:00Z"));
    CHECK(runs("2026-03-03T12:00:00Z"));
    CHECK(world.planned() == 0);
    CHECK_FALSE(runs("2026-03-05T12:00:00Z"));
  }

  TEST_CASE("what is due while ScheduledActions is suspended is not made up for") {
    Planned world;
    world.put({{"Recurrence", "0 * * * *"}, {"DesiredCapacity", 4}});
    const Json suspended{{"AutoScalingGroupName", "web-WebFleet"},
                         {"ScalingProcesses", {"ScheduledActions"}}};
    world.autoscaling("SuspendProcesses", suspended);
    world.until("2026-03-02T10:30:00Z");
    world.autoscaling("ResumeProcesses", suspended);
    world.until("2026-03-02T10:59:00Z");
    CHECK(world.desired() == 2);
    world.until("2026-03-02T11:00:00Z");
    CHECK(world.desired() == 4);
  }

  TEST_CASE("a second put replaces, a delete forgets, a batch tells what failed") {
    Planned world;
    world.put({{"StartTime", "2026-03-02T10:00:00Z"}, {"DesiredCapacity", 9}});
    world.put({{"StartTime", "2026-03-02T11:00:00Z"}, {"DesiredCapacity", 4}});
    world.until("2026-03-02T10:30:00Z");
    CHECK(world.desired() == 2);
    world.autoscaling("DeleteScheduledAction", world.of_group(Json::object()));
    world.until("2026-03-02T11:30:00Z");
    CHECK(world.desired() == 2);
    const Json answer = world.autoscaling(
        "BatchPutScheduledUpdateGroupAction",
        {{"AutoScalingGroupName", "web-WebFleet"},
         {"ScheduledUpdateGroupActions",
          {{{"ScheduledActionName", "good"}, {"Recurrence", "0 8 * * *"}, {"MinSize", 2}},
           {{"ScheduledActionName", "bad"}, {"Recurrence", "daily"}, {"MinSize", 2}}}}});
    REQUIRE(answer["FailedScheduledUpdateGroupActions"].size() == 1);
    CHECK(answer["FailedScheduledUpdateGroupActions"][0]["ScheduledActionName"] == "bad");
    CHECK(world.planned() == 1);
    const Json gone = world.autoscaling(
        "BatchDeleteScheduledAction",
        {{"AutoScalingGroupName", "web-WebFleet"}, {"ScheduledActionNames", {"good", "other"}}});
    CHECK(gone["FailedScheduledActions"].size() == 1);
    CHECK(world.planned() == 0);
  }

  TEST_CASE("are refused when they cannot be meant") {
    Planned world;
    CHECK(world.refused({{"DesiredCapacity", 3}}) == "ValidationError");          // no time
    CHECK(world.refused({{"Recurrence", "0 8 * * *"}}) == "ValidationError");     // no size
    CHECK(world.refused({{"StartTime", "2026-03-02T08:00:00Z"}, {"MinSize", 1}})  // past
          == "ValidationError");
    CHECK(world.refused({{"Recurrence", "0 8 * * *"}, {"MinSize", 3}, {"MaxSize", 2}}) ==
          "ValidationError");
    CHECK(world.refused(
              {{"Recurrence", "0 8 * * *"}, {"TimeZone", "Europe/Pariss"}, {"MinSize", 3}}) ==
          "ValidationError");
    CHECK(world.refused({{"Recurrence", "cron(0 8 * * ? *)"}, {"MinSize", 1}}) ==
          "ValidationError");
    for (int i = 0; i < 125; ++i)
      world.put({{"ScheduledActionName", "plan" + std::to_string(i)},
                 {"Recurrence", "0 8 * * *"},
                 {"MinSize", 1}});
    CHECK(world.refused({{"Recurrence", "0 8 * * *"}, {"MinSize", 1}}) == "LimitExceeded");
  }

  TEST_CASE("those of a template stand; what lies in the past has run already") {
    Planned world;
    world.stand("AWS::AutoScaling::ScheduledAction", "Open",
                {{"AutoScalingGroupName", "web-WebFleet"},
                 {"StartTime", "2017-06-02T20:00:00Z"},
                 {"Recurrence", "0 10 * * *"},
                 {"DesiredCapacity", "4"}});
    world.stand("AWS::AutoScaling::ScheduledAction", "Launch",
                {{"AutoScalingGroupName", "web-WebFleet"},
                 {"StartTime", "2017-06-02T20:00:00Z"},
                 {"DesiredCapacity", "9"}});
    CHECK(world.planned() == 1);
    world.until("2026-03-02T10:00:00Z");
    CHECK(world.desired() == 4);
  }
}

}  // namespace opsim::tests
