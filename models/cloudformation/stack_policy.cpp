// Whether a stack policy lets an update act on a resource.
// AWS: CloudFormation User Guide, "Prevent updates to stack resources": once there is a policy,
// what no statement allows is denied; "a Deny statement always overrides an Allow statement".
#include "models/cloudformation/stack_policy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "opsim/cloud/input.hpp"

namespace opsim::cloudformation {

namespace {

/// '*' stands for any characters, '?' for one.
bool matches(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '*') {
    for (std::size_t skip = 0; skip <= text.size(); ++skip)
      if (matches(pattern.substr(1), text.substr(skip))) return true;
    return false;
  }
  if (text.empty() || (pattern.front() != '?' && pattern.front() != text.front())) return false;
  return matches(pattern.substr(1), text.substr(1));
}

bool any_matches(const std::vector<std::string>& patterns, std::string_view text) {
  return std::ranges::any_of(patterns,
                             [&](const std::string& pattern) { return matches(pattern, text); });
}

/// "Resource": "LogicalResourceId/ProductionDatabase" or "*".
bool about_resource(const Json& statement, const PolicyQuestion& question) {
  const std::string name = fmt::format("LogicalResourceId/{}", question.logical_id);
  if (statement.contains("NotResource"))
    return !any_matches(input::texts(statement, "NotResource"), name);
  return any_matches(input::texts(statement, "Resource"), name);
}

bool about_action(const Json& statement, const PolicyQuestion& question) {
  if (statement.contains("NotAction"))
    return !any_matches(input::texts(statement, "NotAction"), question.action);
  return any_matches(input::texts(statement, "Action"), question.action);
}

/// "Condition": {"StringEquals": {"ResourceType": [...]}} or StringLike, or their opposites.
bool condition_holds(const Json& statement, const PolicyQuestion& question) {
  const Json& condition = input::member(statement, "Condition");
  if (!condition.is_object()) return true;
  for (const auto& [test, keys] : condition.items()) {
    const std::vector<std::string> types = input::texts(keys, "ResourceType");
    const bool like = test.ends_with("Like");
    bool holds = like ? any_matches(types, question.type)
                      : std::ranges::find(types, question.type) != types.end();
    if (test.starts_with("StringNot")) holds = !holds;
    if (!holds) return false;
  }
  return true;
}

}  // namespace

std::string stack_policy_denial(const Json& policy, const PolicyQuestion& question) {
  if (!policy.is_object()) return {};
  const Json& written = input::member(policy, "Statement");
  const Json statements = written.is_array() ? written : Json::array({written});
  bool allowed = false;
  for (std::size_t i = 0; i < statements.size(); ++i) {
    const Json& one = statements[i];
    if (!one.is_object() || !about_resource(one, question) || !about_action(one, question) ||
        !condition_holds(one, question))
      continue;
    if (input::text(one, "Effect") == "Deny")
      return fmt::format(
          "Action denied by stack policy: Statement [#{}] does not allow [{}] for resource [{}]",
          i + 1, fmt::join(input::texts(one, "Action"), ", "), question.logical_id);
    allowed = true;
  }
  if (allowed) return {};
  return fmt::format(
      "Action not allowed by stack policy: no statement allows [{}] for resource [{}]",
      question.action, question.logical_id);
}

}  // namespace opsim::cloudformation
