#include "models/state_manager/service.hpp"

#include <algorithm>

#include "models/state_manager/state_manager.hpp"

namespace opsim {

namespace {

using state_manager::StateManager;

template <ApiResult<Json> (*Handle)(StateManager&, const Request&)>
constexpr auto on_associations = immediate<StateManager, Handle>;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"CreateAssociation", Access::write, on_associations<state_manager::create_association>},
    {"CreateAssociationBatch", Access::write,
     on_associations<state_manager::create_association_batch>},
    {"DeleteAssociation", Access::write, on_associations<state_manager::delete_association>},
    {"DescribeAssociation", Access::read, on_associations<state_manager::describe_association>},
    {"DescribeAssociationExecutionTargets", Access::read,
     on_associations<state_manager::describe_association_execution_targets>},
    {"DescribeAssociationExecutions", Access::read,
     on_associations<state_manager::describe_association_executions>},
    {"DescribeEffectiveInstanceAssociations", Access::read,
     on_associations<state_manager::describe_effective_associations>},
    {"DescribeInstanceAssociationsStatus", Access::read,
     on_associations<state_manager::describe_instance_statuses>},
    {"InspectAssociationCompliance", Access::read,
     on_associations<state_manager::inspect_compliance>},
    {"ListAssociationVersions", Access::read,
     on_associations<state_manager::list_association_versions>},
    {"ListAssociations", Access::read, on_associations<state_manager::list_associations>},
    {"StartAssociationsOnce", Access::write,
     on_associations<state_manager::start_associations_once>},
    {"UpdateAssociation", Access::write, on_associations<state_manager::update_association>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr Shape kOffset{.kind = Kind::integer, .min = 1, .max = 6};
constexpr Field kAssociationFields[] = {
    {.name = "ApplyOnlyAtCronInterval", .shape = &kBoolean},
    {.name = "AssociationName", .shape = &kText},
    {.name = "AutomationTargetParameterName", .shape = &kText},
    {.name = "CalendarNames"},
    {.name = "ComplianceSeverity", .shape = &kText},
    {.name = "DocumentVersion", .shape = &kText},
    {.name = "InstanceId", .shape = &kText},
    {.name = "MaxConcurrency", .shape = &kText},
    {.name = "MaxErrors", .shape = &kText},
    {.name = "Name", .shape = &kText, .need = Need::required},
    {.name = "OutputLocation"},
    {.name = "Parameters"},
    {.name = "ScheduleExpression", .shape = &kText},
    {.name = "ScheduleOffset", .shape = &kOffset},
    {.name = "SyncCompliance", .shape = &kText},
    {.name = "Targets"},
    {.name = "WaitForSuccessTimeoutSeconds", .simulated = Simulated::no},
};
constexpr Shape kAssociation{.kind = Kind::mapping, .fields = kAssociationFields};
constexpr ResourceType kResources[] = {
    {.type = "AWS::SSM::Association",
     .create = create<StateManager, state_manager::create_association_resource>,
     .properties = &kAssociation},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "associations: run when made and updated, by rate, cron or at, when an instance joins; "
     "offsets, "
     "calendars, rate control, executions, versions, compliance, events",
     "Systems Manager User Guide, State Manager; Cron and rate expressions for associations"},
    {Grade::simplified, "output locations are kept; nothing is written"},
    {Grade::simplified, "MaxErrors that is not said allows all errors"},
    {Grade::absent, "TargetLocations, Inventory"},
};

}  // namespace

extern const Service kStateManager{
    .name = "statemanager",
    .title = "AWS Systems Manager State Manager",
    .endpoint = "ssm",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<StateManager>(cloud);
    },
    .operations = kOperations,
    .resources = kResources,
    .fidelity = kFidelity,
    .on_event = [](Model& model,
                   const Event& event) { static_cast<StateManager&>(model).on_event(event); },
};

}  // namespace opsim
