#pragma once
/// An identity-based policy: statements, and what they say of one request.
/// AWS: IAM User Guide, "IAM JSON policy elements reference" and "Policy evaluation logic": a
/// request is denied unless a statement allows it, and any statement that denies it wins.
/// A condition on a key that nothing here simulates lets an Allow pass and stops no Deny.
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/cloud/policy_conditions.hpp"
#include "opsim/json.hpp"

namespace opsim::iam {

enum class Effect : std::uint8_t { allow, deny };

struct Statement {
  Effect effect = Effect::allow;
  std::vector<std::string> actions;    // "ssm:Start*"; lower case: actions ignore case
  bool not_actions = false;            // NotAction: all but these
  std::vector<std::string> resources;  // ARN patterns; empty: any
  bool not_resources = false;
  Json condition;  // null where there is none
};

struct Policy {
  std::string name;
  std::string arn;  // of a managed policy, or ""
  std::vector<Statement> statements;
  bool conditional = false;  // some statement asks something of the request
  Json document = {};        // as written
};

/// Reads a policy document, given as JSON or as its text. What is no statement is left out.
[[nodiscard]] Policy read_policy(std::string name, const Json& document);

/// What makes a document no policy, as MalformedPolicyDocument words it; "" where nothing does.
[[nodiscard]] std::string complaint_of_policy(const Json& document);

/// What is asked: an action in lower case, and the resources that the call names. A call that names
/// none is about "*".
struct Question {
  std::string action;
  std::vector<std::string> resources;
  const PolicyContext* context = nullptr;  // null: nothing is known of the request
};
enum class Decision : std::uint8_t { silent, allowed, denied };
[[nodiscard]] Decision decide(const Statement& statement, const Question& question);
/// Deny before allow before silence, over all statements.
[[nodiscard]] Decision decide(std::span<const Statement> statements, const Question& question);

}  // namespace opsim::iam
