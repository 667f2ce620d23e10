#include "opsim/cloud/resource_policy.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "opsim/cloud/input.hpp"

namespace opsim {

namespace {

char small_letter(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string small_letters(std::string_view text) {
  std::string lower{text};
  std::ranges::transform(lower, lower.begin(), small_letter);
  return lower;
}

/// `*` stands for any text, `?` for one character.
bool like(std::string_view pattern, std::string_view text) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = pattern.npos;
  std::size_t after_star = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      after_star = t;
    } else if (p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t])) {
      ++p;
      ++t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++after_star;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool any_like(const Json& statement, std::string_view member, std::string_view text) {
  return std::ranges::any_of(input::texts(statement, member),
                             [&](const std::string& pattern) { return like(pattern, text); });
}

bool any_action(const Json& statement, std::string_view member, std::string_view action) {
  return std::ranges::any_of(input::texts(statement, member), [&](const std::string& pattern) {
    return like(small_letters(pattern), small_letters(action));
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

/// The value of a condition key here; nothing for one that is not known.
std::optional<std::string> value_of(std::string_view key, const PolicyQuestion& question) {
  const std::string name = small_letters(key);
  if (name == "aws:sourcearn") return std::string{question.source_arn};
  if (name == "aws:sourceaccount" || name == "aws:sourceowner" || name == "aws:principalaccount")
    return std::string{question.account};
  if (name == "aws:principalarn") return std::string{question.principal};
  if (name == "aws:securetransport") return "true";
  return std::nullopt;
}

bool compares(std::string_view kind, std::string_view wanted, std::string_view value) {
  if (kind.starts_with("ArnLike") || kind.starts_with("ArnEquals") || kind.ends_with("Like"))
    return like(wanted, value);
  if (kind == "Bool" || kind.ends_with("IgnoreCase"))
    return small_letters(wanted) == small_letters(value);
  return wanted == value;
}

bool holds(std::string_view kind, std::string_view key, const Json& wanted,
           const PolicyQuestion& question, bool otherwise) {
  const std::optional<std::string> value = value_of(key, question);
  for (const std::string_view prefix : {"ForAnyValue:", "ForAllValues:"})
    if (kind.starts_with(prefix)) kind.remove_prefix(prefix.size());
  if (kind.ends_with("IfExists")) kind.remove_suffix(std::string_view{"IfExists"}.size());
  const bool text = kind.starts_with("String") || kind.starts_with("Arn") || kind == "Bool";
  if (!value || !text) return otherwise;
  const auto not_at = kind.find("Not");
  std::string bare{kind};
  if (not_at != kind.npos) bare.erase(not_at, 3);
  const std::vector<std::string> all = wanted.is_array()
                                           ? input::texts(Json{{"all", wanted}}, "all")
                                           : std::vector<std::string>{input::text(wanted)};
  const bool any =
      std::ranges::any_of(all, [&](const std::string& one) { return compares(bare, one, *value); });
  return any == (not_at == kind.npos);
}

bool conditions_hold(const Json& statement, const PolicyQuestion& question, bool otherwise) {
  const Json& conditions = input::member(statement, "Condition");
  if (!conditions.is_object()) return true;
  for (const auto& [kind, keys] : conditions.items())
    if (keys.is_object())
      for (const auto& [key, wanted] : keys.items())
        if (!holds(kind, key, wanted, question, otherwise)) return false;
  return true;
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
  return conditions_hold(statement, question, !denies);
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
