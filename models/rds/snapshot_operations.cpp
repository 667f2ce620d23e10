// Snapshots and what is restored from them, tags, events, subnet groups.
// AWS: RDS API Reference, the operation of the same name. How long a snapshot and a restore take
// depends on their size and is not documented: estimates.
#include <fmt/format.h>

#include <algorithm>

#include "models/rds/rds.hpp"

namespace opsim::rds {

namespace {

constexpr std::string_view kSnapshot = "lognormal(p50 4min, p99 20min)";
constexpr std::string_view kRestore = "lognormal(p50 10min, p99 40min)";
/// Quota "Manual DB instance snapshots", and as many of clusters.
constexpr std::int64_t kMostSnapshots = 100;

ApiError no_such_snapshot(std::string_view id, bool of_cluster) {
  return {of_cluster ? "DBClusterSnapshotNotFoundFault" : "DBSnapshotNotFound",
          fmt::format("{} {} not found.", of_cluster ? "DBClusterSnapshot" : "DBSnapshot", id),
          404};
}

std::string name_of_snapshot(std::string_view text) {
  // Names of automated ones begin with "rds:".
  const auto word = text.find("snapshot:");
  return lowered(text.substr(text.starts_with("arn:") && word != text.npos ? word + 9 : 0));
}

Snapshot* find_snapshot(Databases& all, const Place& place, std::string_view id) {
  const auto found = all.snapshots.find({place, name_of_snapshot(id)});
  return found == all.snapshots.end() ? nullptr : &found->second;
}

Told events_of_snapshot(const Snapshot& snapshot, bool done) {
  if (snapshot.of_cluster)
    return done ? Told{"RDS-EVENT-0075", "backup", "Manual cluster snapshot created."}
                : Told{"RDS-EVENT-0074", "backup", "Creating manual cluster snapshot."};
  return done ? Told{"RDS-EVENT-0042", "creation", "Manual snapshot created."}
              : Told{"RDS-EVENT-0040", "creation", "Creating manual snapshot."};
}

}  // namespace

ApiResult<Snapshot*> take_snapshot(Databases& all, const Place& place, const std::string& id,
                                   Snapshot made) {
  if (id.empty() || id.size() > 255)
    return ApiError{"InvalidParameterValue", "Invalid snapshot identifier"};
  if (all.snapshots.contains({place, id}))
    return ApiError{
        made.of_cluster ? "DBClusterSnapshotAlreadyExistsFault" : "DBSnapshotAlreadyExists",
        fmt::format("Cannot create the snapshot because a snapshot with the identifier "
                    "{} already exists.",
                    id)};
  const auto manual = std::ranges::count_if(all.snapshots, [&](const auto& entry) {
    return entry.first.first == place && entry.second.type == "manual" &&
           entry.second.of_cluster == made.of_cluster;
  });
  if (manual >= kMostSnapshots)
    return ApiError{"SnapshotQuotaExceeded",
                    fmt::format("Cannot create more than {} manual snapshots", kMostSnapshots)};
  made.id = id;
  made.place = place;
  made.arn = arn(place, "rds", (made.of_cluster ? "cluster-snapshot:" : "snapshot:") + id);
  made.created = all.now();
  Snapshot& snapshot = all.snapshots[{place, id}] = std::move(made);
  tell(all, snapshot, events_of_snapshot(snapshot, false));
  all.sim().after(all.draw(id, "snapshot", kSnapshot), [&all, place, id] {
    Snapshot* done = find_snapshot(all, place, id);
    if (done == nullptr) return;
    done->status = "available";
    tell(all, *done, events_of_snapshot(*done, true));
  });
  return &snapshot;
}

namespace {

/// The instance that a restore makes: the source's settings, what the call says over them.
ApiResult<Json> restored(Databases& all, const Request& request, Json settings, double used_gib,
                         const std::string& id) {
  const std::string snapshot = input::text(request.input, "DBSnapshotIdentifier");
  auto from =
      snapshot.empty()
          ? std::pair{std::string_view{"RDS-EVENT-0019"},
                      fmt::format("Restored from DB instance {} to {}.",
                                  input::text(settings, "DBInstanceIdentifier"), id)}
          : std::pair{std::string_view{"RDS-EVENT-0043"},
                      fmt::format("Restored from snapshot {}.", name_of_snapshot(snapshot))};
  settings.erase("DBClusterIdentifier");
  settings.erase("AvailabilityZone");
  settings.erase("DeletionProtection");
  settings.update(request.input);
  settings["DBInstanceIdentifier"] = id;
  const ApiResult<Instance*> made = add_instance(all, request.place(), settings);
  if (!made) return made.error();
  Instance& instance = **made;
  if (used_gib > 0) instance.storage.gib = used_gib;
  all.cloud.resources().add({.type = fmt::format("{}DBInstance", all.flavour.type_prefix),
                             .physical_id = instance.id,
                             .arn = instance.arn,
                             .place = instance.place});
  occupy(all, instance,
         {.status = "creating",
          .takes = all.draw(instance.id, "restore", kRestore),
          .out_of_service = true,
          .why = "it is being restored",
          .then = [&all, from = std::move(from)](Instance& after) {
            tell(all, after, {from.first, "restoration", from.second});
            watch_storage(all, after);
            plan_backup(all, after);
          }});
  return Json{{"DBInstance", description_of(all, instance)}};
}

}  // namespace

ApiResult<Json> create_snapshot(Databases& all, const Request& request) {
  const std::string of = input::text(request.input, "DBInstanceIdentifier");
  const Instance* source = all.instance(request.place(), of);
  if (source == nullptr) return no_such_instance(of);
  if (!source->is_operational()) return wrong_state(*source, "available");
  Snapshot made;
  made.source = source->id;
  made.settings = description_of(all, *source);
  made.used_gib = source->storage.at(all.now());
  const ApiResult<Snapshot*> taken =
      take_snapshot(all, request.place(),
                    lowered(input::text(request.input, "DBSnapshotIdentifier")), std::move(made));
  if (!taken) return taken.error();
  return Json{{"DBSnapshot", description_of(**taken)}};
}

ApiResult<Json> create_cluster_snapshot(Databases& all, const Request& request) {
  const std::string of = input::text(request.input, "DBClusterIdentifier");
  const Cluster* source = all.cluster(request.place(), of);
  if (source == nullptr) return no_such_cluster(of);
  Snapshot made;
  made.source = source->id;
  made.of_cluster = true;
  made.settings = description_of(all, *source);
  const ApiResult<Snapshot*> taken = take_snapshot(
      all, request.place(), lowered(input::text(request.input, "DBClusterSnapshotIdentifier")),
      std::move(made));
  if (!taken) return taken.error();
  return Json{{"DBClusterSnapshot", description_of(**taken)}};
}

ApiResult<Json> delete_snapshot(Databases& all, const Request& request) {
  const bool of_cluster = request.operation == "DeleteDBClusterSnapshot";
  const std::string id = input::text(
      request.input, of_cluster ? "DBClusterSnapshotIdentifier" : "DBSnapshotIdentifier");
  const Snapshot* found = find_snapshot(all, request.place(), id);
  if (found == nullptr || found->of_cluster != of_cluster) return no_such_snapshot(id, of_cluster);
  if (found->type == "automated")
    return ApiError{"InvalidDBSnapshotState",
                    fmt::format("{} is an automated snapshot and cannot be deleted.", id)};
  const Json told = description_of(*found);
  if (!of_cluster) tell(all, *found, {"RDS-EVENT-0041", "deletion", "Deleted manual snapshot."});
  all.snapshots.erase({request.place(), name_of_snapshot(id)});
  return Json{{of_cluster ? "DBClusterSnapshot" : "DBSnapshot", told}};
}

ApiResult<Json> describe_snapshots(Databases& all, const Request& request) {
  const bool of_cluster = request.operation == "DescribeDBClusterSnapshots";
  const std::string prefix = of_cluster ? "DBCluster" : "DB";
  const std::string id = input::text(request.input, prefix + "SnapshotIdentifier");
  const std::string source = lowered(
      input::text(request.input, of_cluster ? "DBClusterIdentifier" : "DBInstanceIdentifier"));
  const std::string type = input::text(request.input, "SnapshotType");
  Json list = Json::array();
  for (const auto& [key, snapshot] : all.snapshots)
    if (key.first == request.place() && snapshot.of_cluster == of_cluster &&
        (type.empty() || snapshot.type == type) &&
        (id.empty() || key.second == name_of_snapshot(id)) &&
        (source.empty() || snapshot.source == source))
      list.push_back(description_of(snapshot));
  if (!id.empty() && list.empty()) return no_such_snapshot(id, of_cluster);
  return Json{{prefix + "Snapshots", list}};
}

/// RestoreDBInstanceFromDBSnapshot and RestoreDBInstanceToPointInTime.
ApiResult<Json> restore_instance(Databases& all, const Request& request) {
  if (request.operation == "RestoreDBInstanceFromDBSnapshot") {
    const std::string id = input::text(request.input, "DBSnapshotIdentifier");
    const Snapshot* snapshot = find_snapshot(all, request.place(), id);
    if (snapshot == nullptr) return no_such_snapshot(id, false);
    if (snapshot->status != "available")
      return ApiError{"InvalidDBSnapshotState",
                      fmt::format("The DB snapshot {} is not available.", id)};
    return restored(all, request, snapshot->settings, snapshot->used_gib,
                    input::text(request.input, "DBInstanceIdentifier"));
  }
  const std::string of = input::text(request.input, "SourceDBInstanceIdentifier");
  const Instance* source = all.instance(request.place(), of);
  if (source == nullptr) return no_such_instance(of);
  if (source->backup_days == 0)
    return ApiError{"PointInTimeRestoreNotEnabled", "Automated backups are not enabled."};
  const Json settings = description_of(all, *source);
  const auto latest = input::time(settings, "LatestRestorableTime");
  const auto to = input::time(request.input, "RestoreTime");
  if (to && latest && *to > *latest)
    return ApiError{"InvalidRestoreFault",
                    fmt::format("The latest restorable time is {}.", moment(*latest))};
  return restored(all, request, settings, source->storage.at(all.now()),
                  input::text(request.input, "TargetDBInstanceIdentifier"));
}

/// RestoreDBClusterFromSnapshot and RestoreDBClusterToPointInTime: a cluster without instances.
ApiResult<Json> restore_cluster(Databases& all, const Request& request) {
  Json settings;
  if (request.operation == "RestoreDBClusterFromSnapshot") {
    const std::string id = input::text(request.input, "SnapshotIdentifier");
    const Snapshot* snapshot = find_snapshot(all, request.place(), id);
    if (snapshot == nullptr) return no_such_snapshot(id, true);
    settings = snapshot->settings;
  } else {
    const std::string of = input::text(request.input, "SourceDBClusterIdentifier");
    const Cluster* source = all.cluster(request.place(), of);
    if (source == nullptr) return no_such_cluster(of);
    settings = description_of(all, *source);
  }
  settings.erase("DeletionProtection");
  settings.update(request.input);
  const ApiResult<Cluster*> made = add_cluster(all, request.place(), settings);
  if (!made) return made.error();
  Cluster& cluster = **made;
  all.cloud.resources().add({.type = fmt::format("{}DBCluster", all.flavour.type_prefix),
                             .physical_id = cluster.id,
                             .arn = cluster.arn,
                             .place = cluster.place});
  cluster.status = "creating";
  const std::uint64_t work = ++cluster.work;
  all.sim().after(all.draw(cluster.id, "restore", kRestore),
                  [&all, place = cluster.place, id = cluster.id, work] {
                    Cluster* after = all.cluster(place, id);
                    if (after != nullptr && after->work == work) after->status = "available";
                  });
  return Json{{"DBCluster", description_of(all, cluster)}};
}

// "By default, RDS returns events that were generated in the past hour"; 14 days at most.
// SIMPLIFIED: the last 1,000 events, in one page.
ApiResult<Json> describe_events(Databases& all, const Request& request) {
  constexpr std::int64_t kMostMinutes = 14 * 24 * 60;
  const std::string id = lowered(input::text(request.input, "SourceIdentifier"));
  const std::vector<std::string> categories = input::texts(request.input, "EventCategories");
  const std::int64_t minutes = std::clamp<std::int64_t>(
      input::integer(request.input, "Duration").value_or(60), 0, kMostMinutes);
  const SimTime from =
      input::time(request.input, "StartTime").value_or(all.now() - std::chrono::minutes{minutes});
  const SimTime to = input::time(request.input, "EndTime").value_or(all.now());
  Json list = Json::array();
  for (const Json& event : all.events) {
    if (!id.empty() && event["SourceIdentifier"] != id) continue;
    const auto at = input::time(event, "Date");
    if (!at || *at < from || *at > to) continue;
    const std::string category = event["EventCategories"].at(0).get<std::string>();
    if (categories.empty() || std::ranges::find(categories, category) != categories.end())
      list.push_back(event);
  }
  return Json{{"Events", list}};
}

ApiResult<Json> describe_subnet_groups(Databases& all, const Request& request) {
  const std::string name = lowered(input::text(request.input, "DBSubnetGroupName"));
  Json list = Json::array();
  for (const auto& [key, group] : all.groups)
    if (key.first == request.place() && key.second.starts_with("subnet ") &&
        (name.empty() || key.second == "subnet " + name))
      list.push_back(group);
  if (!name.empty() && list.empty())
    return ApiError{"DBSubnetGroupNotFoundFault",
                    fmt::format("DB subnet group '{}' does not exist.", name), 404};
  return Json{{"DBSubnetGroups", list}};
}

ApiResult<Json> add_tags(Databases& all, const Request& request) {
  const std::string name = input::text(request.input, "ResourceName");
  Instance* instance = all.instance(request.place(), name);
  Cluster* cluster = all.cluster(request.place(), name);
  if (instance == nullptr && cluster == nullptr) return no_such_instance(name);
  auto& tags = instance != nullptr ? instance->tags : cluster->tags;
  for (auto& [key, value] : input::tags(input::member(request.input, "Tags")))
    tags.insert_or_assign(key, value);
  return Json::object();
}

ApiResult<Json> list_tags(Databases& all, const Request& request) {
  const std::string name = input::text(request.input, "ResourceName");
  const Instance* instance = all.instance(request.place(), name);
  const Cluster* cluster = all.cluster(request.place(), name);
  if (instance == nullptr && cluster == nullptr) return no_such_instance(name);
  const auto& tags = instance != nullptr ? instance->tags : cluster->tags;
  Json list = Json::array();
  for (const auto& [key, value] : tags) list.push_back({{"Key", key}, {"Value", value}});
  return Json{{"TagList", list}};
}

}  // namespace opsim::rds
