// What runs in a pod: its container starts, is probed, crashes and is restarted in place.
// Kubernetes documentation, "Pod Lifecycle" (how Pods handle problems with containers), "Liveness,
// Readiness, and Startup Probes". Only the probe that changes something is run.
// SIMPLIFIED: the first container of a pod is the one that lives and is probed; what kubelet does
// by itself takes a second.
#include <fmt/format.h>

#include <algorithm>

#include "models/eks/kubernetes.hpp"
#include "opsim/kernel/duration.hpp"

namespace opsim::eks {

namespace {

Distribution usual_boot() { return *Distribution::parse("lognormal(p50 8s, p99 30s)"); }
constexpr Duration kKubeletTakes = std::chrono::seconds{1};  // estimate

bool passes_probes(Eks& eks, const Pod& pod) {
  const bool notices = eks.of(pod).physics.checks_notice.value_or(true);
  return pod.runs && pod.booted && !pod.check_broken && !(pod.hung && notices);
}

/// A probe that failed for good: SIGTERM, then a restart as after a crash.
void kill_for(Eks& eks, Pod& pod, std::string_view probe) {
  const CauseScope because{
      eks.sim(), tell(eks, pod, "unhealthy", fmt::format("{} probe failed", probe), Level::story)};
  const Duration takes = pod.hung ? pod.spec->grace : kKubeletTakes;
  eks.sim().cancel(pod.transition);
  pod.transition = eks.sim().after(takes, [&eks, &pod] { end_container(eks, pod, 137, "Error"); });
}

void become_available(Eks& eks, Pod& pod) {
  pod.available = true;
  look_soon(eks, eks.of(pod));
}

void plan_startup(Eks& eks, Pod& pod) {
  const Probe& probe = *pod.spec->startup;
  eks.sim().cancel(pod.startup);
  if (pod.passes) {
    pod.startup = eks.sim().at(passes_at(probe, pod.container_started, eks.now()), [&eks, &pod] {
      pod.started = true;
      pod.passes_since = eks.now();
      condition_changed(eks, pod);
    });
  } else {
    pod.startup = eks.sim().at(fails_at(probe, pod.container_started, eks.now(), pod.hung),
                               [&eks, &pod] { kill_for(eks, pod, "startup"); });
  }
}

void plan_liveness(Eks& eks, Pod& pod) {
  eks.sim().cancel(pod.liveness);
  if (!pod.spec->liveness || pod.passes) return;
  pod.liveness =
      eks.sim().at(fails_at(*pod.spec->liveness, pod.container_started, eks.now(), pod.hung),
                   [&eks, &pod] { kill_for(eks, pod, "liveness"); });
}

void plan_readiness(Eks& eks, Pod& pod) {
  eks.sim().cancel(pod.readiness);
  if (!pod.spec->readiness) return set_ready(eks, pod, pod.runs);
  if (pod.passes == pod.ready) return;
  const Probe& probe = *pod.spec->readiness;
  const SimTime due = pod.passes ? passes_at(probe, pod.container_started, eks.now())
                                 : fails_at(probe, pod.container_started, eks.now(), pod.hung);
  pod.readiness =
      eks.sim().at(due, [&eks, &pod, ready = pod.passes] { set_ready(eks, pod, ready); });
}

void plan_probes(Eks& eks, Pod& pod) {
  if (pod.spec->startup && !pod.started) return plan_startup(eks, pod);
  pod.started = true;
  plan_liveness(eks, pod);
  plan_readiness(eks, pod);
}

void plan_ailments(Eks& eks, Pod& pod, bool stands) {
  const ContainerPhysics& physics = eks.of(pod).physics;
  if (!physics.crashes_after && !physics.hangs_after) return;
  Duration crashes = Duration::max();
  Duration hangs = Duration::max();
  if (physics.crashes_after) crashes = draw(eks, pod, "crash", *physics.crashes_after);
  if (physics.hangs_after) hangs = draw(eks, pod, "hang", *physics.hangs_after);
  Duration first = std::min(crashes, hangs);
  if (stands) {  // somewhere in its life already
    Stream luck{eks.sim().seed(), fmt::format("eks.age.{}", pod.id)};
    first =
        Duration{static_cast<std::int64_t>(static_cast<double>(first.count()) * luck.uniform())};
  }
  const CauseScope nobody{eks.sim(), CauseId::none};
  pod.ailment = eks.sim().after(first, [&eks, &pod, crash = crashes <= hangs] {
    if (crash) return end_container(eks, pod, 1, "Error");
    pod.hung = true;
    const CauseScope because{eks.sim(), tell(eks, pod, "hangs", "hangs", Level::story)};
    condition_changed(eks, pod);
  });
}

void finish_boot(Eks& eks, Pod& pod, bool stands) {
  pod.booted = pod.ever_booted = true;
  plan_ailments(eks, pod, stands);
  condition_changed(eks, pod);
}

double fill_after_start(Eks& eks, const Pod& pod) {
  const auto& from = eks.of(pod).physics.memory_from;
  if (!from) return 40;
  Stream luck{eks.sim().seed(), fmt::format("eks.memory.{}.{}", pod.id, pod.restarts)};
  const double value = from->sample(luck);
  return from->unit() == Distribution::Unit::percent ? value * 100 : value;
}

}  // namespace

void cancel_all(Eks& eks, Pod& pod) {
  for (Ticket* ticket : {&pod.transition, &pod.boot, &pod.ailment, &pod.mark, &pod.startup,
                         &pod.liveness, &pod.readiness, &pod.minimum})
    eks.sim().cancel(*ticket);
}

bool answers(Eks& eks, const Pod& pod) {
  const WorkerNode* node = eks.node(pod.node);
  return pod.runs && pod.booted && !pod.hung && node != nullptr && node->up;
}

void set_ready(Eks& eks, Pod& pod, bool ready) {
  if (pod.ready == ready) return;
  pod.ready = ready;
  eks.sim().cancel(pod.minimum);
  if (!ready) pod.available = false;
  if (ready) {
    pod.reason.clear();
    const Duration minimum = eks.of(pod).spec.min_ready;
    if (minimum > Duration{}) {
      pod.minimum = eks.sim().after(minimum, [&eks, &pod] { become_available(eks, pod); });
    } else {
      pod.available = true;
    }
  }
  refresh_health(eks, pod);
  look_soon(eks, eks.of(pod));
  autoscale_soon(eks, eks.of(pod));
}

void start_container(Eks& eks, Pod& pod, bool stands) {
  pod.runs = true;
  pod.booted = pod.hung = pod.started = pod.passes = false;
  pod.container_started = eks.now();
  pod.memory.set_level(eks.now(), fill_after_start(eks, pod));
  pod.memory.per_second = eks.of(pod).physics.memory_grows.value_or(0);
  if (stands) {
    pod.booted = pod.ever_booted = pod.started = pod.ready = pod.available = pod.passes = true;
    plan_ailments(eks, pod, true);
    refresh_health(eks, pod);
    return memory_changed(eks, pod);
  }
  publish_pod_metrics(eks, pod);
  const auto& own = eks.of(pod).physics.boots_in;
  eks.sim().cancel(pod.boot);
  pod.boot = eks.sim().after(draw(eks, pod, "boot", own.value_or(usual_boot())),
                             [&eks, &pod] { finish_boot(eks, pod, false); });
  plan_probes(eks, pod);
  memory_changed(eks, pod);
}

void end_container(Eks& eks, Pod& pod, std::int64_t exit_code, std::string_view reason) {
  if (!pod.runs || pod.terminating) return;
  cancel_all(eks, pod);
  pod.runs = pod.booted = pod.hung = pod.passes = false;
  // "resets the restart backoff timer" after 10 minutes without problems.
  if (eks.now() - pod.container_started >= kBackoffReset) pod.crashes = 0;
  const Duration wait = restart_delay(++pod.crashes);
  pod.reason = wait > Duration{} ? "CrashLoopBackOff" : std::string{reason};
  const CauseScope because{
      eks.sim(),
      tell(eks, pod, "ended",
           fmt::format("container {} ended with {}: {}{}", pod.spec->container, exit_code, reason,
                       wait > Duration{} ? fmt::format("; back-off {}", human(wait)) : ""),
           Level::story)};
  set_ready(eks, pod, false);
  refresh_health(eks, pod);
  update_pod_metrics(eks, pod);
  pod.transition = eks.sim().after(wait + kKubeletTakes, [&eks, &pod] {
    ++pod.restarts;
    tell(eks, pod, "restarted", fmt::format("restart {}", pod.restarts), Level::story);
    start_container(eks, pod, false);
  });
}

void condition_changed(Eks& eks, Pod& pod) {
  if (pod.terminating) return;
  const bool passes = passes_probes(eks, pod);
  if (passes != pod.passes || pod.passes_since == eks.now()) {
    pod.passes = passes;
    pod.passes_since = eks.now();
    plan_probes(eks, pod);
  }
  refresh_health(eks, pod);
}

}  // namespace opsim::eks
