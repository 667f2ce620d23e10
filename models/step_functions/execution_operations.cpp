// StartExecution and its like; task tokens; deliveries to a state machine.
// AWS: API Reference.
#include <fmt/format.h>

#include <algorithm>

#include "models/step_functions/machine_versions.hpp"
#include "models/step_functions/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

namespace {

ApiError absent_machine(std::string_view arn) {
  return {"StateMachineDoesNotExist", fmt::format("State Machine Does Not Exist: '{}'", arn)};
}
ApiError absent_execution(std::string_view arn) {
  return {"ExecutionDoesNotExist", fmt::format("Execution Does Not Exist: '{}'", arn)};
}

std::string input_text(const Json& input) {
  const Json& given = input::member(input, "input");
  if (given.is_string()) return given.get<std::string>();
  return given.is_null() ? "{}" : given.dump();  // JSON, as `opsim call` may pass it
}

ApiResult<Waiting*> waiting_for(StepFunctions& states, const Json& input) {
  const std::string token = input::text(input, "taskToken");
  const auto at = states.tokens.find(token);
  if (at == states.tokens.end())
    return ApiError{"TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'"};
  return at->second.get();
}

}  // namespace

ApiResult<Json> start_execution(StepFunctions& states, const Request& request) {
  const std::string machine_arn = input::text(request.input, "stateMachineArn");
  StartSpec spec{.name = input::text(request.input, "name"), .input = input_text(request.input)};
  const ApiResult<Execution*> begun = begin_by_arn(states, machine_arn, std::move(spec));
  if (!begun) return begun.error();
  return Json{{"executionArn", (*begun)->arn}, {"startDate", iso8601((*begun)->started)}};
}

Process<ApiResult<Json>> start_sync_execution(StepFunctions& states, Request request) {
  const std::string machine_arn = input::text(request.input, "stateMachineArn");
  StateMachine* const machine = states.find_machine(machine_arn);
  if (machine == nullptr) co_return absent_machine(machine_arn);
  if (machine->type != MachineType::express)
    co_return ApiError{"StateMachineTypeNotSupported",
                       "This operation is not supported by this type of state machine"};
  StartSpec spec{.name = input::text(request.input, "name"), .input = input_text(request.input)};
  const ApiResult<Execution*> begun = begin_by_arn(states, machine_arn, std::move(spec));
  if (!begun) co_return begun.error();
  const std::string execution_arn = (*begun)->arn;
  co_await wait_until_ended(states, execution_arn);
  const Execution& execution = *states.find_execution(execution_arn);
  Json told = describe(execution, states.cloud.sim().now());
  told.erase("redriveCount");
  const auto took =
      std::chrono::ceil<std::chrono::milliseconds>(*execution.stopped - execution.started);
  told["billingDetails"] = {{"billedDurationInMilliseconds", (took.count() + 99) / 100 * 100},
                            {"billedMemoryUsedInMB", 64}};
  co_return told;
}

ApiResult<Json> stop_execution(StepFunctions& states, const Request& request) {
  const std::string execution_arn = input::text(request.input, "executionArn");
  Execution* const execution = states.find_execution(execution_arn);
  if (execution == nullptr) return absent_execution(execution_arn);
  if (execution->status == "RUNNING" && !execution->stopped) {
    if (const std::string error = input::text(request.input, "error"); !error.empty())
      execution->failure.error = error;
    if (const std::string cause = input::text(request.input, "cause"); !cause.empty())
      execution->failure.cause = cause;
    execution->stop.notify_all();
  }
  return Json{{"stopDate", iso8601(states.cloud.sim().now())}};
}

ApiResult<Json> describe_execution(StepFunctions& states, const Request& request) {
  const std::string execution_arn = input::text(request.input, "executionArn");
  const Execution* const execution = states.find_execution(execution_arn);
  if (execution == nullptr) return absent_execution(execution_arn);
  if (execution->type == MachineType::express)
    return ApiError{"InvalidArn",
                    fmt::format("Invalid Arn: 'Resource type not valid in this context: express'")};
  return describe(*execution, states.cloud.sim().now());
}

