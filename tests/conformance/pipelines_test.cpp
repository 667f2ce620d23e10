// Pipelines of real templates (../shared/corpus/cfn): unmodified, with made-up values for their
// parameters, a revision is pushed to the source of each, and goes as far as its template says.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "models/catalog.hpp"
#include "opsim/cloud/archive.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/scenario/world.hpp"
#include "tests/conformance/corpus_values.hpp"
#include "tests/shared_folder.hpp"

namespace opsim::tests {

namespace {

using input::member;
using input::text;

const Place kPipelineHome{"123456789012", "us-east-1"};
/// The role of the one template that deploys a stack may make volumes.
constexpr const char* kSmallStack = R"({"Resources": {"Disk": {"Type": "AWS::EC2::Volume",
  "Properties": {"AvailabilityZone": "us-east-1a", "Size": 1}}}})";
constexpr const char* kSmallBuild =
    "version: 0.2\nphases: {build: {commands: [make]}}\nartifacts: {files: ['**/*']}\n";

ApiResult<Json> ask(World& world, std::string service, std::string operation, Json with) {
  std::optional<ApiResult<Json>> answer;
  static constexpr auto calling = [](World& in, std::string at, std::string what, Json input,
                                     std::optional<ApiResult<Json>>& out) -> Process<> {
    ApiResult<Json> given =
        co_await in.cloud().call(in.user(), std::move(at), std::move(what), std::move(input));
    out = std::move(given);
  };
  world.sim().spawn(
      calling(world, std::move(service), std::move(operation), std::move(with), answer));
  while (!answer && world.sim().run_one()) {
  }
  REQUIRE(answer.has_value());
  return *std::move(answer);
}

Json declaration_of(World& world, const std::string& pipeline) {
  const auto found =
      world.cloud().inspect(kPipelineHome, "codepipeline", "GetPipeline", {{"name", pipeline}});
  REQUIRE(found.has_value());
  return (*found)["pipeline"];
}

/// What its actions and projects look for in a source.
Files files_for(World& world, const Json& declaration) {
  Files files{{"buildspec.yml", kSmallBuild}, {"index.html", "a page"}};
  for (const Json& stage : declaration["stages"])
    for (const Json& action : stage["actions"]) {
      const Json& settings = member(action, "configuration");
      for (const char* key : {"TemplatePath", "TemplateConfiguration"})
        if (const std::string path = text(settings, key); path.find("::") != path.npos)
          files[path.substr(path.find("::") + 2)] =
              std::string_view{key} == "TemplatePath" ? kSmallStack : "{}";
      const auto project =
          world.cloud().inspect(kPipelineHome, "codebuild", "BatchGetProjects",
                                {{"names", Json::array({text(settings, "ProjectName")})}});
      if (!project || (*project)["projects"].empty()) continue;
      const std::string spec = text(member((*project)["projects"][0], "source"), "buildspec");
      if (!spec.empty() && spec.find('\n') == spec.npos) files[spec] = kSmallBuild;
    }
  return files;
}

void push(World& world, const Json& settings, const std::string& provider, const Files& files) {
  if (provider == "CodeCommit") {
    const std::string name = text(settings, "RepositoryName");
    (void)ask(world, "codecommit", "CreateRepository", {{"repositoryName", name}});
    Json put = Json::array();
    for (const auto& [path, content] : files)
      put.push_back({{"filePath", path}, {"fileContent", content}});
    const auto pushed = ask(world, "codecommit", "CreateCommit",
                            {{"repositoryName", name},
                             {"branchName", text(settings, "BranchName")},
                             {"commitMessage", "a revision"},
                             {"putFiles", put}});
    CHECK(pushed.has_value());
  } else if (provider == "S3") {
    const auto put = ask(world, "s3", "PutObject",
                         {{"Bucket", text(settings, "S3Bucket")},
                          {"Key", text(settings, "S3ObjectKey")},
                          {"Body", archive_of(files)}});
    CHECK(put.has_value());
  } else {
    const std::string owner = text(settings, "Owner");
    const auto pushed = ask(
        world, "codeconnections", "PushCommit",
        {{"FullRepositoryId", owner.empty() ? text(settings, "FullRepositoryId")
                                            : owner + "/" + text(settings, "Repo")},
         {"BranchName", owner.empty() ? text(settings, "BranchName") : text(settings, "Branch")},
         {"Files", files}});
    CHECK(pushed.has_value());
  }
}

