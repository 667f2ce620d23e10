#pragma once
/// The built-in functions, by subject.
#include <span>

#include "models/step_functions/jsonata/evaluation.hpp"

namespace opsim::jsonata {

std::span<const Native> text_functions();
std::span<const Native> regex_functions();
std::span<const Native> number_functions();
std::span<const Native> array_functions();
std::span<const Native> object_functions();
std::span<const Native> time_functions();

[[noreturn]] void fail(const char* code, std::string message);

}  // namespace opsim::jsonata
