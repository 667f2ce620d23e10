#include "models/events/number_text.hpp"

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstdio>
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
      const auto [nearest, is_comparable] = read_number(text);
      REQUIRE(nearest);
      REQUIRE(std::bit_cast<std::uint64_t>(*nearest) ==
              std::bit_cast<std::uint64_t>(std::strtod(text.c_str(), nullptr)));
      const auto comparable = comparable_number(text);
      if (comparable) REQUIRE(*comparable == *nearest);
      REQUIRE(comparable == comparable_number(text, *nearest));
      if (is_comparable) REQUIRE(*is_comparable == comparable.has_value());
    }
  }

  // The slow way prints the double and compares the digits.
  TEST_CASE("16 and 17 digits, as coordinates have them, are judged without printing") {
    Stream dice{Seed{2}, "numbers"};
    int quick = 0;
    int comparable = 0;
    for (int i = 0; i < 200'000; ++i) {
      const double value = (dice.uniform() - 0.5) * std::pow(10.0, static_cast<double>(i % 6));
      char text[64];
      std::snprintf(text, sizeof text, "%.*f", 11 + i % 8, value);
      CAPTURE(text);
      const auto [nearest, is_comparable] = read_number(text);
      REQUIRE(nearest == std::strtod(text, nullptr));
      if (!is_comparable) continue;
      ++quick;
      comparable += *is_comparable ? 1 : 0;
      REQUIRE(*is_comparable == comparable_number(text).has_value());
    }
    CHECK(quick > 100'000);
    CHECK(comparable > 50'000);
    CHECK(quick - comparable > 5'000);
  }

  TEST_CASE("numbers that lose something as a double cannot be compared") {
    for (const char* text : {"9007199254740993", "0.10000000000000001", "1e400"})
      CHECK_FALSE(comparable_number(text));
    for (const char* text : {"0", "-0", "0.000", "0e999"}) CHECK(comparable_number(text) == 0.0);
    CHECK(read_number("0e999").nearest == 0.0);
    CHECK_FALSE(read_number("1e400").nearest);
  }
}
