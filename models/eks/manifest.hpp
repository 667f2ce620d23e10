#pragma once
/// Kubernetes manifests: Deployment (apps/v1), PodDisruptionBudget (policy/v1) and
/// HorizontalPodAutoscaler (autoscaling/v2, v1), as kubectl takes them.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/eks/autoscaler.hpp"
#include "models/eks/rules.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/document/node.hpp"

namespace opsim::eks {

using Labels = std::map<std::string, std::string>;

/// What kubelet knows of a container. One a pod counts: see README.
struct PodSpec {
  std::string container;
  std::string image;
  std::string restart_policy = "Always";
  Duration grace = std::chrono::seconds{30};  // terminationGracePeriodSeconds
  std::optional<Probe> startup;
  std::optional<Probe> liveness;
  std::optional<Probe> readiness;
  std::int64_t cpu_milli = 0;                      // requests.cpu
  std::int64_t cpu_limit = 0;                      // limits.cpu, 0 for none
  std::int64_t memory_bytes = 0;                   // requests.memory, else limits.memory
  std::int64_t memory_limit = 0;                   // limits.memory, 0 for none
  Duration unreachable = std::chrono::minutes{5};  // tolerationSeconds: 300
  Labels labels;
};

struct DeploymentSpec {
  std::string name;
  std::string name_space = "default";
  std::int64_t replicas = 1;
  bool recreate = false;
  IntOrPercent max_surge{25, true};
  IntOrPercent max_unavailable{25, true};
  Duration min_ready{};
  Duration progress_deadline = std::chrono::seconds{600};
  Labels selector;
  PodSpec pod;
};

struct BudgetSpec {
  std::string name;
  std::string name_space = "default";
  Labels selector;
  Budget budget;
};

struct Manifests {
  std::vector<DeploymentSpec> deployments;
  std::vector<BudgetSpec> budgets;
  std::vector<AutoscalerSpec> autoscalers;
  std::vector<std::string> other;  // kinds that are not simulated
};

/// Adds what one manifest says (a List: each of its items).
void read_manifest(const Node& manifest, Manifests& found, Diagnostics& diagnostics);

/// "250m" is 250, "2" is 2000.
[[nodiscard]] std::optional<std::int64_t> parse_cpu(std::string_view text);
/// "512Mi", "1Gi", "500M", "1e9": bytes.
[[nodiscard]] std::optional<std::int64_t> parse_bytes(std::string_view text);

}  // namespace opsim::eks
