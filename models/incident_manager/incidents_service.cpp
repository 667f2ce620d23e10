#include <algorithm>

#include "models/incident_manager/incidents.hpp"
#include "models/incident_manager/service.hpp"

namespace opsim {

namespace {

using namespace incident_manager;

template <ApiResult<Json> (*Handle)(Incidents&, const Request&)>
constexpr auto kIncidentNow = &immediate<Incidents, Handle>;

// To add an operation: write its function and one row here.
constexpr Operation kIncidentOperations[] = {
    {.name = "BatchGetIncidentFindings",
     .access = Access::read,
     .now = kIncidentNow<batch_get_incident_findings>},
    {.name = "CreateReplicationSet", .now = kIncidentNow<create_replication_set>},
    {.name = "CreateResponsePlan", .now = kIncidentNow<create_response_plan>},
    {.name = "CreateTimelineEvent", .now = kIncidentNow<create_timeline_event>},
    {.name = "DeleteIncidentRecord", .now = kIncidentNow<delete_incident_record>},
    {.name = "DeleteResponsePlan", .now = kIncidentNow<delete_response_plan>},
    {.name = "DeleteTimelineEvent", .now = kIncidentNow<delete_timeline_event>},
    {.name = "GetIncidentRecord", .access = Access::read, .now = kIncidentNow<get_incident_record>},
    {.name = "GetReplicationSet", .access = Access::read, .now = kIncidentNow<get_replication_set>},
    {.name = "GetResponsePlan", .access = Access::read, .now = kIncidentNow<get_response_plan>},
    {.name = "GetTimelineEvent", .access = Access::read, .now = kIncidentNow<get_timeline_event>},
    {.name = "ListIncidentFindings",
     .access = Access::read,
     .now = kIncidentNow<list_incident_findings>},
    {.name = "ListIncidentRecords",
     .access = Access::read,
     .now = kIncidentNow<list_incident_records>},
    {.name = "ListRelatedItems", .access = Access::read, .now = kIncidentNow<list_related_items>},
    {.name = "ListReplicationSets",
     .access = Access::read,
     .now = kIncidentNow<list_replication_sets>},
    {.name = "ListResponsePlans", .access = Access::read, .now = kIncidentNow<list_response_plans>},
    {.name = "ListTagsForResource",
     .access = Access::read,
     .now = kIncidentNow<list_tags_for_resource>},
    {.name = "ListTimelineEvents",
     .access = Access::read,
     .now = kIncidentNow<list_timeline_events>},
    {.name = "StartIncident", .now = kIncidentNow<start_incident_call>},
    {.name = "UpdateIncidentRecord", .now = kIncidentNow<update_incident_record>},
    {.name = "UpdateRelatedItems", .now = kIncidentNow<update_related_items>},
    {.name = "UpdateResponsePlan", .now = kIncidentNow<update_response_plan>},
    {.name = "UpdateTimelineEvent", .now = kIncidentNow<update_timeline_event>},
};
static_assert(std::ranges::adjacent_find(kIncidentOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kIncidentOperations),
              "sorted by name, no duplicates");

constexpr Shape kIncidentText{.kind = Kind::text};
constexpr Shape kIncidentTexts{.kind = Kind::list, .of = &kIncidentText};
constexpr Shape kImpact{.kind = Kind::integer, .min = 1, .max = 5};

constexpr Field kNotificationFields[] = {{.name = "SnsTopicArn", .shape = &kIncidentText}};
constexpr Shape kNotification{.kind = Kind::mapping, .fields = kNotificationFields};
constexpr Shape kNotifications{.kind = Kind::list, .of = &kNotification};
constexpr Field kTemplateFields[] = {
    {.name = "DedupeString",
     .shape = &kIncidentText,
     .doc = "Open incidents of the account with this text are one."},
    {.name = "Impact", .shape = &kImpact, .need = Need::required, .doc = "1 critical to 5 none."},
    {.name = "IncidentTags"},
    {.name = "NotificationTargets", .shape = &kNotifications},
    {.name = "Summary", .shape = &kIncidentText},
    {.name = "Title", .shape = &kIncidentText, .need = Need::required},
};
constexpr Shape kTemplate{.kind = Kind::mapping, .fields = kTemplateFields};

constexpr Field kChatFields[] = {{.name = "ChatbotSns", .shape = &kIncidentTexts}};
constexpr Shape kChat{.kind = Kind::mapping, .fields = kChatFields};

constexpr Field kAutomationFields[] = {
    {.name = "DocumentName", .shape = &kIncidentText, .need = Need::required},
    {.name = "DocumentVersion", .shape = &kIncidentText},
    {.name = "DynamicParameters"},
    {.name = "Parameters"},
    {.name = "RoleArn", .shape = &kIncidentText, .need = Need::required},
    {.name = "TargetAccount", .shape = &kIncidentText, .simulated = Simulated::no},
};
constexpr Shape kAutomation{.kind = Kind::mapping, .fields = kAutomationFields};
constexpr Field kActionFields[] = {{.name = "SsmAutomation", .shape = &kAutomation}};
constexpr Shape kAction{.kind = Kind::mapping, .fields = kActionFields};
constexpr Shape kActions{.kind = Kind::list, .of = &kAction, .max = 1};

constexpr Field kResponsePlanFields[] = {
    {.name = "Actions", .shape = &kActions, .doc = "The runbook that starts with the incident."},
    {.name = "ChatChannel", .shape = &kChat},
    {.name = "DisplayName", .shape = &kIncidentText},
    {.name = "Engagements", .shape = &kIncidentTexts, .doc = "Contacts and escalation plans."},
    {.name = "IncidentTemplate", .shape = &kTemplate, .need = Need::required},
    {.name = "Integrations", .simulated = Simulated::no},
    {.name = "Name", .shape = &kIncidentText, .need = Need::required},
    {.name = "Tags"},
};
constexpr Shape kResponsePlan{.kind = Kind::mapping, .fields = kResponsePlanFields};

constexpr Field kReplicationFields[] = {
    {.name = "DeletionProtected", .simulated = Simulated::no},
    {.name = "Regions"},
    {.name = "Tags"},
};
constexpr Shape kReplication{.kind = Kind::mapping, .fields = kReplicationFields};

constexpr ResourceType kIncidentResources[] = {
    {.type = "AWS::SSMIncidents::ReplicationSet",
     .create = create<Incidents, create_replication>,
     .properties = &kReplication},
    {.type = "AWS::SSMIncidents::ResponsePlan",
     .create = create<Incidents, create_plan>,
     .properties = &kResponsePlan},
};

constexpr DeliveryTarget kTargets[] = {
    {"ssm-incidents", "response-plan/", deliver<Incidents, take_delivery>}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kIncidentFidelity[] = {
    {Grade::simulated, "response plans: engagements, chat, notifications, runbook with parameters",
     "Incident Manager User Guide, response plans"},
    {Grade::simulated, "deduplication by alarm, event and dedupe string",
     "Incident Manager User Guide, response plans"},
    {Grade::simulated, "timeline, related items, filters, resolution that stops engagements",
     "Incident Manager API"},
    {Grade::simplified, "no replication set is needed; nothing is replicated"},
    {Grade::simplified, "the chat channel gets a message when an incident opens and is resolved"},
    {Grade::simplified,
     "findings: deployments of CodeDeploy and stacks changed in the four hours before an incident"},
    {Grade::absent, "post-incident analysis, PagerDuty integration, other accounts"},
};

}  // namespace

extern const Service kSsmIncidents{
    .name = "ssm-incidents",
    .title = "AWS Systems Manager Incident Manager",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<Incidents>(cloud);
    },
    .operations = kIncidentOperations,
    .resources = kIncidentResources,
    .targets = kTargets,
    .fidelity = kIncidentFidelity,
};

}  // namespace opsim
