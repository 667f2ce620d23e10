// What Describe answers. AWS: RDS API Reference, DBInstance, DBCluster, DBSnapshot.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/rds/rds.hpp"

namespace opsim::rds {

namespace {

/// RDS: id.x1y2z3.region.rds.amazonaws.com; the middle is one of the account's.
std::string endpoint(const Databases& all, const Place& place, std::string_view id,
                     std::string_view kind) {
  return fmt::format("{}.{}c{}.{}.{}.amazonaws.com", id, kind, place.account.substr(0, 6),
                     place.region, all.flavour.service == "rds" ? "rds" : all.flavour.service);
}

/// "db-" and 26 letters and digits, which stay whatever an instance is called.
std::string resource_id(std::string_view arn_text) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string id = "db-";
  std::uint64_t bits = 0;
  for (std::size_t i = 0; i < 26; ++i) {
    if (i % 12 == 0) bits = name_key(fmt::format("{} {}", arn_text, i));
    id += kDigits[bits & 31U];
    bits >>= 5U;
  }
  return id;
}

Json tag_list(const std::map<std::string, std::string>& tags) {
  Json list = Json::array();
  for (const auto& [key, value] : tags) list.push_back({{"Key", key}, {"Value", value}});
  return list;
}

/// "Transaction logs are uploaded to Amazon S3 every five minutes" (RDS User Guide, "Restoring a DB
/// instance to a specified time").
SimTime latest_restorable(SimTime now, SimTime created) {
  const auto five = std::chrono::floor<std::chrono::duration<std::int64_t, std::ratio<300>>>(now);
  return std::max<SimTime>(std::chrono::time_point_cast<Duration>(five), created);
}

}  // namespace

Json description_of(Databases& all, const Instance& instance) {
  Json replicas = Json::array();
  for (const auto& [key, other] : all.instances)
    if (key.first == instance.place && other->replica_of == instance.id)
      replicas.push_back(other->id);
  Json one{{"DBInstanceIdentifier", instance.id},
           {"DBInstanceArn", instance.arn},
           {"DBInstanceClass", instance.instance_class},
           {"Engine", instance.engine},
           {"EngineVersion", instance.engine_version},
           {"DBInstanceStatus", instance.status},
           {"MasterUsername", instance.master_user},
           {"AllocatedStorage", static_cast<std::int64_t>(std::llround(instance.allocated_gib))},
           {"StorageType", instance.storage_type},
           {"InstanceCreateTime", moment(instance.created)},
           {"BackupRetentionPeriod", instance.backup_days},
           {"PreferredBackupWindow", instance.backup_window},
           {"PreferredMaintenanceWindow", instance.maintenance_window},
           {"AvailabilityZone", instance.zone},
           {"MultiAZ", instance.multi_az},
           {"DbiResourceId", resource_id(instance.arn)},
           {"MonitoringInterval", instance.monitoring_seconds},
           {"PromotionTier", instance.promotion_tier},
           {"PendingModifiedValues", instance.pending},
           {"ReadReplicaDBInstanceIdentifiers", replicas},
           {"DBSubnetGroup", {{"DBSubnetGroupName", instance.subnet_group}}},
           {"VpcSecurityGroups", Json::array()},
           {"DeletionProtection", instance.deletion_protection},
           {"TagList", tag_list(instance.tags)}};
  for (const Flag& flag : kFlags) {
    const auto known = instance.flags.find(std::string{flag.shown});
    one[std::string{flag.shown}] = known == instance.flags.end() ? flag.otherwise : known->second;
  }
  // "The endpoint might not be shown for instances with the status of creating."
  if (instance.status != "creating")
    one["Endpoint"] = {{"Address", endpoint(all, instance.place, instance.id, "")},
                       {"Port", instance.port},
                       {"HostedZoneId", "Z2R2ITUGPM61AM"}};
  if (instance.multi_az) one["SecondaryAvailabilityZone"] = instance.other_zone;
  if (instance.most_gib > 0)
    one["MaxAllocatedStorage"] = static_cast<std::int64_t>(std::llround(instance.most_gib));
  if (!instance.cluster.empty()) one["DBClusterIdentifier"] = instance.cluster;
  if (!instance.database.empty()) one["DBName"] = instance.database;
  if (!instance.replica_of.empty())
    one["ReadReplicaSourceDBInstanceIdentifier"] = instance.replica_of;
  if (instance.backup_days > 0)
    one["LatestRestorableTime"] = moment(latest_restorable(all.now(), instance.created));
  return one;
}

Json description_of(Databases& all, const Cluster& cluster) {
  Json members = Json::array();
  Json zones = Json::array();
  for (const std::string& zone : zones_of(cluster.place.region)) zones.push_back(zone);
  for (std::size_t i = 0; i < cluster.members.size(); ++i) {
    const Instance* member = all.instance(cluster.place, cluster.members[i]);
    members.push_back({{"DBInstanceIdentifier", cluster.members[i]},
                       {"IsClusterWriter", i == 0},
                       {"DBClusterParameterGroupStatus", "in-sync"},
                       {"PromotionTier", member == nullptr ? 1 : member->promotion_tier}});
  }
  Json one{{"DBClusterIdentifier", cluster.id},
           {"DBClusterArn", cluster.arn},
           {"Engine", cluster.engine},
           {"EngineVersion", cluster.engine_version},
           {"Status", cluster.status},
           {"MasterUsername", cluster.master_user},
           {"DBClusterMembers", members},
           {"AvailabilityZones", zones},
           {"BackupRetentionPeriod", cluster.backup_days},
           {"ClusterCreateTime", moment(cluster.created)},
           {"DeletionProtection", cluster.deletion_protection},
           {"DBSubnetGroup", cluster.subnet_group},
           {"MultiAZ", cluster.members.size() > 1},
           {"Port", cluster.port},
           {"VpcSecurityGroups", Json::array()},
           {"Endpoint", endpoint(all, cluster.place, cluster.id, "cluster-")},
           {"ReaderEndpoint", endpoint(all, cluster.place, cluster.id, "cluster-ro-")},
           {"LatestRestorableTime", moment(std::max(cluster.created, all.now()))},
           {"EarliestRestorableTime", moment(cluster.created)},
           {"TagList", tag_list(cluster.tags)}};
  if (cluster.backtrack_seconds > 0) one["BacktrackWindow"] = cluster.backtrack_seconds;
  if (!cluster.database.empty()) one["DatabaseName"] = cluster.database;
  return one;
}

Json description_of(const Snapshot& snapshot) {
  const std::string prefix = snapshot.of_cluster ? "DBCluster" : "DB";
  Json one{{prefix + "SnapshotIdentifier", snapshot.id},
           {prefix + "SnapshotArn", snapshot.arn},
           {"Status", snapshot.status},
           {"SnapshotType", snapshot.type},
           {"SnapshotCreateTime", moment(snapshot.created)},
           {"PercentProgress", snapshot.status == "available" ? 100 : 0},
           {"Engine", input::text(snapshot.settings, "Engine")}};
  one[snapshot.of_cluster ? "DBClusterIdentifier" : "DBInstanceIdentifier"] = snapshot.source;
  return one;
}

}  // namespace opsim::rds
