// A workflow, state by state.
// AWS: concepts-amazon-states-language, concepts-error-handling ("Retrying after an error",
// "Fallback states"), statemachine-structure.
#include <fmt/format.h>

#include <algorithm>

#include "models/step_functions/choice.hpp"
#include "models/step_functions/track.hpp"
#include "opsim/cloud/input.hpp"

namespace opsim::step_functions {

namespace {

Json named(std::string_view name, const char* key, const Json& data) {
  return {
      {"name", name}, {key, data.dump()}, {std::string{key} + "Details", {{"truncated", false}}}};
}

bool works_outside(StateType type) {
  return type == StateType::task || type == StateType::map || type == StateType::parallel;
}

void set(Track& track, std::map<std::string, Json>& assigned) {
  for (auto& [name, value] : assigned) track.variables.own[name] = std::move(value);
}

// A Fail state's Error or Cause: text, a path, or an expression.
struct Told {
  std::optional<std::string> text;
};
Outcome<Told> told(Track& track, const State& state, const char* key, const Values& values) {
  if (const Json* written = state.field(key); written != nullptr) {
    if (!is_expression(*written)) return Told{input::text(*written)};
    Outcome<Json> value = track.execution.query.typed(input::text(*written), "string", values, key);
    if (!value) return value.error();
    return Told{value->get<std::string>()};
  }
  const std::string path = state.text(std::string{key} + "Path");
  if (path.empty()) return Told{};
  Outcome<Json> value = track.execution.query.reference(path, values);
  if (!value) return value.error();
  return Told{value->is_string() ? value->get<std::string>() : value->dump()};
}

// The retrier that takes this failure and has attempts left.
const Retrier* retrier_for(const State& state, const Failure& failure,
                           std::vector<std::int64_t>& attempts) {
  for (std::size_t at = 0; at < state.retriers.size(); ++at) {
    if (!names(state.retriers[at].errors, failure)) continue;
    if (attempts[at] >= state.retriers[at].max_attempts) return nullptr;
    ++attempts[at];
    return &state.retriers[at];
  }
  return nullptr;
}

Duration pause(Track& track, const Retrier& retrier, std::int64_t attempt) {
  double seconds = retrier.delay_seconds(attempt);
  if (retrier.full_jitter) seconds *= track.execution.query.chance();
  return Duration{static_cast<Duration::rep>(std::min(seconds, 4e8) * 1e9)};
}

// Task, Parallel and Map: tried until it works, nobody retries it, or somebody catches it.
Process<Outcome<StateEnd>> run_guarded(Track& track, const State& state, const Json& input,
                                       const std::function<Json()>& context) {
  Query& query = track.execution.query;
  const Values values{input, context, track.variables};
  std::vector<std::int64_t> attempts(state.retriers.size(), 0);
  track.retries = 0;
  while (true) {
    Outcome<Json> result = Failure{};
    bool evaluating = false;
    if (state.type == StateType::task) {
      Inspection seen;
      track.token = token_for(track, state);
      Outcome<Json> arguments = arguments_of(state, query, values, seen);
      if (arguments) {
        result = co_await run_task(track, state, *std::move(arguments), values);
      } else {
        result = arguments.error();
        evaluating = true;
      }
    } else if (state.type == StateType::map) {
      result = co_await run_map(track, state, input);
    } else {
      result = co_await run_parallel(track, state, input);
    }
    Outcome<Ended> ended = Failure{};
    if (result) {
      Inspection seen;
      ended = end_of(state, query, values, *result, seen);
      if (ended) {
        set(track, ended->assigned);
        co_return StateEnd{std::move(ended->output), state.text("Next")};
      }
      evaluating = true;
    }
    Failure failure = result ? ended.error() : result.error();
    if (evaluating) failure = evaluation_failed(track, failure);
    if (const Retrier* const retrier = retrier_for(state, failure, attempts)) {
      const auto at = static_cast<std::size_t>(retrier - state.retriers.data());
      co_await track.sim().sleep(pause(track, *retrier, attempts[at] - 1));
      ++track.retries;
      continue;
    }
    const bool abandons = failure.error != kRuntimeError;
    if (state.type == StateType::map && abandons) track.note("MapStateFailed");
    for (const Catcher& catcher : state.catchers) {
      if (!names(catcher.errors, failure)) continue;
      const Json error = error_output(failure);
      Outcome<Ended> handled = caught(state, catcher.fields, query, values, error);
      if (!handled) co_return evaluation_failed(track, handled.error());
      set(track, handled->assigned);
      co_return StateEnd{std::move(handled->output), catcher.next};
    }
    co_return failure;
  }
}

Outcome<StateEnd> run_choice(Track& track, const State& state, const Values& values) {
  Query& query = track.execution.query;
  Inspection seen;
  Outcome<Json> input = filtered_input(state, query, values, seen);
  if (!input) return evaluation_failed(track, input.error());
  const Values filtered{*input, values.context, values.variables};
  Outcome<Chosen> chosen = choose(state, query, filtered);
  if (!chosen)
    return chosen.error().error == "States.NoChoiceMatched"
               ? chosen.error()
               : evaluation_failed(track, chosen.error());
  const Json& fields = chosen->rule != nullptr ? *chosen->rule : state.fields;
  Outcome<Ended> ended = chosen_end(state, fields, query, values, seen);
  if (!ended) return evaluation_failed(track, ended.error());
  set(track, ended->assigned);
  return StateEnd{std::move(ended->output), std::move(chosen->next)};
}

Process<Outcome<StateEnd>> run_wait(Track& track, const State& state, const Values& values) {
  const Outcome<Duration> wait = wait_time(track, state, values);
  if (!wait) co_return evaluation_failed(track, wait.error());
  co_await track.sim().sleep(*wait);
  Inspection seen;
  Outcome<Ended> ended = chosen_end(state, state.fields, track.execution.query, values, seen);
  if (!ended) co_return evaluation_failed(track, ended.error());
  set(track, ended->assigned);
  co_return StateEnd{std::move(ended->output), state.text("Next")};
}

Process<Outcome<StateEnd>> run_state(Track& track, const State& state, const Json& input) {
  const std::function<Json()> context = [&track] { return track.context(); };
  if (works_outside(state.type)) {
    Outcome<StateEnd> end = co_await run_guarded(track, state, input, context);
    co_return end;
  }
  const Values values{input, context, track.variables};
  Outcome<Ended> ended = Failure{};
  Inspection seen;
  switch (state.type) {
    case StateType::fail: co_return fail_of(track, state, values);
    case StateType::choice: co_return run_choice(track, state, values);
    case StateType::wait: {
      Outcome<StateEnd> end = co_await run_wait(track, state, values);
      co_return end;
    }
    case StateType::succeed:
      ended = chosen_end(state, state.fields, track.execution.query, values, seen);
      break;
    default: ended = pass_of(state, track.execution.query, values, seen);
  }
  if (!ended) co_return evaluation_failed(track, ended.error());
  set(track, ended->assigned);
  co_return StateEnd{std::move(ended->output), state.text("Next")};
}

std::optional<Failure> too_much(const Track& track) {
  if (track.execution.type != MachineType::standard || track.execution.events < kMostEvents)
    return std::nullopt;
  return Failure{
      .error = kRuntimeError,
      .cause = fmt::format("The execution reached the maximum number of history events ({}).",
                           kMostEvents)};
}

}  // namespace

Failure fail_of(Track& track, const State& state, const Values& values) {
  const auto error = told(track, state, "Error", values);
  if (!error) return evaluation_failed(track, error.error());
  const auto cause = told(track, state, "Cause", values);
  if (!cause) return evaluation_failed(track, cause.error());
  return {.error = error->text, .cause = cause->text};
}

Process<Outcome<Json>> run_workflow(Track& track, const Workflow& workflow, Json input,
                                    std::string start) {
  const bool express = track.execution.type == MachineType::express;
  const Duration transition = express ? kExpressTransition : kStandardTransition;
  auto at = workflow.states.find(start.empty() ? workflow.start_at : start);
  while (at != workflow.states.end()) {
    const State& state = at->second;
    if (auto failure = too_much(track)) co_return *std::move(failure);
    track.state = state.name;
    track.entered = track.sim().now();
    track.entered_event = track.note(fmt::format("{}StateEntered", to_string(state.type)),
                                     "stateEnteredEventDetails", named(state.name, "input", input));
    if (track.outermost) track.execution.entered_event = track.entered_event;
    co_await track.sim().sleep(transition);
    Outcome<StateEnd> end = co_await run_state(track, state, input);
    if (!end) co_return end.error();
    input = std::move(end->output);
    track.note(fmt::format("{}StateExited", to_string(state.type)), "stateExitedEventDetails",
               named(state.name, "output", input));
    if (end->next.empty()) co_return input;
    at = workflow.states.find(end->next);
  }
  co_return Failure{.error = kRuntimeError, .cause = "The next state does not exist"};
}

}  // namespace opsim::step_functions
