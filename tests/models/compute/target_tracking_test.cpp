#include "models/compute/target_tracking.hpp"

#include "opsim/cloud/tracked_metric.hpp"
#include "tests/models/compute/scaled_world.hpp"

namespace opsim::tests {

namespace {

Json predefined(std::string_view type) {
  return {{"TargetValue", 50}, {"PredefinedMetricSpecification", {{"PredefinedMetricType", type}}}};
}

}  // namespace

TEST_SUITE("autoscaling: target tracking") {
  TEST_CASE("rounds to what keeps the metric at or below its target") {
    struct Row {
      double target;
      double metric;
      std::int64_t capacity;
      std::int64_t expected;
    };
    const Row rows[] = {
        {50, 75, 3, 5},     // adding 1.5 would do: two are added
        {50, 31.25, 4, 3},  // removing 1.5 would do: one is removed
        {50, 50, 4, 4},     //
        {50, 100, 10, 20},  // in proportion
        {60, 6, 10, 1},     //
        {50, 0, 10, 0},     //
        {0.3, 0.1, 3, 1},   // what divides evenly is not rounded up
        {50, -5, 10, 0},
    };
    for (const Row& row : rows) {
      CAPTURE(row.metric);
      CHECK(tracked_capacity(row.target, row.metric, row.capacity) == row.expected);
    }
  }

  TEST_CASE("makes two alarms, and deletes them with the policy") {
    ScaledWorld world{2, 10};
    const std::string policy = world.track_cpu(40);
    world.run(1s);
    Json alarms = world.alarms();
    REQUIRE(alarms.size() == 2);
    const Json& high = alarms[0];
    CHECK(
        high["AlarmName"].get<std::string>().starts_with("TargetTracking-web-WebFleet-AlarmHigh-"));
    CHECK(high["Namespace"] == "AWS/EC2");
    CHECK(high["MetricName"] == "CPUUtilization");
    CHECK(high["Statistic"] == "Average");
    CHECK(high["Dimensions"] ==
          Json::array({{{"Name", "AutoScalingGroupName"}, {"Value", "web-WebFleet"}}}));
    CHECK(high["Threshold"] == 40.0);
    CHECK(high["ComparisonOperator"] == "GreaterThanThreshold");
    CHECK(high["EvaluationPeriods"] == 3);
    CHECK(high["Period"] == 60);
    CHECK(high["AlarmActions"] == Json::array({policy}));
    CHECK(alarms[1]["Threshold"] == 36.0);
    CHECK(alarms[1]["EvaluationPeriods"] == 15);
    CHECK(alarms[1]["ComparisonOperator"] == "LessThanThreshold");

    const Json told = world.autoscaling("DescribePolicies")["ScalingPolicies"][0];
    REQUIRE(told["Alarms"].size() == 2);
    CHECK(told["Alarms"][0]["AlarmName"] == high["AlarmName"]);
    CHECK(told["Alarms"][0]["AlarmARN"] == high["AlarmArn"]);
    CHECK(told["TargetTrackingConfiguration"]["TargetValue"] == 40);

    // Put again, with another target: the alarms keep their names.
    world.track_cpu(60);
    world.run(1s);
    alarms = world.alarms();
    REQUIRE(alarms.size() == 2);
    CHECK(alarms[0]["AlarmName"] == told["Alarms"][0]["AlarmName"]);
    CHECK(alarms[0]["Threshold"] == 60.0);

    world.autoscaling("DeletePolicy", {{"PolicyName", policy}});
    world.run(1s);
    CHECK(world.alarms().empty());
  }

  TEST_CASE("a policy that is gone at once leaves no alarm behind") {
    ScaledWorld world{2, 10};
    world.autoscaling("DeletePolicy", {{"PolicyName", world.track_cpu(40)}});
    world.run(10s);
    CHECK(world.alarms().empty());
  }

  TEST_CASE("a group that is deleted takes its policies, their alarms and its plans along") {
    ScaledWorld world{2, 10};
    world.track_cpu(40);
    world.autoscaling("PutScheduledUpdateGroupAction", {{"AutoScalingGroupName", "web-WebFleet"},
                                                        {"ScheduledActionName", "nightly"},
                                                        {"Recurrence", "0 22 * * *"},
                                                        {"MinSize", 1}});
    world.run(1s);
    world.autoscaling("DeleteAutoScalingGroup",
                      {{"AutoScalingGroupName", "web-WebFleet"}, {"ForceDelete", true}});
    world.run(1min);
    CHECK(world.alarms().empty());
    CHECK(world.autoscaling("DescribePolicies")["ScalingPolicies"].empty());
    CHECK(world.autoscaling("DescribeScheduledActions")["ScheduledUpdateGroupActions"].empty());
    world.run(24h);
  }

  TEST_CASE("without scale-in there is no low alarm, and only growth") {
    ScaledWorld world{4, 10};
    Json configuration = predefined("ASGAverageCPUUtilization");
    configuration["DisableScaleIn"] = true;
    world.put("cpu", {{"PolicyType", "TargetTrackingScaling"},
                      {"TargetTrackingConfiguration", configuration}});
    world.run_under(40, 90min);
    CHECK(world.alarms().size() == 1);
    CHECK(world.desired() == 4);
    world.run_under(280, 20min);
    CHECK(world.desired() == 6);
  }

  TEST_CASE("scales out in proportion within minutes, and in when the load has gone for long") {
    ScaledWorld world{4, 20};
    world.update({{"MinSize", 2}});
    world.track_cpu(50);
    world.run_under(200, 1h);
    CHECK(world.desired() == 4);
    world.run_under(400, 10min);
    CHECK(world.desired() == 8);
    world.run_under(400, 1h);
    CHECK(world.desired() == 8);
    world.run_under(100, 14min);
    CHECK(world.desired() == 8);  // fifteen datapoints are not together yet
    world.run_under(100, 1h);
    CHECK(world.desired() == 2);
    const Json activities = world.autoscaling("DescribeScalingActivities")["Activities"];
    bool named = false;
    for (const Json& activity : activities)
      named = named || activity["Cause"].get<std::string>().find(
                           "in state ALARM triggered policy cpu changing the desired capacity from "
                           "4 to 8.") != std::string::npos;
    CHECK(named);
  }

  TEST_CASE("never removes more than the load allows: the target holds after every scale-in") {
    ScaledWorld world{10, 20};
    world.update({{"MinSize", 1}});
    world.track_cpu(50);
    for (int minute = 0; minute < 180; ++minute) {
      world.run_under(220, 1min);
      CHECK(world.desired() >= 5);
    }
    CHECK(world.desired() == 5);
  }

  TEST_CASE("what warms up counts against what is wanted next, and blocks scale-in") {
    ScaledWorld world{4, 20};
    world.physics("web-WebFleet", "{ cpu: { level: 48 % } }");  // its own alarms stay quiet
    const std::string policy = world.track_cpu(50, {{"EstimatedInstanceWarmup", 600}});
    const auto& tracking = *static_cast<compute::Groups*>(world.cloud.model("autoscaling"))
                                ->policies.at(policy)
                                .tracking;
    const auto high = [&](double value) {
      world.deliver_alarm(policy, tracking.high_alarm, 50, value);
      world.run(1s);
    };
    const auto low = [&](double value) {
      world.deliver_alarm(policy, tracking.low_alarm, 45, value);
      world.run(1s);
    };
    high(75);
    CHECK(world.desired() == 6);
    world.run(2min);
    high(75);  // of the four that are warm
    CHECK(world.desired() == 6);
    high(100);
    CHECK(world.desired() == 8);
    low(10);
    CHECK(world.desired() == 8);
    world.run(13min);
    low(30);
    CHECK(world.desired() == 5);
    world.run(2min);
    low(30);  // what came of it is not seen yet
    CHECK(world.desired() == 5);
  }

  TEST_CASE("several: the largest wins on the way out, all must agree on the way in") {
    ScaledWorld world{8, 20};
    const std::string cpu = world.track_cpu(50);
    const std::string queue = world.put(
        "queue",
        {{"PolicyType", "TargetTrackingScaling"},
         {"TargetTrackingConfiguration",
          {{"TargetValue", 100},
           {"CustomizedMetricSpecification",
            {{"MetricName", "Backlog"}, {"Namespace", "Shop"}, {"Statistic", "Average"}}}}}});
    const auto& policies =
        static_cast<compute::Groups*>(world.cloud.model("autoscaling"))->policies;
    const auto low = [&](const std::string& policy, double value) {
      world.deliver_alarm(policy, policies.at(policy).tracking->low_alarm, 45, value);
    };
    const auto high = [&](const std::string& policy, double value) {
      world.deliver_alarm(policy, policies.at(policy).tracking->high_alarm, 45, value);
    };
    low(cpu, 10);
    world.run(1s);
    CHECK(world.desired() == 8);  // nothing is known of the queue
    world.run(1min);
    low(cpu, 12.5);
    low(queue, 50);
    world.run(1s);
    CHECK(world.desired() == 4);
    world.run(20min);
    high(cpu, 75);
    high(queue, 300);
    high(cpu, 75);
    world.run(1s);
    CHECK(world.desired() == 12);
  }

  TEST_CASE("metric math: a backlog for each instance") {
    ScaledWorld world{2, 10};
    const Json queue{{"Namespace", "Shop"}, {"MetricName", "Backlog"}};
    const Json size{
        {"Namespace", "AWS/AutoScaling"},
        {"MetricName", "GroupInServiceInstances"},
        {"Dimensions", {{{"Name", "AutoScalingGroupName"}, {"Value", "web-WebFleet"}}}}};
    world.autoscaling("EnableMetricsCollection",
                      {{"AutoScalingGroupName", "web-WebFleet"}, {"Granularity", "1Minute"}});
    world.put("backlog",
              {{"PolicyType", "TargetTrackingScaling"},
               {"TargetTrackingConfiguration",
                {{"TargetValue", 100},
                 {"CustomizedMetricSpecification",
                  {{"Metrics",
                    {{{"Id", "m1"},
                      {"MetricStat", {{"Metric", queue}, {"Stat", "Sum"}}},
                      {"ReturnData", false}},
                     {{"Id", "m2"},
                      {"MetricStat", {{"Metric", size}, {"Stat", "Average"}}},
                      {"ReturnData", false}},
                     {{"Id", "e1"}, {"Expression", "m1 / m2"}, {"ReturnData", true}}}}}}}}});
    const SeriesId series = world.cloud.metrics().intern({kHome, "Shop", "Backlog", {}});
    world.cloud.metrics().publish(series, {.from = world.sim.now(), .level = 700}, {.every = 1min});
    world.run(15min);
    CHECK(world.desired() == 7);
  }

  TEST_CASE("an alarm without data moves nothing") {
    ScaledWorld world{4, 10};
    Json configuration = predefined("ALBRequestCountPerTarget");
    configuration["PredefinedMetricSpecification"]["ResourceLabel"] =
        "app/my-alb/778d41231b141a0f/targetgroup/my-alb-target-group/943f017f100becff";
    world.put("requests", {{"PolicyType", "TargetTrackingScaling"},
                           {"TargetTrackingConfiguration", configuration}});
    world.run(2h);
    CHECK(world.desired() == 4);
    const Json alarms = world.alarms();
    REQUIRE(alarms.size() == 2);
    CHECK(alarms[0]["StateValue"] == "INSUFFICIENT_DATA");
    CHECK(alarms[0]["MetricName"] == "RequestCountPerTarget");
    CHECK(alarms[0]["Dimensions"][0]["Value"] == "app/my-alb/778d41231b141a0f");
    CHECK(alarms[0]["Dimensions"][1]["Value"] ==
          "targetgroup/my-alb-target-group/943f017f100becff");
  }

  TEST_CASE("who tracks what nothing publishes is told so") {
    ScaledWorld world{2, 10};
    world.put("network", {{"PolicyType", "TargetTrackingScaling"},
                          {"TargetTrackingConfiguration", predefined("ASGAverageNetworkIn")}});
    world.run(1s);
    const JournalEntry* note = world.last(EntryKind::note, "network");
    REQUIRE(note != nullptr);
    CHECK(note->text ==
          "never scales: nothing here publishes NetworkIn of AWS/EC2; physics of the group says "
          "it: network: { in: 5 MB/s }");
  }

  // EC2 User Guide, "List the available CloudWatch metrics": NetworkIn is "the number of bytes
  // received [...] during the period", here of a minute: detailed monitoring.
  TEST_CASE("traffic that physics gives is published, and tracked") {
    ScaledWorld world{2, 10};
    world.physics("web-WebFleet", "{ network: { in: 10 MB/s } }");
    world.put("network", {{"PolicyType", "TargetTrackingScaling"},
                          {"TargetTrackingConfiguration", predefined("ASGAverageNetworkIn")}});
    world.run(10min);
    CHECK(world.last(EntryKind::note, "network") == nullptr);
    const auto bytes =
        world.latest("AWS/EC2", "NetworkIn", {{"AutoScalingGroupName", "web-WebFleet"}}, "Average");
    REQUIRE(bytes.has_value());
    CHECK(*bytes == doctest::Approx(600e6).epsilon(0.05));
    CHECK(world.desired() == 10);  // far above the target
  }

  TEST_CASE("a default warm-up keeps new instances out of the group's metrics") {
    ScaledWorld world{1, 10};
    world.update({{"DefaultInstanceWarmup", 600}});
    CHECK(world.group()["DefaultInstanceWarmup"] == 600);
    world.run_under(80, 5min);
    world.autoscaling("SetDesiredCapacity",
                      {{"AutoScalingGroupName", "web-WebFleet"}, {"DesiredCapacity", 2}});
    const auto samples = [&] {
      return world.latest("AWS/EC2", "CPUUtilization", {{"AutoScalingGroupName", "web-WebFleet"}},
                          "SampleCount");
    };
    world.run_under(80, 9min);
    CHECK(samples() == 1);
    world.run_under(80, 4min);
    CHECK(samples() == 2);
    world.update({{"DefaultInstanceWarmup", -1}});
    CHECK_FALSE(world.group().contains("DefaultInstanceWarmup"));
  }

  TEST_CASE("are refused when they cannot be meant") {
    ScaledWorld world{2, 10};
    const auto refused = [&](const Json& configuration) {
      return world.refusal("autoscaling", "PutScalingPolicy",
                           {{"AutoScalingGroupName", "web-WebFleet"},
                            {"PolicyName", "q"},
                            {"PolicyType", "TargetTrackingScaling"},
                            {"TargetTrackingConfiguration", configuration}}) == "ValidationError";
    };
    CHECK(refused(Json()));
    CHECK(refused({{"TargetValue", 50}}));
    CHECK(refused(predefined("ASGAverageMemory")));
    CHECK(refused(predefined("ALBRequestCountPerTarget")));  // without a ResourceLabel
    Json none = predefined("ASGAverageCPUUtilization");
    none["TargetValue"] = 0;
    CHECK(refused(none));
    none["TargetValue"] = "fifty";
    CHECK(refused(none));
    CHECK(refused(
        {{"TargetValue", 1}, {"CustomizedMetricSpecification", {{"MetricName", "Backlog"}}}}));
    world.track_cpu(50);
    CHECK(refused(predefined("ASGAverageCPUUtilization")));  // that metric is tracked already
    CHECK(world.refusal("autoscaling", "ExecutePolicy",
                        {{"AutoScalingGroupName", "web-WebFleet"}, {"PolicyName", "cpu"}}) ==
          "ValidationError");
  }
}

}  // namespace opsim::tests
