// What users feel of a task and of its service.
//
// A task that gets requests and does not answer is down; one whose memory is nearly full is in
// danger, and so is one that is ill but that its load balancer spares from requests. One that gets
// none is well: its service carries the loss. A service is in danger while fewer tasks serve than
// are desired, and down when none does. Tasks that a scale-out asks for are missed by nobody until
// they have served: a service that grows is well.
#include <fmt/format.h>

#include <algorithm>

#include "models/ecs/ecs.hpp"

namespace opsim::ecs {

namespace {

/// Without a load balancer every RUNNING task gets requests.
bool gets_requests(const Task& task) {
  return task.is_up() && task.wanted && std::ranges::all_of(task.targets, &TargetRef::healthy);
}

bool ever_ready(const Task& task) {
  return std::ranges::any_of(task.containers, [](const Container& container) {
    return container.ready || container.exit_code.has_value();
  });
}

std::string why_ill(Ecs& ecs, const Task& task) {
  if (task.host_down) return "its instance does not answer";
  for (const Container& container : task.containers) {
    if (container.out_of_memory) return "out of memory";
    if (container.hung) return "it does not answer";
    if (container.exit_code) return fmt::format("{} does not run", container.name);
  }
  return fmt::format("memory at {:.1f} %", task.memory.at(ecs.now()));
}

std::string why_well(Ecs& ecs, const Task& task, Health before) {
  if (!task.is_up() || !task.wanted) return "out of service";
  if (before == Health::down) return "answers again";
  return fmt::format("memory at {:.1f} %", task.memory.at(ecs.now()));
}

Health health_of_task(Ecs& ecs, const Task& task) {
  if (!task.is_up() || !task.wanted || !ever_ready(task)) return Health::ok;
  if (!answers(task)) return gets_requests(task) ? Health::down : Health::in_danger;
  const double danger = task.settings->memory_danger.value_or(90);
  return task.memory.reaches(ecs.now(), danger) ? Health::in_danger : Health::ok;
}

/// The share of requests that find nobody.
double lost_share(const Service& service) {
  std::int64_t asked = 0;
  std::int64_t silent = 0;
  for (const auto& [arn, task] : service.tasks) {
    if (!gets_requests(*task)) continue;
    ++asked;
    if (!answers(*task)) ++silent;
  }
  return asked == 0 ? 1 : static_cast<double>(silent) / static_cast<double>(asked);
}

void count_lost(Ecs& ecs, Service& service) {
  if (!service.complete) return;  // at a desired count of zero nobody answers either
  const double rate = service.lost_users.value_or(0) * lost_share(service) / 60;
  if (rate != service.lost_minutes.per_second) service.lost_minutes.set_growth(ecs.now(), rate);
}

}  // namespace

void refresh_health(Ecs& ecs, Task& task) {
  const Health before = std::exchange(task.health, health_of_task(ecs, task));
  if (before != task.health)
    ecs.cloud.set_health(
        task.arn, task.health,
        task.health == Health::ok ? why_well(ecs, task, before) : why_ill(ecs, task));
  Service* service = ecs.service(task.service);
  const bool served = std::exchange(task.serves, gets_requests(task) && answers(task));
  if (service == nullptr) return;
  if (served != task.serves) service->serving += task.serves ? 1 : -1;
  refresh_service_health(ecs, *service);
}

void refresh_service_health(Ecs& ecs, Service& service) {
  const std::int64_t desired = service.spec.desired;
  service.complete = service.complete || (desired > 0 && service.serving >= desired);
  if (!service.complete) return;
  count_lost(ecs, service);
  service.relied_on = std::max(std::min(service.relied_on, desired),  //
                               std::min(service.serving, desired));
  const bool well = !service.active || desired == 0 ||
                    (service.serving > 0 && service.serving >= service.relied_on);
  const Health health = well ? Health::ok : service.serving > 0 ? Health::in_danger : Health::down;
  if (health != ecs.cloud.health(service.arn))
    ecs.cloud.set_health(service.arn, health,
                         fmt::format("{} of {} tasks serve", service.serving, desired));
}

}  // namespace opsim::ecs
