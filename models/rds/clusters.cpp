// Clusters: a writer first, readers behind it.
// AWS: Aurora User Guide, "Amazon Aurora DB clusters"; RDS User Guide, "Multi-AZ DB clusters".
#include <fmt/format.h>

#include <algorithm>

#include "models/rds/rds.hpp"

namespace opsim::rds {

ApiError no_such_cluster(std::string_view id) {
  return {"DBClusterNotFoundFault", fmt::format("DBCluster {} not found.", id), 404};
}

Cluster* Databases::cluster(const Place& near, std::string_view id) {
  Place place = near;
  std::string name = lowered(id);
  if (const auto parsed = Arn::parse(id)) {
    place = parsed->place();
    name = lowered(std::string_view{parsed->resource}.substr(parsed->resource.find(':') + 1));
  }
  const auto found = clusters.find({place, name});
  return found == clusters.end() ? nullptr : found->second.get();
}

Instance* writer_of(Databases& all, const Cluster& cluster) {
  return cluster.members.empty() ? nullptr : all.instance(cluster.place, cluster.members.front());
}

ApiResult<Cluster*> add_cluster(Databases& all, const Place& place, const Json& input) {
  const std::string id = lowered(input::text(input, "DBClusterIdentifier"));
  if (id.empty() || id.size() > 63)
    return ApiError{"InvalidParameterValue",
                    "The parameter DBClusterIdentifier is not a valid identifier."};
  if (all.clusters.contains({place, id}))
    return ApiError{"DBClusterAlreadyExistsFault", fmt::format("DB Cluster {} already exists", id)};
  auto made = std::make_unique<Cluster>();
  Cluster& cluster = *made;
  cluster.id = id;
  cluster.place = place;
  cluster.arn = arn(place, "rds", "cluster:" + id);
  const std::string engine = input::text(input, "Engine");
  const bool rds = all.flavour.service == "rds";
  cluster.engine = !engine.empty() ? engine
                   : rds           ? "aurora-mysql"
                                   : std::string{all.flavour.engine};
  cluster.engine_version = input::text(input, "EngineVersion");
  if (cluster.engine_version.empty()) cluster.engine_version = usual_version(cluster.engine);
  cluster.port = input::integer(input, "Port")
                     .value_or(cluster.engine.find("postgres") != cluster.engine.npos && rds
                                   ? 5432
                                   : all.flavour.port);
  cluster.backup_days = input::integer(input, "BackupRetentionPeriod").value_or(1);
  cluster.deletion_protection = input::boolean(input, "DeletionProtection").value_or(false);
  cluster.backtrack_seconds = input::integer(input, "BacktrackWindow").value_or(0);
  cluster.master_user = input::text(input, "MasterUsername");
  cluster.database = input::text(input, "DatabaseName");
  cluster.subnet_group = input::text(input, "DBSubnetGroupName");
  cluster.created = all.now();
  all.clusters[{place, id}] = std::move(made);
  return &cluster;
}

/// A cluster serves while its writer does: that is where writes go.
void refresh(Databases& all, Cluster& cluster) {
  const Instance* writer = writer_of(all, cluster);
  Health health = Health::ok;
  std::string why = "available";
  std::size_t out = 0;
  for (const std::string& id : cluster.members) {
    const Instance* member = all.instance(cluster.place, id);
    if (member == nullptr || member->out_of_service) ++out;
  }
  if (out > 0) {
    health = Health::in_danger;
    why = fmt::format("{} of {} instances serve", cluster.members.size() - out,
                      cluster.members.size());
  }
  if (writer != nullptr && writer->out_of_service) {
    health = Health::down;
    why = fmt::format("its writer {}: {}", writer->id, writer->why);
  }
  if (cluster.out_of_service) {
    health = Health::down;
    why = cluster.why;
  }
  all.cloud.set_health(cluster.id, health, why);
}

}  // namespace opsim::rds
