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

/// The end of a text that fills no block, filled up.
struct Rest {
  explicit Rest(std::string_view text) {
    std::memset(block, ' ', sizeof block);
    std::memcpy(block, text.data(), text.size());
  }
  alignas(kBlock) char block[kBlock];
};

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
  for (; !text.empty(); ++out) {
    Fill fill{*out};
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      if (text.size() >= kBlock) {
        fill.block(text.data(), *out, lane);
        text.remove_prefix(kBlock);
      } else if (!text.empty()) {
        fill.block(Rest{text}.block, *out, lane);
        text = {};
      } else {
        fill_blank(*out, lane);
      }
    }
    fill.end(*out);
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
  explicit FillAvx2(Group& out) { out.any_backslash = out.any_control = out.any_other = 0; }
  [[gnu::target("avx2")]] void block(const char* at, Group& out, std::size_t lane) const;
  void end(Group& /*out*/) const {}
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

[[gnu::target("avx512bw")]] Bits equal(__m512i text, char c) {
  return _mm512_cmpeq_epi8_mask(text, _mm512_set1_epi8(c));
}
/// What is rare is looked for in a whole group first.
struct FillAvx512 {
  [[gnu::target("avx512bw")]] explicit FillAvx512(Group& out) : all{_mm512_setzero_si512()} {
    out.any_backslash = out.any_control = 0;
  }
  [[gnu::target("avx512bw")]] void block(const char* at, Group& out, std::size_t lane);
  [[gnu::target("avx512bw")]] void end(Group& out) const {
    out.any_other = _mm512_movepi8_mask(all);
  }

  __m512i all;
};

[[gnu::target("avx512bw")]] void FillAvx512::block(const char* at, Group& out, std::size_t lane) {
  const __m512i text = _mm512_loadu_si512(at);
  all = _mm512_or_si512(all, text);
  const __m512i space = _mm512_set1_epi8(' ');
  const __m512i lower = _mm512_or_si512(text, space);
  const __m512i moved = _mm512_sub_epi8(text, _mm512_set1_epi8('0'));
  out.quotes.lane[lane] = equal(text, '"');
  out.any_backslash |= out.backslashes.lane[lane] = equal(text, '\\');
  out.commas.lane[lane] = equal(text, ',');
  out.colons.lane[lane] = equal(text, ':');
  out.opens.lane[lane] = equal(lower, '{');
  out.closes.lane[lane] = equal(lower, '}');
  out.spaces.lane[lane] = equal(text, ' ');
  out.any_control |= out.controls.lane[lane] = _mm512_cmplt_epu8_mask(text, space);
  out.dots.lane[lane] = equal(text, '.');
  out.digits.lane[lane] = _mm512_cmplt_epu8_mask(moved, _mm512_set1_epi8(10));
  out.zeros.lane[lane] = equal(text, '0');
  out.minuses.lane[lane] = equal(text, '-');
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
