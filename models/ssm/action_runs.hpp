#pragma once
/// The run functions and input shapes of the actions, for the table in actions.cpp. Each function's
/// file names the page that it follows.
#include "models/ssm/action.hpp"
#include "opsim/kernel/distribution.hpp"

namespace opsim::ssm {

// action_command.cpp
Process<StepResult> run_command_action(StepRun& run);
extern const Shape kRunCommandInputs;

// action_api.cpp
Process<StepResult> run_execute_api(StepRun& run);
Process<StepResult> run_wait_for_property(StepRun& run);
Process<StepResult> run_assert_property(StepRun& run);
extern const Shape kExecuteApiInputs;
extern const Shape kPropertyInputs;

// action_flow.cpp
Process<StepResult> run_branch(StepRun& run);
Process<StepResult> run_sleep(StepRun& run);
Process<StepResult> run_pause(StepRun& run);
extern const Shape kBranchInputs;
extern const Shape kSleepInputs;
extern const Shape kPauseInputs;

// action_approve.cpp
Process<StepResult> run_approve(StepRun& run);
extern const Shape kApproveInputs;

// action_script.cpp
Process<StepResult> run_execute_script(StepRun& run);
Process<StepResult> run_invoke_lambda(StepRun& run);
/// An action that is not simulated: as physics says, else a failure that says so.
Process<StepResult> run_by_physics(StepRun& run);
extern const Shape kExecuteScriptInputs;
extern const Shape kInvokeLambdaInputs;

// action_instance.cpp
Process<StepResult> run_change_instance_state(StepRun& run);
Process<StepResult> run_create_tags(StepRun& run);
extern const Shape kChangeInstanceStateInputs;
extern const Shape kCreateTagsInputs;

// action_automation.cpp
Process<StepResult> run_execute_automation(StepRun& run);
extern const Shape kExecuteAutomationInputs;

/// Runs a script by its physics on what it concerns; `otherwise` is how long one takes that nobody
/// described. The answer is physics' payload, under Payload.
Process<StepResult> run_script(StepRun& run, const Distribution& otherwise);

/// Calls an API in the name of the execution. The boto3 spelling of the operation is fine.
Process<ApiResult<Json>> call_for(StepRun& run, std::string service, std::string operation,
                                  Json input);
/// "An error occurred (X) when calling the Y operation: ...", as boto3 words it.
std::string call_failure(std::string_view operation, const ApiError& error);

}  // namespace opsim::ssm
