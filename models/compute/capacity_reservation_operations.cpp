// What callers do with capacity reservations.
// AWS: EC2 API reference, CreateCapacityReservation, DescribeCapacityReservations,
// ModifyCapacityReservation, CancelCapacityReservation, GetCapacityReservationUsage; "Error codes".
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/capacity_reservation.hpp"
#include "models/compute/capacity_shortage.hpp"
#include "models/compute/ec2_operations.hpp"
#include "models/compute/ec2_resources.hpp"
#include "models/compute/filters.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::compute {

namespace {

constexpr std::string_view kReservationFilters[] = {
    "availability-zone", "end-date-type", "instance-match-criteria",
    "instance-type",     "owner-id",      "state"};

ApiError missing_parameter(std::string_view name) {
  return {"MissingParameter", fmt::format("The request must contain the parameter {}", name)};
}
ApiError bad_value(std::string_view value, std::string_view name) {
  return {"InvalidParameterValue",
          fmt::format("Value ({}) for parameter {} is invalid.", value, name)};
}

Json reservation_json(const CapacityReservation& one) {
  Json json{{"CapacityReservationId", one.id},
            {"CapacityReservationArn", arn(one.place, "ec2", "capacity-reservation/" + one.id)},
            {"OwnerId", one.place.account},
            {"AvailabilityZone", one.zone},
            {"InstanceType", one.type},
            {"InstancePlatform", one.platform},
            {"Tenancy", "default"},
            {"TotalInstanceCount", one.total},
            {"AvailableInstanceCount", one.available()},
            {"EbsOptimized", false},
            {"EphemeralStorage", false},
            {"State", one.state},
            {"StartDate", time_text(one.created)},
            {"CreateDate", time_text(one.created)},
            {"EndDateType", one.ends ? "limited" : "unlimited"},
            {"InstanceMatchCriteria", one.open ? "open" : "targeted"},
            {"Tags", tags_json(one.tags)}};
  if (one.ends) json["EndDate"] = time_text(*one.ends);
  return json;
}

std::optional<ApiError> read_end(const Json& members, SimTime now, CapacityReservation& one) {
  const std::string kind = text_of(members, "EndDateType");
  if (!kind.empty() && kind != "limited" && kind != "unlimited")
    return bad_value(kind, "endDateType");
  if (kind == "unlimited") one.ends.reset();
  if (member(members, "EndDate").is_null())
    return kind == "limited" ? std::optional{missing_parameter("EndDate")} : std::nullopt;
  const auto ends = input::time(members, "EndDate");
  if (!ends || *ends <= now) return bad_value(text_of(members, "EndDate"), "endDate");
  if (kind != "unlimited") one.ends = ends;
  return std::nullopt;
}

ApiResult<CapacityReservation> read_reservation(const Json& members, const Place& place,
                                                SimTime now) {
  CapacityReservation one;
  one.place = place;
  one.created = now;
  one.type = text_of(members, "InstanceType");
  one.zone = text_of(members, "AvailabilityZone");
  if (one.type.empty()) return missing_parameter("InstanceType");
  if (one.zone.empty()) return missing_parameter("AvailabilityZone");
  const auto count = integer_of(members, "InstanceCount");
  if (!count) return missing_parameter("InstanceCount");
  if (*count < 1) return bad_value(std::to_string(*count), "instanceCount");
  one.total = *count;
  if (const std::string platform = text_of(members, "InstancePlatform"); !platform.empty())
    one.platform = platform;
  const std::string criteria = text_of(members, "InstanceMatchCriteria");
  if (!criteria.empty() && criteria != "open" && criteria != "targeted")
    return bad_value(criteria, "instanceMatchCriteria");
  one.open = criteria != "targeted";
  if (auto wrong = read_end(members, now, one)) return *std::move(wrong);
  const Json& specifications = member(members, "TagSpecifications");
  if (specifications.is_array())
    for (const Json& each : specifications) one.tags.merge(tags_of(member(each, "Tags")));
  return one;
}

void tell_reservation(Fleet& fleet, const CapacityReservation& one, std::string text) {
  fleet.cloud.journal().write({.kind = EntryKind::resource,
                               .level = Level::story,
                               .subject = one.id,
                               .text = std::move(text)});
}

void end_reservation(Fleet& fleet, CapacityReservation& one, const char* state) {
  one.state = state;
  tell_reservation(
      fleet, one,
      fmt::format("{} {} in {} are reserved no longer: {}", one.total, one.type, one.zone, state));
  reservation_changed(fleet, one);
}

void watch_end(Fleet& fleet, CapacityReservation& one) {
  fleet.sim().cancel(one.end);
  if (!one.ends) return;
  one.end = fleet.sim().at(*one.ends, [&fleet, id = one.id] {
    const auto found = fleet.reservations.find(id);
    if (found != fleet.reservations.end() && found->second.state == "active")
      end_reservation(fleet, found->second, "expired");
  });
}

CapacityReservation& keep_reservation(Fleet& fleet, CapacityReservation one) {
  one.id = fleet.cloud.next_id("cr-");
  const std::string id = one.id;
  CapacityReservation& kept = fleet.reservations[id] = std::move(one);
  reservation_changed(fleet, kept);
  watch_end(fleet, kept);
  return kept;
}

ApiResult<CapacityReservation*> named_reservation(Fleet& fleet, const Request& request) {
  const std::string id = text_of(request.input, "CapacityReservationId");
  if (id.empty()) return missing_parameter("CapacityReservationId");
  const auto found = fleet.reservations.find(id);
  if (found == fleet.reservations.end() || found->second.place != request.place())
    return ApiError{"InvalidCapacityReservationId.NotFound",
                    fmt::format("The capacity reservation '{}' does not exist", id)};
  return &found->second;
}

ApiError not_active(const CapacityReservation& one) {
  return {"InvalidCapacityReservationState",
          fmt::format("The capacity reservation '{}' is in the state {}", one.id, one.state)};
}

}  // namespace

