#include "opsim/kernel/duration.hpp"

#include <cstdint>
#include <limits>

#include <fmt/format.h>

namespace opsim {

namespace {

__extension__ using Wide = __int128;  // so that no product of a number and a unit overflows

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kMinute = 60 * kSecond;
constexpr std::int64_t kHour = 60 * kMinute;
constexpr std::int64_t kDay = 24 * kHour;
constexpr std::int64_t kWeek = 7 * kDay;
constexpr Wide kLongest = std::numeric_limits<std::int64_t>::max();

struct Unit {
  std::string_view name;
  std::int64_t nanos;
};
constexpr Unit kHumanUnits[] = {  // largest first
    {"w", kWeek},   {"d", kDay},       {"h", kHour},  {"min", kMinute}, {"m", kMinute},
    {"s", kSecond}, {"ms", 1'000'000}, {"us", 1'000}, {"ns", 1}};

const Unit* find_unit(std::string_view name) {
  for (const Unit& unit : kHumanUnits) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

/// An unsigned decimal number, "12" or "1.5", kept exactly: mantissa / 10^decimals.
struct Number {
  std::int64_t mantissa = 0;
  std::int64_t scale = 1;
  bool fractional = false;
};

std::optional<Number> take_number(std::string_view& rest) {
  constexpr std::int64_t kMost = 100'000'000'000'000'000;  // 18 digits in all
  Number number;
  bool any = false;
  for (; !rest.empty(); rest.remove_prefix(1)) {
    const char c = rest.front();
    if (c == '.' && any && !number.fractional && rest.size() > 1 && is_digit(rest[1])) {
      number.fractional = true;
      continue;
    }
    if (!is_digit(c)) break;
    if (number.mantissa >= kMost || number.scale >= kMost) return std::nullopt;
    any = true;
    number.mantissa = number.mantissa * 10 + (c - '0');
    if (number.fractional) number.scale *= 10;
  }
  if (!any) return std::nullopt;
  return number;
}

std::string_view take_letters(std::string_view& rest) {
  std::size_t count = 0;
  while (count < rest.size() && is_letter(rest[count])) ++count;
  const std::string_view word = rest.substr(0, count);
  rest.remove_prefix(count);
  return word;
}

void skip_blanks(std::string_view& rest) {
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
}

Wide nanoseconds_of(const Number& number, std::int64_t unit) {
  return (Wide{number.mantissa} * unit + number.scale / 2) / number.scale;
}

std::optional<Duration> checked(Wide nanos) {
  if (nanos > kLongest) return std::nullopt;
  return Duration{static_cast<Duration::rep>(nanos)};
}

}  // namespace

std::optional<Duration> parse_duration(std::string_view text) {
  std::string_view rest = text;
  skip_blanks(rest);
  Wide total = 0;
  const Unit* previous = nullptr;
  do {
    const auto number = take_number(rest);
    if (!number) return std::nullopt;
    skip_blanks(rest);
    const Unit* const unit = find_unit(take_letters(rest));
    if (unit == nullptr || (previous != nullptr && unit->nanos >= previous->nanos)) {
      return std::nullopt;
    }
    previous = unit;
    total += nanoseconds_of(*number, unit->nanos);
    if (total > kLongest) return std::nullopt;
    skip_blanks(rest);
  } while (!rest.empty());
  return checked(total);
}

std::optional<Duration> parse_iso8601_duration(std::string_view text) {
  struct Part {
    char letter;
    std::int64_t nanos;
    bool of_time;
  };
  constexpr Part kParts[] = {{'W', kWeek, false},
                             {'D', kDay, false},
                             {'H', kHour, true},
                             {'M', kMinute, true},
                             {'S', kSecond, true}};
  if (text.size() < 3 || text.front() != 'P') return std::nullopt;
  std::string_view rest = text.substr(1);
  Wide total = 0;
  bool in_time = false;
  bool any = false;
  const Part* next = std::begin(kParts);
  while (!rest.empty()) {
    if (rest.front() == 'T' && !in_time) {
      in_time = true;
      any = false;  // something must follow the T
      rest.remove_prefix(1);
      continue;
    }
    const auto number = take_number(rest);
    if (!number || rest.empty()) return std::nullopt;
    const char letter = rest.front();
    rest.remove_prefix(1);
    while (next != std::end(kParts) && (next->letter != letter || next->of_time != in_time)) ++next;
    if (next == std::end(kParts)) return std::nullopt;
    if (number->fractional && !rest.empty()) return std::nullopt;  // only the last may be broken
    total += nanoseconds_of(*number, next->nanos);
    if (total > kLongest) return std::nullopt;
    ++next;
    any = true;
  }
  if (!any) return std::nullopt;
  return checked(total);
}

namespace {

/// Below a second: "1.4 ms", "250 ms", "999 ns".
std::string human_below_second(std::int64_t nanos) {
  const std::string_view name = nanos >= 999'500 ? "ms" : nanos >= 1'000 ? "us" : "ns";
  const std::int64_t unit = find_unit(name)->nanos;
  const std::int64_t tenths = (nanos * 10 + unit / 2) / unit;
  if (tenths >= 100 || tenths % 10 == 0) return fmt::format("{} {}", (tenths + 5) / 10, name);
  return fmt::format("{}.{} {}", tenths / 10, tenths % 10, name);
}

}  // namespace

std::string human(Duration duration) {
  if (duration < Duration::zero()) {
    return duration == Duration::min() ? "-" + human(Duration::max()) : "-" + human(-duration);
  }
  const std::int64_t nanos = duration.count();
  if (nanos == 0) return "0 s";
  if (nanos < kSecond - 500'000) return human_below_second(nanos);
  if (nanos < 10 * kSecond && nanos % kSecond != 0) {
    const std::int64_t tenths = (nanos + kSecond / 20) / (kSecond / 10);
    return tenths % 10 == 0 ? fmt::format("{} s", tenths / 10)
                            : fmt::format("{}.{} s", tenths / 10, tenths % 10);
  }
  const auto rounded = [nanos](std::int64_t to) {
    return (nanos / to + (nanos % to >= to - nanos % to ? 1 : 0));
  };
  const auto two = [](std::int64_t count, std::int64_t per, std::string_view big,
                      std::string_view small) {
    const std::int64_t rest = count % per;
    if (count < per) return fmt::format("{} {}", count, small);
    return rest == 0 ? fmt::format("{} {}", count / per, big)
                     : fmt::format("{} {} {} {}", count / per, big, rest, small);
  };
  if (rounded(kSecond) < 3600) return two(rounded(kSecond), 60, "min", "s");
  if (rounded(kMinute) < 24 * 60) return two(rounded(kMinute), 60, "h", "min");
  return two(rounded(kHour), 24, "d", "h");
}

std::string clock_text(Duration duration) {
  const bool negative = duration < Duration::zero();
  const std::int64_t seconds = duration.count() / kSecond;
  const std::int64_t size = seconds < 0 ? -seconds : seconds;
  constexpr std::int64_t most_hours = 100;
  const bool days = size >= most_hours * 3600;
  return fmt::format("{}{}{}:{:02}:{:02}", negative && size != 0 ? "-" : "",
                     days ? fmt::format("{}d ", size / 86400) : "",
                     days ? size / 3600 % 24 : size / 3600, size / 60 % 60, size % 60);
}

}  // namespace opsim
