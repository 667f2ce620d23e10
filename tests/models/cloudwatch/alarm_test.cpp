#include <doctest/doctest.h>

#include <algorithm>

#include "models/cloudwatch/operations.hpp"
#include "tests/models/cloudwatch/world.hpp"

namespace opsim::tests {
namespace {

using namespace cloudwatch;

/// 80 % full at 09:00:00 and one more a minute: 90 at 09:10:00, 91 at 09:11:00.
Waveform filling(SimTime from) {
  return {.from = from, .level = 80, .slope_per_second = 1.0 / 60, .highest = 100};
}

const JournalEntry* entry(const World& world, EntryKind kind, std::size_t number = 0) {
  for (const JournalEntry& each : world.journal.entries()) {
    if (each.kind == kind && number-- == 0) return &each;
  }
  return nullptr;
}

TEST_SUITE("cloudwatch: metric alarm") {
  TEST_CASE("is INSUFFICIENT_DATA when created, then evaluates with the data from before") {
    World world;
    world.cloud.metrics().publish(world.disk(), {.from = kStart, .level = 50}, {});
    world.sim.run_until(kStart + 10min + 20s);
    REQUIRE(world.ask("PutMetricAlarm", disk_alarm()));
    CHECK(world.state() == AlarmState::insufficient_data);
    CHECK(world.alarm().state().reason() == "Unchecked: Initial alarm creation");
    world.sim.run_until(kStart + 11min - 1s);
    CHECK(world.state() == AlarmState::insufficient_data);
    world.sim.run_until(kStart + 11min);
    CHECK(world.state() == AlarmState::ok);
  }

  TEST_CASE("goes to ALARM at the end of the second period above the limit, and back") {
    World world;
    const SourceId source =
        world.cloud.metrics().publish(world.disk(), filling(kStart), {.every = 1min});
    REQUIRE(world.ask("PutMetricAlarm", disk_alarm()));
    world.sim.run_until(kStart + 13min - 1s);
    CHECK(world.state() == AlarmState::ok);
    world.sim.run_until(kStart + 13min);
    CHECK(world.state() == AlarmState::alarm);
    CHECK(
        world.alarm().state().reason() ==
        "Threshold Crossed: 2 datapoints [92.0 (02/03/26 09:12:00), 91.0 (02/03/26 09:11:00)] were "
        "greater than the threshold (90.0).");

    world.sim.run_until(kStart + 14min + 30s);
    world.cloud.metrics().change(source, {.from = world.sim.now(), .level = 50});
    world.sim.run_until(kStart + 16min - 1s);
    CHECK(world.state() == AlarmState::alarm);
    world.sim.run_until(kStart + 16min);
    CHECK(world.state() == AlarmState::ok);
  }

  TEST_CASE("tells when the danger could first be seen, and every cause on the way") {
    World world;
    const SourceId source =
        world.cloud.metrics().publish(world.disk(), {.from = kStart, .level = 80}, {});
    REQUIRE(world.ask("PutMetricAlarm", disk_alarm()));
    world.sim.run_until(kStart + 1h);
    const CauseId fault = world.journal.write(
        {.kind = EntryKind::fault, .level = Level::goals, .subject = "disk", .text = "fills"});
    {
      const CauseScope because{world.sim, fault};
      world.cloud.metrics().change(source, filling(world.sim.now()));
    }
    world.sim.run_until(kStart + 2h);

    const JournalEntry* metric = entry(world, EntryKind::metric);
    REQUIRE(metric);
    CHECK(metric->at == kStart + 1h + 11min);
    CHECK(metric->text == "disk_used_percent 91 (limit 90)");
    CHECK(metric->cause == fault);
    const JournalEntry* alarm = entry(world, EntryKind::alarm, 1);  // the first one is OK
    REQUIRE(alarm);
    CHECK(alarm->at == kStart + 1h + 13min);
    CHECK(alarm->subject == "disk");
    CHECK(alarm->text == "2 of 2 datapoints above 90 (91, 92)");
    CHECK(alarm->detail == Json{{"state", "ALARM"}, {"previous", "OK"}});
    CHECK(alarm->cause == metric->id);
    REQUIRE(world.recorder().events.size() >= 2);
    const JournalEntry* event = entry(world, EntryKind::event, 2);  // created, OK, ALARM
    REQUIRE(event);
    CHECK(event->cause == alarm->id);
    CHECK(world.journal.caused_by(event->id, fault));
  }

  TEST_CASE("does not poll: a quiet year is a handful of callbacks") {
    World world;
    world.cloud.metrics().publish(world.disk(), {.from = kStart, .level = 50, .noise = 10},
                                  {.delay = 30s});
    REQUIRE(world.ask("PutMetricAlarm", disk_alarm()));
    world.sim.run_until(kStart + std::chrono::days{365});
    CHECK(world.state() == AlarmState::ok);
    CHECK(world.sim.callbacks_run() < 10);
  }

  TEST_CASE("finds nothing new in a system that stood before the story begins") {
    World world;
    const Json properties = disk_alarm();
    const Json resource = Json::object();
    const ResourceRequest request{.cloud = world.cloud,
                                  .place = kHome,
                                  .stack = "web",
                                  .logical_id = "DiskAlarm",
                                  .type = "AWS::CloudWatch::Alarm",
                                  .properties = properties,
                                  .resource = resource,
                                  .source = "stack.yaml:34",
                                  .text = {}};
    auto& cw = *static_cast<CloudWatch*>(world.cloud.model("cloudwatch"));
    const auto created = create_alarm(cw, request);
    REQUIRE(created.has_value());
    CHECK(created->physical_id == "disk");
    CHECK(created->arn == "arn:aws:cloudwatch:us-east-1:012345678901:alarm:disk");
    world.cloud.metrics().publish(world.disk(), filling(kStart), {});
    world.sim.run_until(kStart + 5min);
    CHECK(world.state() == AlarmState::ok);
    CHECK(world.recorder().events.empty());
    world.sim.run_until(kStart + 13min);
    CHECK(world.state() == AlarmState::alarm);
    CHECK(world.recorder().events.size() == 1);
  }

  TEST_CASE("becomes INSUFFICIENT_DATA when its metric stops, after the evaluation range") {
    World world;
    const SourceId source =
        world.cloud.metrics().publish(world.disk(), {.from = kStart, .level = 50}, {});
    REQUIRE(world.ask("PutMetricAlarm", disk_alarm()));
    world.sim.run_until(kStart + 10min);
    world.cloud.metrics().stop(source);  // the last sample is 09:09:00; the range is 4 minutes
    world.sim.run_until(kStart + 14min - 1s);
    CHECK(world.state() == AlarmState::ok);
    world.sim.run_until(kStart + 14min);
    CHECK(world.state() == AlarmState::insufficient_data);
    CHECK(world.alarm().state().reason() == "Insufficient Data: 2 datapoints were unknown.");
  }

  // CloudWatch User Guide, alarm-evaluation-window: "a daily backup alarm with a sliding window can
  // enter ALARM if consecutive backups are more than 24 hours apart, even though each calendar day
  // had a backup. A wall clock window evaluates each day independently and avoids this."
  TEST_CASE("on a day: backups 25 hours apart breach a sliding window, not the days of the clock") {
    World world;
    const auto back_up = [&](SimTime at) {
      world.sim.run_until(at);
      REQUIRE(world.ask("PutMetricData",
                        {{"Namespace", "Backups"},
                         {"MetricData", {{{"MetricName", "Completed"}, {"Value", 1}}}}}));
    };
    const Json daily{{"AlarmName", "slides"},
                     {"Namespace", "Backups"},
                     {"MetricName", "Completed"},
                     {"Statistic", "Sum"},
                     {"Period", 86'400},
                     {"EvaluationPeriods", 1},
                     {"Threshold", 1},
                     {"ComparisonOperator", "LessThanThreshold"},
                     {"TreatMissingData", "breaching"}};
    Json by_the_clock = with(daily, "AlarmName", "clock");
    by_the_clock["EvaluationWindow"] = {{"WallClockWindow", Json::object()}};
    back_up(kStart + 1h);               // 2 March, 10:00
    world.sim.run_until(kStart + 16h);  // 3 March, 01:00
    REQUIRE(world.ask("PutMetricAlarm", daily));
    REQUIRE(world.ask("PutMetricAlarm", by_the_clock));
    world.sim.run_until(kStart + 24h);
    CHECK(world.state("slides") == AlarmState::ok);
    world.sim.run_until(kStart + 25h + 2min);
    CHECK(world.state("slides") == AlarmState::alarm);
    CHECK(world.state("clock") == AlarmState::ok);
    back_up(kStart + 26h);
    world.sim.run_until(kStart + 26h + 2min);
    CHECK(world.state("slides") == AlarmState::ok);
    world.sim.run_until(kStart + 50h);  // 4 March: the 3rd had a backup
    CHECK(world.state("clock") == AlarmState::ok);
    world.sim.run_until(kStart + 72h);  // 5 March: the 4th had none
    CHECK(world.state("clock") == AlarmState::alarm);
  }

  TEST_CASE("says how missing data were treated") {
    struct Row {
      const char* treatment;
      int periods;
      AlarmState state;
      const char* reason;
    };
    // Wording recorded on AWS.
    constexpr Row rows[] = {
        {"breaching", 2, AlarmState::alarm,
         "Threshold Crossed: no datapoints were received for 2 periods and 2 missing datapoints "
         "were "
         "treated as [Breaching]."},
        {"notBreaching", 1, AlarmState::ok,
         "Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was "
         "treated as [NonBreaching]."},
    };
    for (const auto& [treatment, periods, state, reason] : rows) {
      World world;
      const Json alarm =
          with(with(disk_alarm(), "TreatMissingData", treatment), "EvaluationPeriods", periods);
      REQUIRE(world.ask("PutMetricAlarm", alarm));
      world.sim.run_until(kStart + 1min);
      CHECK(world.state() == state);
      CHECK(world.alarm().state().reason() == reason);
    }
  }

  TEST_CASE("words its reasons as AWS does where DatapointsToAlarm was given") {
    World world;
    world.cloud.metrics().publish(world.disk(), filling(kStart), {});
    REQUIRE(world.ask("PutMetricAlarm", with(disk_alarm(), "DatapointsToAlarm", 2)));
    world.sim.run_until(kStart + 1min);
    CHECK(world.alarm().state().reason() ==
          "Threshold Crossed: 1 out of the last 2 datapoints [80.0 (02/03/26 09:00:00)] was not "
          "greater than the threshold (90.0) (minimum 1 datapoint for ALARM -> OK transition).");
    world.sim.run_until(kStart + 13min);
    CHECK(
        world.alarm().state().reason() ==
        "Threshold Crossed: 2 out of the last 2 datapoints [92.0 (02/03/26 09:12:00), 91.0 "
        "(02/03/26 09:11:00)] were greater than the threshold (90.0) (minimum 2 datapoints for OK "
        "-> ALARM transition).");
    CHECK(world.alarm().state().reason_data() ==
          R"({"version":"1.0","queryDate":"2026-03-02T09:13:00.000+0000",)"
          R"("startDate":"2026-03-02T09:11:00.000+0000","statistic":"Average","period":60,)"
          R"("recentDatapoints":[91.0,92.0],"threshold":90.0,"evaluatedDatapoints":[)"
          R"({"timestamp":"2026-03-02T09:12:00.000+0000","sampleCount":1.0,"value":92.0},)"
          R"({"timestamp":"2026-03-02T09:11:00.000+0000","sampleCount":1.0,"value":91.0}]})");
  }

  TEST_CASE("keeps its state when it is updated, and judges by the new settings") {
    World world;
    world.cloud.metrics().publish(world.disk(), {.from = kStart, .level = 50}, {});
    REQUIRE(world.ask("PutMetricAlarm", disk_alarm()));
    world.sim.run_until(kStart + 5min + 30s);
    REQUIRE(world.ask("PutMetricAlarm", with(disk_alarm(), "Threshold", 40)));
    CHECK(world.state() == AlarmState::ok);
    world.sim.run_until(kStart + 6min);
    CHECK(world.state() == AlarmState::alarm);
  }

  TEST_CASE("set by hand, it runs its actions and returns at the next evaluation") {
    World world;
    world.cloud.metrics().publish(world.disk(), {.from = kStart, .level = 50}, {});
    const Json topic = {"arn:aws:sns:us-east-1:012345678901:on-call"};
    REQUIRE(world.ask("PutMetricAlarm", with(disk_alarm(), "AlarmActions", topic)));
    world.sim.run_until(kStart + 5min + 10s);
    REQUIRE(world.ask(
        "SetAlarmState",
        {{"AlarmName", "disk"}, {"StateValue", "ALARM"}, {"StateReason", "testing alarm"}}));
    CHECK(world.state() == AlarmState::alarm);
    CHECK(world.alarm().state().reason() == "testing alarm");
    world.sim.run_until(kStart + 5min + 11s);
    CHECK(world.received().size() == 1);
    world.sim.run_until(kStart + 6min);
    CHECK(world.state() == AlarmState::ok);
  }

  TEST_CASE("deleted, it is gone and nothing of it stays pending") {
    World world;
    world.cloud.metrics().publish(world.disk(), filling(kStart), {});
    REQUIRE(world.ask("PutMetricAlarm", disk_alarm()));
    world.sim.run_until(kStart + 5min);
    REQUIRE(world.ask("DeleteAlarms", {{"AlarmNames", {"disk", "no-such-alarm"}}}));
    CHECK(world.ask("DescribeAlarms", Json::object())->at("MetricAlarms").empty());
    CHECK(world.sim.pending_count() == 0);
    world.sim.run_until(kStart + 1h);
    CHECK(entry(world, EntryKind::metric) == nullptr);
  }

  TEST_CASE("on DynamoDB's metrics ignores missing data unless told otherwise") {
    World world;
    const Json table = with(disk_alarm(), "Namespace", "AWS/DynamoDB");
    REQUIRE(world.ask("PutMetricAlarm", table));
    CHECK(world.alarm().spec().rule.treatment == Treatment::ignore);
    REQUIRE(world.ask("PutMetricAlarm", with(table, "TreatMissingData", "breaching")));
    CHECK(world.alarm().spec().rule.treatment == Treatment::breaching);
  }

  TEST_CASE("on what is not simulated is accepted, never evaluated, and says so") {
    World world;
    Json insights = disk_alarm();
    for (const char* member : {"Namespace", "MetricName", "Dimensions", "Statistic", "Period"}) {
      insights.erase(member);
    }
    insights["Metrics"] = {
        {{"Id", "q1"},
         {"Expression", "SELECT AVG(CPUUtilization) FROM \"AWS/EC2\" WHERE tag.env = 'prod'"},
         {"Period", 60}}};
    REQUIRE(world.ask("PutMetricAlarm", insights));
    CHECK(std::ranges::any_of(world.journal.entries(), [](const JournalEntry& entry) {
      return entry.text.starts_with("disk is never evaluated: tags of resources");
    }));
    world.sim.run_until(kStart + 1h);
    CHECK(world.state() == AlarmState::insufficient_data);
    CHECK(explain(*world.cloud.model("cloudwatch"), "disk").front() ==
          "disk is never evaluated: tags of resources on metrics (tag.env) are not simulated.");
    CHECK(world.ask("DescribeAlarms", Json::object())->at("MetricAlarms")[0]["Metrics"].size() ==
          1);
  }

  TEST_CASE("with one plain metric in Metrics works as without") {
    World world;
    world.cloud.metrics().publish(world.disk(), filling(kStart), {});
    Json one = disk_alarm();
    Json metric;
    for (const char* member : {"Namespace", "MetricName", "Dimensions"}) {
      metric[member] = one[member];
      one.erase(member);
    }
    one.erase("Statistic");
    one.erase("Period");
    one["Metrics"] = Json::array();
    one["Metrics"].push_back(
        {{"Id", "m1"}, {"MetricStat", {{"Metric", metric}, {"Period", 60}, {"Stat", "p90"}}}});
    REQUIRE(world.ask("PutMetricAlarm", one));
    world.sim.run_until(kStart + 13min);
    CHECK(world.state() == AlarmState::alarm);
  }
}

TEST_SUITE("cloudwatch: why an alarm did not fire") {
  std::vector<std::string> why(World & world) {
    return explain(*world.cloud.model("cloudwatch"), "disk");
  }

  TEST_CASE("how near it came") {
    World world;
    const SourceId source = world.cloud.metrics().publish(world.disk(), filling(kStart), {});
    REQUIRE(world.ask("PutMetricAlarm", disk_alarm()));
    world.sim.run_until(kStart + 8min + 30s);
    world.cloud.metrics().change(source, {.from = kStart, .level = 50});
    world.sim.run_until(kStart + 1h);
    const auto sentences = why(world);
    REQUIRE(sentences.size() == 3);
    CHECK(sentences[0] ==
          "disk has been OK since +0:01:00: 0 of 2 datapoints above 90 (80); 1 missing.");
    CHECK(sentences[1] ==
          "Its nearest datapoint was 88 at +0:08:00: 2 short of the limit (above 90).");
    CHECK(sentences[2] == "It has no AlarmActions: only a rule on its events can act on it.");
  }

  TEST_CASE("which datapoints were too few") {
    World world;
    const SourceId source = world.cloud.metrics().publish(world.disk(), filling(kStart), {});
    REQUIRE(world.ask("PutMetricAlarm", disk_alarm()));
    world.sim.run_until(kStart + 11min + 30s);
    world.cloud.metrics().change(source, {.from = kStart, .level = 50});
    world.sim.run_until(kStart + 1h);
    CHECK(
        why(world)[1] ==
        "At most 1 of 2 datapoints were above 90 at once, by +0:12:00 (the furthest was 91); 2 are "
        "needed.");
  }

  TEST_CASE("dimensions that nobody publishes") {
    World world;
    world.cloud.metrics().publish(
        world.cloud.metrics().intern(
            {kHome, "CWAgent", "disk_used_percent", {{"InstanceId", "i-00000002"}, {"path", "/"}}}),
        filling(kStart), {});
    REQUIRE(world.ask("PutMetricAlarm", disk_alarm()));
    world.sim.run_until(kStart + 1h);
    const auto sentences = why(world);
    CHECK(sentences[1] ==
          "No data of CWAgent disk_used_percent (InstanceId=i-00000002) came while it stood.");
    CHECK(sentences[2] ==
          "That metric is published with other dimensions, for example InstanceId=i-00000002, "
          "path=/; "
          "an alarm needs exactly those of its metric.");
  }

  TEST_CASE("nothing is said of what is no alarm") {
    World world;
    CHECK(why(world).empty());
  }
}

}  // namespace
}  // namespace opsim::tests
