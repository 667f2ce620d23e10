// What callers may do to snapshots.
// AWS: EC2 API reference, CreateSnapshot, DescribeSnapshots, DeleteSnapshot.
// SIMPLIFIED: an account sees its own snapshots only.
#include <fmt/format.h>

#include <algorithm>

#include "models/compute/ec2_operations.hpp"
#include "models/compute/filters.hpp"
#include "models/compute/volume_operations.hpp"

namespace opsim::compute {

namespace {

constexpr std::string_view kSnapshotFilters[] = {"description", "encrypted",   "owner-id",
                                                 "snapshot-id", "status",      "volume-id",
                                                 "volume-size", "storage-tier"};

std::string progress_of(const Snapshot& snapshot, SimTime now) {
  if (snapshot.state == "completed") return "100%";
  const double whole = static_cast<double>((snapshot.ends - snapshot.begun).count());
  const double part = static_cast<double>((now - snapshot.begun).count());
  return fmt::format("{}%", whole <= 0 ? 0 : static_cast<int>(99 * part / whole));
}

Json snapshot_json(const Snapshot& snapshot, SimTime now) {
  return {{"SnapshotId", snapshot.id},
          {"VolumeId", snapshot.volume},
          {"VolumeSize", snapshot.gib},
          {"State", snapshot.state},
          {"Progress", progress_of(snapshot, now)},
          {"StartTime", time_text(snapshot.begun)},
          {"Description", snapshot.description},
          {"Encrypted", snapshot.encrypted},
          {"OwnerId", snapshot.place.account},
          {"StorageTier", "standard"},
          {"Tags", tags_json(snapshot.tags)}};
}

std::vector<std::string> snapshot_filter_values(const Snapshot& snapshot, std::string_view name) {
  if (name == "description") return {snapshot.description};
  if (name == "encrypted") return {snapshot.encrypted ? "true" : "false"};
  if (name == "owner-id") return {snapshot.place.account};
  if (name == "snapshot-id") return {snapshot.id};
  if (name == "status") return {snapshot.state};
  if (name == "volume-id") return {snapshot.volume};
  if (name == "volume-size") return {std::to_string(snapshot.gib)};
  return {"standard"};
}

Tags snapshot_tags(const Json& members) {
  Tags tags;
  const Json& specifications = member(members, "TagSpecifications");
  if (!specifications.is_array()) return tags;
  for (const Json& one : specifications)
    if (text_of(one, "ResourceType") == "snapshot") tags.merge(tags_of(member(one, "Tags")));
  return tags;
}

}  // namespace

ApiResult<Json> create_snapshot(Fleet& fleet, const Request& request) {
  const std::string id = text_of(request.input, "VolumeId");
  if (id.empty())
    return ApiError{"MissingParameter", "The request must contain the parameter volumeId"};
  const Volume* volume = find_volume(fleet, request.place(), id);
  if (volume == nullptr) return no_volume(id);
  if (auto dry = dry_run(request)) return *std::move(dry);
  if (volume->state != VolumeState::available && volume->state != VolumeState::in_use)
    return ApiError{"IncorrectState",
                    fmt::format("Volume '{}' is in the '{}' state.", id, to_string(volume->state))};
  return snapshot_json(begin_snapshot(fleet, *volume, text_of(request.input, "Description"),
                                      snapshot_tags(request.input)),
                       fleet.now());
}

ApiResult<Json> delete_snapshot(Fleet& fleet, const Request& request) {
  const std::string id = text_of(request.input, "SnapshotId");
  const auto found = fleet.snapshots.find(id);
  if (found == fleet.snapshots.end() || found->second.place != request.place())
    return no_snapshot(id);
  if (auto dry = dry_run(request)) return *std::move(dry);
  fleet.snapshots.erase(found);
  return Json::object();
}

ApiResult<Json> describe_snapshots(Fleet& fleet, const Request& request) {
  const auto filters = read_filters(request.input, kSnapshotFilters);
  if (!filters) return filters.error();
  const auto page = read_page(request.input, 1'000'000);
  if (!page) return page.error();
  const std::vector<std::string> ids = texts_of(request.input, "SnapshotIds");
  for (const std::string& id : ids) {
    const auto found = fleet.snapshots.find(id);
    if (found == fleet.snapshots.end() || found->second.place != request.place())
      return no_snapshot(id);
  }
  Json list = Json::array();
  std::size_t index = 0;
  bool more = false;
  for (const auto& [id, snapshot] : fleet.snapshots) {
    if (snapshot.place != request.place()) continue;
    if (!ids.empty() && std::ranges::count(ids, id) == 0) continue;
    const auto values = [&](std::string_view name) {
      return snapshot_filter_values(snapshot, name);
    };
    if (!passes(*filters, snapshot.tags, values) || index++ < page->from) continue;
    more = list.size() == page->size;
    if (more) break;
    list.push_back(snapshot_json(snapshot, fleet.now()));
  }
  Json answer{{"Snapshots", std::move(list)}};
  if (more) answer["NextToken"] = std::to_string(page->from + page->size);
  return answer;
}

}  // namespace opsim::compute
