#include "models/ops_center/service.hpp"

#include <algorithm>

#include "models/ops_center/ops_center.hpp"

namespace opsim {

namespace {

using ops_center::OpsCenter;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {.name = "CreateOpsItem", .now = immediate<OpsCenter, ops_center::create_ops_item>},
    {.name = "DeleteOpsItem", .now = immediate<OpsCenter, ops_center::delete_ops_item>},
    {.name = "DescribeOpsItems",
     .access = Access::read,
     .now = immediate<OpsCenter, ops_center::describe_ops_items>},
    {.name = "GetOpsItem",
     .access = Access::read,
     .now = immediate<OpsCenter, ops_center::get_ops_item>},
    {.name = "GetOpsSummary", .access = Access::read, .not_simulated = "Explorer is not simulated"},
    {.name = "UpdateOpsItem", .now = immediate<OpsCenter, ops_center::update_ops_item>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kPriority{.kind = Kind::integer, .min = 1, .max = 5};
constexpr Field kItemFields[] = {
    {.name = "Category", .shape = &kText},
    {.name = "Description", .shape = &kText, .need = Need::required},
    {.name = "Notifications"},
    {.name = "OperationalData"},
    {.name = "OpsItemType", .shape = &kText},
    {.name = "Priority", .shape = &kPriority},
    {.name = "RelatedOpsItems"},
    {.name = "Severity", .shape = &kText},
    {.name = "Source", .shape = &kText, .need = Need::required},
    {.name = "Status", .shape = &kText},
    {.name = "Tags"},
    {.name = "Title", .shape = &kText, .need = Need::required},
};
constexpr Shape kItem{.kind = Kind::mapping, .fields = kItemFields};
constexpr ResourceType kResources[] = {
    {.type = "AWS::SSM::OpsItem",
     .create = create<OpsCenter, ops_center::create_ops_item_resource>,
     .properties = &kItem},
};

constexpr DeliveryTarget kTargets[] = {
    {"ssm", "opsitem", deliver<OpsCenter, ops_center::take_delivery>}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "OpsItems: create, update, get, describe with filters, delete, quotas",
     "Systems Manager API Reference, CreateOpsItem"},
    {Grade::simulated,
     "deduplication by dedup string (case does not count) and resources, while Open or InProgress",
     "Systems Manager User Guide, Working with deduplication strings"},
    {Grade::simulated, "OpsItems of CloudWatch alarms and of EventBridge rules; their events",
     "Systems Manager User Guide, Configuring CloudWatch to create OpsItems from alarms"},
    {Grade::simplified, "Notifications are kept; topics are not told of changes"},
    {Grade::simplified, "alarms of custom namespaces make OpsItems too"},
    {Grade::absent, "operational insights, OpsItems across accounts, related-item associations"},
};

}  // namespace

extern const Service kOpsCenter{
    .name = "opscenter",
    .title = "AWS Systems Manager OpsCenter",
    .endpoint = "ssm",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<OpsCenter>(cloud);
    },
    .operations = kOperations,
    .resources = kResources,
    .targets = kTargets,
    .fidelity = kFidelity,
};

}  // namespace opsim
