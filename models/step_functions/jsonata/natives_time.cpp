// Functions of time. Source: docs.jsonata.org/date-time-functions. The clock is the host's.
#include <fmt/format.h>

#include <charconv>
#include <cmath>

#include "models/step_functions/jsonata/natives.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::jsonata {

namespace {

struct Civil {
  std::int64_t year = 0;
  unsigned month = 0, day = 0;
  int hour = 0, minute = 0, second = 0, millisecond = 0;
  unsigned weekday = 0;  // 0: Sunday
};

Civil civil(double milliseconds) {
  using namespace std::chrono;
  const auto at = static_cast<std::int64_t>(std::floor(std::clamp(milliseconds, -6.2e13, 2.5e14)));
  const sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds{at}};
  const auto midnight = floor<days>(time);
  const year_month_day date{midnight};
  const hh_mm_ss clock{time - midnight};
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          static_cast<int>(clock.hours().count()),
          static_cast<int>(clock.minutes().count()),
          static_cast<int>(clock.seconds().count()),
          static_cast<int>(clock.subseconds().count()),
          weekday{midnight}.c_encoding()};
}

constexpr std::string_view kMonths[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
constexpr std::string_view kDays[] = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                      "Thursday", "Friday", "Saturday"};

// "+0100", "-05:00": minutes east.
int offset_of(const Value& zone) {
  if (zone.text() == nullptr || zone.text()->size() < 5) return 0;
  std::string digits;
  for (const char c : *zone.text())
    if (c >= '0' && c <= '9') digits += c;
  int number = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const int minutes = number / 100 * 60 + number % 100;
  return zone.text()->front() == '-' ? -minutes : minutes;
}

std::string zone_text(int offset, bool utc_as_z, const char* between) {
  if (offset == 0 && utc_as_z) return "Z";
  return fmt::format("{}{:02}{}{:02}", offset < 0 ? '-' : '+', std::abs(offset) / 60, between,
                     std::abs(offset) % 60);
}

std::string named(std::string_view name, const std::string& how) {
  std::string text{name};
  const auto comma = how.find(',');
  if (comma != std::string::npos) {
    const auto dash = how.find('-', comma);
    const std::string most = how.substr(dash == std::string::npos ? comma + 1 : dash + 1);
    std::size_t length = text.size();
    std::from_chars(most.data(), most.data() + most.size(), length);
    text.resize(std::min(text.size(), std::max<std::size_t>(length, 1)));
  }
  if (how.starts_with("N") && !how.starts_with("Nn"))
    for (char& c : text) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  if (how.starts_with("n"))
    for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  return text;
}

std::string padded(std::int64_t number, const std::string& how, std::size_t otherwise) {
  std::size_t width = 0;
  while (width < how.size() && how[width] >= '0' && how[width] <= '9') ++width;
  if (how.starts_with('#')) width = 1;
  if (width == 0) width = otherwise;
  return fmt::format("{:0{}}", number, width);
}

// [Y0001]-[M01]-[D01]T[H01]:[m01]:[s01].[f001][Z01:01t]: the components of XPath's format-dateTime.
// SIMPLIFIED: no words, ordinals, Roman numbers or weeks.
std::string component(const std::string& marker, const Civil& at, int offset) {
  const std::string how = marker.substr(1);
  const bool name = how.starts_with("N") || how.starts_with("n");
  switch (marker[0]) {
    case 'Y': {
      std::string year = padded(at.year, how, 1);
      const auto comma = how.find(",2-2");
      if ((how == "01" || comma != std::string::npos) && year.size() > 2)
        year = year.substr(year.size() - 2);
      return year;
    }
    case 'M': return name ? named(kMonths[at.month - 1], how) : padded(at.month, how, 1);
    case 'D': return padded(at.day, how, 1);
    case 'F':
      return how.empty() || name ? named(kDays[at.weekday], how.empty() ? "n" : how)
                                 : padded(at.weekday == 0 ? 7 : at.weekday, how, 1);
    case 'H': return padded(at.hour, how, 1);
    case 'h': return padded(at.hour % 12 == 0 ? 12 : at.hour % 12, how, 1);
    case 'm': return padded(at.minute, how, 2);
    case 's': return padded(at.second, how, 2);
    case 'f': return padded(at.millisecond, how, 1);
    case 'P': return named(at.hour < 12 ? "am" : "pm", how.empty() ? "n" : how);
    case 'Z':
      return zone_text(offset, how.ends_with('t'),
                       how.starts_with("01:01") || how.empty() ? ":" : "");
    case 'z': return "GMT" + zone_text(offset, false, ":");
    default:
      fail("D3132",
           fmt::format("Unknown component specifier {} in date/time picture string", marker));
  }
}

