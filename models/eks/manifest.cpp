#include "models/eks/manifest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "opsim/cloud/input.hpp"
#include "opsim/document/quantity.hpp"

namespace opsim::eks {

namespace {

/// Reads a manifest as kubectl's server would; complaints name the line of what is wrong.
struct ManifestReader {
  Diagnostics& diagnostics;

  void complain(const Node& at, std::string message) {
    diagnostics.add(at.complaint(std::move(message)));
  }
  Node part(const Node& of, std::string_view name) { return of.find(name).value_or(Node{}); }
  std::string text(const Node& of, std::string_view name) {
    return part(of, name).as_text().value_or("");
  }
  std::int64_t number(const Node& of, std::string_view name, std::int64_t otherwise,
                      std::int64_t least) {
    const Node node = part(of, name);
    if (node.is_null()) return otherwise;
    const auto value = node.as_integer();
    if (value && *value >= least && *value <= 1'000'000) return *value;
    complain(node, fmt::format("{} is {}; expected a whole number of at least {}", name,
                               node.describe(), least));
    return otherwise;
  }
  Duration seconds(const Node& of, std::string_view name, std::int64_t otherwise,
                   std::int64_t least) {
    return std::chrono::seconds{number(of, name, otherwise, least)};
  }
  IntOrPercent part_of(const Node& of, std::string_view name, IntOrPercent otherwise) {
    const Node node = part(of, name);
    if (node.is_null()) return otherwise;
    if (const auto read = parse_int_or_percent(node.to_json())) return *read;
    complain(node, fmt::format("{} is {}; expected a number, or a share such as \"25%\"", name,
                               node.describe()));
    return otherwise;
  }
  Labels labels(const Node& of) {
    Labels found;
    for (const auto& [key, value, at] : of.entries())
      found[std::string{key}] = value.as_text().value_or("");
    return found;
  }

