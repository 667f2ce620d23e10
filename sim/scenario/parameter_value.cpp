// What a value of a parameter must satisfy.
// AWS: CloudFormation User Guide, "Parameters"; quotas: a value of at most 4,096 bytes.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/scenario/parameter.hpp"

namespace opsim {

namespace {

constexpr std::size_t kLongestValue = 4096;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

/// "Each member of the list is trimmed of whitespace"; an empty text is an empty list.
std::vector<std::string_view> items_of(std::string_view text) {
  std::vector<std::string_view> items;
  if (trimmed(text).empty()) return items;
  while (true) {
    const auto comma = text.find(',');
    items.push_back(trimmed(text.substr(0, comma)));
    if (comma == std::string_view::npos) return items;
    text.remove_prefix(comma + 1);
  }
}

std::optional<double> number(std::string_view text) {
  const std::string spelling{trimmed(text)};
  if (spelling.empty() || spelling.find_first_of("xXnN") != std::string::npos) return std::nullopt;
  char* end = nullptr;
  const double value = std::strtod(spelling.c_str(), &end);
  if (*end != '\0' || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::string allowed_text(const ParameterRule& rule) {
  const std::vector<std::string_view> known(rule.allowed_values.begin(), rule.allowed_values.end());
  return one_of_text(known);
}

/// What is wrong with the length of a text, or with a number; "" for nothing.
std::string out_of_bounds(const ParameterRule& rule, std::string_view value) {
  const auto size = static_cast<double>(value.size());
  if (rule.min_length && size < *rule.min_length)
    return fmt::format("must have at least {:g} characters", *rule.min_length);
  if (rule.max_length && size > *rule.max_length)
    return fmt::format("must have at most {:g} characters", *rule.max_length);
  if (rule.type.element != "Number" || rule.type.stored) return {};
  const auto worth = number(value);
  if (!worth) return "must be a number";
  if (rule.min_value && *worth < *rule.min_value)
    return fmt::format("must be at least {:g}", *rule.min_value);
  if (rule.max_value && *worth > *rule.max_value)
    return fmt::format("must be at most {:g}", *rule.max_value);
  return {};
}

std::string unmatched(const ParameterRule& rule, std::string_view value) {
  if (!rule.pattern) return {};
  switch (rule.pattern->matches(value)) {
    case ParameterPattern::Answer::yes: return {};
    case ParameterPattern::Answer::no:
      return fmt::format("must match {}", opsim::quoted(rule.pattern->text()));
    case ParameterPattern::Answer::too_complex: break;
  }
  return fmt::format("cannot be checked: AllowedPattern {} takes too long",
                     opsim::quoted(rule.pattern->text()));
}

std::string wrong_with(const ParameterRule& rule, std::string_view value) {
  const bool allowed = rule.allowed_values.empty() ||
                       std::ranges::find(rule.allowed_values, value) != rule.allowed_values.end();
  if (!allowed)
    return allowed_text(rule) + (rule.no_echo ? "" : did_you_mean(value, rule.allowed_values));
  std::string wrong = out_of_bounds(rule, value);
  return wrong.empty() ? unmatched(rule, value) : wrong;
}

bool complain(const ParameterRule& rule, std::string_view value, const Node& at,
              Diagnostics& diagnostics) {
  const std::string wrong = wrong_with(rule, value);
  if (wrong.empty()) return false;
  diagnostics.add(at.complaint(
      fmt::format("parameter {} is {}; {}{}", rule.name, rule.no_echo ? "\"****\"" : quoted(value),
                  wrong, rule.constraint.empty() ? "" : fmt::format(" ({})", rule.constraint))));
  return true;
}

}  // namespace

std::optional<Json> parameter_value(const ParameterRule& rule, std::string_view written,
                                    const Node& at, Diagnostics& diagnostics) {
  if (written.size() > kLongestValue) {
    diagnostics.add(at.complaint(fmt::format("parameter {} has {} bytes; at most {}", rule.name,
                                             written.size(), kLongestValue)));
    return std::nullopt;
  }
  if (!rule.type.list || rule.type.stored) {
    if (complain(rule, written, at, diagnostics)) return std::nullopt;
    return Json(std::string{written});
  }
  Json list = Json::array();
  for (const std::string_view item : items_of(written)) {
    if (complain(rule, item, at, diagnostics)) return std::nullopt;
    list.push_back(std::string{item});
  }
  return list;
}

}  // namespace opsim
