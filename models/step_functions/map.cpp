// Map states. AWS: state-map-inline, state-map-distributed, input-output-itemselector.
#include <fmt/format.h>

#include "models/step_functions/fork.hpp"
#include "models/step_functions/map_objects.hpp"
#include "models/step_functions/map_plan.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

namespace {

// state-map-inline: "up to 40 concurrent iterations"; distributed: 10,000 child workflows.
constexpr std::size_t kInlineConcurrency = 40;
constexpr std::size_t kDistributedConcurrency = 10'000;
constexpr std::size_t kMostItems = 10'000'000;

Failure negative_concurrency() {
  return {.error = kRuntimeError, .cause = "MaxConcurrency must not be negative."};
}

Outcome<std::size_t> concurrency_of(const State& state, Query& query, const Values& values) {
  const auto most = map_number(state, query, "MaxConcurrency", values, true);
  if (!most) return most.error();
  if (*most && **most < 0) return negative_concurrency();
  const std::size_t limit = state.distributed() ? kDistributedConcurrency : kInlineConcurrency;
  return *most && **most >= 1 ? std::min(limit, static_cast<std::size_t>(**most)) : limit;
}

/// A child of a distributed Map has a history and a time of its own.
std::unique_ptr<Execution> child_of(Track& track, const State& state, const std::string& run_arn) {
  auto child =
      std::make_unique<Execution>(track.sim(), track.states.world_of(track.execution.place));
  const Execution& parent = track.execution;
  child->place = parent.place;
  child->name = track.states.cloud.next_uuid("states.child");
  child->machine_arn = fmt::format("{}/{}", parent.machine_arn, state.name);
  child->machine_name = fmt::format("{}/{}", parent.machine_name, state.name);
  child->arn =
      arn(parent.place, "states", fmt::format("execution:{}:{}", child->machine_name, child->name));
  child->role_arn = parent.role_arn;
  child->map_run_arn = run_arn;
  child->started = track.sim().now();
  return child;
}

// A Map, planned: what each iteration is given, and how many may run and fail.
struct MapPlan {
  Json items;
  std::vector<Json> inputs;
  std::size_t concurrency = 0;
  double tolerated = 0;
};

// ItemSelector comes before ItemBatcher.
Outcome<MapPlan> plan_of(Track& track, const State& state, const Values& values, Json items) {
  Query& query = track.execution.query;
  MapPlan plan;
  plan.items = std::move(items);
  if (plan.items.size() > kMostItems)
    return Failure{.error = kRuntimeError, .cause = "The list of items is too long."};
  const Outcome<std::size_t> concurrency = concurrency_of(state, query, values);
  if (!concurrency) return concurrency.error();
  plan.concurrency = *concurrency;
  track.note("MapStateStarted", "mapStateStartedEventDetails", {{"length", plan.items.size()}});
  const bool distributed = state.distributed();
  Outcome<std::optional<double>> tolerated = std::optional<double>{};
  if (distributed) tolerated = tolerated_failures(state, query, values, plan.items.size());
  if (!tolerated) return tolerated.error();
  plan.tolerated = tolerated->value_or(0);
  for (std::size_t at = 0; at < plan.items.size(); ++at) {
    const Json item{{"Index", at}, {"Value", plan.items[at]}};
    Outcome<Json> one = item_input(state, query, values, item);
    if (!one) return one.error();
    plan.inputs.push_back(*std::move(one));
  }
  if (distributed && state.field("ItemBatcher") != nullptr) {
    Outcome<Json> batches = batched(state, query, values, Json(plan.inputs));
    if (!batches) return batches.error();
    plan.inputs.assign(batches->begin(), batches->end());
    plan.items = *std::move(batches);
  }
  return plan;
}

Json results_of(Fork& fork) {
  Json results = Json::array();
  for (auto& result : fork.results)
    results.push_back(*result ? *std::move(*result) : error_output(result->error()));
  return results;
}

Failure too_many(Track& track, Fork& fork, bool distributed) {
  if (!distributed) return fork.results[*fork.first_failed]->error();
  const Failure failure{.error = "States.ExceedToleratedFailureThreshold",
                        .cause = "The specified tolerated failure threshold was exceeded"};
  track.note("MapRunFailed", "mapRunFailedEventDetails",
             {{"error", *failure.error}, {"cause", *failure.cause}});
  return failure;
}

MapRun& begin_run(Track& track, const State& state, const MapPlan& plan, std::size_t items) {
  StepFunctions& states = track.states;
  const Execution& parent = track.execution;
  const std::string run_arn = arn(parent.place, "states",
                                  fmt::format("mapRun:{}/{}:{}", parent.machine_name, state.name,
                                              states.cloud.next_uuid("states.map_run")));
  std::unique_ptr<MapRun>& run = states.map_runs[run_arn];
  run = std::make_unique<MapRun>(track.sim());
  run->arn = run_arn;
  run->execution_arn = parent.arn;
  run->machine_arn = fmt::format("{}/{}", parent.machine_arn, state.name);
  run->started = track.sim().now();
  run->concurrency = plan.concurrency;
  run->tolerated = plan.tolerated;
  run->items = items;
  run->total = plan.inputs.size();
  track.execution.map_runs.push_back(run_arn);
  track.note("MapRunStarted", "mapRunStartedEventDetails", {{"mapRunArn", run_arn}});
  return *run;
}

void end_run(Track& track, Fork& fork, const char* status) {
  if (fork.run != nullptr) end_map_run(*fork.run, status, track.sim().now());
}

void enter_child(Fork& fork, std::size_t index, const Execution& child) {
  MapRun& run = *fork.run;
  ++run.running;
  fork.child_of[index] = run.children.size();
  if (run.children.size() < kKeptChildren)
    run.children.push_back({child.arn, child.name, "RUNNING", child.started, std::nullopt});
  else
    fork.child_of[index] = kKeptChildren;
}

/// Of a redriven execution: the lines that had succeeded are not run again (redrive-executions).
void take_kept(Track& track, const State& state, Fork& fork) {
  if (!track.outermost) return;
  const auto kept = track.execution.kept_results.find(state.name);
  if (kept == track.execution.kept_results.end()) return;
  for (auto& [index, result] : kept->second)
    if (index < fork.results.size()) fork.results[index] = std::move(result);
  track.execution.kept_results.erase(kept);
}

void keep_succeeded(Track& track, const State& state, Fork& fork) {
  if (!track.outermost || track.execution.type != MachineType::standard) return;
  std::map<std::size_t, Json>& kept = track.execution.kept_results[state.name];
  for (std::size_t at = 0; at < fork.results.size(); ++at)
    if (fork.results[at] && *fork.results[at]) kept[at] = **std::move(fork.results[at]);
}

using Children = std::vector<std::unique_ptr<Execution>>;

/// Starts lines as long as more may run at once.
void start_lines(Track& track, const State& state, MapPlan& plan, Fork& fork, Children& children,
                 std::size_t& next) {
  const bool distributed = fork.run != nullptr;
  for (; next < plan.inputs.size() &&
         fork.running < (distributed ? fork.run->concurrency : plan.concurrency);
       ++next) {
    if (fork.results[next]) continue;
    Execution* runs_in = &track.execution;
    if (distributed) {
      children[next] = child_of(track, state, fork.run->arn);
      runs_in = children[next].get();
      runs_in->input = plan.inputs[next];
      enter_child(fork, next, *runs_in);
    }
    Track line{track.states, *runs_in};
    if (!distributed) line.variables.outer = &track.variables;
    line.previous = distributed ? 0 : track.previous;
    line.item = Json{{"Index", next}, {"Value", plan.items[next]}};
    ++fork.running;
    fork.scope.spawn(run_line(fork, next, std::move(line), *state.branches.front(),
                              std::move(plan.inputs[next]), distributed ? "" : state.name));
  }
}

std::vector<ChildResult> exports_of(Fork& fork, const Children& children) {
  std::vector<ChildResult> all;
  for (std::size_t at = 0; at < fork.results.size(); ++at) {
    if (!fork.results[at]) continue;
    const Execution* child = children[at].get();
    all.push_back({child == nullptr ? "" : child->arn, child == nullptr ? "" : child->name,
                   child == nullptr ? Json() : child->input, *std::move(fork.results[at])});
  }
  return all;
}

}  // namespace

