#include "models/appconfig/appconfig.hpp"
#include "models/appconfig/service.hpp"
#include "models/cloudwatch/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

using appconfig::GrowthStep;
using appconfig::Strategy;

std::vector<double> shares(const Strategy& strategy) {
  std::vector<double> found;
  for (const GrowthStep& step : appconfig::growth_steps(strategy)) found.push_back(step.percentage);
  return found;
}

const Service* const kFlagCatalog[] = {&kCloudWatch, &kAppConfig};

/// An application with an environment that an alarm watches, and a flag at version 1.
struct Flags : SmallWorld {
  Flags() : SmallWorld{kFlagCatalog} {
    must("cloudwatch", "PutMetricAlarm",
         {{"AlarmName", "Pain"},
          {"Namespace", "Test"},
          {"MetricName", "Pain"},
          {"Statistic", "Maximum"},
          {"Period", 60},
          {"EvaluationPeriods", 1},
          {"Threshold", 1},
          {"ComparisonOperator", "GreaterThanThreshold"}});
    must("appconfig", "CreateApplication", {{"Name", "shop"}});
    must("appconfig", "CreateEnvironment",
         of({{"Name", "live"},
             {"Monitors",
              {{{"AlarmArn", "arn:aws:cloudwatch:us-east-1:123456789012:alarm:Pain"}}}}}));
    must("appconfig", "CreateConfigurationProfile",
         of({{"Name", "flags"}, {"Type", "AWS.AppConfig.FeatureFlags"}}));
    deploy("1", "AppConfig.AllAtOnce");
    run_for(15min);
  }
  static Json of(Json members) {
    members["ApplicationId"] = "shop";
    return members;
  }
  void deploy(const char* version, const char* strategy) {
    must("appconfig", "StartDeployment",
         of({{"EnvironmentId", "live"},
             {"ConfigurationProfileId", "flags"},
             {"ConfigurationVersion", version},
             {"DeploymentStrategyId", strategy}}));
  }
  Json get(int number) {
    return must("appconfig", "GetDeployment",
                of({{"EnvironmentId", "live"}, {"DeploymentNumber", number}}));
  }
  double exposed(const std::string& version) {
    auto& model = static_cast<appconfig::AppConfig&>(*cloud.model("appconfig"));
    const appconfig::Application& shop = *model.find(cloud.home(), "shop");
    return appconfig::exposure(model, shop.id, shop.environments.begin()->second,
                               shop.profiles.begin()->first, version);
  }
};

}  // namespace

TEST_SUITE("appconfig") {
  TEST_CASE("exponential growth doubles until all have it (ac-002)") {
    CHECK(shares({.growth_factor = 2, .exponential = true}) ==
          std::vector<double>{2, 4, 8, 16, 32, 64, 100});
  }

  TEST_CASE("linear growth is even over the deployment: 20 % of ten hours every two") {
    const Strategy strategy{.minutes = 600, .growth_factor = 20};
    CHECK(shares(strategy) == std::vector<double>{20, 40, 60, 80, 100});
    const auto steps = appconfig::growth_steps(strategy);
    CHECK(steps.front().after == 2h);
    CHECK(steps.back().after == 10h);
  }

  TEST_CASE("predefined strategies (ac-005)") {
    const Strategy* at_once = appconfig::predefined_strategy("AppConfig.AllAtOnce");
    REQUIRE(at_once != nullptr);
    CHECK(at_once->minutes == 0);
    CHECK(at_once->bake_minutes == 10);
    CHECK(appconfig::predefined_strategy("AppConfig.Nothing") == nullptr);
  }

  TEST_CASE("a deployment grows, bakes and is complete") {
    Flags world;
    CHECK(world.exposed("1") == 100);
    world.deploy("2", "AppConfig.Linear20PercentEvery6Minutes");
    world.run_for(13min);
    CHECK(world.exposed("2") == 40);
    CHECK(world.exposed("1") == 60);
    CHECK(world.get(2)["State"] == "DEPLOYING");
    world.run_for(20min);
    CHECK(world.get(2)["State"] == "BAKING");
    world.run_for(30min);
    CHECK(world.get(2)["State"] == "COMPLETE");
    CHECK(world.exposed("2") == 100);
    CHECK(world.exposed("1") == 0);
  }

  TEST_CASE("an alarm rolls back, also while it bakes (ac-006)") {
    for (const Duration when : {Duration{7min}, Duration{35min}}) {
      Flags world;
      world.deploy("2", "AppConfig.Linear20PercentEvery6Minutes");
      world.run_for(when);
      world.must("cloudwatch", "SetAlarmState",
                 {{"AlarmName", "Pain"}, {"StateValue", "ALARM"}, {"StateReason", "it hurts"}});
      world.run_for(2min);
      CHECK(world.get(2)["State"] == "ROLLED_BACK");
      CHECK(world.exposed("2") == 0);
      CHECK(world.exposed("1") == 100);
      CHECK(world.get(2)["EventLog"][1]["TriggeredBy"] == "CLOUDWATCH_ALARM");
    }
  }

  TEST_CASE("one deployment at a time; a complete one can be reverted for three days") {
    Flags world;
    world.deploy("2", "AppConfig.AllAtOnce");
    CHECK(world.refusal("appconfig", "StartDeployment",
                        world.of({{"EnvironmentId", "live"},
                                  {"ConfigurationProfileId", "flags"},
                                  {"ConfigurationVersion", "3"},
                                  {"DeploymentStrategyId", "AppConfig.AllAtOnce"}})) ==
          "ConflictException");
    world.run_for(15min);
    const Json stop =
        world.of({{"EnvironmentId", "live"}, {"DeploymentNumber", 2}, {"AllowRevert", true}});
    world.must("appconfig", "StopDeployment", stop);
    CHECK(world.get(2)["State"] == "REVERTED");
    CHECK(world.exposed("1") == 100);
    world.deploy("2", "AppConfig.AllAtOnce");
    world.run_for(73h);
    CHECK(world.refusal("appconfig", "StopDeployment",
                        world.of({{"EnvironmentId", "live"},
                                  {"DeploymentNumber", 3},
                                  {"AllowRevert", true}})) == "BadRequestException");
  }

  TEST_CASE("strategies out of range are refused") {
    Flags world;
    for (const Json& wrong :
         {Json{{"Name", "s"}, {"DeploymentDurationInMinutes", 1441}, {"GrowthFactor", 10}},
          Json{{"Name", "s"}, {"DeploymentDurationInMinutes", 10}, {"GrowthFactor", 0}},
          Json{{"Name", "s"}, {"GrowthFactor", 10}}})
      CHECK(world.refusal("appconfig", "CreateDeploymentStrategy", wrong) == "BadRequestException");
  }
}

}  // namespace opsim::tests
