#pragma once
/// Several lines of execution side by side, of which the first to fail ends the others.
#include <optional>
#include <string>
#include <vector>

#include "models/step_functions/track.hpp"
#include "opsim/kernel/scope.hpp"

namespace opsim::step_functions {

struct Fork {
  Fork(Simulation& sim, std::size_t lines) : results(lines), ended{sim}, scope{sim} {}
  std::vector<std::optional<Outcome<Json>>> results;
  std::size_t running = 0;
  std::size_t failed = 0;
  std::optional<std::size_t> first_failed;
  MapRun* run = nullptr;              // of a distributed Map
  std::vector<std::size_t> child_of;  // the line's place in run->children
  Signal ended;
  Scope scope;  // last: its processes go first
};

/// Plays one line and writes down what it came to. `iteration` is the name of a Map state whose
/// history tells of its iterations, or "".
Process<> run_line(Fork& fork, std::size_t index, Track track, const Workflow& workflow, Json input,
                   std::string iteration);

}  // namespace opsim::step_functions
