// What actions do at their providers, in other Regions and accounts, and what is told of it.
#include <set>

#include "tests/models/codepipeline/world.hpp"

namespace opsim::tests {

namespace {

/// Remembers the members of what is told, by detail type.
struct Heard : Model {
  std::map<std::string, std::vector<Json>> details;
};
constexpr Service kHeard{
    .name = "heard",
    .title = "Remembers events",
    .make = [](Cloud&) -> std::unique_ptr<Model> { return std::make_unique<Heard>(); },
    .on_event =
        [](Model& model, const Event& event) {
          static_cast<Heard&>(model).details[event.detail_type].push_back(event.detail);
        },
};
const Service* const kHeardCatalog[] = {&kS3, &kCodePipeline, &kCodeBuild, &kCodeCommit, &kHeard};

std::set<std::string> members_of(const Json& detail) {
  std::set<std::string> names;
  for (const auto& [name, value] : detail.items()) names.insert(name);
  return names;
}

Json function_action() {
  return with(action("Check", "Invoke", "Lambda", {{"FunctionName", "check"}}), "inputArtifacts",
              named("Code"));
}

}  // namespace

TEST_SUITE("codepipeline: providers") {
  TEST_CASE("a function that is not there fails its action with Lambda's words") {
    Pipelines world;
    world.pipeline({source_stage(), stage("Check", {function_action()})});
    const std::string id = world.start();
    world.run_for(2min);
    CHECK(world.status(id) == "Failed");
    CHECK(world.latest(1)["errorDetails"]["message"].get<std::string>().find(
              "ResourceNotFoundException") == 0);
  }

  TEST_CASE("what has no model fails its action and says so") {
    Pipelines world;
    Json custom = action("Jenkins", "Build", "Jenkins");
    custom["actionTypeId"]["owner"] = "Custom";
    world.pipeline(
        {source_stage(), stage("Build", {with(custom, "inputArtifacts", named("Code"))})});
    const std::string id = world.start();
    world.run_for(2min);
    CHECK(world.status(id) == "Failed");
    CHECK(world.latest(1)["errorDetails"]["message"] ==
          "Build Jenkins is not simulated: jobs of other tools are not run here");
  }

  TEST_CASE("an action in another Region gets its input in that Region's bucket") {
    const auto status_with = [](const char* bucket) {
      Pipelines world;
      world.pipeline(
          {source_stage(), stage("Deploy", {with(deploy_action(), "region", "eu-west-1")})},
          {{"artifactStores",
            {{"us-east-1", {{"type", "S3"}, {"location", "artifacts"}}},
             {"eu-west-1", {{"type", "S3"}, {"location", bucket}}}}}});
      const std::string id = world.start();
      world.run_for(2min);
      return world.status(id);
    };
    CHECK(status_with("site") == "Succeeded");
    CHECK(status_with("nowhere") == "Failed");
  }

  TEST_CASE("an action with a role of another account acts there") {
    Pipelines world;
    world.project();
    world.pipeline(
        {source_stage(), stage("Build", {with(build_action(), "roleArn",
                                              "arn:aws:iam::210987654321:role/build")})});
    const std::string id = world.start();
    world.run_for(10min);
    CHECK(world.status(id) == "Failed");  // the project stands in the pipeline's account only
    CHECK(world.latest(1)["errorDetails"]["message"] ==
          "ResourceNotFoundException: Project cannot be found: "
          "arn:aws:codebuild:us-east-1:210987654321:project/shop-build");
  }

  TEST_CASE("events have the documented members") {
    SmallWorld world{kHeardCatalog};
    for (const char* bucket : {"artifacts", "site"})
      world.must("s3", "CreateBucket", {{"Bucket", bucket}});
    world.must("codecommit", "CreateRepository", {{"repositoryName", "shop"}});
    world.must("codecommit", "CreateCommit", {{"repositoryName", "shop"}, {"branchName", "main"}});
    world.must("codebuild", "CreateProject",
               {{"name", "shop-build"},
                {"source", {{"type", "CODEPIPELINE"}}},
                {"artifacts", {{"type", "CODEPIPELINE"}}},
                {"environment", {{"type", "LINUX_CONTAINER"}}}});
    world.must(
        "codepipeline", "CreatePipeline",
        {{"pipeline", Pipelines::declaration({source_stage(), stage("Build", {build_action()})})}});
    world.run_for(30min);
    const auto& heard = static_cast<Heard&>(*world.cloud.model("heard")).details;
    // CodePipeline User Guide, detect-state-changes-cloudwatch-events.
    const auto& pipeline = heard.at("CodePipeline Pipeline Execution State Change");
    REQUIRE(pipeline.size() == 2);
    CHECK(members_of(pipeline[0]) == std::set<std::string>{"execution-id", "execution-trigger",
                                                           "pipeline", "state", "version"});
    CHECK(pipeline[0]["execution-trigger"]["trigger-type"] == "CreatePipeline");
    CHECK(pipeline[1]["state"] == "SUCCEEDED");
    const auto& stages = heard.at("CodePipeline Stage Execution State Change");
    CHECK(members_of(stages[0]) ==
          std::set<std::string>{"execution-id", "pipeline", "stage", "state", "version"});
    const auto& actions = heard.at("CodePipeline Action Execution State Change");
    REQUIRE(actions.size() == 4);
    CHECK(actions[0]["state"] == "STARTED");
    CHECK(actions[1]["output-artifacts"][0]["s3location"]["bucket"] == "artifacts");
    CHECK(actions[3]["type"] == Json({{"owner", "AWS"},
                                      {"provider", "CodeBuild"},
                                      {"category", "Build"},
                                      {"version", "1"}}));
    // CodeBuild User Guide, sample-build-notifications.
    const auto& builds = heard.at("CodeBuild Build State Change");
    CHECK(members_of(builds.back()) == std::set<std::string>{"additional-information", "build-id",
                                                             "build-status", "current-phase",
                                                             "current-phase-context",
                                                             "project-name", "version"});
    CHECK(builds.back()["additional-information"]["build-start-time"].get<std::string>().find(
              "Mar 2, 2026 9:0") == 0);
    CHECK(heard.at("CodeBuild Build Phase Change").size() == 10);
    CHECK(heard.at("CodeCommit Repository State Change")[0]["event"] == "referenceCreated");
  }
}

}  // namespace opsim::tests
