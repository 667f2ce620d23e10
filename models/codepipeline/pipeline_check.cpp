// What AWS refuses of a declaration.
// AWS: CodePipeline User Guide, "Pipeline structure reference" (requirements) and "Quotas"; API
// Reference, CreatePipeline (errors). The words are those of CreatePipeline where they are known
// from published error reports; others say the same thing in AWS's manner.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/codepipeline/action_type.hpp"
#include "models/codepipeline/pipeline.hpp"

namespace opsim::codepipeline {

namespace {

constexpr std::size_t kMostStages = 50;          // limits: "minimum of 2, maximum of 50"
constexpr std::size_t kMostActionsOfStage = 50;  // limits
constexpr std::size_t kMostActions = 1'000;      // limits: 1,000 (2025)
constexpr std::int64_t kLastRunOrder = 999;      // ActionDeclaration.runOrder
constexpr std::size_t kMostVariables = 50;       // limits
constexpr std::size_t kMostTriggers = 50;        // PipelineDeclaration.triggers

ApiError structure(std::string message) {
  return {"InvalidStructureException", std::move(message)};
}
ApiError stage_error(std::string message) {
  return {"InvalidStageDeclarationException", std::move(message)};
}
ApiError action_error(std::string message) {
  return {"InvalidActionDeclarationException", std::move(message)};
}

bool is_name(std::string_view name, std::size_t longest) {
  return !name.empty() && name.size() <= longest && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '@' || c == '-' || c == '_';
  });
}

std::string_view upper_region(std::string_view region, std::string& kept) {
  kept = region;
  std::ranges::transform(kept, kept.begin(), [](char c) {
    return c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  });
  return kept;
}

std::optional<ApiError> wrong_type(const ActionSpec& action, const Place& place) {
  if (find_action_type(action.type) != nullptr) return std::nullopt;
  std::string region;
  return action_error(fmt::format(
      "ActionType (Category: '{}', Provider: '{}', Owner: '{}', Version: '{}') in action '{}' is "
      "not available in region {}",
      action.type.category, action.type.provider, action.type.owner, action.type.version,
      action.name, upper_region(place.region, region)));
}

std::optional<ApiError> wrong_artifacts(const ActionSpec& action, const ActionType& type) {
  const auto count = [](std::size_t number) { return static_cast<int>(number); };
  const int in = count(action.inputs.size());
  const int out = count(action.outputs.size());
  if (in < type.least_inputs || in > type.most_inputs)
    return action_error(fmt::format(
        "Action '{}' has {} input artifacts; provider {} takes {} to {} (InputArtifacts)",
        action.name, in, type.provider, type.least_inputs, type.most_inputs));
  if (out < type.least_outputs || out > type.most_outputs)
    return action_error(fmt::format(
        "Action '{}' has {} output artifacts; provider {} makes {} to {} (OutputArtifacts)",
        action.name, out, type.provider, type.least_outputs, type.most_outputs));
  return std::nullopt;
}

