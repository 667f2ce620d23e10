// The shifts of a rotation, as ListRotationShifts shows them.
// AWS: Incident Manager API, RotationShift, ShiftDetails.
// UNDOCUMENTED: that a shift ends where its coverage ends (from the console's calendar).
#include <algorithm>

#include "models/incident_manager/rotation.hpp"

namespace opsim::incident_manager {

namespace {

/// When something may change next: a hand-off, coverage, an override.
SimTime next_boundary(const Rotation& rotation, SimTime after) {
  SimTime next = after < rotation.start ? rotation.start : next_hand_off(rotation, after);
  if (const auto change = next_coverage_change(rotation, after)) next = std::min(next, *change);
  for (const Override& one : rotation.overrides)
    for (const SimTime time : {one.start, one.end})
      if (time > after) next = std::min(next, time);
  return next;
}

bool is_hand_off(const Rotation& rotation, SimTime at) {
  return next_hand_off(rotation, at - Duration{1}) == at;
}

/// Who is on call from `at` on; `to` is left open.
Shift shift_at(const Rotation& rotation, SimTime at) {
  Shift shift{at, at, on_call(rotation, at)};
  shift.overridden = override_at(rotation, at) != nullptr;
  if (shift.overridden && at >= rotation.start && covered(rotation, at))
    shift.instead_of = contacts_of_shift(rotation, at);
  return shift;
}

bool goes_on(const Rotation& rotation, const Shift& before, const Shift& next) {
  return before.to == next.from && before.contacts == next.contacts &&
         before.overridden == next.overridden && before.instead_of == next.instead_of &&
         !is_hand_off(rotation, next.from);
}

}  // namespace

std::vector<Shift> shifts(const Rotation& rotation, SimTime from, SimTime to, std::size_t most) {
  std::vector<Shift> found;
  if (rotation.contacts.empty()) return found;
  for (SimTime begin = from; begin < to && found.size() <= most;) {
    Shift shift = shift_at(rotation, begin);
    const SimTime end = next_boundary(rotation, begin);
    shift.to = std::min(end, to);
    begin = end;
    if (shift.contacts.empty()) continue;
    if (!found.empty() && goes_on(rotation, found.back(), shift))
      found.back().to = shift.to;
    else
      found.push_back(std::move(shift));
  }
  if (found.size() > most) found.pop_back();
  return found;
}

}  // namespace opsim::incident_manager
