#pragma once
#include <string_view>

#include "models/events/pattern.hpp"
#include "models/events/pattern_rule.hpp"

namespace opsim::events {

/// Text of a pattern to its compiled form.
std::variant<PatternRule, InvalidPattern> compile_pattern(std::string_view text);

}  // namespace opsim::events
