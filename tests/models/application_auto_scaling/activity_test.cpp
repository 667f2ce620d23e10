#include "tests/models/application_auto_scaling/world.hpp"

namespace opsim::tests {

namespace {

Json by(int adjustment, std::string_view type = "ChangeInCapacity") {
  const Json up{{"MetricIntervalLowerBound", 0}, {"ScalingAdjustment", adjustment}};
  const Json down{{"MetricIntervalUpperBound", 0}, {"ScalingAdjustment", adjustment}};
  return {{"AdjustmentType", type}, {"StepAdjustments", Json::array({adjustment > 0 ? up : down})}};
}

}  // namespace

TEST_SUITE("application auto scaling: activities and schedules") {
  TEST_CASE("an activity reads as in the guide, from InProgress to fulfilled") {
    // User Guide, application-auto-scaling-scaling-activities (the example response).
    ScalingWorld world{2};
    const std::string policy = world.put_steps("web-app-cpu-gt-75", by(1));
    world.alarm(policy, 80, 75, "web-app-cpu-gt-75");
    CHECK(world.activities()[0]["StatusCode"] == "InProgress");
    world.run_for(3min);
    const Json activity = world.activities()[0];
    CHECK(activity["Description"] == "Setting desired count to 3.");
    CHECK(activity["Cause"] ==
          "monitor alarm web-app-cpu-gt-75 in state ALARM triggered policy web-app-cpu-gt-75");
    CHECK(activity["StatusCode"] == "Successful");
    CHECK(activity["StatusMessage"] ==
          "Successfully set desired count to 3. Change successfully fulfilled by ecs.");
    CHECK(activity["EndTime"].get<double>() > activity["StartTime"].get<double>());
  }

  TEST_CASE("limits that are set beyond the capacity move it") {
    ScalingWorld world{2};
    world.must("application-autoscaling", "RegisterScalableTarget",
               ScalingWorld::target({{"MinCapacity", 3}}));
    world.run_for(1s);
    CHECK(world.desired() == 3);
    CHECK(world.activities()[0]["Cause"] == "minimum capacity was set to 3");
    world.must("application-autoscaling", "RegisterScalableTarget",
               ScalingWorld::target({{"MinCapacity", 0}, {"MaxCapacity", 1}}));
    world.run_for(1s);
    CHECK(world.desired() == 1);
    CHECK(world.activities()[0]["Cause"] == "maximum capacity was set to 1");
    CHECK(world.activities()[1]["StatusCode"] == "Overridden");
  }

  TEST_CASE("what did not scale says why, where it is asked for") {
    ScalingWorld world{4, 4, 4};
    world.alarm(world.put_steps("out", by(1)), 80, 75);
    CHECK(world.activities().empty());
    Json reason = world.activities(true)[0]["NotScaledReasons"][0];
    CHECK(reason == Json{{"Code", "AlreadyAtMaxCapacity"}, {"MaxCapacity", 4}});
    world.alarm(world.put_steps("in", by(-1)), 10, 20, "low");
    reason = world.activities(true)[0]["NotScaledReasons"][0];
    CHECK(reason == Json{{"Code", "AlreadyAtMinCapacity"}, {"MinCapacity", 4}});
    const Json put = world.track_cpu(50);
    world.must("application-autoscaling", "RegisterScalableTarget",
               ScalingWorld::target({{"MinCapacity", 1}, {"MaxCapacity", 9}}));
    // 4 x 44 / 50 = 3.5: three tasks would be above the target again.
    world.alarm(put["PolicyARN"], 44, 45, put["Alarms"][1]["AlarmName"]);
    CHECK(world.desired() == 4);
    CHECK(world.activities(true)[0]["NotScaledReasons"][0]["Code"] ==
          "AutoScalingAnticipatedFlapping");
  }

  TEST_CASE("suspended scaling does nothing until it is resumed") {
    ScalingWorld world{4};
    const std::string out = world.put_steps("out", by(2));
    const Json suspended{{"DynamicScalingOutSuspended", true}};
    world.must("application-autoscaling", "RegisterScalableTarget",
               ScalingWorld::target({{"SuspendedState", suspended}}));
    world.alarm(out, 80, 75);
    CHECK(world.desired() == 4);
    const Json described = world.must("application-autoscaling", "DescribeScalableTargets",
                                      {{"ServiceNamespace", "ecs"}})["ScalableTargets"][0];
    CHECK(described["SuspendedState"]["DynamicScalingOutSuspended"] == true);
    CHECK(described["SuspendedState"]["DynamicScalingInSuspended"] == false);
    CHECK(described["MaxCapacity"] == 20);  // what is not given stays
    const Json resumed{{"DynamicScalingOutSuspended", false}};
    world.must("application-autoscaling", "RegisterScalableTarget",
               ScalingWorld::target({{"SuspendedState", resumed}}));
    world.alarm(out, 80, 75);
    CHECK(world.desired() == 6);
  }

  TEST_CASE("a scheduled action moves the limits, by the clock of its zone") {
    ScalingWorld world{4, 1, 20};  // Monday, 2 March, 09:01 UTC: 10:01 in Paris
    world.must("application-autoscaling", "PutScheduledAction",
               ScalingWorld::target({{"ScheduledActionName", "noon"},
                                     {"Schedule", "cron(0 12 * * ? *)"},
                                     {"Timezone", "Europe/Paris"},
                                     {"ScalableTargetAction", {{"MinCapacity", 8}}}}));
    world.must(
        "application-autoscaling", "PutScheduledAction",
        ScalingWorld::target({{"ScheduledActionName", "once"},
                              {"Schedule", "at(2026-03-02T12:30:00)"},
                              {"ScalableTargetAction", {{"MinCapacity", 2}, {"MaxCapacity", 3}}}}));
    world.run_for(118min);
    CHECK(world.desired() == 4);
    world.run_for(2min);  // 11:01 UTC
    CHECK(world.desired() == 8);
    world.run_for(90min);
    CHECK(world.desired() == 3);
    const Json left = world.must("application-autoscaling", "DescribeScheduledActions",
                                 {{"ServiceNamespace", "ecs"}})["ScheduledActions"];
    REQUIRE(left.size() == 1);  // what ran once is over
    CHECK(left[0]["ScheduledActionName"] == "noon");
    CHECK(left[0]["Timezone"] == "Europe/Paris");
  }

  TEST_CASE("EventBridge hears of a target at its maximum") {
    ScalingWorld world{4, 1, 5};
    world.alarm(world.put_steps("out", by(3)), 80, 75);
    CHECK(world.desired() == 5);
    const auto lines = world.told({EntryKind::event});
    CHECK(std::ranges::any_of(lines, [](const std::string& line) {
      return line.ends_with("aws.application-autoscaling: Web is at its maximum of 5");
    }));
  }

  TEST_CASE("a template names the target by its Ref, and deregistering takes its policies along") {
    ScalingWorld world{4};
    Json properties = ScalingWorld::target({{"MinCapacity", 2}, {"MaxCapacity", 8}});
    const std::string target =
        world.make("AWS::ApplicationAutoScaling::ScalableTarget", "Scaling", properties);
    CHECK(target == "service/shop/web|ecs:service:DesiredCount|ecs");
    Json configuration{{"TargetValue", 50},
                       {"PredefinedMetricSpecification",
                        {{"PredefinedMetricType", "ECSServiceAverageCPUUtilization"}}}};
    world.make("AWS::ApplicationAutoScaling::ScalingPolicy", "Cpu",
               {{"PolicyName", "cpu"},
                {"PolicyType", "TargetTrackingScaling"},
                {"ScalingTargetId", target},
                {"TargetTrackingScalingPolicyConfiguration", configuration}});
    world.run_for(1s);
    CHECK(world.alarms().size() == 2);
    world.must("application-autoscaling", "DeregisterScalableTarget", ScalingWorld::target());
    world.run_for(1s);
    CHECK(world.alarms().empty());
    CHECK(world
              .must("application-autoscaling", "DescribeScalableTargets",
                    {{"ServiceNamespace", "ecs"}})["ScalableTargets"]
              .empty());
  }

  TEST_CASE("provisioned concurrency scales from none") {
    ScalingWorld world;
    const Json code{{"ZipFile", "x"}};
    world.must("lambda", "CreateFunction",
               {{"FunctionName", "pay"},
                {"Role", "arn:aws:iam::123456789012:role/r"},
                {"Runtime", "python3.12"},
                {"Handler", "a.b"},
                {"Publish", true},
                {"Code", code}});
    world.run_for(1min);
    world.must("lambda", "CreateAlias",
               {{"FunctionName", "pay"}, {"Name", "live"}, {"FunctionVersion", "1"}});
    world.must("application-autoscaling", "RegisterScalableTarget",
               {{"ServiceNamespace", "lambda"},
                {"ResourceId", "function:pay:live"},
                {"ScalableDimension", "lambda:function:ProvisionedConcurrency"},
                {"MinCapacity", 5},
                {"MaxCapacity", 50}});
    world.run_for(5min);
    const Json config = world.must("lambda", "GetProvisionedConcurrencyConfig",
                                   {{"FunctionName", "pay"}, {"Qualifier", "live"}});
    CHECK(config["AllocatedProvisionedConcurrentExecutions"] == 5);
  }
}

}  // namespace opsim::tests
