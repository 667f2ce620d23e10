#include <doctest/doctest.h>

#include "tests/models/cloudwatch/world.hpp"

namespace opsim::tests {
namespace {

Json data(const Json& datum) {
  return {{"Namespace", "test"}, {"MetricData", Json::array({datum})}};
}
Json seconds_value(double value) {
  return {{"MetricName", "metric1"}, {"Value", value}, {"Unit", "Seconds"}};
}

/// The last minute and the next, as the recorded tests ask.
Json statistics(const char* metric, const Json& names) {
  return {{"Namespace", "test"},
          {"MetricName", metric},
          {"StartTime", iso8601(kStart - 1min)},
          {"EndTime", iso8601(kStart + 1min)},
          {"Period", 60},
          {"Statistics", names}};
}
Json query(const char* id, const char* stat, int period = 60, const char* unit = "Seconds") {
  Json metric_stat = {{"Metric", {{"Namespace", "test"}, {"MetricName", "metric1"}}},
                      {"Period", period},
                      {"Stat", stat}};
  if (*unit != 0) metric_stat["Unit"] = unit;
  return {{"Id", id}, {"MetricStat", metric_stat}};
}
Json ask_for(const Json& queries) {
  return {{"MetricDataQueries", queries},
          {"StartTime", iso8601(kStart - 1min)},
          {"EndTime", iso8601(kStart + 1min)}};
}
std::string refusal(const ApiResult<Json>& answer) {
  return answer ? "" : answer.error().code + ": " + answer.error().message;
}

TEST_SUITE("cloudwatch: put and get") {
  TEST_CASE("values with counts: recorded test_put_metric_data_values_list") {
    World world;
    REQUIRE(world.ask("PutMetricData", data({{"MetricName", "test-metric"},
                                             {"Values", {1.0, 10.0}},
                                             {"Counts", {2, 4}},
                                             {"Unit", "Count"}})));
    const Json answer = *world.ask("GetMetricStatistics",
                                   statistics("test-metric", {"SampleCount", "Sum", "Maximum"}));
    CHECK(answer == Json{{"Label", "test-metric"},
                         {"Datapoints", Json::array({{{"Maximum", 10.0},
                                                      {"SampleCount", 6.0},
                                                      {"Sum", 42.0},
                                                      {"Timestamp", "2026-03-02T09:00:00Z"},
                                                      {"Unit", "Count"}}})}});
  }

  TEST_CASE("ten values: recorded test_get_metric_statistics") {
    World world;
    for (int i = 0; i < 10; ++i) {
      REQUIRE(world.ask("PutMetricData", data({{"MetricName", "metric"}, {"Value", i}})));
    }
    const Json answer =
        *world.ask("GetMetricStatistics",
                   statistics("metric", {"Average", "Sum", "Minimum", "Maximum", "SampleCount"}));
    REQUIRE(answer["Datapoints"].size() == 1);
    Json datapoint = answer["Datapoints"][0];
    datapoint.erase("Timestamp");
    CHECK(datapoint == Json{{"Average", 4.5},
                            {"Maximum", 9.0},
                            {"Minimum", 0.0},
                            {"SampleCount", 10.0},
                            {"Sum", 45.0},
                            {"Unit", "None"}});
  }

  TEST_CASE("each unit is a datapoint of its own: recorded test_handle_different_units") {
    World world;
    for (const auto& [value, unit] : {std::pair{1, "Seconds"}, {5, "Count"}, {10, "None"}}) {
      REQUIRE(world.ask("PutMetricData",
                        data({{"MetricName", "m-test"}, {"Value", value}, {"Unit", unit}})));
    }
    const Json answer = *world.ask("GetMetricStatistics", statistics("m-test", {"Average"}));
    CHECK(answer["Datapoints"].size() == 3);
  }

  TEST_CASE("one unit answers where none is asked for: recorded ..._no_unit_in_query") {
    World world;
    REQUIRE(world.ask("PutMetricData", data(seconds_value(60))));
    REQUIRE(
        world.ask("PutMetricData",
                  data({{"MetricName", "metric1"}, {"Value", 60000}, {"Unit", "Milliseconds"}})));
    const Json result =
        world.ask("GetMetricData", ask_for(Json::array({query("m1", "Sum", 60, "")})))
            ->at("MetricDataResults")[0];
    CHECK(result["Values"] == Json{60000.0});
    CHECK(result["Messages"] ==
          Json::array({{{"Code", "MultipleUnits"},
                        {"Value", "Multiple units returned: '[Milliseconds, Seconds]'"}}}));
  }

  TEST_CASE("a value beside a statistic set: recorded test_get_metric_data_stats") {
    World world;
    REQUIRE(world.ask("PutMetricData", data(seconds_value(11))));
    REQUIRE(
        world.ask("PutMetricData",
                  data({{"MetricName", "metric1"},
                        {"Unit", "Seconds"},
                        {"StatisticValues",
                         {{"SampleCount", 10}, {"Sum", 55}, {"Minimum", 1}, {"Maximum", 10}}}})));
    for (const auto& [stat, value] :
         {std::pair{"Sum", 66.0}, {"Minimum", 1.0}, {"Maximum", 11.0}, {"SampleCount", 11.0}}) {
      const Json answer =
          *world.ask("GetMetricData", ask_for(Json::array({query("result1", stat)})));
      CHECK(answer["Messages"] == Json::array());
      CHECK(answer["MetricDataResults"][0] == Json{{"Id", "result1"},
                                                   {"Label", "metric1"},
                                                   {"StatusCode", "Complete"},
                                                   {"Timestamps", {"2026-03-02T09:00:00Z"}},
                                                   {"Values", {value}}});
    }
  }

  TEST_CASE("labels carry what differs: recorded test_label_generation") {
    World world;
    for (const double value : {0, 2, 7, 100}) {
      REQUIRE(world.ask("PutMetricData", data(seconds_value(value))));
    }
    struct Row {
      Json first, second;
      const char *first_label, *second_label;
    };
    const Row rows[] = {
        {query("a", "Sum"), query("b", "Minimum", 30), "metric1 Sum 60", "metric1 Minimum 30"},
        {query("a", "Sum"), query("b", "Minimum"), "metric1 Sum", "metric1 Minimum"},
        {query("a", "Sum"), query("b", "Sum", 30), "metric1 60", "metric1 30"},
        {query("a", "Sum"), query("b", "Minimum", 60, "Milliseconds"), "metric1 Sum",
         "metric1 Minimum"},
    };
    for (const auto& [first, second, first_label, second_label] : rows) {
      const Json results = world.ask("GetMetricData", ask_for(Json::array({first, second})))
                               ->at("MetricDataResults");
      CHECK(results[0]["Label"] == first_label);
      CHECK(results[1]["Label"] == second_label);
      CHECK(results[0]["Values"] == Json{109.0});
    }
  }

  TEST_CASE("a metric is its exact dimensions: recorded test_get_metric_with_null_dimensions") {
    World world;
    Json datum = seconds_value(1);
    datum["Dimensions"] = {{{"Name", "foo"}, {"Value", "bar"}}};
    REQUIRE(world.ask("PutMetricData", data(datum)));
    CHECK(world.ask("GetMetricData", ask_for(Json::array({query("a", "Sum")})))
              ->at("MetricDataResults")[0]["Values"] == Json::array());
    const Json listed = *world.ask("ListMetrics", {{"Namespace", "test"}});
    CHECK(listed == Json{{"Metrics", Json::array({{{"Namespace", "test"},
                                                   {"MetricName", "metric1"},
                                                   {"Dimensions", datum["Dimensions"]}}})}});
  }

  TEST_CASE("timestamps are honoured, within two weeks back and two hours ahead") {
    World world;
    const auto put_at = [&](const Json& timestamp) {
      Json datum = seconds_value(1);
      datum["Timestamp"] = timestamp;
      return refusal(world.ask("PutMetricData", data(datum)));
    };
    CHECK(put_at(iso8601(kStart - std::chrono::days{13})) == "");
    CHECK(put_at(1772442000.5) == "");  // kStart as seconds since 1970
    CHECK(put_at(iso8601(kStart + 2h)) == "");
    CHECK(put_at(iso8601(kStart - std::chrono::days{15})) ==
          "InvalidParameterValue: The parameter MetricData.member.1.Timestamp must specify a time "
          "within the past two weeks.");
    CHECK(
        put_at(iso8601(kStart + 3h)) ==
        "InvalidParameterValue: The parameter MetricData.member.1.Timestamp must specify a time no "
        "more than two hours in the future.");
    const Json answer = *world.ask("GetMetricStatistics", statistics("metric1", {"Sum"}));
    CHECK(answer["Datapoints"].size() == 1);
  }

  TEST_CASE("refuses what AWS refuses") {
    World world;
    struct Row {
      Json datum;
      const char* refusal;
    };
    const Row rows[] = {
        {{{"Value", 1}},
         "MissingParameter: The parameter MetricData.member.1.MetricName is required."},
        {{{"MetricName", "m"}, {"Value", 1}, {"Values", {1}}},
         "InvalidParameterCombination: The parameters MetricData.member.1.Value and "
         "MetricData.member.1.Values are mutually exclusive and you have specified both."},
        {{{"MetricName", "m"}, {"Values", {1, 2}}, {"Counts", {1}}},
         "InvalidParameterValue: The parameters MetricData.member.1.Values and "
         "MetricData.member.1.Counts must be of the same size."},
        {{{"MetricName", "m"}, {"Value", 1e300}},
         "InvalidParameterValue: The value 1e+300 for parameter MetricData.member.1.Value is "
         "invalid."},
    };
    for (const auto& [datum, expected] : rows) {
      CHECK(refusal(world.ask("PutMetricData", data(datum))) == expected);
    }
    Json reserved = data(seconds_value(1));
    reserved["Namespace"] = "AWS/EC2";
    CHECK(refusal(world.ask("PutMetricData", reserved)) ==
          "InvalidParameterValue: The value AWS/EC2 for parameter Namespace is invalid.");
    CHECK(refusal(world.ask("GetMetricStatistics", statistics("m", Json::array()))) ==
          "InvalidParameterCombination: At least one of the parameters Statistics and "
          "ExtendedStatistics must be specified.");
    Json many = statistics("m", {"Sum"});
    many["StartTime"] = iso8601(kStart - std::chrono::days{13});
    CHECK(refusal(world.ask("GetMetricStatistics", many)) ==
          "InvalidParameterCombination: You have requested up to 18,721 datapoints, which exceeds "
          "the limit of 1,440. You may reduce the datapoints requested by increasing Period, or "
          "decreasing the time range.");
  }

  TEST_CASE("input of any shape gets an answer") {
    World world;
    const Json odd[] = {nullptr,
                        true,
                        3,
                        "x",
                        Json::array(),
                        Json::object(),
                        Json::array({3}),
                        Json::array({Json::object()})};
    for (const char* operation :
         {"PutMetricData", "GetMetricData", "GetMetricStatistics", "ListMetrics", "DescribeAlarms",
          "DescribeAlarmHistory", "DescribeAlarmsForMetric", "DeleteAlarms", "SetAlarmState"}) {
      for (const Json& value : odd) {
        CAPTURE(operation);
        CHECK_NOTHROW(world.ask(operation, value).has_value());
        for (const char* member : {"Namespace", "MetricData", "MetricName", "Dimensions",
                                   "StartTime", "EndTime", "Period", "Statistics",
                                   "MetricDataQueries", "AlarmNames", "NextToken", "MaxRecords"}) {
          CHECK_NOTHROW(
              world.ask(operation, with(statistics("m", {"Sum"}), member, value)).has_value());
        }
      }
    }
    const Json odd_query = {{"Id", "a"},
                            {"MetricStat", {{"Metric", 3}, {"Period", 60}, {"Stat", "p9"}}}};
    CHECK_NOTHROW(world.ask("GetMetricData", ask_for(Json::array({odd_query}))).has_value());
  }
}

}  // namespace
}  // namespace opsim::tests
