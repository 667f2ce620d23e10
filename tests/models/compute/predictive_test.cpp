// EC2 Auto Scaling User Guide, "How predictive scaling works", "Create a predictive scaling policy"
// and "Evaluate your predictive scaling policies"; API PredictiveScalingConfiguration,
// GetPredictiveScalingForecast.
#include <algorithm>

#include "models/compute/predictive_scaling.hpp"
#include "tests/models/compute/scaled_world.hpp"

namespace opsim::tests {

using compute::ForecastHour;
using compute::Hour;
using compute::LoadHistory;

namespace {

constexpr Hour kMonday = 24 * 4;  // 1970-01-05 was a Monday: hours since 1970

/// So many days of a load by the hour of the week; an instance carries 50 of it.
template <class Load>
LoadHistory history_of(int days, Load load) {
  LoadHistory history;
  for (Hour hour = kMonday; hour < kMonday + 24 * days; ++hour) {
    const double value = load((hour - kMonday) % 168);
    history[hour] = {value, value / 50};
  }
  return history;
}
double daytime(Hour of_week) { return of_week % 24 >= 9 && of_week % 24 < 17 ? 400 : 100; }
double weekdays(Hour of_week) { return of_week < 24 * 5 ? daytime(of_week) : 60; }

}  // namespace

TEST_SUITE("autoscaling: the forecast of predictive scaling") {
  TEST_CASE("needs 24 hours of data (GetPredictiveScalingForecast)") {
    LoadHistory history = history_of(1, daytime);
    CHECK(compute::forecast(history, kMonday + 24, 48).size() == 48);
    history.erase(history.begin());
    CHECK(compute::forecast(history, kMonday + 24, 48).empty());
  }

  TEST_CASE("while there is no week of data, an hour is like the same hour of the days there are") {
    const auto hours = compute::forecast(history_of(3, daytime), kMonday + 72, 48);
    CHECK(hours.at(kMonday + 72 + 8).capacity == 2);
    CHECK(hours.at(kMonday + 72 + 9).capacity == 8);
    CHECK(hours.at(kMonday + 72 + 9).load == 400);
    CHECK(hours.at(kMonday + 96 + 16).capacity == 8);  // the second day ahead as well
  }

  TEST_CASE("two weeks tell a Sunday from a Monday") {
    const auto hours = compute::forecast(history_of(13, weekdays), kMonday + 13 * 24, 48);
    CHECK(hours.at(kMonday + 13 * 24 + 12).capacity == 2);  // Sunday noon: 60 / 50, rounded up
    CHECK(hours.at(kMonday + 14 * 24 + 12).capacity == 8);  // Monday noon
  }

  TEST_CASE("the effective maximum: forecast 50, maximum 40, buffer 10 % are 55; 0 % are 50") {
    CHECK(compute::raised_maximum(40, 50, 10) == 55);
    CHECK(compute::raised_maximum(40, 50, 0) == 50);
    CHECK(compute::raised_maximum(40, 38, 10) == 42);  // "close to": 41.8
    CHECK(compute::raised_maximum(60, 50, 10) == 60);
  }
}

namespace {

Json pair_of(double target) {
  return {{"TargetValue", target},
          {"PredefinedMetricPairSpecification", {{"PredefinedMetricType", "ASGCPUUtilization"}}}};
}
Json predictive(Json specification, Json more = Json::object()) {
  more["MetricSpecifications"] = Json::array({std::move(specification)});
  return {{"PolicyType", "PredictiveScaling"}, {"PredictiveScalingConfiguration", std::move(more)}};
}
Json forecast_input(const char* from, const char* to) {
  return {{"AutoScalingGroupName", "web-WebFleet"},
          {"PolicyName", "ahead"},
          {"StartTime", from},
          {"EndTime", to}};
}

/// Daily: four instances' worth of load from nine to five (UTC), one's worth else.
struct DailyWorld : ScaledWorld {
  DailyWorld() : ScaledWorld{2, 30} { track_cpu(50); }
  double load() {
    const auto hour = compute::hour_of(sim.now()) % 24;
    return hour >= 9 && hour < 17 ? 400 : 100;
  }
  void live_until(SimTime end) {
    while (sim.now() < end) {
      share(load());
      run(std::min<Duration>(end - sim.now(), 5min));
    }
  }
  void live(Duration time) { live_until(sim.now() + time); }
};

}  // namespace

TEST_SUITE("autoscaling: predictive scaling policies") {
  TEST_CASE("what is put is described, with the default mode; it has no alarms") {
    ScaledWorld world{2, 10};
    Json policy = predictive(pair_of(40));
    policy["AutoScalingGroupName"] = "web-WebFleet";
    policy["PolicyName"] = "cpu40-predictive-scaling-policy";
    const Json answer = world.autoscaling("PutScalingPolicy", policy);
    CHECK(answer["Alarms"].empty());
    const Json told =
        world.autoscaling("DescribePolicies", {{"PolicyTypes", {"PredictiveScaling"}}});
    REQUIRE(told["ScalingPolicies"].size() == 1);
    const Json& configuration = told["ScalingPolicies"][0]["PredictiveScalingConfiguration"];
    CHECK(configuration["Mode"] == "ForecastOnly");
    CHECK(configuration["MetricSpecifications"][0]["TargetValue"] == 40);
    CHECK(world.refusal("autoscaling", "ExecutePolicy",
                        {{"AutoScalingGroupName", "web-WebFleet"},
                         {"PolicyName", "cpu40-predictive-scaling-policy"}}) == "ValidationError");
  }

  TEST_CASE("what the API refuses") {
    ScaledWorld world{2, 10};
    const auto refused = [&](const Json& put) {
      Json input = put;
      input["AutoScalingGroupName"] = "web-WebFleet";
      input["PolicyName"] = "p";
      return world.refusal("autoscaling", "PutScalingPolicy", input) == "ValidationError";
    };
    CHECK(refused({{"PolicyType", "PredictiveScaling"}}));
    CHECK(refused(predictive({{"TargetValue", 40}})));  // no metric
    Json two = predictive(pair_of(40));  // "only support a single metric specification"
    two["PredictiveScalingConfiguration"]["MetricSpecifications"].push_back(pair_of(50));
    CHECK(refused(two));
    Json both = pair_of(40);
    both["PredefinedLoadMetricSpecification"] = {
        {"PredefinedMetricType", "ASGTotalCPUUtilization"}};
    CHECK(refused(predictive(both)));
    CHECK(refused(predictive(pair_of(40), {{"Mode", "Scale"}})));
    // "The value must be less than the forecast interval duration of 3600 seconds."
    CHECK(refused(predictive(pair_of(40), {{"SchedulingBufferTime", 3600}})));
    // "Required if MaxCapacityBreachBehavior is IncreaseMaxCapacity, and cannot be used otherwise."
    CHECK(refused(predictive(pair_of(40), {{"MaxCapacityBuffer", 10}})));
    CHECK(refused(predictive(pair_of(40), {{"MaxCapacityBreachBehavior", "IncreaseMaxCapacity"}})));
    CHECK_FALSE(
        refused(predictive(pair_of(40), {{"MaxCapacityBreachBehavior", "IncreaseMaxCapacity"},
                                         {"MaxCapacityBuffer", 10}})));
  }

  TEST_CASE("only one policy of a group scales by its forecast") {
    ScaledWorld world{2, 10};
    world.put("one", predictive(pair_of(40), {{"Mode", "ForecastAndScale"}}));
    world.put("two", predictive(pair_of(50)));
    Json three = predictive(pair_of(60), {{"Mode", "ForecastAndScale"}});
    three["AutoScalingGroupName"] = "web-WebFleet";
    three["PolicyName"] = "three";
    CHECK(world.refusal("autoscaling", "PutScalingPolicy", three) == "ValidationError");
  }

  TEST_CASE(
      "forecast and scale: capacity is there five minutes before the hour; forecast only: not") {
    for (const char* mode : {"ForecastOnly", "ForecastAndScale"}) {
      CAPTURE(mode);
      DailyWorld world;  // begins on a Monday at nine
      world.put("ahead", predictive(pair_of(50), {{"Mode", mode}}));
      world.live_until(kStart + 71h + 50min);  // Thursday, 08:50
      CHECK(world.desired() == 2);
      world.live(6min);
      const bool scales = std::string_view{mode} == "ForecastAndScale";
      CHECK((world.desired() >= 7) == scales);
      CHECK(world.load() == 100);  // nobody has come yet
      CHECK(world.group().contains("PredictedCapacity") == scales);
      if (!scales) continue;
      const Json activities = world.autoscaling("DescribeScalingActivities",
                                                {{"AutoScalingGroupName", "web-WebFleet"}});
      CHECK(activities["Activities"][0]["Cause"].get<std::string>().starts_with(
          "At 2026-03-05T08:55:00Z predictive scaling policy ahead changing the desired capacity "
          "from 2 to "));
    }
  }

  TEST_CASE("other policies do not scale in below what is forecast for this hour") {
    DailyWorld world;
    world.put("ahead", predictive(pair_of(50), {{"Mode", "ForecastAndScale"}}));
    world.live_until(kStart + 72h - 1min);
    const std::int64_t ahead = world.desired();
    REQUIRE(ahead >= 7);
    // Nobody comes on Thursday: target tracking would go down to two.
    const SimTime noon = kStart + 75h;
    while (world.sim.now() < noon) {
      world.share(100);
      world.run(5min);
    }
    CHECK(world.desired() >= 7);
    // "Predictive scaling will not scale in"; target tracking does, once the forecast is low again.
    world.live_until(kStart + 72h + 12h);
    CHECK(world.desired() == 2);
  }

  TEST_CASE("GetPredictiveScalingForecast: by the hour, 48 hours ahead, from 24 hours of data on") {
    DailyWorld world;
    world.put("ahead", predictive(pair_of(50)));
    const Json day = forecast_input("2026-03-03T00:00:00Z", "2026-03-06T00:00:00Z");
    const auto forecast = [&](const Json& input) {
      return world.autoscaling("GetPredictiveScalingForecast", input);
    };
    world.live(18h + 20min);
    CHECK(forecast(day)["CapacityForecast"]["Timestamps"].empty());
    world.live(6h);  // Tuesday 09:20: 24 hours are known
    const Json answer = forecast(day);
    CHECK(answer["UpdateTime"] == "2026-03-03T09:15:00Z");
    const Json& capacity = answer["CapacityForecast"];
    CHECK(capacity["Timestamps"].front() == "2026-03-03T09:00:00Z");
    CHECK(capacity["Timestamps"].back() == "2026-03-05T08:00:00Z");
    CHECK(capacity["Timestamps"].size() == 48);
    CHECK(answer["LoadForecast"][0]["Timestamps"] == capacity["Timestamps"]);
    CHECK(answer["LoadForecast"][0]["MetricSpecification"] == pair_of(50));
    CHECK(capacity["Values"][3] == 8.0);   // noon: 400 / 50
    CHECK(capacity["Values"][12] == 2.0);  // nine in the evening
    // "The exclusive end time."
    const Json one = forecast(forecast_input("2026-03-03T12:00:00Z", "2026-03-03T14:00:00Z"));
    CHECK(one["CapacityForecast"]["Timestamps"] ==
          Json({"2026-03-03T12:00:00Z", "2026-03-03T13:00:00Z"}));
    // "The maximum time duration between the start and end time is 30 days."
    CHECK(world.refusal("autoscaling", "GetPredictiveScalingForecast",
                        forecast_input("2026-03-03T00:00:00Z", "2026-04-03T00:00:00Z")) ==
          "ValidationError");
    // Predictive scaling metrics: one value an hour.
    world.live_until(kStart + 28h);
    CHECK(world.latest("AWS/AutoScaling", "PredictiveScalingCapacityForecast",
                       {{"AutoScalingGroupName", "web-WebFleet"}, {"PolicyName", "ahead"}}) ==
          std::nullopt);
    world.run(30s);
    CHECK(world.latest("AWS/AutoScaling", "PredictiveScalingCapacityForecast",
                       {{"AutoScalingGroupName", "web-WebFleet"}, {"PolicyName", "ahead"}}) == 8);
  }

  TEST_CASE("IncreaseMaxCapacity raises the maximum, which then stays") {
    DailyWorld world;
    world.update({{"MaxSize", 9}});
    world.put("ahead",
              predictive(pair_of(40), {{"Mode", "ForecastAndScale"},
                                       {"MaxCapacityBreachBehavior", "IncreaseMaxCapacity"},
                                       {"MaxCapacityBuffer", 10}}));
    world.live_until(kStart + 72h + 2h);
    CHECK(world.group()["MaxSize"] == 11);  // 400 / 40 are 10, and 10 % of them
    CHECK(world.desired() == 10);
  }

  TEST_CASE(
      "custom metrics are asked for by the hour; a capacity metric goes before the group's own") {
    const Json queries = Json::parse(R"([{"MetricStat": {"Metric": {"MetricName": "M",
        "Namespace": "N"}, "Stat": "Average"}}])");
    Json specification{{"TargetValue", 50},
                       {"CustomizedScalingMetricSpecification", {{"MetricDataQueries", queries}}},
                       {"CustomizedLoadMetricSpecification", {{"MetricDataQueries", queries}}}};
    const Json configuration{{"MetricSpecifications", Json::array({specification})}};
    const auto read = compute::read_predictive_scaling(configuration, "g");
    REQUIRE(read.has_value());
    CHECK(read->load[0]["Id"] == "q1");
    CHECK(read->load[0]["MetricStat"]["Period"] == 3600);
    CHECK(read->capacity.is_null());
    CHECK(read->buffer == 300s);  // "Defaults to 300 seconds if not specified."
    CHECK_FALSE(read->scales);
  }

  TEST_CASE("requests of a target group: the target is a number per instance and minute") {
    Json specification{{"TargetValue", 1000},
                       {"PredefinedMetricPairSpecification",
                        {{"PredefinedMetricType", "ALBRequestCount"},
                         {"ResourceLabel",
                          "app/my-alb/778d41231b141a0f/targetgroup/my-alb-target-group/"
                          "943f017f100becff"}}}};
    const Json configuration{{"MetricSpecifications", Json::array({specification})}};
    const auto read = compute::read_predictive_scaling(configuration, "g");
    REQUIRE(read.has_value());
    CHECK(read->load[0]["MetricStat"]["Metric"]["MetricName"] == "RequestCount");
    CHECK(read->scaling[1]["Expression"] == "m / 60");
  }
}

}  // namespace opsim::tests
