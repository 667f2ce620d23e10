// Caches and readers of Aurora clusters, scaled by the calls of their own services.
#include "models/application_auto_scaling/service.hpp"
#include "models/dynamodb/service.hpp"
#include "models/elasticache/service.hpp"
#include "models/rds/service.hpp"
#include "tests/models/small_world.hpp"

namespace opsim::tests {

namespace {

const opsim::Service* const kStoreServices[] = {&kApplicationAutoScaling, &kElastiCache, &kRds,
                                                &kDynamoDb};

Json limits(std::string_view of, std::string_view resource, std::string_view dimension, int lowest,
            int highest) {
  return {{"ServiceNamespace", of},
          {"ResourceId", resource},
          {"ScalableDimension", dimension},
          {"MinCapacity", lowest},
          {"MaxCapacity", highest}};
}

Json newest(SmallWorld& world, std::string_view of) {
  return world.must("application-autoscaling", "DescribeScalingActivities",
                    {{"ServiceNamespace", of}})["ScalingActivities"][0];
}

}  // namespace

TEST_SUITE("application auto scaling: stores") {
  TEST_CASE("replicas of a cache come and go with the limits") {
    SmallWorld world{kStoreServices};
    world.make("AWS::ElastiCache::ReplicationGroup", "Cache",
               {{"ReplicationGroupId", "cache"},
                {"ReplicationGroupDescription", "sessions"},
                {"Engine", "redis"},
                {"CacheNodeType", "cache.r6g.large"},
                {"NumCacheClusters", 2}});
    const auto nodes = [&] {
      return world
          .must("elasticache", "DescribeReplicationGroups",
                {{"ReplicationGroupId", "cache"}})["ReplicationGroups"][0]["MemberClusters"]
          .size();
    };
    world.must("application-autoscaling", "RegisterScalableTarget",
               limits("elasticache", "replication-group/cache",
                      "elasticache:replication-group:Replicas", 3, 5));
    world.run_for(25min);
    CHECK(nodes() == 4);  // the primary and three
    CHECK(newest(world, "elasticache")["StatusCode"] == "Successful");
    CHECK(newest(world, "elasticache")["Description"] == "Setting replicas to 3.");
    world.must("application-autoscaling", "RegisterScalableTarget",
               limits("elasticache", "replication-group/cache",
                      "elasticache:replication-group:Replicas", 1, 2));
    world.run_for(25min);
    CHECK(nodes() == 3);
  }

  TEST_CASE("Aurora's readers: it makes them by name, and removes only those") {
    // Amazon Aurora User Guide, Aurora.Integrating.AutoScaling.
    SmallWorld world{kStoreServices};
    world.make("AWS::RDS::DBCluster", "Main",
               {{"DBClusterIdentifier", "main"}, {"Engine", "aurora-postgresql"}});
    for (const char* name : {"writer", "reader"})
      world.make("AWS::RDS::DBInstance", name,
                 {{"DBInstanceIdentifier", name},
                  {"DBInstanceClass", "db.r6g.large"},
                  {"Engine", "aurora-postgresql"},
                  {"DBClusterIdentifier", "main"}});
    const auto members = [&] {
      std::vector<std::string> names;
      const Json cluster = world.must("rds", "DescribeDBClusters",
                                      {{"DBClusterIdentifier", "main"}})["DBClusters"][0];
      for (const Json& one : cluster["DBClusterMembers"])
        names.push_back(one["DBInstanceIdentifier"].get<std::string>());
      std::ranges::sort(names);
      return names;
    };
    world.must("application-autoscaling", "RegisterScalableTarget",
               limits("rds", "cluster:main", "rds:cluster:ReadReplicaCount", 3, 5));
    world.run_for(29min);
    CHECK(members().size() == 4);
    CHECK(members()[0].starts_with("application-autoscaling-"));
    CHECK(newest(world, "rds")["StatusCode"] == "Successful");
    world.must("application-autoscaling", "RegisterScalableTarget",
               limits("rds", "cluster:main", "rds:cluster:ReadReplicaCount", 0, 0));
    world.run_for(29min);
    CHECK(members() == std::vector<std::string>{"reader", "writer"});
  }

  TEST_CASE("what is known by name only registers, and says that it never scales") {
    SmallWorld world{kStoreServices};
    Json index =
        limits("dynamodb", "table/orders/index/by-day", "dynamodb:index:ReadCapacityUnits", 5, 50);
    world.must("application-autoscaling", "RegisterScalableTarget", index);
    index["PolicyName"] = "reads";
    index["PolicyType"] = "TargetTrackingScaling";
    index["TargetTrackingScalingPolicyConfiguration"] = {
        {"TargetValue", 70},
        {"PredefinedMetricSpecification",
         {{"PredefinedMetricType", "DynamoDBReadCapacityUtilization"}}}};
    const Json put = world.must("application-autoscaling", "PutScalingPolicy", index);
    CHECK(put["Alarms"].empty());
    const auto notes = world.told({EntryKind::note});
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].ends_with("never scales: dynamodb:index:ReadCapacityUnits is not simulated"));
  }
}

}  // namespace opsim::tests
