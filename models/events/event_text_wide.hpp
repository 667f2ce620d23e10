#pragma once
/// Eight words of bits computed with at once, and the few things that need to know the processor:
/// what the generic vectors of the compiler cannot say well.
#include <cstring>

#include "models/events/event_text_blocks.hpp"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace opsim::events::wide {

using blocks::Bits;
using blocks::kBlock;
using blocks::kLanes;
using blocks::Words;

/// The words of a group; the compiler puts them into vector registers.
using Wide = Bits __attribute__((vector_size(64)));

[[gnu::always_inline]] inline void load(Wide& wide, const Words& words) {
  std::memcpy(&wide, words.lane, sizeof wide);
}
[[gnu::always_inline]] inline void store(Words& words, const Wide& wide) {
  std::memcpy(words.lane, &wide, sizeof wide);
}

inline int first_bit(Bits bits) { return __builtin_ctzll(bits); }

/// Each bit moved to the next character. The carry is the last bit of every word before.
[[gnu::always_inline]] inline void shift(Wide& moved, const Wide& bits, Wide& carry) {
  const Wide last = bits >> 63;
  moved = bits << 1 | __builtin_shufflevector(carry, last, 7, 8, 9, 10, 11, 12, 13, 14);
  carry = last;
}

#if defined(__x86_64__)

/// With AVX2 at most.
struct Narrow {
  static bool any(const Wide& wide) {
    Words words;
    store(words, wide);
    Bits all = 0;
    for (const Bits lane : words.lane) all |= lane;
    return all != 0;
  }

  /// Each bit of `from` moved to the first character at or behind it that is not in `through`: a
  /// sum over all words.
  static void follow(Wide& moved, const Wide& from, const Wide& through, Bits& carry) {
    Words sums;
    Words more;
    store(sums, from);
    store(more, through);
    for (std::size_t i = 0; i < kLanes; ++i) {
      const bool over = __builtin_add_overflow(sums.lane[i], more.lane[i], &sums.lane[i]);
      const bool over_again = __builtin_add_overflow(sums.lane[i], carry, &sums.lane[i]);
      carry = static_cast<Bits>(over) | static_cast<Bits>(over_again);
    }
    load(moved, sums);
    moved &= ~through;
  }

  /// Bit i tells whether an odd number of bits up to i is set.
  [[gnu::target("pclmul")]] static void parity(Wide& odd, const Wide& bits, Bits& carry) {
    Words words;
    store(words, bits);
    for (Bits& lane : words.lane) {
      const __m128i product = _mm_clmulepi64_si128(_mm_set_epi64x(0, static_cast<long long>(lane)),
                                                   _mm_set1_epi8(-1), 0);
      lane = static_cast<Bits>(_mm_cvtsi128_si64(product)) ^ (Bits{0} - carry);
      carry = lane >> 63;
    }
    load(odd, words);
  }

  /// Appends `begin` + i for every bit i. Writes up to kBlock numbers more.
  static std::uint32_t* list(std::uint32_t* out, Bits bits, std::uint32_t begin) {
    for (; bits != 0; bits &= bits - 1)
      *out++ = begin + static_cast<std::uint32_t>(first_bit(bits));
    return out;
  }
};

/// The same with AVX-512.
struct Broad {
  [[gnu::target("avx512f,avx512dq")]] static bool any(const Wide& wide) {
    const auto words = reinterpret_cast<const __m512i&>(wide);
    return _mm512_test_epi64_mask(words, words) != 0;
  }

  [[gnu::target("avx512f,avx512dq")]] static void follow(Wide& moved, const Wide& from,
                                                         const Wide& through, Bits& carry) {
    const auto a = reinterpret_cast<const __m512i&>(from);
    const auto b = reinterpret_cast<const __m512i&>(through);
    const __m512i full = _mm512_set1_epi64(-1);
    const __m512i sum = _mm512_add_epi64(a, b);
    const unsigned over = _mm512_cmplt_epu64_mask(sum, a);
    const unsigned passes_on = _mm512_cmpeq_epi64_mask(sum, full);
    // A carry goes through words that are full: a sum over words, as over bits.
    const unsigned into = ((over << 1 | static_cast<unsigned>(carry)) + passes_on) ^ passes_on;
    carry = into >> kLanes;
    const __m512i all = _mm512_mask_sub_epi64(sum, static_cast<__mmask8>(into), sum, full);
    reinterpret_cast<__m512i&>(moved) = _mm512_andnot_si512(b, all);
  }

  [[gnu::target("avx512f,avx512dq,vpclmulqdq")]] static void parity(Wide& odd, const Wide& bits,
                                                                    Bits& carry) {
    const auto words = reinterpret_cast<const __m512i&>(bits);
    const __m512i full = _mm512_set1_epi64(-1);
    const __m512i each = _mm512_unpacklo_epi64(_mm512_clmulepi64_epi128(words, full, 0x00),
                                               _mm512_clmulepi64_epi128(words, full, 0x01));
    unsigned ends = _mm512_movepi64_mask(each);  // and the parity over words
    ends ^= ends << 1;
    ends ^= ends << 2;
    ends ^= ends << 4;
    const unsigned turned = ends << 1 ^ (0U - static_cast<unsigned>(carry));
    carry ^= ends >> (kLanes - 1) & 1;
    reinterpret_cast<__m512i&>(odd) =
        _mm512_mask_xor_epi64(each, static_cast<__mmask8>(turned), each, full);
  }

  [[gnu::target("avx512f,avx512bw,avx512vbmi2,popcnt")]] static std::uint32_t* list(
      std::uint32_t* out, Bits bits, std::uint32_t begin) {
    alignas(64) static constexpr unsigned char kNumbers[kBlock] = {
        0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21,
        22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43,
        44, 45, 46, 47, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63};
    const __m512i kept = _mm512_maskz_compress_epi8(bits, _mm512_load_si512(kNumbers));
    const __m512i base = _mm512_set1_epi32(static_cast<int>(begin));
    const auto count = static_cast<std::size_t>(__builtin_popcountll(bits));
    put(out, base, _mm512_castsi512_si128(kept));
    if (count > 16) {
      put(out + 16, base, _mm512_extracti32x4_epi32(kept, 1));
      put(out + 32, base, _mm512_extracti32x4_epi32(kept, 2));
      put(out + 48, base, _mm512_extracti32x4_epi32(kept, 3));
    }
    return out + count;
  }

 private:
  [[gnu::target("avx512f")]] static void put(std::uint32_t* out, const __m512i& base,
                                             __m128i numbers) {
    _mm512_storeu_si512(out, _mm512_add_epi32(_mm512_cvtepu8_epi32(numbers), base));
  }
};

#endif

}  // namespace opsim::events::wide
