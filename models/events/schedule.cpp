#include "models/events/schedule.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <vector>

namespace opsim::events {

namespace {

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || text.front() == '-') return {};
  return value;
}

std::vector<std::string_view> split(std::string_view text, char by) {
  std::vector<std::string_view> parts;
  std::size_t at = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] != by) continue;
    parts.push_back(text.substr(at, i - at));
    at = i + 1;
  }
  return parts;
}

// ---- rate ----

std::optional<Schedule> parse_rate(std::string_view inside) {
  const auto words = split(inside, ' ');
  if (words.size() != 2 || words[0].empty()) return {};
  const std::optional<int> value = number(words[0]);
  if (!value || *value < 1) return {};
  struct Unit {
    std::string_view one;
    std::string_view many;
    Duration length;
  };
  constexpr Unit units[] = {{"minute", "minutes", std::chrono::minutes{1}},
                            {"hour", "hours", std::chrono::hours{1}},
                            {"day", "days", std::chrono::days{1}}};
  for (const Unit& unit : units)
    if (words[1] == (*value == 1 ? unit.one : unit.many)) return Rate{unit.length * *value};
  return {};
}

// ---- cron ----

/// One field's numbers: lists, ranges, steps, names.
struct FieldRange {
  int low;
  int high;
  std::span<const std::string_view> names;  // of low, low + 1, ...
};

constexpr std::string_view kMonths[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                        "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::string_view kWeekdays[] = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

std::optional<int> value_of(std::string_view text, const FieldRange& range) {
  for (std::size_t i = 0; i < range.names.size(); ++i)
    if (text == range.names[i]) return range.low + static_cast<int>(i);
  if (text.empty()) return {};
  const std::optional<int> value = number(text);
  if (!value || *value < range.low || *value > range.high) return {};
  return value;
}

/// "5", "1-5", "*", "0/15", "10-40/5" -> marks. False for anything else.
template <class Marks>
bool mark_item(std::string_view item, const FieldRange& range, int base, Marks& marks) {
  const auto slash = item.find('/');
  std::optional<int> step = 1;
  if (slash != item.npos) {
    if (slash + 1 == item.size()) return false;
    step = number(item.substr(slash + 1));
    if (!step || *step < 1) return false;
  }
  const std::string_view head = item.substr(0, slash);
  int first = range.low;
  int last = range.high;
  if (head != "*") {
    const auto dash = head.find('-');
    const std::optional<int> from = value_of(head.substr(0, dash), range);
    if (!from) return false;
    first = *from;
    if (dash != head.npos) {
      const std::optional<int> to = value_of(head.substr(dash + 1), range);
      if (!to || *to < *from) return false;
      last = *to;
    } else if (slash == item.npos) {
      last = first;
    }
  }
  for (int value = first; value <= last; value += *step)
    marks.set(static_cast<std::size_t>(value - base));
  return true;
}

template <class Marks>
bool mark(std::string_view field, const FieldRange& range, int base, Marks& marks) {
  for (const std::string_view item : split(field, ','))
    if (item.empty() || !mark_item(item, range, base, marks)) return false;
  return true;
}

bool read_days(std::string_view field, Cron& cron) {
  if (field == "L") {
    cron.last_day = true;
    return true;
  }
  const FieldRange range{1, 31, {}};
  if (field.size() > 1 && field.ends_with('W')) {
    const std::optional<int> day = value_of(field.substr(0, field.size() - 1), range);
    cron.nearest_weekday = day.value_or(0);
    return day.has_value();
  }
  return mark(field, range, 0, cron.days);
}

bool read_weekdays(std::string_view field, Cron& cron) {
  const FieldRange range{1, 7, kWeekdays};
  if (field == "L") {  // alone: Saturday, the last day of the week
    cron.weekdays.set(7);
    return true;
  }
  if (field.size() > 1 && field.ends_with('L')) {
    const std::optional<int> day = value_of(field.substr(0, field.size() - 1), range);
    cron.last_weekday = day.value_or(0);
    return day.has_value();
  }
  const auto hash = field.find('#');
  if (hash != field.npos) {
    const std::optional<int> day = value_of(field.substr(0, hash), range);
    const std::optional<int> nth = value_of(field.substr(hash + 1), {1, 5, {}});
    cron.nth_weekday = day.value_or(0);
    cron.nth = nth.value_or(0);
    return day && nth;
  }
  return mark(field, range, 0, cron.weekdays);
}

std::optional<Schedule> parse_cron(std::string_view inside) {
  const auto fields = split(inside, ' ');
  if (fields.size() != 6) return {};
  // "You can't specify the Day-of-month and Day-of-week fields in the same cron expression."
  if ((fields[2] == "?") == (fields[4] == "?")) return {};
  Cron cron;
  cron.weekdays_decide = fields[2] == "?";
  const bool days_ok =
      cron.weekdays_decide ? read_weekdays(fields[4], cron) : read_days(fields[2], cron);
  const bool ok = mark(fields[0], {0, 59, {}}, 0, cron.minutes) &&
                  mark(fields[1], {0, 23, {}}, 0, cron.hours) && days_ok &&
                  mark(fields[3], {1, 12, kMonths}, 0, cron.months) &&
                  mark(fields[5], {1970, 2199, {}}, 1970, cron.years);
  if (!ok) return {};
  return cron;
}

// ---- When a cron comes next ----

using Days = std::chrono::sys_days;

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

std::optional<SimTime> Cron::next_after(SimTime time) const {
  using std::chrono::minutes;
  const auto start = std::chrono::floor<minutes>(time) + minutes{1};
  Days day = std::chrono::floor<std::chrono::days>(start);
  int from = static_cast<int>((start - day) / minutes{1});
  const int first_year = int{std::chrono::year_month_day{day}.year()};
  while (true) {
    const int year = int{std::chrono::year_month_day{day}.year()};
    // A leap day comes within eight years; a year list may name one far ahead.
    if (year < 1970 || year > 2199 || (year > first_year + 230)) return {};
    if (!years.test(static_cast<std::size_t>(year - 1970))) {
      day = Days{std::chrono::year{year + 1} / std::chrono::January / 1};
      from = 0;
      continue;
    }
    if (day_matches(*this, day))
      if (const std::optional<int> minute = minute_of_day(*this, from))
        return SimTime{day + minutes{*minute}};
    day += std::chrono::days{1};
    from = 0;
  }
}

std::optional<Schedule> parse_schedule(std::string_view text) {
  const auto inside = [&](std::string_view head) -> std::optional<std::string_view> {
    if (!text.starts_with(head) || !text.ends_with(')')) return {};
    return text.substr(head.size(), text.size() - head.size() - 1);
  };
  if (const auto rate = inside("rate(")) return parse_rate(*rate);
  if (const auto cron = inside("cron(")) return parse_cron(*cron);
  return {};
}

std::optional<SimTime> next_fire(const Schedule& schedule, SimTime enabled, SimTime time) {
  if (const auto* cron = std::get_if<Cron>(&schedule)) return cron->next_after(time);
  const Duration every = std::get<Rate>(schedule).every;
  return enabled + ((time - enabled) / every + 1) * every;
}

}  // namespace opsim::events
