// Rules: what must hold of the parameters before anything is made.
// AWS: CloudFormation User Guide, "Rules syntax", "Rule functions".
// Not simulated: Fn::RefAll, Fn::ValueOf and Fn::ValueOfAll, which ask for attributes of an
// account's own resources; an assertion with one of them is not held against anything, and listed.
#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "sim/scenario/template_reader.hpp"

namespace opsim {

namespace {

constexpr std::string_view kOfAccount[] = {"Fn::RefAll", "Fn::ValueOf", "Fn::ValueOfAll"};

/// The function that asks for what is not known here, or "".
std::string_view asks_for_account(const Node& node) {
  for (const auto& [key, value, at] : node.entries()) {
    const auto found = std::ranges::find(kOfAccount, key);
    if (found != std::end(kOfAccount)) return *found;
    if (const auto inside = asks_for_account(value); !inside.empty()) return inside;
  }
  for (const Node& item : node.items())
    if (const auto inside = asks_for_account(item); !inside.empty()) return inside;
  return {};
}

}  // namespace

/// Nothing where the function cannot be worked out here.
std::optional<Expression> TemplateReader::read_rule_condition(const Node& node) {
  if (const auto what = asks_for_account(node); !what.empty()) {
    ++body_->not_simulated[std::string{what}];
    return std::nullopt;
  }
  return values_.read_rule(node);
}

void TemplateReader::read_rule(std::string_view name, const Node& text) {
  constexpr std::string_view kKeys[] = {"Assertions", "RuleCondition"};
  RuleBody rule;
  rule.name = name;
  if (!text.is_mapping())
    return complain(text, fmt::format("rule {} is {}; it has RuleCondition and Assertions", name,
                                      text.describe()));
  for (const auto& [key, value, at] : text.entries())
    if (std::ranges::find(kKeys, key) == std::end(kKeys) && !names_.macros)
      diagnostics_.add(root_.file(), at,
                       fmt::format("rule {}: {} is not known here{}", name, quoted(key),
                                   did_you_mean(key, std::span{kKeys})));
  if (const auto condition = text.find("RuleCondition")) {
    rule.condition = read_rule_condition(*condition);
    if (!rule.condition) return;
  }
  const Node assertions = text.find("Assertions").value_or(Node{});
  if (!assertions.is_list() || assertions.size() == 0)
    return complain(assertions.is_null() ? text : assertions,
                    fmt::format("rule {}: Assertions must be a list of at least one", name));
  for (const Node& one : assertions.items()) {
    const auto assert = one.find("Assert");
    if (!assert) {
      complain(one, fmt::format("rule {}: an assertion has no Assert", name));
      continue;
    }
    auto holds = read_rule_condition(*assert);
    if (!holds) continue;
    rule.assertions.push_back(
        {std::move(*holds), one.find("AssertDescription").value_or(Node{}).as_text().value_or(""),
         one});
  }
  (void)values_.take_conditions();
  body_->stack_rules.push_back(std::move(rule));
}

void TemplateReader::read_rules() {
  const Node rules = section("Rules");
  if (!rules.is_null() && !rules.is_mapping())
    complain(rules, fmt::format("Rules is {}; it must be a mapping", rules.describe()));
  for (const auto& [name, text, at] : entries_of("Rules")) read_rule(name, text);
}

}  // namespace opsim
