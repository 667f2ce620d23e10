// Approvals, conditions, keys, variables, triggers.
#include "models/codepipeline/pipeline.hpp"
#include "tests/models/codepipeline/world.hpp"

namespace opsim::tests {

namespace {

Json rule(const char* name, const char* provider, Json configuration) {
  return {{"name", name},
          {"ruleTypeId", {{"category", "Rule"}, {"owner", "AWS"}, {"provider", provider}}},
          {"configuration", std::move(configuration)}};
}
Json conditions(const char* result, Json one) {
  return {{"conditions",
           Json::array({Json{{"result", result}, {"rules", Json::array({std::move(one)})}}})}};
}

void alarm(Pipelines& world, const char* state) {
  world.must("cloudwatch", "PutMetricAlarm",
             {{"AlarmName", "Pain"},
              {"Namespace", "Test"},
              {"MetricName", "Pain"},
              {"Statistic", "Maximum"},
              {"Period", 60},
              {"EvaluationPeriods", 1},
              {"Threshold", 1},
              {"ComparisonOperator", "GreaterThanThreshold"}});
  world.must("cloudwatch", "SetAlarmState",
             {{"AlarmName", "Pain"}, {"StateValue", state}, {"StateReason", "a test"}});
}

}  // namespace

TEST_SUITE("codepipeline: gates") {
  TEST_CASE("an approval waits for its result by token; a rejection fails the action") {
    Pipelines world;
    world.pipeline(
        {source_stage(), stage("Gate", {approval_action()}), stage("Deploy", {deploy_action()})});
    const std::string id = world.start();
    world.run_for(24h);
    CHECK(world.status(id) == "InProgress");
    CHECK(world.refusal("codepipeline", "PutApprovalResult",
                        {{"pipelineName", "shop"},
                         {"stageName", "Gate"},
                         {"actionName", "Approve"},
                         {"token", "another"},
                         {"result", {{"status", "Approved"}, {"summary", ""}}}}) ==
          "InvalidApprovalTokenException");
    world.decide(1, "Rejected");
    CHECK(world.status(id) == "Failed");
    CHECK(world.latest(1)["lastUpdatedBy"] == "arn:aws:iam::123456789012:user/ann");
    CHECK(world.object("site", "index.html") == "nothing");
  }

  TEST_CASE("an approval that nobody answers fails after seven days, or after its own time-out") {
    Pipelines world;
    world.pipeline({source_stage(), stage("Gate", {approval_action()})});
    const std::string id = world.start();
    world.run_for(24h * 7);
    CHECK(world.status(id) == "InProgress");  // the source took its seconds
    world.run_for(1min);
    CHECK(world.status(id) == "Failed");

    Pipelines soon;
    soon.pipeline(
        {source_stage(), stage("Gate", {with(approval_action(), "timeoutInMinutes", 30)})});
    const std::string other = soon.start();
    soon.run_for(32min);
    CHECK(soon.status(other) == "Failed");
  }

  TEST_CASE("the topic of an approval gets the documented JSON") {
    Pipelines world;
    const std::string topic =
        world.must("sns", "CreateTopic", {{"Name", "approvals"}})["TopicArn"].get<std::string>();
    world.pipeline(
        {source_stage(),
         stage("Gate", {approval_action({{"NotificationArn", topic}, {"CustomData", "Look"}})})});
    world.start();
    world.run_for(1min);
    bool published = false;
    for (const JournalEntry& entry : world.journal.entries())
      published = published ||
                  entry.text.find("APPROVAL NEEDED: AWS CodePipeline shop") != std::string::npos ||
                  (entry.kind == EntryKind::message && entry.subject == "approvals");
    CHECK(published);
    CHECK(world.latest(1)["status"] == "InProgress");
  }

  TEST_CASE("entry: an alarm in ALARM keeps a stage from beginning") {
    Pipelines world;
    alarm(world, "ALARM");
    world.pipeline({source_stage(), with(stage("Deploy", {deploy_action()}), "beforeEntry",
                                         conditions("FAIL", rule("Healthy", "CloudWatchAlarm",
                                                                 {{"AlarmName", "Pain"}})))});
    const std::string id = world.start();
    world.run_for(2min);
    CHECK(world.status(id) == "Failed");
    CHECK(world.object("site", "index.html") == "nothing");
    alarm(world, "OK");
    const std::string next = world.start();
    world.run_for(2min);
    CHECK(world.status(next) == "Succeeded");
  }

  TEST_CASE("entry: a variable that does not match skips the stage") {
    Pipelines world;
    world.pipeline(
        {source_stage(), with(stage("Deploy", {deploy_action()}), "beforeEntry",
                              conditions("SKIP", rule("OnlyReleases", "VariableCheck",
                                                      {{"Variable", "#{variables.Kind}"},
                                                       {"Operator", "EQ"},
                                                       {"Value", "release"}})))},
        {{"variables", Json::array({Json{{"name", "Kind"}, {"defaultValue", "draft"}}})}});
    const std::string id = world.start();
    world.run_for(2min);
    CHECK(world.status(id) == "Succeeded");
    CHECK(world.stage_status(1) == "Skipped");
    CHECK(world.object("site", "index.html") == "nothing");
    world.start({{"variables", Json::array({Json{{"name", "Kind"}, {"value", "release"}}})}});
    world.run_for(2min);
    CHECK(world.stage_status(1) == "Succeeded");
  }

  TEST_CASE("entry: a deployment window is open at its hours only") {
    // The world begins on Monday, 2 March 2026, 09:00 UTC.
    for (const auto& [cron, expected] : {std::pair{"* * 9-16 ? * MON-FRI *", "Succeeded"},
                                         std::pair{"* * 18-20 ? * MON-FRI", "Failed"}}) {
      Pipelines world;
      world.pipeline(
          {source_stage(), with(stage("Deploy", {deploy_action()}), "beforeEntry",
                                conditions("FAIL", rule("Hours", "DeploymentWindow",
                                                        {{"Cron", cron}, {"TimeZone", "UTC"}})))});
      const std::string id = world.start();
      world.run_for(2min);
      CAPTURE(cron);
      CHECK(world.status(id) == expected);
    }
  }

  TEST_CASE("on success: an alarm within the wait rolls the stage back by itself") {
    Pipelines world;
    alarm(world, "OK");
    world.pipeline(
        {source_stage(),
         with(stage("Deploy", {deploy_action()}), "onSuccess",
              conditions("ROLLBACK", rule("Calm", "CloudWatchAlarm",
                                          {{"AlarmName", "Pain"}, {"WaitTime", "10"}})))});
    world.start();
    world.run_for(20min);
    CHECK(world.stage_status(1) == "Succeeded");
    world.push("second");
    const std::string bad = world.start();
    world.run_for(3min);
    CHECK(world.object("site", "index.html") == "second");
    alarm(world, "ALARM");
    world.run_for(2min);
    alarm(world, "OK");
    world.run_for(20min);
    CHECK(world.status(bad) == "Failed");
    CHECK(world.object("site", "index.html") == "first");
    const Json newest = world.must("codepipeline", "ListPipelineExecutions",
                                   {{"pipelineName", "shop"}})["pipelineExecutionSummaries"][0];
    CHECK(newest["executionType"] == "ROLLBACK");
    CHECK(newest["trigger"]["triggerType"] == "AutomatedRollback");
  }

  TEST_CASE("on failure: RETRY tries once more") {
    Pipelines world;
    world.project();
    world.build_fails(true);
    world.pipeline(
        {source_stage(),
         with(stage("Build", {build_action()}), "onFailure",
              {{"result", "RETRY"}, {"retryConfiguration", {{"retryMode", "FAILED_ACTIONS"}}}})});
    const std::string id = world.start();
    world.run_for(1h);
    CHECK(world.status(id) == "Failed");
    const Json builds =
        world.must("codebuild", "ListBuildsForProject", {{"projectName", "shop-build"}})["ids"];
    CHECK(builds.size() == 2);
  }

  TEST_CASE("a disabled key of the artifact store fails the action that needs it") {
    Pipelines world;
    const Json key = world.must("kms", "CreateKey")["KeyMetadata"];
    world.pipeline(
        {source_stage(), stage("Gate", {approval_action()}), stage("Deploy", {deploy_action()})},
        {{"artifactStores",
          {{"us-east-1",
            {{"type", "S3"},
             {"location", "artifacts"},
             {"encryptionKey", {{"id", key["Arn"]}, {"type", "KMS"}}}}}}}});
    const std::string id = world.start();
    world.run_for(1min);
    CHECK(world.stage_status(0) == "Succeeded");
    world.must("kms", "DisableKey", {{"KeyId", key["KeyId"]}});
    world.decide(1, "Approved");
    CHECK(world.status(id) == "Failed");
    CHECK(world.latest(2)["errorDetails"]["message"].get<std::string>().find("DisabledException") ==
          0);
  }

  TEST_CASE("an action's variables are known by its namespace; an unknown one fails the action") {
    Pipelines world;
    Json source = source_stage();
    source["actions"][0]["namespace"] = "src";
    Json deploy = deploy_action();
    deploy["configuration"]["ObjectKey"] = "#{src.BranchName}";
    world.pipeline({source, stage("Deploy", {deploy})});
    world.start();
    world.run_for(2min);
    CHECK(world.object("site", "main/index.html") == "first");

    Pipelines other;
    deploy["configuration"]["ObjectKey"] = "#{src.Nobody}";
    other.pipeline({source, stage("Deploy", {deploy})});
    const std::string id = other.start();
    other.run_for(2min);
    CHECK(other.status(id) == "Failed");
    CHECK(other.latest(1)["errorDetails"]["code"] == "ConfigurationError");
  }

  TEST_CASE("a polled branch starts the pipeline within a minute or so; a rule at once") {
    Pipelines world;
    Json source = source_stage();
    source["actions"][0]["configuration"].erase("PollForSourceChanges");
    world.pipeline({source, stage("Deploy", {deploy_action()})});
    world.push("second");
    world.run_for(3min);
    CHECK(world.object("site", "index.html") == "second");
    const Json newest = world.must("codepipeline", "ListPipelineExecutions",
                                   {{"pipelineName", "shop"}})["pipelineExecutionSummaries"][0];
    CHECK(newest["trigger"]["triggerType"] == "PollForSourceChanges");

    Pipelines ruled;
    ruled.pipeline({source_stage(), stage("Deploy", {deploy_action()})});
    ruled.must(
        "events", "PutRule",
        {{"Name", "pushes"},
         {"EventPattern", R"({"source":["aws.codecommit"],"detail":{"referenceName":["main"]}})"}});
    ruled.must(
        "events", "PutTargets",
        {{"Rule", "pushes"},
         {"Targets", Json::array({Json{{"Id", "1"},
                                       {"Arn", "arn:aws:codepipeline:us-east-1:123456789012:shop"},
                                       {"RoleArn", "arn:aws:iam::123456789012:role/start"}}})}});
    ruled.push("second");
    ruled.run_for(1min);
    CHECK(ruled.object("site", "index.html") == "second");
    const Json last = ruled.must("codepipeline", "ListPipelineExecutions",
                                 {{"pipelineName", "shop"}})["pipelineExecutionSummaries"][0];
    CHECK(last["trigger"]["triggerType"] == "CloudWatchEvent");
    CHECK(last["trigger"]["triggerDetail"] == "arn:aws:events:us-east-1:123456789012:rule/pushes");
  }

  TEST_CASE("triggers of a connection: branches, file paths and tags") {
    using codepipeline::PushFilter;
    PushFilter releases;
    releases.names_branches = true;
    releases.branches = {{"release/**"}, {"release/old*"}};
    releases.names_paths = true;
    releases.paths = {{"src/**", "*.{yml,yaml}"}, {"**/*.md"}};
    struct Row {
      const char* branch;
      std::vector<std::string> paths;
      bool passes;
    };
    const Row rows[] = {
        {"release/1/2", {"src/a/b.cpp"}, true},       {"release/1", {"template.yaml"}, true},
        {"release/1", {"docs/template.yaml"}, false},  // * does not cross folders
        {"release/1", {"src/README.md"}, false},       // excludes win
        {"release/old-1", {"src/a.cpp"}, false},      {"main", {"src/a.cpp"}, false},
    };
    for (const auto& [branch, paths, expected] : rows) {
      CAPTURE(branch);
      CAPTURE(paths.front());
      CHECK(codepipeline::passes(releases, branch, paths, "") == expected);
    }
    PushFilter tags;
    tags.names_tags = true;
    tags.tags = {{"v*"}, {}};
    CHECK(codepipeline::passes(tags, "", {}, "v1.2"));
    CHECK_FALSE(codepipeline::passes(tags, "main", {}, ""));
    CHECK(codepipeline::glob_matches("**/*.md", "README.md"));
    CHECK(codepipeline::glob_matches("a?c", "abc"));
    CHECK_FALSE(codepipeline::glob_matches("a?c", "a/c"));
    // Ends, whatever is written.
    CHECK_FALSE(codepipeline::glob_matches("{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}",
                                           std::string(200, 'c')));
  }

  TEST_CASE("a push through a connection starts the pipeline with that commit") {
    Pipelines world;
    Json source = stage("Source", {with(action("Pull", "Source", "CodeStarSourceConnection",
                                               {{"ConnectionArn",
                                                 "arn:aws:codestar-connections:us-east-1:"
                                                 "123456789012:connection/1"},
                                                {"FullRepositoryId", "example/shop"},
                                                {"BranchName", "main"}}),
                                        "outputArtifacts", named("Code"))});
    world.pipeline({source, stage("Deploy", {deploy_action()})});
    world.must("codeconnections", "PushCommit",
               {{"FullRepositoryId", "example/shop"},
                {"BranchName", "main"},
                {"Files", {{"index.html", "from outside"}}}});
    world.must("codeconnections", "PushCommit",
               {{"FullRepositoryId", "example/shop"}, {"BranchName", "other"}});
    world.run_for(2min);
    CHECK(world.object("site", "index.html") == "from outside");
    CHECK(world
              .must("codepipeline", "ListPipelineExecutions",
                    {{"pipelineName", "shop"}})["pipelineExecutionSummaries"]
              .size() == 1);
  }
}

}  // namespace opsim::tests
