// One action: its variables, its artifacts, its provider, its time-out.
// AWS: CodePipeline User Guide, "Action structure reference", "Variables", "Configure server-side
// encryption for artifacts stored in Amazon S3" (S3-artifact-encryption).
#include "models/codepipeline/action_type.hpp"
#include "models/codepipeline/provider.hpp"

#include <fmt/format.h>

#include "opsim/cloud/input.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::codepipeline {

namespace {

/// Before an action does anything (estimate).
constexpr Duration kPickedUp = std::chrono::seconds{2};
/// Between two looks at what a provider does (estimate).
constexpr Duration kLooks = std::chrono::seconds{10};

struct NamedProvider {
  std::string_view category;
  std::string_view provider;
  Provider run;
};
constexpr NamedProvider kProviders[] = {
    {"Approval", "Manual", ask_for_approval},
    {"Build", "CodeBuild", run_codebuild},
    {"Compute", "Commands", run_commands},
    {"Deploy", "AppConfig", deploy_by_appconfig},
    {"Deploy", "CloudFormation", deploy_stack},
    {"Deploy", "CloudFormationStackInstances", deploy_stack_instances},
    {"Deploy", "CloudFormationStackSet", deploy_stack_set},
    {"Deploy", "CodeDeploy", deploy_by_codedeploy},
    {"Deploy", "CodeDeployToECS", deploy_to_ecs_blue_green},
    {"Deploy", "ECS", deploy_to_ecs},
    {"Deploy", "S3", deploy_to_s3},
    {"Invoke", "CodePipeline", start_other_pipeline},
    {"Invoke", "Lambda", invoke_function},
    {"Invoke", "StepFunctions", start_machine},
    {"Source", "CodeCommit", take_from_codecommit},
    {"Source", "CodeStarSourceConnection", take_from_connection},
    {"Source", "ECR", take_from_ecr},
    {"Source", "GitHub", take_from_github},
    {"Source", "S3", take_from_s3},
    {"Test", "CodeBuild", run_codebuild},
};

/// The role of the action, in its own account, or the pipeline's; in the Region of the action.
Caller caller_of(const Execution& execution, const ActionSpec& action) {
  Caller caller{execution.place, action.role.empty() ? execution.spec->role : action.role,
                "codepipeline.amazonaws.com"};
  if (const std::optional<Arn> role = Arn::parse(caller.principal); role && !role->account.empty())
    caller.place.account = role->account;
  if (!action.region.empty()) caller.place.region = action.region;
  return caller;
}

const ArtifactStore& store_of(const ActionContext& context) {
  const auto& stores = context.execution.spec->stores;
  const auto own = stores.find(context.caller.place.region);
  return own == stores.end() ? stores.begin()->second : own->second;
}

/// Keys of another account are named by their ARN, which says where they are.
Caller at_key(Caller caller, const std::string& key) {
  if (const std::optional<Arn> named = Arn::parse(key)) {
    if (!named->account.empty()) caller.place.account = named->account;
    if (!named->region.empty()) caller.place.region = named->region;
  }
  return caller;
}

/// "CodePipeline copies the artifact to the bucket of the action's Region" (actions-create-cross-
/// region).
Process<std::optional<ActionEnd>> copy_abroad(ActionContext& context, const Artifact artifact) {
  const ArtifactStore& store = store_of(context);
  if (artifact.place.region == context.caller.place.region || store.bucket == artifact.bucket)
    co_return std::nullopt;
  Caller copier{context.execution.place, context.execution.spec->role,
                "codepipeline.amazonaws.com"};
  copier.place.region = context.caller.place.region;
  Json object{
      {"Bucket", store.bucket}, {"Key", artifact.key}, {"Body", archive_of(artifact.files)}};
  Process<ApiResult<Json>> putting =
      context.all.cloud.call(std::move(copier), "s3", "PutObject", std::move(object));
  const ApiResult<Json> put = co_await putting;
  if (!put) co_return refused(put.error());
  co_return std::nullopt;
}

/// The role of the action reads its inputs: a disabled key, or a bucket it may not read, fails it.
Process<std::optional<ActionEnd>> read_inputs(ActionContext& context) {
  for (const std::string& name : context.action.inputs) {
    const auto found = context.execution.artifacts.find(name);
    if (found == context.execution.artifacts.end())
      co_return failed("ConfigurationError",
                       fmt::format("The input artifact {} was not made by this execution", name));
    const Artifact artifact = found->second;
    if (!artifact.sealed.empty()) {
      Caller reader = context.caller;
      reader.place = artifact.place;
      Json sealed{{"CiphertextBlob", artifact.sealed}};
      Process<ApiResult<Json>> opening = context.all.cloud.call(
          at_key(std::move(reader), artifact.kms_key), "kms", "Decrypt", std::move(sealed));
      const ApiResult<Json> opened = co_await opening;
      if (!opened) co_return refused(opened.error());
    }
    Json wanted{{"Bucket", artifact.bucket}, {"Key", artifact.key}};
    Process<ApiResult<Json>> reading = context.call("s3", "GetObject", std::move(wanted));
    const ApiResult<Json> read = co_await reading;
    if (!read) co_return refused(read.error());
    Process<std::optional<ActionEnd>> copying = copy_abroad(context, artifact);
    std::optional<ActionEnd> wrong = co_await copying;
    if (wrong) co_return *std::move(wrong);
  }
  co_return std::nullopt;
}

/// "codepipeline/bucket layout": pipeline name cut to 20, artifact to 10 characters, and an id.
Process<std::optional<ActionEnd>> store_output(ActionContext& context, std::string name,
                                               Files files) {
  const ArtifactStore store = store_of(context);
  Artifact artifact{.name = name,
                    .bucket = store.bucket,
                    .key = fmt::format("{}/{}/{}", context.execution.pipeline.substr(0, 20),
                                       name.substr(0, 10), context.all.cloud.next_id("artifact")),
                    .kms_key = store.key,
                    .place = {context.execution.place.account, context.caller.place.region}};
  if (!store.key.empty()) {
    Json wanted{{"KeyId", store.key}, {"KeySpec", "AES_256"}};
    Process<ApiResult<Json>> sealing = context.all.cloud.call(
        at_key(context.caller, store.key), "kms", "GenerateDataKey", std::move(wanted));
    const ApiResult<Json> sealed = co_await sealing;
    if (!sealed) co_return refused(sealed.error());
    artifact.sealed = input::text(*sealed, "CiphertextBlob");
  }
  Json object{{"Bucket", artifact.bucket}, {"Key", artifact.key}, {"Body", archive_of(files)}};
  Process<ApiResult<Json>> putting = context.call("s3", "PutObject", std::move(object));
  const ApiResult<Json> put = co_await putting;
  if (!put) co_return refused(put.error());
  artifact.files = std::move(files);
  context.execution.artifacts[name] = std::move(artifact);
  co_return std::nullopt;
}

std::optional<ActionEnd> fill_settings(ActionContext& context) {
  for (const auto& [key, value] : context.action.configuration) {
    Resolved resolved = resolve_variables(value, context.execution.variables);
    if (!resolved.unknown.empty())
      return failed("ConfigurationError",
                    fmt::format("The variable {} in the configuration {} could not be resolved",
                                resolved.unknown, key));
    context.run.configuration[key] = std::move(resolved.text);
  }
  return std::nullopt;
}

Process<ActionEnd> perform(ActionContext& context) {
  co_await context.all.sim().sleep(kPickedUp);
  if (std::optional<ActionEnd> wrong = fill_settings(context)) co_return *std::move(wrong);
  const Provider provider = find_provider(context.action.type);
  const ActionType* type = find_action_type(context.action.type);
  if (provider == nullptr)
    co_return failed(
        "JobFailed",
        fmt::format("{} {} is not simulated: {}", context.action.type.category,
                    context.action.type.provider, type == nullptr ? "no model yet" : type->absent));
  Process<std::optional<ActionEnd>> reading = read_inputs(context);
  std::optional<ActionEnd> wrong = co_await reading;
  if (wrong) co_return *std::move(wrong);
  Process<ActionEnd> work = provider(context);
  ActionEnd end = co_await work;
  if (!end.ok) co_return end;
  for (const std::string& name : context.action.outputs) {
    Process<std::optional<ActionEnd>> storing = store_output(context, name, end.outputs[name]);
    wrong = co_await storing;
    if (wrong) co_return *std::move(wrong);
  }
  co_return end;
}

void settle(ActionContext& context, ActionEnd end) {
  ActionRun& run = context.run;
  run.status = end.ok ? "Succeeded" : "Failed";
  run.summary = std::move(end.summary);
  run.error_code = std::move(end.code);
  run.error_message = std::move(end.message);
  run.variables = std::move(end.variables);
  run.token.clear();
  run.changed = context.all.sim().now();
  if (end.ok && !context.action.name_space.empty())
    context.execution.variables[context.action.name_space] = run.variables;
}

}  // namespace

