// What CloudWatch answered on AWS (cloudwatch_recordings.jsonl), played again row by row.
#include "tests/conformance/cloudwatch_replay.hpp"

namespace opsim::tests {
namespace {

// ---- The recorded tests ------------------------------------------------------------------------

void put_values_list(Replay& replay) {
  replay.put({{{"MetricName", "test-metric"},
               {"Values", {1.0, 10.0}},
               {"Counts", {2, 4}},
               {"Unit", "Count"}}});
  replay.match("get_metric_statistics",
               statistics_of(replay, "test-metric", {"SampleCount", "Sum", "Maximum"}));
}

void get_data_stats(Replay& replay) {
  replay.put({{{"MetricName", "metric1"}, {"Value", 11}, {"Unit", "Seconds"}}});
  replay.put(
      {{{"MetricName", "metric1"},
        {"StatisticValues", {{"SampleCount", 10}, {"Sum", 55}, {"Minimum", 1}, {"Maximum", 10}}},
        {"Unit", "Seconds"}}});
  replay.match("get_metric_data",
               data_of(replay, {metric_of("result1", parameter(replay.row), 60, "metric1")}));
}

void get_statistics(Replay& replay) {
  for (int i = 0; i < 10; ++i) {
    replay.put({{{"MetricName", replay.recorded["get_metric_statistics"]["Label"]}, {"Value", i}}});
  }
  const std::string name = replay.recorded["get_metric_statistics"]["Label"].get<std::string>();
  replay.match(
      "get_metric_statistics",
      statistics_of(replay, name.c_str(), {"Average", "Sum", "Minimum", "Maximum", "SampleCount"}));
}

void different_units(Replay& replay) {
  for (const auto& [value, unit] : {std::pair{1, "Seconds"}, {5, "Count"}, {10, "None"}}) {
    replay.put({{{"MetricName", "m-test"}, {"Value", value}, {"Unit", unit}}});
  }
  // The order of datapoints of one time is no promise.
  Json recorded = replay.recorded["get_metric_statistics_with_different_units"];
  const Json answer = statistics_of(replay, "m-test", {"Average"});
  const auto by_unit = [](const Json& all) {
    std::map<std::string, double> found;
    for (const Json& each : all["Datapoints"]) {
      found[each["Unit"].get<std::string>()] = each["Average"].get<double>();
    }
    return found;
  };
  CHECK(by_unit(recorded) == by_unit(answer));
  replay.matched.insert("get_metric_statistics_with_different_units");
}

void no_unit_in_query(Replay& replay) {
  const Json& recorded = replay.recorded["get_metric_data_with_no_unit_specified"];
  replay.put({{{"MetricName", "m-test"}, {"Value", 60}, {"Unit", "Seconds"}},
              {{"MetricName", "m-test"},
               {"Value", recorded["MetricDataResults"][0]["Values"][0]},
               {"Unit", "Milliseconds"}}});
  replay.match("get_metric_data_with_no_unit_specified",
               data_of(replay, {metric_of("m1", "Sum", 60, "m-test")}));
}

void label_generation(Replay& replay) {
  for (const double value : {0, 2, 7, 100}) {
    replay.put({{{"MetricName", "metric1"}, {"Value", value}, {"Unit", "Seconds"}}});
  }
  Json queries = Json::array();
  for (const Json& result : replay.recorded["label_generation"]["MetricDataResults"]) {
    const std::string id = result["Id"].get<std::string>();  // result_Sum_60_Seconds
    const auto stat = id.find('_') + 1;
    const auto period = id.find('_', stat) + 1;
    const auto unit = id.find('_', period) + 1;
    queries.push_back(metric_of(id.c_str(), id.substr(stat, period - stat - 1),
                                std::stoi(id.substr(period)), "metric1", id.substr(unit)));
  }
  replay.match("label_generation", data_of(replay, queries));
}

void null_dimensions(Replay& replay) {
  replay.put({{{"MetricName", "m-test"},
               {"Value", 1},
               {"Unit", "Seconds"},
               {"Dimensions", {{{"Name", "foo"}, {"Value", "bar"}}}}}});
  replay.match("get_metric_with_null_dimensions",
               data_of(replay, {metric_of("m1", "Sum", 60, "m-test")}));
}

void no_results(Replay& replay) {
  replay.put({{{"MetricName", "m"}, {"Value", 1}}});
  const Json dimensions = {{{"Name", "foo"}, {"Value", "bar"}}};
  replay.match("result", data_of(replay, {metric_of("result", "Sum", 60, "m", "", dimensions)}));
}

void multiple_dimensions(Replay& replay) {
  const Json dimensions = replay.recorded["list-metrics"]["Metrics"][0]["Dimensions"];
  const char* const name = "http.server.requests.count";
  for (const double value : {0.0, 5.0}) {
    replay.put({{{"MetricName", name},
                 {"Value", value},
                 {"Unit", "Count"},
                 {"StorageResolution", 1},
                 {"Dimensions", dimensions}}});
  }
  replay.match("get-metric-stats-max",
               data_of(replay, {metric_of("result1", "Maximum", 10, name, "Count", dimensions)}));
  replay.match("list-metrics",
               replay.ask("ListMetrics", {{"Namespace", "test"}, {"MetricName", name}}));
}

void minimal_alarm(Replay& replay) {
  replay.ask("PutMetricAlarm", {{"AlarmName", "a"},
                                {"MetricName", "m"},
                                {"Namespace", "test"},
                                {"EvaluationPeriods", 1},
                                {"Period", 10},
                                {"Statistic", "Sum"},
                                {"ComparisonOperator", "GreaterThanThreshold"},
                                {"Threshold", 30}});
  replay.match("describe_minimal_metric_alarm", replay.described());
}

void breaching_actions(Replay& replay) {
  replay.ask("PutMetricAlarm", alarm_on("my-metric101", 2, 2, "breaching"));
  replay.world.sim.run_until(kStart + 1min);
  // AWS added a member since this was recorded; see test_put_metric_alarm.
  Json message = replay.message();
  message.erase("ActionExecutedAfterMuteWindow");
  replay.match("alarm-1-sqs-msg", message);
  replay.match("alarm-1-describe", replay.described());
}

void enable_disable(Replay& replay) {
  replay.ask("PutMetricAlarm", alarm_on("my-metric101", 2, 2, "ignore"));
  replay.match("describe_alarm", replay.described());
  set_state(replay, "ALARM", "testing alarm");
  Json message = replay.message();
  message.erase("ActionExecutedAfterMuteWindow");
  replay.match("alarm-state-sqs-msg", message);
  replay.match("alarm-state-describe", replay.described());
  replay.ask("DisableAlarmActions", {{"AlarmNames", {"a"}}});
  set_state(replay, "OK", "testing OK state");
  replay.match("describe_alarm_disabled", replay.described());
  CHECK(replay.world.received().size() == 1);
  replay.match("ok-state-action-disabled-describe", replay.described());
  replay.ask("EnableAlarmActions", {{"AlarmNames", {"a"}}});
  replay.match("describe_alarm_enabled", replay.described());
}

void set_alarm(Replay& replay) {
  Json alarm = alarm_on("CPUUtilization-3", 2, 50, "ignore");
  alarm["AlarmDescription"] = "Test Alarm when CPU exceeds 50 percent";
  alarm["Dimensions"][0]["Value"] = "i-0317828c84edbe100";
  alarm["Unit"] = "Percent";
  alarm["Period"] = 300;
  replay.ask("PutMetricAlarm", alarm);
  set_state(replay, "ALARM", "testing alarm");
  replay.match("triggered-alarm", replay.described());
  set_state(replay, "OK", "resetting alarm");
  replay.match("reset-alarm", replay.described());
}

void put_alarm(Replay& replay) {
  replay.ask("PutMetricAlarm", alarm_on("my-metric1", 1, 21, "ignore"));
  replay.match("describe-alarm", replay.described());
  for (const double value : {21, 22}) {
    replay.put({{{"MetricName", "my-metric1"},
                 {"Dimensions", {{{"Name", "InstanceId"}, {"Value", "abc"}}}},
                 {"Value", value},
                 {"Unit", "Seconds"}}});
  }
  replay.world.sim.run_until(kStart + 15s);
  replay.match("alarm-triggered-sqs-msg", replay.message());
  Json history =
      replay.ask("DescribeAlarmHistory", {{"AlarmName", "a"}, {"HistoryItemType", "StateUpdate"}});
  REQUIRE(history["AlarmHistoryItems"].size() == 1);
  Json recorded = replay.recorded["describe-alarm-history"]["AlarmHistoryItems"][0];
  Json& item = history["AlarmHistoryItems"][0];
  const Json told = Json::parse(item["HistoryData"].get<std::string>());
  CHECK(told["oldState"] == recorded["HistoryData"]["oldState"]);
  CHECK(told["newState"]["stateValue"] == "ALARM");
  CHECK(same_text(recorded["HistoryData"]["newState"]["stateReason"].get<std::string>(),
                  told["newState"]["stateReason"].get<std::string>()));
  item.erase("HistoryData");
  recorded.erase("HistoryData");
  CHECK(agrees(recorded, item));
  replay.matched.insert("describe-alarm-history");
  replay.match("describe-alarms-for-metric",
               replay.ask("DescribeAlarmsForMetric",
                          {{"MetricName", "my-metric1"},
                           {"Namespace", "test"},
                           {"Dimensions", {{{"Name", "InstanceId"}, {"Value", "abc"}}}},
                           {"Statistic", "Average"}}));
}

void anomaly_lifecycle(Replay& replay) {
  const Json single = {{"Namespace", "MyNamespace"},
                       {"MetricName", "MyMetric"},
                       {"Dimensions", {{{"Name", "DimensionName"}, {"Value", "DimensionValue"}}}},
                       {"Stat", "Sum"}};
  replay.match("create_anomaly_detector", replay.ask("PutAnomalyDetector", single));
  replay.match("describe_anomaly_detector",
               replay.ask("DescribeAnomalyDetectors",
                          {{"Namespace", "MyNamespace"}, {"MetricName", "MyMetric"}}));
  replay.match("delete_anomaly_detector", replay.ask("DeleteAnomalyDetector", single));
}

void tagging(Replay& replay) {
  Json alarm = alarm_on("something", 1, 30, "ignore");
  replay.ask("PutMetricAlarm", alarm);
  replay.ask("PutCompositeAlarm", {{"AlarmName", "c"},
                                   {"AlarmRule", "ALARM(\"a\")"},
                                   {"Tags", {{{"Key", "Environment"}, {"Value", "Production"}}}}});
  const Json composite =
      replay.ask("DescribeAlarms", {{"AlarmTypes", {"CompositeAlarm"}}, {"AlarmNames", {"c"}}});
  const Json arn = {{"ResourceARN", composite["CompositeAlarms"][0]["AlarmArn"]}};
  const auto listed = [&] { return replay.ask("ListTagsForResource", arn); };
  replay.match("list_tags_for_resource_after_creation ", listed());
  replay.ask("TagResource",
             with(arn, "Tags",
                  {{{"Key", "tag1"}, {"Value", "foo"}}, {{"Key", "tag2"}, {"Value", "bar"}}}));
  replay.match("list_tags_for_resource_updated", listed());
  replay.ask("UntagResource", with(arn, "TagKeys", {"tag1"}));
  replay.match("list_tags_for_resource_post_untag", listed());
  replay.ask("DeleteAlarms", {{"AlarmNames", {"c"}}});
  replay.match("list_tags_for_deleted_resource", listed());
}

struct Recorded {
  const char* test;
  void (*play)(Replay&);
};
constexpr Recorded kRecordedTests[] = {
    {"test_anomaly_detector_lifecycle", &anomaly_lifecycle},
    {"test_breaching_alarm_actions", &breaching_actions},
    {"test_describe_minimal_metric_alarm", &minimal_alarm},
    {"test_enable_disable_alarm_actions", &enable_disable},
    {"test_get_metric_data_different_units_no_unit_in_query", &no_unit_in_query},
    {"test_get_metric_data_stats", &get_data_stats},
    {"test_get_metric_statistics", &get_statistics},
    {"test_get_metric_with_no_results", &no_results},
    {"test_get_metric_with_null_dimensions", &null_dimensions},
    {"test_handle_different_units", &different_units},
    {"test_label_generation", &label_generation},
    {"test_multiple_dimensions_statistics", &multiple_dimensions},
    {"test_put_metric_alarm", &put_alarm},
    {"test_put_metric_data_values_list", &put_values_list},
    {"test_set_alarm", &set_alarm},
    {"test_tagging_composite_alarm", &tagging},
};

TEST_CASE("cloudwatch: what AWS answered, row by row") {
  int played = 0;
  for (const Json& row : recorded_rows("cloudwatch_recordings.jsonl")) {
    const std::string id = row["id"].get<std::string>();
    CAPTURE(id);
    const auto test =
        std::ranges::find(kRecordedTests, id.substr(0, id.find('[')),
                          [](const Recorded& each) { return std::string{each.test}; });
    REQUIRE(test != std::end(kRecordedTests));
    Replay replay{row};
    test->play(replay);
    CHECK(replay.matched.size() == row["recorded_content"].size());
    ++played;
  }
  MESSAGE(played, " recordings played");
}

}  // namespace
}  // namespace opsim::tests
