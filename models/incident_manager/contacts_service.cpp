#include <algorithm>

#include "models/incident_manager/contacts.hpp"
#include "models/incident_manager/service.hpp"

namespace opsim {

namespace {

using namespace incident_manager;

template <ApiResult<Json> (*Handle)(Contacts&, const Request&)>
constexpr auto kNow = &immediate<Contacts, Handle>;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {.name = "AcceptPage", .now = kNow<accept_page>},
    {.name = "ActivateContactChannel", .now = kNow<activate_contact_channel>},
    {.name = "CreateContact", .now = kNow<create_contact>},
    {.name = "CreateContactChannel", .now = kNow<create_contact_channel>},
    {.name = "CreateRotation", .now = kNow<create_rotation>},
    {.name = "CreateRotationOverride", .now = kNow<create_rotation_override>},
    {.name = "DeactivateContactChannel", .now = kNow<deactivate_contact_channel>},
    {.name = "DeleteContact", .now = kNow<delete_contact>},
    {.name = "DeleteContactChannel", .now = kNow<delete_contact_channel>},
    {.name = "DeleteRotation", .now = kNow<delete_rotation>},
    {.name = "DeleteRotationOverride", .now = kNow<delete_rotation_override>},
    {.name = "DescribeEngagement", .access = Access::read, .now = kNow<describe_engagement>},
    {.name = "DescribePage", .access = Access::read, .now = kNow<describe_page>},
    {.name = "GetContact", .access = Access::read, .now = kNow<get_contact>},
    {.name = "GetContactChannel", .access = Access::read, .now = kNow<get_contact_channel>},
    {.name = "GetRotation", .access = Access::read, .now = kNow<get_rotation>},
    {.name = "GetRotationOverride", .access = Access::read, .now = kNow<get_rotation_override>},
    {.name = "ListContactChannels", .access = Access::read, .now = kNow<list_contact_channels>},
    {.name = "ListContacts", .access = Access::read, .now = kNow<list_contacts>},
    {.name = "ListEngagements", .access = Access::read, .now = kNow<list_engagements>},
    {.name = "ListPageReceipts", .access = Access::read, .now = kNow<list_page_receipts>},
    {.name = "ListPageResolutions", .access = Access::read, .now = kNow<list_page_resolutions>},
    {.name = "ListPagesByContact", .access = Access::read, .now = kNow<list_pages_by_contact>},
    {.name = "ListPagesByEngagement",
     .access = Access::read,
     .now = kNow<list_pages_by_engagement>},
    {.name = "ListPreviewRotationShifts",
     .access = Access::read,
     .now = kNow<list_preview_rotation_shifts>},
    {.name = "ListRotationOverrides", .access = Access::read, .now = kNow<list_rotation_overrides>},
    {.name = "ListRotationShifts", .access = Access::read, .now = kNow<list_rotation_shifts>},
    {.name = "ListRotations", .access = Access::read, .now = kNow<list_rotations>},
    {.name = "SendActivationCode", .not_simulated = "channels need no activation code"},
    {.name = "StartEngagement", .now = kNow<start_engagement>},
    {.name = "StopEngagement", .now = kNow<stop_engagement>},
    {.name = "UpdateContact", .now = kNow<update_contact>},
    {.name = "UpdateContactChannel", .now = kNow<update_contact_channel>},
    {.name = "UpdateRotation", .now = kNow<update_rotation>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kTexts{.kind = Kind::list, .of = &kText};
constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr Shape kStageMinutes{.kind = Kind::integer, .min = 0, .max = 30};
constexpr Shape kRetryMinutes{.kind = Kind::integer, .min = 0, .max = 60};

constexpr Field kChannelTargetFields[] = {
    {.name = "ChannelId", .shape = &kText, .need = Need::required},
    {.name = "RetryIntervalInMinutes",
     .shape = &kRetryMinutes,
     .doc = "Sent again so often while nobody acknowledges; 0: once."},
};
constexpr Shape kChannelTarget{.kind = Kind::mapping, .fields = kChannelTargetFields};
constexpr Field kContactTargetFields[] = {
    {.name = "ContactId", .shape = &kText, .need = Need::required},
    {.name = "IsEssential",
     .shape = &kBoolean,
     .doc = "Whether this contact's acknowledgement stops the stages."},
};
constexpr Shape kContactTarget{.kind = Kind::mapping, .fields = kContactTargetFields};
constexpr Field kTargetFields[] = {
    {.name = "ChannelTargetInfo", .shape = &kChannelTarget},
    {.name = "ContactTargetInfo", .shape = &kContactTarget},
};
constexpr Shape kTarget{.kind = Kind::mapping, .fields = kTargetFields};
constexpr Shape kTargetList{.kind = Kind::list, .of = &kTarget};
constexpr Field kStageFields[] = {
    {.name = "DurationInMinutes",
     .shape = &kStageMinutes,
     .doc = "The wait until the next stage begins."},
    {.name = "RotationIds", .shape = &kTexts},
    {.name = "Targets", .shape = &kTargetList},
};
constexpr Shape kStage{.kind = Kind::mapping, .fields = kStageFields};
constexpr Shape kStages{.kind = Kind::list, .of = &kStage};

constexpr std::string_view kTypeNames[] = {"PERSONAL", "ESCALATION", "ONCALL_SCHEDULE"};
constexpr Shape kType{.kind = Kind::text, .allowed = kTypeNames};
constexpr Field kContactFields[] = {
    {.name = "Alias", .shape = &kText, .need = Need::required},
    {.name = "DisplayName", .shape = &kText},
    {.name = "Plan", .shape = &kStages},
    {.name = "Tags"},
    {.name = "Type", .shape = &kType, .need = Need::required},
};
constexpr Shape kContact{.kind = Kind::mapping, .fields = kContactFields};

constexpr std::string_view kChannelTypeNames[] = {"SMS", "VOICE", "EMAIL"};
constexpr Shape kChannelType{.kind = Kind::text, .allowed = kChannelTypeNames};
constexpr Field kChannelFields[] = {
    {.name = "ChannelAddress", .shape = &kText, .need = Need::required},
    {.name = "ChannelName", .shape = &kText, .need = Need::required},
    {.name = "ChannelType", .shape = &kChannelType, .need = Need::required},
    {.name = "ContactId", .shape = &kText, .need = Need::required},
    {.name = "DeferActivation", .shape = &kBoolean},
};
constexpr Shape kChannel{.kind = Kind::mapping, .fields = kChannelFields};

constexpr Field kPlanFields[] = {
    {.name = "ContactId", .shape = &kText, .need = Need::required},
    {.name = "RotationIds", .shape = &kTexts},
    {.name = "Stages", .shape = &kStages},
};
constexpr Shape kPlan{.kind = Kind::mapping, .fields = kPlanFields};

constexpr Field kRotationFields[] = {
    {.name = "ContactIds", .shape = &kTexts, .need = Need::required},
    {.name = "Name", .shape = &kText, .need = Need::required},
    {.name = "Recurrence", .need = Need::required},
    {.name = "StartTime", .shape = &kText},
    {.name = "Tags"},
    {.name = "TimeZoneId", .shape = &kText, .doc = "Whose clock the hand-offs go by."},
};
constexpr Shape kRotation{.kind = Kind::mapping, .fields = kRotationFields};

constexpr ResourceType kResources[] = {
    {.type = "AWS::SSMContacts::Contact",
     .create = create<Contacts, create_contact_resource>,
     .properties = &kContact},
    {.type = "AWS::SSMContacts::ContactChannel",
     .create = create<Contacts, create_channel_resource>,
     .properties = &kChannel},
    {.type = "AWS::SSMContacts::Plan",
     .create = create<Contacts, create_plan_resource>,
     .properties = &kPlan},
    {.type = "AWS::SSMContacts::Rotation",
     .create = create<Contacts, create_rotation_resource>,
     .properties = &kRotation},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "contacts, escalation plans, stages, essential acknowledgements",
     "Incident Manager User Guide, escalation plans"},
    {Grade::simulated, "on-call schedules: daily, weekly, monthly hand-offs, shift coverage",
     "Incident Manager API, RecurrenceSettings"},
    {Grade::simplified,
     "retries: a page is sent again while nobody acknowledges and its stage lasts"},
    {Grade::simulated, "time zones with daylight saving, rotation overrides, previews of shifts",
     "Incident Manager API, CreateRotationOverride, ListPreviewRotationShifts"},
    {Grade::simplified, "contact channels need no activation code"},
    {Grade::simplified, "an override holds for all of its time, covered or not"},
    {Grade::absent, "contact policies across accounts"},
};

}  // namespace

extern const Service kSsmContacts{
    .name = "ssm-contacts",
    .title = "Incident Manager contacts",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<Contacts>(cloud);
    },
    .operations = kOperations,
    .resources = kResources,
    .fidelity = kFidelity,
};

}  // namespace opsim
