// Operations on topics and messages. AWS: SNS API Reference, the operation of the same name.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/sns/archive.hpp"
#include "models/sns/sns.hpp"
#include "models/sns/subscription_view.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::sns {

namespace {

constexpr std::size_t kPageSize = 100;  // SNS API, List*: "a limited list of 100"
constexpr std::size_t kMostInBatch = 10;
constexpr std::size_t kLargestBatch = 262'144;  // all messages of a batch together

/// One page of `all` under `member`; the token is where the next begins.
ApiResult<Json> page_of(const Json& all, const Request& request, const char* member) {
  const std::string token = input::text(request.input, "NextToken");
  const auto begin =
      token.empty() ? std::optional<std::int64_t>{0} : input::integer(request.input, "NextToken");
  if (!begin || *begin < 0) return invalid("NextToken");
  Json page = Json::array();
  auto at = static_cast<std::size_t>(*begin);
  for (; at < all.size() && page.size() < kPageSize; ++at) page.push_back(all[at]);
  Json answer{{member, std::move(page)}};
  if (at < all.size()) answer["NextToken"] = std::to_string(at);
  return answer;
}

ApiResult<Json> publish_one(Sns& sns, Topic& topic, const Json& input) {
  ApiResult<Publication> read = read_publication(sns, topic, input);
  if (!read) return read.error();
  return publish(sns, topic, *std::move(read));
}

ApiError forbidden(std::string why) { return {"AuthorizationError", std::move(why), 403}; }

/// A message to a phone number stands in no topic.
ApiResult<Json> publish_to_phone(Sns& sns, const Request& request, const std::string& phone) {
  Topic none;
  none.place = request.place();
  none.name = "PhoneNumber";
  ApiResult<Publication> read = read_publication(sns, none, request.input);
  if (!read) return read.error();
  Subscription direct;
  direct.protocol = "sms";
  direct.endpoint = phone;
  Json answer{{"MessageId", read->id}};
  send(sns,
       {none.place, none.name, false, std::move(direct), *std::move(read), retry_policy_of("sms")});
  return answer;
}

ApiResult<void> check_batch(const Json& entries) {
  if (!entries.is_array() || entries.empty())
    return ApiError{"EmptyBatchRequest", "The batch request doesn't contain any entries."};
  if (entries.size() > kMostInBatch)
    return ApiError{"TooManyEntriesInBatchRequest",
                    "The batch request contains more entries than permissible."};
  std::set<std::string> ids;
  std::size_t size = 0;
  for (const Json& entry : entries) {
    if (!ids.insert(input::text(entry, "Id")).second)
      return ApiError{"BatchEntryIdsNotDistinct",
                      "Two or more batch entries in the request have the same Id."};
    size += input::text(entry, "Message").size();
  }
  if (size > kLargestBatch)
    return ApiError{"BatchRequestTooLong",
                    "The length of all the batch messages put together is more than the limit."};
  return {};
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
  const Topic* topic = sns.topic(input::text(request.input, "TopicArn"));
  if (topic == nullptr) return Json::object();
  // "You must first deactivate the archive policy" (message-archiving-and-replay-topic-owner).
  if (topic->archive)
    return ApiError{"InvalidState",
                    "Cannot delete a topic with an active archive policy; deactivate it first"};
  for (const std::string& arn : topic->subscriptions) sns.subscriptions.erase(arn);
  sns.topics.erase(std::string{topic->arn});
  return Json::object();
}

ApiResult<Json> get_topic_attributes(Sns& sns, const Request& request) {
  const ApiResult<Topic*> asked = sns.asked_topic(request.input);
  if (!asked) return asked.error();
  const Topic* topic = *asked;
  const auto pending = std::ranges::count_if(topic->subscriptions, [&](const std::string& arn) {
    return sns.subscriptions.at(arn).pending();
  });
  Json attributes{
      {"TopicArn", topic->arn},
      {"Owner", topic->place.account},
      {"EffectiveDeliveryPolicy", effective_text(topic->delivery_policy, PolicyOf::topic)},
      {"SubscriptionsConfirmed", std::to_string(std::ssize(topic->subscriptions) - pending)},
      {"SubscriptionsPending", std::to_string(pending)},
      {"SubscriptionsDeleted", std::to_string(topic->deleted)}};
  if (!topic->attributes.contains("Policy")) attributes["Policy"] = default_policy(*topic).dump();
  for (const auto& [name, value] : topic->attributes) attributes[name] = value;
  if (topic->archive && topic->archive->since)
    attributes["BeginningArchiveTime"] =
        iso8601(std::chrono::floor<std::chrono::seconds>(*topic->archive->since));
  return Json{{"Attributes", attributes}};
}

ApiResult<Json> list_subscriptions(Sns& sns, const Request& request) {
  Json all = Json::array();
  for (const auto& [arn, topic] : sns.topics) {
    if (topic.place != request.place()) continue;
    for (const std::string& one : topic.subscriptions)
      all.push_back(summary(sns.subscriptions.at(one)));
  }
  return page_of(all, request, "Subscriptions");
}

ApiResult<Json> list_subscriptions_by_topic(Sns& sns, const Request& request) {
  const ApiResult<Topic*> asked = sns.asked_topic(request.input);
  if (!asked) return asked.error();
  const Topic* topic = *asked;
  Json all = Json::array();
  for (const std::string& arn : topic->subscriptions)
    all.push_back(summary(sns.subscriptions.at(arn)));
  return page_of(all, request, "Subscriptions");
}

ApiResult<Json> list_topics(Sns& sns, const Request& request) {
  Json all = Json::array();
  for (const auto& [arn, topic] : sns.topics)
    if (topic.place == request.place()) all.push_back({{"TopicArn", arn}});
  return page_of(all, request, "Topics");
}

ApiResult<Json> publish_batch(Sns& sns, const Request& request) {
  const ApiResult<Topic*> asked = sns.asked_topic(request.input);
  if (!asked) return asked.error();
  Topic* topic = *asked;
  if (std::string why = not_allowed(*topic, request.caller, "SNS:Publish", ""); !why.empty())
    return forbidden(std::move(why));
  const Json& entries = input::member(request.input, "PublishBatchRequestEntries");
  if (ApiResult<void> checked = check_batch(entries); !checked) return checked.error();
  // As recorded on AWS: one entry that is wrong and nothing of the batch is published.
  std::vector<Publication> all;
  for (const Json& entry : entries) {
    ApiResult<Publication> read = read_publication(sns, *topic, entry);
    if (!read) return read.error();
    all.push_back(*std::move(read));
  }
  Json done = Json::array();
  for (std::size_t i = 0; i < all.size(); ++i) {
    Json answer = publish(sns, *topic, std::move(all[i]));
    answer["Id"] = input::text(entries[i], "Id");
    done.push_back(std::move(answer));
  }
  return Json{{"Successful", done}, {"Failed", Json::array()}};
}

// A message to a phone number or an endpoint of its own is one to a person.
ApiResult<Json> publish_message(Sns& sns, const Request& request) {
  std::string arn = input::text(request.input, "TopicArn");
  if (arn.empty()) arn = input::text(request.input, "TargetArn");
  const std::string phone = input::text(request.input, "PhoneNumber");
  if (arn.empty() && phone.empty())
    return invalid_because("TopicArn or TargetArn", "no value for required parameter");
  if (!phone.empty()) return publish_to_phone(sns, request, phone);
  const ApiResult<Topic*> asked = sns.asked_topic({{"TopicArn", arn}});
  if (!asked) return asked.error();
  Topic* topic = *asked;
  if (std::string why = not_allowed(*topic, request.caller, "SNS:Publish", ""); !why.empty())
    return forbidden(std::move(why));
  return publish_one(sns, *topic, request.input);
}

ApiResult<Json> set_topic_attributes(Sns& sns, const Request& request) {
  const ApiResult<Topic*> asked = sns.asked_topic(request.input);
  if (!asked) return asked.error();
  Topic* topic = *asked;
  const std::string name = input::text(request.input, "AttributeName");
  if (name.empty()) return invalid("AttributeName");
  const Json& value = input::member(request.input, "AttributeValue");
  if (ApiResult<void> done = set_topic_attribute(*topic, name, value.is_null() ? Json("") : value);
      !done)
    return done.error();
  begin_archive(*topic, sns.cloud.sim().now());
  return Json::object();
}

}  // namespace opsim::sns
