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

/// Open incidents under one key are one: a dedupe string over the whole account, else the trigger
/// of one plan.
std::string key_of(const ResponsePlan& plan, const Trigger& trigger) {
  if (!plan.dedupe.empty()) return fmt::format("{}/dedupe/{}", plan.place.account, plan.dedupe);
  if (trigger.same_as.empty()) return {};
  return fmt::format("{}/{}", plan.arn, trigger.same_as);
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

/// What the trigger's event says is involved.
void add_involved_resources(Incidents& incidents, Incident& incident, const std::string& raw) {
  const Json event = Json::parse(raw, nullptr, false);
  for (const std::string& arn : input::texts(event, "resources"))
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
  add_involved_resources(incidents, incident, trigger.raw);
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

// What alarms and rules hand to a response plan.
Process<ApiResult<Json>> take_delivery(Incidents& incidents, Delivery delivery) {
  Arn target = delivery.target;
  target.region.clear();
  const ResponsePlan* plan = incidents.plan(target.text());
  if (plan == nullptr)
    co_return ApiError{"ResourceNotFoundException",
                       fmt::format("the response plan {} does not exist", target.text()), 404};
  const std::optional<Arn> from = Arn::parse(delivery.from);
  const bool alarm = from && from->service == "cloudwatch";
  Trigger trigger;
  trigger.source = alarm ? "aws.cloudwatch" : "aws.events";
  trigger.arn = delivery.from;
  trigger.raw = delivery.text;
  trigger.same_as = delivery.from;
  trigger.at = incidents.cloud.sim().now();
  trigger.created_by = delivery.caller.principal;
  trigger.invoked_by = delivery.caller.invoked_by;
  const Json event = alarm ? Json{} : Json::parse(delivery.text, nullptr, false);
  for (const std::string& resource : input::texts(event, "resources"))
    trigger.same_as += " " + resource;
  const Json wishes;
  const Incident& incident = start_incident(incidents, *plan, trigger, wishes);
  co_return Json{{"incidentRecordArn", incident.arn}};
}

}  // namespace opsim::incident_manager
