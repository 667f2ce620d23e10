#include "opsim/kernel/random.hpp"

#include "opsim/kernel/portable_math.hpp"

namespace opsim {

namespace {

struct Block {
  std::uint64_t first;
  std::uint64_t second;
};

/// Block `number` of the stream (seed, key): the seed is Philox's key; the name and the number are
/// its counter.
Block block_at(Seed seed, std::uint64_t key, std::uint64_t number) noexcept {
  const auto low = [](std::uint64_t bits) { return static_cast<std::uint32_t>(bits); };
  const auto high = [](std::uint64_t bits) { return static_cast<std::uint32_t>(bits >> 32); };
  const auto raw = static_cast<std::uint64_t>(seed);
  const auto words =
      philox4x32({low(number), high(number), low(key), high(key)}, {low(raw), high(raw)});
  return {std::uint64_t{words[1]} << 32 | words[0], std::uint64_t{words[3]} << 32 | words[2]};
}

/// The middle of one of 2^52 equal parts of (0, 1): exact, and never 0 or 1.
double open_unit(std::uint64_t bits) noexcept {
  return (static_cast<double>(bits >> 12) + 0.5) * 0x1.0p-52;
}

}  // namespace

std::uint64_t bits_at(Seed seed, std::uint64_t key, std::uint64_t counter) noexcept {
  const Block block = block_at(seed, key, counter >> 1);
  return (counter & 1) == 0 ? block.first : block.second;
}

double uniform_at(Seed seed, std::uint64_t key, std::uint64_t counter) noexcept {
  return open_unit(bits_at(seed, key, counter));
}

std::uint64_t Stream::bits() noexcept {
  const std::uint64_t number = drawn_++;
  if ((number & 1) != 0) return spare_;
  const Block block = block_at(seed_, key_, number >> 1);
  spare_ = block.second;
  return block.first;
}

double Stream::uniform() noexcept { return open_unit(bits()); }

/// Lemire, "Fast random integer generation in an interval" (2019): unbiased.
std::uint64_t Stream::below(std::uint64_t n) noexcept {
  __extension__ using Wide = unsigned __int128;
  Wide product = Wide{bits()} * n;
  if (static_cast<std::uint64_t>(product) < n) {
    const std::uint64_t threshold = (0 - n) % n;
    while (static_cast<std::uint64_t>(product) < threshold) product = Wide{bits()} * n;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

bool Stream::chance(double p) noexcept { return uniform() < p; }

double Stream::normal() noexcept { return portable::normal_quantile(uniform()); }

}  // namespace opsim
