#pragma once
/// Who is on call when: pure rules over one rotation of an on-call schedule.
///
/// AWS: Incident Manager API, RecurrenceSettings, RotationShift, PreviewOverride; User Guide,
/// "on-call schedules". Hand-offs and coverage are by the clock of the rotation's time zone.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "opsim/cloud/api.hpp"
#include "opsim/kernel/time.hpp"
#include "opsim/time_zone.hpp"

namespace opsim::incident_manager {

/// When one shift ends and the next begins: a time of day on every day, on one weekday, or on one
/// day of the month.
struct HandOff {
  std::chrono::minutes time_of_day{};
  std::optional<std::chrono::weekday> weekday;
  std::optional<unsigned> day_of_month;  // 1 to 31; the last day where a month is shorter
};

/// Somebody is on call on `weekday` from `from` to `to` only. Past 24:00 `to` is on the next day.
struct Coverage {
  std::chrono::weekday weekday;
  std::chrono::minutes from{};
  std::chrono::minutes to{};
};

/// Others are on call for a while instead, whatever the coverage.
struct Override {
  std::string id;
  std::vector<std::string> contacts;
  SimTime start{};
  SimTime end{};
  SimTime created{};
};

struct Rotation {
  std::string arn;
  std::string name;
  std::vector<std::string> contacts;  // ARNs, in shift order
  SimTime start{};
  TimeZone zone;
  std::vector<HandOff> hand_offs;
  int multiplier = 1;               // days, weeks or months that a rotation lasts
  int on_calls = 1;                 // contacts on call at once
  std::vector<Coverage> coverages;  // empty: always
  std::vector<Override> overrides;  // in the order of creation: the last one counts
  Json recurrence;                  // as it was written, for GetRotation
};

struct Shift {
  SimTime from{};
  SimTime to{};
  std::vector<std::string> contacts;
  bool overridden = false;
  std::vector<std::string> instead_of{};  // who would have been on call
};

/// From CreateRotation or AWS::SSMContacts::Rotation.
ApiResult<Rotation> read_rotation(const Json& input, SimTime now);

/// Nobody before its start and outside its coverage, unless an override says who.
std::vector<std::string> on_call(const Rotation& rotation, SimTime at);
/// The first hand-off after `after`.
SimTime next_hand_off(const Rotation& rotation, SimTime after);
/// The contacts of the regular shift, whether it is covered or not.
std::vector<std::string> contacts_of_shift(const Rotation& rotation, SimTime at);
/// Whether the clock there is within the coverage.
bool covered(const Rotation& rotation, SimTime at);
/// The first begin or end of coverage after `after`; nothing where it is always covered.
std::optional<SimTime> next_coverage_change(const Rotation& rotation, SimTime after);
const Override* override_at(const Rotation& rotation, SimTime at);
/// The shifts that touch [from, to), cut to it; at most `most`. One ends where coverage or an
/// override does, too.
std::vector<Shift> shifts(const Rotation& rotation, SimTime from, SimTime to, std::size_t most);

}  // namespace opsim::incident_manager
