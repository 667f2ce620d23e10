// Operations on clusters. AWS: RDS API Reference, the operation of the same name.
#include <fmt/format.h>

#include <algorithm>

#include "models/rds/rds.hpp"

namespace opsim::rds {

namespace {

constexpr std::string_view kClusterCreation = "lognormal(p50 90s, p99 5min)";  // estimate
constexpr std::string_view kBacktrack = "lognormal(p50 2min, p99 8min)";       // estimate

ApiResult<Cluster*> cluster_asked_for(Databases& all, const Request& request) {
  const std::string id = input::text(request.input, "DBClusterIdentifier");
  Cluster* cluster = all.cluster(request.place(), id);
  if (cluster == nullptr) return no_such_cluster(id);
  return cluster;
}

ApiError wrong_cluster_state(const Cluster& cluster, std::string_view wanted) {
  return {"InvalidDBClusterStateFault",
          fmt::format("DbCluster {} is in {} state but expected it to be one of {}.", cluster.id,
                      cluster.status, wanted)};
}

ApiResult<Cluster*> available_cluster(Databases& all, const Request& request) {
  ApiResult<Cluster*> cluster = cluster_asked_for(all, request);
  if (cluster && (*cluster)->status != "available")
    return wrong_cluster_state(**cluster, "available");
  return cluster;
}

Json cluster_answer(Databases& all, const Cluster& cluster) {
  return {{"DBCluster", description_of(all, cluster)}};
}

/// The cluster is in `status` for that long; then `then` runs and it is available again.
void occupy_cluster(Databases& all, Cluster& cluster, std::string status, Duration takes,
                    std::string why, std::function<void(Cluster&)> then) {
  cluster.status = std::move(status);
  cluster.out_of_service = true;
  cluster.why = std::move(why);
  const std::uint64_t work = ++cluster.work;
  refresh(all, cluster);
  all.sim().after(takes,
                  [&all, place = cluster.place, id = cluster.id, work, end = std::move(then)] {
                    Cluster* after = all.cluster(place, id);
                    if (after == nullptr || after->work != work) return;
                    after->status = "available";
                    after->out_of_service = false;
                    if (end) end(*after);
                    refresh(all, *after);
                  });
}

}  // namespace

ApiResult<Json> create_cluster(Databases& all, const Request& request) {
  const ApiResult<Cluster*> made = add_cluster(all, request.place(), request.input);
  if (!made) return made.error();
  Cluster& cluster = **made;
  cluster.tags = input::tags(input::member(request.input, "Tags"));
  all.cloud.resources().add({.type = fmt::format("{}DBCluster", all.flavour.type_prefix),
                             .physical_id = cluster.id,
                             .arn = cluster.arn,
                             .place = cluster.place,
                             .tags = cluster.tags});
  occupy_cluster(all, cluster, "creating", all.draw(cluster.id, "creation", kClusterCreation),
                 "it is being created", [&all](Cluster& after) {
                   tell(all, after, {"RDS-EVENT-0170", "creation", "DB cluster created."});
                 });
  return cluster_answer(all, cluster);
}

// "You can't delete a cluster that has instances."
ApiResult<Json> delete_cluster(Databases& all, const Request& request) {
  const ApiResult<Cluster*> found = cluster_asked_for(all, request);
  if (!found) return found.error();
  const Cluster& cluster = **found;
  if (cluster.deletion_protection)
    return ApiError{"InvalidParameterCombination",
                    "Cannot delete protected Cluster, please disable deletion protection and try "
                    "again."};
  if (!cluster.members.empty())
    return ApiError{"InvalidDBClusterStateFault",
                    "Cluster cannot be deleted, it still contains DB instances in non-deleting "
                    "state."};
  const bool skips = input::boolean(request.input, "SkipFinalSnapshot").value_or(false);
  const std::string last = lowered(input::text(request.input, "FinalDBSnapshotIdentifier"));
  if (!skips && last.empty())
    return ApiError{"InvalidParameterCombination",
                    "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified."};
  if (!skips) {
    Snapshot made;
    made.source = cluster.id;
    made.of_cluster = true;
    made.settings = description_of(all, cluster);
    if (auto taken = take_snapshot(all, cluster.place, last, std::move(made)); !taken)
      return taken.error();
  }
  const Json told = cluster_answer(all, cluster);
  all.cloud.set_health(cluster.id, Health::ok, "deleted");
  all.cloud.resources().remove(cluster.id);
  all.clusters.erase({cluster.place, std::string{cluster.id}});
  return told;
}

ApiResult<Json> describe_clusters(Databases& all, const Request& request) {
  const std::string id = input::text(request.input, "DBClusterIdentifier");
  if (!id.empty()) {
    const Cluster* one = all.cluster(request.place(), id);
    if (one == nullptr) return no_such_cluster(id);
    return Json{{"DBClusters", {description_of(all, *one)}}};
  }
  Json list = Json::array();
  for (const auto& [key, cluster] : all.clusters)
    if (key.first == request.place()) list.push_back(description_of(all, *cluster));
  return Json{{"DBClusters", list}};
}

ApiResult<Json> failover_cluster(Databases& all, const Request& request) {
  const ApiResult<Cluster*> found = available_cluster(all, request);
  if (!found) return found.error();
  const std::string target = lowered(input::text(request.input, "TargetDBInstanceIdentifier"));
  if (!target.empty() && all.instance(request.place(), target) == nullptr)
    return no_such_instance(target);
  const ApiResult<void> begun = fail_over(all, **found, target);
  if (!begun) return begun.error();
  return cluster_answer(all, **found);
}

ApiResult<Json> modify_cluster(Databases& all, const Request& request) {
  const ApiResult<Cluster*> found = available_cluster(all, request);
  if (!found) return found.error();
  Cluster& cluster = **found;
  if (const auto days = input::integer(request.input, "BackupRetentionPeriod"))
    cluster.backup_days = *days;
  if (const auto kept = input::boolean(request.input, "DeletionProtection"))
    cluster.deletion_protection = *kept;
  if (const auto window = input::integer(request.input, "BacktrackWindow"))
    cluster.backtrack_seconds = *window;
  if (const std::string version = input::text(request.input, "EngineVersion"); !version.empty())
    cluster.engine_version = version;
  return cluster_answer(all, cluster);
}

/// Aurora MySQL: "Backtracking rewinds the DB cluster"; every instance restarts. The statuses are
/// spelt as runbooks that ran on AWS wait for them; the API page has them in small letters.
ApiResult<Json> backtrack_cluster(Databases& all, const Request& request) {
  const ApiResult<Cluster*> found = available_cluster(all, request);
  if (!found) return found.error();
  Cluster& cluster = **found;
  const auto to = input::time(request.input, "BacktrackTo");
  if (cluster.backtrack_seconds == 0)
    return ApiError{"InvalidParameterCombination", "Backtrack is not enabled for the DB cluster."};
  if (!to || *to > all.now())
    return ApiError{"InvalidParameterValue", "BacktrackTo must be a time in the past."};
  const std::string id = all.cloud.next_uuid("backtrack");
  Json backtrack{
      {"DBClusterIdentifier", cluster.id},    {"BacktrackIdentifier", id},
      {"BacktrackTo", moment(*to)},           {"BacktrackRequestCreationTime", moment(all.now())},
      {"BacktrackedFrom", moment(all.now())}, {"Status", "APPLYING"}};
  cluster.backtracks.push_back(backtrack);
  if (cluster.backtracks.size() > 100) cluster.backtracks.erase(cluster.backtracks.begin());
  occupy_cluster(all, cluster, "backtracking", all.draw(cluster.id, "backtrack", kBacktrack),
                 "it is backtracked", [id](Cluster& after) {
                   for (Json& one : after.backtracks)
                     if (one["BacktrackIdentifier"] == id) one["Status"] = "COMPLETED";
                 });
  return backtrack;
}

ApiResult<Json> describe_backtracks(Databases& all, const Request& request) {
  const ApiResult<Cluster*> found = cluster_asked_for(all, request);
  if (!found) return found.error();
  const std::string id = input::text(request.input, "BacktrackIdentifier");
  Json list = Json::array();
  for (const Json& one : (*found)->backtracks)
    if (id.empty() || one["BacktrackIdentifier"] == id) list.push_back(one);
  return Json{{"DBClusterBacktracks", list}};
}

ApiResult<Json> start_cluster(Databases& all, const Request& request) {
  const ApiResult<Cluster*> found = cluster_asked_for(all, request);
  if (!found) return found.error();
  Cluster& cluster = **found;
  if (cluster.status != "stopped") return wrong_cluster_state(cluster, "stopped");
  for (const std::string& id : std::vector<std::string>(cluster.members))
    if (Instance* member = all.instance(cluster.place, id)) start_instance(all, *member);
  occupy_cluster(all, cluster, "starting", all.draw(cluster.id, "start", "uniform(3min, 10min)"),
                 "it starts", nullptr);
  return cluster_answer(all, cluster);
}

ApiResult<Json> stop_cluster(Databases& all, const Request& request) {
  const ApiResult<Cluster*> found = available_cluster(all, request);
  if (!found) return found.error();
  Cluster& cluster = **found;
  for (const std::string& id : std::vector<std::string>(cluster.members))
    if (Instance* member = all.instance(cluster.place, id)) stop_instance(all, *member);
  occupy_cluster(all, cluster, "stopping", all.draw(cluster.id, "stop", "uniform(3min, 8min)"),
                 "it stops", [](Cluster& after) {
                   after.status = "stopped";
                   after.out_of_service = true;
                   after.why = "it is stopped";
                 });
  return cluster_answer(all, cluster);
}

}  // namespace opsim::rds
