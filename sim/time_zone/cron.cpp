// When a schedule comes next.
#include <algorithm>

#include "opsim/schedule.hpp"

namespace opsim::schedule {

namespace {

using Days = std::chrono::sys_days;

constexpr auto kEnd = Days{std::chrono::year{2200} / std::chrono::January / 1}.time_since_epoch();

unsigned weekday_number(Days day) { return std::chrono::weekday{day}.c_encoding() + 1; }

bool is_nearest_weekday(const std::chrono::year_month_day& date, int wanted) {
  using std::chrono::day;
  const auto month_end = date.year() / date.month() / std::chrono::last;
  const unsigned want = std::min(static_cast<unsigned>(wanted), unsigned{month_end.day()});
  Days target{date.year() / date.month() / day{want}};
  const unsigned weekday = weekday_number(target);
  // Saturday goes back and Sunday forward, but never into another month.
  if (weekday == 7) target += std::chrono::days{want == 1 ? 2 : -1};
  if (weekday == 1) target += std::chrono::days{want == unsigned{month_end.day()} ? -2 : 1};
  return Days{date} == target;
}

bool day_matches(const Cron& cron, Days day) {
  const std::chrono::year_month_day date{day};
  if (!cron.months.test(unsigned{date.month()})) return false;
  const unsigned of_month = unsigned{date.day()};
  const unsigned last = unsigned{(date.year() / date.month() / std::chrono::last).day()};
  const auto weekday = static_cast<int>(weekday_number(day));
  if (!cron.weekdays_decide) {
    if (cron.last_day) return of_month == last;
    if (cron.nearest_weekday != 0) return is_nearest_weekday(date, cron.nearest_weekday);
    return cron.days.test(of_month);
  }
  if (cron.last_weekday != 0) return weekday == cron.last_weekday && of_month + 7 > last;
  if (cron.nth != 0)
    return weekday == cron.nth_weekday && (of_month - 1) / 7 + 1 == static_cast<unsigned>(cron.nth);
  return cron.weekdays.test(static_cast<std::size_t>(weekday));
}

/// The first matching minute of `day` from minute `from` of that day on.
std::optional<int> minute_of_day(const Cron& cron, int from) {
  for (int minute = from; minute < 24 * 60; ++minute) {
    if (!cron.hours.test(static_cast<std::size_t>(minute / 60))) {
      minute = (minute / 60 + 1) * 60 - 1;
      continue;
    }
    if (cron.minutes.test(static_cast<std::size_t>(minute % 60))) return minute;
  }
  return {};
}

}  // namespace

std::optional<LocalTime> Cron::next_after(LocalTime local) const {
  using std::chrono::minutes;
  // Years before 1970 match nothing, and no year after 2199.
  local = std::clamp(local, LocalTime{} - minutes{1}, LocalTime{kEnd});
  const auto start = std::chrono::floor<minutes>(local) + minutes{1};
  const auto today = std::chrono::floor<std::chrono::days>(start);
  Days day{today.time_since_epoch()};
  int from = static_cast<int>((start - today) / minutes{1});
  while (day < Days{kEnd}) {
    const std::chrono::year_month_day date{day};
    if (!years.test(static_cast<std::size_t>(int{date.year()} - 1970))) {
      day = Days{(date.year() + std::chrono::years{1}) / std::chrono::January / 1};
    } else if (!months.test(unsigned{date.month()})) {
      day = Days{date.year() / date.month() / std::chrono::last} + std::chrono::days{1};
    } else {
      if (day_matches(*this, day))
        if (const std::optional<int> minute = minute_of_day(*this, from))
          return LocalTime{day.time_since_epoch() + minutes{*minute}};
      day += std::chrono::days{1};
    }
    from = 0;
  }
  return {};
}

// schedule-types, "Daylight savings time": what falls into the gap of spring is skipped; in autumn
// the schedule "runs only once and does not repeat its invocation".
std::optional<SimTime> Cron::next_after(SimTime time, const TimeZone& zone) const {
  // The first local time after the one of now; where the clock is about to go back, what it shows
  // again comes before it.
  std::optional<LocalTime> local = next_after(zone.to_local(time));
  while (local) {
    const LocalInstants found = zone.to_utc(*local);
    if (found.kind != LocalInstants::Kind::never && found.first > time) return found.first;
    local = next_after(*local);
  }
  return {};
}

std::optional<SimTime> UnixCron::next_after(SimTime time, const TimeZone& zone) const {
  const std::optional<SimTime> day = by_day.next_after(time, zone);
  const std::optional<SimTime> weekday =
      or_weekday ? or_weekday->next_after(time, zone) : std::nullopt;
  if (!day || !weekday) return day ? day : weekday;
  return std::min(*day, *weekday);
}

std::optional<SimTime> next_time(const Expression& expression, const TimeZone& zone, SimTime anchor,
                                 SimTime after) {
  if (const auto* cron = std::get_if<Cron>(&expression)) return cron->next_after(after, zone);
  if (const auto* at = std::get_if<At>(&expression)) {
    const SimTime when = zone.to_utc(at->when).first;
    return when > after ? std::optional{when} : std::nullopt;
  }
  if (after < anchor) return anchor;
  const Duration every = std::get<Rate>(expression).every;
  const SimTime last = after - (after - anchor) % every;
  if (last > SimTime::max() - every) return {};
  return last + every;
}

}  // namespace opsim::schedule