/// State machines that its parameters name stand somewhere else: here, too.
void make_machines(World& world, const Json& declaration) {
  for (const Json& stage : declaration["stages"])
    for (const Json& action : stage["actions"])
      if (const std::string arn = text(member(action, "configuration"), "StateMachineArn");
          !arn.empty())
        (void)ask(world, "states", "CreateStateMachine",
                  {{"name", arn.substr(arn.rfind(':') + 1)},
                   {"roleArn", "arn:aws:iam::123456789012:role/machine"},
                   {"definition", R"({"StartAt":"Done","States":{"Done":{"Type":"Succeed"}}})"}});
}

/// So do projects that it imports.
void make_projects(World& world, const Json& declaration) {
  for (const Json& stage : declaration["stages"])
    for (const Json& action : stage["actions"])
      if (const std::string name = text(member(action, "configuration"), "ProjectName");
          !name.empty())
        (void)ask(world, "codebuild", "CreateProject",
                  {{"name", name},
                   {"source", {{"type", "CODEPIPELINE"}}},
                   {"artifacts", {{"type", "CODEPIPELINE"}}},
                   {"environment",
                    {{"type", "LINUX_CONTAINER"},
                     {"image", "aws/codebuild/standard:7.0"},
                     {"computeType", "BUILD_GENERAL1_SMALL"}}},
                   {"serviceRole", "arn:aws:iam::123456789012:role/build"}});
}

/// Somebody approves whatever waits.
void approve_all(World& world, const std::string& pipeline) {
  const auto state = world.cloud().inspect(kPipelineHome, "codepipeline", "GetPipelineState",
                                           {{"name", pipeline}});
  REQUIRE(state.has_value());
  for (const Json& stage : (*state)["stageStates"])
    for (const Json& action : stage["actionStates"]) {
      const std::string token = text(member(action, "latestExecution"), "token");
      if (token.empty()) continue;
      const auto done = ask(world, "codepipeline", "PutApprovalResult",
                            {{"pipelineName", pipeline},
                             {"stageName", stage["stageName"]},
                             {"actionName", action["actionName"]},
                             {"token", token},
                             {"result", {{"status", "Approved"}, {"summary", "looked at"}}}});
      CHECK(done.has_value());
    }
}

/// "Succeeded", or where it stopped and what that said.
std::string played(World& world, const std::string& pipeline) {
  const Json declaration = declaration_of(world, pipeline);
  const Json source = declaration["stages"][0]["actions"][0];
  make_machines(world, declaration);
  make_projects(world, declaration);
  // A bucket of another stack stands; one of its own is there already.
  (void)ask(world, "s3", "CreateBucket",
            {{"Bucket", text(member(declaration, "artifactStore"), "location")}});
  push(world, member(source, "configuration"), text(source["actionTypeId"], "provider"),
       files_for(world, declaration));
  const auto started = ask(world, "codepipeline", "StartPipelineExecution", {{"name", pipeline}});
  REQUIRE(started.has_value());
  for (int hour = 0; hour < 6; ++hour) {
    world.run_until(world.sim().now() + std::chrono::hours{1});
    approve_all(world, pipeline);
  }
  const auto execution = world.cloud().inspect(
      kPipelineHome, "codepipeline", "GetPipelineExecution",
      {{"pipelineName", pipeline}, {"pipelineExecutionId", text(*started, "pipelineExecutionId")}});
  REQUIRE(execution.has_value());
  std::string said = text((*execution)["pipelineExecution"], "status");
  const auto actions = world.cloud().inspect(kPipelineHome, "codepipeline", "ListActionExecutions",
                                             {{"pipelineName", pipeline}});
  for (const Json& one : (*actions)["actionExecutionDetails"])
    if (const Json& error = member(one["output"]["executionResult"], "errorDetails");
        error.is_object() && said != "Succeeded")
      said += fmt::format("; {}: {}", text(one, "actionName"), text(error, "message"));
  return said;
}

