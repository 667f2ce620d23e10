// Instance status checks.
// AWS: EC2 User Guide, "Status checks for Amazon EC2 instances" (monitoring-system-instance-status-
// check): checks run every minute; the instance check also fails while the system check does, and
// during a reboot until the instance is back.
// SIMPLIFIED: nothing runs each minute. When something changes that a check looks at, the next
// check of this instance's own minute is scheduled, and only that one.
// SIMPLIFIED: no attached-EBS status check. A full disk fails no check.
#include <cmath>

#include "models/compute/fleet.hpp"
#include "models/compute/groups.hpp"

namespace opsim::compute {

namespace {

constexpr Duration kChecksEvery = 1min;  // documented

/// First passing checks after the start: triangular(2 min, 3 min, 5 min), an estimate.
Duration first_checks_after(double u) {
  constexpr double low = 120, mode = 180, high = 300;
  constexpr double split = (mode - low) / (high - low);
  const double seconds = u < split ? low + std::sqrt(u * (high - low) * (mode - low))
                                   : high - std::sqrt((1 - u) * (high - low) * (high - mode));
  return Duration{static_cast<std::int64_t>(seconds * 1e9)};
}

bool system_fails(const Instance& instance) {
  return instance.bad_hardware || instance.checks.told_system;
}

/// The check asks the system by ARP: what user data still installs is nothing to it.
bool instance_fails(const Instance& instance) {
  const bool up = instance.state == InstanceState::running && !instance.frozen &&
                  (instance.booted || instance.system_up);
  return system_fails(instance) || instance.checks.told_instance || !up || instance.out_of_memory;
}

CheckStatus status(bool fails) { return fails ? CheckStatus::impaired : CheckStatus::ok; }

/// The first check of this instance after `now`.
SimTime next_check(const Instance& instance, SimTime now) {
  const Duration since = now.time_since_epoch() - instance.checks.phase;
  const auto passed = std::chrono::floor<std::chrono::minutes>(since);
  return SimTime{} + instance.checks.phase + passed + kChecksEvery;
}

void report(Fleet& fleet, Instance& instance) {
  StatusChecks& checks = instance.checks;
  const CheckStatus system = status(system_fails(instance));
  const CheckStatus own = status(instance_fails(instance));
  if (system == checks.system && own == checks.instance) return;
  const bool was_impaired = checks.instance == CheckStatus::impaired;
  const bool was_known = checks.instance != CheckStatus::initializing;
  checks.system = system;
  checks.instance = own;
  const bool impaired = own == CheckStatus::impaired;
  if (impaired && !was_impaired) checks.impaired_since = fleet.now();
  publish_check_metrics(fleet, instance);
  if (system == CheckStatus::impaired) plan_automatic_recovery(fleet, instance);
  if (impaired == was_impaired && was_known) return;
  const std::string_view failing =
      system == CheckStatus::impaired ? "system status check fails" : "instance status check fails";
  const CauseScope because{fleet.sim(), tell(fleet, instance, impaired ? "impaired" : "passing",
                                             impaired ? failing : "status checks pass")};
  if (Groups* groups = fleet.groups(); groups != nullptr && !instance.group.empty())
    checks_changed(*groups, instance);
}

}  // namespace

void look_at_checks(Fleet& fleet, Instance& instance) {
  StatusChecks& checks = instance.checks;
  if (checks.instance != CheckStatus::ok && checks.instance != CheckStatus::impaired) return;
  const bool news = checks.system != status(system_fails(instance)) ||
                    checks.instance != status(instance_fails(instance));
  if (!news || fleet.sim().pending(checks.next)) return;
  checks.next = fleet.sim().at(next_check(instance, fleet.now()),
                               [&fleet, &instance] { report(fleet, instance); });
}

void begin_checks(Fleet& fleet, Instance& instance) {
  StatusChecks& checks = instance.checks;
  checks.system = checks.instance = CheckStatus::initializing;
  fleet.sim().cancel(checks.next);
  const Duration first = first_checks_after(draw_once(fleet, instance, "first-checks"));
  checks.next = fleet.sim().after(first, [&fleet, &instance] { report(fleet, instance); });
}

void end_checks(Fleet& fleet, Instance& instance) {
  fleet.sim().cancel(instance.checks.next);
  instance.checks.system = instance.checks.instance = CheckStatus::not_applicable;
}

}  // namespace opsim::compute
