// One try of a Task state.
// AWS: state-task; connect-to-resource (request response, .sync, .waitForTaskToken);
// concepts-error-handling (States.Timeout, States.HeartbeatTimeout).
#include <fmt/format.h>

#include "models/step_functions/integrations.hpp"
#include "models/step_functions/track.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

namespace {

Caller role_of(const Execution& execution) {
  return {.place = execution.place,
          .principal = execution.role_arn.empty() ? "states.amazonaws.com" : execution.role_arn,
          .invoked_by = "states.amazonaws.com"};
}

Failure from_api(const Integration& integration, const ApiError& error) {
  if (error.code == "NotSimulated" || error.code == "InvalidAction")
    return {.error = "States.TaskFailed", .cause = fmt::format("not simulated: {}", error.message)};
  const std::string name = error_name(integration, error.code);
  return {.error = name,
          .cause = fmt::format(
              "{} (Service: {}, Status Code: {}, Request ID: 00000000-0000-0000-0000-000000000000)",
              error.message, name.substr(0, name.find('.')), error.http_status)};
}

// The error that a function raised: its type, and the whole answer as the cause.
Failure from_function(const Json& payload) {
  std::string type = input::text(payload, "errorType");
  return {.error = type.empty() ? "Exception" : std::move(type), .cause = payload.dump()};
}

Process<Outcome<Json>> call_function(Track& track, std::string function, Json payload) {
  Caller caller = role_of(track.execution);
  Json request{{"FunctionName", std::move(function)}, {"Payload", payload.dump()}};
  ApiResult<Json> answer =
      co_await track.states.cloud.call(std::move(caller), "lambda", "Invoke", std::move(request));
  const Integration lambda{.service = "lambda", .endpoint = "lambda", .operation = "invoke"};
  if (!answer) co_return from_api(lambda, answer.error());
  Json output = task_output(lambda, *answer);
  const Json result = input::member(output, "Payload");
  if (output.contains("FunctionError")) co_return from_function(result);
  co_return result;
}

// .waitForTaskToken: until somebody calls back with the token. A heartbeat starts the
// HeartbeatSeconds again.
Process<Outcome<Json>> wait_for_token(Track& track, std::string token,
                                      std::optional<Duration> heartbeat) {
  const std::shared_ptr<Waiting> waiting = track.states.tokens.at(token);
  waiting->heard = track.sim().now();
  while (!waiting->answer) {
    if (!heartbeat) {
      co_await waiting->changed.wait();
      continue;
    }
    const Duration left = waiting->heard + *heartbeat - track.sim().now();
    if (left <= Duration{}) {
      co_return Failure{.error = "States.HeartbeatTimeout"};
    }
    co_await waiting->changed.wait_for(left);
  }
  co_return *waiting->answer;
}

// .sync of StartExecution: until the execution has ended; its failure fails the task.
Process<Outcome<Json>> wait_for_execution(Track& track, std::string execution_arn, bool parsed) {
  co_await wait_until_ended(track.states, execution_arn);
  const Execution* const child = track.states.find_execution(execution_arn);
  if (child == nullptr) co_return Failure{.error = "States.TaskFailed"};
  const Integration states{.service = "states", .endpoint = "states"};
  Json told = task_output(states, describe(*child));
  if (child->status != "SUCCEEDED")
    co_return Failure{.error = "States.TaskFailed", .cause = told.dump()};
  if (parsed && child->output) told["Output"] = *child->output;
  if (parsed) told["Input"] = child->input;
  co_return told;
}

Process<Outcome<Json>> call_service(Track& track, const Integration& integration, Json arguments,
                                    std::optional<Duration> heartbeat) {
  using Pattern = Integration::Pattern;
  if (integration.kind == Integration::Kind::activity)
    co_return Failure{.error = "States.TaskFailed", .cause = "not simulated: activities"};
  const bool job = integration.pattern == Pattern::run_a_job;
  if (job && integration.endpoint != "states")
    co_return Failure{.error = "States.TaskFailed",
                      .cause = fmt::format("not simulated: {}:{}.sync", integration.service,
                                           integration.operation)};
  const bool waits = integration.pattern == Pattern::wait_for_token;
  const std::string token = track.token;
  if (waits) track.states.tokens[token] = std::make_shared<Waiting>(track.sim());
  Caller caller = role_of(track.execution);
  Json request = api_input(integration, std::move(arguments));
  ApiResult<Json> answer = co_await track.states.cloud.call(
      std::move(caller), integration.endpoint, integration.operation, std::move(request));
  if (!answer) {
    track.states.tokens.erase(token);
    co_return from_api(integration, answer.error());
  }
  Json output = task_output(integration, *std::move(answer));
  const bool function = integration.endpoint == "lambda" && integration.operation == "invoke";
  if (function && output.contains("FunctionError"))
    co_return from_function(input::member(output, "Payload"));
  if (waits || job)
    track.note("TaskSubmitted", "taskSubmittedEventDetails",
               {{"resourceType", integration.service},
                {"resource", integration.resource()},
                {"output", output.dump()},
                {"outputDetails", {{"truncated", false}}}});
  if (waits) {
    Outcome<Json> result = co_await wait_for_token(track, token, heartbeat);
    track.states.tokens.erase(token);
    co_return result;
  }
  if (job) {
    Outcome<Json> result = co_await wait_for_execution(track, input::text(output, "ExecutionArn"),
                                                       integration.parsed_output);
    co_return result;
  }
  co_return output;
}

Outcome<std::optional<Duration>> seconds(Query& query, const State& state, const std::string& key,
                                         const Values& values) {
  Outcome<Json> value = Json();
  if (const Json* written = state.field(key); written != nullptr) {
    value = is_expression(*written) ? query.typed(input::text(*written), "number", values, key)
                                    : Outcome<Json>{*written};
  } else if (const std::string path = state.text(key + "Path"); !path.empty()) {
    value = query.reference(path, values);
  }
  if (!value) return value.error();
  if (value->is_null()) return std::optional<Duration>{};
  const auto number = input::integer(*value);
  if (!number || *number < 1 || *number > 99'999'999)
    return Failure{.error = kRuntimeError,
                   .cause = fmt::format("{} must be a whole number from 1 to 99999999, not {}", key,
                                        value->dump())};
  return std::optional<Duration>{std::chrono::seconds{*number}};
}

// The names of a Task's events: those of a function's ARN are older than the others.
void note_task(Track& track, const Integration& integration, const char* what, Json detail) {
  const bool function = integration.kind == Integration::Kind::function;
  if (!function) {
    detail["resourceType"] = integration.service;
    detail["resource"] = integration.resource();
  }
  track.note(fmt::format("{}{}", function ? "LambdaFunction" : "Task", what),
             fmt::format("{}{}EventDetails", function ? "lambdaFunction" : "task", what),
             std::move(detail));
}

}  // namespace

