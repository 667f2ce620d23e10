// Executions: begun, played, ended.
// AWS: StartExecution; cw-events (Step Functions Execution Status Change); procedure-cw-metrics.
#include <fmt/format.h>

#include "models/step_functions/step_functions.hpp"
#include "models/step_functions/track.hpp"

namespace opsim::step_functions {

namespace {

void count(StepFunctions& states, const Execution& execution, const char* metric, double value,
           const char* unit) {
  Metrics& metrics = states.cloud.metrics();
  const SeriesId series = metrics.intern(
      {execution.place, "AWS/States", metric, {{"StateMachineArn", execution.machine_arn}}});
  metrics.put(series,
              {.timestamp = states.cloud.sim().now(), .values = {{value, 1}}, .unit = unit});
}

std::int64_t milliseconds(SimTime time) {
  return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

template <class Shown>
void tell_redrives(const Execution& execution, SimTime now, Json& told, Shown shown) {
  told["redriveCount"] = execution.redrives;
  if (execution.redriven) told["redriveDate"] = shown(*execution.redriven);
  if (execution.type == MachineType::express) return;
  const std::string reason = not_redrivable(execution, now);
  told["redriveStatus"] = reason.empty() ? "REDRIVABLE" : "NOT_REDRIVABLE";
  if (!reason.empty()) told["redriveStatusReason"] = reason;
}

// "Express Workflows do not emit events to EventBridge" (cw-events).
void emit_status(StepFunctions& states, const Execution& execution) {
  if (execution.type == MachineType::express) return;
  Json detail{{"executionArn", execution.arn},
              {"stateMachineArn", execution.machine_arn},
              {"name", execution.name},
              {"status", execution.status},
              {"startDate", milliseconds(execution.started)},
              {"stopDate", nullptr},
              {"input", execution.input.dump()},
              {"inputDetails", {{"included", true}}},
              {"output", nullptr},
              {"outputDetails", nullptr}};
  if (execution.stopped) detail["stopDate"] = milliseconds(*execution.stopped);
  if (execution.output) {
    detail["output"] = execution.output->dump();
    detail["outputDetails"] = {{"included", true}};
  }
  if (execution.failure.error) detail["error"] = *execution.failure.error;
  if (execution.failure.cause) detail["cause"] = *execution.failure.cause;
  if (!execution.version_arn.empty()) detail["stateMachineVersionArn"] = execution.version_arn;
  if (!execution.alias_arn.empty()) detail["stateMachineAliasArn"] = execution.alias_arn;
  tell_redrives(execution, states.cloud.sim().now(), detail, milliseconds);
  states.cloud.emit({.source = "aws.states",
                     .detail_type = "Step Functions Execution Status Change",
                     .place = execution.place,
                     .resources = {execution.arn},
                     .detail = std::move(detail)});
}

CauseId write(StepFunctions& states, const Execution& execution, std::string text) {
  const Resources& resources = states.cloud.resources();
  return states.cloud.journal().write(
      {.kind = EntryKind::runbook,
       .level = Level::goals,
       .subject = std::string{resources.name_of(execution.machine_arn)},
       .text = std::move(text),
       .source = std::string{resources.source_of(execution.machine_arn)},
       .detail = {{"execution", execution.arn},
                  {"status", execution.status == "RUNNING"     ? "InProgress"
                             : execution.status == "SUCCEEDED" ? "Success"
                             : execution.status == "ABORTED"   ? "Cancelled"
                             : execution.status == "TIMED_OUT" ? "TimedOut"
                                                               : "Failed"}}});
}

const char* metric_of(const std::string& status) {
  if (status == "SUCCEEDED") return "ExecutionsSucceeded";
  if (status == "ABORTED") return "ExecutionsAborted";
  return status == "TIMED_OUT" ? "ExecutionsTimedOut" : "ExecutionsFailed";
}

struct EndWords {
  std::string_view type;
  std::string_view details;
};
EndWords end_words(const std::string& status) {
  if (status == "SUCCEEDED") return {"ExecutionSucceeded", "executionSucceededEventDetails"};
  if (status == "ABORTED") return {"ExecutionAborted", "executionAbortedEventDetails"};
  if (status == "TIMED_OUT") return {"ExecutionTimedOut", "executionTimedOutEventDetails"};
  return {"ExecutionFailed", "executionFailedEventDetails"};
}

/// What it leaves running elsewhere ends too.
void end_what_runs(StepFunctions& states, Execution& execution) {
  for (const std::string& run_arn : execution.map_runs)
    if (MapRun& run = *states.map_runs.at(run_arn); !run.stopped)
      end_map_run(run, execution.status == "TIMED_OUT" ? "FAILED" : "ABORTED", *execution.stopped);
  while (!execution.jobs.empty()) cancel_job(states, execution, execution.jobs.begin()->first);
}

void conclude(StepFunctions& states, Execution& execution) {
  execution.stopped = states.cloud.sim().now();
  end_what_runs(states, execution);
  Track track{states, execution};
  track.previous = static_cast<std::int64_t>(execution.events);
  Json detail = Json::object();
  if (execution.output) {
    detail = {{"output", execution.output->dump()}, {"outputDetails", {{"truncated", false}}}};
  } else {
    if (execution.failure.error) detail["error"] = *execution.failure.error;
    if (execution.failure.cause) detail["cause"] = *execution.failure.cause;
  }
  if (execution.events >= kMostEvents) execution.events = kMostEvents - 1;
  const auto& [type, details] = end_words(execution.status);
  track.note(type, details, std::move(detail));
  const double took =
      std::chrono::duration<double, std::milli>(*execution.stopped - execution.started).count();
  const CauseScope because{
      states.cloud.sim(),
      write(states, execution,
            execution.output ? fmt::format("succeeded in {:.3g} s", took / 1000)
                             : fmt::format("{} after {:.3g} s: {}", execution.status, took / 1000,
                                           execution.failure.error.value_or("no error named")))};
  count(states, execution, metric_of(execution.status), 1, "Count");
  count(states, execution, "ExecutionTime", took, "Milliseconds");
  emit_status(states, execution);
  execution.ended.notify_all();
}

/// The outermost state in which it ended, and its input: from its history.
struct Resumed {
  std::string state;
  Json input;
};
Resumed resumed(const Execution& execution) {
  const auto at = static_cast<std::size_t>(execution.entered_event);
  if (execution.redrives == 0 || at == 0 || at > execution.history.size())
    return {execution.workflow->start_at, execution.input};
  const HistoryEvent& entered = execution.history[at - 1];
  return {entered.state->name, Json::parse(*entered.data)};
}

Process<> play_workflow(StepFunctions& states, Execution& execution) {
  // Shared with the execution, which may go on with its variables when it is redriven.
  if (execution.line == nullptr) {
    execution.line = std::make_shared<Track>(Track{states, execution});
    execution.line->outermost = true;
  }
  const std::shared_ptr<Track> line = execution.line;
  Track& track = *line;
  track.previous = execution.redrives == 0 ? 0 : static_cast<std::int64_t>(execution.events);
  Resumed from = resumed(execution);
  Process<Outcome<Json>> work =
      run_workflow(track, *execution.workflow, std::move(from.input), std::move(from.state));
  // Express: "up to five minutes"; Standard: a year (quotas).
  const bool express = execution.type == MachineType::express;
  double limit = express ? 300 : 31'536'000;
  if (execution.workflow->timeout_seconds)
    limit = std::min(limit, *execution.workflow->timeout_seconds);
  const Duration within{static_cast<Duration::rep>(limit * 1e9)};
  std::optional<Outcome<Json>> result = co_await with_timeout(std::move(work), within);
  if (!result) {
    execution.status = "TIMED_OUT";
    execution.failure = express ? Failure{.error = "States.Timeout"} : Failure{};
  } else if (*result) {
    execution.status = "SUCCEEDED";
    execution.output = **std::move(result);
  } else {
    execution.status = "FAILED";
    execution.failure = result->error();
  }
}

Process<> until_stopped(Execution& execution) { co_await execution.stop.wait(); }

}  // namespace

World StepFunctions::world_of(const Place&) {
  Simulation& sim = cloud.sim();
  Stream& luck = sim.random("states.luck");
  return {.chance = {.number = [&luck] { return luck.uniform(); },
                     .uuid = [this] { return cloud.next_uuid("states.uuid"); }},
          .milliseconds = [&sim] { return static_cast<double>(milliseconds(sim.now())); }};
}

StateMachine* StepFunctions::find_machine(std::string_view arn) {
  if (const auto at = machines.find(arn); at != machines.end()) return &at->second;
  const auto last = arn.rfind(':');  // "…:stateMachine:name:1", "…:name:alias"
  if (last == std::string_view::npos) return nullptr;
  const auto at = machines.find(arn.substr(0, last));
  return at == machines.end() ? nullptr : &at->second;
}

Execution* StepFunctions::find_execution(std::string_view arn) {
  const auto at = executions.find(arn);
  return at == executions.end() ? nullptr : at->second.get();
}

ApiResult<Execution*> begin_execution(StepFunctions& states, StateMachine& machine,
                                      StartSpec spec) {
  Json input = Json::parse(spec.input, nullptr, false);
  if (input.is_discarded())
    return ApiError{"InvalidExecutionInput",
                    fmt::format("Invalid State Machine Execution Input: '{}' is not valid JSON",
                                spec.input.substr(0, 200))};
  if (spec.input.size() > kLargestData)
    return ApiError{"InvalidExecutionInput", "The input is larger than 262144 bytes"};
  const bool express = machine.type == MachineType::express;
  const std::string id = states.cloud.next_uuid("states.execution");
  if (spec.name.empty()) spec.name = id;
  const std::string resource = express
                                   ? fmt::format("express:{}:{}:{}", machine.name, spec.name, id)
                                   : fmt::format("execution:{}:{}", machine.name, spec.name);
  const std::string execution_arn = arn(machine.place, "states", resource);
  if (Execution* const known = states.find_execution(execution_arn)) {
    // "StartExecution is idempotent for STANDARD workflows": the same name and input, still
    // running.
    if (known->status == "RUNNING" && known->input == input) return known;
    return ApiError{"ExecutionAlreadyExists",
                    fmt::format("Execution Already Exists: '{}'", execution_arn)};
  }
  auto execution = std::make_unique<Execution>(states.cloud.sim(), states.world_of(machine.place));
  execution->place = machine.place;
  execution->arn = execution_arn;
  execution->name = spec.name;
  execution->machine_arn = machine.arn;
  execution->machine_name = machine.name;
  execution->role_arn = spec.role_arn.empty() ? machine.role_arn : std::move(spec.role_arn);
  execution->type = machine.type;
  execution->workflow = spec.workflow ? std::move(spec.workflow) : machine.workflow;
  execution->version_arn = std::move(spec.version_arn);
  execution->alias_arn = std::move(spec.alias_arn);
  execution->input = std::move(input);
  execution->started = states.cloud.sim().now();
  machine.executions.push_back(execution_arn);
  Execution* const begun =
      states.executions.emplace(execution_arn, std::move(execution)).first->second.get();
  states.cloud.sim().spawn(play(states, *begun));
  return begun;
}

Process<> play(StepFunctions& states, Execution& execution) {
  const bool again = execution.redrives > 0;
  const CauseScope because{states.cloud.sim(),
                           write(states, execution, again ? "redriven" : "started")};
  Track first{states, execution};
  first.previous = static_cast<std::int64_t>(execution.events);
  if (again) {
    first.note("ExecutionRedriven", "executionRedrivenEventDetails",
               {{"redriveCount", execution.redrives}});
    count(states, execution, "ExecutionsRedriven", 1, "Count");
  } else {
    Json detail{{"input", execution.input.dump()},
                {"inputDetails", {{"truncated", false}}},
                {"roleArn", execution.role_arn}};
    if (!execution.version_arn.empty()) detail["stateMachineVersionArn"] = execution.version_arn;
    if (!execution.alias_arn.empty()) detail["stateMachineAliasArn"] = execution.alias_arn;
    first.note("ExecutionStarted", "executionStartedEventDetails", std::move(detail));
    count(states, execution, "ExecutionsStarted", 1, "Count");
  }
  emit_status(states, execution);
  const std::size_t ended =
      co_await first_of(play_workflow(states, execution), until_stopped(execution));
  if (ended == 1) execution.status = "ABORTED";
  conclude(states, execution);
}

Process<> wait_until_ended(StepFunctions& states, std::string execution_arn) {
  while (true) {
    Execution* const execution = states.find_execution(execution_arn);
    if (execution == nullptr || execution->status != "RUNNING") co_return;
    co_await execution->ended.wait();
  }
}

// "Execution is eligible to be redriven": unsuccessful, of a Standard workflow, within 14 days, its
// history not full (redrive-executions).
std::string not_redrivable(const Execution& execution, SimTime now) {
  if (execution.status == "RUNNING" || execution.status == "SUCCEEDED")
    return fmt::format("Execution is {} and cannot be redriven", execution.status);
  if (execution.events >= kMostEvents - 1) return "Execution history event limit exceeded";
  if (execution.stopped && now - *execution.stopped > std::chrono::days{14})
    return "Execution was started or ended outside of the redrivable period of 14 days";
  return {};
}

Json describe(const Execution& execution, SimTime now) {
  Json told{{"executionArn", execution.arn},
            {"stateMachineArn", execution.machine_arn},
            {"name", execution.name},
            {"status", execution.status},
            {"startDate", iso8601(execution.started)},
            {"input", execution.input.dump()},
            {"inputDetails", {{"included", true}}}};
  tell_redrives(execution, now, told, [](SimTime time) { return iso8601(time); });
  if (!execution.version_arn.empty()) told["stateMachineVersionArn"] = execution.version_arn;
  if (!execution.alias_arn.empty()) told["stateMachineAliasArn"] = execution.alias_arn;
  if (!execution.map_run_arn.empty()) told["mapRunArn"] = execution.map_run_arn;
  if (execution.stopped) told["stopDate"] = iso8601(*execution.stopped);
  if (execution.output) {
    told["output"] = execution.output->dump();
    told["outputDetails"] = {{"included", true}};
  }
  if (execution.failure.error) told["error"] = *execution.failure.error;
  if (execution.failure.cause) told["cause"] = *execution.failure.cause;
  return told;
}

}  // namespace opsim::step_functions
