// Invoke actions: functions, state machines, other pipelines.
// AWS: CodePipeline User Guide, action-reference-Lambda, -StepFunctions, -PipelineInvoke;
// actions-invoke-lambda-function: the event, and PutJobSuccessResult.
// SIMPLIFIED: a function answers by how its invocation ends; one whose code calls
// PutJobFailureResult fails the action.
#include <fmt/format.h>

#include "models/codepipeline/provider.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::codepipeline {

namespace {

using input::member;
using input::text;

Json artifacts_of(const ActionContext& context) {
  Json list = Json::array();
  for (const std::string& name : context.action.inputs)
    if (const auto found = context.execution.artifacts.find(name);
        found != context.execution.artifacts.end())
      list.push_back(
          {{"name", name},
           {"revision", nullptr},
           {"location",
            {{"type", "S3"},
             {"s3Location",
              {{"bucketName", found->second.bucket}, {"objectKey", found->second.key}}}}}});
  return list;
}

Json job_event(const ActionContext& context, const std::string& job) {
  Json configuration{{"FunctionName", context.setting("FunctionName")}};
  if (const std::string given = context.setting("UserParameters"); !given.empty())
    configuration["UserParameters"] = given;
  return {{"CodePipeline.job",
           {{"id", job},
            {"accountId", context.execution.place.account},
            {"data",
             {{"actionConfiguration", {{"configuration", std::move(configuration)}}},
              {"inputArtifacts", artifacts_of(context)},
              {"outputArtifacts", Json::array()}}}}}};
}

std::optional<ActionEnd> machine_ended(const Json& answer) {
  const std::string status = text(answer, "status");
  if (status == "RUNNING") return std::nullopt;
  if (status != "SUCCEEDED")
    return failed("JobFailed", fmt::format("The execution ended as {}: {}", status,
                                           text(answer, "cause").empty() ? text(answer, "error")
                                                                         : text(answer, "cause")));
  ActionEnd end;
  end.summary = "the state machine succeeded";
  end.variables = {{"ExecutionArn", text(answer, "executionArn")},
                   {"StateMachineArn", text(answer, "stateMachineArn")}};
  return end;
}

std::optional<ActionEnd> other_ended(const Json& answer) {
  const std::string status = text(member(answer, "pipelineExecution"), "status");
  if (status == "InProgress" || status == "Stopping") return std::nullopt;
  return status == "Succeeded"
             ? ActionEnd{}
             : failed("JobFailed", fmt::format("The other pipeline ended as {}", status));
}

}  // namespace

Process<ActionEnd> invoke_function(ActionContext& context) {
  const std::string job = context.all.cloud.next_uuid("pipeline job");
  context.run.external_id = job;
  context.all.job_results[job] = std::nullopt;
  Json invocation{{"FunctionName", context.setting("FunctionName")},
                  {"Payload", job_event(context, job).dump()}};
  Process<ApiResult<Json>> invoking = context.call("lambda", "Invoke", std::move(invocation));
  const ApiResult<Json> answer = co_await invoking;
  const std::optional<std::string> told = context.all.job_results[job];
  context.all.job_results.erase(job);
  if (!answer) co_return refused(answer.error());
  if (told && !told->empty()) co_return failed("JobFailed", *told);
  if (const std::string error = text(*answer, "FunctionError"); !error.empty())
    co_return failed("JobFailed", fmt::format("The function {} failed ({})",
                                              context.setting("FunctionName"), error));
  ActionEnd end;
  end.summary = fmt::format("function {}", context.setting("FunctionName"));
  const Artifact* input = context.input();
  for (const std::string& output : context.action.outputs)
    end.outputs[output] = input == nullptr ? Files{} : input->files;
  co_return end;
}

Process<ActionEnd> start_machine(ActionContext& context) {
  std::string given = context.setting("Input", "{}");
  if (context.setting("InputType") == "FilePath") {
    const auto file = context.file_at(fmt::format("{}::{}", context.action.inputs.front(), given));
    if (!file)
      co_return failed("ConfigurationError", fmt::format("{} is not in the input artifact", given));
    given = *file;
  }
  Json asked{{"stateMachineArn", context.setting("StateMachineArn")}, {"input", given}};
  if (const std::string prefix = context.setting("ExecutionNamePrefix"); !prefix.empty())
    asked["name"] = fmt::format("{}.{}", prefix, context.run.id);
  Process<ApiResult<Json>> starting = context.call("states", "StartExecution", asked);
  const ApiResult<Json> started = co_await starting;
  if (!started) co_return refused(started.error());
  context.run.external_id = text(*started, "executionArn");
  Json looked{{"executionArn", context.run.external_id}};
  Process<ActionEnd> waiting =
      poll(context, "states", "DescribeExecution", std::move(looked), machine_ended);
  ActionEnd end = co_await waiting;
  co_return end;
}

Process<ActionEnd> start_other_pipeline(ActionContext& context) {
  const std::string name = context.setting("PipelineName");
  Json asked{{"name", name}};
  Process<ApiResult<Json>> starting =
      context.call("codepipeline", "StartPipelineExecution", std::move(asked));
  const ApiResult<Json> started = co_await starting;
  if (!started) co_return refused(started.error());
  context.run.external_id = text(*started, "pipelineExecutionId");
  Json looked{{"pipelineName", name}, {"pipelineExecutionId", context.run.external_id}};
  Process<ActionEnd> waiting =
      poll(context, "codepipeline", "GetPipelineExecution", std::move(looked), other_ended);
  ActionEnd end = co_await waiting;
  co_return end;
}

}  // namespace opsim::codepipeline