/// "If EC2 does not have sufficient capacity, the request fails with an insufficient capacity
/// error."
ApiResult<Json> create_capacity_reservation(Fleet& fleet, const Request& request) {
  ApiResult<CapacityReservation> read =
      read_reservation(request.input, request.place(), fleet.now());
  if (!read) return read.error();
  if (auto error = dry_run(request)) return *std::move(error);
  const CapacityWanted wanted{
      request.place(), read->zone, read->type, {}, request.caller.principal};
  if (lacks_capacity(fleet, wanted))
    return ApiError{"InsufficientInstanceCapacity", capacity_message(wanted), 500};
  const CapacityReservation& kept = keep_reservation(fleet, *std::move(read));
  tell_reservation(fleet, kept,
                   fmt::format("{} {} reserved in {}", kept.total, kept.type, kept.zone));
  return Json{{"CapacityReservation", reservation_json(kept)}};
}

ApiResult<Json> describe_capacity_reservations(Fleet& fleet, const Request& request) {
  const auto filters = read_filters(request.input, kReservationFilters);
  if (!filters) return filters.error();
  const auto page = read_page(request.input, 1000);
  if (!page) return page.error();
  const std::vector<std::string> ids = texts_of(request.input, "CapacityReservationIds");
  for (const std::string& id : ids)
    if (!fleet.reservations.contains(id))
      return ApiError{"InvalidCapacityReservationId.NotFound",
                      fmt::format("The capacity reservation '{}' does not exist", id)};
  Json list = Json::array();
  std::size_t index = 0;
  bool more = false;
  for (const auto& [id, one] : fleet.reservations) {
    if (one.place != request.place()) continue;
    if (!ids.empty() && std::ranges::count(ids, id) == 0) continue;
    const auto values = [&](std::string_view name) -> std::vector<std::string> {
      if (name == "availability-zone") return {one.zone};
      if (name == "end-date-type") return {one.ends ? "limited" : "unlimited"};
      if (name == "instance-match-criteria") return {one.open ? "open" : "targeted"};
      if (name == "instance-type") return {one.type};
      if (name == "owner-id") return {one.place.account};
      return {one.state};
    };
    if (!passes(*filters, one.tags, values) || index++ < page->from) continue;
    more = list.size() == page->size;
    if (more) break;
    list.push_back(reservation_json(one));
  }
  Json answer{{"CapacityReservations", std::move(list)}};
  if (more) answer["NextToken"] = std::to_string(page->from + page->size);
  return answer;
}

