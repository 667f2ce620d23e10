// AWS: SNS API Reference, the operation of the same name. SIMPLIFIED: lists come in one page.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/sns/sns.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::sns {

namespace {

Topic* asked_for(Sns& sns, const Request& request) {
  return sns.topic(input::text(request.input, "TopicArn"));
}

Json summary(const Subscription& subscription) {
  return {{"SubscriptionArn", subscription.arn},
          {"Owner", subscription.owner},
          {"Protocol", subscription.protocol},
          {"Endpoint", subscription.endpoint},
          {"TopicArn", subscription.topic_arn}};
}

ApiError no_such_subscription() { return {"NotFound", "Subscription does not exist", 404}; }

Subscription* asked_subscription(Sns& sns, const Request& request) {
  const auto found = sns.subscriptions.find(input::text(request.input, "SubscriptionArn"));
  return found == sns.subscriptions.end() ? nullptr : &found->second;
}

void remove_subscription(Sns& sns, const std::string& arn) {
  const auto found = sns.subscriptions.find(arn);
  if (found == sns.subscriptions.end()) return;
  if (Topic* topic = sns.topic(found->second.topic_arn)) std::erase(topic->subscriptions, arn);
  sns.subscriptions.erase(found);
}

ApiResult<Json> publish_one(Sns& sns, const Topic& topic, const Json& input) {
  ApiResult<Publication> read = read_publication(sns, topic, input);
  if (!read) return read.error();
  Json answer{{"MessageId", read->id}};
  publish(sns, topic, *std::move(read));
  return answer;
}

}  // namespace

ApiResult<Json> create_topic(Sns& sns, const Request& request) {
  const ApiResult<Topic*> topic =
      add_topic(sns, request.place(), input::text(request.input, "Name"),
                input::member(request.input, "Attributes"));
  if (!topic) return topic.error();
  return Json{{"TopicArn", (*topic)->arn}};
}

// "This action is idempotent, so deleting a topic that does not exist does not result in an error."
ApiResult<Json> delete_topic(Sns& sns, const Request& request) {
  const Topic* topic = asked_for(sns, request);
  if (topic == nullptr) return Json::object();
  for (const std::string& arn : topic->subscriptions) sns.subscriptions.erase(arn);
  sns.topics.erase(std::string{topic->arn});
  return Json::object();
}

ApiResult<Json> get_subscription_attributes(Sns& sns, const Request& request) {
  const Subscription* subscription = asked_subscription(sns, request);
  if (subscription == nullptr) return no_such_subscription();
  Json attributes = summary(*subscription);
  attributes["PendingConfirmation"] = "false";
  attributes["RawMessageDelivery"] = subscription->raw ? "true" : "false";
  for (const auto& [name, value] : subscription->others) attributes[name] = value;
  return Json{{"Attributes", attributes}};
}

ApiResult<Json> get_topic_attributes(Sns& sns, const Request& request) {
  const Topic* topic = asked_for(sns, request);
  if (topic == nullptr) return no_such_topic();
  Json attributes{{"TopicArn", topic->arn},
                  {"Owner", topic->place.account},
                  {"SubscriptionsConfirmed", std::to_string(topic->subscriptions.size())},
                  {"SubscriptionsPending", "0"},
                  {"SubscriptionsDeleted", "0"}};
  for (const auto& [name, value] : topic->attributes) attributes[name] = value;
  return Json{{"Attributes", attributes}};
}

ApiResult<Json> list_subscriptions(Sns& sns, const Request& request) {
  Json all = Json::array();
  for (const auto& [arn, topic] : sns.topics) {
    if (topic.place != request.place()) continue;
    for (const std::string& one : topic.subscriptions)
      all.push_back(summary(sns.subscriptions.at(one)));
  }
  return Json{{"Subscriptions", all}};
}

ApiResult<Json> list_subscriptions_by_topic(Sns& sns, const Request& request) {
  const Topic* topic = asked_for(sns, request);
  if (topic == nullptr) return no_such_topic();
  Json all = Json::array();
  for (const std::string& arn : topic->subscriptions)
    all.push_back(summary(sns.subscriptions.at(arn)));
  return Json{{"Subscriptions", all}};
}

