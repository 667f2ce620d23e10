// AWS::EC2::Volume and AWS::EC2::VolumeAttachment.
#include <fmt/format.h>

#include "models/compute/ec2_resources.hpp"
#include "models/compute/volume_operations.hpp"

namespace opsim::compute {

namespace {

constexpr Shape kVolumeText{.kind = opsim::Kind::text};
constexpr Shape kVolumeInteger{.kind = opsim::Kind::integer};
constexpr Shape kVolumeBoolean{.kind = opsim::Kind::boolean};
constexpr Field kVolumeFields[] = {
    {.name = "AutoEnableIO", .shape = &kVolumeBoolean, .simulated = Simulated::no},
    {.name = "AvailabilityZone", .shape = &kVolumeText, .need = Need::required},
    {.name = "Encrypted", .shape = &kVolumeBoolean},
    {.name = "Iops", .shape = &kVolumeInteger},
    {.name = "KmsKeyId", .shape = &kVolumeText},
    {.name = "MultiAttachEnabled", .shape = &kVolumeBoolean, .simulated = Simulated::no},
    {.name = "OutpostArn", .shape = &kVolumeText, .simulated = Simulated::no},
    {.name = "Size", .shape = &kVolumeInteger},
    {.name = "SnapshotId", .shape = &kVolumeText},
    {.name = "Tags"},
    {.name = "Throughput", .shape = &kVolumeInteger},
    {.name = "VolumeType", .shape = &kVolumeText},
};
constexpr Field kAttachmentFields[] = {
    {.name = "Device", .shape = &kVolumeText},
    {.name = "InstanceId", .shape = &kVolumeText, .need = Need::required},
    {.name = "VolumeId", .shape = &kVolumeText, .need = Need::required},
};

}  // namespace

const Shape kVolumeProperties{.kind = opsim::Kind::mapping, .fields = kVolumeFields};
const Shape kAttachmentProperties{.kind = opsim::Kind::mapping, .fields = kAttachmentFields};

/// A snapshot of another world may well exist: it counts as a disk of the given size.
ApiResult<Created> create_volume_resource(Fleet& fleet, const ResourceRequest& request) {
  Json members = request.properties;
  const std::string snapshot = text_of(members, "SnapshotId");
  const bool foreign = !snapshot.empty() && !fleet.snapshots.contains(snapshot);
  if (foreign) {
    members.erase("SnapshotId");
    if (!members.contains("Size")) members["Size"] = 8;
  }
  ApiResult<Volume> read = read_volume(fleet, request.place, members);
  if (!read) return read.error();
  if (foreign) read->snapshot = snapshot;
  for (const auto& [key, value] : stack_tags(request)) read->tags[key] = value;
  const Volume& volume = add_volume(fleet, *std::move(read), Born::stands);
  return Created{
      .physical_id = volume.id, .arn = volume.arn(), .attributes = {{"VolumeId", volume.id}}};
}

std::optional<ApiError> attach_standing(Fleet& fleet, const Instance& instance,
                                        const Json& members) {
  const std::string id = text_of(members, "VolumeId");
  Volume* volume = find_volume(fleet, instance.place, id);
  if (volume == nullptr) return no_volume(id);
  std::string device = text_of(members, "Device");
  if (device.empty()) device = "/dev/sdf";
  if (auto wrong = cannot_attach(fleet, *volume, instance, device)) return wrong;
  attach(fleet, *volume, {.instance = instance.id, .device = device}, Born::stands);
  return std::nullopt;
}

ApiResult<Created> create_attachment_resource(Fleet& fleet, const ResourceRequest& request) {
  const std::string to = text_of(request.properties, "InstanceId");
  const Instance* instance = fleet.find(request.place, to);
  if (instance == nullptr)
    return ApiError{"InvalidInstanceID.NotFound",
                    fmt::format("The instance ID '{}' does not exist", to)};
  if (auto wrong = attach_standing(fleet, *instance, request.properties)) return *std::move(wrong);
  return Created{.physical_id = fmt::format("{}|{}", text_of(request.properties, "VolumeId"), to)};
}

}  // namespace opsim::compute
