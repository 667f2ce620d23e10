#pragma once
#include <optional>

#include "models/events/events.hpp"

namespace opsim::events {

/// What the service itself refuses of a target that is well formed: a role or parameters that its
/// kind needs or does not know, a dead-letter queue of the wrong kind.
std::optional<ApiError> check_target(const Rule& rule, const Target& target);

}  // namespace opsim::events
