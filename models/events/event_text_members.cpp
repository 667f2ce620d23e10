#include "models/events/event_text_members.hpp"

namespace opsim::events {
namespace {

/// A pattern and an event may stand in a line or a list, and be as deep as either may be.
constexpr std::size_t kMaxDepth = EventText::kMaxDepth + 8;

bool is_end(JsonToken token) {
  return token == JsonToken::object_end || token == JsonToken::array_end;
}

/// `tokens` has just read the first token of a value; reads on to its last.
void finish_value(JsonTokens& tokens, JsonToken first) {
  if (first != JsonToken::object_begin && first != JsonToken::array_begin) return;
  const std::size_t inside = tokens.depth();
  while (tokens.depth() >= inside) tokens.next();
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kAround = " \t\r\n,:";
  const std::size_t begin = text.find_first_not_of(kAround);
  return begin == std::string_view::npos ? std::string_view{} : text.substr(begin);
}

/// Reads the value that comes next; none at the end of the object or array around it.
std::string_view next_value(JsonTokens& tokens, std::string_view text) {
  const std::size_t before = tokens.offset();
  const JsonToken first = tokens.next();
  if (is_end(first)) return {};
  finish_value(tokens, first);
  return trimmed(text.substr(before, tokens.offset() - before));
}

void check_nothing_follows(const JsonTokens& tokens, std::string_view text) {
  const std::size_t more = text.find_first_not_of(" \t\r\n", tokens.offset());
  if (more != std::string_view::npos) throw JsonSyntaxError{"Something follows the value", more};
}

}  // namespace

std::variant<JsonMembers, JsonSyntaxError> json_members(std::string_view object_text) {
  try {
    JsonTokens tokens{object_text, kMaxDepth};
    if (tokens.next() != JsonToken::object_begin) return JsonSyntaxError{"Not a JSON object"};
    JsonMembers members;
    while (tokens.next() != JsonToken::object_end) {
      std::string name{tokens.text()};
      members.emplace_back(std::move(name), next_value(tokens, object_text));
    }
    check_nothing_follows(tokens, object_text);
    return members;
  } catch (const JsonSyntaxError& error) {
    return error;
  }
}

std::variant<std::vector<std::string_view>, JsonSyntaxError> json_elements(
    std::string_view array_text) {
  try {
    JsonTokens tokens{array_text, kMaxDepth};
    if (tokens.next() != JsonToken::array_begin) return JsonSyntaxError{"Not a JSON array"};
    std::vector<std::string_view> elements;
    for (;;) {
      const std::string_view element = next_value(tokens, array_text);
      if (element.empty()) break;
      elements.push_back(element);
    }
    check_nothing_follows(tokens, array_text);
    return elements;
  } catch (const JsonSyntaxError& error) {
    return error;
  }
}

std::optional<std::string> json_string(std::string_view literal) {
  try {
    JsonTokens tokens{literal};
    if (tokens.next() != JsonToken::string) return std::nullopt;
    return std::string{tokens.text()};
  } catch (const JsonSyntaxError&) {
    return std::nullopt;
  }
}

}  // namespace opsim::events
