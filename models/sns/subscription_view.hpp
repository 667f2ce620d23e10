#pragma once
#include "models/sns/sns.hpp"

namespace opsim::sns {

/// As the lists show it: one that is not confirmed has no ARN yet.
[[nodiscard]] Json summary(const Subscription& subscription);

}  // namespace opsim::sns
