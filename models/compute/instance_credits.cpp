// CPU credits of an instance over time: what it asks for, what it gets, what is published.
// AWS: EC2 User Guide, "Monitor your CPU credits for burstable instances": CPUCreditBalance,
// CPUCreditUsage, CPUSurplusCreditBalance, "at a five-minute frequency only".
// SIMPLIFIED: CPUSurplusCreditBalance is published from the first surplus on;
// CPUSurplusCreditsCharged is not. An instance whose template names no type has no credits.
#include <fmt/format.h>

#include "models/compute/fleet.hpp"

namespace opsim::compute {

namespace {

SourceId publish_credits(Fleet& fleet, const Instance& instance, std::string_view name,
                         const Waveform& wave) {
  Metrics& metrics = fleet.cloud.metrics();
  const SeriesId series =
      metrics.intern({instance.place, "AWS/EC2", std::string{name}, {{"InstanceId", instance.id}}});
  return metrics.publish(series, wave, {.every = 5min, .phase = {}, .delay = 1min, .unit = "Count"},
                         instance.id);
}

void update_credit_metrics(Fleet& fleet, Instance& instance) {
  CpuCredits& credits = *instance.credits;
  const SimTime now = fleet.now();
  const Waveform balance = credits.balance_wave(now);
  const Waveform usage = credits.usage_wave(now, instance.cpu_level);
  Metrics& metrics = fleet.cloud.metrics();
  if (credits.published) {
    metrics.change(credits.balance, balance);
    metrics.change(credits.usage, usage);
  } else {
    credits.balance = publish_credits(fleet, instance, "CPUCreditBalance", balance);
    credits.usage = publish_credits(fleet, instance, "CPUCreditUsage", usage);
    credits.published = true;
  }
  const bool owes = credits.earned.at(now) < 0 || (credits.unlimited && credits.earned.net() < 0);
  if (credits.surplus_published) {
    metrics.change(credits.surplus, credits.surplus_wave(now));
  } else if (owes) {
    credits.surplus =
        publish_credits(fleet, instance, "CPUSurplusCreditBalance", credits.surplus_wave(now));
    credits.surplus_published = true;
  }
}

void tell_throttle(Fleet& fleet, Instance& instance) {
  const CpuCredits& credits = *instance.credits;
  const CauseScope because{
      fleet.sim(),
      credits.throttled
          ? tell(fleet, instance, "throttled",
                 fmt::format("CPU credits are used up: throttled to its baseline of {:.4g} %",
                             credits.type->baseline_percent()))
          : tell(fleet, instance, "released", "CPU is no longer throttled")};
  refresh_health(fleet, instance);
}

}  // namespace

double granted_cpu(const Instance& instance) {
  return instance.credits == nullptr ? instance.cpu_level
                                     : instance.credits->granted(instance.cpu_level);
}

void cpu_changed(Fleet& fleet, Instance& instance) {
  if (instance.credits != nullptr && instance.state == InstanceState::running) {
    CpuCredits& credits = *instance.credits;
    const bool before = credits.throttled;
    credits.demand(fleet.now(), instance.cpu_level);
    fleet.sim().cancel(credits.limit);
    if (const auto due = credits.next_limit(fleet.now()))
      credits.limit = fleet.sim().at(*due, [&fleet, &instance] { cpu_changed(fleet, instance); });
    update_credit_metrics(fleet, instance);
    if (before != credits.throttled) tell_throttle(fleet, instance);
  }
  update_metrics(fleet, instance, Reading::cpu);
}

void begin_credits(Fleet& fleet, Instance& instance) {
  const BurstableType* type =
      instance.spec->names_type ? burstable_type(instance.spec->instance_type) : nullptr;
  if (type == nullptr) return;
  const bool first = instance.credits == nullptr;
  if (first) {
    // "T3, T3a and T4g instances launch as unlimited by default, T2 as standard."
    const std::string& wanted = instance.spec->cpu_credits;
    instance.credits = std::make_unique<CpuCredits>(
        *type, wanted.empty() ? !type->is_t2() : wanted == "unlimited");
  }
  if (first && instance.ever_booted)
    instance.credits->stand(fleet.now(), instance.cpu_level);
  else
    instance.credits->begin(fleet.now(), first);
  cpu_changed(fleet, instance);
}

void end_credits(Fleet& fleet, Instance& instance) {
  if (instance.credits == nullptr) return;
  CpuCredits& credits = *instance.credits;
  fleet.sim().cancel(credits.limit);
  credits.pause(fleet.now());
  if (credits.published)
    for (const SourceId source : {credits.balance, credits.usage})
      fleet.cloud.metrics().stop(source);
  if (credits.surplus_published) fleet.cloud.metrics().stop(credits.surplus);
}

}  // namespace opsim::compute
