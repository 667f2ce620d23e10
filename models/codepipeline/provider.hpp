#pragma once
/// What an action does, by its provider. Each is one coroutine that reads like its page of the
/// "Action structure reference".
#include "models/codepipeline/codepipeline.hpp"

namespace opsim::codepipeline {

struct ActionEnd {
  bool ok = true;
  std::string code{};  // FailureType: JobFailed, ConfigurationError, PermissionError, ...
  std::string message{};
  std::string summary{};
  std::map<std::string, std::string> variables{};
  std::map<std::string, Files> outputs{};  // by artifact
};
[[nodiscard]] ActionEnd failed(std::string code, std::string message);
/// A refusal of a call as CodePipeline tells it: denied is PermissionError.
[[nodiscard]] ActionEnd refused(const ApiError& error);

/// One action at work. Lives in the frame of run_action.
struct ActionContext {
  CodePipeline& all;
  Execution& execution;
  const ActionSpec& action;
  ActionRun& run;
  Caller caller;

  /// A configuration value with its variables filled in, or `otherwise`.
  [[nodiscard]] std::string setting(const std::string& key, std::string otherwise = {}) const;
  [[nodiscard]] Process<ApiResult<Json>> call(std::string service, std::string operation,
                                              Json input) const {
    return all.cloud.call(caller, std::move(service), std::move(operation), std::move(input));
  }
  /// "MyApp::template.yml": that file of that input; nothing where it is not there.
  [[nodiscard]] std::optional<std::string> file_at(std::string_view artifact_and_path) const;
  /// Files of the first input.
  [[nodiscard]] const Artifact* input() const;
  [[nodiscard]] std::string output() const {
    return action.outputs.empty() ? "" : action.outputs.front();
  }
};

/// Asks until `ended` has an answer. CodePipeline polls its providers as well.
using Ended = std::optional<ActionEnd> (*)(const Json& answer);
[[nodiscard]] Process<ActionEnd> poll(ActionContext& context, std::string service,
                                      std::string operation, Json asked, Ended ended);

using Provider = Process<ActionEnd> (*)(ActionContext&);
/// Null where it is not simulated.
[[nodiscard]] Provider find_provider(const TypeId& type);

Process<ActionEnd> take_from_codecommit(ActionContext& context);
Process<ActionEnd> take_from_connection(ActionContext& context);
Process<ActionEnd> take_from_ecr(ActionContext& context);
Process<ActionEnd> take_from_github(ActionContext& context);
Process<ActionEnd> take_from_s3(ActionContext& context);
Process<ActionEnd> run_codebuild(ActionContext& context);
Process<ActionEnd> run_commands(ActionContext& context);
Process<ActionEnd> ask_for_approval(ActionContext& context);
Process<ActionEnd> deploy_by_codedeploy(ActionContext& context);
Process<ActionEnd> deploy_to_ecs_blue_green(ActionContext& context);
Process<ActionEnd> deploy_to_ecs(ActionContext& context);
Process<ActionEnd> deploy_to_s3(ActionContext& context);
Process<ActionEnd> deploy_by_appconfig(ActionContext& context);
Process<ActionEnd> deploy_stack(ActionContext& context);
Process<ActionEnd> deploy_stack_set(ActionContext& context);
Process<ActionEnd> deploy_stack_instances(ActionContext& context);
Process<ActionEnd> invoke_function(ActionContext& context);
Process<ActionEnd> start_machine(ActionContext& context);
Process<ActionEnd> start_other_pipeline(ActionContext& context);

}  // namespace opsim::codepipeline
