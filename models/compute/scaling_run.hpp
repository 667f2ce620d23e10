#pragma once
/// What scaling policies decide when something runs them.
#include <optional>
#include <string>

#include "models/compute/groups.hpp"

namespace opsim::compute {

/// What runs a policy: an alarm, or a user's ExecutePolicy.
struct Trigger {
  std::optional<double> breach = {};  // metric minus threshold
  std::optional<double> metric = {};
  std::optional<SimTime> measured = {};  // when the metric's period began
  bool honor_cooldown = false;
  std::string alarm = {};  // its name, or "" for a user
};

/// Error code "ScalingActivityInProgress" while a cooldown is honoured.
std::optional<ApiError> run_policy(Groups& groups, ScalingPolicy& policy, const Trigger& trigger);

/// A forecast asks for so many: the desired capacity rises to that, and never falls.
void scale_ahead(Groups& groups, Group& group, const ScalingPolicy& policy, std::int64_t capacity);

/// How long an instance warms up as a policy sees it: its own EstimatedInstanceWarmup, else the
/// group's DefaultInstanceWarmup, else the default cooldown.
[[nodiscard]] Duration warmup_of(const Group& group, const ScalingPolicy& policy);
/// The capacity in service whose warm-up is over.
[[nodiscard]] std::int64_t warm_members(const Group& group, Duration warmup, SimTime now);
/// Whether simple scaling and HonorCooldown have to wait: activities run, or a cooldown does.
[[nodiscard]] bool is_cooling(const Group& group, SimTime now);

}  // namespace opsim::compute
