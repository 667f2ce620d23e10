#pragma once
/// The inner loops of reading an event: strings, numbers, space. Text must be followed by kPadding
/// zero bytes, so that nothing here asks where it ends: a zero byte is legal nowhere in JSON.
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace opsim::events::scan {

inline constexpr std::size_t kPadding = 64;

inline bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

inline const char* skip_space(const char* at) {
  if (static_cast<unsigned char>(*at) > ' ') return at;
  while (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t') ++at;
  return at;
}

/// What stood before the place where a run of plain characters ended.
struct Run {
  const char* end = nullptr;  // on a quotation mark, a backslash or a control character
  bool is_ascii = true;
  bool has_dot = false;  // only where asked for
};

template <bool kDots>
Run plain_run(const char* at) {
  Run run;
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i control = _mm_set1_epi8(0x1F);
  const __m128i dot = _mm_set1_epi8('.');
  for (;; at += 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i ends =
        _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)),
                     _mm_cmpeq_epi8(_mm_min_epu8(block, control), block));
    const auto mask = static_cast<std::uint32_t>(_mm_movemask_epi8(ends));
    const std::uint32_t before = mask == 0 ? 0xFFFF : (mask & (~mask + 1)) - 1;
    if ((static_cast<std::uint32_t>(_mm_movemask_epi8(block)) & before) != 0) run.is_ascii = false;
    if constexpr (kDots) {
      const auto dots = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(block, dot)));
      if ((dots & before) != 0) run.has_dot = true;
    }
    if (mask != 0) {
      run.end = at + std::countr_zero(mask);
      return run;
    }
  }
#else
  for (;; ++at) {
    const auto c = static_cast<unsigned char>(*at);
    if (c == '"' || c == '\\' || c < 0x20) break;
    if (c >= 0x80) run.is_ascii = false;
    if (kDots && c == '.') run.has_dot = true;
  }
  run.end = at;
  return run;
#endif
}

/// Past the number, or null if it is none. `at` is on a digit or a minus sign.
inline const char* past_number(const char* at) {
  if (*at == '-') ++at;
  if (*at == '0') {
    ++at;
    if (is_digit(*at)) return nullptr;
  } else {
    if (!is_digit(*at)) return nullptr;
    while (is_digit(*at)) ++at;
  }
  if (*at == '.') {
    if (!is_digit(*++at)) return nullptr;
    while (is_digit(*at)) ++at;
  }
  if (*at == 'e' || *at == 'E') {
    ++at;
    if (*at == '+' || *at == '-') ++at;
    if (!is_digit(*at)) return nullptr;
    while (is_digit(*at)) ++at;
  }
  return at;
}

/// `at` is on a backslash: past the escape, or null if it is malformed.
inline const char* past_escape(const char* at) {
  switch (*++at) {
    case '"':
    case '\\':
    case '/':
    case 'b':
    case 'f':
    case 'n':
    case 'r':
    case 't': return at + 1;
    case 'u': break;
    default: return nullptr;
  }
  for (int i = 0; i < 4; ++i) {
    const char c = *++at;
    if (!is_digit(c) && static_cast<unsigned char>((c | 0x20) - 'a') >= 6) return nullptr;
  }
  return at + 1;
}

bool is_utf8(std::string_view text);

/// Where `part` occurs first in `text`, or npos. Linear in the text, whatever the part, unlike
/// std::string::find.
std::size_t find(std::string_view text, std::string_view part);

/// The meaning of a string literal's inside, whose escapes are well-formed. Half a surrogate pair
/// becomes "?", as in Java. Replaces what was in `out`.
void decode(std::string_view inside, std::string& out);

}  // namespace opsim::events::scan
