#include "models/events/event_text_scan.hpp"

#include "models/events/pattern_case.hpp"

namespace opsim::events::scan {
namespace {

char32_t hex4(std::string_view digits) {
  char32_t value = 0;
  for (const char c : digits) {
    value = value * 16 + static_cast<char32_t>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
  }
  return value;
}

/// `rest` begins with \uXXXX; removes it, and the second half of a pair with it.
char32_t take_unicode(std::string_view& rest) {
  const char32_t unit = hex4(rest.substr(2, 4));
  rest.remove_prefix(6);
  if (unit < 0xD800 || unit >= 0xDC00 || !rest.starts_with("\\u")) return unit;
  const char32_t low = hex4(rest.substr(2, 4));
  if (low < 0xDC00 || low >= 0xE000) return unit;
  rest.remove_prefix(6);
  return 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
}

}  // namespace

/// Well-formed UTF-8 (Unicode 14, table 3-7): no overlong forms, no surrogates, nothing above
/// U+10FFFF.
bool is_utf8(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (std::size_t i = 0; i < text.size();) {
    const unsigned lead = byte(i);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || i + length > text.size()) return false;
    const unsigned second = byte(i + 1);
    const unsigned lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    const unsigned highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < lowest || second > highest) return false;
    for (std::size_t k = 2; k < length; ++k) {
      if ((byte(i + k) & 0xC0) != 0x80) return false;
    }
    i += length;
  }
  return true;
}

void decode(std::string_view inside, std::string& out) {
  constexpr std::string_view kLetters = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  out.clear();
  while (!inside.empty()) {
    const std::size_t plain = inside.find('\\');
    out.append(inside.substr(0, plain));
    if (plain == std::string_view::npos) return;
    inside.remove_prefix(plain);
    if (inside[1] == 'u') {
      append_utf8(out, take_unicode(inside));
    } else {
      out.push_back(kMeanings[kLetters.find(inside[1])]);
      inside.remove_prefix(2);
    }
  }
}

}  // namespace opsim::events::scan
