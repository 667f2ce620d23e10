// From Publish to everyone who subscribes.
// AWS: SNS API Reference, Publish; SNS Developer Guide, "Message deduplication for FIFO topics",
// "Monitoring Amazon SNS topics using CloudWatch": which notifications count as filtered out.
#include <fmt/format.h>

#include <algorithm>

#include "models/sns/archive.hpp"
#include "models/sns/sns.hpp"
#include "opsim/document/diagnostic.hpp"

namespace opsim::sns {

namespace {

/// "a large, non-consecutive number that Amazon SNS assigns to each message", of 20 digits.
std::string next_sequence_number(FifoTopic& fifo) {
  constexpr std::uint64_t kFirst = 10'000'000'000'000'000'000U;
  return std::to_string(kFirst + 1'000 * ++fifo.last_number);
}

Json answer_of(const SentMessage& sent) {
  Json answer{{"MessageId", sent.message_id}};
  if (!sent.sequence_number.empty()) answer["SequenceNumber"] = sent.sequence_number;
  return answer;
}

std::string whom(const Sns& sns, const Topic& topic) {
  std::size_t pending = 0;
  const Subscription* last = nullptr;
  for (const std::string& arn : topic.subscriptions) {
    const Subscription& subscription = sns.subscriptions.at(arn);
    if (subscription.pending())
      ++pending;
    else
      last = &subscription;
  }
  const std::size_t confirmed = topic.subscriptions.size() - pending;
  const std::string silent = pending == 0 ? "" : fmt::format(" ({} not confirmed)", pending);
  if (confirmed == 0) return pending == 0 ? "nobody subscribes" : "to nobody" + silent;
  if (confirmed > 1) return fmt::format("to {} subscribers{}", confirmed, silent);
  return fmt::format("to {}{}", sns.cloud.resources().name_of(last->endpoint), silent);
}

CauseId write_publication(Sns& sns, const Topic& topic, const Publication& publication) {
  Journal& journal = sns.cloud.journal();
  if (!journal.keeps(Level::story)) return journal.link();
  const Resources& resources = sns.cloud.resources();
  return journal.write(
      {.kind = EntryKind::message,
       .level = Level::story,
       .subject = std::string{resources.name_of(topic.arn)},
       .text = fmt::format("{}, {}", opsim::quoted(headline(publication)), whom(sns, topic)),
       .source = std::string{resources.source_of(topic.arn)},
       .detail = {{"topic", topic.arn}, {"id", publication.id}}});
}

void count_filtered_out(Sns& sns, const Topic& topic, const Subscription& subscription,
                        const Publication& publication) {
  count(sns, topic.place, topic.name, "NumberOfNotificationsFilteredOut");
  const bool by_body = subscription.scope == FilterScope::body;
  count(sns, topic.place, topic.name,
        by_body                          ? "NumberOfNotificationsFilteredOut-MessageBody"
        : publication.attributes.empty() ? "NumberOfNotificationsFilteredOut-NoMessageAttributes"
                                         : "NumberOfNotificationsFilteredOut-MessageAttributes");
}

RetryPolicy retries_for(const Topic& topic, Subscription& subscription) {
  if (!subscription.protocol.starts_with("http")) return retry_policy_of(subscription.protocol);
  subscription.delivery_policy =
      effective_policy(topic.delivery_policy, subscription.delivery_policy);
  return *subscription.delivery_policy.retry;
}

}  // namespace

void count(Sns& sns, const Place& place, std::string_view topic, std::string_view metric,
           double value) {
  Metrics& metrics = sns.cloud.metrics();
  const SeriesId series =
      metrics.intern({place, "AWS/SNS", std::string{metric}, {{"TopicName", std::string{topic}}}});
  Datapoint one;
  one.timestamp = sns.cloud.sim().now();
  one.values = {{value, 1.0}};
  one.unit = metric == "PublishSize" ? "Bytes" : "Count";
  metrics.put(series, one);
}

// A FIFO topic accepts a duplicate and delivers nothing. UNDOCUMENTED: its answer; here that of the
// first, as a FIFO queue's.
Json publish(Sns& sns, Topic& topic, Publication publication) {
  SentMessage sent{publication.id, ""};
  if (topic.fifo) {
    FifoTopic& fifo = *topic.fifo;
    const SimTime now = sns.cloud.sim().now();
    const std::string key = fifo.deduplicates_by_group ? fmt::format("{}\n{}", publication.group,
                                                                     publication.deduplication_id)
                                                       : publication.deduplication_id;
    if (const SentMessage* earlier = fifo.sent.duplicate(key, now)) return answer_of(*earlier);
    publication.sequence_number = sent.sequence_number = next_sequence_number(fifo);
    fifo.sent.remember(key, sent, now);
  }
  if (topic.archive) count(sns, topic.place, topic.name, "NumberOfMessagesArchived");
  keep_in_archive(topic, publication);
  count(sns, topic.place, topic.name, "NumberOfMessagesPublished");
  count(sns, topic.place, topic.name, "PublishSize",
        static_cast<double>(publication.message.size()));
  const CauseScope because{sns.cloud.sim(), write_publication(sns, topic, publication)};
  for (const std::string& arn : topic.subscriptions) {
    Parcel parcel{topic.place, topic.name, topic.fifo.has_value(), sns.subscriptions.at(arn),
                  publication, {}};
    const Subscription& subscription = parcel.subscription;
    if (subscription.pending()) continue;
    if (!passes_filter(subscription.filter, subscription.scope, publication.attributes,
                       text_for(subscription, publication))) {
      count_filtered_out(sns, topic, subscription, publication);
      continue;
    }
    parcel.retries = retries_for(topic, parcel.subscription);
    send(sns, std::move(parcel));
  }
  return answer_of(sent);
}

}  // namespace opsim::sns
