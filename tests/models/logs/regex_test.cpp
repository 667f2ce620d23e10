#include "models/logs/regex.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace opsim::logs {
namespace {

/// What it finds: "whole|group 1|group 2", '-' for a group that took no part; "" for nothing.
std::string found(std::string_view pattern, std::string_view text) {
  const auto compiled = Regex::compile(pattern);
  if (const auto* complaint = std::get_if<std::string>(&compiled)) return "refused: " + *complaint;
  const auto groups = std::get<Regex>(compiled).search(text);
  CHECK(std::get<Regex>(compiled).matches(text) == groups.has_value());
  if (!groups) return "";
  std::string all;
  for (const auto& group : *groups)
    all += fmt::format("{}{}", all.empty() ? "" : "|", group ? *group : "-");
  return all;
}

TEST_SUITE("logs: regular expressions") {
  // Perl's rules, which AWS's examples follow: the leftmost match, greedy unless told otherwise.
  TEST_CASE("find the leftmost match and its groups") {
    struct Row {
      std::string_view pattern;
      std::string_view text;
      std::string_view expected;
    };
    constexpr Row rows[] = {
        {"AUTHORIZED", "[ERROR 401] UNAUTHORIZED REQUEST", "AUTHORIZED"},
        {"^ERROR", "an ERROR", ""},
        {"[Ee]rror|[Ff]ail", "it Failed", "Fail"},
        {R"(\d{1,3}\.\d{1,3})", "at 10.254.3", "10.254"},
        {"colou?r", "the color", "color"},
        {"a+?", "aaa", "a"},
        {"a+", "baaa", "aaa"},
        {"(a|ab)(c|bcd)(d*)", "abcd", "abcd|a|bcd|"},  // the first alternative that works
        {"(x)?y", "y", "y|-"},
        {"(?<user>\\w+)@(\\w+)", "to ann@example", "ann@example|ann|example"},
        {"(?i)error", "ERROR", "ERROR"},
        {"(?i:e)rr", "ERR", ""},
        {"[^a-c]+", "abcxyz", "xyz"},
        {"[]-]+", "a]-b", "]-"},
        {"\\bcat\\b", "concat cat", "cat"},
        {"x{2,3}", "xxxx", "xxx"},
        {"x{,3}", "x{,3}", "x{,3}"},  // counts nothing: itself
        {"a.c", "a\nc", ""},
        {"\\x41", "A", "A"},
        {"end$", "the end\n", "end"},
    };
    for (const auto& [pattern, text, expected] : rows) {
      CAPTURE(pattern);
      CHECK(found(pattern, text) == expected);
    }
  }

  TEST_CASE("are refused when they cannot be read or promise too much") {
    for (const std::string_view pattern :
         {"(", ")", "[a", "*", "a**", "\\", "a{3,2}", "a{1001}", "(?=a)", "(?<a)", "(a)\\1",
          "[b-a]", "(?<=a)b", "((((a{1000}){1000}){1000}){1000})"}) {
      CAPTURE(pattern);
      CHECK(found(pattern, "").starts_with("refused: "));
    }
    CHECK(found(std::string(200, '(') + std::string(200, ')'), "").starts_with("refused: "));
    CHECK(found(std::string(10'001, 'a'), "").starts_with("refused: "));
  }

  TEST_CASE("take time by the length of the text, whatever the expression") {
    const std::string text(20'000, 'a');
    CHECK(found("(a*)*b", text).empty());  // a backtracking engine would never come back
    CHECK(found("(a|aa)+$", text) == text + "|a");
  }
}

}  // namespace
}  // namespace opsim::logs
