// Nodes: room for pods, and what happens when one is lost or drained.
// Kubernetes documentation, "Nodes": node-monitor-grace-period is 40 s, 50 s from 1.32 on; then the
// node is NotReady and its pods are no endpoints. "Taints and Tolerations": pods tolerate that for
// 300 s. EKS User Guide, "Managed node groups": the Auto Scaling group replaces the instance.
// SIMPLIFIED: nodes are no EC2 instances of the model of EC2; no eviction for want of memory or
// disk on the node; no autoscaling of nodes.
#include <fmt/format.h>

#include <algorithm>

#include "models/eks/kubernetes.hpp"

namespace opsim::eks {

namespace {

struct NodeSize {
  std::string_view type;
  std::int64_t cpu_milli;
  std::int64_t gib;
};
// EC2 instance types. SIMPLIFIED: all of it is allocatable; types that are not listed have 2 vCPU
// and 8 GiB.
constexpr NodeSize kNodeSizes[] = {
    {"m5.2xlarge", 8000, 32},  {"m5.large", 2000, 8},  {"m5.xlarge", 4000, 16},
    {"m6i.2xlarge", 8000, 32}, {"m6i.large", 2000, 8}, {"m6i.xlarge", 4000, 16},
    {"t3.large", 2000, 8},     {"t3.medium", 2000, 4}, {"t3.xlarge", 4000, 16},
};

/// EC2's checks and a new instance that joins: an estimate.
Distribution replacement_takes() { return *Distribution::parse("lognormal(p50 6min, p99 12min)"); }
/// How soon kubectl drain asks again for an eviction that was refused ("will retry after 5s").
constexpr Duration kEvictionRetry = std::chrono::seconds{5};

Duration monitor_grace(Eks& eks, const WorkerNode& node) {
  const Cluster* cluster = eks.cluster(node.place, node.cluster);
  const bool newer =
      cluster != nullptr && cluster->version.size() == 4 && cluster->version >= "1.32";
  return std::chrono::seconds{newer ? 50 : 40};
}

CauseId tell_node(Eks& eks, const WorkerNode& node, std::string_view act, std::string text) {
  return eks.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = node.name,
       .text = std::move(text),
       .source = std::string{eks.cloud.resources().source_of(node.nodegroup)},
       .detail = {{"act", act}, {"resource", node.name}, {"of", node.nodegroup}}});
}

std::vector<Pod*> pods_on(Eks& eks, const WorkerNode& node) {
  std::vector<Pod*> found;
  for (auto& [id, pod] : eks.pods)
    if (pod.node == node.name) found.push_back(&pod);
  return found;
}

void evict_lost(Eks& eks, WorkerNode& node) {
  const CauseScope because{
      eks.sim(), tell_node(eks, node, "evicts", "NotReady beyond what its pods tolerate")};
  for (Pod* pod : pods_on(eks, node)) {
    if (!pod->terminating) eks.of(*pod).lost.push_back(pod->name);
    delete_pod(eks, *pod, "its node is unreachable");
  }
}

void notice_loss(Eks& eks, WorkerNode& node) {
  node.ready = false;
  const CauseScope because{eks.sim(), tell_node(eks, node, "not ready", "NotReady")};
  Duration tolerated = std::chrono::minutes{5};
  for (Pod* pod : pods_on(eks, node)) {
    tolerated = std::min(tolerated, pod->spec->unreachable);
    if (!pod->terminating) set_ready(eks, *pod, false);
  }
  update_cluster_metrics(eks, node.place, node.cluster);
  node.evict = eks.sim().after(tolerated, [&eks, &node] { evict_lost(eks, node); });
}

void replace_node(Eks& eks, WorkerNode& node) {
  node.gone = true;
  eks.sim().cancel(node.evict);
  eks.sim().cancel(node.notice);
  const CauseScope because{eks.sim(), tell_node(eks, node, "replaced", "replaced by its group")};
  for (Pod* pod : pods_on(eks, node)) {
    if (!pod->terminating) eks.of(*pod).lost.push_back(pod->name);
    pod->terminating = true;
    pod->ready = pod->available = pod->runs = false;
    refresh_health(eks, *pod);
    forget_pod(eks, *pod);
  }
  const auto group = eks.nodegroups.find(node.nodegroup);
  if (group != eks.nodegroups.end()) add_node(eks, group->second);
  eks.cloud.resources().remove(node.name);
  update_cluster_metrics(eks, node.place, node.cluster);
  schedule_waiting(eks, node.cluster);
}

bool selects(const Labels& selector, const Labels& labels) {
  return std::ranges::includes(labels, selector);
}

