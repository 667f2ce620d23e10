// Operations on messages. AWS: SQS API Reference, the operation of the same name.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/sqs/sqs.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::sqs {

Queue* asked_for(Sqs& sqs, const Request& request) {
  return sqs.find_url(request.place(), input::text(request.input, "QueueUrl"));
}

namespace {

constexpr std::size_t kMostInBatch = 10;  // SQS API, SendMessageBatch

/// The member, or `otherwise` where there is none; nothing where it is out of range.
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

std::string milliseconds(SimTime time) {
  return std::to_string(
      std::chrono::floor<std::chrono::milliseconds>(time).time_since_epoch().count());
}

Json system_attributes(const Message& message) {
  Json all{{"ApproximateFirstReceiveTimestamp", milliseconds(*message.first_received)},
           {"ApproximateReceiveCount", std::to_string(message.receive_count)},
           {"SenderId", message.sender},
           {"SentTimestamp", milliseconds(message.sent)}};
  const std::pair<const char*, const std::string*> more[] = {
      {"DeadLetterQueueSourceArn", &message.from},
      {"MessageDeduplicationId", &message.deduplication_id},
      {"MessageGroupId", &message.group},
      {"SequenceNumber", &message.sequence_number}};
  for (const auto& [name, text] : more)
    if (!text->empty()) all[name] = *text;
  return all;
}

/// Names asked for; "All" and ".*" mean all, "bar.*" what starts with "bar." (SQS API).
bool asks_for(const std::vector<std::string>& names, std::string_view name) {
  return std::ranges::any_of(names, [&](std::string_view asked) {
    if (asked == "All" || asked == ".*" || asked == name) return true;
    return asked.ends_with(".*") && name.starts_with(asked.substr(0, asked.size() - 1));
  });
}

Json chosen(const Json& all, const std::vector<std::string>& names) {
  Json some = Json::object();
  for (const auto& [name, value] : all.items())
    if (asks_for(names, name)) some[name] = value;
  return some;
}

Json to_json(const Message& message, const Json& input) {
  Json answer{{"MessageId", message.id},
              {"ReceiptHandle", message.receipt_handle},
              {"MD5OfBody", md5_of(message.body)},
              {"Body", message.body}};
  std::vector<std::string> system = input::texts(input, "MessageSystemAttributeNames");
  for (std::string& name : input::texts(input, "AttributeNames")) system.push_back(std::move(name));
  if (Json some = chosen(system_attributes(message), system); !some.empty())
    answer["Attributes"] = std::move(some);
  const auto names = input::texts(input, "MessageAttributeNames");
  if (Json some = chosen(message.attributes, names); !some.empty())
    answer["MessageAttributes"] = std::move(some);
  return answer;
}

/// What was received too often goes to the dead-letter queue; with it its first time of sending
/// (SQS Developer Guide, dead-letter queues: the retention of a standard queue counts from the
/// original enqueue time). SIMPLIFIED: counts from the move.
void move_exhausted(Sqs& sqs, const Queue& from, std::vector<Message> exhausted) {
  if (exhausted.empty()) return;
  Queue* to = sqs.find_arn(from.spec().redrive->dead_letter_arn);
  for (Message& message : exhausted) {
    if (to == nullptr) continue;  // UNDOCUMENTED: lost, from "messages are lost" of a deleted queue
    message.receive_count = 0;
    message.first_received.reset();
    message.from = from.arn();
    to->send(std::move(message), Duration::zero());
  }
}

Json receive_some(Sqs& sqs, Queue& queue, const Json& input, std::int64_t most,
                  Duration visibility) {
  Json messages = Json::array();
  std::vector<Message> exhausted;
  std::vector<std::string> groups;
  while (std::ssize(messages) < most) {
    const std::optional<Message> message = queue.receive(visibility, exhausted, groups);
    if (!message) break;
    messages.push_back(to_json(*message, input));
    if (visibility == Duration::zero()) break;  // it is visible again at once
  }
  move_exhausted(sqs, queue, std::move(exhausted));
  return messages;
}

Json failed_entry(const std::string& id, const ApiError& error) {
  return {{"Id", id}, {"SenderFault", true}, {"Code", error.code}, {"Message", error.message}};
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
  for (const Json& entry : entries)
    if (!ids.insert(input::text(entry, "Id")).second)
      return ApiError{"AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
                      fmt::format("Id {} repeated.", input::text(entry, "Id"))};
  return {};
}

ApiError not_of_this_type(std::string_view name, const Json& input) {
  return invalid_value(
      fmt::format("Value {} for parameter {} is invalid. Reason: The request include parameter "
                  "that is not valid for this queue type",
                  input::text(input::member(input, name)), name));
}

/// MessageGroupId and MessageDeduplicationId. A standard queue takes a group too (fair queues).
ApiResult<void> read_order(Message& message, const QueueSpec& spec, const Json& input) {
  message.group = input::text(input, "MessageGroupId");
  message.deduplication_id = input::text(input, "MessageDeduplicationId");
  if (!spec.fifo)
    return message.deduplication_id.empty() ? ApiResult<void>{}
                                            : not_of_this_type("MessageDeduplicationId", input);
  if (message.group.empty())
    return ApiError{"MissingParameter", "The request must contain the parameter MessageGroupId."};
  if (!message.deduplication_id.empty()) return {};
  if (!spec.content_based_deduplication)
    return invalid_value(
        "The queue should either have ContentBasedDeduplication enabled or "
        "MessageDeduplicationId provided explicitly");
  message.deduplication_id = content_deduplication_id(message.body);
  return {};
}

ApiResult<Json> send_one(Sqs& sqs, Queue& queue, const Json& input, const std::string& sender) {
  ApiResult<Message> message = read_message(sqs, queue, input, sender);
  if (!message) return message.error();
  ApiResult<std::int64_t> delay =
      number_in(input, "DelaySeconds", queue.spec().delay_seconds, 0, 900);
  if (!delay) return delay.error();
  if (queue.spec().fifo && !input::member(input, "DelaySeconds").is_null())
    return not_of_this_type("DelaySeconds", input);
  Json answer{{"MD5OfMessageBody", md5_of(message->body)}};
  SentMessage sent = queue.send(*std::move(message), std::chrono::seconds{*delay});
  answer["MessageId"] = std::move(sent.message_id);
  if (!sent.sequence_number.empty()) answer["SequenceNumber"] = std::move(sent.sequence_number);
  return answer;
}

}  // namespace

