// Practice runs: each week, for half an hour, traffic is moved away from one zone, to know that the
// others suffice.
// AWS: ARC Developer Guide, "How zonal autoshift and practice runs work", "Configuring practice
// runs".
// SIMPLIFIED: the check that capacity is balanced before a run always passes. UNDOCUMENTED: at
// which time of the week; a moment of the resource's own, and if that is blocked, an hour later.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "models/zonal_shift/zonal_shift.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::zonal_shift {

namespace {

constexpr Duration kWeek = std::chrono::hours{24 * 7};
constexpr Duration kRun = std::chrono::minutes{30};  // "approximately 30 minutes"
constexpr Duration kHour = std::chrono::hours{1};
constexpr std::size_t kMostBlocked = 15;
constexpr int kMinutesOfWeek = 7 * 24 * 60;

std::optional<int> two_digits(std::string_view text, int most) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.size() != 2 || error != std::errc{} || end != text.data() + 2 || number > most)
    return std::nullopt;
  return number;
}

/// "Mon:20:30" -> minutes since Monday midnight.
std::optional<int> minute_of_week(std::string_view text) {
  constexpr std::array<std::string_view, 7> kDays{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  if (text.size() != 9 || text[3] != ':' || text[6] != ':') return std::nullopt;
  const auto day = std::ranges::find(kDays, text.substr(0, 3));
  const auto hour = two_digits(text.substr(4, 2), 23);
  const auto minute = two_digits(text.substr(7, 2), 59);
  if (day == kDays.end() || !hour || !minute) return std::nullopt;
  return static_cast<int>(day - kDays.begin()) * 1'440 + *hour * 60 + *minute;
}

using Minutes = std::pair<int, int>;
std::optional<Minutes> window_of(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto from = minute_of_week(text.substr(0, dash));
  const auto to = minute_of_week(text.substr(dash + 1));
  if (!from || !to) return std::nullopt;
  return Minutes{*from, *to};
}

/// 1970-01-01 was a Thursday.
int minute_of_week(SimTime time) {
  const auto minutes =
      std::chrono::floor<std::chrono::minutes>(time.time_since_epoch()).count() + 3 * 1'440;
  return static_cast<int>(((minutes % kMinutesOfWeek) + kMinutesOfWeek) % kMinutesOfWeek);
}

bool within(const Minutes& window, int minute) {
  if (window.first <= window.second) return window.first <= minute && minute < window.second;
  return minute >= window.first || minute < window.second;
}

bool in_any(const std::vector<std::string>& windows, int minute) {
  return std::ranges::any_of(windows, [&](const std::string& text) {
    const auto window = window_of(text);
    return window && within(*window, minute);
  });
}

std::vector<std::string> alarms_of(const Json& conditions) {
  std::vector<std::string> alarms;
  if (conditions.is_array())
    for (const Json& condition : conditions)
      alarms.push_back(input::text(condition, "alarmIdentifier"));
  return alarms;
}

bool in_alarm(ZonalShift& arc, const std::string& alarm) {
  const auto arn = Arn::parse(alarm);
  if (!arn || !arn->resource.starts_with("alarm:")) return false;
  const auto answer =
      arc.cloud.inspect(arn->place(), "cloudwatch", "DescribeAlarms",
                        {{"AlarmNames", Json::array({arn->resource.substr(6)})},
                         {"AlarmTypes", Json::array({"MetricAlarm", "CompositeAlarm"})}});
  if (!answer) return false;
  for (const char* kind : {"MetricAlarms", "CompositeAlarms"}) {
    const Json& alarms = input::member(*answer, kind);
    if (alarms.is_array() && !alarms.empty() && input::text(alarms[0], "StateValue") == "ALARM")
      return true;
  }
  return false;
}

bool any_in_alarm(ZonalShift& arc, const std::vector<std::string>& alarms) {
  return std::ranges::any_of(alarms, [&](const std::string& one) { return in_alarm(arc, one); });
}

void practise_now(ZonalShift& arc, ManagedResource& resource) {
  if (practice_conflict(arc, resource).empty() && !resource.zones.empty())
    begin_practice(arc, resource, resource.zones[resource.practised % resource.zones.size()],
                   "Practice run started by zonal autoshift");
  schedule_practice(arc, resource);
}

}  // namespace

ApiResult<PracticeRuns> read_practice_runs(const Json& given, PracticeRuns before) {
  PracticeRuns runs = std::move(before);
  const auto read = [&](const char* name, std::vector<std::string>& into) {
    if (!input::member(given, name).is_null()) into = input::texts(given, name);
  };
  read("blockedDates", runs.blocked_dates);
  read("blockedWindows", runs.blocked_windows);
  read("allowedWindows", runs.allowed_windows);
  if (const Json& alarms = input::member(given, "outcomeAlarms"); !alarms.is_null())
    runs.outcome_alarms = alarms_of(alarms);
  if (const Json& alarms = input::member(given, "blockingAlarms"); !alarms.is_null())
    runs.blocking_alarms = alarms_of(alarms);
  const auto invalid = [](std::string message) {
    return ApiError{"ValidationException", std::move(message)};
  };
  if (runs.outcome_alarms.empty()) return invalid("At least one outcome alarm is required");
  for (const auto* windows : {&runs.blocked_windows, &runs.allowed_windows})
    for (const std::string& window : *windows)
      if (!window_of(window))
        return invalid(fmt::format("The window '{}' must be like Mon:20:30-Mon:21:30", window));
  // API Reference: at most 15 of each.
  for (const auto* list : {&runs.blocked_dates, &runs.blocked_windows, &runs.allowed_windows})
    if (list->size() > kMostBlocked)
      return invalid("At most 15 dates and 15 windows may be blocked or allowed");
  for (const std::string& date : runs.blocked_dates)
    if (!parse_iso8601(date + "T00:00:00Z"))
      return invalid(fmt::format("The date '{}' must be like 2026-12-24", date));
  return runs;
}

