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

Outcome<StateEnd> left(Track& track, Outcome<Ended> ended, std::string next) {
  if (!ended) return evaluation_failed(track, ended.error());
  if (!ended->assigned.empty()) set(track, ended->assigned);
  return StateEnd{std::move(ended->output), std::move(next), ended->unchanged};
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
      track.token = token_for(track, state);
      Outcome<Json> arguments = arguments_of(state, query, values, nullptr);
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
    const bool worked = result.has_value();
    if (worked) {
      ended = end_of(state, query, values, *std::move(result), nullptr);
      if (ended) {
        set(track, ended->assigned);
        co_return StateEnd{std::move(ended->output), state.text("Next"), ended->unchanged};
      }
      evaluating = true;
    }
    Failure failure = worked ? ended.error() : result.error();
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
      co_return left(track, std::move(handled), catcher.next);
    }
    co_return failure;
  }
}

Outcome<StateEnd> run_choice(Track& track, const State& state, const Values& values) {
  Query& query = track.execution.query;
  std::optional<Json> filtered;
  if (state.field("InputPath") != nullptr) {
    Outcome<Json> input = filtered_input(state, query, values, nullptr);
    if (!input) return evaluation_failed(track, input.error());
    filtered = *std::move(input);
  }
  const Values seen{filtered ? *filtered : values.input, values.context, values.variables};
  Outcome<Chosen> chosen = choose(state, query, seen);
  if (!chosen)
    return chosen.error().error == "States.NoChoiceMatched"
               ? chosen.error()
               : evaluation_failed(track, chosen.error());
  const Json& fields = chosen->rule != nullptr ? *chosen->rule : state.fields;
  return left(track, chosen_end(state, fields, query, values, nullptr), std::move(chosen->next));
}

/// A state that ends at once: all but Task, Map and Parallel; a Wait has waited already.
Outcome<StateEnd> run_inside(Track& track, const State& state, const Values& values) {
  Query& query = track.execution.query;
  switch (state.type) {
    case StateType::fail: return fail_of(track, state, values);
    case StateType::choice: return run_choice(track, state, values);
    case StateType::wait:
    case StateType::succeed:
      return left(track, chosen_end(state, state.fields, query, values, nullptr),
                  state.text("Next"));
    default: return left(track, pass_of(state, query, values, nullptr), state.text("Next"));
  }
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

/// Quotas: "Maximum input or output size for a task, state, or execution". SIMPLIFIED: of an
/// Express workflow only what its tasks answer is measured.
Failure too_large(const std::string& state) {
  return {.error = "States.DataLimitExceeded",
          .cause = fmt::format("The state/task '{}' returned a result with a size exceeding the "
                               "maximum number of bytes service limit.",
                               state)};
}

Failure fail_of(Track& track, const State& state, const Values& values) {
  const auto error = told(track, state, "Error", values);
  if (!error) return evaluation_failed(track, error.error());
  const auto cause = told(track, state, "Cause", values);
  if (!cause) return evaluation_failed(track, cause.error());
  return {.error = error->text, .cause = cause->text};
}

// States that end at once run in this coroutine; only those that work outside have their own.
Process<Outcome<Json>> run_workflow(Track& track, const Workflow& workflow, Json input,
                                    std::string start) {
  const bool standard = track.execution.type == MachineType::standard;
  const Duration transition = standard ? kStandardTransition : kExpressTransition;
  const std::function<Json()> context = [&track] { return track.context(); };
  const auto text_of = [standard](const Json& data) {
    return standard ? std::make_shared<const std::string>(data.dump()) : nullptr;
  };
  std::shared_ptr<const std::string> text = text_of(input);
  auto at = workflow.states.find(start.empty() ? workflow.start_at : start);
  while (at != workflow.states.end()) {
    const State& state = at->second;
    if (auto failure = too_much(track)) co_return *std::move(failure);
    track.state = state.name;
    track.entered = track.sim().now();
    track.entered_event = track.note_entered(state, text);
    if (track.outermost) track.execution.entered_event = track.entered_event;
    co_await track.sim().sleep(transition);
    Outcome<StateEnd> end = Failure{};
    if (works_outside(state.type)) {
      end = co_await run_guarded(track, state, input, context);
    } else {
      const Values values{input, context, track.variables};
      std::optional<Failure> failed;
      if (state.type == StateType::wait) {
        const Outcome<Duration> wait = wait_time(track, state, values);
        if (wait)
          co_await track.sim().sleep(*wait);
        else
          failed = evaluation_failed(track, wait.error());
      }
      end = failed ? Outcome<StateEnd>{*std::move(failed)} : run_inside(track, state, values);
    }
    if (!end) co_return end.error();
    if (!end->unchanged) {
      input = std::move(end->output);
      text = text_of(input);
      if (text != nullptr && text->size() > kLargestData) co_return too_large(state.name);
    }
    track.note_left(state, text);
    if (end->next.empty()) co_return input;
    at = workflow.states.find(end->next);
  }
  co_return Failure{.error = kRuntimeError, .cause = "The next state does not exist"};
}

}  // namespace opsim::step_functions
