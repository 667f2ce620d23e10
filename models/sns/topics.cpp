// Topics and subscriptions.
// AWS: SNS API Reference, CreateTopic and Subscribe; CloudFormation, AWS::SNS::Topic.
// SIMPLIFIED: subscriptions by mail, SMS and HTTP are confirmed when they are made.
#include <fmt/format.h>

#include <algorithm>

#include "models/sns/sns.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::sns {

namespace {

constexpr std::string_view kProtocols[] = {
    "application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs"};
constexpr std::string_view kByArn[] = {"application", "firehose", "lambda", "sqs"};

bool well_formed_name(std::string_view name) {
  const bool fifo = name.ends_with(".fifo");
  const std::string_view stem = name.substr(0, fifo ? name.size() - 5 : name.size());
  return !stem.empty() && name.size() <= 256 && std::ranges::all_of(stem, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
  });
}

std::string as_text(const Json& value) {
  return value.is_structured() ? value.dump() : input::text(value);
}

ApiError invalid_because(std::string_view parameter, std::string_view reason) {
  return {"InvalidParameter", fmt::format("Invalid parameter: {} Reason: {}", parameter, reason)};
}

}  // namespace

Topic* Sns::topic(std::string_view arn) {
  const auto found = topics.find(arn);
  return found == topics.end() ? nullptr : &found->second;
}

// SNS speaks the query protocol: callers see the code without "Exception" (botocore, sns).
ApiError no_such_topic() { return {"NotFound", "Topic does not exist", 404}; }

ApiError invalid(std::string_view parameter) {
  return {"InvalidParameter", fmt::format("Invalid parameter: {}", parameter)};
}

// "This action is idempotent, so if the requester already owns a topic with the specified name,
// that topic's ARN is returned without creating a new topic."
ApiResult<Topic*> add_topic(Sns& sns, const Place& place, const std::string& name,
                            const Json& attributes) {
  if (!well_formed_name(name)) return invalid("Topic Name");
  std::string arn = opsim::arn(place, "sns", name);
  const auto [found, fresh] = sns.topics.try_emplace(arn);
  if (!fresh) return &found->second;
  found->second.place = place;
  found->second.name = name;
  found->second.arn = arn;
  if (attributes.is_object())
    for (const auto& [key, value] : attributes.items())
      found->second.attributes[key] = as_text(value);
  return &found->second;
}

ApiResult<void> set_attribute(Subscription& subscription, const std::string& name,
                              const Json& value) {
  if (name == "FilterPolicyScope") {
    const std::string scope = as_text(value);
    if (scope != "MessageAttributes" && scope != "MessageBody")
      return ApiError{
          "InvalidParameter",
          fmt::format("Invalid parameter: FilterPolicyScope: Invalid value [{}]. Please "
                      "use either MessageBody or MessageAttributes",
                      scope)};
    const FilterScope wanted = scope == "MessageBody" ? FilterScope::body : FilterScope::attributes;
    ApiResult<Json> again = read_filter_policy(subscription.filter, wanted);
    if (!again) return again.error();
    subscription.scope = wanted;
    subscription.others[name] = scope;
  } else if (name == "FilterPolicy") {
    ApiResult<Json> policy = read_filter_policy(value, subscription.scope);
    if (!policy) return policy.error();
    subscription.filter = *std::move(policy);
    subscription.others[name] = as_text(value);
    if (subscription.filter.is_null()) subscription.others.erase(name);
  } else if (name == "RawMessageDelivery") {
    subscription.raw = as_text(value) == "true";
  } else if (name == "RedrivePolicy") {
    const Json policy =
        value.is_string() ? Json::parse(value.get<std::string>(), nullptr, false) : value;
    subscription.dead_letter_arn = input::text(policy, "deadLetterTargetArn");
  } else {
    subscription.others[name] = as_text(value);
  }
  return {};
}

namespace {

/// The scope before the policy: it decides what the policy may say.
ApiResult<void> set_attributes(Subscription& subscription, const Json& given) {
  for (const char* name : {"FilterPolicyScope", "FilterPolicy", "RawMessageDelivery",
                           "RedrivePolicy", "DeliveryPolicy", "SubscriptionRoleArn"})
    if (const Json& value = input::member(given, name); !value.is_null())
      if (ApiResult<void> done = set_attribute(subscription, name, value); !done) return done;
  return {};
}

}  // namespace

// Subscribing an endpoint again answers the subscription that exists.
ApiResult<const Subscription*> add_subscription(Sns& sns, Topic& topic, const Json& settings) {
  const std::string protocol = input::text(settings, "Protocol");
  const std::string endpoint = input::text(settings, "Endpoint");
  if (std::ranges::find(kProtocols, protocol) == std::end(kProtocols))
    return invalid_because("Protocol", fmt::format("{} is not supported", protocol));
  if (endpoint.empty()) return invalid_because("Endpoint", "none is given");
  const bool by_arn = std::ranges::find(kByArn, protocol) != std::end(kByArn);
  if (by_arn && !Arn::parse(endpoint))
    return invalid_because("Endpoint", fmt::format("{} is not an ARN", endpoint));
  for (const std::string& arn : topic.subscriptions) {
    const Subscription& existing = sns.subscriptions.at(arn);
    if (existing.protocol == protocol && existing.endpoint == endpoint) return &existing;
  }
  Subscription made;
  made.arn = fmt::format("{}:{}", topic.arn, sns.cloud.next_uuid("sns.subscription"));
  made.topic_arn = topic.arn;
  made.protocol = protocol;
  made.endpoint = endpoint;
  made.owner = topic.place.account;
  for (const Json* given : {&settings, &input::member(settings, "Attributes")})
    if (const ApiResult<void> done = set_attributes(made, *given); !done) return done.error();
  topic.subscriptions.push_back(made.arn);
  const std::string arn = made.arn;
  return &(sns.subscriptions[arn] = std::move(made));
}

}  // namespace opsim::sns
