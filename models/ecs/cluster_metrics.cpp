// What a cluster's tasks reserve of its container instances.
// AWS: ECS Developer Guide, "Amazon ECS CloudWatch metrics": CPUReservation and MemoryReservation,
// by ClusterName, "the percentage of CPU units that are reserved in the cluster": reserved by its
// tasks over registered by its instances; only of clusters with EC2 instances.
#include "models/ecs/ecs.hpp"

namespace opsim::ecs {

namespace {

struct Sums {
  double cpu = 0;
  double memory = 0;
};

double share(double part, double whole) { return whole > 0 ? 100 * part / whole : 0; }

void publish_share(Ecs& ecs, Cluster& cluster, const std::string& name, double percent) {
  Metrics& metrics = ecs.cloud.metrics();
  const Waveform wave{.from = ecs.now(), .level = percent, .lowest = 0};
  const auto known = cluster.reservations.find(name);
  if (known != cluster.reservations.end()) {
    if (metrics.waveform(known->second).level != percent) metrics.change(known->second, wave);
    return;
  }
  const SeriesId series =
      metrics.intern({cluster.place, "AWS/ECS", name, {{"ClusterName", cluster.name}}});
  cluster.reservations[name] = metrics.publish(
      series, wave,
      {.every = std::chrono::minutes{1}, .delay = std::chrono::minutes{1}, .unit = "Percent"},
      cluster.name);
}

}  // namespace

void update_reservations(Ecs& ecs, const Place& place, std::string_view name) {
  Cluster* const cluster = ecs.cluster(place, name);
  if (cluster == nullptr) return;
  Sums there;
  for (const auto& [arn, instance] : ecs.instances) {
    if (instance.place != place || instance.cluster != cluster->name) continue;
    there.cpu += static_cast<double>(instance.cpu_units);
    there.memory += static_cast<double>(instance.memory_mib);
  }
  if (there.cpu <= 0 && cluster->reservations.empty()) return;
  Sums reserved;
  for (const auto& [arn, task] : ecs.tasks) {
    if (task.container_instance.empty() || task.place != place || task.cluster != cluster->name ||
        task.status >= TaskStatus::deprovisioning)
      continue;
    reserved.cpu += static_cast<double>(task.definition->cpu_units);
    reserved.memory += static_cast<double>(task.definition->memory_mib);
  }
  publish_share(ecs, *cluster, "CPUReservation", share(reserved.cpu, there.cpu));
  publish_share(ecs, *cluster, "MemoryReservation", share(reserved.memory, there.memory));
}

}  // namespace opsim::ecs
