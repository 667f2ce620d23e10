#pragma once
/// A pipeline with its source, its builds, its keys and its people.
#include "models/cloudwatch/service.hpp"
#include "models/codebuild/codebuild.hpp"
#include "models/codebuild/service.hpp"
#include "models/codecommit/service.hpp"
#include "models/codeconnections/service.hpp"
#include "models/codepipeline/codepipeline.hpp"
#include "models/codepipeline/service.hpp"
#include "models/events/service.hpp"
#include "models/kms/service.hpp"
#include "models/lambda/service.hpp"
#include "models/s3/service.hpp"
#include "models/sns/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

inline const Service* const kPipelineCatalog[] = {&kCloudWatch,
                                                  &kEvents,
                                                  &kSns,
                                                  &kLambda,
                                                  &kS3,
                                                  &kKms,
                                                  &kCodePipeline,
                                                  &kCodeBuild,
                                                  &kCodeCommit,
                                                  &kCodeConnections,
                                                  &kCodeStarConnections};

inline Json action(const char* name, const char* category, const char* provider,
                   Json configuration = Json::object()) {
  return {{"name", name},
          {"actionTypeId",
           {{"category", category}, {"owner", "AWS"}, {"provider", provider}, {"version", "1"}}},
          {"configuration", std::move(configuration)}};
}
inline Json with(Json one, const char* key, Json value) {
  one[key] = std::move(value);
  return one;
}
inline Json named(const char* artifact) { return Json::array({Json{{"name", artifact}}}); }
inline Json stage(const char* name, std::vector<Json> actions) {
  return {{"name", name}, {"actions", actions}};
}
inline Json source_stage() {
  return stage("Source", {with(action("Pull", "Source", "CodeCommit",
                                      {{"RepositoryName", "shop"},
                                       {"BranchName", "main"},
                                       {"PollForSourceChanges", "false"}}),
                               "outputArtifacts", named("Code"))});
}
inline Json build_action() {
  return with(with(action("Compile", "Build", "CodeBuild", {{"ProjectName", "shop-build"}}),
                   "inputArtifacts", named("Code")),
              "outputArtifacts", named("Built"));
}
inline Json approval_action(Json configuration = Json::object()) {
  return action("Approve", "Approval", "Manual", std::move(configuration));
}
inline Json deploy_action(const char* name = "Copy") {
  return with(action(name, "Deploy", "S3", {{"BucketName", "site"}, {"Extract", "true"}}),
              "inputArtifacts", named("Code"));
}

struct Pipelines : SmallWorld {
  explicit Pipelines(Seed seed = Seed{1}) : SmallWorld{kPipelineCatalog, seed} {
    for (const char* bucket : {"artifacts", "site"})
      must("s3", "CreateBucket", {{"Bucket", bucket}});
    must("codecommit", "CreateRepository", {{"repositoryName", "shop"}});
    push("first", {{"buildspec.yml", "version: 0.2\nphases: {build: {commands: [make]}}\n"}});
  }
  void push(const std::string& message, Json files = Json::object()) {
    Json put = Json::array();
    files["index.html"] = message;
    for (const auto& [path, content] : files.items())
      put.push_back({{"filePath", path}, {"fileContent", content}});
    must("codecommit", "CreateCommit",
         {{"repositoryName", "shop"},
          {"branchName", "main"},
          {"commitMessage", message},
          {"putFiles", put}});
  }
  void project(Json more = Json::object()) {
    more.update({{"name", "shop-build"},
                 {"serviceRole", "arn:aws:iam::123456789012:role/build"},
                 {"source", {{"type", "CODEPIPELINE"}}},
                 {"artifacts", {{"type", "CODEPIPELINE"}}},
                 {"environment",
                  {{"type", "LINUX_CONTAINER"},
                   {"image", "aws/codebuild/standard:7.0"},
                   {"computeType", "BUILD_GENERAL1_SMALL"}}}});
    must("codebuild", "CreateProject", more);
  }
  static Json declaration(std::vector<Json> stages, Json more = Json::object()) {
    more.update({{"name", "shop"},
                 {"pipelineType", "V2"},
                 {"roleArn", "arn:aws:iam::123456789012:role/pipeline"},
                 {"stages", stages}});
    if (!more.contains("artifactStores"))
      more["artifactStore"] = {{"type", "S3"}, {"location", "artifacts"}};
    return more;
  }
  /// Makes the pipeline as a stack that stands does: it does not run yet.
  void pipeline(std::vector<Json> stages, Json more = Json::object()) {
    make("AWS::CodePipeline::Pipeline", "Shop", declaration(std::move(stages), std::move(more)));
  }
  std::string start(Json more = Json::object()) {
    more["name"] = "shop";
    return must("codepipeline", "StartPipelineExecution", more)["pipelineExecutionId"]
        .get<std::string>();
  }
  Json execution(const std::string& id) {
    return must("codepipeline", "GetPipelineExecution",
                {{"pipelineName", "shop"}, {"pipelineExecutionId", id}})["pipelineExecution"];
  }
  std::string status(const std::string& id) { return execution(id)["status"].get<std::string>(); }
  Json state(std::size_t number) {
    return must("codepipeline", "GetPipelineState", {{"name", "shop"}})["stageStates"][number];
  }
  std::string stage_status(std::size_t number) {
    const Json one = state(number);
    return one.contains("latestExecution") ? one["latestExecution"]["status"].get<std::string>()
                                           : "";
  }
  Json latest(std::size_t number, std::size_t action_number = 0) {
    return state(number)["actionStates"][action_number]["latestExecution"];
  }
  void decide(std::size_t number, const char* what) {
    must("codepipeline", "PutApprovalResult",
         {{"pipelineName", "shop"},
          {"stageName", state(number)["stageName"]},
          {"actionName", "Approve"},
          {"token", latest(number)["token"]},
          {"result", {{"status", what}, {"summary", "looked at it"}}}});
    run_for(1min);
  }
  /// What lies in a bucket of the account.
  std::string object(const char* bucket, const char* key) {
    const auto found = call("s3", "GetObject", {{"Bucket", bucket}, {"Key", key}});
    return found ? (*found)["Body"].get<std::string>() : "nothing";
  }
  void build_fails(bool fails) {
    auto& model = static_cast<codebuild::CodeBuild&>(*cloud.model("codebuild"));
    model.physics["shop-build/BUILD"] = {
        .takes = {}, .with_cache = {}, .succeeds = fails ? 0.0 : 100.0, .fails_with = "npm test"};
  }
};

/// Events of a source, as any rule would see them.
inline std::vector<std::string> events_of(const SmallWorld& world, std::string_view part) {
  std::vector<std::string> lines;
  for (const JournalEntry& entry : world.journal.entries())
    if (entry.kind == EntryKind::event && entry.text.find(part) != std::string::npos)
      lines.push_back(entry.text);
  return lines;
}

}  // namespace opsim::tests
