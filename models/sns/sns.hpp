#pragma once
/// Amazon SNS over all accounts and Regions: topics, subscriptions, and how a message reaches them.
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/sns/delivery_policy.hpp"
#include "models/sns/filter_policy.hpp"
#include "opsim/cloud/cloud.hpp"
#include "opsim/cloud/deduplication.hpp"
#include "opsim/kernel/distribution.hpp"

namespace opsim::sns {

/// How the far side of a subscription behaves: physics and faults (endpoints.cpp).
struct Endpoint {
  std::optional<Distribution> answers_in;
  double success_share = 1;
  int failure_status = 500;
  SimTime down_until{};  // a fault
  int down_status = 503;
};

enum class ReplayStatus : std::uint8_t { pending, in_progress, completed, failed };
/// ReplayPolicy of a subscription to a FIFO topic that archives (archive.hpp).
struct Replay {
  SimTime from{};
  std::optional<SimTime> until = {};
  ReplayStatus status = ReplayStatus::pending;
  std::size_t left = 0;  // messages on their way
};

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
  DeliveryPolicy delivery_policy;
  std::optional<Replay> replay;
  std::map<std::string, std::string> others;  // attributes as they were written
  std::string token;                          // to confirm it with; "" once it is confirmed
  bool authenticated = true;                  // ConfirmationWasAuthenticated
  Endpoint behaves;
  SimTime next_delivery{};  // where a throttlePolicy paces it
  [[nodiscard]] bool pending() const { return !token.empty(); }
};

/// What makes a FIFO topic one.
struct FifoTopic {
  bool content_based_deduplication = false;
  bool deduplicates_by_group = false;  // FifoThroughputScope: MessageGroup
  Deduplication sent;
  std::uint64_t last_number = 0;
};

/// What Publish carries.
struct Publication {
  std::string id;
  std::string topic_arn;
  std::string subject;
  std::string message;
  Json per_protocol;                 // MessageStructure json: protocol -> text; else null
  Json attributes = Json::object();  // MessageAttributes
  std::string group;                 // MessageGroupId
  std::string deduplication_id;      // of FIFO topics, as the next
  std::string sequence_number;
  SimTime at{};
  bool replayed = false;
};

/// ArchivePolicy of a FIFO topic.
struct Archive {
  Duration retention{};
  std::optional<SimTime> since = {};  // BeginningArchiveTime
  std::deque<Publication> messages = {};
};

struct Topic {
  Place place;
  std::string name;
  std::string arn;
  std::map<std::string, std::string> attributes;  // DisplayName, Policy, ...: as written
  DeliveryPolicy delivery_policy;
  std::optional<FifoTopic> fifo;
  std::optional<Archive> archive;
  std::vector<std::string> subscriptions;  // ARNs, in the order of subscribing
  std::size_t deleted = 0;                 // subscriptions that were
};

/// One message on its way to one subscriber.
struct Parcel {
  Place place;
  std::string topic;  // its name, for metrics
  bool fifo = false;
  Subscription subscription;
  Publication publication;
  RetryPolicy retries;
};

/// In a FIFO topic each subscriber gets the messages of a group one after another.
using LaneKey = std::pair<std::string, std::string>;  // subscription, group
struct LaneEntry {
  Parcel parcel;
  CauseId cause;
};

