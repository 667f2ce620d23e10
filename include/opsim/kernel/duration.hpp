#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "opsim/kernel/time.hpp"

namespace opsim {

/// Reads a duration as people write it: "90s", "1.5 s", "2h 30min", "250ms", "3 d", "1w".
/// Units: ns, us, ms, s, min (or m), h, d, w; the largest first. A bare number is not a duration
/// ("5" of what?), nor is a negative one. The result is exact or rounded to the nearest nanosecond.
std::optional<Duration> parse_duration(std::string_view text);

/// Reads an ISO 8601 duration: "PT15M", "P1DT12H", "PT0.5S", "P2W". Years and months, whose length
/// depends on the date, are refused.
std::optional<Duration> parse_iso8601_duration(std::string_view text);

/// As people say it, in at most two units: "2 min 41 s", "37 s", "1.4 ms", "6 h", "3 d 2 h".
/// Rounded to the last unit shown; "0 s" for zero.
std::string human(Duration duration);

/// "2:51:00": hours, minutes and seconds; from 100 hours on with days, "14d 0:05:56". Parts of a
/// second are dropped.
std::string clock_text(Duration duration);

}  // namespace opsim
