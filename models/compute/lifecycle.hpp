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
  terminating_retained,
  warmed_pending,
  warmed_pending_wait,
  warmed_pending_proceed,
  warmed_stopped,
  warmed_running,
  warmed_hibernated,
  warmed_terminating,
  warmed_terminating_wait,
  warmed_terminating_proceed,
};
[[nodiscard]] std::string_view to_string(Lifecycle lifecycle);

/// What these states have in common for whoever counts: only those that come or are in service
/// count against the desired capacity.
enum class Stage : std::uint8_t { coming, in_service, standby, leaving, warm, retained };
inline constexpr std::size_t kStages = 6;

[[nodiscard]] constexpr Stage stage_of(Lifecycle lifecycle) {
  switch (lifecycle) {
    case Lifecycle::pending:
    case Lifecycle::pending_wait:
    case Lifecycle::pending_proceed: return Stage::coming;
    case Lifecycle::in_service: return Stage::in_service;
    case Lifecycle::entering_standby:
    case Lifecycle::standby: return Stage::standby;
    case Lifecycle::warmed_pending:
    case Lifecycle::warmed_pending_wait:
    case Lifecycle::warmed_pending_proceed:
    case Lifecycle::warmed_stopped:
    case Lifecycle::warmed_running:
    case Lifecycle::warmed_hibernated: return Stage::warm;
    case Lifecycle::warmed_terminating:
    case Lifecycle::warmed_terminating_wait:
    case Lifecycle::warmed_terminating_proceed:
    case Lifecycle::detaching:
    case Lifecycle::terminating:
    case Lifecycle::terminating_wait:
    case Lifecycle::terminating_proceed: return Stage::leaving;
    case Lifecycle::terminating_retained: return Stage::retained;
  }
  return Stage::leaving;
}
/// In the group's warm pool, or on its way out of it to its end.
[[nodiscard]] constexpr bool is_warmed(Lifecycle lifecycle) {
  return lifecycle >= Lifecycle::warmed_pending;
}
[[nodiscard]] constexpr bool is_active(Lifecycle lifecycle) {
  return stage_of(lifecycle) == Stage::coming || stage_of(lifecycle) == Stage::in_service;
}

}  // namespace opsim::compute
