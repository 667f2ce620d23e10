#include "models/iam/service.hpp"

#include <algorithm>

#include "models/iam/operations.hpp"

namespace opsim {

namespace {

using iam::Iam;
using iam::IdentityKind;

template <ApiResult<Json> (*Handle)(Iam&, const Request&)>
constexpr auto on_iam = immediate<Iam, Handle>;

// To add an operation: its function beside those of its subject, and one row here.
constexpr Operation kOperations[] = {
    {"AddRoleToInstanceProfile", Access::write, on_iam<iam::add_role_to_instance_profile>},
    {"AddUserToGroup", Access::write, on_iam<iam::add_user_to_group>},
    {"AttachGroupPolicy", Access::write, on_iam<iam::attach_policy<IdentityKind::group>>},
    {"AttachRolePolicy", Access::write, on_iam<iam::attach_policy<IdentityKind::role>>},
    {"AttachUserPolicy", Access::write, on_iam<iam::attach_policy<IdentityKind::user>>},
    {"CreateGroup", Access::write, on_iam<iam::create_identity<IdentityKind::group>>},
    {"CreateInstanceProfile", Access::write, on_iam<iam::create_instance_profile>},
    {"CreatePolicy", Access::write, on_iam<iam::create_policy>},
    {"CreatePolicyVersion", Access::write, on_iam<iam::create_policy_version>},
    {"CreateRole", Access::write, on_iam<iam::create_identity<IdentityKind::role>>},
    {"CreateUser", Access::write, on_iam<iam::create_identity<IdentityKind::user>>},
    {"DeleteGroup", Access::write, on_iam<iam::delete_identity<IdentityKind::group>>},
    {"DeleteGroupPolicy", Access::write, on_iam<iam::delete_inline_policy<IdentityKind::group>>},
    {"DeleteInstanceProfile", Access::write, on_iam<iam::delete_instance_profile>},
    {"DeletePolicy", Access::write, on_iam<iam::delete_policy>},
    {"DeleteRole", Access::write, on_iam<iam::delete_identity<IdentityKind::role>>},
    {"DeleteRolePermissionsBoundary", Access::write,
     on_iam<iam::delete_boundary<IdentityKind::role>>},
    {"DeleteRolePolicy", Access::write, on_iam<iam::delete_inline_policy<IdentityKind::role>>},
    {"DeleteUser", Access::write, on_iam<iam::delete_identity<IdentityKind::user>>},
    {"DeleteUserPermissionsBoundary", Access::write,
     on_iam<iam::delete_boundary<IdentityKind::user>>},
    {"DeleteUserPolicy", Access::write, on_iam<iam::delete_inline_policy<IdentityKind::user>>},
    {"DetachGroupPolicy", Access::write, on_iam<iam::detach_policy<IdentityKind::group>>},
    {"DetachRolePolicy", Access::write, on_iam<iam::detach_policy<IdentityKind::role>>},
    {"DetachUserPolicy", Access::write, on_iam<iam::detach_policy<IdentityKind::user>>},
    {"GetGroup", Access::read, on_iam<iam::get_identity<IdentityKind::group>>},
    {"GetGroupPolicy", Access::read, on_iam<iam::get_inline_policy<IdentityKind::group>>},
    {"GetInstanceProfile", Access::read, on_iam<iam::get_instance_profile>},
    {"GetPolicy", Access::read, on_iam<iam::get_policy>},
    {"GetPolicyVersion", Access::read, on_iam<iam::get_policy_version>},
    {"GetRole", Access::read, on_iam<iam::get_identity<IdentityKind::role>>},
    {"GetRolePolicy", Access::read, on_iam<iam::get_inline_policy<IdentityKind::role>>},
    {"GetUser", Access::read, on_iam<iam::get_identity<IdentityKind::user>>},
    {"GetUserPolicy", Access::read, on_iam<iam::get_inline_policy<IdentityKind::user>>},
    {"ListAttachedGroupPolicies", Access::read,
     on_iam<iam::list_attached_policies<IdentityKind::group>>},
    {"ListAttachedRolePolicies", Access::read,
     on_iam<iam::list_attached_policies<IdentityKind::role>>},
    {"ListAttachedUserPolicies", Access::read,
     on_iam<iam::list_attached_policies<IdentityKind::user>>},
    {"ListGroupPolicies", Access::read, on_iam<iam::list_inline_policies<IdentityKind::group>>},
    {"ListGroups", Access::read, on_iam<iam::list_identities<IdentityKind::group>>},
    {"ListGroupsForUser", Access::read, on_iam<iam::list_groups_for_user>},
    {"ListInstanceProfiles", Access::read, on_iam<iam::list_instance_profiles>},
    {"ListInstanceProfilesForRole", Access::read, on_iam<iam::list_instance_profiles>},
    {"ListPolicies", Access::read, on_iam<iam::list_policies>},
    {"ListRolePolicies", Access::read, on_iam<iam::list_inline_policies<IdentityKind::role>>},
    {"ListRoleTags", Access::read, on_iam<iam::list_tags<IdentityKind::role>>},
    {"ListRoles", Access::read, on_iam<iam::list_identities<IdentityKind::role>>},
    {"ListUserPolicies", Access::read, on_iam<iam::list_inline_policies<IdentityKind::user>>},
    {"ListUserTags", Access::read, on_iam<iam::list_tags<IdentityKind::user>>},
    {"ListUsers", Access::read, on_iam<iam::list_identities<IdentityKind::user>>},
    {"PutGroupPolicy", Access::write, on_iam<iam::put_inline_policy<IdentityKind::group>>},
    {"PutRolePermissionsBoundary", Access::write, on_iam<iam::put_boundary<IdentityKind::role>>},
    {"PutRolePolicy", Access::write, on_iam<iam::put_inline_policy<IdentityKind::role>>},
    {"PutUserPermissionsBoundary", Access::write, on_iam<iam::put_boundary<IdentityKind::user>>},
    {"PutUserPolicy", Access::write, on_iam<iam::put_inline_policy<IdentityKind::user>>},
    {"RemoveRoleFromInstanceProfile", Access::write,
     on_iam<iam::remove_role_from_instance_profile>},
    {"RemoveUserFromGroup", Access::write, on_iam<iam::remove_user_from_group>},
    {"SimulateCustomPolicy", Access::read, on_iam<iam::simulate_custom_policy>},
    {"SimulatePrincipalPolicy", Access::read, on_iam<iam::simulate_principal_policy>},
    {"TagRole", Access::write, on_iam<iam::tag_identity<IdentityKind::role>>},
    {"TagUser", Access::write, on_iam<iam::tag_identity<IdentityKind::user>>},
    {"UntagRole", Access::write, on_iam<iam::untag_identity<IdentityKind::role>>},
    {"UntagUser", Access::write, on_iam<iam::untag_identity<IdentityKind::user>>},
    {"UpdateAssumeRolePolicy", Access::write, on_iam<iam::update_assume_role_policy>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated,
     "identity-based policies of the roles, users and groups of stacks and calls: Allow, Deny, "
     "NotAction, NotResource, wildcards, variables",
     "reference_policies_evaluation-logic"},
    {Grade::simulated, "conditions: every operator, IfExists, ForAllValues, ForAnyValue, Null",
     "reference_policies_elements_condition_operators"},
    {Grade::simulated, "permissions boundaries", "access_policies_boundaries"},
    {Grade::simulated, "SimulateCustomPolicy, SimulatePrincipalPolicy",
     "access_policies_testing-policies"},
    {Grade::simplified, "a condition on a key not known here lets Allow pass, and stops no Deny"},
    {Grade::simplified, "a call is about the ARNs among its input, else about any resource"},
    {Grade::simplified,
     "AWS managed policies: two dozen are known by their actions; of the others those named "
     "ReadOnly allow reads, the rest everything"},
    {Grade::simulated, "iam:PassRole, asked where a known identity hands a role to a service",
     "id_roles_use_passrole"},
    {Grade::simulated, "service control policies of member accounts, resource control policies",
     "orgs_manage_policies_scps_evaluation"},
    {Grade::absent, "trust policies where a service assumes a role by itself"},
};

std::unique_ptr<Model> make(Cloud& cloud) { return std::make_unique<Iam>(cloud); }
std::optional<ApiError> ask(Model& model, const Request& request) {
  return iam::authorize(static_cast<Iam&>(model), request);
}

}  // namespace

const Service kIam{.name = "iam",
                   .title = "AWS Identity and Access Management",
                   .make = make,
                   .operations = kOperations,
                   .resources = iam::kIamResources,
                   .fidelity = kFidelity,
                   .authorize = ask};

}  // namespace opsim
