// Alarms on Metrics Insights queries: one series, and many with contributors.
// Expected values: CloudWatch User Guide, Create_Metrics_Insights_Alarm, alarm-limits,
// "Acting on alarm changes", cloudwatch-and-eventbridge; wordings as observed on AWS.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include "tests/models/cloudwatch/world.hpp"

namespace opsim::tests {
namespace {

using namespace cloudwatch;

constexpr const char* kFleet =
    "SELECT MAX(disk_used_percent) FROM SCHEMA(CWAgent, InstanceId) GROUP BY InstanceId "
    "ORDER BY MAX() DESC";

Json query_alarm(const std::string& query, Json members = Json::object()) {
  Json metric{{"Id", "m1"}, {"Expression", query}, {"Period", 60}, {"ReturnData", true}};
  Json alarm{{"AlarmName", "disk"},
             {"Metrics", Json::array({std::move(metric)})},
             {"EvaluationPeriods", 2},
             {"Threshold", 90},
             {"ComparisonOperator", "GreaterThanThreshold"},
             {"AlarmActions", Json::array({"arn:aws:sns:us-east-1:012345678901:on-call"})},
             {"OKActions", Json::array({"arn:aws:sns:us-east-1:012345678901:on-call"})}};
  alarm.update(members);
  return alarm;
}

SourceId instance_disk(World& world, const char* id, double level) {
  const SeriesId series =
      world.cloud.metrics().intern({kHome, "CWAgent", "disk_used_percent", {{"InstanceId", id}}});
  return world.cloud.metrics().publish(series, Waveform{.from = world.sim.now(), .level = level},
                                       {.every = 1min});
}
void set_level(World& world, SourceId source, double level) {
  world.cloud.metrics().change(source, {.from = world.sim.now(), .level = level});
}
std::vector<Event> events_of(World& world, std::string_view type) {
  std::vector<Event> found;
  for (const Event& event : world.recorder().events) {
    if (event.detail_type == type) found.push_back(event);
  }
  return found;
}
std::string message_of(const ApiResult<Json>& answer) {
  return answer ? "" : answer.error().message;
}

TEST_SUITE("cloudwatch: alarms on Metrics Insights queries") {
  TEST_CASE("one aggregated series: the alarm follows the fleet, new instances too") {
    World world;
    instance_disk(world, "i-1", 40);
    REQUIRE(world.ask("PutMetricAlarm", query_alarm("SELECT MAX(disk_used_percent) FROM "
                                                    "SCHEMA(CWAgent, InstanceId)")));
    world.sim.run_until(kStart + 5min);
    CHECK(world.state() == AlarmState::ok);
    instance_disk(world, "i-2", 95);  // launched after the alarm was created
    world.sim.run_until(kStart + 8min);
    CHECK(world.state() == AlarmState::alarm);
    CHECK(world.received().size() == 2);  // to OK, to ALARM
    CHECK(world.alarm().state().reason() ==
          "Threshold Crossed: 2 datapoints [95.0 (02/03/26 09:06:00), 95.0 (02/03/26 09:05:00)] "
          "were greater than the threshold (90.0).");
  }

  TEST_CASE("each series is a contributor; the alarm is in ALARM while any of them is") {
    World world;
    const SourceId first = instance_disk(world, "i-1", 40);
    const SourceId second = instance_disk(world, "i-2", 40);
    instance_disk(world, "i-3", 40);
    REQUIRE(world.ask("PutMetricAlarm", query_alarm(kFleet)));
    world.sim.run_until(kStart + 4min);
    CHECK(world.state() == AlarmState::ok);
    CHECK(world.alarm().state().reason() == "3 time series evaluated to OK");
    world.received().clear();

    set_level(world, first, 95);
    world.sim.run_until(kStart + 8min);
    CHECK(world.state() == AlarmState::alarm);
    CHECK(world.alarm().state().reason() == "1 out of 3 time series evaluated to ALARM");
    REQUIRE(world.received().size() == 1);  // for the contributor, none for the alarm

    // "Contributors act even while the alarm remains in ALARM."
    set_level(world, second, 97);
    world.sim.run_until(kStart + 12min);
    CHECK(world.alarm().state().reason() == "2 out of 3 time series evaluated to ALARM");
    CHECK(events_of(world, "CloudWatch Alarm State Change").size() == 2);  // OK, ALARM
    REQUIRE(world.received().size() == 2);
    const Json message = Json::parse(world.received()[1].text);
    CHECK(message["AlarmContributorAttributes"] == Json{{"InstanceId", "i-2"}});
    CHECK(message["OldStateValue"] == "OK");
    CHECK(message["NewStateReason"].get<std::string>() ==
          "Threshold Crossed: 2 datapoints were greater than the threshold (90.0). The most recent "
          "datapoints which crossed the threshold: [97.0 (02/03/26 09:09:00)].");

    set_level(world, first, 40);
    set_level(world, second, 40);
    world.sim.run_until(kStart + 16min);
    CHECK(world.state() == AlarmState::ok);
    CHECK(world.received().size() == 4);  // each contributor's OK
  }

  TEST_CASE("the event of a contributor has its id, attributes, state and configuration") {
    World world;
    const SourceId first = instance_disk(world, "i-1", 40);
    REQUIRE(world.ask("PutMetricAlarm", query_alarm(kFleet)));
    world.sim.run_until(kStart + 4min);
    set_level(world, first, 95);
    world.sim.run_until(kStart + 8min);
    const auto events = events_of(world, "CloudWatch Alarm Contributor State Change");
    REQUIRE(events.size() == 1);
    const Json& detail = events[0].detail;
    CHECK(detail["alarmName"] == "disk");
    CHECK(detail["alarmContributor"]["attributes"] == Json{{"InstanceId", "i-1"}});
    CHECK(detail["alarmContributor"]["id"].get<std::string>().size() == 16);
    CHECK(detail["state"]["value"] == "ALARM");
    CHECK_FALSE(detail.contains("previousState"));
    CHECK_FALSE(detail["state"].contains("reasonData"));
    CHECK(detail["configuration"]["metrics"][0]["expression"] == kFleet);
    CHECK(detail["configuration"]["metrics"][0]["period"] == 60);
    const auto states = events_of(world, "CloudWatch Alarm State Change");
    CHECK(states.back().detail["state"]["reason"] == "1 out of 1 time series evaluated to ALARM");
    CHECK_FALSE(states.back().detail["state"].contains("reasonData"));
  }

  TEST_CASE("DescribeAlarmContributors tells those in ALARM; the history tells both") {
    World world;
    instance_disk(world, "i-1", 95);
    instance_disk(world, "i-2", 40);
    REQUIRE(world.ask("PutMetricAlarm", query_alarm(kFleet)));
    world.sim.run_until(kStart + 5min);
    const auto found = world.ask("DescribeAlarmContributors", {{"AlarmName", "disk"}});
    REQUIRE(found);
    REQUIRE((*found)["AlarmContributors"].size() == 1);
    const Json& contributor = (*found)["AlarmContributors"][0];
    CHECK(contributor["ContributorAttributes"] == Json{{"InstanceId", "i-1"}});
    CHECK(contributor.contains("StateReason"));
    CHECK(contributor.contains("StateTransitionedTimestamp"));

    const auto all = world.ask("DescribeAlarmHistory",
                               {{"AlarmName", "disk"}, {"HistoryItemType", "StateUpdate"}});
    // INSUFFICIENT_DATA -> OK with the first datapoints, OK -> ALARM with the second.
    REQUIRE((*all)["AlarmHistoryItems"].size() == 2);
    const auto theirs =
        world.ask("DescribeAlarmHistory",
                  {{"AlarmName", "disk"}, {"HistoryItemType", "AlarmContributorStateUpdate"}});
    REQUIRE((*theirs)["AlarmHistoryItems"].size() == 1);
    const Json& item = (*theirs)["AlarmHistoryItems"][0];
    CHECK(item["AlarmContributorId"] == contributor["ContributorId"]);
    CHECK(item["AlarmContributorAttributes"] == Json{{"InstanceId", "i-1"}});
    CHECK(world.ask("DescribeAlarmContributors", {{"AlarmName", "none"}}).error().code ==
          "ResourceNotFoundException");
  }

  TEST_CASE("a contributor that vanishes goes to OK, whatever the treatment of missing data") {
    World world;
    const SourceId first = instance_disk(world, "i-1", 95);
    instance_disk(world, "i-2", 40);
    REQUIRE(world.ask("PutMetricAlarm", query_alarm(kFleet, {{"TreatMissingData", "breaching"}})));
    world.sim.run_until(kStart + 5min);
    CHECK(world.state() == AlarmState::alarm);
    world.cloud.metrics().stop(first);
    world.sim.run_until(kStart + 12min);
    CHECK(world.state() == AlarmState::ok);
    CHECK(world.alarm().state().reason() == "1 time series evaluated to OK");
    CHECK(Json::parse(world.received().back().text)["NewStateReason"] ==
          "No data was returned for this contributor");
  }

  TEST_CASE("a query that returns nothing is treated as missing data is, as observed on AWS") {
    struct Row {
      const char* treatment;
      AlarmState state;
      const char* word;
    };
    constexpr Row kRows[] = {{"missing", AlarmState::insufficient_data, "Missing"},
                             {"notBreaching", AlarmState::ok, "NonBreaching"},
                             {"breaching", AlarmState::alarm, "Breaching"},
                             {"ignore", AlarmState::insufficient_data, "Ignore"}};
    for (const auto& [treatment, state, word] : kRows) {
      CAPTURE(treatment);
      World world;
      // The agent adds a dimension that SCHEMA does not name: nothing matches, for ever.
      const SeriesId series = world.cloud.metrics().intern(
          {kHome, "CWAgent", "disk_used_percent", {{"InstanceId", "i-1"}, {"fstype", "xfs"}}});
      world.cloud.metrics().publish(series, Waveform{.from = kStart, .level = 95}, {.every = 1min});
      REQUIRE(world.ask("PutMetricAlarm", query_alarm(kFleet, {{"TreatMissingData", treatment}})));
      world.sim.run_until(kStart + 10min);
      CHECK(world.state() == state);
      CHECK(world.alarm().state().reason() ==
            fmt::format("No time series were returned by the query. Treat missing data is "
                        "configured as [{}].",
                        word));
    }
  }

  TEST_CASE("EC2 actions run on the instance of the contributor; incidents for the alarm") {
    World world;
    instance_disk(world, "i-1", 95);
    instance_disk(world, "i-2", 96);
    REQUIRE(world.ask(
        "PutMetricAlarm",
        query_alarm(kFleet, {{"AlarmActions",
                              Json::array({"arn:aws:automate:us-east-1:ec2:reboot",
                                           "arn:aws:autoscaling:us-east-1:012345678901:policy"})},
                             {"OKActions", Json::array()}})));
    world.sim.run_until(kStart + 3min);
    std::vector<std::string> rebooted;
    int scaled = 0;
    for (const Received& each : world.received()) {
      if (each.target == "RebootInstances") rebooted.push_back(each.text);
      if (each.target.find("autoscaling") != each.target.npos) ++scaled;
    }
    std::ranges::sort(rebooted);  // calls take each their time
    REQUIRE(rebooted.size() == 2);
    CHECK(rebooted[0] == R"({"InstanceIds":["i-1"]})");
    CHECK(rebooted[1] == R"({"InstanceIds":["i-2"]})");
    CHECK(scaled >= 1);
    CHECK(message_of(world.ask(
              "PutMetricAlarm",
              query_alarm("SELECT MAX(x) FROM app GROUP BY Host ORDER BY MAX()",
                          {{"AlarmActions",
                            Json::array({"arn:aws:automate:us-east-1:ec2:reboot"})}}))) != "");
  }

  TEST_CASE("at most 100 contributors are in ALARM: '100+ time series evaluated to ALARM'") {
    World world;
    for (int i = 0; i < 105; ++i) instance_disk(world, fmt::format("i-{:03}", i).c_str(), 95);
    REQUIRE(world.ask("PutMetricAlarm", query_alarm(kFleet)));
    world.sim.run_until(kStart + 4min);
    CHECK(world.alarm().state().reason() == "100+ time series evaluated to ALARM");
    CHECK((*world.ask("DescribeAlarmContributors", {{"AlarmName", "disk"}}))["AlarmContributors"]
              .size() == 100);
  }

  TEST_CASE("more than 500 series: the evaluation state is PARTIAL_DATA") {
    World world(Seed{1}, Level::goals);
    for (int i = 0; i < 501; ++i) instance_disk(world, fmt::format("i-{:03}", i).c_str(), 40);
    REQUIRE(world.ask("PutMetricAlarm", query_alarm(kFleet)));
    world.sim.run_until(kStart + 3min);
    const auto described = world.ask("DescribeAlarms", {{"AlarmNames", Json::array({"disk"})}});
    CHECK((*described)["MetricAlarms"][0]["EvaluationState"] == "PARTIAL_DATA");
    CHECK(world.alarm().state().reason() == "500 time series evaluated to OK");
  }

  TEST_CASE("what PutMetricAlarm refuses: no ORDER BY, more than three hours, seconds") {
    World world;
    CHECK(message_of(
              world.ask("PutMetricAlarm", query_alarm("SELECT MAX(x) FROM app GROUP BY Host"))) ==
          "Error in expression 'm1': at character 1: a query with GROUP BY must also have ORDER BY "
          "when an alarm watches it");
    const auto spanning = [&](int period, int periods, bool wall_clock) {
      Json alarm = query_alarm(kFleet, {{"EvaluationPeriods", periods}});
      alarm["Metrics"][0]["Period"] = period;
      if (wall_clock) alarm["EvaluationWindow"] = {{"WallClockWindow", Json::object()}};
      return world.ask("PutMetricAlarm", alarm).has_value();
    };
    // "With a 1-hour period, a sliding window supports up to 3 evaluation periods, but a wall clock
    // window supports up to 2." (alarm-evaluation-window)
    CHECK(spanning(3600, 3, false));
    CHECK_FALSE(spanning(3600, 4, false));
    CHECK(spanning(3600, 2, true));
    CHECK_FALSE(spanning(3600, 3, true));
    CHECK(spanning(300, 36, false));
    CHECK_FALSE(spanning(300, 36, true));
    CHECK_FALSE(spanning(30, 2, false));
  }

  TEST_CASE("a mute rule holds contributors back; those still in ALARM act when it ends") {
    World world;
    const SourceId first = instance_disk(world, "i-1", 40);
    REQUIRE(world.ask("PutMetricAlarm", query_alarm(kFleet)));
    REQUIRE(world.ask(
        "PutAlarmMuteRule",
        {{"Name", "night"},
         {"Rule", {{"Schedule", {{"Expression", "at(2026-03-02T09:05)"}, {"Duration", "PT10M"}}}}},
         {"MuteTargets", {{"AlarmNames", Json::array({"disk"})}}}}));
    world.sim.run_until(kStart + 5min);
    world.received().clear();
    set_level(world, first, 95);
    world.sim.run_until(kStart + 10min);
    CHECK(world.state() == AlarmState::alarm);
    CHECK(world.received().empty());
    world.sim.run_until(kStart + 16min);
    REQUIRE(world.received().size() == 1);
    const Json message = Json::parse(world.received()[0].text);
    CHECK(message["ActionExecutedAfterMuteWindow"] == true);
    CHECK(message["AlarmContributorAttributes"] == Json{{"InstanceId", "i-1"}});
  }
}

// CloudWatch User Guide, "Alarm warm-up periods" (alarm-warm-up).
TEST_SUITE("cloudwatch: warm-up periods") {
  Json warming(int minutes, bool whole) {
    Json alarm = disk_alarm();
    alarm["Period"] = 300;
    alarm["EvaluationPeriods"] = 3;
    alarm["TreatMissingData"] = "breaching";
    alarm["WarmUpConfiguration"] = {{"WarmUpPeriodDurationInMinutes", minutes},
                                    {"OnlyStartEvaluatingAfterWarmUpPeriodEnds", whole}};
    return alarm;
  }
  std::string evaluation_state(World & world) {
    const auto found = world.ask("DescribeAlarms", {{"AlarmNames", Json::array({"disk"})}});
    return (*found)["MetricAlarms"][0].value("EvaluationState", "");
  }

  TEST_CASE("evaluation begins as soon as enough data fills the window") {
    World world;
    REQUIRE(world.ask("PutMetricAlarm", warming(30, false)));
    world.sim.run_until(kStart + 4min);
    CHECK(world.state() == AlarmState::insufficient_data);  // missing data would be breaching
    CHECK(evaluation_state(world) == "IN_WARM_UP");
    world.cloud.metrics().publish(world.disk(), Waveform{.from = world.sim.now(), .level = 50},
                                  {.every = 1min});
    world.sim.run_until(kStart + 14min);
    CHECK(evaluation_state(world) == "IN_WARM_UP");
    // Data since 09:04, three periods of five minutes: about 09:19.
    world.sim.run_until(kStart + 20min);
    CHECK(evaluation_state(world) == "");
    CHECK(world.state() == AlarmState::ok);
  }

  TEST_CASE("or when the whole warm-up is over, data or not") {
    World world;
    world.cloud.metrics().publish(world.disk(), Waveform{.from = kStart, .level = 95},
                                  {.every = 1min});
    REQUIRE(world.ask("PutMetricAlarm", warming(60, true)));
    world.sim.run_until(kStart + 59min);
    CHECK(world.state() == AlarmState::insufficient_data);
    world.sim.run_until(kStart + 61min);
    CHECK(world.state() == AlarmState::alarm);
  }

  TEST_CASE("without data it ends with its time, and never starts anew") {
    World world;
    REQUIRE(world.ask("PutMetricAlarm", warming(10, false)));
    world.sim.run_until(kStart + 9min);
    CHECK(world.state() == AlarmState::insufficient_data);
    world.sim.run_until(kStart + 11min);
    CHECK(world.state() == AlarmState::alarm);  // breaching
    REQUIRE(world.ask("PutMetricAlarm", warming(60, false)));
    CHECK(evaluation_state(world) == "");
  }

  TEST_CASE("it can be changed or ended while it lasts; from 1 to 2,880 minutes") {
    World world;
    REQUIRE(world.ask("PutMetricAlarm", warming(60, true)));
    world.sim.run_until(kStart + 5min);
    Json ended = warming(60, true);
    ended.erase("WarmUpConfiguration");
    REQUIRE(world.ask("PutMetricAlarm", ended));
    world.sim.run_until(kStart + 7min);
    CHECK(world.state() == AlarmState::alarm);
    CHECK_FALSE(world.ask("PutMetricAlarm", warming(2881, false)));
    CHECK_FALSE(world.ask("PutMetricAlarm", warming(0, false)));
  }
}

}  // namespace
}  // namespace opsim::tests
