// Event data stores of CloudTrail Lake.
// AWS: CloudTrail API Reference, CreateEventDataStore and its like;
// AWS::CloudTrail::EventDataStore; cloudtrail-lake-organizations: a store of the organization takes
// the events of all its accounts, also of those that join later, and only the management account
// (or a delegated administrator, not simulated) makes or changes it. SIMPLIFIED: management events
// only, all of them: event selectors are kept. An event can be queried five minutes after its call
// ("within an average of about 5 minutes", how-cloudtrail-works, of trails). Nothing is forgotten
// before the retention ends; a deleted store waits seven days.
#include <fmt/format.h>

#include <algorithm>

#include "models/cloudtrail/cloudtrail.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::cloudtrail {

namespace {

constexpr Duration kToLake = std::chrono::minutes{5};

ApiError no_store(std::string_view id) {
  return {"EventDataStoreNotFoundException",
          fmt::format("The specified event data store {} was not found.", id)};
}

Json told(const EventStore& store) {
  return {{"EventDataStoreArn", store.arn},
          {"Name", store.name},
          {"Status", store.pending_deletion ? "PENDING_DELETION"
                     : store.ingesting      ? "ENABLED"
                                            : "STOPPED_INGESTION"},
          {"MultiRegionEnabled", store.multi_region},
          {"OrganizationEnabled", store.organization},
          {"RetentionPeriod", store.retention_days},
          {"TerminationProtectionEnabled", store.is_protected},
          {"CreatedTimestamp", iso8601(store.created)}};
}

bool covers(Cloud& cloud, const EventStore& store, const Place& place) {
  if (!store.multi_region && store.place.region != place.region) return false;
  return store.place.account == place.account ||
         (store.organization && is_member(cloud, store.place.account, place.account));
}

ApiResult<EventStore*> add(CloudTrail& trail, const Place& place, const Json& input) {
  EventStore store;
  store.name = input::text(input, "Name");
  store.place = place;
  if (store.name.size() < 3 || store.name.size() > 128)
    return ApiError{"InvalidParameterException", "Name must be between 3 and 128 characters."};
  store.multi_region = input::boolean(input, "MultiRegionEnabled").value_or(true);
  store.organization = input::boolean(input, "OrganizationEnabled").value_or(false);
  store.is_protected = input::boolean(input, "TerminationProtectionEnabled").value_or(true);
  store.ingesting = input::boolean(input, "IngestionEnabled")
                        .value_or(input::boolean(input, "StartIngestion").value_or(true));
  store.retention_days = input::integer(input, "RetentionPeriod").value_or(366);
  if (store.retention_days < 7 || store.retention_days > 3653)
    return ApiError{"InvalidParameterException", "RetentionPeriod is from 7 to 3653 days."};
  if (store.organization)
    if (auto refused = only_management_account(trail.cloud, place)) return *std::move(refused);
  for (const auto& [arn, other] : trail.stores)
    if (other.place == place && other.name == store.name)
      return ApiError{"EventDataStoreAlreadyExistsException",
                      fmt::format("An event data store called {} exists already.", store.name)};
  store.created = trail.cloud.sim().now();
  store.arn =
      arn(place, "cloudtrail", "eventdatastore/" + trail.cloud.next_uuid("event data store"));
  std::string key = store.arn;
  return &trail.stores.emplace(std::move(key), std::move(store)).first->second;
}

/// By ARN or the id at its end; of the organization's, members are told who may change it.
ApiResult<EventStore*> named(CloudTrail& trail, const Request& request) {
  const std::string id = input::text(request.input, "EventDataStore");
  for (auto& [arn, store] : trail.stores) {
    if (id.empty() || (arn != id && !arn.ends_with("/" + id))) continue;
    if (store.place.account == request.place().account) return &store;
    if (store.organization) return *only_management_account(trail.cloud, request.place());
  }
  return no_store(id);
}

}  // namespace

