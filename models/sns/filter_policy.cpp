// Checking filter policies, and matching messages against them.
// AWS: SNS Developer Guide, "Filter policy constraints" (five keys; 150 combinations; a nested key
// counts its values times its depth), "String value matching", "Numeric value matching", "Key
// matching", "AND/OR logic".
// SIMPLIFIED: AWS adds to most complaints where in the policy they stand.
#include "models/sns/filter_policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "opsim/cloud/input.hpp"
#include "opsim/cloud/ip_text.hpp"
#include "opsim/cloud/wildcards.hpp"

namespace opsim::sns {

namespace {

constexpr std::size_t kMostKeys = 5;
constexpr std::size_t kMostCombinations = 150;
constexpr std::size_t kDeepestPolicy = 100;
constexpr double kLargestNumber = 1e9;  // "from -10^9 to 10^9"
constexpr std::string_view kMatchTypes[] = {"anything-but", "cidr",    "equals-ignore-case",
                                            "exists",       "numeric", "prefix",
                                            "suffix",       "wildcard"};

constexpr std::string_view kNested =
    "Filter policy scope MessageAttributes does not support nested filter policy";

/// The one complaint that does not name the attribute (cdk-preflight, pf-sns-filter-policy).
ApiError refused_policy(std::string_view reason) {
  return {"InvalidParameter", fmt::format("Invalid parameter: {}{}",
                                          reason == kNested ? "" : "FilterPolicy: ", reason)};
}

bool is_scalar(const Json& value) {
  return value.is_string() || value.is_number() || value.is_boolean() || value.is_null();
}

// ---- Checking ----

struct Complexity {
  std::size_t keys = 0;
  std::size_t combinations = 1;
};

/// A member of a list as complaints name it: a word without its quotation marks, "]" for the end.
std::string named(const Json& list, std::size_t at) {
  if (at >= list.size()) return "]";
  return list[at].is_string() ? list[at].get<std::string>() : list[at].dump();
}

/// The number after an operator. Its words and their order are those of the engine behind
/// EventBridge, which SNS asks as well (recorded in localstack's tests of filter policies).
std::string complaint_of_limit(const Json& rule, std::size_t at, std::string_view op) {
  if (at >= rule.size() || !rule[at].is_number())
    return fmt::format("Value of {} must be numeric", op == "=" ? "equals" : op);
  if (std::abs(rule[at].get<double>()) > kLargestNumber)
    return "Value of numeric must be from -1000000000 to 1000000000";
  return {};
}

std::string complaint_of_numeric(const Json& rule) {
  constexpr std::string_view comparisons[] = {"<", "<=", "=", ">", ">="};
  if (!rule.is_array()) return "Value of numeric must be an array.";
  if (rule.empty() || !rule[0].is_string())
    return fmt::format("Invalid member in numeric match: {}", named(rule, 0));
  const std::string op = rule[0].get<std::string>();
  if (std::ranges::find(comparisons, op) == std::end(comparisons))
    return fmt::format("Unrecognized numeric range operator: {}", op);
  if (std::string why = complaint_of_limit(rule, 1, op); !why.empty()) return why;
  if (rule.size() == 2) return {};
  if (!op.starts_with('>')) return "Too many elements in numeric expression";
  if (!rule[2].is_string()) return fmt::format("Bad value in numeric range: {}", named(rule, 2));
  const std::string upper = rule[2].get<std::string>();
  if (upper != "<" && upper != "<=") return fmt::format("Bad numeric range operator: {}", upper);
  if (std::string why = complaint_of_limit(rule, 3, upper); !why.empty()) return why;
  if (rule.size() > 4) return "Too many terms in numeric range expression";
  return rule[1].get<double>() < rule[3].get<double>() ? "" : "Bottom must be less than top";
}

/// A value, a list of values, or one string operator: prefix, suffix, ...
std::string complaint_of_anything_but(const Json& excluded) {
  constexpr std::string_view operators[] = {"equals-ignore-case", "prefix", "suffix", "wildcard"};
  if (excluded.is_array()) {
    if (excluded.empty()) return "Empty arrays are not allowed";
    return std::ranges::all_of(excluded, is_scalar)
               ? ""
               : "Inside anything but list, start|null|boolean is not supported.";
  }
  if (!excluded.is_object()) return {};
  if (excluded.size() != 1) return "Only one key allowed in match expression";
  const std::string type = excluded.begin().key();
  if (std::ranges::find(operators, type) == std::end(operators))
    return fmt::format("Unsupported anything-but pattern: {}", type);
  return excluded.begin()->is_string() ? ""
                                       : fmt::format("{} match pattern must be a string", type);
}

std::string complaint_of_rule(const Json& rule) {
  if (is_scalar(rule)) return {};
  if (!rule.is_object()) return "Match value must be String, number, true, false, or null";
  if (rule.size() != 1) return "Only one key allowed in match expression";
  const std::string type = rule.begin().key();
  const Json& value = rule.begin().value();
  if (std::ranges::find(kMatchTypes, type) == std::end(kMatchTypes))
    return fmt::format("Unrecognized match type {}", type);
  if (type == "numeric") return complaint_of_numeric(value);
  if (type == "exists")
    return value.is_boolean() ? "" : "exists match pattern must be either true or false.";
  if (type == "anything-but") return complaint_of_anything_but(value);
  if (!value.is_string()) return fmt::format("{} match pattern must be a string", type);
  return {};
}

std::string complaint_of(const Json& policy, FilterScope scope, std::size_t depth,
                         std::size_t nesting, Complexity& found);

std::string complaint_of_or(const Json& branches, FilterScope scope, std::size_t depth,
                            std::size_t nesting, Complexity& found) {
  if (!branches.is_array() || branches.size() < 2)
    return "\"$or\" must be an array of at least two objects";
  std::size_t sum = 0;
  for (const Json& branch : branches) {
    Complexity inner;
    if (!branch.is_object()) return "\"$or\" must be an array of objects";
    if (std::string why = complaint_of(branch, scope, depth, nesting, inner); !why.empty())
      return why;
    sum += inner.combinations;
    found.keys = std::max(found.keys, inner.keys);
  }
  found.combinations *= sum;
  return {};
}

/// `depth` of the keys, which $or does not add to; `nesting` of the objects.
std::string complaint_of(const Json& policy, FilterScope scope, std::size_t depth,
                         std::size_t nesting, Complexity& found) {
  if (nesting > kDeepestPolicy) return "Filter policy is too complex";
  for (const auto& [key, value] : policy.items()) {
    std::string why;
    if (key == "$or") {
      why = complaint_of_or(value, scope, depth, nesting + 1, found);
    } else if (value.is_object()) {
      if (scope == FilterScope::attributes) return std::string{kNested};
      why = value.empty() ? "Empty objects are not allowed"
                          : complaint_of(value, scope, depth + 1, nesting + 1, found);
    } else if (!value.is_array()) {
      why = fmt::format("\"{}\" must be an object or an array", key);
    } else if (value.empty()) {
      why = "Empty arrays are not allowed";
    } else {
      ++found.keys;
      found.combinations *= value.size() * depth;
      for (const Json& rule : value)
        if (why.empty()) why = complaint_of_rule(rule);
    }
    if (why.empty() && found.keys > kMostKeys)
      why = fmt::format("Filter policy can not have more than {} keys", kMostKeys);
    if (why.empty() && found.combinations > kMostCombinations) why = "Filter policy is too complex";
    if (!why.empty()) return why;
  }
  return {};
}

// ---- Matching ----

/// `*` alone is special here: a question mark is one.
bool matches_wildcard(std::string_view pattern, std::string_view text) {
  return matches_stars(pattern, text, [](char wanted, char given) { return wanted == given; });
}

std::string lower_case(std::string text) {
  for (char& c : text)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return text;
}

bool in_range(const Json& rule, double value) {
  for (std::size_t i = 0; i + 1 < rule.size(); i += 2) {
    const std::string comparison = rule[i].get<std::string>();
    const double limit = rule[i + 1].get<double>();
    const bool holds = comparison == "<"    ? value < limit
                       : comparison == "<=" ? value <= limit
                       : comparison == ">"  ? value > limit
                       : comparison == ">=" ? value >= limit
                                            : value == limit;
    if (!holds) return false;
  }
  return true;
}

bool matches_rule(const Json& rule, const Json& value);

bool is_anything_but(const Json& excluded, const Json& value) {
  if (excluded.is_object()) return value.is_string() && !matches_rule(excluded, value);
  if (!excluded.is_array()) return value != excluded;
  return std::ranges::none_of(excluded, [&](const Json& one) { return value == one; });
}

bool matches_rule(const Json& rule, const Json& value) {
  if (!rule.is_object()) return rule == value;
  const std::string type = rule.begin().key();
  const Json& wanted = rule.begin().value();
  if (type == "anything-but") return is_anything_but(wanted, value);
  if (type == "numeric") return value.is_number() && in_range(wanted, value.get<double>());
  if (type == "exists") return wanted.get<bool>();  // the value is there
  if (!value.is_string() || !wanted.is_string()) return false;
  const std::string text = value.get<std::string>();
  const std::string pattern = wanted.get<std::string>();
  if (type == "prefix") return text.starts_with(pattern);
  if (type == "suffix") return text.ends_with(pattern);
  if (type == "equals-ignore-case") return lower_case(text) == lower_case(pattern);
  if (type == "wildcard") return matches_wildcard(pattern, text);
  const std::optional<IpText> address = type == "cidr" ? read_address(text) : std::nullopt;
  return address && lies_in(*address, pattern);
}

bool wants_absence(const Json& rule) {
  return rule.is_object() && rule.contains("exists") && rule.at("exists") == false;
}

/// `value` is null-pointer where the key is absent; of an array any element will do.
bool matches_any(const Json& rules, const Json* value) {
  if (value == nullptr) return std::ranges::any_of(rules, wants_absence);
  return std::ranges::any_of(rules, [&](const Json& rule) {
    if (!value->is_array()) return matches_rule(rule, *value);
    return std::ranges::any_of(*value, [&](const Json& one) { return matches_rule(rule, one); });
  });
}

bool matches_policy(const Json& policy, const Json& message) {
  for (const auto& [key, rule] : policy.items()) {
    if (key == "$or" && rule.is_array()) {
      if (std::ranges::none_of(rule,
                               [&](const Json& branch) { return matches_policy(branch, message); }))
        return false;
      continue;
    }
    const auto found = message.is_object() ? message.find(key) : message.end();
    const Json* value = message.is_object() && found != message.end() ? &*found : nullptr;
    bool holds = false;
    if (rule.is_array()) {
      holds = matches_any(rule, value);
    } else if (value != nullptr && value->is_array()) {
      holds = std::ranges::any_of(
          *value, [&](const Json& one) { return one.is_object() && matches_policy(rule, one); });
    } else {
      holds = matches_policy(rule, value == nullptr ? Json::object() : *value);
    }
    if (!holds) return false;
  }
  return true;
}

/// Attributes as the policy compares them: numbers as numbers, String.Array as an array.
Json comparable(const Json& attributes) {
  Json flat = Json::object();
  if (!attributes.is_object()) return flat;
  for (const auto& [name, attribute] : attributes.items()) {
    const std::string type = input::text(attribute, "DataType");
    const std::string text = input::text(attribute, "StringValue");
    if (type.starts_with("Binary")) continue;  // "Binary attributes are ignored"
    Json value = text;
    if (type.starts_with("Number") || type == "String.Array") {
      Json parsed = Json::parse(text, nullptr, false);
      if (!parsed.is_discarded()) value = std::move(parsed);
    }
    flat[name] = std::move(value);
  }
  return flat;
}

}  // namespace

ApiResult<Json> read_filter_policy(const Json& value, FilterScope scope) {
  if (value.is_null() || (value.is_string() && value.get<std::string>().empty())) return Json{};
  const Json policy =
      value.is_string() ? Json::parse(value.get<std::string>(), nullptr, false) : value;
  if (policy.is_discarded()) return refused_policy("failed to parse JSON.");
  if (!policy.is_object()) return refused_policy("Filter must be a JSON object");
  Complexity found;
  if (const std::string why = complaint_of(policy, scope, 1, 1, found); !why.empty())
    return refused_policy(why);
  return policy.empty() ? Json{} : policy;
}

bool passes_filter(const Json& policy, FilterScope scope, const Json& attributes,
                   std::string_view body) {
  if (policy.is_null()) return true;
  if (scope == FilterScope::attributes) return matches_policy(policy, comparable(attributes));
  // "the message body must be a well-formed JSON object; otherwise it is rejected"
  const Json message = Json::parse(body, nullptr, false);
  return message.is_object() && matches_policy(policy, message);
}

}  // namespace opsim::sns
