// aws:branch: the rules.
#include "models/ssm/branch.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace opsim::ssm {

bool same_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(
      a, b, [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

namespace {

std::optional<double> number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  double parsed = 0;
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), parsed);
  if (bad != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return parsed;
}

std::optional<bool> boolean(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  if (same_ignoring_case(text, "true")) return true;
  if (same_ignoring_case(text, "false")) return false;
  return std::nullopt;
}

bool compare_numbers(std::string_view symbol, double a, double b) {
  if (symbol == "NumericEquals") return a == b;
  if (symbol == "NumericGreater") return a > b;
  if (symbol == "NumericGreaterOrEquals") return a >= b;
  if (symbol == "NumericLesser") return a < b;
  return a <= b;  // NumericLesserOrEquals
}

bool compare_texts(std::string_view symbol, const std::string& a, const std::string& b) {
  if (symbol == "StringEquals") return a == b;
  if (symbol == "EqualsIgnoreCase") return same_ignoring_case(a, b);
  if (symbol == "StartsWith") return a.starts_with(b);
  if (symbol == "EndsWith") return a.ends_with(b);
  return a.find(b) != std::string::npos;  // Contains
}

}  // namespace

bool compare(std::string_view symbol, const Json& variable, const Json& operand) {
  if (symbol.starts_with("Numeric")) {
    const auto a = number(variable);
    const auto b = number(operand);
    return a && b && compare_numbers(symbol, *a, *b);
  }
  if (symbol == "BooleanEquals") {
    const auto a = boolean(variable);
    const auto b = boolean(operand);
    return a && b && *a == *b;
  }
  return compare_texts(symbol, text_of(variable), text_of(operand));
}

bool holds(const Condition& condition, const Values& values) {
  const auto part_holds = [&](const Condition& part) { return holds(part, values); };
  switch (condition.kind) {
    case Condition::Kind::all: return std::ranges::all_of(condition.parts, part_holds);
    case Condition::Kind::any: return std::ranges::any_of(condition.parts, part_holds);
    case Condition::Kind::none: return std::ranges::none_of(condition.parts, part_holds);
    case Condition::Kind::test: break;
  }
  return compare(condition.symbol, condition.variable.fill(values), condition.operand.fill(values));
}

std::optional<std::uint32_t> Branch::decide(const Values& values) const {
  for (const Choice& choice : choices)
    if (holds(choice.condition, values)) return choice.next;
  return otherwise;
}

}  // namespace opsim::ssm
