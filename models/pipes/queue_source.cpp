// A pipe from an SQS queue.
// AWS: eb-pipes-sqs ("polls with long polling").
// SIMPLIFIED: one poller; AWS starts five and adds more. A batch that fails as a whole is not
// deleted: its messages come again after the queue's visibility timeout, as on AWS.
#include <fmt/format.h>

#include "models/pipes/flow.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::pipes {

namespace {

std::string queue_url(const Arn& queue) {
  return fmt::format("https://sqs.{}.amazonaws.com/{}/{}", queue.region, queue.account,
                     queue.resource);
}

/// A message as pipes and functions see it (eb-pipes-sqs).
Json event_of(const Pipe& pipe, const Json& message) {
  const Json& attributes = input::member(message, "Attributes");
  const Json& more = input::member(message, "MessageAttributes");
  return {{"messageId", input::text(message, "MessageId")},
          {"receiptHandle", input::text(message, "ReceiptHandle")},
          {"body", input::text(message, "Body")},
          {"attributes", attributes.is_object() ? attributes : Json::object()},
          {"messageAttributes", more.is_object() ? more : Json::object()},
          {"md5OfBody", input::text(message, "MD5OfBody")},
          {"eventSource", "aws:sqs"},
          {"eventSourceARN", pipe.source},
          {"awsRegion", pipe.place.region}};
}

Process<> forget(Cloud& cloud, const Pipe& pipe, std::string url, std::string receipt) {
  Json input{{"QueueUrl", std::move(url)}, {"ReceiptHandle", std::move(receipt)}};
  Caller caller = caller_of(pipe);
  co_await cloud.call(std::move(caller), "sqs", "DeleteMessage", std::move(input));
}

Process<> handle(Pipes& pipes, const Pipe& pipe, std::string url, Json messages) {
  Json batch = Json::array();
  for (const Json& message : messages)
    if (Json event = event_of(pipe, message); passes(pipes, pipe, event))
      batch.push_back(std::move(event));
  if (!batch.empty()) {
    const ApiResult<Json> answer = co_await pass_on(pipes, pipe, std::move(batch));
    if (!answer) co_return;
  }
  // What the filter left out is deleted too (eb-pipes-event-filtering).
  for (const Json& message : messages) {
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
