// AWS: ElastiCache API Reference, TestFailover, IncreaseReplicaCount, RebootCacheCluster.
#include <doctest/doctest.h>

#include "models/elasticache/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const Service* const kCachesOnly[] = {&kElastiCache};

struct CacheWorld : SmallWorld {
  CacheWorld() : SmallWorld{kCachesOnly} {
    make("AWS::ElastiCache::ReplicationGroup", "Cache",
         {{"ReplicationGroupId", "cache"},
          {"NumCacheClusters", 2},
          {"AutomaticFailoverEnabled", true}});
  }
  Json group() {
    return must("elasticache", "DescribeReplicationGroups",
                {{"ReplicationGroupId", "cache"}})["ReplicationGroups"][0];
  }
  std::string primary() {
    return group()["NodeGroups"][0]["NodeGroupMembers"][0]["CacheClusterId"].get<std::string>();
  }
};

}  // namespace

TEST_SUITE("elasticache") {
  TEST_CASE("a failover promotes a replica within a minute") {
    CacheWorld world;
    CHECK(world.primary() == "cache-001");
    world.must("elasticache", "TestFailover",
               {{"ReplicationGroupId", "cache"}, {"NodeGroupId", "0001"}});
    CHECK(world.cloud.health("cache") == Health::down);
    world.run_for(1min);
    CHECK(world.cloud.health("cache") == Health::ok);
    CHECK(world.primary() == "cache-002");
    CHECK(world.refusal("elasticache", "TestFailover",
                        {{"ReplicationGroupId", "cache"}, {"NodeGroupId", "0007"}}) ==
          "NodeGroupNotFoundFault");
  }

  // API Reference, TestFailover: "Key steps and the order of events".
  TEST_CASE("a failover's events come in their order; fifteen a day may be tested") {
    CacheWorld world;
    const Json test{{"ReplicationGroupId", "cache"}, {"NodeGroupId", "0001"}};
    world.must("elasticache", "TestFailover", test);
    world.run_for(2min);
    std::string told;
    const Json answer = world.must("elasticache", "DescribeEvents", Json::object());
    for (const Json& event : answer.at("Events"))
      told += event["SourceIdentifier"].get<std::string>() + ": " +
              event["Message"].get<std::string>() + "\n";
    CHECK(told ==
          "cache: Test Failover API called for node group 0001\n"
          "cache-002: Failover from primary node cache-001 to replica node cache-002 completed\n"
          "cache: Failover from primary node cache-001 to replica node cache-002 completed\n"
          "cache-001: Recovering cache nodes 0001\n"
          "cache-001: Finished recovery for cache nodes 0001\n");
    for (int i = 0; i < 14; ++i) {
      world.must("elasticache", "TestFailover", test);
      world.run_for(5min);
    }
    CHECK(world.refusal("elasticache", "TestFailover", test) == "APICallRateForCustomerExceeded");
    // "By default, only the events occurring within the last hour are returned."
    world.run_for(2h);
    CHECK(world.must("elasticache", "DescribeEvents", Json::object())["Events"].empty());
    CHECK(world.must("elasticache", "DescribeEvents", {{"Duration", 600}})["Events"].size() == 75);
    world.run_for(24h);
    CHECK(world.refusal("elasticache", "TestFailover", test) == "");
  }

  TEST_CASE("one node of a group reboots alone") {
    CacheWorld world;
    world.must("elasticache", "RebootCacheCluster",
               {{"CacheClusterId", "cache-002"}, {"CacheNodeIdsToReboot", {"0001"}}});
    CHECK(world.cloud.health("cache") == Health::in_danger);  // the replica: reads have fewer
    world.run_for(20min);
    CHECK(world.cloud.health("cache") == Health::ok);
  }

  TEST_CASE("replicas and shards are added and taken away without an outage") {
    CacheWorld world;
    world.must(
        "elasticache", "IncreaseReplicaCount",
        {{"ReplicationGroupId", "cache"}, {"NewReplicaCount", 3}, {"ApplyImmediately", true}});
    CHECK(world.group()["Status"] == "modifying");
    CHECK(world.cloud.health("cache") == Health::ok);
    CHECK(world.refusal("elasticache", "DecreaseReplicaCount",
                        {{"ReplicationGroupId", "cache"}, {"NewReplicaCount", 1}}) ==
          "InvalidReplicationGroupState");
    world.run_for(1h);
    CHECK(world.group()["MemberClusters"].size() == 4);
    world.must("elasticache", "ModifyReplicationGroupShardConfiguration",
               {{"ReplicationGroupId", "cache"}, {"NodeGroupCount", 2}});
    world.run_for(1h);
    CHECK(world.group()["NodeGroups"].size() == 2);
    CHECK(world.group()["MemberClusters"].size() == 8);
  }

  TEST_CASE("a reboot takes the node out for a while") {
    CacheWorld world;
    world.make("AWS::ElastiCache::CacheCluster", "Memory",
               {{"ClusterName", "memory"}, {"Engine", "memcached"}, {"NumCacheNodes", 2}});
    world.must("elasticache", "RebootCacheCluster",
               {{"CacheClusterId", "memory"}, {"CacheNodeIdsToReboot", {"0001", "0002"}}});
    CHECK(world.cloud.health("memory") == Health::down);
    world.run_for(20min);
    CHECK(world.cloud.health("memory") == Health::ok);
    CHECK(world.must("elasticache", "DescribeCacheClusters",
                     {{"CacheClusterId", "memory"}})["CacheClusters"][0]["NumCacheNodes"] == 2);
    CHECK(world.refusal("elasticache", "RebootCacheCluster", {{"CacheClusterId", "none"}}) ==
          "CacheClusterNotFound");
  }
}

}  // namespace opsim::tests
