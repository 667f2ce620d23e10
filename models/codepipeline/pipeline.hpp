#pragma once
/// What a pipeline is: its stages, actions, conditions and triggers as somebody declared them.
///
/// AWS: CodePipeline User Guide, "Pipeline structure reference" (reference-pipeline-structure); API
/// Reference, PipelineDeclaration.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "opsim/cloud/api.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::codepipeline {

struct TypeId {
  std::string category;  // Source, Build, Test, Deploy, Approval, Invoke, Compute
  std::string owner;     // AWS, ThirdParty, Custom
  std::string provider;  // "CodeBuild"
  std::string version;
};

struct ActionSpec {
  std::string name;
  TypeId type;
  std::int64_t run_order = 1;
  std::map<std::string, std::string> configuration;
  std::vector<std::string> inputs;   // names of artifacts
  std::vector<std::string> outputs;  // likewise
  std::string role;                  // "" for the pipeline's
  std::string region;                // "" for the pipeline's
  std::string name_space;            // "" where its variables are nobody's
  std::optional<Duration> timeout{};
};

struct RuleSpec {
  std::string name;
  std::string provider;  // CloudWatchAlarm, LambdaInvoke, DeploymentWindow, VariableCheck, Commands
  std::map<std::string, std::string> configuration;
  std::string role;
  std::string region;
  std::optional<Duration> timeout{};
};

/// All rules succeed, or `result` engages.
struct ConditionSpec {
  std::string result;  // FAIL, ROLLBACK, RETRY, SKIP
  std::vector<RuleSpec> rules;
};

struct StageSpec {
  std::string name;
  std::vector<ActionSpec> actions;
  std::vector<ConditionSpec> before_entry{};
  std::vector<ConditionSpec> on_success{};
  std::vector<ConditionSpec> on_failure{};
  std::string failure_result{};  // of onFailure itself: ROLLBACK, RETRY, FAIL, SKIP or ""
  std::string retry_mode{};      // FAILED_ACTIONS, ALL_ACTIONS
};

struct ArtifactStore {
  std::string bucket;
  std::string key;  // of KMS; "" for the AWS managed key
};

struct VariableSpec {
  std::string name;
  std::optional<std::string> default_value{};
};

struct Patterns {
  std::vector<std::string> includes;
  std::vector<std::string> excludes;
};
/// One filter of a trigger: everything that it names must match.
struct PushFilter {
  Patterns branches;
  Patterns paths;
  Patterns tags;
  bool names_branches = false;
  bool names_paths = false;
  bool names_tags = false;
};
struct TriggerSpec {
  std::string action;  // sourceActionName
  std::vector<PushFilter> pushes;
};

enum class Mode : std::uint8_t { superseded, queued, parallel };
[[nodiscard]] std::string_view to_string(Mode mode);

struct PipelineSpec {
  std::string name;
  std::string role;
  std::string type = "V1";
  Mode mode = Mode::superseded;
  std::vector<StageSpec> stages;
  std::map<std::string, ArtifactStore> stores;  // by Region
  bool one_store = true;                        // artifactStore, not artifactStores
  std::vector<VariableSpec> variables;
  std::vector<TriggerSpec> triggers;
  Json given;  // the declaration as GetPipeline answers it again, in the API's members
};

/// Members of CreatePipeline's `pipeline`, or the properties of AWS::CodePipeline::Pipeline.
[[nodiscard]] ApiResult<PipelineSpec> read_pipeline(const Json& members, const Place& place);
/// What AWS would refuse of it, or nothing.
[[nodiscard]] std::optional<ApiError> wrong_structure(const PipelineSpec& spec, const Place& place);
/// Declared variables in a text, `#{namespace.name}`, replaced; the first that nobody set is the
/// error.
using Namespaces = std::map<std::string, std::map<std::string, std::string>>;
struct Resolved {
  std::string text;
  std::string unknown;  // "#{build.Tag}", or ""
};
[[nodiscard]] Resolved resolve_variables(std::string_view text, const Namespaces& known);
/// Whether a push to `branch` that touched `paths` (or a tag) passes a filter.
[[nodiscard]] bool passes(const PushFilter& filter, std::string_view branch,
                          const std::vector<std::string>& paths, std::string_view tag);
/// "Glob patterns": * within a folder, ** across folders, ? one character, {a,b}.
[[nodiscard]] bool glob_matches(std::string_view pattern, std::string_view text);

}  // namespace opsim::codepipeline
