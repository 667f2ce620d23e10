// Any bytes: a definition. It is refused with reasons, or every state of it can be read.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "models/step_functions/definition.hpp"

using namespace opsim;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size > 20'000) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  Json definition;
  if (step_functions::read_definition_text(text, definition)) return 0;
  const auto found = step_functions::validate(definition, step_functions::MachineType::standard);
  step_functions::validate(definition, step_functions::MachineType::express);
  for (const auto& one : found)
    if (!one.warning) return 0;
  const auto workflow = step_functions::read_workflow(definition);
  if (workflow->find(workflow->start_at) == nullptr) std::abort();
  return 0;
}
