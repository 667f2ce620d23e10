// The metrics of namespace ContainerInsights, where the add-on amazon-cloudwatch-observability is.
// AWS: CloudWatch User Guide, "Amazon EKS and Kubernetes Container Insights metrics": each minute,
// by PodName, Namespace and ClusterName, where PodName is the name of the deployment.
// SIMPLIFIED: of pods' metrics three, of clusters' two; none of nodes and services.
#include <fmt/format.h>

#include <algorithm>

#include "models/eks/kubernetes.hpp"

namespace opsim::eks {

namespace {

constexpr Duration kMinute = std::chrono::minutes{1};
constexpr Duration kPublishing = std::chrono::seconds{30};  // estimate

constexpr std::string_view kPodMetrics[] = {"pod_number_of_container_restarts",
                                            "pod_memory_utilization_over_pod_limit",
                                            "pod_cpu_utilization_over_pod_limit"};

Waveform wave_of(Eks& eks, const Pod& pod, std::string_view metric) {
  if (metric == kPodMetrics[0])
    return {.from = eks.now(), .level = static_cast<double>(pod.restarts)};
  if (metric == kPodMetrics[1]) return pod.memory.waveform();
  const ContainerPhysics& physics = eks.of(pod).physics;
  const bool busy = pod.runs && !pod.hung;
  return {.from = eks.now(),
          .level = busy ? pod.stress.value_or(physics.cpu_level.value_or(20)) : 0,
          .lowest = 0,
          .highest = 100,
          .noise = busy ? physics.cpu_noise.value_or(3) : 0};
}

}  // namespace

void publish_pod_metrics(Eks& eks, Pod& pod) {
  const Deployment& deployment = eks.of(pod);
  const Cluster* cluster = eks.cluster(deployment.place, deployment.cluster);
  if (cluster == nullptr || !cluster->insights) return;
  if (!pod.metrics.empty()) return update_pod_metrics(eks, pod);
  Stream luck{eks.sim().seed(), fmt::format("eks.sampling.{}", pod.id)};
  const Duration phase{static_cast<std::int64_t>(luck.uniform() * 60e9)};
  const Sampling sampling{
      .every = kMinute, .phase = phase, .delay = kMinute - phase + kPublishing, .unit = "None"};
  Metrics& metrics = eks.cloud.metrics();
  for (const std::string_view name : kPodMetrics) {
    const SeriesId series = metrics.intern({deployment.place,
                                            "ContainerInsights",
                                            std::string{name},
                                            {{"ClusterName", deployment.cluster},
                                             {"Namespace", deployment.spec.name_space},
                                             {"PodName", deployment.spec.name}}});
    pod.metrics.push_back(metrics.publish(series, wave_of(eks, pod, name), sampling, pod.id));
  }
}

void update_pod_metrics(Eks& eks, Pod& pod) {
  for (std::size_t i = 0; i < pod.metrics.size(); ++i)
    eks.cloud.metrics().change(pod.metrics[i], wave_of(eks, pod, kPodMetrics[i]));
}

void stop_pod_metrics(Eks& eks, Pod& pod) {
  for (const SourceId source : pod.metrics) eks.cloud.metrics().stop(source);
  pod.metrics.clear();
}

void update_cluster_metrics(Eks& eks, const Place& place, std::string_view name) {
  Cluster* cluster = eks.cluster(place, name);
  if (cluster == nullptr || !cluster->insights) return;
  std::int64_t all = 0;
  std::int64_t failed = 0;
  for (const auto& [id, node] : eks.nodes) {
    if (node.cluster != cluster->name || node.place != place || node.gone) continue;
    ++all;
    if (!node.ready) ++failed;
  }
  Metrics& metrics = eks.cloud.metrics();
  for (const auto& [metric, value] :
       {std::pair{"cluster_failed_node_count", failed}, {"cluster_node_count", all}}) {
    const Waveform wave{.from = eks.now(), .level = static_cast<double>(value)};
    const auto known = cluster->metrics.find(metric);
    if (known != cluster->metrics.end()) {
      metrics.change(known->second, wave);
      continue;
    }
    const SeriesId series =
        metrics.intern({place, "ContainerInsights", metric, {{"ClusterName", std::string{name}}}});
    cluster->metrics[metric] = metrics.publish(
        series, wave, {.every = kMinute, .delay = kMinute, .unit = "Count"}, cluster->arn);
  }
}

}  // namespace opsim::eks