bool may_practise(const PracticeRuns& runs, SimTime begin, SimTime end) {
  for (SimTime at = begin; at < end; at += std::chrono::minutes{1}) {
    const int minute = minute_of_week(at);
    if (in_any(runs.blocked_windows, minute)) return false;
    if (!runs.allowed_windows.empty() && !in_any(runs.allowed_windows, minute)) return false;
    if (std::ranges::count(runs.blocked_dates, iso8601(at).substr(0, 10)) > 0) return false;
  }
  return true;
}

void schedule_practice(ZonalShift& arc, ManagedResource& resource) {
  arc.sim().cancel(resource.next_practice);
  if (!resource.practice || !resource.autoshift) return;
  const double share = uniform_at(arc.sim().seed(), name_key("arc.practice " + resource.arn), 0);
  SimTime at = arc.sim().now() +
               Duration{static_cast<std::int64_t>(share * static_cast<double>(kWeek.count()))};
  if (resource.practised > 0) at = arc.sim().now() + kWeek;
  for (int hour = 0; hour < 24 * 7 && !may_practise(*resource.practice, at, at + kRun); ++hour)
    at += kHour;
  if (!may_practise(*resource.practice, at, at + kRun)) at += kWeek;
  resource.next_practice = arc.sim().at(at, [&arc, &resource] { practise_now(arc, resource); });
}

std::string practice_conflict(ZonalShift& arc, const ManagedResource& resource) {
  if (!resource.practice) return "PracticeConfigurationDoesNotExist";
  for (const Shift* shift : arc.active(resource.arn))
    return shift->kind == Kind::autoshift ? "ZonalAutoshiftActive" : "ZonalShiftAlreadyExists";
  if (any_in_alarm(arc, resource.practice->outcome_alarms)) return "PracticeOutcomeAlarmsRed";
  if (any_in_alarm(arc, resource.practice->blocking_alarms)) return "PracticeBlockingAlarmsRed";
  const SimTime now = arc.sim().now();
  const std::vector<std::string>& dates = resource.practice->blocked_dates;
  for (const SimTime at : {now, now + kRun})
    if (std::ranges::count(dates, iso8601(at).substr(0, 10)) > 0) return "PracticeInBlockedDates";
  if (!may_practise(*resource.practice, now, now + kRun)) return "PracticeInBlockedWindows";
  return {};
}

Shift& begin_practice(ZonalShift& arc, ManagedResource& resource, const std::string& zone,
                      std::string comment) {
  ++resource.practised;
  Shift shift;
  shift.kind = Kind::practice_run;
  shift.zone = zone;
  shift.comment = std::move(comment);
  shift.outcome = "PENDING";
  Shift& started = start_shift(arc, resource, std::move(shift), kRun);
  started.end =
      arc.sim().after(kRun, [&arc, &started] { end_practice(arc, started, "SUCCEEDED", ""); });
  emit(arc, started, "Practice Run Started", "");
  return started;
}

void end_practice(ZonalShift& arc, Shift& shift, std::string_view outcome, std::string_view why) {
  shift.outcome = outcome;
  end_shift(arc, shift, outcome == "SUCCEEDED" ? "EXPIRED" : "CANCELED");
  if (outcome == "SUCCEEDED") {
    emit(arc, shift, "Practice Run Succeeded", "");
    return;
  }
  const bool failed = outcome == "FAILED";
  emit(arc, shift, failed ? "Practice Run Failed" : "Practice Run Interrupted",
       {{"additionalFailureInfo",
         fmt::format("Practice run {}. {}", failed ? "failed" : "interrupted", why)}});
}

// "If the outcome alarm goes into ALARM during a practice run, the run ends with FAILED"; a
// blocking alarm interrupts it.
void alarm_fired(ZonalShift& arc, std::string_view alarm) {
  for (auto& [arn, resource] : arc.resources) {
    if (!resource.practice) continue;
    const bool outcome = std::ranges::count(resource.practice->outcome_alarms, alarm) > 0;
    const bool blocking = std::ranges::count(resource.practice->blocking_alarms, alarm) > 0;
    if (!outcome && !blocking) continue;
    for (Shift* shift : arc.active(arn)) {
      if (shift->kind != Kind::practice_run) continue;
      if (outcome)
        end_practice(arc, *shift, "FAILED", "The outcome alarm entered ALARM state.");
      else
        end_practice(arc, *shift, "INTERRUPTED", "The blocking alarm entered ALARM state.");
    }
  }
}

void emit(ZonalShift& arc, const Shift& shift, std::string_view detail_type, Json data) {
  Event event;
  event.source = "aws.arc-zonal-shift";
  event.detail_type = detail_type;
  event.place = shift.place;
  event.resources = {shift.resource};
  event.detail = {{"version", "0.0.1"},
                  {"data", std::move(data)},
                  {"metadata", {{"awayFrom", zone_id(shift.place.region, shift.zone)}}}};
  arc.cloud.emit(std::move(event));
}

}  // namespace opsim::zonal_shift
