// Subscriptions: what they may say, and their attributes.
// AWS: SNS API Reference, Subscribe, SetSubscriptionAttributes; SNS Developer Guide, "Amazon SNS
// FIFO topic delivery" (which endpoints), "raw message delivery" (which protocols).
#include <fmt/format.h>

#include <algorithm>

#include "models/sns/archive.hpp"
#include "models/sns/sns.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::sns {

namespace {

constexpr std::string_view kProtocols[] = {
    "application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs"};
/// Protocols whose endpoint is an ARN, of which service ("": any), and what is said of any other.
struct ByArn {
  std::string_view protocol;
  std::string_view service;
  std::string_view complaint;
};
constexpr ByArn kByArn[] = {
    {"application", "sns", "Application endpoint arn invalid"},
    {"firehose", "", "Firehose endpoint ARN"},  // streams are known here by name only
    {"lambda", "lambda", "Lambda endpoint ARN"},
    {"sqs", "sqs", "SQS endpoint ARN"},
};
constexpr std::string_view kRawProtocols[] = {"firehose", "http", "https", "sqs"};
/// SNS quotas: subscriptions of a FIFO topic.
constexpr std::size_t kMostOfFifoTopic = 100;

template <std::size_t N>
bool is_one_of(std::string_view name, const std::string_view (&names)[N]) {
  return std::ranges::find(names, name) != std::end(names);
}

bool is_http(std::string_view protocol) { return protocol.starts_with("http"); }

ApiResult<void> set_scope(Subscription& subscription, const std::string& scope) {
  if (scope != "MessageAttributes" && scope != "MessageBody")
    return invalid(
        fmt::format("FilterPolicyScope: Invalid value [{}]. Please use either MessageBody or "
                    "MessageAttributes",
                    scope));
  const FilterScope wanted = scope == "MessageBody" ? FilterScope::body : FilterScope::attributes;
  ApiResult<Json> again = read_filter_policy(subscription.filter, wanted);
  if (!again) return again.error();
  subscription.scope = wanted;
  return {};
}

ApiResult<void> set_raw(Subscription& subscription, const std::string& text) {
  if (text != "true" && text != "false")
    return invalid(
        fmt::format("RawMessageDelivery: Invalid value [{}]. Must be true or false.", text));
  if (text == "true" && !is_one_of(subscription.protocol, kRawProtocols))
    return invalid(fmt::format("Delivery protocol [{}] does not support raw message delivery.",
                               subscription.protocol));
  subscription.raw = text == "true";
  return {};
}

ApiResult<void> set_redrive(Subscription& subscription, const Json& value) {
  const Json policy =
      value.is_string() ? Json::parse(value.get<std::string>(), nullptr, false) : value;
  const std::string arn = input::text(policy, "deadLetterTargetArn");
  if (value.is_string() && value.get<std::string>().empty()) {
    subscription.dead_letter_arn.clear();
    return {};
  }
  if (arn.empty()) return invalid("RedrivePolicy: Missing deadLetterTargetArn attribute");
  const std::optional<Arn> queue = Arn::parse(arn);
  if (!queue) return invalid("RedrivePolicy: deadLetterTargetArn is an invalid arn");
  if (queue->service != "sqs")
    return invalid("RedrivePolicy: deadLetterTargetArn must be a SQS queue");
  // "The Amazon SNS subscription and Amazon SQS queue must be under the same AWS account and
  // Region" (sns-dead-letter-queues).
  const std::optional<Arn> topic = Arn::parse(subscription.topic_arn);
  if (topic && topic->region != queue->region)
    return invalid(
        "RedrivePolicy: deadLetterTargetArn must be in the same region as the subscription");
  if (topic && topic->account != queue->account)
    return invalid(
        "RedrivePolicy: deadLetterTargetArn must be in the same account as the subscription");
  // Of a FIFO topic only queues that are FIFO themselves need one: `.fifo` ends the topic's ARN
  // too.
  if (subscription.topic_arn.ends_with(".fifo") && subscription.endpoint.ends_with(".fifo") &&
      !arn.ends_with(".fifo"))
    return invalid(
        "RedrivePolicy: must use a FIFO queue as DLQ for a FIFO Subscription to a FIFO Topic.");
  subscription.dead_letter_arn = arn;
  return {};
}

ApiResult<void> set_delivery_policy(Subscription& subscription, const Json& value) {
  ApiResult<DeliveryPolicy> policy = read_delivery_policy(value, PolicyOf::subscription);
  if (!policy) return policy.error();
  // "With the exception of HTTP/S, you can't change Amazon SNS-defined delivery policies."
  if (!is_http(subscription.protocol) && (policy->retry || policy->receives_per_second))
    return invalid(
        fmt::format("DeliveryPolicy: Delivery protocol [{}] does not support delivery policies.",
                    subscription.protocol));
  subscription.delivery_policy = *policy;
  return {};
}

ApiResult<void> set_filter(Subscription& subscription, const Json& value) {
  ApiResult<Json> policy = read_filter_policy(value, subscription.scope);
  if (!policy) return policy.error();
  subscription.filter = *std::move(policy);
  return {};
}

/// The scope before the policy: it decides what the policy may say. Subscribe tells errors of its
/// attributes as such: "Invalid parameter: Attributes Reason: DeliveryPolicy: ...".
ApiResult<void> set_attributes(Subscription& subscription, const Json& given) {
  constexpr std::string_view kPrefix = "Invalid parameter: ";
  for (const char* name :
       {"FilterPolicyScope", "FilterPolicy", "RawMessageDelivery", "RedrivePolicy",
        "DeliveryPolicy", "ReplayPolicy", "SubscriptionRoleArn"}) {
    const Json& value = input::member(given, name);
    if (value.is_null()) continue;
    ApiResult<void> done = set_attribute(subscription, name, value);
    if (done) continue;
    ApiError error = done.error();
    if (error.message.starts_with(kPrefix))
      error.message.insert(kPrefix.size(), "Attributes Reason: ");
    return error;
  }
  return {};
}

// "Amazon SNS FIFO topics ... you can't subscribe customer managed endpoints, such as email
// addresses, mobile apps, phone numbers, or HTTP(S) endpoints": queues of both kinds are what they
// deliver to. The words: measured in 2026 (github.com/badmintoncryer/cdk-preflight, rules/sns).
ApiResult<void> check_endpoint(const Topic& topic, const std::string& protocol,
                               const std::string& endpoint) {
  if (!is_one_of(protocol, kProtocols))
    return invalid(fmt::format("Amazon SNS does not support this protocol string: {}", protocol));
  if (endpoint.empty()) return invalid_because("Endpoint", "no value for required parameter");
  if (topic.fifo && protocol != "sqs")
    return invalid(fmt::format("Invalid protocol type: {}", protocol));
  for (const auto& [by_arn, service, complaint] : kByArn)
    if (by_arn == protocol) {
      const std::optional<Arn> arn = Arn::parse(endpoint);
      if (!arn || (!service.empty() && arn->service != service)) return invalid(complaint);
    }
  if (is_http(protocol) && !endpoint.starts_with(protocol + "://"))
    return invalid("Endpoint must match the specified protocol");
  if (protocol.starts_with("email") && endpoint.find('@') == endpoint.npos)
    return invalid("Email address");
  if (protocol == "sms" && endpoint.find_first_not_of("+0123456789 -") != endpoint.npos)
    return invalid(fmt::format("Invalid SMS endpoint: {}", endpoint));
  if (protocol == "sqs" && !topic.fifo && endpoint.ends_with(".fifo"))
    return invalid(
        "Invalid parameter: Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS "
        "topics");
  return {};
}

}  // namespace

