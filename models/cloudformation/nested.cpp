// AWS::CloudFormation::Stack: a stack that another one makes, changes and takes away.
// AWS: CloudFormation User Guide, "Nested stacks"; the reasons are those of the outer stack's
// events.
#include <fmt/format.h>

#include "models/cloudformation/resource_work.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudformation {

namespace {

/// The template beside the outer one, or what its TemplateURL names.
ApiResult<StackSpec> inner_spec(CloudFormation& cfn, const Stack& stack, const Assembly& assembly,
                                std::uint32_t number, const Json& properties,
                                const std::string& name, const Stack* previous) {
  Json input{{"StackName", name},
             {"Capabilities", stack.spec.capabilities},
             {"Parameters", Json::array()}};
  for (const auto& [key, value] : nested_parameters(properties))
    input["Parameters"].push_back({{"ParameterKey", key}, {"ParameterValue", value}});
  if (const Template* beside = assembly.nested(number)) {
    const std::string body = beside->body_text();
    cfn.templates.try_emplace(body, std::make_shared<const Template>(*beside));
    input["TemplateBody"] = body;
  } else {
    input["TemplateURL"] = input::text(properties, "TemplateURL");
  }
  if (properties.contains("Tags")) input["Tags"] = properties["Tags"];
  return read_stack_spec(cfn, stack.place, input, previous);
}

std::map<std::string, Json> values_of(const Stack& inner) {
  std::map<std::string, Json> values;
  for (const Assembly::Output& one : inner.outputs) values[one.name] = one.value;
  return values;
}

}  // namespace

Process<std::string> make_nested(CloudFormation& cfn, Stack& stack, Assembly& assembly,
                                 std::uint32_t number, const Json& properties) {
  const Json kept = properties;
  const std::string logical_id = assembly.text().resources()[number].logical_id;
  const std::string name = cfn.cloud.next_id(fmt::format("{}-{}-", stack.name, logical_id));
  ApiResult<StackSpec> spec = inner_spec(cfn, stack, assembly, number, kept, name, nullptr);
  if (!spec) co_return spec.error().message;
  Stack& inner = cfn.add_stack(stack.place, name);
  inner.parent = stack.id;
  inner.root = stack.root.empty() ? stack.id : stack.root;
  inner.caller = stack.caller;
  inner.token = stack.token;
  inner.stack_set = stack.stack_set;
  inner.spec = std::move(*spec);
  inner.spec.role_arn = stack.spec.role_arn;
  auto made = assemble(cfn, inner.place, inner.id, inner.spec);
  if (!made) co_return made.error().message;
  inner.assembly = std::move(*made);
  stack.resources[logical_id].physical_id = inner.id;
  tell_resource(cfn, stack, logical_id, "CREATE_IN_PROGRESS", "Resource creation Initiated");
  tell_stack(cfn, inner, "CREATE_IN_PROGRESS", "User Initiated");
  Process<> create = run_create(cfn, inner);
  co_await create;
  if (inner.status != "CREATE_COMPLETE")
    co_return fmt::format("Embedded stack {} was not successfully created: {}", inner.id,
                          inner.reason);
  assembly.enter(number, kept, nested_standing(inner.id, values_of(inner)));
  assembly.keep(number, kept);
  co_return "";
}

Process<std::string> update_nested(CloudFormation& cfn, Stack& stack, Assembly& assembly,
                                   std::uint32_t number, const Json& properties) {
  const Json kept = properties;
  const std::string logical_id = assembly.text().resources()[number].logical_id;
  Stack* inner = cfn.find(stack.place, stack.resources[logical_id].physical_id);
  if (inner == nullptr) co_return "Embedded stack does not exist";
  ApiResult<StackSpec> spec = inner_spec(cfn, stack, assembly, number, kept, inner->name, inner);
  if (!spec) co_return spec.error().message;
  auto next = assemble(cfn, inner->place, inner->id, *spec);
  if (!next) co_return next.error().message;
  inner->caller = stack.caller;
  inner->token = stack.token;
  tell_stack(cfn, *inner, "UPDATE_IN_PROGRESS");
  std::shared_ptr<Assembly> going = std::move(*next);
  StackSpec wanted = std::move(*spec);
  Process<> update = run_update(cfn, *inner, std::move(wanted), std::move(going));
  co_await update;
  if (inner->status != "UPDATE_COMPLETE")
    co_return fmt::format(
        "Embedded stack {} was not successfully updated. Currently in {} with reason: {}",
        inner->id, inner->status, inner->reason);
  assembly.standing(number) = nested_standing(inner->id, values_of(*inner));
  co_return "";
}

Process<std::string> delete_nested(CloudFormation& cfn, Stack& stack, std::string id) {
  Stack* inner = cfn.find(stack.place, id);
  if (inner == nullptr || inner->is_gone()) co_return "";
  inner->caller = stack.caller;
  inner->token = stack.token;
  tell_stack(cfn, *inner, "DELETE_IN_PROGRESS");
  std::vector<std::string> retained;
  Process<> gone = run_delete(cfn, *inner, std::move(retained));
  co_await gone;
  if (inner->is_gone()) co_return "";
  co_return fmt::format("Embedded stack {} was not successfully deleted: {}", inner->id,
                        inner->reason);
}

}  // namespace opsim::cloudformation
