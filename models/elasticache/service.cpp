#include "models/elasticache/service.hpp"

#include <algorithm>

#include "models/elasticache/elasticache.hpp"
#include "opsim/document/shape.hpp"

namespace opsim {

namespace {

using elasticache::ElastiCache;

template <ApiResult<Json> (*Handle)(ElastiCache&, const Request&)>
constexpr auto on_caches = immediate<ElastiCache, Handle>;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {"CreateReplicationGroup", Access::write, on_caches<elasticache::create_replication_group>},
    {.name = "CreateSnapshot", .not_simulated = "caches hold nothing"},
    {"DecreaseReplicaCount", Access::write, on_caches<elasticache::change_replicas>},
    {"DeleteReplicationGroup", Access::write, on_caches<elasticache::delete_replication_group>},
    {"DescribeCacheClusters", Access::read, on_caches<elasticache::describe_cache_clusters>},
    {"DescribeEvents", Access::read, on_caches<elasticache::describe_events>},
    {"DescribeReplicationGroups", Access::read,
     on_caches<elasticache::describe_replication_groups>},
    {"IncreaseReplicaCount", Access::write, on_caches<elasticache::change_replicas>},
    {"InspectCache", Access::read, on_caches<elasticache::inspect_cache>},
    {"ModifyReplicationGroup", Access::write, on_caches<elasticache::modify_replication_group>},
    {"ModifyReplicationGroupShardConfiguration", Access::write,
     on_caches<elasticache::modify_shards>},
    {"RebootCacheCluster", Access::write, on_caches<elasticache::reboot_cache_cluster>},
    {"TestFailover", Access::write, on_caches<elasticache::test_failover>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr std::string_view kNoParameters = "parameters of an engine change nothing here";
constexpr ResourceType kResources[] = {
    {"AWS::ElastiCache::CacheCluster", create<ElastiCache, elasticache::create_cluster_resource>},
    {"AWS::ElastiCache::ParameterGroup", create<ElastiCache, elasticache::create_name>, nullptr,
     kNoParameters},
    {"AWS::ElastiCache::ReplicationGroup", create<ElastiCache, elasticache::create_group_resource>},
    {"AWS::ElastiCache::SubnetGroup", create<ElastiCache, elasticache::create_name>},
};

constexpr PhysicalQuantity kQuantities[] = {
    {"AWS::ElastiCache::ReplicationGroup", "cpu", "%", elasticache::read_cpu,
     elasticache::change_cpu},
    {"AWS::ElastiCache::ReplicationGroup", "power", "", elasticache::read_power,
     elasticache::change_power},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "replication groups with shards, replicas and their changes; TestFailover, "
     "reboots; clusters",
     "ElastiCache API Reference"},
    {Grade::simulated, "events of failovers and reboots, and messages to a topic",
     "ElastiCache User Guide, ECEvents.SNS; API Reference, TestFailover"},
    {Grade::simplified, "a group is busy as a whole; how long anything takes is an estimate"},
    {Grade::simplified,
     "metrics are those of an idle cache; a workload drives hits, misses and the CPU of primaries",
     "ElastiCache User Guide, CacheMetrics"},
    {Grade::simulated, "reboots and nodes replaced without a replica lose what they held",
     "RebootCacheCluster"},
    {Grade::absent, "content, snapshots, serverless caches, global datastores, users"},
};

}  // namespace

extern const Service kElastiCache{
    .name = "elasticache",
    .title = "Amazon ElastiCache",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> {
      return std::make_unique<ElastiCache>(cloud);
    },
    .operations = kOperations,
    .resources = kResources,
    .quantities = kQuantities,
    .fidelity = kFidelity,
};

}  // namespace opsim
