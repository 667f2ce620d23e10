#include "models/workload/fluid.hpp"

#include <algorithm>
#include <cmath>

namespace opsim::workload {

namespace {
constexpr double kNever = 3e9;  // seconds: about a century
/// Below this a level has been reached.
constexpr double kReached = 1e-9;

/// The smallest root above 0 of a t^2 + b t + c.
std::optional<double> first_root(double a, double b, double c) {
  double roots[2] = {-1, -1};
  if (std::abs(a) < 1e-15) {
    if (b != 0) roots[0] = -c / b;
  } else {
    const double inside = b * b - 4 * a * c;
    if (inside < 0) return std::nullopt;
    const double q = -0.5 * (b + std::copysign(std::sqrt(inside), b));
    roots[0] = q / a;
    if (q != 0) roots[1] = c / q;
  }
  double first = kNever;
  for (const double root : roots)
    if (root > kReached) first = std::min(first, root);
  return first < kNever ? std::optional{first} : std::nullopt;
}

}  // namespace

double Fluid::at(double seconds) const {
  const double net = inflow - capacity;
  if (level <= 0 && net <= 0 && slope <= 0) return 0;
  return std::max(0.0, level + net * seconds + slope * seconds * seconds / 2);
}

std::optional<double> Fluid::reaches(double limit) const {
  if (level <= 0 && inflow < capacity) return std::nullopt;  // it has to begin first
  return first_root(slope / 2, inflow - capacity, level - limit);
}

std::optional<double> Fluid::turns() const {
  if (level > 0 || inflow > capacity) return reaches(0);
  if (slope <= 0) return std::nullopt;
  const double seconds = (capacity - inflow) / slope;
  return seconds < kNever ? std::optional{seconds} : std::nullopt;
}

}  // namespace opsim::workload
