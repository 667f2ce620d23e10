// A stack from its first parameter to its last output.
#include "opsim/scenario/stack.hpp"

#include <fmt/format.h>

#include "sim/scenario/stack_creation.hpp"

namespace opsim {

namespace {

/// "The unique stack ID": arn:aws:cloudformation:region:account:stack/name/uuid.
std::string stack_id(Cloud& cloud, const StackSettings& settings) {
  return arn(settings.place, "cloudformation",
             fmt::format("stack/{}/{}", settings.name, cloud.next_uuid("stack")));
}

void export_output(StackScope& scope, Exports& exports, const Assembly::Output& output) {
  if (output.export_name.empty()) return;
  const Exports::Export* taken = exports.find(scope.place(), output.export_name);
  if (taken != nullptr) {
    scope.complain(output.text, fmt::format("output {}: stack {} exports {} already", output.name,
                                            taken->stack, opsim::quoted(output.export_name)));
    return;
  }
  exports.add(scope.place(), output.export_name, {output.value, scope.settings.name});
}

}  // namespace

StackResult stand_up(Cloud& cloud, const Template& text, const StackSettings& settings,
                     Exports& exports, Diagnostics& diagnostics) {
  StackResult result;
  result.stack_id = stack_id(cloud, settings);
  result.assembly = std::make_shared<Assembly>(cloud, text, settings, exports, result.stack_id);
  Assembly& assembly = *result.assembly;
  if (assembly.resolve()) {
    for (const std::uint32_t number : assembly.order()) create_resource(assembly, number, result);
    for (const Assembly::Output& output : assembly.outputs()) {
      export_output(assembly.parts().scope, exports, output);
      result.outputs.emplace(output.name, output.value);
    }
  }
  result.not_simulated = assembly.not_simulated();
  diagnostics.append(assembly.diagnostics());
  assembly.diagnostics() = {};
  return result;
}

}  // namespace opsim
