// Reading queues.
// AWS: Lambda Developer Guide, "Using Lambda with Amazon SQS" (with-sqs, services-sqs-scaling:
// five batches at a time, 300 more a minute, at most 1,250; services-sqs-errorhandling:
// a batch that fails comes back after the queue's visibility timeout).
// SIMPLIFIED: nobody polls an empty queue: the mapping hears of a change of what is visible in it.
// Errors do not slow reading down.
#include "models/lambda/event_sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "models/lambda/stream_sources.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/cloud/source_records.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::lambda {

namespace {

constexpr std::int64_t kFirstBatches = 5;
constexpr std::int64_t kMostBatches = 1'250;
constexpr double kMoreBatchesPerSecond = 300.0 / 60;

Mapping* mapping_of(Lambda& lambda, const std::string& uuid) {
  const auto found = lambda.mappings.find(uuid);
  return found == lambda.mappings.end() ? nullptr : found->second.get();
}

std::string queue_url(const Mapping& mapping) {
  const Arn queue = *Arn::parse(mapping.spec.source);
  return fmt::format("https://sqs.{}.amazonaws.com/{}/{}", queue.region, queue.account,
                     queue.resource);
}

Caller reader_of(const Mapping& mapping) { return {mapping.place, "lambda.amazonaws.com", ""}; }

std::int64_t visible_in(Lambda& lambda, const Mapping& mapping) {
  const Json input{{"QueueUrl", queue_url(mapping)},
                   {"AttributeNames", Json::array({"ApproximateNumberOfMessages"})}};
  const ApiResult<Json> answer =
      lambda.cloud.inspect(mapping.place, "sqs", "GetQueueAttributes", input);
  if (!answer) return 0;
  return input::integer(input::member(*answer, "Attributes"), "ApproximateNumberOfMessages")
      .value_or(0);
}

/// Up to BatchSize messages, gathered for at most the batching window.
Process<Json> gather(Lambda& lambda, std::string uuid) {
  Json messages = Json::array();
  std::optional<SimTime> close;
  while (Mapping* mapping = mapping_of(lambda, uuid)) {
    const std::int64_t wanted = mapping->spec.batch_size - std::ssize(messages);
    Json input{{"QueueUrl", queue_url(*mapping)},
               {"MaxNumberOfMessages", std::min<std::int64_t>(wanted, 10)},
               {"AttributeNames", Json::array({"All"})},
               {"MessageAttributeNames", Json::array({"All"})}};
    if (close) {
      const Duration left = *close - lambda.cloud.sim().now();
      const auto seconds = std::chrono::ceil<std::chrono::seconds>(left).count();
      input["WaitTimeSeconds"] = std::clamp<std::int64_t>(seconds, 0, 20);
    }
    Caller caller = reader_of(*mapping);
    const ApiResult<Json> answer =
        co_await lambda.cloud.call(std::move(caller), "sqs", "ReceiveMessage", std::move(input));
    if (!answer) co_return messages;
    const Json& got = input::member(*answer, "Messages");
    for (const Json& message : got) messages.push_back(message);
    mapping = mapping_of(lambda, uuid);
    if (mapping == nullptr || std::ssize(messages) >= mapping->spec.batch_size) co_return messages;
    // Without a window, what is there now makes the batch.
    if (mapping->spec.window <= Duration{}) {
      if (got.empty() || mapping->spec.batch_size <= 10) co_return messages;
      continue;
    }
    if (messages.empty()) co_return messages;
    if (!close) close = lambda.cloud.sim().now() + mapping->spec.window;
    if (lambda.cloud.sim().now() >= *close) co_return messages;
  }
  co_return messages;
}

/// Which messages are not to be deleted: all of a batch that failed, those that the function
/// reports, or none.
std::set<std::string> kept_back(const Mapping& mapping, const Json& records, const Outcome& ended) {
  std::set<std::string> kept;
  const auto keep_all = [&] {
    for (const Json& record : records) kept.insert(input::text(record, "messageId"));
  };
  if (ended.failed) {
    keep_all();
    return kept;
  }
  if (!mapping.spec.report_item_failures) return kept;
  for (const Json& item : input::member(ended.payload, "batchItemFailures")) {
    const std::string id = input::text(item, "itemIdentifier");
    const bool known = std::ranges::any_of(
        records, [&](const Json& record) { return input::text(record, "messageId") == id; });
    // "an empty or unknown itemIdentifier: the batch is a complete failure"
    if (!known) {
      keep_all();
      return kept;
    }
    kept.insert(id);
  }
  return kept;
}

Process<> forget(Lambda& lambda, std::string uuid, Json records, std::set<std::string> kept) {
  for (std::size_t at = 0; at < records.size();) {
    const Mapping* mapping = mapping_of(lambda, uuid);
    if (mapping == nullptr) co_return;
    Json entries = Json::array();
    for (; at < records.size() && entries.size() < 10; ++at)
      if (!kept.contains(input::text(records[at], "messageId")))
        entries.push_back({{"Id", std::to_string(at)},
                           {"ReceiptHandle", input::text(records[at], "receiptHandle")}});
    if (entries.empty()) continue;
    Json input{{"QueueUrl", queue_url(*mapping)}, {"Entries", std::move(entries)}};
    Caller caller = reader_of(*mapping);
    co_await lambda.cloud.call(std::move(caller), "sqs", "DeleteMessageBatch", std::move(input));
  }
}

/// One batch with the function, until its messages are deleted or left to come back.
Process<> work_on(Lambda& lambda, std::string uuid, Json records) {
  const Mapping* mapping = mapping_of(lambda, uuid);
  if (mapping == nullptr) co_return;
  Callee callee = mapping->callee;
  Outcome ended{.failed = true};
  if (Function* function = lambda.find(callee.place, callee.name)) {
    ApiResult<Admitted> admitted = admit(lambda, *function, callee.qualifier);
    if (admitted) {
      admitted->items = records.size();
      admitted->reports_items = mapping->spec.report_item_failures;
      const Json event{{"Records", records}};
      std::string payload = event.dump(-1, ' ', false, Json::error_handler_t::replace);
      Process<Outcome> running = run(lambda, callee, *std::move(admitted), std::move(payload));
      ended = co_await running;
    }
  }
  mapping = mapping_of(lambda, uuid);
  if (mapping == nullptr) co_return;
  std::set<std::string> kept = kept_back(*mapping, records, ended);
  Process<> deleting = forget(lambda, uuid, std::move(records), std::move(kept));
  co_await std::move(deleting);
  Mapping* after = mapping_of(lambda, uuid);
  if (after == nullptr) co_return;
  --after->running;
  wake(lambda, uuid);
}

Process<> read_queue(Lambda& lambda, std::string uuid) {
  Simulation& sim = lambda.cloud.sim();
  while (Mapping* mapping = mapping_of(lambda, uuid)) {
    if (sim.now() < mapping->settled) co_await sim.sleep(mapping->settled - sim.now());
    mapping = mapping_of(lambda, uuid);
    if (mapping == nullptr) co_return;
    if (!mapping->spec.enabled || visible_in(lambda, *mapping) == 0) break;
    if (!mapping->busy_since) mapping->busy_since = sim.now();
    if (mapping->running >= mapping->most_batches(sim.now())) {
      // Scales: one more batch in a fifth of a second, unless a function ends before.
      if (mapping->most_batches(SimTime::max()) <= mapping->running) break;
      co_await sim.sleep(std::chrono::milliseconds{200});
      continue;
    }
    Process<Json> gathering = gather(lambda, uuid);
    const Json messages = co_await gathering;
    mapping = mapping_of(lambda, uuid);
    if (mapping == nullptr) co_return;
    if (messages.empty()) break;
    Json records = Json::array();
    Json others = Json::array();  // what no filter wants is deleted (with-sqs-filtering)
    for (const Json& message : messages) {
      Json record = queue_record(message, mapping->spec.source, mapping->place.region);
      const bool wanted =
          passes_filters(lambda.cloud, mapping->place, mapping->spec.filters, record);
      (wanted ? records : others).push_back(std::move(record));
    }
    if (!others.empty()) sim.spawn(forget(lambda, uuid, std::move(others), {}));
    if (records.empty()) continue;
    ++mapping->running;
    sim.spawn(work_on(lambda, uuid, std::move(records)));
  }
  if (Mapping* mapping = mapping_of(lambda, uuid)) {
    mapping->reading = false;
    // Low traffic: back to five.
    if (mapping->running <= kFirstBatches && visible_in(lambda, *mapping) == 0)
      mapping->busy_since.reset();
  }
}

ApiError bad_mapping(std::string message) {
  return {"InvalidParameterValueException", std::move(message)};
}

}  // namespace

