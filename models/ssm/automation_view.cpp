// Executions as the API shows them.
// AWS: Systems Manager API Reference, AutomationExecution, StepExecution,
// AutomationExecutionMetadata, ProgressCounters.
#include "models/ssm/automation_view.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/ssm/ssm.hpp"

namespace opsim::ssm {

namespace {

/// What the console shows where a step gave no such output.
constexpr std::string_view kNoOutput =
    "No output available yet because the step is not successfully executed";
constexpr std::size_t kLongestInput = 4096;

void set_time(Json& view, std::string_view name, SimTime time) {
  if (time != SimTime{})
    view[std::string{name}] = iso8601(std::chrono::floor<std::chrono::milliseconds>(time));
}

std::string on_failure_text(const Execution& execution, const Jump& jump) {
  switch (jump.to) {
    case Jump::To::abort: return "Abort";
    case Jump::To::proceed: return "Continue";
    case Jump::To::step: break;
  }
  return fmt::format("step:{}", execution.document->steps[jump.step].name);
}

Json inputs_view(Ssm& ssm, const Execution& execution, const StepSpec& step) {
  const ExecutionValues values{execution, ssm};
  Json inputs = Json::object();
  for (const auto& [name, input] : step.inputs.entries()) {
    const Json value = input.fill(values);
    std::string text = value.is_string()
                           ? value.dump(-1, ' ', false, Json::error_handler_t::replace)
                           : text_of(value);
    if (text.size() > kLongestInput) text.resize(kLongestInput);
    inputs[name] = std::move(text);
  }
  return inputs;
}

Json outputs_view(const StepSpec& step, const StepRecord& record) {
  Json outputs = Json::object();
  for (std::size_t i = 0; i < step.outputs.size() && i < record.outputs.size(); ++i)
    if (record.outputs[i]) outputs[step.outputs[i].name] = as_text_list(*record.outputs[i]);
  if (step.action != nullptr)
    for (const std::string_view name : step.action->outputs)
      if (const auto found = record.answer.find(name);
          record.answer.is_object() && found != record.answer.end())
        outputs.emplace(name, as_text_list(*found));
  if (record.answer.is_object() && !record.answer.empty())
    outputs["OutputPayload"] = as_text_list(record.answer);
  return outputs;
}

Json failure_details(const StepSpec& step, const StepRecord& record) {
  return {
      {"FailureStage", "Invocation"},
      {"FailureType", record.status == Status::timed_out ? "TimedOut" : "ExecutionFailure"},
      {"Details",
       {{"Action", Json::array({step.action_name})}, {"Message", Json::array({record.failure})}}}};
}

Json parameters_view(const Execution& execution) {
  Json parameters = Json::object();
  for (std::size_t i = 0; i < execution.parameters.size(); ++i)
    parameters[execution.document->parameters[i].name] = as_text_list(execution.parameters[i]);
  return parameters;
}

std::size_t count(const Execution& execution, Status status) {
  return static_cast<std::size_t>(std::ranges::count(execution.steps, status, &StepRecord::status));
}

Json progress(const Execution& execution) {
  if (execution.spread) {
    const Spread& spread = *execution.spread;
    return {{"TotalSteps", spread.targets.size()},
            {"SuccessSteps", spread.done - spread.errors - spread.timed_out - spread.cancelled},
            {"FailedSteps", spread.errors},
            {"TimedOutSteps", spread.timed_out},
            {"CancelledSteps", spread.cancelled}};
  }
  return {{"TotalSteps", execution.document->steps.size()},
          {"SuccessSteps", count(execution, Status::success)},
          {"FailedSteps", count(execution, Status::failed)},
          {"TimedOutSteps", count(execution, Status::timed_out)},
          {"CancelledSteps", count(execution, Status::cancelled)}};
}

/// "describe.*" names all outputs of a step.
void add_output(const Execution& execution, const std::string& name, Json& outputs) {
  const Names& names = execution.document->names;
  bool found = false;
  const std::string written =
      name.find("{{") == std::string::npos ? fmt::format("{{{{{}}}}}", name) : name;
  for_each_reference(written, names, [&](const Reference& reference) {
    if (reference.of != Reference::Of::output || reference.index >= execution.steps.size()) return;
    const StepSpec& step = execution.document->steps[reference.index];
    if (reference.name == "*") {
      const Json all = outputs_view(step, execution.steps[reference.index]);
      for (const auto& [key, value] : all.items()) outputs[step.name + "." + key] = value;
      found = true;
    } else if (const Json* value = output_of(execution, reference.index, reference.name)) {
      outputs[name] = as_text_list(*value);
      found = true;
    }
  });
  if (!found && !name.ends_with("*")) outputs[name] = Json::array({kNoOutput});
}

void add_current_step(const Execution& execution, Json& view) {
  if (execution.current >= execution.steps.size() || has_ended(execution.status)) return;
  const StepSpec& step = execution.document->steps[execution.current];
  view["CurrentStepName"] = step.name;
  view["CurrentAction"] = step.action_name;
}

}  // namespace

Json execution_outputs(const Execution& execution) {
  Json outputs = Json::object();
  for (const std::string& name : execution.document->outputs) add_output(execution, name, outputs);
  return outputs;
}

Json step_view(Ssm& ssm, const Execution& execution, std::size_t number) {
  const StepSpec& step = execution.document->steps[number];
  static const StepRecord never;
  const StepRecord& record = number < execution.steps.size() ? execution.steps[number] : never;
  Json view{{"StepName", step.name},
            {"Action", step.action_name},
            {"StepStatus", to_string(record.status)},
            {"StepExecutionId", step_execution_id(execution, number)},
            {"OnFailure", on_failure_text(execution, step.on_failure)},
            {"IsEnd", step.is_end},
            {"IsCritical", step.is_critical},
            {"OverriddenParameters", Json::object()}};
  if (step.next) view["NextStep"] = execution.document->steps[*step.next].name;
  if (record.status == Status::pending) return view;
  set_time(view, "ExecutionStartTime", record.started);
  set_time(view, "ExecutionEndTime", record.ended);
  view["MaxAttempts"] = std::max<std::uint32_t>(1, record.attempts);
  view["Inputs"] = inputs_view(ssm, execution, step);
  view["Outputs"] = outputs_view(step, record);
  if (record.failure.empty()) return view;
  view["FailureMessage"] = record.failure;
  view["FailureDetails"] = failure_details(step, record);
  return view;
}

Json execution_summary(const Execution& execution) {
  Json view{{"AutomationExecutionId", execution.id},
            {"DocumentName", execution.document_name},
            {"DocumentVersion", std::to_string(execution.document_version)},
            {"AutomationExecutionStatus", to_string(execution.status)},
            {"ExecutedBy", execution.executed_by},
            {"Mode", execution.interactive ? "Interactive" : "Auto"},
            {"Outputs", execution_outputs(execution)},
            {"AutomationType", "Local"}};
  set_time(view, "ExecutionStartTime", execution.started);
  set_time(view, "ExecutionEndTime", execution.ended);
  add_current_step(execution, view);
  if (!execution.failure.empty()) view["FailureMessage"] = execution.failure;
  if (!execution.parent_id.empty()) view["ParentAutomationExecutionId"] = execution.parent_id;
  if (!execution.target.empty()) view["Target"] = execution.target;
  if (!execution.spread) return view;
  view["TargetParameterName"] = execution.spread->parameter;
  view["ResolvedTargets"] = {{"ParameterValues", execution.spread->targets}, {"Truncated", false}};
  return view;
}

Json execution_view(Ssm& ssm, const Execution& execution) {
  Json view = execution_summary(execution);
  view.erase("AutomationType");
  view["Parameters"] = parameters_view(execution);
  view["ProgressCounters"] = progress(execution);
  Json steps = Json::array();
  if (!execution.spread)
    for (std::size_t i = 0; i < execution.document->steps.size(); ++i)
      steps.push_back(step_view(ssm, execution, i));
  view["StepExecutions"] = std::move(steps);
  view["StepExecutionsTruncated"] = false;
  return view;
}

}  // namespace opsim::ssm
