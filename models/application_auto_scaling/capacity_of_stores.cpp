// DynamoDB tables, ElastiCache replication groups, readers of Aurora clusters.
// AWS: Application Auto Scaling User Guide, "DynamoDB and ...", "ElastiCache and ...", "Aurora and
// ..."; Amazon Aurora User Guide, "Amazon Aurora Auto Scaling with Aurora Replicas": replicas that
// it makes are named application-autoscaling-..., and only those are removed.
#include <fmt/format.h>

#include <algorithm>

#include "models/application_auto_scaling/dimension.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::application_auto_scaling {

namespace {

constexpr std::string_view kReads = "ReadCapacityUnits";
constexpr std::string_view kWrites = "WriteCapacityUnits";

/// The throughput of "table/NAME", and whether the table changes it.
struct Throughput {
  Json units;
  bool updating = false;
};
ApiResult<Throughput> throughput_of(Cloud& cloud, const Place& place, const std::string& resource) {
  const std::vector<std::string> parts = parts_of(resource);
  const ApiError missing{"ValidationException", "DynamoDB table does not exist: " + resource};
  if (parts.size() != 2) return missing;
  const Json asked{{"TableName", parts[1]}};
  const auto answer = cloud.inspect(place, "dynamodb", "DescribeTable", asked);
  if (!answer) return missing;
  const Json& table = input::member(*answer, "Table");
  return Throughput{input::member(table, "ProvisionedThroughput"),
                    input::text(table, "TableStatus") != "ACTIVE"};
}

ApiResult<Capacity> read_units(Cloud& cloud, const Place& place, const std::string& resource,
                               std::string_view which) {
  const auto found = throughput_of(cloud, place, resource);
  if (!found) return found.error();
  const std::int64_t units = input::integer(found->units, which).value_or(0);
  return Capacity{.wanted = units, .there = found->updating ? -1 : units};
}

ApiResult<std::vector<CapacityCall>> change_units(Cloud& cloud, const Place& place,
                                                  const std::string& resource,
                                                  std::string_view which, std::int64_t capacity) {
  auto found = throughput_of(cloud, place, resource);
  if (!found) return found.error();
  Json units{{kReads, input::integer(found->units, kReads).value_or(1)},
             {kWrites, input::integer(found->units, kWrites).value_or(1)}};
  units[which] = capacity;
  Json members{{"TableName", parts_of(resource)[1]}, {"ProvisionedThroughput", std::move(units)}};
  return std::vector<CapacityCall>{{"dynamodb", "UpdateTable", std::move(members)}};
}

ApiResult<Json> replication_group(Cloud& cloud, const Place& place, const std::string& resource) {
  const std::vector<std::string> parts = parts_of(resource);
  const ApiError missing{"ValidationException",
                         "ElastiCache replication group doesn't exist: " + resource};
  if (parts.size() != 2) return missing;
  const Json asked{{"ReplicationGroupId", parts[1]}};
  const auto answer = cloud.inspect(place, "elasticache", "DescribeReplicationGroups", asked);
  if (!answer || input::member(*answer, "ReplicationGroups").empty()) return missing;
  return (*answer)["ReplicationGroups"][0];
}

Capacity cache_capacity(const Json& group, std::int64_t count) {
  const bool rests = input::text(group, "Status") == "available";
  return {.wanted = count, .there = rests ? count : -1};
}

constexpr std::string_view kMadeHere = "application-autoscaling-";

struct Readers {
  std::vector<Json> instances;  // DBInstances that are no writers
  Json writer;
};
ApiResult<Readers> readers_of(Cloud& cloud, const Place& place, const std::string& resource) {
  const std::string name = resource.substr(std::min(resource.size(), resource.find(':') + 1));
  const Json asked{{"DBClusterIdentifier", name}};
  const auto answer = cloud.inspect(place, "rds", "DescribeDBClusters", asked);
  if (!answer || input::member(*answer, "DBClusters").empty())
    return ApiError{"ValidationException", "Aurora DB cluster doesn't exist: " + resource};
  Readers readers;
  for (const Json& member : input::member((*answer)["DBClusters"][0], "DBClusterMembers")) {
    const Json one{{"DBInstanceIdentifier", input::text(member, "DBInstanceIdentifier")}};
    const auto told = cloud.inspect(place, "rds", "DescribeDBInstances", one);
    if (!told || input::member(*told, "DBInstances").empty()) continue;
    const Json& instance = (*told)["DBInstances"][0];
    if (input::boolean(member, "IsClusterWriter").value_or(false)) {
      readers.writer = instance;
    } else if (input::text(instance, "DBInstanceStatus") != "deleting") {
      readers.instances.push_back(instance);
    }
  }
  return readers;
}

}  // namespace

