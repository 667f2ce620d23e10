// A pipe from an SQS queue.
// AWS: eb-pipes-sqs ("polls with long polling").
// SIMPLIFIED: one poller; AWS starts five and adds more. A batch that fails as a whole is not
// deleted: its messages come again after the queue's visibility timeout, as on AWS.
#include <fmt/format.h>

#include <algorithm>

#include "models/pipes/flow.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/cloud/source_records.hpp"

namespace opsim::pipes {

namespace {

std::string queue_url(const Arn& queue) {
  return fmt::format("https://sqs.{}.amazonaws.com/{}/{}", queue.region, queue.account,
                     queue.resource);
}

Process<> forget(Cloud& cloud, const Pipe& pipe, std::string url, std::string receipt) {
  Json input{{"QueueUrl", std::move(url)}, {"ReceiptHandle", std::move(receipt)}};
  Caller caller = caller_of(pipe);
  co_await cloud.call(std::move(caller), "sqs", "DeleteMessage", std::move(input));
}

Process<> handle(Pipes& pipes, const Pipe& pipe, std::string url, Json messages) {
  Json batch = Json::array();
  for (const Json& message : messages)
    if (Json event = queue_record(message, pipe.source, pipe.place.region);
        passes(pipes, pipe, event))
      batch.push_back(std::move(event));
  std::vector<std::string> failed;
  if (!batch.empty()) {
    const ApiResult<Json> answer = co_await pass_on(pipes, pipe, std::move(batch));
    if (!answer) co_return;
    failed = reported_failures(*answer);
  }
  // What the filter left out is deleted too (eb-pipes-event-filtering).
  for (const Json& message : messages) {
    // What the target reports as failed comes back after the visibility timeout.
    if (std::ranges::find(failed, input::text(message, "MessageId")) != failed.end()) continue;
    std::string receipt = input::text(message, "ReceiptHandle");
    co_await forget(pipes.cloud, pipe, url, std::move(receipt));
  }
}

}  // namespace

Process<> run_queue(Pipes& pipes, std::shared_ptr<const Pipe> pipe) {
  const std::string url = queue_url(*Arn::parse(pipe->source));
  while (is_current(pipes, pipe)) {
    Json input{{"QueueUrl", url},
               {"MaxNumberOfMessages", std::min(pipe->batch_size, 10)},
               {"WaitTimeSeconds", 20},
               {"AttributeNames", Json::array({"All"})},
               {"MessageAttributeNames", Json::array({"All"})}};
    Caller caller = caller_of(*pipe);
    const ApiResult<Json> answer =
        co_await pipes.cloud.call(std::move(caller), "sqs", "ReceiveMessage", std::move(input));
    if (!answer) {
      co_await pipes.cloud.sim().sleep(std::chrono::seconds{20});
      continue;
    }
    Json messages = answer->value("Messages", Json::array());
    if (!messages.empty()) co_await handle(pipes, *pipe, url, std::move(messages));
  }
}

}  // namespace opsim::pipes
