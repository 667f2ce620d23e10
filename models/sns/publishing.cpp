// From Publish to the subscribers.
// AWS: SNS Developer Guide, "Amazon SNS message delivery retries", "message and JSON formats",
// "dead-letter queues".
// SIMPLIFIED: retries have no jitter.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "models/sns/sns.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/document/diagnostic.hpp"
#include "opsim/kernel/distribution.hpp"

namespace opsim::sns {

namespace {

constexpr std::size_t kLongestMessage = 262'144;  // SNS API, Publish: 256 KB
constexpr std::size_t kLongestSubject = 100;      // SNS API, Publish: under 100 characters

/// Phases of retries, in order (SNS Developer Guide, sns-message-delivery-retries).
struct RetryPhase {
  int retries;
  double first_seconds;
  double last_seconds;  // exponential in between
};
// "3 times without delay; 2 times, 1 second apart; 10 times with exponential backoff from 1 to 20
// seconds; 100,000 times, 20 seconds apart": Firehose, Lambda, SQS.
constexpr RetryPhase kManaged[] = {{3, 0, 0}, {2, 1, 1}, {10, 1, 20}, {100'000, 20, 20}};
// "0 times; 2 times, 10 seconds apart; 10 times from 10 to 600 seconds; 38 times, 600 apart".
constexpr RetryPhase kCustomer[] = {{2, 10, 10}, {10, 10, 600}, {38, 600, 600}};
// HTTP/S default: numRetries 3, both delays 20 seconds.
constexpr RetryPhase kHttp[] = {{3, 20, 20}};

std::span<const RetryPhase> phases_of(std::string_view protocol) {
  if (protocol == "sqs" || protocol == "lambda" || protocol == "firehose") return kManaged;
  if (protocol == "http" || protocol == "https") return kHttp;
  return kCustomer;
}

/// Server-side errors and throttling are retried; a missing or forbidden target is not
/// (SNS Developer Guide, sns-dead-letter-queues: client-side and server-side errors).
bool worth_a_retry(const ApiError& error) {
  return error.http_status >= 500 || error.http_status == 429 ||
         error.code.find("Throttl") != std::string::npos;
}

/// Estimate: fan-out within 100 ms to 1 s.
Duration draw_latency(Simulation& sim) {
  static const Distribution kLatency = *Distribution::parse("lognormal(p50 100ms, p99 1s)");
  return kLatency.sample_duration(sim.random("sns.delivery"));
}

bool goes_to_a_person(std::string_view protocol) {
  return protocol.starts_with("email") || protocol.starts_with("http") || protocol == "sms";
}

/// AWS Chatbot listens as an HTTPS endpoint of its own.
constexpr std::string_view kChatbotHost = "https://global.sns-api.chatbot.amazonaws.com";

Arn target_of(const Subscription& subscription) {
  if (subscription.endpoint.starts_with(kChatbotHost)) return {"aws", "chatbot", "", "", "topic"};
  if (goes_to_a_person(subscription.protocol))
    return {"aws", "person", "", "", subscription.endpoint};
  return *Arn::parse(subscription.endpoint);  // checked when it was made
}

std::string text_for(const Subscription& subscription, const Publication& publication) {
  const Json& texts = publication.per_protocol;
  if (texts.contains(subscription.protocol)) return input::text(texts, subscription.protocol);
  return publication.message;
}

Json envelope(const Subscription& subscription, const Publication& publication) {
  Json notification{
      {"Type", "Notification"},
      {"MessageId", publication.id},
      {"TopicArn", publication.topic_arn},
      {"Message", text_for(subscription, publication)},
      {"Timestamp", iso8601(std::chrono::floor<std::chrono::milliseconds>(publication.at))},
      {"SignatureVersion", "1"}};
  if (!publication.subject.empty()) notification["Subject"] = publication.subject;
  if (!publication.attributes.empty()) {
    Json& attributes = notification["MessageAttributes"] = Json::object();
    for (const auto& [name, value] : publication.attributes.items())
      attributes[name] = {{"Type", input::text(value, "DataType")},
                          {"Value", input::text(value, "StringValue")}};
  }
  return notification;
}

void count(Sns& sns, const Place& place, std::string_view topic, std::string_view metric) {
  Metrics& metrics = sns.cloud.metrics();
  const SeriesId series =
      metrics.intern({place, "AWS/SNS", std::string{metric}, {{"TopicName", std::string{topic}}}});
  Datapoint one;
  one.timestamp = sns.cloud.sim().now();
  one.values = {{1.0, 1.0}};
  one.unit = "Count";
  metrics.put(series, one);
}

void bury(Sns& sns, const Subscription& subscription, const Delivery& lost, const ApiError& error) {
  Resources& resources = sns.cloud.resources();
  sns.cloud.journal().write(
      {.kind = EntryKind::message,
       .level = Level::story,
       .subject = std::string{resources.name_of(subscription.topic_arn)},
       .text = fmt::format("not delivered to {}: {}", subscription.endpoint, error.code),
       .source = std::string{resources.source_of(subscription.topic_arn)},
       .detail = {{"failed", error.code}}});
  const std::optional<Arn> queue = Arn::parse(subscription.dead_letter_arn);
  if (!queue) return;
  const auto text_attribute = [](const std::string& text) {
    return Json{{"DataType", "String"}, {"StringValue", text}};
  };
  Delivery letter = lost;
  letter.target = *queue;
  letter.from = subscription.arn;
  letter.parameters = {{"MessageAttributes",
                        {{"ErrorCode", text_attribute(error.code)},
                         {"ErrorMessage", text_attribute(error.message)}}}};
  // A process of its own: what it is given lives in its frame.
  static constexpr auto send = [](Cloud& cloud, Delivery delivery) -> Process<> {
    co_await cloud.deliver(std::move(delivery));
  };
  sns.cloud.sim().spawn(send(sns.cloud, std::move(letter)));
}

/// One message to one subscriber, until it is there or SNS gives up.
Process<> carry(Sns& sns, Topic topic, Subscription subscription, Publication publication) {
  Simulation& sim = sns.cloud.sim();
  co_await sim.sleep(draw_latency(sim));
  const Delivery delivery{{topic.place, "sns.amazonaws.com", ""},
                          target_of(subscription),
                          payload(subscription, publication),
                          {{"MessageAttributes", publication.attributes}},
                          topic.arn};
  for (int retry = 1;; ++retry) {
    Delivery attempt = delivery;
    const ApiResult<Json> answer = co_await sns.cloud.deliver(std::move(attempt));
    if (answer) {
      count(sns, topic.place, topic.name, "NumberOfNotificationsDelivered");
      co_return;
    }
    std::optional<Duration> pause;
    if (worth_a_retry(answer.error())) pause = retry_delay(subscription.protocol, retry);
    if (!pause) {
      count(sns, topic.place, topic.name, "NumberOfNotificationsFailed");
      bury(sns, subscription, delivery, answer.error());
      co_return;
    }
    co_await sim.sleep(*pause);
  }
}

/// What one would say the message is about: its subject, an event's detail-type, its first line.
std::string headline(const Publication& publication) {
  if (!publication.subject.empty()) return publication.subject;
  const Json json = Json::parse(publication.message, nullptr, false);
  if (json.is_object())
    for (const char* name : {"AlarmName", "detail-type"})
      if (const std::string said = input::text(json, name); !said.empty()) return said;
  return publication.message.substr(0, publication.message.find('\n'));
}

std::string whom(const Sns& sns, const Topic& topic) {
  if (topic.subscriptions.empty()) return "nobody subscribes";
  const std::string& first = sns.subscriptions.at(topic.subscriptions.front()).endpoint;
  if (topic.subscriptions.size() == 1)
    return fmt::format("to {}", sns.cloud.resources().name_of(first));
  return fmt::format("to {} subscribers", topic.subscriptions.size());
}

}  // namespace

std::optional<Duration> retry_delay(std::string_view protocol, int retry) {
  for (const RetryPhase& phase : phases_of(protocol)) {
    if (retry > phase.retries) {
      retry -= phase.retries;
      continue;
    }
    if (phase.first_seconds == phase.last_seconds)
      return std::chrono::duration_cast<Duration>(
          std::chrono::duration<double>(phase.first_seconds));
    const double step = static_cast<double>(retry - 1) / (phase.retries - 1);
    const double seconds =
        phase.first_seconds * std::pow(phase.last_seconds / phase.first_seconds, step);
    return Duration{std::llround(seconds * 1e3) * 1'000'000};
  }
  return std::nullopt;
}

std::string payload(const Subscription& subscription, const Publication& publication) {
  if (subscription.endpoint.starts_with(kChatbotHost))
    return envelope(subscription, publication).dump();
  if (goes_to_a_person(subscription.protocol))
    return Json{
        {"Protocol", subscription.protocol}, {"Endpoint", subscription.endpoint},
        {"TopicArn", publication.topic_arn}, {"MessageId", publication.id},
        {"Subject", headline(publication)},  {"Message", text_for(subscription, publication)}}
        .dump();
  if (subscription.protocol == "lambda")
    return Json{{"Records",
                 {{{"EventSource", "aws:sns"},
                   {"EventVersion", "1.0"},
                   {"EventSubscriptionArn", subscription.arn},
                   {"Sns", envelope(subscription, publication)}}}}}
        .dump();
  if (subscription.raw) return text_for(subscription, publication);
  return envelope(subscription, publication).dump();
}

ApiResult<Publication> read_publication(Sns& sns, const Topic& topic, const Json& input) {
  Publication publication;
  publication.topic_arn = topic.arn;
  publication.message = input::text(input, "Message");
  publication.subject = input::text(input, "Subject");
  publication.at = sns.cloud.sim().now();
  if (publication.message.empty()) return invalid("Empty message");
  if (publication.message.size() > kLongestMessage) return invalid("Message too long");
  if (publication.subject.size() > kLongestSubject) return invalid("Subject");
  if (input::text(input, "MessageStructure") == "json") {
    publication.per_protocol = Json::parse(publication.message, nullptr, false);
    if (!publication.per_protocol.is_object() || !publication.per_protocol.contains("default"))
      return invalid("Message Structure - No default entry in JSON message body");
    publication.message = input::text(publication.per_protocol, "default");
  }
  if (const Json& given = input::member(input, "MessageAttributes"); given.is_object())
    publication.attributes = given;
  publication.id = sns.cloud.next_uuid("sns.message");
  return publication;
}

void send_directly(Sns& sns, const Topic& topic, Subscription subscription,
                   Publication publication) {
  sns.cloud.sim().spawn(carry(sns, topic, std::move(subscription), std::move(publication)));
}

void publish(Sns& sns, const Topic& topic, Publication publication) {
  Resources& resources = sns.cloud.resources();
  count(sns, topic.place, topic.name, "NumberOfMessagesPublished");
  Journal& journal = sns.cloud.journal();
  const CauseId told =
      !journal.keeps(Level::story)
          ? journal.link()
          : journal.write({.kind = EntryKind::message,
                           .level = Level::story,
                           .subject = std::string{resources.name_of(topic.arn)},
                           .text = fmt::format("{}, {}", opsim::quoted(headline(publication)),
                                               whom(sns, topic)),
                           .source = std::string{resources.source_of(topic.arn)},
                           .detail = {{"topic", topic.arn}, {"id", publication.id}}});
  const CauseScope because{sns.cloud.sim(), told};
  for (const std::string& arn : topic.subscriptions) {
    const Subscription& subscription = sns.subscriptions.at(arn);
    if (passes_filter(subscription.filter, subscription.scope, publication.attributes,
                      text_for(subscription, publication))) {
      sns.cloud.sim().spawn(carry(sns, topic, subscription, publication));
      continue;
    }
    count(sns, topic.place, topic.name, "NumberOfNotificationsFilteredOut");
  }
}

}  // namespace opsim::sns
