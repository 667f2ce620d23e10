// Rules of rotations: values in, values out.
// UNDOCUMENTED: with several contacts on call at once, the next shift begins with the next group of
// as many (from the shift order that CreateRotation describes).
#include "models/incident_manager/rotation.hpp"

#include <algorithm>

namespace opsim::incident_manager {

namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;

SimTime on_day(const HandOff& hand_off, sys_days day) { return day + hand_off.time_of_day; }

SimTime in_month(const HandOff& hand_off, std::chrono::year_month month) {
  const std::chrono::year_month_day_last last{month.year(),
                                              std::chrono::month_day_last{month.month()}};
  const std::chrono::day day = std::min(std::chrono::day{*hand_off.day_of_month}, last.day());
  return on_day(hand_off, sys_days{month / day});
}

std::chrono::year_month month_of(SimTime time) {
  const std::chrono::year_month_day date{floor<days>(time)};
  return {date.year(), date.month()};
}

/// The first time of this hand-off after the rotation's start.
SimTime first_time(const HandOff& hand_off, SimTime start) {
  if (hand_off.day_of_month) {
    const SimTime this_month = in_month(hand_off, month_of(start));
    if (this_month > start) return this_month;
    return in_month(hand_off, month_of(start) + std::chrono::months{1});
  }
  sys_days day = floor<days>(start);
  const auto fits = [&] {
    return on_day(hand_off, day) > start &&
           (!hand_off.weekday || std::chrono::weekday{day} == *hand_off.weekday);
  };
  while (!fits()) day += days{1};
  return on_day(hand_off, day);
}

SimTime nth_time(const HandOff& hand_off, const Rotation& rotation, std::int64_t n) {
  const SimTime first = first_time(hand_off, rotation.start);
  if (hand_off.day_of_month)
    return in_month(
        hand_off, month_of(first) + std::chrono::months{static_cast<int>(n) * rotation.multiplier});
  return first + n * rotation.multiplier * days{hand_off.weekday ? 7 : 1};
}

/// How often this hand-off happened up to and including `at`.
std::int64_t times_until(const HandOff& hand_off, const Rotation& rotation, SimTime at) {
  const SimTime first = first_time(hand_off, rotation.start);
  if (at < first) return 0;
  const days period = rotation.multiplier * days{hand_off.day_of_month ? 31
                                                 : hand_off.weekday    ? 7
                                                                       : 1};
  std::int64_t n = (at - first) / period + 1;  // exact, or too few by short months
  while (nth_time(hand_off, rotation, n) <= at) ++n;
  return n;
}

bool covered(const Rotation& rotation, SimTime at) {
  if (rotation.coverages.empty()) return true;
  const sys_days day = floor<days>(at);
  return std::ranges::any_of(rotation.coverages, [&](const Coverage& coverage) {
    return coverage.weekday == std::chrono::weekday{day} && at >= day + coverage.from &&
           at < day + coverage.to;
  });
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

}  // namespace

std::vector<std::string> on_call(const Rotation& rotation, SimTime at) {
  if (at < rotation.start || rotation.contacts.empty() || !covered(rotation, at)) return {};
  return contacts_of_shift(rotation, at);
}

SimTime next_hand_off(const Rotation& rotation, SimTime after) {
  SimTime next = SimTime::max();
  for (const HandOff& hand_off : rotation.hand_offs)
    next = std::min(next, nth_time(hand_off, rotation, times_until(hand_off, rotation, after)));
  return next;
}

std::vector<Shift> shifts(const Rotation& rotation, SimTime from, SimTime to, std::size_t most) {
  std::vector<Shift> found;
  if (rotation.contacts.empty()) return found;
  SimTime begin = std::max(from, rotation.start);
  while (begin < to && found.size() < most) {
    const SimTime end = next_hand_off(rotation, begin);
    found.push_back({begin, std::min(end, to), contacts_of_shift(rotation, begin)});
    begin = end;
  }
  return found;
}

}  // namespace opsim::incident_manager
