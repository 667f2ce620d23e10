#include "tools/report/drill_score.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace opsim::report {

double category_score(std::span<const DrillOutcome> drills) {
  constexpr double points[] = {0, 50, 75, 100};
  double sum = 0;
  for (const DrillOutcome drill : drills) sum += points[static_cast<std::size_t>(drill)];
  return drills.empty() ? 0 : sum / static_cast<double>(drills.size());
}

double mean_score(std::span<const double> categories) {
  double sum = 0;
  for (const double category : categories) sum += category;
  return categories.empty() ? 0 : sum / static_cast<double>(categories.size());
}

double weighted_score(std::span<const WeightedProbe> probes) {
  double sum = 0;
  double weights = 0;
  for (const auto& [weight, success] : probes) {
    sum += weight * success;
    weights += weight;
  }
  return weights > 0 ? sum / weights : 0;
}

double share_of(const Coverage& coverage) {
  if (coverage.recommended == 0) return 1;
  const std::size_t done = std::min(coverage.implemented + coverage.excluded, coverage.recommended);
  return static_cast<double>(done) / static_cast<double>(coverage.recommended);
}

double share_of(const Compliance& compliance) {
  struct Kind {
    const Coverage& coverage;
    double weight;
  };
  const Kind kinds[] = {{compliance.application, 40},
                        {compliance.infrastructure, 30},
                        {compliance.zone, 20},
                        {compliance.region, compliance.region.recommended > 0 ? 10.0 : 0.0}};
  double sum = 0;
  double weights = 0;
  for (const auto& [coverage, weight] : kinds) {
    sum += weight * share_of(coverage);
    weights += weight;
  }
  return sum / weights;
}

ResiliencyScore resiliency_score(double compliance, const Coverage& alarms, const Coverage& sops,
                                 const Coverage& tests) {
  return {40 * compliance, 20 * share_of(alarms), 20 * share_of(sops), 20 * share_of(tests)};
}

int points(double score) { return static_cast<int>(std::lround(score)); }

}  // namespace opsim::report
