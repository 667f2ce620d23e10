// I/O of volumes: what is asked for, what is done, and the burst bucket of gp2.
// AWS: EBS User Guide, "General Purpose SSD volumes": "I/O credits and burst performance"; metric
// BurstBalance of AWS/EBS, in per cent, dimension VolumeId.
// SIMPLIFIED: BurstBalance is published each five minutes from the first load on; throughput and
// the limits of instances are not counted.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/fleet.hpp"
#include "models/compute/volume.hpp"

namespace opsim::compute {

namespace {

Waveform balance_percent(const Volume& volume, SimTime now) {
  const CreditBucket& bucket = volume.credits;
  const double share = 100 / kMostIoCredits;
  return {.from = now,
          .level = bucket.at(now) * share,
          .slope_per_second = bucket.next_limit(now) ? bucket.net() * share : 0,
          .lowest = 0,
          .highest = 100};
}

void publish_balance(Fleet& fleet, Volume& volume) {
  Metrics& metrics = fleet.cloud.metrics();
  const Waveform wave = balance_percent(volume, fleet.now());
  if (volume.balance) return metrics.change(*volume.balance, wave);
  const SeriesId series =
      metrics.intern({volume.place, "AWS/EBS", "BurstBalance", {{"VolumeId", volume.id}}});
  volume.balance = metrics.publish(
      series, wave, {.every = 5min, .phase = {}, .delay = 1min, .unit = "Percent"}, volume.id);
}

void tell_exhausted(Fleet& fleet, const Volume& volume) {
  const Resources& resources = fleet.cloud.resources();
  fleet.cloud.journal().write(
      {.kind = EntryKind::resource,
       .level = Level::story,
       .subject = std::string{resources.name_of(volume.id)},
       .text = fmt::format("I/O credits are used up: {:.0f} of {:.0f} IOPS asked for are done",
                           baseline_iops(volume.shape), volume.asked_iops),
       .source = std::string{resources.source_of(volume.id)},
       .detail = {{"act", "throttled"}, {"resource", volume.id}}});
}

}  // namespace

double granted_iops(const Volume& volume, SimTime now) {
  if (volume.state != VolumeState::in_use || volume.paused) return 0;
  const double baseline = baseline_iops(volume.shape);
  if (!bursts(volume.shape)) return std::min(volume.asked_iops, baseline);
  if (volume.credits.is_exhausted(now)) return std::min(volume.asked_iops, baseline);
  return std::min(volume.asked_iops, kBurstIops);
}

void io_changed(Fleet& fleet, Volume& volume) {
  const SimTime now = fleet.now();
  fleet.sim().cancel(volume.limit);
  if (!bursts(volume.shape)) {
    if (volume.balance) fleet.cloud.metrics().stop(*std::exchange(volume.balance, std::nullopt));
    return;
  }
  if (volume.credits.most == 0) volume.credits = io_bucket(volume.shape, now);
  const bool before = volume.credits.is_exhausted(now);
  const double load = volume.state == VolumeState::in_use ? volume.asked_iops : 0;
  volume.credits.set_rates(now, baseline_iops(volume.shape), std::min(load, kBurstIops));
  if (const auto due = volume.credits.next_limit(now))
    volume.limit = fleet.sim().at(*due, [&fleet, id = volume.id] {
      const auto found = fleet.volumes.find(id);
      if (found == fleet.volumes.end()) return;
      if (found->second.credits.is_exhausted(fleet.now())) tell_exhausted(fleet, found->second);
      io_changed(fleet, found->second);
    });
  else if (!before && volume.credits.is_exhausted(now))
    tell_exhausted(fleet, volume);
  if (volume.asked_iops > 0 || volume.balance) publish_balance(fleet, volume);
}

}  // namespace opsim::compute
