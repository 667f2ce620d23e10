#include "models/sns/service.hpp"

#include <algorithm>

#include "models/sns/sns.hpp"

namespace opsim {

namespace {

using sns::Sns;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {.name = "AddPermission", .not_simulated = "topic policies are not asked"},
    {.name = "ConfirmSubscription", .not_simulated = "subscriptions are confirmed at once"},
    {.name = "CreateTopic", .now = immediate<Sns, sns::create_topic>},
    {.name = "DeleteTopic", .now = immediate<Sns, sns::delete_topic>},
    {.name = "GetSubscriptionAttributes",
     .access = Access::read,
     .now = immediate<Sns, sns::get_subscription_attributes>},
    {.name = "GetTopicAttributes",
     .access = Access::read,
     .now = immediate<Sns, sns::get_topic_attributes>},
    {.name = "ListSubscriptions",
     .access = Access::read,
     .now = immediate<Sns, sns::list_subscriptions>},
    {.name = "ListSubscriptionsByTopic",
     .access = Access::read,
     .now = immediate<Sns, sns::list_subscriptions_by_topic>},
    {.name = "ListTopics", .access = Access::read, .now = immediate<Sns, sns::list_topics>},
    {.name = "Publish", .now = immediate<Sns, sns::publish_message>},
    {.name = "PublishBatch", .now = immediate<Sns, sns::publish_batch>},
    {.name = "RemovePermission", .not_simulated = "topic policies are not asked"},
    {.name = "SetSubscriptionAttributes", .now = immediate<Sns, sns::set_subscription_attributes>},
    {.name = "SetTopicAttributes", .now = immediate<Sns, sns::set_topic_attributes>},
    {.name = "Subscribe", .now = immediate<Sns, sns::subscribe>},
    {.name = "Unsubscribe", .now = immediate<Sns, sns::unsubscribe>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr std::string_view kProtocolNames[] = {
    "application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs"};
constexpr Shape kProtocol{.kind = Kind::text, .allowed = kProtocolNames};

constexpr Field kInlineFields[] = {
    {.name = "Endpoint", .shape = &kText, .need = Need::required},
    {.name = "Protocol", .shape = &kProtocol, .need = Need::required},
};
constexpr Shape kInline{.kind = Kind::mapping, .fields = kInlineFields};
constexpr Shape kInlines{.kind = Kind::list, .of = &kInline};

constexpr Field kTopicFields[] = {
    {.name = "ContentBasedDeduplication", .simulated = Simulated::no},
    {.name = "DataProtectionPolicy", .simulated = Simulated::no},
    {.name = "DisplayName", .shape = &kText},
    {.name = "FifoTopic", .shape = &kBoolean},
    {.name = "KmsMasterKeyId", .simulated = Simulated::no},
    {.name = "Subscription", .shape = &kInlines},
    {.name = "Tags"},
    {.name = "TopicName", .shape = &kText},
    {.name = "TracingConfig", .simulated = Simulated::no},
};
constexpr Shape kTopic{.kind = Kind::mapping, .fields = kTopicFields};

constexpr Field kSubscriptionFields[] = {
    {.name = "DeliveryPolicy", .simulated = Simulated::no},
    {.name = "Endpoint", .shape = &kText},
    {.name = "FilterPolicy"},
    {.name = "FilterPolicyScope", .shape = &kText},
    {.name = "Protocol", .shape = &kProtocol, .need = Need::required},
    {.name = "RawMessageDelivery", .shape = &kBoolean},
    {.name = "RedrivePolicy"},
    {.name = "Region", .simulated = Simulated::no},
    {.name = "SubscriptionRoleArn", .simulated = Simulated::no},
    {.name = "TopicArn", .shape = &kText, .need = Need::required},
};
constexpr Shape kSubscription{.kind = Kind::mapping, .fields = kSubscriptionFields};

constexpr Field kPolicyFields[] = {
    {.name = "PolicyDocument", .simulated = Simulated::no},
    {.name = "Topics"},
};
constexpr Shape kPolicy{.kind = Kind::mapping, .fields = kPolicyFields};

constexpr ResourceType kResources[] = {
    {.type = "AWS::SNS::Subscription",
     .create = create<Sns, sns::create_subscription>,
     .properties = &kSubscription},
    {.type = "AWS::SNS::Topic",
     .create = create<Sns, sns::create_topic_resource>,
     .properties = &kTopic},
    {.type = "AWS::SNS::TopicPolicy",
     .create = create<Sns, sns::create_topic_policy>,
     .properties = &kPolicy},
};

constexpr DeliveryTarget kTargets[] = {{"sns", "", deliver<Sns, sns::take_delivery>}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "topics, subscriptions, Publish, PublishBatch, MessageStructure json",
     "SNS API Reference"},
    {Grade::simulated, "fan-out to SQS, Lambda, Firehose; raw delivery; SNS's JSON envelope",
     "SNS Developer Guide, message formats"},
    {Grade::simulated, "delivery retries by protocol, then the subscription's dead-letter queue",
     "SNS Developer Guide, message delivery retries"},
    {Grade::simplified, "delivery latency is an estimate (median 100 ms, p99 1 s); no jitter"},
    {Grade::simplified, "mail, SMS and HTTP subscriptions need no confirmation"},
    {Grade::simplified, "topic policies are kept and allow everything"},
    {Grade::simulated, "filter policies on attributes and body, their limits and errors",
     "SNS Developer Guide, message filtering"},
    {Grade::absent, "FIFO topics, mobile push, SMS quotas, data protection"},
};

}  // namespace

extern const Service kSns{
    .name = "sns",
    .title = "Amazon SNS",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Sns>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .targets = kTargets,
    .fidelity = kFidelity,
};

}  // namespace opsim
