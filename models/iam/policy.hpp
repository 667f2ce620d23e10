#pragma once
/// An identity-based policy: statements, and what they say of one request.
/// AWS: IAM User Guide, "IAM JSON policy elements reference" and "Policy evaluation logic": a
/// request is denied unless a statement allows it, and any statement that denies it wins.
/// SIMPLIFIED: conditions are not evaluated: a statement with one counts as if it held.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/json.hpp"

namespace opsim::iam {

enum class Effect : std::uint8_t { allow, deny };

struct Statement {
  Effect effect = Effect::allow;
  std::vector<std::string> actions;    // "ssm:Start*"; lower case: actions ignore case
  bool not_actions = false;            // NotAction: all but these
  std::vector<std::string> resources;  // ARN patterns; empty: any
  bool not_resources = false;
  bool conditional = false;  // has a Condition, which is taken to hold
};

struct Policy {
  std::string name;
  std::string arn;  // of a managed policy, or ""
  std::vector<Statement> statements;
};

/// Reads a policy document, given as JSON or as its text. What is no statement is left out.
[[nodiscard]] Policy read_policy(std::string name, const Json& document);

/// `*` stands for any text, `?` for one character.
[[nodiscard]] bool matches_wildcards(std::string_view pattern, std::string_view text);

/// What is asked: an action in lower case, and the resources that the call names. A call that names
/// none is about "*".
struct Question {
  std::string action;
  std::vector<std::string> resources;
};
enum class Decision : std::uint8_t { silent, allowed, denied };
[[nodiscard]] Decision decide(const Statement& statement, const Question& question);
/// Deny before allow before silence, over all statements.
[[nodiscard]] Decision decide(std::span<const Statement> statements, const Question& question);

}  // namespace opsim::iam
