#pragma once
/// The life cycle of an instance, as EC2 names and numbers it.
#include <cstdint>
#include <string_view>

#include "opsim/json.hpp"

namespace opsim::compute {

/// AWS: EC2 User Guide, "Instance lifecycle"; codes: API reference, InstanceState.
enum class InstanceState : std::uint8_t {
  pending = 0,
  running = 16,
  shutting_down = 32,
  terminated = 48,
  stopping = 64,
  stopped = 80,
};
[[nodiscard]] std::string_view to_string(InstanceState state);
/// {"Code": 16, "Name": "running"}
[[nodiscard]] Json state_json(InstanceState state);
/// It ends, or has ended.
[[nodiscard]] constexpr bool is_leaving(InstanceState state) {
  return state == InstanceState::shutting_down || state == InstanceState::terminated;
}

/// What DescribeInstanceStatus says of the system and of the instance.
enum class CheckStatus : std::uint8_t { not_applicable, initializing, ok, impaired };
[[nodiscard]] std::string_view to_string(CheckStatus status);

}  // namespace opsim::compute
