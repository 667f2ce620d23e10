// The service scheduler: keeps the desired count of tasks, replaces what fails, rolls out.
// AWS: ECS Developer Guide, "Amazon ECS services" (service scheduler), "Amazon ECS service throttle
// logic", CreateService (healthCheckGracePeriodSeconds, deploymentConfiguration).
// Nothing polls: it looks when something about one of its tasks has changed.
#include <fmt/format.h>

#include <algorithm>

#include "models/ecs/ecs.hpp"

namespace opsim::ecs {

namespace {

/// From a change until the scheduler acts on it: an estimate.
const Distribution& scheduler_takes() {
  static const Distribution kTakes = *Distribution::parse("lognormal(p50 3s, p99 10s)");
  return kTakes;
}

enum class Kind : std::uint8_t { starting, healthy, unhealthy };

Kind kind_of(Ecs& ecs, const Task& task) {
  if (is_unhealthy(ecs, task)) return Kind::unhealthy;
  return is_healthy(task) ? Kind::healthy : Kind::starting;
}

struct Tally {
  TaskCounts newest;
  TaskCounts older;
};

/// What stays: of the newest deployment, and not on an instance that is drained ("tasks ... that
/// are in the RUNNING state are stopped and replaced according to the service's deployment
/// configuration").
bool stays(Ecs& ecs, Service& service, const Task& task) {
  return task.deployment == service.primary().id && !is_draining(ecs, task);
}

Tally count_tasks(Ecs& ecs, Service& service) {
  Tally tally;
  for (const auto& [arn, task] : service.tasks) {
    if (!task->wanted) continue;
    TaskCounts& side = stays(ecs, service, *task) ? tally.newest : tally.older;
    switch (kind_of(ecs, *task)) {
      case Kind::starting: ++side.starting; break;
      case Kind::healthy: ++side.healthy; break;
      case Kind::unhealthy: ++side.unhealthy; break;
    }
  }
  return tally;
}

std::string failed_checks(const Task& task) {
  if (health_of(task) == ContainerHealth::unhealthy) return "Task failed container health checks";
  for (const TargetRef& target : task.targets)
    if (!target.healthy)
      return fmt::format("Task failed ELB health checks in (target-group {})", target.group);
  return "Task failed health checks";
}

void stop_one(Ecs& ecs, Service& service, Task& task, Kind kind) {
  const std::string id = task.arn.substr(task.arn.rfind('/') + 1);
  if (kind == Kind::unhealthy) {
    count_failure(ecs, service, task, TaskFailure::health_check);
    add_message(
        ecs, service,
        fmt::format("(service {}) (task {}) {}.", service.spec.name, id, failed_checks(task)));
    return stop_task(ecs, task, "ServiceSchedulerInitiated", failed_checks(task));
  }
  stop_task(ecs, task, "ServiceSchedulerInitiated",
            fmt::format("Scaling activity initiated by (deployment {})", service.primary().id));
}

/// Of one kind and side: of the fullest zone the oldest first, so that what stays is spread.
void stop_some(Ecs& ecs, Service& service, bool newest, Kind kind, std::int64_t count) {
  for (; count > 0; --count) {
    std::map<std::string_view, std::int64_t> spread;
    for (const auto& [arn, task] : service.tasks)
      if (task->wanted) ++spread[task->zone];
    Task* chosen = nullptr;
    for (const auto& [arn, task] : service.tasks) {
      if (!task->wanted || stays(ecs, service, *task) != newest) continue;
      if (kind_of(ecs, *task) != kind) continue;
      if (chosen == nullptr || spread[task->zone] > spread[chosen->zone]) chosen = task;
    }
    if (chosen == nullptr) return;
    stop_one(ecs, service, *chosen, kind);
  }
}

void stop_counted(Ecs& ecs, Service& service, bool newest, const TaskCounts& counts) {
  stop_some(ecs, service, newest, Kind::starting, counts.starting);
  stop_some(ecs, service, newest, Kind::unhealthy, counts.unhealthy);
  stop_some(ecs, service, newest, Kind::healthy, counts.healthy);
}

/// Once, until there was room again. It looks again when an instance comes or a task ends.
void tell_no_room(Ecs& ecs, Service& service) {
  if (std::exchange(service.told_no_room, true)) return;
  add_message(ecs, service,
              fmt::format("(service {}) was unable to place a task because no container instance "
                          "met all of its requirements.",
                          service.spec.name));
  emit_service_action(ecs, service, "ERROR", "SERVICE_TASK_PLACEMENT_FAILURE",
                      {{"reason", "RESOURCE:MEMORY"},
                       {"capacityProviderArns", Json::array()},
                       {"desiredCount", service.spec.desired}});
}

void start_some(Ecs& ecs, Service& service, std::int64_t count) {
  Deployment& deployment = service.primary();
  if (deployment.state == RolloutState::failed) return;  // it "stops launching new tasks"
  if (ecs.now() < service.no_start_before) {
    ecs.sim().cancel(service.look);
    service.look =
        ecs.sim().at(service.no_start_before, [&ecs, &service] { look_now(ecs, service); });
    return;
  }
  for (; count > 0; --count) {
    std::string why;
    if (!service.lost.empty()) {
      why = fmt::format("to replace {}", service.lost.front());
      service.lost.erase(service.lost.begin());
    }
    const TaskOrder order{.place = service.place,
                          .cluster = service.spec.cluster,
                          .service = &service,
                          .deployment = deployment.id,
                          .definition = deployment.definition,
                          .launch_type = service.spec.launch_type,
                          .group = fmt::format("service:{}", service.spec.name),
                          .started_by = deployment.id,
                          .subnets = service.spec.subnets,
                          .why = why};
    if (start_task(ecs, order) == nullptr) return tell_no_room(ecs, service);
    service.told_no_room = false;
  }
}

/// Deployments whose tasks are all gone are no longer shown.
void forget_drained(Service& service) {
  std::erase_if(service.deployments, [&service](const Deployment& deployment) {
    return deployment.id != service.primary().id &&
           std::ranges::none_of(service.tasks, [&deployment](const auto& entry) {
             return entry.second->deployment == deployment.id;
           });
  });
}

void settle(Ecs& ecs, Service& service, const Tally& tally) {
  const bool rests = tally.newest.healthy == service.spec.desired && tally.newest.starting == 0 &&
                     tally.newest.unhealthy == 0 && tally.older.all() == 0;
  if (!rests) {
    service.steady = false;
    return;
  }
  Deployment& deployment = service.primary();
  if (deployment.state == RolloutState::in_progress)
    end_deployment(ecs, service, deployment, RolloutState::completed,
                   fmt::format("ECS deployment {} completed.", deployment.id));
  if (service.steady) return;
  service.steady = true;
  add_message(ecs, service,
              fmt::format("(service {}) has reached a steady state.", service.spec.name));
  emit_service_action(ecs, service, "INFO", "SERVICE_STEADY_STATE");
}

}  // namespace

bool is_healthy(const Task& task) {
  if (!task.is_up()) return false;
  bool checked = false;
  for (const Container& container : task.containers) {
    const ContainerSpec& spec = spec_of(task, container);
    checked = checked || (spec.essential && spec.health_check);
  }
  if (checked && health_of(task) != ContainerHealth::healthy) return false;
  return std::ranges::all_of(task.targets, &TargetRef::healthy);
}

// "The period of time ... that the service scheduler ignores unhealthy Elastic Load Balancing ...
// and container health checks after a task has first started."
bool is_unhealthy(Ecs& ecs, const Task& task) {
  if (!task.is_up() || !task.started) return false;
  const Service* service = ecs.service(task.service);
  if (service != nullptr && ecs.now() < *task.started + service->spec.grace) return false;
  if (health_of(task) == ContainerHealth::unhealthy) return true;
  return std::ranges::any_of(
      task.targets, [](const TargetRef& target) { return !target.healthy && target.failed; });
}

void look_now(Ecs& ecs, Service& service) {
  ecs.sim().cancel(service.look);
  service.look = {};
  if (!service.active) {
    stop_counted(ecs, service, true, count_tasks(ecs, service).newest);
    return stop_counted(ecs, service, false, count_tasks(ecs, service).older);
  }
  const TaskBounds bounds =
      task_bounds(service.spec.desired, service.spec.minimum_healthy, service.spec.maximum);
  Tally tally = count_tasks(ecs, service);
  const RolloutStep step = plan_rollout(service.spec.desired, bounds, tally.newest, tally.older);
  stop_counted(ecs, service, false, step.stop_older);
  stop_counted(ecs, service, true, step.stop_newest);
  if (step.start > 0) start_some(ecs, service, step.start);
  if (step.nothing()) settle(ecs, service, tally);
  forget_drained(service);
  update_insights(ecs, service);
  refresh_service_health(ecs, service);
}

void look_soon(Ecs& ecs, Service& service) {
  if (ecs.sim().pending(service.look)) return;
  Stream& luck = ecs.sim().random(fmt::format("ecs.scheduler.{}", service.arn));
  service.look = ecs.sim().after(scheduler_takes().sample_duration(luck),
                                 [&ecs, &service] { look_now(ecs, service); });
}

void fill_standing(Ecs& ecs, Service& service) {
  Deployment& deployment = service.primary();
  deployment.state = RolloutState::completed;
  deployment.ran = true;
  deployment.reason = fmt::format("ECS deployment {} completed.", deployment.id);
  service.last_good = deployment.definition;
  service.steady = true;
  if (service.spec.launch_type == "EC2") discover_instances(ecs, service.place);
  for (std::int64_t i = 0; i < service.spec.desired; ++i)
    if (start_task(ecs, {.place = service.place,
                         .cluster = service.spec.cluster,
                         .service = &service,
                         .deployment = deployment.id,
                         .definition = deployment.definition,
                         .launch_type = service.spec.launch_type,
                         .group = fmt::format("service:{}", service.spec.name),
                         .started_by = deployment.id,
                         .subnets = service.spec.subnets,
                         .why = {},
                         .stands = true}) == nullptr)
      look_soon(ecs, service);
}

}  // namespace opsim::ecs