bool is_ingested(const Record& record, SimTime now) { return record.at + kToLake <= now; }

void ingest(CloudTrail& trail, const Record& record) {
  for (auto& [arn, store] : trail.stores) {
    if (!store.ingesting || !covers(trail.cloud, store, record.caller.place)) continue;
    const SimTime oldest = record.at - std::chrono::days{store.retention_days};
    while (!store.events.empty() && store.events.front().at < oldest) store.events.pop_front();
    store.events.push_back(record);
  }
}

ApiResult<Json> create_event_store(CloudTrail& trail, const Request& request) {
  const auto made = add(trail, request.place(), request.input);
  if (!made) return made.error();
  trail.cloud.resources().add({.type = "AWS::CloudTrail::EventDataStore",
                               .physical_id = (*made)->arn,
                               .arn = (*made)->arn,
                               .place = request.place()});
  return told(**made);
}

ApiResult<Json> delete_event_store(CloudTrail& trail, const Request& request) {
  const auto store = named(trail, request);
  if (!store) return store.error();
  if ((*store)->is_protected)
    return ApiError{"EventDataStoreTerminationProtectedException",
                    "The event data store cannot be deleted because termination protection is "
                    "enabled for it."};
  (*store)->pending_deletion = true;
  (*store)->ingesting = false;
  return Json::object();
}

ApiResult<Json> get_event_store(CloudTrail& trail, const Request& request) {
  const auto store = named(trail, request);
  if (!store) return store.error();
  return told(**store);
}

ApiResult<Json> list_event_stores(CloudTrail& trail, const Request& request) {
  Json list = Json::array();
  for (const auto& [arn, store] : trail.stores)
    if (store.place == request.place()) list.push_back(told(store));
  return Json{{"EventDataStores", std::move(list)}};
}

ApiResult<Json> start_ingestion(CloudTrail& trail, const Request& request) {
  const auto store = named(trail, request);
  if (!store) return store.error();
  if ((*store)->pending_deletion || (*store)->ingesting)
    return ApiError{"InvalidEventDataStoreStatusException",
                    "The event data store is not in a status that allows this."};
  (*store)->ingesting = true;
  return Json::object();
}

ApiResult<Json> stop_ingestion(CloudTrail& trail, const Request& request) {
  const auto store = named(trail, request);
  if (!store) return store.error();
  if (!(*store)->ingesting)
    return ApiError{"InvalidEventDataStoreStatusException",
                    "The event data store is not in a status that allows this."};
  (*store)->ingesting = false;
  return Json::object();
}

ApiResult<Json> update_event_store(CloudTrail& trail, const Request& request) {
  const auto store = named(trail, request);
  if (!store) return store.error();
  EventStore& known = **store;
  known.is_protected =
      input::boolean(request.input, "TerminationProtectionEnabled").value_or(known.is_protected);
  known.multi_region =
      input::boolean(request.input, "MultiRegionEnabled").value_or(known.multi_region);
  known.organization =
      input::boolean(request.input, "OrganizationEnabled").value_or(known.organization);
  known.retention_days =
      input::integer(request.input, "RetentionPeriod").value_or(known.retention_days);
  return told(known);
}

/// Ref and Fn::GetAtt EventDataStoreArn give the ARN.
ApiResult<Created> make_event_store(CloudTrail& trail, const ResourceRequest& request) {
  Json properties = request.properties;
  if (!properties.contains("Name"))
    properties["Name"] = fmt::format("{}-{}", request.stack, request.logical_id);
  const auto made = add(trail, request.place, properties);
  if (!made) return made.error();
  return Created{(*made)->arn,
                 (*made)->arn,
                 {{"EventDataStoreArn", (*made)->arn},
                  {"CreatedTimestamp", iso8601((*made)->created)},
                  {"Status", "ENABLED"}}};
}

}  // namespace opsim::cloudtrail
