// aws:invokeLambdaFunction, aws:executeStateMachine.
// AWS: Systems Manager User Guide, the pages of those names: a function is waited for at most five
// minutes; outputs StatusCode, FunctionError, LogResult, Payload. A state machine is waited for
// until its execution ends; its outputs are those of DescribeExecution.
// SIMPLIFIED: physics of the step goes before the function's own model; without either, the
// function works and answers nothing.
#include <fmt/format.h>

#include "models/ssm/action_runs.hpp"
#include "models/ssm/action_shapes.hpp"
#include "models/ssm/members.hpp"
#include "models/ssm/ssm.hpp"

namespace opsim::ssm {

namespace {

constexpr Field kLambdaFields[] = {
    {.name = "ClientContext", .shape = &kTextInput, .simulated = Simulated::no},
    {.name = "FunctionName", .shape = &kTextInput, .need = Need::required},
    {.name = "InputPayload", .shape = &kAnyInput},
    {.name = "InvocationType", .shape = &kTextInput},
    {.name = "LogType", .shape = &kTextInput},
    {.name = "Payload", .shape = &kAnyInput},
    {.name = "Qualifier", .shape = &kTextInput},
};
constexpr Field kWebhookFields[] = {
    {.name = "Body", .shape = &kAnyInput},
    {.name = "IntegrationName", .shape = &kTextInput, .need = Need::required},
};
constexpr Field kMachineFields[] = {
    {.name = "input", .shape = &kAnyInput},
    {.name = "name", .shape = &kTextInput},
    {.name = "stateMachineArn", .shape = &kTextInput, .need = Need::required},
};

/// The function as physics or the estimate has it. Lambda's payload is text (JSON) to its readers.
Process<StepResult> run_as_script(StepRun& run) {
  Process<StepResult> invoked = run_script(run, run.ssm.timings.lambda);
  StepResult result = co_await invoked;
  if (result.status != Status::success) co_return result;
  result.answer["Payload"] = result.answer["Payload"].dump();
  result.answer["StatusCode"] = 200;
  result.answer["LogResult"] = "";
  co_return result;
}

/// What lambda:Invoke takes; InputPayload is the payload as a mapping.
Json invocation(const StepRun& run) {
  Json request = inputs_of(run);
  const auto given = request.find("InputPayload");
  if (given == request.end()) return request;
  request["Payload"] = given->dump(-1, ' ', false, Json::error_handler_t::replace);
  request.erase("InputPayload");
  return request;
}

std::string machine_failure(const Json& execution, std::string_view status) {
  const std::string error = opsim::input::text(execution, "error");
  const std::string cause = opsim::input::text(execution, "cause");
  return fmt::format("the execution is {}{}{}{}{}", status, error.empty() ? "" : ": ", error,
                     cause.empty() ? "" : ": ", cause);
}

Process<StepResult> await_machine(StepRun& run, std::string execution) {
  while (true) {
    Json look{{"executionArn", execution}};
    ApiResult<Json> answer = co_await call_for(run, "states", "DescribeExecution", std::move(look));
    if (!answer) co_return failed(call_failure("DescribeExecution", answer.error()));
    const std::string status = opsim::input::text(*answer, "status");
    if (status != "RUNNING" && status != "PENDING_REDRIVE") {
      StepResult result;
      if (status != "SUCCEEDED") result = failed(machine_failure(*answer, status));
      if (status == "TIMED_OUT") result.status = Status::timed_out;
      result.told = status;
      result.answer = std::move(*answer);
      co_return result;
    }
    co_await run.ssm.sim().sleep(run.ssm.timings.state_poll);
  }
}

}  // namespace

extern constexpr Shape kInvokeLambdaInputs{.kind = Kind::mapping, .fields = kLambdaFields};
extern constexpr Shape kInvokeWebhookInputs{.kind = Kind::mapping, .fields = kWebhookFields};
extern constexpr Shape kExecuteStateMachineInputs{.kind = Kind::mapping, .fields = kMachineFields};

Process<StepResult> run_invoke_lambda(StepRun& run) {
  if (step_physics(run) != nullptr) {
    Process<StepResult> described = run_as_script(run);
    co_return co_await described;
  }
  Json request = invocation(run);
  ApiResult<Json> answer = co_await call_for(run, "lambda", "Invoke", std::move(request));
  if (!answer && is_unmodelled(answer.error())) {
    Process<StepResult> assumed = run_as_script(run);
    co_return co_await assumed;
  }
  if (!answer) co_return failed(call_failure("Invoke", answer.error()));
  StepResult result;
  const std::string error = opsim::input::text(*answer, "FunctionError");
  if (!error.empty())
    result = failed(fmt::format("the function failed ({}): {}", error,
                                text_of(answer->value("Payload", Json{}))));
  result.answer = std::move(*answer);
  co_return result;
}

Process<StepResult> run_execute_state_machine(StepRun& run) {
  Json request = inputs_of(run);
  if (const auto input = request.find("input"); input != request.end() && !input->is_string())
    *input = input->dump(-1, ' ', false, Json::error_handler_t::replace);
  ApiResult<Json> begun = co_await call_for(run, "states", "StartExecution", std::move(request));
  if (!begun && is_unmodelled(begun.error())) {
    Process<StepResult> by_physics = run_by_physics(run);
    co_return co_await by_physics;
  }
  if (!begun) co_return failed(call_failure("StartExecution", begun.error()));
  Process<StepResult> waited = await_machine(run, opsim::input::text(*begun, "executionArn"));
  co_return co_await waited;
}

/// AWS: "aws:invokeWebhook": outputs Response and ResponseCode. Who listens is beyond AWS: physics
/// says what it does, else it takes the message.
Process<StepResult> run_invoke_webhook(StepRun& run) {
  Process<StepResult> invoked = run_script(run, run.ssm.timings.lambda);
  StepResult result = co_await invoked;
  if (result.status != Status::success) co_return result;
  result.answer = Json{{"Response", result.answer["Payload"].dump()}, {"ResponseCode", 200}};
  co_return result;
}

}  // namespace opsim::ssm
