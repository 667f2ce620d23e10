// Who sees a feature: the same users at every visit by a flag, anybody in time by a divided record.
#include "models/features/features.hpp"
#include "models/appconfig/flag.hpp"
#include "models/appconfig/service.hpp"
#include "models/features/service.hpp"
#include "opsim/document/read.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {
namespace {

const Service* const kFlagServices[] = {&kAppConfig, &kFeatures};

std::string flag(const std::string& variants) {
  return R"json({"version":"1","flags":{"new":{"name":"new"}},"values":{"new":)json" + variants +
         "}}";
}
const char* const kFive =
    R"json({"_variants":[{"name":"some","enabled":true,"rule":"(split by::$userId pct::5)"},
                 {"name":"default","enabled":false}]})json";

struct FlagWorld : SmallWorld {
  FlagWorld() : SmallWorld{kFlagServices} {
    app = must("appconfig", "CreateApplication", {{"Name", "shop"}})["Id"].get<std::string>();
    must("appconfig", "CreateEnvironment", {{"ApplicationId", app}, {"Name", "live"}});
    must("appconfig", "CreateConfigurationProfile",
         {{"ApplicationId", app},
          {"Name", "flags"},
          {"LocationUri", "hosted"},
          {"Type", "AWS.AppConfig.FeatureFlags"}});
    version(flag(R"json({"enabled":false})json"));
    version(flag(kFive));
    const Document document = read_yaml("scenario.yaml", R"json(
New:
  visits: 6/d
  flag: { application: shop, environment: live, profile: flags, key: new }
  turned off by: TurnOff
)json");
    kFeatures.sections[0].read(*cloud.model("features"), cloud, document.root);
    run_for(1min);
  }
  void version(const std::string& content) {
    must("appconfig", "CreateHostedConfigurationVersion",
         {{"ApplicationId", app}, {"ConfigurationProfileId", "flags"}, {"Content", content}});
  }
  void deploy(const char* number) {
    must("appconfig", "StartDeployment",
         {{"ApplicationId", app},
          {"EnvironmentId", "live"},
          {"ConfigurationProfileId", "flags"},
          {"ConfigurationVersion", number},
          {"DeploymentStrategyId", "AppConfig.AllAtOnce"}});
  }
  double read(std::string_view what) { return cloud.read_quantity("New", what).value_or(-1); }
  std::string app;
};

}  // namespace

TEST_SUITE("features") {
  // appconfig-creating-multi-variant-feature-flags-rules, "Understanding the split operator"
  TEST_CASE("variants are tried in their order, and splits of one key are nested") {
    const auto share = [](const char* variants) {
      return appconfig::enabled_share(flag(variants), "new");
    };
    CHECK(share(R"json({"enabled":true})json") == 100);
    CHECK(share(kFive) == 5);
    CHECK(share(R"json({"_variants":[{"enabled":true,"rule":"(split by::$id pct::20)"},
                    {"enabled":false,"rule":"(split by::$id pct::20)"},{"enabled":false}]})json") ==
          20);
    CHECK(share(R"json({"_variants":[{"enabled":false,"rule":"(split by::$id pct::20)"},
                    {"enabled":true,"rule":"(split by::$id pct::25)"},{"enabled":false}]})json") ==
          5);
    CHECK(share(R"json({"_variants":[{"enabled":false,"rule":"(split by::$id pct::20)"},
                    {"enabled":true}]})json") == 80);
    CHECK(appconfig::enabled_share("no json", "new") == 0);
  }

  TEST_CASE("a flag shows a feature to the same users for days, and hides it within one poll") {
    FlagWorld world;
    CHECK(world.read("share") == 0);
    world.deploy("2");
    world.run_for(1min);
    CHECK(world.read("share") == doctest::Approx(5));
    world.run_for(std::chrono::days{3});
    CHECK(world.read("exposed") == doctest::Approx(5).epsilon(.01));
    world.deploy("1");
    world.run_for(20s);
    CHECK(world.read("share") > 0);
    world.run_for(30s);
    CHECK(world.read("share") < .01);
  }

  TEST_CASE("one visit in twenty, divided anew each time, reaches most users in time") {
    // 1 - exp(-0.05 x 6 visits a day x 3 days)
    features::Feature feature;
    feature.ways.push_back({.settings = {}, .users = 1, .visits = .05 * 6 * 3});
    CHECK(features::exposed(feature) == doctest::Approx(.593).epsilon(.01));
  }
}

}  // namespace opsim::tests
