#pragma once
/// Periodic health checks of one thing by one checker, counted instead of run: as long as every
/// check has the same result, the check that changes the verdict is known. Pure: time comes from
/// outside. For load balancers' targets, Route 53's checkers, containers.
///
/// From `initial` (nothing known yet), one success makes healthy; otherwise `unhealthy` failures or
/// `healthy` successes in a row decide.
#include <cstdint>
#include <optional>

#include "opsim/kernel/time.hpp"

namespace opsim {

enum class CheckedHealth : std::uint8_t { initial, healthy, unhealthy };

struct CheckThresholds {
  Duration interval = std::chrono::seconds{30};  // more than zero
  int healthy = 5;
  int unhealthy = 2;
};

/// Order     A check that begins at the very moment of a change still sees what was before.
class HealthTrack {
 public:
  /// The first check begins at `first`. Until told otherwise, checks fail.
  HealthTrack(const CheckThresholds& thresholds, SimTime first, CheckedHealth health)
      : thresholds_{thresholds}, next_{first}, health_{health} {}

  /// Counts the checks that have begun by `now`.
  void settle(SimTime now);
  /// Checks that begin after `now` pass, or fail.
  void set_passes(SimTime now, bool passes);
  /// When the check begins that will change the health, as things are; nothing if none will.
  [[nodiscard]] std::optional<SimTime> next_decision() const;

  [[nodiscard]] CheckedHealth health() const { return health_; }
  [[nodiscard]] SimTime next_check() const { return next_; }

 private:
  /// How many results of the present kind in a row change the health; nothing if none do.
  [[nodiscard]] std::optional<int> needed() const;

  CheckThresholds thresholds_;
  SimTime next_;  // the first check that is not counted yet
  CheckedHealth health_;
  bool passes_ = false;
  bool streak_passes_ = false;
  std::int64_t streak_ = 0;  // results alike in a row, up to the last one counted
};

}  // namespace opsim
