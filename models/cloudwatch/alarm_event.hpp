#pragma once
/// Alarms on the event bus. AWS: CloudWatch User Guide, "Alarm events and EventBridge".
#include "models/cloudwatch/alarm_record.hpp"
#include "opsim/cloud/event.hpp"

namespace opsim::cloudwatch {

/// "CloudWatch Alarm State Change"; `muted` is muteDetail, or null where nothing mutes the alarm.
Event state_change_event(const StateRecord& previous, const StateRecord& next, Json muted = {});

/// "CloudWatch Alarm Configuration Change"; `operation` is create, update or delete, `previous` the
/// configuration that an update replaced.
Event configuration_event(const StateRecord& state, const AlarmSpec& spec,
                          std::string_view operation, SimTime at,
                          const AlarmSpec* previous = nullptr, SimTime previous_at = {});

/// [{"id", "metricStat": {...}, "returnData": true}]
Json event_metrics(const AlarmSpec& spec);
/// What an alarm watches, as events carry it: {"metrics": [...]}, of a log alarm
/// {"scheduledQueryConfiguration": {...}} (UNDOCUMENTED).
Json event_watched(const AlarmSpec& spec);
/// Members in the spelling of events and of the history: "AlarmName" is "alarmName".
Json lower_members(const Json& value, int depth = 0);

}  // namespace opsim::cloudwatch
