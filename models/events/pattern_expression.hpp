#pragma once
#include "models/events/event_text_tokens.hpp"
#include "models/events/pattern_rule.hpp"

namespace opsim::events {

/// The list of values and match expressions of one field, up to its closing bracket; `tokens` has
/// just read the opening one. Throws JsonSyntaxError, worded as AWS words it.
FieldTest read_field_test(JsonTokens& tokens);

}  // namespace opsim::events
