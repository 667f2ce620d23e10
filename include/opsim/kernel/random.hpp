#pragma once
#include <array>
#include <cstdint>
#include <string_view>

namespace opsim {

/// The one number that, with the scenario, decides a whole run.
enum class Seed : std::uint64_t {};

/// Random numbers are counter-based: Philox 4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel random
/// numbers: as easy as 1, 2, 3", SC 2011). A value depends on (seed, name, how many were drawn
/// before under that name) and on nothing else, so a new draw in one place moves no other.

/// Key of a name: FNV-1a, 64 bits (http://www.isthe.com/chongo/tech/comp/fnv/).
constexpr std::uint64_t name_key(std::string_view name) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return hash;
}

/// One block of Philox 4x32-10: 128 random bits from a counter and a key.
constexpr std::array<std::uint32_t, 4> philox4x32(std::array<std::uint32_t, 4> counter,
                                                  std::array<std::uint32_t, 2> key) noexcept {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53} * counter[0];
    const std::uint64_t b = std::uint64_t{0xCD9E8D57} * counter[2];
    counter = {
        static_cast<std::uint32_t>(b >> 32) ^ counter[1] ^ key[0], static_cast<std::uint32_t>(b),
        static_cast<std::uint32_t>(a >> 32) ^ counter[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

/// The stateless form: 64 random bits of the name `key` at position `counter`.
std::uint64_t bits_at(Seed seed, std::uint64_t key, std::uint64_t counter) noexcept;
/// The stateless form of Stream::uniform, for noise that is a function of a series and a period.
double uniform_at(Seed seed, std::uint64_t key, std::uint64_t counter) noexcept;

/// A named sequence of random numbers. Cheap to copy; a copy continues from the same place.
class Stream {
 public:
  Stream(Seed seed, std::string_view name) noexcept : seed_{seed}, key_{name_key(name)} {}
  Stream(Seed seed, std::uint64_t key) noexcept : seed_{seed}, key_{key} {}

  /// 64 random bits.
  std::uint64_t bits() noexcept;
  /// Strictly between 0 and 1.
  double uniform() noexcept;
  /// 0 to n-1, each equally likely; n is at least 1.
  std::uint64_t below(std::uint64_t n) noexcept;
  /// True with probability p. Draws one number whatever p is.
  bool chance(double p) noexcept;
  /// Mean 0, standard deviation 1. Draws one number.
  double normal() noexcept;

 private:
  Seed seed_;
  std::uint64_t key_;
  std::uint64_t drawn_ = 0;
  std::uint64_t spare_ = 0;  // the second half of the last block
};

}  // namespace opsim
