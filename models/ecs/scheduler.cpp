// The service scheduler: keeps the desired count of tasks, replaces what fails, rolls out.
// AWS: ECS Developer Guide, "Amazon ECS services" (service scheduler), "Amazon ECS service throttle
// logic", CreateService (healthCheckGracePeriodSeconds, deploymentConfiguration).
// Nothing polls: it looks when something about one of its tasks has changed.
#include <fmt/format.h>

#include <algorithm>

#include "models/ecs/capacity.hpp"

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
  return task.deployment == service.primary().id && !is_draining(ecs, task) && !task.retires;
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

std::string id_of(const Task& task) { return task.arn.substr(task.arn.rfind('/') + 1); }

/// "(service web) (port 80) is unhealthy in (target-group ...) due to (reason ...)", or which of
/// its own checks has failed (service-event-messages).
std::string unhealthy_message(Ecs& ecs, const Service& service, const Task& task) {
  if (health_of(task) != ContainerHealth::unhealthy)
    for (const TargetRef& target : task.targets)
      if (!target.healthy)
        return fmt::format(
            "(service {}) (port {}) is unhealthy in (target-group {}) due to "
            "(reason {})",
            service.spec.name, target.port, target.group, unhealthy_because(ecs, task, target));
  return fmt::format("(service {}) (task {}) failed container health checks.", service.spec.name,
                     id_of(task));
}

