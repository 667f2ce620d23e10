#pragma once
/// What the sources of a series came to in windows that are over: it stays so, and an alarm over a
/// dozen periods asks for each of them a dozen times.
#include <array>
#include <cstdint>
#include <limits>
#include <optional>

#include "opsim/cloud/metrics.hpp"

namespace opsim {

class WindowSummaries {
 public:
  /// With fewer sources a summary is made as quickly as it is found.
  static constexpr std::size_t kWorthItFrom = 8;

  using Unit = std::optional<std::uint32_t>;  // none: any

  /// Null when it is not known.
  [[nodiscard]] const Summary* find(SimTime from, SimTime to, Unit unit) const {
    const Kept& kept = kept_[slot_of(from, to)];
    const bool same = kept.from == from && kept.to == to && kept.unit == unit;
    return same ? &kept.summary : nullptr;
  }
  /// Replaces another window's where the two fall together: it is only made again.
  void keep(SimTime from, SimTime to, Unit unit, const Summary& summary) {
    kept_[slot_of(from, to)] = {from, to, unit, summary};
  }

 private:
  static constexpr std::size_t kSlots = 256;  // a power of two
  struct Kept {
    SimTime from = SimTime::max();  // of no window
    SimTime to = SimTime::min();
    Unit unit{};
    Summary summary{};
  };

  static std::size_t slot_of(SimTime from, SimTime to) {
    const auto mixed =
        static_cast<std::uint64_t>(to.time_since_epoch().count()) *
            std::uint64_t{0x9E3779B97F4A7C15} +
        static_cast<std::uint64_t>((to - from).count()) * std::uint64_t{0xD1B54A32D192ED03};
    return static_cast<std::size_t>(mixed >> 32U) % kSlots;
  }

  std::array<Kept, kSlots> kept_{};
};

}  // namespace opsim
