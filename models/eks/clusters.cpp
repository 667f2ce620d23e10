// Clusters, node groups and add-ons: resource types and the API.
// AWS: EKS API Reference; CloudFormation User Guide, AWS::EKS::*.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "models/eks/kubernetes.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::eks {

namespace {

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kList{.kind = Kind::list};
constexpr Field kClusterFields[] = {
    {.name = "AccessConfig", .simulated = Simulated::no},
    {.name = "Logging", .simulated = Simulated::no},
    {.name = "Name", .shape = &kText},
    {.name = "ResourcesVpcConfig", .need = Need::required, .simulated = Simulated::no},
    {.name = "RoleArn", .shape = &kText, .need = Need::required},
    {.name = "Tags"},
    {.name = "Version", .doc = "Decides the node monitor's grace: 40 s, 50 s from 1.32 on."},
};
constexpr Shape kClusterShape{.kind = Kind::mapping, .fields = kClusterFields};
constexpr Field kGroupFields[] = {
    {.name = "AmiType", .simulated = Simulated::no},
    {.name = "CapacityType", .simulated = Simulated::no},
    {.name = "ClusterName", .shape = &kText, .need = Need::required},
    {.name = "DiskSize", .simulated = Simulated::no},
    {.name = "InstanceTypes", .shape = &kList},
    {.name = "Labels", .simulated = Simulated::no},
    {.name = "LaunchTemplate", .simulated = Simulated::no},
    {.name = "NodeRole", .shape = &kText, .need = Need::required},
    {.name = "NodegroupName", .shape = &kText},
    {.name = "ScalingConfig"},
    {.name = "Subnets", .shape = &kList, .need = Need::required},
    {.name = "Tags"},
    {.name = "Taints", .simulated = Simulated::no},
    {.name = "UpdateConfig", .simulated = Simulated::no},
};
constexpr Shape kGroupShape{.kind = Kind::mapping, .fields = kGroupFields};
constexpr Field kAddonFields[] = {
    {.name = "AddonName", .shape = &kText, .need = Need::required},
    {.name = "AddonVersion", .simulated = Simulated::no},
    {.name = "ClusterName", .shape = &kText, .need = Need::required},
    {.name = "ConfigurationValues", .simulated = Simulated::no},
    {.name = "ServiceAccountRoleArn", .simulated = Simulated::no},
    {.name = "Tags"},
};
constexpr Shape kAddonShape{.kind = Kind::mapping, .fields = kAddonFields};

std::string name_or_made(const ResourceRequest& request, std::string_view property) {
  const std::string given = input::text(request.properties, property);
  return given.empty() ? fmt::format("{}-{}", request.stack, request.logical_id) : given;
}

ApiError no_such_cluster(std::string_view name) {
  return {"ResourceNotFoundException", fmt::format("No cluster found for name: {}.", name), 404};
}

ApiResult<Created> make_cluster(Eks& eks, const ResourceRequest& request) {
  const std::string name = name_or_made(request, "Name");
  Cluster& cluster = eks.clusters[{request.place, name}];
  cluster.name = name;
  cluster.place = request.place;
  cluster.arn = opsim::arn(request.place, "eks", fmt::format("cluster/{}", name));
  cluster.created = eks.now();
  if (const std::string version = input::text(request.properties, "Version"); !version.empty())
    cluster.version = version;
  return Created{name, cluster.arn, {{"Arn", cluster.arn}, {"Id", name}}};
}

ApiResult<Created> make_group(Eks& eks, const ResourceRequest& request) {
  const std::string cluster = input::text(request.properties, "ClusterName");
  if (eks.cluster(request.place, cluster) == nullptr) return no_such_cluster(cluster);
  Nodegroup made;
  made.name = name_or_made(request, "NodegroupName");
  made.cluster = cluster;
  made.id = fmt::format("{}/{}", cluster, made.name);
  made.place = request.place;
  made.arn = opsim::arn(request.place, "eks", fmt::format("nodegroup/{}/{}", cluster, made.name));
  made.created = eks.now();
  if (const auto types = input::texts(request.properties, "InstanceTypes"); !types.empty())
    made.instance_type = types.front();
  const Json& scaling = input::member(request.properties, "ScalingConfig");
  made.least = input::integer(scaling, "MinSize").value_or(1);
  made.desired =
      input::integer(scaling, "DesiredSize").value_or(std::max<std::int64_t>(2, made.least));
  made.most = input::integer(scaling, "MaxSize").value_or(std::max<std::int64_t>(2, made.desired));
  if (made.desired < made.least || made.desired > made.most || made.most > 450)
    return ApiError{"InvalidParameterException",
                    "Minimum capacity can't be greater than desired size, nor desired size than "
                    "maximum capacity"};
  const Nodegroup& group = eks.nodegroups[made.id] = made;
  for (std::int64_t i = 0; i < group.desired; ++i) add_node(eks, group);
  return Created{group.id,
                 group.arn,
                 {{"Arn", group.arn},
                  {"ClusterName", group.cluster},
                  {"Id", group.id},
                  {"NodegroupName", group.name}}};
}

ApiResult<Created> make_addon(Eks& eks, const ResourceRequest& request) {
  const std::string name = input::text(request.properties, "ClusterName");
  Cluster* cluster = eks.cluster(request.place, name);
  if (cluster == nullptr) return no_such_cluster(name);
  const std::string addon = input::text(request.properties, "AddonName");
  if (addon == "amazon-cloudwatch-observability") cluster->insights = true;
  const std::string id = fmt::format("{}|{}", name, addon);
  return Created{id, opsim::arn(request.place, "eks", fmt::format("addon/{}/{}", name, addon)), {}};
}

Json cluster_json(const Cluster& cluster) {
  return {{"name", cluster.name},
          {"arn", cluster.arn},
          {"version", cluster.version},
          {"status", "ACTIVE"},
          {"createdAt", iso8601(cluster.created)}};
}

Json group_json(Eks& eks, const Nodegroup& group) {
  const bool ill = std::ranges::any_of(eks.nodes, [&group](const auto& entry) {
    return entry.second.nodegroup == group.id && !entry.second.gone && !entry.second.ready;
  });
  Json tags = Json::object();
  if (const Resource* known = eks.cloud.resources().find(group.id); known != nullptr)
    for (const auto& [key, value] : known->tags) tags[key] = value;
  return {{"tags", std::move(tags)},
          {"nodegroupName", group.name},
          {"nodegroupArn", group.arn},
          {"clusterName", group.cluster},
          {"status", ill ? "DEGRADED" : "ACTIVE"},
          {"instanceTypes", Json::array({group.instance_type})},
          {"scalingConfig",
           {{"minSize", group.least}, {"maxSize", group.most}, {"desiredSize", group.desired}}},
          {"createdAt", iso8601(group.created)}};
}

ApiResult<Json> describe_cluster(Eks& eks, const Request& request) {
  const std::string name = input::text(request.input, "name");
  const Cluster* cluster = eks.cluster(request.place(), name);
  if (cluster == nullptr) return no_such_cluster(name);
  return Json{{"cluster", cluster_json(*cluster)}};
}

ApiResult<Json> list_clusters(Eks& eks, const Request& request) {
  Json names = Json::array();
  for (const auto& [key, cluster] : eks.clusters)
    if (key.first == request.place()) names.push_back(cluster.name);
  return Json{{"clusters", std::move(names)}};
}

ApiResult<Json> describe_nodegroup(Eks& eks, const Request& request) {
  const std::string cluster = input::text(request.input, "clusterName");
  const std::string name = input::text(request.input, "nodegroupName");
  const auto found = eks.nodegroups.find(fmt::format("{}/{}", cluster, name));
  if (found == eks.nodegroups.end() || found->second.place != request.place())
    return ApiError{"ResourceNotFoundException",
                    fmt::format("No node group found for name: {}.", name), 404};
  return Json{{"nodegroup", group_json(eks, found->second)}};
}

ApiResult<Json> list_nodegroups(Eks& eks, const Request& request) {
  const std::string cluster = input::text(request.input, "clusterName");
  if (eks.cluster(request.place(), cluster) == nullptr) return no_such_cluster(cluster);
  Json names = Json::array();
  for (const auto& [id, group] : eks.nodegroups)
    if (group.place == request.place() && group.cluster == cluster) names.push_back(group.name);
  return Json{{"nodegroups", std::move(names)}};
}

constexpr std::string_view kByStack = "clusters and node groups are made by stacks only";
constexpr ResourceType kResourceRows[] = {
    {"AWS::EKS::Addon", create<Eks, make_addon>, &kAddonShape},
    {"AWS::EKS::Cluster", create<Eks, make_cluster>, &kClusterShape},
    {.type = "AWS::EKS::FargateProfile", .not_simulated = "pods run on nodes"},
    {"AWS::EKS::Nodegroup", create<Eks, make_group>, &kGroupShape},
};
constexpr Operation kOperationRows[] = {
    {.name = "CreateCluster", .not_simulated = kByStack},
    {.name = "CreateNodegroup", .not_simulated = kByStack},
    {.name = "DescribeCluster", .access = Access::read, .now = immediate<Eks, describe_cluster>},
    {.name = "DescribeNodegroup",
     .access = Access::read,
     .now = immediate<Eks, describe_nodegroup>},
    {.name = "InspectPods", .access = Access::read, .now = immediate<Eks, inspect_pods>},
    {.name = "ListClusters", .access = Access::read, .now = immediate<Eks, list_clusters>},
    {.name = "ListNodegroups", .access = Access::read, .now = immediate<Eks, list_nodegroups>},
    {.name = "UpdateClusterVersion", .not_simulated = kByStack},
    {.name = "UpdateNodegroupConfig", .not_simulated = "node groups keep their size"},
    {.name = "UpdateNodegroupVersion", .not_simulated = "nodes keep their version"},
};
static_assert(std::ranges::adjacent_find(kOperationRows, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperationRows),
              "sorted by name, no duplicates");

}  // namespace

const std::span<const ResourceType> kEksResources = kResourceRows;
const std::span<const Operation> kEksOperations = kOperationRows;

Cluster* Eks::cluster(const Place& place, std::string_view name) {
  const auto found = clusters.find({place, std::string{name}});
  return found == clusters.end() ? nullptr : &found->second;
}

}  // namespace opsim::eks