ApiResult<Json> modify_capacity_reservation(Fleet& fleet, const Request& request) {
  const auto found = named_reservation(fleet, request);
  if (!found) return found.error();
  CapacityReservation& one = **found;
  if (one.state != "active") return not_active(one);
  if (auto wrong = read_end(request.input, fleet.now(), one)) return *std::move(wrong);
  if (!member(request.input, "InstanceCount").is_null()) {
    const auto count = integer_of(request.input, "InstanceCount");
    if (!count || *count < 1) return bad_value(text_of(request.input, "InstanceCount"), "count");
    const CapacityWanted wanted{one.place, one.zone, one.type, {}, request.caller.principal};
    if (*count > one.total && lacks_capacity(fleet, wanted))
      return ApiError{"InsufficientInstanceCapacity", capacity_message(wanted), 500};
    one.total = *count;
  }
  reservation_changed(fleet, one);
  watch_end(fleet, one);
  return Json{{"Return", true}};
}

ApiResult<Json> cancel_capacity_reservation(Fleet& fleet, const Request& request) {
  const auto found = named_reservation(fleet, request);
  if (!found) return found.error();
  if ((*found)->state != "active") return not_active(**found);
  end_reservation(fleet, **found, "cancelled");
  return Json{{"Return", true}};
}

ApiResult<Json> get_capacity_reservation_usage(Fleet& fleet, const Request& request) {
  const auto found = named_reservation(fleet, request);
  if (!found) return found.error();
  const CapacityReservation& one = **found;
  return Json{
      {"CapacityReservationId", one.id},
      {"InstanceType", one.type},
      {"TotalInstanceCount", one.total},
      {"AvailableInstanceCount", one.available()},
      {"State", one.state},
      {"InstanceUsages",
       Json::array({Json{{"AccountId", one.place.account}, {"UsedInstanceCount", one.used}}})}};
}

// ---- AWS::EC2::CapacityReservation ----

namespace {

constexpr Shape kReservationText{.kind = Kind::text};
constexpr Shape kReservationCount{.kind = Kind::integer, .min = 1, .max = 1'000'000};
constexpr Field kReservationFields[] = {
    {.name = "AvailabilityZone", .shape = &kReservationText},
    {.name = "EndDate", .shape = &kReservationText},
    {.name = "EndDateType", .shape = &kReservationText},
    {.name = "InstanceCount", .shape = &kReservationCount, .need = Need::required},
    {.name = "InstanceMatchCriteria", .shape = &kReservationText},
    {.name = "InstancePlatform", .shape = &kReservationText, .need = Need::required},
    {.name = "InstanceType", .shape = &kReservationText, .need = Need::required},
    {.name = "TagSpecifications"},
    {.name = "Tenancy", .shape = &kReservationText, .simulated = Simulated::no},
};

}  // namespace

const Shape kCapacityReservationProperties{.kind = Kind::mapping, .fields = kReservationFields};

ApiResult<Created> create_reservation_resource(Fleet& fleet, const ResourceRequest& request) {
  ApiResult<CapacityReservation> read =
      read_reservation(request.properties, request.place, fleet.now());
  if (!read) return read.error();
  for (const auto& [key, value] : stack_tags(request)) read->tags[key] = value;
  const CapacityReservation& kept = keep_reservation(fleet, *std::move(read));
  return Created{.physical_id = kept.id,
                 .arn = arn(kept.place, "ec2", "capacity-reservation/" + kept.id),
                 .attributes = {{"Id", kept.id},
                                {"AvailabilityZone", kept.zone},
                                {"AvailableInstanceCount", kept.available()},
                                {"InstanceType", kept.type},
                                {"Tenancy", "default"},
                                {"TotalInstanceCount", kept.total}}};
}

}  // namespace opsim::compute