std::string formatted(double milliseconds, const Value& picture, const Value& zone) {
  if (picture.text() == nullptr) return iso_time(milliseconds);
  const int offset = offset_of(zone);
  const Civil at = civil(milliseconds + offset * 60'000.0);
  std::string out;
  const std::string& text = *picture.text();
  for (std::size_t place = 0; place < text.size(); ++place) {
    if (text.compare(place, 2, "[[") == 0 || text.compare(place, 2, "]]") == 0) {
      out += text[place++];
    } else if (text[place] != '[') {
      out += text[place];
    } else {
      const auto end = text.find(']', place);
      if (end == std::string::npos || end == place + 1)
        fail("D3135", "No matching closing bracket ']' in date/time picture string");
      out += component(text.substr(place + 1, end - place - 1), at, offset);
      place = end;
    }
  }
  return out;
}

Value now(Evaluation& run, Arguments& given) {
  return Value{formatted(run.host.milliseconds(), given[0], given[1])};
}
Value millis(Evaluation& run, Arguments&) { return Value{run.host.milliseconds()}; }
Value from_millis(Evaluation&, Arguments& given) {
  return given[0].number() ? Value{formatted(*given[0].number(), given[1], given[2])} : Value{};
}

// ISO 8601, or a picture of numbers. SIMPLIFIED: names of months and days are not read.
Value to_millis(Evaluation&, Arguments& given) {
  if (!given[0].text()) return {};
  const std::string& text = *given[0].text();
  std::string iso = text;
  if (given[1].text() != nullptr) {
    std::string parts[7] = {"1970", "01", "01", "00", "00", "00", "000"};
    std::size_t at = 0;
    const std::string& picture = *given[1].text();
    for (std::size_t place = 0; place < picture.size(); ++place) {
      if (picture[place] != '[') {
        ++at;
        continue;
      }
      const auto end = picture.find(']', place);
      if (end == std::string::npos || end == place + 1)
        fail("D3135", "No matching closing bracket ']' in date/time picture string");
      const auto which = std::string_view{"YMDHmsf"}.find(picture[place + 1]);
      if (which == std::string_view::npos)
        fail("D3136",
             "The date/time picture string is missing specifiers required to parse the timestamp");
      std::string digits;
      const std::size_t most = which == 0 ? 4 : which == 6 ? 3 : 2;
      while (at < text.size() && digits.size() < most && text[at] >= '0' && text[at] <= '9')
        digits += text[at++];
      if (digits.empty()) return {};
      while (digits.size() < most) digits.insert(digits.begin(), '0');
      parts[which] = digits;
      place = end;
    }
    iso = fmt::format("{}-{}-{}T{}:{}:{}.{}Z", parts[0], parts[1], parts[2], parts[3], parts[4],
                      parts[5], parts[6]);
  }
  if (iso.size() == 4) iso += "-01";
  if (iso.size() == 7) iso += "-01";
  if (iso.size() == 10)
    iso += "T00:00:00Z";
  else if (iso.find_first_of("Z+", 10) == std::string::npos &&
           iso.find('-', 10) == std::string::npos)
    iso += "Z";
  const auto time = parse_iso8601(iso);
  if (!time)
    fail("D3110", fmt::format("The argument of the toMillis function must be an ISO 8601 formatted "
                              "timestamp. Given \"{}\"",
                              text));
  return Value{static_cast<double>(
      std::chrono::floor<std::chrono::milliseconds>(time->time_since_epoch()).count())};
}

constexpr Native kTimeFunctions[] = {
    {"fromMillis", "n-s?s?", from_millis},
    {"millis", "", millis},
    {"now", "s?s?", now},
    {"toMillis", "s-s?", to_millis},
};

}  // namespace

std::string iso_time(double milliseconds) {
  const Civil at = civil(milliseconds);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", at.year, at.month, at.day,
                     at.hour, at.minute, at.second, at.millisecond);
}

std::span<const Native> time_functions() { return kTimeFunctions; }

}  // namespace opsim::jsonata
