#pragma once
/// How far a set of drills proves anything, in one number. Pure arithmetic.
///
/// Gremlin, "Reliability score": a test that passed counts 100, one that passed too long ago 75,
/// one that failed 50, one that never ran 0; the mean of each category, then the mean of those.
/// Litmus, "Resilience score": the probes' success of each experiment, weighted.
/// AWS Resilience Hub, "Calculating resiliency scores" (calculate-score): of 100 points, 40 for
/// meeting the resiliency policy and 20 each for alarms, SOPs and tests.
#include <cstddef>
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

// ---- AWS Resilience Hub -----------------------------------------------------------------------

/// Of what was recommended: what stands, and what was left out on purpose, which counts as
/// standing.
struct Coverage {
  std::size_t implemented = 0;
  std::size_t excluded = 0;
  std::size_t recommended = 0;
};
/// 0 to 1. UNDOCUMENTED: where nothing was recommended, nothing is outstanding: 1.
[[nodiscard]] double share_of(const Coverage& coverage);

/// Components that meet the policy, by the kind of disruption that it has targets for.
struct Compliance {
  Coverage application;
  Coverage infrastructure;
  Coverage zone;
  Coverage region;  // nothing recommended: the policy has no target for a Region
};
/// 0 to 1: the shares of the kinds, weighted 40, 30, 20 and 10; without a target for a Region, in
/// the proportions of the other three. The weights of the kinds are recalled, not read: estimate.
[[nodiscard]] double share_of(const Compliance& compliance);

struct ResiliencyScore {
  double compliance = 0;  // of 40, to the digits
  double alarms = 0;      // of 20
  double sops = 0;        // of 20
  double tests = 0;       // of 20
  [[nodiscard]] double total() const { return compliance + alarms + sops + tests; }
};
[[nodiscard]] ResiliencyScore resiliency_score(double compliance, const Coverage& alarms,
                                               const Coverage& sops, const Coverage& tests);
/// "All the resultant values are rounded to their nearest point": 13.33 is 13.
[[nodiscard]] int points(double score);

}  // namespace opsim::report
