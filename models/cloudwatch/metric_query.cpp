#include "models/cloudwatch/metric_query.hpp"

#include <algorithm>
#include <array>

namespace opsim::cloudwatch {
namespace {

constexpr std::array<std::string_view, 27> kByPreference = {"Megabits",
                                                            "Terabits",
                                                            "Gigabits",
                                                            "Count",
                                                            "Bytes",
                                                            "Gigabytes",
                                                            "Gigabytes/Second",
                                                            "Kilobytes",
                                                            "Kilobits/Second",
                                                            "Terabytes",
                                                            "Terabits/Second",
                                                            "Bytes/Second",
                                                            "Percent",
                                                            "Megabytes",
                                                            "Megabits/Second",
                                                            "Milliseconds",
                                                            "Microseconds",
                                                            "Kilobytes/Second",
                                                            "Gigabits/Second",
                                                            "Megabytes/Second",
                                                            "Bits",
                                                            "Bits/Second",
                                                            "Count/Second",
                                                            "Seconds",
                                                            "Kilobits",
                                                            "Terabytes/Second",
                                                            "None"};

}  // namespace

bool is_period(std::int64_t seconds) {
  constexpr std::array<std::int64_t, 5> kShort = {1, 5, 10, 20, 30};
  return std::ranges::find(kShort, seconds) != kShort.end() || (seconds > 0 && seconds % 60 == 0);
}

SimTime round_down(SimTime time, Duration step) {
  const Duration rest = time.time_since_epoch() % step;
  return time - (rest < Duration::zero() ? rest + step : rest);
}

std::string preferred_unit(const std::vector<std::string>& units) {
  for (const std::string_view unit : kByPreference) {
    if (std::ranges::find(units, unit) != units.end()) return std::string{unit};
  }
  return units.front();
}

}  // namespace opsim::cloudwatch
