#pragma once
/// Predictive scaling at work.
#include "models/compute/groups.hpp"

namespace opsim::compute {

/// A policy was put; `before` is what it was until now, or null. One that is not predictive ends
/// what it began.
void begin_predictive(Groups& groups, const ScalingPolicy& policy, const ScalingPolicy* before);
void end_predictive(Groups& groups, const std::string& arn);
/// The capacity below which no other policy scales in: "the desired capacity is set to the maximum"
/// of what policies ask for.
[[nodiscard]] std::int64_t predicted_floor(const Groups& groups, const Group& group, SimTime now);
/// As GetPredictiveScalingForecast shows it: not below the minimum of the group.
[[nodiscard]] std::int64_t shown_capacity(const Group& group, const ForecastHour& hour);

/// GetPredictiveScalingForecast.
ApiResult<Json> get_predictive_scaling_forecast(Groups& groups, const Request& request);

}  // namespace opsim::compute
