// What goals ask of a pipeline: how long changes take to arrive, and whether somebody approved
// them.
#include <algorithm>
#include <cmath>

#include "models/codepipeline/operations.hpp"

namespace opsim::codepipeline {

namespace {

Pipeline* pipeline_of(Model& model, std::string_view name) {
  auto& all = static_cast<CodePipeline&>(model);
  for (const auto& [key, pipeline] : all.pipelines)
    if (pipeline->name == name) return pipeline.get();
  return nullptr;
}

/// What makes a change set changes nothing yet.
bool changes_something(const ActionSpec& action, const ActionRun& run) {
  if (action.type.category != "Deploy" || run.status != "Succeeded") return false;
  const auto mode = run.configuration.find("ActionMode");
  return mode == run.configuration.end() || mode->second != "CHANGE_SET_REPLACE";
}

/// Deployments of an execution before which nobody had approved it.
int unapproved_in(const Execution& execution) {
  SimTime approved = SimTime::max();
  int count = 0;
  for (std::size_t stage = 0; stage < execution.stages.size(); ++stage)
    for (std::size_t i = 0; i < execution.stages[stage].actions.size(); ++i) {
      const ActionSpec& action = execution.spec->stages[stage].actions[i];
      const ActionRun& run = execution.stages[stage].actions[i];
      if (action.type.category == "Approval" && run.status == "Succeeded")
        approved = std::min(approved, run.changed);
    }
  for (std::size_t stage = 0; stage < execution.stages.size(); ++stage)
    for (std::size_t i = 0; i < execution.stages[stage].actions.size(); ++i) {
      const ActionRun& run = execution.stages[stage].actions[i];
      if (changes_something(execution.spec->stages[stage].actions[i], run) && run.began < approved)
        ++count;
    }
  return count;
}

/// "unapproved changes"
std::optional<double> read_unapproved(Model& model, std::string_view name, std::string_view part) {
  const Pipeline* pipeline = pipeline_of(model, name);
  if (pipeline == nullptr || part != "changes") return std::nullopt;
  int count = 0;
  for (const std::string& id : pipeline->executions)
    count += unapproved_in(*static_cast<CodePipeline&>(model).executions.at(id));
  return count;
}

/// "lead time": hours from the start of an execution to its success; of those that succeeded the
/// longest. One that still waits counts as long as it has.
std::optional<double> read_lead_time(Model& model, std::string_view name, std::string_view part) {
  const Pipeline* pipeline = pipeline_of(model, name);
  if (pipeline == nullptr || part != "time") return std::nullopt;
  auto& all = static_cast<CodePipeline&>(model);
  Duration longest{};
  for (const std::string& id : pipeline->executions) {
    const Execution& one = *all.executions.at(id);
    if (!one.rolls_back_to.empty()) continue;
    if (one.status == "Succeeded") longest = std::max(longest, one.updated - one.started);
    if (!one.is_over()) longest = std::max(longest, all.sim().now() - one.started);
  }
  const double hours = std::chrono::duration<double, std::ratio<3600>>(longest).count();
  return std::round(hours * 100) / 100;
}

constexpr std::string_view kPipelineType = "AWS::CodePipeline::Pipeline";
constexpr PhysicalQuantity kRows[] = {
    {kPipelineType, "lead", "h", read_lead_time, nullptr},
    {kPipelineType, "unapproved", "", read_unapproved, nullptr},
};

}  // namespace

const std::span<const PhysicalQuantity> kPipelineQuantities = kRows;

}  // namespace opsim::codepipeline
