// Operations and resources. AWS: ElastiCache API Reference, the operation of the same name.
#include <fmt/format.h>

#include <algorithm>

#include "models/elasticache/elasticache.hpp"

namespace opsim::elasticache {

namespace {

// Estimates: AWS says "minutes" for changes and "seconds" for a promotion.
constexpr std::string_view kCreation = "lognormal(p50 6min, p99 15min)";
constexpr std::string_view kChange = "lognormal(p50 5min, p99 20min)";
constexpr std::string_view kPromotion = "uniform(15s, 60s)";
constexpr std::string_view kReboot = "lognormal(p50 60s, p99 4min)";

ApiError no_such_group(std::string_view id) {
  return {"ReplicationGroupNotFoundFault", fmt::format("ReplicationGroup {} not found.", id), 404};
}

ApiResult<Group*> asked_for(ElastiCache& caches, const Request& request) {
  const std::string id = input::text(request.input, "ReplicationGroupId");
  Group* group = caches.find(request.place(), id);
  if (group == nullptr || !group->replicated) return no_such_group(id);
  return group;
}

ApiResult<Group*> available(ElastiCache& caches, const Request& request) {
  ApiResult<Group*> group = asked_for(caches, request);
  if (group && (*group)->status != "available")
    return ApiError{"InvalidReplicationGroupState",
                    fmt::format("Replication group {} is not available.", (*group)->id)};
  return group;
}

Json answer(const Group& group) { return {{"ReplicationGroup", description_of(group)}}; }

Json cluster_row(const Group& group, const std::string& id, const std::string& status,
                 std::size_t nodes) {
  Json row{
      {"CacheClusterId", id},         {"ARN", arn(group.place, "elasticache", "cluster:" + id)},
      {"CacheClusterStatus", status}, {"CacheNodeType", group.node_type},
      {"Engine", group.engine},       {"NumCacheNodes", nodes}};
  if (group.replicated) row["ReplicationGroupId"] = group.id;
  return row;
}

/// "stack-logical" in lower case; at most 40 characters.
std::string generated(ElastiCache& caches, const ResourceRequest& request) {
  return caches.cloud.next_id(
      fmt::format("{}-{}", request.stack, request.logical_id).substr(0, 30) + "-");
}

}  // namespace

ApiResult<Json> create_replication_group(ElastiCache& caches, const Request& request) {
  const ApiResult<Group*> made = add_group(caches, request.place(), request.input, true);
  if (!made) return made.error();
  Group& group = **made;
  caches.cloud.resources().add({.type = "AWS::ElastiCache::ReplicationGroup",
                                .physical_id = group.id,
                                .arn = group.arn,
                                .place = group.place});
  occupy(
      caches, group,
      {.status = "creating", .takes = kCreation, .out_of_service = true, .why = "it is created"});
  return answer(group);
}

ApiResult<Json> delete_replication_group(ElastiCache& caches, const Request& request) {
  const ApiResult<Group*> found = available(caches, request);
  if (!found) return found.error();
  occupy(caches, **found,
         {.status = "deleting",
          .takes = kChange,
          .out_of_service = true,
          .why = "it is deleted",
          .then = [&caches](Group& gone) {
            caches.cloud.set_health(gone.id, Health::ok, "deleted");
            caches.cloud.resources().remove(gone.id);
            caches.groups.erase({gone.place, std::string{gone.id}});
          }});
  return answer(**found);
}

ApiResult<Json> describe_replication_groups(ElastiCache& caches, const Request& request) {
  const std::string id = input::text(request.input, "ReplicationGroupId");
  Json list = Json::array();
  for (const auto& [key, group] : caches.groups)
    if (key.first == request.place() && group.replicated && (id.empty() || group.id == id))
      list.push_back(description_of(group));
  if (!id.empty() && list.empty()) return no_such_group(id);
  return Json{{"ReplicationGroups", list}};
}

ApiResult<Json> describe_cache_clusters(ElastiCache& caches, const Request& request) {
  const std::string id = input::text(request.input, "CacheClusterId");
  Json list = Json::array();
  for (const auto& [key, group] : caches.groups) {
    if (key.first != request.place()) continue;
    if (!group.replicated && (id.empty() || id == group.id))
      list.push_back(cluster_row(group, group.id, group.status, group.shards[0].nodes.size()));
    if (!group.replicated) continue;
    for (const Shard& shard : group.shards)
      for (const Node& node : shard.nodes)
        if (id.empty() || id == node.id)
          list.push_back(cluster_row(group, node.id,
                                     group.status == "available" ? node.status : group.status, 1));
  }
  if (!id.empty() && list.empty())
    return ApiError{"CacheClusterNotFound", fmt::format("CacheCluster not found: {}", id), 404};
  return Json{{"CacheClusters", list}};
}

/// IncreaseReplicaCount and DecreaseReplicaCount.
ApiResult<Json> change_replicas(ElastiCache& caches, const Request& request) {
  const ApiResult<Group*> found = available(caches, request);
  if (!found) return found.error();
  const auto count = input::integer(request.input, "NewReplicaCount");
  if (!count || *count < 0 || *count > 5)
    return ApiError{"InvalidParameterValue", "NewReplicaCount must be from 0 to 5"};
  occupy(caches, **found,
         {.status = "modifying",
          .takes = kChange,
          .out_of_service = false,
          .why = "",
          .then = [replicas = static_cast<std::size_t>(*count)](Group& group) {
            for (Shard& shard : group.shards) resize(group, shard, replicas);
          }});
  return answer(**found);
}

ApiResult<Json> modify_shards(ElastiCache& caches, const Request& request) {
  const ApiResult<Group*> found = available(caches, request);
  if (!found) return found.error();
  const auto count = input::integer(request.input, "NodeGroupCount");
  if (!count || *count < 1 || *count > 500)
    return ApiError{"InvalidParameterValue", "NodeGroupCount must be from 1 to 500"};
  occupy(caches, **found,
         {.status = "modifying",
          .takes = kChange,
          .out_of_service = false,
          .why = "",
          .then = [shards = static_cast<std::size_t>(*count)](Group& group) {
            set_shards(group, shards, group.shards[0].nodes.size() - 1);
          }});
  return answer(**found);
}

ApiResult<Json> modify_replication_group(ElastiCache& caches, const Request& request) {
  const ApiResult<Group*> found = available(caches, request);
  if (!found) return found.error();
  if (const auto on = input::boolean(request.input, "AutomaticFailoverEnabled"))
    (*found)->automatic_failover = *on;
  if (const auto on = input::boolean(request.input, "MultiAZEnabled")) {
    if (*on && !(*found)->automatic_failover)
      return ApiError{"InvalidParameterCombination",
                      "Automatic failover must be enabled for Multi-AZ."};
    (*found)->multi_az = *on;
  }
  if (const std::string topic = input::text(request.input, "NotificationTopicArn"); !topic.empty())
    (*found)->topic = topic;
  if (const std::string text = input::text(request.input, "ReplicationGroupDescription");
      !text.empty())
    (*found)->description = text;
  const std::string type = input::text(request.input, "CacheNodeType");
  if (type.empty() || type == (*found)->node_type) return answer(**found);
  occupy(caches, **found,
         {.status = "modifying",
          .takes = kChange,
          .out_of_service = false,
          .why = "",
          .then = [type](Group& group) { group.node_type = type; }});
  return answer(**found);
}

namespace {

/// One node of a replication group; of a cluster, those of its nodes that are named. They alone do
/// not serve meanwhile.
void reboot_nodes(ElastiCache& caches, Group& group, const std::string& id,
                  const std::vector<std::string>& of_cluster) {
  std::vector<std::string> ids{id};
  if (!group.replicated) ids = of_cluster;
  const auto each = [ids](Group& of, const auto& act) {
    for (Shard& shard : of.shards)
      for (Node& node : shard.nodes)
        if (ids.empty() || std::ranges::find(ids, node.id) != ids.end()) act(node);
  };
  lose(group, [&](const Node& node) {
    return ids.empty() || std::ranges::find(ids, node.id) != ids.end();
  });
  each(group, [&](Node& node) {
    node.status = "rebooting cluster nodes";
    tell(caches, group, {"cache-cluster", id, "Cache node 0001 shutdown"});
  });
  refresh(caches, group);
  Stream& luck = caches.cloud.sim().random(fmt::format("elasticache {} reboot", id));
  caches.cloud.sim().after(Distribution::parse(kReboot)->sample_duration(luck), [&caches,
                                                                                 place =
                                                                                     group.place,
                                                                                 of = group.id, id,
                                                                                 each] {
    Group* after = caches.find(place, of);
    if (after == nullptr) return;
    each(*after, [](Node& node) { node.status = "available"; });
    tell(caches, *after, {"cache-cluster", id, "Cache node 0001 restarted", "CacheNodesRebooted"});
    refresh(caches, *after);
  });
}

}  // namespace

ApiResult<Json> reboot_cache_cluster(ElastiCache& caches, const Request& request) {
  const std::string id = input::text(request.input, "CacheClusterId");
  for (auto& [key, group] : caches.groups) {
    if (key.first != request.place()) continue;
    const bool whole = group.id == id;
    const bool member = std::ranges::any_of(group.shards, [&](const Shard& shard) {
      return std::ranges::find(shard.nodes, id, &Node::id) != shard.nodes.end();
    });
    if (!whole && !member) continue;
    if (group.status != "available")
      return ApiError{"InvalidCacheClusterState", fmt::format("{} is not available", id)};
    reboot_nodes(caches, group, id, input::texts(request.input, "CacheNodeIdsToReboot"));
    return Json{{"CacheCluster", cluster_row(group, id, group.status, 1)}};
  }
  return ApiError{"CacheClusterNotFound", fmt::format("CacheCluster not found: {}", id), 404};
}

// "You can use this API operation to test automatic failover on up to 15 shards in any rolling
// 24-hour period." Beyond that: APICallRateForCustomerExceeded. SIMPLIFIED: of one group, where AWS
// counts those of an account.
ApiResult<Json> test_failover(ElastiCache& caches, const Request& request) {
  const ApiResult<Group*> found = available(caches, request);
  if (!found) return found.error();
  Group& group = **found;
  const std::string id = input::text(request.input, "NodeGroupId");
  const auto shard = std::ranges::find(group.shards, id, &Shard::id);
  if (shard == group.shards.end())
    return ApiError{"NodeGroupNotFoundFault", fmt::format("NodeGroup {} not found", id), 404};
  if (!group.automatic_failover || shard->nodes.size() < 2)
    return ApiError{"InvalidReplicationGroupState",
                    "Automatic failover must be enabled, with at least one replica."};
  const SimTime now = caches.cloud.sim().now();
  std::erase_if(group.tested, [&](SimTime at) { return now - at >= std::chrono::hours{24}; });
  if (group.tested.size() >= 15)
    return ApiError{"APICallRateForCustomerExceeded",
                    "The customer has exceeded the allowed rate of API calls."};
  group.tested.push_back(now);
  tell(caches, group,
       {"replication-group", group.id,
        fmt::format("Test Failover API called for node group {}", id), "TestFailover API called"});
  occupy(caches, group,
         {.status = "modifying",
          .takes = kPromotion,
          .out_of_service = true,
          .why = fmt::format("shard {} fails over", id),
          .then = [&caches, id](Group& after) {
            for (Shard& one : after.shards) {
              if (one.id != id || one.nodes.size() < 2) continue;
              tell_failover(caches, after, one.nodes[0].id, one.nodes[1].id);
              std::rotate(one.nodes.begin(), one.nodes.begin() + 1, one.nodes.end());
            }
          }});
  return answer(group);
}

ApiResult<Created> create_group_resource(ElastiCache& caches, const ResourceRequest& request) {
  Json properties = request.properties;
  if (input::text(properties, "ReplicationGroupId").empty())
    properties["ReplicationGroupId"] = generated(caches, request);
  const ApiResult<Group*> made = add_group(caches, request.place, properties, true);
  if (!made) return made.error();
  const Group& group = **made;
  const std::string address =
      fmt::format("{}.primary.{}.cache.amazonaws.com", group.id, request.place.region);
  const std::string port = fmt::format("{}", group.port);
  return Created{group.id,
                 group.arn,
                 {{"ConfigurationEndPoint.Address", address},
                  {"ConfigurationEndPoint.Port", port},
                  {"PrimaryEndPoint.Address", address},
                  {"PrimaryEndPoint.Port", port},
                  {"ReaderEndPoint.Address", address},
                  {"ReaderEndPoint.Port", port},
                  {"ReadEndPoint.Addresses", address},
                  {"ReadEndPoint.Ports", port}}};
}

ApiResult<Created> create_cluster_resource(ElastiCache& caches, const ResourceRequest& request) {
  Json properties = request.properties;
  if (input::text(properties, "ClusterName").empty())
    properties["ClusterName"] = generated(caches, request);
  const ApiResult<Group*> made = add_group(caches, request.place, properties, false);
  if (!made) return made.error();
  const Group& group = **made;
  const std::string address =
      fmt::format("{}.cfg.{}.cache.amazonaws.com", group.id, request.place.region);
  const std::string port = fmt::format("{}", group.port);
  return Created{group.id,
                 group.arn,
                 {{"ConfigurationEndpoint.Address", address},
                  {"ConfigurationEndpoint.Port", port},
                  {"RedisEndpoint.Address", address},
                  {"RedisEndpoint.Port", port}}};
}

/// Parameter and subnet groups.
ApiResult<Created> create_name(ElastiCache& caches, const ResourceRequest& request) {
  std::string name = input::text(request.properties, "CacheSubnetGroupName");
  if (name.empty()) name = generated(caches, request);
  return Created{.physical_id = name};
}

}  // namespace opsim::elasticache
