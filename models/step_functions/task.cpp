// One try of a Task state.
// AWS: state-task; connect-to-resource (request response, .sync, .waitForTaskToken);
// concepts-error-handling (States.Timeout, States.HeartbeatTimeout).
#include <fmt/format.h>

#include "models/step_functions/integrations.hpp"
#include "models/step_functions/jobs.hpp"
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
      track.states.tokens.erase(token);
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
  Json told = task_output(states, describe(*child, track.sim().now()));
  if (child->status != "SUCCEEDED")
    co_return Failure{.error = "States.TaskFailed", .cause = told.dump()};
  if (parsed && child->output) told["Output"] = *child->output;
  if (parsed) told["Input"] = child->input;
  co_return told;
}

// .sync of another service: its events tell when to look at the job again.
Process<Outcome<Json>> wait_for_job(Track& track, const Job& job, Json started) {
  Cloud& cloud = track.states.cloud;
  std::unique_ptr<Signal>& events = track.states.job_events[std::string{job.event_source}];
  if (events == nullptr) events = std::make_unique<Signal>(track.sim());
  const Json asked = job.describe_input(started);
  while (true) {
    const ApiResult<Json> answer =
        cloud.inspect(track.execution.place, job.endpoint, job.describe, asked);
    if (!answer) co_return Failure{.error = "States.TaskFailed", .cause = answer.error().message};
    if (std::optional<JobEnd> end = job.ended(*answer)) {
      const Integration made{.service = std::string{job.endpoint},
                             .endpoint = std::string{job.endpoint}};
      Json output = task_output(made, std::move(end->output));
      if (end->succeeded) co_return output;
      co_return Failure{.error = "States.TaskFailed", .cause = output.dump()};
    }
    co_await events->wait();
  }
}

// What the task leaves running where it ends before its job.
void enter_job(Track& track, const Job* job, const Json& started) {
  Execution::RunningJob entry;
  if (job == nullptr)
    entry = {"states", "StopExecution", {{"executionArn", input::text(started, "ExecutionArn")}}};
  else if (!job->cancel.empty())
    entry = {std::string{job->endpoint}, std::string{job->cancel}, job->cancel_input(started)};
  if (entry.endpoint.empty()) return;
  track.job = track.execution.next_job++;
  track.execution.jobs[track.job] = std::move(entry);
}

Process<Outcome<Json>> follow_job(Track& track, const Integration& integration, const Job* job,
                                  Json started, Json output) {
  enter_job(track, job, job == nullptr ? output : started);
  Outcome<Json> result = Failure{};
  if (job == nullptr)
    result = co_await wait_for_execution(track, input::text(output, "ExecutionArn"),
                                         integration.parsed_output);
  else
    result = co_await wait_for_job(track, *job, std::move(started));
  track.execution.jobs.erase(track.job);
  track.job = 0;
  co_return result;
}

Process<Outcome<Json>> call_service(Track& track, const Integration& integration, Json arguments,
                                    std::optional<Duration> heartbeat) {
  using Pattern = Integration::Pattern;
  const bool follows = integration.pattern == Pattern::run_a_job;
  const Job* const job = find_job(integration.endpoint, integration.operation);
  if (follows && job == nullptr && integration.endpoint != "states")
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
  Json started = follows ? *answer : Json();
  const std::size_t payload_bytes = input::text(*answer, "Payload").size();
  Json output = task_output(integration, *std::move(answer));
  const bool function = integration.endpoint == "lambda" && integration.operation == "invoke";
  if (function && output.contains("FunctionError"))
    co_return from_function(input::member(output, "Payload"));
  if (function && integration.kind == Integration::Kind::optimized && !waits)
    output = with_http_metadata(std::move(output), payload_bytes, track.sim().now(),
                                track.states.cloud.next_uuid("states.request"));
  if (waits || follows)
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
  if (follows) {
    Outcome<Json> result =
        co_await follow_job(track, integration, job, std::move(started), std::move(output));
    co_return result;
  }
  co_return output;
}

