#include "models/compute/tank.hpp"

#include <algorithm>
#include <cmath>

namespace opsim::compute {

namespace {
constexpr double kNeverSeconds = 3e9;  // about a century: beyond every run
}

double Tank::at(SimTime time) const {
  const double seconds = std::chrono::duration<double>(time - from).count();
  return std::clamp(level + speed() * seconds, 0.0, full);
}

std::optional<SimTime> Tank::next_crossing(SimTime now) const {
  const double here = at(now);
  if (speed() == 0) return std::nullopt;
  double limit = danger;
  if (speed() > 0) {
    if (is_full(now)) return std::nullopt;
    limit = in_danger(now) ? full : danger;
  } else if (!in_danger(now)) {
    return std::nullopt;
  }
  // Shrinking, it is out of danger once it is clearly below: a thousandth of a per cent.
  if (speed() < 0) limit -= 1e-3;
  const double seconds = std::max(0.0, (limit - here) / speed());
  if (seconds > kNeverSeconds) return std::nullopt;
  return now + Duration{static_cast<std::int64_t>(std::ceil(seconds * 1e9))};
}

Waveform Tank::waveform() const {
  return {.from = from, .level = level, .slope_per_second = speed(), .lowest = 0, .highest = full};
}

void Tank::set_level(SimTime now, double new_level) {
  level = std::clamp(new_level, 0.0, full);
  from = now;
}

void Tank::put_right(SimTime now, double new_level) {
  set_level(now, new_level);
  if (!surging) because = CauseId::none;
}

void Tank::set_growth(SimTime now, double new_per_second) {
  set_level(now, at(now));
  per_second = new_per_second;
}

void Tank::set_paused(SimTime now, bool now_paused) {
  if (paused == now_paused) return;
  set_level(now, at(now));
  paused = now_paused;
}

}  // namespace opsim::compute
