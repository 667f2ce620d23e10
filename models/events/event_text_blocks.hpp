#pragma once
/// Which characters of a text are what: one bit a character, 64 in a word, the first character in
/// the lowest bit.
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace opsim::events::blocks {

using Bits = std::uint64_t;
inline constexpr std::size_t kBlock = 64;               // characters in a word
inline constexpr std::size_t kLanes = 8;                // words that are computed with at once
inline constexpr std::size_t kGroup = kLanes * kBlock;  // characters in them

/// The words of one group, the first characters in the first.
struct alignas(64) Words {
  Bits lane[kLanes];
};

/// What the characters of a group are.
struct Group {
  Words quotes;
  Words backslashes;
  Words commas;
  Words colons;
  Words opens;     // { [
  Words closes;    // } ]
  Words spaces;    // perhaps with the controls
  Words controls;  // below the space
  Words dots;
  Words digits;
  Words zeros;
  Words minuses;
  Bits any_backslash;
  Bits any_control;
  Bits any_other;  // not ASCII
};

/// Fills one Group for each kGroup characters of the text, and one for the rest, as if spaces
/// followed.
using Classify = void (*)(std::string_view text, Group* out);

/// The fastest that this processor can; null where it has no AVX2.
Classify best_classify();
/// With AVX2 at most.
Classify narrow_classify();

}  // namespace opsim::events::blocks
