#include "models/cloudwatch/mute_schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <vector>

namespace opsim::cloudwatch {
namespace {

constexpr std::string_view kMonthNames[] = {"JAN", "FEB", "MAR", "APR", "MAY", "JUN",
                                            "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"};
constexpr std::string_view kDayNames[] = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

struct CronField {
  std::string_view what;
  int lowest;
  int highest;
  std::span<const std::string_view> names = {};
};
constexpr CronField kMinute{"minute", 0, 59};
constexpr CronField kHour{"hour", 0, 23};
constexpr CronField kDayOfMonth{"day of month", 1, 31};
constexpr CronField kMonth{"month", 1, 12, kMonthNames};
constexpr CronField kDayOfWeek{"day of week", 0, 7, kDayNames};

std::vector<std::string_view> split(std::string_view text, char by) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(by);
    parts.push_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::optional<int> field_value(std::string_view text, const CronField& field) {
  std::string upper{text};
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  const auto name = std::ranges::find(field.names, upper);
  if (name != field.names.end()) {
    return field.lowest + static_cast<int>(name - field.names.begin());
  }
  int value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool good = failed == std::errc{} && end == text.data() + text.size() &&
                    value >= field.lowest && value <= field.highest;
  return good ? std::optional{value} : std::nullopt;
}

/// Sets the bits that a field names; false where it is no such field.
template <std::size_t N>
bool read_field(std::string_view text, const CronField& field, std::bitset<N>& bits) {
  for (const std::string_view part : split(text, ',')) {
    const std::size_t dash = part.find('-');
    const bool all = part == "*";
    const auto from = all ? field.lowest : field_value(part.substr(0, dash), field);
    const auto to = all                 ? std::optional{field.highest}
                    : dash == part.npos ? from
                                        : field_value(part.substr(dash + 1), field);
    if (!from || !to || *from > *to) return false;
    for (int value = *from; value <= *to; ++value) bits.set(static_cast<std::size_t>(value));
  }
  return true;
}

/// "cron(0 2 * * *)" is "0 2 * * *".
std::string_view inside(std::string_view text, std::string_view word) {
  if (!text.starts_with(word) || !text.ends_with(')')) return {};
  text.remove_prefix(word.size());
  text.remove_suffix(1);
  return text;
}

std::optional<LocalTime> local_time(std::string_view text) {
  if (text.size() < 16 || text.size() > 19 || text[10] != 'T') return std::nullopt;
  const auto time = parse_iso8601(text);
  if (!time) return std::nullopt;
  return LocalTime{time->time_since_epoch()};
}

}  // namespace

std::variant<MuteSchedule, std::string> MuteSchedule::parse(std::string_view expression,
                                                            TimeZone zone, Duration duration) {
  MuteSchedule schedule;
  schedule.zone_ = zone;
  schedule.duration_ = duration;
  if (expression.starts_with("at(")) {
    schedule.once_ = local_time(inside(expression, "at("));
    if (schedule.once_) return schedule;
    return fmt::format("Invalid expression {}: at(yyyy-MM-ddThh:mm) is expected", expression);
  }
  const bool wrapped = expression.starts_with("cron(");
  std::vector<std::string_view> fields =
      split(wrapped ? inside(expression, "cron(") : expression, ' ');
  std::erase(fields, "");
  if (fields.size() != 5) {
    return fmt::format(
        "Invalid expression {}: five cron fields (minute, hour, day of month, month, day of week) "
        "or at(yyyy-MM-ddThh:mm) are expected",
        expression);
  }
  const auto wrong = [&](const CronField& field, std::size_t i) {
    return fmt::format(
        "Invalid expression {}: {} is no {}; only *, commas, ranges and names of "
        "months and days are allowed",
        expression, fields[i], field.what);
  };
  if (!read_field(fields[0], kMinute, schedule.minutes_)) return wrong(kMinute, 0);
  if (!read_field(fields[1], kHour, schedule.hours_)) return wrong(kHour, 1);
  if (!read_field(fields[2], kDayOfMonth, schedule.days_)) return wrong(kDayOfMonth, 2);
  if (!read_field(fields[3], kMonth, schedule.months_)) return wrong(kMonth, 3);
  if (!read_field(fields[4], kDayOfWeek, schedule.weekdays_)) return wrong(kDayOfWeek, 4);
  if (schedule.weekdays_[7]) schedule.weekdays_.set(0);  // both are Sunday
  schedule.any_day_ = fields[2] == "*";
  schedule.any_weekday_ = fields[4] == "*";
  return schedule;
}

bool MuteSchedule::on_day(std::chrono::local_days day) const {
  const std::chrono::year_month_day date{day};
  if (!months_[unsigned{date.month()}]) return false;
  const bool by_day = days_[unsigned{date.day()}];
  const bool by_weekday = weekdays_[std::chrono::weekday{day}.c_encoding()];
  if (any_day_ || any_weekday_) return by_day && by_weekday;
  return by_day || by_weekday;
}

std::optional<SimTime> MuteSchedule::last_start_of(std::chrono::local_days day,
                                                   SimTime not_after) const {
  if (!on_day(day)) return std::nullopt;
  for (int hour = 23; hour >= 0; --hour) {
    if (!hours_[static_cast<std::size_t>(hour)]) continue;
    for (int minute = 59; minute >= 0; --minute) {
      if (!minutes_[static_cast<std::size_t>(minute)]) continue;
      const LocalTime local{day.time_since_epoch() + std::chrono::hours{hour} +
                            std::chrono::minutes{minute}};
      const SimTime start = zone_.to_utc(local).first;
      if (start <= not_after) return start;
    }
  }
  return std::nullopt;
}

std::optional<MuteWindow> MuteSchedule::only() const {
  if (!once_) return std::nullopt;
  const SimTime start = zone_.to_utc(*once_).first;
  return MuteWindow{start, start + duration_};
}

// All occurrences last equally long, so the latest one that has begun ends last.
std::optional<MuteWindow> MuteSchedule::at(SimTime time) const {
  if (const auto window = only()) {
    return window->start <= time && time < window->end ? window : std::nullopt;
  }
  auto day = std::chrono::floor<std::chrono::days>(zone_.to_local(time)) + std::chrono::days{1};
  const auto days = std::chrono::ceil<std::chrono::days>(duration_).count() + 2;
  for (std::int64_t i = 0; i <= days; ++i, day -= std::chrono::days{1}) {
    const auto start = last_start_of(day, time);
    if (!start) continue;
    if (time < *start + duration_) return MuteWindow{*start, *start + duration_};
    return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace opsim::cloudwatch
