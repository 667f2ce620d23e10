#pragma once
/// Where a member is in its life in a group.
/// AWS: EC2 Auto Scaling User Guide, "Amazon EC2 Auto Scaling instance lifecycle"
/// (ec2-auto-scaling-lifecycle) and "Lifecycle state transitions for instances in a warm pool".
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace opsim::compute {

enum class Lifecycle : std::uint8_t {
  pending,
  pending_wait,
  pending_proceed,
  in_service,
  entering_standby,
  standby,
  detaching,
  terminating,
  terminating_wait,
  terminating_proceed,
};
[[nodiscard]] std::string_view to_string(Lifecycle lifecycle);

/// What these states have in common for whoever counts: only those that come or are in service
/// count against the desired capacity.
enum class Stage : std::uint8_t { coming, in_service, standby, leaving };
inline constexpr std::size_t kStages = 4;

[[nodiscard]] constexpr Stage stage_of(Lifecycle lifecycle) {
  switch (lifecycle) {
    case Lifecycle::pending:
    case Lifecycle::pending_wait:
    case Lifecycle::pending_proceed: return Stage::coming;
    case Lifecycle::in_service: return Stage::in_service;
    case Lifecycle::entering_standby:
    case Lifecycle::standby: return Stage::standby;
    case Lifecycle::detaching:
    case Lifecycle::terminating:
    case Lifecycle::terminating_wait:
    case Lifecycle::terminating_proceed: return Stage::leaving;
  }
  return Stage::leaving;
}
[[nodiscard]] constexpr bool is_active(Lifecycle lifecycle) {
  return stage_of(lifecycle) == Stage::coming || stage_of(lifecycle) == Stage::in_service;
}

}  // namespace opsim::compute
