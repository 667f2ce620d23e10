#pragma once
/// How far a set of drills proves anything, in one number. Pure arithmetic.
///
/// Gremlin, "Reliability score": a test that passed counts 100, one that passed too long ago 75,
/// one that failed 50, one that never ran 0; the mean of each category, then the mean of those.
/// Litmus, "Resilience score": the probes' success of each experiment, weighted.
#include <span>

namespace opsim::report {

enum class DrillOutcome : unsigned char { not_run, failed, expired, passed };

/// 0 to 100; 0 for none.
[[nodiscard]] double category_score(std::span<const DrillOutcome> drills);
[[nodiscard]] double mean_score(std::span<const double> categories);

struct WeightedProbe {
  double weight;
  double success;  // per cent
};
[[nodiscard]] double weighted_score(std::span<const WeightedProbe> probes);

}  // namespace opsim::report
