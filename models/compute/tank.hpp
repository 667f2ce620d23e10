#pragma once
/// What fills up: a disk, a memory. A line in time between changes, so nothing is polled: the one
/// moment at which it next crosses a limit is known.
#include <optional>

#include "opsim/cloud/metrics.hpp"
#include "opsim/kernel/simulation.hpp"

namespace opsim::compute {

/// In per cent of what it holds.
struct Tank {
  SimTime from{};
  double level = 0;       // at `from`
  double per_second = 0;  // while what fills it runs
  double ordinary = 0;    // what it grows by when no fault makes it grow otherwise
  double danger = 90;
  double full = 100;
  bool paused = false;              // nothing runs that could fill it
  CauseId because = CauseId::none;  // what made it so full; none for its ordinary growth
  std::uint32_t surges = 0;         // faults so far that set its growth; the last one ends it
  bool surging = false;
  Ticket crossing;

  [[nodiscard]] double at(SimTime time) const;
  /// The first moment after `now` at which it stands on the other side of danger, or is full.
  [[nodiscard]] std::optional<SimTime> next_crossing(SimTime now) const;
  [[nodiscard]] Waveform waveform() const;
  [[nodiscard]] bool is_full(SimTime time) const { return at(time) >= full - kTolerance; }
  [[nodiscard]] bool in_danger(SimTime time) const { return at(time) >= danger - kTolerance; }

  /// From `now` on it stands at `level`, or grows by `per_second`, or (not) at all.
  void set_level(SimTime now, double new_level);
  void set_growth(SimTime now, double new_per_second);
  void set_paused(SimTime now, bool now_paused);
  /// Somebody put its level right: what grows from here on is nobody's doing, unless a surge lasts.
  void put_right(SimTime now, double new_level);

  static constexpr double kTolerance = 1e-6;  // a crossing computed to the nanosecond has happened

 private:
  [[nodiscard]] double speed() const { return paused ? 0 : per_second; }
};

}  // namespace opsim::compute
