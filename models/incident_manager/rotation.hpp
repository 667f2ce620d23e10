#pragma once
/// Who is on call when: pure rules over one rotation of an on-call schedule.
///
/// AWS: Incident Manager API, RecurrenceSettings; User Guide, "on-call schedules".
/// SIMPLIFIED: hand-off times are UTC whatever TimeZoneId says.
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "opsim/cloud/api.hpp"
#include "opsim/kernel/time.hpp"

namespace opsim::incident_manager {

/// When one shift ends and the next begins: a time of day on every day, on one weekday, or on one
/// day of the month.
struct HandOff {
  std::chrono::minutes time_of_day{};
  std::optional<std::chrono::weekday> weekday;
  std::optional<unsigned> day_of_month;  // 1 to 31; the last day where a month is shorter
};

/// Somebody is on call on `weekday` from `from` to `to` only.
struct Coverage {
  std::chrono::weekday weekday;
  std::chrono::minutes from{};
  std::chrono::minutes to{};
};

struct Rotation {
  std::string arn;
  std::string name;
  std::vector<std::string> contacts;  // ARNs, in shift order
  SimTime start{};
  std::string time_zone = "UTC";
  std::vector<HandOff> hand_offs;
  int multiplier = 1;               // days, weeks or months that a rotation lasts
  int on_calls = 1;                 // contacts on call at once
  std::vector<Coverage> coverages;  // empty: always
  Json recurrence;                  // as it was written, for GetRotation
};

struct Shift {
  SimTime from{};
  SimTime to{};
  std::vector<std::string> contacts;
};

/// From CreateRotation or AWS::SSMContacts::Rotation.
ApiResult<Rotation> read_rotation(const Json& input, SimTime now);

/// Nobody before its start and outside its coverage.
std::vector<std::string> on_call(const Rotation& rotation, SimTime at);
/// The first hand-off after `after`.
SimTime next_hand_off(const Rotation& rotation, SimTime after);
/// The shifts that touch [from, to); at most `most`.
std::vector<Shift> shifts(const Rotation& rotation, SimTime from, SimTime to, std::size_t most);

}  // namespace opsim::incident_manager
