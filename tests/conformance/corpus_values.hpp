#pragma once
/// Values that suit the templates of strangers, found by rule: what a person would type who only
/// wants the stack to stand.
#include <string>
#include <string_view>

#include "opsim/scenario/stack.hpp"

namespace opsim::tests {

/// The text of a template whose authors' tool fills in ${AlarmLogicalId} and its like, filled in;
/// any other text as it is.
std::string filled_in(std::string text);

/// A value for a parameter without a default, by its constraints, its type and its name.
std::string suitable_value(const TemplateParameter& parameter);

/// What another stack would export under that name.
Json suitable_export(std::string_view name);

}  // namespace opsim::tests
