#pragma once
/// The values that metric math computes with: scalars, time series, arrays of them.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/cloudwatch/math_expression.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::cloudwatch {

/// The timestamps that all series of one evaluation share: from + k x step.
struct MathGrid {
  SimTime from{};
  Duration step = std::chrono::minutes{1};
  std::size_t count = 0;
  [[nodiscard]] SimTime at(std::size_t k) const {
    return from + static_cast<std::int64_t>(k) * step;
  }
  friend bool operator==(const MathGrid&, const MathGrid&) = default;
};

/// One value per timestamp of the grid; an empty one is missing. A series of a longer period has
/// values at every `stride`-th timestamp from `first` on only.
struct MathSeries {
  std::string label;
  Duration period = std::chrono::minutes{1};
  std::size_t first = 0;
  std::size_t stride = 1;
  std::vector<std::optional<double>> points;
};

struct MathValue {
  MathType type = MathType::series;
  std::optional<double> scalar = {};    // nothing where no datapoint gave it a value
  std::vector<MathSeries> series = {};  // one of a time series, any number of an array
};

// ---- Pure rules: math_rules.cpp ----------------------------------------------------------------

/// Nothing where the result is no number: 1 / 0, (-8) ^ 0.5. AND and OR give 0 or 1.
[[nodiscard]] std::optional<double> apply(MathOperator op, double left, double right);

/// ABS, CEIL, FLOOR, LOG, LOG10 of each datapoint; RATE, DIFF, DIFF_TIME, RUNNING_SUM along them.
void transform(MathCall call, const MathGrid& grid, MathSeries& series);
/// SUM, AVG, MIN, MAX, STDDEV, DATAPOINT_COUNT of all datapoints of a series.
[[nodiscard]] std::optional<double> reduce(MathCall call, const MathSeries& series);
/// The same across the series of an array, for each timestamp.
[[nodiscard]] MathSeries combine(MathCall call, const MathGrid& grid,
                                 const std::vector<MathSeries>& series);
/// MINUTE, HOUR, DAY (Monday is 1), DATE, MONTH, YEAR, EPOCH of each timestamp, in UTC.
void replace_with_clock(MathCall call, const MathGrid& grid, MathSeries& series);
/// FILL(ts, REPEAT) and FILL(ts, LINEAR).
void fill_repeating(MathSeries& series);
void fill_between(MathSeries& series);

}  // namespace opsim::cloudwatch
