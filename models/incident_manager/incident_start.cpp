// How an incident begins.
// AWS: Incident Manager User Guide, "Creating incidents", "Response plans" (deduplication:
// incidents from the same alarm or event, or with the same dedupe string, collapse into the open
// one). UNDOCUMENTED: two events of one rule are the same when they name the same resources.
#include <fmt/format.h>

#include <algorithm>

#include "models/incident_manager/incidents.hpp"
#include "models/incident_manager/timeline.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::incident_manager {

namespace {

constexpr std::string_view kImpacts[] = {"critical", "high", "medium", "low", "none"};

std::string trigger_data(const Trigger& trigger) {
  return Json{{"rawData", trigger.raw},
              {"source", trigger.source},
              {"timestamp", iso8601(trigger.at)},
              {"triggerArn", trigger.arn}}
      .dump();
}

/// What the trigger's event says it is about, but for the trigger itself.
std::vector<std::string> resources_of(const Trigger& trigger) {
  std::vector<std::string> arns =
      input::texts(Json::parse(trigger.raw, nullptr, false), "resources");
  std::erase(arns, trigger.arn);
  return arns;
}

/// Open incidents under one key are one: a dedupe string over the whole account, else the trigger
/// of one plan.
std::string key_of(const ResponsePlan& plan, const Trigger& trigger) {
  if (!plan.dedupe.empty()) return fmt::format("{}/dedupe/{}", plan.place.account, plan.dedupe);
  if (trigger.arn.empty()) return {};
  std::string key = fmt::format("{}/{}", plan.arn, trigger.arn);
  if (trigger.source == "aws.cloudwatch") return key;
  for (const std::string& resource : resources_of(trigger)) key += " " + resource;
  return key;
}

CauseId write_opened(Incidents& incidents, const Incident& incident, const Trigger& trigger) {
  Resources& resources = incidents.cloud.resources();
  const std::string_view by =
      trigger.arn.empty() ? std::string_view{trigger.created_by} : resources.name_of(trigger.arn);
  return incidents.cloud.journal().write(
      {.kind = EntryKind::incident,
       .level = Level::goals,
       .subject = incident.title,
       .text = fmt::format("opened by {}, impact {}", by,
                           kImpacts[static_cast<std::size_t>(incident.impact - 1)]),
       .source = std::string{resources.source_of(incident.plan_arn)},
       .detail = {{"status", "OPEN"}, {"incident", incident.arn}}});
}

void add_involved_resources(Incidents& incidents, Incident& incident, const Trigger& trigger) {
  for (const std::string& arn : resources_of(trigger))
    if (Arn::parse(arn))
      add_related(incidents, incident,
                  {{"identifier", {{"type", "INVOLVED_RESOURCE"}, {"value", {{"arn", arn}}}}}});
}

std::vector<std::string> involved_resources(const Incident& incident) {
  std::vector<std::string> arns;
  for (const Json& item : incident.related) {
    const Json& identifier = input::member(item, "identifier");
    if (input::text(identifier, "type") == "INVOLVED_RESOURCE")
      arns.push_back(input::text(input::member(identifier, "value"), "arn"));
  }
  return arns;
}

Json runbook_input(const RunbookAction& runbook, const Incident& incident) {
  Json parameters = runbook.parameters;
  for (const auto& [name, variable] : runbook.dynamic_parameters)
    parameters[name] = variable == "INCIDENT_RECORD_ARN" ? Json::array({incident.arn})
                                                         : Json(involved_resources(incident));
  Json start{{"DocumentName", runbook.document}, {"Parameters", parameters}};
  if (!runbook.version.empty()) start["DocumentVersion"] = runbook.version;
  return start;
}

/// The automation execution that belongs to the incident from then on.
Process<> start_runbook(Incidents& incidents, std::string incident_arn, Caller caller, Json start) {
  const Place place = caller.place;
  const ApiResult<Json> answer = co_await incidents.cloud.call(
      std::move(caller), "ssm", "StartAutomationExecution", std::move(start));
  Incident* incident = incidents.incident(incident_arn);
  if (!answer || incident == nullptr) co_return;
  const std::string id = input::text(*answer, "AutomationExecutionId");
  incident->executions.push_back(arn(place, "ssm", "automation-execution/" + id));
  Json item{
      {"identifier", {{"type", "AUTOMATION"}, {"value", {{"arn", incident->executions.back()}}}}}};
  add_related(incidents, *incident, std::move(item));
}

Incident open_incident(Incidents& incidents, const ResponsePlan& plan, const Trigger& trigger,
                       const Json& wishes) {
  Cloud& cloud = incidents.cloud;
  Incident incident;
  const std::string id = cloud.next_uuid("ssm-incidents.incident");
  incident.arn = global_arn(plan.place, fmt::format("incident-record/{}/{}", plan.name, id));
  incident.plan_arn = plan.arn;
  incident.place = plan.place;
  incident.title = input::text(wishes, "title");
  if (incident.title.empty()) incident.title = plan.title;
  incident.summary = plan.summary;
  incident.impact = static_cast<int>(input::integer(wishes, "impact").value_or(plan.impact));
  incident.same_as = key_of(plan, trigger);
  incident.dedupe = !plan.dedupe.empty() ? plan.dedupe : !trigger.arn.empty() ? trigger.arn : id;
  incident.source = trigger.source;
  incident.created_by = trigger.created_by;
  incident.invoked_by = trigger.invoked_by;
  incident.resource_arn = trigger.arn;
  incident.modified_by = trigger.created_by;
  incident.created = incident.modified = cloud.sim().now();
  incident.notification_topics = plan.notification_topics;
  incident.chat_topics = plan.chat_topics;
  incident.tags = plan.incident_tags;
  return incident;
}

}  // namespace

