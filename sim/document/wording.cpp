// Pieces of messages: quoting, lists of words, "did you mean".
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>

#include "opsim/document/diagnostic.hpp"

namespace opsim {
namespace {

constexpr std::size_t kShown = 60;        // characters of a quoted text
constexpr std::size_t kWords = 20;        // words of a list
constexpr std::size_t kLongestWord = 64;  // nobody mistypes a longer one by a letter or two

void append_escaped(std::string& result, char c) {
  switch (c) {
    case '\n': result += "\\n"; return;
    case '\r': result += "\\r"; return;
    case '\t': result += "\\t"; return;
    default: break;
  }
  const auto byte = static_cast<unsigned char>(c);
  if (byte < 0x20 || byte == 0x7f) {
    result += fmt::format("\\x{:02x}", byte);
  } else {
    result += c;
  }
}

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

/// Slips of case and of separators are no difference at all: "at_most" is "At most".
std::string folded(std::string_view word) {
  std::string result;
  for (const char c : word) {
    if (c == '-' || c == '_' || c == ' ' || c == '.') continue;
    result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return result;
}

/// Letters inserted, dropped, replaced, or two neighbours swapped (optimal string alignment).
std::size_t distance(std::string_view a, std::string_view b) {
  using Row = std::array<std::size_t, kLongestWord + 1>;
  Row before{};
  Row above{};
  Row row{};
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = above;
    above = row;
  }
  return above[b.size()];
}

std::size_t slips_allowed(std::size_t length) {
  if (length <= 2) return 0;
  if (length <= 4) return 1;
  return length <= 8 ? 2 : 3;
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string result = "\"";
  std::size_t characters = 0;
  for (const char c : text) {
    if (starts_character(c) && characters++ == kShown) {
      result += "...";
      break;
    }
    append_escaped(result, c);
  }
  return result + '"';
}

std::string quoted(const char* text) { return quoted(std::string_view(text)); }
std::string quoted(const std::string& text) { return quoted(std::string_view(text)); }

std::string_view nearest(std::string_view wrong, std::span<const std::string_view> known) {
  if (wrong.empty() || wrong.size() > kLongestWord) return {};
  const std::string word = folded(wrong);
  const std::size_t allowed = slips_allowed(word.size());
  std::string_view best;
  std::size_t best_distance = allowed + 1;
  for (const std::string_view candidate : known) {
    if (candidate.size() > kLongestWord) continue;
    const std::string other = folded(candidate);
    const std::size_t shorter = std::min(word.size(), other.size());
    if (std::max(word.size(), other.size()) - shorter >= best_distance) continue;
    const std::size_t apart = distance(word, other);
    if (apart >= best_distance || apart >= std::max<std::size_t>(shorter, 1)) continue;
    best = candidate;
    best_distance = apart;
  }
  return best;
}

std::string did_you_mean(std::string_view wrong, std::span<const std::string_view> known) {
  const std::string_view best = nearest(wrong, known);
  return best.empty() ? "" : fmt::format("; did you mean {}?", quoted(best));
}

std::string one_of_text(std::span<const std::string_view> known) {
  if (known.size() == 1) return std::string(known.front());
  const std::span<const std::string_view> shown = known.first(std::min(known.size(), kWords));
  std::string result = fmt::format("one of {}", fmt::join(shown, ", "));
  if (known.size() > kWords) result += fmt::format(" and {} more", known.size() - kWords);
  return result;
}

}  // namespace opsim