class Sns : public Model {
 public:
  explicit Sns(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<std::string, Topic, std::less<>> topics;                // by ARN
  std::map<std::string, Subscription, std::less<>> subscriptions;  // by ARN
  std::map<LaneKey, std::deque<LaneEntry>> lanes;                  // none is empty

  [[nodiscard]] Topic* topic(std::string_view arn);
  /// The one that a call names in TopicArn, or what SNS says where there is none.
  [[nodiscard]] ApiResult<Topic*> asked_topic(const Json& input);
  [[nodiscard]] Subscription* subscription(std::string_view arn);
};

// ---- Words of the service ----
ApiError no_such_topic();
ApiError invalid(std::string_view parameter);
ApiError invalid_because(std::string_view parameter, std::string_view reason);
/// A text as it is, anything structured as its JSON.
std::string attribute_text(const Json& value);

// ---- Topics ----
/// Makes it, or gives the one that has this name and these attributes already.
ApiResult<Topic*> add_topic(Sns& sns, const Place& place, const std::string& name,
                            const Json& attributes);
ApiResult<void> set_topic_attribute(Topic& topic, const std::string& name, const Json& value);
/// What a topic has that nobody gave a policy.
Json default_policy(const Topic& topic);
/// Why the caller may not, by the topic's policy; "" when it may.
std::string not_allowed(const Topic& topic, const Caller& caller, std::string_view action,
                        std::string_view source_arn);

// ---- Subscriptions ----
struct Subscriber {
  std::string account;     // that asks
  bool confirmed = false;  // the endpoint agreed long ago
};
/// `settings`: Protocol, Endpoint, and attributes beside them or under Attributes. Where the
/// endpoint must agree, it is asked.
ApiResult<const Subscription*> add_subscription(Sns& sns, Topic& topic, const Json& settings,
                                                const Subscriber& subscriber);
void remove_subscription(Sns& sns, const std::string& arn);
ApiResult<void> set_attribute(Subscription& subscription, const std::string& name,
                              const Json& value);
/// By protocol and accounts: whether the endpoint has to confirm.
bool needs_confirmation(const Subscription& subscription, const std::string& subscriber);
/// Sends the endpoint a token; nothing else reaches it until ConfirmSubscription brings that back.
void ask_for_confirmation(Sns& sns, Subscription& subscription);

// ---- Publishing ----
ApiResult<void> check_message_attributes(const Json& attributes);
ApiResult<Publication> read_publication(Sns& sns, const Topic& topic, const Json& input);
/// Writes the journal and sends it on its way to every subscription. The answer of Publish.
Json publish(Sns& sns, Topic& topic, Publication publication);
/// On its way: after those of its lane, in a FIFO topic.
void send(Sns& sns, Parcel parcel);
/// What one would say the message is about: its subject, an event's detail-type, its first line.
std::string headline(const Publication& publication);
std::string text_for(const Subscription& subscription, const Publication& publication);
/// What a subscriber receives: SNS's envelope, or the message alone.
std::string payload(const Subscription& subscription, const Publication& publication);
bool goes_to_a_person(std::string_view protocol);
/// AWS Chatbot listens as an HTTPS endpoint of its own, which confirms by itself.
bool is_chatbot(std::string_view endpoint);
Arn target_of(const Subscription& subscription);
void count(Sns& sns, const Place& place, std::string_view topic, std::string_view metric,
           double value = 1);

// ---- Endpoints ----
/// How the endpoint spoils this attempt, if it does.
std::optional<ApiError> endpoint_error(Sns& sns, const Subscription& subscription);
std::span<const Physics> physics();
std::span<const Fault> faults();

// ---- Operations ----
ApiResult<Json> add_permission(Sns& sns, const Request& request);
ApiResult<Json> confirm_subscription(Sns& sns, const Request& request);
ApiResult<Json> create_topic(Sns& sns, const Request& request);
ApiResult<Json> delete_topic(Sns& sns, const Request& request);
ApiResult<Json> get_subscription_attributes(Sns& sns, const Request& request);
ApiResult<Json> get_topic_attributes(Sns& sns, const Request& request);
ApiResult<Json> list_subscriptions(Sns& sns, const Request& request);
ApiResult<Json> list_subscriptions_by_topic(Sns& sns, const Request& request);
ApiResult<Json> list_topics(Sns& sns, const Request& request);
ApiResult<Json> publish_batch(Sns& sns, const Request& request);
ApiResult<Json> publish_message(Sns& sns, const Request& request);
ApiResult<Json> remove_permission(Sns& sns, const Request& request);
ApiResult<Json> set_subscription_attributes(Sns& sns, const Request& request);
ApiResult<Json> set_topic_attributes(Sns& sns, const Request& request);
ApiResult<Json> subscribe(Sns& sns, const Request& request);
ApiResult<Json> unsubscribe(Sns& sns, const Request& request);

// ---- Resources and deliveries ----
ApiResult<Created> create_topic_resource(Sns& sns, const ResourceRequest& request);
ApiResult<Created> create_subscription(Sns& sns, const ResourceRequest& request);
ApiResult<Created> create_topic_inline_policy(Sns& sns, const ResourceRequest& request);
ApiResult<Created> create_topic_policy(Sns& sns, const ResourceRequest& request);
Process<ApiResult<Json>> take_delivery(Sns& sns, Delivery delivery);

}  // namespace opsim::sns
