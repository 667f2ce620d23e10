// What rules, topics and other services put into a queue, and the queues that stacks make.
// AWS: EventBridge User Guide, eb-rule-dlq; SNS Developer Guide, sns-sqs-as-subscriber;
// CloudFormation, AWS::SQS::Queue.
#include <fmt/format.h>

#include "models/sqs/sqs.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::sqs {

namespace {

/// A message that says why it could not be delivered elsewhere is news; any other is traffic.
void write_arrival(Sqs& sqs, const Queue& queue, const Delivery& delivery, const Json& attributes) {
  Journal& journal = sqs.cloud.journal();
  const Json& code = input::member(attributes, "ERROR_CODE");
  const Level level = code.is_null() ? Level::everything : Level::story;
  if (!journal.keeps(level)) return;
  const std::string_view from = sqs.cloud.resources().name_of(delivery.from);
  std::string text = fmt::format("a message from {}", from);
  if (!code.is_null()) text += fmt::format(": {}", input::text(code, "StringValue"));
  journal.write({.kind = EntryKind::message,
                 .level = level,
                 .subject = std::string{sqs.cloud.resources().name_of(queue.url())},
                 .text = std::move(text),
                 .source = std::string{sqs.cloud.resources().source_of(queue.url())}});
}

/// AWS appends random letters to a generated name; here the stack's name makes it unique.
std::string generated_name(const ResourceRequest& request) {
  return fmt::format("{}-{}", request.stack, request.logical_id).substr(0, 75);
}

}  // namespace

Process<ApiResult<Json>> take_delivery(Sqs& sqs, Delivery delivery) {
  Queue* queue = sqs.find(delivery.target.place(), delivery.target.resource);
  if (queue == nullptr) co_return no_such_queue();
  const std::optional<ApiError> refused =
      not_allowed(*queue, delivery.caller, "SendMessage", delivery.from);
  if (refused) co_return *refused;
  if (!queue->take_turn(Api::send)) co_return request_throttled();
  const Json& attributes = input::member(delivery.parameters, "MessageAttributes");
  Json message{{"MessageBody", delivery.text}};
  if (attributes.is_object()) message["MessageAttributes"] = attributes;
  // Targets of rules and schedules, and of pipes.
  for (const char* member : {"SqsParameters", "SqsQueueParameters"})
    if (const Json& order = input::member(delivery.parameters, member); order.is_object())
      message.update(order);
  ApiResult<Message> read = read_message(sqs, *queue, message, delivery.caller.principal);
  if (!read) co_return read.error();
  Json answer{{"MessageId", read->id}};
  write_arrival(sqs, *queue, delivery, attributes);
  queue->send(*std::move(read), std::chrono::seconds{queue->spec().delay_seconds});
  co_return answer;
}

ApiResult<Created> create_queue_resource(Sqs& sqs, const ResourceRequest& request) {
  std::string name = input::text(request.properties, "QueueName");
  if (name.empty()) {
    name = generated_name(request);
    if (input::boolean(request.properties, "FifoQueue").value_or(false)) name += ".fifo";
  }
  ApiResult<QueueSpec> spec = read_new_queue(std::move(name), request.properties);
  if (!spec) return spec.error();
  if (sqs.find(request.place, spec->name) != nullptr)
    return ApiError{"QueueAlreadyExists", fmt::format("{} already exists", spec->name)};
  if (auto checked = check_redrive(sqs, request.place, *spec); !checked) return checked.error();
  spec->tags = input::tags(input::member(request.properties, "Tags"));
  const Queue& queue = sqs.add(request.place, *std::move(spec));
  return Created{
      queue.url(),
      queue.arn(),
      {{"Arn", queue.arn()}, {"QueueName", queue.spec().name}, {"QueueUrl", queue.url()}}};
}

}  // namespace opsim::sqs
