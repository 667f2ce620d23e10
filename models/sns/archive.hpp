#pragma once
/// Archives of FIFO topics, and their replay to a subscription.
/// AWS: SNS Developer Guide, "Message archiving and replay for FIFO topics"
/// (fifo-message-archiving-replay), "... for topic owners", "... for topic subscribers".
#include "models/sns/sns.hpp"

namespace opsim::sns {

/// ArchivePolicy: {"MessageRetentionPeriod": "30"}, in days; an empty one switches it off.
ApiResult<void> set_archive_policy(Topic& topic, const Json& value);
/// From now on it archives, where it has just been told to.
void begin_archive(Topic& topic, SimTime now);
void keep_in_archive(Topic& topic, const Publication& publication);

/// ReplayPolicy: {"PointType": "Timestamp", "StartingPoint": "...", "EndingPoint": "..."}.
ApiResult<void> set_replay_policy(Subscription& subscription, const Json& value);
/// Starts what the subscription's ReplayPolicy asks for, in place of a replay that runs.
void begin_replay(Sns& sns, Subscription& subscription);
/// A replayed message is there, or given up.
void replayed_one(Sns& sns, const Parcel& parcel);
/// ReplayStatus: "Pending", "In progress", "Completed", "Failed"; "" without a policy.
std::string_view to_string(ReplayStatus status);

}  // namespace opsim::sns