Incident& start_incident(Incidents& incidents, const ResponsePlan& plan, const Trigger& trigger,
                         const Json& wishes) {
  const std::string key = key_of(plan, trigger);
  if (const auto same = incidents.open.find(key); !key.empty() && same != incidents.open.end()) {
    Incident& existing = incidents.incidents.at(same->second);
    add_event(incidents, existing, "SSM Incident Trigger", trigger_data(trigger), trigger.at);
    return existing;
  }
  Incident opened = open_incident(incidents, plan, trigger, wishes);
  const std::string arn = opened.arn;
  Incident& incident = incidents.incidents[arn] = std::move(opened);
  incidents.order.push_back(arn);
  if (!key.empty()) incidents.open[key] = arn;
  add_event(incidents, incident, "SSM Incident Trigger", trigger_data(trigger), trigger.at);
  add_event(incidents, incident, "SSM Incident Start",
            Json{{"triggerArn", trigger.arn}, {"responsePlanArn", plan.arn}}.dump(),
            incidents.cloud.sim().now());
  add_involved_resources(incidents, incident, trigger);
  for (const Json& item : input::member(wishes, "relatedItems"))
    add_related(incidents, incident, item);

  const CauseScope because{incidents.cloud.sim(), write_opened(incidents, incident, trigger)};
  respond(incidents, plan, incident);
  return incident;
}

// "A response plan engages contacts, starts chat channel collaboration, and initiates runbooks at
// the beginning of an incident." (CreateResponsePlan)
void respond(Incidents& incidents, const ResponsePlan& plan, Incident& incident) {
  Cloud& cloud = incidents.cloud;
  const Caller service{plan.place, "ssm-incidents.amazonaws.com", ""};
  const std::string& content = incident.summary.empty() ? incident.title : incident.summary;
  for (const std::string& contact : plan.engagements) {
    Caller caller = service;
    if (const auto arn = Arn::parse(contact)) caller.place = arn->place();
    cloud.call_later(caller, "ssm-contacts", "StartEngagement",
                     {{"ContactId", contact},
                      {"Sender", "IncidentManager"},
                      {"Subject", incident.title},
                      {"Content", content},
                      {"PublicSubject", incident.title},
                      {"PublicContent", content},
                      {"IncidentId", incident.arn}});
  }
  notify(incidents, incident, fmt::format("Incident opened: {}", incident.title));
  if (!plan.runbook) return;
  Caller caller = service;
  if (!plan.runbook->role_arn.empty())
    caller = {plan.place, plan.runbook->role_arn, "ssm-incidents.amazonaws.com"};
  cloud.sim().spawn(start_runbook(incidents, incident.arn, std::move(caller),
                                  runbook_input(*plan.runbook, incident)));
}

// What alarms and rules hand to a response plan: a StartIncident with the credentials they bring,
// so that it is allowed, recorded and seen like any other.
Process<ApiResult<Json>> take_delivery(Incidents& incidents, Delivery delivery) {
  Cloud& cloud = incidents.cloud;
  Arn plan = delivery.target;
  plan.region.clear();
  const std::optional<Arn> from = Arn::parse(delivery.from);
  const bool alarm = from && from->service == "cloudwatch";
  Json details{{"source", alarm ? "aws.cloudwatch" : "aws.events"},
               {"timestamp", iso8601(cloud.sim().now())},
               {"triggerArn", delivery.from},
               {"rawData", delivery.text}};
  Json start{{"responsePlanArn", plan.text()}, {"triggerDetails", std::move(details)}};
  Caller caller = delivery.caller;
  return cloud.call(std::move(caller), "ssm-incidents", "StartIncident", std::move(start));
}

}  // namespace opsim::incident_manager
