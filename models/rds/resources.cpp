// What stacks make: instances, clusters, groups. They stand already, available.
// AWS: CloudFormation User Guide, AWS::RDS::DBInstance, DBCluster, DBSubnetGroup, ... and the same
// types of DocDB and Neptune.
#include <fmt/format.h>

#include <algorithm>

#include "models/rds/rds.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::rds {

namespace {

/// Names in lower case, "stack-logical-000001", where the template gives none.
std::string generated(Databases& all, const ResourceRequest& request) {
  std::string stem = lowered(fmt::format("{}-{}", request.stack, request.logical_id)).substr(0, 50);
  while (!stem.empty() && !(stem.front() >= 'a' && stem.front() <= 'z')) stem.erase(0, 1);
  return all.cloud.next_id(stem + "-");
}

/// SnapshotIdentifier, SourceDBInstanceIdentifier: what CloudFormation would restore or copy.
void follow_source(Databases& all, Instance& instance, const Json& properties) {
  const std::string of = input::text(properties, "SourceDBInstanceIdentifier");
  if (of.empty()) return;
  instance.replica_of = lowered(of.substr(of.starts_with("arn:") ? of.rfind(':') + 1 : 0));
  if (const Instance* source = all.instance(instance.place, of)) {
    instance.engine = source->engine;
    instance.port = source->port;
    instance.allocated_gib = source->allocated_gib;
    instance.storage = source->storage;
    if (input::text(properties, "DBInstanceClass").empty())
      instance.instance_class = source->instance_class;
  }
}

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr Shape kAllocated{.kind = Kind::integer, .min = 1, .max = 262'144};
constexpr Shape kDays{.kind = Kind::integer, .min = 0, .max = 35};
constexpr Shape kTier{.kind = Kind::integer, .min = 0, .max = 15};
constexpr Shape kSeconds60{.kind = Kind::integer, .min = 0, .max = 60};
constexpr Shape kPort{.kind = Kind::integer, .min = 0, .max = 65'535};

constexpr Field kInstanceFields[] = {
    {.name = "AllocatedStorage", .shape = &kAllocated, .doc = "GiB; it fills, see physics."},
    {.name = "AllowMajorVersionUpgrade", .simulated = Simulated::no},
    {.name = "AutoMinorVersionUpgrade", .shape = &kBoolean},
    {.name = "AvailabilityZone", .shape = &kText},
    {.name = "BackupRetentionPeriod", .shape = &kDays},
    {.name = "CopyTagsToSnapshot", .shape = &kBoolean},
    {.name = "DBClusterIdentifier", .shape = &kText},
    {.name = "DBInstanceClass", .shape = &kText},
    {.name = "DBInstanceIdentifier", .shape = &kText},
    {.name = "DBName", .shape = &kText},
    {.name = "DBParameterGroupName", .simulated = Simulated::no},
    {.name = "DBSnapshotIdentifier", .shape = &kText, .simulated = Simulated::no},
    {.name = "DBSubnetGroupName", .shape = &kText},
    {.name = "DeletionProtection", .shape = &kBoolean},
    {.name = "EnableIAMDatabaseAuthentication", .shape = &kBoolean},
    {.name = "EnablePerformanceInsights", .shape = &kBoolean},
    {.name = "Engine", .shape = &kText},
    {.name = "EngineVersion", .shape = &kText},
    {.name = "KmsKeyId", .simulated = Simulated::no},
    {.name = "MasterUserPassword", .simulated = Simulated::no},
    {.name = "MasterUsername", .shape = &kText},
    {.name = "MaxAllocatedStorage",
     .shape = &kAllocated,
     .doc = "Up to where it widens by itself."},
    {.name = "MonitoringInterval", .shape = &kSeconds60},
    {.name = "MultiAZ", .shape = &kBoolean},
    {.name = "Port", .shape = &kPort},
    {.name = "PreferredBackupWindow", .shape = &kText, .doc = "hh24:mi-hh24:mi, UTC."},
    {.name = "PreferredMaintenanceWindow", .shape = &kText, .doc = "ddd:hh24:mi-ddd:hh24:mi, UTC."},
    {.name = "PromotionTier", .shape = &kTier},
    {.name = "PubliclyAccessible", .shape = &kBoolean},
    {.name = "SourceDBInstanceIdentifier", .shape = &kText},
    {.name = "StorageEncrypted", .shape = &kBoolean},
    {.name = "StorageType", .shape = &kText},
    {.name = "Tags"},
    {.name = "VPCSecurityGroups", .simulated = Simulated::no},
};
constexpr Shape kAnyTexts{.kind = Kind::any};
constexpr Field kSubscriptionFields[] = {
    {.name = "Enabled", .shape = &kBoolean},
    {.name = "EventCategories", .shape = &kAnyTexts},
    {.name = "SnsTopicArn", .shape = &kText, .need = Need::required},
    {.name = "SourceIds", .shape = &kAnyTexts},
    {.name = "SourceType", .shape = &kText},
    {.name = "SubscriptionName", .shape = &kText},
    {.name = "Tags"},
};
constexpr Field kClusterFields[] = {
    {.name = "BacktrackWindow", .doc = "Seconds; 0 for none."},
    {.name = "BackupRetentionPeriod", .shape = &kDays},
    {.name = "DBClusterIdentifier", .shape = &kText},
    {.name = "DBClusterParameterGroupName", .simulated = Simulated::no},
    {.name = "DBSubnetGroupName", .shape = &kText},
    {.name = "DatabaseName", .shape = &kText},
    {.name = "DeletionProtection", .shape = &kBoolean},
    {.name = "Engine", .shape = &kText},
    {.name = "EngineVersion", .shape = &kText},
    {.name = "KmsKeyId", .simulated = Simulated::no},
    {.name = "MasterUserPassword", .simulated = Simulated::no},
    {.name = "MasterUsername", .shape = &kText},
    {.name = "Port", .shape = &kPort},
    {.name = "PreferredBackupWindow", .simulated = Simulated::no},
    {.name = "PreferredMaintenanceWindow", .simulated = Simulated::no},
    {.name = "StorageEncrypted", .simulated = Simulated::no},
    {.name = "Tags"},
    {.name = "VpcSecurityGroupIds", .simulated = Simulated::no},
};

}  // namespace

extern constexpr Shape kInstanceProperties{.kind = Kind::mapping, .fields = kInstanceFields};
extern constexpr Shape kSubscriptionProperties{.kind = Kind::mapping,
                                               .fields = kSubscriptionFields};
extern constexpr Shape kClusterProperties{.kind = Kind::mapping, .fields = kClusterFields};

ApiResult<Created> create_instance_resource(Databases& all, const ResourceRequest& request) {
  Json properties = request.properties;
  if (input::text(properties, "DBInstanceIdentifier").empty())
    properties["DBInstanceIdentifier"] = generated(all, request);
  const ApiResult<Instance*> made = add_instance(all, request.place, properties);
  if (!made) return made.error();
  Instance& instance = **made;
  instance.tags = input::tags(input::member(properties, "Tags"));
  follow_source(all, instance, properties);
  refresh(all, instance);
  watch_storage(all, instance);
  plan_backup(all, instance);
  const Json told = description_of(all, instance);
  const std::string address = told["Endpoint"]["Address"].get<std::string>();
  const std::string port = fmt::format("{}", instance.port);
  return Created{.physical_id = instance.id,
                 .arn = instance.arn,
                 .attributes = {{"DBInstanceArn", instance.arn},
                                {"Endpoint", address},
                                {"Endpoint.Address", address},
                                {"Endpoint.Port", port},
                                {"Port", port}}};
}

ApiResult<Created> create_cluster_resource(Databases& all, const ResourceRequest& request) {
  Json properties = request.properties;
  if (input::text(properties, "DBClusterIdentifier").empty())
    properties["DBClusterIdentifier"] = generated(all, request);
  const ApiResult<Cluster*> made = add_cluster(all, request.place, properties);
  if (!made) return made.error();
  Cluster& cluster = **made;
  cluster.tags = input::tags(input::member(properties, "Tags"));
  const Json told = description_of(all, cluster);
  const Json& address = told["Endpoint"];
  const std::string port = fmt::format("{}", cluster.port);
  return Created{.physical_id = cluster.id,
                 .arn = cluster.arn,
                 .attributes = {{"DBClusterArn", cluster.arn},
                                {"ClusterResourceId", "cluster-" + cluster.id},
                                {"DBClusterResourceId", "cluster-" + cluster.id},
                                {"Endpoint", address},
                                {"Endpoint.Address", address},
                                {"Endpoint.Port", port},
                                {"Port", port},
                                {"ReadEndpoint", told["ReaderEndpoint"]},
                                {"ReadEndpoint.Address", told["ReaderEndpoint"]}}};
}

ApiResult<Created> create_subscription_resource(Databases& all, const ResourceRequest& request) {
  std::string name = input::text(request.properties, "SubscriptionName");
  if (name.empty()) name = generated(all, request);
  const ApiResult<Subscription*> made =
      add_subscription(all, request.place, request.properties, name);
  if (!made) return made.error();
  return Created{.physical_id = (*made)->name,
                 .arn = arn(request.place, "rds", "es:" + (*made)->name)};
}

/// Subnet and parameter groups: names that exist.
ApiResult<Created> create_group_resource(Databases& all, const ResourceRequest& request) {
  std::string name;
  for (const char* const member :
       {"DBSubnetGroupName", "DBParameterGroupName", "DBClusterParameterGroupName", "Name"})
    if (name.empty()) name = input::text(request.properties, member);
  if (name.empty()) name = generated(all, request);
  const bool subnets = request.type.ends_with("SubnetGroup");
  Json group{
      {"DBSubnetGroupName", name},
      {"DBSubnetGroupDescription", input::text(request.properties, "DBSubnetGroupDescription")},
      {"SubnetGroupStatus", "Complete"}};
  Json list = Json::array();
  for (const std::string& id : input::texts(request.properties, "SubnetIds"))
    list.push_back({{"SubnetIdentifier", id}, {"SubnetStatus", "Active"}});
  group["Subnets"] = std::move(list);
  if (subnets) all.groups[{request.place, "subnet " + lowered(name)}] = std::move(group);
  return Created{.physical_id = name,
                 .arn = arn(request.place, "rds",
                            fmt::format("{}:{}", subnets ? "subgrp" : "pg", lowered(name)))};
}

}  // namespace opsim::rds
