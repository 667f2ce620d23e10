// DAEMON services: "deploys exactly one task on each active container instance that meets all of
// the task placement constraints".
// AWS: ECS Developer Guide, "Amazon ECS services" (Daemon strategy): desired count, placement
// strategies and Auto Scaling are none of it; "minimumHealthyPercent 0, maximumPercent 100" are its
// defaults: an instance's task stops before its successor starts. "Does not run on Fargate."
// "When you launch a daemon service on a cluster with other replica services, Amazon ECS
// prioritizes the daemon task". SIMPLIFIED: on an instance that is drained its task ends with the
// others, not after them.
#include <fmt/format.h>

#include <algorithm>

#include "models/ecs/capacity.hpp"

namespace opsim::ecs {

namespace {

Task* task_on(Service& service, std::string_view instance, bool newest) {
  for (const auto& [arn, task] : service.tasks)
    if (task->wanted && task->container_instance == instance &&
        (task->deployment == service.primary().id) == newest)
      return task;
  return nullptr;
}

std::vector<std::string> eligible_instances(Ecs& ecs, Service& service) {
  const TaskOrder order = order_for(service);
  std::vector<std::string> found;
  for (const auto& [arn, instance] : ecs.instances)
    if (is_eligible(ecs, instance, order)) found.push_back(arn);
  return found;
}

std::int64_t healthy_tasks(Ecs& ecs, const Service& service) {
  return std::ranges::count_if(service.tasks, [&ecs](const auto& entry) {
    return entry.second->wanted && is_healthy(*entry.second) && !is_unhealthy(ecs, *entry.second);
  });
}

}  // namespace

Remaining reserved_for_daemons(Ecs& ecs, const ContainerInstance& instance) {
  Remaining kept;
  for (auto& [arn, service] : ecs.services) {
    if (!service.active || !service.spec.daemon || service.spec.cluster != instance.cluster)
      continue;
    const TaskOrder order = order_for(service);
    if (!is_eligible(ecs, instance, order)) continue;
    if (task_on(service, instance.arn, true) != nullptr) continue;
    if (task_on(service, instance.arn, false) != nullptr) continue;
    kept.cpu_units += order.definition->cpu_units;
    kept.memory_mib += order.definition->memory_mib;
    ++kept.tasks;
  }
  return kept;
}

void look_at_daemon(Ecs& ecs, Service& service) {
  const std::vector<std::string> instances = eligible_instances(ecs, service);
  service.spec.desired = std::ssize(instances);
  std::vector<Task*> leave;
  for (const auto& [arn, task] : service.tasks)
    if (task->wanted &&
        (std::ranges::count(instances, task->container_instance) == 0 || is_unhealthy(ecs, *task)))
      leave.push_back(task);
  for (Task* task : leave) stop_service_task(ecs, service, *task);

  const TaskBounds bounds =
      task_bounds(service.spec.desired, service.spec.minimum_healthy, service.spec.maximum);
  std::int64_t spare = healthy_tasks(ecs, service) - bounds.lowest;
  bool rests = true;
  for (const std::string& instance : instances) {
    Task* const older = task_on(service, instance, false);
    Task* const newest = task_on(service, instance, true);
    if (older != nullptr && spare > 0) {
      stop_service_task(ecs, service, *older);
      --spare;
    }
    rests = rests && newest != nullptr && older == nullptr && is_healthy(*newest);
    if (newest != nullptr || (older != nullptr && older->wanted)) continue;
    TaskOrder order = order_for(service);
    order.instance = instance;
    order.stands = ecs.now() == ecs.sim().start();
    if (start_task(ecs, order) == nullptr) tell_no_room(ecs, service);
    rests = false;
  }
  forget_drained(service);
  if (rests) {
    complete_deployment(ecs, service);
    tell_steady(ecs, service);
  } else {
    service.steady = false;
  }
}

}  // namespace opsim::ecs
