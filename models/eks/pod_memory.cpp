// The memory of a pod's container, in per cent of its limit: a line in time with three marks.
// Kubernetes documentation, "Assign Memory Resources": beyond its limit it is OOMKilled, 137.
#include <fmt/format.h>

#include "models/eks/kubernetes.hpp"

namespace opsim::eks {

namespace {

constexpr double kLimit = 100;

void plan_mark(Eks& eks, Pod& pod) {
  const ContainerPhysics& physics = eks.of(pod).physics;
  eks.sim().cancel(pod.mark);
  std::optional<SimTime> first;
  for (const double mark :
       {physics.memory_danger.value_or(90), physics.memory_hangs.value_or(kLimit), kLimit})
    if (const auto due = pod.memory.rises_to(eks.now(), mark))
      if (!first || *due < *first) first = due;
  if (!first) return;
  const CauseScope because{eks.sim(), pod.leak};  // the leak's doing, not of what happens now
  pod.mark = eks.sim().at(*first, [&eks, &pod] { memory_changed(eks, pod); });
}

}  // namespace

void memory_changed(Eks& eks, Pod& pod) {
  if (pod.terminating || !pod.runs) return;
  const ContainerPhysics& physics = eks.of(pod).physics;
  if (pod.memory.reaches(eks.now(), kLimit)) {
    pod.leak = CauseId::none;
    ++pod.surges;  // what leaked is gone
    return end_container(eks, pod, 137, "OOMKilled");
  }
  if (physics.memory_hangs && !pod.hung && pod.memory.reaches(eks.now(), *physics.memory_hangs)) {
    pod.memory.set_growth(eks.now(), 0);  // a full heap takes no more
    pod.hung = true;
    const CauseScope because{
        eks.sim(),
        tell(eks, pod, "hangs", fmt::format("hangs: memory at {:.1f} %", pod.memory.at(eks.now())),
             Level::story)};
    condition_changed(eks, pod);
  }
  plan_mark(eks, pod);
  update_pod_metrics(eks, pod);
  refresh_health(eks, pod);
}

void set_leak(Eks& eks, Pod& pod, double per_second, std::optional<Duration> wait) {
  if (pod.hung) return;  // what hangs serves nobody, and so leaks no further
  const std::uint32_t surge = ++pod.surges;
  pod.leak = eks.sim().cause();
  pod.memory.set_growth(eks.now(), per_second);
  memory_changed(eks, pod);
  if (!wait) return;
  eks.sim().after(*wait, [&eks, id = pod.id, surge] {
    Pod* then = eks.pod(id);
    if (then == nullptr || then->surges != surge) return;
    then->leak = CauseId::none;
    then->memory.set_growth(eks.now(), eks.of(*then).physics.memory_grows.value_or(0));
    memory_changed(eks, *then);
  });
}

}  // namespace opsim::eks
