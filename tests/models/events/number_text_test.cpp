#include "models/events/number_text.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cstdlib>
#include <string>

#include "opsim/kernel/random.hpp"

namespace {

using namespace opsim;
using namespace opsim::events;

std::string random_decimal(Stream& dice) {
  std::string text = dice.chance(0.3) ? "-" : "";
  const std::uint64_t whole = dice.below(10);
  text += whole == 0 ? "0" : std::to_string(1 + dice.below(9));
  for (std::uint64_t i = 1; i < whole; ++i) text += static_cast<char>('0' + dice.below(10));
  if (dice.chance(0.6)) {
    text += '.';
    for (std::uint64_t i = 1 + dice.below(17); i > 0; --i)
      text += static_cast<char>('0' + dice.below(10));
  }
  if (dice.chance(0.1)) text += "e-3";
  return text;
}

}  // namespace

TEST_SUITE("events: numbers") {
  TEST_CASE("the nearest double is that of the C library, to the last bit") {
    Stream dice{Seed{1}, "numbers"};
    for (int i = 0; i < 200'000; ++i) {
      const std::string text = random_decimal(dice);
      CAPTURE(text);
      const auto nearest = nearest_number(text);
      REQUIRE(nearest);
      REQUIRE(std::bit_cast<std::uint64_t>(*nearest) ==
              std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr)));
      const auto comparable = comparable_number(text);
      if (comparable) REQUIRE(*comparable == *nearest);
      REQUIRE(comparable == comparable_number(text, *nearest));
    }
  }

  TEST_CASE("numbers that lose something as a double cannot be compared") {
    for (const char* text : {"9007199254740993", "0.10000000000000001", "1e400"})
      CHECK_FALSE(comparable_number(text));
    for (const char* text : {"0", "-0", "0.000", "0e999"}) CHECK(comparable_number(text) == 0.0);
    CHECK(nearest_number("0e999") == 0.0);
    CHECK_FALSE(nearest_number("1e400"));
  }
}
