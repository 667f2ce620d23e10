#include "models/sns/service.hpp"

#include <algorithm>

#include "models/sns/sns.hpp"

namespace opsim {

namespace {

using sns::Sns;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {.name = "AddPermission", .now = immediate<Sns, sns::add_permission>},
    {.name = "ConfirmSubscription", .now = immediate<Sns, sns::confirm_subscription>},
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
    {.name = "RemovePermission", .now = immediate<Sns, sns::remove_permission>},
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

constexpr std::string_view kScopeNames[] = {"MessageGroup", "Topic"};
constexpr Shape kScope{.kind = Kind::text, .allowed = kScopeNames};

constexpr Field kTopicFields[] = {
    {.name = "ArchivePolicy", .doc = "MessageRetentionPeriod in days: FIFO topics archive."},
    {.name = "ContentBasedDeduplication", .shape = &kBoolean},
    {.name = "DataProtectionPolicy", .simulated = Simulated::no},
    {.name = "DeliveryStatusLogging", .simulated = Simulated::no},
    {.name = "DisplayName", .shape = &kText},
    {.name = "FifoThroughputScope", .shape = &kScope},
    {.name = "FifoTopic", .shape = &kBoolean},
    {.name = "KmsMasterKeyId", .simulated = Simulated::no},
    {.name = "SignatureVersion", .simulated = Simulated::no},
    {.name = "Subscription", .shape = &kInlines},
    {.name = "Tags"},
    {.name = "TopicName", .shape = &kText},
    {.name = "TracingConfig", .simulated = Simulated::no},
};
constexpr Shape kTopic{.kind = Kind::mapping, .fields = kTopicFields};

constexpr Field kSubscriptionFields[] = {
    {.name = "DeliveryPolicy", .doc = "How often HTTP/S is tried again, and how many a second."},
    {.name = "Endpoint", .shape = &kText},
    {.name = "FilterPolicy"},
    {.name = "FilterPolicyScope", .shape = &kText},
    {.name = "Protocol", .shape = &kProtocol, .need = Need::required},
    {.name = "RawMessageDelivery", .shape = &kBoolean},
    {.name = "RedrivePolicy"},
    {.name = "Region", .simulated = Simulated::no},
    {.name = "ReplayPolicy", .doc = "From where in the topic's archive to replay."},
    {.name = "SubscriptionRoleArn", .simulated = Simulated::no},
    {.name = "TopicArn", .shape = &kText, .need = Need::required},
};
constexpr Shape kSubscription{.kind = Kind::mapping, .fields = kSubscriptionFields};

constexpr Field kPolicyFields[] = {
    {.name = "PolicyDocument", .need = Need::required},
    {.name = "Topics", .need = Need::required},
};
constexpr Shape kPolicy{.kind = Kind::mapping, .fields = kPolicyFields};

constexpr Field kInlinePolicyFields[] = {
    {.name = "PolicyDocument", .need = Need::required},
    {.name = "TopicArn", .shape = &kText, .need = Need::required},
};
constexpr Shape kInlinePolicy{.kind = Kind::mapping, .fields = kInlinePolicyFields};

constexpr ResourceType kResources[] = {
    {.type = "AWS::SNS::Subscription",
     .create = create<Sns, sns::create_subscription>,
     .properties = &kSubscription},
    {.type = "AWS::SNS::Topic",
     .create = create<Sns, sns::create_topic_resource>,
     .properties = &kTopic},
    {.type = "AWS::SNS::TopicInlinePolicy",
     .create = create<Sns, sns::create_topic_inline_policy>,
     .properties = &kInlinePolicy},
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
    {Grade::simulated, "HTTP/S delivery policies of topics and subscriptions, throttlePolicy",
     "SNS Developer Guide, creating an HTTP/S delivery policy"},
    {Grade::simulated,
     "FIFO topics: order within a group, deduplication for five minutes, throughput scope",
     "SNS Developer Guide, FIFO topics"},
    {Grade::simulated, "confirmation of mail, HTTP/S and other accounts' endpoints; tokens, 48 h",
     "SNS API Reference, Subscribe"},
    {Grade::simulated, "topic policies of templates and AddPermission",
     "SNS Developer Guide, access control"},
    {Grade::simplified, "delivery latency is an estimate (median 100 ms, p99 1 s); no jitter"},
    {Grade::simplified, "the curves of backoff functions, which AWS only draws"},
    {Grade::simplified,
     "a template's mail and HTTP/S subscriptions had confirmed, unless physics says otherwise"},
    {Grade::simulated, "rules and buckets need a statement of the topic's policy",
     "EventBridge User Guide, eb-use-resource-based"},
    {Grade::simplified, "FIFO topics have no throughput limit (AWS: 3,000 messages a second)"},
    {Grade::simulated, "filter policies on attributes and body, their limits and errors",
     "SNS Developer Guide, message filtering"},
    {Grade::simulated, "FIFO topics archive messages and replay them to a subscription",
     "fifo-message-archiving-replay"},
    {Grade::absent, "mobile push, SMS quotas, data protection"},
    {Grade::absent, "delivery status logs"},
};

}  // namespace

extern const Service kSns{
    .name = "sns",
    .title = "Amazon SNS",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Sns>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .targets = kTargets,
    .physics = sns::physics(),
    .faults = sns::faults(),
    .fidelity = kFidelity,
};

}  // namespace opsim
