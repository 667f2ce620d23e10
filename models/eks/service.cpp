#include "models/eks/service.hpp"

#include "models/eks/faults.hpp"
#include "models/eks/kubernetes.hpp"

namespace opsim {

namespace {

using eks::Eks;

std::vector<std::string> pods_of(Model& model, std::string_view resource) {
  std::vector<std::string> members;
  if (const eks::Deployment* deployment = static_cast<Eks&>(model).deployment(resource))
    for (const auto& [id, pod] : deployment->pods) members.push_back(id);
  return members;
}
std::vector<std::string> nodes_of(Model& model, std::string_view resource) {
  std::vector<std::string> members;
  for (const auto& [name, node] : static_cast<Eks&>(model).nodes)
    if (node.nodegroup == resource && !node.gone) members.push_back(name);
  return members;
}
constexpr Membership kMemberships[] = {{"AWS::EKS::Nodegroup", nodes_of},
                                       {"Kubernetes::Deployment", pods_of}};

const Section kSections[] = {{"kubernetes", &eks::kKubernetesShape, eks::read_kubernetes}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "restarts in place: immediate, then 10 s doubling to 5 min, reset after 10 min",
     "kubernetes.io pod-lifecycle"},
    {Grade::simulated, "startup, liveness and readiness probes with their defaults",
     "kubernetes.io configure-liveness-readiness-startup-probes"},
    {Grade::simulated,
     "rolling update (maxSurge up, maxUnavailable down), Recreate, rollout restart",
     "kubernetes.io deployment"},
    {Grade::simulated, "node loss: 40 s (50 s from 1.32), then 300 s of toleration",
     "kubernetes.io nodes, taint-and-toleration"},
    {Grade::simulated, "PodDisruptionBudgets when nodes are drained",
     "kubernetes.io configure-pdb"},
    {Grade::simulated,
     "HorizontalPodAutoscalers on CPU and memory: tolerance, stabilization, policies",
     "kubernetes.io horizontal-pod-autoscale"},
    {Grade::simulated, "images that cannot be pulled are tried again, 10 s doubling to 5 min",
     "kubernetes.io images"},
    {Grade::simplified, "one container a pod lives and is probed; nodes are no EC2 instances"},
    {Grade::simplified, "Container Insights: three metrics of pods, two of clusters"},
    {Grade::absent, "the Kubernetes API, Services, StatefulSets, Jobs, DaemonSets"},
    {Grade::absent, "eviction for want of memory on the node, autoscaling of nodes, Fargate"},
};

}  // namespace

extern const Service kEks{
    .name = "eks",
    .title = "Amazon EKS",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Eks>(cloud); },
    .operations = eks::kEksOperations,
    .resources = eks::kEksResources,
    .quantities = eks::kPodQuantities,
    .memberships = kMemberships,
    .faults = eks::kPodFaults,
    .sections = kSections,
    .fidelity = kFidelity,
};

}  // namespace opsim
