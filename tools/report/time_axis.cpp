#include "tools/report/time_axis.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace opsim::report {

namespace {

using namespace std::chrono_literals;

/// The least round step that needs at most eight lines.
Duration step_for(Duration whole) {
  constexpr std::array<Duration, 20> steps = {1s,    5s,    15s,  30s,  1min, 5min, 10min,
                                              15min, 30min, 1h,   2h,   3h,   6h,   12h,
                                              24h,   72h,   168h, 336h, 720h, 2160h};
  const auto found = std::ranges::find_if(steps, [&](Duration step) { return whole / step <= 8; });
  return found == steps.end() ? whole / 8 : *found;
}

/// "2:30:00", or "12 d" where a day or more lies between two lines.
std::string tick_text(Duration since_start, Duration step) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since_start).count();
  if (step >= 24h) return fmt::format("+{} d", seconds / 86'400);
  if (step >= 1min) return fmt::format("+{}:{:02}", seconds / 3600, seconds / 60 % 60);
  return fmt::format("+{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace

double TimeAxis::x(SimTime time) const {
  const double whole = std::max(1.0, std::chrono::duration<double>(end_ - start_).count());
  const double share = std::chrono::duration<double>(time - start_).count() / whole;
  return left_ + std::clamp(share, 0.0, 1.0) * (right_ - left_);
}

std::string TimeAxis::grid(double top, double bottom) const {
  std::string out;
  const Duration step = step_for(end_ - start_);
  if (step <= Duration{}) return out;
  // The first round time at or after the start.
  for (Duration at = (start_ - origin_ + step - Duration{1}) / step * step; origin_ + at <= end_;
       at += step) {
    const double where = x(origin_ + at);
    out += fmt::format(
        "<line class=\"grid\" x1=\"{0:.1f}\" x2=\"{0:.1f}\" y1=\"{1:.1f}\" y2=\"{2:.1f}\"/>"
        "<text class=\"tick\" x=\"{0:.1f}\" y=\"{3:.1f}\">{4}</text>\n",
        where, top, bottom, bottom + 13, tick_text(at, step));
  }
  return out;
}

}  // namespace opsim::report
