#pragma once
/// Amazon SNS over all accounts and Regions: topics, subscriptions, and how a message reaches them.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/sns/filter_policy.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::sns {

struct Subscription {
  std::string arn;
  std::string topic_arn;
  std::string protocol;  // sqs, lambda, firehose, email, email-json, sms, http, https, application
  std::string endpoint;
  std::string owner;
  bool raw = false;             // RawMessageDelivery
  std::string dead_letter_arn;  // RedrivePolicy
  Json filter;                  // FilterPolicy; null: everything passes
  FilterScope scope = FilterScope::attributes;
  std::map<std::string, std::string> others;  // DeliveryPolicy, ... as they were written
};

struct Topic {
  Place place;
  std::string name;
  std::string arn;
  std::map<std::string, std::string> attributes;  // DisplayName, Policy, ...: kept
  std::vector<std::string> subscriptions;         // ARNs, in the order of subscribing
};

/// What Publish carries.
struct Publication {
  std::string id;
  std::string topic_arn;
  std::string subject;
  std::string message;
  Json per_protocol;                 // MessageStructure json: protocol -> text; else null
  Json attributes = Json::object();  // MessageAttributes
  SimTime at{};
};

class Sns : public Model {
 public:
  explicit Sns(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::string, Topic, std::less<>> topics;                // by ARN
  std::map<std::string, Subscription, std::less<>> subscriptions;  // by ARN

  [[nodiscard]] Topic* topic(std::string_view arn);
};

// ---- Words of the service ----
ApiError no_such_topic();
ApiError invalid(std::string_view parameter);

// ---- Topics and subscriptions ----
/// Makes it, or gives the one that has this name already.
ApiResult<Topic*> add_topic(Sns& sns, const Place& place, const std::string& name,
                            const Json& attributes);
/// `settings`: Protocol, Endpoint, and attributes beside them or under Attributes.
ApiResult<const Subscription*> add_subscription(Sns& sns, Topic& topic, const Json& settings);
ApiResult<void> set_attribute(Subscription& subscription, const std::string& name,
                              const Json& value);

// ---- Publishing ----
ApiResult<Publication> read_publication(Sns& sns, const Topic& topic, const Json& input);
/// Writes the journal and sends it on its way to every subscription.
void publish(Sns& sns, const Topic& topic, Publication publication);
/// To one subscriber that need not stand in any topic.
void send_directly(Sns& sns, const Topic& topic, Subscription subscription,
                   Publication publication);
/// What a subscriber receives: SNS's envelope, or the message alone.
std::string payload(const Subscription& subscription, const Publication& publication);
/// How long to wait before this retry (from 1); nothing when SNS gives up.
std::optional<Duration> retry_delay(std::string_view protocol, int retry);

// ---- Operations ----
ApiResult<Json> create_topic(Sns& sns, const Request& request);
ApiResult<Json> delete_topic(Sns& sns, const Request& request);
ApiResult<Json> get_subscription_attributes(Sns& sns, const Request& request);
ApiResult<Json> get_topic_attributes(Sns& sns, const Request& request);
ApiResult<Json> list_subscriptions(Sns& sns, const Request& request);
ApiResult<Json> list_subscriptions_by_topic(Sns& sns, const Request& request);
ApiResult<Json> list_topics(Sns& sns, const Request& request);
ApiResult<Json> publish_batch(Sns& sns, const Request& request);
ApiResult<Json> publish_message(Sns& sns, const Request& request);
ApiResult<Json> set_subscription_attributes(Sns& sns, const Request& request);
ApiResult<Json> set_topic_attributes(Sns& sns, const Request& request);
ApiResult<Json> subscribe(Sns& sns, const Request& request);
ApiResult<Json> unsubscribe(Sns& sns, const Request& request);

// ---- Resources and deliveries ----
ApiResult<Created> create_topic_resource(Sns& sns, const ResourceRequest& request);
ApiResult<Created> create_subscription(Sns& sns, const ResourceRequest& request);
ApiResult<Created> create_topic_policy(Sns& sns, const ResourceRequest& request);
Process<ApiResult<Json>> take_delivery(Sns& sns, Delivery delivery);

}  // namespace opsim::sns
