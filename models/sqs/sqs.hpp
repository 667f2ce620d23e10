#pragma once
/// Amazon SQS over all accounts and Regions: queues by name, and who finds them how.
#include <memory>
#include <set>

#include "models/sqs/queue.hpp"
#include "opsim/cloud/cloud.hpp"

namespace opsim::sqs {

/// One StartMessageMoveTask.
struct MoveTask {
  std::string handle;
  std::string source_arn;
  std::string destination_arn;  // "": each message to the queue that gave it up
  std::string status = "RUNNING";
  std::string failure;
  SimTime started{};
  std::int64_t rate = 0;  // messages a second
  bool given_rate = false;
  std::size_t to_move = 0;
  std::size_t moved = 0;
};

class Sqs : public Model {
 public:
  explicit Sqs(Cloud& world) : cloud{world} {}

  Cloud& cloud;
  std::map<Place, std::map<std::string, std::unique_ptr<Queue>>> queues;
  std::vector<MoveTask> move_tasks;                          // oldest first
  std::map<std::pair<Place, std::string>, SimTime> deleted;  // by name; when

  [[nodiscard]] Queue* find(const Place& place, const std::string& name);
  /// https://sqs.us-east-1.amazonaws.com/123456789012/work, or a name alone, in `near`.
  [[nodiscard]] Queue* find_url(const Place& near, std::string_view url);
  [[nodiscard]] Queue* find_arn(std::string_view arn);
  Queue& add(const Place& place, QueueSpec spec);
};

// ---- Words of the service ----
ApiError no_such_queue();
ApiError invalid_value(std::string message);
/// What a FIFO queue says of a message that has no deduplication.
inline constexpr std::string_view kNoDeduplication =
    "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId "
    "provided explicitly";
ApiError request_throttled();

// ---- Attributes ----

/// From `Attributes` of CreateQueue or the properties of AWS::SQS::Queue: same names.
/// `spec` starts as what holds already.
ApiResult<QueueSpec> read_queue(QueueSpec spec, const Json& attributes);
/// The first that no queue has.
std::optional<ApiError> unknown_attribute(const Json& attributes);
/// Whether GetQueueAttributes may be asked for it, though this queue may not have it.
bool is_attribute(std::string_view name);
/// What CreateQueue or a template says: `attributes` and the name.
ApiResult<QueueSpec> read_new_queue(std::string name, const Json& attributes);
/// Every attribute that GetQueueAttributes knows, as text.
Json attributes_of(const Queue& queue);

// ---- Who may ----
/// By the queue's policy, where it has one. `action` without its prefix: "SendMessage".
std::optional<ApiError> not_allowed(const Queue& queue, const Caller& caller,
                                    std::string_view action, std::string_view source_arn);
std::optional<ApiError> refused_caller(const Queue& queue, const Request& request,
                                       std::string_view action);

// ---- Dead-letter queues ----
ApiResult<Redrive> read_redrive(const Json& value);
ApiResult<RedriveAllow> read_redrive_allow(const Json& value);
/// Whether the dead-letter queue is there, is of the same kind, and lets that queue give to it.
ApiResult<void> check_redrive(Sqs& sqs, const Place& place, const QueueSpec& spec);
/// What was received too often goes to the dead-letter queue.
void move_exhausted(Sqs& sqs, const Queue& from, std::vector<Message> exhausted);

// ---- Messages ----
/// What the caller may send: body, attributes, size, order.
ApiResult<Message> read_message(Sqs& sqs, const Queue& queue, const Json& input,
                                std::string sender);
/// What counts of a message that is sent, in bytes.
std::size_t size_of(const Json& input);
std::string md5_of(std::string_view text);
/// The member, or `otherwise` where there is none; an error where it is out of range.
ApiResult<std::int64_t> number_in(const Json& object, std::string_view name, std::int64_t otherwise,
                                  std::int64_t lowest, std::int64_t highest);
ApiResult<void> check_handle(const Queue& queue, const std::string& handle);

// ---- Operations: queues ----
ApiResult<Json> add_permission(Sqs& sqs, const Request& request);
ApiResult<Json> create_queue(Sqs& sqs, const Request& request);
ApiResult<Json> delete_queue(Sqs& sqs, const Request& request);
ApiResult<Json> get_queue_attributes(Sqs& sqs, const Request& request);
ApiResult<Json> get_queue_url(Sqs& sqs, const Request& request);
ApiResult<Json> list_dead_letter_source_queues(Sqs& sqs, const Request& request);
ApiResult<Json> list_queue_tags(Sqs& sqs, const Request& request);
ApiResult<Json> list_queues(Sqs& sqs, const Request& request);
ApiResult<Json> purge_queue(Sqs& sqs, const Request& request);
ApiResult<Json> remove_permission(Sqs& sqs, const Request& request);
ApiResult<Json> set_queue_attributes(Sqs& sqs, const Request& request);
ApiResult<Json> tag_queue(Sqs& sqs, const Request& request);
ApiResult<Json> untag_queue(Sqs& sqs, const Request& request);

// ---- Operations: move tasks ----
ApiResult<Json> cancel_message_move_task(Sqs& sqs, const Request& request);
ApiResult<Json> list_message_move_tasks(Sqs& sqs, const Request& request);
ApiResult<Json> start_message_move_task(Sqs& sqs, const Request& request);

// ---- Operations: messages ----
ApiResult<Json> change_message_visibility(Sqs& sqs, const Request& request);
ApiResult<Json> change_message_visibility_batch(Sqs& sqs, const Request& request);
ApiResult<Json> delete_message(Sqs& sqs, const Request& request);
ApiResult<Json> delete_message_batch(Sqs& sqs, const Request& request);
Process<ApiResult<Json>> receive_message(Sqs& sqs, Request request);
ApiResult<Json> send_message(Sqs& sqs, const Request& request);
ApiResult<Json> send_message_batch(Sqs& sqs, const Request& request);

// ---- Resources and deliveries ----
ApiResult<Created> create_queue_resource(Sqs& sqs, const ResourceRequest& request);
ApiResult<Created> create_queue_inline_policy(Sqs& sqs, const ResourceRequest& request);
ApiResult<Created> create_queue_policy(Sqs& sqs, const ResourceRequest& request);
Process<ApiResult<Json>> take_delivery(Sqs& sqs, Delivery delivery);

/// The queue of the request's QueueUrl, or null.
Queue* asked_for(Sqs& sqs, const Request& request);

}  // namespace opsim::sqs
