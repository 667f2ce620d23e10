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
  const Json& queue = input::member(source, "SqsQueueParameters");
  pipe->batch_size = static_cast<int>(std::clamp(input::integer(queue, "BatchSize").value_or(10),
                                                 std::int64_t{1}, std::int64_t{10'000}));
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
  const std::optional<Arn> from = Arn::parse(pipe->source);
  if (!from || from->service != "sqs")
    return ApiError{from ? "NotSimulated" : "ValidationException",
                    fmt::format("The source of a pipe is the ARN of an SQS queue here, not \"{}\".",
                                pipe->source)};
  if (!Arn::parse(pipe->target) || (!pipe->enrichment.empty() && !Arn::parse(pipe->enrichment)))
    return invalid("Target and Enrichment must be ARNs.");
  if (pipe->filters.size() > 5)  // eb-pipes-event-filtering
    return invalid("A pipe has at most 5 filters.");
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
  Json list = Json::array();
  for (const auto& [key, pipe] : pipes.all) {
    if (key.first != request.place()) continue;
    if (!key.second.starts_with(input::text(request.input, "NamePrefix"))) continue;
    Json one = pipe_json(*pipe, "");
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
