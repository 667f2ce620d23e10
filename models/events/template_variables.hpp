#pragma once
#include <algorithm>
#include <string_view>

namespace opsim::events {

/// "There are pre-defined variables you can use without defining a JSON path"
/// (eb-transform-target-input).
inline constexpr std::string_view kReservedVariables[] = {
    "aws.events.event.json", "aws.events.event", "aws.events.rule-arn", "aws.events.rule-name",
    "aws.events.event.ingestion-time"};

[[nodiscard]] constexpr bool is_reserved_variable(std::string_view name) {
  return std::ranges::find(kReservedVariables, name) != std::end(kReservedVariables);
}

/// The name in "<name>" at the front of `text`; empty if there is none.
[[nodiscard]] constexpr std::string_view variable_at(std::string_view text) {
  const auto belongs = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  if (!text.starts_with('<')) return {};
  std::size_t end = 1;
  while (end < text.size() && belongs(text[end])) ++end;
  return end == text.size() || text[end] != '>' ? std::string_view{} : text.substr(1, end - 1);
}

}  // namespace opsim::events