std::optional<ApiError> wrong_action(const ActionSpec& action, const PipelineSpec& spec,
                                     const Place& place) {
  if (!is_name(action.name, 100))
    return action_error(
        fmt::format("Action name '{}' must match [A-Za-z0-9.@\\-_]+ and have 1 to 100 characters",
                    action.name));
  if (auto wrong = wrong_type(action, place)) return wrong;
  const ActionType& type = *find_action_type(action.type);
  if (const std::string key = missing_key(type, action); !key.empty())
    return action_error(
        fmt::format("Action configuration for action '{}' is missing required configuration '{}'",
                    action.name, key));
  if (auto wrong = wrong_artifacts(action, type)) return wrong;
  if (action.run_order < 1 || action.run_order > kLastRunOrder)
    return action_error(fmt::format("Action '{}': RunOrder is {}; must be from 1 to 999",
                                    action.name, action.run_order));
  // ActionDeclaration.timeoutInMinutes: 5 to 86,400, for manual approvals and actions of V2.
  if (action.timeout &&
      (*action.timeout < std::chrono::minutes{5} || *action.timeout > std::chrono::minutes{86'400}))
    return action_error(
        fmt::format("Action '{}': TimeoutInMinutes must be from 5 to 86400", action.name));
  const std::string& region = action.region.empty() ? place.region : action.region;
  if (!spec.stores.contains(region))
    return structure(
        fmt::format("No artifact bucket provided in ArtifactStores for region {} of action '{}'",
                    region, action.name));
  return std::nullopt;
}

/// Source actions stand in the first stage, and nothing else does.
std::optional<ApiError> wrong_sources(const PipelineSpec& spec) {
  for (std::size_t i = 0; i < spec.stages.size(); ++i)
    for (const ActionSpec& action : spec.stages[i].actions) {
      const bool is_source = action.type.category == "Source";
      if (i == 0 && !is_source)
        return structure("Pipeline should start with a stage that only contains source actions");
      if (i > 0 && is_source)
        return structure(fmt::format(
            "Source action '{}' in stage '{}': only the first stage may contain source actions",
            action.name, spec.stages[i].name));
    }
  return std::nullopt;
}

/// "Every input artifact for an action must match an output artifact of an action earlier in the
/// pipeline"; "output artifact names must be unique in a pipeline".
std::optional<ApiError> wrong_flow(const PipelineSpec& spec) {
  std::set<std::string> made;
  for (const StageSpec& stage : spec.stages) {
    std::vector<const ActionSpec*> ordered;
    for (const ActionSpec& action : stage.actions) ordered.push_back(&action);
    std::ranges::stable_sort(ordered, {}, &ActionSpec::run_order);
    for (auto group = ordered.begin(); group != ordered.end();) {
      const auto end = std::find_if(group, ordered.end(), [&](const ActionSpec* one) {
        return one->run_order != (*group)->run_order;
      });
      for (auto one = group; one != end; ++one)
        for (const std::string& input : (*one)->inputs)
          if (!made.contains(input))
            return structure(fmt::format(
                "Input artifact '{}' of action '{}' in stage '{}' is not declared as the output "
                "artifact of an earlier action",
                input, (*one)->name, stage.name));
      for (auto one = group; one != end; ++one)
        for (const std::string& output : (*one)->outputs)
          if (!made.insert(output).second)
            return structure(fmt::format(
                "Output artifact '{}' of action '{}' is declared twice; names must be unique",
                output, (*one)->name));
      group = end;
    }
  }
  return std::nullopt;
}

std::optional<ApiError> wrong_conditions(const StageSpec& stage, const PipelineSpec& spec) {
  for (const ConditionSpec& entry : stage.before_entry) {
    if (entry.result != "FAIL" && entry.result != "SKIP" && !entry.result.empty())
      return stage_error(
          fmt::format("Stage '{}': BeforeEntry has result {}; FAIL and SKIP are supported",
                      stage.name, entry.result));
    // stage-conditions: "For Entry conditions that skip, only LambdaInvoke and VariableCheck".
    for (const RuleSpec& rule : entry.rules)
      if (entry.result == "SKIP" && rule.provider != "LambdaInvoke" &&
          rule.provider != "VariableCheck")
        return stage_error(
            fmt::format("Stage '{}': rule '{}' of provider {} cannot be used with result SKIP",
                        stage.name, rule.name, rule.provider));
  }
  for (const ConditionSpec& success : stage.on_success)
    if (success.result != "FAIL" && success.result != "ROLLBACK")
      return stage_error(
          fmt::format("Stage '{}': OnSuccess has result {}; FAIL and ROLLBACK are supported",
                      stage.name, success.result));
  const auto rolls_back = [](const ConditionSpec& one) { return one.result == "ROLLBACK"; };
  const bool rolls = stage.failure_result == "ROLLBACK" ||
                     std::ranges::any_of(stage.on_failure, rolls_back) ||
                     std::ranges::any_of(stage.on_success, rolls_back);
  if (rolls && spec.mode == Mode::parallel)
    return stage_error(
        fmt::format("Stage '{}': result ROLLBACK is not available in PARALLEL mode", stage.name));
  return std::nullopt;
}

std::optional<ApiError> wrong_stage(const StageSpec& stage, const PipelineSpec& spec,
                                    const Place& place) {
  if (!is_name(stage.name, 100))
    return stage_error(fmt::format(
        "Stage name '{}' must match [A-Za-z0-9.@\\-_]+ and have 1 to 100 characters", stage.name));
  if (stage.actions.empty() || stage.actions.size() > kMostActionsOfStage)
    return stage_error(fmt::format("Stage '{}' has {} actions; from 1 to {}", stage.name,
                                   stage.actions.size(), kMostActionsOfStage));
  std::set<std::string> names;
  for (const ActionSpec& action : stage.actions) {
    if (!names.insert(action.name).second)
      return stage_error(
          fmt::format("Action name '{}' is used twice in stage '{}'", action.name, stage.name));
    if (auto wrong = wrong_action(action, spec, place)) return wrong;
  }
  return wrong_conditions(stage, spec);
}

/// Only V2 has them (pipeline-types).
std::optional<ApiError> wrong_for_type(const PipelineSpec& spec) {
  if (spec.type == "V2") return std::nullopt;
  const auto only = [](std::string_view what) {
    return structure(fmt::format("{} can only be used with PipelineType V2", what));
  };
  if (spec.mode != Mode::superseded)
    return only(fmt::format("ExecutionMode {}", to_string(spec.mode)));
  if (!spec.variables.empty()) return only("Variables");
  if (!spec.triggers.empty()) return only("Triggers");
  for (const StageSpec& stage : spec.stages)
    if (!stage.before_entry.empty() || !stage.on_success.empty() || !stage.on_failure.empty() ||
        !stage.failure_result.empty())
      return only(fmt::format("Conditions of stage '{}'", stage.name));
  return std::nullopt;
}

std::optional<ApiError> wrong_variables(const PipelineSpec& spec) {
  if (spec.variables.size() > kMostVariables)
    return structure(fmt::format("A pipeline has at most {} Variables", kMostVariables));
  if (spec.triggers.size() > kMostTriggers)
    return structure(fmt::format("A pipeline has at most {} Triggers", kMostTriggers));
  for (const TriggerSpec& trigger : spec.triggers) {
    const auto& sources = spec.stages.front().actions;
    if (std::ranges::find(sources, trigger.action, &ActionSpec::name) == sources.end())
      return structure(fmt::format(
          "Triggers: SourceActionName '{}' is no source action of the pipeline", trigger.action));
  }
  return std::nullopt;
}

}  // namespace

std::optional<ApiError> wrong_structure(const PipelineSpec& spec, const Place& place) {
  if (!is_name(spec.name, 100))
    return ApiError{"ValidationException",
                    fmt::format("1 validation error detected: Value '{}' at 'pipeline.name' failed "
                                "to satisfy constraint: Member must satisfy regular expression "
                                "pattern: [A-Za-z0-9.@\\-_]+",
                                spec.name)};
  if (spec.type != "V1" && spec.type != "V2")
    return structure(fmt::format("PipelineType is '{}'; V1 or V2", spec.type));
  if (spec.stages.size() < 2 || spec.stages.size() > kMostStages)
    return structure(
        fmt::format("Pipeline has {} Stages; it must have at least two, and at most {}",
                    spec.stages.size(), kMostStages));
  if (auto wrong = wrong_sources(spec)) return wrong;
  std::set<std::string> names;
  std::size_t actions = 0;
  for (const StageSpec& stage : spec.stages) {
    if (!names.insert(stage.name).second)
      return stage_error(fmt::format("Stage name '{}' is used twice", stage.name));
    if (auto wrong = wrong_stage(stage, spec, place)) return wrong;
    actions += stage.actions.size();
  }
  if (actions > kMostActions)
    return structure(fmt::format("Pipeline has {} actions; at most {}", actions, kMostActions));
  if (auto wrong = wrong_flow(spec)) return wrong;
  if (auto wrong = wrong_for_type(spec)) return wrong;
  return wrong_variables(spec);
}

}  // namespace opsim::codepipeline
