// Operations and resource types. AWS: EFS API Reference, the operation of the same name; EFS User
// Guide, "CloudWatch metrics for Amazon EFS".
#include <fmt/format.h>

#include <algorithm>

#include "models/efs/efs.hpp"

namespace opsim::efs {

namespace {

std::string moment(SimTime time) { return iso8601(std::chrono::floor<std::chrono::seconds>(time)); }

ApiError no_such_file_system(std::string_view id) {
  return {"FileSystemNotFound", fmt::format("File system '{}' does not exist.", id), 404};
}

/// Estimates of an idle file system; bursting credits begin at 2.1 TiB (User Guide, performance).
void publish(Efs& efs, FileSystem& made) {
  struct Row {
    std::string_view name;
    std::string_view unit;
    double level;
  };
  const Row rows[] = {{"BurstCreditBalance", "Bytes", 2.31e12},
                      {"ClientConnections", "Count", 0},
                      {"PercentIOLimit", "Percent", 0}};
  for (const Row& row : rows) {
    const SeriesId series = efs.cloud.metrics().intern(
        {made.place, "AWS/EFS", std::string{row.name}, {{"FileSystemId", made.id}}});
    made.sources.push_back(
        efs.cloud.metrics().publish(series, {.from = efs.cloud.sim().now(), .level = row.level},
                                    {.unit = std::string{row.unit}}, made.id));
  }
}

FileSystem& add_file_system(Efs& efs, const Place& place, const Json& input) {
  const std::string id = efs.cloud.next_id("fs-");
  FileSystem& made = efs.file_systems[id];
  made.id = id;
  made.place = place;
  made.arn = arn(place, "elasticfilesystem", "file-system/" + id);
  made.token = input::text(input, "CreationToken");
  made.encrypted = input::boolean(input, "Encrypted").value_or(false);
  if (const std::string mode = input::text(input, "PerformanceMode"); !mode.empty())
    made.performance = mode;
  if (const std::string mode = input::text(input, "ThroughputMode"); !mode.empty())
    made.throughput = mode;
  made.created = efs.cloud.sim().now();
  publish(efs, made);
  return made;
}

std::size_t targets_of(const Efs& efs, const std::string& id) {
  return static_cast<std::size_t>(std::ranges::count_if(
      efs.mount_targets, [&](const auto& one) { return one.second.file_system == id; }));
}

Json description_of(const Efs& efs, const FileSystem& one) {
  Json tags = Json::array();
  for (const auto& [key, value] : one.tags) tags.push_back({{"Key", key}, {"Value", value}});
  return {{"FileSystemId", one.id},
          {"FileSystemArn", one.arn},
          {"OwnerId", one.place.account},
          {"CreationToken", one.token},
          {"CreationTime", moment(one.created)},
          {"LifeCycleState", one.state},
          {"NumberOfMountTargets", targets_of(efs, one.id)},
          {"SizeInBytes", {{"Value", one.size_bytes}}},
          {"PerformanceMode", one.performance},
          {"ThroughputMode", one.throughput},
          {"Encrypted", one.encrypted},
          {"Tags", tags}};
}

Json description_of(const MountTarget& one) {
  return {{"MountTargetId", one.id},
          {"FileSystemId", one.file_system},
          {"SubnetId", one.subnet},
          {"LifeCycleState", one.state},
          {"OwnerId", one.place.account}};
}

ApiResult<MountTarget*> add_mount_target(Efs& efs, const Place& place, const Json& input) {
  const std::string of = input::text(input, "FileSystemId");
  const std::string subnet = input::text(input, "SubnetId");
  for (const auto& [id, other] : efs.mount_targets)
    if (other.file_system == of && other.subnet == subnet)
      return ApiError{"MountTargetConflict", "mount target already exists in this AZ", 409};
  const std::string id = efs.cloud.next_id("fsmt-");
  MountTarget& made = efs.mount_targets[id];
  made = {.id = id, .file_system = of, .subnet = subnet, .place = place};
  return &made;
}

}  // namespace

ApiResult<Json> create_file_system(Efs& efs, const Request& request) {
  FileSystem& made = add_file_system(efs, request.place(), request.input);
  made.tags = input::tags(input::member(request.input, "Tags"));
  made.state = "creating";
  efs.cloud.sim().after(std::chrono::seconds{5}, [&efs, id = made.id] {  // estimate
    const auto found = efs.file_systems.find(id);
    if (found != efs.file_systems.end()) found->second.state = "available";
  });
  return description_of(efs, made);
}

ApiResult<Json> create_mount_target(Efs& efs, const Request& request) {
  const std::string of = input::text(request.input, "FileSystemId");
  if (!efs.file_systems.contains(of)) return no_such_file_system(of);
  const ApiResult<MountTarget*> made = add_mount_target(efs, request.place(), request.input);
  if (!made) return made.error();
  (*made)->state = "creating";
  efs.cloud.sim().after(std::chrono::seconds{90}, [&efs, id = (*made)->id] {  // estimate
    const auto found = efs.mount_targets.find(id);
    if (found != efs.mount_targets.end()) found->second.state = "available";
  });
  return description_of(**made);
}

ApiResult<Json> delete_mount_target(Efs& efs, const Request& request) {
  const std::string id = input::text(request.input, "MountTargetId");
  if (efs.mount_targets.erase(id) == 0)
    return ApiError{"MountTargetNotFound", fmt::format("Mount target '{}' does not exist.", id),
                    404};
  return Json::object();
}

// "You can't delete a file system that is in use": it must have no mount targets.
ApiResult<Json> delete_file_system(Efs& efs, const Request& request) {
  const std::string id = input::text(request.input, "FileSystemId");
  const auto found = efs.file_systems.find(id);
  if (found == efs.file_systems.end()) return no_such_file_system(id);
  if (targets_of(efs, id) > 0)
    return ApiError{"FileSystemInUse", fmt::format("{} has mount targets created in it.", id), 409};
  for (const SourceId source : found->second.sources) efs.cloud.metrics().stop(source);
  efs.file_systems.erase(found);
  return Json::object();
}

ApiResult<Json> describe_file_systems(Efs& efs, const Request& request) {
  const std::string id = input::text(request.input, "FileSystemId");
  const std::string token = input::text(request.input, "CreationToken");
  Json list = Json::array();
  for (const auto& [key, one] : efs.file_systems)
    if (one.place == request.place() && (id.empty() || id == key) &&
        (token.empty() || token == one.token))
      list.push_back(description_of(efs, one));
  if (!id.empty() && list.empty()) return no_such_file_system(id);
  return Json{{"FileSystems", list}};
}

ApiResult<Json> describe_mount_targets(Efs& efs, const Request& request) {
  const std::string of = input::text(request.input, "FileSystemId");
  const std::string id = input::text(request.input, "MountTargetId");
  Json list = Json::array();
  for (const auto& [key, one] : efs.mount_targets)
    if ((of.empty() || of == one.file_system) && (id.empty() || id == key))
      list.push_back(description_of(one));
  return Json{{"MountTargets", list}};
}

ApiResult<Json> update_file_system(Efs& efs, const Request& request) {
  const std::string id = input::text(request.input, "FileSystemId");
  const auto found = efs.file_systems.find(id);
  if (found == efs.file_systems.end()) return no_such_file_system(id);
  if (const std::string mode = input::text(request.input, "ThroughputMode"); !mode.empty())
    found->second.throughput = mode;
  return description_of(efs, found->second);
}

ApiResult<Created> create_file_system_resource(Efs& efs, const ResourceRequest& request) {
  FileSystem& made = add_file_system(efs, request.place, request.properties);
  made.tags = input::tags(input::member(request.properties, "FileSystemTags"));
  return Created{made.id, made.arn, {{"Arn", made.arn}, {"FileSystemId", made.id}}};
}

ApiResult<Created> create_mount_target_resource(Efs& efs, const ResourceRequest& request) {
  const ApiResult<MountTarget*> made = add_mount_target(efs, request.place, request.properties);
  if (!made) return made.error();
  return Created{(*made)->id, "", {{"Id", (*made)->id}, {"IpAddress", "10.0.0.4"}}};
}

ApiResult<Created> create_access_point(Efs& efs, const ResourceRequest& request) {
  const std::string id = efs.cloud.next_id("fsap-");
  const std::string own = arn(request.place, "elasticfilesystem", "access-point/" + id);
  return Created{id, own, {{"AccessPointId", id}, {"Arn", own}}};
}

}  // namespace opsim::efs
