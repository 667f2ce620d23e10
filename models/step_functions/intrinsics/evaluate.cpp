// A call of an intrinsic function, from text to value.
#include <fmt/format.h>

#include "models/step_functions/intrinsics/call_text.hpp"
#include "models/step_functions/intrinsics/intrinsics.hpp"

namespace opsim::step_functions {

bool is_intrinsic(std::string_view name);

namespace {

Outcome<Json> value_of(const Call& call, const PathReader& read, const Chance& chance) {
  std::vector<Json> values;
  for (const Argument& argument : call.arguments) {
    if (argument.kind == Argument::Kind::value) {
      values.push_back(argument.value);
      continue;
    }
    Outcome<Json> value = argument.kind == Argument::Kind::path
                              ? read(argument.path)
                              : value_of(*argument.call, read, chance);
    if (!value) return value;
    values.push_back(*std::move(value));
  }
  return call_intrinsic(call.name, values, chance);
}

std::string unknown_in(const Call& call) {
  if (!is_intrinsic(call.name)) return fmt::format("there is no intrinsic function {}", call.name);
  for (const Argument& argument : call.arguments)
    if (argument.call != nullptr)
      if (std::string found = unknown_in(*argument.call); !found.empty()) return found;
  return {};
}

}  // namespace

std::string intrinsic_error(std::string_view text) {
  const auto call = read_call(text);
  if (const auto* why = std::get_if<std::string>(&call)) return *why;
  return unknown_in(std::get<Call>(call));
}

Outcome<Json> evaluate_intrinsic(std::string_view text, const PathReader& read,
                                 const Chance& chance) {
  const auto call = read_call(text);
  if (const auto* why = std::get_if<std::string>(&call))
    return Failure{.error = kRuntimeError, .cause = fmt::format("'{}': {}", text, *why)};
  return value_of(std::get<Call>(call), read, chance);
}

}  // namespace opsim::step_functions
