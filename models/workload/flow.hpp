#pragma once
/// Load as a flow: what every component is offered, how long it takes, what fails. Pure.
///
/// Rates go from callers to what they call, times their retries; latency and errors come back. The
/// two depend on each other, so they are solved together, beginning with the last solution: a
/// system that is stuck in a retry storm stays there until something pulls it out, as published
/// (N. Bronson et al., "Metastable failures in distributed systems", HotOS 2021).
///
/// SIMPLIFIED: retries come at once, or spread around the delay that a backoff of a second or more
/// gives them; what one component does with a slow dependency is known by
/// its mean and variance; requests are spread evenly over the members that get them.
#include <span>
#include <vector>

#include "models/workload/component.hpp"

namespace opsim::workload {

class System {
 public:
  std::vector<Component> components;
  /// Callers before what they call (graph.hpp).
  std::vector<std::size_t> order;

  /// Solves anew what was touched and all that follows; `flows` is the last solution, or empty.
  void solve(std::vector<Flow>& flows);
  /// Lets backlogs grow or drain for so long, while `flows` holds.
  void pass(std::span<Flow> flows, double seconds);
  /// Seconds until the solution may be another because a backlog has changed enough.
  [[nodiscard]] std::optional<double> next_turn(std::span<const Flow> flows) const;
};

/// What a caller gets: one call with its retries.
struct Answered {
  double success = 1;
  double tries = 1;
  Spread takes = {};
};
[[nodiscard]] Answered answered(const Call& call, const Flow& callee);

}  // namespace opsim::workload
