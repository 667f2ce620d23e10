// The life of a pod: Pending (a node, images), Running, terminating, gone.
// Kubernetes documentation, "Pod Lifecycle". How long scheduling and pulling take: estimates.
#include <fmt/format.h>

#include "models/eks/kubernetes.hpp"

namespace opsim::eks {

namespace {

Distribution usual_pull() { return *Distribution::parse("lognormal(p50 4s, p99 30s)"); }
Distribution usual_end() { return *Distribution::parse("lognormal(p50 2s, p99 20s)"); }

void pull(Eks& eks, Pod& pod);

std::string luck_of_pull(const Pod& pod) {
  return pod.failed_pulls == 0 ? fmt::format("eks.starts.{}", pod.id)
                               : fmt::format("eks.starts.{}.{}", pod.id, pod.failed_pulls);
}

/// Kubernetes documentation, "Images" (ImagePullBackOff): "Kubernetes raises the delay between each
/// attempt until it reaches a compiled-in limit, which is 300 seconds"; it begins with 10 s.
void pull_again(Eks& eks, Pod& pod) {
  if (pod.failed_pulls++ == 0)
    tell(eks, pod, "failed", fmt::format("cannot pull {}: ImagePullBackOff", pod.spec->image),
         Level::story);
  pod.reason = "ImagePullBackOff";
  pod.transition =
      eks.sim().after(restart_delay(pod.failed_pulls + 1), [&eks, &pod] { pull(eks, pod); });
}

void pull(Eks& eks, Pod& pod) {
  eks.sim().cancel(pod.transition);
  const auto& own = eks.of(pod).physics.pulls_in;
  pod.transition =
      eks.sim().after(draw(eks, pod, "pull", own.value_or(usual_pull())), [&eks, &pod] {
        Stream luck{eks.sim().seed(), luck_of_pull(pod)};
        if (luck.chance(eks.of(pod).physics.starts.value_or(100) / 100))
          return start_container(eks, pod, false);
        pull_again(eks, pod);
      });
}

void schedule(Eks& eks, Pod& pod) {
  WorkerNode* node = room_for(eks, eks.of(pod));
  if (node == nullptr) {
    pod.reason = "Unschedulable";
    return;
  }
  pod.reason.clear();
  pod.node = node->name;
  pull(eks, pod);
}

}  // namespace

CauseId tell(Eks& eks, const Pod& pod, std::string_view act, std::string text, Level level) {
  return eks.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = level,
       .subject = pod.name,
       .text = std::move(text),
       .source = eks.of(pod).source,
       .detail = {{"act", act}, {"resource", pod.id}, {"of", pod.deployment}}});
}

Duration draw(Eks& eks, const Pod& pod, std::string_view purpose,
              const Distribution& distribution) {
  Stream luck{eks.sim().seed(), fmt::format("eks.{}.{}.{}", purpose, pod.id, pod.restarts)};
  return distribution.sample_duration(luck);
}

Pod& create_pod(Eks& eks, Deployment& deployment, std::string_view why, bool stands) {
  const std::string name = fmt::format("{}-{}-{:05d}", deployment.spec.name, deployment.revision,
                                       ++deployment.pods_made);
  const std::string id =
      fmt::format("{}/{}/{}", deployment.cluster, deployment.spec.name_space, name);
  Pod& pod = eks.pods[id];
  pod.id = id;
  pod.name = name;
  pod.deployment = deployment.id;
  pod.revision = deployment.revision;
  pod.spec = std::make_shared<const PodSpec>(deployment.spec.pod);
  pod.created = eks.now();
  deployment.pods[id] = &pod;
  eks.cloud.resources().add({.logical_id = name,
                             .type = "Kubernetes::Pod",
                             .physical_id = id,
                             .place = deployment.place,
                             .owner = deployment.id});
  if (stands) {
    if (const WorkerNode* node = room_for(eks, deployment)) {
      pod.node = node->name;
      start_container(eks, pod, true);
      return pod;
    }
  }
  const CauseScope because{
      eks.sim(), tell(eks, pod, "launched", fmt::format("created{}{}", why.empty() ? "" : " ", why),
                      Level::story)};
  schedule(eks, pod);
  return pod;
}

void schedule_waiting(Eks& eks, std::string_view cluster) {
  for (auto& [id, pod] : eks.pods)
    if (pod.node.empty() && !pod.terminating && eks.of(pod).cluster == cluster) schedule(eks, pod);
}

void forget_pod(Eks& eks, Pod& pod) {
  Deployment& deployment = eks.of(pod);
  cancel_all(eks, pod);
  stop_pod_metrics(eks, pod);
  deployment.pods.erase(pod.id);
  eks.cloud.resources().remove(pod.id);
  // Its own callback may be running: it goes with the next one.
  eks.sim().after(Duration{}, [&eks, id = pod.id] { eks.pods.erase(id); });
  schedule_waiting(eks, deployment.cluster);
  look_soon(eks, deployment);
}

void delete_pod(Eks& eks, Pod& pod, std::string_view why) {
  if (pod.terminating) return;
  pod.terminating = true;
  const CauseScope because{
      eks.sim(), tell(eks, pod, "terminating", fmt::format("deleted: {}", why), Level::everything)};
  cancel_all(eks, pod);
  pod.ready = pod.available = false;
  const WorkerNode* node = eks.node(pod.node);
  const bool unreachable = node != nullptr && !node->up;
  const Duration usual = draw(eks, pod, "end", eks.of(pod).physics.stops_in.value_or(usual_end()));
  const Duration takes = !pod.runs  ? Duration{}
                         : pod.hung ? pod.spec->grace
                                    : std::min(usual, pod.spec->grace);
  refresh_health(eks, pod);
  look_soon(eks, eks.of(pod));
  if (unreachable) return;  // nobody ends it: it goes with its node
  pod.transition = eks.sim().after(takes, [&eks, &pod] {
    tell(eks, pod, "stopped", "gone", Level::story);
    forget_pod(eks, pod);
  });
}

}  // namespace opsim::eks
