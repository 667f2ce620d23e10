// AWS: Systems Manager User Guide, "Troubleshooting Systems Manager Automation" (messages of
// aws:runInstances that fails or times out); Service Catalog Administrator Guide, "Troubleshooting
// service actions" (executing/canceling action); AWS CLI reference, imagebuilder list-image-build-
// versions (a command that fails).
// UNDOCUMENTED: which stage each other action names; scripts and functions are polled for
// completion, calls of APIs executed, as public records of failed runbooks have it.
#include "models/ssm/failure_text.hpp"

#include <fmt/format.h>

#include "opsim/cloud/input.hpp"

namespace opsim::ssm {

namespace {

constexpr std::string_view kGuide =
    "Please refer to Automation Service Troubleshooting Guide for more diagnosis details.";

/// What the service did for a step when it went wrong.
struct Stage {
  std::string_view action;
  std::string_view calling;   // while an API answers no
  std::string_view watching;  // while what was begun goes on
};
constexpr std::string_view kExecuting = "Execute/Cancelling action";
constexpr std::string_view kPolling = "Poll action status for completion";
constexpr Stage kStages[] = {
    {"aws:executeAutomation", kExecuting, kPolling},
    {"aws:executeScript", kExecuting, kPolling},
    {"aws:executeStateMachine", kExecuting, kPolling},
    {"aws:invokeLambdaFunction", kExecuting, kPolling},
    {"aws:runCommand", kExecuting, "verifying the command has completed"},
    {"aws:runInstances", "launching the instance(s)",
     "verifying launched instance(s) are ready to be used"},
};
constexpr Stage kOthers{"", kExecuting, kExecuting};

const Stage& stage_of(const StepSpec& step) {
  for (const Stage& stage : kStages)
    if (stage.action == step.action_name) return stage;
  return kOthers;
}

/// "An error occurred (Code) when calling the Operation operation: ...": an API said no.
bool is_refusal(std::string_view failure) { return failure.starts_with("An error occurred ("); }

std::string command_text(const std::string& failure, const Json& answer) {
  const std::string id = opsim::input::text(answer, "CommandId");
  if (id.empty()) return failure;
  return fmt::format(
      "Command {} returns unexpected invocation result: \n{{Status=[{}], ResponseCode=[{}], "
      "Output=[{}], OutputPayload=[{}], CommandId=[{}]}}",
      id, opsim::input::text(answer, "Status"), answer.value("ResponseCode", -1),
      opsim::input::text(answer, "Output"),
      answer.dump(-1, ' ', false, Json::error_handler_t::replace), id);
}

}  // namespace

std::string failure_message(const StepSpec& step, Status status, const std::string& failure,
                            const Json& answer) {
  if (step.action_name == "aws:approve" || status == Status::cancelled) return failure;
  const Stage& stage = stage_of(step);
  const std::string_view doing = is_refusal(failure) ? stage.calling : stage.watching;
  if (status == Status::timed_out)
    return fmt::format("Step timed out while step is {}. {}", doing, kGuide);
  const std::string reason =
      step.action_name == "aws:runCommand" ? command_text(failure, answer) : failure;
  return fmt::format("Step fails when it is {}. {}{} {}", doing, reason,
                     reason.ends_with('.') ? "" : ".", kGuide);
}

}  // namespace opsim::ssm
