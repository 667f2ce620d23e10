// Reading streams: a reader for each shard, in the order of its records.
// AWS: Lambda Developer Guide, "Using AWS Lambda with Amazon DynamoDB" (with-ddb), "How Lambda
// processes records from stream and queue-based event sources" (invocation-eventsourcemapping),
// "Process Amazon Kinesis Data Streams records with Lambda" (with-kinesis; kinesis-errors,
// services-kinesis-parameters, kinesis-on-failure-destination):
//   "By default, if your function returns an error, the event source mapping reprocesses the entire
//   batch until the function succeeds, or the items in the batch expire." It holds its shard.
//   MaximumRetryAttempts and MaximumRecordAgeInSeconds: -1 is without end. What they discard goes
//   to the on-failure destination, as the place of the batch, not its data.
//   BisectBatchOnFunctionError: "splits the batch into two before retrying. Splitting a batch does
//   not count towards the retry quota."
//   ReportBatchItemFailures: retries from the lowest sequence number that the function reports.
//   ParallelizationFactor: batches of a shard at once, by partition key.
// SIMPLIFIED: nobody polls an empty shard: the mapping hears of records. The batches of a shard
// that run at once wait for each other. A second passes between two attempts (an estimate; no page
// says).
#include "models/lambda/stream_sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <deque>

#include "opsim/cloud/input.hpp"
#include "opsim/cloud/source_records.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::lambda {

