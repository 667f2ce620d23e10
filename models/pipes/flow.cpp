// A running pipe.
// AWS: eb-pipes-sqs ("polls with long polling"), eb-pipes-event-filtering, pipes-enrichment.
// SIMPLIFIED: one poller; AWS starts five and adds more. A batch that fails as a whole is not
// deleted: its messages come again after the queue's visibility timeout, as on AWS.
#include <fmt/format.h>

#include "models/pipes/pipes.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::pipes {

namespace {

Caller caller_of(const Pipe& pipe) { return {pipe.place, pipe.role_arn, "pipes.amazonaws.com"}; }

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

/// Asks EventBridge, whose patterns these are; the members that it wants of an event are added.
bool passes(Pipes& pipes, const Pipe& pipe, const Json& event) {
  if (pipe.filters.empty()) return true;
  Json tested = event;
  const Json body = Json::parse(input::text(event, "body"), nullptr, false);
  if (body.is_object()) tested["body"] = body;
  for (const char* name : {"id", "account", "source", "time", "region", "detail-type"})
    tested[name] = "";
  tested["resources"] = Json::array();
  for (const std::string& pattern : pipe.filters) {
    const Json input{{"EventPattern", pattern}, {"Event", tested.dump()}};
    const auto answer = pipes.cloud.inspect(pipe.place, "events", "TestEventPattern", input);
    if (answer && answer->value("Result", false)) return true;
  }
  return false;
}

bool takes_batches(const Arn& target) {
  return target.service == "lambda" || target.service == "states";
}

/// The enrichment's answer: a function is waited for, anything else takes a delivery.
Process<ApiResult<Json>> ask(Cloud& cloud, const Pipe& pipe, std::string text) {
  const Arn enrichment = *Arn::parse(pipe.enrichment);
  Caller caller = caller_of(pipe);
  if (enrichment.service == "lambda") {
    Json input{{"FunctionName", pipe.enrichment}, {"Payload", std::move(text)}};
    ApiResult<Json> answer =
        co_await cloud.call(std::move(caller), "lambda", "Invoke", std::move(input));
    if (answer && answer->contains("FunctionError"))
      co_return ApiError{"EnrichmentFailure", input::text(*answer, "Payload"), 500};
    co_return answer;
  }
  Delivery delivery{.caller = std::move(caller),
                    .target = enrichment,
                    .text = std::move(text),
                    .parameters = pipe.spec.value("EnrichmentParameters", Json::object()),
                    .from = pipe.arn};
  co_return co_await cloud.deliver(std::move(delivery));
}

/// The enriched batch, or why there is none.
Process<ApiResult<Json>> enrich(Cloud& cloud, const Pipe& pipe, Json batch) {
  if (pipe.enrichment.empty()) co_return batch;
  Json events = Json::array();
  for (const Json& event : batch) {
    Json filled = Json::parse(fill_in(pipe, pipe.enrichment_template, event), nullptr, false);
    events.push_back(filled.is_discarded() ? event : std::move(filled));
  }
  std::string text = events.dump();
  ApiResult<Json> answer = co_await ask(cloud, pipe, std::move(text));
  if (!answer) co_return answer;
  // Where the answer is no list of events, what went in goes on.
  const Json& payload = input::member(*answer, "Payload");
  Json given = payload.is_string() ? Json::parse(payload.get<std::string>(), nullptr, false)
                                   : (payload.is_null() ? *answer : payload);
  if (given.is_array()) co_return given;
  if (given.is_object() && !given.empty()) co_return Json::array({std::move(given)});
  co_return events;
}

Process<ApiResult<Json>> hand_over(Cloud& cloud, const Pipe& pipe, std::string text) {
  const Arn target = *Arn::parse(pipe.target);
  const Json& parameters = input::member(pipe.spec, "TargetParameters");
  if (target.service == "events" && target.resource.starts_with("event-bus/")) {
    const Json& says = input::member(parameters, "EventBridgeEventBusParameters");
    std::string type = input::text(says, "DetailType");
    std::string source = input::text(says, "Source");
    Json entries = Json::array({{{"Source", source.empty() ? "Pipe " + pipe.name : source},
                                 {"DetailType", type.empty() ? "Event from aws:sqs" : type},
                                 {"Detail", std::move(text)},
                                 {"EventBusName", pipe.target}}});
    Json input{{"Entries", std::move(entries)}};
    Caller caller = caller_of(pipe);
    co_return co_await cloud.call(std::move(caller), "events", "PutEvents", std::move(input));
  }
  Delivery delivery{.caller = caller_of(pipe),
                    .target = target,
                    .text = std::move(text),
                    .parameters = parameters,
                    .from = pipe.arn};
  co_return co_await cloud.deliver(std::move(delivery));
}

Process<ApiResult<Json>> deliver_batch(Cloud& cloud, const Pipe& pipe, Json batch) {
  ApiResult<Json> answer = Json::object();
  if (takes_batches(*Arn::parse(pipe.target))) {
    Json events = Json::array();
    for (const Json& event : batch) {
      Json filled = Json::parse(fill_in(pipe, pipe.target_template, event), nullptr, false);
      events.push_back(filled.is_discarded() ? event : std::move(filled));
    }
    std::string text = events.dump();
    co_return co_await hand_over(cloud, pipe, std::move(text));
  }
  for (std::size_t i = 0; i < batch.size() && answer; ++i) {
    std::string text = fill_in(pipe, pipe.target_template, batch[i]);
    answer = co_await hand_over(cloud, pipe, std::move(text));
  }
  co_return answer;
}

Process<> forget(Cloud& cloud, const Pipe& pipe, std::string url, std::string receipt) {
  Json input{{"QueueUrl", std::move(url)}, {"ReceiptHandle", std::move(receipt)}};
  Caller caller = caller_of(pipe);
  co_await cloud.call(std::move(caller), "sqs", "DeleteMessage", std::move(input));
}

void write_outcome(Cloud& cloud, const Pipe& pipe, const ApiResult<Json>& answer,
                   std::size_t events) {
  JournalEntry entry{
      .kind = EntryKind::rule,
      .level = answer ? Level::story : Level::goals,
      .subject = pipe.name,
      .text = fmt::format("passed {} on to {}",
                          events == 1 ? "an event" : fmt::format("{} events", events),
                          cloud.resources().name_of(pipe.target)),
      .source = std::string{cloud.resources().source_of(pipe.arn)}};
  if (!answer) {
    entry.text =
        fmt::format("could not deliver to {}: {}: {}", cloud.resources().name_of(pipe.target),
                    answer.error().code, answer.error().message);
    entry.detail = {{"failed", answer.error().code}, {"target", pipe.target}};
  }
  cloud.journal().write(std::move(entry));
}

Process<> handle(Pipes& pipes, const Pipe& pipe, std::string url, Json messages) {
  Json batch = Json::array();
  for (const Json& message : messages)
    if (Json event = event_of(pipe, message); passes(pipes, pipe, event))
      batch.push_back(std::move(event));
  const std::size_t count = batch.size();
  if (count > 0) {
    ApiResult<Json> enriched = co_await enrich(pipes.cloud, pipe, std::move(batch));
    ApiResult<Json> answer = enriched;
    if (enriched) answer = co_await deliver_batch(pipes.cloud, pipe, *std::move(enriched));
    write_outcome(pipes.cloud, pipe, answer, count);
    if (!answer) co_return;
  }
  // What the filter left out is deleted too (eb-pipes-event-filtering).
  for (const Json& message : messages) {
    std::string receipt = input::text(message, "ReceiptHandle");
    co_await forget(pipes.cloud, pipe, url, std::move(receipt));
  }
}

bool is_current(const Pipes& pipes, const std::shared_ptr<const Pipe>& pipe) {
  const auto found = pipes.all.find({pipe->place, pipe->name});
  return found != pipes.all.end() && found->second == pipe && pipe->running;
}

}  // namespace

Process<> run(Pipes& pipes, std::shared_ptr<const Pipe> pipe) {
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