  std::optional<Probe> probe(const Node& container, std::string_view name, bool readiness);
  void resources(const Node& container, PodSpec& pod);
  PodSpec pod(const Node& pod_template);
  DeploymentSpec deployment(const Node& manifest);
  BudgetSpec budget(const Node& manifest);
  ScalingRules rules(const Node& behavior, std::string_view name, ScalingRules otherwise);
  void metric(const Node& given, AutoscalerSpec& made);
  AutoscalerSpec autoscaler(const Node& manifest);
};

std::optional<Probe> ManifestReader::probe(const Node& container, std::string_view name,
                                           bool readiness) {
  const Node given = part(container, name);
  if (given.is_null()) return std::nullopt;
  Probe made;
  made.initial_delay = seconds(given, "initialDelaySeconds", 0, 0);
  made.period = seconds(given, "periodSeconds", 10, 1);
  made.timeout = seconds(given, "timeoutSeconds", 1, 1);
  made.success_threshold = number(given, "successThreshold", 1, 1);
  made.failure_threshold = number(given, "failureThreshold", 3, 1);
  if (!readiness && made.success_threshold != 1)
    complain(given, fmt::format("{}: successThreshold must be 1", name));
  return made;
}

void ManifestReader::resources(const Node& container, PodSpec& pod) {
  const Node limits = part(part(container, "resources"), "limits");
  const Node requests = part(part(container, "resources"), "requests");
  const auto bytes = [this](const Node& of) -> std::int64_t {
    const Node node = part(of, "memory");
    if (node.is_null()) return 0;
    if (const auto read = parse_bytes(node.spelling())) return *read;
    complain(node, fmt::format("memory is {}; expected as in 512Mi", node.describe()));
    return 0;
  };
  if (const Node cpu = part(limits, "cpu"); !cpu.is_null())
    pod.cpu_limit = parse_cpu(cpu.spelling()).value_or(0);
  pod.memory_limit = bytes(limits);
  pod.memory_bytes = bytes(requests);
  if (pod.memory_bytes == 0) pod.memory_bytes = pod.memory_limit;
  for (const Node& of : {requests, limits}) {
    const Node node = part(of, "cpu");
    if (node.is_null() || pod.cpu_milli > 0) continue;
    const auto read = parse_cpu(node.spelling());
    if (!read) complain(node, fmt::format("cpu is {}; expected as in 250m", node.describe()));
    pod.cpu_milli = read.value_or(0);
  }
}

PodSpec ManifestReader::pod(const Node& pod_template) {
  PodSpec made;
  made.labels = labels(part(part(pod_template, "metadata"), "labels"));
  const Node spec = part(pod_template, "spec");
  if (const std::string policy = text(spec, "restartPolicy"); !policy.empty()) {
    made.restart_policy = policy;
    if (policy != "Always")
      complain(spec, "restartPolicy: a Deployment's pods have Always, and no other");
  }
  made.grace = seconds(spec, "terminationGracePeriodSeconds", 30, 0);
  for (const Node& toleration : part(spec, "tolerations").items())
    if (text(toleration, "key") == "node.kubernetes.io/unreachable")
      made.unreachable = seconds(toleration, "tolerationSeconds", 300, 0);
  const Node containers = part(spec, "containers");
  if (!containers.is_list() || containers.size() == 0) {
    complain(pod_template, "spec.containers is missing; expected at least one container");
    return made;
  }
  const Node first = containers.at(0);
  made.container = text(first, "name");
  made.image = text(first, "image");
  made.startup = probe(first, "startupProbe", false);
  made.liveness = probe(first, "livenessProbe", false);
  made.readiness = probe(first, "readinessProbe", true);
  for (const Node& container : containers.items()) {
    PodSpec one;
    resources(container, one);
    made.cpu_milli += one.cpu_milli;
    made.cpu_limit += one.cpu_limit;
    made.memory_bytes += one.memory_bytes;
  }
  PodSpec main;
  resources(first, main);
  made.memory_limit = main.memory_limit;
  return made;
}

DeploymentSpec ManifestReader::deployment(const Node& manifest) {
  DeploymentSpec made;
  made.name = text(part(manifest, "metadata"), "name");
  if (made.name.empty()) complain(manifest, "metadata.name is missing");
  if (const std::string given = text(part(manifest, "metadata"), "namespace"); !given.empty())
    made.name_space = given;
  const Node spec = part(manifest, "spec");
  made.replicas = number(spec, "replicas", 1, 0);
  if (made.replicas > 5'000) {
    complain(spec, "replicas: at most 5000 are simulated");
    made.replicas = 0;
  }
  const Node strategy = part(spec, "strategy");
  made.recreate = text(strategy, "type") == "Recreate";
  const Node rolling = part(strategy, "rollingUpdate");
  made.max_surge = part_of(rolling, "maxSurge", made.max_surge);
  made.max_unavailable = part_of(rolling, "maxUnavailable", made.max_unavailable);
  if (made.max_surge.value == 0 && made.max_unavailable.value == 0)
    complain(rolling, "maxUnavailable may not be 0 when maxSurge is 0");
  made.min_ready = seconds(spec, "minReadySeconds", 0, 0);
  made.progress_deadline = seconds(spec, "progressDeadlineSeconds", 600, 1);
  made.selector = labels(part(part(spec, "selector"), "matchLabels"));
  made.pod = pod(part(spec, "template"));
  if (!std::ranges::includes(made.pod.labels, made.selector))
    complain(spec, "selector does not match the template's labels");
  return made;
}

BudgetSpec ManifestReader::budget(const Node& manifest) {
  BudgetSpec made;
  made.name = text(part(manifest, "metadata"), "name");
  if (const std::string given = text(part(manifest, "metadata"), "namespace"); !given.empty())
    made.name_space = given;
  const Node spec = part(manifest, "spec");
  made.selector = labels(part(part(spec, "selector"), "matchLabels"));
  if (spec.contains("minAvailable")) made.budget.min_available = part_of(spec, "minAvailable", {});
  if (spec.contains("maxUnavailable"))
    made.budget.max_unavailable = part_of(spec, "maxUnavailable", {});
  const std::string policy = text(spec, "unhealthyPodEvictionPolicy");
  if (!policy.empty() && policy != "AlwaysAllow" && policy != "IfHealthyBudget")
    complain(spec, "unhealthyPodEvictionPolicy must be AlwaysAllow or IfHealthyBudget");
  made.budget.always_evicts_unhealthy = policy == "AlwaysAllow";
  if (made.budget.min_available && made.budget.max_unavailable)
    complain(spec, "minAvailable and maxUnavailable cannot be both set");
  return made;
}

/// behavior.scaleUp, behavior.scaleDown.
ScalingRules ManifestReader::rules(const Node& behavior, std::string_view name,
                                   ScalingRules otherwise) {
  const Node given = part(behavior, name);
  ScalingRules made = std::move(otherwise);
  made.stabilization =
      seconds(given, "stabilizationWindowSeconds",
              std::chrono::duration_cast<std::chrono::seconds>(made.stabilization).count(), 0);
  if (made.stabilization > std::chrono::hours{1})
    complain(given, "stabilizationWindowSeconds must be at most 3600");
  const std::string select = text(given, "selectPolicy");
  if (select == "Min") made.select = SelectPolicy::min;
  if (select == "Disabled") made.select = SelectPolicy::disabled;
  if (!select.empty() && select != "Max" && select != "Min" && select != "Disabled")
    complain(given, "selectPolicy must be Max, Min or Disabled");
  const Node policies = part(given, "policies");
  if (!policies.is_list()) return made;
  made.policies.clear();
  for (const Node& policy : policies.items()) {
    const std::string type = text(policy, "type");
    if (type != "Pods" && type != "Percent") complain(policy, "type must be Pods or Percent");
    made.policies.push_back({type == "Percent", number(policy, "value", 1, 1),
                             seconds(policy, "periodSeconds", 15, 1)});
    if (made.policies.back().period > std::chrono::minutes{30})
      complain(policy, "periodSeconds must be at most 1800");
  }
  return made;
}

void ManifestReader::metric(const Node& given, AutoscalerSpec& made) {
  const Node resource = part(given, "resource");
  const std::string name = text(resource, "name");
  const Node target = part(resource, "target");
  if (text(given, "type") != "Resource" || (name != "cpu" && name != "memory") ||
      text(target, "type") != "Utilization")
    return complain(given,
                    "only metrics of type Resource (cpu, memory) with a target of type Utilization "
                    "are simulated");
  const auto percent = static_cast<double>(number(target, "averageUtilization", 0, 1));
  if (percent <= 0) return complain(target, "averageUtilization is missing");
  made.metrics.push_back({name == "memory", percent});
}

AutoscalerSpec ManifestReader::autoscaler(const Node& manifest) {
  AutoscalerSpec made;
  made.name = text(part(manifest, "metadata"), "name");
  if (const std::string given = text(part(manifest, "metadata"), "namespace"); !given.empty())
    made.name_space = given;
  const Node spec = part(manifest, "spec");
  const Node target = part(spec, "scaleTargetRef");
  made.target = text(target, "name");
  if (text(target, "kind") != "Deployment") complain(spec, "scaleTargetRef: expected a Deployment");
  made.least = number(spec, "minReplicas", 1, 1);
  made.most = number(spec, "maxReplicas", 0, 1);
  if (made.most < made.least) complain(spec, "maxReplicas must be at least minReplicas");
  for (const Node& one : part(spec, "metrics").items()) metric(one, made);
  if (spec.contains("targetCPUUtilizationPercentage"))  // autoscaling/v1
    made.metrics.push_back(
        {false, static_cast<double>(number(spec, "targetCPUUtilizationPercentage", 80, 1))});
  if (made.metrics.empty()) made.metrics.push_back({});  // "defaults to 80% average CPU"
  const Node behavior = part(spec, "behavior");
  made.up = rules(behavior, "scaleUp", std::move(made.up));
  made.down = rules(behavior, "scaleDown", std::move(made.down));
  return made;
}

std::optional<std::int64_t> scaled(double value, double factor) {
  const double all = value * factor;
  if (!(all >= 0 && all < 9e18)) return std::nullopt;
  return std::llround(all);
}

}  // namespace

std::optional<std::int64_t> parse_cpu(std::string_view text) {
  const auto read = parse_quantity(text);
  if (!read) return std::nullopt;
  if (read->unit == "m") return scaled(read->value, 1);
  return read->unit.empty() ? scaled(read->value, 1000) : std::nullopt;
}

std::optional<std::int64_t> parse_bytes(std::string_view text) {
  constexpr std::pair<std::string_view, double> units[] = {
      {"", 1},      {"k", 1e3},      {"M", 1e6},         {"G", 1e9},           {"T", 1e12},
      {"Ki", 1024}, {"Mi", 1048576}, {"Gi", 1073741824}, {"Ti", 1099511627776}};
  const auto read = parse_quantity(text);
  if (!read) return std::nullopt;
  for (const auto& [unit, bytes] : units)
    if (unit == read->unit) return scaled(read->value, bytes);
  return std::nullopt;
}

void read_manifest(const Node& manifest, Manifests& found, Diagnostics& diagnostics) {
  ManifestReader reader{diagnostics};
  const std::string kind = reader.text(manifest, "kind");
  if (kind.empty()) return reader.complain(manifest, "kind is missing: this is no manifest");
  if (kind == "List") {
    for (const Node& item : reader.part(manifest, "items").items())
      read_manifest(item, found, diagnostics);
    return;
  }
  if (kind == "Deployment") {
    found.deployments.push_back(reader.deployment(manifest));
  } else if (kind == "PodDisruptionBudget") {
    found.budgets.push_back(reader.budget(manifest));
  } else if (kind == "HorizontalPodAutoscaler") {
    found.autoscalers.push_back(reader.autoscaler(manifest));
  } else {
    found.other.push_back(kind);
  }
}

}  // namespace opsim::eks