// An activity: scheduled until a worker fetches it, then until the worker answers for it.
// "The count [of the heartbeat] begins when GetActivityTask receives a token" (state-task).
Process<Outcome<Json>> run_activity(Track& track, std::string activity_arn, std::string input,
                                    std::optional<Duration> heartbeat) {
  const auto at = track.states.activities.find(activity_arn);
  if (at == track.states.activities.end())
    co_return Failure{.error = kRuntimeError,
                      .cause = fmt::format("The activity {} does not exist", activity_arn)};
  const std::string token = track.states.cloud.next_uuid("states.token");
  const auto waiting = std::make_shared<Waiting>(track.sim());
  track.states.tokens[token] = waiting;
  track.token = token;
  at->second->scheduled.push_back({token, std::move(input)});
  at->second->arrived.notify_one();
  while (!waiting->fetched) co_await waiting->changed.wait();
  track.note("ActivityStarted", "activityStartedEventDetails", {{"workerName", waiting->worker}});
  Outcome<Json> result = co_await wait_for_token(track, token, heartbeat);
  track.states.tokens.erase(token);
  co_return result;
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

// How a Task's events and metrics are called: those of functions and activities are older than the
// others. procedure-cw-metrics: by the ARN of the function, the activity or the integration.
enum class TaskEvent : std::uint8_t { scheduled, started, succeeded, failed, timed_out };
struct TaskWords {
  std::string_view type;
  std::string_view details;
  const char* metric;
};
constexpr TaskWords kTaskWords[][5] = {
    {{"LambdaFunctionScheduled", "lambdaFunctionScheduledEventDetails", "LambdaFunctionsScheduled"},
     {"LambdaFunctionStarted", "lambdaFunctionStartedEventDetails", "LambdaFunctionsStarted"},
     {"LambdaFunctionSucceeded", "lambdaFunctionSucceededEventDetails", "LambdaFunctionsSucceeded"},
     {"LambdaFunctionFailed", "lambdaFunctionFailedEventDetails", "LambdaFunctionsFailed"},
     {"LambdaFunctionTimedOut", "lambdaFunctionTimedOutEventDetails", "LambdaFunctionsTimedOut"}},
    {{"ActivityScheduled", "activityScheduledEventDetails", "ActivitiesScheduled"},
     {"ActivityStarted", "activityStartedEventDetails", "ActivitiesStarted"},
     {"ActivitySucceeded", "activitySucceededEventDetails", "ActivitiesSucceeded"},
     {"ActivityFailed", "activityFailedEventDetails", "ActivitiesFailed"},
     {"ActivityTimedOut", "activityTimedOutEventDetails", "ActivitiesTimedOut"}},
    {{"TaskScheduled", "taskScheduledEventDetails", "ServiceIntegrationsScheduled"},
     {"TaskStarted", "taskStartedEventDetails", "ServiceIntegrationsStarted"},
     {"TaskSucceeded", "taskSucceededEventDetails", "ServiceIntegrationsSucceeded"},
     {"TaskFailed", "taskFailedEventDetails", "ServiceIntegrationsFailed"},
     {"TaskTimedOut", "taskTimedOutEventDetails", "ServiceIntegrationsTimedOut"}}};

void count_task(Track& track, const Integration& integration, const char* metric) {
  using Kind = Integration::Kind;
  Metrics& metrics = track.states.cloud.metrics();
  const auto [known, fresh] =
      track.states.task_series.try_emplace({metric, integration.arn}, SeriesId{});
  if (fresh) {
    const char* dimension = integration.kind == Kind::function   ? "LambdaFunctionArn"
                            : integration.kind == Kind::activity ? "ActivityArn"
                                                                 : "ServiceIntegrationResourceArn";
    known->second = metrics.intern(
        {track.execution.place, "AWS/States", metric, {{dimension, integration.arn}}});
  }
  metrics.put(known->second, {.timestamp = track.sim().now(), .values = {{1, 1}}, .unit = "Count"});
}

void note_task(Track& track, const Integration& integration, TaskEvent what, Json detail) {
  using Kind = Integration::Kind;
  const std::size_t kind = integration.kind == Kind::function   ? 0
                           : integration.kind == Kind::activity ? 1
                                                                : 2;
  if (kind == 2) {
    detail["resourceType"] = integration.service;
    detail["resource"] = integration.resource();
  }
  const TaskWords& words = kTaskWords[kind][static_cast<std::size_t>(what)];
  track.note(words.type, words.details, std::move(detail));
  count_task(track, integration, words.metric);
}

Json scheduled_detail(const Track& track, const Integration& integration, const Json& arguments,
                      std::optional<Duration> timeout, std::optional<Duration> heartbeat) {
  const auto whole = [](Duration duration) {
    return std::chrono::floor<std::chrono::seconds>(duration).count();
  };
  const bool by_arn = integration.kind == Integration::Kind::function ||
                      integration.kind == Integration::Kind::activity;
  Json detail{{"region", track.execution.place.region}};
  if (by_arn) detail = {{"resource", integration.arn}, {"inputDetails", {{"truncated", false}}}};
  detail[by_arn ? "input" : "parameters"] = arguments.dump();
  if (timeout) detail["timeoutInSeconds"] = whole(*timeout);
  if (heartbeat && integration.kind != Integration::Kind::function)
    detail["heartbeatInSeconds"] = whole(*heartbeat);
  return detail;
}

}  // namespace

