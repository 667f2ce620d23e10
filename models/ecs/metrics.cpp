// The metrics of namespaces AWS/ECS and ECS/ContainerInsights.
// AWS: ECS Developer Guide, "Amazon ECS CloudWatch metrics": CPUUtilization and MemoryUtilization
// of a service, by ClusterName and ServiceName, each minute, in per cent of what is reserved, one
// sample a task. CloudWatch User Guide, "Amazon ECS Container Insights metrics": RunningTaskCount,
// PendingTaskCount, DesiredTaskCount, DeploymentCount where the cluster's setting is on.
// SIMPLIFIED: no utilization of a cluster as a whole, nothing of Service Connect.
#include <fmt/format.h>

#include "models/ecs/ecs.hpp"

namespace opsim::ecs {

namespace {

/// How long after its minute a datapoint can be read: 30 s, an estimate.
constexpr Duration kPublishing = std::chrono::seconds{30};
constexpr Duration kMinute = std::chrono::minutes{1};

Dimensions dimensions_of(const Service& service) {
  return {{"ClusterName", service.spec.cluster}, {"ServiceName", service.spec.name}};
}

Waveform cpu_waveform(Ecs& ecs, const Task& task) {
  const auto& hangs = task.settings->memory_hangs;
  if (hangs && task.memory.reaches(ecs.now(), *hangs))  // it collects garbage all the time
    return {.from = ecs.now(), .level = 100, .lowest = 0, .highest = 100};
  return {.from = ecs.now(),
          .level = answers(task) ? task.cpu_level : 0,
          .lowest = 0,
          .highest = 100,
          .noise = answers(task) ? task.settings->cpu_noise.value_or(3) : 0};
}

struct Insight {
  std::string_view name;
  std::int64_t (*value)(const Service&);
};
template <class Test>
std::int64_t count_where(const Service& service, Test test) {
  std::int64_t count = 0;
  for (const auto& [arn, task] : service.tasks)
    if (test(*task)) ++count;
  return count;
}
constexpr Insight kInsights[] = {
    {"RunningTaskCount",
     [](const Service& service) {
       return count_where(service, [](const Task& task) { return task.is_up(); });
     }},
    {"PendingTaskCount",
     [](const Service& service) {
       return count_where(service,
                          [](const Task& task) { return task.status < TaskStatus::running; });
     }},
    {"DesiredTaskCount", [](const Service& service) { return service.spec.desired; }},
    {"DeploymentCount",
     [](const Service& service) { return static_cast<std::int64_t>(service.deployments.size()); }},
};

}  // namespace

void publish_task_metrics(Ecs& ecs, Task& task) {
  const Service* service = ecs.service(task.service);
  if (service == nullptr || !task.metrics.empty()) return;
  Metrics& metrics = ecs.cloud.metrics();
  Stream luck{ecs.sim().seed(), fmt::format("ecs.sampling.{}", task.name)};
  const Duration phase{static_cast<std::int64_t>(luck.uniform() * 60e9)};
  const Sampling sampling{.every = kMinute,
                          .phase = phase,
                          .delay = kMinute - phase + kPublishing,  // the minute is read as a whole
                          .unit = "Percent"};
  for (const std::string_view name : {"CPUUtilization", "MemoryUtilization"}) {
    const SeriesId series =
        metrics.intern({task.place, "AWS/ECS", std::string{name}, dimensions_of(*service)});
    const bool cpu = name.starts_with("CPU");
    task.metrics.push_back(metrics.publish(
        series, cpu ? cpu_waveform(ecs, task) : task.memory.waveform(), sampling, task.name));
  }
}

void update_task_metrics(Ecs& ecs, Task& task) {
  if (task.metrics.empty() || task.status >= TaskStatus::deprovisioning) return;
  Metrics& metrics = ecs.cloud.metrics();
  metrics.change(task.metrics[0], cpu_waveform(ecs, task));
  metrics.change(task.metrics[1], task.memory.waveform());
}

void stop_task_metrics(Ecs& ecs, Task& task) {
  for (const SourceId source : task.metrics) ecs.cloud.metrics().stop(source);
  task.metrics.clear();
}

void update_insights(Ecs& ecs, Service& service) {
  const Cluster* cluster = ecs.cluster(service.place, service.spec.cluster);
  if (cluster == nullptr || !cluster->insights) return;
  Metrics& metrics = ecs.cloud.metrics();
  for (std::size_t i = 0; i < std::size(kInsights); ++i) {
    const Waveform wave{.from = ecs.now(),
                        .level = static_cast<double>(kInsights[i].value(service))};
    if (i < service.insights.size()) {
      if (metrics.waveform(service.insights[i]).level != wave.level)
        metrics.change(service.insights[i], wave);
      continue;
    }
    const SeriesId series =
        metrics.intern({service.place, "ECS/ContainerInsights", std::string{kInsights[i].name},
                        dimensions_of(service)});
    service.insights.push_back(metrics.publish(
        series, wave, {.every = kMinute, .delay = kMinute, .unit = "Count"}, service.arn));
  }
}

}  // namespace opsim::ecs
