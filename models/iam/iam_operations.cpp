// AWS: IAM API reference: a small part of it, what runbooks and state machines ask about roles.
#include <fmt/format.h>

#include <algorithm>

#include "models/iam/iam.hpp"

namespace opsim::iam {

namespace {

std::string text_of(const Json& object, std::string_view name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (!object.is_object() || found == object.end() || !found->is_string()) return {};
  return found->get<std::string>();
}

ApiError no_such_role(std::string_view name) {
  return {"NoSuchEntity", fmt::format("The role with name {} cannot be found.", name), 404};
}

ApiResult<Role*> named_role(Iam& iam, const Request& request) {
  const std::string name = text_of(request.input, "RoleName");
  const auto found = iam.roles.find({request.place().account, name});
  if (found == iam.roles.end()) return no_such_role(name);
  return &found->second;
}

Json role_json(const Role& role) {
  return {{"RoleName", role.name},
          {"RoleId", role.id},
          {"Arn", role.arn},
          {"Path", role.path},
          {"CreateDate", iso8601(std::chrono::floor<std::chrono::seconds>(role.created))},
          {"Description", role.description},
          {"MaxSessionDuration", 3600},
          {"AssumeRolePolicyDocument", role.trust}};
}

}  // namespace

const Role* Iam::find_role(const std::string& account, std::string_view name) const {
  const auto found = roles.find({account, std::string{name}});
  return found == roles.end() ? nullptr : &found->second;
}

Role& make_role(Iam& iam, const Place& place, const std::string& name, const Json& members) {
  Role& role = iam.roles[{place.account, name}];
  role.name = name;
  role.account = place.account;
  if (const std::string path = text_of(members, "Path"); !path.empty()) role.path = path;
  role.id = iam.cloud.next_id("AROA");
  role.arn = fmt::format("arn:{}:iam::{}:role{}{}", partition_of(place.region), place.account,
                         role.path, name);
  role.description = text_of(members, "Description");
  role.created = iam.cloud.sim().now();
  if (members.contains("AssumeRolePolicyDocument"))
    role.trust = members["AssumeRolePolicyDocument"];
  return role;
}

ApiResult<Json> create_role(Iam& iam, const Request& request) {
  const std::string name = text_of(request.input, "RoleName");
  if (name.empty() || name.size() > 64)
    return ApiError{"ValidationError", "RoleName must be 1 to 64 characters"};
  if (iam.find_role(request.place().account, name) != nullptr)
    return ApiError{"EntityAlreadyExists", fmt::format("Role with name {} already exists.", name),
                    409};
  return Json{{"Role", role_json(make_role(iam, request.place(), name, request.input))}};
}

ApiResult<Json> get_role(Iam& iam, const Request& request) {
  const auto role = named_role(iam, request);
  if (!role) return role.error();
  return Json{{"Role", role_json(**role)}};
}

ApiResult<Json> list_roles(Iam& iam, const Request& request) {
  const std::string prefix = text_of(request.input, "PathPrefix");
  Json list = Json::array();
  for (const auto& [name, role] : iam.roles)
    if (name.first == request.place().account && role.path.starts_with(prefix))
      list.push_back(role_json(role));
  return Json{{"Roles", std::move(list)}, {"IsTruncated", false}};
}

ApiResult<Json> list_attached_role_policies(Iam& iam, const Request& request) {
  const auto role = named_role(iam, request);
  if (!role) return role.error();
  std::vector<std::string> arns = (*role)->managed;
  const auto more = iam.attached_managed.find({(*role)->account, (*role)->name});
  if (more != iam.attached_managed.end())
    arns.insert(arns.end(), more->second.begin(), more->second.end());
  Json list = Json::array();
  for (const std::string& arn : arns)
    list.push_back({{"PolicyArn", arn}, {"PolicyName", arn.substr(arn.rfind('/') + 1)}});
  return Json{{"AttachedPolicies", std::move(list)}, {"IsTruncated", false}};
}

ApiResult<Json> attach_role_policy(Iam& iam, const Request& request) {
  const auto role = named_role(iam, request);
  if (!role) return role.error();
  const std::string arn = text_of(request.input, "PolicyArn");
  if (std::ranges::count((*role)->managed, arn) == 0) (*role)->managed.push_back(arn);
  return Json::object();
}

ApiResult<Json> detach_role_policy(Iam& iam, const Request& request) {
  const auto role = named_role(iam, request);
  if (!role) return role.error();
  const std::string arn = text_of(request.input, "PolicyArn");
  if (std::erase((*role)->managed, arn) == 0)
    return ApiError{"NoSuchEntity", fmt::format("Policy {} was not found.", arn), 404};
  return Json::object();
}

/// SIMPLIFIED: IAM wants inline policies deleted and managed ones detached first; here they go with
/// their role.
ApiResult<Json> delete_role(Iam& iam, const Request& request) {
  const auto role = named_role(iam, request);
  if (!role) return role.error();
  const Name name{(*role)->account, (*role)->name};
  iam.attached.erase(name);
  iam.attached_managed.erase(name);
  iam.roles.erase(name);
  return Json::object();
}

ApiResult<Json> delete_instance_profile(Iam& iam, const Request& request) {
  const std::string name = text_of(request.input, "InstanceProfileName");
  if (iam.profiles.erase({request.place().account, name}) == 0)
    return ApiError{"NoSuchEntity", fmt::format("Instance Profile {} cannot be found.", name), 404};
  return Json::object();
}

ApiResult<Json> delete_policy(Iam& iam, const Request& request) {
  const std::string arn = text_of(request.input, "PolicyArn");
  if (iam.managed.erase(arn) == 0)
    return ApiError{"NoSuchEntity", fmt::format("Policy {} was not found.", arn), 404};
  return Json::object();
}

ApiResult<Json> put_role_policy(Iam& iam, const Request& request) {
  const auto role = named_role(iam, request);
  if (!role) return role.error();
  const std::string name = text_of(request.input, "PolicyName");
  const auto document = request.input.find("PolicyDocument");
  if (document == request.input.end())
    return ApiError{"ValidationError", "PolicyDocument is required"};
  std::erase_if((*role)->inline_policies, [&](const Policy& old) { return old.name == name; });
  (*role)->inline_policies.push_back(read_policy(name, *document));
  return Json::object();
}

}  // namespace opsim::iam
