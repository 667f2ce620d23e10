#include "models/rds/windows.hpp"

#include <algorithm>
#include <iterator>

namespace opsim::rds {

namespace {

using Minutes = std::chrono::duration<std::int64_t, std::ratio<60>>;

/// "23:45" as minutes after midnight.
std::optional<std::int64_t> clock_of(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return std::nullopt;
  for (const std::size_t i : {0U, 1U, 3U, 4U})
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
  const std::int64_t hour = (text[0] - '0') * 10 + (text[1] - '0');
  const std::int64_t minute = (text[3] - '0') * 10 + (text[4] - '0');
  if (hour > 23 || minute > 59) return std::nullopt;
  return hour * 60 + minute;
}

/// "Sun:23:45" as minutes after Monday's midnight, in whatever case.
std::optional<std::int64_t> moment_of_week(std::string_view text) {
  constexpr std::string_view kDayNames[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};
  if (text.size() != 9 || text[3] != ':') return std::nullopt;
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  const auto day = std::ranges::find_if(kDayNames, [&](std::string_view name) {
    return std::ranges::equal(name, text.substr(0, 3), {}, {}, lower);
  });
  const auto clock = clock_of(text.substr(4));
  if (day == std::end(kDayNames) || !clock) return std::nullopt;
  return (day - std::begin(kDayNames)) * kMinutesOfDay + *clock;
}

std::optional<Window> between(std::optional<std::int64_t> from, std::optional<std::int64_t> to,
                              std::int64_t every) {
  if (!from || !to) return std::nullopt;
  const Window window{*from, (*to - *from + every) % every};
  return window.lasts >= 30 ? std::optional{window} : std::nullopt;
}

}  // namespace

std::optional<Window> parse_daily(std::string_view text) {
  if (text.size() != 11 || text[5] != '-') return std::nullopt;
  return between(clock_of(text.substr(0, 5)), clock_of(text.substr(6)), kMinutesOfDay);
}

std::optional<Window> parse_weekly(std::string_view text) {
  if (text.size() != 19 || text[9] != '-') return std::nullopt;
  return between(moment_of_week(text.substr(0, 9)), moment_of_week(text.substr(10)),
                 kMinutesOfWeek);
}

bool overlap(const Window& daily, const Window& weekly) {
  for (std::int64_t day = -1; day <= 8; ++day) {
    const std::int64_t begins = daily.begins + day * kMinutesOfDay;
    if (begins < weekly.begins + weekly.lasts && weekly.begins < begins + daily.lasts) return true;
  }
  return false;
}

SimTime next_begin(const Window& window, std::int64_t every, SimTime now) {
  constexpr std::int64_t kFirstMonday = 4 * kMinutesOfDay;  // 1970-01-05
  const std::int64_t minute =
      std::chrono::floor<Minutes>(now).time_since_epoch().count() - kFirstMonday - window.begins;
  const std::int64_t periods = (minute >= 0 ? minute : minute - every + 1) / every;
  const SimTime begins{std::chrono::duration_cast<Duration>(
      Minutes{kFirstMonday + window.begins + periods * every})};
  return begins > now ? begins : begins + Minutes{every};
}

}  // namespace opsim::rds
