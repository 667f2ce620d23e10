#pragma once
#include <string_view>
/// aws:branch: which step comes next.
///
/// AWS: Systems Manager User Guide, "Using conditional statements in runbooks": the first choice
/// that holds wins; Not, And and Or combine; without a Default the next step of the document comes.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/ssm/placeholder.hpp"
#include "opsim/document/node.hpp"

namespace opsim::ssm {

struct Condition {
  enum class Kind : std::uint8_t { test, all, any, none } kind = Kind::test;
  std::string symbol;  // "StringEquals"
  Fillable variable;
  Fillable operand;
  std::vector<Condition> parts;
};

struct Choice {
  Condition condition;
  std::uint32_t next = 0;
};

struct Branch {
  std::vector<Choice> choices;
  std::optional<std::uint32_t> otherwise;  // Default

  /// The step to go to; nothing: the next one in the document.
  [[nodiscard]] std::optional<std::uint32_t> decide(const Values& values) const;
};

/// A condition by itself, as aws:loop has one.
Condition read_condition(const Node& node, const Names& names, const std::string& subject,
                         Diagnostics& diagnostics);

[[nodiscard]] bool holds(const Condition& condition, const Values& values);
/// One operator on two values; false when they are not of its type.
[[nodiscard]] bool compare(std::string_view symbol, const Json& variable, const Json& operand);

/// `inputs` of a step with the action aws:branch. `subject` begins each complaint: "step choose".
Branch read_branch(const Node& inputs, const Names& names, const std::string& subject,
                   Diagnostics& diagnostics);

/// Letters of ASCII without regard to case.
bool same_ignoring_case(std::string_view a, std::string_view b);

}  // namespace opsim::ssm
