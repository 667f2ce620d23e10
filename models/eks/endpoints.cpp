// What users feel of a pod and of its deployment. A ready pod is an endpoint and gets requests: one
// that does not answer is down. One that is ill and gets none is in danger, as is one whose memory
// is nearly full. A deployment is in danger while fewer pods serve than it has replicas, and down
// when none does; pods that an autoscaler asks for are missed by nobody until they have served.
#include <fmt/format.h>

#include <algorithm>

#include "models/eks/kubernetes.hpp"

namespace opsim::eks {

namespace {

bool gets_requests(const Pod& pod) { return pod.ready && !pod.terminating; }

std::string why_ill(Eks& eks, const Pod& pod) {
  const WorkerNode* node = eks.node(pod.node);
  if (node != nullptr && !node->up) return "its node is lost";
  if (pod.hung) return "it does not answer";
  if (!pod.runs) return pod.reason.empty() ? "its container does not run" : pod.reason;
  if (!pod.booted) return "starting again";
  return fmt::format("memory at {:.1f} %", pod.memory.at(eks.now()));
}

std::string why_well(Eks& eks, const Pod& pod, Health before) {
  if (pod.terminating) return "out of service";
  if (before == Health::down || pod.ready) return "answers again";
  return fmt::format("memory at {:.1f} %", pod.memory.at(eks.now()));
}

Health health_of(Eks& eks, const Pod& pod) {
  if (pod.terminating || !pod.ever_booted) return Health::ok;
  if (!answers(eks, pod)) return gets_requests(pod) ? Health::down : Health::in_danger;
  const double danger = eks.of(pod).physics.memory_danger.value_or(90);
  return pod.memory.reaches(eks.now(), danger) ? Health::in_danger : Health::ok;
}

void count_lost(Eks& eks, Deployment& deployment) {
  std::int64_t asked = 0;
  std::int64_t silent = 0;
  for (const auto& [id, pod] : deployment.pods) {
    if (!gets_requests(*pod)) continue;
    ++asked;
    if (!answers(eks, *pod)) ++silent;
  }
  const double share = asked == 0 ? 1 : static_cast<double>(silent) / static_cast<double>(asked);
  const double rate = deployment.physics.users.value_or(0) * share / 60;
  if (rate != deployment.lost_minutes.per_second)
    deployment.lost_minutes.set_growth(eks.now(), rate);
}

}  // namespace

void refresh_health(Eks& eks, Pod& pod) {
  const Health before = std::exchange(pod.health, health_of(eks, pod));
  if (before != pod.health)
    eks.cloud.set_health(pod.id, pod.health,
                         pod.health == Health::ok ? why_well(eks, pod, before) : why_ill(eks, pod));
  Deployment& deployment = eks.of(pod);
  const bool served = std::exchange(pod.serves, gets_requests(pod) && answers(eks, pod));
  if (served != pod.serves) deployment.serving += pod.serves ? 1 : -1;
  refresh_deployment_health(eks, deployment);
}

void refresh_deployment_health(Eks& eks, Deployment& deployment) {
  const std::int64_t wanted = deployment.spec.replicas;
  deployment.complete = deployment.complete || (wanted > 0 && deployment.serving >= wanted);
  if (!deployment.complete) return;
  if (wanted > 0) count_lost(eks, deployment);
  deployment.relied_on =
      std::max(std::min(deployment.relied_on, wanted), std::min(deployment.serving, wanted));
  const bool well =
      wanted == 0 || (deployment.serving > 0 && deployment.serving >= deployment.relied_on);
  const Health health = well                     ? Health::ok
                        : deployment.serving > 0 ? Health::in_danger
                                                 : Health::down;
  if (health != eks.cloud.health(deployment.id))
    eks.cloud.set_health(deployment.id, health,
                         fmt::format("{} of {} pods serve", deployment.serving, wanted));
}

}  // namespace opsim::eks
