#pragma once
/// The operations of IAM. Those that exist for roles, users and groups alike are templates.
#include "models/iam/iam.hpp"

namespace opsim::iam {

// ---- sts_operations.cpp ----
ApiResult<Json> assume_role(Iam& iam, const Request& request);
ApiResult<Json> get_caller_identity(Iam& iam, const Request& request);

// ---- identity_operations.cpp ----
template <IdentityKind K>
ApiResult<Json> attach_policy(Iam& iam, const Request& request);
template <IdentityKind K>
ApiResult<Json> create_identity(Iam& iam, const Request& request);
template <IdentityKind K>
ApiResult<Json> delete_boundary(Iam& iam, const Request& request);
template <IdentityKind K>
ApiResult<Json> delete_identity(Iam& iam, const Request& request);
template <IdentityKind K>
ApiResult<Json> delete_inline_policy(Iam& iam, const Request& request);
template <IdentityKind K>
ApiResult<Json> detach_policy(Iam& iam, const Request& request);
template <IdentityKind K>
ApiResult<Json> get_identity(Iam& iam, const Request& request);
template <IdentityKind K>
ApiResult<Json> get_inline_policy(Iam& iam, const Request& request);
template <IdentityKind K>
ApiResult<Json> list_attached_policies(Iam& iam, const Request& request);
template <IdentityKind K>
ApiResult<Json> list_identities(Iam& iam, const Request& request);
template <IdentityKind K>
ApiResult<Json> list_inline_policies(Iam& iam, const Request& request);
template <IdentityKind K>
ApiResult<Json> list_tags(Iam& iam, const Request& request);
template <IdentityKind K>
ApiResult<Json> put_boundary(Iam& iam, const Request& request);
template <IdentityKind K>
ApiResult<Json> put_inline_policy(Iam& iam, const Request& request);
template <IdentityKind K>
ApiResult<Json> tag_identity(Iam& iam, const Request& request);
template <IdentityKind K>
ApiResult<Json> untag_identity(Iam& iam, const Request& request);
ApiResult<Json> add_user_to_group(Iam& iam, const Request& request);
ApiResult<Json> list_groups_for_user(Iam& iam, const Request& request);
ApiResult<Json> remove_user_from_group(Iam& iam, const Request& request);
ApiResult<Json> update_assume_role_policy(Iam& iam, const Request& request);

// ---- policy_operations.cpp ----
ApiResult<Json> create_policy(Iam& iam, const Request& request);
ApiResult<Json> create_policy_version(Iam& iam, const Request& request);
ApiResult<Json> delete_policy(Iam& iam, const Request& request);
ApiResult<Json> get_policy(Iam& iam, const Request& request);
ApiResult<Json> get_policy_version(Iam& iam, const Request& request);
ApiResult<Json> list_policies(Iam& iam, const Request& request);

// ---- profile_operations.cpp ----
ApiResult<Json> add_role_to_instance_profile(Iam& iam, const Request& request);
ApiResult<Json> create_instance_profile(Iam& iam, const Request& request);
ApiResult<Json> delete_instance_profile(Iam& iam, const Request& request);
ApiResult<Json> get_instance_profile(Iam& iam, const Request& request);
ApiResult<Json> list_instance_profiles(Iam& iam, const Request& request);
ApiResult<Json> remove_role_from_instance_profile(Iam& iam, const Request& request);

// ---- simulate_policy.cpp ----
ApiResult<Json> simulate_custom_policy(Iam& iam, const Request& request);
ApiResult<Json> simulate_principal_policy(Iam& iam, const Request& request);

}  // namespace opsim::iam
