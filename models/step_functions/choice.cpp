// Choice rules. AWS: state-choice, "Supported comparison operators for a Choice state".
#include "models/step_functions/choice.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "opsim/cloud/input.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::step_functions {

namespace {

enum class Sign : std::uint8_t { eq, lt, gt, le, ge, matches };
constexpr std::pair<std::string_view, Sign> kSigns[] = {
    {"Equals", Sign::eq},   {"LessThanEquals", Sign::le}, {"GreaterThanEquals", Sign::ge},
    {"LessThan", Sign::lt}, {"GreaterThan", Sign::gt},    {"Matches", Sign::matches},
};
constexpr std::array<std::string_view, 6> kTests = {"IsBoolean", "IsNull",   "IsNumeric",
                                                    "IsPresent", "IsString", "IsTimestamp"};

// "RFC3339 profile of ISO 8601, with an uppercase T, and an uppercase Z where there is no offset".
std::optional<SimTime> timestamp(const Json& value) {
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  if (text.size() < 20 || text[10] != 'T') return std::nullopt;
  return parse_iso8601(text);
}

template <class T>
bool compares(Sign sign, const T& left, const T& right) {
  switch (sign) {
    case Sign::eq: return left == right;
    case Sign::lt: return left < right;
    case Sign::gt: return left > right;
    case Sign::le: return left <= right;
    case Sign::ge: return left >= right;
    case Sign::matches: return false;
  }
  return false;
}

// `*` stands for any text; `\*` for itself and `\\` for a backslash. Back to the last star at a
// mismatch: at most the product of the lengths.
bool wildcard_matches(std::string_view pattern, std::string_view text) {
  struct Part {
    char c;
    bool star;
  };
  std::vector<Part> parts;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] == '\\' && at + 1 < pattern.size()) {
      parts.push_back({pattern[++at], false});
    } else {
      parts.push_back({pattern[at], pattern[at] == '*'});
    }
  }
  std::size_t p = 0, t = 0, star = parts.size(), mark = 0;
  while (t < text.size()) {
    if (p < parts.size() && parts[p].star) {
      star = p++;
      mark = t;
    } else if (p < parts.size() && parts[p].c == text[t]) {
      ++p;
      ++t;
    } else if (star < parts.size()) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < parts.size() && parts[p].star) ++p;
  return p == parts.size();
}

struct Comparison {
  std::string_view type;  // "String", "Numeric", "Boolean", "Timestamp"
  Sign sign{};
  bool by_path = false;
};
std::optional<Comparison> comparison(std::string_view name) {
  Comparison found;
  if (name.ends_with("Path")) {
    found.by_path = true;
    name.remove_suffix(4);
  }
  for (const std::string_view type : {"String", "Numeric", "Boolean", "Timestamp"}) {
    if (!name.starts_with(type)) continue;
    found.type = type;
    for (const auto& [text, sign] : kSigns)
      if (name.substr(type.size()) == text) {
        found.sign = sign;
        const bool ordered = sign != Sign::eq && sign != Sign::matches;
        if (type == "Boolean" && ordered) return std::nullopt;
        if (sign == Sign::matches && (type != "String" || found.by_path)) return std::nullopt;
        return found;
      }
  }
  return std::nullopt;
}

bool holds(const Comparison& how, const Json& left, const Json& right) {
  if (how.type == "String") {
    if (!left.is_string() || !right.is_string()) return false;
    const auto& a = left.get_ref<const std::string&>();
    const auto& b = right.get_ref<const std::string&>();
    return how.sign == Sign::matches ? wildcard_matches(b, a) : compares(how.sign, a, b);
  }
  if (how.type == "Numeric")
    return left.is_number() && right.is_number() && compares(how.sign, left, right);
  if (how.type == "Boolean") return left.is_boolean() && right.is_boolean() && left == right;
  const auto a = timestamp(left);
  const auto b = timestamp(right);
  return a && b && compares(how.sign, *a, *b);
}

bool is_of(std::string_view test, const Json& value) {
  if (test == "IsBoolean") return value.is_boolean();
  if (test == "IsNull") return value.is_null();
  if (test == "IsNumeric") return value.is_number();
  if (test == "IsString") return value.is_string();
  if (test == "IsTimestamp") return timestamp(value).has_value();
  return true;  // IsPresent, of a value that is there
}

Outcome<bool> rule_holds(const Json& rule, Query& query, const Values& values) {
  if (const Json& inner = input::member(rule, "Not"); inner.is_object()) {
    Outcome<bool> held = rule_holds(inner, query, values);
    if (!held) return held;
    return !*held;
  }
  for (const char* const key : {"And", "Or"}) {
    const Json& inner = input::member(rule, key);
    if (!inner.is_array()) continue;
    const bool all = key[0] == 'A';
    for (const Json& part : inner) {
      Outcome<bool> held = rule_holds(part, query, values);
      if (!held || *held != all) return held;
    }
    return all;
  }
  const std::string variable = input::text(rule, "Variable");
  for (const auto& [name, operand] : rule.items()) {
    if (std::ranges::find(kTests, name) != kTests.end()) {
      const Outcome<Json> value = query.path(variable, values);
      const bool expected = operand.is_boolean() && operand.get<bool>();
      // What is not there is of no type. "IsPresent" alone does not fail for it.
      if (!value) {
        if (name == "IsPresent") return !expected;
        return value.error();
      }
      return is_of(name, *value) == expected;
    }
    const auto how = comparison(name);
    if (!how) continue;
    Outcome<Json> left = query.path(variable, values);
    if (!left) return left.error();
    if (!how->by_path) return holds(*how, *left, operand);
    Outcome<Json> right = query.path(operand.is_string() ? operand.get<std::string>() : "", values);
    if (!right) return right.error();
    return holds(*how, *left, *right);
  }
  return false;
}

}  // namespace

bool is_choice_operator(std::string_view name) {
  return std::ranges::find(kTests, name) != kTests.end() || comparison(name).has_value();
}

Outcome<Chosen> choose(const State& state, Query& query, const Values& values) {
  const Json* const rules = state.field("Choices");
  std::size_t at = 0;
  if (rules != nullptr && rules->is_array())
    for (const Json& rule : *rules) {
      bool held = false;
      if (state.language == Language::jsonata) {
        const Json& condition = input::member(rule, "Condition");
        if (condition.is_boolean()) {
          held = condition.get<bool>();
        } else {
          Outcome<Json> value = query.typed(input::text(condition), "boolean", values,
                                            fmt::format("Choices[{}]/Condition", at));
          if (!value) return value.error();
          held = value->get<bool>();
        }
      } else {
        Outcome<bool> value = rule_holds(rule, query, values);
        if (!value) return value.error();
        held = *value;
      }
      if (held) return Chosen{input::text(rule, "Next"), &rule};
      ++at;
    }
  if (std::string otherwise = state.text("Default"); !otherwise.empty())
    return Chosen{std::move(otherwise), nullptr};
  return Failure{.error = "States.NoChoiceMatched",
                 .cause = fmt::format("Failed to transition out of the state '{}'. No Choice rule "
                                      "matched, and there is no Default.",
                                      state.name)};
}

}  // namespace opsim::step_functions
