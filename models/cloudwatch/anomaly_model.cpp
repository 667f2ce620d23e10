#include "models/cloudwatch/anomaly_model.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

namespace opsim::cloudwatch {
namespace {

constexpr Duration kAnHour = std::chrono::hours{1};
/// How many datapoints' weight the hour of all days has beside that of the weekday (estimate).
constexpr double kPrior = 12;

struct Mean {
  double count = 0;
  double sum = 0;
  void add(double times, double mean) {
    count += times;
    sum += times * mean;
  }
  [[nodiscard]] double value() const { return count > 0 ? sum / count : 0; }
};

struct Season {
  std::int64_t hour;    // 0 to 23
  std::size_t weekday;  // 0 to 6
};

Season season_of(SimTime time, const TimeZone& zone) {
  const Duration local = zone.to_local(time).time_since_epoch();
  const std::int64_t hours = std::chrono::floor<std::chrono::hours>(local).count();
  const std::int64_t days = std::chrono::floor<std::chrono::days>(local).count();
  const std::int64_t weekday = ((days % 7) + 7) % 7;
  return {hours - days * 24, static_cast<std::size_t>(weekday)};
}

}  // namespace

void AnomalyModel::learn(SimTime begin, std::span<const double> values) {
  until_ = begin + kAnHour;
  const SimTime oldest = *until_ - kHours * kAnHour;
  while (!hours_.empty() && hours_.front().begin < oldest) hours_.pop_front();
  if (values.empty()) return;
  Hour hour{.begin = begin, .lowest = values.front()};
  for (const double value : values) {
    ++hour.count;
    const double off = value - hour.mean;
    hour.mean += off / hour.count;
    hour.spread += off * (value - hour.mean);
    hour.lowest = std::min(hour.lowest, value);
  }
  hours_.push_back(hour);
}

bool AnomalyModel::never_negative() const {
  return std::ranges::all_of(hours_, [](const Hour& hour) { return hour.lowest >= 0; });
}

std::optional<Expected> AnomalyModel::expect(SimTime time, const TimeZone& zone) const {
  if (!is_trained()) return std::nullopt;
  const Season season = season_of(time, zone);
  std::vector<std::pair<const Hour*, std::size_t>> alike;  // with their weekdays
  for (const Hour& hour : hours_) {
    const Season of = season_of(hour.begin, zone);
    if (of.hour == season.hour) alike.emplace_back(&hour, of.weekday);
  }
  if (alike.empty()) {  // never seen at this hour: all hours are all there is
    for (const Hour& hour : hours_) alike.emplace_back(&hour, season.weekday);
  }
  Mean all;
  std::array<Mean, 7> days;
  for (const auto& [hour, weekday] : alike) {
    all.add(hour->count, hour->mean);
    days.at(weekday).add(hour->count, hour->mean);
  }
  const auto expected_on = [&](std::size_t weekday) {
    const Mean& day = days.at(weekday);
    return (day.sum + kPrior * all.value()) / (day.count + kPrior);
  };
  double spread = 0;
  for (const auto& [hour, weekday] : alike) {
    const double off = hour->mean - expected_on(weekday);
    spread += hour->spread + hour->count * off * off;
  }
  return Expected{expected_on(season.weekday), std::sqrt(spread / all.count)};
}

}  // namespace opsim::cloudwatch
