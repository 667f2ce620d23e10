#include "models/cloudwatch/anomaly_model.hpp"

#include <algorithm>
#include <cmath>

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
  std::size_t hour;     // 0 to 23
  std::size_t weekday;  // 0 to 6
};

Season season_of(SimTime time, const TimeZone& zone) {
  const Duration local = zone.to_local(time).time_since_epoch();
  const std::int64_t hours = std::chrono::floor<std::chrono::hours>(local).count();
  const std::int64_t days = std::chrono::floor<std::chrono::days>(local).count();
  const std::int64_t weekday = ((days % 7) + 7) % 7;
  return {static_cast<std::size_t>(hours - days * 24), static_cast<std::size_t>(weekday)};
}

double mean_of(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

/// The sum of squared distances from the least-squares line through evenly spaced values, for as
/// many degrees of freedom as values; from their mean where two values or fewer fit any line.
double spread_of(std::span<const double> values) {
  const double count = static_cast<double>(values.size());
  const double mean = mean_of(values);
  double square = 0;  // of values, of places, and of one with the other
  double places = 0;
  double both = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double place = static_cast<double>(i) - (count - 1) / 2;
    square += (values[i] - mean) * (values[i] - mean);
    places += place * place;
    both += place * (values[i] - mean);
  }
  if (values.size() < 3) return square;
  return std::max(0.0, square - both * both / places) * count / (count - 2);
}

}  // namespace

void AnomalyModel::learn(SimTime begin, std::span<const double> values) {
  if (values.empty() && hours_.empty()) return;
  week_.reset();
  until_ = begin + kAnHour;
  const SimTime oldest = *until_ - kHours * kAnHour;
  while (!hours_.empty() && hours_.front().begin < oldest) hours_.pop_front();
  if (values.empty()) return;
  hours_.push_back({.begin = begin,
                    .count = static_cast<double>(values.size()),
                    .mean = mean_of(values),
                    .spread = spread_of(values),
                    .lowest = *std::ranges::min_element(values)});
}

bool AnomalyModel::never_negative() const {
  return std::ranges::all_of(hours_, [](const Hour& hour) { return hour.lowest >= 0; });
}

std::optional<Expected> AnomalyModel::expect(SimTime time, const TimeZone& zone) {
  if (!is_trained()) return std::nullopt;
  if (!week_ || week_->zone != zone) learn_week(zone);
  const SimTime before = std::chrono::floor<std::chrono::hours>(time - kAnHour / 2);
  const std::optional<Expected> a = expect_hour(before);
  const std::optional<Expected> b = expect_hour(before + kAnHour);
  if (!a && !b) return expect_any();
  if (!a || !b) return a ? a : b;
  const double share = static_cast<double>((time - kAnHour / 2 - before).count()) /
                       static_cast<double>(kAnHour.count());
  return Expected{std::lerp(a->value, b->value, share),
                  std::lerp(a->deviation, b->deviation, share)};
}

/// Nothing where that hour of the day was never seen.
std::optional<Expected> AnomalyModel::expect_hour(SimTime begin) const {
  const Season season = season_of(begin, week_->zone);
  return week_->hours.at(season.weekday).at(season.hour);
}

void AnomalyModel::learn_week(const TimeZone& zone) {
  struct HourOfDay {
    Mean all;
    std::array<Mean, 7> days;
    double spread = 0;
    [[nodiscard]] double expected_on(std::size_t weekday) const {
      const Mean& day = days.at(weekday);
      return (day.sum + kPrior * all.value()) / (day.count + kPrior);
    }
  };
  std::array<HourOfDay, 24> day;
  for (const Hour& hour : hours_) {
    const Season season = season_of(hour.begin, zone);
    day.at(season.hour).all.add(hour.count, hour.mean);
    day.at(season.hour).days.at(season.weekday).add(hour.count, hour.mean);
  }
  for (const Hour& hour : hours_) {
    const Season season = season_of(hour.begin, zone);
    const double off = hour.mean - day.at(season.hour).expected_on(season.weekday);
    day.at(season.hour).spread += hour.spread + hour.count * off * off;
  }
  week_ = Week{.zone = zone, .hours = {}};
  for (std::size_t weekday = 0; weekday < 7; ++weekday)
    for (std::size_t hour = 0; hour < 24; ++hour) {
      const HourOfDay& seen = day.at(hour);
      if (seen.all.count > 0)
        week_->hours.at(weekday).at(hour) =
            Expected{seen.expected_on(weekday), std::sqrt(seen.spread / seen.all.count)};
    }
}

/// Where the hour was never seen, all hours are all there is.
Expected AnomalyModel::expect_any() const {
  Mean all;
  for (const Hour& hour : hours_) all.add(hour.count, hour.mean);
  double spread = 0;
  for (const Hour& hour : hours_) {
    const double off = hour.mean - all.value();
    spread += hour.spread + hour.count * off * off;
  }
  return {all.value(), std::sqrt(spread / all.count)};
}

}  // namespace opsim::cloudwatch
