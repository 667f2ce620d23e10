#pragma once
/// What a contributor of an alarm tells the world when its state changes.
///
/// AWS: CloudWatch User Guide, "Acting on alarm changes" (which actions run for contributors),
/// "Alarm events and EventBridge" (CloudWatch Alarm Contributor State Change).
#include "models/cloudwatch/alarm.hpp"
#include "models/cloudwatch/alarm_actions.hpp"
#include "models/cloudwatch/alarm_contributors.hpp"
#include "opsim/cloud/event.hpp"

namespace opsim::cloudwatch {

Event contributor_event(const AlarmSpec& spec, const ContributorChange& change, Json muted);
/// AlarmContributorStateUpdate.
HistoryItem contributor_history(const ContributorChange& change, SimTime at);

/// Runs the contributor's actions; false where a mute rule holds them back.
bool act_contributor(Cloud& cloud, const Alarm& alarm, const ContributorChange& change,
                     AfterMute after = AfterMute::no);

/// "SNS, EC2, OpsItem and Lambda actions run at the contributor level; Auto Scaling, incidents and
/// investigations at the alarm level." UNDOCUMENTED: the guide's table has SNS, Lambda and OpsItems
/// at both; as observed on AWS, Lambda ran once for each contributor and not for the alarm.
/// Of a log alarm, "OpsItem actions run at the alarm level".
[[nodiscard]] bool runs_for_contributors(const AlarmSpec& spec, const Arn& action);

}  // namespace opsim::cloudwatch
