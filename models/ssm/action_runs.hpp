#pragma once
/// The run functions and input shapes of the actions, for the table in actions.cpp. Each function's
/// file names the page that it follows.
#include "models/ssm/action.hpp"
#include "opsim/kernel/distribution.hpp"

namespace opsim::ssm {

struct ScriptPhysics;

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

// action_loop.cpp
Process<StepResult> run_loop(StepRun& run);
Process<StepResult> run_update_variable(StepRun& run);
extern const Shape kLoopInputs;
extern const Shape kUpdateVariableInputs;

// action_approve.cpp
Process<StepResult> run_approve(StepRun& run);
extern const Shape kApproveInputs;

// action_script.cpp
Process<StepResult> run_execute_script(StepRun& run);
/// An action that is not simulated: as physics says, else a failure that says so.
Process<StepResult> run_by_physics(StepRun& run);
extern const Shape kExecuteScriptInputs;

// action_function.cpp
Process<StepResult> run_invoke_lambda(StepRun& run);
Process<StepResult> run_execute_state_machine(StepRun& run);
Process<StepResult> run_invoke_webhook(StepRun& run);
extern const Shape kInvokeLambdaInputs;
extern const Shape kInvokeWebhookInputs;
extern const Shape kExecuteStateMachineInputs;

// action_image.cpp
Process<StepResult> run_create_image(StepRun& run);
Process<StepResult> run_copy_image(StepRun& run);
Process<StepResult> run_delete_image(StepRun& run);
extern const Shape kCreateImageInputs;
extern const Shape kCopyImageInputs;
extern const Shape kDeleteImageInputs;

// action_stack.cpp
Process<StepResult> run_create_stack(StepRun& run);
Process<StepResult> run_delete_stack(StepRun& run);
extern const Shape kCreateStackInputs;
extern const Shape kDeleteStackInputs;

// action_instance.cpp
Process<StepResult> run_run_instances(StepRun& run);
extern const Shape kRunInstancesInputs;
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

/// Physics of this very step, or of its document; null when there is none.
ScriptPhysics* step_physics(const StepRun& run);

/// The inputs of a step with their placeholders filled. Where an input is one text, a list of one
/// gives its item: "InstanceId: {{ launch.InstanceIds }}".
Json inputs_of(const StepRun& run);

/// Calls an API in the name of the execution. The boto3 spelling of the operation is fine.
Process<ApiResult<Json>> call_for(StepRun& run, std::string service, std::string operation,
                                  Json input);
/// True when no model answers such a call.
bool is_unmodelled(const ApiError& error);
/// "An error occurred (X) when calling the Y operation: ...", as boto3 words it.
std::string call_failure(std::string_view operation, const ApiError& error);

}  // namespace opsim::ssm
