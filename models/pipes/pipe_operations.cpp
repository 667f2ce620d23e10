// Operations on pipes.
// AWS: EventBridge Pipes API Reference.
#include <fmt/format.h>

#include "models/pipes/pipes.hpp"
#include "opsim/cloud/input.hpp"
#include "opsim/kernel/process.hpp"

namespace opsim::pipes {

namespace {

ApiResult<std::shared_ptr<Pipe>> named_pipe(Pipes& pipes, const Request& request) {
  const std::string name = input::text(request.input, "Name");
  const auto found = pipes.all.find({request.place(), name});
  if (found != pipes.all.end()) return found->second;
  return ApiError{"NotFoundException", fmt::format("Pipe {} does not exist.", name), 404};
}

double since_1970(SimTime time) {
  return std::chrono::duration<double>(time.time_since_epoch()).count();
}

Json pipe_json(const Pipe& pipe, std::string_view current) {
  const char* desired = pipe.running ? "RUNNING" : "STOPPED";
  return {{"Arn", pipe.arn},
          {"Name", pipe.name},
          {"DesiredState", desired},
          {"CurrentState", current.empty() ? desired : current},
          {"CreationTime", since_1970(pipe.created)},
          {"LastModifiedTime", since_1970(pipe.modified)}};
}

/// SIMPLIFIED: states that AWS passes through (CREATING, STARTING, ...) are answered and left at
/// once.
void keep(Pipes& pipes, const std::shared_ptr<Pipe>& pipe) {
  pipes.all[{pipe->place, pipe->name}] = pipe;
  if (!pipe->running) return;
  const CauseScope because{pipes.cloud.sim(), CauseId::none};
  pipes.cloud.sim().spawn(run(pipes, pipe));
}

ApiResult<Json> set_running(Pipes& pipes, const Request& request, bool running) {
  const auto found = named_pipe(pipes, request);
  if (!found) return found.error();
  if ((*found)->running == running)
    return ApiError{
        "ConflictException",
        fmt::format("Pipe {} is {} already.", (*found)->name, running ? "RUNNING" : "STOPPED"),
        409};
  auto changed = std::make_shared<Pipe>(**found);
  changed->running = running;
  changed->modified = pipes.cloud.sim().now();
  keep(pipes, changed);
  return pipe_json(*changed, running ? "STARTING" : "STOPPING");
}

}  // namespace

namespace {

void read_source(const Json& source, Pipe& pipe) {
  const bool stream = pipe.reads_stream();
  const std::string kind = pipe.source_kind();
  const Json& says = input::member(source, kind == "aws:kinesis"    ? "KinesisStreamParameters"
                                           : kind == "aws:dynamodb" ? "DynamoDBStreamParameters"
                                                                    : "SqsQueueParameters");
  const auto bounded = [&](const char* name, std::int64_t otherwise, std::int64_t least,
                           std::int64_t most) {
    return std::clamp(input::integer(says, name).value_or(otherwise), least, most);
  };
  pipe.batch_size = static_cast<int>(bounded("BatchSize", stream ? 100 : 10, 1, 10'000));
  pipe.batch_size_given = !input::member(says, "BatchSize").is_null();
  if (!stream) return;
  if (const std::string position = input::text(says, "StartingPosition"); !position.empty())
    pipe.position = position;
  pipe.maximum_retry_attempts = static_cast<int>(bounded("MaximumRetryAttempts", -1, -1, 10'000));
  pipe.maximum_record_age =
      std::chrono::seconds{bounded("MaximumRecordAgeInSeconds", -1, -1, 604'800)};
  pipe.bisects = input::text(says, "OnPartialBatchItemFailure") == "AUTOMATIC_BISECT";
  pipe.dead_letter_arn = input::text(input::member(says, "DeadLetterConfig"), "Arn");
}

}  // namespace

ApiResult<std::shared_ptr<Pipe>> read_pipe(Pipes& pipes, const Place& place, const Json& input) {
  auto pipe = std::make_shared<Pipe>();
  pipe->place = place;
  pipe->spec = input;
  pipe->name = input::text(input, "Name");
  pipe->arn = opsim::arn(place, "pipes", "pipe/" + pipe->name);
  pipe->source = input::text(input, "Source");
  pipe->enrichment = input::text(input, "Enrichment");
  pipe->target = input::text(input, "Target");
  pipe->role_arn = input::text(input, "RoleArn");
  pipe->running = input::text(input, "DesiredState") != "STOPPED";
  pipe->created = pipe->modified = pipes.cloud.sim().now();
  const Json& source = input::member(input, "SourceParameters");
  read_source(source, *pipe);
  for (const Json& filter : input::member(input::member(source, "FilterCriteria"), "Filters"))
    pipe->filters.push_back(input::text(filter, "Pattern"));
  const auto text_of = [&](const char* step) {
    return input::text(input::member(input, step), "InputTemplate");
  };
  pipe->enrichment_template = text_of("EnrichmentParameters");
  pipe->target_template = text_of("TargetParameters");
  const auto invalid = [](std::string message) {
    return ApiError{"ValidationException", std::move(message)};
  };
  if (pipe->name.empty() || pipe->name.size() > 64)
    return invalid(
        "1 validation error detected: Value at 'name' failed to satisfy constraint: "
        "Member must have length between 1 and 64");
  if (pipe->role_arn.empty())
    return invalid(
        "1 validation error detected: Value null at 'roleArn' failed to satisfy "
        "constraint: Member must not be null");
  // "smk://..." is a Kafka of one's own.
  if (!Arn::parse(pipe->source) && !pipe->source.starts_with("smk://"))
    return invalid(fmt::format(
        "1 validation error detected: Value '{}' at 'source' failed to satisfy constraint: Member "
        "must satisfy regular expression pattern of an ARN",
        pipe->source));
  if (!Arn::parse(pipe->target) || (!pipe->enrichment.empty() && !Arn::parse(pipe->enrichment)))
    return invalid("Target and Enrichment must be ARNs.");
  if (pipe->filters.size() > 5)  // eb-pipes-event-filtering
    return invalid("A pipe has at most 5 filters.");
  if (auto error = check_pipe(pipes, *pipe)) return std::move(*error);
  return pipe;
}

ApiResult<Json> create_pipe(Pipes& pipes, const Request& request) {
  const auto pipe = read_pipe(pipes, request.place(), request.input);
  if (!pipe) return pipe.error();
  if (pipes.all.contains({request.place(), (*pipe)->name}))
    return ApiError{"ConflictException", fmt::format("Pipe {} already exists.", (*pipe)->name),
                    409};
  keep(pipes, *pipe);
  return pipe_json(**pipe, "CREATING");
}

ApiResult<Json> update_pipe(Pipes& pipes, const Request& request) {
  const auto found = named_pipe(pipes, request);
  if (!found) return found.error();
  Json input = (*found)->spec;
  input.update(request.input);
  auto changed = read_pipe(pipes, request.place(), input);
  if (!changed) return changed.error();
  (*changed)->created = (*found)->created;
  keep(pipes, *changed);
  return pipe_json(**changed, "UPDATING");
}

ApiResult<Json> delete_pipe(Pipes& pipes, const Request& request) {
  const auto found = named_pipe(pipes, request);
  if (!found) return found.error();
  Json answer = pipe_json(**found, "DELETING");
  answer["DesiredState"] = "DELETED";
  pipes.all.erase({request.place(), (*found)->name});
  return answer;
}

ApiResult<Json> describe_pipe(Pipes& pipes, const Request& request) {
  const auto found = named_pipe(pipes, request);
  if (!found) return found.error();
  Json answer = (*found)->spec;
  answer.update(pipe_json(**found, ""));
  return answer;
}

ApiResult<Json> list_pipes(Pipes& pipes, const Request& request) {
  const auto limit = static_cast<std::size_t>(std::clamp(
      input::integer(request.input, "Limit").value_or(100), std::int64_t{1}, std::int64_t{100}));
  const std::string source = input::text(request.input, "SourcePrefix");
  const std::string target = input::text(request.input, "TargetPrefix");
  const std::string state = input::text(request.input, "CurrentState");
  const std::int64_t skip =
      std::max(input::integer(request.input, "NextToken").value_or(0), std::int64_t{0});
  std::int64_t seen = 0;
  Json list = Json::array();
  for (const auto& [key, pipe] : pipes.all) {
    if (key.first != request.place()) continue;
    if (!key.second.starts_with(input::text(request.input, "NamePrefix"))) continue;
    if (!pipe->source.starts_with(source) || !pipe->target.starts_with(target)) continue;
    Json one = pipe_json(*pipe, "");
    if (!state.empty() && one["CurrentState"] != Json(state)) continue;
    if (seen++ < skip) continue;
    if (list.size() == limit)
      return Json{{"Pipes", std::move(list)}, {"NextToken", std::to_string(seen - 1)}};
    one["Source"] = pipe->source;
    one["Target"] = pipe->target;
    list.push_back(std::move(one));
  }
  return Json{{"Pipes", std::move(list)}};
}

ApiResult<Json> start_pipe(Pipes& pipes, const Request& request) {
  return set_running(pipes, request, true);
}
ApiResult<Json> stop_pipe(Pipes& pipes, const Request& request) {
  return set_running(pipes, request, false);
}

}  // namespace opsim::pipes
