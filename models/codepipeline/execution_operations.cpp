// Executions by call: start, stop, retry, roll back, approve.
// AWS: CodePipeline API Reference, the operation of the same name.
#include <fmt/format.h>

#include <algorithm>

#include "models/codepipeline/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codepipeline {

namespace {

using input::member;
using input::text;

ApiResult<Execution*> named_execution(CodePipeline& all, const Pipeline& pipeline,
                                      const std::string& id) {
  const auto found = all.executions.find(id);
  if (found != all.executions.end() && found->second->pipeline == pipeline.name &&
      found->second->place == pipeline.place)
    return found->second.get();
  return ApiError{
      "PipelineExecutionNotFoundException",
      fmt::format("The pipeline execution {} was not found for pipeline {}", id, pipeline.name)};
}

/// The pipeline, its stage and the execution that a request about a stage names.
struct StageRequest {
  Pipeline* pipeline;
  std::size_t stage;
  Execution* execution;
};
ApiResult<StageRequest> stage_request(CodePipeline& all, const Request& request,
                                      const char* execution_member) {
  const auto pipeline = named_pipeline(all, request, "pipelineName");
  if (!pipeline) return pipeline.error();
  const auto stage = named_stage(**pipeline, request.input);
  if (!stage) return stage.error();
  const auto execution = named_execution(all, **pipeline, text(request.input, execution_member));
  if (!execution) return execution.error();
  return StageRequest{*pipeline, *stage, *execution};
}

std::map<std::string, std::string> pairs(const Json& list, const char* name, const char* value) {
  std::map<std::string, std::string> found;
  if (list.is_array())
    for (const Json& one : list) found[text(one, name)] = text(one, value);
  return found;
}

ApiResult<ActionRun*> waiting_approval(CodePipeline& all, const Pipeline& pipeline,
                                       std::size_t stage, const Json& input) {
  const std::string name = text(input, "actionName");
  const auto& actions = pipeline.spec->stages[stage].actions;
  const auto action = std::ranges::find(actions, name, &ActionSpec::name);
  if (action == actions.end())
    return ApiError{"ActionNotFoundException",
                    fmt::format("Stage '{}' does not have an action with name '{}'",
                                pipeline.spec->stages[stage].name, name)};
  const auto index = static_cast<std::size_t>(action - actions.begin());
  const std::string token = text(input, "token");
  bool decided = false;
  for (const std::string& id : pipeline.executions) {
    Execution& one = *all.executions.at(id);
    if (stage >= one.stages.size() || index >= one.stages[stage].actions.size()) continue;
    ActionRun& run = one.stages[stage].actions[index];
    if (run.token == token && run.status == "InProgress") {
      if (run.decided_by.empty()) return &run;
      decided = true;
    }
  }
  if (decided)
    return ApiError{"ApprovalAlreadyCompletedException",
                    "The approval action has already been approved or rejected"};
  return ApiError{"InvalidApprovalTokenException",
                  "The approval request already received a "
                  "response or has expired"};
}

}  // namespace

ApiResult<Json> start_execution_call(CodePipeline& all, const Request& request) {
  const auto pipeline = named_pipeline(all, request, "name");
  if (!pipeline) return pipeline.error();
  Start start;
  start.variables = pairs(member(request.input, "variables"), "name", "value");
  start.revisions = pairs(member(request.input, "sourceRevisions"), "actionName", "revisionValue");
  start.trigger.detail = request.caller.principal;
  const auto rule = all.rule_of_token.find(text(request.input, "clientRequestToken"));
  if (rule != all.rule_of_token.end()) {
    start.trigger = {"CloudWatchEvent", rule->second};
    all.rule_of_token.erase(rule);
  }
  const auto execution = start_execution(all, **pipeline, std::move(start));
  if (!execution) return execution.error();
  return Json{{"pipelineExecutionId", (*execution)->id}};
}

/// A rule's target: the call is the role's, the trigger is the rule.
Process<ApiResult<Json>> deliver_start(CodePipeline& all, Delivery delivery) {
  Json input = Json::parse(delivery.text, nullptr, false);
  const Json revisions = input.is_object() ? member(input, "sourceRevisions") : Json{};
  const std::string token = all.cloud.next_uuid("pipeline start");
  all.rule_of_token[token] = delivery.from;
  Json asked{{"name", delivery.target.resource}, {"clientRequestToken", token}};
  if (revisions.is_array()) asked["sourceRevisions"] = revisions;
  Caller caller = delivery.caller;
  caller.place = delivery.target.place();
  Process<ApiResult<Json>> calling =
      all.cloud.call(std::move(caller), "codepipeline", "StartPipelineExecution", std::move(asked));
  ApiResult<Json> answer = co_await calling;
  all.rule_of_token.erase(token);
  co_return answer;
}

ApiResult<Json> stop_execution_call(CodePipeline& all, const Request& request) {
  const auto pipeline = named_pipeline(all, request, "pipelineName");
  if (!pipeline) return pipeline.error();
  const auto execution =
      named_execution(all, **pipeline, text(request.input, "pipelineExecutionId"));
  if (!execution) return execution.error();
  const bool abandon = input::boolean(request.input, "abandon").value_or(false);
  if ((*execution)->is_over())
    return ApiError{"PipelineExecutionNotStoppableException",
                    fmt::format("The pipeline execution {} is in status {} and cannot be stopped",
                                (*execution)->id, (*execution)->status)};
  // "You can abandon after you chose to stop and wait."
  if ((*execution)->stopping && !abandon)
    return ApiError{
        "DuplicatedStopRequestException",
        fmt::format("The pipeline execution {} is already in a Stopping state", (*execution)->id)};
  stop_execution(all, **execution, abandon, text(request.input, "reason"));
  return Json{{"pipelineExecutionId", (*execution)->id}};
}

