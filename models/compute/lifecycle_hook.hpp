#pragma once
/// Lifecycle hooks: what holds an instance on its way into service or out of it.
/// AWS: EC2 Auto Scaling User Guide, "Amazon EC2 Auto Scaling lifecycle hooks" (lifecycle-hooks);
/// API PutLifecycleHook, CompleteLifecycleAction, RecordLifecycleActionHeartbeat.
#include <algorithm>
#include <string>

#include "opsim/kernel/simulation.hpp"

namespace opsim::compute {

enum class Transition : std::uint8_t { launching, terminating };
enum class HookResult : std::uint8_t { proceed, abandon };  // CONTINUE, ABANDON

struct LifecycleHook {
  std::string name;
  Transition transition = Transition::launching;
  HookResult default_result = HookResult::abandon;  // API default
  Duration heartbeat = std::chrono::hours{1};       // API default: 3600 seconds
  std::string target;                               // ARN of a topic or a queue, or ""
  std::string role;
  std::string metadata;

  /// "48 hours or 100 times the heartbeat timeout, whichever is smaller".
  [[nodiscard]] Duration global_timeout() const {
    return std::min<Duration>(std::chrono::hours{48}, 100 * heartbeat);
  }
};

/// One hook's hold on one instance.
struct LifecycleAction {
  std::string hook;
  std::string token;
  Transition transition = Transition::launching;
  HookResult default_result = HookResult::abandon;
  Duration heartbeat{};
  SimTime latest{};  // the global timeout: no heartbeat holds longer
  Ticket timeout;
};

[[nodiscard]] constexpr std::string_view to_string(Transition transition) {
  return transition == Transition::launching ? "autoscaling:EC2_INSTANCE_LAUNCHING"
                                             : "autoscaling:EC2_INSTANCE_TERMINATING";
}
[[nodiscard]] constexpr std::string_view to_string(HookResult result) {
  return result == HookResult::proceed ? "CONTINUE" : "ABANDON";
}

}  // namespace opsim::compute