Process<Outcome<Json>> run_map(Track& track, const State& state, Json input) {
  const std::function<Json()> context = [&track] { return track.context(); };
  const Values raw{input, context, track.variables};
  const Outcome<Json> given = filtered_input(state, track.execution.query, raw, nullptr);
  if (!given) co_return evaluation_failed(track, given.error());
  const Values values{*given, context, track.variables};
  Outcome<Json> items = co_await read_items(track, state, values);
  if (!items)
    co_return items.error().error == "States.ItemReaderFailed"
        ? items.error()
        : evaluation_failed(track, items.error());
  const std::size_t count = items->size();
  Outcome<MapPlan> plan = plan_of(track, state, values, *std::move(items));
  if (!plan) co_return evaluation_failed(track, plan.error());

  const bool distributed = state.distributed();
  Children children;  // outlive what runs in the fork
  Fork fork{track.sim(), plan->inputs.size()};
  if (distributed) {
    fork.run = &begin_run(track, state, *plan, count);
    fork.child_of.resize(plan->inputs.size());
    children.resize(plan->inputs.size());
  }
  take_kept(track, state, fork);
  std::size_t next = 0;
  const auto failing = [&] {
    return static_cast<double>(fork.failed) > (fork.run ? fork.run->tolerated : plan->tolerated);
  };
  while (!failing()) {
    start_lines(track, state, *plan, fork, children, next);
    if (fork.running == 0 && next >= plan->inputs.size()) break;
    co_await fork.ended.wait();
  }
  if (failing()) {
    fork.scope.cancel();
    end_run(track, fork, "FAILED");
    const Failure failure = too_many(track, fork, distributed);
    keep_succeeded(track, state, fork);
    co_return failure;
  }
  end_run(track, fork, "SUCCEEDED");
  if (distributed) track.note("MapRunSucceeded");
  Json results;
  if (distributed && state.field("ResultWriter") != nullptr) {
    std::vector<ChildResult> exports = exports_of(fork, children);
    Outcome<Json> written =
        co_await write_results(track, state, values, *fork.run, std::move(exports));
    if (!written) co_return written.error();
    results = *std::move(written);
  } else {
    results = results_of(fork);
  }
  track.note("MapStateSucceeded");
  co_return results;
}

}  // namespace opsim::step_functions
