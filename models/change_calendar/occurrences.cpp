// When events take place, and what that makes of calendars.
// RFC 5545, 3.3.10 (recurrence rules); an event repeats on the clock of its own zone.
#include <algorithm>

#include "models/change_calendar/calendar.hpp"

namespace opsim::change_calendar {

namespace {

using Days = std::chrono::local_days;
using Frequency = Recurrence::Frequency;

constexpr int kMostPeriods = 20'000;  // of one rule that are looked at: 54 years of days
constexpr auto kHorizon = std::chrono::days{400};

bool has(const std::vector<int>& numbers, int number) {
  return std::ranges::find(numbers, number) != numbers.end();
}

/// Whether a day of the period passes the BY parts. `start` says what they leave open.
bool day_fits(const Recurrence& rule, Days day, Days start) {
  using namespace std::chrono;
  const year_month_day date{day};
  const year_month_day first{start};
  const int month = static_cast<int>(unsigned{date.month()});
  const int of_month = static_cast<int>(unsigned{date.day()});
  const int last =
      static_cast<int>(unsigned{(date.year() / date.month() / std::chrono::last).day()});
  const int weekday_now = static_cast<int>(weekday{day}.c_encoding());
  if (!rule.months.empty() && !has(rule.months, month)) return false;
  if (rule.every == Frequency::yearly && rule.months.empty() && date.month() != first.month())
    return false;
  if (!rule.month_days.empty() && !has(rule.month_days, of_month) &&
      !has(rule.month_days, of_month - last - 1))
    return false;
  if (!rule.days.empty())
    return std::ranges::any_of(rule.days, [&](const Recurrence::Day& wanted) {
      if (wanted.weekday != weekday_now) return false;
      if (wanted.nth > 0) return (of_month - 1) / 7 + 1 == wanted.nth;
      if (wanted.nth < 0) return (last - of_month) / 7 + 1 == -wanted.nth;
      return true;
    });
  if (!rule.month_days.empty() || rule.every == Frequency::daily) return true;
  if (rule.every == Frequency::weekly) return weekday{day} == weekday{start};
  return date.day() == first.day();
}

/// The first day of the `number`th period, counted from that of the start.
Days period_start(const Recurrence& rule, Days start, int number) {
  using namespace std::chrono;
  const year_month_day first{start};
  const int step = number * rule.interval;
  switch (rule.every) {
    case Frequency::weekly: return start - (weekday{start} - Monday) + weeks{step};
    case Frequency::monthly: return Days{(first.year() / first.month() + months{step}) / 1};
    case Frequency::yearly: return Days{(first.year() + years{step}) / January / 1};
    default: return start + days{step};
  }
}

Days period_end(const Recurrence& rule, Days from) {
  using namespace std::chrono;
  const year_month_day date{from};
  switch (rule.every) {
    case Frequency::weekly: return from + weeks{1};
    case Frequency::monthly: return Days{(date.year() / date.month() + months{1}) / 1};
    case Frequency::yearly: return Days{(date.year() + years{1}) / January / 1};
    default: return from + days{1};
  }
}

/// Gives each start of a recurring event to `take` until it says stop.
template <class Take>
void each_start(const CalendarEvent& event, Take take) {
  const Recurrence& rule = event.recurrence;
  const Days first = std::chrono::floor<std::chrono::days>(event.start);
  const Duration time_of_day = event.start - first;
  int found = 0;
  for (int period = 0; period < kMostPeriods; ++period) {
    const Days begin = period_start(rule, first, period);
    for (Days day = begin; day < period_end(rule, begin); day += std::chrono::days{1}) {
      if (day < first || !day_fits(rule, day, first)) continue;
      const LocalTime local = day + time_of_day;
      const SimTime start = event.zone.to_utc(local).first;
      if ((rule.until && start > *rule.until) || (rule.count && ++found > *rule.count)) return;
      if (std::ranges::find(event.except, local) != event.except.end()) continue;
      if (!take(start)) return;
    }
  }
}

bool in_event(const Calendar& calendar, SimTime time) {
  return std::ranges::any_of(calendar.events, [&](const CalendarEvent& event) {
    return !occurrences(event, time, time + std::chrono::nanoseconds{1}).empty();
  });
}

}  // namespace

std::vector<Interval> occurrences(const CalendarEvent& event, SimTime from, SimTime to) {
  std::vector<Interval> found;
  const auto add = [&](SimTime start) {
    if (start >= to) return false;
    if (start + event.length > from) found.push_back({start, start + event.length});
    return true;
  };
  if (event.recurrence.every == Frequency::none) {
    add(event.zone.to_utc(event.start).first);
  } else {
    each_start(event, add);
  }
  return found;
}

bool Calendar::is_open(SimTime time) const { return open_by_default != in_event(*this, time); }

bool all_open(const std::vector<Calendar>& calendars, SimTime time) {
  return std::ranges::all_of(calendars,
                             [&](const Calendar& calendar) { return calendar.is_open(time); });
}

std::optional<SimTime> next_transition(const std::vector<Calendar>& calendars, SimTime time) {
  std::vector<SimTime> edges;
  for (const Calendar& calendar : calendars)
    for (const CalendarEvent& event : calendar.events)
      for (const Interval& interval : occurrences(event, time, time + kHorizon)) {
        edges.push_back(interval.from);
        edges.push_back(interval.to);
      }
  std::ranges::sort(edges);
  const bool open = all_open(calendars, time);
  for (const SimTime edge : edges)
    if (edge > time && all_open(calendars, edge) != open) return edge;
  return std::nullopt;
}

}  // namespace opsim::change_calendar
