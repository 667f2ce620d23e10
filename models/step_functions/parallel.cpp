// Parallel states, and what they share with Map. AWS: state-parallel.
#include "models/step_functions/fork.hpp"

namespace opsim::step_functions {

namespace {

void tell_child(Fork& fork, std::size_t index, bool succeeded, SimTime now) {
  MapRun& run = *fork.run;
  --run.running;
  ++(succeeded ? run.succeeded : run.failed);
  const std::size_t at = fork.child_of[index];
  if (at >= run.children.size()) return;
  run.children[at].status = succeeded ? "SUCCEEDED" : "FAILED";
  run.children[at].stopped = now;
}

}  // namespace

Process<> run_line(Fork& fork, std::size_t index, Track track, const Workflow& workflow, Json input,
                   std::string iteration) {
  const Json about{{"name", iteration}, {"index", index}};
  if (!iteration.empty())
    track.note("MapIterationStarted", "mapIterationStartedEventDetails", about);
  Outcome<Json> result = co_await run_workflow(track, workflow, std::move(input));
  if (!result) {
    ++fork.failed;
    if (!fork.first_failed) fork.first_failed = index;
  }
  if (fork.run != nullptr) tell_child(fork, index, result.has_value(), track.sim().now());
  if (!iteration.empty())
    track.note(result ? "MapIterationSucceeded" : "MapIterationFailed",
               result ? "mapIterationSucceededEventDetails" : "mapIterationFailedEventDetails",
               about);
  fork.results[index] = std::move(result);
  --fork.running;
  fork.ended.notify_all();
}

Process<Outcome<Json>> run_parallel(Track& track, const State& state, Json input) {
  const std::function<Json()> context = [&track] { return track.context(); };
  const Values values{input, context, track.variables};
  Outcome<Json> given = arguments_of(state, track.execution.query, values, nullptr);
  if (!given) co_return evaluation_failed(track, given.error());
  track.note("ParallelStateStarted");
  Fork fork{track.sim(), state.branches.size()};
  for (std::size_t at = 0; at < state.branches.size(); ++at) {
    Track line{track.states, track.execution};
    line.variables.outer = &track.variables;
    line.previous = track.previous;
    line.item = track.item;
    ++fork.running;
    fork.scope.spawn(run_line(fork, at, std::move(line), *state.branches[at], *given, ""));
  }
  while (fork.running > 0 && !fork.first_failed) co_await fork.ended.wait();
  if (fork.first_failed) {
    fork.scope.cancel();  // "all the branches are stopped"
    const Failure failure = fork.results[*fork.first_failed]->error();
    if (failure.error != kRuntimeError) track.note("ParallelStateFailed");
    co_return failure;
  }
  Json results = Json::array();
  for (auto& result : fork.results) results.push_back(*std::move(*result));
  co_return results;
}

}  // namespace opsim::step_functions
