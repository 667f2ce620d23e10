// CloudWatch's statistics over samples, and static thresholds.
// AWS: CloudWatch User Guide, Statistics-definitions; API PutMetricAlarm ComparisonOperator.
#include "opsim/cloud/statistic.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace opsim {
namespace {

constexpr double kRounding = 1e-9;  // of ranks: 0.1 x 30 is 3, not 3.0000000000000004

/// The part of the sorted values that a statistic keeps.
struct Kept {
  Summary inside;
  double below = 0;  // weight cut off at the low end
  double above = 0;
};

double total_weight(const WeightedValues& values) {
  double total = 0;
  for (const auto& [value, weight] : values) total += weight;
  return total;
}

/// The smallest value that at least `percent` of the samples do not exceed.
double percentile(const WeightedValues& sorted, double percent) {
  const double rank = percent / 100 * total_weight(sorted);
  double seen = 0;
  for (const auto& [value, weight] : sorted) {
    seen += weight;
    if (seen >= rank - kRounding) return value;
  }
  return sorted.back().first;
}

Kept keep_by_value(const WeightedValues& sorted, double low, double high) {
  Kept kept;
  for (const auto& [value, weight] : sorted) {
    if (value <= low) {
      kept.below += weight;
    } else if (value > high) {
      kept.above += weight;
    } else {
      kept.inside.add(value, weight);
    }
  }
  return kept;
}

Kept keep_by_rank(const WeightedValues& sorted, double low, double high) {
  const double total = total_weight(sorted);
  const double first = std::floor(low / 100 * total + kRounding);
  const double last = std::ceil(high / 100 * total - kRounding);
  Kept kept;
  double before = 0;
  for (const auto& [value, weight] : sorted) {
    const double after = before + weight;
    const double inside = std::min(after, last) - std::max(before, first);
    if (inside > 0) kept.inside.add(value, inside);
    before = after;
  }
  kept.below = std::min(first, total);
  kept.above = std::max(0.0, total - last);
  return kept;
}

/// Values outside become the nearest bound, then the mean of all.
double winsorized(const Kept& kept, double low, double high) {
  const double bottom = kept.below > 0 ? low * kept.below : 0;
  const double top = kept.above > 0 ? high * kept.above : 0;
  return (kept.inside.sum + bottom + top) / (kept.inside.count + kept.below + kept.above);
}

}  // namespace

void Summary::add(double value, double times) noexcept {
  count += times;
  sum += value * times;
  lowest = std::min(lowest, value);
  highest = std::max(highest, value);
}

void Summary::merge(const Summary& other) noexcept {
  count += other.count;
  sum += other.sum;
  lowest = std::min(lowest, other.lowest);
  highest = std::max(highest, other.highest);
}

double statistic_of(const Summary& summary, StatisticKind kind) noexcept {
  switch (kind) {
    case StatisticKind::sample_count: return summary.count;
    case StatisticKind::sum: return summary.sum;
    case StatisticKind::minimum: return summary.lowest;
    case StatisticKind::maximum: return summary.highest;
    default:
      // Rounding must not carry a mean past its samples: the foresight of alarms counts on it.
      return std::clamp(summary.sum / summary.count, summary.lowest, summary.highest);
  }
}

std::optional<double> statistic_of(WeightedValues& values, const Statistic& statistic) {
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  // "Percentile statistics are not available for metrics when any of the metric values are negative
  // numbers." (cloudwatch_concepts)
  if (values.front().first < 0) return std::nullopt;
  if (statistic.kind == StatisticKind::percentile) return percentile(values, statistic.high);

  const Kept kept = statistic.absolute ? keep_by_value(values, statistic.low, statistic.high)
                                       : keep_by_rank(values, statistic.low, statistic.high);
  const double all = total_weight(values);
  switch (statistic.kind) {
    case StatisticKind::trimmed_count: return kept.inside.count;
    case StatisticKind::trimmed_sum: return kept.inside.empty() ? 0 : kept.inside.sum;
    case StatisticKind::percentile_rank: return 100 * kept.inside.count / all;
    case StatisticKind::winsorized_mean:
      if (statistic.absolute) return winsorized(kept, statistic.low, statistic.high);
      if (kept.inside.empty()) return std::nullopt;
      return std::clamp(winsorized(kept, kept.inside.lowest, kept.inside.highest),
                        kept.inside.lowest, kept.inside.highest);
    default:
      if (kept.inside.empty()) return std::nullopt;
      return statistic_of(kept.inside, StatisticKind::average);
  }
}

bool Threshold::breached_by(double statistic) const noexcept {
  switch (comparison) {
    case Comparison::greater_or_equal: return statistic >= value;
    case Comparison::greater: return statistic > value;
    case Comparison::less: return statistic < value;
    default: return statistic <= value;
  }
}

namespace {
constexpr std::array<std::string_view, 4> kComparisons = {
    "GreaterThanOrEqualToThreshold", "GreaterThanThreshold", "LessThanThreshold",
    "LessThanOrEqualToThreshold"};
}

std::optional<Comparison> parse_comparison(std::string_view name) {
  const auto at = std::ranges::find(kComparisons, name);
  if (at == kComparisons.end()) return std::nullopt;
  return static_cast<Comparison>(at - kComparisons.begin());
}

std::string_view to_string(Comparison comparison) {
  return kComparisons.at(static_cast<std::size_t>(comparison));
}

}  // namespace opsim
