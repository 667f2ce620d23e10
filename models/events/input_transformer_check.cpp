// What PutTargets says of an InputTransformer and of paths.
// AWS: API_InputTransformer, eb-transform-target-input; its words as measured on 2026-09-07
// (github.com/badmintoncryer/cdk-preflight, rules/events/pf-events-input-...).
// UNDOCUMENTED: the words about a template that is neither JSON nor text in quotation marks.
#include <fmt/format.h>

#include <algorithm>

#include "models/events/event_text_tokens.hpp"
#include "models/events/input_transformer.hpp"
#include "models/events/template_variables.hpp"

namespace opsim::events {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::size_t skip_blanks(std::string_view text, std::size_t at) {
  return std::min(text.find_first_not_of(kBlanks, at), text.size());
}

bool is_object_template(std::string_view text) {
  const std::size_t first = skip_blanks(text, 0);
  return first < text.size() && text[first] == '{';
}

/// The template as it would be with a null for each variable.
std::string with_nulls(std::string_view text) {
  std::string filled;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view name = variable_at(text.substr(i));
    filled += name.empty() ? text.substr(i, 1) : "null";
    if (!name.empty()) i += name.size() + 1;
  }
  return filled;
}

/// Where JSON ends to be JSON; none where all is well. An object or a list stands alone; texts in
/// quotation marks may follow each other, one a line.
std::optional<std::size_t> first_fault(std::string_view text) {
  std::size_t at = skip_blanks(text, 0);
  if (at == text.size()) return at;
  const bool alone = text[at] == '{' || text[at] == '[';
  try {
    do {
      JsonTokens tokens{text.substr(at)};
      const JsonToken first = tokens.next();
      if (!alone && (first == JsonToken::object_begin || first == JsonToken::array_begin))
        return at;
      while (tokens.depth() > 0) tokens.next();
      at = skip_blanks(text, at + tokens.offset());
    } while (!alone && at < text.size());
  } catch (const JsonSyntaxError& error) {
    return std::min(at + error.offset, text.size());
  }
  return at < text.size() ? std::optional{at} : std::nullopt;
}

std::optional<std::string> check_syntax(std::string_view input_template,
                                        std::string_view target_id) {
  const std::string filled = with_nulls(input_template);
  const auto fault = first_fault(filled);
  if (!fault) return std::nullopt;
  const std::string_view before = std::string_view{filled}.substr(0, *fault);
  const auto line_begin = before.rfind('\n');
  return fmt::format(
      "Invalid InputTemplate for target {} : [Source: (String)\"{}\"; line: {}, "
      "column: {}].",
      target_id, filled, 1 + std::ranges::count(before, '\n'),
      line_begin == before.npos ? before.size() + 1 : before.size() - line_begin);
}

}  // namespace

// Measured for <aws.events.event.json>. UNDOCUMENTED: its sibling is taken to be the same, since
// the guide says of both that they "can only be used as a value for a JSON field".
std::optional<std::string> check_input_transformer(const InputTransformer& transformer,
                                                   std::string_view target_id) {
  const std::string_view text = transformer.input_template;
  for (const auto& [name, path] : transformer.input_paths_map)
    if (!is_target_path(path)) return fmt::format("InputPath for target {} is invalid.", target_id);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::string_view name = variable_at(text.substr(i));
    if (name.empty()) continue;
    if (!is_reserved_variable(name) && !transformer.input_paths_map.contains(std::string{name}))
      return fmt::format("InputTemplate for target {} contains invalid placeholder {}.", target_id,
                         name);
    if (name.starts_with("aws.events.event") && !name.ends_with("time") &&
        !is_object_template(text))
      return fmt::format(
          "InputTemplate for target {} contains placeholder {} valid only for JSON "
          "template.",
          target_id, name);
  }
  return check_syntax(text, target_id);
}

// pf-events-input-path-jsonpath: rooted at $, "dot notation, not bracket notation"; numbers in
// brackets are taken. What else a path may hold is found out when an event comes.
bool is_target_path(std::string_view path) {
  return path.starts_with('$') && !path.ends_with('.') && path.find("['") == path.npos &&
         path.find("[\"") == path.npos;
}

}  // namespace opsim::events
