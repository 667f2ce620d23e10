// iCalendar text, as far as calendars of change management need it.
// RFC 5545: lines are folded by a blank; DTSTART;TZID=Europe/Paris:20260302T090000; DTEND or
// DURATION; RRULE; EXDATE. Everything else is passed over.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "models/change_calendar/calendar.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::change_calendar {

namespace {

constexpr std::size_t kMostEvents = 5000;

std::vector<std::string_view> split_at(std::string_view text, char by) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto at = text.find(by);
    parts.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

/// Lines without their ends; a line that begins with a blank continues the one before.
std::vector<std::string> unfolded(std::string_view text) {
  std::vector<std::string> lines;
  for (std::string_view line : split_at(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!lines.empty() && (line.starts_with(' ') || line.starts_with('\t')))
      lines.back() += line.substr(1);
    else
      lines.emplace_back(line);
  }
  return lines;
}

std::optional<int> whole(std::string_view text) {
  int value = 0;
  if (text.starts_with('+')) text.remove_prefix(1);
  const auto [end, bad] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (bad != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// "20260302T090000", with or without Z, or "20260302".
std::optional<LocalTime> local_time(std::string_view text) {
  if (text.ends_with('Z')) text.remove_suffix(1);
  if (text.size() != 8 && (text.size() != 15 || text[8] != 'T')) return std::nullopt;
  std::string iso =
      fmt::format("{}-{}-{}", text.substr(0, 4), text.substr(4, 2), text.substr(6, 2));
  if (text.size() == 15)
    iso += fmt::format("T{}:{}:{}Z", text.substr(9, 2), text.substr(11, 2), text.substr(13, 2));
  const auto time = parse_iso8601(iso);
  if (!time) return std::nullopt;
  return LocalTime{time->time_since_epoch()};
}

/// "P1D", "PT1H30M", "P2W".
std::optional<Duration> length_of(std::string_view text) {
  if (!text.starts_with('P')) return std::nullopt;
  Duration sum{};
  std::int64_t number = 0;
  for (const char c : text.substr(1)) {
    if (c == 'T') continue;
    if (c >= '0' && c <= '9') {
      number = number * 10 + (c - '0');
      if (number > 1'000'000) return std::nullopt;
      continue;
    }
    switch (c) {
      case 'W': sum += std::chrono::weeks{number}; break;
      case 'D': sum += std::chrono::days{number}; break;
      case 'H': sum += std::chrono::hours{number}; break;
      case 'M': sum += std::chrono::minutes{number}; break;
      case 'S': sum += std::chrono::seconds{number}; break;
      default: return std::nullopt;
    }
    number = 0;
  }
  return sum;
}

bool read_day(std::string_view text, Recurrence& rule) {
  constexpr std::string_view names[] = {"SU", "MO", "TU", "WE", "TH", "FR", "SA"};
  if (text.size() < 2) return false;
  const auto name = std::ranges::find(names, text.substr(text.size() - 2));
  const std::string_view nth = text.substr(0, text.size() - 2);
  const std::optional<int> number = nth.empty() ? std::optional{0} : whole(nth);
  if (name == std::end(names) || !number || *number < -5 || *number > 5) return false;
  rule.days.push_back({*number, static_cast<int>(name - names)});
  return true;
}

bool read_numbers(std::string_view list, int low, int high, std::vector<int>& numbers) {
  for (const std::string_view item : split_at(list, ',')) {
    const std::optional<int> number = whole(item);
    if (!number || *number < low || *number > high || *number == 0) return false;
    numbers.push_back(*number);
  }
  return true;
}

bool read_frequency(std::string_view value, Recurrence& rule) {
  using Frequency = Recurrence::Frequency;
  constexpr std::pair<std::string_view, Frequency> known[] = {{"DAILY", Frequency::daily},
                                                              {"WEEKLY", Frequency::weekly},
                                                              {"MONTHLY", Frequency::monthly},
                                                              {"YEARLY", Frequency::yearly}};
  for (const auto& [name, frequency] : known)
    if (value == name) rule.every = frequency;
  return rule.every != Frequency::none;
}

bool read_part(std::string_view name, std::string_view value, const TimeZone& zone,
               Recurrence& rule) {
  if (name == "FREQ") return read_frequency(value, rule);
  if (name == "INTERVAL") {
    rule.interval = whole(value).value_or(0);
    return rule.interval >= 1 && rule.interval <= 1000;
  }
  if (name == "COUNT") {
    rule.count = whole(value);
    return rule.count && *rule.count >= 1;
  }
  if (name == "UNTIL") {
    const auto local = local_time(value);
    if (!local) return false;
    rule.until =
        value.ends_with('Z') ? SimTime{local->time_since_epoch()} : zone.to_utc(*local).last;
    return true;
  }
  if (name == "BYDAY")
    return std::ranges::all_of(split_at(value, ','),
                               [&](std::string_view day) { return read_day(day, rule); });
  if (name == "BYMONTHDAY") return read_numbers(value, -31, 31, rule.month_days);
  if (name == "BYMONTH") return read_numbers(value, 1, 12, rule.months);
  return name == "WKST";
}

/// One VEVENT, line by line.
struct EventReader {
  CalendarEvent event;
  std::optional<LocalTime> end;
  bool started = false;
  std::string rule;  // read at the end: UNTIL needs the zone

  /// What is wrong, or "".
  std::string read(std::string_view name, std::string_view parameters, std::string_view value) {
    if (name == "DTSTART") return read_start(parameters, value);
    if (name == "RRULE") rule = value;
    if (name == "DTEND" && !(end = local_time(value))) return "DTEND is no time";
    if (name == "DURATION") {
      const auto length = length_of(value);
      if (!length) return "DURATION is no duration";
      event.length = *length;
    }
    if (name == "EXDATE")
      for (const std::string_view item : split_at(value, ','))
        if (const auto time = local_time(item)) event.except.push_back(*time);
    return {};
  }
  std::string read_start(std::string_view parameters, std::string_view value) {
    for (const std::string_view parameter : split_at(parameters, ';')) {
      if (!parameter.starts_with("TZID=")) continue;
      const auto zone = TimeZone::find(parameter.substr(5));
      if (!zone) return TimeZone::unknown(parameter.substr(5));
      event.zone = *zone;
    }
    const auto time = local_time(value);
    if (!time) return "DTSTART is no time";
    event.start = *time;
    started = true;
    if (value.size() == 8 && event.length == Duration{}) event.length = std::chrono::days{1};
    return {};
  }
  std::string finish() {
    if (!started) return "a VEVENT has no DTSTART";
    if (end) event.length = *end - event.start;
    if (event.length < Duration{}) return "a VEVENT ends before it starts";
    if (rule.empty()) return {};
    for (const std::string_view part : split_at(rule, ';')) {
      const auto equals = part.find('=');
      if (equals == std::string_view::npos ||
          !read_part(part.substr(0, equals), part.substr(equals + 1), event.zone, event.recurrence))
        return fmt::format("RRULE: {} is not understood", opsim::quoted(part));
    }
    return event.recurrence.every == Recurrence::Frequency::none ? "RRULE has no FREQ" : "";
  }
};

}  // namespace

CalendarText read_calendar(std::string_view text) {
  const std::vector<std::string> lines = unfolded(text);
  if (lines.empty() || lines[0] != "BEGIN:VCALENDAR")
    return {std::nullopt, "a calendar begins with BEGIN:VCALENDAR"};
  Calendar calendar;
  std::optional<EventReader> reader;
  for (const std::string_view line : lines) {
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const std::string_view head = line.substr(0, colon);
    const std::string_view value = line.substr(colon + 1);
    const auto semicolon = head.find(';');
    const std::string_view name = head.substr(0, semicolon);
    const std::string_view parameters =
        semicolon == std::string_view::npos ? "" : head.substr(semicolon + 1);
    std::string wrong;
    if (name == "X-CALENDAR-TYPE") {
      calendar.open_by_default = value == "DEFAULT_OPEN";
      if (value != "DEFAULT_OPEN" && value != "DEFAULT_CLOSED")
        wrong = "X-CALENDAR-TYPE is DEFAULT_OPEN or DEFAULT_CLOSED";
    } else if (name == "BEGIN" && value == "VEVENT") {
      reader.emplace();
    } else if (name == "END" && value == "VEVENT" && reader) {
      wrong = reader->finish();
      calendar.events.push_back(std::move(reader->event));
      reader.reset();
      if (calendar.events.size() > kMostEvents) wrong = "a calendar has at most 5,000 events";
    } else if (reader) {
      wrong = reader->read(name, parameters, value);
    }
    if (!wrong.empty()) return {std::nullopt, std::move(wrong)};
  }
  return {std::move(calendar), {}};
}

}  // namespace opsim::change_calendar
