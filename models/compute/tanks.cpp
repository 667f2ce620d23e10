// Disk and memory over time: what follows when one changes, crosses a limit, or is exhausted.
//
// Memory   When it is exhausted the kernel kills the process that leaks (the one that physics
// names,
//          else the first that is listed as running), which frees its memory; where no process is
//          listed the whole instance is out of memory until it reboots. SIMPLIFIED.
#include <algorithm>

#include "models/compute/fleet.hpp"

namespace opsim::compute {

namespace {

/// The next crossing is scheduled with the cause of the growth, not with that of this change: what
/// a clean-up leaves to grow on is nobody's doing.
template <class Crossed>
void schedule_crossing(Fleet& fleet, Tank& tank, Crossed crossed) {
  fleet.sim().cancel(tank.crossing);
  tank.crossing = {};
  const std::optional<SimTime> due = tank.next_crossing(fleet.now());
  if (!due) return;
  const CauseScope because{fleet.sim(), tank.because};
  tank.crossing = fleet.sim().at(*due, crossed);
}

RunningProcess* victim(Instance& instance) {
  if (RunningProcess* named = find_process(instance, instance.settings->memory_of);
      named != nullptr)
    return named;
  const auto running = std::ranges::find_if(instance.processes, &RunningProcess::runs);
  return running == instance.processes.end() ? nullptr : &*running;
}

void exhaust_memory(Fleet& fleet, Instance& instance) {
  RunningProcess* killed = victim(instance);
  if (killed == nullptr || !killed->runs) {
    instance.out_of_memory = true;
    const CauseScope because{fleet.sim(), tell(fleet, instance, "out of memory", "out of memory")};
    look_at_checks(fleet, instance);
    refresh_health(fleet, instance);
    return;
  }
  const CauseScope because{
      fleet.sim(), tell(fleet, instance, "killed", "out of memory: killed " + killed->name)};
  refresh_memory(fleet, instance);
  set_process(fleet, instance, killed->name, false);
}

}  // namespace

void disk_changed(Fleet& fleet, Instance& instance) {
  update_metrics(fleet, instance, Reading::disk);
  schedule_crossing(fleet, instance.disk, [&fleet, &instance] { disk_changed(fleet, instance); });
  refresh_health(fleet, instance);
}

void memory_changed(Fleet& fleet, Instance& instance) {
  if (instance.is_up() && !instance.out_of_memory && instance.memory.is_full(fleet.now()))
    return exhaust_memory(fleet, instance);
  update_metrics(fleet, instance, Reading::memory);
  schedule_crossing(fleet, instance.memory,
                    [&fleet, &instance] { memory_changed(fleet, instance); });
  refresh_health(fleet, instance);
}

void pause_tanks(Fleet& fleet, Instance& instance) {
  const RunningProcess* leaking = find_process(instance, instance.settings->memory_of);
  const bool leaks = leaking == nullptr || leaking->runs;
  instance.disk.set_paused(fleet.now(), !instance.is_up());
  instance.memory.set_paused(fleet.now(), !instance.is_up() || !leaks);
  disk_changed(fleet, instance);
  memory_changed(fleet, instance);
}

void refresh_memory(Fleet& fleet, Instance& instance) {
  instance.memory.set_level(fleet.now(), memory_after_boot(fleet, instance));
  memory_changed(fleet, instance);
}

}  // namespace opsim::compute
