// The life of a task.
// AWS: ECS Developer Guide, "Amazon ECS task lifecycle" (task-lifecycle-explanation): PROVISIONING
// (network), PENDING (images), ACTIVATING (target groups), RUNNING, DEACTIVATING (leaves its target
// groups), STOPPING (SIGTERM, SIGKILL after stopTimeout), DEPROVISIONING, STOPPED.
// No page states how long a state lasts: all durations here are estimates, and physics replaces
// them.
#include <fmt/format.h>

#include <algorithm>

#include "models/ecs/capacity.hpp"
#include "models/ecs/ecs.hpp"
#include "opsim/cloud/running_version.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/kernel/estimate.hpp"

namespace opsim::ecs {

namespace {

struct TaskEstimates {
  Distribution provision = estimate("lognormal(p50 10s, p99 40s)");
  Distribution pull = estimate("lognormal(p50 15s, p99 60s)");
  Distribution activate = estimate("lognormal(p50 1s, p99 3s)");
  Distribution end = estimate("lognormal(p50 2s, p99 20s)");
  Distribution deprovision = estimate("lognormal(p50 10s, p99 30s)");
};
const TaskEstimates& estimates() {
  static const TaskEstimates all;
  return all;
}

/// "Stopped tasks appear ... for at least one hour" (API Reference, DescribeTasks).
constexpr Duration kStoppedIsShown = std::chrono::hours{1};

/// "A two-minute warning is sent before a task is stopped" (fargate-capacity-providers).
constexpr Duration kSpotWarning = std::chrono::minutes{2};

void set_status(Ecs& ecs, Task& task, TaskStatus status, std::string_view act, std::string text,
                Level level) {
  task.status = status;
  ++task.version;
  const CauseScope because{ecs.sim(), tell(ecs, task, act, std::move(text), level)};
  emit_task_state(ecs, task);
  condition_changed(ecs, task);
  if (Service* service = ecs.service(task.service)) {
    update_insights(ecs, *service);
    look_soon(ecs, *service);
  }
}

template <class F>
void in_transition(Ecs& ecs, Task& task, Duration delay, F&& then) {
  ecs.sim().cancel(task.transition);
  task.transition = ecs.sim().after(delay, std::forward<F>(then));
}

void finish_stop(Ecs& ecs, Task& task) {
  task.stopped = ecs.now();
  set_status(ecs, task, TaskStatus::stopped, "stopped",
             fmt::format("stopped: {}", task.stopped_reason), Level::story);
  for (Ticket* ticket : {&task.boot, &task.ailment, &task.mark, &task.grace})
    ecs.sim().cancel(*ticket);
  for (Container& container : task.containers) ecs.sim().cancel(container.next_check);
  if (Service* service = ecs.service(task.service)) service->tasks.erase(task.arn);
  ecs.cloud.resources().remove(task.arn);
  if (task.launch_type != "FARGATE") capacity_changed(ecs, task.place, task.cluster);
  ecs.sim().after(kStoppedIsShown, [&ecs, arn = task.arn] { ecs.tasks.erase(arn); });
}

void deprovision(Ecs& ecs, Task& task) {
  task.execution_stopped = ecs.now();
  stop_task_metrics(ecs, task);
  set_status(ecs, task, TaskStatus::deprovisioning, "deprovisioning", "its containers have ended",
             Level::everything);
  in_transition(ecs, task, draw(ecs, task, "deprovision", estimates().deprovision),
                [&ecs, &task] { finish_stop(ecs, task); });
}

/// SIGTERM to whatever still runs; what hangs is killed after its stopTimeout.
void end_rest(Ecs& ecs, Task& task) {
  Duration longest{};
  const Duration usual = draw(ecs, task, "end", task.settings->stops_in.value_or(estimates().end));
  for (const Container& container : task.containers) {
    if (!container.runs) continue;
    const Duration most = spec_of(task, container).stop_timeout;
    longest = std::max(longest, container.hung ? most : std::min(usual, most));
  }
  in_transition(ecs, task, longest, [&ecs, &task, usual] {
    for (Container& container : task.containers) {
      if (!container.runs) continue;
      const bool killed = container.hung || usual > spec_of(task, container).stop_timeout;
      container.runs = false;
      container.exit_code = killed ? 137 : 0;
    }
    deprovision(ecs, task);
  });
}

void begin_stopping(Ecs& ecs, Task& task) {
  set_status(ecs, task, TaskStatus::stopping, "stopping", "its containers are told to end",
             Level::everything);
  end_rest(ecs, task);
}

void run(Ecs& ecs, Task& task) {
  task.started = ecs.now();
  publish_task_metrics(ecs, task);
  set_status(ecs, task, TaskStatus::running, "running",
             fmt::format("running after {}", human(ecs.now() - task.created)), Level::everything);
  Service* service = ecs.service(task.service);
  if (service == nullptr) return;
  task_ran(ecs, *service, task);
  if (service->spec.grace > Duration{})
    task.grace = ecs.sim().after(service->spec.grace, [&ecs, &task] {
      if (Service* its = ecs.service(task.service)) look_soon(ecs, *its);
    });
}

void activate(Ecs& ecs, Task& task) {
  set_status(ecs, task, TaskStatus::activating, "activating", "its containers start",
             Level::everything);
  register_targets(ecs, task);
  in_transition(ecs, task, draw(ecs, task, "activate", estimates().activate),
                [&ecs, &task] { run(ecs, task); });
}

void fail_to_start(Ecs& ecs, Task& task) {
  const ContainerSpec& first = task.definition->containers.front();
  task.containers.front().reason = fmt::format("CannotPullContainerError: {}", first.image);
  stop_task(ecs, task, "TaskFailedToStart",
            fmt::format("CannotPullContainerError: pull image manifest has been retried 5 time(s): "
                        "failed to resolve ref {}: not found",
                        first.image));
}

void finish_pull(Ecs& ecs, Task& task) {
  task.pull_stopped = ecs.now();
  Stream luck{ecs.sim().seed(), fmt::format("ecs.starts.{}", task.name)};
  if (!luck.chance(task.settings->starts.value_or(100) / 100)) return fail_to_start(ecs, task);
  start_containers(ecs, task, false);
  if (task.wanted) activate(ecs, task);
}

void pull(Ecs& ecs, Task& task) {
  task.pull_started = ecs.now();
  set_status(ecs, task, TaskStatus::pending, "pending", "pulls its images", Level::everything);
  in_transition(ecs, task,
                draw(ecs, task, "pull", task.settings->pulls_in.value_or(estimates().pull)),
                [&ecs, &task] { finish_pull(ecs, task); });
}

void enter_resource(Ecs& ecs, const Task& task) {
  // Where it shares the address of its instance, that is the instance's.
  const bool own = task.launch_type == "FARGATE" || task.definition->network_mode == "awsvpc";
  ecs.cloud.resources().add(
      {.logical_id = task.name,
       .type = "AWS::ECS::Task",
       .physical_id = task.arn,
       .arn = task.arn,
       .place = task.place,
       .owner = task.service,
       .attributes = {{"AvailabilityZone", task.zone},
                      {"PrivateIp", own ? task.address : ""},
                      {kRunningVersion,
                       fmt::format("{}:{}", task.definition->family, task.definition->revision)}}});
}

/// By address in the network mode awsvpc, else by instance.
std::string target_id(const Ecs& ecs, const Task& task) {
  const auto host = ecs.instances.find(task.container_instance);
  if (task.definition->network_mode == "awsvpc" || host == ecs.instances.end()) return task.address;
  return host->second.instance;
}

void prepare(Ecs& ecs, Task& task) {
  for (const ContainerSpec& spec : task.definition->containers)
    task.containers.push_back({.name = spec.name});
  if (Service* service = ecs.service(task.service)) service->tasks[task.arn] = &task;
  task.settings = settings_for(ecs, task);
  task.cpu_level = task.settings->cpu_level.value_or(20);
}

/// It has a place: what it is called there.
void take_place(Ecs& ecs, Task& task) {
  if (const Service* service = ecs.service(task.service))
    for (const LoadBalancerRef& ref : balancers_of(*service, task.deployment))
      if (!ref.target_group.empty())
        task.targets.push_back(
            {.group = ref.target_group, .id = target_id(ecs, task), .port = ref.port});
  enter_resource(ecs, task);
}

void provision(Ecs& ecs, Task& task, std::string_view why) {
  set_status(ecs, task, TaskStatus::provisioning, "launched",
             fmt::format("starts in {}{}{}", task.zone, why.empty() ? "" : " ", why), Level::story);
  Duration takes =
      draw(ecs, task, "provision", task.settings->provisions_in.value_or(estimates().provision));
  if (task.definition->network_mode != "awsvpc") takes = {};  // no network interface of its own
  in_transition(ecs, task, takes, [&ecs, &task] { pull(ecs, task); });
}

/// "Tasks that no instance has room for stay in PROVISIONING until the capacity provider has scaled
/// out" (cluster auto scaling).
void wait_for_capacity(Ecs& ecs, Task& task, const CapacityProvider& provider) {
  task.waits = true;
  set_status(ecs, task, TaskStatus::provisioning, "waits",
             fmt::format("waits for an instance of {}", provider.name), Level::story);
  capacity_changed(ecs, task.place, task.cluster);
}

/// It ran before time began; its metrics begin with the first callback, once physics is read.
void stand(Ecs& ecs, Task& task) {
  task.status = TaskStatus::running;
  task.started = ecs.now();
  start_containers(ecs, task, true);
  for (TargetRef& target : task.targets) target.healthy = true;
  if (ecs.newly_standing.empty())
    ecs.sim().after(Duration{}, [&ecs] {
      for (const std::string& arn : std::exchange(ecs.newly_standing, {})) {
        const auto found = ecs.tasks.find(arn);
        if (found == ecs.tasks.end() || !found->second.is_up()) continue;
        publish_task_metrics(ecs, found->second);
        register_targets(ecs, found->second);
      }
    });
  ecs.newly_standing.push_back(task.arn);
}

}  // namespace

Duration draw(Ecs& ecs, const Task& task, std::string_view purpose,
              const Distribution& distribution) {
  Stream luck{ecs.sim().seed(), fmt::format("ecs.{}.{}", purpose, task.name)};
  return distribution.sample_duration(luck);
}

CauseId tell(Ecs& ecs, const Task& task, std::string_view act, std::string text, Level level) {
  const Resource* service = ecs.cloud.resources().find(task.service);
  return ecs.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = level,
       .subject = task.name,
       .text = std::move(text),
       .source = service == nullptr ? "" : service->source,
       .detail = {{"act", act},
                  {"resource", task.arn},
                  {"of", service == nullptr ? "" : service->logical_id}}});
}

