#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "models/events/event_text_tokens.hpp"

namespace opsim::events {

/// The members of a JSON object, in order, each value as the exact text that it is written with:
/// what parsing and writing again would change (the spelling of numbers, duplicate keys) is kept.
using JsonMembers = std::vector<std::pair<std::string, std::string_view>>;
std::variant<JsonMembers, JsonSyntaxError> json_members(std::string_view object_text);

/// Likewise the elements of an array.
std::variant<std::vector<std::string_view>, JsonSyntaxError> json_elements(
    std::string_view array_text);

/// The last member of that name in what is known to be JSON; none if it has none, or is no object.
std::optional<std::string_view> last_member(std::string_view json, std::string_view name);

/// The elements of an array in what is known to be JSON; none if it is no array.
std::optional<std::vector<std::string_view>> elements_of(std::string_view json);

/// The text of a JSON string literal decoded, or none if it is something else.
std::optional<std::string> json_string(std::string_view literal);

}  // namespace opsim::events
