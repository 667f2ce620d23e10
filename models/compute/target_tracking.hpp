#pragma once
/// Target tracking: a policy that makes its own alarms, and works out by itself how many instances
/// keep a metric at its target.
#include "models/compute/groups.hpp"

namespace opsim::compute {

// ---- target_tracking_spec.cpp: pure ----------------------------------------------------------

[[nodiscard]] ApiResult<TargetTracking> read_target_tracking(const Json& configuration,
                                                             const std::string& group);
enum class AlarmSide : std::uint8_t { high, low };
/// What PutMetricAlarm is asked for one of the two alarms, whose name is known.
[[nodiscard]] Json alarm_input(const ScalingPolicy& policy, AlarmSide side);

// ---- target_tracking.cpp ---------------------------------------------------------------------

/// Puts the alarms of a policy; `before` is what it was until now, or null: names stay.
void put_alarms(Groups& groups, ScalingPolicy& policy, const ScalingPolicy* before);
/// "CloudWatch alarms [...] are deleted automatically when you delete the scaling policies."
void delete_alarms(Groups& groups, const ScalingPolicy& policy);
/// [{AlarmName, AlarmARN}]: its own, or those of others that run it.
[[nodiscard]] Json alarms_of(Groups& groups, const ScalingPolicy& policy);

}  // namespace opsim::compute
