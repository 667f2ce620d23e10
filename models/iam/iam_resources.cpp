// Resource types AWS::IAM::*.
#include <fmt/format.h>

#include <algorithm>

#include "models/iam/iam.hpp"

namespace opsim::iam {

namespace {

constexpr std::size_t kLongestName = 64;  // IAM quotas: role and instance profile names

std::string text_at(const Json& object, std::string_view name) {
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (!object.is_object() || found == object.end() || !found->is_string()) return {};
  return found->get<std::string>();
}

std::vector<std::string> texts_of(const Json& object, std::string_view name) {
  std::vector<std::string> all;
  const auto found = object.is_object() ? object.find(name) : object.end();
  if (!object.is_object() || found == object.end()) return all;
  if (found->is_string()) all.push_back(found->get<std::string>());
  if (found->is_array())
    for (const Json& one : *found)
      if (one.is_string()) all.push_back(one.get<std::string>());
  return all;
}

Json document_of(const Json& properties) {
  const auto found = properties.find("PolicyDocument");
  return found == properties.end() ? Json{} : *found;
}

/// The given name, or one of stack and logical id (CloudFormation appends random characters).
std::string name_of(const ResourceRequest& request, std::string_view property) {
  std::string name = text_at(request.properties, property);
  if (!name.empty()) return name;
  name = request.stack.empty() ? request.logical_id
                               : fmt::format("{}-{}", request.stack, request.logical_id);
  return name.substr(0, kLongestName);
}

std::string iam_arn(const Place& place, std::string_view kind, std::string_view path,
                    std::string_view name) {
  return fmt::format("arn:{}:iam::{}:{}{}{}", partition_of(place.region), place.account, kind,
                     path.empty() ? "/" : path, name);
}

ApiResult<Created> create_role_resource(Iam& iam, const ResourceRequest& request) {
  std::string name = name_of(request, "RoleName");
  const bool taken = iam.find_role(request.place.account, name) != nullptr;
  // Its replacement stands beside it for a while: both have random characters in AWS.
  if (taken && text_at(request.properties, "RoleName").empty())
    name = iam.cloud.next_id(name.substr(0, kLongestName - 9) + "-");
  if (iam.find_role(request.place.account, name) != nullptr)
    return ApiError{"EntityAlreadyExists", fmt::format("Role with name {} already exists.", name)};
  Role& role = make_role(iam, request.place, name, request.properties);
  role.managed = texts_of(request.properties, "ManagedPolicyArns");
  const auto policies = request.properties.find("Policies");
  if (policies != request.properties.end() && policies->is_array())
    for (const Json& one : *policies)
      if (one.is_object())
        role.inline_policies.push_back(read_policy(text_at(one, "PolicyName"), document_of(one)));
  return Created{
      .physical_id = name, .arn = role.arn, .attributes = {{"Arn", role.arn}, {"RoleId", role.id}}};
}

ApiResult<Created> create_profile_resource(Iam& iam, const ResourceRequest& request) {
  const std::string name = name_of(request, "InstanceProfileName");
  InstanceProfile& profile = iam.profiles[{request.place.account, name}];
  profile.name = name;
  profile.arn =
      iam_arn(request.place, "instance-profile", text_at(request.properties, "Path"), name);
  profile.id = iam.cloud.next_id("AIPA");
  profile.roles = texts_of(request.properties, "Roles");
  profile.created = iam.cloud.sim().now();
  return Created{.physical_id = name, .arn = profile.arn, .attributes = {{"Arn", profile.arn}}};
}

/// AWS::IAM::Policy: inline in each of its roles.
ApiResult<Created> create_policy_resource(Iam& iam, const ResourceRequest& request) {
  const std::string name = name_of(request, "PolicyName");
  const Policy policy = read_policy(name, document_of(request.properties));
  for (const std::string& role : texts_of(request.properties, "Roles"))
    iam.attached[{request.place.account, role}].push_back(policy);
  return Created{.physical_id = name, .attributes = {{"Id", name}}};
}

ApiResult<Created> create_role_policy_resource(Iam& iam, const ResourceRequest& request) {
  const std::string name = name_of(request, "PolicyName");
  iam.attached[{request.place.account, text_at(request.properties, "RoleName")}].push_back(
      read_policy(name, document_of(request.properties)));
  return Created{.physical_id = name};
}

ApiResult<Created> create_managed_resource(Iam& iam, const ResourceRequest& request) {
  const std::string name = name_of(request, "ManagedPolicyName");
  const std::string arn =
      iam_arn(request.place, "policy", text_at(request.properties, "Path"), name);
  Policy policy = read_policy(name, document_of(request.properties));
  policy.arn = arn;
  iam.managed[arn] = std::move(policy);
  for (const std::string& role : texts_of(request.properties, "Roles"))
    iam.attached_managed[{request.place.account, role}].push_back(arn);
  return Created{.physical_id = arn, .arn = arn, .attributes = {{"PolicyArn", arn}}};
}

/// Users and groups are names: who is not a role is allowed everything.
ApiResult<Created> create_name(Iam& iam, const ResourceRequest& request) {
  const bool key = request.type == "AWS::IAM::AccessKey";
  const std::string property = request.type == "AWS::IAM::User" ? "UserName" : "GroupName";
  const std::string name = key ? iam.cloud.next_id("AKIA") : name_of(request, property);
  const std::string kind = request.type == "AWS::IAM::User" ? "user" : "group";
  Created made{.physical_id = name};
  if (key) {
    made.attributes = {{"SecretAccessKey", "not-a-secret"}};
  } else if (request.type == "AWS::IAM::User" || request.type == "AWS::IAM::Group") {
    made.arn = iam_arn(request.place, kind, text_at(request.properties, "Path"), name);
    made.attributes = {{"Arn", made.arn}};
  }
  return made;
}

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kTexts{.kind = Kind::list, .of = &kText};
constexpr Field kRoleFields[] = {
    {.name = "AssumeRolePolicyDocument", .need = Need::required, .simulated = Simulated::no},
    {.name = "Description", .shape = &kText},
    {.name = "ManagedPolicyArns", .shape = &kTexts},
    {.name = "Path", .shape = &kText},
    {.name = "Policies"},
    {.name = "RoleName", .shape = &kText},
};
constexpr Field kProfileFields[] = {
    {.name = "InstanceProfileName", .shape = &kText},
    {.name = "Path", .shape = &kText},
    {.name = "Roles", .shape = &kTexts, .need = Need::required},
};
constexpr Field kPolicyFields[] = {
    {.name = "Groups", .shape = &kTexts, .simulated = Simulated::no},
    {.name = "PolicyDocument", .need = Need::required},
    {.name = "PolicyName", .shape = &kText, .need = Need::required},
    {.name = "Roles", .shape = &kTexts},
    {.name = "Users", .shape = &kTexts, .simulated = Simulated::no},
};
constexpr Field kRolePolicyFields[] = {
    {.name = "PolicyDocument"},
    {.name = "PolicyName", .shape = &kText, .need = Need::required},
    {.name = "RoleName", .shape = &kText, .need = Need::required},
};
constexpr Field kManagedFields[] = {
    {.name = "Description", .shape = &kText},
    {.name = "Groups", .shape = &kTexts, .simulated = Simulated::no},
    {.name = "ManagedPolicyName", .shape = &kText},
    {.name = "Path", .shape = &kText},
    {.name = "PolicyDocument", .need = Need::required},
    {.name = "Roles", .shape = &kTexts},
    {.name = "Users", .shape = &kTexts, .simulated = Simulated::no},
};
constexpr Shape kRole{.kind = Kind::mapping, .fields = kRoleFields};
constexpr Shape kProfile{.kind = Kind::mapping, .fields = kProfileFields};
constexpr Shape kPolicy{.kind = Kind::mapping, .fields = kPolicyFields};
constexpr Shape kRolePolicy{.kind = Kind::mapping, .fields = kRolePolicyFields};
constexpr Shape kManaged{.kind = Kind::mapping, .fields = kManagedFields};

constexpr std::string_view kUsers = "users are allowed everything";
constexpr ResourceType kRows[] = {
    {"AWS::IAM::AccessKey", create<Iam, create_name>, nullptr, kUsers},
    {"AWS::IAM::Group", create<Iam, create_name>, nullptr, kUsers},
    {"AWS::IAM::InstanceProfile", create<Iam, create_profile_resource>, &kProfile},
    {"AWS::IAM::ManagedPolicy", create<Iam, create_managed_resource>, &kManaged},
    {"AWS::IAM::Policy", create<Iam, create_policy_resource>, &kPolicy},
    {"AWS::IAM::Role", create<Iam, create_role_resource>, &kRole},
    {"AWS::IAM::RolePolicy", create<Iam, create_role_policy_resource>, &kRolePolicy},
    {"AWS::IAM::ServiceLinkedRole", create<Iam, create_name>, nullptr,
     "services are allowed everything"},
    {"AWS::IAM::User", create<Iam, create_name>, nullptr, kUsers},
};
static_assert(std::ranges::adjacent_find(kRows, std::ranges::greater_equal{},
                                         &ResourceType::type) == std::end(kRows),
              "sorted by type, no duplicates");

}  // namespace

const std::span<const ResourceType> kIamResources = kRows;

}  // namespace opsim::iam
