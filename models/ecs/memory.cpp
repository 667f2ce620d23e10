// The memory of a task: a line in time, with three marks: danger, where it hangs, where it is
// killed. AWS: ECS Developer Guide, "Stopped tasks error codes": "OutOfMemoryError: Container
// killed due to memory usage", exit code 137.
#include <fmt/format.h>

#include "models/ecs/ecs.hpp"

namespace opsim::ecs {

namespace {

constexpr double kAllOfIt = 100;

void hang_of_memory(Ecs& ecs, Task& task, Container& container) {
  container.hung = true;
  const CauseScope because{ecs.sim(), tell(ecs, task, "hangs",
                                           fmt::format("container {} hangs: memory at {:.1f} %",
                                                       container.name, task.memory.at(ecs.now())),
                                           Level::story)};
  condition_changed(ecs, task);
}

/// With the cause of the leak, not with that of what happens to be done now.
void plan_mark(Ecs& ecs, Task& task) {
  ecs.sim().cancel(task.mark);
  std::optional<SimTime> first;
  for (const double mark : {task.settings->memory_danger.value_or(90),
                            task.settings->memory_hangs.value_or(kAllOfIt), kAllOfIt})
    if (const auto due = task.memory.rises_to(ecs.now(), mark))
      if (!first || *due < *first) first = due;
  if (!first) return;
  const CauseScope because{ecs.sim(), task.leak};
  task.mark = ecs.sim().at(*first, [&ecs, &task] { memory_changed(ecs, task); });
}

}  // namespace

void memory_changed(Ecs& ecs, Task& task) {
  if (task.status >= TaskStatus::stopping) return;
  Container& container = main_container(task, task.settings->memory_of.value_or(""));
  if (container.runs && task.memory.reaches(ecs.now(), kAllOfIt)) {
    container.out_of_memory = true;
    end_container(ecs, task, container, 137,
                  "OutOfMemoryError: Container killed due to memory usage");
    return update_task_metrics(ecs, task);
  }
  if (const auto& hangs = task.settings->memory_hangs)
    if (container.runs && !container.hung && task.memory.reaches(ecs.now(), *hangs)) {
      // A heap that is full collects garbage; it takes no more of the container's memory.
      task.memory.set_growth(ecs.now(), 0);
      hang_of_memory(ecs, task, container);
    }
  plan_mark(ecs, task);
  update_task_metrics(ecs, task);
  refresh_health(ecs, task);
}

void set_leak(Ecs& ecs, Task& task, double per_second, std::optional<Duration> wait) {
  // What hangs serves nobody, and so leaks no further.
  if (main_container(task, task.settings->memory_of.value_or("")).hung) return;
  const std::uint32_t surge = ++task.surges;
  task.leak = ecs.sim().cause();
  task.memory.set_growth(ecs.now(), per_second);
  memory_changed(ecs, task);
  if (!wait) return;
  ecs.sim().after(*wait, [&ecs, arn = task.arn, surge] {
    const auto found = ecs.tasks.find(arn);
    if (found == ecs.tasks.end() || found->second.surges != surge) return;
    Task& then = found->second;
    then.leak = CauseId::none;
    then.memory.set_growth(ecs.now(), then.settings->memory_grows.value_or(0));
    memory_changed(ecs, then);
  });
}

}  // namespace opsim::ecs
