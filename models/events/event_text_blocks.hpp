#pragma once
/// Which of 64 characters are what: one bit a character, the first character in the lowest bit.
/// Written three times for x86-64 (what every processor has, AVX2, AVX-512) and once for others;
/// event_text_index.cpp asks the processor which to use.
#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace opsim::events::blocks {

using Bits = std::uint64_t;

/// What the structure of JSON depends on.
struct Structure {
  Bits quotes = 0;
  Bits backslashes = 0;
  Bits commas = 0;
  Bits colons = 0;
  Bits opens = 0;   // { [
  Bits closes = 0;  // } ]
  Bits spaces = 0;
  Bits controls = 0;  // below the space
  Bits dots = 0;
  bool is_ascii = true;
};

/// What the spelling of numbers depends on.
struct Numbers {
  Bits digits = 0;
  Bits zeros = 0;
  Bits minuses = 0;
};

/// One character at a time: for processors without a way of their own.
struct Plain {
  static Structure structure(const char* at) {
    Structure found;
    for (int i = 0; i < 64; ++i) {
      const char c = at[i];
      const Bits bit = Bits{1} << i;
      const auto byte = static_cast<unsigned char>(c);
      if (c == '"') found.quotes |= bit;
      if (c == '\\') found.backslashes |= bit;
      if (c == ',') found.commas |= bit;
      if (c == ':') found.colons |= bit;
      if ((byte | 0x20) == '{') found.opens |= bit;
      if ((byte | 0x20) == '}') found.closes |= bit;
      if (c == ' ') found.spaces |= bit;
      if (byte < 0x20) found.controls |= bit;
      if (c == '.') found.dots |= bit;
      if (byte >= 0x80) found.is_ascii = false;
    }
    return found;
  }
  static Numbers numbers(const char* at) {
    Numbers found;
    for (int i = 0; i < 64; ++i) {
      const Bits bit = Bits{1} << i;
      if (static_cast<unsigned char>(at[i] - '0') < 10) found.digits |= bit;
      if (at[i] == '0') found.zeros |= bit;
      if (at[i] == '-') found.minuses |= bit;
    }
    return found;
  }
};

#if defined(__x86_64__)

struct Sse2 {
  struct Text {
    __m128i part[4];
  };
  static Text load(const char* at) {
    const auto* from = reinterpret_cast<const __m128i*>(at);
    return {{_mm_loadu_si128(from), _mm_loadu_si128(from + 1), _mm_loadu_si128(from + 2),
             _mm_loadu_si128(from + 3)}};
  }
  /// One bit for each byte whose highest bit is set after `make` has been applied to it.
  template <class Make>
  static Bits bits(const Text& text, Make make) {
    Bits found = 0;
    for (int i = 3; i >= 0; --i) {
      found = found << 16 | static_cast<std::uint32_t>(_mm_movemask_epi8(make(text.part[i])));
    }
    return found;
  }
  static Bits equal(const Text& text, char c) {
    const __m128i wanted = _mm_set1_epi8(c);
    return bits(text, [wanted](__m128i v) { return _mm_cmpeq_epi8(v, wanted); });
  }
  static Bits at_most(const Text& text, char base, char most) {
    const __m128i from = _mm_set1_epi8(base);
    const __m128i highest = _mm_set1_epi8(most);
    return bits(text, [from, highest](__m128i v) {
      const __m128i moved = _mm_sub_epi8(v, from);
      return _mm_cmpeq_epi8(_mm_min_epu8(moved, highest), moved);
    });
  }
  static Structure structure(const char* at) {
    const Text text = load(at);
    Text lower = text;
    for (__m128i& part : lower.part) part = _mm_or_si128(part, _mm_set1_epi8(0x20));
    return {.quotes = equal(text, '"'),
            .backslashes = equal(text, '\\'),
            .commas = equal(text, ','),
            .colons = equal(text, ':'),
            .opens = equal(lower, '{'),
            .closes = equal(lower, '}'),
            .spaces = equal(text, ' '),
            .controls = at_most(text, 0, 0x1F),
            .dots = equal(text, '.'),
            .is_ascii = bits(text, [](__m128i v) { return v; }) == 0};
  }
  static Numbers numbers(const char* at) {
    const Text text = load(at);
    return {at_most(text, '0', 9), equal(text, '0'), equal(text, '-')};
  }
};

