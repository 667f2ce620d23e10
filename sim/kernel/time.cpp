#include "opsim/kernel/time.hpp"

#include <cstdint>

namespace opsim {

namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;
using std::chrono::year_month_day;

/// Reads a text from the left. Every function returns false, or nullopt, on what it cannot read.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_{text} {}
  [[nodiscard]] bool done() const { return rest_.empty(); }
  bool skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::optional<int> digits(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    int value = 0;
    for (const char c : rest_.substr(0, count)) {
      if (c < '0' || c > '9') return std::nullopt;
      value = value * 10 + (c - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  /// One to nine digits after the point, as nanoseconds.
  std::optional<std::int64_t> fraction() {
    std::int64_t value = 0;
    int count = 0;
    while (!rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9') {
      if (++count > 9) return std::nullopt;
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    if (count == 0) return std::nullopt;
    for (; count < 9; ++count) value *= 10;
    return value;
  }

 private:
  std::string_view rest_;
};

std::optional<sys_days> read_date(Scanner& scan) {
  const auto year = scan.digits(4);
  if (!year || !scan.skip('-')) return std::nullopt;
  const auto month = scan.digits(2);
  if (!month || !scan.skip('-')) return std::nullopt;
  const auto day = scan.digits(2);
  if (!day) return std::nullopt;
  const year_month_day date{std::chrono::year{*year},
                            std::chrono::month{static_cast<unsigned>(*month)},
                            std::chrono::day{static_cast<unsigned>(*day)}};
  // The years that nanoseconds in 64 bits can hold, less the broken ones at both ends.
  if (!date.ok() || *year < 1678 || *year > 2261) return std::nullopt;
  return sys_days{date};
}

std::optional<std::chrono::minutes> read_hours_minutes(Scanner& scan, bool colon_required) {
  const auto hours = scan.digits(2);
  if (!hours || *hours > 23) return std::nullopt;
  if (!scan.skip(':') && colon_required) return std::nullopt;
  const auto minutes = scan.digits(2);
  if (!minutes || *minutes > 59) return std::nullopt;
  return std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
}

std::optional<Duration> read_time_of_day(Scanner& scan) {
  const auto minutes = read_hours_minutes(scan, true);
  if (!minutes) return std::nullopt;
  Duration time = *minutes;
  if (!scan.skip(':')) return time;
  const auto seconds = scan.digits(2);
  if (!seconds || *seconds > 59) return std::nullopt;
  time += std::chrono::seconds{*seconds};
  if (!scan.skip('.')) return time;
  const auto fraction = scan.fraction();
  if (!fraction) return std::nullopt;
  return time + Duration{*fraction};
}

/// "Z", "+01:00", "-0530" or nothing, which is UTC.
std::optional<std::chrono::minutes> read_offset(Scanner& scan) {
  if (scan.done() || scan.skip('Z')) return std::chrono::minutes{0};
  const bool east = scan.skip('+');
  if (!east && !scan.skip('-')) return std::nullopt;
  const auto offset = read_hours_minutes(scan, false);
  if (!offset) return std::nullopt;
  return east ? *offset : -*offset;
}

/// So many digits of a number that has no more, and what stands behind them. A busy run writes tens
/// of times for each thing that happens: a general formatter was a twentieth of it.
void append_digits(std::string& text, std::int64_t number, std::size_t digits, char behind) {
  const std::size_t begin = text.size();
  text.resize(begin + digits + 1, behind);
  for (std::size_t i = begin + digits; i-- > begin; number /= 10) {
    text[i] = static_cast<char>('0' + number % 10);
  }
}

}  // namespace

std::string iso8601(SimTime time) {
  const auto day = floor<days>(time);
  const year_month_day date{day};
  const std::chrono::hh_mm_ss clock{floor<std::chrono::seconds>(time) - day};
  std::string text;
  text.reserve(sizeof "2026-03-02T11:53:00.123456789Z");
  append_digits(text, static_cast<int>(date.year()), 4, '-');
  append_digits(text, static_cast<unsigned>(date.month()), 2, '-');
  append_digits(text, static_cast<unsigned>(date.day()), 2, 'T');
  append_digits(text, clock.hours().count(), 2, ':');
  append_digits(text, clock.minutes().count(), 2, ':');
  append_digits(text, clock.seconds().count(), 2, 'Z');
  constexpr std::int64_t kSecond = 1'000'000'000;
  const std::int64_t nanos = (time.time_since_epoch().count() % kSecond + kSecond) % kSecond;
  if (nanos == 0) return text;
  text.back() = '.';
  if (nanos % 1'000 != 0) {
    append_digits(text, nanos, 9, 'Z');
  } else if (nanos % 1'000'000 != 0) {
    append_digits(text, nanos / 1'000, 6, 'Z');
  } else {
    append_digits(text, nanos / 1'000'000, 3, 'Z');
  }
  return text;
}

std::optional<SimTime> parse_iso8601(std::string_view text) {
  Scanner scan{text};
  const auto date = read_date(scan);
  if (!date) return std::nullopt;
  if (scan.done()) return SimTime{*date};
  if (!scan.skip('T')) return std::nullopt;
  const auto time = read_time_of_day(scan);
  if (!time) return std::nullopt;
  const auto offset = read_offset(scan);
  if (!offset || !scan.done()) return std::nullopt;
  return SimTime{*date} + *time - *offset;
}

}  // namespace opsim
