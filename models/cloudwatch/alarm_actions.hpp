#pragma once
/// What an alarm does when its state changes. AWS: CloudWatch User Guide, "Alarm actions".
#include "models/cloudwatch/alarm.hpp"

namespace opsim::cloudwatch {

/// Runs the actions of the alarm's present state, which it has just entered.
void run_state_actions(Cloud& cloud, const Alarm& alarm, const StateRecord& previous);
/// Runs those of them that repeat every minute: Auto Scaling's.
void run_scaling_actions(Cloud& cloud, const Alarm& alarm);
[[nodiscard]] bool has_scaling_action(const AlarmSpec& spec, AlarmState state);

// ---- alarm_notification.cpp: what targets receive --------------------------------------------

/// The message of an SNS notification: JSON text.
std::string sns_message(const StateRecord& previous, const StateRecord& next, SimTime configured);
/// The event object of a Lambda function: JSON text.
std::string lambda_payload(const StateRecord& previous, const StateRecord& next);

}  // namespace opsim::cloudwatch
