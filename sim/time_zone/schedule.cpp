// The text of schedule expressions.
#include "opsim/schedule.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <vector>

namespace opsim::schedule {

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

constexpr Duration kLongestRate = std::chrono::days{36'525};  // ours: sums stay within SimTime

std::optional<Expression> parse_rate(std::string_view inside) {
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
    if (words[1] == (*value == 1 ? unit.one : unit.many) && *value <= kLongestRate / unit.length)
      return Rate{unit.length * *value};
  return {};
}

// ---- cron ----

/// One field's numbers: lists, ranges, steps, names.
struct FieldRange {
  int low;
  int high;
  std::span<const std::string_view> names = {};  // of low, low + 1, ...
  bool wraps = true;                             // "20-2" goes on at the low end
};

constexpr std::string_view kMonths[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                        "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::string_view kWeekdays[] = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

/// UNDOCUMENTED: names are taken in small letters too, as Quartz does, whose expressions these are.
bool is_name(std::string_view text, std::string_view name) {
  return std::ranges::equal(
      text, name, [](char a, char b) { return a == b || (a >= 'a' && a <= 'z' && a - 32 == b); });
}

std::optional<int> value_of(std::string_view text, const FieldRange& range) {
  for (std::size_t i = 0; i < range.names.size(); ++i)
    if (is_name(text, range.names[i])) return range.low + static_cast<int>(i);
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
    if (!step || *step < 1 || *step > range.high) return false;
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
      if (!to || (*to < *from && !range.wraps)) return false;
      // "20-2": eb-create-rule-schedule, from 20:00 to 02:59 across midnight.
      last = *to < *from ? *to + range.high - range.low + 1 : *to;
    } else if (slash == item.npos) {
      last = first;
    }
  }
  for (int value = first; value <= last; value += *step)
    marks.set(static_cast<std::size_t>(
        (value > range.high ? value - (range.high - range.low + 1) : value) - base));
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

std::optional<Expression> parse_cron(std::string_view inside) {
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
                  mark(fields[5], {1970, 2199, {}, false}, 1970, cron.years);
  if (!ok) return {};
  return cron;
}

bool read_unix_weekdays(std::string_view field, Cron& cron) {
  std::bitset<8> from_sunday;  // 0 and 7
  if (!mark(field, {0, 7, kWeekdays, false}, 0, from_sunday)) return false;
  for (std::size_t day = 0; day < from_sunday.size(); ++day)
    if (from_sunday.test(day)) cron.weekdays.set(day % 7 + 1);
  return true;
}

// ---- at ----

/// "2026-03-02T09:00:00", as Scheduler takes it: to the second, without a zone.
std::optional<Expression> parse_at(std::string_view inside) {
  constexpr std::string_view form = "dddd-dd-ddTdd:dd:dd";
  const auto fits = [](char c, char wanted) {
    return wanted == 'd' ? c >= '0' && c <= '9' : c == wanted;
  };
  if (!std::ranges::equal(inside, form, fits)) return {};
  const std::optional<SimTime> time = parse_iso8601(inside);
  if (!time) return {};
  return At{LocalTime{time->time_since_epoch()}};
}

}  // namespace

std::optional<UnixCron> parse_unix_cron(std::string_view text) {
  auto fields = split(text, ' ');
  std::erase_if(fields, [](std::string_view field) { return field.empty(); });
  if (fields.size() != 5) return {};
  Cron cron;
  cron.years.set();
  const bool ok = mark(fields[0], {0, 59, {}, false}, 0, cron.minutes) &&
                  mark(fields[1], {0, 23, {}, false}, 0, cron.hours) &&
                  mark(fields[2], {1, 31, {}, false}, 0, cron.days) &&
                  mark(fields[3], {1, 12, kMonths, false}, 0, cron.months) &&
                  read_unix_weekdays(fields[4], cron);
  if (!ok) return {};
  const bool any_day = fields[2].starts_with('*');
  const bool any_weekday = fields[4].starts_with('*');
  Cron weekly = cron;
  weekly.weekdays_decide = true;
  if (any_weekday) return UnixCron{cron, {}};
  if (any_day) return UnixCron{weekly, {}};
  return UnixCron{cron, weekly};
}

std::optional<Expression> parse(std::string_view text) {
  const auto inside = [&](std::string_view head) -> std::optional<std::string_view> {
    if (!text.starts_with(head) || !text.ends_with(')')) return {};
    return text.substr(head.size(), text.size() - head.size() - 1);
  };
  if (const auto rate = inside("rate(")) return parse_rate(*rate);
  if (const auto cron = inside("cron(")) return parse_cron(*cron);
  if (const auto at = inside("at(")) return parse_at(*at);
  return {};
}

}  // namespace opsim::schedule