void stop_one(Ecs& ecs, Service& service, Task& task, Kind kind) {
  if (kind == Kind::unhealthy) {
    count_failure(ecs, service, task, TaskFailure::health_check);
    add_message(ecs, service, unhealthy_message(ecs, service, task));
    stop_task(ecs, task, "ServiceSchedulerInitiated", failed_checks(task));
  } else if (task.retires) {
    stop_task(ecs, task, "ServiceSchedulerInitiated", kMaintenance);
  } else {
    stop_task(ecs, task, "ServiceSchedulerInitiated",
              fmt::format("Scaling activity initiated by (deployment {})", service.primary().id));
  }
  add_message(ecs, service,
              fmt::format("(service {}) has stopped 1 running tasks: (task {}).", service.spec.name,
                          id_of(task)));
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

void start_some(Ecs& ecs, Service& service, std::int64_t count) {
  Deployment& deployment = service.primary();
  if (deployment.state == RolloutState::failed) return;  // it "stops launching new tasks"
  if (ecs.now() < service.no_start_before) {
    ecs.sim().cancel(service.look);
    service.look =
        ecs.sim().at(service.no_start_before, [&ecs, &service] { look_now(ecs, service); });
    return;
  }
  std::string started;
  std::int64_t begun = 0;
  for (; count > 0; --count) {
    TaskOrder order = order_for(service);
    if (!service.lost.empty()) {
      order.why = fmt::format("to replace {}", service.lost.front());
      service.lost.erase(service.lost.begin());
    }
    const Task* const task = start_task(ecs, order);
    if (task == nullptr) {
      tell_no_room(ecs, service);
      break;
    }
    service.told_no_room = false;
    started += fmt::format("{}(task {})", started.empty() ? "" : " ", id_of(*task));
    ++begun;
  }
  if (begun > 0)
    add_message(
        ecs, service,
        fmt::format("(service {}) has started {} tasks: {}.", service.spec.name, begun, started));
}

/// "was unable to stop or start tasks during a deployment because of the service deployment
/// configuration": a maximum that rounds down to what runs, and a minimum that keeps it.
void tell_stuck(Ecs& ecs, Service& service, const TaskBounds& bounds, const Tally& tally) {
  if (service.primary().state != RolloutState::in_progress || tally.older.healthy == 0) return;
  if (tally.newest.all() > 0 || tally.older.all() != tally.older.healthy) return;
  if (tally.older.healthy < bounds.highest || tally.older.healthy > bounds.lowest) return;
  if (std::exchange(service.told_stuck, true)) return;
  add_message(ecs, service,
              fmt::format("(service {}) was unable to stop or start tasks during a deployment "
                          "because of the service deployment configuration. Update the "
                          "minimumHealthyPercent or maximumPercent value and try again.",
                          service.spec.name));
}

void settle(Ecs& ecs, Service& service, const Tally& tally) {
  const bool rests = tally.newest.healthy == service.spec.desired && tally.newest.starting == 0 &&
                     tally.newest.unhealthy == 0 && tally.older.all() == 0;
  if (!rests) {
    service.steady = false;
    return;
  }
  complete_deployment(ecs, service);
  tell_steady(ecs, service);
}

// ---- Availability Zone rebalancing ----

/// Tasks by zone, where the difference is more than one.
std::map<std::string, std::int64_t> unbalanced(Ecs& ecs, const Service& service) {
  std::map<std::string, std::int64_t> tasks;
  for (const std::string& zone : service_zones(ecs, service)) tasks[zone] = 0;
  for (const auto& [arn, task] : service.tasks)
    if (task->wanted && !task->waits) ++tasks[task->zone];
  if (tasks.size() < 2) return {};
  const auto [least, most] =
      std::ranges::minmax_element(tasks, {}, [](const auto& one) { return one.second; });
  return most->second - least->second > 1 ? tasks : std::map<std::string, std::int64_t>{};
}

std::string zones_text(const std::map<std::string, std::int64_t>& tasks) {
  std::string text;
  std::size_t left = tasks.size();
  for (const auto& [zone, count] : tasks) {
    --left;
    text += fmt::format("{} tasks in {}{}", count, zone,
                        left == 0   ? ""
                        : left == 1 ? " and "
                                    : ", ");
  }
  return text;
}

/// "starts a new task in the Availability Zone with the fewest tasks, and once it is healthy stops
/// one in the zone with the most" (service-rebalancing).
void rebalance(Ecs& ecs, Service& service) {
  if (!service.spec.rebalances || !service.steady) return;
  const auto tasks = unbalanced(ecs, service);
  if (tasks.empty()) {
    if (!std::exchange(service.rebalancing, false)) return;
    add_message(ecs, service, fmt::format("(service {}) is AZ balanced.", service.spec.name));
    return emit_service_action(ecs, service, "INFO", "SERVICE_REBALANCING_STOPPED");
  }
  if (!std::exchange(service.rebalancing, true)) {
    add_message(ecs, service,
                fmt::format("(service {}) is not AZ balanced with {}. AZ Rebalancing in progress.",
                            service.spec.name, zones_text(tasks)));
    emit_service_action(ecs, service, "INFO", "SERVICE_REBALANCING_STARTED");
  }
  TaskOrder order = order_for(service);
  order.zone =
      std::ranges::min_element(tasks, {}, [](const auto& one) { return one.second; })->first;
  order.why = "to balance the zones";
  start_task(ecs, order);
}

}  // namespace

std::string failed_checks(const Task& task) {
  if (health_of(task) == ContainerHealth::unhealthy) return "Task failed container health checks";
  for (const TargetRef& target : task.targets)
    if (!target.healthy)
      return fmt::format("Task failed ELB health checks in (target-group {})", target.group);
  return "Task failed health checks";
}

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

TaskOrder order_for(Service& service) {
  const Deployment& deployment = service.primary();
  return {.place = service.place,
          .cluster = service.spec.cluster,
          .service = &service,
          .deployment = deployment.id,
          .definition = deployment.definition,
          .launch_type = service.spec.launch_type,
          .group = fmt::format("service:{}", service.spec.name),
          .started_by = deployment.id,
          .subnets = service.spec.subnets,
          .why = {},
          .capacity_provider = choose_provider(service, deployment.id)};
}

void stop_service_task(Ecs& ecs, Service& service, Task& task) {
  stop_one(ecs, service, task, kind_of(ecs, task));
}

