#include "models/ecs/service.hpp"

#include <algorithm>
#include <iterator>

#include "models/ecs/capacity.hpp"
#include "models/ecs/faults.hpp"
#include "models/ecs/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim {

namespace {

using ecs::Ecs;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {.name = "CreateCapacityProvider", .now = immediate<Ecs, ecs::create_capacity_provider>},
    {.name = "CreateCluster", .now = immediate<Ecs, ecs::create_cluster>},
    {.name = "CreateService", .now = immediate<Ecs, ecs::create_service>},
    {.name = "CreateTaskSet", .now = immediate<Ecs, ecs::create_task_set>},
    {.name = "DeleteCluster", .now = immediate<Ecs, ecs::delete_cluster>},
    {.name = "DeleteService", .now = immediate<Ecs, ecs::delete_service>},
    {.name = "DeleteTaskSet", .now = immediate<Ecs, ecs::delete_task_set>},
    {.name = "DeregisterTaskDefinition", .now = immediate<Ecs, ecs::deregister_task_definition>},
    {.name = "DescribeCapacityProviders",
     .access = Access::read,
     .now = immediate<Ecs, ecs::describe_capacity_providers>},
    {.name = "DescribeClusters",
     .access = Access::read,
     .now = immediate<Ecs, ecs::describe_clusters>},
    {.name = "DescribeContainerInstances",
     .access = Access::read,
     .now = immediate<Ecs, ecs::describe_container_instances>},
    {.name = "DescribeServices",
     .access = Access::read,
     .now = immediate<Ecs, ecs::describe_services>},
    {.name = "DescribeTaskDefinition",
     .access = Access::read,
     .now = immediate<Ecs, ecs::describe_task_definition>},
    {.name = "DescribeTaskSets",
     .access = Access::read,
     .now = immediate<Ecs, ecs::describe_task_sets>},
    {.name = "DescribeTasks", .access = Access::read, .now = immediate<Ecs, ecs::describe_tasks>},
    {.name = "ExecuteCommand", .not_simulated = "no session runs in a container"},
    {.name = "ListClusters", .access = Access::read, .now = immediate<Ecs, ecs::list_clusters>},
    {.name = "ListContainerInstances",
     .access = Access::read,
     .now = immediate<Ecs, ecs::list_container_instances>},
    {.name = "ListServices", .access = Access::read, .now = immediate<Ecs, ecs::list_services>},
    {.name = "ListTaskDefinitions",
     .access = Access::read,
     .now = immediate<Ecs, ecs::list_task_definitions>},
    {.name = "ListTasks", .access = Access::read, .now = immediate<Ecs, ecs::list_tasks>},
    {.name = "PutClusterCapacityProviders",
     .now = immediate<Ecs, ecs::put_cluster_capacity_providers>},
    {.name = "RegisterTaskDefinition", .now = immediate<Ecs, ecs::register_task_definition>},
    {.name = "RunTask", .now = immediate<Ecs, ecs::run_task>},
    {.name = "StopTask", .now = immediate<Ecs, ecs::stop_task_operation>},
    {.name = "UpdateCapacityProvider", .now = immediate<Ecs, ecs::update_capacity_provider>},
    {.name = "UpdateContainerInstancesState",
     .now = immediate<Ecs, ecs::update_container_instances_state>},
    {.name = "UpdateService", .now = immediate<Ecs, ecs::update_service>},
    {.name = "UpdateServicePrimaryTaskSet",
     .now = immediate<Ecs, ecs::update_service_primary_task_set>},
    {.name = "UpdateTaskSet", .now = immediate<Ecs, ecs::update_task_set>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Physics kPhysics[] = {
    {"AWS::ECS::Service", &kContainerPhysics, ecs::apply_physics},
    {"AWS::ECS::Task", &kContainerPhysics, ecs::apply_physics},
    {"AWS::ECS::TaskDefinition", &kContainerPhysics, ecs::apply_physics},
};

std::vector<std::string> tasks_of(Model& model, std::string_view resource) {
  std::vector<std::string> members;
  if (const ecs::Service* service = static_cast<Ecs&>(model).service(resource))
    for (const auto& [arn, task] : service->tasks) members.push_back(arn);
  return members;
}
constexpr Membership kMemberships[] = {{"AWS::ECS::Service", tasks_of}};

void on_event(Model& model, const Event& event) {
  if (event.source == "aws.ec2" && event.detail_type == "EC2 Instance State-change Notification")
    return ecs::instance_state_changed(static_cast<Ecs&>(model), event.place,
                                       input::text(event.detail, "instance-id"),
                                       input::text(event.detail, "state"));
  if (event.source == "aws.autoscaling")
    return ecs::termination_announced(static_cast<Ecs&>(model), event);
  if (event.source != "aws.cloudwatch" || event.detail_type != "CloudWatch Alarm State Change")
    return;
  if (input::text(input::member(event.detail, "state"), "value") != "ALARM") return;
  ecs::alarm_fired(static_cast<Ecs&>(model), event.place, input::text(event.detail, "alarmName"));
}

void on_health(Model& model, std::string_view resource, Health health) {
  if (resource.starts_with("i-"))
    ecs::instance_health_changed(static_cast<Ecs&>(model), resource, health);
}

void on_target_health(Model& model, const TargetHealth& told) {
  ecs::target_health_changed(static_cast<Ecs&>(model), told);
}

constexpr DeliveryTarget kTargets[] = {{"ecs", "cluster/", deliver<Ecs, ecs::take_delivery>}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "life cycle of tasks and its events", "task-lifecycle-explanation"},
    {Grade::simulated, "container health checks: interval, timeout, retries, startPeriod",
     "API HealthCheck"},
    {Grade::simulated, "rolling update: minimumHealthyPercent (up), maximumPercent (down)",
     "deployment-type-ecs"},
    {Grade::simulated, "deployment circuit breaker and alarms, with rollback",
     "deployment-circuit-breaker"},
    {Grade::simulated, "health check grace period; unhealthy tasks are replaced first",
     "service_definition_parameters"},
    {Grade::simulated, "CPUUtilization and MemoryUtilization; counts of Container Insights",
     "cloudwatch-metrics"},
    {Grade::simulated, "container instances of Auto Scaling groups: binpack, spread, draining",
     "task-placement-strategies, container-instance-draining"},
    {Grade::simulated,
     "capacity providers: CapacityProviderReservation, managed scaling, managed "
     "termination protection and draining; tasks wait in PROVISIONING",
     "cluster-auto-scaling"},
    {Grade::simulated, "DAEMON services; constraints distinctInstance and memberOf",
     "ecs_services, task-placement-constraints"},
    {Grade::simulated, "Availability Zone rebalancing", "service-rebalancing"},
    {Grade::simulated, "capacity provider strategies with base and weight",
     "API CapacityProviderStrategyItem"},
    {Grade::simulated, "service event messages; Spot interruptions and retirement by the timeline",
     "service-event-messages-list, fargate-capacity-providers, task-maintenance"},
    {Grade::simulated, "tasks that rules and schedules run", "eb-targets, API EcsParameters"},
    {Grade::simplified, "RunTask with several capacity providers: the first; no ports, no GPUs"},
    {Grade::simplified, "the bake time of deployment alarms: period times evaluation periods",
     "deployment-alarm-failure"},
    {Grade::simplified, "how long each state of a task takes: estimates"},
    {Grade::simplified, "the throttle of tasks that never start: 27 min at most, steps estimated",
     "service-throttle-logic"},
    {Grade::simplified, "no container runs: physics says how it boots, leaks, hangs and crashes"},
    {Grade::simulated, "task sets of services that CodeDeploy looks after", "TaskSet"},
    {Grade::simulated,
     "its own strategies with two environments: blue/green, linear, canary, bake time, hooks",
     "deployment-type-blue-green"},
    {Grade::absent, "Service Connect"},
    {Grade::absent, "dependsOn, restart policies, volumes, secrets, ECS Exec"},
};

}  // namespace

extern const Service kEcs{
    .name = "ecs",
    .title = "Amazon ECS",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Ecs>(cloud); },
    .operations = kOperations,
    .resources = ecs::kEcsResources,
    .targets = kTargets,
    .physics = kPhysics,
    .quantities = ecs::kTaskQuantities,
    .memberships = kMemberships,
    .faults = ecs::kTaskFaults,
    .fidelity = kFidelity,
    .on_event = on_event,
    .on_health = on_health,
    .on_target_health = on_target_health,
};

}  // namespace opsim
