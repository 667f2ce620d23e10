// Resource types AWS::ECS::*. AWS: CloudFormation User Guide, the type's page.
#include <fmt/format.h>

#include "models/ecs/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::ecs {

namespace {

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kWhole{.kind = Kind::integer, .min = 0};
constexpr Shape kYesNo{.kind = Kind::boolean};
constexpr Shape kList{.kind = Kind::list};
constexpr Shape kMinimum{.kind = Kind::integer, .min = 0, .max = 100};
constexpr Shape kMaximum{.kind = Kind::integer, .min = 100};

constexpr Field kBreakerFields[] = {{.name = "Enable", .shape = &kYesNo, .need = Need::required},
                                    {.name = "Rollback", .shape = &kYesNo, .need = Need::required}};
constexpr Shape kBreaker{.kind = Kind::mapping, .fields = kBreakerFields};
constexpr Field kAlarmFields[] = {{.name = "AlarmNames", .shape = &kList, .need = Need::required},
                                  {.name = "Enable", .shape = &kYesNo, .need = Need::required},
                                  {.name = "Rollback", .shape = &kYesNo, .need = Need::required}};
constexpr Shape kAlarms{.kind = Kind::mapping, .fields = kAlarmFields};
constexpr std::string_view kStrategyNames[] = {"BLUE_GREEN", "CANARY", "LINEAR", "ROLLING"};
constexpr Shape kStrategy{.kind = Kind::text, .allowed = kStrategyNames};
constexpr Field kDeploymentFields[] = {
    {.name = "Alarms", .shape = &kAlarms},
    {.name = "BakeTimeInMinutes", .shape = &kWhole},
    {.name = "CanaryConfiguration"},
    {.name = "DeploymentCircuitBreaker", .shape = &kBreaker},
    {.name = "LifecycleHooks", .shape = &kList},
    {.name = "LinearConfiguration"},
    {.name = "MaximumPercent", .shape = &kMaximum},
    {.name = "MinimumHealthyPercent", .shape = &kMinimum},
    {.name = "Strategy", .shape = &kStrategy},
};
constexpr Shape kDeployment{.kind = Kind::mapping, .fields = kDeploymentFields};

constexpr Field kClusterFields[] = {
    {.name = "CapacityProviders", .shape = &kList},
    {.name = "ClusterName", .shape = &kText},
    {.name = "ClusterSettings", .shape = &kList},
    {.name = "Configuration", .simulated = Simulated::no},
    {.name = "DefaultCapacityProviderStrategy", .shape = &kList},
    {.name = "ServiceConnectDefaults", .simulated = Simulated::no},
    {.name = "Tags"},
};
constexpr Shape kCluster{.kind = Kind::mapping, .fields = kClusterFields};

constexpr Field kServiceFields[] = {
    {.name = "AvailabilityZoneRebalancing", .shape = &kText},
    {.name = "CapacityProviderStrategy", .shape = &kList},
    {.name = "Cluster", .shape = &kText},
    {.name = "DeploymentConfiguration", .shape = &kDeployment},
    {.name = "DeploymentController"},
    {.name = "DesiredCount", .shape = &kWhole, .doc = "1 where it is absent."},
    {.name = "EnableECSManagedTags", .simulated = Simulated::no},
    {.name = "EnableExecuteCommand", .simulated = Simulated::no},
    {.name = "HealthCheckGracePeriodSeconds", .shape = &kWhole},
    {.name = "LaunchType", .shape = &kText},
    {.name = "LoadBalancers", .shape = &kList},
    {.name = "NetworkConfiguration"},
    {.name = "PlacementConstraints", .shape = &kList},
    {.name = "PlacementStrategies", .shape = &kList},
    {.name = "PlatformVersion", .simulated = Simulated::no},
    {.name = "PropagateTags", .simulated = Simulated::no},
    {.name = "Role", .simulated = Simulated::no},
    {.name = "SchedulingStrategy", .shape = &kText},
    {.name = "ServiceConnectConfiguration", .simulated = Simulated::no},
    {.name = "ServiceName", .shape = &kText},
    {.name = "ServiceRegistries", .simulated = Simulated::no},
    {.name = "Tags"},
    {.name = "TaskDefinition", .shape = &kText},
    {.name = "VolumeConfigurations", .simulated = Simulated::no},
};
constexpr Shape kServiceShape{.kind = Kind::mapping, .fields = kServiceFields};

constexpr Field kDefinitionFields[] = {
    {.name = "ContainerDefinitions", .shape = &kList},
    {.name = "Cpu"},
    {.name = "EphemeralStorage", .simulated = Simulated::no},
    {.name = "ExecutionRoleArn", .simulated = Simulated::no},
    {.name = "Family", .shape = &kText},
    {.name = "Memory"},
    {.name = "NetworkMode", .shape = &kText},
    {.name = "PlacementConstraints", .shape = &kList},
    {.name = "RequiresCompatibilities", .shape = &kList},
    {.name = "RuntimePlatform", .simulated = Simulated::no},
    {.name = "Tags"},
    {.name = "TaskRoleArn", .simulated = Simulated::no},
    {.name = "Volumes", .simulated = Simulated::no},
};
constexpr Shape kDefinition{.kind = Kind::mapping, .fields = kDefinitionFields};

constexpr Field kProviderFields[] = {
    {.name = "AutoScalingGroupProvider"},
    {.name = "Name", .shape = &kText},
    {.name = "Tags"},
};
constexpr Shape kProvider{.kind = Kind::mapping, .fields = kProviderFields};
constexpr Field kAssociationFields[] = {
    {.name = "CapacityProviders", .shape = &kList, .need = Need::required},
    {.name = "Cluster", .shape = &kText, .need = Need::required},
    {.name = "DefaultCapacityProviderStrategy", .shape = &kList, .need = Need::required},
};
constexpr Shape kAssociation{.kind = Kind::mapping, .fields = kAssociationFields};

std::string name_or_made(const ResourceRequest& request, std::string_view property) {
  const std::string given = input::text(request.properties, property);
  return given.empty() ? fmt::format("{}-{}", request.stack, request.logical_id) : given;
}

ApiResult<Created> make_cluster(Ecs& ecs, const ResourceRequest& request) {
  const Cluster& cluster =
      add_cluster(ecs, request.place, name_or_made(request, "ClusterName"), request.properties);
  return Created{cluster.name, cluster.arn, {{"Arn", cluster.arn}}};
}

ApiResult<Created> make_definition(Ecs& ecs, const ResourceRequest& request) {
  Json properties = request.properties;
  properties["Family"] = name_or_made(request, "Family");
  const auto made = register_definition(ecs, request.place, properties);
  if (!made) return made.error();
  return Created{(*made)->arn, (*made)->arn, {{"TaskDefinitionArn", (*made)->arn}}};
}

ApiResult<Created> make_provider(Ecs& ecs, const ResourceRequest& request) {
  const CapacityProvider& provider =
      add_provider(ecs, request.place, name_or_made(request, "Name"), request.properties);
  return Created{provider.name, provider.arn, Json::object()};
}

ApiResult<Created> make_association(Ecs& ecs, const ResourceRequest& request) {
  const std::string name = input::text(request.properties, "Cluster");
  Cluster* cluster = ecs.cluster(request.place, name);
  if (cluster == nullptr) return ApiError{"ClusterNotFoundException", "Cluster not found."};
  associate_providers(ecs, *cluster, request.properties);
  return Created{name, "", Json::object()};
}

ApiResult<Created> make_service(Ecs& ecs, const ResourceRequest& request) {
  Json properties = request.properties;
  properties["ServiceName"] = name_or_made(request, "ServiceName");
  const auto made = add_service(ecs, request.place, properties, request.logical_id);
  if (!made) return made.error();
  Service& service = **made;
  // Its tasks belong to it by name from the start; the rest is added when it stands.
  ecs.cloud.resources().add({.logical_id = "",
                             .type = "AWS::ECS::Service",
                             .physical_id = service.arn,
                             .arn = service.arn,
                             .place = request.place});
  if (ecs.now() == ecs.sim().start()) {
    fill_standing(ecs, service);
  } else {
    look_soon(ecs, service);
  }
  return Created{
      service.arn, service.arn, {{"Name", service.spec.name}, {"ServiceArn", service.arn}}};
}

constexpr ResourceType kRows[] = {
    {"AWS::ECS::CapacityProvider", create<Ecs, make_provider>, &kProvider},
    {"AWS::ECS::Cluster", create<Ecs, make_cluster>, &kCluster},
    {"AWS::ECS::ClusterCapacityProviderAssociations", create<Ecs, make_association>, &kAssociation},
    {"AWS::ECS::Service", create<Ecs, make_service>, &kServiceShape},
    {"AWS::ECS::TaskDefinition", create<Ecs, make_definition>, &kDefinition},
    {.type = "AWS::ECS::TaskSet", .not_simulated = "external deployments are not simulated"},
};

}  // namespace

const std::span<const ResourceType> kEcsResources = kRows;

}  // namespace opsim::ecs
