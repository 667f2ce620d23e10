// Clusters. AWS: ECS API Reference, the operation of the same name.
#include <fmt/format.h>

#include <algorithm>

#include "models/ecs/capacity.hpp"
#include "models/ecs/operations.hpp"
#include "models/ecs/views.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::ecs {

namespace {

std::string_view last_part(std::string_view name) {
  const auto slash = name.rfind('/');
  return slash == std::string_view::npos ? name : name.substr(slash + 1);
}

bool wants_insights(const Json& settings) {
  if (!settings.is_array()) return false;
  return std::ranges::any_of(settings, [](const Json& one) {
    const std::string value = input::text(one, "value");
    return input::text(one, "name") == "containerInsights" &&
           (value == "enabled" || value == "enhanced");
  });
}

}  // namespace

Cluster* Ecs::cluster(const Place& near, std::string_view name) {
  Place place = near;
  if (const auto arn = Arn::parse(name)) place = arn->place();
  const auto found =
      clusters.find({place, std::string{name.empty() ? "default" : last_part(name)}});
  return found == clusters.end() ? nullptr : &found->second;
}

Service* Ecs::service(std::string_view arn) {
  const auto found = services.find(arn);
  return found == services.end() ? nullptr : &found->second;
}

Service* Ecs::service(const Cluster& cluster, std::string_view name) {
  return service(opsim::arn(cluster.place, "ecs",
                            fmt::format("service/{}/{}", cluster.name, last_part(name))));
}

Task* Ecs::task(const Cluster& cluster, std::string_view name) {
  const auto found = tasks.find(
      opsim::arn(cluster.place, "ecs", fmt::format("task/{}/{}", cluster.name, last_part(name))));
  return found == tasks.end() ? nullptr : &found->second;
}

Cluster& add_cluster(Ecs& ecs, const Place& place, const std::string& name, const Json& input) {
  Cluster& cluster = ecs.clusters[{place, name}];
  cluster.name = name;
  cluster.place = place;
  cluster.arn = opsim::arn(place, "ecs", fmt::format("cluster/{}", name));
  cluster.active = true;
  const Json& settings = [&input]() -> const Json& {
    const Json& api = input::member(input, "settings");
    return api.is_null() ? input::member(input, "ClusterSettings") : api;
  }();
  if (settings.is_array()) cluster.settings = in_api_case(settings);
  cluster.insights = wants_insights(cluster.settings);
  cluster.capacity_providers = input::texts(input, "capacityProviders");
  if (const Json& strategy = input::member(input, "defaultCapacityProviderStrategy");
      strategy.is_array())
    cluster.default_strategy = in_api_case(strategy);
  for (const std::string& provider : cluster.capacity_providers)
    if (const auto found = ecs.providers.find({place, provider}); found != ecs.providers.end())
      begin_managed_scaling(ecs, found->second);
  return cluster;
}

ApiResult<Json> create_cluster(Ecs& ecs, const Request& request) {
  std::string name = input::text(request.input, "clusterName");
  if (name.empty()) name = "default";
  if (const Cluster* known = ecs.cluster(request.place(), name); known != nullptr && known->active)
    return Json{{"cluster", cluster_json(ecs, *known)}};
  return Json{
      {"cluster", cluster_json(ecs, add_cluster(ecs, request.place(), name, request.input))}};
}

ApiResult<Json> delete_cluster(Ecs& ecs, const Request& request) {
  Cluster* cluster = ecs.cluster(request.place(), input::text(request.input, "cluster"));
  if (cluster == nullptr) return ApiError{"ClusterNotFoundException", "Cluster not found."};
  for (const auto& [arn, service] : ecs.services)
    if (service.active && service.place == cluster->place && service.spec.cluster == cluster->name)
      return ApiError{"ClusterContainsServicesException",
                      "The Cluster cannot be deleted while Services are active."};
  for (const auto& [arn, task] : ecs.tasks)
    if (task.wanted && task.place == cluster->place && task.cluster == cluster->name)
      return ApiError{"ClusterContainsTasksException",
                      "The Cluster cannot be deleted while Tasks are active."};
  cluster->active = false;
  return Json{{"cluster", cluster_json(ecs, *cluster)}};
}

ApiResult<Json> describe_clusters(Ecs& ecs, const Request& request) {
  std::vector<std::string> names = input::texts(request.input, "clusters");
  if (names.empty()) names.push_back("default");
  Json found = Json::array();
  Json failures = Json::array();
  for (const std::string& name : names) {
    if (const Cluster* cluster = ecs.cluster(request.place(), name)) {
      found.push_back(cluster_json(ecs, *cluster));
    } else {
      failures.push_back(
          {{"arn", opsim::arn(request.place(), "ecs", fmt::format("cluster/{}", last_part(name)))},
           {"reason", "MISSING"}});
    }
  }
  return Json{{"clusters", std::move(found)}, {"failures", std::move(failures)}};
}

ApiResult<Json> list_clusters(Ecs& ecs, const Request& request) {
  Json arns = Json::array();
  for (const auto& [key, cluster] : ecs.clusters)
    if (key.first == request.place() && cluster.active) arns.push_back(cluster.arn);
  return Json{{"clusterArns", std::move(arns)}};
}

}  // namespace opsim::ecs
