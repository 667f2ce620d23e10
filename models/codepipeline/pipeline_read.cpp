// From the members of a declaration to a PipelineSpec.
// AWS: CodePipeline API Reference, PipelineDeclaration, StageDeclaration, ActionDeclaration. The
// properties of AWS::CodePipeline::Pipeline differ in the case of their first letters, and in
// ArtifactStores, which is a list there.
#include <fmt/format.h>

#include "models/codepipeline/pipeline.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codepipeline {

namespace {

using input::member;
using input::text;

std::map<std::string, std::string> texts_by_key(const Json& object) {
  std::map<std::string, std::string> found;
  if (!object.is_object()) return found;
  for (const auto& [key, value] : object.items())
    found[key] = value.is_structured() ? value.dump() : text(value);
  return found;
}

std::vector<std::string> artifact_names(const Json& list) {
  std::vector<std::string> names;
  if (list.is_array())
    for (const Json& one : list) names.push_back(text(one, "Name"));
  return names;
}

std::optional<Duration> minutes_at(const Json& object, std::string_view name) {
  const auto minutes = input::integer(object, name);
  return minutes ? std::optional<Duration>{std::chrono::minutes{*minutes}} : std::nullopt;
}

TypeId read_type(const Json& type) {
  return {text(type, "Category"), text(type, "Owner"), text(type, "Provider"),
          text(type, "Version")};
}

/// Commands are a list of texts in templates and of {command} in the API.
std::string joined_commands(const Json& list) {
  std::string all;
  if (!list.is_array()) return all;
  for (const Json& one : list)
    all += (all.empty() ? "" : "\n") + (one.is_object() ? text(one, "Command") : text(one));
  return all;
}

ActionSpec read_action(const Json& members) {
  ActionSpec action{.name = text(members, "Name"),
                    .type = read_type(member(members, "ActionTypeId")),
                    .run_order = input::integer(members, "RunOrder").value_or(1),
                    .configuration = texts_by_key(member(members, "Configuration")),
                    .inputs = artifact_names(member(members, "InputArtifacts")),
                    .outputs = artifact_names(member(members, "OutputArtifacts")),
                    .role = text(members, "RoleArn"),
                    .region = text(members, "Region"),
                    .name_space = text(members, "Namespace"),
                    .timeout = minutes_at(members, "TimeoutInMinutes")};
  if (std::string commands = joined_commands(member(members, "Commands")); !commands.empty())
    action.configuration["Commands"] = std::move(commands);
  return action;
}

RuleSpec read_rule(const Json& members) {
  RuleSpec rule{.name = text(members, "Name"),
                .provider = text(member(members, "RuleTypeId"), "Provider"),
                .configuration = texts_by_key(member(members, "Configuration")),
                .role = text(members, "RoleArn"),
                .region = text(members, "Region"),
                .timeout = minutes_at(members, "TimeoutInMinutes")};
  if (std::string commands = joined_commands(member(members, "Commands")); !commands.empty())
    rule.configuration["Commands"] = std::move(commands);
  return rule;
}

std::vector<ConditionSpec> read_conditions(const Json& holder) {
  std::vector<ConditionSpec> conditions;
  const Json& list = member(holder, "Conditions");
  if (!list.is_array()) return conditions;
  for (const Json& one : list) {
    ConditionSpec condition{.result = text(one, "Result"), .rules = {}};
    if (const Json& rules = member(one, "Rules"); rules.is_array())
      for (const Json& rule : rules) condition.rules.push_back(read_rule(rule));
    conditions.push_back(std::move(condition));
  }
  return conditions;
}

StageSpec read_stage(const Json& members) {
  const Json& failure = member(members, "OnFailure");
  StageSpec stage{.name = text(members, "Name"),
                  .actions = {},
                  .before_entry = read_conditions(member(members, "BeforeEntry")),
                  .on_success = read_conditions(member(members, "OnSuccess")),
                  .on_failure = read_conditions(failure),
                  .failure_result = text(failure, "Result"),
                  .retry_mode = text(member(failure, "RetryConfiguration"), "RetryMode")};
  if (const Json& actions = member(members, "Actions"); actions.is_array())
    for (const Json& action : actions) stage.actions.push_back(read_action(action));
  return stage;
}

ArtifactStore read_store(const Json& members) {
  return {text(members, "Location"), text(member(members, "EncryptionKey"), "Id")};
}

void read_stores(const Json& members, const Place& place, PipelineSpec& spec) {
  if (const Json& one = member(members, "ArtifactStore"); one.is_object())
    spec.stores[place.region] = read_store(one);
  const Json& several = member(members, "ArtifactStores");
  if (several.is_null()) return;
  spec.one_store = false;
  if (several.is_array())
    for (const Json& one : several)
      spec.stores[text(one, "Region")] = read_store(member(one, "ArtifactStore"));
  if (several.is_object())
    for (const auto& [region, one] : several.items()) spec.stores[region] = read_store(one);
}

Patterns read_patterns(const Json& holder) {
  return {input::texts(holder, "Includes"), input::texts(holder, "Excludes")};
}

TriggerSpec read_trigger(const Json& members) {
  const Json& git = member(members, "GitConfiguration");
  TriggerSpec trigger{.action = text(git, "SourceActionName"), .pushes = {}};
  const Json& pushes = member(git, "Push");
  if (!pushes.is_array()) return trigger;
  for (const Json& push : pushes)
    trigger.pushes.push_back({.branches = read_patterns(member(push, "Branches")),
                              .paths = read_patterns(member(push, "FilePaths")),
                              .tags = read_patterns(member(push, "Tags")),
                              .names_branches = member(push, "Branches").is_object(),
                              .names_paths = member(push, "FilePaths").is_object(),
                              .names_tags = member(push, "Tags").is_object()});
  return trigger;
}

/// Keys whose own keys are the user's, not AWS's: kept as they are.
bool is_users(std::string_view key) { return key == "Configuration" || key == "configuration"; }

/// The API's spelling of what a template says: the first letter of every member is small.
Json in_api_spelling(const Json& value) {
  if (value.is_array()) {
    Json list = Json::array();
    for (const Json& one : value) list.push_back(in_api_spelling(one));
    return list;
  }
  if (!value.is_object()) return value;
  Json object = Json::object();
  for (const auto& [key, inner] : value.items()) {
    std::string small = key;
    if (!small.empty() && small[0] >= 'A' && small[0] <= 'Z')
      small[0] = static_cast<char>(small[0] | 0x20);
    object[small] = is_users(key) ? inner : in_api_spelling(inner);
  }
  return object;
}

ApiError no_such_mode(const std::string& mode) {
  return {"InvalidStructureException",
          fmt::format("ExecutionMode is '{}'; one of QUEUED, SUPERSEDED, PARALLEL", mode)};
}

}  // namespace

