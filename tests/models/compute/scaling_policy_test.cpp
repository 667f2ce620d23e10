#include "models/compute/scaling_policy.hpp"

#include "tests/models/compute/world.hpp"

namespace opsim::tests {

using compute::ScalingPolicy;

TEST_SUITE("autoscaling: scaling policies") {
  TEST_CASE("round percentages as the guide says") {
    struct Row {
      std::int64_t capacity;
      std::int64_t percent;
      std::optional<std::int64_t> at_least;
      std::int64_t expected;
    };
    const Row rows[] = {
        {100, 12, {}, 112},  //
        {10, 127, {}, 22},   // 12.7 is 12
        {10, 5, {}, 11},     // 0.5 is 1
        {10, -5, {}, 9},     // -0.5 is -1
        {100, -6, {}, 94},   //
        {23, -29, {}, 17},   // -6.67 is -6
        {4, 25, 2, 6},       // MinAdjustmentMagnitude
        {4, -25, 2, 2},      //
        {4, 0, 2, 4},        //
    };
    for (const Row& row : rows) {
      CAPTURE(row.capacity);
      CAPTURE(row.percent);
      ScalingPolicy policy;
      policy.adjustment_type = AdjustmentType::percent;
      policy.min_magnitude = row.at_least;
      CHECK(adjusted_capacity(policy, row.percent, row.capacity) == row.expected);
    }
  }

  TEST_CASE("choose the step in which the breach lies") {
    // The guide's example: threshold 50; 0-10: nothing, 10-20: 10 %, from 20: 30 %; and below.
    ScalingPolicy policy;
    policy.steps = {{{}, -20.0, -30}, {-20.0, -10.0, -10}, {-10.0, 0.0, 0},
                    {0.0, 10.0, 0},   {10.0, 20.0, 10},    {20.0, {}, 30}};
    CHECK(step_for(policy, 9.9) == 0);
    CHECK(step_for(policy, 10) == 10);  // the lower bound is inclusive above
    CHECK(step_for(policy, 20) == 30);
    CHECK(step_for(policy, 1000) == 30);
    CHECK(step_for(policy, -10) == -10);  // the upper bound is inclusive below
    CHECK(step_for(policy, -9.9) == 0);
    CHECK(step_for(policy, -20) == -30);
  }

  struct Scaled : World {
    Scaled() {
      fleet_of(2);
      REQUIRE(ask("autoscaling", "UpdateAutoScalingGroup",
                  {{"AutoScalingGroupName", "web-WebFleet"}, {"MinSize", 1}, {"MaxSize", 10}}));
    }
    std::string put(Json policy) {
      policy["AutoScalingGroupName"] = "web-WebFleet";
      policy["PolicyName"] = "p";
      const auto answer = ask("autoscaling", "PutScalingPolicy", policy);
      if (!answer) FAIL(answer.error());
      return (*answer)["PolicyARN"].get<std::string>();
    }
    void breach(const std::string& policy, double value) {
      Delivery delivery{{kHome, "cloudwatch.amazonaws.com", ""},
                        *Arn::parse(policy),
                        "{}",
                        {{"AlarmName", "cpu"}, {"Threshold", 50.0}, {"MetricValue", value}},
                        "alarm"};
      sim.spawn(forget(cloud, std::move(delivery)));
      run(1s);
    }
    static Process<> forget(Cloud& cloud, Delivery delivery) {
      const auto answer = co_await cloud.deliver(std::move(delivery));
      if (!answer) FAIL_CHECK(answer.error());
    }
    std::int64_t desired() { return group()["DesiredCapacity"].get<std::int64_t>(); }
  };

  TEST_CASE("simple ones change the capacity once in a cooldown, within the group's bounds") {
    Scaled world;
    const std::string policy = world.put(
        {{"AdjustmentType", "ChangeInCapacity"}, {"ScalingAdjustment", 5}, {"Cooldown", 120}});
    world.breach(policy, 90);
    CHECK(world.desired() == 7);
    world.run(1min);
    world.breach(policy, 90);
    CHECK(world.desired() == 7);
    world.run(2min);
    world.breach(policy, 90);
    CHECK(world.desired() == 10);
    CHECK(
        world.ask("autoscaling", "ExecutePolicy", {{"PolicyName", policy}, {"HonorCooldown", true}})
            .error()
            .code == "ScalingActivityInProgress");
  }

  TEST_CASE("step ones count what warms up only once") {
    Scaled world;
    const std::string policy =
        world.put({{"PolicyType", "StepScaling"},
                   {"AdjustmentType", "ChangeInCapacity"},
                   {"EstimatedInstanceWarmup", 300},
                   {"StepAdjustments",
                    {{{"MetricIntervalLowerBound", 0},
                      {"MetricIntervalUpperBound", 20},
                      {"ScalingAdjustment", 1}},
                     {{"MetricIntervalLowerBound", 20}, {"ScalingAdjustment", 3}}}}});
    world.breach(policy, 60);
    CHECK(world.desired() == 3);
    world.run(1min);
    world.breach(policy, 60);  // the same step: its instance warms up
    CHECK(world.desired() == 3);
    world.run(1min);
    world.breach(policy, 75);  // three for the step, of which one is on its way
    CHECK(world.desired() == 5);
    world.run(10min);
    world.breach(policy, 60);
    CHECK(world.desired() == 6);
  }

  TEST_CASE("are described, and refused when they cannot be meant") {
    Scaled world;
    world.put({{"AdjustmentType", "ExactCapacity"}, {"ScalingAdjustment", 4}});
    const auto all = world.ask("autoscaling", "DescribePolicies", Json::object());
    REQUIRE((*all)["ScalingPolicies"].size() == 1);
    CHECK((*all)["ScalingPolicies"][0]["AdjustmentType"] == "ExactCapacity");
    const auto refused = [&](Json policy) {
      policy["AutoScalingGroupName"] = "web-WebFleet";
      policy["PolicyName"] = "q";
      const auto answer = world.ask("autoscaling", "PutScalingPolicy", policy);
      return !answer && answer.error().code == "ValidationError";
    };
    CHECK(refused({{"AdjustmentType", "Twice"}, {"ScalingAdjustment", 1}}));
    CHECK(refused({{"AdjustmentType", "ChangeInCapacity"}}));
    CHECK(refused({{"AdjustmentType", "ChangeInCapacity"}, {"PolicyType", "StepScaling"}}));
    CHECK(refused({{"AdjustmentType", "ChangeInCapacity"},
                   {"PolicyType", "StepScaling"},
                   {"StepAdjustments",
                    {{{"MetricIntervalLowerBound", 0},
                      {"MetricIntervalUpperBound", 5},
                      {"ScalingAdjustment", 1}},
                     {{"MetricIntervalLowerBound", 6}, {"ScalingAdjustment", 2}}}}}));
  }
}

}  // namespace opsim::tests
