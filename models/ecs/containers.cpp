// What runs in a task, and what health checks make of it.
// AWS: ECS API Reference, HealthCheck and ContainerDefinition (essential); Developer Guide,
// "Determine Amazon ECS task health using container health checks".
// SIMPLIFIED: dependencies between containers (dependsOn) and restart policies are not followed;
// all containers of a task boot together.
#include <fmt/format.h>

#include <algorithm>

#include "models/ecs/ecs.hpp"

namespace opsim::ecs {

namespace {

Distribution usual_boot() { return *Distribution::parse("lognormal(p50 8s, p99 30s)"); }

/// How soon the agent learns that a process has ended (an estimate).
constexpr Duration kAgentNotices = std::chrono::seconds{1};

bool check_passes(const Task& task, const Container& container) {
  const bool notices = task.settings->checks_notice.value_or(true);
  return container.runs && container.ready && !container.check_broken &&
         !(container.hung && notices);
}

void set_health(Ecs& ecs, Task& task, Container& container, ContainerHealth health) {
  if (container.health == health) return;
  container.health = health;
  container.passed = container.passed || health == ContainerHealth::healthy;
  ++task.version;
  const CauseScope because{
      ecs.sim(), tell(ecs, task, to_string(health),
                      fmt::format("container {} is {}", container.name, to_string(health)),
                      health == ContainerHealth::unhealthy ? Level::story : Level::everything)};
  emit_task_state(ecs, task);
  refresh_health(ecs, task);
  if (Service* service = ecs.service(task.service)) look_soon(ecs, *service);
}

/// Only the check that changes something is run.
void plan_check(Ecs& ecs, Task& task, Container& container) {
  const auto& check = spec_of(task, container).health_check;
  ecs.sim().cancel(container.next_check);
  if (!check || !container.runs || task.status >= TaskStatus::stopping) return;
  const bool passes = check_passes(task, container);
  const ContainerHealth next = passes ? ContainerHealth::healthy : ContainerHealth::unhealthy;
  if (container.health == next) return;
  SimTime from = ecs.now();
  if (!passes && !container.passed) from = std::max(from, container.started + check->start_period);
  const SimTime due = passes ? next_check(*check, container.checks_from, from)
                             : unhealthy_at(*check, container.checks_from, from, container.hung);
  container.next_check = ecs.sim().at(std::max(due, ecs.now()), [&ecs, &task, &container, next] {
    container.checks_from = ecs.now();
    set_health(ecs, task, container, next);
  });
}

void crash(Ecs& ecs, Task& task) { end_container(ecs, task, main_container(task), 1, ""); }

void hang(Ecs& ecs, Task& task) {
  Container& container = main_container(task);
  container.hung = true;
  const CauseScope because{
      ecs.sim(),
      tell(ecs, task, "hangs", fmt::format("container {} hangs", container.name), Level::story)};
  condition_changed(ecs, task);
}

/// Whichever of a crash and a hang comes first. A task that stands from the start is somewhere in
/// its life already: it has served for a while that is as likely as any other.
void plan_ailments(Ecs& ecs, Task& task, bool stands) {
  const ContainerPhysics& settings = *task.settings;
  if (!settings.crashes_after && !settings.hangs_after) return;
  Duration crashes = Duration::max();
  Duration hangs = Duration::max();
  if (settings.crashes_after) crashes = draw(ecs, task, "crash", *settings.crashes_after);
  if (settings.hangs_after) hangs = draw(ecs, task, "hang", *settings.hangs_after);
  Duration first = std::min(crashes, hangs);
  if (stands) {
    Stream luck{ecs.sim().seed(), fmt::format("ecs.age.{}", task.name)};
    first =
        Duration{static_cast<std::int64_t>(static_cast<double>(first.count()) * luck.uniform())};
  }
  const CauseScope nobody{ecs.sim(), CauseId::none};
  task.ailment = ecs.sim().after(first, [&ecs, &task, crashes, hangs] {
    crashes <= hangs ? crash(ecs, task) : hang(ecs, task);
  });
}

void finish_boot(Ecs& ecs, Task& task, bool stands) {
  for (Container& container : task.containers) container.ready = container.runs;
  plan_ailments(ecs, task, stands);
  condition_changed(ecs, task);
  if (!stands && answers(task)) ecs.cloud.tell_ready(task.arn);  // load balancers may ask it now
}

double fill_after_start(Ecs& ecs, const Task& task) {
  const auto& from = task.settings->memory_from;
  if (!from) return 40;
  Stream luck{ecs.sim().seed(), fmt::format("ecs.memory.{}", task.name)};
  const double value = from->sample(luck);
  return from->unit() == Distribution::Unit::percent ? value * 100 : value;
}

}  // namespace

const ContainerSpec& spec_of(const Task& task, const Container& container) {
  const auto& specs = task.definition->containers;
  return *std::ranges::find(specs, container.name, &ContainerSpec::name);
}

Container* find_container(Task& task, std::string_view name) {
  const auto found = std::ranges::find(task.containers, name, &Container::name);
  return found == task.containers.end() ? nullptr : &*found;
}

Container& main_container(Task& task, std::string_view name) {
  if (Container* named = find_container(task, name)) return *named;
  return *std::ranges::find_if(task.containers, [&task](const Container& container) {
    return spec_of(task, container).essential;
  });
}

ContainerHealth health_of(const Task& task) {
  bool checked = false;
  bool unknown = false;
  for (const Container& container : task.containers) {
    const ContainerSpec& spec = spec_of(task, container);
    if (!spec.essential || !spec.health_check) continue;
    if (container.health == ContainerHealth::unhealthy) return ContainerHealth::unhealthy;
    checked = true;
    unknown = unknown || container.health == ContainerHealth::unknown;
  }
  return checked && !unknown ? ContainerHealth::healthy : ContainerHealth::unknown;
}

bool answers(const Task& task) {
  return !task.host_down &&
         std::ranges::all_of(task.containers, [&task](const Container& container) {
           return !spec_of(task, container).essential ||
                  (container.runs && container.ready && !container.hung);
         });
}

bool passes_checks(const Task& task) {
  return !task.host_down &&
         std::ranges::all_of(task.containers, [&task](const Container& container) {
           return !spec_of(task, container).essential || check_passes(task, container);
         });
}

void start_containers(Ecs& ecs, Task& task, bool stands) {
  for (Container& container : task.containers) {
    container.runs = true;
    container.started = container.checks_from = ecs.now();
    if (stands && spec_of(task, container).health_check) {
      container.health = ContainerHealth::healthy;
      container.passed = true;
    }
  }
  task.memory.set_level(ecs.now(), fill_after_start(ecs, task));
  task.memory.per_second = task.settings->memory_grows.value_or(0);
  memory_changed(ecs, task);
  if (stands) return finish_boot(ecs, task, true);
  task.boot =
      ecs.sim().after(draw(ecs, task, "boot", task.settings->boots_in.value_or(usual_boot())),
                      [&ecs, &task] { finish_boot(ecs, task, false); });
  condition_changed(ecs, task);
}

void end_container(Ecs& ecs, Task& task, Container& container, std::int64_t exit_code,
                   std::string_view reason) {
  if (!container.runs) return;
  container.runs = container.ready = false;
  container.exit_code = exit_code;
  container.reason = reason;
  const CauseScope because{
      ecs.sim(), tell(ecs, task, "ended",
                      fmt::format("container {} ended with {}{}{}", container.name, exit_code,
                                  reason.empty() ? "" : ": ", reason),
                      Level::story)};
  condition_changed(ecs, task);
  if (!task.wanted || !spec_of(task, container).essential) return;  // it is on its way out
  ecs.sim().cancel(task.transition);
  task.transition = ecs.sim().after(kAgentNotices, [&ecs, &task] {
    stop_task(ecs, task, "EssentialContainerExited", "Essential container in task exited");
  });
}

void condition_changed(Ecs& ecs, Task& task) {
  for (Container& container : task.containers) plan_check(ecs, task, container);
  refresh_health(ecs, task);
}

}  // namespace opsim::ecs