/// Whether every disruption budget that covers the pod lets it go.
bool may_evict(Eks& eks, const Pod& pod) {
  const Deployment& deployment = eks.of(pod);
  return std::ranges::all_of(eks.budgets, [&](const auto& entry) {
    const auto& [cluster, budget] = entry;
    if (cluster != deployment.cluster || budget.name_space != deployment.spec.name_space ||
        !selects(budget.selector, pod.spec->labels))
      return true;
    std::int64_t healthy = 0;
    for (const auto& [id, other] : deployment.pods)
      if (other->ready && !other->terminating) ++healthy;
    if (pod.ready) return disruptions_allowed(budget.budget, deployment.spec.replicas, healthy) > 0;
    // One that does not run yet disturbs nobody; one that runs and is not ready, as the policy
    // says.
    return !pod.runs || budget.budget.always_evicts_unhealthy ||
           healthy >= desired_healthy(budget.budget, deployment.spec.replicas);
  });
}

void evict_some(Eks& eks, WorkerNode& node) {
  bool refused = false;
  for (Pod* pod : pods_on(eks, node)) {
    if (pod->terminating) continue;
    if (!may_evict(eks, *pod)) {
      refused = true;
      continue;
    }
    eks.of(*pod).lost.push_back(pod->name);
    delete_pod(eks, *pod, "evicted: its node is drained");
  }
  if (refused)
    node.drain = eks.sim().after(kEvictionRetry, [&eks, &node] { evict_some(eks, node); });
}

}  // namespace

WorkerNode* Eks::node(std::string_view name) {
  const auto found = nodes.find(name);
  return found == nodes.end() ? nullptr : &found->second;
}

WorkerNode& add_node(Eks& eks, const Nodegroup& group) {
  const std::uint64_t number = eks.nodes_made++;
  const std::string name =
      fmt::format("ip-10-0-{}-{}.{}", number / 200, 10 + number % 200,
                  group.place.region == "us-east-1" ? "ec2.internal"
                                                    : group.place.region + ".compute.internal");
  WorkerNode& node = eks.nodes[name];
  node.name = name;
  node.cluster = group.cluster;
  node.nodegroup = group.id;
  node.instance_type = group.instance_type;
  node.place = group.place;
  const std::vector<std::string> zones = zones_of(group.place.region);
  node.zone = zones[number % zones.size()];
  const auto size = std::ranges::find(kNodeSizes, group.instance_type, &NodeSize::type);
  const bool known = size != std::end(kNodeSizes);
  node.cpu_milli = known ? size->cpu_milli : 2000;
  node.memory_bytes = (known ? size->gib : 8) * 1'073'741'824;
  eks.cloud.resources().add({.logical_id = name,
                             .type = "Kubernetes::Node",
                             .physical_id = name,
                             .place = group.place,
                             .owner = group.id});
  return node;
}

// Spread: the node with the fewest pods of the deployment, then with the most memory left.
WorkerNode* room_for(Eks& eks, const Deployment& deployment) {
  struct Load {
    std::int64_t cpu = 0;
    std::int64_t memory = 0;
    std::int64_t alike = 0;
  };
  std::map<std::string_view, Load> loads;
  for (const auto& [id, pod] : eks.pods) {
    if (pod.node.empty()) continue;
    Load& load = loads[pod.node];
    load.cpu += pod.spec->cpu_milli;
    load.memory += pod.spec->memory_bytes;
    if (pod.deployment == deployment.id && !pod.terminating) ++load.alike;
  }
  const PodSpec& wanted = deployment.spec.pod;
  WorkerNode* best = nullptr;
  for (auto& [name, node] : eks.nodes) {
    if (node.cluster != deployment.cluster || node.place != deployment.place) continue;
    if (node.gone || !node.ready || node.cordoned) continue;
    const Load& load = loads[name];
    if (load.cpu + wanted.cpu_milli > node.cpu_milli ||
        load.memory + wanted.memory_bytes > node.memory_bytes)
      continue;
    const auto rank = [&loads](const WorkerNode& one) {
      return std::pair{loads[one.name].alike, loads[one.name].memory};
    };
    if (best == nullptr || rank(node) < rank(*best)) best = &node;
  }
  return best;
}

void lose_node(Eks& eks, WorkerNode& node) {
  if (!node.up || node.gone) return;
  node.up = false;
  const CauseScope because{eks.sim(), tell_node(eks, node, "lost", "is lost")};
  for (Pod* pod : pods_on(eks, node)) {
    cancel_all(eks, *pod);
    refresh_health(eks, *pod);
  }
  node.notice =
      eks.sim().after(monitor_grace(eks, node), [&eks, &node] { notice_loss(eks, node); });
  Stream luck{eks.sim().seed(), fmt::format("eks.replacement.{}", node.name)};
  node.replace = eks.sim().after(replacement_takes().sample_duration(luck),
                                 [&eks, &node] { replace_node(eks, node); });
}

void drain_node(Eks& eks, WorkerNode& node) {
  if (!node.up || node.gone) return;
  node.cordoned = true;
  const CauseScope because{eks.sim(), tell_node(eks, node, "drained", "is drained")};
  evict_some(eks, node);
}

}  // namespace opsim::eks
