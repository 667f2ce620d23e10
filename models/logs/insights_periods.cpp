// Periods of bin, datefloor and dateceil: "5m", "1h", "2weeks", "1mo".
// AWS: CWL_QuerySyntax-Stats: units with abbreviations; the longer ones take a plural s.
#include <array>
#include <charconv>

#include "models/logs/insights_row.hpp"

namespace opsim::logs {
namespace {

struct PeriodUnit {
  std::string_view name;
  Duration length;  // of one; zero where the calendar decides
  int months = 0;
};
constexpr std::array kPeriodUnits{
    PeriodUnit{"d", std::chrono::days{1}},
    PeriodUnit{"day", std::chrono::days{1}},
    PeriodUnit{"h", 1h},
    PeriodUnit{"hour", 1h},
    PeriodUnit{"hr", 1h},
    PeriodUnit{"m", 1min},
    PeriodUnit{"millisecond", 1ms},
    PeriodUnit{"min", 1min},
    PeriodUnit{"minute", 1min},
    PeriodUnit{"mo", {}, 1},
    PeriodUnit{"mon", {}, 1},
    PeriodUnit{"month", {}, 1},
    PeriodUnit{"ms", 1ms},
    PeriodUnit{"msec", 1ms},
    PeriodUnit{"q", {}, 3},
    PeriodUnit{"qtr", {}, 3},
    PeriodUnit{"quarter", {}, 3},
    PeriodUnit{"s", 1s},
    PeriodUnit{"sec", 1s},
    PeriodUnit{"second", 1s},
    PeriodUnit{"w", std::chrono::weeks{1}},
    PeriodUnit{"week", std::chrono::weeks{1}},
    PeriodUnit{"y", {}, 12},
    PeriodUnit{"year", {}, 12},
    PeriodUnit{"yr", {}, 12},
};

struct Period {
  Duration length{};
  int months = 0;
};

std::optional<Period> read_period(std::string_view text) {
  constexpr int kMost = 10'000'000;
  constexpr Duration kLongestPeriod = std::chrono::days{2000};  // so that no edge leaves SimTime
  int count = 0;
  const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (failed != std::errc{} || count < 1 || count > kMost) return std::nullopt;
  const std::string_view name = text.substr(static_cast<std::size_t>(stop - text.data()));
  for (const PeriodUnit& unit : kPeriodUnits) {
    const bool plural = unit.name.size() > 1 && name.size() == unit.name.size() + 1 &&
                        name.ends_with('s') && name.starts_with(unit.name);
    if (name != unit.name && !plural) continue;
    const bool fits = unit.months > 0 ? count <= 24 : count <= kLongestPeriod / unit.length;
    return fits ? std::optional{Period{unit.length * count, unit.months * count}} : std::nullopt;
  }
  return std::nullopt;
}

using Month = std::chrono::year_month_day;

SimTime month_begin(long months_since_year_0) {
  const auto year = static_cast<int>(months_since_year_0 / 12);
  const auto month = static_cast<unsigned>(months_since_year_0 % 12) + 1;
  return SimTime{std::chrono::sys_days{
      Month{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{1}}}};
}

/// The begin of the period that holds `time`, or of the one after it.
SimTime edge_of(SimTime time, const Period& period, bool next) {
  if (period.months == 0) {
    const std::int64_t length = period.length.count();
    const std::int64_t since = time.time_since_epoch().count();
    const std::int64_t into = ((since % length) + length) % length;
    return SimTime{Duration{since - into + (next ? length : 0)}};
  }
  const Month day{std::chrono::floor<std::chrono::days>(time)};
  const long now = 12L * static_cast<int>(day.year()) +
                   static_cast<long>(static_cast<unsigned>(day.month())) - 1;
  const long begin = now - now % period.months + (next ? period.months : 0);
  return begin >= 12L * 2262 ? time : month_begin(std::max(begin, 12L * 1678));
}

}  // namespace

std::optional<SimTime> floor_to(SimTime time, std::string_view text) {
  const auto period = read_period(text);
  return period ? std::optional{edge_of(time, *period, false)} : std::nullopt;
}

std::optional<SimTime> ceil_to(SimTime time, std::string_view text) {
  const auto period = read_period(text);
  if (!period) return std::nullopt;
  const SimTime begin = edge_of(time, *period, false);
  return begin == time ? begin : edge_of(time, *period, true);
}

}  // namespace opsim::logs
