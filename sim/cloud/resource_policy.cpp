#include "opsim/cloud/resource_policy.hpp"

#include <algorithm>
#include <vector>

#include "opsim/cloud/input.hpp"
#include "opsim/cloud/policy_conditions.hpp"

namespace opsim {

namespace {

char small_letter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string small_letters(std::string_view text) {
  std::string lower{text};
  std::ranges::transform(lower, lower.begin(), small_letter);
  return lower;
}

bool any_like(const Json& statement, std::string_view member, std::string_view text) {
  return std::ranges::any_of(input::texts(statement, member), [&](const std::string& pattern) {
    return matches_policy_text(pattern, text);
  });
}

bool any_action(const Json& statement, std::string_view member, std::string_view action) {
  return std::ranges::any_of(input::texts(statement, member), [&](const std::string& pattern) {
    return matches_policy_text(small_letters(pattern), small_letters(action));
  });
}

/// "*", an account, "arn:aws:iam::123456789012:root" or the very ARN; for services their name.
bool names(const Json& principal, const PolicyQuestion& question) {
  if (input::text(principal) == "*") return true;
  if (const auto services = input::texts(principal, "Service");
      std::ranges::find(services, question.principal) != services.end())
    return true;
  const bool service = question.principal.ends_with(".amazonaws.com");
  for (const std::string& who : input::texts(principal, "AWS")) {
    if (who == "*") return true;
    if (service) continue;  // an account's users and roles are meant, no service
    const std::string root = ":iam::" + std::string{question.account} + ":root";
    if (who == question.account || who == question.principal || who.ends_with(root)) return true;
  }
  return false;
}

PolicyContext context_of(const PolicyQuestion& question) {
  PolicyContext context;
  context.values["aws:principalaccount"] = {std::string{question.account}};
  context.values["aws:principalarn"] = {std::string{question.principal}};
  context.values["aws:securetransport"] = {"true"};
  context.values["aws:sourceaccount"] = {std::string{question.account}};
  context.values["aws:sourcearn"] = {std::string{question.source_arn}};
  context.values["aws:sourceowner"] = {std::string{question.account}};
  return context;
}

/// A condition on a key that nobody knows counts as fulfilled where the statement allows only.
bool is_fulfilled(const Json& statement, const PolicyQuestion& question, bool denies) {
  const Holds holds = conditions_hold(input::member(statement, "Condition"), context_of(question));
  return holds == Holds::yes || (holds == Holds::unknown && !denies);
}

bool is_about(const Json& statement, const PolicyQuestion& question, bool denies) {
  const auto has = [&](std::string_view name) { return !input::member(statement, name).is_null(); };
  if (has("NotPrincipal") ? names(input::member(statement, "NotPrincipal"), question)
                          : !names(input::member(statement, "Principal"), question))
    return false;
  if (has("NotAction") ? any_action(statement, "NotAction", question.action)
                       : !any_action(statement, "Action", question.action))
    return false;
  if (has("NotResource") && any_like(statement, "NotResource", question.resource)) return false;
  if (has("Resource") && !any_like(statement, "Resource", question.resource)) return false;
  return is_fulfilled(statement, question, denies);
}

}  // namespace

PolicyAnswer ask_policy(const Json& policy, const PolicyQuestion& question) {
  const Json document =
      policy.is_string() ? Json::parse(policy.get<std::string>(), nullptr, false) : policy;
  const Json& statements = input::member(document, "Statement");
  PolicyAnswer answer = PolicyAnswer::silent;
  const auto ask = [&](const Json& statement) {
    const bool denies = input::text(statement, "Effect") == "Deny";
    if (!is_about(statement, question, denies)) return;
    if (denies)
      answer = PolicyAnswer::denied;
    else if (answer == PolicyAnswer::silent)
      answer = PolicyAnswer::allowed;
  };
  if (statements.is_array())
    std::ranges::for_each(statements, ask);
  else if (statements.is_object())
    ask(statements);
  return answer;
}

}  // namespace opsim
