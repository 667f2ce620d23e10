#include "models/compute/credit_bucket.hpp"

#include <algorithm>
#include <cmath>

namespace opsim::compute {

double CreditBucket::at(SimTime time) const {
  const double seconds = std::chrono::duration<double>(time - from).count();
  return std::clamp(level + net() * seconds, least, most);
}

std::optional<SimTime> CreditBucket::next_limit(SimTime now) const {
  constexpr double kNeverSeconds = 3e9;
  const double here = at(now);
  const double way = net() > 0 ? most - here : here - least;
  if (net() == 0 || way <= kTolerance) return std::nullopt;
  const double seconds = way / std::abs(net());
  if (seconds > kNeverSeconds) return std::nullopt;
  return now + Duration{static_cast<std::int64_t>(std::ceil(seconds * 1e9))};
}

void CreditBucket::put(SimTime now, double credits) {
  level = std::clamp(credits, least, most);
  from = now;
}

void CreditBucket::set_rates(SimTime now, double earned, double spent) {
  put(now, at(now));
  earns = earned;
  spends = spent;
}

}  // namespace opsim::compute
