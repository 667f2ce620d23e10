// The life of volumes.
// AWS: EBS User Guide, "Amazon EventBridge events for Amazon EBS": createVolume tells of available,
// deleteVolume of deleted, modifyVolume of optimizing and completed; attaching and detaching tell
// only of what fails. "Monitor the progress of volume modifications": "a fully used 1-TiB volume
// can take about 6 hours to migrate to a new performance configuration".
// SIMPLIFIED: nothing fails once it was accepted; a volume has one attachment; a root volume has a
// record only once somebody asked for its own (a fleet of 100,000 keeps none).
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/fleet.hpp"
#include "models/compute/volume.hpp"

namespace opsim::compute {

namespace {

constexpr std::string_view kRootDevice = "/dev/xvda";
constexpr Duration kOptimizesTebibyte = 6h;
constexpr Duration kLeastOptimizing = 1min;  // estimate: the least that it takes

/// All of these are estimates.
struct VolumeDelays {
  Distribution create = *Distribution::parse("lognormal(p50 3s, p99 15s)").value;
  Distribution attach = *Distribution::parse("lognormal(p50 3s, p99 15s)").value;
  Distribution detach = *Distribution::parse("lognormal(p50 4s, p99 20s)").value;
  Distribution remove = *Distribution::parse("lognormal(p50 2s, p99 10s)").value;
  Distribution modify = *Distribution::parse("lognormal(p50 5s, p99 20s)").value;
};
const VolumeDelays& delays() {
  static const VolumeDelays all;
  return all;
}
Duration drawn(Fleet& fleet, const Volume& volume, std::string_view what,
               const Distribution& distribution) {
  return distribution.sample_duration(
      fleet.sim().random(fmt::format("ebs.{}.{}", what, volume.id)));
}

void emit_volume(Fleet& fleet, const Volume& volume, std::string_view what,
                 std::string_view result) {
  Event event;
  event.source = "aws.ec2";
  event.detail_type = "EBS Volume Notification";
  event.place = volume.place;
  event.resources = {volume.arn()};
  event.detail = {{"result", result},
                  {"cause", ""},
                  {"event", what},
                  {"request-id", fleet.cloud.next_uuid("ebs request")}};
  event.line = fmt::format("{} {} {}", volume.id, what, result);
  fleet.cloud.emit(std::move(event));
}

CauseId tell_volume(Fleet& fleet, const Volume& volume, std::string_view act, std::string text) {
  const Resources& resources = fleet.cloud.resources();
  return fleet.cloud.journal().write({.kind = EntryKind::resource,
                                      .level = Level::story,
                                      .subject = std::string{resources.name_of(volume.id)},
                                      .text = std::move(text),
                                      .source = std::string{resources.source_of(volume.id)},
                                      .detail = {{"act", act}, {"resource", volume.id}}});
}

/// What follows later finds its volume by name: it may be gone by then.
template <class F>
void later(Fleet& fleet, const Volume& volume, Duration delay, F then) {
  fleet.sim().after(delay, [&fleet, id = volume.id, then] {
    const auto found = fleet.volumes.find(id);
    if (found != fleet.volumes.end()) then(fleet, found->second);
  });
}

void become_available(Fleet& fleet, Volume& volume) {
  if (volume.state != VolumeState::creating) return;
  volume.state = VolumeState::available;
  emit_volume(fleet, volume, "createVolume", "available");
}

/// A volume that does no I/O holds up the instance that has it.
void wait_for_it(Fleet& fleet, const Volume& volume, std::string_view instance) {
  if (!volume.paused) return;
  if (Instance* found = fleet.find(instance)) look_at_pauses(fleet, *found);
}

void become_attached(Fleet& fleet, Volume& volume) {
  if (!volume.attachment || volume.attachment->state != "attaching") return;
  volume.attachment->state = "attached";
  const CauseScope because{
      fleet.sim(), tell_volume(fleet, volume, "attached",
                               fmt::format("attached to {} as {}", volume.attachment->instance,
                                           volume.attachment->device))};
  io_changed(fleet, volume);
  wait_for_it(fleet, volume, volume.attachment->instance);
}

void become_detached(Fleet& fleet, Volume& volume) {
  if (!volume.attachment || volume.attachment->state != "detaching") return;
  const std::string instance = volume.attachment->instance;
  volume.attachment.reset();
  volume.state = VolumeState::available;
  const CauseScope because{fleet.sim(),
                           tell_volume(fleet, volume, "detached", "detached from " + instance)};
  io_changed(fleet, volume);
  wait_for_it(fleet, volume, instance);
}

void vanish(Fleet& fleet, Volume& volume) {
  if (volume.state != VolumeState::deleting) return;
  const CauseScope because{fleet.sim(), tell_volume(fleet, volume, "deleted", "deleted")};
  emit_volume(fleet, volume, "deleteVolume", "deleted");
  fleet.sim().cancel(volume.limit);
  if (volume.balance) fleet.cloud.metrics().stop(*volume.balance);
  for (const SourceId source : volume.io) fleet.cloud.metrics().stop(source);
  fleet.cloud.resources().remove(volume.id);
  fleet.volumes.erase(std::string{volume.id});
}

void complete_modification(Fleet& fleet, Volume& volume) {
  if (!volume.modification || volume.modification->state != "optimizing") return;
  volume.modification->state = "completed";
  volume.modification->ended = fleet.now();
  emit_volume(fleet, volume, "modifyVolume", "completed");
}

/// "Size increases take effect once the volume modification reaches the optimizing state."
/// SIMPLIFIED: so do IOPS and throughput.
void begin_optimizing(Fleet& fleet, Volume& volume) {
  if (!volume.modification || volume.modification->state != "modifying") return;
  Modification& change = *volume.modification;
  change.state = "optimizing";
  volume.shape = change.to;
  const double share = static_cast<double>(volume.shape.gib) / 1024;
  const Duration takes = std::max(
      kLeastOptimizing, Duration{static_cast<std::int64_t>(
                            share * static_cast<double>(Duration{kOptimizesTebibyte}.count()))});
  change.optimized = fleet.now() + takes;
  const CauseScope because{
      fleet.sim(),
      tell_volume(fleet, volume, "modified",
                  fmt::format("is now {} GiB of {}", volume.shape.gib, volume.shape.type))};
  emit_volume(fleet, volume, "modifyVolume", "optimizing");
  io_changed(fleet, volume);
  later(fleet, volume, takes, complete_modification);
}

}  // namespace

std::string_view to_string(VolumeState state) {
  switch (state) {
    case VolumeState::creating: return "creating";
    case VolumeState::available: return "available";
    case VolumeState::in_use: return "in-use";
    case VolumeState::deleting: return "deleting";
    case VolumeState::deleted: return "deleted";
  }
  return "error";
}

std::string root_volume_id(const Instance& instance) { return "vol-" + instance.id.substr(2); }

Volume root_volume(const Instance& instance) {
  Volume volume;
  volume.id = root_volume_id(instance);
  volume.place = instance.place;
  volume.zone = instance.zone;
  volume.shape = instance.spec->root;
  volume.state = VolumeState::in_use;
  volume.created = instance.launched;
  volume.attachment = VolumeAttachment{.instance = instance.id,
                                       .device = std::string{kRootDevice},
                                       .since = instance.launched,
                                       .delete_on_termination = instance.spec->deletes_root};
  return volume;
}

Volume* find_volume(Fleet& fleet, const Place& place, std::string_view id) {
  const auto found = fleet.volumes.find(id);
  if (found != fleet.volumes.end()) return found->second.place == place ? &found->second : nullptr;
  if (!id.starts_with("vol-")) return nullptr;
  const Instance* instance = fleet.find(place, "i-" + std::string{id.substr(4)});
  if (instance == nullptr || instance->state == InstanceState::terminated) return nullptr;
  if (fleet.cloud.resources().find(id) == nullptr)
    fleet.cloud.resources().add({.type = "AWS::EC2::Volume",
                                 .physical_id = std::string{id},
                                 .place = place,
                                 .owner = instance->id,
                                 .attributes = {{"AvailabilityZone", instance->zone}}});
  return &fleet.volumes.emplace(std::string{id}, root_volume(*instance)).first->second;
}

std::vector<Volume*> further_volumes(Fleet& fleet, const Instance& instance) {
  std::vector<Volume*> found;
  const auto [begin, end] = fleet.attached.equal_range(instance.id);
  for (auto one = begin; one != end; ++one)
    if (const auto volume = fleet.volumes.find(one->second); volume != fleet.volumes.end())
      found.push_back(&volume->second);
  return found;
}

Volume& add_volume(Fleet& fleet, Volume volume, Born born) {
  // Root volumes are numbered as their instances; the others begin elsewhere.
  if (volume.id.empty()) volume.id = fleet.cloud.next_id("vol-0a");
  volume.created = fleet.now();
  if (bursts(volume.shape)) volume.credits = io_bucket(volume.shape, fleet.now());
  const std::string id = volume.id;
  Volume& added = fleet.volumes.emplace(id, std::move(volume)).first->second;
  Resource resource;
  resource.logical_id = added.id;
  resource.type = "AWS::EC2::Volume";
  resource.physical_id = added.id;
  resource.arn = added.arn();
  resource.place = added.place;
  resource.attributes = {{"VolumeId", added.id}};
  resource.tags = {added.tags.begin(), added.tags.end()};
  fleet.cloud.resources().add(std::move(resource));
  if (born == Born::stands) {
    added.state = VolumeState::available;
  } else {
    later(fleet, added, drawn(fleet, added, "create", delays().create), become_available);
  }
  return added;
}

void attach(Fleet& fleet, Volume& volume, VolumeAttachment attachment, Born born) {
  fleet.attached.emplace(attachment.instance, volume.id);
  volume.state = VolumeState::in_use;
  attachment.since = fleet.now();
  attachment.state = born == Born::stands ? "attached" : "attaching";
  volume.attachment = std::move(attachment);
  if (born == Born::stands) return;
  later(fleet, volume, drawn(fleet, volume, "attach", delays().attach), become_attached);
}

void detach(Fleet& fleet, Volume& volume) {
  const auto [begin, end] = fleet.attached.equal_range(volume.attachment->instance);
  for (auto one = begin; one != end; ++one) {
    if (one->second != volume.id) continue;
    fleet.attached.erase(one);
    break;
  }
  volume.attachment->state = "detaching";
  later(fleet, volume, drawn(fleet, volume, "detach", delays().detach), become_detached);
}

void delete_volume(Fleet& fleet, Volume& volume) {
  volume.state = VolumeState::deleting;
  later(fleet, volume, drawn(fleet, volume, "delete", delays().remove), vanish);
}

void modify(Fleet& fleet, Volume& volume, const VolumeShape& to) {
  volume.modified.push_back(fleet.now());
  volume.modification = Modification{.from = volume.shape, .to = to, .begun = fleet.now()};
  later(fleet, volume, drawn(fleet, volume, "modify", delays().modify), begin_optimizing);
}

void attach_devices(Fleet& fleet, const Instance& instance, Born born) {
  for (const BlockDevice& device : instance.spec->devices) {
    Volume volume;
    volume.place = instance.place;
    volume.zone = instance.zone;
    volume.shape = device.shape;
    volume.encrypted = device.encrypted;
    volume.snapshot = device.snapshot;
    Volume& added = add_volume(fleet, std::move(volume), Born::stands);
    attach(fleet, added,
           {.instance = instance.id,
            .device = device.device,
            .delete_on_termination = device.delete_on_termination},
           Born::stands);
    if (born == Born::now) emit_volume(fleet, added, "createVolume", "available");
  }
}

void release_volumes(Fleet& fleet, const Instance& instance) {
  for (Volume* volume : further_volumes(fleet, instance)) {
    if (!volume->attachment) continue;
    const bool goes = volume->attachment->delete_on_termination;
    detach(fleet, *volume);
    if (!goes) continue;
    volume->attachment.reset();
    delete_volume(fleet, *volume);
  }
  const std::string id = root_volume_id(instance);
  const bool stays = !instance.spec->deletes_root;
  if (stays) fleet.volumes.try_emplace(id, root_volume(instance));
  const auto root = fleet.volumes.find(id);
  if (root == fleet.volumes.end()) return;
  root->second.attachment.reset();
  root->second.state = VolumeState::available;
  if (!stays) delete_volume(fleet, root->second);
}

}  // namespace opsim::compute
