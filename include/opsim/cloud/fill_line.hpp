#pragma once
/// What fills up or empties along a line: the memory of a container, a disk, a backlog. Nothing
/// polls it: the one moment at which it next reaches a mark is known.
#include <algorithm>
#include <cmath>
#include <optional>

#include "opsim/cloud/metrics.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim {

struct FillLine {
  SimTime from{};
  double level = 0;  // at `from`
  double per_second = 0;
  double lowest = 0;
  double highest = 100;

  /// A moment computed to the nanosecond has reached its mark.
  static constexpr double kTolerance = 1e-6;

  [[nodiscard]] double at(SimTime time) const {
    const double seconds = std::chrono::duration<double>(time - from).count();
    return std::clamp(level + per_second * seconds, lowest, highest);
  }
  [[nodiscard]] bool reaches(SimTime time, double mark) const {
    return at(time) >= mark - kTolerance;
  }
  /// When it will stand at `mark` while it rises; nothing when it is there already, or never is.
  [[nodiscard]] std::optional<SimTime> rises_to(SimTime now, double mark) const {
    constexpr double kNeverSeconds = 3e9;  // about a century: beyond every run
    if (per_second <= 0 || reaches(now, mark) || mark > highest) return std::nullopt;
    const double seconds = (mark - at(now)) / per_second;
    if (seconds > kNeverSeconds) return std::nullopt;
    return now + Duration{static_cast<std::int64_t>(std::ceil(seconds * 1e9))};
  }
  void set_level(SimTime now, double new_level) {
    level = std::clamp(new_level, lowest, highest);
    from = now;
  }
  void set_growth(SimTime now, double new_per_second) {
    set_level(now, at(now));
    per_second = new_per_second;
  }
  [[nodiscard]] Waveform waveform() const {
    return {.from = from,
            .level = level,
            .slope_per_second = per_second,
            .lowest = lowest,
            .highest = highest};
  }
};

}  // namespace opsim