Lambda::Lambda(Cloud& world) : cloud{world} {}
/// Queues may go after their readers: what they then change is nobody's to hear.
Lambda::~Lambda() {
  for (const auto& [uuid, mapping] : mappings)
    if (mapping->watch) cloud.metrics().unwatch(*mapping->watch);
}

std::string_view Mapping::state(SimTime now) const {
  if (now < settled) return changing;
  return spec.enabled ? "Enabled" : "Disabled";
}

std::int64_t Mapping::most_batches(SimTime now) const {
  const std::int64_t most = spec.max_concurrency.value_or(kMostBatches);
  if (!busy_since) return std::min(kFirstBatches, most);
  const double seconds = std::min(std::chrono::duration<double>(now - *busy_since).count(), 1000.0);
  return std::min(most, kFirstBatches + static_cast<std::int64_t>(seconds * kMoreBatchesPerSecond));
}

void wake(Lambda& lambda, const std::string& uuid) {
  Mapping* mapping = mapping_of(lambda, uuid);
  if (mapping == nullptr || mapping->reading || !mapping->spec.enabled) return;
  if (visible_in(lambda, *mapping) == 0) return;
  mapping->reading = true;
  lambda.cloud.sim().spawn(read_queue(lambda, uuid));
}

ApiResult<MappingSpec> read_mapping(const Json& input, MappingSpec spec) {
  if (const std::string source = input::text(input, "EventSourceArn"); !source.empty())
    spec.source = source;
  if (const std::string name = input::text(input, "FunctionName"); !name.empty())
    spec.function = name;
  const auto source = Arn::parse(spec.source);
  if (!source) return bad_mapping(fmt::format("Unrecognized event source: {}", spec.source));
  const bool queue = source->service == "sqs";
  const bool fifo = queue && source->resource.ends_with(".fifo");
  const bool stream = StreamSource::of(spec.source).has_value();
  if (stream && spec.batch_size == 10 && spec.starting_position.empty()) spec.batch_size = 100;
  spec.batch_size = input::integer(input, "BatchSize").value_or(spec.batch_size);
  if (const auto window = input::integer(input, "MaximumBatchingWindowInSeconds")) {
    if (*window < 0 || *window > 300)
      return bad_mapping("MaximumBatchingWindowInSeconds must be from 0 to 300");
    spec.window = std::chrono::seconds{*window};
  }
  if (spec.batch_size < 1 || spec.batch_size > (fifo ? 10 : 10'000))
    return bad_mapping(fmt::format("Batch size must be from 1 to {}", fifo ? 10 : 10'000));
  if (queue && spec.batch_size > 10 && spec.window < std::chrono::seconds{1})
    return bad_mapping(
        "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater "
        "than 10");
  if (const Json& scaling = input::member(input, "ScalingConfig"); !scaling.is_null()) {
    spec.max_concurrency = input::integer(scaling, "MaximumConcurrency");
    if (spec.max_concurrency && (*spec.max_concurrency < 2 || *spec.max_concurrency > 1'000))
      return bad_mapping("MaximumConcurrency must be from 2 to 1000");
  }
  if (!input::member(input, "FunctionResponseTypes").is_null())
    spec.report_item_failures = std::ranges::count(input::texts(input, "FunctionResponseTypes"),
                                                   "ReportBatchItemFailures") > 0;
  spec.enabled = input::boolean(input, "Enabled").value_or(spec.enabled);
  if (const Json& criteria = input::member(input, "FilterCriteria"); criteria.is_object()) {
    spec.filters.clear();
    for (const Json& filter : input::member(criteria, "Filters"))
      spec.filters.push_back(input::text(filter, "Pattern"));
    // "up to five different filters for a single event source"
    if (spec.filters.size() > 5)
      return bad_mapping("Maximum number of filters exceeded: at most 5 are allowed");
    for (const std::string& pattern : spec.filters)
      if (!Json::parse(pattern, nullptr, false).is_object())
        return bad_mapping("Invalid filter pattern definition.");
  }
  if (stream)
    if (const ApiResult<void> read = read_stream_settings(input, spec); !read) return read.error();
  return spec;
}

}  // namespace opsim::lambda
