#pragma once
/// The API of ECS, by subject: one function an operation.
#include "models/ecs/ecs.hpp"

namespace opsim::ecs {

// ---- cluster_operations.cpp ----
ApiResult<Json> create_cluster(Ecs& ecs, const Request& request);
ApiResult<Json> delete_cluster(Ecs& ecs, const Request& request);
ApiResult<Json> describe_clusters(Ecs& ecs, const Request& request);
ApiResult<Json> list_clusters(Ecs& ecs, const Request& request);

// ---- definition_operations.cpp ----
ApiResult<Json> deregister_task_definition(Ecs& ecs, const Request& request);
ApiResult<Json> describe_task_definition(Ecs& ecs, const Request& request);
ApiResult<Json> list_task_definitions(Ecs& ecs, const Request& request);
ApiResult<Json> register_task_definition(Ecs& ecs, const Request& request);

// ---- instance_operations.cpp ----
CapacityProvider& add_provider(Ecs& ecs, const Place& place, const std::string& name,
                               const Json& input);
void associate_providers(Ecs& ecs, Cluster& cluster, const Json& input);
ApiResult<Json> create_capacity_provider(Ecs& ecs, const Request& request);
ApiResult<Json> describe_capacity_providers(Ecs& ecs, const Request& request);
ApiResult<Json> describe_container_instances(Ecs& ecs, const Request& request);
ApiResult<Json> list_container_instances(Ecs& ecs, const Request& request);
ApiResult<Json> put_cluster_capacity_providers(Ecs& ecs, const Request& request);
ApiResult<Json> update_capacity_provider(Ecs& ecs, const Request& request);
ApiResult<Json> update_container_instances_state(Ecs& ecs, const Request& request);

// ---- service_operations.cpp ----
ApiResult<Json> create_task_set(Ecs& ecs, const Request& request);
ApiResult<Json> delete_task_set(Ecs& ecs, const Request& request);
ApiResult<Json> describe_task_sets(Ecs& ecs, const Request& request);
ApiResult<Json> update_service_primary_task_set(Ecs& ecs, const Request& request);
ApiResult<Json> update_task_set(Ecs& ecs, const Request& request);
ApiResult<Json> create_service(Ecs& ecs, const Request& request);
ApiResult<Json> delete_service(Ecs& ecs, const Request& request);
ApiResult<Json> describe_services(Ecs& ecs, const Request& request);
ApiResult<Json> list_services(Ecs& ecs, const Request& request);
ApiResult<Json> update_service(Ecs& ecs, const Request& request);

// ---- task_operations.cpp ----
ApiResult<Json> describe_tasks(Ecs& ecs, const Request& request);
ApiResult<Json> list_tasks(Ecs& ecs, const Request& request);
ApiResult<Json> run_task(Ecs& ecs, const Request& request);
ApiResult<Json> stop_task_operation(Ecs& ecs, const Request& request);

// ---- rule_target.cpp: what a rule or a schedule runs ----
Process<ApiResult<Json>> take_delivery(Ecs& ecs, Delivery delivery);

// ---- resources.cpp ----
extern const std::span<const ResourceType> kEcsResources;

}  // namespace opsim::ecs
