// What CreateSchedule refuses of a target, by the service of its ARN.
// AWS: managing-targets-templated, managing-targets-universal. What is refused, and in which words:
// measured in us-east-1 on 2026-09-07 (github.com/badmintoncryer/cdk-preflight, rules/scheduler,
// named below).
#include <fmt/format.h>

#include <algorithm>

#include "models/scheduler/scheduler.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::scheduler {

namespace {

ApiError refused(std::string message) { return {"ValidationException", std::move(message)}; }

/// pf-scheduler-target-parameters
struct TargetParameters {
  std::string_view name;
  std::string_view service;
};
constexpr TargetParameters kTargetParameters[] = {
    {"EcsParameters", "ecs"},         {"EventBridgeParameters", "events"},
    {"KinesisParameters", "kinesis"}, {"SageMakerPipelineParameters", "sagemaker"},
    {"SqsParameters", "sqs"},
};

std::optional<ApiError> check_parameters(const Target& target, const Arn& arn) {
  const auto given = [&](std::string_view name) -> const Json& {
    return input::member(target.spec, name);
  };
  for (const auto& [name, service] : kTargetParameters)
    if (!given(name).is_null() && arn.service != service)
      return refused(fmt::format("Parameters {} not supported for the target.", name));
  const bool fifo = arn.resource.ends_with(".fifo");
  if (arn.service == "sqs" && fifo && given("SqsParameters").is_null())
    return refused("Parameters SqsParameters must be specified.");
  if (arn.service == "sqs" && !fifo &&
      !input::member(given("SqsParameters"), "MessageGroupId").is_null())
    return refused("Parameters MessageGroupId not valid for the target.");
  const Json& task = given("EcsParameters");
  if (input::text(task, "LaunchType") == "FARGATE" &&
      input::member(task, "NetworkConfiguration").is_null())
    return refused(
        "Parameter NetworkConfiguration must be specified for the target when launch type is "
        "FARGATE.");
  return std::nullopt;
}

/// pf-scheduler-universal-target; managing-targets-universal: "EventBridge Scheduler does not
/// support read-only API actions, such as common GET operations".
std::optional<ApiError> check_universal(const Target& target, const Arn& arn) {
  if (!arn.region.empty() || !arn.account.empty() || !arn.resource.starts_with("aws-sdk:"))
    return refused("scheduler is not a supported service for a target.");
  if (std::ranges::count(arn.resource, ':') != 2)
    return refused(
        fmt::format("{} is not a valid universal target: it is "
                    "arn:aws:scheduler:::aws-sdk:service:apiAction.",
                    target.arn));
  const std::string action = arn.resource.substr(arn.resource.rfind(':') + 1);
  for (const char* reads : {"describe", "get", "list"})
    if (action.starts_with(reads)) return refused(fmt::format("{} API is not supported.", action));
  if (input::member(target.spec, "Input").is_null())
    return refused("You must provide an input to set this target for your schedule.");
  if (!Json::accept(target.input)) return refused("Invalid RequestJson provided.");
  return std::nullopt;
}

/// pf-scheduler-target-input-json. Of queues and topics any text is taken: the guide's own examples
/// send them words (managing-schedule-context-attributes).
std::optional<ApiError> check_input(const Target& target, const Arn& arn) {
  constexpr std::string_view kOfJson[] = {"events", "lambda", "states"};
  const bool asked = std::ranges::find(kOfJson, arn.service) != std::end(kOfJson);
  if (!asked || target.input.empty() || Json::accept(target.input)) return std::nullopt;
  return refused("JSON syntax error in input for the target.");
}

}  // namespace

std::optional<ApiError> check_target(const Place& place, const Target& target) {
  const std::optional<Arn> arn = Arn::parse(target.arn);
  if (!arn) return refused(fmt::format("Invalid Target ARN {}.", target.arn));
  if (arn->service == "scheduler") return check_universal(target, *arn);
  // pf-scheduler-target-region
  if (!arn->region.empty() && arn->region != place.region)
    return refused(
        fmt::format("The target ARN provided does not match the current region {}.", place.region));
  if (auto error = check_parameters(target, *arn)) return error;
  return check_input(target, *arn);
}

// pf-scheduler-schedule-expression: Scheduler is easier to please than rules are. Its keywords may
// be in any case, a rate's unit need not agree with its number, a cron may leave out the year, and
// a time its seconds.
std::optional<schedule::Expression> read_expression(std::string_view text) {
  const auto open = text.find('(');
  if (open == text.npos || !text.ends_with(')')) return std::nullopt;
  std::string keyword{text.substr(0, open)};
  for (char& c : keyword)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  std::string inside{text.substr(open + 1, text.size() - open - 2)};
  if (keyword == "rate" && (inside.starts_with("1 ") && inside.ends_with('s'))) inside.pop_back();
  if (keyword == "rate" && !inside.starts_with("1 ") && !inside.ends_with('s')) inside += 's';
  if (keyword == "cron" && std::ranges::count(inside, ' ') == 4) inside += " *";
  if (keyword == "at" && std::ranges::count(inside, ':') == 1) inside += ":00";
  return schedule::parse(fmt::format("{}({})", keyword, inside));
}

}  // namespace opsim::scheduler
