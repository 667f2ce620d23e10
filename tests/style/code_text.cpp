#include <algorithm>
#include <cctype>

#include "source_tree.hpp"

namespace opsim::style {

namespace {

/// Where the literal or comment that begins at `at` ends; `at` itself where none begins there.
std::size_t end_of_comment(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) == "//") return std::min(text.find('\n', at), text.size());
  if (text.substr(at, 2) != "/*") return at;
  const std::size_t end = text.find("*/", at + 2);
  return end == text.npos ? text.size() : end + 2;
}

std::size_t end_of_raw_string(std::string_view text, std::size_t at) {
  if (text.substr(at, 2) != "R\"") return at;
  const std::size_t open = text.find('(', at);
  if (open == text.npos) return at;
  const std::string close = ")" + std::string{text.substr(at + 2, open - at - 2)} + "\"";
  const std::size_t end = text.find(close, open);
  return end == text.npos ? text.size() : end + close.size();
}

std::size_t end_of_literal(std::string_view text, std::size_t at) {
  const char quote = text[at];
  if (quote != '"' && quote != '\'') return at;
  // 1'000'000: a digit or letter before it, and no prefix such as u8.
  if (quote == '\'' && at > 0 && std::isxdigit(static_cast<unsigned char>(text[at - 1])) != 0)
    return at;
  for (std::size_t i = at + 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == quote) {
      return i + 1;
    } else if (text[i] == '\n') {
      return i;
    }
  }
  return text.size();
}

/// The names of headers are no literals: rules about includes read them.
bool is_include(std::string_view text, std::size_t at) {
  const std::size_t line = text.rfind('\n', at) + 1;
  return text.substr(line).starts_with("#include");
}

}  // namespace

std::string code_of(std::string_view text) {
  std::string code{text};
  const auto blank = [&](std::size_t from, std::size_t to) {
    for (; from < to; ++from)
      if (code[from] != '\n') code[from] = ' ';
  };
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = end_of_comment(text, at);
    if (end == at) end = end_of_raw_string(text, at);
    if (end == at && !is_include(text, at)) end = end_of_literal(text, at);
    if (end == at) {
      ++at;
      continue;
    }
    blank(at, end);
    at = end;
  }
  return code;
}

}  // namespace opsim::style
