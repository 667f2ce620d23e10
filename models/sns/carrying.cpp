// One message to one subscriber, until it is there or SNS gives up.
// AWS: SNS Developer Guide, "Amazon SNS message delivery retries", "Amazon SNS dead-letter queues",
// "Message delivery for FIFO topics".
// SIMPLIFIED: retries have no jitter.
#include <fmt/format.h>

#include "models/sns/archive.hpp"
#include "models/sns/sns.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::sns {

namespace {

bool is_throttling(const ApiError& error) {
  return error.http_status == 429 || error.code.find("Throttl") != std::string::npos;
}

/// Server-side errors and throttling are retried; a missing or forbidden target is not
/// (sns-dead-letter-queues: client-side and server-side errors).
bool worth_a_retry(const ApiError& error) {
  return error.http_status >= 500 || is_throttling(error);
}

/// "For throttling errors with the Firehose protocol, Amazon SNS uses the same delivery policy as
/// for customer managed endpoints."
const RetryPolicy& policy_after(const Parcel& parcel, const ApiError& error) {
  const bool throttled_stream = parcel.subscription.protocol == "firehose" && is_throttling(error);
  return throttled_stream ? customer_managed() : parcel.retries;
}

/// Estimate: fan-out within 100 ms to 1 s.
Duration draw_latency(Simulation& sim) {
  static const Distribution kLatency = *Distribution::parse("lognormal(p50 100ms, p99 1s)");
  return kLatency.sample_duration(sim.random("sns.delivery"));
}

/// maxReceivesPerSecond: how long this delivery waits for its turn.
Duration wait_for_turn(Sns& sns, const Parcel& parcel) {
  Subscription* subscription = sns.subscription(parcel.subscription.arn);
  const auto per_second = parcel.subscription.delivery_policy.receives_per_second;
  if (subscription == nullptr || !per_second) return Duration::zero();
  const SimTime now = sns.cloud.sim().now();
  const SimTime turn = std::max(now, subscription->next_delivery);
  subscription->next_delivery = turn + Duration{std::chrono::seconds{1}} / *per_second;
  return turn - now;
}

Json text_attribute(const std::string& text) {
  return {{"DataType", "String"}, {"StringValue", text}};
}

/// What a queue is told beside the text. Message attributes become the queue's own only with raw
/// delivery; else they are in the envelope.
Json parameters_for(const Parcel& parcel, const Arn& target) {
  const Publication& publication = parcel.publication;
  Json parameters = Json::object();
  if (parcel.subscription.raw) parameters["MessageAttributes"] = publication.attributes;
  Json order = Json::object();
  if (!publication.group.empty()) order["MessageGroupId"] = publication.group;
  // Only FIFO queues know it (a standard queue may be subscribed to a FIFO topic too).
  if (target.resource.ends_with(".fifo") && !publication.deduplication_id.empty())
    order["MessageDeduplicationId"] = publication.deduplication_id;
  if (!order.empty()) parameters["SqsParameters"] = std::move(order);
  return parameters;
}

Delivery delivery_of(const Parcel& parcel, const Arn& target) {
  return {{parcel.place, "sns.amazonaws.com", ""},
          target,
          payload(parcel.subscription, parcel.publication),
          parameters_for(parcel, target),
          parcel.publication.topic_arn};
}

void write_loss(Sns& sns, const Parcel& parcel, const ApiError& error) {
  const Resources& resources = sns.cloud.resources();
  const std::string& topic = parcel.publication.topic_arn;
  sns.cloud.journal().write(
      {.kind = EntryKind::message,
       .level = Level::story,
       .subject = std::string{resources.name_of(topic)},
       .text = fmt::format("not delivered to {}: {}", parcel.subscription.endpoint, error.code),
       .source = std::string{resources.source_of(topic)},
       .detail = {{"failed", error.code}}});
}

/// Where it gives up: the subscription's dead-letter queue, if it has one.
Process<> bury(Sns& sns, Parcel parcel, ApiError error) {
  count(sns, parcel.place, parcel.topic, "NumberOfNotificationsFailed");
  write_loss(sns, parcel, error);
  const std::optional<Arn> queue = Arn::parse(parcel.subscription.dead_letter_arn);
  if (!queue) co_return;
  Delivery letter = delivery_of(parcel, *queue);
  letter.parameters["MessageAttributes"]["ErrorCode"] = text_attribute(error.code);
  letter.parameters["MessageAttributes"]["ErrorMessage"] = text_attribute(error.message);
  const ApiResult<Json> answer = co_await sns.cloud.deliver(std::move(letter));
  count(
      sns, parcel.place, parcel.topic,
      answer ? "NumberOfNotificationsRedrivenToDlq" : "NumberOfNotificationsFailedToRedriveToDlq");
}

Process<ApiResult<Json>> attempt(Sns& sns, const Parcel& parcel) {
  const std::optional<ApiError> error = endpoint_error(sns, parcel.subscription);
  if (error) co_return *error;
  Delivery delivery = delivery_of(parcel, target_of(parcel.subscription));
  co_return co_await sns.cloud.deliver(std::move(delivery));
}

Process<> carry(Sns& sns, Parcel parcel) {
  Simulation& sim = sns.cloud.sim();
  co_await sim.sleep(draw_latency(sim));
  if (const Duration wait = wait_for_turn(sns, parcel); wait > Duration::zero())
    co_await sim.sleep(wait);
  for (std::int64_t retry = 1;; ++retry) {
    const ApiResult<Json> answer = co_await attempt(sns, parcel);
    if (answer) {
      count(sns, parcel.place, parcel.topic, "NumberOfNotificationsDelivered");
      co_return;
    }
    std::optional<Duration> pause;
    if (worth_a_retry(answer.error()))
      pause = retry_delay(policy_after(parcel, answer.error()), retry);
    if (!pause) {
      co_await bury(sns, parcel, answer.error());
      co_return;
    }
    co_await sim.sleep(*pause);
  }
}

/// The first of a lane; when it is done with, the next.
Process<> carry_in_lane(Sns& sns, LaneKey key) {
  Parcel parcel = sns.lanes.at(key).front().parcel;
  Parcel carried = parcel;
  co_await carry(sns, std::move(carried));
  replayed_one(sns, parcel);
  std::deque<LaneEntry>& lane = sns.lanes.at(key);
  lane.pop_front();
  if (lane.empty()) {
    sns.lanes.erase(key);
    co_return;
  }
  const CauseScope because{sns.cloud.sim(), lane.front().cause};
  sns.cloud.sim().spawn(carry_in_lane(sns, key));
}

}  // namespace

// "... messages ... in the same message group are always delivered one by one, in a strict order".
void send(Sns& sns, Parcel parcel) {
  Simulation& sim = sns.cloud.sim();
  if (!parcel.fifo) {
    sim.spawn(carry(sns, std::move(parcel)));
    return;
  }
  LaneKey key{parcel.subscription.arn, parcel.publication.group};
  std::deque<LaneEntry>& lane = sns.lanes[key];
  lane.push_back({std::move(parcel), sim.cause()});
  if (lane.size() == 1) sim.spawn(carry_in_lane(sns, std::move(key)));
}

}  // namespace opsim::sns