namespace {

/// Whether ListExecutions is to show it: statusFilter, redriveFilter, and the version or alias by
/// whose ARN was asked.
bool listed(const Execution& execution, const Json& input) {
  const std::string status = input::text(input, "statusFilter");
  if (!status.empty() && execution.status != status) return false;
  const std::string redrive = input::text(input, "redriveFilter");
  if (!redrive.empty() && (redrive == "REDRIVEN") != (execution.redrives > 0)) return false;
  const std::string asked = input::text(input, "stateMachineArn");
  return asked == execution.machine_arn || asked == execution.version_arn ||
         asked == execution.alias_arn;
}

Json shown_in_list(const Execution& execution) {
  Json one{{"executionArn", execution.arn},
           {"stateMachineArn", execution.machine_arn},
           {"name", execution.name},
           {"status", execution.status},
           {"startDate", iso8601(execution.started)},
           {"redriveCount", execution.redrives}};
  if (!execution.version_arn.empty()) one["stateMachineVersionArn"] = execution.version_arn;
  if (!execution.alias_arn.empty()) one["stateMachineAliasArn"] = execution.alias_arn;
  if (execution.redriven) one["redriveDate"] = iso8601(*execution.redriven);
  if (execution.stopped) one["stopDate"] = iso8601(*execution.stopped);
  return one;
}

}  // namespace

ApiResult<Json> list_executions(StepFunctions& states, const Request& request) {
  const std::string machine_arn = input::text(request.input, "stateMachineArn");
  const std::string run = input::text(request.input, "mapRunArn");
  if (machine_arn.empty() == run.empty())
    return ApiError{"ValidationException",
                    "You must specify either a mapRunArn or a stateMachineArn, but not both"};
  if (!run.empty()) return list_children(states, run, request.input);
  const StateMachine* const machine = states.find_machine(machine_arn);
  if (machine == nullptr) return absent_machine(machine_arn);
  if (machine->type == MachineType::express)
    return ApiError{"StateMachineTypeNotSupported",
                    "This operation is not supported by this type of state machine"};
  const auto most = static_cast<std::size_t>(
      std::clamp<std::int64_t>(input::integer(request.input, "maxResults").value_or(100), 1, 1000));
  std::size_t skip = static_cast<std::size_t>(
      std::max<std::int64_t>(0, input::integer(request.input, "nextToken").value_or(0)));
  Json list = Json::array();
  std::size_t seen = 0;
  // "Results are sorted by time, with the most recent execution first."
  for (auto at = machine->executions.rbegin(); at != machine->executions.rend(); ++at) {
    const Execution& execution = *states.find_execution(*at);
    if (!listed(execution, request.input)) continue;
    if (seen++ < skip) continue;
    if (list.size() == most)
      return Json{{"executions", std::move(list)}, {"nextToken", std::to_string(skip + most)}};
    list.push_back(shown_in_list(execution));
  }
  return Json{{"executions", std::move(list)}};
}

// "Restarts unsuccessful executions of Standard workflows that didn't complete successfully in the
// last 14 days"; what succeeded is not run again (redrive-executions).
// SIMPLIFIED: of a Parallel state all branches run again; of a Map that was aborted, all items.
ApiResult<Json> redrive_execution(StepFunctions& states, const Request& request) {
  const std::string execution_arn = input::text(request.input, "executionArn");
  Execution* const execution = states.find_execution(execution_arn);
  if (execution == nullptr || execution->type == MachineType::express)
    return absent_execution(execution_arn);
  const SimTime now = states.cloud.sim().now();
  if (const std::string reason = not_redrivable(*execution, now); !reason.empty())
    return ApiError{"ExecutionNotRedrivable", reason};
  ++execution->redrives;
  execution->redriven = now;
  execution->status = "RUNNING";
  execution->failure = {};
  execution->stopped.reset();
  states.cloud.sim().spawn(play(states, *execution));
  return Json{{"redriveDate", iso8601(now)}};
}