ApiResult<Capacity> read_table_reads(Cloud& cloud, const Place& place,
                                     const std::string& resource) {
  return read_units(cloud, place, resource, kReads);
}
ApiResult<Capacity> read_table_writes(Cloud& cloud, const Place& place,
                                      const std::string& resource) {
  return read_units(cloud, place, resource, kWrites);
}
ApiResult<std::vector<CapacityCall>> change_table_reads(Cloud& cloud, const Place& place,
                                                        const std::string& resource,
                                                        std::int64_t capacity) {
  return change_units(cloud, place, resource, kReads, capacity);
}
ApiResult<std::vector<CapacityCall>> change_table_writes(Cloud& cloud, const Place& place,
                                                         const std::string& resource,
                                                         std::int64_t capacity) {
  return change_units(cloud, place, resource, kWrites, capacity);
}

ApiResult<Capacity> read_node_groups(Cloud& cloud, const Place& place,
                                     const std::string& resource) {
  const auto group = replication_group(cloud, place, resource);
  if (!group) return group.error();
  return cache_capacity(*group, std::ssize(input::member(*group, "NodeGroups")));
}

ApiResult<std::vector<CapacityCall>> change_node_groups(Cloud&, const Place&,
                                                        const std::string& resource,
                                                        std::int64_t capacity) {
  Json members{{"ReplicationGroupId", parts_of(resource)[1]},
               {"NodeGroupCount", capacity},
               {"ApplyImmediately", true}};
  return std::vector<CapacityCall>{
      {"elasticache", "ModifyReplicationGroupShardConfiguration", std::move(members)}};
}

ApiResult<Capacity> read_replicas(Cloud& cloud, const Place& place, const std::string& resource) {
  const auto group = replication_group(cloud, place, resource);
  if (!group) return group.error();
  const Json& shards = input::member(*group, "NodeGroups");
  if (shards.empty()) return cache_capacity(*group, 0);
  return cache_capacity(*group, std::ssize(input::member(shards[0], "NodeGroupMembers")) - 1);
}

ApiResult<std::vector<CapacityCall>> change_replicas(Cloud& cloud, const Place& place,
                                                     const std::string& resource,
                                                     std::int64_t capacity) {
  const auto now = read_replicas(cloud, place, resource);
  if (!now) return now.error();
  Json members{{"ReplicationGroupId", parts_of(resource)[1]},
               {"NewReplicaCount", capacity},
               {"ApplyImmediately", true}};
  std::string operation = capacity > now->wanted ? "IncreaseReplicaCount" : "DecreaseReplicaCount";
  return std::vector<CapacityCall>{{"elasticache", std::move(operation), std::move(members)}};
}

ApiResult<Capacity> read_readers(Cloud& cloud, const Place& place, const std::string& resource) {
  const auto readers = readers_of(cloud, place, resource);
  if (!readers) return readers.error();
  const auto serves = [](const Json& one) {
    return input::text(one, "DBInstanceStatus") == "available";
  };
  return Capacity{.wanted = std::ssize(readers->instances),
                  .there = std::ranges::count_if(readers->instances, serves)};
}

ApiResult<std::vector<CapacityCall>> change_readers(Cloud& cloud, const Place& place,
                                                    const std::string& resource,
                                                    std::int64_t capacity) {
  const auto readers = readers_of(cloud, place, resource);
  if (!readers) return readers.error();
  std::vector<CapacityCall> calls;
  std::int64_t more = capacity - std::ssize(readers->instances);
  for (; more > 0; --more) {
    Json members{{"DBInstanceIdentifier",
                  std::string{kMadeHere} + cloud.next_uuid("application auto scaling reader")},
                 {"DBInstanceClass", input::text(readers->writer, "DBInstanceClass")},
                 {"Engine", input::text(readers->writer, "Engine")},
                 {"DBClusterIdentifier", input::text(readers->writer, "DBClusterIdentifier")}};
    calls.push_back({"rds", "CreateDBInstance", std::move(members)});
  }
  for (const Json& one : readers->instances) {
    const std::string name = input::text(one, "DBInstanceIdentifier");
    if (more == 0 || !name.starts_with(kMadeHere)) continue;
    ++more;
    Json members{{"DBInstanceIdentifier", name}, {"SkipFinalSnapshot", true}};
    calls.push_back({"rds", "DeleteDBInstance", std::move(members)});
  }
  return calls;
}

}  // namespace opsim::application_auto_scaling