Process<Outcome<Json>> run_task(Track& track, const State& state, Json arguments,
                                const Values& values) {
  const std::string resource = state.text("Resource");
  const auto integration = read_integration(resource);
  if (!integration)
    co_return track.in_state({.error = kRuntimeError, .cause = "The Resource is not recognized"});
  Query& query = track.execution.query;
  const auto timeout = seconds(query, state, "TimeoutSeconds", values);
  if (!timeout) co_return evaluation_failed(track, timeout.error());
  const auto heartbeat = seconds(query, state, "HeartbeatSeconds", values);
  if (!heartbeat) co_return evaluation_failed(track, heartbeat.error());

  const bool function = integration->kind == Integration::Kind::function;
  Json scheduled{{"region", track.execution.place.region}};
  if (function) scheduled = {{"resource", resource}, {"inputDetails", {{"truncated", false}}}};
  scheduled[function ? "input" : "parameters"] = arguments.dump();
  if (*timeout)
    scheduled["timeoutInSeconds"] = std::chrono::floor<std::chrono::seconds>(**timeout).count();
  note_task(track, *integration, "Scheduled", std::move(scheduled));
  note_task(track, *integration, "Started", Json::object());

  Process<Outcome<Json>> work =
      function ? call_function(track, resource, std::move(arguments))
               : call_service(track, *integration, std::move(arguments), *heartbeat);
  const Duration limit = timeout->value_or(std::chrono::seconds{99'999'999});
  std::optional<Outcome<Json>> in_time = co_await with_timeout(std::move(work), limit);
  const Outcome<Json> result =
      in_time ? *std::move(in_time) : Outcome<Json>{Failure{.error = "States.Timeout"}};
  if (result) {
    note_task(track, *integration, "Succeeded",
              {{"output", result->dump()}, {"outputDetails", {{"truncated", false}}}});
    co_return result;
  }
  const Failure& failure = result.error();
  const bool late = failure.error == "States.Timeout" || failure.error == "States.HeartbeatTimeout";
  Json detail = Json::object();
  if (failure.error) detail["error"] = *failure.error;
  if (failure.cause) detail["cause"] = *failure.cause;
  note_task(track, *integration, late ? "TimedOut" : "Failed", std::move(detail));
  co_return failure;
}

}  // namespace opsim::step_functions
