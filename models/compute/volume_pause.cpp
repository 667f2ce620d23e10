// Volumes that do no I/O for a while, or slow I/O.
// AWS: FIS User Guide, fis-actions-reference (aws:ebs:pause-volume-io, aws:ebs:volume-io-latency);
// EBS User Guide, "Fault testing on Amazon EBS"; CloudWatch metrics for EBS: VolumeStalledIOCheck,
// VolumeAvgReadLatency, VolumeAvgWriteLatency (AWS/EBS, each minute, by VolumeId);
// StatusCheckFailed_AttachedEBS (AWS/EC2, by InstanceId).
// SIMPLIFIED: what runs on an instance waits for each of its volumes; requests are not slowed by
// the latency of a volume. These metrics begin with the first pause or delay of a volume.
#include <algorithm>
#include <array>

#include "models/compute/fleet.hpp"
#include "models/compute/groups.hpp"
#include "models/compute/volume.hpp"

namespace opsim::compute {

namespace {

const Sampling kIoMinute{.every = 1min, .phase = {}, .delay = 1min, .unit = "Milliseconds"};
const Sampling kCheckMinute{.every = 1min, .phase = {}, .delay = 1min, .unit = "None"};
constexpr double kUsualLatency = 1;  // milliseconds; "single-digit millisecond" (gp3): an estimate

Waveform level_of(Fleet& fleet, double level) {
  return {.from = fleet.now(), .level = level, .lowest = 0};
}

void publish_io(Fleet& fleet, Volume& volume) {
  Metrics& metrics = fleet.cloud.metrics();
  struct Row {
    std::string_view name;
    double level;
    const Sampling& sampling;
  };
  const std::array<Row, 3> rows{
      {{"VolumeStalledIOCheck", volume.paused ? 1.0 : 0.0, kCheckMinute},
       {"VolumeAvgReadLatency", kUsualLatency + volume.read_delay, kIoMinute},
       {"VolumeAvgWriteLatency", kUsualLatency + volume.write_delay, kIoMinute}}};
  if (!volume.io.empty()) {
    for (std::size_t i = 0; i < rows.size(); ++i)
      metrics.change(volume.io[i], level_of(fleet, rows[i].level));
    return;
  }
  for (const Row& row : rows) {
    const SeriesId series =
        metrics.intern({volume.place, "AWS/EBS", std::string{row.name}, {{"VolumeId", volume.id}}});
    volume.io.push_back(
        metrics.publish(series, level_of(fleet, row.level), row.sampling, volume.id));
  }
}

void publish_attached_check(Fleet& fleet, Instance& instance) {
  Metrics& metrics = fleet.cloud.metrics();
  const Waveform wave = level_of(fleet, instance.stalled ? 1 : 0);
  if (instance.attached_check) return metrics.change(*instance.attached_check, wave);
  if (!instance.stalled) return;
  const SeriesId series = metrics.intern(
      {instance.place, "AWS/EC2", "StatusCheckFailed_AttachedEBS", {{"InstanceId", instance.id}}});
  instance.attached_check = metrics.publish(series, wave, kCheckMinute, instance.id);
}

}  // namespace

void look_at_pauses(Fleet& fleet, Instance& instance) {
  const auto root = fleet.volumes.find(root_volume_id(instance));
  const bool stalled =
      (root != fleet.volumes.end() && root->second.paused) ||
      std::ranges::any_of(further_volumes(fleet, instance), [](const Volume* one) {
        return one->paused && one->attachment && one->attachment->state == "attached";
      });
  if (stalled == instance.stalled) return;
  instance.stalled = stalled;
  publish_attached_check(fleet, instance);
  refresh_agent(fleet, instance);
  refresh_health(fleet, instance);
  if (Groups* groups = fleet.groups(); groups != nullptr && !instance.group.empty())
    checks_changed(*groups, instance);
}

void set_paused(Fleet& fleet, Volume& volume, bool paused) {
  if (volume.paused == paused) return;
  volume.paused = paused;
  publish_io(fleet, volume);
  io_changed(fleet, volume);
  if (!volume.attachment) return;
  if (Instance* instance = fleet.find(volume.attachment->instance))
    look_at_pauses(fleet, *instance);
}

void set_delays(Fleet& fleet, Volume& volume, double read, double write) {
  volume.read_delay = std::max(0.0, read);
  volume.write_delay = std::max(0.0, write);
  publish_io(fleet, volume);
}

}  // namespace opsim::compute
