#pragma once
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace opsim::events {

/// Mixes two numbers into one; the same on every machine.
inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a ^ 0x9E3779B97F4A7C15U) * (b ^ 0xD1B54A32D192ED03U);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

template <class Word>
std::uint64_t load_word(const char* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

/// Hash of a text. Only a filter: what hashes equal is compared before anything follows from it.
inline std::uint64_t hash_text(std::string_view text, std::uint64_t seed) {
  const char* at = text.data();
  std::size_t left = text.size();
  std::uint64_t hash = seed ^ (left * 0xA0761D6478BD642FU);
  for (; left > 16; left -= 16, at += 16)
    hash = mix(hash ^ load_word<std::uint64_t>(at), load_word<std::uint64_t>(at + 8));
  if (left >= 8)
    return mix(hash ^ load_word<std::uint64_t>(at), load_word<std::uint64_t>(at + left - 8));
  if (left >= 4)
    return mix(hash ^ load_word<std::uint32_t>(at), load_word<std::uint32_t>(at + left - 4));
  if (left == 0) return mix(hash, 0);
  const auto byte = [at](std::size_t i) {
    return static_cast<std::uint64_t>(static_cast<unsigned char>(at[i]));
  };
  return mix(hash, byte(0) | byte(left / 2) << 8 | byte(left - 1) << 16);
}

/// Equality without a call for the short texts that keys are.
inline bool same_text(std::string_view a, std::string_view b) {
  const std::size_t n = a.size();
  if (n != b.size()) return false;
  const char* x = a.data();
  const char* y = b.data();
  if (n > 16) return std::memcmp(x, y, n) == 0;
  if (n >= 8) {
    return ((load_word<std::uint64_t>(x) ^ load_word<std::uint64_t>(y)) |
            (load_word<std::uint64_t>(x + n - 8) ^ load_word<std::uint64_t>(y + n - 8))) == 0;
  }
  if (n >= 4) {
    return ((load_word<std::uint32_t>(x) ^ load_word<std::uint32_t>(y)) |
            (load_word<std::uint32_t>(x + n - 4) ^ load_word<std::uint32_t>(y + n - 4))) == 0;
  }
  return n == 0 || (x[0] == y[0] && x[n / 2] == y[n / 2] && x[n - 1] == y[n - 1]);
}

/// From 64-bit keys to numbers: open addressing, no order that anyone could see.
class NumberMap {
 public:
  static constexpr std::uint32_t kNone = 0xFFFF'FFFF;

  [[nodiscard]] std::uint32_t find(std::uint64_t key) const {
    if (slots_.empty()) return kNone;
    for (std::size_t i = key & mask();; i = (i + 1) & mask()) {
      if (slots_[i].value == kNone) return kNone;
      if (slots_[i].key == key) return slots_[i].value;
    }
  }

  /// `key` is not in the map yet.
  void insert(std::uint64_t key, std::uint32_t value) {
    if (slots_.size() < 2 * (size_ + 1)) grow();
    put(key, value);
    ++size_;
  }

  [[nodiscard]] std::size_t size() const { return size_; }

  /// Every value, in no order to rely on.
  template <class Visit>
  void for_each(Visit visit) const {
    for (const Slot& slot : slots_) {
      if (slot.value != kNone) visit(slot.value);
    }
  }

 private:
  struct Slot {
    std::uint64_t key = 0;
    std::uint32_t value = kNone;
  };

  [[nodiscard]] std::size_t mask() const { return slots_.size() - 1; }

  void put(std::uint64_t key, std::uint32_t value) {
    std::size_t i = key & mask();
    while (slots_[i].value != kNone) i = (i + 1) & mask();
    slots_[i] = {key, value};
  }

  void grow() {
    const std::vector<Slot> before = std::move(slots_);
    slots_.assign(std::bit_ceil(4 * (size_ + 1)), {});
    for (const Slot& slot : before) {
      if (slot.value != kNone) put(slot.key, slot.value);
    }
  }

  std::vector<Slot> slots_;
  std::size_t size_ = 0;
};

}  // namespace opsim::events
