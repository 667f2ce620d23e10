// Change sets: what an update would do, told before it is done.
// AWS: CloudFormation API reference, CreateChangeSet, DescribeChangeSet, ExecuteChangeSet; User
// Guide, "Update CloudFormation stacks using change sets".
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudformation/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudformation {

namespace {

constexpr Duration kToPlan = std::chrono::seconds{5};  // estimate
constexpr std::string_view kNothing =
    "The submitted information didn't contain changes. Submit different information to create a "
    "change set.";

struct Found {
  Stack* stack;
  ChangeSet* set;
};

ApiError no_change_set(std::string_view name) {
  return {"ChangeSetNotFound", fmt::format("ChangeSet [{}] does not exist", name), 404};
}

/// By id, or by name within StackName.
ApiResult<Found> named_change_set(CloudFormation& cfn, const Request& request) {
  const std::string name = input::text(request.input, "ChangeSetName");
  const std::string of = input::text(request.input, "StackName");
  if (!name.starts_with("arn:") && of.empty())
    return validation_error(
        "StackName must be specified if ChangeSetName is not specified as an ARN.");
  for (const auto& stack : cfn.stacks) {
    if (stack->place != request.place()) continue;
    if (!name.starts_with("arn:") && (stack->is_gone() || (stack->name != of && stack->id != of)))
      continue;
    for (auto& [key, set] : stack->change_sets)
      if (set.id == name || (set.name == name && !name.starts_with("arn:")))
        return Found{stack.get(), &set};
  }
  return no_change_set(name);
}

void settle_plan(CloudFormation& cfn, Stack& stack, ChangeSet& set) {
  const auto fail = [&](std::string reason) {
    set.status = "FAILED";
    set.execution_status = "UNAVAILABLE";
    set.reason = std::move(reason);
  };
  auto plan = assemble(cfn, stack.place, stack.id, set.spec);
  if (!plan) return fail(plan.error().message);
  set.changes = set.type == "CREATE" ? plan_creation(**plan) : plan_update(cfn, stack, **plan);
  if (set.type == "UPDATE" && set.changes.empty() &&
      !changes_beside_resources(stack, set.spec, **plan))
    return fail(std::string{kNothing});
  set.status = "CREATE_COMPLETE";
  set.execution_status = "AVAILABLE";
}

Process<> plan_change_set(CloudFormation& cfn, Stack& stack, std::string name) {
  co_await cfn.sim().sleep(kToPlan);
  const auto found = stack.change_sets.find(name);
  if (found == stack.change_sets.end() || found->second.status != "CREATE_IN_PROGRESS") co_return;
  settle_plan(cfn, stack, found->second);
  const ChangeSet& set = found->second;
  const auto replaced = std::ranges::count(set.changes, "True", &ResourceChange::replacement);
  cfn.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = stack.name,
       .text = set.status == "FAILED"
                   ? fmt::format("change set {} FAILED: {}", set.name, set.reason)
                   : fmt::format("change set {}: {} changes, {} replacements", set.name,
                                 set.changes.size(), replaced),
       .detail = {{"act", "change set"}, {"status", set.status}, {"replaced", replaced}}});
}

Json detail_json(const PropertyChange& change) {
  Json target{{"Attribute", change.attribute}, {"RequiresRecreation", change.recreation}};
  if (!change.name.empty()) target["Name"] = change.name;
  Json detail{{"Target", std::move(target)},
              {"Evaluation", change.evaluation},
              {"ChangeSource", change.source}};
  if (!change.entity.empty()) detail["CausingEntity"] = change.entity;
  return detail;
}

Json change_json(const ResourceChange& change, bool with_values) {
  Json scope = Json::array();
  Json details = Json::array();
  for (const PropertyChange& one : change.details) {
    if (std::ranges::find(scope, Json(one.attribute)) == scope.end())
      scope.push_back(one.attribute);
    Json detail = detail_json(one);
    if (with_values) {
      const auto text = [](const Json& value) {
        return value.is_string() ? value.get<std::string>() : value.dump();
      };
      if (!one.before.is_null()) detail["Target"]["BeforeValue"] = text(one.before);
      if (!one.after.is_null()) detail["Target"]["AfterValue"] = text(one.after);
    }
    details.push_back(std::move(detail));
  }
  Json shown{{"Action", change.action},
             {"LogicalResourceId", change.logical_id},
             {"ResourceType", change.type},
             {"Scope", std::move(scope)},
             {"Details", std::move(details)}};
  if (!change.physical_id.empty()) shown["PhysicalResourceId"] = change.physical_id;
  if (!change.replacement.empty()) shown["Replacement"] = change.replacement;
  return {{"Type", "Resource"}, {"ResourceChange", std::move(shown)}};
}

Json change_set_json(const Stack& stack, const ChangeSet& set) {
  Json shown{{"ChangeSetId", set.id},
             {"ChangeSetName", set.name},
             {"StackId", stack.id},
             {"StackName", stack.name},
             {"CreationTime", iso8601(set.created)},
             {"Status", set.status},
             {"ExecutionStatus", set.execution_status}};
  if (!set.reason.empty()) shown["StatusReason"] = set.reason;
  if (!set.description.empty()) shown["Description"] = set.description;
  return shown;
}

