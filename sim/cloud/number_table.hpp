#pragma once
/// Numbers found by a hash. What they stand for, and when two are equal, the owner says. Nobody
/// walks it: no order of hashes ever shows in what is told.
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace opsim {

class NumberTable {
 public:
  /// The number with this hash for which `equal(number)` holds.
  template <class Equal>
  [[nodiscard]] std::optional<std::uint32_t> find(std::uint32_t hash, Equal&& equal) const {
    if (slots_.empty()) return std::nullopt;
    for (std::size_t i = hash & mask();; i = (i + 1) & mask()) {
      const Slot& slot = slots_[i];
      if (slot.next == 0) return std::nullopt;
      if (slot.hash == hash && equal(slot.next - 1)) return slot.next - 1;
    }
  }
  /// One that is not there yet.
  void add(std::uint32_t hash, std::uint32_t number) {
    if (2 * (used_ + 1) > slots_.size()) grow();
    place(hash, number + 1);
    ++used_;
  }

 private:
  struct Slot {
    std::uint32_t hash = 0;
    std::uint32_t next = 0;  // the number after the one kept; 0 is empty
  };
  [[nodiscard]] std::size_t mask() const noexcept { return slots_.size() - 1; }
  void place(std::uint32_t hash, std::uint32_t next) {
    std::size_t i = hash & mask();
    while (slots_[i].next != 0) i = (i + 1) & mask();
    slots_[i] = {hash, next};
  }
  void grow() {
    const std::vector<Slot> old = std::move(slots_);
    slots_ = std::vector<Slot>(old.empty() ? 16 : 2 * old.size());
    for (const Slot& slot : old)
      if (slot.next != 0) place(slot.hash, slot.next);
  }

  std::vector<Slot> slots_;  // a power of two of them, at most half of them used
  std::size_t used_ = 0;
};

}  // namespace opsim
