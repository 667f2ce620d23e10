#pragma once
/// What an alarm does when its state changes. AWS: CloudWatch User Guide, "Alarm actions".
#include <string>
#include <vector>

#include "models/cloudwatch/alarm.hpp"

namespace opsim::cloudwatch {

/// Runs the actions of the alarm's present state, which it has just entered.
void run_state_actions(Cloud& cloud, const Alarm& alarm, const StateRecord& previous);
/// Runs those of them that repeat every minute: Auto Scaling's.
void run_scaling_actions(Cloud& cloud, const Alarm& alarm);
[[nodiscard]] bool has_scaling_action(const AlarmSpec& spec, AlarmState state);

// ---- For alarms of every kind ----------------------------------------------------------------

enum class AfterMute : bool { no, yes };

/// An alarm as its actions see it, for the length of a call.
class ActingAlarm {
 public:
  virtual ~ActingAlarm() = default;
  [[nodiscard]] virtual const Place& place() const = 0;
  [[nodiscard]] virtual const std::string& name() const = 0;
  [[nodiscard]] virtual std::string arn() const = 0;
  [[nodiscard]] virtual AlarmState state() const = 0;
  [[nodiscard]] virtual SimTime updated() const = 0;
  /// Those of its present state.
  [[nodiscard]] virtual const std::vector<std::string>& actions() const = 0;
  /// What SNS and Systems Manager receive, and what Lambda receives: JSON text.
  [[nodiscard]] virtual std::string message(AfterMute after) const = 0;
  [[nodiscard]] virtual std::string payload() const = 0;
  /// Whether it is for this alarm to run that action: of those with contributors, some are theirs.
  [[nodiscard]] virtual bool runs(const Arn&) const { return true; }
  /// {"id", "attributes"} of the contributor that acts, or null.
  [[nodiscard]] virtual Json contributor() const { return {}; }
  /// For metric alarms: what a scaling policy is told, and the instance of EC2 actions.
  [[nodiscard]] virtual Json scaling() const { return {}; }
  [[nodiscard]] virtual std::string instance() const { return {}; }
};

/// Runs all its actions, or holds them back while a mute rule mutes it. `before` is the state that
/// it left. False where they are held back.
bool act(Cloud& cloud, const ActingAlarm& alarm, AlarmState before);
/// The end of its mute window, for an alarm of either kind.
void run_held_actions(Cloud& cloud, const Place& place, const std::string& name, AlarmState before);
/// As run_held_actions, once it is known which alarm it is.
void act_after_mute(Cloud& cloud, const ActingAlarm& alarm);

// ---- alarm_notification.cpp: what targets receive --------------------------------------------

/// The message of an SNS notification: JSON text.
std::string sns_message(const StateRecord& previous, const StateRecord& next, SimTime configured,
                        AfterMute after = AfterMute::no);
/// The event object of a Lambda function: JSON text.
std::string lambda_payload(const StateRecord& previous, const StateRecord& next);
/// "US East (N. Virginia)": the name of a Region in messages, or its code.
std::string_view region_name(std::string_view region);

}  // namespace opsim::cloudwatch
