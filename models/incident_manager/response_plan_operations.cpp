// Response plans and replication sets. AWS: Incident Manager API Reference, the operation of the
// same name; CloudFormation, AWS::SSMIncidents::*.
// SIMPLIFIED: incidents need no replication set, and nothing is replicated.
#include <fmt/format.h>

#include "models/incident_manager/incidents.hpp"
#include "models/incident_manager/page_of.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::incident_manager {

namespace {

ApiError no_plan(std::string_view arn) {
  return {"ResourceNotFoundException", fmt::format("the response plan {} does not exist", arn),
          404};
}

std::string add_replication(Incidents& incidents, const Place& place, Json regions) {
  const std::string arn = global_arn(
      place, "replication-set/" + incidents.cloud.next_uuid("ssm-incidents.replication-set"));
  incidents.replication_sets[arn] = std::move(regions);
  return arn;
}

}  // namespace

ApiResult<Json> create_replication_set(Incidents& incidents, const Request& request) {
  const Json& regions = input::member(request.input, "regions");
  if (!regions.is_object() || regions.empty() || regions.size() > 3)
    return ApiError{"ValidationException", "regions: 1 to 3 Regions"};
  return Json{{"arn", add_replication(incidents, request.place(), regions)}};
}

ApiResult<Json> create_response_plan(Incidents& incidents, const Request& request) {
  ApiResult<ResponsePlan> read = read_response_plan(request.input, request.place());
  if (!read) return read.error();
  const ApiResult<ResponsePlan*> added = add_response_plan(incidents, *std::move(read));
  if (!added) return added.error();
  return Json{{"arn", (*added)->arn}};
}

ApiResult<Json> delete_response_plan(Incidents& incidents, const Request& request) {
  incidents.plans.erase(input::text(request.input, "arn"));
  return Json::object();
}

ApiResult<Json> get_replication_set(Incidents& incidents, const Request& request) {
  const std::string arn = input::text(request.input, "arn");
  const auto found = incidents.replication_sets.find(arn);
  if (found == incidents.replication_sets.end())
    return ApiError{"ResourceNotFoundException",
                    fmt::format("the replication set {} does not exist", arn), 404};
  return Json{
      {"replicationSet", {{"arn", arn}, {"regionMap", found->second}, {"status", "ACTIVE"}}}};
}

ApiResult<Json> get_response_plan(Incidents& incidents, const Request& request) {
  const std::string arn = input::text(request.input, "arn");
  const ResponsePlan* plan = incidents.plan(arn);
  if (plan == nullptr) return no_plan(arn);
  return to_json(*plan);
}

// What is left out stays as it was; open incidents keep what they began with.
ApiResult<Json> update_response_plan(Incidents& incidents, const Request& request) {
  const std::string arn = input::text(request.input, "arn");
  ResponsePlan* plan = incidents.plan(arn);
  if (plan == nullptr) return no_plan(arn);
  Json merged = to_json(*plan);
  for (const char* name : {"actions", "chatChannel", "displayName", "engagements", "integrations"})
    if (const Json& given = input::member(request.input, name); !given.is_null())
      merged[name] = given;
  constexpr std::pair<const char*, const char*> kOfTemplate[] = {
      {"incidentTemplateDedupeString", "dedupeString"},
      {"incidentTemplateImpact", "impact"},
      {"incidentTemplateNotificationTargets", "notificationTargets"},
      {"incidentTemplateSummary", "summary"},
      {"incidentTemplateTags", "incidentTags"},
      {"incidentTemplateTitle", "title"}};
  for (const auto& [name, member] : kOfTemplate)
    if (const Json& given = input::member(request.input, name); !given.is_null())
      merged["incidentTemplate"][member] = given;
  ApiResult<ResponsePlan> read = read_response_plan(merged, plan->place);
  if (!read) return read.error();
  *plan = *std::move(read);
  return Json::object();
}

ApiResult<Json> list_replication_sets(Incidents& incidents, const Request&) {
  Json arns = Json::array();
  for (const auto& [arn, regions] : incidents.replication_sets) arns.push_back(arn);
  return Json{{"replicationSetArns", arns}};
}

ApiResult<Json> list_response_plans(Incidents& incidents, const Request& request) {
  Json all = Json::array();
  for (const auto& [arn, plan] : incidents.plans)
    if (plan.place.account == request.place().account)
      all.push_back({{"arn", arn}, {"name", plan.name}, {"displayName", plan.display_name}});
  return page_of(all, request, "responsePlanSummaries", 100);
}

ApiResult<Json> list_tags_for_resource(Incidents& incidents, const Request& request) {
  const std::string arn = input::text(request.input, "resourceArn");
  if (const Incident* incident = incidents.incident(arn)) return Json{{"tags", incident->tags}};
  if (incidents.plan(arn) != nullptr) return Json{{"tags", Json::object()}};
  return no_plan(arn);
}

ApiResult<Created> create_plan(Incidents& incidents, const ResourceRequest& request) {
  ApiResult<ResponsePlan> read = read_response_plan(request.properties, request.place);
  if (!read) return read.error();
  const ApiResult<ResponsePlan*> added = add_response_plan(incidents, *std::move(read));
  if (!added) return added.error();
  return Created{(*added)->arn, (*added)->arn, {{"Arn", (*added)->arn}}};
}

ApiResult<Created> create_replication(Incidents& incidents, const ResourceRequest& request) {
  Json regions = Json::object();
  for (const Json& region : input::member(request.properties, "Regions"))
    regions[input::text(region, "RegionName")] = {{"status", "ACTIVE"}};
  const std::string arn = add_replication(incidents, request.place, std::move(regions));
  return Created{arn, arn, {{"Arn", arn}}};
}

}  // namespace opsim::incident_manager
