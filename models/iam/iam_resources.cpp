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

/// Inline policies of a role, a user or a group, and its managed ones.
void take_policies(Identity& identity, const Json& properties) {
  identity.managed = texts_of(properties, "ManagedPolicyArns");
  const auto policies = properties.find("Policies");
  if (policies == properties.end() || !policies->is_array()) return;
  for (const Json& one : *policies)
    if (one.is_object())
      identity.inline_policies.push_back(read_policy(text_at(one, "PolicyName"), document_of(one)));
}

/// "Roles", "Users" and "Groups" of a policy: whom it attaches to.
template <class Attach>
void for_each_holder(const ResourceRequest& request, Attach attach) {
  struct Row {
    std::string_view property;
    IdentityKind kind;
  };
  constexpr Row kRows[] = {{"Groups", IdentityKind::group},
                           {"Roles", IdentityKind::role},
                           {"Users", IdentityKind::user}};
  for (const auto& [property, kind] : kRows)
    for (const std::string& name : texts_of(request.properties, property))
      attach(Name{request.place.account, fmt::format("{}/{}", kind_name(kind), name)});
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
  take_policies(role, request.properties);
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
  for_each_holder(request, [&](const Name& holder) { iam.attached[holder].push_back(policy); });
  return Created{.physical_id = name, .attributes = {{"Id", name}}};
}

