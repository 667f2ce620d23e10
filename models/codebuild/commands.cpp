// The few commands whose effect others see: images that are pushed, files that a later action
// reads.
// SIMPLIFIED: words are split at blanks, quotes are taken off, and pipes, loops and conditions are
// not understood.
#include <algorithm>

#include "models/codebuild/buildspec.hpp"

namespace opsim::codebuild {

namespace {

using Words = std::vector<std::string>;

/// As a shell splits: quotes keep blanks together; variables are not filled in between '.
Words split(std::string_view line, const Variables& variables) {
  Words words;
  std::string word;
  char quote = 0;
  bool has_word = false;
  std::string part;
  const auto take_part = [&](bool literal) {
    word += literal ? part : expanded(part, variables);
    part.clear();
  };
  for (const char c : line) {
    if (quote != 0 && c == quote) {
      take_part(quote == '\'');
      quote = 0;
    } else if (quote != 0) {
      part += c;
    } else if (c == '"' || c == '\'') {
      take_part(false);
      quote = c;
      has_word = true;
    } else if (c == ' ' || c == '\t' || c == '\n') {
      take_part(false);
      if (has_word || !word.empty()) words.push_back(std::exchange(word, {}));
      has_word = false;
    } else {
      part += c;
    }
  }
  take_part(false);
  if (has_word || !word.empty()) words.push_back(std::move(word));
  return words;
}

/// The word after any of `names`, or what follows its "=".
std::string option(const Words& words, std::initializer_list<std::string_view> names) {
  for (std::size_t i = 0; i < words.size(); ++i)
    for (const std::string_view name : names) {
      if (words[i] == name && i + 1 < words.size()) return words[i + 1];
      if (words[i].starts_with(name) && words[i].size() > name.size() &&
          words[i][name.size()] == '=')
        return words[i].substr(name.size() + 1);
    }
  return {};
}

std::string without_dot(std::string path) { return path.starts_with("./") ? path.substr(2) : path; }

void copy_file(Files& files, const std::string& from, const std::string& to) {
  const auto found = files.find(without_dot(from));
  if (found == files.end() || to.empty()) return;
  const std::string content = found->second;
  files[without_dot(to)] = content;
}

/// printf 'a %s' b: each %s takes the next word.
std::string printed(const Words& words, std::size_t end) {
  if (words.size() < 2 || end < 2) return {};
  if (words[0] == "echo") {
    std::string all;
    for (std::size_t i = words[1] == "-n" ? 2 : 1; i < end; ++i)
      all += (all.empty() ? "" : " ") + words[i];
    return all;
  }
  std::string all = words[1];
  std::size_t next = 2;
  for (auto at = all.find("%s"); at != all.npos; at = all.find("%s", at)) {
    const std::string value = next < end ? words[next++] : std::string{};
    all.replace(at, 2, value);
    at += value.size();
  }
  return all;
}

void write_file(Files& files, const Words& words) {
  const auto arrow = std::ranges::find(words, ">");
  if (arrow == words.end() || std::next(arrow) == words.end()) return;
  files[without_dot(*std::next(arrow))] =
      printed(words, static_cast<std::size_t>(arrow - words.begin()));
}

void play(const Words& words, Files& files, Variables& variables, Effects& effects) {
  if (words.empty()) return;
  const std::string& first = words[0];
  const std::string second = words.size() > 1 ? words[1] : "";
  if (first == "docker" && second == "push" && words.size() > 2)
    effects.pushed.push_back(words.back());
  const bool packages =
      (first == "sam" && second == "package") ||
      (first == "aws" && second == "cloudformation" && words.size() > 2 && words[2] == "package");
  if (packages)
    copy_file(files, option(words, {"--template-file", "--template"}),
              option(words, {"--output-template-file", "--output-template"}));
  if (first == "cp" && words.size() == 3) copy_file(files, words[1], words[2]);
  if (first == "printf" || first == "echo") write_file(files, words);
  if (first == "export" || words.size() == 1) {
    const std::string& assignment = first == "export" ? second : first;
    const auto equals = assignment.find('=');
    // What a command gives, $(...) or `...`, is not known.
    if (equals != assignment.npos && equals > 0 && assignment.find('(') == assignment.npos &&
        assignment.find('`') == assignment.npos)
      variables[assignment.substr(0, equals)] = assignment.substr(equals + 1);
  }
}

/// The patterns of artifacts: "**/*" all, "*" and "dir/*" those of a folder.
bool takes(std::string_view pattern, std::string_view path) {
  if (pattern == "**/*" || pattern == "**" || pattern == path) return true;
  if (pattern.ends_with("/**/*")) return path.starts_with(pattern.substr(0, pattern.size() - 4));
  const auto star = pattern.find('*');
  if (star == pattern.npos) return false;
  const std::string_view before = pattern.substr(0, star);
  const std::string_view after = pattern.substr(star + 1);
  if (path.size() < before.size() + after.size()) return false;
  const std::string_view between =
      path.substr(before.size(), path.size() - before.size() - after.size());
  return path.starts_with(before) && path.ends_with(after) && between.find('/') == between.npos;
}

}  // namespace

void play_commands(const std::vector<std::string>& commands, Files& files, Variables& variables,
                   Effects& effects) {
  for (const std::string& command : commands) {
    std::string_view rest = command;
    while (!rest.empty()) {  // one command a line, several by && and ;
      const auto end = std::min({rest.find('\n'), rest.find("&&"), rest.find(';')});
      play(split(rest.substr(0, end), variables), files, variables, effects);
      if (end == rest.npos) break;
      rest.remove_prefix(end + (rest[end] == '&' ? 2 : 1));
    }
  }
}

Files taken(const Files& files, const Buildspec& spec) {
  Files found;
  const std::string base = spec.base_directory.empty() || spec.base_directory == "."
                               ? ""
                               : without_dot(spec.base_directory) + "/";
  for (const auto& [path, content] : files) {
    if (!path.starts_with(base)) continue;
    const std::string inner = path.substr(base.size());
    if (std::ranges::any_of(spec.artifacts, [&](const std::string& pattern) {
          return takes(without_dot(pattern), inner);
        }))
      found[inner] = content;
  }
  return found;
}

}  // namespace opsim::codebuild
