#pragma once
/// Tasks, services, clusters and definitions as the API shows them.
#include "models/ecs/ecs.hpp"

namespace opsim::ecs {

[[nodiscard]] Json task_json(const Task& task);
[[nodiscard]] Json service_json(Ecs& ecs, Service& service);
[[nodiscard]] Json cluster_json(Ecs& ecs, const Cluster& cluster);
[[nodiscard]] Json definition_json(const TaskDefinition& definition);

}  // namespace opsim::ecs
