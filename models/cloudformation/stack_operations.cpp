// Calls that set a stack to work. Each answers at once; the work is a process.
// AWS: CloudFormation API reference, the page of each operation.
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudformation/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudformation {

namespace {

Process<> delete_and_forget(CloudFormation& cfn, Stack& stack, std::vector<std::string> retained) {
  Process<> gone = run_delete(cfn, stack, std::move(retained));
  co_await gone;
}

bool can_be_updated(std::string_view status) {
  constexpr std::string_view kStable[] = {"CREATE_COMPLETE", "IMPORT_COMPLETE",
                                          "IMPORT_ROLLBACK_COMPLETE", "UPDATE_COMPLETE",
                                          "UPDATE_ROLLBACK_COMPLETE"};
  return std::ranges::find(kStable, status) != std::end(kStable);
}

ApiError in_wrong_state(const Stack& stack) {
  return validation_error(
      fmt::format("Stack:{} is in {} state and can not be updated.", stack.id, stack.status));
}

constexpr std::ptrdiff_t kMostStacks = 2000;  // quota: stacks of an account in a Region

bool is_full(const CloudFormation& cfn, const Place& place) {
  return std::ranges::count_if(cfn.by_name, [&](const auto& entry) {
           return entry.first.first == place;
         }) >= kMostStacks;
}

/// "Update of resource type is not permitted."
std::optional<ApiError> changed_types(const Stack& stack, const Template& next) {
  std::vector<std::string> changed;
  for (const TemplateResource& written : next.resources()) {
    const auto shown = stack.resources.find(written.logical_id);
    if (shown != stack.resources.end() && !shown->second.physical_id.empty() &&
        shown->second.type != written.type)
      changed.push_back(written.logical_id);
  }
  if (changed.empty()) return std::nullopt;
  return validation_error(
      fmt::format("Update of resource type is not permitted. The new template modifies resource "
                  "type of the following resources: [{}]",
                  fmt::join(changed, ", ")));
}

}  // namespace

ApiResult<Stack*> named_stack(CloudFormation& cfn, const Request& request) {
  const std::string name = input::text(request.input, "StackName");
  Stack* stack = cfn.find(request.place(), name);
  if (stack == nullptr || stack->place != request.place()) return no_such_stack(name);
  return stack;
}

ApiResult<Stack*> begin_creation(CloudFormation& cfn, const Caller& caller, StackSpec spec) {
  if (const auto known = cfn.by_name.find({caller.place, spec.name}); known != cfn.by_name.end())
    return ApiError{"AlreadyExistsException", fmt::format("Stack [{}] already exists", spec.name)};
  if (is_full(cfn, caller.place))
    return ApiError{"LimitExceededException",
                    fmt::format("Limit for stacks has been exceeded: {}", kMostStacks)};
  auto assembly = assemble(cfn, caller.place, "", spec);  // what is wrong with it, before it is one
  if (!assembly) return assembly.error();
  Stack& stack = cfn.add_stack(caller.place, spec.name);
  stack.assembly = *assemble(cfn, caller.place, stack.id, spec);
  stack.caller = caller;
  stack.token = spec.token;
  stack.spec = std::move(spec);
  tell_stack(cfn, stack, "CREATE_IN_PROGRESS", "User Initiated");
  const CauseScope because{cfn.sim(), stack.because};
  cfn.sim().spawn(run_create(cfn, stack));
  return &stack;
}

ApiResult<Stack*> begin_update(CloudFormation& cfn, const Caller& caller, Stack& stack,
                               StackSpec spec) {
  if (stack.is_gone()) return no_such_stack(stack.id);
  if (!can_be_updated(stack.status)) return in_wrong_state(stack);
  if (auto wrong = changed_types(stack, *spec.text)) return *std::move(wrong);
  auto plan = assemble(cfn, stack.place, stack.id, spec);
  if (!plan) return plan.error();
  if (plan_update(cfn, stack, **plan).empty() && !changes_beside_resources(stack, spec, **plan))
    return validation_error("No updates are to be performed.");
  auto next = assemble(cfn, stack.place, stack.id, spec);
  if (!next) return next.error();
  stack.caller = caller;
  stack.token = spec.token;
  tell_stack(cfn, stack, "UPDATE_IN_PROGRESS", "User Initiated");
  const CauseScope because{cfn.sim(), stack.because};
  cfn.sim().spawn(run_update(cfn, stack, std::move(spec), std::move(*next)));
  return &stack;
}

ApiResult<Stack*> begin_deletion(CloudFormation& cfn, const Caller& caller, Stack& stack,
                                 std::vector<std::string> retained) {
  stack.caller = caller;
  // What is at work is stopped first; what a deletion already does, it goes on doing.
  if (stack.status == "DELETE_IN_PROGRESS") return &stack;
  if (stack.status == "CREATE_IN_PROGRESS") {
    stack.cancelled = true;
    stack.delete_requested = true;
    stack.cancel_reason = "User Initiated";
    stack.changed.notify_all();
    return &stack;
  }
  if (stack.in_progress() && stack.status != "REVIEW_IN_PROGRESS")
    return validation_error(
        fmt::format("Stack [{}] cannot be deleted while in status {}", stack.name, stack.status));
  // "You can't delete a stack whose exports are in use": its status stays, with a reason.
  for (const Assembly::Output& one : stack.outputs) {
    if (one.export_name.empty()) continue;
    const std::vector<std::string> users = importers(cfn, stack.place, one.export_name);
    if (users.empty()) continue;
    const std::string before = stack.status;
    tell_stack(cfn, stack, "DELETE_IN_PROGRESS", "User Initiated");
    tell_stack(cfn, stack, before,
               fmt::format("Export {} cannot be deleted as it is in use by {}", one.export_name,
                           fmt::join(users, " and ")));
    return &stack;
  }
  tell_stack(cfn, stack, "DELETE_IN_PROGRESS", "User Initiated");
  const CauseScope because{cfn.sim(), stack.because};
  cfn.sim().spawn(delete_and_forget(cfn, stack, std::move(retained)));
  return &stack;
}

ApiResult<Json> create_stack(CloudFormation& cfn, const Request& request) {
  auto spec = read_stack_spec(cfn, request.place(), request.input, nullptr);
  if (!spec) return spec.error();
  auto stack = begin_creation(cfn, request.caller, std::move(*spec));
  if (!stack) return stack.error();
  return Json{{"StackId", (*stack)->id}};
}

ApiResult<Json> update_stack(CloudFormation& cfn, const Request& request) {
  auto stack = named_stack(cfn, request);
  if (!stack) return stack.error();
  auto spec = read_stack_spec(cfn, request.place(), request.input, *stack);
  if (!spec) return spec.error();
  auto updated = begin_update(cfn, request.caller, **stack, std::move(*spec));
  if (!updated) return updated.error();
  return Json{{"StackId", (*updated)->id}};
}

ApiResult<Json> delete_stack(CloudFormation& cfn, const Request& request) {
  // A stack that does not exist is deleted already.
  auto found = named_stack(cfn, request);
  if (!found || (*found)->is_gone()) return Json::object();
  Stack& stack = **found;
  if (stack.spec.termination_protection)
    return validation_error(fmt::format(
        "Stack [{}] cannot be deleted while TerminationProtection is enabled", stack.name));
  std::vector<std::string> retained = input::texts(request.input, "RetainResources");
  if (!retained.empty() && stack.status != "DELETE_FAILED")
    return validation_error(
        fmt::format("Invalid operation on stack [{}]. When you delete a stack, specify which "
                    "resources to retain only when the stack is in the DELETE_FAILED state.",
                    stack.id));
  if (const std::string role = input::text(request.input, "RoleARN"); !role.empty())
    stack.spec.role_arn = role;
  stack.token = input::text(request.input, "ClientRequestToken");
  auto begun = begin_deletion(cfn, request.caller, stack, std::move(retained));
  if (!begun) return begun.error();
  return Json::object();
}

ApiResult<Json> cancel_update_stack(CloudFormation& cfn, const Request& request) {
  auto found = named_stack(cfn, request);
  if (!found) return found.error();
  Stack& stack = **found;
  if (stack.status != "UPDATE_IN_PROGRESS")
    return validation_error(fmt::format(
        "CancelUpdateStack cannot be called from current stack status {}", stack.status));
  stack.cancelled = true;
  stack.cancel_reason = "User Initiated";
  stack.because = cfn.sim().cause();
  stack.changed.notify_all();
  return Json::object();
}

ApiResult<Json> continue_update_rollback(CloudFormation& cfn, const Request& request) {
  auto found = named_stack(cfn, request);
  if (!found) return found.error();
  Stack& stack = **found;
  if (stack.status != "UPDATE_ROLLBACK_FAILED" || stack.run == nullptr)
    return validation_error(
        fmt::format("Stack:{} is in {} state and can not continue the update rollback.", stack.id,
                    stack.status));
  std::vector<std::string> skipped = input::texts(request.input, "ResourcesToSkip");
  for (const std::string& id : skipped) {
    const auto shown = stack.resources.find(id);
    if (shown == stack.resources.end() || shown->second.status != "UPDATE_FAILED")
      return validation_error(
          fmt::format("The following resource(s) cannot be skipped, as they are not in the "
                      "UPDATE_FAILED state: [{}]",
                      id));
  }
  stack.caller = request.caller;
  tell_stack(cfn, stack, "UPDATE_ROLLBACK_IN_PROGRESS", "User Initiated");
  const CauseScope because{cfn.sim(), stack.because};
  cfn.sim().spawn(run_continue_rollback(cfn, stack, std::move(skipped)));
  return Json::object();
}

ApiResult<Json> rollback_stack(CloudFormation& cfn, const Request& request) {
  auto found = named_stack(cfn, request);
  if (!found) return found.error();
  Stack& stack = **found;
  const bool update = stack.status == "UPDATE_FAILED" && stack.run != nullptr;
  if (!update && stack.status != "CREATE_FAILED")
    return validation_error(
        fmt::format("Stack:{} is in {} state and can not be rolled back.", stack.id, stack.status));
  stack.caller = request.caller;
  tell_stack(cfn, stack, update ? "UPDATE_ROLLBACK_IN_PROGRESS" : "ROLLBACK_IN_PROGRESS",
             "User Initiated");
  const CauseScope because{cfn.sim(), stack.because};
  cfn.sim().spawn(run_rollback(cfn, stack));
  return Json{{"StackId", stack.id}};
}

ApiResult<Json> set_stack_policy(CloudFormation& cfn, const Request& request) {
  auto found = named_stack(cfn, request);
  if (!found) return found.error();
  const Json& body = input::member(request.input, "StackPolicyBody");
  Json policy = body.is_object() ? body : Json::parse(input::text(body), nullptr, false);
  if (!policy.is_object() || !policy.contains("Statement"))
    return validation_error("Error validating stack policy: Invalid stack policy");
  (*found)->spec.policy = std::move(policy);
  return Json::object();
}

ApiResult<Json> update_termination_protection(CloudFormation& cfn, const Request& request) {
  auto found = named_stack(cfn, request);
  if (!found) return found.error();
  Stack& stack = **found;
  const auto enable = input::boolean(request.input, "EnableTerminationProtection");
  if (!enable) return validation_error("EnableTerminationProtection is required");
  if (!stack.parent.empty())
    return validation_error(
        "Cannot update termination protection on nested stacks; update the root stack");
  stack.spec.termination_protection = *enable;
  return Json{{"StackId", stack.id}};
}

ApiResult<Json> signal_resource(CloudFormation& cfn, const Request& request) {
  auto found = named_stack(cfn, request);
  if (!found) return found.error();
  Stack& stack = **found;
  const std::string id = input::text(request.input, "LogicalResourceId");
  const std::string status = input::text(request.input, "Status");
  const auto shown = stack.resources.find(id);
  if (shown == stack.resources.end())
    return validation_error(fmt::format("Resource {} does not exist for stack {}", id, stack.name));
  if (status != "SUCCESS" && status != "FAILURE")
    return validation_error("Status must be one of SUCCESS, FAILURE");
  if (!shown->second.status.ends_with("_IN_PROGRESS"))
    return validation_error(
        fmt::format("Resource {} is in {} state and cannot be signaled", id, shown->second.status));
  SignalCount& count = stack.signals[id];
  ++(status == "SUCCESS" ? count.succeeded : count.failed);
  tell_resource(cfn, stack, id, shown->second.status,
                fmt::format("Received {} signal with UniqueId {}", status,
                            input::text(request.input, "UniqueId")));
  stack.changed.notify_all();
  return Json::object();
}

}  // namespace opsim::cloudformation
