#pragma once
/// What GetMetricData and GetMetricStatistics share: a metric, a grid of periods, a unit.
#include "models/cloudwatch/input.hpp"
#include "opsim/cloud/metrics.hpp"

namespace opsim::cloudwatch {

/// 1, 5, 10, 20, 30 or a multiple of 60 seconds.
[[nodiscard]] bool is_period(std::int64_t seconds);

/// How long data can be read by periods of less than a minute (API GetMetricData).
constexpr Duration kHighResolutionKept = std::chrono::hours{3};

/// Periods of [from, to): the first begins at `from`.
struct PeriodGrid {
  SimTime from;
  SimTime to;
  Duration period;
  [[nodiscard]] std::int64_t count() const {
    return to <= from ? 0 : (to - from - Duration{1}) / period + 1;
  }
};

/// `time` rounded down to a multiple of `step` since 1970.
[[nodiscard]] SimTime round_down(SimTime time, Duration step);

/// The unit that CloudWatch answers with where the caller names none and there are several; the
/// order is recorded on AWS. `units` is not empty.
[[nodiscard]] std::string preferred_unit(const std::vector<std::string>& units);

}  // namespace opsim::cloudwatch
