// The history of one line of execution, and what its states see of themselves.
// AWS: API Reference, HistoryEvent; input-output-contextobject.
#include "models/step_functions/track.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace opsim::step_functions {

namespace {
std::string to_milliseconds(SimTime time) {
  return iso8601(std::chrono::floor<std::chrono::milliseconds>(time));
}
}  // namespace

namespace {

struct StateWords {
  std::string_view entered;
  std::string_view left;
};
// In the order of StateType.
constexpr StateWords kStateWords[] = {
    {"TaskStateEntered", "TaskStateExited"},         {"WaitStateEntered", "WaitStateExited"},
    {"PassStateEntered", "PassStateExited"},         {"SucceedStateEntered", "SucceedStateExited"},
    {"FailStateEntered", "FailStateExited"},         {"ChoiceStateEntered", "ChoiceStateExited"},
    {"ParallelStateEntered", "ParallelStateExited"}, {"MapStateEntered", "MapStateExited"},
};

HistoryEvent* add_event(Track& track, std::string_view type, std::string_view details) {
  Execution& execution = track.execution;
  const auto id = static_cast<std::int64_t>(++execution.events);
  const std::int64_t before = track.previous;
  // The first state follows event 0, as AWS numbers it.
  track.previous = id == 1 ? 0 : id;
  if (execution.type != MachineType::standard || execution.events > kMostEvents) return nullptr;
  return &execution.history.emplace_back(HistoryEvent{
      .id = id, .previous = before, .at = track.sim().now(), .type = type, .details = details});
}

}  // namespace

Json HistoryEvent::shown_detail() const {
  if (state == nullptr) return detail;
  const bool entered = details == "stateEnteredEventDetails";
  return {{"name", state->name},
          {entered ? "input" : "output", *data},
          {entered ? "inputDetails" : "outputDetails", {{"truncated", false}}}};
}

std::int64_t Track::note(std::string_view type, std::string_view details, Json detail) {
  if (HistoryEvent* event = add_event(*this, type, details)) event->detail = std::move(detail);
  return static_cast<std::int64_t>(execution.events);
}

std::int64_t Track::note_entered(const State& at, std::shared_ptr<const std::string> input) {
  const StateWords& words = kStateWords[static_cast<std::size_t>(at.type)];
  if (HistoryEvent* event = add_event(*this, words.entered, "stateEnteredEventDetails")) {
    event->state = &at;
    event->data = std::move(input);
  }
  return static_cast<std::int64_t>(execution.events);
}

std::int64_t Track::note_left(const State& at, std::shared_ptr<const std::string> output) {
  const StateWords& words = kStateWords[static_cast<std::size_t>(at.type)];
  if (HistoryEvent* event = add_event(*this, words.left, "stateExitedEventDetails")) {
    event->state = &at;
    event->data = std::move(output);
  }
  return static_cast<std::int64_t>(execution.events);
}

Json Track::context() const {
  Json found{
      {"Execution",
       {{"Id", execution.arn},
        {"Input", execution.input},
        {"Name", execution.name},
        {"RoleArn", execution.role_arn},
        {"StartTime", to_milliseconds(execution.started)}}},
      {"StateMachine", {{"Id", execution.machine_arn}, {"Name", execution.machine_name}}},
      {"State",
       {{"Name", state}, {"EnteredTime", to_milliseconds(entered)}, {"RetryCount", retries}}}};
  if (item) found["Map"] = {{"Item", *item}};
  if (!token.empty()) found["Task"] = {{"Token", token}};
  return found;
}

Failure Track::in_state(const Failure& failure) const {
  return {.error = failure.error,
          .cause = fmt::format(
              "An error occurred while executing the state '{}' (entered at the event id #{}). {}",
              state, entered_event, failure.cause.value_or(""))};
}

// EvaluationFailed stands before what it causes.
Failure evaluation_failed(Track& track, const Failure& failure) {
  const Failure told = track.in_state(failure);
  if (failure.error == kQueryError)
    track.note(
        "EvaluationFailed", "evaluationFailedEventDetails",
        {{"error", kQueryError}, {"cause", told.cause.value_or("")}, {"state", track.state}});
  return told;
}

std::string token_for(Track& track, const State& state) {
  if (!state.text("Resource").ends_with(".waitForTaskToken")) return {};
  return track.states.cloud.next_uuid("states.token");
}

/// AWS: concepts-error-handling. States.ALL covers neither States.DataLimitExceeded nor
/// States.Runtime; States.TaskFailed everything but States.Timeout.
bool names(const std::vector<std::string>& errors, const Failure& failure) {
  const std::string error = failure.error.value_or("");
  return std::ranges::any_of(errors, [&](const std::string& name) {
    if (name == error) return true;
    if (name == "States.ALL") return error != "States.DataLimitExceeded" && error != kRuntimeError;
    if (name == "States.TaskFailed")
      return !error.starts_with("States.") || error == "States.TaskFailed";
    if (name == "States.Timeout") return error == "States.HeartbeatTimeout";
    return false;
  });
}

}  // namespace opsim::step_functions
