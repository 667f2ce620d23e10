// What GetPipelineState, GetPipelineExecution and the lists answer.
// AWS: CodePipeline API Reference, StageState, ActionState, ActionExecutionDetail,
// PipelineExecutionSummary.
#include <fmt/format.h>

#include "models/codepipeline/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codepipeline {

namespace {

using input::text;

Json revisions_json(const Execution& execution) {
  Json list = Json::array();
  for (const SourceRevision& one : execution.revisions)
    list.push_back({{"actionName", one.action},
                    {"revisionId", one.revision},
                    {"revisionSummary", one.summary}});
  return list;
}

Json type_json(const TypeId& type) {
  return {{"category", type.category},
          {"owner", type.owner},
          {"provider", type.provider},
          {"version", type.version}};
}

Json latest_json(const ActionRun& run) {
  Json latest{{"actionExecutionId", run.id},
              {"status", run.status},
              {"lastStatusChange", seconds_of(run.changed)}};
  if (!run.summary.empty()) latest["summary"] = run.summary;
  if (!run.external_id.empty()) latest["externalExecutionId"] = run.external_id;
  if (!run.external_url.empty()) latest["externalExecutionUrl"] = run.external_url;
  if (!run.token.empty()) latest["token"] = run.token;
  if (!run.decided_by.empty()) latest["lastUpdatedBy"] = run.decided_by;
  if (!run.error_code.empty())
    latest["errorDetails"] = {{"code", run.error_code}, {"message", run.error_message}};
  return latest;
}

Json stage_state(CodePipeline& all, const Pipeline& pipeline, std::size_t stage) {
  const Gate& gate = pipeline.gates[stage];
  Json transition{{"enabled", gate.open}};
  if (!gate.changed_by.empty()) {
    transition["lastChangedBy"] = gate.changed_by;
    transition["lastChangedAt"] = seconds_of(gate.changed_at);
  }
  if (!gate.open) transition["disabledReason"] = gate.reason;
  Json state{{"stageName", pipeline.spec->stages[stage].name},
             {"inboundTransitionState", std::move(transition)},
             {"actionStates", Json::array()}};
  const auto last = all.executions.find(gate.latest);
  for (std::size_t i = 0; i < pipeline.spec->stages[stage].actions.size(); ++i) {
    Json action{{"actionName", pipeline.spec->stages[stage].actions[i].name}};
    if (last != all.executions.end() && last->second->version == pipeline.version) {
      const ActionRun& run = last->second->stages[stage].actions[i];
      if (!run.status.empty()) action["latestExecution"] = latest_json(run);
    }
    state["actionStates"].push_back(std::move(action));
  }
  if (last != all.executions.end())
    state["latestExecution"] = {
        {"pipelineExecutionId", gate.latest},
        {"status", last->second->stages[stage].status},
        {"type", last->second->rolls_back_to.empty() ? "STANDARD" : "ROLLBACK"}};
  for (const std::string& id : gate.waiting)
    state["inboundExecutions"].push_back({{"pipelineExecutionId", id}, {"status", "InProgress"}});
  return state;
}

Json trigger_json(const Execution& execution) {
  return {{"triggerType", execution.trigger.type}, {"triggerDetail", execution.trigger.detail}};
}

Json summary_json(const Execution& execution) {
  Json summary{{"pipelineExecutionId", execution.id},
               {"status", execution.status},
               {"startTime", seconds_of(execution.started)},
               {"lastUpdateTime", seconds_of(execution.updated)},
               {"sourceRevisions", revisions_json(execution)},
               {"trigger", trigger_json(execution)},
               {"executionMode", to_string(execution.spec->mode)},
               {"executionType", execution.rolls_back_to.empty() ? "STANDARD" : "ROLLBACK"}};
  if (!execution.status_summary.empty()) summary["statusSummary"] = execution.status_summary;
  if (!execution.rolls_back_to.empty())
    summary["rollbackMetadata"] = {{"rollbackTargetPipelineExecutionId", execution.rolls_back_to}};
  if (!execution.stop_reason.empty()) summary["stopTrigger"] = {{"reason", execution.stop_reason}};
  return summary;
}

Json names_json(const Execution& execution, const std::vector<std::string>& names) {
  Json list = Json::array();
  for (const std::string& name : names) {
    Json one{{"name", name}};
    if (const auto found = execution.artifacts.find(name); found != execution.artifacts.end())
      one["s3location"] = {{"bucket", found->second.bucket}, {"key", found->second.key}};
    list.push_back(std::move(one));
  }
  return list;
}

Json detail_json(const Execution& execution, std::size_t stage, const ActionSpec& action,
                 const ActionRun& run) {
  Json result{{"externalExecutionId", run.external_id},
              {"externalExecutionSummary", run.summary},
              {"externalExecutionUrl", run.external_url}};
  if (!run.error_code.empty())
    result["errorDetails"] = {{"code", run.error_code}, {"message", run.error_message}};
  return {{"pipelineExecutionId", execution.id},
          {"actionExecutionId", run.id},
          {"pipelineVersion", execution.version},
          {"stageName", execution.spec->stages[stage].name},
          {"actionName", action.name},
          {"startTime", seconds_of(run.began)},
          {"lastUpdateTime", seconds_of(run.changed)},
          {"status", run.status},
          {"input",
           {{"actionTypeId", type_json(action.type)},
            {"configuration", action.configuration},
            {"resolvedConfiguration", run.configuration},
            {"region", action.region.empty() ? execution.place.region : action.region},
            {"inputArtifacts", names_json(execution, action.inputs)},
            {"namespace", action.name_space}}},
          {"output",
           {{"outputArtifacts", names_json(execution, action.outputs)},
            {"executionResult", std::move(result)},
            {"outputVariables", run.variables}}}};
}

}  // namespace

