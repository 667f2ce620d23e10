// Map states. AWS: state-map-inline, state-map-distributed, input-output-itemselector.
#include <fmt/format.h>

#include "models/step_functions/fork.hpp"
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

// What one iteration is given: the item, or what ItemSelector (once Parameters) makes of it.
Outcome<Json> item_input(const State& state, Track& track, const Json& input, const Json& item) {
  const Json* selector = state.field("ItemSelector");
  if (selector == nullptr) selector = state.field("Parameters");
  if (selector == nullptr) return item.at("Value");
  const std::function<Json()> context = [&] {
    Json found = track.context();
    found["Map"] = {{"Item", item}};
    return found;
  };
  const Values values{input, context, track.variables};
  return track.execution.query.payload(*selector, state.language, values, "ItemSelector");
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
Outcome<MapPlan> plan_of(Track& track, const State& state, const Values& values) {
  Query& query = track.execution.query;
  MapPlan plan;
  Outcome<Json> items = items_of(state, query, values);
  if (!items) return items.error();
  plan.items = *std::move(items);
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
    Outcome<Json> one = item_input(state, track, values.input, item);
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

Failure too_many(Track& track, const Fork& fork, bool distributed) {
  if (!distributed) return fork.results[*fork.first_failed]->error();
  const Failure failure{.error = "States.ExceedToleratedFailureThreshold",
                        .cause = "The specified tolerated failure threshold was exceeded"};
  track.note("MapRunFailed", "mapRunFailedEventDetails",
             {{"error", *failure.error}, {"cause", *failure.cause}});
  return failure;
}

}  // namespace

Process<Outcome<Json>> run_map(Track& track, const State& state, Json input) {
  const std::function<Json()> context = [&track] { return track.context(); };
  const Values raw{input, context, track.variables};
  Inspection seen;
  const Outcome<Json> given = filtered_input(state, track.execution.query, raw, seen);
  if (!given) co_return evaluation_failed(track, given.error());
  const Values values{*given, context, track.variables};
  Outcome<MapPlan> plan = plan_of(track, state, values);
  if (!plan) co_return evaluation_failed(track, plan.error());

  const bool distributed = state.distributed();
  std::string run_arn;
  if (distributed) {
    run_arn = arn(track.execution.place, "states",
                  fmt::format("mapRun:{}/{}:{}", track.execution.machine_name, state.name,
                              track.states.cloud.next_uuid("states.map_run")));
    track.note("MapRunStarted", "mapRunStartedEventDetails", {{"mapRunArn", run_arn}});
  }
  std::vector<std::unique_ptr<Execution>> children;  // outlive what runs in the fork
  Fork fork{track.sim(), plan->inputs.size()};
  std::size_t next = 0;
  const auto failing = [&] { return static_cast<double>(fork.failed) > plan->tolerated; };
  while ((next < plan->inputs.size() || fork.running > 0) && !failing()) {
    for (; next < plan->inputs.size() && fork.running < plan->concurrency; ++next) {
      Execution* runs_in = &track.execution;
      if (distributed) {
        children.push_back(child_of(track, state, run_arn));
        runs_in = children.back().get();
        runs_in->input = plan->inputs[next];
      }
      Track line{track.states, *runs_in};
      if (!distributed) line.variables.outer = &track.variables;
      line.previous = distributed ? 0 : track.previous;
      line.item = Json{{"Index", next}, {"Value", plan->items[next]}};
      ++fork.running;
      fork.scope.spawn(run_line(fork, next, std::move(line), *state.branches.front(),
                                std::move(plan->inputs[next]), distributed ? "" : state.name));
    }
    if (fork.running > 0) co_await fork.ended.wait();
  }
  if (failing()) {
    fork.scope.cancel();
    co_return too_many(track, fork, distributed);
  }
  if (distributed) track.note("MapRunSucceeded");
  Json results = results_of(fork);
  track.note("MapStateSucceeded");
  co_return results;
}

}  // namespace opsim::step_functions
