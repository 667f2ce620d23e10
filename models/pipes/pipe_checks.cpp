// What CreatePipe and UpdatePipe refuse.
// AWS: eb-pipes-event-source, -target, -enrichment, -event-filtering, -input-transformation,
// -logs. What is refused, and in which words: measured in us-east-1 on 2026-09-07
// (github.com/badmintoncryer/cdk-preflight, rules/pipes, named below).
#include <fmt/format.h>

#include <algorithm>

#include "models/pipes/pipes.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::pipes {

namespace {

ApiError refused(std::string message) { return {"ValidationException", std::move(message)}; }

/// Which blocks of parameters belong to ARNs of which services.
struct Block {
  std::string_view name;
  std::string_view services;  // in blanks
};
constexpr Block kSourceBlocks[] = {
    {"ActiveMQBrokerParameters", " mq "},     {"DynamoDBStreamParameters", " dynamodb "},
    {"KinesisStreamParameters", " kinesis "}, {"ManagedStreamingKafkaParameters", " kafka "},
    {"RabbitMQBrokerParameters", " mq "},     {"SqsQueueParameters", " sqs "},
};
constexpr Block kTargetBlocks[] = {
    {"BatchJobParameters", " batch "},
    {"CloudWatchLogsParameters", " logs "},
    {"EcsTaskParameters", " ecs "},
    {"EventBridgeEventBusParameters", " events "},
    {"HttpParameters", " events execute-api "},
    {"KinesisStreamParameters", " kinesis "},
    {"LambdaFunctionParameters", " lambda "},
    {"RedshiftDataParameters", " redshift redshift-serverless "},
    {"SageMakerPipelineParameters", " sagemaker "},
    {"SqsQueueParameters", " sqs "},
    {"StepFunctionStateMachineParameters", " states "},
    {"TimestreamParameters", " timestream "},
};

template <std::size_t N>
bool all_belong(const Block (&blocks)[N], const Json& parameters, const Arn& arn) {
  return std::ranges::all_of(blocks, [&](const Block& block) {
    return input::member(parameters, block.name).is_null() ||
           block.services.find(fmt::format(" {} ", arn.service)) != block.services.npos;
  });
}

/// pf-pipes-source-parameters
std::optional<ApiError> check_source(const Pipe& pipe, const Arn& source) {
  const Json& parameters = input::member(pipe.spec, "SourceParameters");
  if (!all_belong(kSourceBlocks, parameters, source))
    return refused("Invalid source parameter provided for source.");
  const std::string_view needed = source.service == "kinesis"    ? "KinesisStreamParameters"
                                  : source.service == "dynamodb" ? "DynamoDBStreamParameters"
                                                                 : "";
  if (!needed.empty() && input::member(parameters, needed).is_null())
    return refused(fmt::format("SourceParameters.{} Missing required parameter.", needed));
  return std::nullopt;
}

/// pf-pipes-target-parameters, -target-sns-fifo, -batch-size-target-limit. UNDOCUMENTED: how the
/// sentence about batches ends.
std::optional<ApiError> check_pipe_target(const Pipe& pipe, const Arn& target) {
  constexpr int kMostAtOnce = 10;  // entries of SendMessageBatch, PublishBatch, PutEvents
  if (!all_belong(kTargetBlocks, input::member(pipe.spec, "TargetParameters"), target))
    return refused("Invalid target parameter provided for target.");
  if (target.service == "sns" && target.resource.ends_with(".fifo"))
    return refused("SNS FIFO topics are not supported as a pipe target.");
  const bool by_batch =
      target.service == "sqs" || target.service == "sns" || target.service == "events";
  if (by_batch && pipe.batch_size_given && pipe.batch_size > kMostAtOnce)
    return refused(fmt::format(
        "The configured batch size {} is greater than the max supported batch size {} of the "
        "target.",
        pipe.batch_size, kMostAtOnce));
  return std::nullopt;
}

/// pf-pipes-filter-pattern: EventBridge's own patterns.
std::optional<ApiError> check_filters(Pipes& pipes, const Pipe& pipe) {
  const Json event{{"id", "1"},
                   {"account", pipe.place.account},
                   {"source", "pipe"},
                   {"time", "2026-01-01T00:00:00Z"},
                   {"region", pipe.place.region},
                   {"resources", Json::array()},
                   {"detail-type", "pipe"},
                   {"detail", Json::object()}};
  for (const std::string& pattern : pipe.filters) {
    const ApiResult<Json> answer =
        pipes.cloud.inspect(pipe.place, "events", "TestEventPattern",
                            {{"EventPattern", pattern}, {"Event", event.dump()}});
    if (answer || answer.error().code != "InvalidEventPatternException") continue;
    constexpr std::string_view kTheirs = "Event pattern is not valid.";
    std::string why = answer.error().message;
    if (why.starts_with(kTheirs)) why.erase(0, kTheirs.size());
    return refused("Invalid Event Pattern." + why);
  }
  return std::nullopt;
}

/// pf-pipes-input-template-variables; eb-pipes-input-transformation, "Reserved variables".
std::optional<ApiError> check_variables(std::string_view input_template) {
  constexpr std::string_view kKnown[] = {
      "aws.pipes.enrichment-arn", "aws.pipes.event",     "aws.pipes.event.ingestion-time",
      "aws.pipes.event.json",     "aws.pipes.pipe-arn",  "aws.pipes.pipe-name",
      "aws.pipes.source-arn",     "aws.pipes.target-arn"};
  for (auto open = input_template.find('<'); open != input_template.npos;
       open = input_template.find('<', open + 1)) {
    const auto close = input_template.find('>', open);
    if (close == input_template.npos) break;
    const std::string_view name = input_template.substr(open + 1, close - open - 1);
    if (name.starts_with("aws.") && std::ranges::find(kKnown, name) == std::end(kKnown))
      return refused("Invalid json path reference or predefined variable for placeholder.");
  }
  return std::nullopt;
}

/// pf-pipes-log-configuration
std::optional<ApiError> check_logs(const Pipe& pipe) {
  const Json& logs = input::member(pipe.spec, "LogConfiguration");
  const std::string level = input::text(logs, "Level");
  if (level.empty() || level == "OFF") return std::nullopt;
  for (const char* where :
       {"CloudwatchLogsLogDestination", "FirehoseLogDestination", "S3LogDestination"})
    if (!input::member(logs, where).is_null()) return std::nullopt;
  return refused("Must provide at least 1 log destination in LogConfiguration.");
}

}  // namespace

std::optional<ApiError> check_pipe(Pipes& pipes, const Pipe& pipe) {
  const std::optional<Arn> source = Arn::parse(pipe.source);  // none: a Kafka of one's own
  const Arn target = *Arn::parse(pipe.target);
  // pf-pipes-cross-region
  for (const Arn* end : {source ? &*source : &target, &target})
    if (!end->region.empty() && end->region != pipe.place.region)
      return refused("Creating cross-region pipe is not permitted.");
  // pf-pipes-enrichment-type
  constexpr std::string_view kEnriches[] = {"events", "execute-api", "lambda", "states"};
  if (!pipe.enrichment.empty() &&
      std::ranges::find(kEnriches, Arn::parse(pipe.enrichment)->service) == std::end(kEnriches))
    return refused("Invalid pipe enrichment.");
  if (source)
    if (auto error = check_source(pipe, *source)) return error;
  if (auto error = check_pipe_target(pipe, target)) return error;
  if (auto error = check_filters(pipes, pipe)) return error;
  for (const std::string* text : {&pipe.enrichment_template, &pipe.target_template})
    if (auto error = check_variables(*text)) return error;
  return check_logs(pipe);
}

}  // namespace opsim::pipes
