// AWS: CloudFormation API reference, StackSetOperationPreferences.
#include "models/cloudformation/concurrency.hpp"

#include <algorithm>

namespace opsim::cloudformation {

/// "When calculating the number of accounts based on the specified percentage, CloudFormation
/// rounds down to the next whole number"; of MaxConcurrentPercentage "except where rounding down
/// would result in zero: then it is one". Defaults: no failure is tolerated, one at a time.
RegionLimits region_limits(const OperationPreferences& preferences, std::int64_t accounts) {
  RegionLimits limits{.soft = preferences.soft};
  if (preferences.tolerance_count) limits.tolerance = *preferences.tolerance_count;
  if (preferences.tolerance_percent)
    limits.tolerance = accounts * *preferences.tolerance_percent / 100;
  if (preferences.concurrent_count) limits.max_concurrent = *preferences.concurrent_count;
  if (preferences.concurrent_percent)
    limits.max_concurrent =
        std::max<std::int64_t>(1, accounts * *preferences.concurrent_percent / 100);
  return limits;
}

/// STRICT_FAILURE_TOLERANCE: "the initial actual concurrency is set to the lower of
/// MaxConcurrentCount and FailureToleranceCount + 1, and then reduced proportionally by the number
/// of failures", so that never more than FailureToleranceCount + 1 accounts fail. SOFT: always
/// MaxConcurrentCount.
std::int64_t concurrency_after(const RegionLimits& limits, std::int64_t failures) {
  if (limits.soft) return limits.max_concurrent;
  return std::max<std::int64_t>(0,
                                std::min(limits.max_concurrent, limits.tolerance + 1 - failures));
}

}  // namespace opsim::cloudformation
