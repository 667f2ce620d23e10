#pragma once
/// AWS Systems Manager Incident Manager: response plans, incidents, their timelines.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"

namespace opsim::incident_manager {

/// The runbook that starts with an incident.
struct RunbookAction {
  std::string document;
  std::string version;
  std::string role_arn;
  std::string target_account;
  std::map<std::string, std::vector<std::string>> parameters;
  std::map<std::string, std::string> dynamic_parameters;  // -> INCIDENT_RECORD_ARN, ...
};

struct ResponsePlan {
  std::string arn;
  Place place;
  std::string name;
  std::string display_name;
  std::string title;
  int impact = 1;  // 1 critical to 5 no impact
  std::string dedupe;
  std::string summary;
  std::map<std::string, std::string> incident_tags;
  std::vector<std::string> notification_topics;  // SNS ARNs
  std::vector<std::string> chat_topics;          // SNS ARNs that a chat client listens to
  std::vector<std::string> engagements;          // ARNs of contacts and escalation plans
  std::optional<RunbookAction> runbook;
  Json integrations;
};

struct TimelineEvent {
  std::string id;
  std::string type;
  std::string data;
  SimTime at{};
  SimTime updated{};
  Json references = Json::array();
};

enum class IncidentStatus : std::uint8_t { open, resolved };

struct Incident {
  std::string arn;
  std::string plan_arn;
  Place place;
  std::string title;
  std::string summary;
  int impact = 1;
  IncidentStatus status = IncidentStatus::open;
  std::string dedupe;   // as GetIncidentRecord answers it
  std::string same_as;  // open incidents with the same one are one; "" for none
  std::string source;   // "aws.cloudwatch", "aws.events", ...
  std::string created_by;
  std::string invoked_by;
  std::string resource_arn;
  std::string modified_by;
  SimTime created{};
  SimTime modified{};
  std::optional<SimTime> resolved;
  std::vector<std::string> notification_topics;
  std::vector<std::string> chat_topics;
  std::vector<std::string> executions;  // ARNs of automation executions
  Json related = Json::array();         // RelatedItem, each with its generatedId
  std::vector<TimelineEvent> timeline;  // in the order of their times
  std::map<std::string, std::string> tags;
};

/// What set an incident off.
struct Trigger {
  std::string source;  // "aws.cloudwatch", "aws.events", or what a caller says
  std::string arn;     // of the alarm or the rule, or ""
  std::string raw;     // its event, as text
  SimTime at{};
  std::string created_by;
  std::string invoked_by;
};

class Incidents : public Model {
 public:
  explicit Incidents(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::string, ResponsePlan, std::less<>> plans;  // by ARN
  std::map<std::string, Incident, std::less<>> incidents;  // by ARN
  std::vector<std::string> order;                          // of opening
  std::map<std::string, std::string> open;                 // same_as -> ARN
  std::map<std::string, Json> replication_sets;            // ARN -> Regions

  [[nodiscard]] ResponsePlan* plan(std::string_view arn);
  [[nodiscard]] Incident* incident(std::string_view arn);
};

/// ARNs of Incident Manager name no Region: its data are replicated.
std::string global_arn(const Place& place, std::string_view resource);

// ---- Response plans ----
ApiResult<ResponsePlan> read_response_plan(const Json& input, const Place& place);
ApiResult<ResponsePlan*> add_response_plan(Incidents& incidents, ResponsePlan plan);
Json to_json(const ResponsePlan& plan);

// ---- Incidents ----
/// Opens one, or adds to the open one that it duplicates. `wishes`: StartIncident's title, impact
/// and relatedItems, or null.
Incident& start_incident(Incidents& incidents, const ResponsePlan& plan, const Trigger& trigger,
                         const Json& wishes);
/// The first responses: engagements, chat, notifications, runbook (incident_start.cpp).
void respond(Incidents& incidents, const ResponsePlan& plan, Incident& incident);
void set_status(Incidents& incidents, Incident& incident, IncidentStatus status,
                const std::string& by);
void notify(Incidents& incidents, const Incident& incident, std::string text);
TimelineEvent& add_event(Incidents& incidents, Incident& incident, std::string type,
                         std::string data, SimTime at);
void add_related(Incidents& incidents, Incident& incident, Json item);
/// Whether `record` passes {"filters": [{"key", "condition"}, ...]} of a list operation.
bool passes(const Json& filters, const Json& record);

// ---- Operations ----
ApiResult<Json> batch_get_incident_findings(Incidents& incidents, const Request& request);
ApiResult<Json> create_replication_set(Incidents& incidents, const Request& request);
ApiResult<Json> create_response_plan(Incidents& incidents, const Request& request);
ApiResult<Json> create_timeline_event(Incidents& incidents, const Request& request);
ApiResult<Json> delete_incident_record(Incidents& incidents, const Request& request);
ApiResult<Json> delete_response_plan(Incidents& incidents, const Request& request);
ApiResult<Json> delete_timeline_event(Incidents& incidents, const Request& request);
ApiResult<Json> get_incident_record(Incidents& incidents, const Request& request);
ApiResult<Json> get_replication_set(Incidents& incidents, const Request& request);
ApiResult<Json> get_response_plan(Incidents& incidents, const Request& request);
ApiResult<Json> get_timeline_event(Incidents& incidents, const Request& request);
ApiResult<Json> list_incident_findings(Incidents& incidents, const Request& request);
ApiResult<Json> list_incident_records(Incidents& incidents, const Request& request);
ApiResult<Json> list_related_items(Incidents& incidents, const Request& request);
ApiResult<Json> list_replication_sets(Incidents& incidents, const Request& request);
ApiResult<Json> list_response_plans(Incidents& incidents, const Request& request);
ApiResult<Json> list_tags_for_resource(Incidents& incidents, const Request& request);
ApiResult<Json> list_timeline_events(Incidents& incidents, const Request& request);
ApiResult<Json> start_incident_call(Incidents& incidents, const Request& request);
ApiResult<Json> update_incident_record(Incidents& incidents, const Request& request);
ApiResult<Json> update_related_items(Incidents& incidents, const Request& request);
ApiResult<Json> update_response_plan(Incidents& incidents, const Request& request);
ApiResult<Json> update_timeline_event(Incidents& incidents, const Request& request);

// ---- Resources and deliveries ----
ApiResult<Created> create_plan(Incidents& incidents, const ResourceRequest& request);
ApiResult<Created> create_replication(Incidents& incidents, const ResourceRequest& request);
Process<ApiResult<Json>> take_delivery(Incidents& incidents, Delivery delivery);

}  // namespace opsim::incident_manager