ActionEnd failed(std::string code, std::string message) {
  ActionEnd end;
  end.ok = false;
  end.code = std::move(code);
  end.message = std::move(message);
  return end;
}

ActionEnd refused(const ApiError& error) {
  const bool denied = error.code.find("AccessDenied") != std::string::npos ||
                      error.code.find("Unauthorized") != std::string::npos;
  return failed(denied ? "PermissionError" : "ConfigurationError",
                fmt::format("{}: {}", error.code, error.message));
}

std::string ActionContext::setting(const std::string& key, std::string otherwise) const {
  const auto found = run.configuration.find(key);
  return found == run.configuration.end() || found->second.empty() ? std::move(otherwise)
                                                                   : found->second;
}

std::optional<std::string> ActionContext::file_at(std::string_view artifact_and_path) const {
  const auto colons = artifact_and_path.find("::");
  if (colons == artifact_and_path.npos) return std::nullopt;
  const auto artifact = execution.artifacts.find(std::string{artifact_and_path.substr(0, colons)});
  if (artifact == execution.artifacts.end()) return std::nullopt;
  const auto file = artifact->second.files.find(std::string{artifact_and_path.substr(colons + 2)});
  return file == artifact->second.files.end() ? std::nullopt : std::optional{file->second};
}

const Artifact* ActionContext::input() const {
  if (action.inputs.empty()) return nullptr;
  const auto found = execution.artifacts.find(action.inputs.front());
  return found == execution.artifacts.end() ? nullptr : &found->second;
}