ApiResult<Json> get_execution_history(StepFunctions& states, const Request& request) {
  const std::string execution_arn = input::text(request.input, "executionArn");
  const Execution* const execution = states.find_execution(execution_arn);
  if (execution == nullptr || execution->type == MachineType::express)
    return absent_execution(execution_arn);
  const bool reverse = input::boolean(request.input, "reverseOrder").value_or(false);
  const bool data = input::boolean(request.input, "includeExecutionData").value_or(true);
  const std::int64_t most =
      std::clamp<std::int64_t>(input::integer(request.input, "maxResults").value_or(100), 1, 1000);
  const auto size = static_cast<std::int64_t>(execution->history.size());
  const std::int64_t from =
      std::clamp<std::int64_t>(input::integer(request.input, "nextToken").value_or(0), 0, size);
  Json events = Json::array();
  for (std::int64_t at = from; at < std::min(size, from + most); ++at) {
    const auto& event = execution->history[static_cast<std::size_t>(reverse ? size - 1 - at : at)];
    Json one{{"id", event.id},
             {"previousEventId", event.previous},
             {"timestamp", iso8601(event.at)},
             {"type", event.type}};
    if (!event.details.empty()) {
      Json detail = event.shown_detail();
      if (!data)
        for (const char* const key : {"input", "output", "parameters"}) detail.erase(key);
      one[std::string{event.details}] = std::move(detail);
    }
    events.push_back(std::move(one));
  }
  Json told{{"events", std::move(events)}};
  if (from + most < size) told["nextToken"] = std::to_string(from + most);
  return told;
}

ApiResult<Json> send_task_success(StepFunctions& states, const Request& request) {
  const ApiResult<Waiting*> waiting = waiting_for(states, request.input);
  if (!waiting) return waiting.error();
  const Json& output = input::member(request.input, "output");
  Json value = output.is_string()
                   ? Json::parse(output.get_ref<const std::string&>(), nullptr, false)
                   : output;
  if (value.is_discarded())
    return ApiError{"InvalidOutput", "Invalid Output: 'output is not valid JSON'"};
  (*waiting)->answer = Outcome<Json>{std::move(value)};
  (*waiting)->changed.notify_all();
  return Json::object();
}

ApiResult<Json> send_task_failure(StepFunctions& states, const Request& request) {
  const ApiResult<Waiting*> waiting = waiting_for(states, request.input);
  if (!waiting) return waiting.error();
  Failure failure;
  if (const std::string error = input::text(request.input, "error"); !error.empty())
    failure.error = error;
  if (const std::string cause = input::text(request.input, "cause"); !cause.empty())
    failure.cause = cause;
  (*waiting)->answer = Outcome<Json>{std::move(failure)};
  (*waiting)->changed.notify_all();
  return Json::object();
}

ApiResult<Json> send_task_heartbeat(StepFunctions& states, const Request& request) {
  const ApiResult<Waiting*> waiting = waiting_for(states, request.input);
  if (!waiting) return waiting.error();
  (*waiting)->heard = states.cloud.sim().now();
  (*waiting)->changed.notify_all();
  return Json::object();
}

/// A rule, a schedule or a pipe: the payload is the input.
Process<ApiResult<Json>> take_delivery(StepFunctions& states, Delivery delivery) {
  StartSpec spec{};
  if (!delivery.text.empty()) spec.input = std::move(delivery.text);
  const ApiResult<Execution*> begun = begin_by_arn(states, delivery.target.text(), std::move(spec));
  if (!begun) co_return begun.error();
  co_return Json{{"executionArn", (*begun)->arn}, {"startDate", iso8601((*begun)->started)}};
}

}  // namespace opsim::step_functions
