#pragma once
#include <cstdint>
#include <stdexcept>
#include <string>

#include "opsim/kernel/time.hpp"

namespace opsim {

/// What a run may use. Reaching one throws LimitExceeded, so that a rule that triggers itself ends
/// in a diagnosis rather than in a full memory or a run without end.
struct Limits {
  std::uint64_t callbacks_per_instant = 10'000'000;  ///< run without the clock moving
  std::uint64_t callbacks = 1'000'000'000'000;       ///< run in all
  std::uint32_t pending = 100'000'000;               ///< scheduled and not yet run
};

/// A run went beyond its Limits. what() names the limit, the simulated time and the cause.
class LimitExceeded : public std::runtime_error {
 public:
  enum class Kind : std::uint8_t { callbacks_per_instant, callbacks, pending };
  LimitExceeded(Kind kind, SimTime when, const std::string& text)
      : std::runtime_error{text}, kind_{kind}, when_{when} {}
  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] SimTime when() const noexcept { return when_; }

 private:
  Kind kind_;
  SimTime when_;
};

}  // namespace opsim
