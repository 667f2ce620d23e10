// The table of actions.
// AWS: Systems Manager User Guide, "Systems Manager Automation actions reference".
#include <algorithm>
#include <array>
#include <iterator>

#include "models/ssm/action_runs.hpp"

namespace opsim::ssm {

namespace {

constexpr Duration kHour = std::chrono::hours{1};

constexpr std::string_view kApproveOutputs[] = {"ApprovalStatus", "ApproverDecisions"};
constexpr std::string_view kImageOutputs[] = {"ImageId", "ImageState"};
constexpr std::string_view kStackOutputs[] = {"StackId", "StackStatus", "StackStatusReason"};
constexpr std::string_view kMachineOutputs[] = {"executionArn", "input",     "name",
                                                "output",       "startDate", "stateMachineArn",
                                                "status",       "stopDate"};
constexpr std::string_view kRunOutputs[] = {"InstanceIds", "InstanceStates"};
constexpr std::string_view kLoopOutputs[] = {"CurrentIteration", "CurrentIteratorValue"};
constexpr std::string_view kStateOutputs[] = {"InstanceStates"};
constexpr std::string_view kAutomationOutputs[] = {"ExecutionId", "Output", "Status"};
constexpr std::string_view kScriptOutputs[] = {"Payload"};
constexpr std::string_view kLambdaOutputs[] = {"FunctionError", "LogResult", "Payload",
                                               "StatusCode"};
constexpr std::string_view kWebhookOutputs[] = {"Response", "ResponseCode"};
constexpr std::string_view kCommandOutputs[] = {"CommandId", "Output", "ResponseCode", "Status"};

// To add an action: write its run function and its inputs, and one row here. Timeouts are those of
// each action's page: seven days to approve, an hour to wait; ten minutes for a script and five for
// a function, which a step can only shorten.
constexpr Action kActions[] = {
    {"aws:approve", run_approve, &kApproveInputs, false, 7 * 24 * kHour, kApproveOutputs, {}},
    {"aws:assertAwsResourceProperty", run_assert_property, &kPropertyInputs, true, {}, {}, {}},
    {"aws:branch", run_branch, &kBranchInputs, false, {}, {}, {}},
    {"aws:changeInstanceState",
     run_change_instance_state,
     &kChangeInstanceStateInputs,
     false,
     kHour,
     kStateOutputs,
     {}},
    {"aws:copyImage",
     run_copy_image,
     &kCopyImageInputs,
     false,
     {},
     kImageOutputs,
     {},
     "ec2:CopyImage"},
    {"aws:createImage",
     run_create_image,
     &kCreateImageInputs,
     false,
     {},
     kImageOutputs,
     {},
     "ec2:CreateImage"},
    {"aws:createStack",
     run_create_stack,
     &kCreateStackInputs,
     false,
     {},
     kStackOutputs,
     {},
     "cloudformation:CreateStack"},
    {"aws:createTags", run_create_tags, &kCreateTagsInputs, false, {}, {}, {}},
    {"aws:deleteImage",
     run_delete_image,
     &kDeleteImageInputs,
     false,
     {},
     {},
     {},
     "ec2:DeregisterImage"},
    {"aws:deleteStack",
     run_delete_stack,
     &kDeleteStackInputs,
     false,
     {},
     {},
     {},
     "cloudformation:DeleteStack"},
    {"aws:executeAutomation",
     run_execute_automation,
     &kExecuteAutomationInputs,
     false,
     {},
     kAutomationOutputs,
     {}},
    {"aws:executeAwsApi", run_execute_api, &kExecuteApiInputs, true, {}, {}, {}},
    {"aws:executeScript",
     run_execute_script,
     &kExecuteScriptInputs,
     false,
     kHour / 6,
     kScriptOutputs,
     {},
     {},
     kHour / 6},
    {"aws:executeStateMachine",
     run_execute_state_machine,
     &kExecuteStateMachineInputs,
     false,
     {},
     kMachineOutputs,
     {},
     "states:StartExecution"},
    {"aws:invokeLambdaFunction",
     run_invoke_lambda,
     &kInvokeLambdaInputs,
     false,
     kHour / 12,
     kLambdaOutputs,
     {},
     {},
     kHour / 12},
    {"aws:invokeWebhook",
     run_invoke_webhook,
     &kInvokeWebhookInputs,
     false,
     {},
     kWebhookOutputs,
     {}},
    {"aws:loop", run_loop, &kLoopInputs, false, {}, kLoopOutputs, {}},
    {"aws:pause", run_pause, &kPauseInputs, false, {}, {}, {}},
    {"aws:runCommand", run_command_action, &kRunCommandInputs, false, {}, kCommandOutputs, {}},
    {"aws:runInstances",
     run_run_instances,
     &kRunInstancesInputs,
     false,
     {},
     kRunOutputs,
     {},
     "ec2:RunInstances"},
    {"aws:sleep", run_sleep, &kSleepInputs, false, {}, {}, {}},
    {"aws:updateVariable", run_update_variable, &kUpdateVariableInputs, false, {}, {}, {}},
    {"aws:waitForAwsResourceProperty",
     run_wait_for_property,
     &kPropertyInputs,
     true,
     kHour,
     {},
     {}},
};

/// One text, by the page of the action.
bool takes_one_text(const Action& action, std::string_view input) {
  if (action.inputs == nullptr) return false;
  const auto field = std::ranges::find(action.inputs->fields, input, &Field::name);
  return field != action.inputs->fields.end() && field->shape != nullptr &&
         field->shape->kind == Kind::text;
}

}  // namespace

Json inputs_of(const StepRun& run) {
  Json inputs = run.spec.inputs.fill(run.values);
  if (run.spec.action == nullptr || !inputs.is_object()) return inputs;
  for (auto& [name, value] : inputs.items())
    if (value.is_array() && value.size() == 1 && takes_one_text(*run.spec.action, name))
      value = Json(value[0]);
  return inputs;
}

std::span<const Action> actions() { return kActions; }

const Action* find_action(std::string_view name) {
  const auto found = std::ranges::find(kActions, name, &Action::name);
  return found == std::end(kActions) ? nullptr : &*found;
}

}  // namespace opsim::ssm