Process<ActionEnd> poll(ActionContext& context, std::string service, std::string operation,
                        Json asked, Ended ended) {
  while (true) {
    ApiResult<Json> answer =
        context.all.cloud.inspect(context.caller.place, service, operation, asked);
    if (!answer && answer.error().code == "NotSimulated") {  // only to be called, perhaps
      Process<ApiResult<Json>> calling = context.call(service, operation, asked);
      answer = co_await calling;
    }
    if (!answer) co_return refused(answer.error());
    std::optional<ActionEnd> end = ended(*answer);
    if (end) co_return *std::move(end);
    co_await context.all.sim().sleep(kLooks);
  }
}

Provider find_provider(const TypeId& type) {
  for (const NamedProvider& one : kProviders)
    if (one.category == type.category && one.provider == type.provider && type.owner != "Custom")
      return one.run;
  return nullptr;
}

Process<> run_action(CodePipeline& all, Execution& execution, std::size_t stage,
                     std::size_t index) {
  const ActionSpec& action = execution.spec->stages[stage].actions[index];
  ActionRun& run = execution.stages[stage].actions[index];
  run.id = all.cloud.next_uuid("action execution");
  run.status = "InProgress";
  run.began = run.changed = all.sim().now();
  ActionContext context{all, execution, action, run, caller_of(execution, action)};
  tell_action(all, execution, stage, index);
  const ActionType* type = find_action_type(action.type);
  const Duration limit = action.timeout ? *action.timeout : type->limit;
  Process<ActionEnd> work = perform(context);
  Process<std::optional<ActionEnd>> in_time = with_timeout(std::move(work), limit);
  std::optional<ActionEnd> end = co_await in_time;
  if (!end)
    end = failed("JobFailed",
                 fmt::format("The action did not end within its time-out of {}", human(limit)));
  settle(context, *std::move(end));
  tell_action(all, execution, stage, index);
}

}  // namespace opsim::codepipeline
