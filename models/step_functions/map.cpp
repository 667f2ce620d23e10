// Map states. AWS: state-map-inline, state-map-distributed, input-output-itemselector.
#include <fmt/format.h>

#include <charconv>
#include <limits>

#include "models/step_functions/fork.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

namespace {

// state-map-inline: "up to 40 concurrent iterations"; distributed: 10,000 child workflows.
constexpr std::size_t kInlineConcurrency = 40;
constexpr std::size_t kDistributedConcurrency = 10'000;
constexpr std::size_t kMostItems = 10'000'000;

Failure runtime(std::string cause) { return {.error = kRuntimeError, .cause = std::move(cause)}; }

std::string told_value(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::optional<double> number_of(const Json& value) {
  if (value.is_number()) return value.get<double>();
  if (!value.is_string()) return std::nullopt;
  const auto& text = value.get_ref<const std::string&>();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? std::optional{number}
                                                                  : std::nullopt;
}

// A number that may be written, pointed at (`…Path`) or calculated.
Outcome<std::optional<double>> number(const State& state, Query& query, const std::string& key,
                                      const Values& values, bool whole) {
  const auto accepted = [&](const Json& value) {
    const auto found = number_of(value);
    const bool fits = found && (!whole || *found == std::floor(*found));
    return fits ? found : std::nullopt;
  };
  if (const Json* written = state.field(key); written != nullptr) {
    if (!is_expression(*written)) return accepted(*written);
    Outcome<Json> value = query.typed(input::text(*written), "number", values, key);
    if (!value) return value.error();
    return accepted(*value);
  }
  const std::string path = state.text(key + "Path");
  if (path.empty()) return std::optional<double>{};
  Outcome<Json> value = query.reference(path, values);
  if (!value) return value.error();
  const auto found = accepted(*value);
  if (!found)
    return runtime(
        fmt::format("The {}Path field refers to value \"{}\" which is not a valid {}: {}", key,
                    told_value(*value), whole ? "integer" : "float", path));
  return found;
}

// The list to go through. AWS: input-output-itemspath, "Items (JSONata)".
Outcome<Json> items_of(const State& state, Query& query, const Values& values) {
  if (state.field("ItemReader") != nullptr)
    return Failure{.error = "States.ItemReaderFailed",
                   .cause = "ItemReader is not simulated: there are no objects in Amazon S3 here"};
  if (state.language == Language::jsonata) {
    const Json* const written = state.field("Items");
    if (written != nullptr && is_expression(*written))
      return query.typed(input::text(*written), "array", values, "Items");
    Outcome<Json> list = written == nullptr
                             ? Outcome<Json>{values.input}
                             : query.payload(*written, state.language, values, "Items");
    if (list && !list->is_array())
      return Failure{
          .error = kQueryError,
          .cause = fmt::format("Map state input must be an array but was: {}", list->dump())};
    return list;
  }
  const std::string path = state.field("ItemsPath") != nullptr ? state.text("ItemsPath") : "$";
  Outcome<Json> list = query.reference(path, values);
  if (list && !list->is_array())
    return runtime(fmt::format("Reference path \"{}\" must point to array.",
                               path.starts_with("$$") ? path.substr(1) : path));
  return list;
}

// ItemBatcher: {"Items": […], "BatchInput": …} for every MaxItemsPerBatch items.
Outcome<Json> batched(const State& state, Query& query, const Values& values, Json items) {
  const Json* const batcher = state.field("ItemBatcher");
  if (batcher == nullptr) return items;
  const auto most = static_cast<std::size_t>(
      std::max<std::int64_t>(1, input::integer(*batcher, "MaxItemsPerBatch").value_or(100)));
  Outcome<Json> extra = Json();
  if (const auto at = batcher->find("BatchInput"); at != batcher->end())
    extra = query.payload(*at, state.language, values, "ItemBatcher/BatchInput");
  if (!extra) return extra;
  Json batches = Json::array();
  for (Json& item : items) {
    if (batches.empty() || batches.back()["Items"].size() >= most) {
      batches.push_back({{"Items", Json::array()}});
      if (!extra->is_null()) batches.back()["BatchInput"] = *extra;
    }
    batches.back()["Items"].push_back(std::move(item));
  }
  return batches;
}

Outcome<double> tolerated_failures(const State& state, Query& query, const Values& values,
                                   std::size_t items) {
  const auto count = number(state, query, "ToleratedFailureCount", values, true);
  if (!count) return count.error();
  const auto share = number(state, query, "ToleratedFailurePercentage", values, false);
  if (!share) return share.error();
  if (*share && (**share < 0 || **share > 100))
    return runtime("ToleratedFailurePercentage must be between 0 and 100.");
  if (*count && **count < 0) return runtime("ToleratedFailureCount must not be negative.");
  // "the Map Run fails when either is exceeded"
  double most = std::numeric_limits<double>::infinity();
  if (*count) most = **count;
  if (*share) most = std::min(most, **share / 100 * static_cast<double>(items));
  return *count || *share ? most : 0.0;
}

Outcome<std::size_t> concurrency_of(const State& state, Query& query, const Values& values) {
  const auto most = number(state, query, "MaxConcurrency", values, true);
  if (!most) return most.error();
  if (*most && **most < 0) return runtime("MaxConcurrency must not be negative.");
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
  if (plan.items.size() > kMostItems) return runtime("The list of items is too long.");
  const Outcome<std::size_t> concurrency = concurrency_of(state, query, values);
  if (!concurrency) return concurrency.error();
  plan.concurrency = *concurrency;
  track.note("MapStateStarted", "mapStateStartedEventDetails", {{"length", plan.items.size()}});
  const bool distributed = state.distributed();
  Outcome<double> tolerated = 0.0;
  if (distributed) tolerated = tolerated_failures(state, query, values, plan.items.size());
  if (!tolerated) return tolerated.error();
  plan.tolerated = *tolerated;
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
