#include "models/pipes/service.hpp"

#include <algorithm>

#include "models/pipes/pipes.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim {

namespace {

using pipes::Pipes;

// To add an operation: write its function and one row here.
constexpr Operation kOperations[] = {
    {.name = "CreatePipe", .now = immediate<Pipes, pipes::create_pipe>},
    {.name = "DeletePipe", .now = immediate<Pipes, pipes::delete_pipe>},
    {.name = "DescribePipe", .access = Access::read, .now = immediate<Pipes, pipes::describe_pipe>},
    {.name = "ListPipes", .access = Access::read, .now = immediate<Pipes, pipes::list_pipes>},
    {.name = "StartPipe", .now = immediate<Pipes, pipes::start_pipe>},
    {.name = "StopPipe", .now = immediate<Pipes, pipes::stop_pipe>},
    {.name = "UpdatePipe", .now = immediate<Pipes, pipes::update_pipe>},
};
static_assert(std::ranges::is_sorted(kOperations, {}, &Operation::name));

constexpr Shape kAny{};
constexpr Shape kText{.kind = Kind::text};
constexpr Field kPipeFields[] = {
    {.name = "Description", .shape = &kText},
    {.name = "DesiredState", .shape = &kText},
    {.name = "Enrichment", .shape = &kText},
    {.name = "EnrichmentParameters", .shape = &kAny},
    {.name = "LogConfiguration", .shape = &kAny, .simulated = Simulated::no},
    {.name = "Name", .shape = &kText},
    {.name = "RoleArn", .shape = &kText, .need = Need::required},
    {.name = "Source", .shape = &kText, .need = Need::required},
    {.name = "SourceParameters", .shape = &kAny},
    {.name = "Tags", .shape = &kAny},
    {.name = "Target", .shape = &kText, .need = Need::required},
    {.name = "TargetParameters", .shape = &kAny},
};
constexpr Shape kPipe{.kind = Kind::mapping, .fields = kPipeFields};

ApiResult<Created> make_pipe(Pipes& model, const ResourceRequest& request) {
  Json input = request.properties;
  if (input::text(input, "Name").empty())
    input["Name"] = request.cloud.next_id(  // 64 characters at most
        fmt::format("{}-{}-", request.stack.substr(0, 24), request.logical_id.substr(0, 24)));
  const Caller caller{request.place, "cloudformation.amazonaws.com", ""};
  const auto made =
      create_pipe(model, Request{request.cloud, caller, "pipes", "CreatePipe", input});
  if (!made) return made.error();
  const std::string arn = input::text(*made, "Arn");
  return Created{input::text(*made, "Name"), arn, {{"Arn", arn}, {"CurrentState", "RUNNING"}}};
}

constexpr ResourceType kResources[] = {
    {.type = "AWS::Pipes::Pipe", .create = create<Pipes, make_pipe>, .properties = &kPipe}};

using Grade = FidelityNote::Grade;
constexpr FidelityNote kFidelity[] = {
    {Grade::simulated, "SQS as the source: batches, filters, messages that come again",
     "eb-pipes-sqs"},
    {Grade::simulated, "input templates with paths and aws.pipes variables",
     "eb-pipes-input-transformation"},
    {Grade::simulated,
     "Kinesis and DynamoDB streams as the source: shards in order, retries, AUTOMATIC_BISECT, dead "
     "letters",
     "eb-pipes-kinesis, eb-pipes-dynamodb"},
    {Grade::simulated, "partial batch failures; functions that are waited for",
     "eb-pipes-batching-concurrency"},
    {Grade::simulated, "Invocations, EventCount, failures by stage in AWS/EventBridge/Pipes",
     "eb-pipes-monitoring"},
    {Grade::simplified, "one poller; states such as CREATING last no time"},
    {Grade::simplified, "an enrichment whose answer is empty leaves the events as they are"},
    {Grade::absent,
     "sources other than queues and streams (a pipe from one stands, and nothing flows); state "
     "machines that are waited for; logs"},
};

}  // namespace

const Service kPipes{
    .name = "pipes",
    .title = "Amazon EventBridge Pipes",
    .make = [](Cloud& cloud) -> std::unique_ptr<Model> { return std::make_unique<Pipes>(cloud); },
    .operations = kOperations,
    .resources = kResources,
    .fidelity = kFidelity,
};

}  // namespace opsim
