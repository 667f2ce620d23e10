#include "models/events/event_text_scan.hpp"

#include <cstring>

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

std::size_t find(std::string_view text, std::string_view part) {
  if (part.empty()) return 0;
  if (text.size() < part.size()) return std::string_view::npos;
  constexpr int kPatience = 16;  // false starts, before the two-way algorithm takes over
  std::size_t at = 0;
  const std::size_t last = text.size() - part.size();
#if defined(__SSE2__)
  const __m128i front = _mm_set1_epi8(part.front());
  const __m128i back = _mm_set1_epi8(part.back());
  const auto load = [&](std::size_t i) {
    return _mm_loadu_si128(reinterpret_cast<const __m128i*>(text.data() + i));
  };
  int false_starts = 0;
  for (; at + 15 <= last && false_starts < kPatience; at += 16) {
    const __m128i both = _mm_and_si128(_mm_cmpeq_epi8(load(at), front),
                                       _mm_cmpeq_epi8(load(at + part.size() - 1), back));
    for (auto mask = static_cast<std::uint32_t>(_mm_movemask_epi8(both)); mask != 0;
         mask &= mask - 1) {
      const std::size_t start = at + static_cast<std::size_t>(std::countr_zero(mask));
      if (std::memcmp(text.data() + start, part.data(), part.size()) == 0) return start;
      ++false_starts;
    }
  }
#endif
  const void* found = ::memmem(text.data() + at, text.size() - at, part.data(), part.size());
  if (found == nullptr) return std::string_view::npos;
  return static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
}

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
