// What the operators and functions of metric math compute.
// AWS: CloudWatch User Guide, "Using metric math" (using-metric-math).
#include <algorithm>
#include <chrono>
#include <cmath>

#include "models/cloudwatch/math_series.hpp"

namespace opsim::cloudwatch {
namespace {

using Point = std::optional<double>;

Point finite(double value) { return std::isfinite(value) ? Point{value} : std::nullopt; }

double truth(bool holds) { return holds ? 1 : 0; }

double seconds_of(Duration span) { return std::chrono::duration<double>(span).count(); }

/// The values gathered so far of one series, or of one timestamp across an array.
struct Gathered {
  std::size_t count = 0;
  double sum = 0;
  double lowest = 0;
  double highest = 0;
  double mean = 0;  // Welford's
  double spread = 0;

  void add(double value) {
    ++count;
    sum += value;
    lowest = count == 1 ? value : std::min(lowest, value);
    highest = count == 1 ? value : std::max(highest, value);
    const double off = value - mean;
    mean += off / static_cast<double>(count);
    spread += off * (value - mean);
  }
  /// UNDOCUMENTED: STDDEV is the population's (divided by n).
  [[nodiscard]] Point answer(MathCall call) const {
    if (call == MathCall::datapoint_count) return static_cast<double>(count);
    if (count == 0) return std::nullopt;
    switch (call) {
      case MathCall::average: return finite(sum / static_cast<double>(count));
      case MathCall::minimum: return lowest;
      case MathCall::maximum: return highest;
      case MathCall::deviation:
        return finite(std::sqrt(std::max(0.0, spread) / static_cast<double>(count)));
      default: return finite(sum);
    }
  }
};

Point each(MathCall call, double value) {
  switch (call) {
    case MathCall::absolute: return std::abs(value);
    case MathCall::ceiling: return std::ceil(value);
    case MathCall::floor: return std::floor(value);
    case MathCall::log: return finite(std::log(value));  // UNDOCUMENTED: dropped up to 0
    default: return finite(std::log10(value));
  }
}

bool runs_along(MathCall call) {
  return call == MathCall::rate || call == MathCall::difference ||
         call == MathCall::difference_time || call == MathCall::running_sum;
}

/// "The difference between each value and the preceding value": the first has none and drops out.
void run_along(MathCall call, const MathGrid& grid, std::vector<Point>& points) {
  std::optional<std::size_t> previous;
  double before = 0;
  double total = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!points[i]) continue;
    const double value = *points[i];
    const double elapsed =
        previous ? seconds_of(static_cast<std::int64_t>(i - *previous) * grid.step) : 0;
    total += value;
    if (call == MathCall::running_sum) {
      points[i] = finite(total);
    } else if (!previous) {
      points[i].reset();
    } else if (call == MathCall::difference_time) {
      points[i] = elapsed;
    } else {
      points[i] = finite(call == MathCall::rate ? (value - before) / elapsed : value - before);
    }
    previous = i;
    before = value;
  }
}

double clock_value(MathCall call, SimTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time.time_since_epoch());
  const std::chrono::sys_days date{day};
  const std::chrono::year_month_day calendar{date};
  const std::chrono::hh_mm_ss clock{
      std::chrono::floor<std::chrono::seconds>(time.time_since_epoch() - day)};
  switch (call) {
    case MathCall::minute: return static_cast<double>(clock.minutes().count());
    case MathCall::hour: return static_cast<double>(clock.hours().count());
    case MathCall::day: return std::chrono::weekday{date}.iso_encoding();
    case MathCall::date: return static_cast<unsigned>(calendar.day());
    case MathCall::month: return static_cast<unsigned>(calendar.month());
    case MathCall::year: return static_cast<int>(calendar.year());
    default:
      return static_cast<double>(
          std::chrono::floor<std::chrono::seconds>(time.time_since_epoch()).count());
  }
}

}  // namespace

Point apply(MathOperator op, double left, double right) {
  switch (op) {
    case MathOperator::add: return finite(left + right);
    case MathOperator::subtract: return finite(left - right);
    case MathOperator::multiply: return finite(left * right);
    case MathOperator::divide: return right == 0 ? std::nullopt : finite(left / right);
    case MathOperator::power: return finite(std::pow(left, right));
    case MathOperator::equal: return truth(left == right);
    case MathOperator::not_equal: return truth(left != right);
    case MathOperator::less_or_equal: return truth(left <= right);
    case MathOperator::greater_or_equal: return truth(left >= right);
    case MathOperator::less: return truth(left < right);
    case MathOperator::greater: return truth(left > right);
    case MathOperator::logical_and: return truth(left != 0 && right != 0);
    default: return truth(left != 0 || right != 0);
  }
}

void transform(MathCall call, const MathGrid& grid, MathSeries& series) {
  if (runs_along(call)) return run_along(call, grid, series.points);
  for (Point& point : series.points) {
    if (point) point = each(call, *point);
  }
}

// UNDOCUMENTED: whether AVG of one sparse series counts missing datapoints as 0. Here it is over
// "all the data points in the metric".
Point reduce(MathCall call, const MathSeries& series) {
  Gathered gathered;
  for (const Point& point : series.points) {
    if (point) gathered.add(*point);
  }
  return gathered.answer(call);
}

// "AVG of an array: missing values are treated as 0"; so are they by STDDEV, as observed on AWS. A
// timestamp at which no series has a value stays empty.
MathSeries combine(MathCall call, const MathGrid& grid, const std::vector<MathSeries>& series) {
  MathSeries result;
  result.period = grid.step;
  result.points.resize(grid.count);
  if (!series.empty()) {
    const auto shortest = std::ranges::min_element(series, {}, &MathSeries::stride);
    result.period = shortest->period;
    result.first = shortest->first;
    result.stride = shortest->stride;
  }
  for (std::size_t i = 0; i < grid.count; ++i) {
    Gathered gathered;
    for (const MathSeries& one : series) {
      if (one.points[i]) gathered.add(*one.points[i]);
    }
    if (gathered.count == 0) continue;
    if (call == MathCall::average || call == MathCall::deviation) {
      for (const MathSeries& one : series) {
        if (!one.points[i]) gathered.add(0);
      }
    }
    result.points[i] = gathered.answer(call);
  }
  return result;
}

void replace_with_clock(MathCall call, const MathGrid& grid, MathSeries& series) {
  std::ranges::fill(series.points, std::nullopt);
  for (std::size_t i = series.first; i < series.points.size(); i += series.stride) {
    series.points[i] = clock_value(call, grid.at(i));
  }
}

// "REPEAT fills missing values with the most recent actual value of the metric before the missing
// value."
void fill_repeating(MathSeries& series) {
  Point last;
  for (std::size_t i = series.first; i < series.points.size(); i += series.stride) {
    if (series.points[i]) {
      last = series.points[i];
    } else {
      series.points[i] = last;
    }
  }
}

// "LINEAR fills missing values with values that create a linear interpolation between the values at
// the beginning and the end of the gap." A gap at either end of the range stays.
void fill_between(MathSeries& series) {
  std::optional<std::size_t> begin;
  for (std::size_t i = series.first; i < series.points.size(); i += series.stride) {
    if (!series.points[i]) continue;
    for (std::size_t gap = begin ? *begin + series.stride : i; gap < i; gap += series.stride) {
      const double share = static_cast<double>(gap - *begin) / static_cast<double>(i - *begin);
      const double low = *series.points[*begin];
      series.points[gap] = finite(low + share * (*series.points[i] - low));
    }
    begin = i;
  }
}

}  // namespace opsim::cloudwatch
