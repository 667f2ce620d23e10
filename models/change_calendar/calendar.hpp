#pragma once
/// A calendar: events that recur, and whether it is open. Values and rules, with no state.
///
/// AWS: Systems Manager User Guide, "AWS Systems Manager Change Calendar". Text: RFC 5545.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "opsim/time_zone.hpp"

namespace opsim::change_calendar {

/// RRULE. SIMPLIFIED: FREQ, INTERVAL, COUNT, UNTIL, BYDAY (also 2TU, -1FR), BYMONTHDAY, BYMONTH.
struct Recurrence {
  enum class Frequency : std::uint8_t { none, daily, weekly, monthly, yearly } every{};
  int interval = 1;
  std::optional<int> count;
  std::optional<SimTime> until;
  struct Day {
    int nth = 0;      // 0: every one of the period
    int weekday = 0;  // 0: Sunday
  };
  std::vector<Day> days;
  std::vector<int> month_days;
  std::vector<int> months;
};

struct CalendarEvent {
  LocalTime start{};
  Duration length{};
  TimeZone zone;
  Recurrence recurrence;
  std::vector<LocalTime> except;  // EXDATE
};

struct Calendar {
  bool open_by_default = true;  // X-CALENDAR-TYPE:DEFAULT_OPEN
  std::vector<CalendarEvent> events;

  /// "CLOSED during events" of a DEFAULT_OPEN calendar, open during those of a DEFAULT_CLOSED one.
  [[nodiscard]] bool is_open(SimTime time) const;
};

/// The calendar, or what is wrong with the text.
struct CalendarText {
  std::optional<Calendar> calendar;
  std::string wrong;
};
[[nodiscard]] CalendarText read_calendar(std::string_view text);

struct Interval {
  SimTime from;
  SimTime to;  // not in it
};
/// Those of one event that touch [from, to), the earliest first.
[[nodiscard]] std::vector<Interval> occurrences(const CalendarEvent& event, SimTime from,
                                                SimTime to);

/// GetCalendarState: closed if one of them is.
[[nodiscard]] bool all_open(const std::vector<Calendar>& calendars, SimTime time);
/// When that changes next; nothing within 400 days.
[[nodiscard]] std::optional<SimTime> next_transition(const std::vector<Calendar>& calendars,
                                                     SimTime time);

}  // namespace opsim::change_calendar
