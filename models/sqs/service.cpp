#include "models/sqs/service.hpp"

#include <algorithm>

#include "models/sqs/sqs.hpp"

namespace opsim {

namespace {

using sqs::Sqs;

// Estimate: SQS answers within tens of milliseconds.
constexpr CallPhysics kQuick{.typical = std::chrono::milliseconds{8}};

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {.name = "AddPermission", .now = immediate<Sqs, sqs::add_permission>},
    {.name = "CancelMessageMoveTask", .now = immediate<Sqs, sqs::cancel_message_move_task>},
    {.name = "ChangeMessageVisibility",
     .now = immediate<Sqs, sqs::change_message_visibility>,
     .physics = kQuick},
    {.name = "ChangeMessageVisibilityBatch",
     .now = immediate<Sqs, sqs::change_message_visibility_batch>,
     .physics = kQuick},
    {.name = "CreateQueue", .now = immediate<Sqs, sqs::create_queue>},
    {.name = "DeleteMessage", .now = immediate<Sqs, sqs::delete_message>, .physics = kQuick},
    {.name = "DeleteMessageBatch",
     .now = immediate<Sqs, sqs::delete_message_batch>,
     .physics = kQuick},
    {.name = "DeleteQueue", .now = immediate<Sqs, sqs::delete_queue>},
    {.name = "GetQueueAttributes",
     .access = Access::read,
     .now = immediate<Sqs, sqs::get_queue_attributes>,
     .physics = kQuick},
    {.name = "GetQueueUrl", .access = Access::read, .now = immediate<Sqs, sqs::get_queue_url>},
    {.name = "ListDeadLetterSourceQueues",
     .access = Access::read,
     .now = immediate<Sqs, sqs::list_dead_letter_source_queues>},
    {.name = "ListMessageMoveTasks",
     .access = Access::read,
     .now = immediate<Sqs, sqs::list_message_move_tasks>},
    {.name = "ListQueueTags", .access = Access::read, .now = immediate<Sqs, sqs::list_queue_tags>},
    {.name = "ListQueues", .access = Access::read, .now = immediate<Sqs, sqs::list_queues>},
    {.name = "PurgeQueue", .now = immediate<Sqs, sqs::purge_queue>},
    {.name = "ReceiveMessage", .later = waiting<Sqs, sqs::receive_message>, .physics = kQuick},
    {.name = "RemovePermission", .now = immediate<Sqs, sqs::remove_permission>},
    {.name = "SendMessage", .now = immediate<Sqs, sqs::send_message>, .physics = kQuick},
    {.name = "SendMessageBatch", .now = immediate<Sqs, sqs::send_message_batch>, .physics = kQuick},
    {.name = "SetQueueAttributes", .now = immediate<Sqs, sqs::set_queue_attributes>},
    {.name = "StartMessageMoveTask", .now = immediate<Sqs, sqs::start_message_move_task>},
    {.name = "TagQueue", .now = immediate<Sqs, sqs::tag_queue>},
    {.name = "UntagQueue", .now = immediate<Sqs, sqs::untag_queue>},
};
static_assert(std::ranges::adjacent_find(kOperations, std::ranges::greater_equal{},
                                         &Operation::name) == std::end(kOperations),
              "sorted by name, no duplicates");

constexpr Shape kText{.kind = Kind::text};
constexpr Shape kBoolean{.kind = Kind::boolean};
constexpr Shape kDelay{.kind = Kind::integer, .min = 0, .max = 900};
constexpr Shape kSize{.kind = Kind::integer, .min = 1'024, .max = 1'048'576};
constexpr Shape kRetention{.kind = Kind::integer, .min = 60, .max = 1'209'600};
constexpr Shape kWait{.kind = Kind::integer, .min = 0, .max = 20};
constexpr Shape kVisibility{.kind = Kind::integer, .min = 0, .max = 43'200};

constexpr Field kQueueFields[] = {
    {.name = "ContentBasedDeduplication", .shape = &kBoolean},
    {.name = "DeduplicationScope", .shape = &kText},
    {.name = "DelaySeconds", .shape = &kDelay, .doc = "How long a message stays hidden at first."},
    {.name = "FifoQueue", .shape = &kBoolean},
    {.name = "FifoThroughputLimit", .shape = &kText, .doc = "perQueue or perMessageGroupId."},
    {.name = "KmsDataKeyReusePeriodSeconds", .simulated = Simulated::no},
    {.name = "KmsMasterKeyId", .simulated = Simulated::no},
    {.name = "MaximumMessageSize", .shape = &kSize},
    {.name = "MessageRetentionPeriod", .shape = &kRetention},
    {.name = "QueueName", .shape = &kText},
    {.name = "ReceiveMessageWaitTimeSeconds", .shape = &kWait},
    {.name = "RedriveAllowPolicy", .doc = "Whose dead-letter queue this may be."},
    {.name = "RedrivePolicy", .doc = "Where messages go that were received too often."},
    {.name = "SqsManagedSseEnabled", .simulated = Simulated::no},
    {.name = "Tags"},
    {.name = "VisibilityTimeout", .shape = &kVisibility},
};
constexpr Shape kQueue{.kind = Kind::mapping, .fields = kQueueFields};

constexpr Field kPolicyFields[] = {
    {.name = "PolicyDocument", .need = Need::required},
    {.name = "Queues", .need = Need::required},
};
constexpr Shape kPolicy{.kind = Kind::mapping, .fields = kPolicyFields};

constexpr Field kInlinePolicyFields[] = {
    {.name = "PolicyDocument", .need = Need::required},
    {.name = "Queue", .shape = &kText, .need = Need::required},
};
constexpr Shape kInlinePolicy{.kind = Kind::mapping, .fields = kInlinePolicyFields};

constexpr ResourceType kResources[] = {
    {.type = "AWS::SQS::Queue",
     .create = create<Sqs, sqs::create_queue_resource>,
     .properties = &kQueue},
    {.type = "AWS::SQS::QueueInlinePolicy",
     .create = create<Sqs, sqs::create_queue_inline_policy>,
     .properties = &kInlinePolicy},
    {.type = "AWS::SQS::QueuePolicy",
     .create = create<Sqs, sqs::create_queue_policy>,
     .properties = &kPolicy},
};

constexpr DeliveryTarget kTargets[] = {{"sqs", "", deliver<Sqs, sqs::take_delivery>}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "visibility timeout, delay, long polling, retention, batches",
     "SQS API Reference"},
    {Grade::simulated,
     "dead-letter queues: RedrivePolicy, RedriveAllowPolicy, kinds and times kept",
     "SQS Developer Guide, dead-letter queues"},
    {Grade::simulated, "FIFO queues: order within a message group, deduplication for five minutes",
     "SQS Developer Guide, FIFO queue delivery logic"},
    {Grade::simulated, "moves back from a dead-letter queue (StartMessageMoveTask)",
     "SQS API Reference"},
    {Grade::simulated, "depth and age metrics in AWS/SQS; poison pills and their age",
     "SQS Developer Guide, metrics"},
    {Grade::simulated, "calls a second of FIFO queues, high throughput mode, messages in flight",
     "SQS Developer Guide, message quotas"},
    {Grade::simulated, "queue policies of templates and AddPermission",
     "SQS Developer Guide, examples of policies"},
    {Grade::simplified, "standard queues deliver once and in order"},
    {Grade::simulated, "services need a statement of the queue's policy, or a role of its account",
     "EventBridge User Guide, eb-use-resource-based"},
    {Grade::simplified, "attributes, purges and deletions hold at once (AWS: up to 60 s)"},
    {Grade::absent, "fairness between the groups of a standard queue"},
};

}  // namespace

extern const Service kSqs{
    .name = "sqs",
    .title = "Amazon SQS",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Sqs>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .targets = kTargets,
    .fidelity = kFidelity,
};

}  // namespace opsim
