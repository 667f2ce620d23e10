#pragma once
/// Whether a role may hand something to a target: what EventBridge, its Scheduler and its Pipes
/// find out when they try.
#include <optional>

#include "opsim/cloud/cloud.hpp"

namespace opsim {

/// The refusal, where the delivery's caller is a role whose policies are known (models/iam) and do
/// not allow the action behind the target. Nothing where it may, or where nobody knows.
/// AWS: EventBridge User Guide, eb-use-identity-based; Scheduler User Guide, setting-up; Pipes,
/// eb-pipes-permissions.
[[nodiscard]] std::optional<ApiError> refused_delivery(Cloud& cloud, const Delivery& delivery);

}  // namespace opsim
