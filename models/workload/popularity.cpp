#include "models/workload/popularity.hpp"

#include <algorithm>
#include <cmath>

#include "opsim/kernel/portable_math.hpp"

namespace opsim::workload {

namespace {

constexpr double kWider = 1.15;  // each further rank than the one before

/// What objects from the `first` to before the `next` have of a sum of k^-s: of several, an
/// integral, which is theirs within a thousandth.
double weight(double first, double next, double skew) {
  if (next - first < 1.5) return portable::pow(first, -skew);
  const double power = 1 - skew;
  if (std::abs(power) < 1e-9) return portable::log((next - .5) / (first - .5));
  return (portable::pow(next - .5, power) - portable::pow(first - .5, power)) / power;
}

}  // namespace

Popularity::Popularity(double objects, double skew) {
  const double end = std::max(1.0, std::floor(objects)) + 1;
  double all = 0;
  for (double first = 1; first < end;) {
    const double next = std::min(end, std::max(first + 1, std::floor(first * kWider)));
    const double share = weight(first, next, skew);
    ranks_.push_back({share, share / (next - first)});
    all += share;
    first = next;
  }
  for (Rank& rank : ranks_) rank = {rank.share / all, rank.each / all};
}

double Popularity::warmth(double lookups) const {
  double warm = 0;
  for (const Rank& rank : ranks_) warm += rank.share * (1 - portable::exp(-lookups * rank.each));
  return warm;
}

double Popularity::lookups_until(double warm) const {
  double high = 1;
  while (warmth(high) < warm && high < 1e18) high *= 2;
  double low = 0;
  for (int i = 0; i < 30; ++i) {
    const double middle = (low + high) / 2;
    (warmth(middle) < warm ? low : high) = middle;
  }
  return high;
}

}  // namespace opsim::workload
