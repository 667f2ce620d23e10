// What is published, and what a subscriber of each kind receives of it.
// AWS: SNS API Reference, Publish; SNS Developer Guide, "Amazon SNS message and JSON formats".
#include <fmt/format.h>

#include "models/sns/sns.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::sns {

namespace {

constexpr std::size_t kLongestMessage = 262'144;  // SNS API, Publish: 256 KB
constexpr std::size_t kLongestSubject = 100;      // SNS API, Publish: up to 100 characters
constexpr std::size_t kLongestId = 128;           // MessageGroupId, MessageDeduplicationId

constexpr std::string_view kChatbotHost = "https://global.sns-api.chatbot.amazonaws.com";

/// SNS API, Publish: "up to 128 alphanumeric characters (a-z, A-Z, 0-9) and punctuation".
bool well_formed_id(std::string_view id) {
  if (id.size() > kLongestId) return false;
  for (const char c : id)
    if (c <= ' ' || c > '~') return false;
  return true;
}

/// A standard topic takes a group too, for the fair queues behind it.
ApiResult<void> read_order(Publication& publication, const Topic& topic, const Json& input) {
  publication.group = input::text(input, "MessageGroupId");
  publication.deduplication_id = input::text(input, "MessageDeduplicationId");
  if (!well_formed_id(publication.group)) return invalid("MessageGroupId");
  if (!well_formed_id(publication.deduplication_id)) return invalid("MessageDeduplicationId");
  if (!topic.fifo) {
    if (publication.deduplication_id.empty()) return {};
    return invalid_because("MessageDeduplicationId",
                           "The request includes MessageDeduplicationId parameter that is not "
                           "valid for this topic type");
  }
  if (publication.group.empty())
    return invalid("The MessageGroupId parameter is required for FIFO topics");
  if (!publication.deduplication_id.empty()) return {};
  if (!topic.fifo->content_based_deduplication)
    return invalid(
        "The topic should either have ContentBasedDeduplication enabled or "
        "MessageDeduplicationId provided explicitly");
  publication.deduplication_id = content_deduplication_id(publication.message);
  return {};
}

bool is_binary(const Json& attribute) {
  return input::text(attribute, "DataType").starts_with("Binary");
}

Json attributes_in_envelope(const Publication& publication) {
  Json attributes = Json::object();
  for (const auto& [name, value] : publication.attributes.items())
    attributes[name] = {
        {"Type", input::text(value, "DataType")},
        {"Value", input::text(value, is_binary(value) ? "BinaryValue" : "StringValue")}};
  return attributes;
}

std::string unsubscribe_url(const Subscription& subscription) {
  const std::optional<Arn> topic = Arn::parse(subscription.topic_arn);
  return fmt::format("https://sns.{}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={}",
                     topic ? topic->region : "", subscription.arn);
}

/// As queues and endpoints get it. SIMPLIFIED: no Signature: there is nobody to check it.
Json envelope(const Subscription& subscription, const Publication& publication) {
  Json notification{
      {"Type", "Notification"},
      {"MessageId", publication.id},
      {"TopicArn", publication.topic_arn},
      {"Message", text_for(subscription, publication)},
      {"Timestamp", iso8601(std::chrono::floor<std::chrono::milliseconds>(publication.at))},
      {"UnsubscribeURL", unsubscribe_url(subscription)}};
  if (!publication.subject.empty()) notification["Subject"] = publication.subject;
  if (!publication.attributes.empty())
    notification["MessageAttributes"] = attributes_in_envelope(publication);
  if (publication.replayed) notification["Replayed"] = "true";
  if (publication.sequence_number.empty())
    notification["SignatureVersion"] = "1";
  else
    notification["SequenceNumber"] = publication.sequence_number;
  return notification;
}

/// As functions get it: every member is there, and the URL is spelt otherwise.
Json record(const Subscription& subscription, const Publication& publication) {
  Json message = envelope(subscription, publication);
  message["UnsubscribeUrl"] = message.at("UnsubscribeURL");
  message.erase("UnsubscribeURL");
  message["Subject"] = publication.subject.empty() ? Json{} : Json(publication.subject);
  message["MessageAttributes"] = attributes_in_envelope(publication);
  return {{"EventSource", "aws:sns"},
          {"EventVersion", "1.0"},
          {"EventSubscriptionArn", subscription.arn},
          {"Sns", message}};
}

}  // namespace

bool is_chatbot(std::string_view endpoint) { return endpoint.starts_with(kChatbotHost); }

bool goes_to_a_person(std::string_view protocol) {
  return protocol.starts_with("email") || protocol.starts_with("http") || protocol == "sms";
}

Arn target_of(const Subscription& subscription) {
  if (is_chatbot(subscription.endpoint)) return {"aws", "chatbot", "", "", "topic"};
  if (goes_to_a_person(subscription.protocol))
    return {"aws", "person", "", "", subscription.endpoint};
  return *Arn::parse(subscription.endpoint);  // checked when it was made
}

std::string text_for(const Subscription& subscription, const Publication& publication) {
  const Json& texts = publication.per_protocol;
  if (texts.contains(subscription.protocol)) return input::text(texts, subscription.protocol);
  return publication.message;
}

std::string headline(const Publication& publication) {
  if (!publication.subject.empty()) return publication.subject;
  const Json json = Json::parse(publication.message, nullptr, false);
  if (json.is_object())
    for (const char* name : {"AlarmName", "detail-type"})
      if (const std::string said = input::text(json, name); !said.empty()) return said;
  return publication.message.substr(0, publication.message.find('\n'));
}

std::string payload(const Subscription& subscription, const Publication& publication) {
  if (is_chatbot(subscription.endpoint)) return envelope(subscription, publication).dump();
  if (goes_to_a_person(subscription.protocol))
    return Json{
        {"Protocol", subscription.protocol}, {"Endpoint", subscription.endpoint},
        {"TopicArn", publication.topic_arn}, {"MessageId", publication.id},
        {"Subject", headline(publication)},  {"Message", text_for(subscription, publication)}}
        .dump();
  if (subscription.protocol == "lambda") {
    Json records = Json::array();
    records.push_back(record(subscription, publication));
    return Json{{"Records", std::move(records)}}.dump();
  }
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
  const bool has_subject = !input::member(input, "Subject").is_null();
  if (publication.subject.size() > kLongestSubject || (has_subject && publication.subject.empty()))
    return invalid("Subject");
  if (ApiResult<void> ordered = read_order(publication, topic, input); !ordered)
    return ordered.error();
  if (input::text(input, "MessageStructure") == "json") {
    publication.per_protocol = Json::parse(publication.message, nullptr, false);
    if (publication.per_protocol.is_discarded())
      return invalid("Message Structure - JSON message body failed to parse");
    if (!input::member(publication.per_protocol, "default").is_string())
      return invalid("Message Structure - No default entry in JSON message body");
    publication.message = input::text(publication.per_protocol, "default");
  }
  const Json& attributes = input::member(input, "MessageAttributes");
  if (ApiResult<void> checked = check_message_attributes(attributes); !checked)
    return checked.error();
  if (attributes.is_object()) publication.attributes = attributes;
  publication.id = sns.cloud.next_uuid("sns.message");
  return publication;
}

}  // namespace opsim::sns
