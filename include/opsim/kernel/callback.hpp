#pragma once
#include <cstdint>

namespace opsim {

class Simulation;

/// The allocation-free form of a callback: a model derives from it (or holds one) and the kernel
/// calls `run` with it when it is due.
///
/// One Callback may be pending several times. It must stay where it is while pending: cancel its
/// tickets before it goes.
struct Callback {
  void (*run)(Callback& self, Simulation& sim);
};

/// Names one scheduled callback. A default-made ticket names nothing. Dropping a ticket cancels
/// nothing; tickets are never reused, so an old one is harmless.
class Ticket {
 public:
  constexpr Ticket() = default;
  friend constexpr bool operator==(Ticket, Ticket) = default;
  /// True if this ticket ever named a callback; ask Simulation::pending whether it still waits.
  constexpr explicit operator bool() const noexcept { return generation_ != 0; }

 private:
  friend class Simulation;
  constexpr Ticket(std::uint32_t slot, std::uint32_t generation) noexcept
      : slot_{slot}, generation_{generation} {}
  std::uint32_t slot_ = 0;
  std::uint32_t generation_ = 0;
};

}  // namespace opsim
