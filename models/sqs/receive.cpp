// ReceiveMessage. AWS: SQS API Reference, ReceiveMessage; SQS Developer Guide, "Amazon SQS short
// and long polling", "Receive request attempt ID".
#include <fmt/format.h>

#include <algorithm>

#include "models/sqs/sqs.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::sqs {

namespace {

/// "during the 5 minutes": how long a ReceiveRequestAttemptId gives the same messages.
constexpr Duration kAttemptLife = std::chrono::minutes{5};

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

struct Asked {
  std::int64_t most = 1;
  Duration visibility{};
  Duration wait{};
  std::string attempt;  // ReceiveRequestAttemptId
};

ApiResult<Asked> read_asked(const Json& input, const QueueSpec& spec) {
  const auto most = number_in(input, "MaxNumberOfMessages", 1, 1, 10);
  const auto visibility = number_in(input, "VisibilityTimeout", spec.visibility_seconds, 0, 43'200);
  const auto wait = number_in(input, "WaitTimeSeconds", spec.receive_wait_seconds, 0, 20);
  for (const auto* read : {&most, &visibility, &wait})
    if (!*read) return read->error();
  return Asked{*most, std::chrono::seconds{*visibility}, std::chrono::seconds{*wait},
               spec.fifo ? input::text(input, "ReceiveRequestAttemptId") : ""};
}

std::vector<Message> receive_some(Sqs& sqs, Queue& queue, const Asked& asked) {
  std::vector<Message> messages;
  std::vector<Message> exhausted;
  std::vector<std::string> groups;
  while (std::ssize(messages) < asked.most) {
    std::optional<Message> message = queue.receive(asked.visibility, exhausted, groups);
    if (!message) break;
    messages.push_back(*std::move(message));
    if (asked.visibility == Duration::zero()) break;  // it is visible again at once
  }
  move_exhausted(sqs, queue, std::move(exhausted));
  return messages;
}

/// "If a caller of the ReceiveMessage action ... retries with the same ReceiveRequestAttemptId, SQS
/// returns the same messages and receipt handles" and resets their visibility timeout.
std::vector<Message> receive_once(Sqs& sqs, Queue& queue, const Asked& asked) {
  if (asked.attempt.empty()) return receive_some(sqs, queue, asked);
  const SimTime now = sqs.cloud.sim().now();
  std::erase_if(queue.attempts,
                [&](const auto& attempt) { return attempt.second.first + kAttemptLife <= now; });
  if (const auto known = queue.attempts.find(asked.attempt); known != queue.attempts.end())
    if (auto again = queue.receive_again(known->second.second, asked.visibility))
      return *std::move(again);
  std::vector<Message> messages = receive_some(sqs, queue, asked);
  std::vector<std::string> handles;
  for (const Message& message : messages) handles.push_back(message.receipt_handle);
  if (!handles.empty()) queue.attempts[asked.attempt] = {now, std::move(handles)};
  return messages;
}

Json answer_of(const std::vector<Message>& messages, const Json& input) {
  Json all = Json::array();
  for (const Message& message : messages) all.push_back(to_json(message, input));
  return {{"Messages", std::move(all)}};
}

}  // namespace

// "WaitTimeSeconds: the duration for which the call waits for a message to arrive. If a message is
// available, the call returns sooner."
Process<ApiResult<Json>> receive_message(Sqs& sqs, Request request) {
  Simulation& sim = sqs.cloud.sim();
  Queue* queue = asked_for(sqs, request);
  if (queue == nullptr) co_return no_such_queue();
  if (std::optional<ApiError> refused = refused_caller(*queue, request, "ReceiveMessage"))
    co_return *refused;
  const ApiResult<Asked> asked = read_asked(request.input, queue->spec());
  if (!asked) co_return asked.error();
  if (!queue->take_turn(Api::receive)) co_return request_throttled();

  const SimTime deadline = sim.now() + asked->wait;
  while (queue != nullptr) {
    // "you receive the OverLimit error message" in a standard queue with short polling; a FIFO
    // queue and a long poll answer with no messages instead (SQS Developer Guide, quotas).
    const bool full = queue->in_flight() >= Queue::kMostInFlight;
    if (full && !queue->spec().fifo && asked->wait == Duration::zero())
      co_return ApiError{"OverLimit", "Too many messages in flight."};
    if (!full) {
      const std::vector<Message> messages = receive_once(sqs, *queue, *asked);
      if (!messages.empty()) co_return answer_of(messages, request.input);
    }
    if (sim.now() >= deadline) break;
    co_await queue->arrived().wait_for(deadline - sim.now());
    queue = asked_for(sqs, request);  // it may be gone
  }
  if (queue != nullptr) queue->count_empty_receive();
  co_return Json::object();  // SQS leaves Messages out when there are none
}

}  // namespace opsim::sqs
