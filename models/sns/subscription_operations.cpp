// Operations on subscriptions. AWS: SNS API Reference, the operation of the same name.
#include "models/sns/archive.hpp"
#include "models/sns/sns.hpp"
#include "models/sns/subscription_view.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::sns {

namespace {

ApiError no_such_subscription() { return {"NotFound", "Subscription does not exist", 404}; }

ApiResult<Subscription*> asked_subscription(Sns& sns, const Request& request) {
  const std::string arn = input::text(request.input, "SubscriptionArn");
  if (!Arn::parse(arn))
    return invalid_because("SubscriptionArn", "An ARN must have at least 6 elements, not 1");
  Subscription* found = sns.subscription(arn);
  if (found == nullptr) return no_such_subscription();
  return found;
}

}  // namespace

Json summary(const Subscription& subscription) {
  return {{"SubscriptionArn", subscription.pending() ? "PendingConfirmation" : subscription.arn},
          {"Owner", subscription.owner},
          {"Protocol", subscription.protocol},
          {"Endpoint", subscription.endpoint},
          {"TopicArn", subscription.topic_arn}};
}

ApiResult<Json> get_subscription_attributes(Sns& sns, const Request& request) {
  const ApiResult<Subscription*> asked = asked_subscription(sns, request);
  if (!asked) return asked.error();
  const Subscription& subscription = **asked;
  Json attributes{{"SubscriptionArn", subscription.arn},
                  {"Owner", subscription.owner},
                  {"Protocol", subscription.protocol},
                  {"Endpoint", subscription.endpoint},
                  {"TopicArn", subscription.topic_arn},
                  {"PendingConfirmation", subscription.pending() ? "true" : "false"},
                  {"ConfirmationWasAuthenticated", subscription.authenticated ? "true" : "false"},
                  {"RawMessageDelivery", subscription.raw ? "true" : "false"}};
  for (const auto& [name, value] : subscription.others) attributes[name] = value;
  if (subscription.replay) attributes["ReplayStatus"] = to_string(subscription.replay->status);
  if (subscription.others.contains("FilterPolicy"))
    attributes["FilterPolicyScope"] =
        subscription.scope == FilterScope::body ? "MessageBody" : "MessageAttributes";
  if (const Topic* topic = sns.topic(subscription.topic_arn);
      topic != nullptr && subscription.protocol.starts_with("http"))
    attributes["EffectiveDeliveryPolicy"] =
        effective_text(effective_policy(topic->delivery_policy, subscription.delivery_policy),
                       PolicyOf::subscription);
  return Json{{"Attributes", attributes}};
}

ApiResult<Json> set_subscription_attributes(Sns& sns, const Request& request) {
  const ApiResult<Subscription*> asked = asked_subscription(sns, request);
  if (!asked) return asked.error();
  const std::string name = input::text(request.input, "AttributeName");
  if (name.empty()) return invalid("AttributeName");
  const Json& value = input::member(request.input, "AttributeValue");
  const ApiResult<void> done = set_attribute(**asked, name, value.is_null() ? Json("") : value);
  if (!done) return done.error();
  if (name == "ReplayPolicy") begin_replay(sns, **asked);
  return Json::object();
}

// "The ARN of the subscription if it is confirmed, or the string "pending confirmation" if the
// subscription requires confirmation. However, if ReturnSubscriptionArn is true, then the value is
// always the subscription ARN."
ApiResult<Json> subscribe(Sns& sns, const Request& request) {
  const ApiResult<Topic*> asked = sns.asked_topic(request.input);
  if (!asked) return asked.error();
  Topic* topic = *asked;
  if (const std::string why = not_allowed(*topic, request.caller, "SNS:Subscribe", "");
      !why.empty())
    return ApiError{"AuthorizationError", why, 403};
  const auto made = add_subscription(sns, *topic, request.input, {request.place().account});
  if (!made) return made.error();
  const bool tell = input::boolean(request.input, "ReturnSubscriptionArn").value_or(false);
  return Json{
      {"SubscriptionArn", (*made)->pending() && !tell ? "pending confirmation" : (*made)->arn}};
}

ApiResult<Json> unsubscribe(Sns& sns, const Request& request) {
  const std::string arn = input::text(request.input, "SubscriptionArn");
  if (!Arn::parse(arn))
    return invalid_because("SubscriptionArn", "An ARN must have at least 6 elements, not 1");
  remove_subscription(sns, arn);
  return Json::object();
}

}  // namespace opsim::sns
