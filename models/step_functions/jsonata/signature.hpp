#pragma once
/// What a function may be called with: "s-nn?", "a<n>", "(sf)", "<n-:n>".
/// Source: docs.jsonata.org/programming, "Function signatures".
#include <string>
#include <string_view>

#include "models/step_functions/jsonata/evaluation.hpp"

namespace opsim::jsonata {

struct Parameter {
  std::string letters{};  // of the types that fit
  char type = 'x';
  std::string of{};  // a<s>: what the array holds
  bool context = false, optional = false, plural = false;
};

/// Throws Error for a parameterised type that has no parameter.
std::vector<Parameter> parameters_of(std::string_view signature, std::size_t position = 0);
void check_signature(std::string_view signature, std::size_t position);

/// The arguments as the function takes them: what is missing from the context, single values as
/// arrays. Throws T0410, T0411, T0412 with `kCalled` for the name of the function.
Arguments fitting_arguments(const std::vector<Parameter>& parameters, const Arguments& arguments,
                            const Value& context);

/// Stands in a message for the name by which a function was called, until its call is known.
inline constexpr const char* kCalled = "\x01";

}  // namespace opsim::jsonata
