// Two ways of one function, for AVX2 and AVX-512. Nothing but comparing happens here: computing
// with the bits beside it makes the compiler do so in mask registers, which is slow.
#include "models/events/event_text_blocks.hpp"

#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace opsim::events::blocks {

#if defined(__x86_64__)
namespace {

/// Nothing but spaces.
void fill_blank(Group& out, std::size_t lane) {
  for (Words* words :
       {&out.quotes, &out.backslashes, &out.commas, &out.colons, &out.opens, &out.closes,
        &out.controls, &out.dots, &out.digits, &out.zeros, &out.minuses})
    words->lane[lane] = 0;
  out.spaces.lane[lane] = ~Bits{0};
}

/// One block after the other, by a Fill's way.
template <class Fill>
[[gnu::always_inline]] inline void fill_all(std::string_view text, Group* out) {
  Fill fill;
  for (; !text.empty(); ++out) {
    const std::string_view group = text.substr(0, kGroup);
    fill.begin(*out);
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      if (text.size() >= kBlock) {
        fill.block(text.data(), *out, lane);
        text.remove_prefix(kBlock);
      } else if (!text.empty()) {
        fill.rest(text, *out, lane);
        text = {};
      } else {
        fill_blank(*out, lane);
      }
    }
    fill.end(group, *out);
  }
}

struct Halves {
  __m256i low;
  __m256i high;
};

[[gnu::target("avx2")]] Bits join(__m256i low, __m256i high) {
  return static_cast<Bits>(static_cast<std::uint32_t>(_mm256_movemask_epi8(high))) << 32 |
         static_cast<std::uint32_t>(_mm256_movemask_epi8(low));
}
[[gnu::target("avx2")]] Bits equal(const Halves& text, char c) {
  const __m256i wanted = _mm256_set1_epi8(c);
  return join(_mm256_cmpeq_epi8(text.low, wanted), _mm256_cmpeq_epi8(text.high, wanted));
}
[[gnu::target("avx2")]] Bits at_most(const Halves& text, char most) {
  const __m256i highest = _mm256_set1_epi8(most);
  return join(_mm256_cmpeq_epi8(_mm256_min_epu8(text.low, highest), text.low),
              _mm256_cmpeq_epi8(_mm256_min_epu8(text.high, highest), text.high));
}
struct FillAvx2 {
  void begin(Group& out) const { out.any_backslash = out.any_control = out.any_other = 0; }
  [[gnu::target("avx2")]] void block(const char* at, Group& out, std::size_t lane) const;
  /// The end of a text that fills no block, filled up.
  void rest(std::string_view text, Group& out, std::size_t lane) const {
    alignas(kBlock) char filled[kBlock];
    std::memset(filled, ' ', sizeof filled);
    std::memcpy(filled, text.data(), text.size());
    block(filled, out, lane);
  }
  void end(std::string_view /*group*/, Group& /*out*/) const {}
};

[[gnu::target("avx2")]] void FillAvx2::block(const char* at, Group& out, std::size_t lane) const {
  const Halves text{_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at)),
                    _mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + 32))};
  const __m256i bit = _mm256_set1_epi8(0x20);
  const Halves lower{_mm256_or_si256(text.low, bit), _mm256_or_si256(text.high, bit)};
  const __m256i zero = _mm256_set1_epi8('0');
  const Halves moved{_mm256_sub_epi8(text.low, zero), _mm256_sub_epi8(text.high, zero)};
  out.quotes.lane[lane] = equal(text, '"');
  out.any_backslash |= out.backslashes.lane[lane] = equal(text, '\\');
  out.commas.lane[lane] = equal(text, ',');
  out.colons.lane[lane] = equal(text, ':');
  out.opens.lane[lane] = equal(lower, '{');
  out.closes.lane[lane] = equal(lower, '}');
  out.spaces.lane[lane] = equal(text, ' ');
  out.any_control |= out.controls.lane[lane] = at_most(text, 0x1F);
  out.dots.lane[lane] = equal(text, '.');
  out.digits.lane[lane] = at_most(moved, 9);
  out.zeros.lane[lane] = equal(text, '0');
  out.minuses.lane[lane] = equal(text, '-');
  out.any_other |= join(text.low, text.high);
}
[[gnu::target("avx2"), gnu::flatten]] void classify_avx2(std::string_view text, Group* out) {
  fill_all<FillAvx2>(text, out);
}