/// "CREATE: a stack that does not exist yet"; it is there from then on, without resources.
ApiResult<Stack*> stack_for(CloudFormation& cfn, const Request& request, const std::string& type) {
  const std::string name = input::text(request.input, "StackName");
  Stack* stack = cfn.find(request.place(), name);
  if (type == "CREATE") {
    if (stack != nullptr && stack->status != "REVIEW_IN_PROGRESS")
      return validation_error(fmt::format(
          "Stack [{}] already exists and cannot be created again with the changeSet [{}].", name,
          input::text(request.input, "ChangeSetName")));
    return stack;
  }
  if (stack == nullptr) return validation_error(fmt::format("Stack [{}] does not exist", name));
  if (stack->in_progress() && stack->status != "REVIEW_IN_PROGRESS")
    return validation_error(
        fmt::format("Stack:{} is in {} state and can not be updated.", stack->id, stack->status));
  return stack;
}

}  // namespace

ApiResult<Json> create_change_set(CloudFormation& cfn, const Request& request) {
  std::string type = input::text(request.input, "ChangeSetType");
  if (type.empty()) type = "UPDATE";
  if (type != "CREATE" && type != "UPDATE")
    return ApiError{"NotSimulated", "change sets that import resources are not simulated"};
  auto found = stack_for(cfn, request, type);
  if (!found) return found.error();
  Stack* stack = *found;
  const bool new_stack = type == "CREATE";
  auto spec = read_stack_spec(cfn, request.place(), request.input, new_stack ? nullptr : stack);
  if (!spec) return spec.error();
  const std::string name = input::text(request.input, "ChangeSetName");
  if (stack != nullptr && stack->change_sets.contains(name))
    return ApiError{"AlreadyExistsException",
                    fmt::format("ChangeSet {} already exists for stack {}", name, stack->name)};
  if (stack == nullptr) {
    stack = &cfn.add_stack(request.place(), spec->name);
    stack->spec.text = spec->text;
    tell_stack(cfn, *stack, "REVIEW_IN_PROGRESS", "User Initiated");
  }
  ChangeSet& set = stack->change_sets[name];
  set.name = name;
  set.id = arn(request.place(), "cloudformation",
               fmt::format("changeSet/{}/{}", name, cfn.cloud.next_uuid("change set")));
  set.type = type;
  set.description = input::text(request.input, "Description");
  set.status = "CREATE_IN_PROGRESS";
  set.execution_status = "UNAVAILABLE";
  set.created = cfn.sim().now();
  set.spec = std::move(*spec);
  cfn.sim().spawn(plan_change_set(cfn, *stack, name));
  return Json{{"Id", set.id}, {"StackId", stack->id}};
}

ApiResult<Json> describe_change_set(CloudFormation& cfn, const Request& request) {
  auto found = named_change_set(cfn, request);
  if (!found) return found.error();
  Json shown = change_set_json(*found->stack, *found->set);
  const bool values = input::boolean(request.input, "IncludePropertyValues").value_or(false);
  shown["Changes"] = Json::array();
  for (const ResourceChange& one : found->set->changes)
    shown["Changes"].push_back(change_json(one, values));
  Json parameters = Json::array();
  for (const auto& [key, value] : found->set->spec.parameters)
    parameters.push_back({{"ParameterKey", key}, {"ParameterValue", value}});
  shown["Parameters"] = std::move(parameters);
  shown["Capabilities"] = found->set->spec.capabilities;
  return shown;
}

ApiResult<Json> list_change_sets(CloudFormation& cfn, const Request& request) {
  auto stack = named_stack(cfn, request);
  if (!stack) return stack.error();
  Json list = Json::array();
  for (const auto& [name, set] : (*stack)->change_sets)
    list.push_back(change_set_json(**stack, set));
  return Json{{"Summaries", std::move(list)}};
}

ApiResult<Json> delete_change_set(CloudFormation& cfn, const Request& request) {
  auto found = named_change_set(cfn, request);
  if (!found) return found.error();
  const std::string name = found->set->name;
  found->stack->change_sets.erase(name);
  return Json::object();
}

/// "When you execute a change set, CloudFormation deletes all other change sets of the stack".
ApiResult<Json> execute_change_set(CloudFormation& cfn, const Request& request) {
  auto found = named_change_set(cfn, request);
  if (!found) return found.error();
  Stack& stack = *found->stack;
  const ChangeSet set = *found->set;
  if (set.execution_status != "AVAILABLE")
    return ApiError{"InvalidChangeSetStatus",
                    fmt::format("ChangeSet [{}] cannot be executed in its current status of [{}]",
                                set.id, set.status)};
  if (stack.in_progress() && stack.status != "REVIEW_IN_PROGRESS")
    return validation_error(
        fmt::format("Stack:{} is in {} state and can not be updated.", stack.id, stack.status));
  StackSpec spec = set.spec;
  spec.token = input::text(request.input, "ClientRequestToken");
  if (const auto disable = input::boolean(request.input, "DisableRollback"))
    spec.disable_rollback = *disable;
  auto next = assemble(cfn, stack.place, stack.id, spec);
  if (!next) return next.error();
  stack.change_sets.clear();
  stack.caller = request.caller;
  stack.token = spec.token;
  if (set.type == "CREATE") {
    stack.assembly = std::move(*next);
    stack.spec = std::move(spec);
    tell_stack(cfn, stack, "CREATE_IN_PROGRESS", "User Initiated");
    const CauseScope because{cfn.sim(), stack.because};
    cfn.sim().spawn(run_create(cfn, stack));
  } else {
    tell_stack(cfn, stack, "UPDATE_IN_PROGRESS", "User Initiated");
    const CauseScope because{cfn.sim(), stack.because};
    cfn.sim().spawn(run_update(cfn, stack, std::move(spec), std::move(*next)));
  }
  return Json::object();
}

}  // namespace opsim::cloudformation
