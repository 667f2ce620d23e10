// Operations on rotations and their overrides. AWS: Incident Manager API Reference (contacts), the
// operation of the same name.
#include <fmt/format.h>

#include <algorithm>

#include "models/incident_manager/contacts.hpp"
#include "models/incident_manager/page_of.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::incident_manager {

namespace {

constexpr std::size_t kMostShifts = 1'024;      // API, MaxResults: 0 to 1024
constexpr std::size_t kMostOverriding = 30;     // API, RotationOverrideContactsArnList
constexpr std::size_t kMostOverrides = 10'000;  // a runaway runbook must not fill the memory

Json to_json(const Rotation& rotation) {
  return {{"RotationArn", rotation.arn},        {"Name", rotation.name},
          {"ContactIds", rotation.contacts},    {"StartTime", time_json(rotation.start)},
          {"TimeZoneId", rotation.zone.name()}, {"Recurrence", rotation.recurrence}};
}

Json to_json(const Rotation& rotation, const Override& one) {
  return {{"RotationOverrideId", one.id},  {"RotationArn", rotation.arn},
          {"NewContactIds", one.contacts}, {"StartTime", time_json(one.start)},
          {"EndTime", time_json(one.end)}, {"CreateTime", time_json(one.created)}};
}

Json to_json(const Shift& shift) {
  Json json{{"ContactIds", shift.contacts},
            {"StartTime", time_json(shift.from)},
            {"EndTime", time_json(shift.to)},
            {"Type", shift.overridden ? "OVERRIDDEN" : "REGULAR"}};
  if (shift.overridden) json["ShiftDetails"] = {{"OverriddenContactIds", shift.instead_of}};
  return json;
}

Rotation* asked_rotation(Contacts& contacts, const Request& request) {
  return find_in(contacts.rotations, input::text(request.input, "RotationId"));
}
ApiError no_rotation(const Request& request) {
  return not_found("the rotation", input::text(request.input, "RotationId"));
}

ApiResult<Override> read_override(const Json& input, std::string_view members) {
  Override one;
  one.contacts = input::texts(input, members);
  const auto start = input::time(input, "StartTime");
  const auto end = input::time(input, "EndTime");
  if (!start || !end) return not_valid("StartTime and EndTime are required");
  if (*end <= *start) return not_valid("EndTime is after StartTime");
  if (one.contacts.empty() || one.contacts.size() > kMostOverriding)
    return not_valid(fmt::format("{}: 1 to {} contacts", members, kMostOverriding));
  one.start = *start;
  one.end = *end;
  return one;
}

ApiResult<void> check_contacts(Contacts& contacts, const std::vector<std::string>& arns) {
  for (const std::string& arn : arns)
    if (find_in(contacts.contacts, arn) == nullptr) return not_found("the contact", arn);
  return {};
}

auto override_of(Rotation& rotation, const Request& request) {
  return std::ranges::find(rotation.overrides, input::text(request.input, "RotationOverrideId"),
                           &Override::id);
}
ApiError no_override(const Request& request) {
  return not_found("the rotation override", input::text(request.input, "RotationOverrideId"));
}

/// The shifts that lie in the time that is asked for.
ApiResult<Json> list_shifts(const Rotation& rotation, const Request& request) {
  const SimTime from = input::time(request.input, "StartTime").value_or(request.cloud.sim().now());
  const auto to = input::time(request.input, "EndTime");
  if (!to) return not_valid("EndTime is required");
  if (*to <= from) return not_valid("EndTime is after StartTime");
  Json all = Json::array();
  for (const Shift& shift : shifts(rotation, from, *to, kMostShifts)) all.push_back(to_json(shift));
  return page_of(all, request, "RotationShifts");
}

bool in_place(std::string_view text, const Place& place) {
  const std::optional<Arn> arn = Arn::parse(text);
  return arn && arn->place() == place;
}

}  // namespace

ApiResult<Json> create_rotation(Contacts& contacts, const Request& request) {
  const ApiResult<Rotation*> added = add_rotation(contacts, request.place(), request.input);
  if (!added) return added.error();
  return Json{{"RotationArn", (*added)->arn}};
}

ApiResult<Json> create_rotation_override(Contacts& contacts, const Request& request) {
  Rotation* rotation = asked_rotation(contacts, request);
  if (rotation == nullptr) return no_rotation(request);
  ApiResult<Override> one = read_override(request.input, "NewContactIds");
  if (!one) return one.error();
  if (auto checked = check_contacts(contacts, one->contacts); !checked) return checked.error();
  if (rotation->overrides.size() >= kMostOverrides)
    return ApiError{"ServiceQuotaExceededException", "too many overrides of this rotation", 402};
  one->id = contacts.cloud.next_uuid("ssm-contacts.rotation-override");
  one->created = contacts.cloud.sim().now();
  const Json answer{{"RotationOverrideId", one->id}};
  rotation->overrides.push_back(*std::move(one));
  return answer;
}

