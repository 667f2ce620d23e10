// aws:createStack, aws:deleteStack.
// AWS: Systems Manager User Guide, the pages of those names: the step waits until the stack stands
// or is gone; outputs StackId, StackStatus (CREATE_COMPLETE) and StackStatusReason.
#include <fmt/format.h>

#include "models/ssm/action_runs.hpp"
#include "models/ssm/action_shapes.hpp"
#include "models/ssm/members.hpp"
#include "models/ssm/ssm.hpp"

namespace opsim::ssm {

namespace {

constexpr Field kCreateStackFields[] = {
    {.name = "Capabilities", .shape = &kAnyInput},
    {.name = "ClientRequestToken", .shape = &kTextInput},
    {.name = "DisableRollback", .shape = &kBooleanInput},
    {.name = "NotificationARNs", .shape = &kAnyInput},
    {.name = "OnFailure", .shape = &kTextInput},
    {.name = "Parameters", .shape = &kAnyInput},
    {.name = "ResourceTypes", .shape = &kAnyInput},
    {.name = "RoleARN", .shape = &kTextInput},
    {.name = "StackName", .shape = &kTextInput, .need = Need::required},
    {.name = "StackPolicyBody", .shape = &kTextInput},
    {.name = "StackPolicyURL", .shape = &kTextInput},
    {.name = "Tags", .shape = &kAnyInput},
    {.name = "TemplateBody", .shape = &kAnyInput},
    {.name = "TemplateURL", .shape = &kTextInput},
    {.name = "TimeoutInMinutes", .shape = &kIntegerInput},
};
constexpr Field kDeleteStackFields[] = {
    {.name = "ClientRequestToken", .shape = &kTextInput},
    {.name = "RetainResources", .shape = &kAnyInput},
    {.name = "RoleARN", .shape = &kTextInput},
    {.name = "StackName", .shape = &kTextInput, .need = Need::required},
};

StepResult stack_is(const Json& stack, const std::string& status) {
  StepResult result;
  result.told = status;
  result.answer = Json{{"StackId", opsim::input::text(stack, "StackId")},
                       {"StackStatus", status},
                       {"StackStatusReason", opsim::input::text(stack, "StackStatusReason")}};
  return result;
}

/// Looks at the stack until nothing is in progress. One that is gone counts as deleted.
Process<StepResult> await_stack(StepRun& run, std::string name, std::string wanted) {
  while (true) {
    Json look{{"StackName", name}};
    ApiResult<Json> answer =
        co_await call_for(run, "cloudformation", "DescribeStacks", std::move(look));
    const bool gone = !answer && answer.error().code == "ValidationError";
    if (gone && wanted == "DELETE_COMPLETE") co_return stack_is(Json{{"StackId", name}}, wanted);
    if (!answer) co_return failed(call_failure("DescribeStacks", answer.error()));
    const Json& stacks = list_member(*answer, "Stacks");
    const Json stack = stacks.empty() ? Json::object() : stacks[0];
    const std::string status = opsim::input::text(stack, "StackStatus");
    if (status == wanted) co_return stack_is(stack, status);
    if (!status.ends_with("_IN_PROGRESS"))
      co_return failed(fmt::format("the stack {} is {}: {}", name, status,
                                   opsim::input::text(stack, "StackStatusReason")));
    co_await run.ssm.sim().sleep(run.ssm.timings.state_poll);
  }
}

Process<StepResult> change_stack(StepRun& run, std::string operation, std::string wanted) {
  Json request = inputs_of(run);
  const std::string named = opsim::input::text(request, "StackName");
  ApiResult<Json> begun = co_await call_for(run, "cloudformation", operation, std::move(request));
  if (!begun && is_unmodelled(begun.error())) {
    Process<StepResult> by_physics = run_by_physics(run);
    co_return co_await by_physics;
  }
  if (!begun) co_return failed(call_failure(operation, begun.error()));
  const std::string id = opsim::input::text(*begun, "StackId");
  Process<StepResult> waited = await_stack(run, id.empty() ? named : id, wanted);
  co_return co_await waited;
}

}  // namespace

extern constexpr Shape kCreateStackInputs{.kind = Kind::mapping, .fields = kCreateStackFields};
extern constexpr Shape kDeleteStackInputs{.kind = Kind::mapping, .fields = kDeleteStackFields};

Process<StepResult> run_create_stack(StepRun& run) {
  return change_stack(run, "CreateStack", "CREATE_COMPLETE");
}
Process<StepResult> run_delete_stack(StepRun& run) {
  return change_stack(run, "DeleteStack", "DELETE_COMPLETE");
}

}  // namespace opsim::ssm
