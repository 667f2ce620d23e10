// What a timeline can break on a cluster, and what scripts and people read and change:
//   crash pod on web hitting one
//   leak pod memory at 60 %/h on web hitting one for 2h
//   lose node on Workers hitting one
#include "models/eks/faults.hpp"

#include <algorithm>

#include "models/eks/kubernetes.hpp"
#include "opsim/cloud/fault_target.hpp"
#include "opsim/document/quantity.hpp"

namespace opsim::eks {

namespace {

constexpr Shape kFaultText{.kind = Kind::text, .min = 1};
constexpr std::string_view kLeakUnits[] = {"%"};
constexpr Shape kLeakRate{.kind = Kind::rate, .allowed = kLeakUnits, .example = "30 %/h"};
constexpr Field kOn{.name = "on",
                    .shape = &kFaultText,
                    .need = Need::required,
                    .doc = "A deployment, or a node group: all of it, unless `hitting` says."};
constexpr Field kFor{.name = "for", .shape = &kLastsShape, .doc = "Until it ends by itself."};
constexpr Field kSome{
    .name = "hitting", .shape = &kManyShape, .doc = "How many, chosen by chance."};

constexpr Field kPlainFields[] = {kOn, kSome};
constexpr Field kWhileFields[] = {kOn, kFor, kSome};
constexpr Field kLeakFields[] = {
    {.name = "at", .shape = &kLeakRate, .need = Need::required, .doc = "How fast memory fills."},
    kOn,
    kFor,
    kSome};
constexpr Shape kCrash{
    .kind = Kind::mapping, .doc = "A container ends with 1.", .fields = kPlainFields};
constexpr Shape kHang{
    .kind = Kind::mapping, .doc = "A container runs and answers nobody.", .fields = kWhileFields};
constexpr Shape kFail{
    .kind = Kind::mapping, .doc = "Probes fail, though users are served.", .fields = kWhileFields};
constexpr Shape kLeak{.kind = Kind::mapping, .doc = "Memory leaks.", .fields = kLeakFields};
constexpr Shape kExhaust{
    .kind = Kind::mapping, .doc = "A container is OOMKilled.", .fields = kPlainFields};
constexpr Shape kLose{.kind = Kind::mapping,
                      .doc = "A node is gone at once, with all that runs on it.",
                      .fields = kPlainFields};
constexpr Shape kDrain{.kind = Kind::mapping,
                       .doc = "A node is drained, as disruption budgets allow.",
                       .fields = kPlainFields};

template <class Thing>
std::vector<Thing*> some_of(Eks& eks, const FaultRequest& request, std::vector<Thing*> all) {
  return choose_hit(request, std::move(all), eks.sim().random("eks.fault." + request.luck),
                    &Thing::name);
}

std::vector<Pod*> hit(Eks& eks, const FaultRequest& request) {
  std::vector<Pod*> running;
  for (const std::string& id : request.targets)
    if (Pod* pod = eks.pod(id); pod != nullptr && pod->runs && !pod->terminating)
      running.push_back(pod);
  return some_of(eks, request, std::move(running));
}

std::vector<WorkerNode*> nodes_hit(Eks& eks, const FaultRequest& request) {
  std::vector<WorkerNode*> up;
  for (const std::string& name : request.targets)
    if (WorkerNode* node = eks.node(name); node != nullptr && node->up && !node->gone)
      up.push_back(node);
  return some_of(eks, request, std::move(up));
}

void crash_pod(Eks& eks, const FaultRequest& request) {
  for (Pod* pod : hit(eks, request)) end_container(eks, *pod, 1, "Error");
}
void exhaust_memory(Eks& eks, const FaultRequest& request) {
  for (Pod* pod : hit(eks, request)) {
    pod->memory.set_level(eks.now(), 100);
    memory_changed(eks, *pod);
  }
}
void leak_memory(Eks& eks, const FaultRequest& request) {
  const auto rate = parse_rate(fault_text(request, "at"));
  for (Pod* pod : hit(eks, request))
    set_leak(eks, *pod, rate ? rate->per_second() : 0, fault_lasts(request));
}
template <bool Pod::*Condition>
void impose(Eks& eks, const FaultRequest& request) {
  for (Pod* pod : hit(eks, request)) {
    pod->*Condition = true;
    condition_changed(eks, *pod);
    const std::int64_t restarts = pod->restarts;
    if (const auto wait = fault_lasts(request))
      eks.sim().after(*wait, [&eks, id = pod->id, restarts] {
        Pod* then = eks.pod(id);
        if (then == nullptr || then->restarts != restarts) return;  // another container by now
        then->*Condition = false;
        condition_changed(eks, *then);
      });
  }
}
void lose_nodes(Eks& eks, const FaultRequest& request) {
  for (WorkerNode* node : nodes_hit(eks, request)) lose_node(eks, *node);
}
void drain_nodes(Eks& eks, const FaultRequest& request) {
  for (WorkerNode* node : nodes_hit(eks, request)) drain_node(eks, *node);
}

template <void (*Begin)(Eks&, const FaultRequest&)>
void begin(Model& model, const FaultRequest& request) {
  Begin(static_cast<Eks&>(model), request);
}

const Fault kFaultRows[] = {
    {"crash pod", &kCrash, begin<crash_pod>},
    {"drain node", &kDrain, begin<drain_nodes>},
    {"exhaust pod memory", &kExhaust, begin<exhaust_memory>},
    {"fail pod probes", &kFail, begin<impose<&Pod::check_broken>>},
    {"hang pod", &kHang, begin<impose<&Pod::hung>>},
    {"leak pod memory", &kLeak, begin<leak_memory>},
    {"lose node", &kLose, begin<lose_nodes>},
};

// ---- Quantities ------------------------------------------------------------------------------

double changed(double before, Change how) {
  return how.how == Change::How::to ? how.value : before + how.value;
}

template <std::optional<double> (*Read)(Eks&, Deployment&)>
std::optional<double> of_deployment(Model& model, std::string_view id, std::string_view /*part*/) {
  Eks& eks = static_cast<Eks&>(model);
  Deployment* deployment = eks.deployment(id);
  return deployment == nullptr ? std::nullopt : Read(eks, *deployment);
}
template <std::optional<double> (*Read)(Eks&, Pod&)>
std::optional<double> of_pod(Model& model, std::string_view id, std::string_view /*part*/) {
  Eks& eks = static_cast<Eks&>(model);
  Pod* pod = eks.pod(id);
  return pod == nullptr ? std::nullopt : Read(eks, *pod);
}

std::optional<double> lost(Eks& eks, Deployment& one) { return one.lost_minutes.at(eks.now()); }
std::optional<double> made(Eks& /*eks*/, Deployment& one) {
  return static_cast<double>(one.pods_made);
}
std::optional<double> replicas(Eks& /*eks*/, Deployment& one) {
  return static_cast<double>(one.spec.replicas);
}
std::optional<double> rollouts(Eks& /*eks*/, Deployment& one) {
  return static_cast<double>(one.revision - 1);
}
std::optional<double> memory(Eks& eks, Pod& pod) { return pod.memory.at(eks.now()); }
std::optional<double> restarts(Eks& /*eks*/, Pod& pod) { return static_cast<double>(pod.restarts); }
std::optional<double> running(Eks& /*eks*/, Pod& pod) {
  return pod.runs && !pod.terminating ? 1 : 0;
}
std::optional<double> reachable(Eks& eks, Pod& pod) { return answers(eks, pod) ? 1 : 0; }

void change_replicas(Model& model, std::string_view id, std::string_view /*part*/, Change how) {
  Eks& eks = static_cast<Eks&>(model);
  if (Deployment* one = eks.deployment(id))
    scale(eks, *one,
          static_cast<std::int64_t>(changed(static_cast<double>(one->spec.replicas), how)));
}
/// kubectl rollout restart, whatever is written.
void change_rollouts(Model& model, std::string_view id, std::string_view /*part*/, Change /*how*/) {
  Eks& eks = static_cast<Eks&>(model);
  if (Deployment* one = eks.deployment(id)) restart_rollout(eks, *one);
}
void change_memory(Model& model, std::string_view id, std::string_view /*part*/, Change how) {
  Eks& eks = static_cast<Eks&>(model);
  Pod* pod = eks.pod(id);
  if (pod == nullptr) return;
  pod->memory.set_level(eks.now(), changed(pod->memory.at(eks.now()), how));
  memory_changed(eks, *pod);
}
/// kubectl delete pod.
void change_running(Model& model, std::string_view id, std::string_view /*part*/, Change how) {
  Eks& eks = static_cast<Eks&>(model);
  Pod* pod = eks.pod(id);
  if (pod == nullptr || pod->terminating || how.how != Change::How::to || how.value >= 0.5) return;
  eks.of(*pod).lost.push_back(pod->name);
  delete_pod(eks, *pod, "by request");
}

/// What its network lets through: 0 while nothing reaches it.
std::optional<double> connected(Eks& /*eks*/, Pod& pod) { return pod.hung ? 0 : 1; }
void change_connected(Model& model, std::string_view id, std::string_view /*part*/, Change how) {
  Eks& eks = static_cast<Eks&>(model);
  Pod* pod = eks.pod(id);
  if (pod == nullptr) return;
  pod->hung = changed(pod->hung ? 0 : 1, how) < 0.5;
  condition_changed(eks, *pod);
}
std::optional<double> cpu(Eks& eks, Pod& pod) {
  return pod.stress.value_or(eks.of(pod).physics.cpu_level.value_or(20));
}
void change_cpu(Model& model, std::string_view id, std::string_view /*part*/, Change how) {
  Eks& eks = static_cast<Eks&>(model);
  Pod* pod = eks.pod(id);
  if (pod == nullptr) return;
  pod->stress = std::clamp(changed(*cpu(eks, *pod), how), 0.0, 100.0);
  update_pod_metrics(eks, *pod);
  autoscale_soon(eks, eks.of(*pod));
}
/// Instances of a node group that are terminated: a share, once.
std::optional<double> read_terminated(Model& model, std::string_view id, std::string_view /*p*/) {
  return static_cast<Eks&>(model).nodegroups.contains(id) ? std::optional{0.0} : std::nullopt;
}
void change_terminated(Model& model, std::string_view id, std::string_view /*part*/, Change how) {
  Eks& eks = static_cast<Eks&>(model);
  const auto group = eks.nodegroups.find(id);
  if (group != eks.nodegroups.end()) terminate_nodes(eks, group->second, how.value);
}

constexpr std::string_view kDeployment = "Kubernetes::Deployment";
constexpr std::string_view kPod = "Kubernetes::Pod";
constexpr PhysicalQuantity kQuantityRows[] = {
    {"AWS::EKS::Nodegroup", "terminated", "%", read_terminated, change_terminated},
    {kDeployment, "lost-minutes", "min", of_deployment<lost>, nullptr},
    {kDeployment, "pods-started", "", of_deployment<made>, nullptr},
    {kDeployment, "replicas", "", of_deployment<replicas>, change_replicas},
    {kDeployment, "rollouts", "", of_deployment<rollouts>, change_rollouts},
    {kPod, "connected", "", of_pod<connected>, change_connected},
    {kPod, "cpu", "%", of_pod<cpu>, change_cpu},
    {kPod, "memory", "%", of_pod<memory>, change_memory},
    {kPod, "reachable", "", of_pod<reachable>, nullptr},
    {kPod, "restarts", "", of_pod<restarts>, nullptr},
    {kPod, "running", "", of_pod<running>, change_running},
};

}  // namespace

const std::span<const Fault> kPodFaults = kFaultRows;
const std::span<const PhysicalQuantity> kPodQuantities = kQuantityRows;

Deployment* Eks::deployment(std::string_view id) {
  const auto found = deployments.find(id);
  return found == deployments.end() ? nullptr : &found->second;
}
Pod* Eks::pod(std::string_view id) {
  const auto found = pods.find(id);
  return found == pods.end() ? nullptr : &found->second;
}

}  // namespace opsim::eks