ApiResult<Json> get_state(CodePipeline& all, const Request& request) {
  const auto pipeline = named_pipeline(all, request, "name");
  if (!pipeline) return pipeline.error();
  Json stages = Json::array();
  for (std::size_t i = 0; i < (*pipeline)->gates.size(); ++i)
    stages.push_back(stage_state(all, **pipeline, i));
  return Json{{"pipelineName", (*pipeline)->name},
              {"pipelineVersion", (*pipeline)->version},
              {"created", seconds_of((*pipeline)->created)},
              {"updated", seconds_of((*pipeline)->updated)},
              {"stageStates", std::move(stages)}};
}

ApiResult<Json> get_execution(CodePipeline& all, const Request& request) {
  const auto pipeline = named_pipeline(all, request, "pipelineName");
  if (!pipeline) return pipeline.error();
  const std::string id = text(request.input, "pipelineExecutionId");
  const auto found = all.executions.find(id);
  if (found == all.executions.end() || found->second->pipeline != (*pipeline)->name)
    return ApiError{"PipelineExecutionNotFoundException",
                    fmt::format("The pipeline execution {} was not found for pipeline {}", id,
                                (*pipeline)->name)};
  const Execution& execution = *found->second;
  Json answer = summary_json(execution);
  answer["pipelineName"] = execution.pipeline;
  answer["pipelineVersion"] = execution.version;
  answer["artifactRevisions"] = Json::array();
  for (const SourceRevision& one : execution.revisions)
    answer["artifactRevisions"].push_back(
        {{"name", one.action}, {"revisionId", one.revision}, {"revisionSummary", one.summary}});
  answer["variables"] = Json::array();
  if (const auto given = execution.variables.find("variables"); given != execution.variables.end())
    for (const auto& [name, value] : given->second)
      answer["variables"].push_back({{"name", name}, {"resolvedValue", value}});
  return Json{{"pipelineExecution", std::move(answer)}};
}

/// The newest first.
ApiResult<Json> list_executions(CodePipeline& all, const Request& request) {
  const auto pipeline = named_pipeline(all, request, "pipelineName");
  if (!pipeline) return pipeline.error();
  Json list = Json::array();
  const auto& ids = (*pipeline)->executions;
  const std::int64_t most = input::integer(request.input, "maxResults").value_or(100);
  for (auto id = ids.rbegin(); id != ids.rend() && static_cast<std::int64_t>(list.size()) < most;
       ++id)
    list.push_back(summary_json(*all.executions.at(*id)));
  return Json{{"pipelineExecutionSummaries", std::move(list)}};
}

ApiResult<Json> list_actions(CodePipeline& all, const Request& request) {
  const auto pipeline = named_pipeline(all, request, "pipelineName");
  if (!pipeline) return pipeline.error();
  const std::string only = text(input::member(request.input, "filter"), "pipelineExecutionId");
  Json list = Json::array();
  const auto& ids = (*pipeline)->executions;
  for (auto id = ids.rbegin(); id != ids.rend(); ++id) {
    const Execution& execution = *all.executions.at(*id);
    if (!only.empty() && execution.id != only) continue;
    for (std::size_t stage = execution.stages.size(); stage-- > 0;)
      for (std::size_t i = execution.stages[stage].actions.size(); i-- > 0;) {
        const ActionRun& run = execution.stages[stage].actions[i];
        if (run.status.empty()) continue;
        list.push_back(
            detail_json(execution, stage, execution.spec->stages[stage].actions[i], run));
      }
  }
  return Json{{"actionExecutionDetails", std::move(list)}};
}

}  // namespace opsim::codepipeline
