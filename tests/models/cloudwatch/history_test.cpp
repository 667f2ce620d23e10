// What DescribeAlarmHistory tells. Shapes: recorded on AWS; retention: AlarmThatSendsEmail, API
// DescribeAlarmHistory.
#include <doctest/doctest.h>

#include "tests/models/cloudwatch/world.hpp"

namespace opsim::tests {
namespace {

using namespace cloudwatch;

Json items_of(World& world, const Json& input) {
  const auto answer = world.ask("DescribeAlarmHistory", input);
  REQUIRE(answer);
  return (*answer)["AlarmHistoryItems"];
}

TEST_SUITE("cloudwatch: alarm history") {
  TEST_CASE("a ConfigurationUpdate holds the alarm as it was made, in lower camel case") {
    World world;
    REQUIRE(world.ask("PutMetricAlarm", disk_alarm()));
    const Json items = items_of(world, {{"AlarmName", "disk"}});
    REQUIRE(items.size() == 1);
    CHECK(items[0]["HistoryItemType"] == "ConfigurationUpdate");
    CHECK(items[0]["HistorySummary"] == "Alarm \"disk\" created");
    const Json data = Json::parse(items[0]["HistoryData"].get<std::string>());
    CHECK(data["version"] == "1.0");
    CHECK(data["type"] == "Create");
    const Json& alarm = data["createdAlarm"];
    CHECK(alarm["alarmName"] == "disk");
    CHECK(alarm["namespace"] == "CWAgent");
    CHECK(alarm["period"] == 60);
    CHECK(alarm["evaluationPeriods"] == 2);
    CHECK(alarm["comparisonOperator"] == "GreaterThanThreshold");
    CHECK(alarm["dimensions"] == Json::array({{{"name", "InstanceId"}, {"value", "i-00000002"}}}));
    CHECK(alarm["stateValue"] == "INSUFFICIENT_DATA");
    CHECK(alarm["okactions"] == Json::array());
    CHECK(alarm["actionsEnabled"] == true);
  }

  TEST_CASE("the history of an alarm outlives it") {
    World world;
    REQUIRE(world.ask("PutMetricAlarm", disk_alarm()));
    REQUIRE(world.ask("DeleteAlarms", {{"AlarmNames", Json::array({"disk"})}}));
    const Json items = items_of(world, {{"AlarmName", "disk"}, {"ScanBy", "TimestampAscending"}});
    REQUIRE(items.size() == 2);
    CHECK(items[1]["HistorySummary"] == "Alarm \"disk\" deleted");
    CHECK(items[0]["AlarmType"] == "MetricAlarm");
  }
}

}  // namespace
}  // namespace opsim::tests
