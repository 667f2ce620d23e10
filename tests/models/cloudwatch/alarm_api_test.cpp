#include <doctest/doctest.h>

#include "models/cloudwatch/alarm_record.hpp"
#include "tests/models/cloudwatch/world.hpp"

namespace opsim::tests {
namespace {

using namespace cloudwatch;

std::string refusal(const Json& alarm) {
  World world;
  const auto answer = world.ask("PutMetricAlarm", alarm);
  if (answer) return "";
  return answer.error().code + ": " + answer.error().message;
}
Json without(Json alarm, const char* member) {
  alarm.erase(member);
  return alarm;
}

TEST_SUITE("cloudwatch: PutMetricAlarm") {
  TEST_CASE("refuses what AWS refuses, in its words") {
    struct Row {
      Json alarm;
      const char* refusal;
    };
    const Json base = disk_alarm();
    const Row rows[] = {
        {base, ""},
        {without(base, "AlarmName"),
         "ValidationError: 1 validation error detected: Value null at 'alarmName' failed to "
         "satisfy "
         "constraint: Member must not be null"},
        {without(without(base, "EvaluationPeriods"), "ComparisonOperator"),
         "ValidationError: 2 validation errors detected: Value null at 'comparisonOperator' failed "
         "to satisfy constraint: Member must not be null; Value null at 'evaluationPeriods' failed "
         "to satisfy constraint: Member must not be null"},
        {with(base, "Statistic", "average"),
         "ValidationError: 1 validation error detected: Value 'average' at 'statistic' failed to "
         "satisfy constraint: Member must satisfy enum value set: [SampleCount, Average, Sum, "
         "Minimum, Maximum]"},
        {with(base, "EvaluationPeriods", 0),
         "ValidationError: 1 validation error detected: Value '0' at 'evaluationPeriods' failed to "
         "satisfy constraint: Member must have value greater than or equal to 1"},
        {with(base, "Period", 45),
         "ValidationError: Period must be 10, 20, 30 or a multiple of 60"},
        {with(with(base, "Period", 300), "EvaluationPeriods", 289),
         "ValidationError: Metrics cannot be checked across more than a day (EvaluationPeriods * "
         "Period must be <= 86400)."},
        {with(with(base, "Period", 3600), "EvaluationPeriods", 168), ""},
        {with(with(base, "Period", 3600), "EvaluationPeriods", 169),
         "ValidationError: Metrics cannot be checked across more than seven days "
         "(EvaluationPeriods "
         "* Period must be <= 604800)."},
        {with(base, "DatapointsToAlarm", 3),
         "ValidationError: DatapointsToAlarm 3 must be less than or equal to EvaluationPeriods 2."},
        {with(base, "TreatMissingData", "breech"),
         "ValidationError: The value breech is not supported for TreatMissingData parameter. "
         "Supported values are [breaching, notBreaching, ignore, missing]."},
        {with(base, "ExtendedStatistic", "p99"),
         "InvalidParameterCombination: The parameters Statistic and ExtendedStatistic are mutually "
         "exclusive."},
        {with(without(base, "Statistic"), "ExtendedStatistic", "p101"),
         "ValidationError: The value p101 for parameter ExtendedStatistic is not supported."},
        {with(base, "AlarmActions", {"notBreaching"}),
         "ValidationError: Invalid arn syntax: notBreaching"},
        {with(base, "AlarmActions", {"arn:aws:sns:eu-central-1:012345678901:t"}),
         "ValidationError: Invalid region eu-central-1 specified. Only us-east-1 is supported."},
        {without(base, "Threshold"),
         "ValidationError: Threshold must be specified for a static threshold alarm."},
        {without(base, "MetricName"),
         "ValidationError: At least one of the parameters MetricName, Metrics must be specified"},
        {with(base, "Metrics", Json::array()),
         "ValidationError: Namespace should not be set if list of Metrics is set."},
        {with(base, "EvaluateLowSampleCountPercentile", "maybe"),
         "ValidationError: Option maybe is not supported. Supported options for parameter "
         "EvaluateLowSampleCountPercentile are evaluate and ignore."},
        {with(with(base, "Dimensions", Json::array()), "AlarmActions",
              {"arn:aws:automate:us-east-1:ec2:stop"}),
         "ValidationError: Invalid use of EC2 'stop' action: it needs an InstanceId dimension."},
        {with(base, "Period", "60"), ""},  // text from a template or a query
        {with(base, "EvaluationWindow", {{"WallClockWindow", {{"Timezone", "+01:03"}}}}),
         "ValidationError: Timezone +01:03 is invalid: an IANA name or an offset in multiples of 5 "
         "minutes"},
    };
    for (const auto& [alarm, expected] : rows) {
      CAPTURE(alarm.dump());
      CHECK(refusal(alarm) == expected);
    }
  }

  TEST_CASE("no input of the wrong shape gets through, or further") {
    const Json odd[] = {
        nullptr,           true,  3, "x", Json::array(), Json::object(), Json::array({nullptr}),
        Json{{"Name", 3}}, 1e300, -1};
    for (const char* member : {"AlarmName", "Namespace", "MetricName", "Dimensions", "Statistic",
                               "Period", "EvaluationPeriods", "Threshold", "ComparisonOperator",
                               "Metrics", "AlarmActions", "EvaluationWindow", "TreatMissingData",
                               "Unit", "DatapointsToAlarm", "ExtendedStatistic"}) {
      for (const Json& value : odd) {
        CAPTURE(member);
        CAPTURE(value.dump());
        CHECK_NOTHROW(refusal(with(disk_alarm(), member, value)));
        for (const char* left : {"Namespace", "Statistic"}) {
          CHECK_NOTHROW(refusal(with(without(disk_alarm(), left), member, value)));
        }
      }
    }
    CHECK_NOTHROW(refusal(3));
  }
}

TEST_SUITE("cloudwatch: DescribeAlarms") {
  TEST_CASE("answers the members that AWS answers") {
    // Recorded on AWS: test_describe_minimal_metric_alarm.
    World world;
    REQUIRE(world.ask("PutMetricAlarm", {{"AlarmName", "a"},
                                         {"MetricName", "m"},
                                         {"Namespace", "n"},
                                         {"EvaluationPeriods", 1},
                                         {"Period", 10},
                                         {"Statistic", "Sum"},
                                         {"ComparisonOperator", "GreaterThanThreshold"},
                                         {"Threshold", 30}}));
    const Json expected = {{"ActionsEnabled", true},
                           {"AlarmActions", Json::array()},
                           {"AlarmArn", "arn:aws:cloudwatch:us-east-1:012345678901:alarm:a"},
                           {"AlarmConfigurationUpdatedTimestamp", "2026-03-02T09:00:00Z"},
                           {"AlarmName", "a"},
                           {"ComparisonOperator", "GreaterThanThreshold"},
                           {"Dimensions", Json::array()},
                           {"EvaluationPeriods", 1},
                           {"InsufficientDataActions", Json::array()},
                           {"MetricName", "m"},
                           {"Namespace", "n"},
                           {"OKActions", Json::array()},
                           {"Period", 10},
                           {"StateReason", "Unchecked: Initial alarm creation"},
                           {"StateTransitionedTimestamp", "2026-03-02T09:00:00Z"},
                           {"StateUpdatedTimestamp", "2026-03-02T09:00:00Z"},
                           {"StateValue", "INSUFFICIENT_DATA"},
                           {"Statistic", "Sum"},
                           {"Threshold", 30.0}};
    const Json answer = *world.ask("DescribeAlarms", {{"AlarmNames", {"a"}}});
    CHECK(answer["CompositeAlarms"] == Json::array());
    REQUIRE(answer["MetricAlarms"].size() == 1);
    CHECK(answer["MetricAlarms"][0] == expected);
  }

  TEST_CASE("filters, and answers page by page") {
    World world;
    for (const char* name : {"api-1", "api-2", "api-3", "web"}) {
      Json alarm = with(disk_alarm(), "AlarmName", name);
      if (std::string_view{name} == "web") {
        alarm["OKActions"] = {"arn:aws:sns:us-east-1:012345678901:t"};
      }
      REQUIRE(world.ask("PutMetricAlarm", alarm));
    }
    const auto names = [&](const Json& input) {
      std::vector<std::string> found;
      const Json answer = *world.ask("DescribeAlarms", input);
      for (const Json& alarm : answer["MetricAlarms"]) {
        found.push_back(alarm["AlarmName"].get<std::string>());
      }
      return found;
    };
    using Names = std::vector<std::string>;
    CHECK(names({{"AlarmNamePrefix", "api-"}}) == Names{"api-1", "api-2", "api-3"});
    CHECK(names({{"AlarmNames", {"web", "api-2"}}}) == Names{"api-2", "web"});
    CHECK(names({{"StateValue", "OK"}}).empty());
    CHECK(names({{"ActionPrefix", "arn:aws:sns"}}) == Names{"web"});
    CHECK(names({{"AlarmTypes", {"CompositeAlarm"}}}).empty());
    CHECK(names({{"MaxRecords", 3}}) == Names{"api-1", "api-2", "api-3"});
    const Json first = *world.ask("DescribeAlarms", {{"MaxRecords", 3}});
    CHECK(names({{"MaxRecords", 3}, {"NextToken", first["NextToken"]}}) == Names{"web"});
    CHECK(world.ask("DescribeAlarms", {{"NextToken", "x"}}).error().code == "InvalidNextToken");
    CHECK(world
              .ask("DescribeAlarmsForMetric", {{"MetricName", "disk_used_percent"},
                                               {"Namespace", "CWAgent"},
                                               {"Dimensions", disk_alarm()["Dimensions"]}})
              ->at("MetricAlarms")
              .size() == 4);
  }
}

TEST_SUITE("cloudwatch: DescribeAlarmHistory") {
  TEST_CASE("tells configuration, states and actions, newest first") {
    World world;
    world.cloud.metrics().publish(world.disk(), {.from = kStart, .level = 95}, {});
    Json alarm = with(disk_alarm(), "EvaluationPeriods", 1);
    alarm["AlarmActions"] = {"arn:aws:sns:us-east-1:012345678901:on-call"};
    REQUIRE(world.ask("PutMetricAlarm", alarm));
    world.sim.run_until(kStart + 2min);
    const Json all =
        world.ask("DescribeAlarmHistory", {{"AlarmName", "disk"}})->at("AlarmHistoryItems");
    REQUIRE(all.size() == 3);
    CHECK(all[0]["HistorySummary"] ==
          "Successfully executed action arn:aws:sns:us-east-1:012345678901:on-call");
    CHECK(all[1]["HistorySummary"] == "Alarm updated from INSUFFICIENT_DATA to ALARM");
    CHECK(all[2]["HistorySummary"] == "Alarm \"disk\" created");
    const Json data = Json::parse(all[1]["HistoryData"].get<std::string>());
    CHECK(data["oldState"]["stateValue"] == "INSUFFICIENT_DATA");
    CHECK(data["newState"]["stateReasonData"]["recentDatapoints"] == Json{95.0});
    const Json states = *world.ask("DescribeAlarmHistory", {{"HistoryItemType", "StateUpdate"}});
    CHECK(states["AlarmHistoryItems"].size() == 1);
  }
}

TEST_SUITE("cloudwatch: SetAlarmState") {
  TEST_CASE("refuses unknown states and alarms") {
    World world;
    const auto set = [&](const char* value, const char* name) {
      return world
          .ask("SetAlarmState", {{"AlarmName", name}, {"StateValue", value}, {"StateReason", "r"}})
          .error();
    };
    CHECK(set("ALARMED", "disk").message ==
          "1 validation error detected: Value 'ALARMED' at 'stateValue' failed to satisfy "
          "constraint: Member must satisfy enum value set: [INSUFFICIENT_DATA, ALARM, OK]");
    CHECK(set("ALARM", "disk").code == "ResourceNotFound");
  }
}

TEST_CASE("numbers in alarm texts read as on AWS") {
  CHECK(alarm_number(90) == "90.0");
  CHECK(alarm_number(99.50160229693434) == "99.50160229693434");
  CHECK(alarm_number(20000) == "20000.0");
  CHECK(alarm_number(1e10) == "1.0E10");
  CHECK(alarm_number(12345678.5) == "1.23456785E7");
  CHECK(alarm_number(0.00025) == "2.5E-4");
  CHECK(alarm_number(-0.5) == "-0.5");
}

}  // namespace
}  // namespace opsim::tests
