// What a target needs, by the service of its ARN.
// Measured with PutTargets in us-east-1 on 2026-09-07 (github.com/badmintoncryer/cdk-preflight,
// rules/events: pf-events-target-...). AppSync's role is not asked for: nobody could measure it.
#include "models/events/target_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "models/events/validation.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::events {

namespace {

/// pf-events-target-role-required; eb-use-identity-based. Functions, queues, topics and log groups
/// ask their own policies instead.
constexpr std::string_view kWithRole[] = {
    "batch",     "codebuild", "codepipeline", "ecs",       "events", "firehose",      "glue",
    "inspector", "kinesis",   "redshift",     "sagemaker", "ssm",    "ssm-incidents", "states"};

/// eb-cross-account: a queue, topic, function or stream of another account is reached with a role.
constexpr std::string_view kWithRoleElsewhere[] = {"lambda", "sns", "sqs"};

template <std::size_t N>
bool is_among(const std::string_view (&names)[N], std::string_view name) {
  return std::ranges::find(names, name) != std::end(names);
}

std::optional<ApiError> check_role(const Rule& rule, const Target& target, const Arn& arn) {
  const bool elsewhere = !arn.account.empty() && arn.account != rule.place.account;
  const bool needed =
      is_among(kWithRole, arn.service) || (elsewhere && is_among(kWithRoleElsewhere, arn.service));
  // One that is written and empty is what another stack will export.
  if (!input::member(target.spec, "RoleArn").is_null() || !needed) return std::nullopt;
  return validation(fmt::format("RoleArn is required for target {}.", target.arn));
}

/// pf-events-target-parameters-mismatch. SqsParameters are let through for every kind of target.
struct Parameters {
  std::string_view name;
  std::string_view services;  // in blanks
};
constexpr Parameters kParameters[] = {
    {"AppSyncParameters", " appsync "},
    {"BatchParameters", " batch "},
    {"EcsParameters", " ecs "},
    {"HttpParameters", " events execute-api "},
    {"KinesisParameters", " kinesis "},
    {"RedshiftDataParameters", " redshift redshift-serverless "},
    {"RunCommandParameters", " ssm "},
    {"SageMakerPipelineParameters", " sagemaker "},
};

std::optional<ApiError> check_parameters(const Target& target, const Arn& arn) {
  const auto has = [&](std::string_view name) {
    return !input::member(target.spec, name).is_null();
  };
  for (const auto& [name, services] : kParameters)
    if (has(name) && services.find(fmt::format(" {} ", arn.service)) == services.npos)
      return validation(
          fmt::format("Parameter(s) {} not supported for target: {}.", name, target.id));
  // pf-events-target-parameters-required
  const std::string_view needed = arn.service == "ecs"     ? "EcsParameters"
                                  : arn.service == "batch" ? "BatchParameters"
                                  : arn.service == "sqs" && arn.resource.ends_with(".fifo")
                                      ? "SqsParameters"
                                      : "";
  if (needed.empty() || has(needed)) return std::nullopt;
  return validation(
      fmt::format("Parameter(s) {} must be specified for target: {}.", needed, target.id));
}

/// pf-events-target-ecs-parameters
std::optional<ApiError> check_task(const Target& target) {
  const Json& task = input::member(target.spec, "EcsParameters");
  if (!task.is_object()) return std::nullopt;
  const std::string launch = input::text(task, "LaunchType");
  const Json& network = input::member(task, "NetworkConfiguration");
  if (launch == "FARGATE" && network.is_null())
    return validation(
        fmt::format("Parameter NetworkConfiguration must be specified for target {} when launch "
                    "type is FARGATE.",
                    target.id));
  const Json& awsvpc = input::member(network, "AwsVpcConfiguration");
  const bool fargate_only = !input::member(task, "PlatformVersion").is_null();
  if (launch == "EC2" && (fargate_only || !input::member(awsvpc, "AssignPublicIp").is_null()))
    return validation(
        fmt::format("Parameter {} for target {} is not supported when launch type is EC2.",
                    fargate_only ? "PlatformVersion" : "AssignPublicIp", target.id));
  if (input::integer(task, "TaskCount").value_or(1) > 10)
    return validation(fmt::format("Parameter(s) TaskCount not valid for target: {}.", target.id));
  return std::nullopt;
}

/// pf-events-target-dlq; eb-rule-dlq: "a standard Amazon SQS queue ... in the same Region".
/// UNDOCUMENTED: the words about a queue of another Region.
std::optional<ApiError> check_dead_letters(const Rule& rule, const Target& target) {
  if (target.dead_letter_arn.empty()) return std::nullopt;
  const auto refused = [](std::string why) {
    return validation(fmt::format("Parameter DeadLetterConfig is not valid. Reason: {}.", why));
  };
  const std::optional<Arn> queue = Arn::parse(target.dead_letter_arn);
  if (!queue) return refused("Provided Arn is not in correct format");
  if (queue->service != "sqs")
    return refused(fmt::format("{} is not supported as a dead letter resource", queue->service));
  if (queue->resource.ends_with(".fifo"))
    return refused("SQS FIFO is not supported by Dead Letter Queues");
  if (queue->region != rule.place.region)
    return refused("Dead Letter Queue must be in the same region as the rule");
  return std::nullopt;
}

/// A log group is told JSON objects (awsdocs/aws-cloudformation-user-guide, issue 1010).
std::optional<ApiError> check_log_input(const Target& target, const Arn& arn) {
  if (arn.service != "logs" || !target.transformer) return std::nullopt;
  const std::string& text = target.transformer->input_template;
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != text.npos && text[first] == '{') return std::nullopt;
  return validation(fmt::format("Input for target {} is not a valid JSON text.", target.id));
}

}  // namespace

std::optional<ApiError> check_target(const Rule& rule, const Target& target) {
  const Arn arn = *Arn::parse(target.arn);
  if (auto error = check_role(rule, target, arn)) return error;
  if (auto error = check_parameters(target, arn)) return error;
  if (auto error = check_task(target)) return error;
  if (auto error = check_log_input(target, arn)) return error;
  return check_dead_letters(rule, target);
}

}  // namespace opsim::events
