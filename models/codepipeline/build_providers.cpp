// Build and test actions: CodeBuild.
// AWS: CodePipeline User Guide, action-reference-CodeBuild: PrimarySource where there are several
// inputs, EnvironmentVariables (JSON), exported variables as output variables; BatchEnabled is not
// simulated.
#include <fmt/format.h>

#include "models/codepipeline/provider.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codepipeline {

namespace {

using input::member;
using input::text;

const Json& first_build(const Json& answer) {
  static const Json none;
  const Json& builds = member(answer, "builds");
  return builds.is_array() && !builds.empty() ? builds.front() : none;
}

/// The phase that failed, and what it said.
std::string failed_phase(const Json& build) {
  const Json& phases = member(build, "phases");
  if (phases.is_array())
    for (const Json& phase : phases) {
      const std::string status = text(phase, "phaseStatus");
      if (status.empty() || status == "SUCCEEDED") continue;
      const Json& contexts = member(phase, "contexts");
      return fmt::format(
          "{} in phase {}{}", status, text(phase, "phaseType"),
          contexts.is_array() && !contexts.empty() ? ": " + text(contexts.front(), "message") : "");
    }
  return text(build, "buildStatus");
}

std::optional<ActionEnd> build_ended(const Json& answer) {
  const Json& build = first_build(answer);
  const std::string status = text(build, "buildStatus");
  if (status == "IN_PROGRESS") return std::nullopt;
  if (status != "SUCCEEDED")
    return failed("JobFailed",
                  fmt::format("Build terminated with state: {} ({})", status, failed_phase(build)));
  ActionEnd end;
  end.summary = fmt::format("build {} succeeded", text(build, "buildNumber"));
  if (const Json& exported = member(build, "exportedEnvironmentVariables"); exported.is_array())
    for (const Json& one : exported) end.variables[text(one, "name")] = text(one, "value");
  return end;
}

Json environment_of(const ActionContext& context) {
  const Json given = Json::parse(context.setting("EnvironmentVariables", "[]"), nullptr, false);
  return given.is_array() ? given : Json::array();
}

/// "PrimarySource: ... the directory in which CodeBuild looks for the build spec file."
const Artifact* primary_source(const ActionContext& context) {
  const std::string named = context.setting("PrimarySource");
  const auto found = context.execution.artifacts.find(named);
  return found == context.execution.artifacts.end() ? context.input() : &found->second;
}

/// What a build leaves: the files that its artifacts name, kept as CodeBuild stored them.
Process<ActionEnd> collect(ActionContext& context, ActionEnd end, std::string bucket,
                           std::string key) {
  Json wanted{{"Bucket", bucket}, {"Key", key}};
  Process<ApiResult<Json>> reading = context.call("s3", "GetObject", std::move(wanted));
  const ApiResult<Json> object = co_await reading;
  if (object) {
    const Files files = files_of(text(*object, "Body"));
    for (const std::string& output : context.action.outputs) end.outputs[output] = files;
  }
  co_return end;
}

}  // namespace

Process<ActionEnd> run_codebuild(ActionContext& context) {
  const Artifact* source = primary_source(context);
  Json asked{{"projectName", context.setting("ProjectName")},
             {"environmentVariablesOverride", environment_of(context)},
             {"sourceTypeOverride", "CODEPIPELINE"}};
  if (source != nullptr)
    asked["sourceLocationOverride"] = fmt::format("{}/{}", source->bucket, source->key);
  std::string bucket;
  std::string key;
  if (!context.action.outputs.empty() && source != nullptr) {
    bucket = source->bucket;
    key = fmt::format("{}/{}/{}", context.execution.pipeline.substr(0, 20),
                      context.output().substr(0, 10), context.all.cloud.next_id("build"));
    asked["artifactsOverride"] = {{"type", "CODEPIPELINE"}, {"location", bucket + "/" + key}};
  }
  Process<ApiResult<Json>> starting = context.call("codebuild", "StartBuild", std::move(asked));
  const ApiResult<Json> started = co_await starting;
  if (!started) co_return refused(started.error());
  const Json& build = member(*started, "build");
  context.run.external_id = text(build, "id");
  context.run.external_url =
      fmt::format("https://console.aws.amazon.com/codebuild/home?region={}#/builds/{}/view/new",
                  context.caller.place.region, context.run.external_id);
  Json ids{{"ids", Json::array({context.run.external_id})}};
  Process<ActionEnd> waiting =
      poll(context, "codebuild", "BatchGetBuilds", std::move(ids), build_ended);
  ActionEnd end = co_await waiting;
  if (!end.ok || bucket.empty()) co_return end;
  Process<ActionEnd> collecting = collect(context, std::move(end), bucket, key);
  end = co_await collecting;
  co_return end;
}

/// SIMPLIFIED: commands run as CodeBuild would run them, but here they only take a minute (an
/// estimate) and work; what the input holds is what comes out.
Process<ActionEnd> run_commands(ActionContext& context) {
  co_await context.all.sim().sleep(std::chrono::minutes{1});
  ActionEnd end;
  const Artifact* input = context.input();
  for (const std::string& output : context.action.outputs)
    end.outputs[output] = input == nullptr ? Files{} : input->files;
  co_return end;
}

}  // namespace opsim::codepipeline
