// A pipe from a stream: of Kinesis, or of a DynamoDB table.
// AWS: eb-pipes-kinesis, eb-pipes-dynamodb: each shard is read in order, once a second; a batch
// that fails is tried again until MaximumRetryAttempts or MaximumRecordAgeInSeconds, which are
// without end unless the pipe says otherwise, and holds its shard up meanwhile; then it goes, as a
// description, to the dead-letter queue. AUTOMATIC_BISECT halves a batch that fails. SIMPLIFIED:
// one batch a shard at a time; AWS publishes no intervals between attempts: doubled from 1 s to 1
// min here. Shards that a stream gains later are not read.
#include <fmt/format.h>

#include <algorithm>

#include "models/pipes/flow.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/cloud/source_records.hpp"

namespace opsim::pipes {

namespace {

constexpr Duration kPoll = 1s;
constexpr Duration kLongestPause = 1min;

StreamSource stream_of(const Pipe& pipe) { return *StreamSource::of(pipe.source); }

struct Failing {
  std::string shard;
  Json batch;
  int attempts = 0;
};

/// eb-pipes-batching-concurrency: what stands in for the records in the dead-letter queue.
Process<> bury(Pipes& pipes, const Pipe& pipe, const Failing& failing, std::string condition) {
  pipes.cloud.journal().write(
      {.kind = EntryKind::rule,
       .level = Level::goals,
       .subject = pipe.name,
       .text = fmt::format("gave {} records of {} up: {}; {}", failing.batch.size(), failing.shard,
                           condition,
                           pipe.dead_letter_arn.empty() ? "dropped" : "to " + pipe.dead_letter_arn),
       .source = std::string{pipes.cloud.resources().source_of(pipe.arn)},
       .detail = {{"failed", condition}}});
  const std::optional<Arn> queue = Arn::parse(pipe.dead_letter_arn);
  if (!queue) co_return;
  Json told{{"version", "1.0"},
            {"timestamp", iso8601(pipes.cloud.sim().now())},
            {"context",
             {{"partnerResourceArn", pipe.arn},
              {"condition", condition},
              {"approximateInvokeCount", failing.attempts}}}};
  told.update(stream_of(pipe).batch_info(failing.shard, failing.batch.front(), failing.batch.back(),
                                         failing.batch.size()));
  Delivery delivery{.caller = caller_of(pipe),
                    .target = *queue,
                    .text = told.dump(),
                    .parameters = {},
                    .from = pipe.arn};
  co_await pipes.cloud.deliver(std::move(delivery));
}

/// A target that reports which records failed is handed the stream again from the lowest of them.
/// False where all of the batch is done.
bool keep_failed(const Pipe& pipe, Failing& work, const Json& answer) {
  const std::vector<std::string> failed = reported_failures(answer);
  if (failed.empty()) return false;
  const StreamSource source = stream_of(pipe);
  const std::string& lowest = *std::ranges::min_element(failed);
  for (std::size_t at = 0; at < work.batch.size(); ++at) {
    if (source.sequence_of(work.batch[at]) != lowest) continue;
    work.batch.erase(work.batch.begin(), work.batch.begin() + static_cast<std::ptrdiff_t>(at));
    break;
  }
  return true;
}

/// Why there is no further attempt, or "".
std::string exhausted(Pipes& pipes, const Pipe& pipe, const Failing& failing) {
  if (pipe.maximum_retry_attempts >= 0 && failing.attempts > pipe.maximum_retry_attempts)
    return "RetryAttemptsExhausted";
  if (pipe.maximum_record_age < Duration{}) return {};
  const Duration age = pipes.cloud.sim().now() - stream_of(pipe).arrived(failing.batch.front());
  return age > pipe.maximum_record_age ? "RecordAgeExceeded" : "";
}

/// One batch of a shard, to its end: passed on, or buried.
Process<> handle_batch(Pipes& pipes, std::shared_ptr<const Pipe> pipe, Failing work) {
  Duration pause = kPoll;
  while (is_current(pipes, pipe)) {
    Json batch = work.batch;
    const ApiResult<Json> answer = co_await pass_on(pipes, *pipe, std::move(batch));
    if (answer && !keep_failed(*pipe, work, *answer)) co_return;
    ++work.attempts;
    if (std::string why = exhausted(pipes, *pipe, work); !why.empty()) {
      co_await bury(pipes, *pipe, work, std::move(why));
      co_return;
    }
    co_await pipes.cloud.sim().sleep(pause);
    pause = std::min(2 * pause, kLongestPause);
    if (!pipe->bisects || work.batch.size() < 2) continue;
    const auto half = static_cast<std::ptrdiff_t>(work.batch.size() / 2);
    Failing rest{work.shard, Json(Json::array_t(work.batch.begin() + half, work.batch.end())),
                 work.attempts};
    Failing front{work.shard, Json(Json::array_t(work.batch.begin(), work.batch.begin() + half)),
                  work.attempts};
    co_await handle_batch(pipes, pipe, std::move(front));
    co_await handle_batch(pipes, pipe, std::move(rest));
    co_return;
  }
}

Process<> read_shard(Pipes& pipes, std::shared_ptr<const Pipe> pipe, std::string shard,
                     std::string iterator) {
  const StreamSource source = stream_of(*pipe);
  while (is_current(pipes, pipe)) {
    Json input{{"ShardIterator", iterator}, {"Limit", pipe->batch_size}};
    Caller caller = caller_of(*pipe);
    const ApiResult<Json> answer = co_await pipes.cloud.call(std::move(caller), source.service(),
                                                             "GetRecords", std::move(input));
    if (answer) {
      iterator = input::text(*answer, "NextShardIterator");
      Json batch = Json::array();
      for (const Json& record : answer->value("Records", Json::array()))
        if (Json event = source.pipe_record(shard, record, pipe->role_arn);
            passes(pipes, *pipe, event))
          batch.push_back(std::move(event));
      Failing work{shard, std::move(batch)};
      if (!work.batch.empty()) co_await handle_batch(pipes, pipe, std::move(work));
      if (iterator.empty()) co_return;  // the shard is closed and read
    }
    co_await pipes.cloud.sim().sleep(kPoll);
  }
}

}  // namespace

Process<> run_stream(Pipes& pipes, std::shared_ptr<const Pipe> pipe) {
  const StreamSource source = stream_of(*pipe);
  Json asked = source.named();
  Caller caller = caller_of(*pipe);
  const ApiResult<Json> told = co_await pipes.cloud.call(std::move(caller), source.service(),
                                                         "DescribeStream", std::move(asked));
  if (!told) {
    pipes.cloud.journal().write({.kind = EntryKind::rule,
                                 .level = Level::goals,
                                 .subject = pipe->name,
                                 .text = fmt::format("cannot read its source: {}: {}",
                                                     told.error().code, told.error().message),
                                 .detail = {{"failed", told.error().code}}});
    co_return;
  }
  const Json description = told->value("StreamDescription", Json::object());
  for (const Json& shard : description.value("Shards", Json::array())) {
    std::string id = input::text(shard, "ShardId");
    Json where = source.named();
    where["ShardId"] = id;
    where["ShardIteratorType"] = pipe->position;
    if (pipe->position == "AT_TIMESTAMP")
      where["Timestamp"] = input::member(
          input::member(input::member(pipe->spec, "SourceParameters"), "KinesisStreamParameters"),
          "StartingPositionTimestamp");
    Caller reader = caller_of(*pipe);
    const ApiResult<Json> iterator = co_await pipes.cloud.call(
        std::move(reader), source.service(), "GetShardIterator", std::move(where));
    if (!iterator) continue;
    pipes.cloud.sim().spawn(
        read_shard(pipes, pipe, std::move(id), input::text(*iterator, "ShardIterator")));
  }
}

}  // namespace opsim::pipes
