#include "tools/report/drill_score.hpp"

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

}  // namespace opsim::report