struct Avx2 {
  [[gnu::target("avx2")]] static Bits join(__m256i low, __m256i high) {
    return static_cast<Bits>(static_cast<std::uint32_t>(_mm256_movemask_epi8(high))) << 32 |
           static_cast<std::uint32_t>(_mm256_movemask_epi8(low));
  }
  [[gnu::target("avx2")]] static Bits equal(__m256i low, __m256i high, char c) {
    const __m256i wanted = _mm256_set1_epi8(c);
    return join(_mm256_cmpeq_epi8(low, wanted), _mm256_cmpeq_epi8(high, wanted));
  }
  [[gnu::target("avx2")]] static Bits at_most(__m256i low, __m256i high, char most) {
    const __m256i highest = _mm256_set1_epi8(most);
    return join(_mm256_cmpeq_epi8(_mm256_min_epu8(low, highest), low),
                _mm256_cmpeq_epi8(_mm256_min_epu8(high, highest), high));
  }
  [[gnu::target("avx2")]] static Structure structure(const char* at) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 32));
    const __m256i bit = _mm256_set1_epi8(0x20);
    const __m256i low_lower = _mm256_or_si256(low, bit);
    const __m256i high_lower = _mm256_or_si256(high, bit);
    return {.quotes = equal(low, high, '"'),
            .backslashes = equal(low, high, '\\'),
            .commas = equal(low, high, ','),
            .colons = equal(low, high, ':'),
            .opens = equal(low_lower, high_lower, '{'),
            .closes = equal(low_lower, high_lower, '}'),
            .spaces = equal(low, high, ' '),
            .controls = at_most(low, high, 0x1F),
            .dots = equal(low, high, '.'),
            .is_ascii = _mm256_movemask_epi8(_mm256_or_si256(low, high)) == 0};
  }
  [[gnu::target("avx2")]] static Numbers numbers(const char* at) {
    const __m256i low = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at));
    const __m256i high = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 32));
    const __m256i zero = _mm256_set1_epi8('0');
    return {at_most(_mm256_sub_epi8(low, zero), _mm256_sub_epi8(high, zero), 9),
            equal(low, high, '0'), equal(low, high, '-')};
  }
};

struct Avx512 {
  /// Out of the mask register at once: the compiler would else compute there, which is slow.
  [[gnu::target("avx512bw")]] static Bits word(Bits mask) {
    asm("" : "+r"(mask));
    return mask;
  }
  [[gnu::target("avx512bw")]] static Bits equal(__m512i text, char c) {
    return word(_mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8(c)));
  }
  [[gnu::target("avx512bw")]] static Structure structure(const char* at) {
    const __m512i text = _mm512_loadu_si512(at);
    const __m512i lower = _mm512_or_si512(text, _mm512_set1_epi8(0x20));
    return {.quotes = equal(text, '"'),
            .backslashes = equal(text, '\\'),
            .commas = equal(text, ','),
            .colons = equal(text, ':'),
            .opens = equal(lower, '{'),
            .closes = equal(lower, '}'),
            .spaces = equal(text, ' '),
            .controls = word(_mm512_cmplt_epu8_mask(text, _mm512_set1_epi8(0x20))),
            .dots = equal(text, '.'),
            .is_ascii = _mm512_movepi8_mask(text) == 0};
  }
  [[gnu::target("avx512bw")]] static Numbers numbers(const char* at) {
    const __m512i text = _mm512_loadu_si512(at);
    const __m512i moved = _mm512_sub_epi8(text, _mm512_set1_epi8('0'));
    return {word(_mm512_cmplt_epu8_mask(moved, _mm512_set1_epi8(10))), equal(text, '0'),
            equal(text, '-')};
  }
};

#endif

}  // namespace opsim::events::blocks