ApiResult<Message> read_message(Sqs& sqs, const Queue& queue, const Json& input,
                                std::string sender) {
  Message message;
  message.body = input::text(input, "MessageBody");
  if (message.body.empty())
    return ApiError{"MissingParameter", "The request must contain the parameter MessageBody."};
  if (std::ssize(message.body) > queue.spec().max_message_bytes)
    return invalid_value(
        fmt::format("One or more parameters are invalid. Reason: Message must be "
                    "shorter than {} bytes.",
                    queue.spec().max_message_bytes));
  if (const Json& attributes = input::member(input, "MessageAttributes"); attributes.is_object())
    message.attributes = attributes;
  if (message.attributes.size() > kMostInBatch)
    return invalid_value(
        fmt::format("Number of message attributes [{}] exceeds the allowed maximum "
                    "[10].",
                    message.attributes.size()));
  if (auto ordered = read_order(message, queue.spec(), input); !ordered) return ordered.error();
  message.id = sqs.cloud.next_uuid("sqs.message");
  message.sender = std::move(sender);
  return message;
}

ApiResult<Json> change_message_visibility(Sqs& sqs, const Request& request) {
  Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) return no_such_queue();
  const std::string handle = input::text(request.input, "ReceiptHandle");
  if (!queue->knows(handle))
    return ApiError{"ReceiptHandleIsInvalid", "The input receipt handle is invalid."};
  ApiResult<std::int64_t> seconds = number_in(request.input, "VisibilityTimeout", 0, 0, 43'200);
  if (!seconds) return seconds.error();
  if (!queue->change_visibility(handle, std::chrono::seconds{*seconds}))
    return ApiError{"AWS.SimpleQueueService.MessageNotInflight",
                    "The message referred to is not in flight."};
  return Json::object();
}

