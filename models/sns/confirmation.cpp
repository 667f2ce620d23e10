// Whether an endpoint wants what it is subscribed to.
// AWS: SNS API Reference, Subscribe ("If the endpoint type is HTTP/S or email, or if the endpoint
// and the topic are not in the same AWS account, the endpoint owner must run the
// ConfirmSubscription action to confirm the subscription"; "Confirmation tokens are valid for two
// days") and ConfirmSubscription; SNS Developer Guide, "HTTP/HTTPS subscription confirmation JSON
// format".
#include <fmt/format.h>

#include "models/sns/sns.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::sns {

namespace {

/// Also how long an unconfirmed subscription stays: "deleted automatically after 48 hours".
constexpr Duration kTokenLife = std::chrono::hours{48};

std::string greeting(const Subscription& subscription) {
  return fmt::format(
      "You have chosen to subscribe to the topic {}.\nTo confirm the subscription, visit the "
      "SubscribeURL included in this message.",
      subscription.topic_arn);
}

Json question_for(const Sns& sns, const Subscription& subscription, const Place& place,
                  const std::string& id) {
  Json question{
      {"Type", "SubscriptionConfirmation"},
      {"MessageId", id},
      {"Token", subscription.token},
      {"TopicArn", subscription.topic_arn},
      {"Message", greeting(subscription)},
      {"SubscribeURL",
       fmt::format("https://sns.{}.amazonaws.com/?Action=ConfirmSubscription&TopicArn={}&Token={}",
                   place.region, subscription.topic_arn, subscription.token)},
      {"Timestamp", iso8601(std::chrono::floor<std::chrono::milliseconds>(sns.cloud.sim().now()))},
      {"SignatureVersion", "1"}};
  if (!goes_to_a_person(subscription.protocol)) return question;
  question["Protocol"] = subscription.protocol;  // what people need to know whom it is for
  question["Endpoint"] = subscription.endpoint;
  return question;
}

/// A process of its own: what it is given lives in its frame.
Process<> ask(Cloud& cloud, Delivery delivery) { co_await cloud.deliver(std::move(delivery)); }

/// Nobody confirmed: the subscription goes.
void forget_later(Sns& sns, const std::string& arn, std::string token) {
  sns.cloud.sim().after(kTokenLife, [&sns, arn, token = std::move(token)] {
    const Subscription* subscription = sns.subscription(arn);
    if (subscription != nullptr && subscription->token == token) remove_subscription(sns, arn);
  });
}

}  // namespace

// A queue or a function of one's own account, a text message and a push need no confirmation; AWS
// Chatbot gives its own at once.
bool needs_confirmation(const Subscription& subscription, const std::string& subscriber) {
  const std::string& protocol = subscription.protocol;
  if (is_chatbot(subscription.endpoint) || protocol == "sms" || protocol == "application")
    return false;
  if (goes_to_a_person(protocol)) return true;
  const std::optional<Arn> endpoint = Arn::parse(subscription.endpoint);
  return endpoint && endpoint->account != subscriber;
}

void ask_for_confirmation(Sns& sns, Subscription& subscription) {
  const Topic* topic = sns.topic(subscription.topic_arn);
  subscription.token = sns.cloud.next_uuid("sns.token");
  forget_later(sns, subscription.arn, subscription.token);
  const Resources& resources = sns.cloud.resources();
  const CauseId asked =
      sns.cloud.journal().write({.kind = EntryKind::message,
                                 .level = Level::story,
                                 .subject = std::string{resources.name_of(subscription.topic_arn)},
                                 .text = fmt::format("asked {} to confirm its subscription",
                                                     resources.name_of(subscription.endpoint)),
                                 .source = std::string{resources.source_of(subscription.topic_arn)},
                                 .detail = {{"subscription", subscription.arn}}});
  const CauseScope because{sns.cloud.sim(), asked};
  const Json question =
      question_for(sns, subscription, topic->place, sns.cloud.next_uuid("sns.message"));
  Delivery delivery{{topic->place, "sns.amazonaws.com", ""},
                    target_of(subscription),
                    question.dump(),
                    {},
                    subscription.topic_arn};
  sns.cloud.sim().spawn(ask(sns.cloud, std::move(delivery)));
}

ApiResult<Json> confirm_subscription(Sns& sns, const Request& request) {
  const Topic* topic = sns.topic(input::text(request.input, "TopicArn"));
  if (topic == nullptr) return no_such_topic();
  const std::string token = input::text(request.input, "Token");
  if (token.empty()) return invalid("Token");
  for (const std::string& arn : topic->subscriptions) {
    Subscription& subscription = sns.subscriptions.at(arn);
    if (subscription.token != token) continue;
    subscription.token.clear();
    subscription.authenticated =
        input::boolean(request.input, "AuthenticateOnUnsubscribe").value_or(false);
    const Resources& resources = sns.cloud.resources();
    sns.cloud.journal().write({.kind = EntryKind::message,
                               .level = Level::story,
                               .subject = std::string{resources.name_of(topic->arn)},
                               .text = fmt::format("{} confirmed its subscription",
                                                   resources.name_of(subscription.endpoint)),
                               .source = std::string{resources.source_of(topic->arn)},
                               .detail = {{"subscription", subscription.arn}}});
    return Json{{"SubscriptionArn", subscription.arn}};
  }
  return invalid("Token");
}

}  // namespace opsim::sns
