// The operations of "arc-zonal-shift". AWS: ARC zonal shift API (2022-10-30).
#include "models/zonal_shift/operations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "opsim/cloud/input.hpp"

namespace opsim::zonal_shift {

namespace {

ApiError validation(std::string_view reason, std::string message) {
  return {"ValidationException", fmt::format("{} (reason: {})", message, reason)};
}
ApiError conflict(std::string_view reason, std::string message) {
  return {"ConflictException", fmt::format("{} (reason: {})", message, reason), 409};
}

/// "30m", "6h": minutes or hours, up to 72 hours (three days).
std::optional<Duration> expires_in(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end + 1 != text.data() + text.size() || number < 1 || number > 4'320)
    return std::nullopt;
  if (*end != 'm' && *end != 'h') return std::nullopt;
  const Duration length =
      *end == 'm' ? Duration{std::chrono::minutes{number}} : Duration{std::chrono::hours{number}};
  return length > std::chrono::hours{72} ? std::nullopt : std::optional{length};
}

/// Seconds since 1970, as the API's JSON has times.
Json time_json(SimTime time) {
  return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
}

Json shift_json(const Shift& shift) {
  return {{"zonalShiftId", shift.id},
          {"resourceIdentifier", shift.resource},
          {"awayFrom", zone_id(shift.place.region, shift.zone)},
          {"startTime", time_json(shift.start)},
          {"expiryTime", time_json(shift.expiry)},
          {"status", shift.status},
          {"comment", shift.comment}};
}

Json practice_json(const PracticeRuns& runs) {
  const auto conditions = [](const std::vector<std::string>& alarms) {
    Json list = Json::array();
    for (const std::string& alarm : alarms)
      list.push_back({{"type", "CLOUDWATCH"}, {"alarmIdentifier", alarm}});
    return list;
  };
  return {{"outcomeAlarms", conditions(runs.outcome_alarms)},
          {"blockingAlarms", conditions(runs.blocking_alarms)},
          {"blockedDates", runs.blocked_dates},
          {"blockedWindows", runs.blocked_windows},
          {"allowedWindows", runs.allowed_windows}};
}

std::string_view autoshift_status(const ManagedResource& resource) {
  return resource.autoshift ? "ENABLED" : "DISABLED";
}

ApiResult<ManagedResource*> asked_for(ZonalShift& arc, const Request& request) {
  return managed(arc, request.place(), input::text(request.input, "resourceIdentifier"));
}

struct AwayFrom {
  std::string zone;
};
/// A zone of the resource; the reasons of the API where it is none.
ApiResult<AwayFrom> away_from(const ManagedResource& resource, const Request& request) {
  const std::string text = input::text(request.input, "awayFrom");
  const auto zone = zone_named(request.place(), text);
  if (!zone) return validation("InvalidAz", fmt::format("Unknown Availability Zone '{}'", text));
  if (std::ranges::count(resource.zones, *zone) == 0)
    return validation("UnsupportedAz", fmt::format("The resource is not deployed in '{}'", text));
  return AwayFrom{*zone};
}

ApiResult<Shift*> shift_of(ZonalShift& arc, const Request& request) {
  const std::string id = input::text(request.input, "zonalShiftId");
  const auto found = arc.shifts.find(id);
  if (found == arc.shifts.end() || found->second.kind == Kind::autoshift)
    return ApiError{"ResourceNotFoundException", fmt::format("No zonal shift {}", id), 404};
  if (found->second.status != "ACTIVE")
    return conflict("ZonalShiftStatusNotActive", "The zonal shift is not active");
  return &found->second;
}

Json practice_answer(const ManagedResource& resource) {
  return {{"arn", resource.arn},
          {"name", resource.arn.substr(resource.arn.rfind(':') + 1)},
          {"zonalAutoshiftStatus", autoshift_status(resource)},
          {"practiceRunConfiguration", practice_json(*resource.practice)}};
}

}  // namespace

// "You can start a zonal shift for one Availability Zone at a time for a resource."
ApiResult<Json> start_zonal_shift(ZonalShift& arc, const Request& request) {
  const ApiResult<ManagedResource*> asked = asked_for(arc, request);
  if (!asked) return asked.error();
  const ApiResult<AwayFrom> zone = away_from(**asked, request);
  if (!zone) return zone.error();
  const auto length = expires_in(input::text(request.input, "expiresIn"));
  if (!length)
    return validation("InvalidExpiresIn", "expiresIn must be minutes or hours, up to three days");
  for (const Shift* other : arc.active((*asked)->arn))
    if (other->kind == Kind::zonal_shift)
      return conflict("ZonalShiftAlreadyExists", "A zonal shift is active for the resource");
  Shift shift;
  shift.zone = zone->zone;
  shift.comment = input::text(request.input, "comment");
  shift.of_experiment = request.caller.invoked_by == "fis.amazonaws.com";
  return shift_json(start_shift(arc, **asked, std::move(shift), *length));
}

ApiResult<Json> cancel_zonal_shift(ZonalShift& arc, const Request& request) {
  const ApiResult<Shift*> asked = shift_of(arc, request);
  if (!asked) return asked.error();
  if ((*asked)->kind == Kind::practice_run)
    end_practice(arc, **asked, "INTERRUPTED", "It was canceled.");
  else
    end_shift(arc, **asked, "CANCELED");
  return shift_json(**asked);
}

// "expiresIn: the new length of the shift, from now on."
ApiResult<Json> update_zonal_shift(ZonalShift& arc, const Request& request) {
  const ApiResult<Shift*> asked = shift_of(arc, request);
  if (!asked) return asked.error();
  Shift& shift = **asked;
  if (std::string comment = input::text(request.input, "comment"); !comment.empty())
    shift.comment = std::move(comment);
  const std::string text = input::text(request.input, "expiresIn");
  if (text.empty() || shift.kind != Kind::zonal_shift) return shift_json(shift);
  const auto length = expires_in(text);
  if (!length)
    return validation("InvalidExpiresIn", "expiresIn must be minutes or hours, up to three days");
  arc.sim().cancel(shift.end);
  shift.expiry = arc.sim().later(*length);
  shift.end = arc.sim().at(shift.expiry, [&arc, &shift] { end_shift(arc, shift, "EXPIRED"); });
  return shift_json(shift);
}

ApiResult<Json> list_zonal_shifts(ZonalShift& arc, const Request& request) {
  const std::string status = input::text(request.input, "status");
  const std::string resource = input::text(request.input, "resourceIdentifier");
  Json items = Json::array();
  for (const auto& [id, shift] : arc.shifts) {
    if (shift.place != request.place() || shift.kind == Kind::autoshift) continue;
    if (!status.empty() && shift.status != status) continue;
    if (!resource.empty() && shift.resource != resource) continue;
    Json item = shift_json(shift);
    item["shiftType"] = type_of(shift);
    if (!shift.outcome.empty()) item["practiceRunOutcome"] = shift.outcome;
    items.push_back(std::move(item));
  }
  return Json{{"items", std::move(items)}};
}

ApiResult<Json> get_managed_resource(ZonalShift& arc, const Request& request) {
  const ApiResult<ManagedResource*> asked = asked_for(arc, request);
  if (!asked) return asked.error();
  const ManagedResource& resource = **asked;
  Json weights = Json::object();
  for (const std::string& zone : resource.zones)
    weights[zone_id(resource.place.region, zone)] = zone == resource.applied_zone ? 0.0 : 1.0;
  Json shifts = Json::array();
  Json autoshifts = Json::array();
  bool applied = false;
  for (const Kind kind : {Kind::zonal_shift, Kind::autoshift, Kind::practice_run}) {
    for (const Shift* shift : arc.active(resource.arn)) {
      if (shift->kind != kind) continue;
      const std::string_view status = std::exchange(applied, true) ? "NOT_APPLIED" : "APPLIED";
      if (kind == Kind::autoshift) {
        autoshifts.push_back({{"appliedStatus", status},
                              {"awayFrom", zone_id(resource.place.region, shift->zone)},
                              {"startTime", time_json(shift->start)}});
        continue;
      }
      Json item = shift_json(*shift);
      item.erase("status");
      item["appliedStatus"] = status;
      item["shiftType"] = type_of(*shift);
      shifts.push_back(std::move(item));
    }
  }
  Json answer{{"arn", resource.arn},
              {"name", resource.arn.substr(resource.arn.rfind(':') + 1)},
              {"appliedWeights", std::move(weights)},
              {"zonalShifts", std::move(shifts)},
              {"autoshifts", std::move(autoshifts)},
              {"zonalAutoshiftStatus", autoshift_status(resource)}};
  if (resource.practice) answer["practiceRunConfiguration"] = practice_json(*resource.practice);
  return answer;
}

ApiResult<Json> list_managed_resources(ZonalShift& arc, const Request& request) {
  Json items = Json::array();
  for (const ManagedResource* resource : all_managed(arc, request.place())) {
    Json zones = Json::array();
    Json weights = Json::object();
    for (const std::string& zone : resource->zones) {
      const std::string id = zone_id(resource->place.region, zone);
      zones.push_back(id);
      weights[id] = zone == resource->applied_zone ? 0.0 : 1.0;
    }
    items.push_back({{"arn", resource->arn},
                     {"name", resource->arn.substr(resource->arn.rfind(':') + 1)},
                     {"availabilityZones", std::move(zones)},
                     {"appliedWeights", std::move(weights)},
                     {"zonalAutoshiftStatus", autoshift_status(*resource)},
                     {"practiceRunStatus", resource->practice ? "ENABLED" : "DISABLED"}});
  }
  return Json{{"items", std::move(items)}};
}

ApiResult<Json> list_autoshifts(ZonalShift& arc, const Request& request) {
  const std::string status = input::text(request.input, "status");
  Json items = Json::array();
  for (const Autoshift& autoshift : arc.autoshifts) {
    const std::string_view is = autoshift.end ? "COMPLETED" : "ACTIVE";
    if (autoshift.place != request.place() || (!status.empty() && status != is)) continue;
    Json item{{"awayFrom", zone_id(autoshift.place.region, autoshift.zone)},
              {"startTime", time_json(autoshift.start)},
              {"status", is}};
    if (autoshift.end) item["endTime"] = time_json(*autoshift.end);
    items.push_back(std::move(item));
  }
  return Json{{"items", std::move(items)}};
}

ApiResult<Json> create_practice_run_configuration(ZonalShift& arc, const Request& request) {
  const ApiResult<ManagedResource*> asked = asked_for(arc, request);
  if (!asked) return asked.error();
  if ((*asked)->practice)
    return conflict("PracticeConfigurationAlreadyExists", "The resource has a configuration");
  ApiResult<PracticeRuns> runs = read_practice_runs(request.input, {});
  if (!runs) return runs.error();
  (*asked)->practice = *std::move(runs);
  schedule_practice(arc, **asked);
  return practice_answer(**asked);
}

ApiResult<Json> update_practice_run_configuration(ZonalShift& arc, const Request& request) {
  const ApiResult<ManagedResource*> asked = asked_for(arc, request);
  if (!asked) return asked.error();
  if (!(*asked)->practice)
    return conflict("PracticeConfigurationDoesNotExist", "The resource has no configuration");
  ApiResult<PracticeRuns> runs = read_practice_runs(request.input, *(*asked)->practice);
  if (!runs) return runs.error();
  (*asked)->practice = *std::move(runs);
  schedule_practice(arc, **asked);
  return practice_answer(**asked);
}

// "Before you can delete a practice run configuration for a resource, you must disable zonal
// autoshift for it."
ApiResult<Json> delete_practice_run_configuration(ZonalShift& arc, const Request& request) {
  const ApiResult<ManagedResource*> asked = asked_for(arc, request);
  if (!asked) return asked.error();
  if ((*asked)->autoshift)
    return conflict("AutoShiftEnabled", "Zonal autoshift is enabled for the resource");
  (*asked)->practice.reset();
  schedule_practice(arc, **asked);
  return Json{{"arn", (*asked)->arn},
              {"name", (*asked)->arn.substr((*asked)->arn.rfind(':') + 1)},
              {"zonalAutoshiftStatus", "DISABLED"}};
}

ApiResult<Json> update_zonal_autoshift_configuration(ZonalShift& arc, const Request& request) {
  const ApiResult<ManagedResource*> asked = asked_for(arc, request);
  if (!asked) return asked.error();
  const std::string status = input::text(request.input, "zonalAutoshiftStatus");
  if (status != "ENABLED" && status != "DISABLED")
    return validation("InvalidStatus", "zonalAutoshiftStatus must be ENABLED or DISABLED");
  if (status == "ENABLED" && !(*asked)->practice)
    return conflict("PracticeConfigurationDoesNotExist",
                    "Zonal autoshift needs a practice run configuration");
  (*asked)->autoshift = status == "ENABLED";
  schedule_practice(arc, **asked);
  return Json{{"resourceIdentifier", (*asked)->arn}, {"zonalAutoshiftStatus", status}};
}

ApiResult<Json> start_practice_run(ZonalShift& arc, const Request& request) {
  const ApiResult<ManagedResource*> asked = asked_for(arc, request);
  if (!asked) return asked.error();
  const ApiResult<AwayFrom> zone = away_from(**asked, request);
  if (!zone) return zone.error();
  if (const std::string reason = practice_conflict(arc, **asked); !reason.empty())
    return conflict(reason, "A practice run cannot start now");
  return shift_json(
      begin_practice(arc, **asked, zone->zone, input::text(request.input, "comment")));
}

ApiResult<Json> cancel_practice_run(ZonalShift& arc, const Request& request) {
  const ApiResult<Shift*> asked = shift_of(arc, request);
  if (!asked) return asked.error();
  if ((*asked)->kind != Kind::practice_run)
    return validation("UnsupportedPracticeCancelShiftType", "The shift is no practice run");
  end_practice(arc, **asked, "INTERRUPTED", "It was canceled.");
  return shift_json(**asked);
}

}  // namespace opsim::zonal_shift