/// AWS::IAM::RolePolicy, UserPolicy, GroupPolicy: inline in one of them.
template <IdentityKind K>
ApiResult<Created> create_inline_resource(Iam& iam, const ResourceRequest& request) {
  const std::string property = K == IdentityKind::role   ? "RoleName"
                               : K == IdentityKind::user ? "UserName"
                                                         : "GroupName";
  const std::string name = name_of(request, "PolicyName");
  const std::string holder =
      fmt::format("{}/{}", kind_name(K), text_at(request.properties, property));
  iam.attached[{request.place.account, holder}].push_back(
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
  for_each_holder(request,
                  [&](const Name& holder) { iam.attached_managed[holder].push_back(arn); });
  return Created{.physical_id = arn, .arn = arn, .attributes = {{"PolicyArn", arn}}};
}

/// AWS::IAM::User and Group. Ref gives the name.
template <IdentityKind K>
ApiResult<Created> create_identity_resource(Iam& iam, const ResourceRequest& request) {
  const std::string name = name_of(request, K == IdentityKind::user ? "UserName" : "GroupName");
  if (find_identity(iam, K, request.place.account, name) != nullptr)
    return ApiError{"EntityAlreadyExists", fmt::format("{} already exists.", name)};
  Identity& made = make_identity(iam, K, request.place, name, request.properties);
  take_policies(made, request.properties);
  if constexpr (K == IdentityKind::user)
    static_cast<User&>(made).groups = texts_of(request.properties, "Groups");
  return Created{.physical_id = name, .arn = made.arn, .attributes = {{"Arn", made.arn}}};
}

ApiResult<Created> create_membership_resource(Iam& iam, const ResourceRequest& request) {
  const std::string group = text_at(request.properties, "GroupName");
  for (const std::string& name : texts_of(request.properties, "Users")) {
    const auto user = iam.users.find({request.place.account, name});
    if (user != iam.users.end() && std::ranges::count(user->second.groups, group) == 0)
      user->second.groups.push_back(group);
  }
  return Created{.physical_id = request.logical_id, .attributes = {{"Id", request.logical_id}}};
}

ApiResult<Created> create_access_key(Iam& iam, const ResourceRequest& /*request*/) {
  return Created{.physical_id = iam.cloud.next_id("AKIA"),
                 .attributes = {{"SecretAccessKey", "not-a-secret"}}};
}

ApiResult<Created> create_linked_role(Iam& /*iam*/, const ResourceRequest& request) {
  return Created{.physical_id = name_of(request, "RoleName")};
}

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kTexts{.kind = Kind::list, .of = &kText};
constexpr Field kRoleFields[] = {
    {.name = "AssumeRolePolicyDocument", .need = Need::required, .simulated = Simulated::no},
    {.name = "Description", .shape = &kText},
    {.name = "ManagedPolicyArns", .shape = &kTexts},
    {.name = "MaxSessionDuration"},
    {.name = "Path", .shape = &kText},
    {.name = "PermissionsBoundary", .shape = &kText},
    {.name = "Policies"},
    {.name = "RoleName", .shape = &kText},
    {.name = "Tags"},
};
constexpr Field kGroupFields[] = {
    {.name = "GroupName", .shape = &kText},
    {.name = "ManagedPolicyArns", .shape = &kTexts},
    {.name = "Path", .shape = &kText},
    {.name = "Policies"},
};
constexpr Field kGroupPolicyFields[] = {
    {.name = "GroupName", .shape = &kText, .need = Need::required},
    {.name = "PolicyDocument"},
    {.name = "PolicyName", .shape = &kText, .need = Need::required},
};
constexpr Field kMembershipFields[] = {
    {.name = "GroupName", .shape = &kText, .need = Need::required},
    {.name = "Users", .shape = &kTexts, .need = Need::required},
};
constexpr Field kUserFields[] = {
    {.name = "Groups", .shape = &kTexts},
    {.name = "LoginProfile", .simulated = Simulated::no},
    {.name = "ManagedPolicyArns", .shape = &kTexts},
    {.name = "Path", .shape = &kText},
    {.name = "PermissionsBoundary", .shape = &kText},
    {.name = "Policies"},
    {.name = "Tags"},
    {.name = "UserName", .shape = &kText},
};
constexpr Field kUserPolicyFields[] = {
    {.name = "PolicyDocument"},
    {.name = "PolicyName", .shape = &kText, .need = Need::required},
    {.name = "UserName", .shape = &kText, .need = Need::required},
};
constexpr Field kProfileFields[] = {
    {.name = "InstanceProfileName", .shape = &kText},
    {.name = "Path", .shape = &kText},
    {.name = "Roles", .shape = &kTexts, .need = Need::required},
};
constexpr Field kPolicyFields[] = {
    {.name = "Groups", .shape = &kTexts},
    {.name = "PolicyDocument", .need = Need::required},
    {.name = "PolicyName", .shape = &kText, .need = Need::required},
    {.name = "Roles", .shape = &kTexts},
    {.name = "Users", .shape = &kTexts},
};
constexpr Field kRolePolicyFields[] = {
    {.name = "PolicyDocument"},
    {.name = "PolicyName", .shape = &kText, .need = Need::required},
    {.name = "RoleName", .shape = &kText, .need = Need::required},
};
constexpr Field kManagedFields[] = {
    {.name = "Description", .shape = &kText},
    {.name = "Groups", .shape = &kTexts},
    {.name = "ManagedPolicyName", .shape = &kText},
    {.name = "Path", .shape = &kText},
    {.name = "PolicyDocument", .need = Need::required},
    {.name = "Roles", .shape = &kTexts},
    {.name = "Users", .shape = &kTexts},
};
constexpr Shape kRole{.kind = Kind::mapping, .fields = kRoleFields};
constexpr Shape kProfile{.kind = Kind::mapping, .fields = kProfileFields};
constexpr Shape kPolicy{.kind = Kind::mapping, .fields = kPolicyFields};
constexpr Shape kRolePolicy{.kind = Kind::mapping, .fields = kRolePolicyFields};
constexpr Shape kManaged{.kind = Kind::mapping, .fields = kManagedFields};

constexpr Shape kGroup{.kind = Kind::mapping, .fields = kGroupFields};
constexpr Shape kGroupPolicy{.kind = Kind::mapping, .fields = kGroupPolicyFields};
constexpr Shape kMembership{.kind = Kind::mapping, .fields = kMembershipFields};
constexpr Shape kUser{.kind = Kind::mapping, .fields = kUserFields};
constexpr Shape kUserPolicy{.kind = Kind::mapping, .fields = kUserPolicyFields};

constexpr ResourceType kRows[] = {
    {"AWS::IAM::AccessKey", create<Iam, create_access_key>, nullptr, "a key opens nothing here"},
    {"AWS::IAM::Group", create<Iam, create_identity_resource<IdentityKind::group>>, &kGroup},
    {"AWS::IAM::GroupPolicy", create<Iam, create_inline_resource<IdentityKind::group>>,
     &kGroupPolicy},
    {"AWS::IAM::InstanceProfile", create<Iam, create_profile_resource>, &kProfile},
    {"AWS::IAM::ManagedPolicy", create<Iam, create_managed_resource>, &kManaged},
    {"AWS::IAM::Policy", create<Iam, create_policy_resource>, &kPolicy},
    {"AWS::IAM::Role", create<Iam, create_role_resource>, &kRole},
    {"AWS::IAM::RolePolicy", create<Iam, create_inline_resource<IdentityKind::role>>, &kRolePolicy},
    {"AWS::IAM::ServiceLinkedRole", create<Iam, create_linked_role>, nullptr,
     "services are allowed everything"},
    {"AWS::IAM::User", create<Iam, create_identity_resource<IdentityKind::user>>, &kUser},
    {"AWS::IAM::UserPolicy", create<Iam, create_inline_resource<IdentityKind::user>>, &kUserPolicy},
    {"AWS::IAM::UserToGroupAddition", create<Iam, create_membership_resource>, &kMembership},
};
static_assert(std::ranges::adjacent_find(kRows, std::ranges::greater_equal{},
                                         &ResourceType::type) == std::end(kRows),
              "sorted by type, no duplicates");

}  // namespace

const std::span<const ResourceType> kIamResources = kRows;

}  // namespace opsim::iam
