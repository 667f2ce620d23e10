// Parts of a moment: calendar, clock, weeks of the year and of the month.
#include "models/step_functions/jsonata/time_fields.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace opsim::jsonata {

namespace {

using std::chrono::days;
using std::chrono::sys_days;

struct Moment {
  sys_days day{};
  std::int64_t clock = 0;  // milliseconds of the day
  std::chrono::year_month_day date{};
};

Moment moment_at(double milliseconds) {
  // The years 0 to 9999 and some: what std::chrono's calendar holds.
  const auto at = static_cast<std::int64_t>(std::floor(std::clamp(milliseconds, -6.2e13, 2.5e14)));
  const std::chrono::sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds{at}};
  Moment moment;
  moment.day = std::chrono::floor<days>(time);
  moment.clock = (time - moment.day).count();
  moment.date = std::chrono::year_month_day{moment.day};
  return moment;
}

std::int64_t iso_weekday(sys_days day) { return std::chrono::weekday{day}.iso_encoding(); }

// A week belongs to where its Thursday lies: the Monday of the first week that begins at `first`.
sys_days first_week(sys_days first) {
  const std::int64_t weekday = iso_weekday(first);
  return first + days{weekday > 4 ? 8 - weekday : 1 - weekday};
}

// The first days of this period, of the one before and of the one behind.
struct Periods {
  sys_days before, here, behind;
};
Periods years(const Moment& moment) {
  const auto january = [&](int by) {
    return sys_days{(moment.date.year() + std::chrono::years{by}) / 1 / 1};
  };
  return {january(-1), january(0), january(1)};
}
Periods months(const Moment& moment) {
  const std::chrono::year_month month{moment.date.year(), moment.date.month()};
  const auto first = [&](int by) { return sys_days{(month + std::chrono::months{by}) / 1}; };
  return {first(-1), first(0), first(1)};
}

sys_days period_of_week(const Moment& moment, const Periods& periods) {
  if (moment.day < first_week(periods.here)) return periods.before;
  return moment.day >= first_week(periods.behind) ? periods.behind : periods.here;
}
std::int64_t week_number(const Moment& moment, const Periods& periods) {
  return (moment.day - first_week(period_of_week(moment, periods))).count() / 7 + 1;
}

}  // namespace

std::int64_t time_field(double milliseconds, char component) {
  const Moment moment = moment_at(milliseconds);
  const std::int64_t hour = moment.clock / 3'600'000;
  switch (component) {
    case 'Y': return static_cast<int>(moment.date.year());
    case 'M': return static_cast<unsigned>(moment.date.month());
    case 'D': return static_cast<unsigned>(moment.date.day());
    case 'd': return (moment.day - years(moment).here).count() + 1;
    case 'F': return iso_weekday(moment.day);
    case 'W': return week_number(moment, years(moment));
    case 'w': return week_number(moment, months(moment));
    case 'X': {
      const std::chrono::year_month_day date{period_of_week(moment, years(moment))};
      return static_cast<int>(date.year());
    }
    case 'x': {
      const std::chrono::year_month_day date{period_of_week(moment, months(moment))};
      return static_cast<unsigned>(date.month());
    }
    case 'H': return hour;
    case 'h': return hour % 12 == 0 ? 12 : hour % 12;
    case 'm': return moment.clock / 60'000 % 60;
    case 's': return moment.clock / 1'000 % 60;
    case 'f': return moment.clock % 1'000;
    default: return 0;
  }
}

double utc_milliseconds(double year, double month, double day) {
  const double months = std::clamp(year, -9e3, 9.9e3) * 12 + std::clamp(month, -1e3, 1e3);
  const auto first =
      std::chrono::year{static_cast<int>(std::floor(months / 12))} /
      std::chrono::month{static_cast<unsigned>(months - std::floor(months / 12) * 12) + 1U} / 1;
  const double start = static_cast<double>(sys_days{first}.time_since_epoch().count());
  return (start + std::clamp(day, -1e6, 1e6) - 1) * 86'400'000.0;
}

}  // namespace opsim::jsonata
