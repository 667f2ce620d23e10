// Incidents. AWS: Incident Manager API Reference, the operation of the same name.
#include <fmt/format.h>

#include "models/incident_manager/incidents.hpp"
#include "models/incident_manager/page_of.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::incident_manager {

namespace {

ApiError incident_not_valid(std::string message) {
  return {"ValidationException", std::move(message)};
}
ApiError incident_not_found(std::string_view what, std::string_view arn) {
  return {"ResourceNotFoundException", fmt::format("{} {} does not exist", what, arn), 404};
}

Json time_json(SimTime time) {
  return iso8601(std::chrono::floor<std::chrono::milliseconds>(time));
}

std::string_view to_string(IncidentStatus status) {
  return status == IncidentStatus::open ? "OPEN" : "RESOLVED";
}

Json source_json(const Incident& incident) {
  Json source{{"createdBy", incident.created_by}, {"source", incident.source}};
  if (!incident.invoked_by.empty()) source["invokedBy"] = incident.invoked_by;
  if (!incident.resource_arn.empty()) source["resourceArn"] = incident.resource_arn;
  return source;
}

Json summary(const Incident& incident) {
  Json json{{"arn", incident.arn},
            {"title", incident.title},
            {"impact", incident.impact},
            {"status", to_string(incident.status)},
            {"creationTime", time_json(incident.created)},
            {"incidentRecordSource", source_json(incident)}};
  if (incident.resolved) json["resolvedTime"] = time_json(*incident.resolved);
  return json;
}

Json record(const Incident& incident) {
  Json json = summary(incident);
  Json executions = Json::array();
  for (const std::string& arn : incident.executions)
    executions.push_back({{"ssmExecutionArn", arn}});
  Json targets = Json::array();
  for (const std::string& arn : incident.notification_topics)
    targets.push_back({{"snsTopicArn", arn}});
  json["automationExecutions"] = std::move(executions);
  json["notificationTargets"] = std::move(targets);
  json["chatChannel"] = {{"chatbotSns", incident.chat_topics}};
  json["dedupeString"] = incident.dedupe;
  json["summary"] = incident.summary;
  json["lastModifiedBy"] = incident.modified_by;
  json["lastModifiedTime"] = time_json(incident.modified);
  return json;
}

Json summary(const Incident& incident, const TimelineEvent& event) {
  return {{"eventId", event.id},
          {"eventType", event.type},
          {"eventTime", time_json(event.at)},
          {"eventUpdatedTime", time_json(event.updated)},
          {"eventReferences", event.references},
          {"incidentRecordArn", incident.arn}};
}

Incident* asked_for(Incidents& incidents, const Request& request, std::string_view member = "arn") {
  return incidents.incident(input::text(request.input, member));
}

constexpr std::int64_t kMostIncidents = 100;  // API, maxResults: 1 to 100
constexpr std::string_view kRecordArn = "incidentRecordArn";

}  // namespace