/// Once, until there was room again. It looks again when an instance comes or a task ends.
void tell_no_room(Ecs& ecs, Service& service) {
  if (std::exchange(service.told_no_room, true)) return;
  const NoRoom why = why_no_room(ecs, order_for(service));
  const std::string closest =
      why.instance.empty() ? "Reason: No Container Instances were found in your cluster."
      : why.lacks.empty()
          ? fmt::format(
                "The closest matching (container-instance {}) does not meet the placement "
                "constraints.",
                why.instance)
          : fmt::format(
                "The closest matching (container-instance {}) has insufficient {} available.",
                why.instance, why.lacks == "CPU" ? "CPU units" : "memory");
  add_message(ecs, service,
              fmt::format("(service {}) was unable to place a task because no container instance "
                          "met all of its requirements. {} For more information, see the "
                          "Troubleshooting section of the Amazon ECS Developer Guide.",
                          service.spec.name, closest));
  const std::string reason =
      why.lacks.empty() ? "RESOURCE:MEMORY" : fmt::format("RESOURCE:{}", why.lacks);
  emit_service_action(ecs, service, "ERROR", "SERVICE_TASK_PLACEMENT_FAILURE",
                      {{"reason", reason},
                       {"capacityProviderArns", Json::array()},
                       {"desiredCount", service.spec.desired}});
}

void forget_drained(Service& service) {
  std::erase_if(service.deployments, [&service](const Deployment& deployment) {
    return deployment.id != service.primary().id &&
           std::ranges::none_of(service.tasks, [&deployment](const auto& entry) {
             return entry.second->deployment == deployment.id;
           });
  });
}

void tell_steady(Ecs& ecs, Service& service) {
  if (std::exchange(service.steady, true)) return;
  add_message(ecs, service,
              fmt::format("(service {}) has reached a steady state.", service.spec.name));
  emit_service_action(ecs, service, "INFO", "SERVICE_STEADY_STATE");
}

void look_now(Ecs& ecs, Service& service) {
  ecs.sim().cancel(service.look);
  service.look = {};
  if (!service.active) {
    stop_counted(ecs, service, true, count_tasks(ecs, service).newest);
    return stop_counted(ecs, service, false, count_tasks(ecs, service).older);
  }
  if (service.spec.uses_sets()) return look_at_sets(ecs, service);
  if (service.spec.daemon) {
    look_at_daemon(ecs, service);
    update_insights(ecs, service);
    return refresh_service_health(ecs, service);
  }
  const TaskBounds bounds =
      task_bounds(service.spec.desired, service.spec.minimum_healthy, service.spec.maximum);
  Tally tally = count_tasks(ecs, service);
  // One that starts to balance the zones is one more, until it is healthy.
  const std::int64_t extra = service.rebalancing && tally.newest.starting > 0 ? 1 : 0;
  const RolloutStep step =
      plan_rollout(service.spec.desired + extra, bounds, tally.newest, tally.older);
  stop_counted(ecs, service, false, step.stop_older);
  stop_counted(ecs, service, true, step.stop_newest);
  if (step.start > 0) start_some(ecs, service, step.start);
  if (step.nothing()) tell_stuck(ecs, service, bounds, tally);
  if (step.nothing() && extra == 0) {
    settle(ecs, service, tally);
    rebalance(ecs, service);
  }
  if (!service.spec.providers.empty()) capacity_changed(ecs, service.place, service.spec.cluster);
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
  if (service.spec.daemon) return look_at_daemon(ecs, service);
  for (std::int64_t i = 0; i < service.spec.desired; ++i) {
    TaskOrder order = order_for(service);
    order.stands = true;
    if (start_task(ecs, order) == nullptr) look_soon(ecs, service);
  }
  capacity_changed(ecs, service.place, service.spec.cluster);
}

}  // namespace opsim::ecs
