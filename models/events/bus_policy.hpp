#pragma once
/// Who may put events on a bus from outside its account.
/// AWS: EventBridge User Guide, eb-use-resource-based, eb-cross-account; API_PutPermission.
#include <optional>
#include <string>
#include <string_view>

#include "opsim/cloud/api.hpp"

namespace opsim::events {

/// A policy document: {"Version": ..., "Statement": [...]}, or null for none.
/// SIMPLIFIED: conditions (aws:PrincipalOrgID, ...) are taken to hold.
[[nodiscard]] bool may_put_events(const Json& policy, std::string_view account,
                                  std::string_view principal);

/// Adds the statement that Action, Principal, StatementId and Condition ask for, or takes Policy
/// whole.
[[nodiscard]] std::optional<ApiError> put_permission(Json& policy, const Json& input,
                                                     std::string_view bus_arn);
/// StatementId, or RemoveAllPermissions.
[[nodiscard]] std::optional<ApiError> remove_permission(Json& policy, const Json& input);

}  // namespace opsim::events
