#include "opsim/cloud/health_track.hpp"

namespace opsim {

std::optional<int> HealthTrack::needed() const {
  switch (health_) {
    case CheckedHealth::initial: return passes_ ? 1 : thresholds_.unhealthy;
    case CheckedHealth::healthy:
      return passes_ ? std::nullopt : std::optional{thresholds_.unhealthy};
    case CheckedHealth::unhealthy:
      return passes_ ? std::optional{thresholds_.healthy} : std::nullopt;
  }
  return std::nullopt;
}

void HealthTrack::settle(SimTime now) {
  if (next_ > now) return;
  const std::int64_t checks = (now - next_) / thresholds_.interval + 1;
  next_ += checks * thresholds_.interval;
  streak_ = streak_passes_ == passes_ ? streak_ + checks : checks;
  streak_passes_ = passes_;
  if (const auto wanted = needed(); wanted && streak_ >= *wanted)
    health_ = passes_ ? CheckedHealth::healthy : CheckedHealth::unhealthy;
}

void HealthTrack::set_passes(SimTime now, bool passes) {
  settle(now);
  passes_ = passes;
}

std::optional<SimTime> HealthTrack::next_decision() const {
  const auto wanted = needed();
  if (!wanted) return std::nullopt;
  const std::int64_t have = streak_passes_ == passes_ ? streak_ : 0;
  const std::int64_t missing = have < *wanted ? *wanted - have : 1;
  return next_ + (missing - 1) * thresholds_.interval;
}

}  // namespace opsim
