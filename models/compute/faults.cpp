// What a timeline can break on instances. The fields of a shape are the prepositions of a sentence:
//   surge disk growth to 40 %/h on WebFleet for 10min
//   fill disk to 97 % on WebFleet hitting one
//   kill process named nginx on WebFleet
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/compute_physics.hpp"
#include "models/compute/fault_shapes.hpp"
#include "models/compute/fleet.hpp"
#include "models/compute/settings.hpp"
#include "models/compute/spot.hpp"
#include "opsim/cloud/fault_target.hpp"
#include "opsim/document/quantity.hpp"

namespace opsim::compute {

namespace {

/// Those of the targets that are hit: all, or a number chosen by chance. Terminated ones are gone.
std::vector<Instance*> hit(Fleet& fleet, const FaultRequest& request) {
  std::vector<Instance*> targets;
  for (const std::string& id : request.targets)
    if (Instance* instance = fleet.find(id); instance != nullptr && !is_leaving(instance->state))
      targets.push_back(instance);
  return choose_hit(request, std::move(targets), fleet.sim().random("ec2.fault." + request.luck),
                    &Instance::id);
}

/// Runs `undo` on each target when the time is over; never where the fault has no `for`.
template <class Undo>
void later(Fleet& fleet, const FaultRequest& request, Instance& instance, Undo undo) {
  if (const auto wait = fault_lasts(request))
    fleet.sim().after(*wait, [&fleet, &instance, undo] { undo(fleet, instance); });
}

/// Growth that a fault sets, until it ends or another fault sets another.
void set_growth(Fleet& fleet, Instance& instance, Tank Instance::*which, double per_second,
                std::optional<Duration> wait, void (*changed)(Fleet&, Instance&)) {
  Tank& tank = instance.*which;
  const std::uint32_t surge = ++tank.surges;
  tank.surging = true;
  tank.because = fleet.sim().cause();
  tank.set_growth(fleet.now(), per_second);
  changed(fleet, instance);
  if (!wait) return;
  fleet.sim().after(*wait, [&fleet, &instance, which, surge, changed] {
    Tank& after = instance.*which;
    if (after.surges != surge) return;
    after.surging = false;
    after.set_growth(fleet.now(), after.ordinary);
    changed(fleet, instance);
  });
}

double percent_per_second(const FaultRequest& request, std::string_view key, double bytes) {
  const auto rate = parse_rate(fault_text(request, key));
  if (!rate) return 0;
  const double unit = bytes_of_unit(rate->unit);
  return unit > 0 ? rate->per_second() * unit / bytes * 100 : rate->per_second();
}

void surge_disk_growth(Fleet& fleet, const FaultRequest& request) {
  for (Instance* instance : hit(fleet, request))
    set_growth(fleet, *instance, &Instance::disk,
               percent_per_second(request, "to", disk_bytes(*instance)), fault_lasts(request),
               disk_changed);
}

void leak_memory(Fleet& fleet, const FaultRequest& request) {
  for (Instance* instance : hit(fleet, request))
    set_growth(fleet, *instance, &Instance::memory,
               percent_per_second(request, "at", memory_bytes(*instance)), fault_lasts(request),
               memory_changed);
}

void fill_disk(Fleet& fleet, const FaultRequest& request) {
  for (Instance* instance : hit(fleet, request)) {
    const auto to = parse_percent(fault_text(request, "to"));
    instance->disk.because = fleet.sim().cause();
    instance->disk.set_level(fleet.now(), to.value_or(instance->disk.full));
    disk_changed(fleet, *instance);
  }
}

void stop_instance(Fleet& fleet, const FaultRequest& request) {
  for (Instance* instance : hit(fleet, request))
    if (instance->state == InstanceState::running)
      stop(fleet, *instance, "Server initiated shutdown");
}

/// `for` is the time until then.
void interrupt_instance(Fleet& fleet, const FaultRequest& request) {
  for (Instance* instance : hit(fleet, request))
    interrupt_spot(fleet, *instance, fault_lasts(request).value_or(2min));
}

void terminate_instance(Fleet& fleet, const FaultRequest& request) {
  for (Instance* instance : hit(fleet, request))
    terminate(fleet, *instance, "Server initiated termination");
}

/// `for` is the time until then. Two weeks: an estimate.
template <HostEvent::Kind kind>
void schedule_on_host(Fleet& fleet, const FaultRequest& request) {
  constexpr Duration kAhead = std::chrono::hours{14 * 24};
  for (Instance* instance : hit(fleet, request))
    schedule_event(fleet, *instance, kind, fault_lasts(request).value_or(kAhead));
}

void fail_status_checks(Fleet& fleet, const FaultRequest& request) {
  const bool system = fault_text(request, "which") == "system";
  for (Instance* instance : hit(fleet, request)) {
    (system ? instance->checks.told_system : instance->checks.told_instance) = true;
    look_at_checks(fleet, *instance);
    later(fleet, request, *instance, [system](Fleet& then, Instance& one) {
      (system ? one.checks.told_system : one.checks.told_instance) = false;
      look_at_checks(then, one);
    });
  }
}

void set_condition(Fleet& fleet, Instance& instance, bool Instance::*condition, bool holds) {
  instance.*condition = holds;
  look_at_checks(fleet, instance);
  refresh_agent(fleet, instance);
  refresh_health(fleet, instance);
}

template <bool Instance::*Condition>
void impose(Fleet& fleet, const FaultRequest& request) {
  for (Instance* instance : hit(fleet, request)) {
    set_condition(fleet, *instance, Condition, true);
    later(fleet, request, *instance, [](Fleet& then, Instance& one) {
      if (one.*Condition) set_condition(then, one, Condition, false);
    });
  }
}

void kill_process(Fleet& fleet, const FaultRequest& request) {
  const std::string name = fault_text(request, "named");
  for (Instance* instance : hit(fleet, request)) set_process(fleet, *instance, name, false);
}

template <void (*Begin)(Fleet&, const FaultRequest&)>
void begin(Model& model, const FaultRequest& request) {
  Begin(static_cast<Fleet&>(model), request);
}

const Fault kFaultRows[] = {
    {"fail launches", &kFailLaunches, begin<fail_launches>},
    {"fail status checks", &kFailChecks, begin<fail_status_checks>},
    {"fill disk", &kFill, begin<fill_disk>},
    {"freeze instance", &kFreeze, begin<impose<&Instance::frozen>>},
    {"impair hardware", &kImpair, begin<impose<&Instance::bad_hardware>>},
    {"interrupt spot", &kInterrupt, begin<interrupt_instance>},
    {"kill process", &kKill, begin<kill_process>},
    {"leak memory", &kLeak, begin<leak_memory>},
    {"schedule reboot", &kSchedule, begin<schedule_on_host<HostEvent::Kind::reboot>>},
    {"schedule retirement", &kSchedule, begin<schedule_on_host<HostEvent::Kind::retirement>>},
    {"stop instance", &kStop, begin<stop_instance>},
    {"surge disk growth", &kSurge, begin<surge_disk_growth>},
    {"terminate instance", &kTerminate, begin<terminate_instance>},
};

}  // namespace

const std::span<const Fault> kInstanceFaults = kFaultRows;

}  // namespace opsim::compute