std::string_view to_string(Mode mode) {
  if (mode == Mode::queued) return "QUEUED";
  return mode == Mode::parallel ? "PARALLEL" : "SUPERSEDED";
}

ApiResult<PipelineSpec> read_pipeline(const Json& members, const Place& place) {
  PipelineSpec spec;
  spec.name = text(members, "Name");
  spec.role = text(members, "RoleArn");
  if (std::string type = text(members, "PipelineType"); !type.empty()) spec.type = std::move(type);
  const std::string mode = text(members, "ExecutionMode");
  if (!mode.empty() && mode != "SUPERSEDED" && mode != "QUEUED" && mode != "PARALLEL")
    return no_such_mode(mode);
  if (mode == "QUEUED") spec.mode = Mode::queued;
  if (mode == "PARALLEL") spec.mode = Mode::parallel;
  if (const Json& stages = member(members, "Stages"); stages.is_array())
    for (const Json& stage : stages) spec.stages.push_back(read_stage(stage));
  read_stores(members, place, spec);
  if (const Json& variables = member(members, "Variables"); variables.is_array())
    for (const Json& one : variables) {
      VariableSpec variable{.name = text(one, "Name")};
      if (!member(one, "DefaultValue").is_null())
        variable.default_value = text(one, "DefaultValue");
      spec.variables.push_back(std::move(variable));
    }
  if (const Json& triggers = member(members, "Triggers"); triggers.is_array())
    for (const Json& one : triggers) spec.triggers.push_back(read_trigger(one));
  spec.given = in_api_spelling(members);
  return spec;
}

}  // namespace opsim::codepipeline
