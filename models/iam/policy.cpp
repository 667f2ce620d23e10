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
  statement.condition = member(written, "Condition");
  return statement;
}

bool any_matches(const std::vector<std::string>& patterns, std::string_view text) {
  return std::ranges::any_of(
      patterns, [&](const std::string& pattern) { return matches_policy_text(pattern, text); });
}

bool any_covers(const Statement& statement, std::string_view resource,
                const PolicyContext* context) {
  return std::ranges::any_of(statement.resources, [&](const std::string& pattern) {
    const bool variable = context != nullptr && pattern.find("${") != pattern.npos;
    return matches_policy_text(variable ? fill_policy_variables(pattern, *context) : pattern,
                               resource);
  });
}

/// A resource that the call does not name is any resource: a statement about some of them speaks of
/// it when it allows, and only one about all of them when it denies.
bool covers(const Statement& statement, const std::string& resource, const PolicyContext* context) {
  if (statement.resources.empty() || any_matches(statement.resources, "*")) return true;
  if (resource == "*") return statement.effect == Effect::allow;
  return any_covers(statement, resource, context) != statement.not_resources;
}

}  // namespace

Policy read_policy(std::string name, const Json& document) {
  Policy policy{.name = std::move(name), .arn = {}, .statements = {}};
  policy.document = document;
  const Json parsed =
      document.is_string() ? Json::parse(document.get<std::string>(), nullptr, false) : document;
  const Json& written = member(parsed, "Statement");
  if (written.is_object()) policy.statements.push_back(read_statement(written));
  if (written.is_array())
    for (const Json& one : written)
      if (one.is_object() && policy.statements.size() < kMostStatements)
        policy.statements.push_back(read_statement(one));
  const auto asks = [](const Statement& statement) {
    return !statement.condition.is_null() ||
           std::ranges::any_of(statement.resources, [](const std::string& resource) {
             return resource.find("${") != resource.npos;
           });
  };
  policy.conditional = std::ranges::any_of(policy.statements, asks);
  return policy;
}

std::string complaint_of_policy(const Json& document) {
  const Json parsed =
      document.is_string() ? Json::parse(document.get<std::string>(), nullptr, false) : document;
  if (!parsed.is_object()) return "This policy contains invalid Json";
  const Json& written = member(parsed, "Statement");
  if (!written.is_structured() || written.empty())
    return "Syntax errors in policy: it must contain a Statement";
  const Json list = written.is_object() ? Json::array({written}) : written;
  for (const Json& one : list) {
    const Json& effect = member(one, "Effect");
    if (effect != "Allow" && effect != "Deny") return "Syntax errors in policy.";
    if (member(one, "Action").is_null() == member(one, "NotAction").is_null())
      return "Policy statement must contain actions.";
  }
  return {};
}

Decision decide(const Statement& statement, const Question& question) {
  if (any_matches(statement.actions, question.action) == statement.not_actions)
    return Decision::silent;
  if (!statement.condition.is_null()) {
    const Holds holds = question.context == nullptr
                            ? Holds::unknown
                            : conditions_hold(statement.condition, *question.context);
    if (holds == Holds::no) return Decision::silent;
    if (holds == Holds::unknown && statement.effect == Effect::deny) return Decision::silent;
  }
  const auto covered = [&](const std::string& resource) {
    return covers(statement, resource, question.context);
  };
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
