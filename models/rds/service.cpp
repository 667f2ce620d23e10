#include "models/rds/service.hpp"

#include <algorithm>

#include "models/rds/rds.hpp"

namespace opsim {

namespace rds {
extern constexpr Flavour kRdsFlavour{"rds", "AWS/RDS", "AWS::RDS::", "mysql", 3306};
extern constexpr Flavour kDocDbFlavour{"docdb", "AWS/DocDB", "AWS::DocDB::", "docdb", 27017};
extern constexpr Flavour kNeptuneFlavour{"neptune", "AWS/Neptune", "AWS::Neptune::", "neptune",
                                         8182};
}  // namespace rds

namespace {

using rds::Databases;

template <ApiResult<Json> (*Handle)(Databases&, const Request&)>
constexpr auto on = immediate<Databases, Handle>;

constexpr bool sorted(std::span<const Operation> rows) {
  return std::ranges::adjacent_find(rows, std::ranges::greater_equal{}, &Operation::name) ==
         rows.end();
}

// To add an operation: write its function and one row here.
constexpr Operation kRdsOperations[] = {
    {"AddTagsToResource", Access::write, on<rds::add_tags>},
    {"BacktrackDBCluster", Access::write, on<rds::backtrack_cluster>},
    {.name = "CreateBlueGreenDeployment", .not_simulated = "blue/green deployments"},
    {"CreateDBCluster", Access::write, on<rds::create_cluster>},
    {"CreateDBClusterSnapshot", Access::write, on<rds::create_cluster_snapshot>},
    {"CreateDBInstance", Access::write, on<rds::create_instance>},
    {"CreateDBInstanceReadReplica", Access::write, on<rds::create_read_replica>},
    {.name = "CreateDBProxy", .not_simulated = "connections are a number"},
    {"CreateDBSnapshot", Access::write, on<rds::create_snapshot>},
    {"CreateEventSubscription", Access::write, on<rds::create_subscription>},
    {"DeleteDBCluster", Access::write, on<rds::delete_cluster>},
    {"DeleteDBClusterSnapshot", Access::write, on<rds::delete_snapshot>},
    {"DeleteDBInstance", Access::write, on<rds::delete_instance>},
    {"DeleteDBSnapshot", Access::write, on<rds::delete_snapshot>},
    {"DeleteEventSubscription", Access::write, on<rds::delete_subscription>},
    {"DescribeDBClusterBacktracks", Access::read, on<rds::describe_backtracks>},
    {"DescribeDBClusterSnapshots", Access::read, on<rds::describe_snapshots>},
    {"DescribeDBClusters", Access::read, on<rds::describe_clusters>},
    {"DescribeDBInstances", Access::read, on<rds::describe_instances>},
    {"DescribeDBSnapshots", Access::read, on<rds::describe_snapshots>},
    {"DescribeDBSubnetGroups", Access::read, on<rds::describe_subnet_groups>},
    {"DescribeEventSubscriptions", Access::read, on<rds::describe_subscriptions>},
    {"DescribeEvents", Access::read, on<rds::describe_events>},
    {"FailoverDBCluster", Access::write, on<rds::failover_cluster>},
    {.name = "FailoverGlobalCluster", .not_simulated = "global databases"},
    {"ListTagsForResource", Access::read, on<rds::list_tags>},
    {"ModifyDBCluster", Access::write, on<rds::modify_cluster>},
    {"ModifyDBInstance", Access::write, on<rds::modify_instance>},
    {"ModifyEventSubscription", Access::write, on<rds::modify_subscription>},
    {"PromoteReadReplica", Access::write, on<rds::promote_read_replica>},
    {"RebootDBInstance", Access::write, on<rds::reboot_instance>},
    {"RestoreDBClusterFromSnapshot", Access::write, on<rds::restore_cluster>},
    {"RestoreDBClusterToPointInTime", Access::write, on<rds::restore_cluster>},
    {"RestoreDBInstanceFromDBSnapshot", Access::write, on<rds::restore_instance>},
    {"RestoreDBInstanceToPointInTime", Access::write, on<rds::restore_instance>},
    {"StartDBCluster", Access::write, on<rds::start_cluster>},
    {"StartDBInstance", Access::write, on<rds::start_database>},
    {"StopDBCluster", Access::write, on<rds::stop_cluster>},
    {"StopDBInstance", Access::write, on<rds::stop_database>},
};
static_assert(sorted(kRdsOperations), "sorted by name, no duplicates");
// DocumentDB and Neptune have the operations on clusters and their members.
constexpr Operation kSharedOperations[] = {
    {"AddTagsToResource", Access::write, on<rds::add_tags>},
    {"CreateDBCluster", Access::write, on<rds::create_cluster>},
    {"CreateDBClusterSnapshot", Access::write, on<rds::create_cluster_snapshot>},
    {"CreateDBInstance", Access::write, on<rds::create_instance>},
    {"DeleteDBCluster", Access::write, on<rds::delete_cluster>},
    {"DeleteDBClusterSnapshot", Access::write, on<rds::delete_snapshot>},
    {"DeleteDBInstance", Access::write, on<rds::delete_instance>},
    {"DescribeDBClusterSnapshots", Access::read, on<rds::describe_snapshots>},
    {"DescribeDBClusters", Access::read, on<rds::describe_clusters>},
    {"DescribeDBInstances", Access::read, on<rds::describe_instances>},
    {"DescribeDBSubnetGroups", Access::read, on<rds::describe_subnet_groups>},
    {"DescribeEvents", Access::read, on<rds::describe_events>},
    {"FailoverDBCluster", Access::write, on<rds::failover_cluster>},
    {"ListTagsForResource", Access::read, on<rds::list_tags>},
    {"ModifyDBCluster", Access::write, on<rds::modify_cluster>},
    {"ModifyDBInstance", Access::write, on<rds::modify_instance>},
    {"RebootDBInstance", Access::write, on<rds::reboot_instance>},
    {"RestoreDBClusterFromSnapshot", Access::write, on<rds::restore_cluster>},
    {"RestoreDBClusterToPointInTime", Access::write, on<rds::restore_cluster>},
    {"StartDBCluster", Access::write, on<rds::start_cluster>},
    {"StopDBCluster", Access::write, on<rds::stop_cluster>},
};
static_assert(sorted(kSharedOperations), "sorted by name, no duplicates");

constexpr auto kInstance = create<Databases, rds::create_instance_resource>;
constexpr auto kCluster = create<Databases, rds::create_cluster_resource>;
constexpr auto kGroup = create<Databases, rds::create_group_resource>;
constexpr std::string_view kNoParameters = "parameters of an engine change nothing here";
constexpr ResourceType kRdsResources[] = {
    {"AWS::RDS::DBCluster", kCluster, &rds::kClusterProperties},
    {"AWS::RDS::DBClusterParameterGroup", kGroup, nullptr, kNoParameters},
    {"AWS::RDS::DBInstance", kInstance, &rds::kInstanceProperties},
    {"AWS::RDS::DBParameterGroup", kGroup, nullptr, kNoParameters},
    {"AWS::RDS::DBSubnetGroup", kGroup},
    {"AWS::RDS::EventSubscription", create<Databases, rds::create_subscription_resource>,
     &rds::kSubscriptionProperties},
    {"AWS::RDS::OptionGroup", nullptr, nullptr, kNoParameters},
};
constexpr ResourceType kDocDbResources[] = {
    {"AWS::DocDB::DBCluster", kCluster, &rds::kClusterProperties},
    {"AWS::DocDB::DBClusterParameterGroup", kGroup, nullptr, kNoParameters},
    {"AWS::DocDB::DBInstance", kInstance, &rds::kInstanceProperties},
    {"AWS::DocDB::DBSubnetGroup", kGroup},
};
constexpr ResourceType kNeptuneResources[] = {
    {"AWS::Neptune::DBCluster", kCluster, &rds::kClusterProperties},
    {"AWS::Neptune::DBClusterParameterGroup", kGroup, nullptr, kNoParameters},
    {"AWS::Neptune::DBInstance", kInstance, &rds::kInstanceProperties},
    {"AWS::Neptune::DBParameterGroup", kGroup, nullptr, kNoParameters},
    {"AWS::Neptune::DBSubnetGroup", kGroup},
};

constexpr Physics kRdsPhysics[] = {
    {"AWS::RDS::DBInstance", &rds::kInstancePhysics, rds::apply_physics}};
constexpr Physics kDocDbPhysics[] = {
    {"AWS::DocDB::DBInstance", &rds::kInstancePhysics, rds::apply_physics}};
constexpr Physics kNeptunePhysics[] = {
    {"AWS::Neptune::DBInstance", &rds::kInstancePhysics, rds::apply_physics}};

constexpr PhysicalQuantity kQuantities[] = {
    {"AWS::RDS::DBInstance", "connections", "", rds::read_connections, rds::change_connections},
    {"AWS::RDS::DBInstance", "cpu", "%", rds::read_cpu, rds::change_cpu},
    {"AWS::RDS::DBInstance", "replica lag", "s", rds::read_lag, rds::change_lag},
    {"AWS::RDS::DBInstance", "storage", "%", rds::read_storage, rds::change_storage},
};
constexpr Fault kFaults[] = {
    {"fail database", &rds::kFailShape, rds::begin_failure},
    {"surge database storage", &rds::kGrowShape, rds::begin_growth},
};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "instances and clusters with their states; reboot, stop for seven days at "
     "most, start, modify, delete",
     "RDS User Guide, accessing-monitoring, USER_StopInstance"},
    {Grade::simulated,
     "Multi-AZ failover in 60 to 120 s, a Multi-AZ cluster's in under 35 s, "
     "Aurora's in under 60 s; who takes over",
     "RDS User Guide, Concepts.MultiAZSingleStandby, multi-az-db-clusters-concepts-failover; "
     "Aurora "
     "User Guide, Concepts.AuroraHighAvailability"},
    {Grade::simulated, "storage that fills, low-storage events, storage-full, storage autoscaling",
     "RDS User Guide, USER_PIOPS.Autoscaling"},
    {Grade::simulated,
     "snapshots, restores, point in time up to five minutes ago, read replicas "
     "and their promotion, backtrack",
     "RDS User Guide, USER_PIT, USER_ReadRepl"},
    {Grade::simulated, "events in the shape that EventBridge gets; subscriptions of topics to them",
     "RDS User Guide, rds-cloud-watch-events, USER_Events, USER_Events.Messages"},
    {Grade::simulated,
     "CPUUtilization, DatabaseConnections, FreeStorageSpace, ReplicaLag and "
     "Aurora's replica lag",
     "RDS User Guide, rds-metrics"},
    {Grade::simplified,
     "how long creations, reboots, modifications, snapshots and restores take: "
     "estimates"},
    {Grade::simulated, "backup and maintenance windows, automated backups and their retention",
     "RDS User Guide, USER_WorkingWithAutomatedBackups"},
    {Grade::simplified, "the maintenance window that nobody gave is Sunday, 05:00 UTC"},
    {Grade::simplified, "no queries: load and connections are what physics and scripts say"},
    {Grade::absent,
     "proxies, global databases, blue/green deployments, Serverless capacity, "
     "engine parameters, Performance Insights"},
};

template <const rds::Flavour& Which>
std::unique_ptr<Model> make(Cloud& cloud) {
  return std::make_unique<Databases>(cloud, Which);
}

}  // namespace

extern const Service kRds{
    .name = "rds",
    .title = "Amazon RDS and Amazon Aurora",
    .make = make<rds::kRdsFlavour>,
    .operations = kRdsOperations,
    .resources = kRdsResources,
    .physics = kRdsPhysics,
    .quantities = kQuantities,
    .faults = kFaults,
    .fidelity = kFidelity,
};
extern const Service kDocDb{
    .name = "docdb",
    .title = "Amazon DocumentDB",
    .make = make<rds::kDocDbFlavour>,
    .operations = kSharedOperations,
    .resources = kDocDbResources,
    .physics = kDocDbPhysics,
    .fidelity = kFidelity,
};
extern const Service kNeptune{
    .name = "neptune",
    .title = "Amazon Neptune",
    .make = make<rds::kNeptuneFlavour>,
    .operations = kSharedOperations,
    .resources = kNeptuneResources,
    .physics = kNeptunePhysics,
    .fidelity = kFidelity,
};

}  // namespace opsim
