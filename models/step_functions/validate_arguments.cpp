// What an optimized integration must be given. AWS: connect-to-resource and the page of each
// integration; wording and fields as the rule pf-sfn-asl-integration-parameters of cdk-preflight
// measured them with ValidateStateMachineDefinition on 2026-09-05.
#include <fmt/format.h>

#include "models/step_functions/integrations.hpp"
#include "models/step_functions/validate.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

namespace {

/// SIMPLIFIED: the fields that were measured; those of other operations are missed when they run.
struct NeededField {
  std::string_view service, operation, field;
};
constexpr NeededField kNeeded[] = {
    {"dynamodb", "getItem", "Key"},       {"dynamodb", "getItem", "TableName"},
    {"dynamodb", "putItem", "Item"},      {"dynamodb", "putItem", "TableName"},
    {"ecs", "runTask", "TaskDefinition"}, {"events", "putEvents", "Entries"},
    {"glue", "startJobRun", "JobName"},   {"lambda", "invoke", "FunctionName"},
    {"sns", "publish", "Message"},        {"sqs", "sendMessage", "MessageBody"},
    {"sqs", "sendMessage", "QueueUrl"},   {"states", "startExecution", "StateMachineArn"},
};

}  // namespace

void check_arguments(const Check& check, const Json& state, const std::string& at,
                     const Integration& integration, Language language) {
  if (integration.kind != Integration::Kind::optimized) return;
  const std::string field = language == Language::jsonata ? "Arguments" : "Parameters";
  if (!has(state, field))
    return check.say(kSchema, at,
                     fmt::format("{} field is required for resource ARN: {}", field,
                                 input::text(state, "Resource")));
  const Json& given = state[field];
  if (!given.is_object()) return;
  for (const NeededField& needed : kNeeded) {
    if (needed.service != integration.service || needed.operation != integration.operation)
      continue;
    const std::string name{needed.field};
    if (!has(given, name) && !(language == Language::json_path && has(given, name + ".$")))
      check.say(kSchema, fmt::format("{}/{}", at, field),
                fmt::format("The field '{}' is required but was missing", name));
  }
}

}  // namespace opsim::step_functions
