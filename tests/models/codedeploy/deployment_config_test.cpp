// The documented arithmetic, row by row.
#include "models/codedeploy/deployment_config.hpp"

#include <doctest/doctest.h>

namespace opsim::codedeploy {
namespace {

using Type = MinimumHealthyHosts::Type;

std::int64_t at_a_time(const MinimumHealthyHosts& rule, std::int64_t hosts) {
  return hosts - healthy_hosts_needed(rule, hosts);
}

TEST_SUITE("codedeploy: configurations") {
  TEST_CASE("V22: minimum healthy hosts, the user guide's and the API's own examples") {
    struct Row {
      const char* id;
      Type type;
      std::int64_t value;
      std::int64_t hosts;
      std::int64_t needed;
      std::int64_t at_once;
    };
    constexpr Row rows[] = {
        {"cd-001", Type::fleet_percent, 50, 9, 5, 4},
        {"cd-003", Type::host_count, 6, 9, 6, 3},
        {"cd-004", Type::fleet_percent, 40, 9, 4, 5},
        {"cd-005", Type::fleet_percent, 95, 10, 10, 0},
        {"cd-006", Type::host_count, 9, 10, 9, 1},
        {"cd-007", Type::host_count, 8, 10, 8, 2},
        {"cd-008", Type::host_count, 0, 10, 0, 10},
        {"cd-010", Type::fleet_percent, 75, 9, 7, 2},
        {"cd-011", Type::fleet_percent, 50, 4, 2, 2},
        {"cd-012", Type::fleet_percent, 66, 3, 2, 1},
        {"cd-013", Type::fleet_percent, 99, 10, 10, 0},
        {"cd-015", Type::fleet_percent, 90, 20, 18, 2},
        {"cd-016", Type::fleet_percent, 75, 12, 9, 3},
        {"cd-017", Type::fleet_percent, 50, 2, 1, 1},
        {"cd-018", Type::fleet_percent, 50, 5, 3, 2},
    };
    for (const Row& row : rows) {
      CAPTURE(row.id);
      CHECK(healthy_hosts_needed({row.type, row.value}, row.hosts) == row.needed);
      CHECK(at_a_time({row.type, row.value}, row.hosts) == row.at_once);
    }
    CHECK(predefined_config("CodeDeployDefault.HalfAtATime")->hosts.value == 50);
    CHECK(at_a_time(predefined_config("CodeDeployDefault.OneAtATime")->hosts, 7) == 1);
    CHECK(at_a_time(predefined_config("CodeDeployDefault.AllAtOnce")->hosts, 7) == 7);
  }

  TEST_CASE("traffic shifts: the first increment at once, then one each interval") {
    struct Row {
      const char* id;
      const char* name;
      int every;
      std::vector<int> shares;
    };
    const std::vector<int> tenths{10, 20, 30, 40, 50, 60, 70, 80, 90, 100};
    const Row rows[] = {
        {"cd-lambda-001", "CodeDeployDefault.LambdaCanary10Percent5Minutes", 5, {10, 100}},
        {"cd-lambda-002", "CodeDeployDefault.LambdaLinear10PercentEvery1Minute", 1, tenths},
        {"cd-lambda-003", "CodeDeployDefault.LambdaLinear10PercentEvery10Minutes", 10, tenths},
        {"cd-ecs-001", "CodeDeployDefault.ECSLinear10PercentEvery3Minutes", 3, tenths},
        {"cd-ecs-002", "CodeDeployDefault.ECSCanary10Percent15Minutes", 15, {10, 100}},
    };
    for (const Row& row : rows) {
      CAPTURE(row.id);
      const DeploymentConfig* config = predefined_config(row.name);
      REQUIRE(config != nullptr);
      const std::vector<TrafficStep> steps = traffic_steps(config->routing);
      REQUIRE(steps.size() == row.shares.size());
      for (std::size_t i = 0; i < steps.size(); ++i) {
        CHECK(steps[i].percentage == row.shares[i]);
        CHECK(steps[i].after == std::chrono::minutes{row.every * static_cast<int>(i)});
      }
    }
  }

  TEST_CASE("an increment that does not divide a hundred ends at a hundred") {
    const TrafficRouting thirds{TrafficRouting::Type::linear, 30, 1min};
    std::vector<std::int64_t> shares;
    for (const TrafficStep& step : traffic_steps(thirds)) shares.push_back(step.percentage);
    CHECK(shares == std::vector<std::int64_t>{30, 60, 90, 100});
  }

  /// Bad-traffic-minutes of a version that fails everything, undone after `caught` minutes (V23).
  double exposure(const char* name, double caught) {
    double sum = 0;
    const auto steps =
        traffic_steps(predefined_config(std::string{"CodeDeployDefault."} + name)->routing);
    for (std::size_t i = 0; i < steps.size(); ++i) {
      const double from = std::chrono::duration<double, std::ratio<60>>(steps[i].after).count();
      const double to =
          i + 1 < steps.size()
              ? std::chrono::duration<double, std::ratio<60>>(steps[i + 1].after).count()
              : caught;
      if (from < caught)
        sum += (std::min(to, caught) - from) * static_cast<double>(steps[i].percentage) / 100;
    }
    return sum;
  }

  TEST_CASE("V23: what a bad version costs until it is caught, in minutes of all traffic") {
    CHECK(exposure("LambdaCanary10Percent5Minutes", 5) == doctest::Approx(.5));
    CHECK(exposure("LambdaCanary10Percent15Minutes", 15) == doctest::Approx(1.5));
    CHECK(exposure("LambdaAllAtOnce", 5) == doctest::Approx(5));
    CHECK(exposure("LambdaAllAtOnce", 15) == doctest::Approx(15));
    CHECK(exposure("LambdaLinear10PercentEvery1Minute", 1) == doctest::Approx(.1));
    CHECK(exposure("LambdaLinear10PercentEvery1Minute", 2) == doctest::Approx(.3));
    CHECK(exposure("LambdaLinear10PercentEvery1Minute", 3) == doctest::Approx(.6));
    CHECK(exposure("LambdaLinear10PercentEvery1Minute", 5) == doctest::Approx(1.5));
  }

  TEST_CASE("custom configurations are checked") {
    const auto refused = [](const Json& members) {
      const auto read = read_deployment_config(members);
      return read ? "" : read.error().code;
    };
    const Json half{{"type", "FLEET_PERCENT"}, {"value", 50}};
    CHECK(refused({{"minimumHealthyHosts", half}}).empty());
    CHECK(refused({{"MinimumHealthyHosts", {{"Type", "HOST_COUNT"}, {"Value", "3"}}}}).empty());
    CHECK(refused({{"minimumHealthyHosts", {{"type", "FLEET_PERCENT"}, {"value", 101}}}}) ==
          "InvalidMinimumHealthyHostValueException");
    CHECK(refused(Json::object()) == "InvalidMinimumHealthyHostValueException");
    const auto linear = [](int percentage, int minutes) {
      return Json{
          {"computePlatform", "Lambda"},
          {"trafficRoutingConfig",
           {{"type", "TimeBasedLinear"},
            {"timeBasedLinear", {{"linearPercentage", percentage}, {"linearInterval", minutes}}}}}};
    };
    CHECK(refused(linear(25, 10)).empty());
    CHECK(refused(linear(100, 10)) == "InvalidTrafficRoutingConfigurationException");
    CHECK(refused(linear(1, 30)) == "InvalidTrafficRoutingConfigurationException");  // 49 h
    CHECK(refused({{"computePlatform", "Mainframe"}}) == "InvalidComputePlatformException");
  }
}

}  // namespace
}  // namespace opsim::codedeploy
