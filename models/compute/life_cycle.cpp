// The life of an instance.
// AWS: EC2 User Guide, "Amazon EC2 instance state changes" (ec2-instance-lifecycle); every change
// emits "EC2 Instance State-change Notification" (event reference).
// No AWS page states how long anything takes: all durations here are estimates, and `physics:` of
// a scenario replaces the first two.
#include <fmt/format.h>

#include "models/compute/fleet.hpp"
#include "models/compute/groups.hpp"
#include "opsim/document/json_line.hpp"
#include "opsim/kernel/duration.hpp"
#include "opsim/kernel/estimate.hpp"

namespace opsim::compute {

namespace {

struct Estimates {
  Distribution launch = estimate("lognormal(p50 20s, p99 60s)");
  Distribution launch_windows = estimate("lognormal(p50 90s, p99 5min)");
  Distribution boot = estimate("lognormal(p50 30s, p99 2min)");
  Distribution stop = estimate("lognormal(p50 20s, p99 2min)");
  Distribution reboot = estimate("lognormal(p50 60s, p99 4min)");
  Distribution recovery = estimate("lognormal(p50 5min, p99 20min)");
};
const Estimates& estimates() {
  static const Estimates all;
  return all;
}

// EC2 User Guide, "Reboot your instance": where the system does not shut down within a few minutes,
// EC2 performs a hard reboot. Estimate: four.
constexpr Duration kHardReboot = 4min;

void emit_state(Fleet& fleet, const Instance& instance) {
  Event event;
  event.source = "aws.ec2";
  event.detail_type = "EC2 Instance State-change Notification";
  event.place = instance.place;
  event.resources = {instance.arn()};
  event.detail = json_object("instance-id", instance.id, "state", to_string(instance.state));
  event.line = fmt::format("{} {}", instance.id, to_string(instance.state));
  fleet.cloud.emit(std::move(event));
}

void finish_boot(Fleet& fleet, Instance& instance) {
  instance.booted = instance.ever_booted = true;
  instance.frozen = instance.out_of_memory = false;
  // cloud-init's growpart and resizefs: at every boot the root file system takes its whole volume.
  if (fleet.volumes.contains(root_volume_id(instance))) extend_file_system(fleet, instance, 1e9);
  start_processes(fleet, instance);
  if (is_bad_software(instance)) stop_software(fleet, instance);
  refresh_memory(fleet, instance);
  pause_tanks(fleet, instance);
  refresh_agent(fleet, instance);
  look_at_checks(fleet, instance);
  refresh_health(fleet, instance);
}

void boot_after(Fleet& fleet, Instance& instance, Duration delay) {
  fleet.sim().cancel(instance.boot);
  instance.boot = fleet.sim().after(delay, [&fleet, &instance] { finish_boot(fleet, instance); });
}

/// Before the state is told: health must speak of the new state, not of a boot.
void begin_down(Fleet& fleet, Instance& instance) {
  instance.booted = instance.system_up = false;
  fleet.sim().cancel(instance.boot);
}

/// The system goes down: what runs on it ends, what it measures is no longer sent.
void go_down(Fleet& fleet, Instance& instance) {
  pause_tanks(fleet, instance);
  refresh_agent(fleet, instance);
}

void begin_running(Fleet& fleet, Instance& instance) {
  const Duration took = fleet.now() - instance.changed;
  begin_checks(fleet, instance);
  publish_ec2_metrics(fleet, instance);
  set_state(fleet, instance, InstanceState::running, "",
            fmt::format("running after {}", human(took)));
  if (instance.state != InstanceState::running) return;  // its warm pool stops it already
  begin_credits(fleet, instance);
  const auto& boots = instance.settings->boots_in;
  const Duration boot = draw(fleet, instance, "boot", boots ? *boots : estimates().boot);
  const Duration install = install_software(fleet, instance);
  if (install == Duration{}) return boot_after(fleet, instance, boot);
  fleet.sim().cancel(instance.boot);
  instance.boot = fleet.sim().after(boot, [&fleet, &instance, install] {
    instance.system_up = true;
    look_at_checks(fleet, instance);
    boot_after(fleet, instance, install);
  });
}

template <class F>
void in_transition(Fleet& fleet, Instance& instance, Duration delay, F&& then) {
  fleet.sim().cancel(instance.transition);
  instance.transition = fleet.sim().after(delay, std::forward<F>(then));
}

}  // namespace

std::string user_initiated(Fleet& fleet) {
  std::string time = iso8601(std::chrono::floor<std::chrono::seconds>(fleet.now()));
  time[10] = ' ';
  time.pop_back();
  return fmt::format("User initiated ({} GMT)", time);
}

void set_state(Fleet& fleet, Instance& instance, InstanceState state, std::string_view reason,
               std::string_view told) {
  instance.state = state;
  instance.changed = fleet.now();
  if (state == InstanceState::stopped || state == InstanceState::terminated)
    leave_reservation(fleet, instance);
  instance.state_reason = reason;
  const CauseScope because{
      fleet.sim(),
      tell(fleet, instance,
           state == InstanceState::pending ? std::string_view{"launched"} : to_string(state),
           told)};
  refresh_health(fleet, instance);
  emit_state(fleet, instance);
  if (Groups* groups = fleet.groups(); groups != nullptr && !instance.group.empty())
    state_changed(*groups, instance);
}

void begin_to_run(Fleet& fleet, Instance& instance) {
  const bool windows = instance.spec->user_data.find("<powershell>") != std::string::npos;
  const auto& own = instance.settings->launches_in;
  const Distribution& takes =
      own ? *own : (windows ? estimates().launch_windows : estimates().launch);
  in_transition(fleet, instance, draw(fleet, instance, "launch", takes),
                [&fleet, &instance] { begin_running(fleet, instance); });
}

void start(Fleet& fleet, Instance& instance) {
  // EC2 User Guide, "Stop and start": in most cases the instance moves to another host.
  instance.bad_hardware = false;
  leave_host(fleet, instance);
  take_reservation(fleet, instance, instance.spec->reservation);
  set_state(fleet, instance, InstanceState::pending, "", "starting");
  begin_to_run(fleet, instance);
}

void stop(Fleet& fleet, Instance& instance, std::string_view reason) {
  begin_down(fleet, instance);
  end_checks(fleet, instance);
  stop_metrics(fleet, instance);
  set_state(fleet, instance, InstanceState::stopping, reason, "stopping");
  go_down(fleet, instance);
  if (instance.state != InstanceState::stopping) return;  // its group terminates it already
  in_transition(
      fleet, instance, draw(fleet, instance, "stop", estimates().stop), [&fleet, &instance] {
        instance.frozen = instance.out_of_memory = false;
        set_state(fleet, instance, InstanceState::stopped, instance.state_reason, "stopped");
      });
}

void terminate(Fleet& fleet, Instance& instance, std::string_view reason) {
  if (is_leaving(instance.state)) return;
  begin_down(fleet, instance);
  end_checks(fleet, instance);
  stop_metrics(fleet, instance);
  set_state(fleet, instance, InstanceState::shutting_down, reason, "shutting down");
  go_down(fleet, instance);
  in_transition(
      fleet, instance, draw(fleet, instance, "terminate", estimates().stop), [&fleet, &instance] {
        set_state(fleet, instance, InstanceState::terminated, instance.state_reason, "terminated");
        release_volumes(fleet, instance);
        fleet.cloud.resources().remove(instance.id);
      });
}

void reboot(Fleet& fleet, Instance& instance) {
  const bool hangs = !instance.answers();
  begin_down(fleet, instance);
  go_down(fleet, instance);
  const CauseScope because{fleet.sim(), tell(fleet, instance, "rebooted", "rebooting")};
  look_at_checks(fleet, instance);
  refresh_health(fleet, instance);
  const Duration takes = draw(fleet, instance, "reboot", estimates().reboot);
  boot_after(fleet, instance, hangs ? takes + kHardReboot : takes);
}

void recover(Fleet& fleet, Instance& instance) {
  begin_down(fleet, instance);
  go_down(fleet, instance);
  const CauseScope because{fleet.sim(),
                           tell(fleet, instance, "recovered", "moves to another host")};
  look_at_checks(fleet, instance);
  refresh_health(fleet, instance);
  const Duration takes = draw(fleet, instance, "recovery", estimates().recovery);
  fleet.sim().cancel(instance.boot);
  instance.boot = fleet.sim().after(takes, [&fleet, &instance] {
    instance.bad_hardware = false;
    finish_boot(fleet, instance);
  });
}

}  // namespace opsim::compute
