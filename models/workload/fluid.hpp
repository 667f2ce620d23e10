#pragma once
/// Backlog as a fluid: what comes in faster than it can be worked off waits, as a level that rises
/// and falls. Inflow is a line in time, so the level is a parabola and the moments at which it
/// reaches zero or a limit are known. Seconds throughout.
///
/// Source  G. F. Newell, "Applications of Queueing Theory", 1982 (deterministic fluid queues).
#include <optional>

namespace opsim::workload {

struct Fluid {
  double level = 0;     // at time 0
  double inflow = 0;    // per second, at time 0
  double slope = 0;     // of the inflow, per second squared
  double capacity = 0;  // per second

  /// The level after so many seconds, as long as next() has not passed.
  [[nodiscard]] double at(double seconds) const;
  /// The first moment after 0 at which the level is `limit`, if it ever is.
  [[nodiscard]] std::optional<double> reaches(double limit) const;
  /// When an empty one begins to fill, or a full one is empty; nothing where it never changes over.
  [[nodiscard]] std::optional<double> turns() const;
};

}  // namespace opsim::workload
