#include "opsim/study/statistics.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>

#include "sim/goals/bounds.hpp"

namespace opsim {

namespace {

double percentile(std::span<const double> sorted, double p) {
  return sorted[percentile_rank(sorted.size(), p)];
}

double spread(std::span<const double> sorted) {
  return percentile(sorted, 0.95) / percentile(sorted, 0.05);
}

}  // namespace

std::vector<double> known(std::span<const std::optional<double>> values) {
  std::vector<double> all;
  for (const std::optional<double>& value : values)
    if (value) all.push_back(*value);
  return all;
}

std::optional<std::size_t> run_at_percentile(std::span<const std::optional<double>> values,
                                             double p) {
  std::vector<std::pair<double, std::size_t>> ranked;
  for (std::size_t run = 0; run < values.size(); ++run)
    if (values[run]) ranked.emplace_back(*values[run], run);
  if (ranked.empty()) return std::nullopt;
  std::ranges::sort(ranked);
  const double value = ranked[percentile_rank(ranked.size(), p)].first;
  return std::ranges::find(ranked, value, &std::pair<double, std::size_t>::first)->second;
}

std::optional<Regimes> regimes(std::span<const std::optional<double>> values) {
  std::vector<double> sorted = known(values);
  std::ranges::sort(sorted);
  if (sorted.size() < 4 || sorted.front() <= 0) return std::nullopt;
  std::size_t split = 1;
  for (std::size_t i = 1; i < sorted.size(); ++i)
    if (sorted[i] / sorted[i - 1] > sorted[split] / sorted[split - 1]) split = i;
  const std::span<const double> low = std::span{sorted}.first(split);
  const std::span<const double> high = std::span{sorted}.subspan(split);
  const double gap = high.front() / low.back();
  const std::size_t fewest = std::max<std::size_t>(2, sorted.size() / 100);
  if (gap < 3 || std::min(low.size(), high.size()) < fewest || gap < spread(low) ||
      gap < spread(high))
    return std::nullopt;
  return Regimes{low.size(), high.size(), percentile(low, 0.5), percentile(high, 0.5)};
}

PairedDifference paired_difference(std::span<const std::optional<double>> first,
                                   std::span<const std::optional<double>> second) {
  std::vector<double> differences;
  for (std::size_t run = 0; run < std::min(first.size(), second.size()); ++run)
    if (first[run] && second[run]) differences.push_back(*second[run] - *first[run]);
  PairedDifference result{.pairs = differences.size()};
  if (differences.empty()) return result;
  const auto n = static_cast<double>(differences.size());
  for (const double difference : differences) {
    result.mean += difference / n;
    if (difference == 0) ++result.equal;
  }
  double squares = 0;
  for (const double difference : differences)
    squares += (difference - result.mean) * (difference - result.mean);
  // One pair says nothing of the spread.
  const double reach = differences.size() < 2 ? INFINITY
                                              : quantile(boost::math::students_t{n - 1}, 0.975) *
                                                    std::sqrt(squares / (n - 1) / n);
  result.low = result.mean - reach;
  result.high = result.mean + reach;
  return result;
}

}  // namespace opsim