ApiResult<Json> list_topics(Sns& sns, const Request& request) {
  Json all = Json::array();
  for (const auto& [arn, topic] : sns.topics)
    if (topic.place == request.place()) all.push_back({{"TopicArn", arn}});
  return Json{{"Topics", all}};
}

ApiResult<Json> publish_batch(Sns& sns, const Request& request) {
  constexpr std::size_t kMost = 10;
  const Topic* topic = asked_for(sns, request);
  if (topic == nullptr) return no_such_topic();
  const Json& entries = input::member(request.input, "PublishBatchRequestEntries");
  if (!entries.is_array() || entries.empty())
    return ApiError{"EmptyBatchRequest", "The batch request doesn't contain any entries."};
  if (entries.size() > kMost)
    return ApiError{"TooManyEntriesInBatchRequest",
                    "The batch request contains more entries than permissible."};
  std::set<std::string> ids;
  for (const Json& entry : entries)
    if (!ids.insert(input::text(entry, "Id")).second)
      return ApiError{"BatchEntryIdsNotDistinct",
                      "Two or more batch entries in the request have the same Id."};
  Json done = Json::array();
  Json failed = Json::array();
  for (const Json& entry : entries) {
    const std::string id = input::text(entry, "Id");
    if (const ApiResult<Json> sent = publish_one(sns, *topic, entry)) {
      done.push_back({{"Id", id}, {"MessageId", sent->at("MessageId")}});
    } else {
      failed.push_back({{"Id", id},
                        {"Code", sent.error().code},
                        {"Message", sent.error().message},
                        {"SenderFault", true}});
    }
  }
  return Json{{"Successful", done}, {"Failed", failed}};
}

// A message to a phone number or an endpoint of its own is one to a person.
ApiResult<Json> publish_message(Sns& sns, const Request& request) {
  std::string arn = input::text(request.input, "TopicArn");
  if (arn.empty()) arn = input::text(request.input, "TargetArn");
  const std::string phone = input::text(request.input, "PhoneNumber");
  if (arn.empty() && phone.empty())
    return invalid("TopicArn or TargetArn Reason: no value for required parameter");
  if (!phone.empty()) {
    const Topic none{request.place(), "PhoneNumber", "", {}, {}};
    ApiResult<Publication> read = read_publication(sns, none, request.input);
    if (!read) return read.error();
    Subscription direct;
    direct.protocol = "sms";
    direct.endpoint = phone;
    Json answer{{"MessageId", read->id}};
    send_directly(sns, none, std::move(direct), *std::move(read));
    return answer;
  }
  if (!Arn::parse(arn)) return invalid(fmt::format("TopicArn Reason: {} is not an ARN", arn));
  const Topic* topic = sns.topic(arn);
  if (topic == nullptr) return no_such_topic();
  return publish_one(sns, *topic, request.input);
}

ApiResult<Json> set_subscription_attributes(Sns& sns, const Request& request) {
  Subscription* subscription = asked_subscription(sns, request);
  if (subscription == nullptr) return no_such_subscription();
  const std::string name = input::text(request.input, "AttributeName");
  if (name.empty()) return invalid("AttributeName");
  const ApiResult<void> done =
      set_attribute(*subscription, name, input::member(request.input, "AttributeValue"));
  if (!done) return done.error();
  return Json::object();
}

ApiResult<Json> set_topic_attributes(Sns& sns, const Request& request) {
  Topic* topic = asked_for(sns, request);
  if (topic == nullptr) return no_such_topic();
  const std::string name = input::text(request.input, "AttributeName");
  if (name.empty()) return invalid("AttributeName");
  topic->attributes[name] = input::text(request.input, "AttributeValue");
  return Json::object();
}

ApiResult<Json> subscribe(Sns& sns, const Request& request) {
  Topic* topic = asked_for(sns, request);
  if (topic == nullptr) return no_such_topic();
  const auto made = add_subscription(sns, *topic, request.input);
  if (!made) return made.error();
  return Json{{"SubscriptionArn", (*made)->arn}};
}

ApiResult<Json> unsubscribe(Sns& sns, const Request& request) {
  remove_subscription(sns, input::text(request.input, "SubscriptionArn"));
  return Json::object();
}

}  // namespace opsim::sns
