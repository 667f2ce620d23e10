// Rules of rotations: values in, values out. Times of hand-offs are counted on the clock of the
// rotation's time zone: an hour that a clock jumps over is the instant of the jump, one that comes
// twice is its first time.
// UNDOCUMENTED: with several contacts on call at once, the next shift begins with the next group of
// as many (from the shift order that CreateRotation describes).
#include "models/incident_manager/rotation.hpp"

#include <algorithm>

namespace opsim::incident_manager {

namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::local_days;

LocalTime on_day(const HandOff& hand_off, local_days day) {
  return LocalTime{day} + hand_off.time_of_day;
}

LocalTime in_month(const HandOff& hand_off, std::chrono::year_month month) {
  const std::chrono::year_month_day_last last{month.year(),
                                              std::chrono::month_day_last{month.month()}};
  const std::chrono::day day = std::min(std::chrono::day{*hand_off.day_of_month}, last.day());
  return on_day(hand_off, local_days{month / day});
}

std::chrono::year_month month_of(LocalTime time) {
  const std::chrono::year_month_day date{floor<days>(time)};
  return {date.year(), date.month()};
}

/// The first time of this hand-off after the rotation's start.
LocalTime first_time(const HandOff& hand_off, LocalTime start) {
  if (hand_off.day_of_month) {
    const LocalTime this_month = in_month(hand_off, month_of(start));
    if (this_month > start) return this_month;
    return in_month(hand_off, month_of(start) + std::chrono::months{1});
  }
  local_days day = floor<days>(start);
  const auto fits = [&] {
    return on_day(hand_off, day) > start &&
           (!hand_off.weekday || std::chrono::weekday{day} == *hand_off.weekday);
  };
  while (!fits()) day += days{1};
  return on_day(hand_off, day);
}

SimTime nth_time(const HandOff& hand_off, const Rotation& rotation, std::int64_t n) {
  const LocalTime first = first_time(hand_off, rotation.zone.to_local(rotation.start));
  const LocalTime local =
      hand_off.day_of_month
          ? in_month(hand_off, month_of(first) +
                                   std::chrono::months{static_cast<int>(n) * rotation.multiplier})
          : first + n * rotation.multiplier * days{hand_off.weekday ? 7 : 1};
  return rotation.zone.to_utc(local).first;
}

/// How often this hand-off happened up to and including `at`.
std::int64_t times_until(const HandOff& hand_off, const Rotation& rotation, SimTime at) {
  const LocalTime first = first_time(hand_off, rotation.zone.to_local(rotation.start));
  const days period = rotation.multiplier * days{hand_off.day_of_month ? 31
                                                 : hand_off.weekday    ? 7
                                                                       : 1};
  const Duration since = rotation.zone.to_local(at) - first;
  // About right; short months and clocks that are put forward or back make the rest.
  std::int64_t n = since < Duration::zero() ? 0 : since / period;
  while (nth_time(hand_off, rotation, n) <= at) ++n;
  while (n > 0 && nth_time(hand_off, rotation, n - 1) > at) --n;
  return n;
}

}  // namespace

bool covered(const Rotation& rotation, SimTime at) {
  if (rotation.coverages.empty()) return true;
  const LocalTime local = rotation.zone.to_local(at);
  const local_days today = floor<days>(local);
  for (const local_days day : {today, today - days{1}})
    for (const Coverage& coverage : rotation.coverages)
      if (coverage.weekday == std::chrono::weekday{day} && local >= day + coverage.from &&
          local < day + coverage.to)
        return true;
  return false;
}

std::optional<SimTime> next_coverage_change(const Rotation& rotation, SimTime after) {
  std::optional<SimTime> next;
  const local_days today = floor<days>(rotation.zone.to_local(after));
  for (int ahead = -1; ahead <= 8; ++ahead) {
    const local_days day = today + days{ahead};
    for (const Coverage& coverage : rotation.coverages) {
      if (coverage.weekday != std::chrono::weekday{day}) continue;
      for (const auto time : {coverage.from, coverage.to}) {
        const SimTime change = rotation.zone.to_utc(LocalTime{day} + time).first;
        if (change > after && (!next || change < *next)) next = change;
      }
    }
  }
  return next;
}

std::vector<std::string> contacts_of_shift(const Rotation& rotation, SimTime at) {
  std::int64_t shift = 0;
  for (const HandOff& hand_off : rotation.hand_offs) shift += times_until(hand_off, rotation, at);
  const auto many = static_cast<std::int64_t>(rotation.contacts.size());
  const std::int64_t at_once = std::min<std::int64_t>(rotation.on_calls, many);
  std::vector<std::string> contacts;
  for (std::int64_t i = 0; i < at_once; ++i)
    contacts.push_back(rotation.contacts[static_cast<std::size_t>((shift * at_once + i) % many)]);
  return contacts;
}

const Override* override_at(const Rotation& rotation, SimTime at) {
  for (auto one = rotation.overrides.rbegin(); one != rotation.overrides.rend(); ++one)
    if (at >= one->start && at < one->end) return &*one;
  return nullptr;
}

std::vector<std::string> on_call(const Rotation& rotation, SimTime at) {
  if (const Override* instead = override_at(rotation, at)) return instead->contacts;
  if (at < rotation.start || rotation.contacts.empty() || !covered(rotation, at)) return {};
  return contacts_of_shift(rotation, at);
}

SimTime next_hand_off(const Rotation& rotation, SimTime after) {
  SimTime next = SimTime::max();
  for (const HandOff& hand_off : rotation.hand_offs)
    next = std::min(next, nth_time(hand_off, rotation, times_until(hand_off, rotation, after)));
  return next;
}

}  // namespace opsim::incident_manager
