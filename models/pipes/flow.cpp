// What a pipe does with a batch, wherever it comes from: filter, enrichment, target.
// AWS: eb-pipes-event-filtering, pipes-enrichment, eb-pipes-monitoring (AWS/EventBridge/Pipes).
#include <fmt/format.h>

#include "models/pipes/flow.hpp"
#include "opsim/cloud/delivery_permission.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/cloud/source_records.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::pipes {

Caller caller_of(const Pipe& pipe) { return {pipe.place, pipe.role_arn, "pipes.amazonaws.com"}; }

bool is_current(const Pipes& pipes, const std::shared_ptr<const Pipe>& pipe) {
  const auto found = pipes.all.find({pipe->place, pipe->name});
  return found != pipes.all.end() && found->second == pipe && pipe->running;
}

void count(Pipes& pipes, const Pipe& pipe, const char* metric, double value) {
  Metrics& metrics = pipes.cloud.metrics();
  const SeriesId series =
      metrics.intern({pipe.place, "AWS/EventBridge/Pipes", metric, {{"PipeName", pipe.name}}});
  metrics.put(series,
              {.timestamp = pipes.cloud.sim().now(), .values = {{value, 1}}, .unit = "Count"});
}

bool passes(Pipes& pipes, const Pipe& pipe, const Json& event) {
  return passes_filters(pipes.cloud, pipe.place, pipe.filters, event);
}

namespace {

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
  const std::string ingested = iso8601(cloud.sim().now());
  for (const Json& event : batch) {
    Json filled =
        Json::parse(fill_in(pipe, pipe.enrichment_template, event, ingested), nullptr, false);
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
    Json entries =
        Json::array({{{"Source", source.empty() ? "Pipe " + pipe.name : source},
                      {"DetailType", type.empty() ? "Event from " + pipe.source_kind() : type},
                      {"Detail", std::move(text)},
                      {"EventBusName", pipe.target}}});
    Json input{{"Entries", std::move(entries)}};
    Caller caller = caller_of(pipe);
    co_return co_await cloud.call(std::move(caller), "events", "PutEvents", std::move(input));
  }
  // "REQUEST_RESPONSE (default)": the pipe waits for the function, and a failure is the batch's.
  const std::string how =
      input::text(input::member(parameters, "LambdaFunctionParameters"), "InvocationType");
  if (target.service == "lambda" && how != "FIRE_AND_FORGET") {
    Json input{{"FunctionName", pipe.target}, {"Payload", std::move(text)}};
    Caller caller = caller_of(pipe);
    ApiResult<Json> answer =
        co_await cloud.call(std::move(caller), "lambda", "Invoke", std::move(input));
    if (answer && answer->contains("FunctionError"))
      co_return ApiError{"FunctionError", input::text(*answer, "Payload"), 500};
    co_return answer;
  }
  Delivery delivery{.caller = caller_of(pipe),
                    .target = target,
                    .text = std::move(text),
                    .parameters = parameters,
                    .from = pipe.arn};
  if (auto refused = refused_delivery(cloud, delivery)) co_return *std::move(refused);
  co_return co_await cloud.deliver(std::move(delivery));
}

Process<ApiResult<Json>> deliver_batch(Cloud& cloud, const Pipe& pipe, Json batch) {
  ApiResult<Json> answer = Json::object();
  const std::string ingested = iso8601(cloud.sim().now());
  if (takes_batches(*Arn::parse(pipe.target))) {
    Json events = Json::array();
    for (const Json& event : batch) {
      Json filled =
          Json::parse(fill_in(pipe, pipe.target_template, event, ingested), nullptr, false);
      events.push_back(filled.is_discarded() ? event : std::move(filled));
    }
    std::string text = events.dump();
    co_return co_await hand_over(cloud, pipe, std::move(text));
  }
  for (std::size_t i = 0; i < batch.size() && answer; ++i) {
    std::string text = fill_in(pipe, pipe.target_template, batch[i], ingested);
    answer = co_await hand_over(cloud, pipe, std::move(text));
  }
  co_return answer;
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

}  // namespace

Process<ApiResult<Json>> pass_on(Pipes& pipes, const Pipe& pipe, Json batch) {
  const std::size_t events = batch.size();
  count(pipes, pipe, "Invocations", 1);
  count(pipes, pipe, "EventCount", static_cast<double>(events));
  ApiResult<Json> enriched = co_await enrich(pipes.cloud, pipe, std::move(batch));
  ApiResult<Json> answer = enriched;
  if (enriched) answer = co_await deliver_batch(pipes.cloud, pipe, *std::move(enriched));
  if (!answer) {
    count(pipes, pipe, "ExecutionFailed", 1);
    count(pipes, pipe, enriched ? "TargetStageFailed" : "EnrichmentStageFailed", 1);
  }
  write_outcome(pipes.cloud, pipe, answer, events);
  co_return answer;
}

std::vector<std::string> reported_failures(const Json& answer) {
  const Json& payload = input::member(answer, "Payload");
  const Json told = payload.is_string()
                        ? Json::parse(payload.get_ref<const std::string&>(), nullptr, false)
                        : answer;
  std::vector<std::string> failed;
  for (const Json& item : input::member(told, "batchItemFailures"))
    failed.push_back(input::text(item, "itemIdentifier"));
  return failed;
}

Process<> run(Pipes& pipes, std::shared_ptr<const Pipe> pipe) {
  if (pipe->source_kind() == "aws:sqs") {
    co_await run_queue(pipes, std::move(pipe));
  } else if (pipe->reads_stream()) {
    co_await run_stream(pipes, std::move(pipe));
  } else {
    pipes.cloud.journal().write(
        {.kind = EntryKind::note,
         .level = Level::story,
         .subject = pipe->name,
         .text = fmt::format("nothing flows: a source such as {} is not simulated", pipe->source),
         .source = std::string{pipes.cloud.resources().source_of(pipe->arn)}});
  }
}

}  // namespace opsim::pipes
