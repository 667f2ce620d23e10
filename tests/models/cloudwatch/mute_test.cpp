#include <doctest/doctest.h>

#include "models/cloudwatch/mute_schedule.hpp"
#include "tests/models/cloudwatch/world.hpp"

namespace opsim::tests {
namespace {

using namespace cloudwatch;

constexpr std::string_view kPager = "arn:aws:sns:us-east-1:012345678901:pager";

/// An alarm without data, muted from 10:00 to 12:00 on the day on which the world begins (09:00).
struct MutedWorld : World {
  MutedWorld() {
    Json alarm = with(quiet(), "AlarmActions", {kPager});
    alarm["OKActions"] = {kPager};
    REQUIRE(ask("PutMetricAlarm", alarm));
    set(0min, "OK");
    sim.run_until(kStart + 1s);  // what that ran is no part of the story
    received().clear();
    mute("maintenance", "at(2026-03-02T10:00)", "PT2H");
  }
  /// Without data, and keeping the states that are set by hand.
  static Json quiet() { return with(disk_alarm(), "TreatMissingData", "ignore"); }
  void mute(std::string_view name, std::string_view expression, std::string_view duration) {
    REQUIRE(ask("PutAlarmMuteRule",
                {{"Name", name},
                 {"Rule", {{"Schedule", {{"Expression", expression}, {"Duration", duration}}}}},
                 {"MuteTargets", {{"AlarmNames", {"disk"}}}}}));
  }
  void set(Duration after, std::string_view state) {
    sim.run_until(kStart + after);
    REQUIRE(ask("SetAlarmState",
                {{"AlarmName", "disk"}, {"StateValue", state}, {"StateReason", "tested"}}));
  }
  /// When its topic was told, and whether after a mute window.
  std::vector<std::pair<Duration, bool>> told() {
    sim.run_until(kStart + 24h);
    std::vector<std::pair<Duration, bool>> found;
    for (const Received& got : received()) {
      const Json message = Json::parse(got.text);
      found.emplace_back(got.at - kStart, message["ActionExecutedAfterMuteWindow"].get<bool>());
    }
    return found;
  }
  using Told = std::vector<std::pair<Duration, bool>>;
};

TEST_SUITE("cloudwatch: alarm mute rules") {
  TEST_CASE("hold an action back until their window ends") {
    MutedWorld world;
    world.set(90min, "ALARM");
    const Event& event = world.recorder().events.back();
    CHECK(event.detail["muteDetail"]["muteWindowEnd"] == "2026-03-02T12:00:00.000+0000");
    CHECK(world.told() == MutedWorld::Told{{3h, true}});
  }

  TEST_CASE("drop it when the alarm came back meanwhile") {
    MutedWorld world;
    world.set(90min, "ALARM");
    world.set(100min, "OK");
    CHECK(world.told().empty());
  }

  TEST_CASE("that overlap are one window") {
    MutedWorld world;
    world.mute("more", "at(2026-03-02T11:30)", "PT1H");
    world.set(90min, "ALARM");
    CHECK(world.told() == MutedWorld::Told{{210min, true}});
  }

  TEST_CASE("mute nothing before and after") {
    MutedWorld world;
    world.set(30min, "ALARM");
    world.set(4h, "OK");
    CHECK(world.told() == MutedWorld::Told{{30min, false}, {4h, false}});
  }

  TEST_CASE("that are changed or deleted end at once") {
    MutedWorld world;
    world.set(90min, "ALARM");
    world.sim.run_until(kStart + 100min);
    SUBCASE("changed") { world.mute("maintenance", "at(2026-03-02T10:00)", "PT30M"); }
    SUBCASE("deleted") {
      REQUIRE(world.ask("DeleteAlarmMuteRule", {{"AlarmMuteRuleName", "maintenance"}}));
    }
    CHECK(world.told() == MutedWorld::Told{{100min, true}});
  }

  TEST_CASE("run the actions that the alarm has when they end") {
    MutedWorld world;
    world.set(90min, "ALARM");
    SUBCASE("none") {
      REQUIRE(world.ask("PutMetricAlarm", MutedWorld::quiet()));
      CHECK(world.told().empty());
    }
    SUBCASE("others") {
      constexpr std::string_view kOther = "arn:aws:sns:us-east-1:012345678901:other";
      REQUIRE(world.ask("PutMetricAlarm", with(MutedWorld::quiet(), "AlarmActions", {kOther})));
      CHECK(world.told() == MutedWorld::Told{{3h, true}});
      CHECK(world.received()[0].target == kOther);
    }
  }

  TEST_CASE("tell their status") {
    MutedWorld world;
    const auto status = [&] {
      return (*world.ask("GetAlarmMuteRule", {{"AlarmMuteRuleName", "maintenance"}}))["Status"]
          .get<std::string>();
    };
    CHECK(status() == "SCHEDULED");
    world.sim.run_until(kStart + 2h);
    CHECK(status() == "ACTIVE");
    CHECK((*world.ask("ListAlarmMuteRules",
                      {{"AlarmName", "disk"}, {"Statuses", {"ACTIVE"}}}))["AlarmMuteRuleSummaries"]
              .size() == 1);
    world.sim.run_until(kStart + 3h);
    CHECK(status() == "EXPIRED");
  }

  TEST_CASE("are refused when they cannot be meant") {
    World world;
    const auto refusal = [&](std::string_view expression, std::string_view duration,
                             std::string_view zone) {
      const ApiResult<Json> answer = world.ask(
          "PutAlarmMuteRule",
          {{"Name", "m"},
           {"Rule",
            {{"Schedule",
              {{"Expression", expression}, {"Duration", duration}, {"Timezone", zone}}}}}});
      return answer ? "" : answer.error().code;
    };
    CHECK(refusal("cron(0 2 * * SUN)", "PT4H", "Europe/Paris") == "");
    CHECK(refusal("0 2 * * MON-FRI", "P15D", "UTC") == "");
    CHECK(refusal("0 2 * *", "PT4H", "UTC") == "ValidationError");
    CHECK(refusal("*/5 2 * * *", "PT4H", "UTC") == "ValidationError");
    CHECK(refusal("0 24 * * *", "PT4H", "UTC") == "ValidationError");
    CHECK(refusal("at(tomorrow)", "PT4H", "UTC") == "ValidationError");
    CHECK(refusal("0 2 * * *", "PT30S", "UTC") == "ValidationError");
    CHECK(refusal("0 2 * * *", "P16D", "UTC") == "ValidationError");
    CHECK(refusal("0 2 * * *", "PT4H", "Europe/Pariss") == "ValidationError");
  }

  TEST_CASE("count hours on the clock of their time zone") {
    const auto window = [](std::string_view expression, std::string_view zone, Duration duration,
                           std::string_view at) {
      const auto schedule =
          std::get<MuteSchedule>(MuteSchedule::parse(expression, *TimeZone::find(zone), duration));
      const auto found = schedule.at(*parse_iso8601(at));
      return found ? iso8601(found->start) + " " + iso8601(found->end) : "none";
    };
    CHECK(window("0 2 * * *", "Europe/Paris", 1h, "2026-01-10T01:30:00Z") ==
          "2026-01-10T01:00:00Z 2026-01-10T02:00:00Z");
    CHECK(window("0 2 * * *", "Europe/Paris", 1h, "2026-07-10T00:30:00Z") ==
          "2026-07-10T00:00:00Z 2026-07-10T01:00:00Z");
    CHECK(window("0 18 * * FRI", "UTC", 60h, "2026-03-09T05:59:59Z") ==
          "2026-03-06T18:00:00Z 2026-03-09T06:00:00Z");
    CHECK(window("0 18 * * FRI", "UTC", 60h, "2026-03-09T06:00:00Z") == "none");
    CHECK(window("0 23 * * *", "UTC", 2h, "2026-03-09T00:30:00Z") ==
          "2026-03-08T23:00:00Z 2026-03-09T01:00:00Z");
  }
}

}  // namespace
}  // namespace opsim::tests
