#include "models/patch_manager/service.hpp"

#include <algorithm>

#include "models/patch_manager/patch_manager.hpp"

namespace opsim {

namespace {

using namespace patch_manager;

template <ApiResult<Json> (*Handle)(PatchManager&, const Request&)>
constexpr auto kPatchNow = &immediate<PatchManager, Handle>;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {.name = "CreatePatchBaseline", .now = kPatchNow<create_patch_baseline>},
    {.name = "DeletePatchBaseline", .now = kPatchNow<delete_patch_baseline>},
    {.name = "DeregisterPatchBaselineForPatchGroup", .now = kPatchNow<deregister_patch_group>},
    {.name = "DescribeAvailablePatches", .not_simulated = "patches are those that a scenario says"},
    {.name = "DescribeInstancePatchStates",
     .access = Access::read,
     .now = kPatchNow<describe_instance_patch_states>},
    {.name = "DescribeInstancePatchStatesForPatchGroup",
     .access = Access::read,
     .now = kPatchNow<describe_states_of_group>},
    {.name = "DescribeInstancePatches",
     .access = Access::read,
     .now = kPatchNow<describe_instance_patches>},
    {.name = "DescribePatchBaselines",
     .access = Access::read,
     .now = kPatchNow<describe_patch_baselines>},
    {.name = "DescribePatchGroupState",
     .access = Access::read,
     .now = kPatchNow<describe_patch_group_state>},
    {.name = "DescribePatchGroups",
     .access = Access::read,
     .now = kPatchNow<describe_patch_groups>},
    {.name = "GetDefaultPatchBaseline",
     .access = Access::read,
     .now = kPatchNow<get_default_patch_baseline>},
    {.name = "GetPatchBaseline", .access = Access::read, .now = kPatchNow<get_patch_baseline>},
    {.name = "GetPatchBaselineForPatchGroup",
     .access = Access::read,
     .now = kPatchNow<get_patch_baseline_for_group>},
    {.name = "InspectPatchCompliance",
     .access = Access::read,
     .now = kPatchNow<inspect_patch_compliance>},
    {.name = "RegisterDefaultPatchBaseline", .now = kPatchNow<register_default_patch_baseline>},
    {.name = "RegisterPatchBaselineForPatchGroup", .now = kPatchNow<register_patch_group>},
    {.name = "UpdatePatchBaseline", .now = kPatchNow<update_patch_baseline>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kTexts{.kind = Kind::list, .of = &kText};
constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr Field kBaselineFields[] = {
    {.name = "ApprovalRules", .doc = "Which patches are approved, and how long after release."},
    {.name = "ApprovedPatches", .shape = &kTexts},
    {.name = "ApprovedPatchesComplianceLevel", .shape = &kText},
    {.name = "ApprovedPatchesEnableNonSecurity", .simulated = Simulated::no},
    {.name = "AvailableSecurityUpdatesComplianceStatus", .shape = &kText},
    {.name = "DefaultBaseline", .shape = &kBoolean},
    {.name = "Description", .shape = &kText},
    {.name = "GlobalFilters", .simulated = Simulated::no},
    {.name = "Name", .shape = &kText, .need = Need::required},
    {.name = "OperatingSystem", .shape = &kText},
    {.name = "PatchGroups", .shape = &kTexts},
    {.name = "RejectedPatches", .shape = &kTexts},
    {.name = "RejectedPatchesAction", .shape = &kText},
    {.name = "Sources", .simulated = Simulated::no},
    {.name = "Tags"},
};
constexpr Shape kBaseline{.kind = Kind::mapping, .fields = kBaselineFields};
constexpr ResourceType kResources[] = {
    {.type = "AWS::SSM::PatchBaseline",
     .create = create<PatchManager, create_baseline_resource>,
     .properties = &kBaseline},
};

const Section kSections[] = {{"patches", &kReleasesShape, read_releases}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "baselines: rules by classification, severity and product, delays, dates, lists; patch groups",
     "Systems Manager User Guide, About patch baselines"},
    {Grade::simulated,
     "AWS-RunPatchBaseline: Scan and Install, the reboot as a part of the command, states of "
     "compliance",
     "Systems Manager User Guide, Patch compliance state values"},
    {Grade::simulated,
     "security updates of Windows that no rule approves: AVAILABLE_SECURITY_UPDATE, compliant or "
     "not as the baseline says",
     "Systems Manager API Reference, CreatePatchBaseline"},
    {Grade::simulated, "compliance of instances and its events", "Systems Manager API Reference"},
    {Grade::simulated, "Patch now: concurrency and error thresholds by the number of nodes",
     "Systems Manager User Guide, Patching managed nodes on demand"},
    {Grade::simplified, "a patch that fails (`fails:`) leaves the command's status Success"},
    {Grade::simplified, "patches are those of the section `patches`; every instance lacks them"},
    {Grade::simplified,
     "instances are Amazon Linux 2, or Windows; patches are there when the command ends"},
    {Grade::absent, "patch policies, snapshots, custom repositories, dependencies"},
};

}  // namespace

extern const Service kPatchManager{
    .name = "patch_manager",
    .title = "AWS Systems Manager Patch Manager",
    .endpoint = "ssm",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<PatchManager>(cloud);
    },
    .operations = kOperations,
    .resources = kResources,
    .physics = patch_manager::physics(),
    .quantities = patch_manager::quantities(),
    .faults = patch_manager::faults(),
    .sections = kSections,
    .fidelity = kFidelity,
    .on_event = patch_manager::on_event,
};

}  // namespace opsim
