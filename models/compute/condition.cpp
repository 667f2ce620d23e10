// How an instance is, from all that may ail it: the worst ailment decides.
//
// A disk above its danger mark is in danger; a full one is down (what runs on the instance fails to
// write); so is an instance that is frozen, on bad hardware, cut off, out of memory, stopped, or
// without a process that should run. The first boot counts for nobody: nothing relied on it yet.
// A member of a group that is gone is well: its group carries the loss. Any other one stays down.
#include <fmt/format.h>

#include <array>

#include "models/compute/fleet.hpp"
#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

Ailment life_ailment(const Instance& instance) {
  if (instance.pooled) return Ailment::none;
  switch (instance.state) {
    case InstanceState::shutting_down: return Ailment::leaving;
    case InstanceState::terminated:
      return instance.group.empty() ? Ailment::leaving : Ailment::none;
    case InstanceState::stopping:
    case InstanceState::stopped: return Ailment::stopped;
    case InstanceState::pending:
    case InstanceState::running: break;
  }
  if (instance.booted) return Ailment::none;
  return instance.ever_booted ? Ailment::starting : Ailment::none;
}

bool lacks_process(const Instance& instance) {
  for (const RunningProcess& process : instance.processes)
    if (process.wanted && !process.runs) return true;
  return false;
}

Ailment ailment_of(const Instance& instance, SimTime now) {
  if (const Ailment life = life_ailment(instance); life != Ailment::none) return life;
  if (!instance.is_up()) return Ailment::none;
  if (instance.bad_hardware) return Ailment::hardware;
  if (instance.frozen) return Ailment::frozen;
  if (instance.cut_off) return Ailment::network;
  if (instance.stalled) return Ailment::no_io;
  if (instance.out_of_memory) return Ailment::no_memory;
  if (instance.disk.is_full(now)) return Ailment::full_disk;
  if (lacks_process(instance)) return Ailment::process;
  if (instance.disk.in_danger(now)) return Ailment::disk;
  if (instance.memory.in_danger(now)) return Ailment::memory;
  return Ailment::none;
}

Health health_of(Ailment ailment) {
  if (ailment == Ailment::none) return Health::ok;
  const bool danger = ailment == Ailment::disk || ailment == Ailment::memory;
  return danger ? Health::in_danger : Health::down;
}

std::string stopped_process(const Instance& instance) {
  for (const RunningProcess& process : instance.processes)
    if (process.wanted && !process.runs) return process.name;
  return "a process";
}

std::string why(const Instance& instance, Ailment ailment, SimTime now) {
  switch (ailment) {
    case Ailment::none: break;
    case Ailment::leaving: return std::string{to_string(instance.state)};
    case Ailment::stopped: return std::string{to_string(instance.state)};
    case Ailment::starting: return "starting";
    case Ailment::hardware: return "its host is impaired";
    case Ailment::frozen: return "it does not answer";
    case Ailment::network: return "cut off from the network";
    case Ailment::no_io: return "waits for the I/O of a volume";
    case Ailment::no_memory: return "out of memory";
    case Ailment::full_disk: return "disk full";
    case Ailment::process: return fmt::format("{} does not run", stopped_process(instance));
    case Ailment::disk: return fmt::format("disk at {:.1f} %", instance.disk.at(now));
    case Ailment::memory: return fmt::format("memory at {:.1f} %", instance.memory.at(now));
  }
  return {};
}

/// What is well again, in the words of what was not.
std::string why_well(const Instance& instance, Ailment before, SimTime now) {
  if (is_leaving(instance.state)) return "terminated";
  switch (before) {
    case Ailment::disk:
    case Ailment::full_disk: return fmt::format("disk at {:.1f} %", instance.disk.at(now));
    case Ailment::memory: return fmt::format("memory at {:.1f} %", instance.memory.at(now));
    case Ailment::network: return "connected again";
    case Ailment::no_io: return "its volumes answer again";
    case Ailment::process: return "its processes run";
    default: return "up again";
  }
}

}  // namespace

void refresh_health(Fleet& fleet, Instance& instance) {
  const SimTime now = fleet.now();
  const Ailment before = std::exchange(instance.ailment, ailment_of(instance, now));
  const bool served = std::exchange(
      instance.serves, instance.is_up() && health_of(instance.ailment) != Health::down);
  if (before != instance.ailment) {
    const Health health = health_of(instance.ailment);
    const std::string reason = health == Health::ok ? why_well(instance, before, now)
                                                    : why(instance, instance.ailment, now);
    fleet.cloud.set_health(instance.id, health, reason);
  } else if (instance.serves && !served) {
    fleet.cloud.tell_ready(instance.id);
  }
  if (served == instance.serves || instance.group.empty()) return;
  if (Groups* groups = fleet.groups(); groups != nullptr) serving_changed(*groups, instance);
}

}  // namespace opsim::compute