namespace {

constexpr Duration kBetweenAttempts = std::chrono::seconds{1};

Mapping* stream_mapping(Lambda& lambda, const std::string& uuid) {
  const auto found = lambda.mappings.find(uuid);
  return found == lambda.mappings.end() ? nullptr : found->second.get();
}

StreamSource source_of(const Mapping& mapping) { return *StreamSource::of(mapping.spec.source); }

Caller stream_reader(const Mapping& mapping) { return {mapping.place, "lambda.amazonaws.com", ""}; }

/// A part of a batch that is tried, and how often it was.
struct Piece {
  std::vector<Json> records;
  std::int64_t attempts = 0;
  std::string request_id{}, version{};  // of the last attempt
};

/// "RetryAttemptsExhausted" or "RecordAgeExceeded": where the batch lay, for the destination.
Json discarded(const Lambda& lambda, const Mapping& mapping, const std::string& shard,
               const Piece& piece, std::string_view condition) {
  Json told{
      {"requestContext",
       {{"requestId", piece.request_id},
        {"functionArn", arn(mapping.callee.place, "lambda", "function:" + mapping.callee.name)},
        {"condition", condition},
        {"approximateInvokeCount", piece.attempts}}},
      {"version", "1.0"},
      {"timestamp", iso8601(lambda.cloud.sim().now())}};
  if (piece.attempts > 0)
    told["responseContext"] = {
        {"statusCode", 200}, {"executedVersion", piece.version}, {"functionError", "Unhandled"}};
  told.update(source_of(mapping).batch_info(shard, piece.records.front(), piece.records.back(),
                                            piece.records.size()));
  return told;
}

void discard(Lambda& lambda, const Mapping& mapping, const std::string& shard, const Piece& piece,
             std::string_view condition) {
  lambda.cloud.journal().write(
      {.kind = EntryKind::note,
       .level = Level::story,
       .subject = std::string{lambda.cloud.resources().name_of(mapping.callee.name)},
       .text = fmt::format("gives up {} records of {}: {}", piece.records.size(),
                           source_of(mapping).name(), condition),
       .source = std::string{lambda.cloud.resources().source_of(mapping.callee.name)},
       .detail = {{"failed", condition}}});
  const std::optional<Arn> target = Arn::parse(mapping.spec.on_failure);
  if (!target) return;
  Delivery delivery{stream_reader(mapping),
                    *target,
                    discarded(lambda, mapping, shard, piece, condition).dump(),
                    {},
                    mapping.spec.source};
  lambda.cloud.sim().spawn([](Cloud& cloud, Delivery what) -> Process<> {
    co_await cloud.deliver(std::move(what));
  }(lambda.cloud, std::move(delivery)));
}

/// Those older than MaximumRecordAgeInSeconds leave the piece.
void drop_old(Lambda& lambda, const Mapping& mapping, const std::string& shard, Piece& piece) {
  if (!mapping.spec.max_record_age) return;
  const SimTime oldest = lambda.cloud.sim().now() - *mapping.spec.max_record_age;
  Piece old{.records = {},
            .attempts = piece.attempts,
            .request_id = piece.request_id,
            .version = piece.version};
  const StreamSource source = source_of(mapping);
  while (!piece.records.empty() && source.arrived(piece.records.front()) < oldest) {
    old.records.push_back(std::move(piece.records.front()));
    piece.records.erase(piece.records.begin());
  }
  if (!old.records.empty()) discard(lambda, mapping, shard, old, "RecordAgeExceeded");
}

Piece take_second_half(Piece& piece) {
  const auto half = piece.records.begin() + std::ssize(piece.records) / 2;
  Piece second{
      .records = {std::make_move_iterator(half), std::make_move_iterator(piece.records.end())},
      .attempts = piece.attempts,
      .request_id = piece.request_id,
      .version = piece.version};
  piece.records.erase(half, piece.records.end());
  return second;
}

/// What is left to do of a piece that has been tried.
void after_attempt(Lambda& lambda, const Mapping& mapping, const std::string& shard,
                   std::deque<Piece>& pieces, const Outcome& ended) {
  Piece& piece = pieces.front();
  const MappingSpec& spec = mapping.spec;
  bool failed = ended.failed;
  if (!failed && spec.report_item_failures) {
    std::string lowest;
    for (const Json& item : input::member(ended.payload, "batchItemFailures")) {
      const std::string id = input::text(item, "itemIdentifier");
      if (lowest.empty() || id < lowest) lowest = id;
    }
    const StreamSource source = source_of(mapping);
    const auto from = std::ranges::find(
        piece.records, lowest, [&](const Json& record) { return source.sequence_of(record); });
    failed = !lowest.empty();
    if (failed && from != piece.records.end()) piece.records.erase(piece.records.begin(), from);
  }
  if (!failed) return pieces.pop_front();
  if (spec.bisect && piece.records.size() > 1) {
    Piece second = take_second_half(piece);
    pieces.insert(pieces.begin() + 1, std::move(second));
    return;
  }
  ++piece.attempts;
  if (!spec.max_retries || piece.attempts <= *spec.max_retries) return;
  discard(lambda, mapping, shard, piece, "RetryAttemptsExhausted");
  pieces.pop_front();
}

/// One batch of a shard, until its records are worked off or given up.
Process<> work_on_piece(Lambda& lambda, std::string uuid, std::string shard, Piece batch) {
  Simulation& sim = lambda.cloud.sim();
  std::deque<Piece> pieces;
  pieces.push_back(std::move(batch));
  while (!pieces.empty()) {
    Mapping* mapping = stream_mapping(lambda, uuid);
    Function* function =
        mapping == nullptr ? nullptr : lambda.find(mapping->callee.place, mapping->callee.name);
    if (function == nullptr) co_return;
    drop_old(lambda, *mapping, shard, pieces.front());
    if (pieces.front().records.empty()) {
      pieces.pop_front();
      continue;
    }
    const Piece& piece = pieces.front();
    const Duration age = sim.now() - source_of(*mapping).arrived(piece.records.back());
    measure(lambda, *function, mapping->callee.qualifier, "", Metric::iterator_age,
            std::chrono::duration<double, std::milli>(age).count());
    ApiResult<Admitted> admitted = admit(lambda, *function, mapping->callee.qualifier);
    if (!admitted) {  // throttled: "retries until the records expire"
      co_await sim.sleep(kBetweenAttempts);
      continue;
    }
    admitted->items = piece.records.size();
    admitted->reports_items = mapping->spec.report_item_failures;
    const Json event{{"Records", piece.records}};
    std::string payload = event.dump(-1, ' ', false, Json::error_handler_t::replace);
    Callee callee = mapping->callee;
    Process<Outcome> running = run(lambda, callee, *std::move(admitted), std::move(payload));
    const Outcome ended = co_await running;
    mapping = stream_mapping(lambda, uuid);
    if (mapping == nullptr) co_return;
    pieces.front().request_id = ended.request_id;
    pieces.front().version = ended.version;
    const std::size_t before = pieces.size();
    after_attempt(lambda, *mapping, shard, pieces, ended);
    if (!pieces.empty() && pieces.size() >= before) co_await sim.sleep(kBetweenAttempts);
  }
  Mapping* const mapping = stream_mapping(lambda, uuid);
  if (mapping == nullptr) co_return;
  ShardCursor& cursor = mapping->shards[shard];
  if (--cursor.running > 0) co_return;
  cursor.reading = false;
  wake_stream(lambda, uuid);
}

/// By partition key: what has one key stays in its order.
std::vector<Piece> lanes_of(Lambda& lambda, const Mapping& mapping, const std::string& shard,
                            const Json& records) {
  std::vector<Piece> lanes(static_cast<std::size_t>(mapping.spec.parallelization));
  const StreamSource source = source_of(mapping);
  for (const Json& record : records)
    if (Json handed = source.function_record(shard, record);
        passes_filters(lambda.cloud, mapping.place, mapping.spec.filters, handed))
      lanes[name_key(source.ordered_by(record)) % lanes.size()].records.push_back(
          std::move(handed));
  std::erase_if(lanes, [](const Piece& lane) { return lane.records.empty(); });
  return lanes;
}

Process<ApiResult<Json>> next_records(Lambda& lambda, std::string uuid, std::string shard) {
  const Mapping& mapping = *stream_mapping(lambda, uuid);
  Json asked{{"ShardIterator", mapping.shards.at(shard).iterator},
             {"Limit", mapping.spec.batch_size * mapping.spec.parallelization}};
  Caller caller = stream_reader(mapping);
  std::string service = source_of(mapping).service();
  std::string operation = "GetRecords";
  co_return co_await lambda.cloud.call(std::move(caller), std::move(service), std::move(operation),
                                       std::move(asked));
}

Process<> read_shard(Lambda& lambda, std::string uuid, std::string shard) {
  Simulation& sim = lambda.cloud.sim();
  Mapping* mapping = stream_mapping(lambda, uuid);
  if (mapping != nullptr && sim.now() < mapping->settled)
    co_await sim.sleep(mapping->settled - sim.now());
  // "MaximumBatchingWindowInSeconds": it gathers for so long, unless the batch is full before.
  mapping = stream_mapping(lambda, uuid);
  if (mapping == nullptr) co_return;
  if (mapping->spec.window > Duration{}) co_await sim.sleep(mapping->spec.window);
  mapping = stream_mapping(lambda, uuid);
  if (mapping == nullptr) co_return;
  Process<ApiResult<Json>> reading = next_records(lambda, uuid, shard);
  const ApiResult<Json> answer = co_await reading;
  mapping = stream_mapping(lambda, uuid);
  if (mapping == nullptr) co_return;
  ShardCursor& cursor = mapping->shards[shard];
  const Json none = Json::array();
  const Json& records = answer ? input::member(*answer, "Records") : none;
  if (records.empty() || !mapping->spec.enabled) {
    cursor.reading = false;
    if (std::exchange(cursor.again, false)) wake_stream(lambda, uuid);
    co_return;
  }
  cursor.again = false;
  cursor.iterator = input::text(*answer, "NextShardIterator");
  std::vector<Piece> lanes = lanes_of(lambda, *mapping, shard, records);
  cursor.running = std::ssize(lanes);
  if (lanes.empty()) {  // the filter left nothing of it
    cursor.reading = false;
    wake_stream(lambda, uuid);
    co_return;
  }
  for (Piece& lane : lanes) sim.spawn(work_on_piece(lambda, uuid, shard, std::move(lane)));
}

/// Shards that are new since it looked last are read from their beginning.
void find_shards(Lambda& lambda, Mapping& mapping) {
  const bool first = mapping.shards.empty();
  const StreamSource source = source_of(mapping);
  const auto answer =
      lambda.cloud.inspect(mapping.place, source.service(), "DescribeStream", source.named());
  if (!answer) return;
  for (const Json& shard : input::member(input::member(*answer, "StreamDescription"), "Shards")) {
    const std::string id = input::text(shard, "ShardId");
    if (mapping.shards.contains(id)) continue;
    const bool latest = first && mapping.spec.starting_position == "LATEST";
    Json asked = source.named();
    asked["ShardId"] = id;
    asked["ShardIteratorType"] = latest ? "LATEST" : "TRIM_HORIZON";
    if (first && mapping.spec.starting_position == "AT_TIMESTAMP") {
      asked["ShardIteratorType"] = "AT_TIMESTAMP";
      asked["Timestamp"] = mapping.spec.starting_timestamp;
    }
    const auto at =
        lambda.cloud.inspect(mapping.place, source.service(), "GetShardIterator", asked);
    if (at) mapping.shards[id].iterator = input::text(*at, "ShardIterator");
  }
}

}  // namespace

