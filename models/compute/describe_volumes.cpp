// What EC2 says of volumes.
// AWS: EC2 API reference, DescribeVolumes, DescribeVolumesModifications.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/filters.hpp"
#include "models/compute/volume_operations.hpp"

namespace opsim::compute {

namespace {

constexpr std::string_view kVolumeFilters[] = {"attachment.device", "attachment.instance-id",
                                               "attachment.status", "availability-zone",
                                               "encrypted",         "size",
                                               "snapshot-id",       "status",
                                               "volume-id",         "volume-type"};

std::vector<std::string> volume_filter_values(const Volume& volume, std::string_view name) {
  const auto& attachment = volume.attachment;
  if (name == "availability-zone") return {volume.zone};
  if (name == "encrypted") return {volume.encrypted ? "true" : "false"};
  if (name == "size") return {std::to_string(volume.shape.gib)};
  if (name == "snapshot-id") return {volume.snapshot};
  if (name == "status") return {std::string{to_string(volume.state)}};
  if (name == "volume-id") return {volume.id};
  if (name == "volume-type") return {volume.shape.type};
  if (!attachment) return {};
  if (name == "attachment.device") return {attachment->device};
  if (name == "attachment.instance-id") return {attachment->instance};
  return {attachment->state};
}

Json shape_json(const VolumeShape& shape, std::string_view prefix) {
  Json json;
  const auto named = [&](std::string_view name) { return fmt::format("{}{}", prefix, name); };
  json[named("Size")] = shape.gib;
  json[named("VolumeType")] = shape.type;
  if (shape.type != "standard" && shape.type != "st1" && shape.type != "sc1")
    json[named("Iops")] = static_cast<std::int64_t>(baseline_iops(shape));
  if (shape.throughput) json[named("Throughput")] = *shape.throughput;
  return json;
}

/// Shows what is wanted: each named one, or all; then who was not found.
template <class Show>
ApiResult<Json> each_volume(Fleet& fleet, const Request& request, const Show& show) {
  const std::vector<std::string> ids = texts_of(request.input, "VolumeIds");
  if (!ids.empty()) {
    for (const std::string& id : ids) {
      const Volume* volume = find_volume(fleet, request.place(), id);
      if (volume == nullptr) return no_volume(id);
      show(*volume);
    }
    return Json::object();
  }
  for (const auto& [id, instance] : fleet.instances) {
    if (instance.place != request.place() || instance.state == InstanceState::terminated) continue;
    if (!fleet.volumes.contains(root_volume_id(instance))) show(root_volume(instance));
  }
  for (const auto& [id, volume] : fleet.volumes)
    if (volume.place == request.place()) show(volume);
  return Json::object();
}

}  // namespace

Json attachment_json(const Volume& volume) {
  const VolumeAttachment& attachment = *volume.attachment;
  return {{"AttachTime", time_text(attachment.since)},
          {"DeleteOnTermination", attachment.delete_on_termination},
          {"Device", attachment.device},
          {"InstanceId", attachment.instance},
          {"State", attachment.state},
          {"VolumeId", volume.id}};
}

Json volume_json(const Volume& volume) {
  Json json = shape_json(volume.shape, "");
  json["VolumeId"] = volume.id;
  json["State"] = to_string(volume.state);
  json["AvailabilityZone"] = volume.zone;
  json["CreateTime"] = time_text(volume.created);
  json["Encrypted"] = volume.encrypted;
  json["SnapshotId"] = volume.snapshot;
  json["MultiAttachEnabled"] = false;
  json["Tags"] = tags_json(volume.tags);
  json["Attachments"] = Json::array();
  if (!volume.kms_key.empty()) json["KmsKeyId"] = volume.kms_key;
  if (volume.attachment) json["Attachments"].push_back(attachment_json(volume));
  return json;
}

Json modification_json(const Volume& volume, SimTime now) {
  const Modification& change = *volume.modification;
  Json json = shape_json(change.from, "Original");
  json.update(shape_json(change.to, "Target"));
  json["VolumeId"] = volume.id;
  json["ModificationState"] = change.state;
  json["StartTime"] = time_text(change.begun);
  const double whole = static_cast<double>((change.optimized - change.begun).count());
  const double part = static_cast<double>((now - change.begun).count());
  const bool optimizing = change.state == "optimizing" && whole > 0;
  json["Progress"] = change.ended ? 100 : optimizing ? static_cast<int>(99 * part / whole) : 0;
  if (change.ended) json["EndTime"] = time_text(*change.ended);
  return json;
}

Json block_devices_json(Fleet& fleet, const Instance& instance) {
  Json list = Json::array();
  const auto add = [&](const Volume& volume) {
    if (!volume.attachment) return;
    list.push_back({{"DeviceName", volume.attachment->device},
                    {"Ebs",
                     {{"AttachTime", time_text(volume.attachment->since)},
                      {"DeleteOnTermination", volume.attachment->delete_on_termination},
                      {"Status", volume.attachment->state},
                      {"VolumeId", volume.id}}}});
  };
  add(root_volume(instance));
  for (const Volume* volume : further_volumes(fleet, instance)) add(*volume);
  return list;
}

ApiResult<Json> describe_volumes(Fleet& fleet, const Request& request) {
  const auto filters = read_filters(request.input, kVolumeFilters);
  if (!filters) return filters.error();
  const auto page = read_page(request.input, 1'000'000);
  if (!page) return page.error();
  Json volumes = Json::array();
  std::size_t index = 0;
  bool more = false;
  const ApiResult<Json> shown = each_volume(fleet, request, [&](const Volume& volume) {
    const auto values = [&](std::string_view name) { return volume_filter_values(volume, name); };
    if (more || !passes(*filters, volume.tags, values) || index++ < page->from) return;
    more = volumes.size() == page->size;
    if (!more) volumes.push_back(volume_json(volume));
  });
  if (!shown) return shown.error();
  Json answer{{"Volumes", std::move(volumes)}};
  if (more) answer["NextToken"] = std::to_string(page->from + page->size);
  return answer;
}

ApiResult<Json> describe_volumes_modifications(Fleet& fleet, const Request& request) {
  Json list = Json::array();
  const ApiResult<Json> shown = each_volume(fleet, request, [&](const Volume& volume) {
    if (volume.modification) list.push_back(modification_json(volume, fleet.now()));
  });
  if (!shown) return shown.error();
  return Json{{"VolumesModifications", std::move(list)}};
}

}  // namespace opsim::compute
