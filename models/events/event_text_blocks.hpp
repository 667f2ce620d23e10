#pragma once
/// Which of 64 characters are what: one bit a character, the first character in the lowest bit.
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace opsim::events::blocks {

using Bits = std::uint64_t;
inline constexpr std::size_t kBlock = 64;

/// One block of a text.
struct Block {
  Bits quotes = 0;
  Bits backslashes = 0;
  Bits commas = 0;
  Bits colons = 0;
  Bits opens = 0;   // { [
  Bits closes = 0;  // } ]
  Bits spaces = 0;
  Bits controls = 0;  // below the space
  Bits dots = 0;
  Bits digits = 0;
  Bits zeros = 0;
  Bits minuses = 0;
  Bits others = 0;  // not ASCII
};

/// Fills one Block for each 64 characters of the text, and one for the rest, as if spaces followed.
using Classify = void (*)(std::string_view text, Block* out);

/// The fastest that this processor can; null where it has no AVX2.
Classify best_classify();

}  // namespace opsim::events::blocks
