#include "opsim/kernel/random.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>

using namespace opsim;

TEST_SUITE("kernel: random") {
  // The known-answer vectors that come with Random123 (kat_vectors, "philox4x32 10").
  TEST_CASE("Philox 4x32-10 gives its published vectors") {
    using Words = std::array<std::uint32_t, 4>;
    struct Row {
      Words counter;
      std::array<std::uint32_t, 2> key;
      Words expected;
    };
    constexpr Row rows[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (const auto& [counter, key, expected] : rows) CHECK(philox4x32(counter, key) == expected);
  }

  // http://www.isthe.com/chongo/tech/comp/fnv/, test vectors of FNV-1a.
  TEST_CASE("names are hashed by FNV-1a") {
    CHECK(name_key("") == 0xcbf29ce484222325);
    CHECK(name_key("a") == 0xaf63dc4c8601ec8c);
    CHECK(name_key("foobar") == 0x85944171f73967e8);
  }

  TEST_CASE("the first block of seed 0 and key 0 is the published one") {
    CHECK(bits_at(Seed{0}, 0, 0) == 0xe169c58d6627e8d5);
    CHECK(bits_at(Seed{0}, 0, 1) == 0x9b00dbd8bc57ac4c);
  }

  TEST_CASE("a stream is the stateless form at 0, 1, 2 ...") {
    Stream stream{Seed{7}, "ssm.clean-up"};
    for (std::uint64_t i = 0; i < 100; ++i) {
      CHECK(stream.uniform() == uniform_at(Seed{7}, name_key("ssm.clean-up"), i));
    }
  }

  TEST_CASE("seed and name each make another stream; a copy goes on from the same place") {
    Stream one{Seed{7}, "a"};
    Stream other_name{Seed{7}, "b"};
    Stream other_seed{Seed{8}, "a"};
    const auto first = one.bits();
    CHECK(first != other_name.bits());
    CHECK(first != other_seed.bits());
    Stream copy = one;
    CHECK(copy.bits() == one.bits());
  }

  TEST_CASE("uniform lies strictly within 0 and 1, evenly") {
    Stream stream{Seed{1}, "u"};
    double sum = 0;
    int below_tenth = 0;
    constexpr int kDraws = 100'000;
    for (int i = 0; i < kDraws; ++i) {
      const double u = stream.uniform();
      REQUIRE(u > 0);
      REQUIRE(u < 1);
      sum += u;
      below_tenth += u < 0.1 ? 1 : 0;
    }
    CHECK(sum / kDraws == doctest::Approx(0.5).epsilon(0.01));
    CHECK(below_tenth == doctest::Approx(kDraws * 0.1).epsilon(0.03));
  }

  TEST_CASE("below gives every value, each as likely") {
    Stream stream{Seed{1}, "b"};
    std::array<int, 7> seen{};
    for (int i = 0; i < 70'000; ++i) ++seen.at(stream.below(7));
    for (const int count : seen) CHECK(count == doctest::Approx(10'000).epsilon(0.04));
    CHECK(stream.below(1) == 0);
    for (int i = 0; i < 100; ++i) CHECK(stream.below(~std::uint64_t{0}) < ~std::uint64_t{0});
  }

  TEST_CASE("chance draws one number whatever the odds") {
    Stream sure{Seed{1}, "c"};
    Stream never{Seed{1}, "c"};
    CHECK(sure.chance(1));
    CHECK(!never.chance(0));
    CHECK(sure.bits() == never.bits());
    int hits = 0;
    for (int i = 0; i < 100'000; ++i) hits += sure.chance(0.03) ? 1 : 0;
    CHECK(hits == doctest::Approx(3'000).epsilon(0.05));
  }

  TEST_CASE("normal has mean 0 and standard deviation 1") {
    Stream stream{Seed{1}, "n"};
    double sum = 0;
    double squares = 0;
    constexpr int kDraws = 100'000;
    for (int i = 0; i < kDraws; ++i) {
      const double z = stream.normal();
      sum += z;
      squares += z * z;
    }
    CHECK(std::abs(sum / kDraws) < 0.01);
    CHECK(squares / kDraws == doctest::Approx(1).epsilon(0.02));
  }
}
