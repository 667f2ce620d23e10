// The table of actions.
// AWS: Systems Manager User Guide, "Systems Manager Automation actions reference".
#include <algorithm>
#include <array>
#include <iterator>

#include "models/ssm/action_runs.hpp"

namespace opsim::ssm {

namespace {

constexpr Duration kHour = std::chrono::hours{1};
constexpr std::string_view kNotYet = "no model of what it does; physics may say";
constexpr std::string_view kNextPart = "loops and variables are not simulated yet";

constexpr std::string_view kApproveOutputs[] = {"ApprovalStatus", "ApproverDecisions"};
constexpr std::string_view kStateOutputs[] = {"InstanceStates"};
constexpr std::string_view kAutomationOutputs[] = {"ExecutionId", "Output", "Status"};
constexpr std::string_view kScriptOutputs[] = {"Payload"};
constexpr std::string_view kLambdaOutputs[] = {"FunctionError", "LogResult", "Payload",
                                               "StatusCode"};
constexpr std::string_view kCommandOutputs[] = {"CommandId", "Output", "ResponseCode", "Status"};

/// An action without a model: physics may say what it does.
constexpr Action unmodelled(std::string_view name, std::string_view why = kNotYet) {
  Action row;
  row.name = name;
  row.run = run_by_physics;
  row.not_simulated = why;
  return row;
}

// To add an action: write its run function and its inputs, and one row here. Timeouts are those of
// each action's page: seven days to approve, an hour to wait, ten minutes for a script, five for a
// function.
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
    unmodelled("aws:copyImage"),
    unmodelled("aws:createImage"),
    unmodelled("aws:createStack"),
    {"aws:createTags", run_create_tags, &kCreateTagsInputs, false, {}, {}, {}},
    unmodelled("aws:deleteImage"),
    unmodelled("aws:deleteStack"),
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
     {}},
    unmodelled("aws:executeStateMachine"),
    unmodelled("aws:invokeWebhook"),
    {"aws:invokeLambdaFunction",
     run_invoke_lambda,
     &kInvokeLambdaInputs,
     false,
     kHour / 12,
     kLambdaOutputs,
     {}},
    unmodelled("aws:loop", kNextPart),
    {"aws:pause", run_pause, &kPauseInputs, false, {}, {}, {}},
    {"aws:runCommand", run_command_action, &kRunCommandInputs, false, {}, kCommandOutputs, {}},
    unmodelled("aws:runInstances"),
    {"aws:sleep", run_sleep, &kSleepInputs, false, {}, {}, {}},
    unmodelled("aws:updateVariable", kNextPart),
    {"aws:waitForAwsResourceProperty",
     run_wait_for_property,
     &kPropertyInputs,
     true,
     kHour,
     {},
     {}},
};
}  // namespace

std::span<const Action> actions() { return kActions; }

const Action* find_action(std::string_view name) {
  const auto found = std::ranges::find(kActions, name, &Action::name);
  return found == std::end(kActions) ? nullptr : &*found;
}

}  // namespace opsim::ssm
