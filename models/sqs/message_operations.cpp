// Operations on messages, one by one and in batches. AWS: SQS API Reference, the operation of the
// same name.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/sqs/sqs.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::sqs {

namespace {

constexpr std::size_t kMostInBatch = 10;             // SQS API, SendMessageBatch
constexpr std::size_t kLargestBatch = 1'048'576;     // all messages of a batch: 1 MiB
constexpr std::int64_t kLongestVisibility = 43'200;  // 12 hours, from the receive on

Json failed_entry(const std::string& id, const ApiError& error) {
  return {{"Id", id}, {"SenderFault", true}, {"Code", error.code}, {"Message", error.message}};
}

// "The Id ... can have up to 80 characters: alphanumeric characters, hyphens(-), and
// underscores(_)."
bool well_formed_id(std::string_view id) {
  return !id.empty() && id.size() <= 80 && std::ranges::all_of(id, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

ApiResult<void> check_batch(const Json& entries) {
  if (!entries.is_array() || entries.empty())
    return ApiError{"AWS.SimpleQueueService.EmptyBatchRequest",
                    "There should be at least one entry in the request."};
  if (entries.size() > kMostInBatch)
    return ApiError{"AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
                    fmt::format("Maximum number of entries per request are 10. You have sent {}.",
                                entries.size())};
  std::set<std::string> ids;
  std::size_t size = 0;
  for (const Json& entry : entries) {
    const std::string id = input::text(entry, "Id");
    if (!well_formed_id(id))
      return ApiError{"AWS.SimpleQueueService.InvalidBatchEntryId",
                      "A batch entry id can only contain alphanumeric characters, hyphens and "
                      "underscores. It can be at most 80 letters long."};
    if (!ids.insert(id).second)
      return ApiError{"AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
                      fmt::format("Id {} repeated.", id)};
    size += size_of(entry);
  }
  if (size > kLargestBatch)
    return ApiError{"AWS.SimpleQueueService.BatchRequestTooLong",
                    fmt::format("Batch requests cannot be longer than {} bytes. You have sent {} "
                                "bytes.",
                                kLargestBatch, size)};
  return {};
}

/// Recorded on AWS (github.com/localstack/localstack,
/// tests/aws/services/sqs/test_sqs.snapshot.json): a batch to a FIFO queue is refused whole where
/// entries have no group or no deduplication. ASSUMPTION: where any entry is so; recorded are
/// batches of which all are.
ApiResult<void> check_orders(const QueueSpec& spec, const Json& entries) {
  if (!spec.fifo) return {};
  for (const Json& entry : entries) {
    if (input::text(entry, "MessageGroupId").empty())
      return invalid_value("The request must contain the parameter MessageGroupId.");
    if (!spec.content_based_deduplication && input::text(entry, "MessageDeduplicationId").empty())
      return invalid_value(std::string{kNoDeduplication});
  }
  return {};
}

ApiResult<Json> send_one(Sqs& sqs, Queue& queue, const Json& input, const std::string& sender) {
  ApiResult<Message> message = read_message(sqs, queue, input, sender);
  if (!message) return message.error();
  ApiResult<std::int64_t> delay =
      number_in(input, "DelaySeconds", queue.spec().delay_seconds, 0, 900);
  if (!delay) return delay.error();
  Json answer{{"MD5OfMessageBody", md5_of(message->body)}};
  SentMessage sent = queue.send(*std::move(message), std::chrono::seconds{*delay});
  answer["MessageId"] = std::move(sent.message_id);
  if (!sent.sequence_number.empty()) answer["SequenceNumber"] = std::move(sent.sequence_number);
  return answer;
}

ApiResult<Json> delete_one(Sqs&, Queue& queue, const Json& input, const std::string&) {
  const std::string handle = input::text(input, "ReceiptHandle");
  if (auto checked = check_handle(queue, handle); !checked) return checked.error();
  queue.remove(handle);
  return Json::object();
}

// "The maximum visibility timeout is 12 hours from the time SQS receives the ReceiveMessage
// request."
ApiResult<Json> change_one(Sqs& sqs, Queue& queue, const Json& input, const std::string&) {
  const std::string handle = input::text(input, "ReceiptHandle");
  if (auto checked = check_handle(queue, handle); !checked) return checked.error();
  ApiResult<std::int64_t> seconds = number_in(input, "VisibilityTimeout", 0, 0, kLongestVisibility);
  if (!seconds) return seconds.error();
  const std::optional<SimTime> received = queue.received(handle);
  if (received && sqs.cloud.sim().now() + std::chrono::seconds{*seconds} >
                      *received + std::chrono::seconds{kLongestVisibility})
    return invalid_value(
        fmt::format("Value {} for parameter VisibilityTimeout is invalid. Reason: Total "
                    "VisibilityTimeout for the message is beyond the limit [43200 seconds].",
                    *seconds));
  // Not MessageNotInflight, as the API's page has it: what is visible again stays so, and AWS says
  // that all is well (github.com/localstack/localstack, pull 9632); what is gone is told in these
  // words (github.com/aws/aws-sdk-net, issue 1927).
  if (!queue.change_visibility(handle, std::chrono::seconds{*seconds}) && !queue.holds(handle))
    return invalid_value(
        fmt::format("Value {} for parameter ReceiptHandle is invalid. Reason: Message does not "
                    "exist or is not available for visibility timeout change.",
                    handle));
  return Json::object();
}

/// What one entry does; also the whole call that is no batch.
using One = ApiResult<Json> (*)(Sqs&, Queue&, const Json&, const std::string& sender);
struct Kind {
  std::string_view action;  // of policies: "sqs:SendMessage"
  One one;
  Api api;
};
constexpr Kind kSend{"SendMessage", send_one, Api::send};
constexpr Kind kDelete{"DeleteMessage", delete_one, Api::remove};
constexpr Kind kChange{"ChangeMessageVisibility", change_one, Api::receive};

/// The queue that the call is about, where the caller may, and may now.
ApiResult<Queue*> open(Sqs& sqs, const Request& request, const Kind& kind) {
  Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) return no_such_queue();
  if (std::optional<ApiError> refused = refused_caller(*queue, request, kind.action))
    return *refused;
  const bool counted = kind.action != kChange.action;
  if (counted && !queue->take_turn(kind.api)) return request_throttled();
  return queue;
}

ApiResult<Json> run_one(Sqs& sqs, const Request& request, const Kind& kind) {
  const ApiResult<Queue*> queue = open(sqs, request, kind);
  if (!queue) return queue.error();
  return kind.one(sqs, **queue, request.input, request.caller.principal);
}

// "The result of the action on each message is reported individually in the response": an entry
// that is wrong fails alone.
ApiResult<Json> run_batch(Sqs& sqs, const Request& request, const Kind& kind) {
  const Json& entries = input::member(request.input, "Entries");
  Queue* known = asked_for(sqs, request);
  if (known == nullptr) return no_such_queue();
  if (auto checked = check_batch(entries); !checked) return checked.error();
  const ApiResult<Queue*> queue = open(sqs, request, kind);
  if (!queue) return queue.error();
  if (kind.api == Api::send)
    if (auto checked = check_orders((*queue)->spec(), entries); !checked) return checked.error();
  Json done = Json::array();
  Json failed = Json::array();
  for (const Json& entry : entries) {
    const std::string id = input::text(entry, "Id");
    ApiResult<Json> one = kind.one(sqs, **queue, entry, request.caller.principal);
    if (one) {
      Json answer = *std::move(one);
      answer["Id"] = id;
      done.push_back(std::move(answer));
    } else {
      failed.push_back(failed_entry(id, one.error()));
    }
  }
  return Json{{"Successful", done}, {"Failed", failed}};
}

}  // namespace

Queue* asked_for(Sqs& sqs, const Request& request) {
  return sqs.find_url(request.place(), input::text(request.input, "QueueUrl"));
}

ApiResult<std::int64_t> number_in(const Json& object, std::string_view name, std::int64_t otherwise,
                                  std::int64_t lowest, std::int64_t highest) {
  const Json& value = input::member(object, name);
  if (value.is_null()) return otherwise;
  const auto number = input::integer(value);
  if (number && *number >= lowest && *number <= highest) return *number;
  return invalid_value(
      fmt::format("Value {} for parameter {} is invalid. Reason: Must be between {} "
                  "and {}, if provided.",
                  input::text(value), name, lowest, highest));
}

ApiResult<void> check_handle(const Queue& queue, const std::string& handle) {
  const Handle kind = queue.judge(handle);
  if (kind == Handle::unknown)
    return ApiError{"ReceiptHandleIsInvalid", "The input receipt handle is invalid."};
  if (kind == Handle::expired)
    return invalid_value(
        fmt::format("Value {} for parameter ReceiptHandle is invalid. Reason: The receipt handle "
                    "has expired.",
                    handle));
  return {};
}

ApiResult<Json> change_message_visibility(Sqs& sqs, const Request& request) {
  return run_one(sqs, request, kChange);
}
ApiResult<Json> change_message_visibility_batch(Sqs& sqs, const Request& request) {
  return run_batch(sqs, request, kChange);
}
ApiResult<Json> delete_message(Sqs& sqs, const Request& request) {
  return run_one(sqs, request, kDelete);
}
ApiResult<Json> delete_message_batch(Sqs& sqs, const Request& request) {
  return run_batch(sqs, request, kDelete);
}
ApiResult<Json> send_message(Sqs& sqs, const Request& request) {
  return run_one(sqs, request, kSend);
}
ApiResult<Json> send_message_batch(Sqs& sqs, const Request& request) {
  return run_batch(sqs, request, kSend);
}

}  // namespace opsim::sqs