/// A character in all places of a register, where it stays: the compiler would rather make it anew
/// for each block.
[[gnu::target("avx512bw")]] __m512i kept(char c) {
  __m512i all = _mm512_set1_epi8(c);
  asm("" : "+v"(all));
  return all;
}
/// What is rare is looked for in a whole group first, and only found there block by block.
struct FillAvx512 {
  [[gnu::target("avx512bw")]] FillAvx512();
  [[gnu::target("avx512bw")]] void begin(Group& /*out*/) {
    all = _mm512_setzero_si512();
    least = least_from_backslash = space;
  }
  [[gnu::target("avx512bw")]] void block(const char* at, Group& out, std::size_t lane) {
    characters(_mm512_loadu_si512(at), out, lane);
  }
  [[gnu::target("avx512bw")]] void rest(std::string_view text, Group& out, std::size_t lane) {
    const Bits there = (Bits{1} << text.size()) - 1;
    characters(_mm512_mask_loadu_epi8(space, there, text.data()), out, lane);
  }
  [[gnu::target("avx512bw")]] void characters(__m512i text, Group& out, std::size_t lane);
  [[gnu::target("avx512bw")]] void end(std::string_view group, Group& out) const;

  __m512i all;
  __m512i least;                 // the least character in each place, at most a space
  __m512i least_from_backslash;  // 0 where one was a backslash
  __m512i space, quote, backslash, comma, colon, open, close, dot, zero, ten, minus;
};

[[gnu::target("avx512bw")]] FillAvx512::FillAvx512()
    : space{kept(' ')},
      quote{kept('"')},
      backslash{kept('\\')},
      comma{kept(',')},
      colon{kept(':')},
      open{kept('{')},
      close{kept('}')},
      dot{kept('.')},
      zero{kept('0')},
      ten{kept(10)},
      minus{kept('-')} {}

[[gnu::target("avx512bw")]] void FillAvx512::characters(__m512i text, Group& out,
                                                        std::size_t lane) {
  all = _mm512_or_si512(all, text);
  least = _mm512_min_epu8(least, text);
  least_from_backslash = _mm512_min_epu8(least_from_backslash, _mm512_xor_si512(text, backslash));
  const __m512i lower = _mm512_or_si512(text, space);
  out.quotes.lane[lane] = _mm512_cmpeq_epi8_mask(text, quote);
  out.commas.lane[lane] = _mm512_cmpeq_epi8_mask(text, comma);
  out.colons.lane[lane] = _mm512_cmpeq_epi8_mask(text, colon);
  out.opens.lane[lane] = _mm512_cmpeq_epi8_mask(lower, open);
  out.closes.lane[lane] = _mm512_cmpeq_epi8_mask(lower, close);
  out.spaces.lane[lane] = _mm512_cmple_epu8_mask(text, space);  // and controls, seldom any
  out.dots.lane[lane] = _mm512_cmpeq_epi8_mask(text, dot);
  out.digits.lane[lane] = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(text, zero), ten);
  out.zeros.lane[lane] = _mm512_cmpeq_epi8_mask(text, zero);
  out.minuses.lane[lane] = _mm512_cmpeq_epi8_mask(text, minus);
}

[[gnu::target("avx512bw")]] void FillAvx512::end(std::string_view group, Group& out) const {
  out.any_other = _mm512_movepi8_mask(all);
  out.any_control = _mm512_cmplt_epu8_mask(least, space);
  out.any_backslash = _mm512_testn_epi8_mask(least_from_backslash, least_from_backslash);
  _mm512_store_si512(out.controls.lane, _mm512_setzero_si512());
  _mm512_store_si512(out.backslashes.lane, _mm512_setzero_si512());
  if ((out.any_control | out.any_backslash) == 0) return;
  for (std::size_t lane = 0; !group.empty(); ++lane) {
    const std::size_t size = group.size() < kBlock ? group.size() : kBlock;
    const Bits there = ~Bits{0} >> (kBlock - size);
    const __m512i text = _mm512_mask_loadu_epi8(space, there, group.data());
    out.controls.lane[lane] = _mm512_cmplt_epu8_mask(text, space);
    out.backslashes.lane[lane] = _mm512_cmpeq_epi8_mask(text, backslash);
    group.remove_prefix(size);
  }
}
[[gnu::target("avx512bw"), gnu::flatten]] void classify_avx512(std::string_view text, Group* out) {
  fill_all<FillAvx512>(text, out);
}

}  // namespace

Classify narrow_classify() {
  const bool has_rest = __builtin_cpu_supports("bmi") && __builtin_cpu_supports("pclmul") &&
                        __builtin_cpu_supports("popcnt");
  return has_rest && __builtin_cpu_supports("avx2") ? classify_avx2 : nullptr;
}
Classify best_classify() {
  const Classify narrow = narrow_classify();
  return narrow != nullptr && __builtin_cpu_supports("avx512bw") ? classify_avx512 : narrow;
}

#else

Classify narrow_classify() { return nullptr; }
Classify best_classify() { return nullptr; }

#endif

}  // namespace opsim::events::blocks
