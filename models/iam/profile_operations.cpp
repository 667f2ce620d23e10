// Instance profiles: how EC2 hands a role to an instance.
// AWS: IAM API Reference, CreateInstanceProfile, AddRoleToInstanceProfile, ...: one role each.
#include <fmt/format.h>

#include <algorithm>

#include "models/iam/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::iam {

namespace {

Json profile_json(const Iam& iam, const InstanceProfile& profile, const std::string& account) {
  Json roles = Json::array();
  for (const std::string& name : profile.roles)
    if (const Role* role = iam.find_role(account, name); role != nullptr)
      roles.push_back({{"RoleName", role->name},
                       {"RoleId", role->id},
                       {"Arn", role->arn},
                       {"Path", role->path},
                       {"AssumeRolePolicyDocument", role->trust}});
  return {{"InstanceProfileName", profile.name},
          {"InstanceProfileId", profile.id},
          {"Arn", profile.arn},
          {"Path", profile.path},
          {"CreateDate", iso8601(std::chrono::floor<std::chrono::seconds>(profile.created))},
          {"Roles", std::move(roles)}};
}

ApiResult<InstanceProfile*> named_profile(Iam& iam, const Request& request) {
  const std::string name = input::text(request.input, "InstanceProfileName");
  const auto found = iam.profiles.find({request.place().account, name});
  if (found == iam.profiles.end())
    return ApiError{"NoSuchEntity", fmt::format("Instance Profile {} cannot be found.", name), 404};
  return &found->second;
}

}  // namespace

ApiResult<Json> create_instance_profile(Iam& iam, const Request& request) {
  const std::string name = input::text(request.input, "InstanceProfileName");
  if (name.empty() || name.size() > 128)
    return ApiError{"ValidationError", "InstanceProfileName must be 1 to 128 characters"};
  const auto [place, fresh] = iam.profiles.try_emplace({request.place().account, name});
  if (!fresh)
    return ApiError{"EntityAlreadyExists", fmt::format("Instance Profile {} already exists.", name),
                    409};
  InstanceProfile& made = place->second;
  made.name = name;
  if (const std::string path = input::text(request.input, "Path"); !path.empty()) made.path = path;
  made.arn = iam_arn(request.place(), "instance-profile", made.path, name);
  made.id = iam.cloud.next_id("AIPA");
  made.created = iam.cloud.sim().now();
  return Json{{"InstanceProfile", profile_json(iam, made, request.place().account)}};
}

ApiResult<Json> get_instance_profile(Iam& iam, const Request& request) {
  const auto found = named_profile(iam, request);
  if (!found) return found.error();
  return Json{{"InstanceProfile", profile_json(iam, **found, request.place().account)}};
}

ApiResult<Json> list_instance_profiles(Iam& iam, const Request& request) {
  const std::string role = input::text(request.input, "RoleName");  // ...ForRole
  Json list = Json::array();
  for (const auto& [name, profile] : iam.profiles)
    if (name.first == request.place().account &&
        (role.empty() || std::ranges::count(profile.roles, role) > 0))
      list.push_back(profile_json(iam, profile, name.first));
  return Json{{"InstanceProfiles", std::move(list)}, {"IsTruncated", false}};
}

ApiResult<Json> add_role_to_instance_profile(Iam& iam, const Request& request) {
  const auto found = named_profile(iam, request);
  if (!found) return found.error();
  const std::string role = input::text(request.input, "RoleName");
  if (iam.find_role(request.place().account, role) == nullptr)
    return ApiError{"NoSuchEntity", fmt::format("The role with name {} cannot be found.", role),
                    404};
  if (!(*found)->roles.empty())
    return ApiError{"LimitExceeded",
                    "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1", 409};
  (*found)->roles.push_back(role);
  return Json::object();
}

ApiResult<Json> remove_role_from_instance_profile(Iam& iam, const Request& request) {
  const auto found = named_profile(iam, request);
  if (!found) return found.error();
  const std::string role = input::text(request.input, "RoleName");
  if (std::erase((*found)->roles, role) == 0)
    return ApiError{"NoSuchEntity", fmt::format("The role with name {} cannot be found.", role),
                    404};
  return Json::object();
}

ApiResult<Json> delete_instance_profile(Iam& iam, const Request& request) {
  const auto found = named_profile(iam, request);
  if (!found) return found.error();
  if (!(*found)->roles.empty() && !by_cloudformation(request))
    return ApiError{"DeleteConflict",
                    "Cannot delete entity, must remove roles from instance profile first.", 409};
  const std::string name = (*found)->name;
  iam.profiles.erase({request.place().account, name});
  return Json::object();
}

}  // namespace opsim::iam
