#pragma once
/// Schedule expressions: "rate(5 minutes)", "cron(0 8 ? * MON-FRI *)", "at(2026-03-02T09:00:00)".
/// Rules of EventBridge, EventBridge Scheduler, Systems Manager and others share them.
/// AWS: EventBridge User Guide, eb-create-rule-schedule; EventBridge Scheduler User Guide,
/// schedule-types.
#include <bitset>
#include <optional>
#include <string_view>
#include <variant>

#include "opsim/time_zone.hpp"

namespace opsim::schedule {

/// cron(minutes hours day-of-month month day-of-week year).
struct Cron {
  std::bitset<60> minutes;
  std::bitset<24> hours;
  std::bitset<32> days;     // of the month; unused when `weekdays_decide`
  std::bitset<13> months;   // from 1
  std::bitset<8> weekdays;  // from 1, Sunday
  std::bitset<230> years;   // from 1970; 1970 to 2199
  bool weekdays_decide = false;
  bool last_day = false;    // L in day-of-month
  int nearest_weekday = 0;  // 15W: the weekday nearest to the 15th
  int last_weekday = 0;     // 6L: the last Friday
  int nth_weekday = 0;      // 6#3: the third Friday: the weekday ...
  int nth = 0;              // ... and which of them

  /// The first minute after `local` that matches, if the years allow one.
  [[nodiscard]] std::optional<LocalTime> next_after(LocalTime local) const;
  /// The same on the clock of a zone. A time that the clock jumps over is skipped; one that it
  /// shows twice counts once, the first time.
  [[nodiscard]] std::optional<SimTime> next_after(SimTime time, const TimeZone& zone = {}) const;
};

/// "30 8 * * MON-FRI": the five fields of Unix, as EC2 Auto Scaling takes them. Where both the day
/// of the month and of the week are restricted, either is enough (crontab(5)).
struct UnixCron {
  Cron by_day;
  std::optional<Cron> or_weekday;

  [[nodiscard]] std::optional<SimTime> next_after(SimTime time, const TimeZone& zone = {}) const;
};
/// Days of the week are 0 to 7 (0 and 7 are Sunday) or names; there is no L, W, # or year.
[[nodiscard]] std::optional<UnixCron> parse_unix_cron(std::string_view text);

struct Rate {
  Duration every;  // more than zero, at most 100 years
};

struct At {
  LocalTime when;
};

using Expression = std::variant<Rate, Cron, At>;

/// Nothing for any other text: the unit of a rate is singular for 1 only; day-of-month and
/// day-of-week are not both set; no blank is spare; a time has neither zone nor fraction.
[[nodiscard]] std::optional<Expression> parse(std::string_view text);

/// The first time after `after`. A rate counts from `anchor`, which is its first time.
[[nodiscard]] std::optional<SimTime> next_time(const Expression& expression, const TimeZone& zone,
                                               SimTime anchor, SimTime after);

}  // namespace opsim::schedule
