// Operations on instances. AWS: RDS API Reference, the operation of the same name.
// How long creations, modifications and promotions take is not documented: estimates.
#include <fmt/format.h>

#include <algorithm>

#include "models/rds/rds.hpp"

namespace opsim::rds {

namespace {

constexpr std::string_view kCreation = "lognormal(p50 6min, p99 15min)";
constexpr std::string_view kReplicaCreation = "lognormal(p50 8min, p99 30min)";
constexpr std::string_view kPromotion = "lognormal(p50 3min, p99 10min)";
constexpr std::string_view kRenaming = "lognormal(p50 2min, p99 5min)";
constexpr std::string_view kDeletion = "lognormal(p50 3min, p99 10min)";

ApiResult<Instance*> asked_for(Databases& all, const Request& request) {
  const std::string id = input::text(request.input, "DBInstanceIdentifier");
  Instance* instance = all.instance(request.place(), id);
  if (instance == nullptr) return no_such_instance(id);
  return instance;
}

/// Statuses in which an instance is operational, and one that only more storage ends.
bool takes_changes(const Instance& instance) {
  return instance.is_operational() || instance.status == "storage-full";
}

ApiResult<Instance*> available(Databases& all, const Request& request) {
  ApiResult<Instance*> instance = asked_for(all, request);
  if (instance && !takes_changes(**instance)) return wrong_state(**instance, "available");
  return instance;
}

Json answer(Databases& all, const Instance& instance) {
  return {{"DBInstance", description_of(all, instance)}};
}

std::function<void(Instance&)> created(Databases& all, std::string_view message) {
  return [&all, text = std::string{message}](Instance& made) {
    tell(all, made, {"RDS-EVENT-0005", "creation", text});
    watch_storage(all, made);
    plan_backup(all, made);
  };
}

/// "the DB instance reboots immediately if you enable ApplyImmediately". SIMPLIFIED: also where one
/// does not.
void rename(Databases& all, Instance& instance, const std::string& to) {
  occupy(all, instance,
         {.status = "renaming",
          .takes = all.draw(instance.id, "renaming", kRenaming),
          .out_of_service = true,
          .why = "it is renamed",
          .then = [&all, to](Instance& after) { take_name(all, after, to); }});
}

}  // namespace

ApiResult<Json> create_instance(Databases& all, const Request& request) {
  const ApiResult<Instance*> made = add_instance(all, request.place(), request.input);
  if (!made) return made.error();
  Instance& instance = **made;
  instance.tags = input::tags(input::member(request.input, "Tags"));
  all.cloud.resources().add({.type = fmt::format("{}DBInstance", all.flavour.type_prefix),
                             .physical_id = instance.id,
                             .arn = instance.arn,
                             .place = instance.place,
                             .tags = instance.tags});
  occupy(all, instance,
         {.status = "creating",
          .takes = all.draw(instance.id, "creation", kCreation),
          .out_of_service = true,
          .why = "it is being created",
          .then = created(all, "DB instance created.")});
  return answer(all, instance);
}

ApiResult<Json> create_read_replica(Databases& all, const Request& request) {
  const std::string of = input::text(request.input, "SourceDBInstanceIdentifier");
  const Instance* source = all.instance(request.place(), of);
  if (source == nullptr) return no_such_instance(of);
  if (!source->is_operational()) return wrong_state(*source, "available");
  if (source->backup_days == 0)
    return ApiError{"InvalidDBInstanceState",
                    "Automated backups are not enabled for this database instance."};
  Json wanted = description_of(all, *source);
  wanted.erase("AvailabilityZone");
  wanted.erase("DBClusterIdentifier");
  wanted.update(request.input);
  const ApiResult<Instance*> made = add_instance(all, request.place(), wanted);
  if (!made) return made.error();
  Instance& replica = **made;
  replica.cluster.clear();
  replica.replica_of = source->id;
  replica.multi_az = input::boolean(request.input, "MultiAZ").value_or(false);
  all.cloud.resources().add({.type = fmt::format("{}DBInstance", all.flavour.type_prefix),
                             .physical_id = replica.id,
                             .arn = replica.arn,
                             .place = replica.place});
  occupy(all, replica,
         {.status = "creating",
          .takes = all.draw(replica.id, "creation", kReplicaCreation),
          .out_of_service = true,
          .why = "it is being created",
          .then = created(all, "DB instance created.")});
  return answer(all, replica);
}

ApiResult<Json> delete_instance(Databases& all, const Request& request) {
  const ApiResult<Instance*> found = asked_for(all, request);
  if (!found) return found.error();
  Instance& instance = **found;
  if (instance.status == "deleting") return wrong_state(instance, "available");
  if (instance.deletion_protection)
    return ApiError{"InvalidParameterCombination",
                    "Cannot delete protected DB Instance, please disable deletion protection and "
                    "try again."};
  const bool skips = input::boolean(request.input, "SkipFinalSnapshot").value_or(false);
  if (!skips && instance.cluster.empty() && instance.replica_of.empty() &&
      input::text(request.input, "FinalDBSnapshotIdentifier").empty())
    return ApiError{"InvalidParameterCombination",
                    "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."};
  if (const std::string last = input::text(request.input, "FinalDBSnapshotIdentifier");
      !skips && !last.empty()) {
    Snapshot made;
    made.source = instance.id;
    made.settings = description_of(all, instance);
    made.used_gib = instance.storage.at(all.now());
    if (auto taken = take_snapshot(all, instance.place, lowered(last), std::move(made)); !taken)
      return taken.error();
  }
  occupy(all, instance,
         {.status = "deleting",
          .takes = all.draw(instance.id, "deletion", kDeletion),
          .out_of_service = true,
          .why = "it is being deleted",
          .then = [&all](Instance& gone) { remove_instance(all, gone); }});
  return answer(all, instance);
}

ApiResult<Json> describe_instances(Databases& all, const Request& request) {
  const std::string id = input::text(request.input, "DBInstanceIdentifier");
  Json list = Json::array();
  std::vector<std::string> clusters;
  if (const Json& filters = input::member(request.input, "Filters"); filters.is_array())
    for (const Json& filter : filters)
      if (input::text(filter, "Name") == "db-cluster-id")
        for (const std::string& value : input::texts(filter, "Values"))
          if (const Cluster* cluster = all.cluster(request.place(), value))
            clusters.push_back(cluster->id);
  const bool filtered = input::member(request.input, "Filters").is_array() &&
                        !input::member(request.input, "Filters").empty();
  if (!id.empty()) {
    const Instance* one = all.instance(request.place(), id);
    if (one == nullptr) return no_such_instance(id);
    return Json{{"DBInstances", {description_of(all, *one)}}};
  }
  for (const auto& [key, instance] : all.instances)
    if (key.first == request.place() &&
        (!filtered || std::ranges::find(clusters, instance->cluster) != clusters.end()))
      list.push_back(description_of(all, *instance));
  return Json{{"DBInstances", list}};
}

// "If ApplyImmediately is false, changes are applied during the next maintenance window."
ApiResult<Json> modify_instance(Databases& all, const Request& request) {
  const ApiResult<Instance*> found = available(all, request);
  if (!found) return found.error();
  Instance& instance = **found;
  if (auto fit = check_settings(instance, request.input); !fit) return fit.error();
  if (const auto gib = input::integer(request.input, "AllocatedStorage")) {
    const double asked = static_cast<double>(*gib);
    // "If you choose to increase ... values must be at least 10% greater than the current value."
    if (asked < instance.allocated_gib * 1.1 && asked != instance.allocated_gib)
      return ApiError{"InvalidParameterCombination",
                      fmt::format("Invalid storage size for engine name {} and storage type {}: {}",
                                  instance.engine, instance.storage_type, *gib)};
    if (all.now() - instance.storage_changed < std::chrono::hours{6} &&
        instance.storage_changed > instance.created)
      return ApiError{"InvalidParameterCombination",
                      "You can't currently modify the storage of this DB instance because the "
                      "previous storage change is being optimized."};
  }
  const std::string renamed = lowered(input::text(request.input, "NewDBInstanceIdentifier"));
  if (!renamed.empty() && renamed != instance.id) {
    if (all.instance(instance.place, renamed) != nullptr)
      return ApiError{"DBInstanceAlreadyExists", "DB instance already exists"};
    rename(all, instance, renamed);
    return answer(all, instance);
  }
  const Json changes = changes_of(instance, request.input);
  Json at_once = request.input;
  for (const auto& [member, value] : changes.items()) at_once.erase(member);
  read_settings(instance, at_once);
  plan_backup(all, instance);
  if (changes.empty()) return answer(all, instance);
  if (input::boolean(request.input, "ApplyImmediately").value_or(false)) {
    apply(all, instance, changes);
    return answer(all, instance);
  }
  instance.pending.update(changes);
  all.sim().at(next_maintenance(instance, all.now()),
               [&all, place = instance.place, id = instance.id] {
                 Instance* after = all.instance(place, id);
                 if (after == nullptr || after->pending.empty() || !after->is_operational()) return;
                 const Json waiting = after->pending;
                 apply(all, *after, waiting);
               });
  return answer(all, instance);
}

// "Backups are enabled on the promoted instance; the instance reboots before it is available."
ApiResult<Json> promote_read_replica(Databases& all, const Request& request) {
  const ApiResult<Instance*> found = available(all, request);
  if (!found) return found.error();
  Instance& replica = **found;
  if (replica.replica_of.empty())
    return ApiError{"InvalidDBInstanceState",
                    fmt::format("DB Instance {} is not a read replica.", replica.id)};
  occupy(all, replica,
         {.status = "modifying",
          .takes = all.draw(replica.id, "promotion", kPromotion),
          .out_of_service = true,
          .why = "it is promoted",
          .then = [&all](Instance& after) {
            after.replica_of.clear();
            after.lag_seconds = 0;
            if (after.backup_days == 0) after.backup_days = 1;
            tell(all, after, {"RDS-EVENT-0006", "availability", "DB instance restarted."});
          }});
  return answer(all, replica);
}

ApiResult<Json> reboot_instance(Databases& all, const Request& request) {
  const ApiResult<Instance*> found = available(all, request);
  if (!found) return found.error();
  Instance& instance = **found;
  const bool forced = input::boolean(request.input, "ForceFailover").value_or(false);
  if (forced && !instance.multi_az)
    return ApiError{"InvalidParameterCombination",
                    "Cannot fail over a DB instance that is not configured for Multi-AZ."};
  if (forced)
    fail_over(all, instance, "rebooting");
  else
    reboot(all, instance);
  return answer(all, instance);
}

ApiResult<Json> start_database(Databases& all, const Request& request) {
  const ApiResult<Instance*> found = asked_for(all, request);
  if (!found) return found.error();
  if ((*found)->status != "stopped") return wrong_state(**found, "stopped");
  start_instance(all, **found);
  return answer(all, **found);
}

ApiResult<Json> stop_database(Databases& all, const Request& request) {
  const ApiResult<Instance*> found = available(all, request);
  if (!found) return found.error();
  if (!(*found)->cluster.empty())
    return ApiError{"InvalidDBClusterStateFault", "Stop the cluster of this instance instead."};
  stop_instance(all, **found);
  return answer(all, **found);
}

}  // namespace opsim::rds
