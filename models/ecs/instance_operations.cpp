// Container instances and capacity providers in the API.
// AWS: ECS API Reference, the operation of the same name. SIMPLIFIED: lists come in one page.
#include <fmt/format.h>

#include <algorithm>

#include "models/ecs/capacity.hpp"
#include "models/ecs/operations.hpp"
#include "models/ecs/views.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::ecs {

namespace {

ContainerInstance* instance_named(Ecs& ecs, const Cluster& cluster, std::string_view name) {
  const auto slash = name.rfind('/');
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  const auto found = ecs.instances.find(opsim::arn(
      cluster.place, "ecs", fmt::format("container-instance/{}/{}", cluster.name, name)));
  return found == ecs.instances.end() ? nullptr : &found->second;
}

ApiError no_cluster() { return {"ClusterNotFoundException", "Cluster not found."}; }

/// "arn:aws:autoscaling:...:autoScalingGroupName/web", or the name alone.
std::string group_name(std::string text) {
  const auto slash = text.rfind('/');
  return slash == std::string::npos ? text : text.substr(slash + 1);
}

Json provider_json(const CapacityProvider& provider) {
  Json group{{"autoScalingGroupArn", provider.group},
             {"managedTerminationProtection", provider.protects ? "ENABLED" : "DISABLED"},
             {"managedDraining", provider.drains ? "ENABLED" : "DISABLED"}};
  group["managedScaling"] = {{"status", provider.scaling ? "ENABLED" : "DISABLED"}};
  if (provider.scaling)
    group["managedScaling"].update({{"targetCapacity", provider.scaling->target_capacity},
                                    {"minimumScalingStepSize", provider.scaling->min_step},
                                    {"maximumScalingStepSize", provider.scaling->max_step},
                                    {"instanceWarmupPeriod", provider.scaling->warmup}});
  return {{"name", provider.name},
          {"capacityProviderArn", provider.arn},
          {"status", "ACTIVE"},
          {"autoScalingGroupProvider", std::move(group)}};
}

/// Applies `act` to each of the named ones, and lists them as the API does.
template <class Act>
ApiResult<Json> each_named(Ecs& ecs, const Request& request, Act act) {
  const Cluster* cluster = ecs.cluster(request.place(), input::text(request.input, "cluster"));
  if (cluster == nullptr) return no_cluster();
  Json found = Json::array();
  Json failures = Json::array();
  for (const std::string& name : input::texts(request.input, "containerInstances")) {
    ContainerInstance* instance = instance_named(ecs, *cluster, name);
    if (instance == nullptr) {
      failures.push_back({{"arn", name}, {"reason", "MISSING"}});
      continue;
    }
    act(*instance);
    found.push_back(instance_json(ecs, *instance));
  }
  return Json{{"containerInstances", std::move(found)}, {"failures", std::move(failures)}};
}

}  // namespace

CapacityProvider& add_provider(Ecs& ecs, const Place& place, const std::string& name,
                               const Json& input) {
  CapacityProvider& provider = ecs.providers[{place, name}];
  provider.name = name;
  provider.arn = opsim::arn(place, "ecs", fmt::format("capacity-provider/{}", name));
  provider.group = group_name(
      input::text(input::member(input, "autoScalingGroupProvider"), "autoScalingGroupArn"));
  read_managed_scaling(provider, input::member(input, "autoScalingGroupProvider"));
  return provider;
}

ApiResult<Json> create_capacity_provider(Ecs& ecs, const Request& request) {
  const std::string name = input::text(request.input, "name");
  if (name.empty()) return ApiError{"ClientException", "name should not be null or empty."};
  return Json{
      {"capacityProvider", provider_json(add_provider(ecs, request.place(), name, request.input))}};
}

ApiResult<Json> put_cluster_capacity_providers(Ecs& ecs, const Request& request) {
  Cluster* cluster = ecs.cluster(request.place(), input::text(request.input, "cluster"));
  if (cluster == nullptr) return no_cluster();
  associate_providers(ecs, *cluster, request.input);
  return Json{{"cluster", cluster_json(ecs, *cluster)}};
}

void associate_providers(Ecs& ecs, Cluster& cluster, const Json& input) {
  cluster.capacity_providers = input::texts(input, "capacityProviders");
  const Json& strategy = input::member(input, "defaultCapacityProviderStrategy");
  cluster.default_strategy = strategy.is_array() ? in_api_case(strategy) : Json::array();
  for (const std::string& name : cluster.capacity_providers) {
    const auto provider = ecs.providers.find({cluster.place, name});
    if (provider != ecs.providers.end()) begin_managed_scaling(ecs, provider->second);
  }
  discover_instances(ecs, cluster.place);
  capacity_changed(ecs, cluster.place, cluster.name);
}

ApiResult<Json> describe_capacity_providers(Ecs& ecs, const Request& request) {
  const std::vector<std::string> names = input::texts(request.input, "capacityProviders");
  Json found = Json::array();
  for (const auto& [key, provider] : ecs.providers) {
    const bool named = names.empty() || std::ranges::count(names, provider.name) > 0 ||
                       std::ranges::count(names, provider.arn) > 0;
    if (key.first == request.place() && named) found.push_back(provider_json(provider));
  }
  return Json{{"capacityProviders", std::move(found)}, {"failures", Json::array()}};
}

ApiResult<Json> update_capacity_provider(Ecs& ecs, const Request& request) {
  const auto found = ecs.providers.find({request.place(), input::text(request.input, "name")});
  if (found == ecs.providers.end())
    return ApiError{"ClientException", "The specified capacity provider does not exist."};
  CapacityProvider& provider = found->second;
  read_managed_scaling(provider, input::member(request.input, "autoScalingGroupProvider"));
  begin_managed_scaling(ecs, provider);
  for (const auto& [key, cluster] : ecs.clusters)
    if (key.first == request.place()) capacity_changed(ecs, key.first, cluster.name);
  return Json{{"capacityProvider", provider_json(provider)}};
}

ApiResult<Json> list_container_instances(Ecs& ecs, const Request& request) {
  const Cluster* cluster = ecs.cluster(request.place(), input::text(request.input, "cluster"));
  if (cluster == nullptr) return no_cluster();
  const std::string status = input::text(request.input, "status");
  Json arns = Json::array();
  for (const auto& [arn, instance] : ecs.instances) {
    if (instance.place != cluster->place || instance.cluster != cluster->name) continue;
    if (!status.empty() && instance.draining != (status == "DRAINING")) continue;
    arns.push_back(arn);
  }
  return Json{{"containerInstanceArns", std::move(arns)}};
}

ApiResult<Json> describe_container_instances(Ecs& ecs, const Request& request) {
  return each_named(ecs, request, [](ContainerInstance&) {});
}

ApiResult<Json> update_container_instances_state(Ecs& ecs, const Request& request) {
  const std::string status = input::text(request.input, "status");
  if (status != "ACTIVE" && status != "DRAINING")
    return ApiError{"InvalidParameterException",
                    "Container instance status should be one of [ACTIVE,DRAINING]"};
  return each_named(ecs, request, [&](ContainerInstance& instance) {
    set_draining(ecs, instance, status == "DRAINING");
  });
}

}  // namespace opsim::ecs