/// The name of an export that the stack lacks, or "".
std::string lacked_export(const std::string& wrong) {
  constexpr std::string_view kBefore = "no stack before this one exports \"";
  const auto at = wrong.find(kBefore);
  if (at == wrong.npos) return {};
  const auto from = at + kBefore.size();
  return wrong.substr(from, wrong.find('"', from) - from);
}

StackSettings made_up_settings(const Template& read) {
  StackSettings settings{.name = "my-stack", .place = kPipelineHome};
  for (const TemplateParameter& parameter : read.parameters())
    if (parameter.name == "StateMachineArn")
      settings.parameters[parameter.name] =
          "arn:aws:states:us-east-1:123456789012:stateMachine:chaos";
    else if (!parameter.default_value)
      settings.parameters[parameter.name] = suitable_value(parameter);
  return settings;
}

/// What became of each pipeline of a template.
std::vector<std::string> play_template(const std::filesystem::path& file) {
  std::ifstream stream{file, std::ios::binary};
  const std::string content{std::istreambuf_iterator<char>{stream}, {}};
  const Document document =
      read_text(file.string(), filled_in(content), {.duplicates = Duplicates::last_wins});
  std::vector<std::string> exported;
  for (int tries = 0; tries < 16; ++tries) {
    Diagnostics diagnostics;
    const Template read = Template::read(document, diagnostics);
    World world{catalog(), kPipelineHome, *parse_iso8601("2026-03-02T09:00:00Z"), Seed{1},
                Level::nothing};
    Exports exports;
    for (const std::string& name : exported)
      exports.add(kPipelineHome, name, {suitable_export(name), "made-up"});
    stand_up(world.cloud(), read, made_up_settings(read), exports, diagnostics);
    if (std::string name = lacked_export(diagnostics.text()); !name.empty()) {
      exported.push_back(std::move(name));
      continue;
    }
    std::vector<std::string> outcomes;
    for (const Resource* one : world.cloud().resources().of_type("AWS::CodePipeline::Pipeline"))
      outcomes.push_back(played(world, one->physical_id));
    return outcomes;
  }
  return {};
}

}  // namespace

TEST_SUITE("real artefacts: pipelines") {
  TEST_CASE("a pushed revision runs through the pipelines of real templates") {
    const auto shared = shared_folder();
    if (!shared || !std::filesystem::exists(*shared / "corpus" / "cfn")) {
      MESSAGE("skipped: no corpus here");
      return;
    }
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(*shared / "corpus" / "cfn")) {
      std::ifstream stream{entry.path(), std::ios::binary};
      const std::string content{std::istreambuf_iterator<char>{stream}, {}};
      if (content.find("AWS::CodePipeline::Pipeline") != content.npos)
        files.push_back(entry.path());
    }
    std::ranges::sort(files);
    std::size_t pipelines = 0;
    std::size_t succeeded = 0;
    std::string told;
    for (const auto& file : files)
      for (const std::string& outcome : play_template(file)) {
        ++pipelines;
        if (outcome == "Succeeded") ++succeeded;
        told += fmt::format("\n  {}: {}", file.filename().string(), outcome);
      }
    MESSAGE(fmt::format("{} of {} succeed:{}", succeeded, pipelines, told));
    CHECK(pipelines == 8);
    CHECK(succeeded == 8);
  }
}

}  // namespace opsim::tests
