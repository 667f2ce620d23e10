#pragma once
/// What a composite alarm tells the world: actions, events, history.
#include "models/cloudwatch/composite_alarm.hpp"
#include "opsim/cloud/event.hpp"

namespace opsim::cloudwatch {

/// Runs the actions of its present state; `before` is the state that it left.
void run_composite_actions(Cloud& cloud, const CompositeAlarm& alarm, AlarmState before);
/// The same at the end of a mute window.
void run_held_composite_actions(Cloud& cloud, const CompositeAlarm& alarm, AlarmState before);

void emit_state_change(Cloud& cloud, const CompositeAlarm& alarm, const CompositeState& previous);
/// "CloudWatch Alarm Configuration Change"; `operation` is create, update or delete.
Event composite_configuration_event(const CompositeAlarm& alarm, std::string_view operation,
                                    SimTime at, const CompositeSpec* previous = nullptr,
                                    SimTime previous_at = {});

void remember_transition(CompositeAlarm& alarm, const CompositeState& previous, SimTime at);
/// "Alarm "x" created"; `type` is Create or Update.
void remember_configuration(CompositeAlarm& alarm, std::string_view verb, std::string_view type,
                            SimTime at);

}  // namespace opsim::cloudwatch
