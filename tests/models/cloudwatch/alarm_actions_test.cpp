#include <doctest/doctest.h>

#include "tests/models/cloudwatch/world.hpp"

namespace opsim::tests {
namespace {

using namespace cloudwatch;

/// Breaches from the first minute on, until the disk is changed.
struct Breaching : World {
  explicit Breaching(const Json& actions, std::string_view member = "AlarmActions") {
    source = cloud.metrics().publish(disk(), {.from = kStart, .level = 95}, {});
    Json alarm = with(with(disk_alarm(), "EvaluationPeriods", 1), member, actions);
    alarm["AlarmDescription"] = "testing cloudwatch alarms";
    REQUIRE(ask("PutMetricAlarm", alarm));
  }
  SourceId source{};
};

TEST_SUITE("cloudwatch: alarm actions") {
  TEST_CASE("V18: run once, when the state changes, with the message that SNS gets on AWS") {
    Breaching world{{"arn:aws:sns:us-east-1:012345678901:on-call"}};
    world.sim.run_until(kStart + 10min);
    REQUIRE(world.received().size() == 1);
    const Received& got = world.received()[0];
    CHECK(got.at == kStart + 1min);
    CHECK(got.target == "arn:aws:sns:us-east-1:012345678901:on-call");
    // Members as recorded on AWS.
    const Json expected = {
        {"AWSAccountId", "012345678901"},
        {"ActionExecutedAfterMuteWindow", false},
        {"AlarmActions", {"arn:aws:sns:us-east-1:012345678901:on-call"}},
        {"AlarmArn", "arn:aws:cloudwatch:us-east-1:012345678901:alarm:disk"},
        {"AlarmConfigurationUpdatedTimestamp", "2026-03-02T09:00:00.000+0000"},
        {"AlarmDescription", "testing cloudwatch alarms"},
        {"AlarmName", "disk"},
        {"InsufficientDataActions", Json::array()},
        {"NewStateReason",
         "Threshold Crossed: 1 datapoint [95.0 (02/03/26 09:00:00)] was greater than the threshold "
         "(90.0)."},
        {"NewStateValue", "ALARM"},
        {"OKActions", Json::array()},
        {"OldStateValue", "INSUFFICIENT_DATA"},
        {"Region", "US East (N. Virginia)"},
        {"StateChangeTime", "2026-03-02T09:01:00.000+0000"},
        {"Trigger",
         {{"ComparisonOperator", "GreaterThanThreshold"},
          {"Dimensions", Json::array({{{"name", "InstanceId"}, {"value", "i-00000002"}}})},
          {"EvaluateLowSampleCountPercentile", ""},
          {"EvaluationPeriods", 1},
          {"MetricName", "disk_used_percent"},
          {"Namespace", "CWAgent"},
          {"Period", 60},
          {"Statistic", "AVERAGE"},
          {"StatisticType", "Statistic"},
          {"Threshold", 90.0},
          {"TreatMissingData", "missing"},
          {"Unit", nullptr}}},
    };
    CHECK(Json::parse(got.text) == expected);
  }

  TEST_CASE("of Lambda get the event object of the guide") {
    Breaching world{{"arn:aws:lambda:us-east-1:012345678901:function:clean"}};
    world.sim.run_until(kStart + 1min);
    REQUIRE(world.received().size() == 1);
    const Json event = Json::parse(world.received()[0].text);
    CHECK(event["source"] == "aws.cloudwatch");
    CHECK(event["alarmArn"] == "arn:aws:cloudwatch:us-east-1:012345678901:alarm:disk");
    CHECK(event["alarmData"]["state"]["value"] == "ALARM");
    CHECK(event["alarmData"]["previousState"]["reason"] == "Unchecked: Initial alarm creation");
    CHECK(event["alarmData"]["configuration"]["metrics"][0]["metricStat"]["metric"]["name"] ==
          "disk_used_percent");
  }

  TEST_CASE("do not run while they are disabled; events do") {
    Breaching world{{"arn:aws:sns:us-east-1:012345678901:on-call"}};
    REQUIRE(world.ask("DisableAlarmActions", {{"AlarmNames", {"disk"}}}));
    world.recorder().events.clear();
    world.sim.run_until(kStart + 10min);
    CHECK(world.state() == AlarmState::alarm);
    CHECK(world.received().empty());
    REQUIRE(world.recorder().events.size() == 1);
    REQUIRE(world.ask("EnableAlarmActions", {{"AlarmNames", {"disk"}}}));
    world.sim.run_until(kStart + 20min);
    CHECK(world.received().empty());  // only a change of state runs them
  }

  TEST_CASE("V18: of Auto Scaling run every minute while the state lasts") {
    Breaching world{
        {"arn:aws:autoscaling:us-east-1:012345678901:scalingPolicy:1:"
         "autoScalingGroupName/web:policyName/more"}};
    world.sim.run_until(kStart + 3min + 30s);
    CHECK(world.received().size() == 3);
    CHECK(world.received()[0].parameters["MetricValue"] == 95.0);
    world.cloud.metrics().change(world.source, {.from = kStart, .level = 50});
    world.sim.run_until(kStart + 1h);
    CHECK(world.received().size() == 4);
  }

  TEST_CASE("of EC2 are calls on the instance of the metric") {
    Breaching world{
        {"arn:aws:automate:us-east-1:ec2:reboot",
         "arn:aws:swf:us-east-1:012345678901:action/actions/AWS_EC2.InstanceId.Stop/1.0",
         "arn:aws:automate:us-east-1:ec2:recover"}};
    world.sim.run_until(kStart + 2min);
    REQUIRE(world.received().size() == 3);
    int calls = 0;
    for (const Received& got : world.received()) {
      if (got.target == "arn:aws:automate:us-east-1:ec2:recover") {
        CHECK(got.parameters == Json{{"InstanceId", "i-00000002"}});
      } else {
        CHECK(Json::parse(got.text) == Json{{"InstanceIds", {"i-00000002"}}});
        ++calls;
      }
    }
    CHECK(calls == 2);
  }

  TEST_CASE("that open OpsItems run on entering ALARM only") {
    Breaching world{{"arn:aws:ssm:us-east-1:012345678901:opsitem:1"}, "OKActions"};
    world.sim.run_until(kStart + 2min);
    world.cloud.metrics().change(world.source, {.from = kStart, .level = 50});
    world.sim.run_until(kStart + 10min);
    CHECK(world.state() == AlarmState::ok);
    CHECK(world.received().empty());
  }

  TEST_CASE("that fail are told in the history and in the journal") {
    Breaching world{{"arn:aws:nothing:us-east-1:012345678901:here"}};
    world.sim.run_until(kStart + 2min);
    const Json history = *world.ask("DescribeAlarmHistory", {{"HistoryItemType", "Action"}});
    REQUIRE(history["AlarmHistoryItems"].size() == 1);
    CHECK(history["AlarmHistoryItems"][0]["HistorySummary"].get<std::string>().starts_with(
        "Failed to execute action arn:aws:nothing:us-east-1:012345678901:here. Received error: "
        "\""));
    bool told = false;
    for (const JournalEntry& entry : world.journal.entries()) {
      told = told || (entry.kind == EntryKind::note && entry.detail.contains("failed"));
    }
    CHECK(told);
  }

  TEST_CASE("the event of a state change has the shape of the guide") {
    Breaching world{{}};
    world.sim.run_until(kStart + 1min);
    const Event& event = world.recorder().events.back();
    CHECK(event.source == "aws.cloudwatch");
    CHECK(event.detail_type == "CloudWatch Alarm State Change");
    CHECK(event.resources ==
          std::vector<std::string>{"arn:aws:cloudwatch:us-east-1:012345678901:alarm:disk"});
    const Json& detail = event.detail;
    CHECK(detail["alarmName"] == "disk");
    CHECK(detail["state"]["value"] == "ALARM");
    CHECK(detail["state"]["timestamp"] == "2026-03-02T09:01:00.000+0000");
    CHECK(Json::parse(detail["state"]["reasonData"].get<std::string>())["recentDatapoints"] ==
          Json{95.0});
    CHECK(detail["previousState"] == Json{{"value", "INSUFFICIENT_DATA"},
                                          {"reason", "Unchecked: Initial alarm creation"},
                                          {"timestamp", "2026-03-02T09:00:00.000+0000"}});
    const Json& metric = detail["configuration"]["metrics"][0];
    CHECK(metric["returnData"] == true);
    CHECK(metric["metricStat"] == Json{{"metric",
                                        {{"namespace", "CWAgent"},
                                         {"name", "disk_used_percent"},
                                         {"dimensions", {{"InstanceId", "i-00000002"}}}}},
                                       {"period", 60},
                                       {"stat", "Average"}});
  }
}

}  // namespace
}  // namespace opsim::tests
