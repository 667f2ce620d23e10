// InspectPods: no operation of AWS. What an experiment would ask the Kubernetes API for.
// AWS: FIS User Guide, "Use the AWS FIS aws:eks:pod actions": targets by namespace and selector.
#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "models/eks/kubernetes.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::eks {

namespace {

/// "app=web,tier=front": each of them.
bool has_labels(const Labels& labels, std::string_view selector) {
  for (const auto part : std::views::split(selector, ',')) {
    const std::string_view one{part.begin(), part.end()};
    const auto equals = one.find('=');
    const auto label = labels.find(std::string{one.substr(0, equals)});
    if (label == labels.end()) return false;
    if (equals != one.npos && label->second != one.substr(equals + 1)) return false;
  }
  return true;
}

bool is_selected(const Deployment& deployment, const Pod& pod, const Json& wanted) {
  const std::string type = input::text(wanted, "selectorType");
  const std::string value = input::text(wanted, "selectorValue");
  if (type == "labelSelector") return has_labels(pod.spec->labels, value);
  if (type == "deploymentName") return deployment.spec.name == value;
  return type.empty() || pod.name == value;
}

}  // namespace

ApiResult<Json> inspect_pods(Eks& eks, const Request& request) {
  const std::string cluster = input::text(request.input, "clusterIdentifier");
  const std::string name = cluster.substr(cluster.rfind('/') + 1);  // a name or an ARN
  const std::string name_space = input::text(request.input, "namespace");
  Json found = Json::array();
  for (const auto& [id, pod] : eks.pods) {
    const Deployment& deployment = eks.of(pod);
    const WorkerNode* node = eks.node(pod.node);
    if (deployment.place != request.place() || pod.terminating || !pod.runs) continue;
    if (!name.empty() && deployment.cluster != name) continue;
    if (!name_space.empty() && deployment.spec.name_space != name_space) continue;
    if (!is_selected(deployment, pod, request.input)) continue;
    found.push_back({{"id", id},
                     {"name", pod.name},
                     {"namespace", deployment.spec.name_space},
                     {"clusterName", deployment.cluster},
                     {"availabilityZone", node == nullptr ? "" : node->zone}});
  }
  return Json{{"pods", std::move(found)}};
}

void terminate_nodes(Eks& eks, const Nodegroup& group, double percent) {
  std::vector<WorkerNode*> up;
  for (auto& [name, node] : eks.nodes)
    if (node.nodegroup == group.id && node.up && !node.gone) up.push_back(&node);
  // UNDOCUMENTED: how a share that is no whole number of nodes is rounded; as targets are: down.
  const auto wanted = static_cast<std::size_t>(static_cast<double>(up.size()) * percent / 100);
  Stream& luck = eks.sim().random(fmt::format("eks.terminated.{}", group.id));
  for (std::size_t i = 0; i < wanted && i + 1 < up.size(); ++i)
    std::swap(up[i], up[i + luck.below(up.size() - i)]);
  up.resize(std::min(wanted, up.size()));
  std::ranges::sort(up, {}, &WorkerNode::name);
  for (WorkerNode* node : up) lose_node(eks, *node);
}

}  // namespace opsim::eks
