// Metrics and events.
// AWS: RDS User Guide, "Amazon CloudWatch metrics for Amazon RDS" (one a minute), "Amazon RDS event
// categories and event messages"; Aurora User Guide, "Amazon CloudWatch metrics for Aurora".
#include <fmt/format.h>

#include <algorithm>

#include "models/rds/rds.hpp"

namespace opsim::rds {

namespace {

constexpr std::size_t kMostEvents = 1'000;
constexpr double kGib = 1073741824.0;

struct Reported {
  std::string_view name;
  std::string_view unit;
  Waveform waveform;
};

/// What an instance reports while it serves.
std::vector<Reported> reported(Databases& all, const Instance& instance) {
  const SimTime now = all.now();
  const double used = instance.storage.at(now);
  const double rate = instance.storage.gib_per_second * kGib;
  std::vector<Reported> rows{
      {"CPUUtilization",
       "Percent",
       {.from = now, .level = instance.cpu_percent, .lowest = 0, .highest = 100, .noise = 2}},
      {"DatabaseConnections", "Count", {.from = now, .level = instance.connections, .lowest = 0}}};
  const Cluster* cluster = all.cluster(instance.place, instance.cluster);
  if (cluster == nullptr || !cluster->shares_storage())
    rows.push_back({"FreeStorageSpace",
                    "Bytes",
                    {.from = now,
                     .level = std::max(0.0, (instance.allocated_gib - used) * kGib),
                     .slope_per_second = -rate,
                     .lowest = 0}});
  const bool reads =
      cluster != nullptr && !cluster->members.empty() && cluster->members.front() != instance.id;
  const bool rds = all.flavour.service == "rds";
  if (!instance.replica_of.empty() || (reads && !cluster->shares_storage()))
    rows.push_back({"ReplicaLag", "Seconds", {.from = now, .level = instance.lag_seconds}});
  if (reads && cluster->shares_storage())
    rows.push_back({rds                                ? "AuroraReplicaLag"
                    : all.flavour.service == "neptune" ? "ClusterReplicaLag"
                                                       : "DBInstanceReplicaLag",
                    "Milliseconds",
                    {.from = now, .level = 20 + instance.lag_seconds * 1'000}});  // estimate: 20 ms
  return rows;
}

void write_event(Databases& all, const Place& place, const std::string& id,
                 const std::string& source_arn, std::string_view type, const Told& told) {
  const Json detail{{"EventCategories", {told.category}},
                    {"SourceType", type},
                    {"SourceArn", source_arn},
                    {"Date", moment(all.now())},
                    {"Message", told.message},
                    {"SourceIdentifier", id},
                    {"EventID", told.id}};
  all.events.push_back({{"SourceIdentifier", id},
                        {"SourceType", type},
                        {"Message", told.message},
                        {"EventCategories", {told.category}},
                        {"Date", moment(all.now())},
                        {"SourceArn", source_arn}});
  if (all.events.size() > kMostEvents) all.events.erase(all.events.begin());
  tell_subscribers(all, place, type, id, source_arn, told);
  const std::string_view kind = type == "DB_INSTANCE" ? "RDS DB Instance Event"
                                : type == "CLUSTER"   ? "RDS DB Cluster Event"
                                : type == "SNAPSHOT"  ? "RDS DB Snapshot Event"
                                                      : "RDS DB Cluster Snapshot Event";
  all.cloud.emit({.source = "aws.rds",
                  .detail_type = std::string{kind},
                  .place = place,
                  .resources = {source_arn},
                  .detail = detail,
                  .line = fmt::format("{}: {}", id, told.message)});
}

}  // namespace

void publish(Databases& all, Instance& instance) {
  Metrics& metrics = all.cloud.metrics();
  if (instance.out_of_service) {
    for (const auto& [name, source] : instance.sources) metrics.stop(source);
    return;
  }
  for (const Reported& row : reported(all, instance)) {
    const auto known = instance.sources.find(std::string{row.name});
    if (known != instance.sources.end()) {
      metrics.change(known->second, row.waveform);
      continue;
    }
    const SeriesId series = metrics.intern({instance.place,
                                            std::string{all.flavour.metric_namespace},
                                            std::string{row.name},
                                            {{"DBInstanceIdentifier", instance.id}}});
    instance.sources[std::string{row.name}] =
        metrics.publish(series, row.waveform, {.unit = std::string{row.unit}}, instance.id);
  }
}

void tell(Databases& all, const Instance& instance, Told told) {
  write_event(all, instance.place, instance.id, instance.arn, "DB_INSTANCE", told);
}

void tell(Databases& all, const Cluster& cluster, Told told) {
  write_event(all, cluster.place, cluster.id, cluster.arn, "CLUSTER", told);
}

void tell(Databases& all, const Snapshot& snapshot, Told told) {
  write_event(all, snapshot.place, snapshot.id, snapshot.arn,
              snapshot.of_cluster ? "CLUSTER_SNAPSHOT" : "SNAPSHOT", told);
}

}  // namespace opsim::rds
