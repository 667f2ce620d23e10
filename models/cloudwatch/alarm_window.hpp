#pragma once
/// When an alarm evaluates, and over which stretch of time. Pure.
///
/// AWS: CloudWatch User Guide, "Alarm evaluation" and "Alarm evaluation window"; API
/// PutMetricAlarm.
#include <cstdint>
#include <optional>
#include <string_view>

#include "opsim/kernel/time.hpp"
#include "opsim/time_zone.hpp"

namespace opsim::cloudwatch {

struct AlarmWindow {
  Duration period = std::chrono::minutes{1};
  std::uint32_t evaluation_periods = 1;
  /// WallClockWindow: periods begin at clock boundaries in a zone this far east of UTC. Nothing:
  /// SlidingWindow, periods end at the evaluation.
  std::optional<Duration> wall_clock = {};
  /// The zone of a WallClockWindow that has an IANA name; then wall_clock is zero. SIMPLIFIED: days
  /// before the newest one are 24 hours each, also where the clock was changed.
  std::optional<TimeZone> zone = {};

  /// Period x N over a day: evaluated hourly, with data up to the top of the hour.
  [[nodiscard]] bool is_multi_day() const {
    return period * evaluation_periods > std::chrono::days{1};
  }
};

/// How many periods an evaluation looks back: "the exact number varies with the length of the
/// alarm's period" (alarms-and-missing-data). UNDOCUMENTED: how. "A daily backup alarm with a
/// sliding window can enter ALARM if consecutive backups are more than 24 hours apart"
/// (alarm-evaluation-window): so no more than N of periods of a day or longer, else N + 2.
std::uint32_t evaluation_range(const AlarmWindow& window);

/// 10 seconds for periods under a minute, an hour for multi-day alarms, else a minute.
Duration evaluation_step(const AlarmWindow& window);

/// The first evaluation later than `after`. UNDOCUMENTED: where in the minute AWS evaluates an
/// alarm. Here at its top (and at the top of each 10 seconds; and 3 minutes past the hour, as in
/// the documentation's example of a multi-day alarm).
SimTime next_evaluation(const AlarmWindow& window, SimTime after);

/// Where the newest period of that evaluation ends. The k-th newest is [end - k x period, ...).
SimTime newest_end(const AlarmWindow& window, SimTime evaluation);

/// The first evaluation whose newest period ends later than `time`.
SimTime first_evaluation_seeing(const AlarmWindow& window, SimTime time);

/// "UTC", "Z", "+05:30", "UTC-03:00", "GMT-08:00"; a multiple of 5 minutes. Nothing for anything
/// else. (IANA names: TimeZone::find.)
std::optional<Duration> parse_zone(std::string_view text);

}  // namespace opsim::cloudwatch
