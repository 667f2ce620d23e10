#pragma once
/// How many accounts of a Region an operation works on at a time, and how many may fail. Pure.
#include <cstdint>

#include "models/cloudformation/stack_set.hpp"

namespace opsim::cloudformation {

struct RegionLimits {
  std::int64_t tolerance = 0;       // more failures than that stop the operation
  std::int64_t max_concurrent = 1;  // as asked for
  bool soft = false;
};
/// Of a Region with so many accounts.
[[nodiscard]] RegionLimits region_limits(const OperationPreferences& preferences,
                                         std::int64_t accounts);
/// How many may run at once after so many failures.
[[nodiscard]] std::int64_t concurrency_after(const RegionLimits& limits, std::int64_t failures);

}  // namespace opsim::cloudformation
