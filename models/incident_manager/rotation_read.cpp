// Reading a rotation. The API writes hand-off times as {"HourOfDay": 9, "MinuteOfHour": 0},
// CloudFormation as "09:00" (AWS::SSMContacts::Rotation).
#include <fmt/format.h>

#include <algorithm>

#include "models/incident_manager/rotation.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::incident_manager {

namespace {

constexpr std::size_t kMostContacts = 30;  // Incident Manager API, CreateRotation
constexpr std::string_view kWeekdays[] = {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"};

ApiError invalid(std::string message) { return {"ValidationException", std::move(message)}; }

std::optional<std::chrono::minutes> time_of_day(const Json& value) {
  std::optional<std::int64_t> hour = input::integer(value, "HourOfDay");
  std::optional<std::int64_t> minute = input::integer(value, "MinuteOfHour");
  if (value.is_string()) {
    const std::string text = value.get<std::string>();
    const auto colon = text.find(':');
    if (colon == std::string::npos) return std::nullopt;
    hour = input::integer(Json(text.substr(0, colon)));
    minute = input::integer(Json(text.substr(colon + 1)));
  }
  if (!hour || *hour < 0 || *hour > 24 || minute.value_or(0) < 0 || minute.value_or(0) > 59)
    return std::nullopt;
  return std::chrono::hours{*hour} + std::chrono::minutes{minute.value_or(0)};
}

std::optional<std::chrono::weekday> weekday(const std::string& name) {
  const auto found = std::ranges::find(kWeekdays, name);
  if (found == std::end(kWeekdays)) return std::nullopt;
  return std::chrono::weekday{static_cast<unsigned>(found - std::begin(kWeekdays))};
}

ApiResult<void> read_hand_offs(Rotation& rotation, const Json& recurrence) {
  for (const Json& time : input::member(recurrence, "DailySettings")) {
    const auto at = time_of_day(time);
    if (!at) return invalid("DailySettings: a hand-off time is like 09:00");
    rotation.hand_offs.push_back({*at, {}, {}});
  }
  for (const Json& setting : input::member(recurrence, "WeeklySettings")) {
    const auto at = time_of_day(input::member(setting, "HandOffTime"));
    const auto day = weekday(input::text(setting, "DayOfWeek"));
    if (!at || !day)
      return invalid("WeeklySettings: DayOfWeek is MON to SUN, HandOffTime like 09:00");
    rotation.hand_offs.push_back({*at, *day, {}});
  }
  for (const Json& setting : input::member(recurrence, "MonthlySettings")) {
    const auto at = time_of_day(input::member(setting, "HandOffTime"));
    const auto day = input::integer(setting, "DayOfMonth");
    if (!at || !day || *day < 1 || *day > 31)
      return invalid("MonthlySettings: DayOfMonth is 1 to 31, HandOffTime like 09:00");
    rotation.hand_offs.push_back({*at, {}, static_cast<unsigned>(*day)});
  }
  if (rotation.hand_offs.empty())
    return invalid("Recurrence: one of DailySettings, WeeklySettings, MonthlySettings is required");
  return {};
}

/// {"MON": [{"Start": ..., "End": ...}]}, or
/// [{"DayOfWeek": "MON", "CoverageTimes": [{"StartTime": "09:00", "EndTime": "17:00"}]}].
ApiResult<void> read_coverages(Rotation& rotation, const Json& recurrence) {
  const Json& all = input::member(recurrence, "ShiftCoverages");
  for (const auto& [key, value] : all.items()) {
    const bool listed = all.is_array();
    const auto day = weekday(listed ? input::text(value, "DayOfWeek") : key);
    const Json& times = listed ? input::member(value, "CoverageTimes") : value;
    if (!day || !times.is_array()) return invalid("ShiftCoverages: a day is MON to SUN");
    for (const Json& time : times) {
      const auto from = time_of_day(input::member(time, listed ? "StartTime" : "Start"));
      const auto to = time_of_day(input::member(time, listed ? "EndTime" : "End"));
      if (!from || !to) return invalid("ShiftCoverages: a time is like 09:00");
      // An end that is not after the start is on the next day; "00:00" is its midnight.
      const auto end = *to <= *from ? *to + std::chrono::hours{24} : *to;
      rotation.coverages.push_back({*day, *from, end});
    }
  }
  return {};
}

}  // namespace

ApiResult<Rotation> read_rotation(const Json& input, SimTime now) {
  Rotation rotation;
  rotation.name = input::text(input, "Name");
  rotation.contacts = input::texts(input, "ContactIds");
  rotation.start = input::time(input, "StartTime").value_or(now);
  if (const std::string name = input::text(input, "TimeZoneId"); !name.empty()) {
    const std::optional<TimeZone> zone = TimeZone::find(name);
    if (!zone) return invalid(fmt::format("TimeZoneId: {}", TimeZone::unknown(name)));
    rotation.zone = *zone;
  }
  rotation.recurrence = input::member(input, "Recurrence");
  if (rotation.name.empty()) return invalid("Name is required");
  if (rotation.contacts.empty() || rotation.contacts.size() > kMostContacts)
    return invalid(fmt::format("ContactIds: 1 to {} contacts, not {}", kMostContacts,
                               rotation.contacts.size()));
  const auto multiplier = input::integer(rotation.recurrence, "RecurrenceMultiplier").value_or(1);
  const auto on_calls = input::integer(rotation.recurrence, "NumberOfOnCalls").value_or(1);
  if (multiplier < 1 || multiplier > 100) return invalid("RecurrenceMultiplier: 1 to 100");
  if (on_calls < 1 || on_calls > std::ssize(rotation.contacts))
    return invalid("NumberOfOnCalls: at least 1, at most the number of contacts");
  rotation.multiplier = static_cast<int>(multiplier);
  rotation.on_calls = static_cast<int>(on_calls);
  if (auto read = read_hand_offs(rotation, rotation.recurrence); !read) return read.error();
  if (auto read = read_coverages(rotation, rotation.recurrence); !read) return read.error();
  return rotation;
}

}  // namespace opsim::incident_manager
