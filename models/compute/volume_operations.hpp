#pragma once
/// The operations of EBS, which are EC2's, and its resource types.
#include "models/compute/fleet.hpp"
#include "models/compute/volume.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::compute {

// ---- volume_operations.cpp ----
ApiResult<Json> attach_volume(Fleet& fleet, const Request& request);
ApiResult<Json> create_volume(Fleet& fleet, const Request& request);
ApiResult<Json> delete_volume_call(Fleet& fleet, const Request& request);
ApiResult<Json> detach_volume(Fleet& fleet, const Request& request);
ApiResult<Json> modify_volume(Fleet& fleet, const Request& request);

// ---- describe_volumes.cpp ----
ApiResult<Json> describe_volumes(Fleet& fleet, const Request& request);
ApiResult<Json> describe_volumes_modifications(Fleet& fleet, const Request& request);
[[nodiscard]] Json volume_json(const Volume& volume);
[[nodiscard]] Json attachment_json(const Volume& volume);
[[nodiscard]] Json modification_json(const Volume& volume, SimTime now);
/// An instance's BlockDeviceMappings: its root and what else is attached.
[[nodiscard]] Json block_devices_json(Fleet& fleet, const Instance& instance);

// ---- snapshot_operations.cpp ----
ApiResult<Json> create_snapshot(Fleet& fleet, const Request& request);
ApiResult<Json> delete_snapshot(Fleet& fleet, const Request& request);
ApiResult<Json> describe_snapshots(Fleet& fleet, const Request& request);

// ---- volume_resources.cpp ----
ApiResult<Created> create_volume_resource(Fleet& fleet, const ResourceRequest& request);
ApiResult<Created> create_attachment_resource(Fleet& fleet, const ResourceRequest& request);
/// {VolumeId, Device}: a volume is attached before time begins.
[[nodiscard]] std::optional<ApiError> attach_standing(Fleet& fleet, const Instance& instance,
                                                      const Json& members);
extern const Shape kVolumeProperties;
extern const Shape kAttachmentProperties;

/// CreateVolume's members, which are also those of AWS::EC2::Volume.
[[nodiscard]] ApiResult<Volume> read_volume(Fleet& fleet, const Place& place, const Json& members);
/// Why a volume cannot be attached there, or nothing.
[[nodiscard]] std::optional<ApiError> cannot_attach(Fleet& fleet, const Volume& volume,
                                                    const Instance& instance,
                                                    const std::string& device);
[[nodiscard]] ApiError no_volume(std::string_view id);
[[nodiscard]] ApiError no_snapshot(std::string_view id);

}  // namespace opsim::compute
