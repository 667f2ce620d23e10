// AWS: CloudFormation Template Reference, "AWS::CloudFormation::StackSet".
#include "models/cloudformation/resources.hpp"

namespace opsim::cloudformation {

namespace {

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kTexts{.kind = Kind::list, .of = &kText};
constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr std::string_view kPermissionModels[] = {"SELF_MANAGED", "SERVICE_MANAGED"};
constexpr Shape kPermissionModel{.kind = Kind::text, .allowed = kPermissionModels};
constexpr std::string_view kModes[] = {"SOFT_FAILURE_TOLERANCE", "STRICT_FAILURE_TOLERANCE"};
constexpr Shape kMode{.kind = Kind::text, .allowed = kModes};
constexpr std::string_view kRegionTypes[] = {"PARALLEL", "SEQUENTIAL"};
constexpr Shape kRegionType{.kind = Kind::text, .allowed = kRegionTypes};
constexpr Shape kCount{.kind = Kind::integer, .min = 0};
constexpr Shape kPercent{.kind = Kind::integer, .min = 0, .max = 100};

constexpr Field kPreferenceFields[] = {
    {.name = "ConcurrencyMode", .shape = &kMode},
    {.name = "FailureToleranceCount", .shape = &kCount},
    {.name = "FailureTolerancePercentage", .shape = &kPercent},
    {.name = "MaxConcurrentCount", .shape = &kCount},
    {.name = "MaxConcurrentPercentage", .shape = &kPercent},
    {.name = "RegionConcurrencyType", .shape = &kRegionType},
    {.name = "RegionOrder", .shape = &kTexts},
};
constexpr Shape kPreferences{.kind = Kind::mapping, .fields = kPreferenceFields};
constexpr Field kAutomaticFields[] = {
    {.name = "Enabled", .shape = &kBoolean},
    {.name = "RetainStacksOnAccountRemoval", .shape = &kBoolean},
};
constexpr Shape kAutomatic{.kind = Kind::mapping, .fields = kAutomaticFields};
constexpr Field kTargetFields[] = {
    {.name = "AccountFilterType", .shape = &kText, .simulated = Simulated::no},
    {.name = "Accounts", .shape = &kTexts},
    {.name = "AccountsUrl", .shape = &kText, .simulated = Simulated::no},
    {.name = "OrganizationalUnitIds", .shape = &kTexts},
};
constexpr Shape kTargets{.kind = Kind::mapping, .fields = kTargetFields};
constexpr Field kGroupFields[] = {
    {.name = "DeploymentTargets", .shape = &kTargets, .need = Need::required},
    {.name = "ParameterOverrides", .simulated = Simulated::no},
    {.name = "Regions", .shape = &kTexts, .need = Need::required},
};
constexpr Shape kGroup{.kind = Kind::mapping, .fields = kGroupFields};
constexpr Shape kGroups{.kind = Kind::list, .of = &kGroup};
constexpr Field kSetFields[] = {
    {.name = "AdministrationRoleARN", .shape = &kText},
    {.name = "AutoDeployment", .shape = &kAutomatic},
    {.name = "CallAs", .shape = &kText, .simulated = Simulated::no},
    {.name = "Capabilities", .shape = &kTexts},
    {.name = "Description", .shape = &kText},
    {.name = "ExecutionRoleName", .shape = &kText},
    {.name = "ManagedExecution", .simulated = Simulated::no},
    {.name = "OperationPreferences", .shape = &kPreferences},
    {.name = "Parameters"},
    {.name = "PermissionModel", .shape = &kPermissionModel, .need = Need::required},
    {.name = "StackInstancesGroup", .shape = &kGroups},
    {.name = "StackSetName", .shape = &kText, .need = Need::required},
    {.name = "Tags"},
    {.name = "TemplateBody", .shape = &kText},
    {.name = "TemplateURL", .shape = &kText},
};

}  // namespace

extern constexpr Shape kStackSetShape{.kind = Kind::mapping, .fields = kSetFields};

}  // namespace opsim::cloudformation