ApiResult<Json> retry_stage_call(CodePipeline& all, const Request& request) {
  const auto asked = stage_request(all, request, "pipelineExecutionId");
  if (!asked) return asked.error();
  Execution& execution = *asked->execution;
  const Gate& gate = asked->pipeline->gates[asked->stage];
  if (execution.version != asked->pipeline->version ||
      (gate.latest != execution.id && execution.spec->mode != Mode::parallel))
    return ApiError{"NotLatestPipelineExecutionException",
                    "The stage has failed in a later run of the pipeline and the "
                    "pipelineExecutionId associated with the request is out of date"};
  const StageRun& stage = execution.stages[asked->stage];
  if (stage.status != "Failed" || !execution.is_over())
    return ApiError{"StageNotRetryableException",
                    fmt::format("Unable to retry. Stage {} is not failed",
                                asked->pipeline->spec->stages[asked->stage].name)};
  const std::string mode = text(request.input, "retryMode");
  if (mode != "FAILED_ACTIONS" && mode != "ALL_ACTIONS")
    return ApiError{"ValidationException", "retryMode is FAILED_ACTIONS or ALL_ACTIONS"};
  retry_stage(all, execution, asked->stage, mode);
  return Json{{"pipelineExecutionId", execution.id}};
}

ApiResult<Json> rollback_stage(CodePipeline& all, const Request& request) {
  const auto asked = stage_request(all, request, "targetPipelineExecutionId");
  if (!asked) return asked.error();
  const auto unable = [](std::string why) {
    return ApiError{"UnableToRollbackStageException", "Unable to roll back the stage: " + why};
  };
  if (asked->pipeline->spec->mode == Mode::parallel)
    return unable("stage rollback is not available in PARALLEL mode");
  if (asked->stage == 0) return unable("a source stage cannot be rolled back");
  if (asked->execution->version != asked->pipeline->version)
    return ApiError{"PipelineExecutionOutdatedException",
                    "The specified pipeline execution is outdated and cannot be used as a target "
                    "pipeline execution for rollback"};
  if (!asked->execution->rolls_back_to.empty())
    return unable("the target execution is itself a rollback");
  if (asked->execution->stages[asked->stage].status != "Succeeded")
    return unable("the target execution did not succeed in this stage");
  Start start;
  start.trigger = {"ManualRollback", request.caller.principal};
  start.rolls_back_to = asked->execution->id;
  start.stage = asked->stage;
  const auto started = start_execution(all, *asked->pipeline, std::move(start));
  if (!started) return started.error();
  return Json{{"pipelineExecutionId", (*started)->id}};
}

ApiResult<Json> override_condition(CodePipeline& all, const Request& request) {
  const auto asked = stage_request(all, request, "pipelineExecutionId");
  if (!asked) return asked.error();
  const std::string kind = text(request.input, "conditionType");
  const StageSpec& stage = asked->pipeline->spec->stages[asked->stage];
  const bool skips = kind == "BEFORE_ENTRY" && !stage.before_entry.empty() &&
                     stage.before_entry.front().result == "SKIP";
  if (skips)
    return ApiError{"ConditionNotOverridableException",
                    "Unable to override because the condition does not allow overrides."};
  asked->execution->overridden.insert(stage.name);
  return Json::object();
}

ApiResult<Json> put_approval_result(CodePipeline& all, const Request& request) {
  const auto pipeline = named_pipeline(all, request, "pipelineName");
  if (!pipeline) return pipeline.error();
  const auto stage = named_stage(**pipeline, request.input);
  if (!stage) return stage.error();
  const auto run = waiting_approval(all, **pipeline, *stage, request.input);
  if (!run) return run.error();
  const Json& result = member(request.input, "result");
  const std::string status = text(result, "status");
  if (status != "Approved" && status != "Rejected")
    return ApiError{"ValidationException", "result.status is Approved or Rejected"};
  (*run)->decided_by = request.caller.principal;
  (*run)->summary = text(result, "summary");
  (*run)->error_code = status == "Approved" ? "" : "Rejected";
  for (const std::string& id : (*pipeline)->executions) all.executions.at(id)->changed.notify_all();
  return Json{{"approvedAt", seconds_of(all.sim().now())}};
}

ApiResult<Json> put_job_success(CodePipeline& all, const Request& request) {
  const auto job = all.job_results.find(text(request.input, "jobId"));
  if (job == all.job_results.end())
    return ApiError{"JobNotFoundException",
                    "The job was specified in an invalid format or cannot "
                    "be found."};
  job->second = "";
  return Json::object();
}

ApiResult<Json> put_job_failure(CodePipeline& all, const Request& request) {
  const auto job = all.job_results.find(text(request.input, "jobId"));
  if (job == all.job_results.end())
    return ApiError{"JobNotFoundException",
                    "The job was specified in an invalid format or cannot "
                    "be found."};
  const std::string told = text(member(request.input, "failureDetails"), "message");
  job->second = told.empty() ? "the job failed" : told;
  return Json::object();
}

}  // namespace opsim::codepipeline
