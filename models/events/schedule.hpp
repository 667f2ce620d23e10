#pragma once
#include <array>
#include <bitset>
#include <optional>
#include <string_view>
#include <variant>

#include "opsim/kernel/time.hpp"

namespace opsim::events {

/// cron(minutes hours day-of-month month day-of-week year), in UTC.
/// AWS: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cron-expressions.html
struct Cron {
  std::bitset<60> minutes;
  std::bitset<24> hours;
  std::bitset<32> days;     // of the month; unused when `weekdays_decide`
  std::bitset<13> months;   // from 1
  std::bitset<8> weekdays;  // from 1, Sunday
  std::bitset<300> years;   // from 1970; 1970 to 2199
  bool weekdays_decide = false;
  bool last_day = false;    // L in day-of-month
  int nearest_weekday = 0;  // 15W: the weekday nearest to the 15th
  int last_weekday = 0;     // 6L: the last Friday
  int nth_weekday = 0;      // 6#3: the third Friday: the weekday ...
  int nth = 0;              // ... and which of them

  /// The first minute after `time` that matches, if the years allow one.
  [[nodiscard]] std::optional<SimTime> next_after(SimTime time) const;
};

struct Rate {
  Duration every;
};

using Schedule = std::variant<Rate, Cron>;

/// "rate(5 minutes)", "cron(0 8 * * ? *)", as PutRule takes them. Nothing for any other text: the
/// unit is singular for 1 only; day-of-month and day-of-week are not both set; no blank is spare.
std::optional<Schedule> parse_schedule(std::string_view text);

/// When a rule enabled at `enabled` fires next after `time`. Rates count from when the rule was
/// enabled. SIMPLIFIED: at the exact instant; AWS fires within that minute.
std::optional<SimTime> next_fire(const Schedule& schedule, SimTime enabled, SimTime time);

}  // namespace opsim::events
