#pragma once
/// One line of execution: a workflow, a branch of a Parallel, an iteration of a Map.
#include "models/step_functions/flow.hpp"
#include "models/step_functions/step_functions.hpp"

namespace opsim::step_functions {

struct Track {
  StepFunctions& states;
  Execution& execution;
  Variables variables{};
  std::int64_t previous = 0;   // the last event on this line
  bool outermost = false;      // the workflow of the execution itself
  std::optional<Json> item{};  // $$.Map.Item: {"Index": 0, "Value": …}

  // ---- Of the state that runs ----
  std::string state{};
  std::int64_t entered_event = 0;
  SimTime entered{};
  std::int64_t retries = 0;
  std::string token{};
  std::int64_t job = 0;  // of Execution::jobs, or 0

  [[nodiscard]] Simulation& sim() const { return states.cloud.sim(); }
  /// `type` and `details` are constants.
  std::int64_t note(std::string_view type, std::string_view details = {}, Json detail = {});
  /// That a state was entered or left, with its input or output.
  std::int64_t note_entered(const State& state, std::shared_ptr<const std::string> input);
  std::int64_t note_left(const State& state, std::shared_ptr<const std::string> output);
  [[nodiscard]] Json context() const;
  /// "An error occurred while executing the state 'A' (entered at the event id #2). …"
  [[nodiscard]] Failure in_state(const Failure& failure) const;
};

/// What a state came to.
struct StateEnd {
  Json output;
  std::string next;        // "": the workflow ends here
  bool unchanged = false;  // its output is its input, and `output` is empty
};

/// From `start`, or from its first state where that is "".
Process<Outcome<Json>> run_workflow(Track& track, const Workflow& workflow, Json input,
                                    std::string start = {});
/// Parallel, Map: all branches, without retries.
Process<Outcome<Json>> run_parallel(Track& track, const State& state, Json input);
Process<Outcome<Json>> run_map(Track& track, const State& state, Json input);
/// One try of a Task.
Process<Outcome<Json>> run_task(Track& track, const State& state, Json arguments,
                                const Values& values);
/// Ends what still runs elsewhere for this state. AWS: connect-to-resource, "best effort".
void cancel_job(StepFunctions& states, Execution& execution, std::int64_t job);
/// $$.Task.Token: of a Task that waits for it; "" for another.
std::string token_for(Track& track, const State& state);
/// A result over kLargestData.
Failure too_large(const std::string& state);
/// The Error and Cause of a Fail state.
Failure fail_of(Track& track, const State& state, const Values& values);
/// How long a Wait state waits.
Outcome<Duration> wait_time(Track& track, const State& state, const Values& values);

/// The failure of an expression or a path, as the execution tells it; EvaluationFailed is noted.
Failure evaluation_failed(Track& track, const Failure& failure);

/// True where one of `errors` names the failure.
bool names(const std::vector<std::string>& errors, const Failure& failure);

}  // namespace opsim::step_functions
