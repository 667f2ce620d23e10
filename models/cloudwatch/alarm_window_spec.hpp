#pragma once
/// What PutMetricAlarm is told of time: EvaluationWindow, WarmUpConfiguration, and how far back a
/// Metrics Insights query may look.
#include <optional>

#include "models/cloudwatch/alarm_spec.hpp"
#include "models/cloudwatch/input.hpp"

namespace opsim::cloudwatch {

/// Period and EvaluationPeriods of the spec have been read.
std::optional<ApiError> read_window(Input& input, AlarmSpec& spec);

}  // namespace opsim::cloudwatch
