// The deployment controller and its replica sets, as one.
// Kubernetes documentation, "Deployments": rolling update, Recreate, progressDeadlineSeconds; a
// rollout restart is a new revision of the same template.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "models/eks/kubernetes.hpp"

namespace opsim::eks {

namespace {

/// Controllers react to watches, within a second: an estimate.
constexpr Duration kControllerTakes = std::chrono::milliseconds{500};

CauseId tell_deployment(Eks& eks, const Deployment& deployment, std::string_view act,
                        std::string text) {
  return eks.cloud.journal().write({.kind = EntryKind::resource,
                                    .level = Level::story,
                                    .subject = deployment.id,
                                    .text = std::move(text),
                                    .source = deployment.source,
                                    .detail = {{"act", act}, {"resource", deployment.id}}});
}

struct PodTally {
  PodCounts newest;
  PodCounts older;
  std::int64_t ending = 0;  // of older revisions, not gone yet
};

PodTally count_pods(const Deployment& deployment) {
  PodTally tally;
  for (const auto& [id, pod] : deployment.pods) {
    const bool newest = pod->revision == deployment.revision;
    if (pod->terminating) {
      if (!newest) ++tally.ending;
      continue;
    }
    PodCounts& side = newest ? tally.newest : tally.older;
    ++(pod->available ? side.available : side.unavailable);
  }
  return tally;
}

/// "Pods on nodes with more replicas come before pods on nodes with fewer ... the pod that was
/// created more recently comes before the older pod" (ReplicaSet, scaling down).
void drop(Eks& eks, Deployment& deployment, bool newest, bool available, std::int64_t count) {
  if (count <= 0) return;
  std::map<std::string_view, std::int64_t> on_node;
  std::vector<Pod*> chosen;
  for (const auto& [id, pod] : deployment.pods) {
    if (pod->terminating) continue;
    ++on_node[pod->node];
    if ((pod->revision == deployment.revision) == newest && pod->available == available)
      chosen.push_back(pod);
  }
  std::ranges::sort(chosen, [&](const Pod* a, const Pod* b) {
    return std::tuple{on_node[b->node], b->created, std::string_view{b->id}} <
           std::tuple{on_node[a->node], a->created, std::string_view{a->id}};
  });
  chosen.resize(std::min(chosen.size(), static_cast<std::size_t>(count)));
  for (Pod* pod : chosen) delete_pod(eks, *pod, newest ? "fewer replicas" : "an older revision");
}

void create_some(Eks& eks, Deployment& deployment, std::int64_t count) {
  for (; count > 0; --count) {
    std::string why;
    if (!deployment.lost.empty()) {
      why = fmt::format("to replace {}", deployment.lost.front());
      deployment.lost.erase(deployment.lost.begin());
    }
    create_pod(eks, deployment, why, false);
  }
}

void watch_progress(Eks& eks, Deployment& deployment) {
  deployment.progressed = eks.now();
  eks.sim().cancel(deployment.deadline);
  if (!deployment.rolling) return;
  deployment.deadline = eks.sim().after(deployment.spec.progress_deadline, [&eks, &deployment] {
    deployment.stalled = true;
    tell_deployment(eks, deployment, "stalled",
                    "no progress for too long: ProgressDeadlineExceeded; nothing is rolled back");
  });
}

PodStep plan_recreate(const Deployment& deployment, const PodTally& tally) {
  PodStep step;
  step.drop_older = tally.older;
  if (tally.older.all() == 0 && tally.ending == 0)
    step = plan_pods(deployment.spec.replicas, {0, deployment.spec.replicas}, tally.newest, {});
  return step;
}

void finish_rollout(Eks& eks, Deployment& deployment, const PodTally& tally) {
  const bool done = tally.newest.available == deployment.spec.replicas &&
                    tally.newest.unavailable == 0 && tally.older.all() == 0;
  if (!done || !deployment.rolling) return;
  deployment.rolling = deployment.stalled = false;
  eks.sim().cancel(deployment.deadline);
  tell_deployment(eks, deployment, "completed",
                  fmt::format("revision {} is rolled out", deployment.revision));
}

}  // namespace

void look_now(Eks& eks, Deployment& deployment) {
  eks.sim().cancel(deployment.look);
  deployment.look = {};
  const PodTally tally = count_pods(deployment);
  const DeploymentSpec& spec = deployment.spec;
  const PodStep step =
      spec.recreate ? plan_recreate(deployment, tally)
                    : plan_pods(spec.replicas,
                                pod_bounds(spec.replicas, spec.max_surge, spec.max_unavailable),
                                tally.newest, tally.older);
  if (deployment.rolling && !step.nothing()) watch_progress(eks, deployment);
  drop(eks, deployment, false, false, step.drop_older.unavailable);
  drop(eks, deployment, false, true, step.drop_older.available);
  drop(eks, deployment, true, false, step.drop_newest.unavailable);
  drop(eks, deployment, true, true, step.drop_newest.available);
  create_some(eks, deployment, step.create);
  if (step.nothing()) finish_rollout(eks, deployment, tally);
  refresh_deployment_health(eks, deployment);
}

void look_soon(Eks& eks, Deployment& deployment) {
  if (eks.sim().pending(deployment.look)) return;
  deployment.look =
      eks.sim().after(kControllerTakes, [&eks, &deployment] { look_now(eks, deployment); });
}

void restart_rollout(Eks& eks, Deployment& deployment) {
  ++deployment.revision;
  deployment.rolling = true;
  deployment.lost.clear();
  const CauseScope because{
      eks.sim(), tell_deployment(eks, deployment, "deployed",
                                 fmt::format("rollout restart: revision {}", deployment.revision))};
  watch_progress(eks, deployment);
  look_now(eks, deployment);
}

void scale(Eks& eks, Deployment& deployment, std::int64_t replicas) {
  deployment.spec.replicas = std::clamp<std::int64_t>(replicas, 0, 5'000);
  deployment.lost.clear();
  look_now(eks, deployment);
}

void stand(Eks& eks, Deployment& deployment) {
  for (std::int64_t i = 0; i < deployment.spec.replicas; ++i) create_pod(eks, deployment, "", true);
  refresh_deployment_health(eks, deployment);
}

}  // namespace opsim::eks
