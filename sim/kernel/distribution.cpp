#include "opsim/kernel/distribution.hpp"

#include <algorithm>
#include <cmath>

#include "opsim/kernel/portable_math.hpp"
#include "sim/kernel/distribution_reader.hpp"

namespace opsim {

namespace {

/// Where the unbounded kinds are cut off: no sample lies beyond (Stream::uniform never does).
constexpr double kLeast = 0x1.0p-53;
constexpr double kMost = 1 - 0x1.0p-53;

/// Of a normal distribution cut off at 0: the share that the cut took away.
double share_below_zero(double mean, double sd) { return portable::normal_cdf(-mean / sd); }

double truncated_normal_quantile(double mean, double sd, double p) {
  const double cut = share_below_zero(mean, sd);
  const double within = std::clamp(cut + p * (1 - cut), kLeast, kMost);
  return std::max(0.0, mean + sd * portable::normal_quantile(within));
}

double truncated_normal_mean(double mean, double sd) {
  constexpr double kSqrtTwoPi = 2.50662827463100050242;
  const double z = -mean / sd;
  const double density = portable::exp(-z * z / 2) / kSqrtTwoPi;
  return mean + sd * density / (1 - portable::normal_cdf(z));
}

}  // namespace

Distribution Distribution::constant(Duration value) {
  Distribution made;
  made.first_ = static_cast<double>(value.count()) / 1e9;
  made.text_ = exact_text(value);
  return made;
}

Distribution Distribution::constant(double value) {
  Distribution made;
  made.unit_ = Unit::number;
  made.first_ = value;
  made.text_ = number_text(value);
  return made;
}

double Distribution::quantile(double p) const {
  p = std::clamp(p, 0.0, 1.0);
  const double inside = std::clamp(p, kLeast, kMost);
  switch (kind_) {
    case Kind::constant: return first_;
    case Kind::uniform: return first_ + p * (second_ - first_);
    case Kind::exponential: return -first_ * portable::log(1 - inside);
    case Kind::lognormal:
      return portable::exp(first_ + second_ * portable::normal_quantile(inside));
    case Kind::normal: return truncated_normal_quantile(first_, second_, p);
    case Kind::gamma: return first_ / second_ * portable::gamma_quantile(second_, inside);
    case Kind::weibull: return first_ * portable::pow(-portable::log(1 - inside), 1 / second_);
    case Kind::empirical: {
      const double place = std::floor(p * static_cast<double>(values_.size()));
      return values_[std::min(static_cast<std::size_t>(place), values_.size() - 1)];
    }
  }
  return first_;
}

double Distribution::mean() const {
  switch (kind_) {
    case Kind::constant:
    case Kind::exponential:
    case Kind::gamma: return first_;
    case Kind::uniform: return (first_ + second_) / 2;
    case Kind::lognormal: return portable::exp(first_ + second_ * second_ / 2);
    case Kind::normal: return truncated_normal_mean(first_, second_);
    case Kind::weibull: return first_ * portable::exp(portable::log_gamma(1 + 1 / second_));
    case Kind::empirical: {
      double sum = 0;
      for (const double value : values_) sum += value;
      return sum / static_cast<double>(values_.size());
    }
  }
  return first_;
}

double Distribution::sample(Stream& stream) const {
  const double p = stream.uniform();  // also for a constant: what follows in the stream stays put
  return quantile(p);
}

Duration Distribution::sample_duration(Stream& stream) const {
  constexpr double kLongest = 9.2e9;  // seconds that a Duration can hold
  const double seconds = std::clamp(sample(stream), 0.0, kLongest);
  return Duration{static_cast<Duration::rep>(std::floor(seconds * 1e9 + 0.5))};
}

std::string Distribution::text() const { return text_; }

}  // namespace opsim
