// When alarms evaluate.
// AWS: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
#include "models/cloudwatch/alarm_window.hpp"

#include "models/cloudwatch/alarm_rules.hpp"

namespace opsim::cloudwatch {
namespace {

constexpr Duration kMinute = std::chrono::minutes{1};
constexpr Duration kHour = std::chrono::hours{1};
constexpr Duration kWindowWeek = std::chrono::weeks{1};
constexpr Duration kPastTheHour = std::chrono::minutes{3};
constexpr Duration kMonday = std::chrono::days{4};  // the first Monday of 1970 was the 5th

/// The last multiple of `step`, counted from `origin` after 1970 began, at or before `time`.
SimTime floor_to(SimTime time, Duration step, Duration origin) {
  const Duration since = time.time_since_epoch() - origin;
  Duration rest = since % step;
  if (rest < Duration::zero()) rest += step;
  return time - rest;
}

/// Where the clock boundaries of a WallClockWindow are counted from: top of the hour, midnight, or
/// Monday 00:00 in the zone.
Duration boundary_origin(const AlarmWindow& window) {
  const Duration week = window.period == kWindowWeek ? kMonday : Duration::zero();
  return week - *window.wall_clock;
}

/// The last clock boundary of a WallClockWindow at or before `time`, and `periods` after it.
SimTime boundary(const AlarmWindow& window, SimTime time, int periods) {
  if (!window.zone)
    return floor_to(time, window.period, boundary_origin(window)) + periods * window.period;
  const SimTime local{window.zone->to_local(time).time_since_epoch()};
  const SimTime begin =
      floor_to(local, window.period, boundary_origin(window)) + periods * window.period;
  return window.zone->to_utc(LocalTime{begin.time_since_epoch()}).first;
}

}  // namespace

std::uint32_t evaluation_range(const AlarmWindow& window) {
  const bool days = window.period >= std::chrono::days{1};
  return days ? window.evaluation_periods : evaluation_range(window.evaluation_periods);
}

Duration evaluation_step(const AlarmWindow& window) {
  if (window.is_multi_day()) return kHour;
  return window.period < kMinute ? Duration{std::chrono::seconds{10}} : kMinute;
}

SimTime next_evaluation(const AlarmWindow& window, SimTime after) {
  const Duration step = evaluation_step(window);
  const Duration origin = window.is_multi_day() ? kPastTheHour : Duration::zero();
  return floor_to(after, step, origin) + step;
}

SimTime newest_end(const AlarmWindow& window, SimTime evaluation) {
  const SimTime seen =
      window.is_multi_day() ? floor_to(evaluation, kHour, Duration::zero()) : evaluation;
  return window.wall_clock ? boundary(window, seen, 0) : seen;
}

SimTime first_evaluation_seeing(const AlarmWindow& window, SimTime time) {
  SimTime end = time + Duration{1};  // the earliest that would do
  if (window.wall_clock) end = boundary(window, time, 1);
  if (window.is_multi_day()) end = floor_to(end - Duration{1}, kHour, Duration::zero()) + kHour;
  return next_evaluation(window, end - Duration{1});
}

std::optional<Duration> parse_zone(std::string_view text) {
  if (text == "Z") return Duration::zero();
  if (text.starts_with("UTC") || text.starts_with("GMT")) text.remove_prefix(3);
  if (text.empty()) return Duration::zero();
  const auto digit = [&](std::size_t i) { return text[i] >= '0' && text[i] <= '9'; };
  if (text.size() != 6 || text[3] != ':' || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  if (!digit(1) || !digit(2) || !digit(4) || !digit(5)) return std::nullopt;
  const int hours = (text[1] - '0') * 10 + (text[2] - '0');
  const int minutes = (text[4] - '0') * 10 + (text[5] - '0');
  if (hours > 14 || minutes > 59 || minutes % 5 != 0) return std::nullopt;
  const Duration offset = std::chrono::hours{hours} + std::chrono::minutes{minutes};
  return text[0] == '-' ? -offset : offset;
}

}  // namespace opsim::cloudwatch
