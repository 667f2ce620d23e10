#pragma once
/// The intrinsic functions of the States Language: `States.Format('{} of {}', $.a, $.b)`.
/// Source: Step Functions guide, "Intrinsics for JSONPath states"; states-language.net, appendix B.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "models/step_functions/language.hpp"

namespace opsim::step_functions {

/// Resolves a path (`$.a`, `$$.Execution.Id`, `$name`) that stands among the arguments.
using PathReader = std::function<Outcome<Json>(std::string_view path)>;
/// A number from 0 to 1 and a UUID: seeded by the world.
struct Chance {
  std::function<double()> number;
  std::function<std::string()> uuid;
};

/// Why `text` is no call of a known intrinsic function, or "".
std::string intrinsic_error(std::string_view text);

Outcome<Json> evaluate_intrinsic(std::string_view text, const PathReader& read,
                                 const Chance& chance);

/// The functions themselves, arguments evaluated.
Outcome<Json> call_intrinsic(std::string_view name, const std::vector<Json>& arguments,
                             const Chance& chance);

/// Base64 and digests, shared with JSONata's functions of the same kind.
std::string base64_encode(std::string_view bytes);
std::optional<std::string> base64_decode(std::string_view text);
/// The text, with U+FFFD for every byte that is not of UTF-8: what JSON can hold.
std::string valid_text(std::string text);
std::optional<std::string> hex_digest(std::string_view algorithm, std::string_view bytes);

}  // namespace opsim::step_functions
