#include "models/iam/policy.hpp"

#include <algorithm>
#include <cctype>

namespace opsim::iam {

namespace {

constexpr std::size_t kMostStatements = 1000;  // AWS's limit is on characters; this is ours

const Json& member(const Json& object, std::string_view name) {
  static const Json null;
  const auto found = object.is_object() ? object.find(name) : object.end();
  return object.is_object() && found != object.end() ? *found : null;
}

std::vector<std::string> texts(const Json& value) {
  std::vector<std::string> all;
  if (value.is_string()) all.push_back(value.get<std::string>());
  if (value.is_array())
    for (const Json& item : value)
      if (item.is_string()) all.push_back(item.get<std::string>());
  return all;
}

std::string lowered(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

Statement read_statement(const Json& written) {
  Statement statement;
  statement.effect = member(written, "Effect") == "Deny" ? Effect::deny : Effect::allow;
  statement.not_actions = !member(written, "NotAction").is_null();
  statement.actions = texts(member(written, statement.not_actions ? "NotAction" : "Action"));
  for (std::string& action : statement.actions) action = lowered(std::move(action));
  statement.not_resources = !member(written, "NotResource").is_null();
  statement.resources =
      texts(member(written, statement.not_resources ? "NotResource" : "Resource"));
  statement.conditional = !member(written, "Condition").is_null();
  return statement;
}

bool any_matches(const std::vector<std::string>& patterns, std::string_view text) {
  return std::ranges::any_of(
      patterns, [&](const std::string& pattern) { return matches_wildcards(pattern, text); });
}

/// A resource that the call does not name is any resource: a statement about some of them speaks of
/// it when it allows, and only one about all of them when it denies.
bool covers(const Statement& statement, const std::string& resource) {
  if (statement.resources.empty() || any_matches(statement.resources, "*")) return true;
  if (resource == "*") return statement.effect == Effect::allow;
  return any_matches(statement.resources, resource) != statement.not_resources;
}

}  // namespace

Policy read_policy(std::string name, const Json& document) {
  Policy policy{std::move(name), {}, {}};
  const Json parsed =
      document.is_string() ? Json::parse(document.get<std::string>(), nullptr, false) : document;
  const Json& written = member(parsed, "Statement");
  if (written.is_object()) policy.statements.push_back(read_statement(written));
  if (!written.is_array()) return policy;
  for (const Json& one : written)
    if (one.is_object() && policy.statements.size() < kMostStatements)
      policy.statements.push_back(read_statement(one));
  return policy;
}

bool matches_wildcards(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

Decision decide(const Statement& statement, const Question& question) {
  if (any_matches(statement.actions, question.action) == statement.not_actions)
    return Decision::silent;
  const auto covered = [&](const std::string& resource) { return covers(statement, resource); };
  if (statement.effect == Effect::deny)
    return std::ranges::any_of(question.resources, covered) ? Decision::denied : Decision::silent;
  return std::ranges::all_of(question.resources, covered) ? Decision::allowed : Decision::silent;
}

Decision decide(std::span<const Statement> statements, const Question& question) {
  Decision best = Decision::silent;
  for (const Statement& statement : statements) {
    const Decision one = decide(statement, question);
    if (one == Decision::denied) return one;
    if (one == Decision::allowed) best = one;
  }
  return best;
}

}  // namespace opsim::iam
