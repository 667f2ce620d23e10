#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/kernel/random.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim {

struct ParsedDistribution;

/// How long something takes, or how much of it there is, when that varies. A value: compare, copy.
///
/// Text    40s                                constant: "40s", "40" and "97 %" too
///         uniform(10s, 20s)
///         exponential(mean 5min)             also: p50 or any other percentile
///         lognormal(p50 40s, p99 3min)       also: median; any two percentiles; mean and sd
///         normal(mean 40s, sd 5s)            cut off at 0: only values from 0 on occur
///         gamma(mean 5min, shape 2)
///         weibull(scale 5min, shape 1.5)
///         empirical(30s, 40s, 41s, 2min)     resampled: one of these values, each as likely
/// Units   All durations, all percentages or all plain numbers (shape is always plain).
///         Inside, a duration counts in seconds and 97 % is 0.97.
/// Random  One number of the stream for each sample, by inverting the distribution function: so two
///         runs on one seed that differ in a parameter keep the same luck.
class Distribution {
 public:
  enum class Kind : std::uint8_t {
    constant,
    uniform,
    exponential,
    lognormal,
    normal,
    gamma,
    weibull,
    empirical
  };
  enum class Unit : std::uint8_t { number, duration, percent };

  /// Zero seconds, always.
  Distribution() = default;
  static Distribution constant(Duration value);
  static Distribution constant(double value);

  /// Reads the text above; on failure `error` says what is wrong and what was expected.
  static ParsedDistribution parse(std::string_view text);

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] Unit unit() const noexcept { return unit_; }

  /// Seconds if the unit is duration.
  double sample(Stream& stream) const;
  /// Rounded to nanoseconds, at least 0; a plain number counts as seconds.
  Duration sample_duration(Stream& stream) const;
  /// The value below which a share p of the samples lies; p is cut to 0..1 (exclusive for the
  /// unbounded kinds).
  [[nodiscard]] double quantile(double p) const;
  [[nodiscard]] double mean() const;
  /// Text that parse() reads back as the same distribution.
  [[nodiscard]] std::string text() const;

  friend bool operator==(const Distribution&, const Distribution&) = default;

 private:
  friend class DistributionReader;
  Kind kind_ = Kind::constant;
  Unit unit_ = Unit::duration;
  double first_ = 0;            // value | low | mean | mu | mean | scale of the unit | scale
  double second_ = 0;           //         high |    | sigma | sd | shape | shape
  std::vector<double> values_;  // empirical: sorted
  std::string text_ = "0 s";
};

/// Either a distribution or what is wrong with the text.
struct ParsedDistribution {
  std::optional<Distribution> value;
  std::string error;  // empty if there is a value
  explicit operator bool() const noexcept { return value.has_value(); }
  const Distribution& operator*() const { return *value; }
  const Distribution* operator->() const { return &*value; }
};

}  // namespace opsim
