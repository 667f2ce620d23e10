// The text of a definition, and what is said of one that is no JSON.
#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "models/step_functions/definition.hpp"

namespace opsim::step_functions {

namespace {

constexpr std::size_t kLargestDefinition = 1024 * 1024;  // Step Functions quotas: 1 MB
constexpr int kDeepestDefinition = 200;

struct Position {
  int line = 1;
  int column = 1;
};
Position position_of(std::string_view text, std::size_t offset) {
  Position found;
  for (const char c : text.substr(0, offset)) {
    ++found.column;
    if (c == '\n') found = {found.line + 1, 1};
  }
  return found;
}

}  // namespace

/// The words of the parser behind AWS, as recorded: the source, then where it stopped reading.
std::optional<Diagnostic> read_definition_text(std::string_view text, Json& definition) {
  if (text.size() > kLargestDefinition)
    return Diagnostic{"INVALID_JSON_DESCRIPTION", "The definition is larger than 1 MB", "/"};
  // API Reference: "Received a null or empty workflow input." UNDOCUMENTED: the wording.
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    return Diagnostic{"MISSING_DESCRIPTION", "The definition is null or empty", ""};
  std::size_t failed_at = 0;
  bool failed = false;
  try {
    definition = Json::parse(text, [](int depth, Json::parse_event_t, Json&) {
      if (depth > kDeepestDefinition) throw std::length_error{"nested too deeply"};
      return true;
    });
  } catch (const Json::parse_error& error) {
    failed = true;
    failed_at = error.byte > 0 ? error.byte - 1 : 0;
  } catch (const Json::out_of_range&) {
    return Diagnostic{"INVALID_JSON_DESCRIPTION", "A number is out of range", "/"};
  } catch (const std::length_error&) {
    return Diagnostic{"INVALID_JSON_DESCRIPTION", "The definition is nested too deeply", "/"};
  }
  if (!failed && definition.is_object()) return std::nullopt;
  if (!failed && definition.is_null())
    return Diagnostic{"MISSING_DESCRIPTION", "The definition is null or empty", ""};
  if (!failed) {
    return Diagnostic{"INVALID_JSON_DESCRIPTION", "The definition must be a JSON object", "/"};
  }
  // A bare word: from its start to its end.
  std::size_t start = std::min(failed_at, text.size());
  const auto is_word = [&](std::size_t at) {
    return at < text.size() &&
           (std::isalnum(static_cast<unsigned char>(text[at])) != 0 || text[at] == '_');
  };
  while (start > 0 && is_word(start - 1)) --start;
  std::size_t end = start;
  while (is_word(end)) ++end;
  const Position at = position_of(text, end);
  const std::string location = fmt::format("[Source: (String)\"{}\"; line: {}, column: {}]",
                                           text.substr(0, 500), at.line, at.column);
  const std::string what =
      end > start
          ? fmt::format(
                "Unrecognized token '{}': was expecting (JSON String, Number, Array, Object "
                "or token 'null', 'true' or 'false')",
                text.substr(start, end - start))
      : end < text.size() ? fmt::format("Unexpected character ('{}')", text[end])
                          : std::string{"Unexpected end-of-input"};
  return Diagnostic{"INVALID_JSON_DESCRIPTION", fmt::format("{}\n at {}", what, location),
                    location};
}

}  // namespace opsim::step_functions
