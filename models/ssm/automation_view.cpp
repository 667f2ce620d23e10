// Executions as the API shows them.
// AWS: Systems Manager API Reference, AutomationExecution, StepExecution,
// AutomationExecutionMetadata, ProgressCounters.
#include "models/ssm/automation_view.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "models/ssm/failure_text.hpp"
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

/// The counters of statuses, from anything that has them.
Json counters(std::size_t total, const std::function<std::size_t(Status)>& count_of) {
  return {{"TotalSteps", total},
          {"SuccessSteps", count_of(Status::success)},
          {"FailedSteps", count_of(Status::failed)},
          {"TimedOutSteps", count_of(Status::timed_out)},
          {"CancelledSteps", count_of(Status::cancelled)}};
}

std::vector<const SpreadItem*> items_of(const Spread& spread) {
  std::vector<const SpreadItem*> items;
  for (const SpreadGroup& group : spread.groups)
    for (const SpreadItem& item : group.items) items.push_back(&item);
  return items;
}

Status status_of(Ssm& ssm, const SpreadItem& item) {
  const Execution* child = ssm.find_execution(item.child_id);
  return child == nullptr ? Status::pending : child->status;
}

Json progress(Ssm& ssm, const Execution& execution) {
  if (!execution.spread)
    return counters(execution.document->steps.size(),
                    [&](Status status) { return count(execution, status); });
  const std::vector<const SpreadItem*> items = items_of(*execution.spread);
  return counters(items.size(), [&](Status status) {
    return static_cast<std::size_t>(std::ranges::count_if(
        items, [&](const SpreadItem* item) { return status_of(ssm, *item) == status; }));
  });
}

/// A parent's step for one target: the execution that it started.
Json item_view(Ssm& ssm, const Execution& execution, const SpreadItem& item, std::size_t number) {
  const Execution* child = ssm.find_execution(item.child_id);
  Json view{{"StepName", item.target},
            {"Action", "aws:executeAutomation"},
            {"StepStatus", to_string(status_of(ssm, item))},
            {"StepExecutionId", step_execution_id(execution, number)}};
  if (item.place)
    view["TargetLocation"] = {{"Accounts", Json::array({item.place->account})},
                              {"Regions", Json::array({item.place->region})},
                              {"ExecutionRoleName", item.role}};
  if (child == nullptr) return view;
  set_time(view, "ExecutionStartTime", child->started);
  set_time(view, "ExecutionEndTime", child->ended);
  view["Outputs"] = {{"ExecutionId", Json::array({child->id})},
                     {"Status", Json::array({to_string(child->status)})}};
  if (!child->failure.empty())
    view["FailureMessage"] =
        child->failure_message.empty() ? child->failure : child->failure_message;
  return view;
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

Json variables_view(const Execution& execution) {
  Json variables = Json::object();
  for (std::size_t i = 0; i < execution.variables.size(); ++i)
    variables[execution.document->variables[i].name] = as_text_list(execution.variables[i]);
  return variables;
}

std::string rate_text(const RateLimit& limit) {
  return fmt::format("{:g}{}", limit.value, limit.percent ? "%" : "");
}

void add_spread(const Spread& spread, Json& view) {
  if (!spread.parameter.empty()) view["TargetParameterName"] = spread.parameter;
  if (spread.over == Spread::Over::locations) view["AutomationType"] = "CrossAccount";
  Json values = Json::array();
  for (const SpreadItem* item : items_of(spread)) values.push_back(item->target);
  if (spread.over == Spread::Over::targets)
    view["ResolvedTargets"] = {{"ParameterValues", std::move(values)}, {"Truncated", false}};
  if (spread.groups.size() != 1 || spread.over == Spread::Over::locations) return;
  view["MaxConcurrency"] = rate_text(spread.groups[0].max_concurrency);
  view["MaxErrors"] = rate_text(spread.groups[0].max_errors);
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

namespace {

/// The loop of a step, and its iteration. AWS: ParentStepDetails.
Json parent_step(const Execution& execution, std::uint32_t loop) {
  const StepSpec& spec = execution.document->steps[loop];
  Json view{{"StepName", spec.name},
            {"Action", spec.action_name},
            {"StepExecutionId", step_execution_id(execution, loop)}};
  if (loop >= execution.steps.size()) return view;
  const Json& answer = execution.steps[loop].answer;
  if (!answer.is_object() || !answer.contains("CurrentIteration")) return view;
  view["Iteration"] = answer.at("CurrentIteration");
  if (const auto value = answer.find("CurrentIteratorValue"); value != answer.end())
    view["IteratorValue"] = text_of(*value);
  return view;
}

}  // namespace

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
  if (step.loop) view["ParentStepDetails"] = parent_step(execution, *step.loop);
  if (record.status == Status::pending) return view;
  set_time(view, "ExecutionStartTime", record.started);
  set_time(view, "ExecutionEndTime", record.ended);
  view["MaxAttempts"] = std::max<std::uint32_t>(1, record.attempts);
  view["Inputs"] = inputs_view(ssm, execution, step);
  view["Outputs"] = outputs_view(step, record);
  if (record.failure.empty()) return view;
  view["FailureMessage"] = failure_message(step, record.status, record.failure, record.answer);
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
  if (!execution.failure.empty())
    view["FailureMessage"] =
        execution.failure_message.empty() ? execution.failure : execution.failure_message;
  if (!execution.parent_id.empty()) view["ParentAutomationExecutionId"] = execution.parent_id;
  if (!execution.target.empty()) view["Target"] = execution.target;
  if (execution.spread) add_spread(*execution.spread, view);
  add_alarm(execution.alarm.get(), view);
  return view;
}

Json step_views(Ssm& ssm, const Execution& execution) {
  Json steps = Json::array();
  if (execution.spread) {
    const std::vector<const SpreadItem*> items = items_of(*execution.spread);
    for (std::size_t i = 0; i < items.size(); ++i)
      steps.push_back(item_view(ssm, execution, *items[i], i));
    return steps;
  }
  for (std::size_t i = 0; i < execution.document->steps.size(); ++i)
    steps.push_back(step_view(ssm, execution, i));
  return steps;
}

Json execution_view(Ssm& ssm, const Execution& execution) {
  Json view = execution_summary(execution);
  view.erase("AutomationType");
  view["Parameters"] = parameters_view(execution);
  view["ProgressCounters"] = progress(ssm, execution);
  if (!execution.variables.empty()) view["Variables"] = variables_view(execution);
  view["StepExecutions"] = step_views(ssm, execution);
  view["StepExecutionsTruncated"] = false;
  return view;
}

}  // namespace opsim::ssm
