#pragma once
/// Amazon EFS: file systems, their mount targets and access points. They hold no files here.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::efs {

struct FileSystem {
  std::string id;
  std::string arn;
  Place place;
  std::string token;
  std::string state = "available";
  std::string performance = "generalPurpose";
  std::string throughput = "bursting";
  bool encrypted = false;
  std::int64_t size_bytes = 6'144;  // of an empty one
  SimTime created{};
  std::map<std::string, std::string> tags;
  std::vector<SourceId> sources;
};

struct MountTarget {
  std::string id;
  std::string file_system;
  std::string subnet;
  std::string state = "available";
  Place place;
};

class Efs : public Model {
 public:
  explicit Efs(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::string, FileSystem> file_systems;    // by id
  std::map<std::string, MountTarget> mount_targets;  // by id
};

ApiResult<Json> create_file_system(Efs& efs, const Request& request);
ApiResult<Json> create_mount_target(Efs& efs, const Request& request);
ApiResult<Json> delete_file_system(Efs& efs, const Request& request);
ApiResult<Json> delete_mount_target(Efs& efs, const Request& request);
ApiResult<Json> describe_file_systems(Efs& efs, const Request& request);
ApiResult<Json> describe_mount_targets(Efs& efs, const Request& request);
ApiResult<Json> update_file_system(Efs& efs, const Request& request);

ApiResult<Created> create_file_system_resource(Efs& efs, const ResourceRequest& request);
ApiResult<Created> create_mount_target_resource(Efs& efs, const ResourceRequest& request);
ApiResult<Created> create_access_point(Efs& efs, const ResourceRequest& request);

}  // namespace opsim::efs
