#pragma once
/// PutLogAlarm's input and AWS::CloudWatch::LogAlarm's properties, which are the same members,
/// checked and typed.
#include "models/cloudwatch/alarm_spec.hpp"
#include "models/cloudwatch/log_query.hpp"
#include "opsim/document/shape.hpp"

namespace opsim::cloudwatch {

/// `name` replaces a missing AlarmName (templates).
ApiResult<AlarmSpec> read_log_alarm_spec(const Place& place, const Json& members,
                                         std::string_view name = {});
/// The configuration part of DescribeAlarms' LogAlarm.
void describe_log_members(const AlarmSpec& spec, Json& json);

extern const Shape kLogAlarmShape;

}  // namespace opsim::cloudwatch
