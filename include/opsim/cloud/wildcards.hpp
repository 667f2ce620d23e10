#pragma once
/// Patterns with stars, in time proportional to pattern times text at worst and to the text as a
/// rule: no recursion, nothing allocated.
#include <string_view>

namespace opsim {

/// `*` stands for any characters, none included; every other character of the pattern stands for
/// one of the text, where `fits(wanted, given)` says so.
template <class Fits>
[[nodiscard]] bool matches_stars(std::string_view pattern, std::string_view text, Fits fits) {
  std::size_t p = 0;
  std::size_t t = 0;
  std::size_t star = std::string_view::npos;
  std::size_t resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && fits(pattern[p], text[t])) {
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

/// `*` and `?`, as filters of EC2 and resources of policies have them.
[[nodiscard]] inline bool matches_wildcards(std::string_view pattern, std::string_view text) {
  return matches_stars(pattern, text,
                       [](char wanted, char given) { return wanted == '?' || wanted == given; });
}

}  // namespace opsim