ApiResult<Json> create_timeline_event(Incidents& incidents, const Request& request) {
  Incident* incident = asked_for(incidents, request, kRecordArn);
  if (incident == nullptr)
    return incident_not_found("the incident", input::text(request.input, kRecordArn));
  const auto at = input::time(request.input, "eventTime");
  const std::string type = input::text(request.input, "eventType");
  const std::string data = input::text(request.input, "eventData");
  if (!at) return incident_not_valid("eventTime is required, as a time");
  if (type.empty() || type.size() > 100)
    return incident_not_valid("eventType: 1 to 100 characters");
  if (data.empty() || data.size() > 12'000)
    return incident_not_valid("eventData: 1 to 12000 characters");
  TimelineEvent& event = add_event(incidents, *incident, type, data, *at);
  if (const Json& references = input::member(request.input, "eventReferences");
      references.is_array())
    event.references = references;
  return Json{{"eventId", event.id}, {"incidentRecordArn", incident->arn}};
}

ApiResult<Json> delete_incident_record(Incidents& incidents, const Request& request) {
  const Incident* incident = asked_for(incidents, request);
  if (incident == nullptr) return Json::object();
  const std::string arn = incident->arn;
  std::erase_if(incidents.open, [&](const auto& open) { return open.second == arn; });
  std::erase(incidents.order, arn);
  incidents.incidents.erase(arn);
  return Json::object();
}

ApiResult<Json> get_incident_record(Incidents& incidents, const Request& request) {
  const Incident* incident = asked_for(incidents, request);
  if (incident == nullptr)
    return incident_not_found("the incident", input::text(request.input, "arn"));
  return Json{{"incidentRecord", record(*incident)}};
}

ApiResult<Json> get_timeline_event(Incidents& incidents, const Request& request) {
  const Incident* incident = asked_for(incidents, request, kRecordArn);
  if (incident == nullptr)
    return incident_not_found("the incident", input::text(request.input, kRecordArn));
  const std::string id = input::text(request.input, "eventId");
  for (const TimelineEvent& event : incident->timeline) {
    if (event.id != id) continue;
    Json json = summary(*incident, event);
    json["eventData"] = event.data;
    return Json{{"event", json}};
  }
  return incident_not_found("the timeline event", id);
}

// Newest first, as the console lists them. UNDOCUMENTED: the order of the API.
ApiResult<Json> list_incident_records(Incidents& incidents, const Request& request) {
  const Json& filters = input::member(request.input, "filters");
  Json all = Json::array();
  for (auto arn = incidents.order.rbegin(); arn != incidents.order.rend(); ++arn) {
    const Incident& incident = incidents.incidents.at(*arn);
    Json json = summary(incident);
    json["createdBy"] = incident.created_by;  // a key to filter by, no member of the summary
    if (incident.place.account != request.place().account || !passes(filters, json)) continue;
    json.erase("createdBy");
    all.push_back(std::move(json));
  }
  return page_of(all, request, "incidentRecordSummaries", kMostIncidents);
}

ApiResult<Json> list_related_items(Incidents& incidents, const Request& request) {
  const Incident* incident = asked_for(incidents, request, kRecordArn);
  if (incident == nullptr)
    return incident_not_found("the incident", input::text(request.input, kRecordArn));
  return page_of(incident->related, request, "relatedItems", kMostIncidents);
}

ApiResult<Json> list_timeline_events(Incidents& incidents, const Request& request) {
  const Incident* incident = asked_for(incidents, request, kRecordArn);
  if (incident == nullptr)
    return incident_not_found("the incident", input::text(request.input, kRecordArn));
  const Json& filters = input::member(request.input, "filters");
  Json all = Json::array();
  for (const TimelineEvent& event : incident->timeline)
    if (Json json = summary(*incident, event); passes(filters, json))
      all.push_back(std::move(json));
  if (input::text(request.input, "sortOrder") == "DESCENDING") std::reverse(all.begin(), all.end());
  return page_of(all, request, "eventSummaries", kMostIncidents);
}

ApiResult<Json> start_incident_call(Incidents& incidents, const Request& request) {
  const std::string arn = input::text(request.input, "responsePlanArn");
  const ResponsePlan* plan = incidents.plan(arn);
  if (plan == nullptr) return incident_not_found("the response plan", arn);
  const Json& impact = input::member(request.input, "impact");
  const auto number = input::integer(impact);
  if (!impact.is_null() && (!number || *number < 1 || *number > 5))
    return incident_not_valid("impact is 1 (critical) to 5 (no impact)");
  const Json& details = input::member(request.input, "triggerDetails");
  Trigger trigger;
  trigger.source = input::text(details, "source");
  if (trigger.source.empty()) trigger.source = "aws.ssm-incidents.custom";
  trigger.arn = input::text(details, "triggerArn");
  trigger.raw = input::text(details, "rawData");
  trigger.at = input::time(details, "timestamp").value_or(incidents.cloud.sim().now());
  trigger.created_by = request.caller.principal;
  trigger.invoked_by = request.caller.invoked_by;
  return Json{{"incidentRecordArn", start_incident(incidents, *plan, trigger, request.input).arn}};
}

ApiResult<Json> update_incident_record(Incidents& incidents, const Request& request) {
  Incident* incident = asked_for(incidents, request);
  if (incident == nullptr)
    return incident_not_found("the incident", input::text(request.input, "arn"));
  const std::string status = input::text(request.input, "status");
  if (!status.empty() && status != "OPEN" && status != "RESOLVED")
    return incident_not_valid(fmt::format("status \"{}\": one of OPEN, RESOLVED", status));
  const Json& impact = input::member(request.input, "impact");
  const auto number = input::integer(impact);
  if (!impact.is_null() && (!number || *number < 1 || *number > 5))
    return incident_not_valid("impact is 1 (critical) to 5 (no impact)");
  if (number) incident->impact = static_cast<int>(*number);
  if (const std::string title = input::text(request.input, "title"); !title.empty())
    incident->title = title;
  if (const Json& text = input::member(request.input, "summary"); !text.is_null())
    incident->summary = input::text(text);
  incident->modified = incidents.cloud.sim().now();
  incident->modified_by = request.caller.principal;
  if (!status.empty())
    set_status(incidents, *incident,
               status == "OPEN" ? IncidentStatus::open : IncidentStatus::resolved,
               request.caller.principal);
  return Json::object();
}

ApiResult<Json> update_related_items(Incidents& incidents, const Request& request) {
  Incident* incident = asked_for(incidents, request, kRecordArn);
  if (incident == nullptr)
    return incident_not_found("the incident", input::text(request.input, kRecordArn));
  const Json& update = input::member(request.input, "relatedItemsUpdate");
  const Json& add = input::member(update, "itemToAdd");
  const Json& remove = input::member(update, "itemToRemove");
  if (add.is_null() == remove.is_null())
    return incident_not_valid("relatedItemsUpdate: either itemToAdd or itemToRemove");
  if (!add.is_null()) add_related(incidents, *incident, add);
  if (!remove.is_null())
    std::erase_if(incident->related.get_ref<Json::array_t&>(),
                  [&](const Json& item) { return input::member(item, "identifier") == remove; });
  return Json::object();
}

}  // namespace opsim::incident_manager
