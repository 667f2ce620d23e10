// The worked examples of the guide, and what it says of cooldowns.
#include <array>

#include "tests/models/compute/scaled_world.hpp"

namespace opsim::tests {

TEST_SUITE("autoscaling: worked examples") {
  TEST_CASE("the worked examples of the guide (cases/worked_examples.jsonl)") {
    // asg-simple-001, asg-simple-002: 3 instances.
    const auto simple = [](const char* type, std::int64_t amount, std::int64_t from) {
      ScaledWorld world{static_cast<int>(from), 30};
      world.put("p", {{"AdjustmentType", type}, {"ScalingAdjustment", amount}});
      world.autoscaling("ExecutePolicy",
                        {{"AutoScalingGroupName", "web-WebFleet"}, {"PolicyName", "p"}});
      return world.desired();
    };
    CHECK(simple("ChangeInCapacity", 5, 3) == 8);
    CHECK(simple("ExactCapacity", 5, 3) == 5);
    // asg-round-001 (12.7), asg-round-002 (0.67), asg-round-004 (-6.67)
    CHECK(simple("PercentChangeInCapacity", 127, 10) == 22);
    CHECK(simple("PercentChangeInCapacity", 67, 1) == 2);
    CHECK(simple("PercentChangeInCapacity", -29, 23) == 17);

    // asg-step-001, asg-step-002, asg-step-004: one story from 10 to 11, 14, 13 and 10.
    ScaledWorld world{10, 30};
    const auto steps = [&](const char* name, std::array<std::array<double, 3>, 3> table) {
      Json list = Json::array();
      for (const auto& [from, to, percent] : table) {
        Json step{{"ScalingAdjustment", percent}};
        if (from > -1000) step["MetricIntervalLowerBound"] = from;
        if (to < 1000) step["MetricIntervalUpperBound"] = to;
        list.push_back(step);
      }
      return world.put(name, {{"PolicyType", "StepScaling"},
                              {"AdjustmentType", "PercentChangeInCapacity"},
                              {"EstimatedInstanceWarmup", 60},
                              {"StepAdjustments", list}});
    };
    const std::string out = steps("out", {{{0, 10, 0}, {10, 20, 10}, {20, 1000, 30}}});
    const std::string in = steps("in", {{{-10, 0, 0}, {-20, -10, -10}, {-1000, -20, -30}}});
    const auto after = [&](const std::string& policy, double metric) {
      world.deliver_alarm(policy, "cpu", 50, metric);
      world.run(10min);
      return world.desired();
    };
    CHECK(after(out, 59) == 10);
    CHECK(after(out, 60) == 11);
    CHECK(after(out, 70) == 14);
    CHECK(after(in, 41) == 14);
    CHECK(after(in, 40) == 13);
    CHECK(after(in, 30) == 10);
  }

  TEST_CASE("while it warms up: 60 gives 11, 62 nothing more, 70 makes 13 (the guide's story)") {
    ScaledWorld world{10, 30};
    const std::string policy =
        world.put("out", {{"PolicyType", "StepScaling"},
                          {"AdjustmentType", "PercentChangeInCapacity"},
                          {"EstimatedInstanceWarmup", 300},
                          {"StepAdjustments",
                           {{{"MetricIntervalLowerBound", 0},
                             {"MetricIntervalUpperBound", 10},
                             {"ScalingAdjustment", 0}},
                            {{"MetricIntervalLowerBound", 10},
                             {"MetricIntervalUpperBound", 20},
                             {"ScalingAdjustment", 10}},
                            {{"MetricIntervalLowerBound", 20}, {"ScalingAdjustment", 30}}}}});
    const auto after = [&](double metric) {
      world.deliver_alarm(policy, "cpu", 50, metric);
      world.run(1min);
      return world.desired();
    };
    CHECK(after(60) == 11);
    CHECK(after(62) == 11);
    CHECK(after(70) == 13);
  }
}

TEST_SUITE("autoscaling: cooldowns") {
  TEST_CASE("begin when the last instance has launched, and only simple scaling waits") {
    ScaledWorld world{2, 20};
    world.physics("web-WebFleet", "{ launches in: 100s }");
    const std::string simple = world.put(
        "simple",
        {{"AdjustmentType", "ChangeInCapacity"}, {"ScalingAdjustment", 1}, {"Cooldown", 120}});
    const auto breach = [&](Duration wait) {
      world.run(wait);
      world.deliver_alarm(simple, "cpu", 50, 90);
      world.run(Duration{1});
      return world.desired();
    };
    CHECK(breach(1min) == 3);
    CHECK(breach(90s) == 3);         // it launches
    CHECK(breach(10s + 110s) == 3);  // 110 s after it has
    CHECK(breach(15s) == 4);
    const Json desired{{"AutoScalingGroupName", "web-WebFleet"}, {"DesiredCapacity", 6}};
    Json honouring = desired;
    honouring["HonorCooldown"] = true;
    CHECK(world.refusal("autoscaling", "SetDesiredCapacity", honouring) ==
          "ScalingActivityInProgress");
    world.run(200s);
    CHECK(world.refusal("autoscaling", "SetDesiredCapacity", honouring) ==
          "ScalingActivityInProgress");
    CHECK(world.refusal("autoscaling", "SetDesiredCapacity", desired) == "none");
    world.run(7min);  // 100 s, then the default cooldown of 300 s
    honouring["DesiredCapacity"] = 5;
    CHECK(world.refusal("autoscaling", "SetDesiredCapacity", honouring) == "none");
  }

  TEST_CASE("ExecutePolicy does not wait unless it is told to") {
    ScaledWorld world{2, 20};
    world.put("p", {{"AdjustmentType", "ChangeInCapacity"}, {"ScalingAdjustment", 1}});
    Json input{{"AutoScalingGroupName", "web-WebFleet"}, {"PolicyName", "p"}};
    world.autoscaling("ExecutePolicy", input);
    world.autoscaling("ExecutePolicy", input);
    CHECK(world.desired() == 4);
    input["HonorCooldown"] = true;
    CHECK(world.refusal("autoscaling", "ExecutePolicy", input) == "ScalingActivityInProgress");
  }

  TEST_CASE("several that scale in at one time: the largest capacity wins") {
    // The guide: eight instances; one policy removes three, another 25 per cent.
    ScaledWorld world{8, 20};
    const std::string three =
        world.put("three", {{"AdjustmentType", "ChangeInCapacity"}, {"ScalingAdjustment", -3}});
    const std::string quarter = world.put(
        "quarter", {{"AdjustmentType", "PercentChangeInCapacity"}, {"ScalingAdjustment", -25}});
    world.run(1min);
    world.deliver_alarm(three, "a", 50, 10);
    world.deliver_alarm(quarter, "b", 50, 10);
    world.run(1s);
    CHECK(world.desired() == 6);
  }
}

}  // namespace opsim::tests
