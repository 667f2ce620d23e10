// Variables and filters: pure text.
// AWS: CodePipeline User Guide, "Variables reference" (reference-variables) and "Automate starting
// pipelines using triggers and filtering" (pipelines-triggers, syntax-glob).
#include "models/codepipeline/pipeline.hpp"

#include <algorithm>

namespace opsim::codepipeline {

namespace {

bool any_matches(const std::vector<std::string>& patterns, std::string_view text) {
  return std::ranges::any_of(patterns,
                             [&](const std::string& one) { return glob_matches(one, text); });
}

/// "Excludes take precedence"; without includes everything else is in.
bool lets_in(const Patterns& patterns, std::string_view text) {
  if (any_matches(patterns.excludes, text)) return false;
  return patterns.includes.empty() || any_matches(patterns.includes, text);
}

/// Without braces. reaches[j]: what was read of the pattern can end just before the j-th character.
bool plain_matches(std::string_view pattern, std::string_view text) {
  std::vector<bool> reaches(text.size() + 1, false);
  reaches[0] = true;
  while (!pattern.empty()) {
    std::vector<bool> next(text.size() + 1, false);
    const bool across = pattern.starts_with("**");
    const bool within = !across && pattern.front() == '*';
    std::size_t taken = across ? 2 : 1;
    // "**/x" is x in the root too.
    const bool folders = across && pattern.substr(2).starts_with('/');
    for (std::size_t j = 0; j <= text.size(); ++j) {
      if (across || within) {
        const bool may_go_on = j > 0 && next[j - 1] && (across || text[j - 1] != '/');
        next[j] = reaches[j] || may_go_on;
      } else if (j > 0) {
        const bool same =
            pattern.front() == text[j - 1] || (pattern.front() == '?' && text[j - 1] != '/');
        next[j] = same && reaches[j - 1];
      }
    }
    if (folders) {  // the slash is part of what may be left out
      std::vector<bool> after = reaches;
      for (std::size_t j = 1; j <= text.size(); ++j)
        after[j] = after[j] || (text[j - 1] == '/' && next[j - 1]);
      next = std::move(after);
      taken = 3;
    }
    reaches = std::move(next);
    pattern.remove_prefix(taken);
  }
  return reaches.back();
}

/// How many ways of writing out braces are tried: a pattern of AWS's 255 characters with more is
/// nobody's.
constexpr int kMostChoices = 256;

/// {a,b}: the first group written out, each way; the rest is seen to in turn.
bool matches(const std::string& pattern, std::string_view text, int& choices_left) {
  const auto open = pattern.find('{');
  const auto close = open == pattern.npos ? pattern.npos : pattern.find('}', open);
  if (close == pattern.npos) return --choices_left >= 0 && plain_matches(pattern, text);
  std::string_view choices = std::string_view{pattern}.substr(open + 1, close - open - 1);
  while (choices_left > 0) {
    const auto comma = choices.find(',');
    std::string one = pattern.substr(0, open);
    one += choices.substr(0, comma);
    one += pattern.substr(close + 1);
    if (matches(one, text, choices_left)) return true;
    if (comma == choices.npos) return false;
    choices.remove_prefix(comma + 1);
  }
  return false;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view text) {
  int choices_left = kMostChoices;
  return matches(std::string{pattern}, text, choices_left);
}

bool passes(const PushFilter& filter, std::string_view branch,
            const std::vector<std::string>& paths, std::string_view tag) {
  if (filter.names_tags) return !tag.empty() && lets_in(filter.tags, tag);
  if (!tag.empty()) return false;
  if (filter.names_branches && !lets_in(filter.branches, branch)) return false;
  if (!filter.names_paths) return true;
  return std::ranges::any_of(paths,
                             [&](const std::string& path) { return lets_in(filter.paths, path); });
}

Resolved resolve_variables(std::string_view text, const Namespaces& known) {
  Resolved resolved;
  while (true) {
    const auto open = text.find("#{");
    const auto close = open == text.npos ? text.npos : text.find('}', open);
    if (close == text.npos) break;
    resolved.text += text.substr(0, open);
    const std::string_view name = text.substr(open + 2, close - open - 2);
    const auto dot = name.find('.');
    const auto space = known.find(std::string{name.substr(0, dot)});
    const std::string key{dot == name.npos ? std::string_view{} : name.substr(dot + 1)};
    if (space == known.end() || !space->second.contains(key)) {
      resolved.unknown = text.substr(open, close - open + 1);
      return resolved;
    }
    resolved.text += space->second.at(key);
    text.remove_prefix(close + 1);
  }
  resolved.text += text;
  return resolved;
}

}  // namespace opsim::codepipeline
