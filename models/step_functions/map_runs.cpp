// Map Runs: what a distributed Map state's children came to.
// AWS: concepts-examine-map-run; API Reference, DescribeMapRun, ListMapRuns, UpdateMapRun.
// SIMPLIFIED: an item counts with the child that works on its batch.
#include <fmt/format.h>

#include "models/step_functions/operations.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

namespace {

ApiError no_map_run(std::string_view arn) {
  return {"ResourceNotFound", fmt::format("Resource not found: '{}'", arn)};
}

MapRun* map_run_asked_for(StepFunctions& states, const Json& input) {
  const auto at = states.map_runs.find(input::text(input, "mapRunArn"));
  return at == states.map_runs.end() ? nullptr : at->second.get();
}

Json counts(const MapRun& run, std::size_t total) {
  const std::size_t done = run.succeeded + run.failed + run.aborted + run.running;
  return {{"pending", total > done ? total - done : 0},
          {"running", run.running},
          {"succeeded", run.succeeded},
          {"failed", run.failed},
          {"timedOut", 0},
          {"aborted", run.aborted},
          {"total", total},
          {"resultsWritten", 0},
          {"failuresNotRedrivable", 0},
          {"pendingRedrive", 0}};
}

}  // namespace

void end_map_run(MapRun& run, const char* status, SimTime now) {
  run.status = status;
  run.stopped = now;
  run.aborted += run.running;
  run.running = 0;
  for (MapRun::Child& child : run.children)
    if (child.status == "RUNNING") {
      child.status = "ABORTED";
      child.stopped = now;
    }
}

ApiResult<Json> describe_map_run(StepFunctions& states, const Request& request) {
  const MapRun* run = map_run_asked_for(states, request.input);
  if (run == nullptr) return no_map_run(input::text(request.input, "mapRunArn"));
  Json told{{"mapRunArn", run->arn},
            {"executionArn", run->execution_arn},
            {"status", run->status},
            {"startDate", iso8601(run->started)},
            {"maxConcurrency", run->concurrency},
            {"toleratedFailureCount", static_cast<std::int64_t>(run->tolerated)},
            {"toleratedFailurePercentage", 0},
            {"itemCounts", counts(*run, run->items)},
            {"executionCounts", counts(*run, run->total)},
            {"redriveCount", 0}};
  if (run->stopped) told["stopDate"] = iso8601(*run->stopped);
  return told;
}

ApiResult<Json> list_map_runs(StepFunctions& states, const Request& request) {
  const std::string execution_arn = input::text(request.input, "executionArn");
  const Execution* execution = states.find_execution(execution_arn);
  if (execution == nullptr)
    return ApiError{"ExecutionDoesNotExist",
                    fmt::format("Execution Does Not Exist: '{}'", execution_arn)};
  Json list = Json::array();
  for (const auto& [arn, run] : states.map_runs) {
    if (run->execution_arn != execution_arn) continue;
    Json one{{"mapRunArn", arn},
             {"executionArn", execution_arn},
             {"stateMachineArn", execution->machine_arn},
             {"startDate", iso8601(run->started)}};
    if (run->stopped) one["stopDate"] = iso8601(*run->stopped);
    list.push_back(std::move(one));
  }
  return Json{{"mapRuns", std::move(list)}};
}

// "Updates an in-progress Map Run's configuration": it reads them before each next child.
ApiResult<Json> update_map_run(StepFunctions& states, const Request& request) {
  MapRun* run = map_run_asked_for(states, request.input);
  if (run == nullptr) return no_map_run(input::text(request.input, "mapRunArn"));
  if (const auto most = input::integer(request.input, "maxConcurrency")) {
    if (*most < 0) return ApiError{"ValidationException", "maxConcurrency must not be negative"};
    constexpr std::int64_t kMost = 10'000;
    run->concurrency = static_cast<std::size_t>(*most == 0 ? kMost : std::min(*most, kMost));
  }
  if (const auto most = input::integer(request.input, "toleratedFailureCount"))
    run->tolerated = static_cast<double>(*most);
  const Json& share = input::member(request.input, "toleratedFailurePercentage");
  if (share.is_number())
    run->tolerated = share.get<double>() / 100 * static_cast<double>(run->items);
  run->changed.notify_all();
  return Json::object();
}

ApiResult<Json> list_children(StepFunctions& states, const std::string& run_arn,
                              const Json& input) {
  const auto at = states.map_runs.find(run_arn);
  if (at == states.map_runs.end()) return no_map_run(run_arn);
  const std::string status = input::text(input, "statusFilter");
  const auto most = static_cast<std::size_t>(
      std::clamp<std::int64_t>(input::integer(input, "maxResults").value_or(100), 1, 1000));
  const auto skip = static_cast<std::size_t>(
      std::max<std::int64_t>(0, input::integer(input, "nextToken").value_or(0)));
  const std::vector<MapRun::Child>& children = at->second->children;
  Json list = Json::array();
  std::size_t seen = 0;
  for (auto child = children.rbegin(); child != children.rend(); ++child) {
    if (!status.empty() && child->status != status) continue;
    if (seen++ < skip) continue;
    if (list.size() == most)
      return Json{{"executions", std::move(list)}, {"nextToken", std::to_string(skip + most)}};
    Json one{{"executionArn", child->arn}, {"stateMachineArn", at->second->machine_arn},
             {"name", child->name},        {"status", child->status},
             {"mapRunArn", run_arn},       {"startDate", iso8601(child->started)}};
    if (child->stopped) one["stopDate"] = iso8601(*child->stopped);
    list.push_back(std::move(one));
  }
  return Json{{"executions", std::move(list)}};
}

}  // namespace opsim::step_functions
