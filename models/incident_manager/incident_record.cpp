// What happens to an incident while it lasts: its timeline, its items, its end.
// AWS: Incident Manager API, UpdateIncidentRecord, ListTimelineEvents; the types of timeline events
// that the service writes are those that its tutorial and its users' runbooks filter for.
#include <fmt/format.h>

#include <algorithm>

#include "models/incident_manager/incidents.hpp"
#include "models/incident_manager/timeline.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::incident_manager {

namespace {

constexpr std::size_t kMostEvents = 10'000;  // a runaway trigger must not fill the memory
constexpr std::size_t kMostRelated = 100;    // API, RelatedItemList

/// "Incident resolved": engagements that still run are stopped.
Process<> stop_engagements(Cloud& cloud, Caller caller, std::string incident_arn) {
  const Json question{{"IncidentId", incident_arn}};
  const ApiResult<Json> running =
      cloud.inspect(caller.place, "ssm-contacts", "ListEngagements", question);
  if (!running) co_return;
  for (const Json& engagement : running->at("Engagements")) {
    if (engagement.contains("StopTime")) continue;
    Json stop{{"EngagementId", engagement.at("EngagementArn")}, {"Reason", "Incident resolved"}};
    co_await cloud.call(caller, "ssm-contacts", "StopEngagement", std::move(stop));
  }
}

Process<> tell_topic(Cloud& cloud, Delivery delivery) {
  co_await cloud.deliver(std::move(delivery));
}

void write_status(Incidents& incidents, const Incident& incident) {
  const bool resolved = incident.status == IncidentStatus::resolved;
  const Duration lasted = incidents.cloud.sim().now() - incident.created;
  incidents.cloud.journal().write(
      {.kind = EntryKind::incident,
       .level = Level::goals,
       .subject = incident.title,
       .text = resolved ? fmt::format("resolved after {}", human(lasted)) : "opened again",
       .source = std::string{incidents.cloud.resources().source_of(incident.plan_arn)},
       .detail = {{"status", resolved ? "RESOLVED" : "OPEN"},
                  {"incident", incident.arn},
                  {"seconds", std::chrono::duration<double>(lasted).count()}}});
}

}  // namespace

ResponsePlan* Incidents::plan(std::string_view arn) {
  const auto found = plans.find(arn);
  return found == plans.end() ? nullptr : &found->second;
}

Incident* Incidents::incident(std::string_view arn) {
  const auto found = incidents.find(arn);
  return found == incidents.end() ? nullptr : &found->second;
}

TimelineEvent& add_event(Incidents& incidents, Incident& incident, std::string type,
                         std::string data, SimTime at) {
  if (incident.timeline.size() >= kMostEvents)
    incident.timeline.erase(incident.timeline.begin() + 1);
  TimelineEvent event{incidents.cloud.next_uuid("ssm-incidents.timeline-event"),
                      std::move(type),
                      std::move(data),
                      at,
                      incidents.cloud.sim().now(),
                      Json::array()};
  const auto place = std::ranges::upper_bound(incident.timeline, at, {}, &TimelineEvent::at);
  return *incident.timeline.insert(place, std::move(event));
}

void add_related(Incidents& incidents, Incident& incident, Json item) {
  if (incident.related.size() >= kMostRelated) return;
  const Json& identifier = input::member(item, "identifier");
  for (const Json& known : incident.related)
    if (input::member(known, "identifier") == identifier) return;
  item["generatedId"] = fmt::format("related-item/{}/{:032X}", input::text(identifier, "type"),
                                    incident.related.size() + 1);
  static_cast<void>(incidents);
  incident.related.push_back(std::move(item));
}

void tell_incident(Cloud& cloud, std::string_view incident_arn, std::string_view type,
                   const Json& data) {
  auto* incidents = static_cast<Incidents*>(cloud.model("ssm-incidents"));
  Incident* incident = incidents == nullptr ? nullptr : incidents->incident(incident_arn);
  if (incident == nullptr) return;
  add_event(*incidents, *incident, std::string{type}, data.dump(), cloud.sim().now());
}

// "The Amazon SNS targets that are notified when updates are made to an incident"; a chat client
// listens to its topics.
void notify(Incidents& incidents, const Incident& incident, std::string text) {
  std::vector<std::string> topics = incident.notification_topics;
  topics.insert(topics.end(), incident.chat_topics.begin(), incident.chat_topics.end());
  for (const std::string& topic : topics) {
    const std::optional<Arn> target = Arn::parse(topic);
    if (!target) continue;
    Delivery delivery{{incident.place, "ssm-incidents.amazonaws.com", ""},
                      *target,
                      text,
                      {{"Subject", text.substr(0, 99)}},
                      incident.arn};
    incidents.cloud.sim().spawn(tell_topic(incidents.cloud, std::move(delivery)));
  }
}

void set_status(Incidents& incidents, Incident& incident, IncidentStatus status,
                const std::string& by) {
  if (incident.status == status) return;
  const bool resolved = status == IncidentStatus::resolved;
  incident.status = status;
  incident.modified_by = by;
  const Json change{{"attributeName", "status"},
                    {"oldValue", resolved ? "OPEN" : "RESOLVED"},
                    {"newValue", resolved ? "RESOLVED" : "OPEN"}};
  add_event(incidents, incident, "SSM Incident Record Update",
            Json{{"modifiedAttributes", Json::array({change})}, {"modifiedBy", by}}.dump(),
            incidents.cloud.sim().now());
  write_status(incidents, incident);
  if (!resolved) {
    incident.resolved.reset();
    if (!incident.same_as.empty()) incidents.open.try_emplace(incident.same_as, incident.arn);
    return;
  }
  incident.resolved = incidents.cloud.sim().now();
  if (const auto open = incidents.open.find(incident.same_as);
      open != incidents.open.end() && open->second == incident.arn)
    incidents.open.erase(open);
  Caller service{incident.place, "ssm-incidents.amazonaws.com", ""};
  incidents.cloud.sim().spawn(stop_engagements(incidents.cloud, std::move(service), incident.arn));
  notify(incidents, incident, fmt::format("Incident resolved: {}", incident.title));
}

bool passes(const Json& filters, const Json& record) {
  if (!filters.is_array()) return true;
  return std::ranges::all_of(filters, [&](const Json& filter) {
    const Json& value = input::member(record, input::text(filter, "key"));
    const Json& condition = input::member(filter, "condition");
    const Json& equals = input::member(condition, "equals");
    if (!equals.is_null()) {
      const Json& wanted =
          input::member(equals, value.is_number() ? "integerValues" : "stringValues");
      return std::ranges::any_of(wanted, [&](const Json& one) { return one == value; });
    }
    const auto at = input::time(record, input::text(filter, "key"));
    const auto after = input::time(condition, "after");
    const auto before = input::time(condition, "before");
    return at && (!after || *at > *after) && (!before || *at < *before);
  });
}

}  // namespace opsim::incident_manager
