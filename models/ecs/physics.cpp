// From the settings of a scenario to tasks: of all tasks, a task definition, a service; the later
// go before the earlier.
#include <fmt/format.h>

#include "models/ecs/ecs.hpp"

namespace opsim::ecs {

namespace {

constexpr std::string_view kAnyTask = "AWS::ECS::Task";

/// Tasks that stand from the start begin anew with what physics says.
void settle_task(Ecs& ecs, Task& task) {
  task.settings = settings_for(ecs, task);
  task.cpu_level = task.settings->cpu_level.value_or(20);
  if (!task.is_up()) return;
  ecs.sim().cancel(task.ailment);
  start_containers(ecs, task, true);
}

}  // namespace

std::shared_ptr<const ContainerPhysics> settings_for(const Ecs& ecs, const Task& task) {
  ContainerPhysics all;
  for (const std::string_view key :
       {kAnyTask, std::string_view{task.service}, std::string_view{task.definition->arn}}) {
    const auto found = ecs.settings.find(key);
    if (found != ecs.settings.end()) all = merged(all, found->second);
  }
  return std::make_shared<const ContainerPhysics>(std::move(all));
}

void apply_physics(Model& model, const PhysicsRequest& request) {
  Ecs& ecs = static_cast<Ecs&>(model);
  Diagnostics diagnostics;
  if (!request.part.empty())
    diagnostics.add(request.values.complaint(
        fmt::format("physics of {}/{}: has no parts", request.name, request.part)));
  diagnostics.throw_if_any();
  const std::string key =
      request.resource == nullptr ? std::string{kAnyTask} : request.resource->physical_id;
  const ContainerPhysics read = read_container_physics(request.values);
  const auto [known, fresh] = ecs.settings.try_emplace(key, read);
  if (!fresh) known->second = merged(known->second, read);
  if (Service* service = ecs.service(key)) service->lost_users = known->second.users;
  for (auto& [arn, task] : ecs.tasks) settle_task(ecs, task);
}

}  // namespace opsim::ecs
