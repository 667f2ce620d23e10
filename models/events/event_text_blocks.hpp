#pragma once
/// Which of 64 characters are what: one bit a character, the first character in the lowest bit.
/// For x86-64 with AVX2 or AVX-512; other processors read events one string at a time.
#include <cstddef>
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

#if defined(__x86_64__)

struct Carryless {
  /// Bit i tells whether an odd number of bits up to i is set.
  [[gnu::target("pclmul")]] static Bits parity(Bits bits) {
    const __m128i product =
        _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(bits)), _mm_set1_epi8(-1), 0);
    return static_cast<Bits>(_mm_cvtsi128_si64(product));
  }
};

struct Avx2 : Carryless {
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

/// 64 times each character that is looked for.
struct Lines {
  static constexpr char kCharacters[] = {'"', '\\', ',', ':', '{', '}', ' ', '.', '0', '-'};

  constexpr Lines() {
    for (std::size_t i = 0; i < sizeof text; ++i) text[i] = kCharacters[i / 64];
  }

  alignas(64) char text[64 * sizeof kCharacters] = {};
};
inline constexpr Lines kLines;

struct Avx512 : Carryless {
  /// Out of the mask register at once: the compiler would else compute there, which is slow.
  [[gnu::target("avx512bw")]] static Bits word(Bits mask) {
    asm("" : "+r"(mask));
    return mask;
  }
  [[gnu::target("avx512bw")]] static Bits equal(__m512i text, const char* line) {
    return word(_mm512_cmpeq_epi8_mask(text, _mm512_load_si512(line)));
  }
  [[gnu::target("avx512bw")]] static Structure structure(const char* at) {
    const __m512i text = _mm512_loadu_si512(at);
    const char* line = kLines.text;
    asm("" : "+r"(line));  // or the compiler would make the lines anew each time
    const __m512i lower = _mm512_or_si512(text, _mm512_load_si512(line + 384));
    return {.quotes = equal(text, line),
            .backslashes = equal(text, line + 64),
            .commas = equal(text, line + 128),
            .colons = equal(text, line + 192),
            .opens = equal(lower, line + 256),
            .closes = equal(lower, line + 320),
            .spaces = equal(text, line + 384),
            .controls = word(_mm512_cmplt_epu8_mask(text, _mm512_load_si512(line + 384))),
            .dots = equal(text, line + 448),
            .is_ascii = _mm512_movepi8_mask(text) == 0};
  }
  [[gnu::target("avx512bw")]] static Numbers numbers(const char* at) {
    const __m512i text = _mm512_loadu_si512(at);
    const char* line = kLines.text;
    asm("" : "+r"(line));  // or the compiler would make the lines anew each time
    const __m512i moved = _mm512_sub_epi8(text, _mm512_load_si512(line + 512));
    return {word(_mm512_cmplt_epu8_mask(moved, _mm512_set1_epi8(10))), equal(text, line + 512),
            equal(text, line + 576)};
  }
};

#endif

}  // namespace opsim::events::blocks