void wake_stream(Lambda& lambda, const std::string& uuid) {
  Mapping* const mapping = stream_mapping(lambda, uuid);
  if (mapping == nullptr || !mapping->spec.enabled) return;
  find_shards(lambda, *mapping);
  for (auto& [shard, cursor] : mapping->shards) {
    cursor.again = cursor.reading;
    if (cursor.reading) continue;
    cursor.reading = true;
    lambda.cloud.sim().spawn(read_shard(lambda, uuid, shard));
  }
}

void watch_stream(Lambda& lambda, Mapping& mapping) {
  Metrics& metrics = lambda.cloud.metrics();
  const SeriesId series = metrics.intern(source_of(mapping).heard_by());
  mapping.watch = metrics.watch(series, [&lambda, uuid = mapping.uuid](const MetricChange&) {
    // The record that is told of is in its shard once this instant is over.
    lambda.cloud.sim().after(Duration{1}, [&lambda, uuid] { wake_stream(lambda, uuid); });
  });
  find_shards(lambda, mapping);
  wake_stream(lambda, mapping.uuid);
}

ApiResult<void> read_stream_settings(const Json& input, MappingSpec& spec) {
  const auto wrong = [](std::string message) {
    return ApiError{"InvalidParameterValueException", std::move(message)};
  };
  if (const std::string from = input::text(input, "StartingPosition"); !from.empty())
    spec.starting_position = from;
  if (spec.starting_position.empty())
    return wrong(
        "1 validation error detected: Value null at 'startingPosition' failed to satisfy "
        "constraint: Member must not be null.");
  if (const Json& time = input::member(input, "StartingPositionTimestamp"); !time.is_null())
    spec.starting_timestamp = time;
  const bool of_table = StreamSource::of(spec.source)->of_table();
  if (spec.starting_position == "AT_TIMESTAMP" && (of_table || spec.starting_timestamp.is_null()))
    return wrong(of_table ? "Unsupported starting position for stream type. Please provide either "
                            "TRIM_HORIZON or LATEST."
                          : "StartingPositionTimestamp is required when StartingPosition is "
                            "AT_TIMESTAMP.");
  spec.bisect = input::boolean(input, "BisectBatchOnFunctionError").value_or(spec.bisect);
  if (const auto factor = input::integer(input, "ParallelizationFactor")) {
    if (*factor < 1 || *factor > 10) return wrong("ParallelizationFactor must be from 1 to 10");
    spec.parallelization = *factor;
  }
  if (const auto most = input::integer(input, "MaximumRetryAttempts")) {
    if (*most < -1 || *most > 10'000)
      return wrong("MaximumRetryAttempts must be -1, or from 0 to 10000");
    spec.max_retries = *most < 0 ? std::nullopt : most;
  }
  if (const auto age = input::integer(input, "MaximumRecordAgeInSeconds")) {
    if (*age != -1 && (*age < 60 || *age > 604'800))
      return wrong("MaximumRecordAgeInSeconds must be -1, or from 60 to 604800");
    spec.max_record_age =
        *age < 0 ? std::nullopt : std::optional<Duration>{std::chrono::seconds{*age}};
  }
  const Json& destination = input::member(input, "DestinationConfig");
  if (destination.is_object())
    spec.on_failure = input::text(input::member(destination, "OnFailure"), "Destination");
  return {};
}

Json stream_settings(const MappingSpec& spec) {
  Json told{{"StartingPosition", spec.starting_position},
            {"BisectBatchOnFunctionError", spec.bisect},
            {"ParallelizationFactor", spec.parallelization},
            {"MaximumRetryAttempts", spec.max_retries.value_or(-1)},
            {"MaximumRecordAgeInSeconds", -1}};
  if (spec.max_record_age)
    told["MaximumRecordAgeInSeconds"] =
        std::chrono::floor<std::chrono::seconds>(*spec.max_record_age).count();
  told["DestinationConfig"]["OnFailure"] = Json::object();
  if (!spec.on_failure.empty())
    told["DestinationConfig"]["OnFailure"]["Destination"] = spec.on_failure;
  return told;
}

}  // namespace opsim::lambda
