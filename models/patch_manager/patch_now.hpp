#pragma once
/// Patch now: what the console does when somebody patches on demand.
///
/// AWS: Systems Manager User Guide, "Patching managed nodes on demand": the tables of concurrency
/// and error thresholds; it runs as an association of State Manager.
#include <cstddef>
#include <string_view>

namespace opsim::patch_manager {

struct PatchNowLimits {
  std::string_view concurrency;  // "1", "5%"
  std::size_t errors;            // permitted before the operation fails
};
[[nodiscard]] PatchNowLimits patch_now_limits(std::size_t nodes);

}  // namespace opsim::patch_manager
