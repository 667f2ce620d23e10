// What CreatePipeline refuses: CodePipeline User Guide, reference-pipeline-structure.
#include "tests/models/codepipeline/world.hpp"

namespace opsim::tests {

namespace {

/// Code and message of what CreatePipeline says of a declaration.
std::string said(Json declaration) {
  Pipelines world;
  const auto answer = world.call("codepipeline", "CreatePipeline", {{"pipeline", declaration}});
  return answer ? "" : answer.error().code + ": " + answer.error().message;
}

Json good() { return Pipelines::declaration({source_stage(), stage("Deploy", {deploy_action()})}); }

bool mentions(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_SUITE("codepipeline: structure") {
  TEST_CASE("a sound declaration is taken, and runs when it is created") {
    Pipelines world;
    const Json made = world.must("codepipeline", "CreatePipeline", {{"pipeline", good()}});
    CHECK(made["pipeline"]["version"] == 1);
    world.run_for(2min);
    CHECK(world.object("site", "index.html") == "first");
    CHECK(world.refusal("codepipeline", "CreatePipeline", {{"pipeline", good()}}) ==
          "PipelineNameInUseException");
    world.must("codepipeline", "UpdatePipeline", {{"pipeline", good()}});
    CHECK(world.must("codepipeline", "GetPipeline", {{"name", "shop"}})["pipeline"]["version"] ==
          2);
    CHECK(world.refusal("codepipeline", "GetPipeline", {{"name", "none"}}) ==
          "PipelineNotFoundException");
  }

  TEST_CASE("it starts with sources, and has at least two stages") {
    Json late = good();
    std::swap(late["stages"][0], late["stages"][1]);
    CHECK(said(late) ==
          "InvalidStructureException: Pipeline should start with a stage that only contains source "
          "actions");
    Json single = good();
    single["stages"].erase(1);
    CHECK(mentions(said(single), "InvalidStructureException: Pipeline has 1 Stages"));
  }

  TEST_CASE("actions: known types, required configuration, artifacts by provider") {
    Json unknown = good();
    unknown["stages"][1]["actions"][0]["actionTypeId"]["provider"] = "S4";
    CHECK(
        said(unknown) ==
        "InvalidActionDeclarationException: ActionType (Category: 'Deploy', Provider: 'S4', Owner: "
        "'AWS', Version: '1') in action 'Copy' is not available in region US_EAST_1");
    Json lacking = good();
    lacking["stages"][1]["actions"][0]["configuration"].erase("Extract");
    CHECK(said(lacking) ==
          "InvalidActionDeclarationException: Action configuration for action 'Copy' is missing "
          "required configuration 'Extract'");
    Json none = good();
    none["stages"][1]["actions"][0].erase("inputArtifacts");
    CHECK(mentions(said(none), "Action 'Copy' has 0 input artifacts"));
  }

  TEST_CASE("an input must be the output of an earlier action; outputs are unique") {
    Json unknown = good();
    unknown["stages"][1]["actions"][0]["inputArtifacts"] = named("Nobody");
    CHECK(mentions(said(unknown), "Input artifact 'Nobody' of action 'Copy'"));
    Json twice = good();
    twice["stages"][0]["actions"].push_back(
        with(twice["stages"][0]["actions"][0], "name", "Again"));
    CHECK(mentions(said(twice), "Output artifact 'Code' of action 'Again' is declared twice"));
  }

  TEST_CASE("only V2 has modes, variables, triggers and conditions") {
    Json queued = good();
    queued["pipelineType"] = "V1";
    CHECK(said(queued).empty());
    queued["executionMode"] = "QUEUED";
    CHECK(mentions(said(queued), "can only be used with PipelineType V2"));
  }

  TEST_CASE("conditions: which results they may have") {
    Json parallel = good();
    parallel["executionMode"] = "PARALLEL";
    parallel["stages"][1]["onFailure"] = {{"result", "ROLLBACK"}};
    CHECK(mentions(said(parallel), "ROLLBACK is not available in PARALLEL mode"));
    Json skips = good();
    skips["stages"][1]["beforeEntry"] = {
        {"conditions",
         Json::array(
             {Json{{"result", "SKIP"},
                   {"rules",
                    Json::array({Json{{"name", "Hours"},
                                      {"ruleTypeId", {{"provider", "DeploymentWindow"}}}}})}}})}};
    CHECK(mentions(said(skips), "cannot be used with result SKIP"));
  }

  TEST_CASE("actions in another Region need a store there") {
    Json abroad = good();
    abroad["stages"][1]["actions"][0]["region"] = "eu-west-1";
    CHECK(mentions(said(abroad),
                   "No artifact bucket provided in ArtifactStores for region "
                   "eu-west-1"));
  }
}

}  // namespace opsim::tests
