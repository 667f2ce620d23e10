// Moving messages back out of a dead-letter queue.
// AWS: SQS API, StartMessageMoveTask, ListMessageMoveTasks, CancelMessageMoveTask.
// SIMPLIFIED: without a rate SQS "optimizes" it; here it is the highest that may be asked for, 500
// a second.
#include <fmt/format.h>

#include "models/sqs/sqs.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::sqs {

namespace {

constexpr std::int64_t kHighestRate = 500;
constexpr std::size_t kMostListed = 10;

ApiError no_such_resource() {
  return {"ResourceNotFoundException",
          "The resource that you specified for the SourceArn parameter doesn't exist."};
}

bool is_dead_letter_queue(const Sqs& sqs, const std::string& arn) {
  for (const auto& [place, here] : sqs.queues)
    for (const auto& [name, queue] : here)
      if (queue->spec().redrive && queue->spec().redrive->dead_letter_arn == arn) return true;
  return false;
}

/// Where one message goes: the named queue, else the one that gave it up.
Queue* destination_of(Sqs& sqs, const MoveTask& task, const Message& message) {
  return sqs.find_arn(task.destination_arn.empty() ? message.from : task.destination_arn);
}

// "All redriven messages are considered new messages: a new messageID and enqueueTime are
// assigned." Of a FIFO queue they are sent anew too, whatever was deduplicated before.
// UNDOCUMENTED: how; here by an ID of their own.
Message as_new(Sqs& sqs, Message message) {
  message.id = sqs.cloud.next_uuid("sqs.message");
  message.receive_count = 0;
  message.first_received.reset();
  message.sent_before.reset();
  message.from.clear();
  if (!message.deduplication_id.empty()) message.deduplication_id = message.id;
  return message;
}

Process<> move(Sqs& sqs, std::size_t number) {
  const Duration pause = Duration{std::chrono::seconds{1}} / sqs.move_tasks[number].rate;
  while (sqs.move_tasks[number].status == "RUNNING") {
    co_await sqs.cloud.sim().sleep(pause);
    MoveTask& task = sqs.move_tasks[number];
    Queue* source = sqs.find_arn(task.source_arn);
    if (task.status != "RUNNING") break;
    std::optional<Message> message = source == nullptr ? std::nullopt : source->take_oldest();
    if (!message) {
      task.status = "COMPLETED";
      break;
    }
    Queue* to = destination_of(sqs, task, *message);
    if (to == nullptr) {
      task.status = "FAILED";
      task.failure = "AWS.SimpleQueueService.NonExistentQueue";
      source->take_in(*std::move(message));
      break;
    }
    to->send(as_new(sqs, *std::move(message)), Duration::zero());
    ++task.moved;
  }
  if (sqs.move_tasks[number].status == "CANCELLING") sqs.move_tasks[number].status = "CANCELLED";
}

Json to_json(const MoveTask& task) {
  Json json{
      {"Status", task.status},
      {"SourceArn", task.source_arn},
      {"ApproximateNumberOfMessagesMoved", task.moved},
      {"ApproximateNumberOfMessagesToMove", task.to_move},
      {"StartedTimestamp",
       std::chrono::floor<std::chrono::milliseconds>(task.started).time_since_epoch().count()}};
  if (task.status == "RUNNING") json["TaskHandle"] = task.handle;
  if (!task.destination_arn.empty()) json["DestinationArn"] = task.destination_arn;
  if (task.given_rate) json["MaxNumberOfMessagesPerSecond"] = task.rate;
  if (!task.failure.empty()) json["FailureReason"] = task.failure;
  return json;
}

}  // namespace

ApiResult<Json> start_message_move_task(Sqs& sqs, const Request& request) {
  MoveTask task;
  task.source_arn = input::text(request.input, "SourceArn");
  task.destination_arn = input::text(request.input, "DestinationArn");
  const Queue* source = sqs.find_arn(task.source_arn);
  if (source == nullptr) return no_such_resource();
  if (!is_dead_letter_queue(sqs, task.source_arn))
    return invalid_value("Source queue must be configured as a Dead Letter Queue.");
  if (!task.destination_arn.empty() && sqs.find_arn(task.destination_arn) == nullptr)
    return ApiError{"ResourceNotFoundException",
                    "The resource that you specified for the DestinationArn parameter doesn't "
                    "exist."};
  const auto rate = input::integer(request.input, "MaxNumberOfMessagesPerSecond");
  if (rate && (*rate < 1 || *rate > kHighestRate))
    return invalid_value("MaxNumberOfMessagesPerSecond must be between 1 and 500.");
  for (const MoveTask& other : sqs.move_tasks)
    if (other.source_arn == task.source_arn && other.status == "RUNNING")
      return invalid_value(
          "There is already a task running. Only one active task is allowed for a "
          "source queue arn at a given time.");
  task.given_rate = rate.has_value();
  task.rate = rate.value_or(kHighestRate);
  task.handle = sqs.cloud.next_uuid("sqs.move");
  task.started = sqs.cloud.sim().now();
  task.to_move = source->visible();
  const Json answer{{"TaskHandle", task.handle}};
  sqs.move_tasks.push_back(std::move(task));
  sqs.cloud.sim().spawn(move(sqs, sqs.move_tasks.size() - 1));
  return answer;
}

ApiResult<Json> cancel_message_move_task(Sqs& sqs, const Request& request) {
  const std::string handle = input::text(request.input, "TaskHandle");
  for (MoveTask& task : sqs.move_tasks) {
    if (task.handle != handle) continue;
    if (task.status != "RUNNING")
      return ApiError{"UnsupportedOperation", "Only active tasks can be cancelled."};
    task.status = "CANCELLING";
    return Json{{"ApproximateNumberOfMessagesMoved", task.moved}};
  }
  return ApiError{"ResourceNotFoundException", "Task does not exist."};
}

// "Gets the most recent message movement tasks (up to 10) under a specific source queue."
ApiResult<Json> list_message_move_tasks(Sqs& sqs, const Request& request) {
  const std::string source = input::text(request.input, "SourceArn");
  if (sqs.find_arn(source) == nullptr) return no_such_resource();
  const auto most = input::integer(request.input, "MaxResults").value_or(1);
  if (most < 1 || most > std::int64_t{kMostListed})
    return invalid_value("MaxResults must be between 1 and 10.");
  Json results = Json::array();
  for (auto task = sqs.move_tasks.rbegin(); task != sqs.move_tasks.rend(); ++task)
    if (task->source_arn == source && std::ssize(results) < most) results.push_back(to_json(*task));
  return Json{{"Results", std::move(results)}};
}

}  // namespace opsim::sqs
