#include "tests/models/codedeploy/world.hpp"

namespace opsim::tests {

namespace {

/// A function with versions 1 and 2 and an alias `live` at 1.
struct Shift : Releases {
  explicit Shift(std::string config, Json more = Json::object()) {
    must("lambda", "CreateFunction",
         {{"FunctionName", "api"},
          {"Role", "arn:aws:iam::123456789012:role/api"},
          {"Runtime", "python3.12"},
          {"Handler", "a.b"},
          {"Code", {{"ZipFile", "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="}}}});
    run_for(1min);
    must("lambda", "PublishVersion", {{"FunctionName", "api"}});
    must("lambda", "UpdateFunctionCode",
         {{"FunctionName", "api"}, {"S3Bucket", "code"}, {"S3Key", "api-2.zip"}});
    run_for(1min);
    must("lambda", "PublishVersion", {{"FunctionName", "api"}});
    must("lambda", "CreateAlias",
         {{"FunctionName", "api"}, {"Name", "live"}, {"FunctionVersion", "1"}});
    more["deploymentConfigName"] = std::move(config);
    application("Lambda", std::move(more));
  }
  static Json revision(const std::string& hook = "") {
    std::string text =
        "version: 0.0\nResources:\n  - api:\n      Type: AWS::Lambda::Function\n"
        "      Properties: { Name: api, Alias: live, CurrentVersion: '1', TargetVersion: '2' }\n";
    if (!hook.empty()) text += "Hooks:\n  - BeforeAllowTraffic: " + hook + "\n";
    return {{"revisionType", "AppSpecContent"}, {"appSpecContent", {{"content", text}}}};
  }
  /// "1", "1+2:0.1": the alias's version and what gets a share beside it.
  std::string alias() {
    const Json found = must("lambda", "GetAlias", {{"FunctionName", "api"}, {"Name", "live"}});
    std::string text = found["FunctionVersion"].get<std::string>();
    if (found.contains("RoutingConfig") && found["RoutingConfig"].is_object() &&
        found["RoutingConfig"].contains("AdditionalVersionWeights"))
      for (const auto& [version, weight] :
           found["RoutingConfig"]["AdditionalVersionWeights"].items())
        text += fmt::format("+{}:{}", version, weight.get<double>());
    return text;
  }
};

}  // namespace

TEST_SUITE("codedeploy: Lambda") {
  TEST_CASE("a canary: a tenth at once, the rest after five minutes") {
    Shift world{"CodeDeployDefault.LambdaCanary10Percent5Minutes"};
    const std::string id = world.deploy(world.revision());
    world.run_for(1min);
    CHECK(world.alias() == "1+2:0.1");
    CHECK(world.status(id) == "InProgress");
    world.run_for(5min);
    CHECK(world.alias() == "2");
    CHECK(world.status(id) == "Succeeded");
  }

  TEST_CASE("an alarm in the canary stops it, and the alias returns to where it was") {
    Shift world{"CodeDeployDefault.LambdaCanary10Percent5Minutes",
                {{"alarmConfiguration", {{"enabled", true}, {"alarms", {{{"name", "Pain"}}}}}},
                 {"autoRollbackConfiguration",
                  {{"enabled", true}, {"events", Json::array({"DEPLOYMENT_STOP_ON_ALARM"})}}}}};
    world.alarm("Pain");
    const std::string id = world.deploy(world.revision());
    world.run_for(1min);
    REQUIRE(world.alias() == "1+2:0.1");
    world.ring("Pain");
    world.run_for(30s);
    CHECK(world.alias() == "1");
    const Json stopped = world.get(id);
    CHECK(stopped["status"] == "Stopped");
    CHECK(stopped["errorInformation"]["code"] == "ALARM_ACTIVE");
    const Json undone =
        world.get(stopped["rollbackInfo"]["rollbackDeploymentId"].get<std::string>());
    CHECK(undone["status"] == "Succeeded");
    CHECK(undone["creator"] == "codeDeployRollback");
  }

  TEST_CASE("linear: a tenth a minute, all after nine") {
    Shift world{"CodeDeployDefault.LambdaLinear10PercentEvery1Minute"};
    const std::string id = world.deploy(world.revision());
    world.run_for(2min + 30s);
    CHECK(world.alias() == "1+2:0.3");
    world.run_for(7min);
    CHECK(world.alias() == "2");
    CHECK(world.status(id) == "Succeeded");
  }

  TEST_CASE("a hook that fails lets no traffic through") {
    Shift world{"CodeDeployDefault.LambdaAllAtOnce"};
    const std::string id = world.deploy(world.revision("no-such-function"));
    world.run_for(1min);
    CHECK(world.status(id) == "Failed");
    CHECK(world.alias() == "1");
  }

  TEST_CASE("a configuration of another platform is refused, an AppSpec without a version too") {
    Shift world{"CodeDeployDefault.LambdaAllAtOnce"};
    const auto refused = [&](Json more) {
      more.update({{"applicationName", "Web"}, {"deploymentGroupName", "live"}});
      return world.refusal("codedeploy", "CreateDeployment", more);
    };
    CHECK(refused({{"revision", world.revision()},
                   {"deploymentConfigName", "CodeDeployDefault.OneAtATime"}}) ==
          "InvalidDeploymentConfigNameException");
    CHECK(refused({{"revision",
                    {{"revisionType", "AppSpecContent"},
                     {"appSpecContent", {{"content", "version: 0.0\n"}}}}}}) ==
          "InvalidRevisionException");
    CHECK(refused(Json::object()) == "RevisionRequiredException");
  }
}

}  // namespace opsim::tests
