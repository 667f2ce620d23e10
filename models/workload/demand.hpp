#pragma once
/// What users want, over time: a rate with a season, spikes on top. Between two breakpoints it is a
/// line, so that what follows from it costs what changes, not what time passes.
#include <optional>
#include <vector>

#include "opsim/kernel/time.hpp"

namespace opsim::workload {

struct Demand {
  double rate = 0;        // requests a second: the mean of a working day
  double swing = 0;       // of the day around it: 0.6 is from 40 % to 160 %
  double peak_hour = 14;  // UTC
  double weekend = 0;     // how much more (less where negative) Saturdays and Sundays have
  double clients = 0;     // closed loop: so many users ...
  double thinks = 1;      // ... who wait so many seconds before they ask again
  /// Points of a trace: seconds since the start of the run and a rate; replaces all of the above.
  std::vector<std::pair<double, double>> trace = {};
  double factor = 1;  // spikes

  [[nodiscard]] bool has_season() const { return swing != 0 || weekend != 0 || !trace.empty(); }
};

/// What the season makes of a moment, factor included. `start`: of the run.
[[nodiscard]] double rate_at(const Demand& demand, SimTime at, SimTime start);

/// The demand as a line from `at` to the next breakpoint.
struct Stretch {
  double rate = 0;
  double slope = 0;              // a second
  std::optional<SimTime> until;  // nothing where it stays so
};
[[nodiscard]] Stretch stretch_at(const Demand& demand, SimTime at, SimTime start);

}  // namespace opsim::workload