void cancel_job(StepFunctions& states, Execution& execution, std::int64_t job) {
  const auto at = execution.jobs.find(job);
  if (at == execution.jobs.end()) return;
  Execution::RunningJob ends = std::move(at->second);
  execution.jobs.erase(at);
  states.cloud.call_later(role_of(execution), std::move(ends.endpoint), std::move(ends.cancel),
                          std::move(ends.input));
}

Process<Outcome<Json>> run_task(Track& track, const State& state, Json arguments,
                                const Values& values) {
  const std::optional<Integration>& integration = state.integration;
  if (!integration)
    co_return track.in_state({.error = kRuntimeError, .cause = "The Resource is not recognized"});
  Query& query = track.execution.query;
  const auto timeout = seconds(query, state, "TimeoutSeconds", values);
  if (!timeout) co_return evaluation_failed(track, timeout.error());
  const auto heartbeat = seconds(query, state, "HeartbeatSeconds", values);
  if (!heartbeat) co_return evaluation_failed(track, heartbeat.error());

  using Kind = Integration::Kind;
  note_task(track, *integration, TaskEvent::scheduled,
            scheduled_detail(track, *integration, arguments, *timeout, *heartbeat));
  if (integration->kind != Kind::activity)
    note_task(track, *integration, TaskEvent::started, Json::object());

  Process<Outcome<Json>> work =
      integration->kind == Kind::function
          ? call_function(track, integration->arn, std::move(arguments))
      : integration->kind == Kind::activity
          ? run_activity(track, integration->arn, arguments.dump(), *heartbeat)
          : call_service(track, *integration, std::move(arguments), *heartbeat);
  const Duration limit = timeout->value_or(std::chrono::seconds{99'999'999});
  std::optional<Outcome<Json>> in_time = co_await with_timeout(std::move(work), limit);
  if (!in_time) {
    cancel_job(track.states, track.execution, track.job);
    track.states.tokens.erase(track.token);
  }
  Outcome<Json> result =
      in_time ? *std::move(in_time) : Outcome<Json>{Failure{.error = "States.Timeout"}};
  if (result) {
    std::string output = result->dump();
    if (output.size() <= kLargestData) {
      note_task(track, *integration, TaskEvent::succeeded,
                {{"output", std::move(output)}, {"outputDetails", {{"truncated", false}}}});
      co_return result;
    }
    result = too_large(state.name);
  }
  const Failure& failure = result.error();
  const bool late = failure.error == "States.Timeout" || failure.error == "States.HeartbeatTimeout";
  Json detail = Json::object();
  if (failure.error) detail["error"] = *failure.error;
  if (failure.cause) detail["cause"] = *failure.cause;
  note_task(track, *integration, late ? TaskEvent::timed_out : TaskEvent::failed,
            std::move(detail));
  co_return failure;
}

}  // namespace opsim::step_functions