Subscription* Sns::subscription(std::string_view arn) {
  const auto found = subscriptions.find(arn);
  return found == subscriptions.end() ? nullptr : &found->second;
}

// SIMPLIFIED: changes hold at once; AWS takes up to 15 minutes for filter policies.
ApiResult<void> set_attribute(Subscription& subscription, const std::string& name,
                              const Json& value) {
  const std::string text = attribute_text(value);
  ApiResult<void> done;
  if (name == "DeliveryPolicy")
    done = set_delivery_policy(subscription, value);
  else if (name == "FilterPolicy")
    done = set_filter(subscription, value);
  else if (name == "FilterPolicyScope")
    done = set_scope(subscription, text);
  else if (name == "RawMessageDelivery")
    done = set_raw(subscription, text);
  else if (name == "RedrivePolicy")
    done = set_redrive(subscription, value);
  else if (name == "ReplayPolicy")
    done = set_replay_policy(subscription, value);
  else if (name != "SubscriptionRoleArn")
    return invalid("AttributeName");
  if (!done) return done;
  if (text.empty() || text == "{}")
    subscription.others.erase(name);
  else
    subscription.others[name] = text;
  return {};
}

// Subscribing an endpoint again answers the subscription that exists; one that has not confirmed is
// asked again.
ApiResult<const Subscription*> add_subscription(Sns& sns, Topic& topic, const Json& settings,
                                                const Subscriber& subscriber) {
  const std::string protocol = input::text(settings, "Protocol");
  const std::string endpoint = input::text(settings, "Endpoint");
  if (ApiResult<void> checked = check_endpoint(topic, protocol, endpoint); !checked)
    return checked.error();
  for (const std::string& arn : topic.subscriptions) {
    Subscription& existing = sns.subscriptions.at(arn);
    if (existing.protocol != protocol || existing.endpoint != endpoint) continue;
    if (existing.pending()) ask_for_confirmation(sns, existing);
    return &existing;
  }
  if (topic.fifo && topic.subscriptions.size() >= kMostOfFifoTopic)
    return ApiError{"SubscriptionLimitExceeded",
                    "Subscription limit exceeded for the topic, quota is 100", 403};
  Subscription made;
  made.arn = fmt::format("{}:{}", topic.arn, sns.cloud.next_uuid("sns.subscription"));
  made.topic_arn = topic.arn;
  made.protocol = protocol;
  made.endpoint = endpoint;
  made.owner = subscriber.account;
  for (const Json* given : {&settings, &input::member(settings, "Attributes")})
    if (const ApiResult<void> done = set_attributes(made, *given); !done) return done.error();
  const bool has_role =
      !input::member(settings, "SubscriptionRoleArn").is_null() ||
      !input::member(input::member(settings, "Attributes"), "SubscriptionRoleArn").is_null();
  if (protocol == "firehose" && !has_role)
    return invalid("Delivery protocol firehose can only be subscribed with subscription role arn");
  topic.subscriptions.push_back(made.arn);
  const std::string arn = made.arn;
  Subscription& kept = sns.subscriptions[arn] = std::move(made);
  if (!subscriber.confirmed && needs_confirmation(kept, subscriber.account))
    ask_for_confirmation(sns, kept);
  if (kept.replay) begin_replay(sns, kept);
  return &kept;
}

void remove_subscription(Sns& sns, const std::string& arn) {
  const auto found = sns.subscriptions.find(arn);
  if (found == sns.subscriptions.end()) return;
  if (Topic* topic = sns.topic(found->second.topic_arn)) {
    std::erase(topic->subscriptions, arn);
    topic->deleted += 1;
  }
  sns.subscriptions.erase(found);
}

}  // namespace opsim::sns
