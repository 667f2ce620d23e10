// SIMPLIFIED: a replay goes as fast as the endpoint takes it, group by group; AWS names no rate.
// What it costs is not counted.
#include "models/sns/archive.hpp"

#include <fmt/format.h>

#include <charconv>

#include "opsim/cloud/input.hpp"

namespace opsim::sns {

namespace {

constexpr std::int64_t kLongestArchive = 365;   // days
constexpr std::size_t kMostArchived = 100'000;  // messages a topic (ours)

Json parsed(const Json& value) {
  return value.is_string() ? Json::parse(value.get<std::string>(), nullptr, false) : value;
}

bool says_nothing(const Json& value) {
  return value.is_null() || value == "" || value == "{}" || (value.is_object() && value.empty());
}

void forget_old(Archive& archive, SimTime now) {
  while (!archive.messages.empty() && archive.messages.front().at < now - archive.retention)
    archive.messages.pop_front();
  while (archive.messages.size() > kMostArchived) archive.messages.pop_front();
}

/// The replay that ran gives way: what of it still waits in a lane is taken out.
void drop_waiting(Sns& sns, const std::string& subscription) {
  for (auto& [key, lane] : sns.lanes) {
    if (key.first != subscription) continue;
    const auto replayed = [](const LaneEntry& entry) { return entry.parcel.publication.replayed; };
    lane.erase(std::remove_if(lane.begin() + 1, lane.end(), replayed), lane.end());
  }
}

}  // namespace

ApiResult<void> set_archive_policy(Topic& topic, const Json& value) {
  if (says_nothing(value)) {
    topic.archive.reset();
    return {};
  }
  const Json policy = parsed(value);
  const std::string days = input::text(policy, "MessageRetentionPeriod");
  std::int64_t number = 0;
  const auto [end, failed] = std::from_chars(days.data(), days.data() + days.size(), number);
  const bool whole = failed == std::errc{} && end == days.data() + days.size();
  if (!policy.is_object() || !whole || number < 1 || number > kLongestArchive)
    return invalid_because(
        "Attributes",
        fmt::format("ArchivePolicy: MessageRetentionPeriod must be 1 to {} days", kLongestArchive));
  if (!topic.archive) topic.archive.emplace();
  topic.archive->retention = std::chrono::days{number};
  return {};
}

void begin_archive(Topic& topic, SimTime now) {
  if (topic.archive && !topic.archive->since) topic.archive->since = now;
}

void keep_in_archive(Topic& topic, const Publication& publication) {
  if (!topic.archive) return;
  topic.archive->messages.push_back(publication);
  forget_old(*topic.archive, publication.at);
}

ApiResult<void> set_replay_policy(Subscription& subscription, const Json& value) {
  subscription.replay.reset();
  if (says_nothing(value)) return {};
  const Json policy = parsed(value);
  const auto bad = [](std::string_view what) {
    return invalid_because("Attributes", fmt::format("ReplayPolicy: {}", what));
  };
  if (!policy.is_object() || input::text(policy, "PointType") != "Timestamp")
    return bad("PointType must be Timestamp");
  Replay replay;
  const auto from = parse_iso8601(input::text(policy, "StartingPoint"));
  if (!from) return bad("StartingPoint must be a timestamp");
  replay.from = *from;
  if (const std::string until = input::text(policy, "EndingPoint"); !until.empty()) {
    replay.until = parse_iso8601(until);
    if (!replay.until || *replay.until < replay.from)
      return bad("EndingPoint must be a timestamp after StartingPoint");
  }
  subscription.replay = replay;
  return {};
}

// "A replayed message retains the same content, MessageId, and Timestamp as the original. The
// message includes a Replayed attribute. To replay only specific messages, apply a filter policy."
void begin_replay(Sns& sns, Subscription& subscription) {
  drop_waiting(sns, subscription.arn);
  Topic* topic = sns.topic(subscription.topic_arn);
  if (!subscription.replay || topic == nullptr) return;
  Replay& replay = *subscription.replay;
  const SimTime now = sns.cloud.sim().now();
  if (!topic->archive || subscription.pending()) {
    replay.status = ReplayStatus::failed;
    return;
  }
  forget_old(*topic->archive, now);
  std::vector<Parcel> parcels;
  for (const Publication& archived : topic->archive->messages) {
    if (archived.at < replay.from || (replay.until && archived.at > *replay.until)) continue;
    if (!passes_filter(subscription.filter, subscription.scope, archived.attributes,
                       text_for(subscription, archived)))
      continue;
    Parcel parcel{topic->place, topic->name, true, subscription, archived, {}};
    parcel.publication.replayed = true;
    parcel.retries = retry_policy_of(subscription.protocol);
    parcels.push_back(std::move(parcel));
  }
  replay.left = parcels.size();
  replay.status = parcels.empty() ? ReplayStatus::completed : ReplayStatus::in_progress;
  const Resources& resources = sns.cloud.resources();
  const CauseId because =
      sns.cloud.journal().write({.kind = EntryKind::message,
                                 .level = Level::story,
                                 .subject = std::string{resources.name_of(topic->arn)},
                                 .text = fmt::format("replays {} archived message{} to {}",
                                                     parcels.size(), parcels.size() == 1 ? "" : "s",
                                                     resources.name_of(subscription.endpoint)),
                                 .source = std::string{resources.source_of(topic->arn)},
                                 .detail = {{"topic", topic->arn}, {"replayed", parcels.size()}}});
  const CauseScope scope{sns.cloud.sim(), because};
  for (Parcel& parcel : parcels) send(sns, std::move(parcel));
}

void replayed_one(Sns& sns, const Parcel& parcel) {
  if (!parcel.publication.replayed) return;
  Subscription* subscription = sns.subscription(parcel.subscription.arn);
  if (subscription == nullptr || !subscription->replay || subscription->replay->left == 0) return;
  if (--subscription->replay->left == 0) subscription->replay->status = ReplayStatus::completed;
}

std::string_view to_string(ReplayStatus status) {
  constexpr std::string_view kWords[] = {"Pending", "In progress", "Completed", "Failed"};
  return kWords[static_cast<std::size_t>(status)];
}

}  // namespace opsim::sns
