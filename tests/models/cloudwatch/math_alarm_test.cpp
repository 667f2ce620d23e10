// Alarms on metric math and on anomaly detection bands.
#include <doctest/doctest.h>

#include <fmt/format.h>
#include <cmath>

#include "tests/models/cloudwatch/world.hpp"

namespace opsim::tests {
namespace {

using namespace cloudwatch;

Json metric_query(const char* id, const char* name, bool returns = false) {
  return {{"Id", id},
          {"MetricStat",
           {{"Metric", {{"Namespace", "app"}, {"MetricName", name}}},
            {"Period", 60},
            {"Stat", "Average"}}},
          {"ReturnData", returns}};
}
Json expression_query(const char* id, const std::string& expression, bool returns = true) {
  return {{"Id", id}, {"Expression", expression}, {"ReturnData", returns}};
}
Json math_alarm(const Json& metrics) {
  return {{"AlarmName", "disk"},
          {"Metrics", metrics},
          {"EvaluationPeriods", 2},
          {"Threshold", 10},
          {"ComparisonOperator", "GreaterThanThreshold"}};
}
Json error_rate() {
  return math_alarm({metric_query("m1", "errors"), metric_query("m2", "requests"),
                     expression_query("rate", "100 * m1 / m2")});
}
SeriesId app(World& world, const char* name) {
  return world.cloud.metrics().intern({kHome, "app", name, {}});
}
SourceId publish(World& world, const char* name, double level) {
  return world.cloud.metrics().publish(app(world, name), Waveform{.from = kStart, .level = level},
                                       {.every = 1min});
}
std::string problem(const ApiResult<Json>& answer) { return answer ? "" : answer.error().message; }

TEST_SUITE("cloudwatch: alarms on metric math") {
  TEST_CASE("an alarm on a rate of two metrics fires when the rate breaches, and recovers") {
    World world;
    const SourceId errors = publish(world, "errors", 5);
    publish(world, "requests", 100);
    REQUIRE(world.ask("PutMetricAlarm", error_rate()));
    world.sim.run_until(kStart + 10min);
    CHECK(world.state() == AlarmState::ok);
    world.cloud.metrics().change(errors, {.from = world.sim.now(), .level = 20});
    world.sim.run_until(kStart + 13min);
    CHECK(world.state() == AlarmState::alarm);
    CHECK(world.alarm().state().reason() ==
          "Threshold Crossed: 2 datapoints [20.0 (02/03/26 09:11:00), 20.0 (02/03/26 09:10:00)] "
          "were greater than the threshold (10.0).");
    const Json data = Json::parse(world.alarm().state().reason_data());
    CHECK_FALSE(data.contains("statistic"));
    CHECK(data["recentDatapoints"] == Json{20.0, 20.0});
    world.cloud.metrics().change(errors, {.from = world.sim.now(), .level = 1});
    world.sim.run_until(kStart + 20min);
    CHECK(world.state() == AlarmState::ok);
  }

  TEST_CASE("a datapoint is missing where the expression gives no value") {
    World world;
    REQUIRE(world.ask("PutMetricAlarm", error_rate()));
    publish(world, "errors", 5);
    publish(world, "requests", 0);  // division by zero
    world.sim.run_until(kStart + 10min);
    CHECK(world.state() == AlarmState::insufficient_data);
  }

  TEST_CASE("put data are seen") {
    World world;
    REQUIRE(world.ask("PutMetricAlarm", math_alarm({metric_query("m1", "errors"),
                                                    expression_query("e1", "FILL(m1, 0)")})));
    world.sim.run_until(kStart + 5min);
    CHECK(world.state() == AlarmState::ok);
    for (int i = 0; i < 2; ++i) {
      world.cloud.metrics().put(app(world, "errors"),
                                {.timestamp = world.sim.now(), .values = {{11, 1}}});
      world.sim.run_until(world.sim.now() + 1min);
    }
    world.sim.run_until(world.sim.now() + 1s);
    CHECK(world.state() == AlarmState::alarm);
    world.sim.run_until(world.sim.now() + 10min);
    CHECK(world.state() == AlarmState::ok);
  }

  TEST_CASE("a quiet alarm costs nothing: a year of flat inputs is a handful of callbacks") {
    World world;
    publish(world, "errors", 5);
    publish(world, "requests", 100);
    REQUIRE(world.ask("PutMetricAlarm", error_rate()));
    world.sim.run_until(kStart + 5min);
    const auto before = world.sim.callbacks_run();
    world.sim.run_until(kStart + std::chrono::days{365});
    CHECK(world.sim.callbacks_run() - before < 100);
    CHECK(world.state() == AlarmState::ok);
  }

  TEST_CASE("an expression of the clock is evaluated as time goes") {
    World world;  // it is 9 o'clock
    publish(world, "errors", 50);
    REQUIRE(world.ask("PutMetricAlarm",
                      with(math_alarm({metric_query("m1", "errors"),
                                       expression_query("e1", "IF(HOUR(m1) >= 11, m1, 0)")}),
                           "EvaluationPeriods", 1)));
    world.sim.run_until(kStart + 2h);
    CHECK(world.state() == AlarmState::ok);
    world.sim.run_until(kStart + 2h + 1min);
    CHECK(world.state() == AlarmState::alarm);
  }

  TEST_CASE("refuses what AWS refuses") {
    World world;
    struct Row {
      Json metrics;
      const char* message;
    };
    Json eleven = Json::array();
    for (int i = 0; i < 11; ++i) eleven.push_back(metric_query(fmt::format("m{}", i).c_str(), "x"));
    eleven.push_back(expression_query("e", "SUM(METRICS())"));
    Json slow = metric_query("m2", "b");
    slow["MetricStat"]["Period"] = 300;
    const Row rows[] = {
        {{metric_query("m1", "a", true), expression_query("e", "m1 + 1")},
         "Exactly one element of the metrics list should return data."},
        {{metric_query("m1", "a"), expression_query("e", "m1 + 1", false)},
         "Exactly one element of the metrics list should return data."},
        {{metric_query("m1", "a"), expression_query("e", "SUM(SEARCH('{app} a', 'Sum', 60))")},
         "SEARCH is not supported on Metric Alarms"},
        {{metric_query("m1", "a"), expression_query("e", "[m1, m1]")},
         "Error in expression 'e': at character 1: an alarm watches a time series, and this is an "
         "array of time series"},
        {eleven, "The list has 11 metrics; an alarm is based on at most 10."},
        {{metric_query("m1", "a"), slow, expression_query("e", "m1 + m2")},
         "All metrics in the list must have the same Period."},
        {Json::array({expression_query("e", "TIME_SERIES(1)")}), "Period must not be null"},
    };
    for (const auto& [metrics, message] : rows) {
      CHECK(problem(world.ask("PutMetricAlarm", math_alarm(metrics))) == message);
    }
    CHECK(problem(world.ask("PutMetricAlarm", with(error_rate(), "Period", 60))) ==
          "Period should not be set if list of Metrics is set.");
  }
}

Json band_alarm(const char* comparison) {
  Json alarm = math_alarm(
      {metric_query("m1", "load", true), expression_query("ad1", "ANOMALY_DETECTION_BAND(m1, 2)")});
  alarm.erase("Threshold");
  alarm["ThresholdMetricId"] = "ad1";
  alarm["ComparisonOperator"] = comparison;
  alarm["EvaluationPeriods"] = 1;
  return alarm;
}
/// Two weeks of a metric by the hour: 100 in office hours, else 20, each with a little unrest that
/// no line through an hour explains.
void put_history(World& world) {
  for (int hour = 14 * 24; hour > 0; --hour) {
    for (int minute : {0, 15, 30, 45}) {
      const SimTime at = kStart - hour * 1h + minute * 1min;
      const auto clock = std::chrono::floor<std::chrono::hours>(at.time_since_epoch()).count() % 24;
      const double level = clock >= 8 && clock < 18 ? 100 : 20;
      world.cloud.metrics().put(
          app(world, "load"),
          {.timestamp = at, .values = {{level + (minute % 45 == 0 ? 2 : -2), 1}}});
    }
  }
}

TEST_SUITE("cloudwatch: anomaly detection") {
  TEST_CASE("the band follows the hour of the day") {
    World world;
    put_history(world);
    world.sim.run_until(kStart + 1s);
    const Json ask = {
        {"MetricDataQueries",
         {metric_query("m1", "load"), expression_query("ad1", "ANOMALY_DETECTION_BAND(m1)")}},
        {"StartTime", iso8601(kStart - 12h)},
        {"EndTime", iso8601(kStart)},
        {"ScanBy", "TimestampAscending"}};
    const Json results = world.ask("GetMetricData", ask)->at("MetricDataResults");
    REQUIRE(results.size() == 2);
    const double night = results[0]["Values"].front().get<double>();
    const double day = results[0]["Values"].back().get<double>();
    // Two of four degrees of freedom are the line's: 2 becomes 2 * sqrt(4 / 2).
    CHECK(night == doctest::Approx(20 + 2 * 2 * std::sqrt(2)).epsilon(0.01));
    CHECK(day == doctest::Approx(100 + 2 * 2 * std::sqrt(2)).epsilon(0.01));
    CHECK(results[1]["Values"].back().get<double>() ==
          doctest::Approx(100 - 2 * 2 * std::sqrt(2)).epsilon(0.01));
  }

  TEST_CASE("an alarm fires outside the band, on the sides that it names") {
    struct Row {
      const char* comparison;
      double level;
      AlarmState state;
    };
    const Row rows[] = {
        {"LessThanLowerOrGreaterThanUpperThreshold", 100, AlarmState::ok},
        {"LessThanLowerOrGreaterThanUpperThreshold", 120, AlarmState::alarm},
        {"LessThanLowerOrGreaterThanUpperThreshold", 20, AlarmState::alarm},
        {"GreaterThanUpperThreshold", 20, AlarmState::ok},
        {"LessThanLowerThreshold", 20, AlarmState::alarm},
        {"LessThanLowerThreshold", 120, AlarmState::ok},
    };
    for (const auto& [comparison, level, state] : rows) {
      CAPTURE(comparison);
      CAPTURE(level);
      World world;
      put_history(world);
      publish(world, "load", level);
      REQUIRE(world.ask("PutMetricAlarm", band_alarm(comparison)));
      world.sim.run_until(kStart + 5min);
      CHECK(world.state() == state);
      CHECK(world.ask("DescribeAlarms", Json::object())
                ->at("MetricAlarms")[0]["ComparisonOperator"] == comparison);
    }
  }

  TEST_CASE("reasons name the limits, as in the guide's sample event") {
    World world;
    put_history(world);
    publish(world, "load", 120);
    REQUIRE(world.ask("PutMetricAlarm", band_alarm("LessThanLowerOrGreaterThanUpperThreshold")));
    world.sim.run_until(kStart + 5min);
    const std::string reason = world.alarm().state().reason();
    CHECK(
        reason.starts_with("Thresholds Crossed: 1 out of the last 1 datapoints [120.0 (02/03/26 "));
    CHECK(reason.find(")] was less than the lower thresholds [") != reason.npos);
    CHECK(reason.find("] or greater than the upper thresholds [") != reason.npos);
    CHECK(reason.ends_with("] (minimum 1 datapoint for OK -> ALARM transition)."));
    const Json data = Json::parse(world.alarm().state().reason_data());
    CHECK(data["recentLowerThresholds"].size() == 1);
    CHECK(data["recentUpperThresholds"].size() == 1);
    CHECK_FALSE(data.contains("threshold"));
  }

  TEST_CASE("without three hours of data there is no band, and no verdict") {
    World world;
    publish(world, "load", 120);
    REQUIRE(world.ask("PutMetricAlarm", band_alarm("GreaterThanUpperThreshold")));
    world.sim.run_until(kStart + 2h);
    CHECK(world.state() == AlarmState::insufficient_data);
    world.sim.run_until(kStart + 4h);
    CHECK(world.state() == AlarmState::ok);
  }

  TEST_CASE("excluded ranges are not learnt from") {
    World world;
    put_history(world);
    REQUIRE(world.ask("PutAnomalyDetector",
                      {{"Namespace", "app"},
                       {"MetricName", "load"},
                       {"Stat", "Average"},
                       {"Configuration",
                        {{"ExcludedTimeRanges",
                          {{{"StartTime", iso8601(kStart - std::chrono::days{15})},
                            {"EndTime", iso8601(kStart - 1h)}}}},
                         {"MetricTimezone", "Europe/Berlin"}}}}));
    publish(world, "load", 120);
    REQUIRE(world.ask("PutMetricAlarm", band_alarm("GreaterThanUpperThreshold")));
    world.sim.run_until(kStart + 5min);
    CHECK(world.state() == AlarmState::insufficient_data);
  }

  TEST_CASE("put, described, deleted: recorded test_anomaly_detector_lifecycle") {
    World world;
    const Json named = {{"Namespace", "MyNamespace"},
                        {"MetricName", "MyMetric"},
                        {"Dimensions", {{{"Name", "DimensionName"}, {"Value", "DimensionValue"}}}},
                        {"Stat", "Sum"}};
    REQUIRE(world.ask("PutAnomalyDetector", {{"SingleMetricAnomalyDetector", named}}));
    Json single = named;
    single["AccountId"] = kHome.account;
    Json described = named;
    described["Configuration"] = {{"ExcludedTimeRanges", Json::array()}};
    described["StateValue"] = "PENDING_TRAINING";
    described["SingleMetricAnomalyDetector"] = single;
    CHECK(world.ask("DescribeAnomalyDetectors", {{"Namespace", "MyNamespace"}})
              ->at("AnomalyDetectors") == Json::array({described}));
    REQUIRE(world.ask("DeleteAnomalyDetector", {{"SingleMetricAnomalyDetector", named}}));
    CHECK(world.ask("DescribeAnomalyDetectors", Json::object())->at("AnomalyDetectors").empty());
    CHECK(world.ask("DeleteAnomalyDetector", named).error().code == "ResourceNotFoundException");
  }

  TEST_CASE("an alarm makes its detector, again and again") {
    World world;
    REQUIRE(world.ask("PutMetricAlarm", band_alarm("GreaterThanUpperThreshold")));
    const auto count = [&] {
      return world.ask("DescribeAnomalyDetectors", Json::object())->at("AnomalyDetectors").size();
    };
    CHECK(count() == 1);
    REQUIRE(world.ask("DeleteAnomalyDetector",
                      {{"Namespace", "app"}, {"MetricName", "load"}, {"Stat", "Average"}}));
    CHECK(count() == 1);
  }

  TEST_CASE("refuses what cannot be meant") {
    World world;
    const auto refusal_of = [&](Json alarm) { return problem(world.ask("PutMetricAlarm", alarm)); };
    CHECK(refusal_of(with(band_alarm("GreaterThanThreshold"), "AlarmName", "x")) ==
          "ComparisonOperator GreaterThanThreshold is not for alarms with a ThresholdMetricId.");
    CHECK(refusal_of(with(band_alarm("GreaterThanUpperThreshold"), "ThresholdMetricId", "m1")) ==
          "ThresholdMetricId m1 is not an ANOMALY_DETECTION_BAND expression.");
    CHECK(refusal_of(with(band_alarm("GreaterThanUpperThreshold"), "AlarmActions",
                          {"arn:aws:autoscaling:us-east-1:012345678901:scalingPolicy:a"})) ==
          "Auto Scaling actions are not supported for alarms based on anomaly detection models.");
    CHECK(refusal_of(with(disk_alarm(), "ComparisonOperator", "GreaterThanUpperThreshold")) ==
          "ComparisonOperator GreaterThanUpperThreshold requires ThresholdMetricId.");
  }
}

}  // namespace
}  // namespace opsim::tests
