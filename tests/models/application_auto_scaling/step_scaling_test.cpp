#include "tests/models/application_auto_scaling/world.hpp"

namespace opsim::tests {

namespace {

Json step(std::optional<double> lower, std::optional<double> upper, int adjustment) {
  Json one{{"ScalingAdjustment", adjustment}};
  if (lower) one["MetricIntervalLowerBound"] = *lower;
  if (upper) one["MetricIntervalUpperBound"] = *upper;
  return one;
}

/// "increase the capacity by 2 [...] at a more aggressive step adjustment of 3": API
/// StepScalingPolicyConfiguration, Cooldown.
Json two_then_three() {
  return {{"AdjustmentType", "ChangeInCapacity"},
          {"Cooldown", 300},
          {"StepAdjustments", {step(0, 20, 2), step(20, {}, 3)}}};
}

}  // namespace

TEST_SUITE("application auto scaling: step scaling") {
  TEST_CASE("in a scale-out cooldown only a larger scale-out adds, and only the difference") {
    ScalingWorld world{4};
    const std::string policy = world.put_steps("out", two_then_three());
    world.alarm(policy, 70, 60);
    CHECK(world.desired() == 6);
    world.run_for(2min);  // the change is fulfilled: the cooldown runs
    world.alarm(policy, 70, 60);
    CHECK(world.desired() == 6);
    world.alarm(policy, 85, 60);
    CHECK(world.desired() == 7);  // "therefore, only 1 is added to the capacity"
    world.run_for(8min);
    world.alarm(policy, 85, 60);
    CHECK(world.desired() == 10);  // the cooldown is over
  }

  TEST_CASE("percentages round as documented; MinAdjustmentMagnitude is the least change") {
    // User Guide, step-scaling-policy-overview: 12.7 gives 12, .67 gives 1, -.58 gives -1, -6.67
    // gives -6; "a step of 25 percent with a MinAdjustmentMagnitude of 2, capacity 4: 25 percent
    // of 4 is 1 [...] increases by 2".
    struct Row {
      int from;
      int percent;
      std::optional<int> at_least;
      int expected;
    };
    const Row rows[] = {{4, 25, 2, 6},  {4, 25, {}, 5},  {10, 127, {}, 20},
                        {2, 33, {}, 3}, {2, -29, {}, 1}, {20, -33, {}, 14}};
    for (const Row& row : rows) {
      CAPTURE(row.from);
      CAPTURE(row.percent);
      ScalingWorld world{row.from, 0, 20};
      Json configuration{{"AdjustmentType", "PercentChangeInCapacity"},
                         {"StepAdjustments", {step(0, {}, row.percent)}}};
      if (row.at_least) configuration["MinAdjustmentMagnitude"] = *row.at_least;
      world.alarm(world.put_steps("by percent", configuration), 70, 60);
      CHECK(world.desired() == row.expected);
    }
  }

  TEST_CASE("scale-in is blocked until its cooldown is over; a scale-out ends that cooldown") {
    ScalingWorld world{8};
    const std::string in = world.put_steps("in", {{"AdjustmentType", "ChangeInCapacity"},
                                                  {"Cooldown", 300},
                                                  {"StepAdjustments", {step({}, 0, -1)}}});
    const std::string out = world.put_steps("out", two_then_three());
    world.alarm(in, 10, 20, "low");
    CHECK(world.desired() == 7);
    world.run_for(2min);
    world.alarm(in, 10, 20, "low");
    CHECK(world.desired() == 7);
    world.alarm(out, 70, 60);  // "scales out the target immediately"
    CHECK(world.desired() == 9);
    world.run_for(3min);
    world.alarm(in, 10, 20, "low");  // "the scale-in cooldown period stops and doesn't complete"
    CHECK(world.desired() == 8);
  }

  TEST_CASE("several policies of one instant: the largest capacity wins") {
    ScalingWorld world{8};
    const auto by = [&](std::string_view name, int adjustment) {
      return world.put_steps(name, {{"AdjustmentType", "ChangeInCapacity"},
                                    {"StepAdjustments", {step({}, 0, adjustment)}}});
    };
    const std::string four = by("four", -4);
    const std::string one = by("one", -1);
    for (const std::string& policy : {four, one}) {
      Delivery delivery{{world.cloud.home(), "cloudwatch.amazonaws.com", ""},
                        *Arn::parse(policy),
                        "{}",
                        {{"AlarmName", "low"}, {"MetricValue", 10}, {"Threshold", 20}},
                        ""};
      world.sim.spawn([](Cloud& cloud, Delivery what) -> Process<> {
        co_await cloud.deliver(std::move(what));
      }(world.cloud, std::move(delivery)));
    }
    world.run_for(1s);
    CHECK(world.desired() == 7);
  }

  TEST_CASE("a count outside its limits is scaled from the limit") {
    // ECS Developer Guide, "Automatically scale your Amazon ECS service".
    ScalingWorld world{4, 2, 10};
    const std::string out = world.put_steps("out", two_then_three());
    world.must("ecs", "UpdateService",
               {{"cluster", "shop"}, {"service", "web"}, {"desiredCount", 1}});
    world.alarm(out, 70, 60);
    CHECK(world.desired() == 4);  // "to the minimum, and then continues to scale out"
    world.must("ecs", "UpdateService",
               {{"cluster", "shop"}, {"service", "web"}, {"desiredCount", 12}});
    world.run_for(10min);
    world.alarm(out, 70, 60);
    CHECK(world.desired() == 12);  // "a scale-out activity doesn't adjust the desired count"
  }

  TEST_CASE("bad input is refused with ValidationException") {
    ScalingWorld world;
    const auto refused = [&](Json configuration) {
      return world.refusal(
          "application-autoscaling", "PutScalingPolicy",
          ScalingWorld::target(
              {{"PolicyName", "p"}, {"StepScalingPolicyConfiguration", std::move(configuration)}}));
    };
    CHECK(refused({{"AdjustmentType", "Doubles"}, {"StepAdjustments", {step(0, {}, 1)}}}) ==
          "ValidationException");
    CHECK(refused({{"AdjustmentType", "ChangeInCapacity"}, {"StepAdjustments", Json::array()}}) ==
          "ValidationException");
    CHECK(refused({{"AdjustmentType", "ChangeInCapacity"},
                   {"StepAdjustments", {step(0, 10, 1), step(20, {}, 2)}}}) ==
          "ValidationException");
    Json other = ScalingWorld::target({{"PolicyName", "p"}});
    other["ResourceId"] = "service/shop/nobody";
    CHECK(world.refusal("application-autoscaling", "PutScalingPolicy", other) ==
          "ObjectNotFoundException");
    other["MinCapacity"] = other["MaxCapacity"] = 1;
    CHECK(world.refusal("application-autoscaling", "RegisterScalableTarget", other) ==
          "ValidationException");
  }
}

}  // namespace opsim::tests
