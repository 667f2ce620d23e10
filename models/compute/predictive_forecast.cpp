// The forecast of predictive scaling: an estimate, as the header says.
#include <algorithm>
#include <cmath>

#include "models/compute/predictive_scaling.hpp"

namespace opsim::compute {

namespace {

constexpr Hour kDayHours = 24;
constexpr Hour kWeekHours = 7 * kDayHours;

/// The mean load of hours that lie whole steps before `hour`, among those measured.
std::optional<double> mean_before(const LoadHistory& history, Hour hour, Hour step) {
  double sum = 0;
  int count = 0;
  for (Hour at = hour - step; at >= hour - kMostHours - kForecastHours; at -= step) {
    const auto found = history.find(at);
    if (found == history.end()) continue;
    sum += found->second.load;
    ++count;
  }
  return count == 0 ? std::nullopt : std::optional{sum / count};
}

double load_of(const LoadHistory& history, Hour hour) {
  if (const auto weekly = mean_before(history, hour, kWeekHours)) return *weekly;
  return mean_before(history, hour, kDayHours).value_or(0);
}

/// Capacity for a unit of load.
double capacity_of_load(const LoadHistory& history) {
  double load = 0;
  double needed = 0;
  for (const auto& [hour, one] : history) {
    if (!one.needed) continue;
    load += one.load;
    needed += *one.needed;
  }
  return load > 0 ? needed / load : 0;
}

}  // namespace

Hour hour_of(SimTime time) {
  return std::chrono::floor<std::chrono::hours>(time.time_since_epoch()).count();
}

SimTime start_of(Hour hour) { return SimTime{std::chrono::hours{hour}}; }

std::map<Hour, ForecastHour> forecast(const LoadHistory& history, Hour first, int count) {
  std::map<Hour, ForecastHour> hours;
  if (std::ssize(history) < kLeastHours) return hours;
  const double each = capacity_of_load(history);
  for (Hour hour = first; hour < first + count; ++hour) {
    const double load = load_of(history, hour);
    // 4.000000001 of a division is four.
    const double exact = load * each;
    hours[hour] = {load, static_cast<std::int64_t>(std::ceil(exact - 1e-9 * std::max(exact, 1.0)))};
  }
  return hours;
}

std::int64_t raised_maximum(std::int64_t maximum, std::int64_t capacity,
                            std::int64_t buffer_percent) {
  return std::max(maximum, (capacity * (100 + buffer_percent) + 99) / 100);
}

}  // namespace opsim::compute
