// The section `kubernetes:` of a scenario: real manifests, and what their containers do.
//   kubernetes:
//     web:                                   # what goals and faults call it
//       cluster: Shop                        # the AWS::EKS::Cluster it runs on
//       manifests: [web.yaml, { kind: PodDisruptionBudget, ... }]
//       containers: { boots in: 20s, memory: { from: 40 % }, users: 600 }
#include <fmt/format.h>

#include <filesystem>

#include "models/eks/kubernetes.hpp"
#include "opsim/document/read.hpp"

namespace opsim::eks {

namespace {

constexpr Shape kName{.kind = Kind::text, .min = 1, .max = 253};
constexpr Shape kAnyMapping{.kind = Kind::any};
constexpr Shape kManifest{.kind = Kind::any, .example = "web.yaml"};
constexpr Shape kManifestList{.kind = Kind::one_or_list, .of = &kManifest};
constexpr Field kEntryFields[] = {
    {.name = "cluster",
     .shape = &kName,
     .need = Need::required,
     .doc = "The AWS::EKS::Cluster that it runs on, by its logical id."},
    {.name = "manifests",
     .shape = &kManifestList,
     .need = Need::required,
     .doc = "Files (one manifest each, or a List) or manifests: one Deployment, budgets, an "
            "autoscaler."},
    {.name = "containers", .shape = &kContainerPhysics, .doc = "What its containers do."},
};
constexpr Shape kEntry{.kind = Kind::mapping, .fields = kEntryFields};

struct SectionReader {
  Eks& eks;
  Cloud& cloud;
  Diagnostics diagnostics{};

  void read_one(const Node& item, Manifests& found) {
    if (!item.is_text()) return read_manifest(item, found, diagnostics);
    const std::filesystem::path beside{std::string{item.file()}};
    try {
      const Document document = read_document(beside.parent_path() / std::string{item.spelling()});
      read_manifest(document.root, found, diagnostics);
    } catch (const BadInput& bad) {
      diagnostics.append(bad.diagnostics());
    }
  }

  void read_entry(std::string_view name, const Node& entry);
};

void SectionReader::read_entry(std::string_view name, const Node& entry) {
  const Node cluster_name = entry.find("cluster").value_or(Node{});
  const Resource* cluster = cloud.resources().find_named(cluster_name.spelling());
  if (cluster == nullptr || cluster->type != "AWS::EKS::Cluster")
    return diagnostics.add(
        cluster_name.complaint(fmt::format("kubernetes {}: no stack has an AWS::EKS::Cluster {}",
                                           name, opsim::quoted(cluster_name.spelling()))));
  Manifests found;
  const Node manifests = entry.find("manifests").value_or(Node{});
  if (manifests.is_list()) {
    for (const Node& item : manifests.items()) read_one(item, found);
  } else {
    read_one(manifests, found);
  }
  if (diagnostics.count() > 0) return;
  if (found.deployments.size() != 1)
    return diagnostics.add(
        entry.complaint(fmt::format("kubernetes {}: {} Deployments; expected one for each name",
                                    name, found.deployments.size())));
  Deployment& deployment = eks.deployments[std::string{name}];
  deployment.id = name;
  deployment.cluster = cluster->physical_id;
  deployment.place = cluster->place;
  deployment.source = entry.source();
  deployment.spec = found.deployments.front();
  deployment.lost_minutes = {.from = eks.now(), .highest = 1e15};
  if (const auto physics = entry.find("containers"))
    deployment.physics = read_container_physics(*physics);
  for (const AutoscalerSpec& scaler : found.autoscalers) {
    if (scaler.target == deployment.spec.name && scaler.name_space == deployment.spec.name_space)
      deployment.autoscaler = scaler;
    else
      diagnostics.add(entry.complaint(
          fmt::format("kubernetes {}: HorizontalPodAutoscaler {} scales {}, which is no Deployment "
                      "here",
                      name, scaler.name, opsim::quoted(scaler.target))));
  }
  for (const BudgetSpec& budget : found.budgets)
    eks.budgets.emplace_back(deployment.cluster, budget);
  cloud.resources().add({.logical_id = std::string{name},
                         .type = "Kubernetes::Deployment",
                         .physical_id = std::string{name},
                         .place = cluster->place,
                         .source = entry.source()});
  for (const std::string& kind : found.other)
    cloud.journal().write({.kind = EntryKind::note,
                           .level = Level::story,
                           .subject = std::string{name},
                           .text = fmt::format("manifest of kind {} is not simulated", kind),
                           .source = entry.source()});
  stand(eks, deployment);
  autoscale_soon(eks, deployment);
}

}  // namespace

constexpr Shape kKubernetes{.kind = Kind::table,
                            .doc = "What runs on clusters of EKS: Kubernetes manifests.",
                            .of = &kEntry};
const Shape kKubernetesShape = kKubernetes;

void read_kubernetes(Model& model, Cloud& cloud, const Node& section) {
  Eks& eks = static_cast<Eks&>(model);
  SectionReader reader{eks, cloud};
  for (const auto& [name, entry, at] : section.entries()) reader.read_entry(name, entry);
  reader.diagnostics.throw_if_any();
  cloud.sim().after(Duration{}, [&eks] {
    for (auto& [id, pod] : eks.pods) publish_pod_metrics(eks, pod);
    for (const auto& [key, cluster] : eks.clusters)
      update_cluster_metrics(eks, key.first, key.second);
  });
}

}  // namespace opsim::eks