// A rotation that an on-call schedule names cannot go.
ApiResult<Json> delete_rotation(Contacts& contacts, const Request& request) {
  const Rotation* rotation = asked_rotation(contacts, request);
  if (rotation == nullptr) return no_rotation(request);
  const std::string arn = rotation->arn;
  for (const auto& [key, contact] : contacts.contacts)
    if (std::ranges::find(contact.plan.rotations, arn) != contact.plan.rotations.end())
      return ApiError{"ConflictException", fmt::format("{} is used by {}", arn, key), 409};
  contacts.rotations.erase(arn);
  return Json::object();
}

ApiResult<Json> delete_rotation_override(Contacts& contacts, const Request& request) {
  Rotation* rotation = asked_rotation(contacts, request);
  if (rotation == nullptr) return no_rotation(request);
  const auto found = override_of(*rotation, request);
  if (found == rotation->overrides.end()) return no_override(request);
  rotation->overrides.erase(found);
  return Json::object();
}

ApiResult<Json> get_rotation(Contacts& contacts, const Request& request) {
  const Rotation* rotation = asked_rotation(contacts, request);
  if (rotation == nullptr) return no_rotation(request);
  return to_json(*rotation);
}

ApiResult<Json> get_rotation_override(Contacts& contacts, const Request& request) {
  Rotation* rotation = asked_rotation(contacts, request);
  if (rotation == nullptr) return no_rotation(request);
  const auto found = override_of(*rotation, request);
  if (found == rotation->overrides.end()) return no_override(request);
  return to_json(*rotation, *found);
}

// A rotation that is not made yet, with overrides that are not: its times are RotationStartTime and
// on.
ApiResult<Json> list_preview_rotation_shifts(Contacts& contacts, const Request& request) {
  Json input{{"Name", "preview"},
             {"ContactIds", input::member(request.input, "Members")},
             {"Recurrence", input::member(request.input, "Recurrence")},
             {"TimeZoneId", input::member(request.input, "TimeZoneId")}};
  if (const Json& start = input::member(request.input, "RotationStartTime"); !start.is_null())
    input["StartTime"] = start;
  ApiResult<Rotation> rotation = read_rotation(input, contacts.cloud.sim().now());
  if (!rotation) return rotation.error();
  for (const Json& written : input::member(request.input, "Overrides")) {
    ApiResult<Override> one = read_override(written, "NewMembers");
    if (!one) return one.error();
    rotation->overrides.push_back(*std::move(one));
  }
  return list_shifts(*rotation, request);
}

ApiResult<Json> list_rotation_overrides(Contacts& contacts, const Request& request) {
  const Rotation* rotation = asked_rotation(contacts, request);
  if (rotation == nullptr) return no_rotation(request);
  const auto from = input::time(request.input, "StartTime");
  const auto to = input::time(request.input, "EndTime");
  if (!from || !to) return not_valid("StartTime and EndTime are required");
  Json all = Json::array();
  for (const Override& one : rotation->overrides)
    if (one.start < *to && one.end > *from) all.push_back(to_json(*rotation, one));
  return page_of(all, request, "RotationOverrides");
}

ApiResult<Json> list_rotation_shifts(Contacts& contacts, const Request& request) {
  const Rotation* rotation = asked_rotation(contacts, request);
  if (rotation == nullptr) return no_rotation(request);
  return list_shifts(*rotation, request);
}

ApiResult<Json> list_rotations(Contacts& contacts, const Request& request) {
  const std::string prefix = input::text(request.input, "RotationNamePrefix");
  Json all = Json::array();
  for (const auto& [arn, rotation] : contacts.rotations)
    if (in_place(arn, request.place()) && rotation.name.starts_with(prefix))
      all.push_back(to_json(rotation));
  return page_of(all, request, "Rotations");
}

// What is left out stays as it was; a new recurrence counts from StartTime, or from the old start.
ApiResult<Json> update_rotation(Contacts& contacts, const Request& request) {
  Rotation* rotation = asked_rotation(contacts, request);
  if (rotation == nullptr) return no_rotation(request);
  Json merged = to_json(*rotation);
  for (const char* name : {"ContactIds", "StartTime", "TimeZoneId", "Recurrence"})
    if (const Json& given = input::member(request.input, name); !given.is_null())
      merged[name] = given;
  ApiResult<Rotation> read = read_rotation(merged, contacts.cloud.sim().now());
  if (!read) return read.error();
  if (auto checked = check_contacts(contacts, read->contacts); !checked) return checked.error();
  read->arn = rotation->arn;
  read->overrides = std::move(rotation->overrides);
  *rotation = *std::move(read);
  return Json::object();
}

}  // namespace opsim::incident_manager