Task* start_task(Ecs& ecs, const TaskOrder& order) {
  const std::uint64_t number = ++ecs.tasks_made;
  const std::string arn =
      opsim::arn(order.place, "ecs", fmt::format("task/{}/{:032x}", order.cluster, number));
  Task& task = ecs.tasks[arn];
  task.arn = arn;
  task.place = order.place;
  task.cluster = order.cluster;
  task.deployment = order.deployment;
  task.definition = order.definition;
  task.launch_type = order.launch_type;
  task.capacity_provider = order.capacity_provider;
  task.group = order.group;
  task.started_by = order.started_by;
  task.created = ecs.now();
  task.name = order.service == nullptr
                  ? fmt::format("{}/{}", order.definition->family, number)
                  : fmt::format("{}/{}", order.service->display, ++order.service->tasks_made);
  if (order.service != nullptr) task.service = order.service->arn;
  const bool placed = place_task(ecs, task, order);
  CapacityProvider* const provider = placed ? nullptr : waits_for(ecs, order);
  if (!placed && provider == nullptr) {
    --ecs.tasks_made;
    if (order.service != nullptr) --order.service->tasks_made;
    ecs.tasks.erase(arn);
    return nullptr;
  }
  prepare(ecs, task);
  if (provider != nullptr) {
    wait_for_capacity(ecs, task, *provider);
    return &task;
  }
  take_place(ecs, task);
  if (task.launch_type != "FARGATE") update_reservations(ecs, task.place, task.cluster);
  if (order.stands) {
    stand(ecs, task);
    return &task;
  }
  provision(ecs, task, order.why);
  return &task;
}

