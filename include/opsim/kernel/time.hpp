#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace opsim {

/// Simulated time: whole nanoseconds, so that sums are exact. From 1678 to 2262.
using Duration = std::chrono::nanoseconds;
/// A point of simulated time, in UTC. Nothing here reads a real clock.
using SimTime = std::chrono::sys_time<Duration>;

using namespace std::chrono_literals;

/// "2026-03-02T09:00:00Z"; a fraction of 3, 6 or 9 digits follows the seconds only when it is not
/// zero: "2026-03-02T09:00:00.250Z".
std::string iso8601(SimTime time);

/// Reads "2026-03-02", "2026-03-02T09:00", "2026-03-02T09:00:00.25Z" or "...+01:00". Without an
/// offset the time is UTC. Anything else, an impossible date, or one outside the years that
/// SimTime can hold gives nullopt.
std::optional<SimTime> parse_iso8601(std::string_view text);

}  // namespace opsim
