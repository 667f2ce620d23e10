// A stack from its first parameter to its last output.
#include "opsim/scenario/stack.hpp"

#include <fmt/format.h>

#include "sim/scenario/intrinsic_evaluation.hpp"
#include "sim/scenario/stack_creation.hpp"

namespace opsim {

namespace {

/// "The unique stack ID": arn:aws:cloudformation:region:account:stack/name/uuid.
std::string stack_id(Cloud& cloud, const StackSettings& settings) {
  return arn(settings.place, "cloudformation",
             fmt::format("stack/{}/{}", settings.name, cloud.next_uuid("stack")));
}

void decide_conditions(StackScope& scope) {
  scope.conditions.assign(scope.body.conditions.size(), 0);
  Evaluation evaluation{scope};
  for (const std::uint32_t number : scope.body.condition_order)
    scope.conditions[number] = evaluation.holds(scope.body.conditions[number].holds) ? 1 : 0;
}

void export_output(StackScope& scope, Exports& exports, const OutputBody& output,
                   const Json& value) {
  if (!output.export_name) return;
  std::string name = Evaluation{scope}.text(*output.export_name);
  const Exports::Export* taken = exports.find(scope.place(), name);
  if (taken != nullptr) {
    scope.complain(output.text, fmt::format("output {}: stack {} exports {} already", output.name,
                                            taken->stack, opsim::quoted(name)));
    return;
  }
  exports.add(scope.place(), std::move(name), {value, scope.settings.name});
}

void write_outputs(StackScope& scope, Exports& exports, StackResult& result) {
  Evaluation evaluation{scope};
  for (const OutputBody& output : scope.body.outputs) {
    if (output.condition && scope.conditions[*output.condition] == 0) continue;
    Json value = evaluation.value(output.value);
    if (value.is_discarded()) continue;  // of a resource that a choice leaves out
    if (!value.is_string()) value = evaluation.text(output.value);
    export_output(scope, exports, output, value);
    result.outputs.emplace(output.name, std::move(value));
  }
}

}  // namespace

StackResult stand_up(Cloud& cloud, const Template& text, const StackSettings& settings,
                     Exports& exports, Diagnostics& diagnostics) {
  StackResult result;
  result.stack_id = stack_id(cloud, settings);
  StackScope scope{.cloud = cloud,
                   .body = text.body(),
                   .settings = settings,
                   .exports = exports,
                   .diagnostics = diagnostics,
                   .not_simulated = result.not_simulated,
                   .stack_id = result.stack_id};
  if (!resolve_parameters(scope)) return result;
  decide_conditions(scope);
  scope.resources.resize(scope.body.resources.size());
  for (const std::uint32_t number : scope.body.order)
    create_resource(scope, exports, number, result);
  write_outputs(scope, exports, result);
  return result;
}

}  // namespace opsim
