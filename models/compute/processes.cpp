// What runs on an instance, as far as anybody cares.
#include <algorithm>

#include "models/compute/fleet.hpp"

namespace opsim::compute {

RunningProcess* find_process(Instance& instance, std::string_view name) {
  const auto found = std::ranges::find(instance.processes, name, &RunningProcess::name);
  return found == instance.processes.end() ? nullptr : &*found;
}

void set_process(Fleet& fleet, Instance& instance, std::string_view name, bool runs) {
  RunningProcess* process = find_process(instance, name);
  if (process == nullptr) {
    instance.processes.push_back({std::string{name}, !runs, true});
    process = &instance.processes.back();
  }
  process->wanted = true;  // whoever speaks of a process by name cares for it
  if (process->runs == runs) return;
  process->runs = runs;
  const CauseScope because{fleet.sim(), tell(fleet, instance, runs ? "started" : "killed",
                                             process->name + (runs ? " started" : " stopped"))};
  update_metrics(fleet, instance, Reading::process);
  pause_tanks(fleet, instance);
  refresh_agent(fleet, instance);
  refresh_health(fleet, instance);
}

void start_processes(Fleet& fleet, Instance& instance) {
  for (RunningProcess& process : instance.processes)
    if (process.wanted) process.runs = true;
  update_metrics(fleet, instance, Reading::process);
}

}  // namespace opsim::compute
