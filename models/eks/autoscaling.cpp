// HorizontalPodAutoscalers at work: they look every 15 seconds while there is something to do.
// Kubernetes documentation, "Horizontal Pod Autoscaling". SIMPLIFIED: metrics-server is there, and
// its samples are not late; a pod uses what physics, an experiment or a workload says, in per cent
// of its limit, of its request where it has no limit. Custom and external metrics are not
// simulated.
#include <fmt/format.h>

#include <algorithm>

#include "models/eks/kubernetes.hpp"

namespace opsim::eks {

namespace {

/// What a pod uses, in per cent of what it requests.
double used_by(Eks& eks, const Pod& pod, const ResourceTarget& metric) {
  const PodSpec& spec = *pod.spec;
  const auto scaled = [](double percent, std::int64_t limit, std::int64_t request) {
    return limit > 0 && request > 0
               ? percent * static_cast<double>(limit) / static_cast<double>(request)
               : percent;
  };
  if (metric.memory) return scaled(pod.memory.at(eks.now()), spec.memory_limit, spec.memory_bytes);
  if (pod.hung) return 0;
  return scaled(pod.stress.value_or(eks.of(pod).physics.cpu_level.value_or(20)), spec.cpu_limit,
                spec.cpu_milli);
}

/// "The HorizontalPodAutoscaler evaluates each metric in turn; the largest replica count is used."
std::int64_t recommendation(Eks& eks, const Deployment& deployment) {
  const std::int64_t current = deployment.spec.replicas;
  std::int64_t highest = 0;
  for (const ResourceTarget& metric : deployment.autoscaler->metrics) {
    std::vector<double> used;
    std::int64_t not_ready = 0;
    for (const auto& [id, pod] : deployment.pods) {
      if (pod->terminating) continue;  // "pods with a deletion timestamp set are ignored"
      if (pod->ready)
        used.push_back(used_by(eks, *pod, metric));
      else
        ++not_ready;
    }
    highest = std::max(highest, wanted_replicas(current, used, not_ready, metric.percent));
  }
  return highest;
}

void synchronise(Eks& eks, Deployment& deployment) {
  const AutoscalerSpec& spec = *deployment.autoscaler;
  const std::int64_t current = deployment.spec.replicas;
  if (current == 0) return;  // "scaled to 0: the autoscaler is disabled"
  const std::int64_t wanted = recommendation(eks, deployment);
  const std::int64_t to = stabilized(deployment.scaling, spec, current, wanted, eks.now());
  remember(deployment.scaling, current, to, eks.now());
  const std::int64_t bounded = std::clamp(wanted, spec.least, std::max(spec.least, spec.most));
  const bool watches_memory = std::ranges::any_of(spec.metrics, &ResourceTarget::memory);
  if (to != current) {
    const CauseScope because{
        eks.sim(),
        eks.cloud.journal().write(
            {.kind = EntryKind::resource,
             .level = Level::story,
             .subject = deployment.id,
             .text = fmt::format("autoscaler {}: {} -> {} replicas", spec.name, current, to),
             .source = deployment.source,
             .detail = {{"act", "autoscaled"}, {"resource", deployment.id}}})};
    scale(eks, deployment, to);
  }
  if (to != current || bounded != to || watches_memory) autoscale_soon(eks, deployment);
}

}  // namespace

void autoscale_soon(Eks& eks, Deployment& deployment) {
  if (!deployment.autoscaler || eks.sim().pending(deployment.sync)) return;
  const Duration since = eks.now() - eks.sim().start();
  const Duration next = (since / kAutoscalerSync + 1) * kAutoscalerSync;
  deployment.sync = eks.sim().at(eks.sim().start() + next, [&eks, &deployment] {
    deployment.sync = {};
    synchronise(eks, deployment);
  });
}

}  // namespace opsim::eks
