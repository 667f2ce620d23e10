// What a stack gives: outputs, and exports that no other stack of the place may have.
// AWS: CloudFormation User Guide, "Outputs", "Fn::ImportValue": an export in use can be neither
// changed nor deleted.
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudformation/cloudformation.hpp"

namespace opsim::cloudformation {

namespace {

/// "Export X cannot be updated as it is in use by B and C"
std::string in_use(const CloudFormation& cfn, const Stack& stack, const Assembly::Output& old,
                   std::string_view what) {
  const std::vector<std::string> users = importers(cfn, stack.place, old.export_name);
  if (users.empty()) return {};
  return fmt::format("Export {} cannot be {} as it is in use by {}", old.export_name, what,
                     fmt::join(users, ", "));
}

std::string objection(const CloudFormation& cfn, const Stack& stack,
                      const std::vector<Assembly::Output>& wanted) {
  for (const Assembly::Output& one : wanted) {
    if (one.export_name.empty()) continue;
    const Exports::Export* taken = cfn.all_exports.find(stack.place, one.export_name);
    if (taken != nullptr && taken->stack != stack.name)
      return fmt::format(
          "Export with name {} is already exported by stack {}. Rollback requested "
          "by user.",
          one.export_name, taken->stack);
  }
  for (const Assembly::Output& old : stack.outputs) {
    if (old.export_name.empty()) continue;
    const auto now = std::ranges::find(wanted, old.export_name, &Assembly::Output::export_name);
    std::string wrong;
    if (now == wanted.end()) wrong = in_use(cfn, stack, old, "deleted");
    if (now != wanted.end() && now->value != old.value) wrong = in_use(cfn, stack, old, "updated");
    if (!wrong.empty()) return wrong;
  }
  return {};
}

}  // namespace

std::string settle_outputs(CloudFormation& cfn, Stack& stack, Assembly& assembly) {
  std::vector<Assembly::Output> wanted = assembly.outputs();
  if (std::string wrong = assembly.take_errors(); !wrong.empty()) return wrong;
  if (std::string wrong = objection(cfn, stack, wanted); !wrong.empty()) return wrong;
  withdraw_exports(cfn, stack);
  stack.outputs = std::move(wanted);
  for (const Assembly::Output& one : stack.outputs)
    if (!one.export_name.empty())
      cfn.all_exports.add(stack.place, one.export_name, {one.value, stack.name});
  return {};
}

void withdraw_exports(CloudFormation& cfn, Stack& stack) {
  for (const Assembly::Output& one : stack.outputs)
    if (!one.export_name.empty()) cfn.all_exports.remove(stack.place, one.export_name);
}

std::vector<std::string> importers(const CloudFormation& cfn, const Place& place,
                                   std::string_view name) {
  std::vector<std::string> users;
  for (const auto& stack : cfn.stacks)
    if (!stack->is_gone() && stack->place == place && stack->assembly != nullptr &&
        stack->assembly->imports().contains(name))
      users.push_back(stack->name);
  return users;
}

}  // namespace opsim::cloudformation
