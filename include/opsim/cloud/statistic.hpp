#pragma once
/// CloudWatch's statistics and static thresholds: values and rules, with no state.
///
/// AWS: CloudWatch User Guide, "CloudWatch statistics definitions" (Statistics-definitions).
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace opsim {

enum class StatisticKind : std::uint8_t {
  sample_count,
  sum,
  average,
  minimum,
  maximum,
  percentile,       // p99.9
  trimmed_mean,     // tm90, TM(10%:90%), TM(80:500), IQM
  trimmed_count,    // tc90, TC(...)
  trimmed_sum,      // ts90, TS(...)
  winsorized_mean,  // wm98, WM(...)
  percentile_rank,  // PR(:300)
};

struct Statistic {
  StatisticKind kind = StatisticKind::average;
  /// Share of the samples, 0 to 100, for percentiles and ranges in per cent; else values, the lower
  /// exclusive and the upper inclusive. An open end is infinite.
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool absolute = false;  // low and high are values of the metric
  std::string text = "Average";

  /// "Average", "p99.9", "tm90", "TM(10%:90%)", "PR(:300)", "IQM"; nothing for anything else.
  static std::optional<Statistic> parse(std::string_view text);
  /// One of SampleCount, Sum, Average, Minimum, Maximum: a `Statistic`; others are an
  /// `ExtendedStatistic`.
  [[nodiscard]] bool is_basic() const noexcept { return kind <= StatisticKind::maximum; }
  friend bool operator==(const Statistic&, const Statistic&) = default;
};

/// Values with how often each occurred, in any order.
using WeightedValues = std::vector<std::pair<double, double>>;

/// What all basic statistics are made of.
struct Summary {
  double count = 0;
  double sum = 0;
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -std::numeric_limits<double>::infinity();

  void add(double value, double times = 1) noexcept;
  void merge(const Summary& other) noexcept;
  [[nodiscard]] bool empty() const noexcept { return count <= 0; }
};

/// A basic statistic of at least one sample.
[[nodiscard]] double statistic_of(const Summary& summary, StatisticKind kind) noexcept;
/// An extended statistic. Sorts `values`. Nothing where no sample lies in the range asked for, and,
/// as on AWS, for any negative value.
/// UNDOCUMENTED: how CloudWatch rounds ranks. Here pNN is the smallest value that at least NN % of
/// the samples do not exceed, and a trimmed range keeps the samples from rank floor(low x n) + 1 to
/// ceil(high x n).
[[nodiscard]] std::optional<double> statistic_of(WeightedValues& values,
                                                 const Statistic& statistic);

enum class Comparison : std::uint8_t { greater_or_equal, greater, less, less_or_equal };

/// A static threshold: the statistic is the left operand.
struct Threshold {
  Comparison comparison = Comparison::greater;
  double value = 0;
  [[nodiscard]] bool breached_by(double statistic) const noexcept;
  friend bool operator==(const Threshold&, const Threshold&) = default;
};

/// "GreaterThanThreshold", ... as PutMetricAlarm names them.
[[nodiscard]] std::optional<Comparison> parse_comparison(std::string_view name);
[[nodiscard]] std::string_view to_string(Comparison comparison);

}  // namespace opsim