bool place_waiting(Ecs& ecs, Task& task) {
  Service* const service = ecs.service(task.service);
  const TaskOrder order{.place = task.place,
                        .cluster = task.cluster,
                        .service = service,
                        .deployment = task.deployment,
                        .definition = task.definition,
                        .launch_type = task.launch_type,
                        .group = task.group,
                        .started_by = task.started_by,
                        .subnets = {},
                        .why = {},
                        .capacity_provider = task.capacity_provider};
  if (!place_task(ecs, task, order)) return false;
  task.waits = false;
  take_place(ecs, task);
  provision(ecs, task, "");
  return true;
}

void stop_task(Ecs& ecs, Task& task, std::string_view code, std::string_view reason) {
  if (!task.wanted) return;
  task.wanted = false;
  task.stop_code = code;
  task.stopped_reason = reason;
  task.stopping = ecs.now();
  ecs.sim().cancel(task.transition);
  Service* service = ecs.service(task.service);
  const bool scaled = reason.starts_with("Scaling activity") || reason == kMaintenance;
  if (service != nullptr && !scaled && task.deployment == service->primary().id)
    service->lost.push_back(task.name);
  if (service != nullptr && task.status < TaskStatus::running)
    if (code == "TaskFailedToStart" || code == "EssentialContainerExited")
      count_failure(ecs, *service, task, TaskFailure::never_ran);
  if (task.status < TaskStatus::activating) return deprovision(ecs, task);
  const bool drains = task.status == TaskStatus::running && !task.targets.empty();
  deregister_targets(ecs, task);
  const bool ended = code == "EssentialContainerExited";
  if (!drains || ended) return begin_stopping(ecs, task);
  if (service != nullptr && ecs.now() > ecs.sim().start())
    add_message(ecs, *service,
                fmt::format("(service {}, taskSet {}) has begun draining connections on 1 tasks.",
                            service->spec.name, task.deployment));
  set_status(ecs, task, TaskStatus::deactivating, "deactivating", "leaves its target groups",
             Level::everything);
  Duration takes = drain_time(ecs, task);
  if (code == "SpotInterruption") takes = std::min(takes, kSpotWarning);
  in_transition(ecs, task, takes, [&ecs, &task] { begin_stopping(ecs, task); });
}

}  // namespace opsim::ecs
