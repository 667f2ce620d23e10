// What a scaling policy makes of a capacity. Pure.
#include "models/compute/scaling_policy.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace opsim::compute {

std::int64_t adjusted_capacity(const ScalingPolicy& policy, std::int64_t adjustment,
                               std::int64_t capacity) {
  if (policy.adjustment_type == AdjustmentType::exact) return adjustment;
  if (policy.adjustment_type == AdjustmentType::change) return capacity + adjustment;
  const double exact = static_cast<double>(capacity) * static_cast<double>(adjustment) / 100;
  if (exact == 0) return capacity;
  const std::int64_t sign = exact > 0 ? 1 : -1;
  std::int64_t change = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::abs(exact)));
  change = std::max(change, policy.min_magnitude.value_or(0));
  return capacity + sign * change;
}

std::optional<std::int64_t> step_for(const ScalingPolicy& policy, double breach) {
  for (const StepAdjustment& step : policy.steps) {
    // Above the threshold [lower, upper), below it (lower, upper].
    const bool above =
        breach >= 0 ? !step.lower || breach >= *step.lower : !step.lower || breach > *step.lower;
    const bool below =
        breach >= 0 ? !step.upper || breach < *step.upper : !step.upper || breach <= *step.upper;
    if (above && below) return step.adjustment;
  }
  return std::nullopt;
}

std::int64_t tracked_capacity(double target, double metric, std::int64_t capacity) {
  constexpr double kMost = 1e9;
  const double exact = static_cast<double>(capacity) * std::max(metric, 0.0) / target;
  if (!(exact < kMost)) return static_cast<std::int64_t>(kMost);
  // 6.000000001 of a division is six: its rounding is no load.
  return static_cast<std::int64_t>(std::ceil(exact - 1e-9 * std::max(exact, 1.0)));
}

}  // namespace opsim::compute
