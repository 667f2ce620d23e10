// What callers may do to volumes.
// AWS: EC2 API reference, CreateVolume, AttachVolume, DetachVolume, DeleteVolume, ModifyVolume, and
// "Error codes for the Amazon EC2 API".
#include "models/compute/volume_operations.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/compute/ec2_operations.hpp"

namespace opsim::compute {

namespace {

// "You can modify a volume up to four times within a rolling 24-hour period."
constexpr std::size_t kMostModifications = 4;
constexpr std::string_view kRootDevices[] = {"/dev/xvda", "/dev/sda1"};

Tags volume_tags(const Json& members, std::string_view kind) {
  Tags tags = tags_of(member(members, "Tags"));
  const Json& specifications = member(members, "TagSpecifications");
  if (!specifications.is_array()) return tags;
  for (const Json& one : specifications)
    if (text_of(one, "ResourceType") == kind) tags.merge(tags_of(member(one, "Tags")));
  return tags;
}

ApiError wrong_volume_state(const Volume& volume) {
  return {"IncorrectState",
          fmt::format("Volume '{}' is in the '{}' state.", volume.id, to_string(volume.state))};
}

ApiResult<Volume*> named_volume(Fleet& fleet, const Request& request) {
  const std::string id = text_of(request.input, "VolumeId");
  if (id.empty())
    return ApiError{"MissingParameter", "The request must contain the parameter volumeId"};
  Volume* volume = find_volume(fleet, request.place(), id);
  if (volume == nullptr) return no_volume(id);
  if (auto dry = dry_run(request)) return *std::move(dry);
  return volume;
}

std::optional<ApiError> cannot_modify(Fleet& fleet, Volume& volume) {
  if (volume.state != VolumeState::available && volume.state != VolumeState::in_use)
    return wrong_volume_state(volume);
  if (volume.modification && volume.modification->state != "completed")
    return ApiError{"IncorrectModificationState",
                    fmt::format("Cannot modify volume {}, currently in modification state '{}'",
                                volume.id, volume.modification->state)};
  while (!volume.modified.empty() && volume.modified.front() + 24h <= fleet.now())
    volume.modified.pop_front();
  if (volume.modified.size() < kMostModifications) return std::nullopt;
  return ApiError{"VolumeModificationRateExceeded",
                  "You've reached the maximum modification rate per volume limit. You can modify "
                  "an EBS volume up to four times in 24 hours."};
}

}  // namespace

ApiError no_volume(std::string_view id) {
  return {"InvalidVolume.NotFound", fmt::format("The volume '{}' does not exist.", id)};
}
ApiError no_snapshot(std::string_view id) {
  return {"InvalidSnapshot.NotFound", fmt::format("The snapshot '{}' does not exist.", id)};
}

ApiResult<Volume> read_volume(Fleet& fleet, const Place& place, const Json& members) {
  Volume volume;
  volume.place = place;
  volume.zone = text_of(members, "AvailabilityZone");
  const std::vector<std::string> zones = zones_of(place.region);
  if (volume.zone.empty())
    return ApiError{"MissingParameter", "The request must contain the parameter AvailabilityZone"};
  if (std::ranges::find(zones, volume.zone) == zones.end())
    return ApiError{"InvalidZone.NotFound",
                    fmt::format("The zone '{}' does not exist.", volume.zone)};
  volume.snapshot = text_of(members, "SnapshotId");
  auto size = integer_of(members, "Size");
  if (!volume.snapshot.empty()) {
    const auto found = fleet.snapshots.find(volume.snapshot);
    if (found == fleet.snapshots.end() || found->second.place != place)
      return no_snapshot(volume.snapshot);
    if (found->second.state != "completed")
      return ApiError{"IncorrectState", fmt::format("Snapshot '{}' is in the '{}' state.",
                                                    volume.snapshot, found->second.state)};
    if (!size) size = found->second.gib;
    if (*size < found->second.gib)
      return ApiError{"InvalidParameterValue",
                      fmt::format("Volume size {} is smaller than that of the snapshot, {} GiB",
                                  *size, found->second.gib)};
    volume.encrypted = found->second.encrypted;
  }
  if (!size)
    return ApiError{"MissingParameter", "The request must contain the parameter size/snapshot"};
  volume.shape.gib = *size;
  if (const std::string type = text_of(members, "VolumeType"); !type.empty())
    volume.shape.type = type;
  volume.shape.iops = integer_of(members, "Iops");
  volume.shape.throughput = integer_of(members, "Throughput");
  if (auto wrong = complete_shape(volume.shape)) return *std::move(wrong);
  volume.encrypted = boolean_of(members, "Encrypted").value_or(volume.encrypted);
  volume.kms_key = text_of(members, "KmsKeyId");
  volume.tags = volume_tags(members, "volume");
  return volume;
}

ApiResult<Json> create_volume(Fleet& fleet, const Request& request) {
  ApiResult<Volume> volume = read_volume(fleet, request.place(), request.input);
  if (!volume) return volume.error();
  if (auto dry = dry_run(request)) return *std::move(dry);
  return volume_json(add_volume(fleet, *std::move(volume), Born::now));
}

std::optional<ApiError> cannot_attach(Fleet& fleet, const Volume& volume, const Instance& instance,
                                      const std::string& device) {
  if (volume.state == VolumeState::in_use)
    return ApiError{"VolumeInUse", fmt::format("{} is already attached to an instance", volume.id)};
  if (volume.state != VolumeState::available) return wrong_volume_state(volume);
  if (instance.state != InstanceState::running && instance.state != InstanceState::stopped)
    return ApiError{"IncorrectState", fmt::format("Instance '{}' is not 'running'.", instance.id)};
  if (instance.zone != volume.zone)
    return ApiError{
        "InvalidVolume.ZoneMismatch",
        fmt::format("The volume '{}' is not in the same availability zone as instance '{}'",
                    volume.id, instance.id)};
  if (!device.starts_with("/dev/") && !device.starts_with("xvd"))
    return ApiError{"InvalidParameterValue",
                    fmt::format("Value ({}) for parameter device is invalid. {} is not a valid "
                                "EBS device name.",
                                device, device)};
  bool used = std::ranges::find(kRootDevices, device) != std::end(kRootDevices);
  for (const Volume* other : further_volumes(fleet, instance))
    used = used || (other->attachment && other->attachment->device == device);
  if (!used) return std::nullopt;
  return ApiError{
      "InvalidParameterValue",
      fmt::format("Invalid value '{}' for unixDevice. VolumeAttachment point {} is already "
                  "in use",
                  device, device)};
}

ApiResult<Json> attach_volume(Fleet& fleet, const Request& request) {
  const auto volume = named_volume(fleet, request);
  if (!volume) return volume.error();
  const auto named = named_instances(fleet, request);
  if (!named) return named.error();
  if (named->empty())
    return ApiError{"MissingParameter", "The request must contain the parameter InstanceId"};
  const Instance& instance = *named->front();
  const std::string device = text_of(request.input, "Device");
  if (auto wrong = cannot_attach(fleet, **volume, instance, device)) return *std::move(wrong);
  attach(fleet, **volume, {.instance = instance.id, .device = device}, Born::now);
  return attachment_json(**volume);
}

ApiResult<Json> detach_volume(Fleet& fleet, const Request& request) {
  const auto found = named_volume(fleet, request);
  if (!found) return found.error();
  Volume& volume = **found;
  if (!volume.attachment) return wrong_volume_state(volume);
  const std::string instance = text_of(request.input, "InstanceId");
  if (!instance.empty() && instance != volume.attachment->instance)
    return ApiError{
        "InvalidAttachment.NotFound",
        fmt::format("The volume '{}' is not attached to instance '{}'.", volume.id, instance)};
  const bool root =
      std::ranges::find(kRootDevices, volume.attachment->device) != std::end(kRootDevices);
  if (root)
    // SIMPLIFIED: nor can it be detached from an instance that has stopped.
    return ApiError{"OperationNotPermitted",
                    fmt::format("Unable to detach root volume '{}' from instance '{}'",
                                volume.attachment->device, volume.attachment->instance)};
  if (volume.attachment->state == "detaching") return wrong_volume_state(volume);
  detach(fleet, volume);
  return attachment_json(volume);
}

ApiResult<Json> delete_volume_call(Fleet& fleet, const Request& request) {
  const auto volume = named_volume(fleet, request);
  if (!volume) return volume.error();
  if ((*volume)->attachment)
    return ApiError{"VolumeInUse", fmt::format("Volume {} is currently attached to {}",
                                               (*volume)->id, (*volume)->attachment->instance)};
  if ((*volume)->state != VolumeState::available) return wrong_volume_state(**volume);
  delete_volume(fleet, **volume);
  return Json::object();
}

ApiResult<Json> modify_volume(Fleet& fleet, const Request& request) {
  const auto found = named_volume(fleet, request);
  if (!found) return found.error();
  Volume& volume = **found;
  if (auto wrong = cannot_modify(fleet, volume)) return *std::move(wrong);
  VolumeShape to = volume.shape;
  const std::string type = text_of(request.input, "VolumeType");
  if (!type.empty() && type != to.type)
    to = {.type = type, .gib = to.gib, .iops = {}, .throughput = {}};
  to.gib = integer_of(request.input, "Size").value_or(to.gib);
  if (const auto iops = integer_of(request.input, "Iops")) to.iops = iops;
  if (const auto throughput = integer_of(request.input, "Throughput")) to.throughput = throughput;
  if (to.gib < volume.shape.gib)
    return ApiError{
        "InvalidParameterValue",
        fmt::format("New size cannot be smaller than existing size ({} GiB)", volume.shape.gib)};
  if (auto wrong = complete_shape(to)) return *std::move(wrong);
  if (to == volume.shape)
    return ApiError{"InvalidParameterCombination", "The volume has these parameters already"};
  modify(fleet, volume, to);
  return Json{{"VolumeModification", modification_json(volume, fleet.now())}};
}

}  // namespace opsim::compute
