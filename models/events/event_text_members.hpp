#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "models/events/event_text_index.hpp"
#include "models/events/event_text_tokens.hpp"

namespace opsim::events {

/// The members of a JSON object, in order, each value as the exact text that it is written with:
/// what parsing and writing again would change (the spelling of numbers, duplicate keys) is kept.
using JsonMembers = std::vector<std::pair<std::string, std::string_view>>;
std::variant<JsonMembers, JsonSyntaxError> json_members(std::string_view object_text);

/// Likewise the elements of an array.
std::variant<std::vector<std::string_view>, JsonSyntaxError> json_elements(
    std::string_view array_text);

/// Where the objects and arrays of an event end, so that a search need not read through them.
class Brackets {
 public:
  /// `index` is that of `text`, which is kept.
  Brackets(std::string_view text, const EventIndex& index);
  /// Behind the bracket that closes the one at `open`, a place in the text.
  [[nodiscard]] const char* behind(const char* open) const;

 private:
  const char* text_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> ends_;  // open, behind; in order
};

/// The last member of that name in what is known to be JSON; none if it has none, or is no object.
std::optional<std::string_view> last_member(std::string_view json, std::string_view name,
                                            const Brackets* brackets = nullptr);

/// The elements of an array in what is known to be JSON; none if it is no array.
std::optional<std::vector<std::string_view>> elements_of(std::string_view json,
                                                         const Brackets* brackets = nullptr);

/// The text of a JSON string literal decoded, or none if it is something else.
std::optional<std::string> json_string(std::string_view literal);

}  // namespace opsim::events