ApiResult<Json> delete_message(Sqs& sqs, const Request& request) {
  Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) return no_such_queue();
  const std::string handle = input::text(request.input, "ReceiptHandle");
  if (!queue->knows(handle))
    return ApiError{"ReceiptHandleIsInvalid", "The input receipt handle is invalid."};
  queue->remove(handle);
  return Json::object();
}

ApiResult<Json> delete_message_batch(Sqs& sqs, const Request& request) {
  Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) return no_such_queue();
  const Json& entries = input::member(request.input, "Entries");
  if (auto checked = check_batch(entries); !checked) return checked.error();
  Json done = Json::array();
  Json failed = Json::array();
  for (const Json& entry : entries) {
    const std::string handle = input::text(entry, "ReceiptHandle");
    const std::string id = input::text(entry, "Id");
    if (queue->knows(handle)) {
      queue->remove(handle);
      done.push_back({{"Id", id}});
    } else {
      failed.push_back(
          failed_entry(id, {"ReceiptHandleIsInvalid", "The input receipt handle is invalid."}));
    }
  }
  return Json{{"Successful", done}, {"Failed", failed}};
}

// "WaitTimeSeconds: the duration for which the call waits for a message to arrive. If a message is
// available, the call returns sooner."
Process<ApiResult<Json>> receive_message(Sqs& sqs, Request request) {
  Simulation& sim = sqs.cloud.sim();
  const Json& asked = request.input;
  Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) co_return no_such_queue();
  const QueueSpec spec = queue->spec();
  const auto most = number_in(asked, "MaxNumberOfMessages", 1, 1, 10);
  const auto visibility = number_in(asked, "VisibilityTimeout", spec.visibility_seconds, 0, 43'200);
  const auto wait = number_in(asked, "WaitTimeSeconds", spec.receive_wait_seconds, 0, 20);
  for (const auto* read : {&most, &visibility, &wait})
    if (!*read) co_return read->error();

  const SimTime deadline = sim.now() + std::chrono::seconds{*wait};
  while (queue != nullptr) {
    // A FIFO queue answers with no messages instead (SQS Developer Guide, quotas).
    if (!spec.fifo && queue->in_flight() >= Queue::kMostInFlight)
      co_return ApiError{"OverLimit", "Too many messages in flight."};
    Json messages = receive_some(sqs, *queue, asked, *most, std::chrono::seconds{*visibility});
    if (!messages.empty()) co_return Json{{"Messages", std::move(messages)}};
    if (sim.now() >= deadline) break;
    co_await queue->arrived().wait_for(deadline - sim.now());
    queue = asked_for(sqs, request);  // it may be gone
  }
  co_return Json::object();  // SQS leaves Messages out when there are none
}

ApiResult<Json> send_message(Sqs& sqs, const Request& request) {
  Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) return no_such_queue();
  return send_one(sqs, *queue, request.input, request.caller.principal);
}

ApiResult<Json> send_message_batch(Sqs& sqs, const Request& request) {
  Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) return no_such_queue();
  const Json& entries = input::member(request.input, "Entries");
  if (auto checked = check_batch(entries); !checked) return checked.error();
  Json done = Json::array();
  Json failed = Json::array();
  for (const Json& entry : entries) {
    const std::string id = input::text(entry, "Id");
    ApiResult<Json> sent = send_one(sqs, *queue, entry, request.caller.principal);
    if (sent) {
      Json answer = *std::move(sent);
      answer["Id"] = id;
      done.push_back(std::move(answer));
    } else {
      failed.push_back(failed_entry(id, sent.error()));
    }
  }
  return Json{{"Successful", done}, {"Failed", failed}};
}

}  // namespace opsim::sqs
