#include "models/appconfig/service.hpp"

#include <algorithm>

#include "models/appconfig/operations.hpp"

namespace opsim {

namespace {

using appconfig::AppConfig;

template <ApiResult<Json> (*Handle)(AppConfig&, const Request&)>
constexpr auto on_appconfig = immediate<AppConfig, Handle>;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"CreateApplication", Access::write, on_appconfig<appconfig::create_application>},
    {"CreateConfigurationProfile", Access::write, on_appconfig<appconfig::create_profile>},
    {"CreateDeploymentStrategy", Access::write, on_appconfig<appconfig::create_strategy>},
    {"CreateEnvironment", Access::write, on_appconfig<appconfig::create_environment>},
    {"CreateHostedConfigurationVersion", Access::write, on_appconfig<appconfig::create_version>},
    {"GetDeployment", Access::read, on_appconfig<appconfig::get_deployment>},
    {"GetDeploymentStrategy", Access::read, on_appconfig<appconfig::get_strategy>},
    {"InspectFlag", Access::read, on_appconfig<appconfig::inspect_flag>},
    {"ListApplications", Access::read, on_appconfig<appconfig::list_applications>},
    {"ListDeployments", Access::read, on_appconfig<appconfig::list_deployments>},
    {"ListEnvironments", Access::read, on_appconfig<appconfig::list_environments>},
    {"StartDeployment", Access::write, on_appconfig<appconfig::start_deployment_call>},
    {"StopDeployment", Access::write, on_appconfig<appconfig::stop_deployment_call>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Field kApplicationFields[] = {
    {.name = "Description", .shape = &kText},
    {.name = "Name", .shape = &kText, .need = Need::required},
    {.name = "Tags", .simulated = Simulated::no},
};
constexpr Field kEnvironmentFields[] = {
    {.name = "ApplicationId", .shape = &kText, .need = Need::required},
    {.name = "Description", .shape = &kText},
    {.name = "Monitors"},
    {.name = "Name", .shape = &kText, .need = Need::required},
    {.name = "Tags", .simulated = Simulated::no},
};
constexpr Field kProfileFields[] = {
    {.name = "ApplicationId", .shape = &kText, .need = Need::required},
    {.name = "Description", .shape = &kText},
    {.name = "LocationUri", .shape = &kText},
    {.name = "Name", .shape = &kText, .need = Need::required},
    {.name = "Type", .shape = &kText},
    {.name = "Validators", .simulated = Simulated::no},
};
constexpr Field kStrategyFields[] = {
    {.name = "DeploymentDurationInMinutes", .need = Need::required},
    {.name = "Description", .shape = &kText},
    {.name = "FinalBakeTimeInMinutes"},
    {.name = "GrowthFactor", .need = Need::required},
    {.name = "GrowthType", .shape = &kText},
    {.name = "Name", .shape = &kText, .need = Need::required},
    {.name = "ReplicateTo", .shape = &kText},
    {.name = "Tags", .simulated = Simulated::no},
};
constexpr Field kVersionFields[] = {
    {.name = "ApplicationId", .shape = &kText, .need = Need::required},
    {.name = "ConfigurationProfileId", .shape = &kText, .need = Need::required},
    {.name = "Content", .shape = &kText, .need = Need::required},
    {.name = "ContentType", .shape = &kText, .need = Need::required},
    {.name = "Description", .shape = &kText},
};
constexpr Field kDeploymentFields[] = {
    {.name = "ApplicationId", .shape = &kText, .need = Need::required},
    {.name = "ConfigurationProfileId", .shape = &kText, .need = Need::required},
    {.name = "ConfigurationVersion", .shape = &kText, .need = Need::required},
    {.name = "DeploymentStrategyId", .shape = &kText, .need = Need::required},
    {.name = "Description", .shape = &kText},
    {.name = "EnvironmentId", .shape = &kText, .need = Need::required},
};
constexpr Shape kApplication{.kind = Kind::mapping, .fields = kApplicationFields};
constexpr Shape kEnvironment{.kind = Kind::mapping, .fields = kEnvironmentFields};
constexpr Shape kProfile{.kind = Kind::mapping, .fields = kProfileFields};
constexpr Shape kStrategy{.kind = Kind::mapping, .fields = kStrategyFields};
constexpr Shape kVersion{.kind = Kind::mapping, .fields = kVersionFields};
constexpr Shape kDeployment{.kind = Kind::mapping, .fields = kDeploymentFields};
constexpr ResourceType kResources[] = {
    {.type = "AWS::AppConfig::Application",
     .create = create<AppConfig, appconfig::create_application_resource>,
     .properties = &kApplication},
    {.type = "AWS::AppConfig::ConfigurationProfile",
     .create = create<AppConfig, appconfig::create_profile_resource>,
     .properties = &kProfile},
    {.type = "AWS::AppConfig::Deployment",
     .create = create<AppConfig, appconfig::create_deployment_resource>,
     .properties = &kDeployment},
    {.type = "AWS::AppConfig::DeploymentStrategy",
     .create = create<AppConfig, appconfig::create_strategy_resource>,
     .properties = &kStrategy},
    {.type = "AWS::AppConfig::Environment",
     .create = create<AppConfig, appconfig::create_environment_resource>,
     .properties = &kEnvironment},
    {.type = "AWS::AppConfig::HostedConfigurationVersion",
     .create = create<AppConfig, appconfig::create_version_resource>,
     .properties = &kVersion},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "strategies with linear and exponential growth and bake time, monitors that roll back, revert",
     "appconfig/userguide: appconfig-creating-deployment-strategy"},
    {Grade::simplified, "exponential steps are spaced evenly", "estimate"},
    {Grade::simplified, "a rollback reaches all clients after one poll of 45 seconds"},
    {Grade::absent, "validators, extensions, targeting by attributes of users, events"},
};

}  // namespace

extern const Service kAppConfig{
    .name = "appconfig",
    .title = "AWS AppConfig",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<AppConfig>(cloud);
    },
    .operations = kOperations,
    .resources = kResources,
    .fidelity = kFidelity,
    .on_event = [](Model& model,
                   const Event& event) { static_cast<AppConfig&>(model).on_event(event); },
};

}  // namespace opsim
