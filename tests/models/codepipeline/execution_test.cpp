// How executions go through stages: CodePipeline User Guide, concepts-how-it-works.
#include "tests/models/codepipeline/world.hpp"

namespace opsim::tests {

TEST_SUITE("codepipeline: executions") {
  TEST_CASE("a revision goes from its source through a build to where it is deployed") {
    Pipelines world;
    world.project();
    world.pipeline(
        {source_stage(), stage("Build", {build_action()}), stage("Deploy", {deploy_action()})});
    const std::string id = world.start();
    world.run_for(1min);
    CHECK(world.status(id) == "InProgress");
    CHECK(world.stage_status(0) == "Succeeded");
    world.run_for(30min);
    CHECK(world.status(id) == "Succeeded");
    CHECK(world.object("site", "index.html") == "first");
    CHECK(world.execution(id)["artifactRevisions"][0]["revisionSummary"] == "first");
    CHECK(world.execution(id)["trigger"]["triggerType"] == "StartPipelineExecution");
    const Json actions = world.must("codepipeline", "ListActionExecutions",
                                    {{"pipelineName", "shop"}})["actionExecutionDetails"];
    REQUIRE(actions.size() == 3);
    CHECK(actions[0]["actionName"] == "Copy");  // the newest first
    CHECK(actions[1]["output"]["outputArtifacts"][0]["name"] == "Built");
  }

  TEST_CASE("a failed action fails its stage and the execution; a retry runs on from there") {
    Pipelines world;
    world.project();
    world.build_fails(true);
    world.pipeline(
        {source_stage(), stage("Build", {build_action()}), stage("Deploy", {deploy_action()})});
    const std::string id = world.start();
    world.run_for(30min);
    CHECK(world.status(id) == "Failed");
    CHECK(world.latest(1)["errorDetails"]["code"] == "JobFailed");
    CHECK(world.latest(1)["errorDetails"]["message"].get<std::string>().find(
              "Build terminated with state: FAILED (FAILED in phase BUILD") == 0);
    CHECK(world.object("site", "index.html") == "nothing");

    world.build_fails(false);
    world.must("codepipeline", "RetryStageExecution",
               {{"pipelineName", "shop"},
                {"stageName", "Build"},
                {"pipelineExecutionId", id},
                {"retryMode", "FAILED_ACTIONS"}});
    world.run_for(30min);
    CHECK(world.status(id) == "Succeeded");
    CHECK(world.refusal("codepipeline", "RetryStageExecution",
                        {{"pipelineName", "shop"},
                         {"stageName", "Build"},
                         {"pipelineExecutionId", id},
                         {"retryMode", "FAILED_ACTIONS"}}) == "StageNotRetryableException");
  }

  TEST_CASE("actions of one run order begin together; those of the next when all of them worked") {
    Pipelines world;
    world.pipeline(
        {source_stage(), stage("Deploy", {with(deploy_action("One"), "runOrder", 1),
                                          with(deploy_action("Two"), "runOrder", 1),
                                          with(deploy_action("Three"), "runOrder", 2)})});
    world.start();
    world.run_for(10min);
    const Json one = world.must("codepipeline", "ListActionExecutions",
                                {{"pipelineName", "shop"}})["actionExecutionDetails"];
    CHECK(one[2]["startTime"] == one[1]["startTime"]);
    CHECK(one[0]["startTime"] >= one[1]["lastUpdateTime"]);
    CHECK(one[0]["startTime"] >= one[2]["lastUpdateTime"]);
  }

  TEST_CASE("SUPERSEDED: of those that wait for a locked stage only the newest stays") {
    Pipelines world;
    world.pipeline(
        {source_stage(), stage("Gate", {approval_action()}), stage("Deploy", {deploy_action()})});
    const std::string first = world.start();
    world.run_for(1min);
    const std::string second = world.start();
    world.run_for(1min);
    const std::string third = world.start();
    world.run_for(1min);
    CHECK(world.status(first) == "InProgress");  // holds the stage
    CHECK(world.status(second) == "Superseded");
    CHECK(world.status(third) == "InProgress");
    CHECK(world.state(1)["inboundExecutions"][0]["pipelineExecutionId"] == third);
    world.decide(1, "Approved");
    world.run_for(2min);
    CHECK(world.status(first) == "Succeeded");
    world.decide(1, "Approved");
    world.run_for(2min);
    CHECK(world.status(third) == "Succeeded");
  }

  TEST_CASE("QUEUED: those that wait enter one by one, in their order") {
    Pipelines world;
    world.pipeline({source_stage(), stage("Gate", {approval_action()})},
                   {{"executionMode", "QUEUED"}});
    std::vector<std::string> ids;
    for (int i = 0; i < 3; ++i) {
      ids.push_back(world.start());
      world.run_for(1min);
    }
    for (const std::string& id : ids) {
      CHECK(world.state(1)["latestExecution"]["pipelineExecutionId"] == id);
      world.decide(1, "Approved");
      CHECK(world.status(id) == "Succeeded");
    }
  }

  TEST_CASE("PARALLEL: executions do not wait for each other; fifty at a time") {
    Pipelines world;
    world.pipeline({source_stage(), stage("Gate", {approval_action()})},
                   {{"executionMode", "PARALLEL"}});
    for (int i = 0; i < 50; ++i) world.start();
    world.run_for(1min);
    int waiting = 0;
    const Json all = world.must("codepipeline", "ListActionExecutions",
                                {{"pipelineName", "shop"}})["actionExecutionDetails"];
    for (const Json& one : all)
      if (one["actionName"] == "Approve" && one["status"] == "InProgress") ++waiting;
    CHECK(waiting == 50);
    CHECK(world.refusal("codepipeline", "StartPipelineExecution", {{"name", "shop"}}) ==
          "ConcurrentPipelineExecutionsLimitExceededException");
  }

  TEST_CASE("a disabled transition holds executions before its stage") {
    Pipelines world;
    world.pipeline({source_stage(), stage("Deploy", {deploy_action()})});
    const Json transition{{"pipelineName", "shop"},
                          {"stageName", "Deploy"},
                          {"transitionType", "Inbound"},
                          {"reason", "a freeze"}};
    world.must("codepipeline", "DisableStageTransition", transition);
    const std::string id = world.start();
    world.run_for(1h);
    CHECK(world.status(id) == "InProgress");
    CHECK(world.state(1)["inboundTransitionState"]["disabledReason"] == "a freeze");
    world.must("codepipeline", "EnableStageTransition", transition);
    world.run_for(1min);
    CHECK(world.status(id) == "Succeeded");
  }

  TEST_CASE("stop and wait lets actions end and begins none; abandon ends them at once") {
    Pipelines world;
    world.project();
    world.pipeline(
        {source_stage(), stage("Build", {build_action()}), stage("Deploy", {deploy_action()})});
    const auto stop = [&](const std::string& id, bool abandon) {
      world.must("codepipeline", "StopPipelineExecution",
                 {{"pipelineName", "shop"},
                  {"pipelineExecutionId", id},
                  {"abandon", abandon},
                  {"reason", "an update"}});
    };
    const std::string waits = world.start();
    world.run_for(20s);
    stop(waits, false);
    CHECK(world.status(waits) == "Stopping");
    CHECK(world.stage_status(1) == "Stopping");
    CHECK(world.refusal("codepipeline", "StopPipelineExecution",
                        {{"pipelineName", "shop"}, {"pipelineExecutionId", waits}}) ==
          "DuplicatedStopRequestException");
    world.run_for(30min);
    CHECK(world.status(waits) == "Stopped");
    CHECK(world.latest(1)["status"] == "Succeeded");
    CHECK(world.object("site", "index.html") == "nothing");

    const std::string gone = world.start();
    world.run_for(20s);
    stop(gone, true);
    CHECK(world.status(gone) == "Stopped");
    CHECK(world.latest(1)["status"] == "Abandoned");
    CHECK(world.refusal("codepipeline", "StopPipelineExecution",
                        {{"pipelineName", "shop"}, {"pipelineExecutionId", gone}}) ==
          "PipelineExecutionNotStoppableException");
  }

  TEST_CASE("a rollback runs one stage with the artifacts of an execution that succeeded there") {
    Pipelines world;
    world.pipeline({source_stage(), stage("Deploy", {deploy_action()})});
    const std::string good = world.start();
    world.run_for(2min);
    world.push("second");
    const std::string bad = world.start();
    world.run_for(2min);
    CHECK(world.object("site", "index.html") == "second");
    const Json asked{
        {"pipelineName", "shop"}, {"stageName", "Deploy"}, {"targetPipelineExecutionId", good}};
    const std::string back =
        world.must("codepipeline", "RollbackStage", asked)["pipelineExecutionId"]
            .get<std::string>();
    world.run_for(2min);
    CHECK(world.status(back) == "Succeeded");
    CHECK(world.execution(back)["executionType"] == "ROLLBACK");
    CHECK(world.object("site", "index.html") == "first");
    Json source = asked;
    source["stageName"] = "Source";
    CHECK(world.refusal("codepipeline", "RollbackStage", source) ==
          "UnableToRollbackStageException");
    Json to_rollback = asked;
    to_rollback["targetPipelineExecutionId"] = back;
    CHECK(world.refusal("codepipeline", "RollbackStage", to_rollback) ==
          "UnableToRollbackStageException");
  }

  TEST_CASE("events have the documented detail types, states and members") {
    Pipelines world;
    world.pipeline({source_stage(), stage("Deploy", {deploy_action()})});
    world.must("sns", "CreateTopic", {{"Name", "told"}});
    const std::string id = world.start();
    world.run_for(2min);
    CHECK(events_of(world, "CodePipeline").empty());  // each has a line that says more
    CHECK(events_of(world, "shop execution 1 started by StartPipelineExecution").size() == 1);
    CHECK(events_of(world, "shop execution 1 Succeeded").size() == 1);
    CHECK(events_of(world, "shop/Copy execution 1: Succeeded").size() == 1);
  }
}

}  // namespace opsim::tests
