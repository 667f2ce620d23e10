#pragma once
/// Who may put events on a bus from outside its account.
/// AWS: EventBridge User Guide, eb-use-resource-based, eb-cross-account; API_PutPermission.
#include <optional>
#include <string>
#include <string_view>

#include "opsim/cloud/api.hpp"
#include "opsim/cloud/policy_conditions.hpp"

namespace opsim::events {

/// A policy document: {"Version": ..., "Statement": [...]}, or null for none.
/// A condition on what `context` does not know (aws:PrincipalOrgID, ...) lets an Allow pass and
/// stops no Deny.
[[nodiscard]] bool may_put_events(const Json& policy, std::string_view account,
                                  std::string_view principal, PolicyContext context = {});

/// The list of a policy's statements; made where the policy has none, or one that is no list.
[[nodiscard]] Json& statements_of(Json& policy);
/// Adds the statement that Action, Principal, StatementId and Condition ask for, or takes Policy
/// whole.
[[nodiscard]] std::optional<ApiError> put_permission(Json& policy, const Json& input,
                                                     std::string_view bus_arn);
/// StatementId, or RemoveAllPermissions.
[[nodiscard]] std::optional<ApiError> remove_permission(Json& policy, const Json& input);

}  // namespace opsim::events
