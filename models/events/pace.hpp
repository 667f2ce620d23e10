#pragma once
#include <algorithm>

#include "opsim/kernel/time.hpp"

namespace opsim::events {

/// So many a second, with a second's worth at once: what comes too soon waits its turn.
class Pace {
 public:
  explicit Pace(double per_second) : per_second_{per_second}, tokens_{per_second} {}

  /// How long the next one waits; it is counted.
  Duration wait(SimTime now) {
    const double seconds = static_cast<double>((now - at_).count()) / 1e9;
    if (now > at_) tokens_ = std::min(per_second_, tokens_ + seconds * per_second_);
    at_ = std::max(at_, now);
    tokens_ -= 1;
    if (tokens_ >= 0) return {};
    return Duration{static_cast<Duration::rep>(-tokens_ / per_second_ * 1e9)};
  }

 private:
  double per_second_;
  double tokens_;
  SimTime at_{};
};

}  // namespace opsim::events
